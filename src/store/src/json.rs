//! How do payloads survive the store unchanged?
//!
//! States, events and contents are stored as JSON text in one field beside the fields that are
//! queried: the database then never interprets them (its own objects know no numbers above
//! `i64::MAX`, and take some strings for other things).
//!
//! They are written by `serde_json` (shortest text of a number that reads back the same) and read
//! here, because `serde_json` without its `float_roundtrip` feature may miss a float by its last bit.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Number, Value};

use crate::error::StoreError;

/// Deepest nesting that is read; what is deeper was not written by us.
const DEPTH: u32 = 512;

pub(crate) fn write(table: &'static str, value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt { table, what: error.to_string() })
}

pub(crate) fn read<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    let corrupt = |what: String| StoreError::Corrupt { table, what };
    let value = parse(text).ok_or_else(|| corrupt("a field is not JSON".to_owned()))?;
    serde_json::from_value(value).map_err(|error| corrupt(error.to_string()))
}

fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blank();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        self.blank();
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        self.blank();
        match self.peek()? {
            b'n' => self.eat("null").map(|()| Value::Null),
            b't' => self.eat("true").map(|()| Value::Bool(true)),
            b'f' => self.eat("false").map(|()| Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            b'[' => self.array(depth),
            b'{' => self.object(depth),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        self.eat("[")?;
        let mut items = Vec::new();
        if self.eat("]").is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.eat(",").is_none() {
                self.eat("]")?;
                return Some(Value::Array(items));
            }
        }
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        self.eat("{")?;
        let mut fields = Map::new();
        if self.eat("}").is_some() {
            return Some(Value::Object(fields));
        }
        loop {
            self.blank();
            let name = self.string()?;
            self.eat(":")?;
            fields.insert(name, self.value(depth + 1)?);
            if self.eat(",").is_none() {
                self.eat("}")?;
                return Some(Value::Object(fields));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.eat("\"")?;
        let mut plain = true;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    plain = false;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
        if plain {
            Some(self.text[start + 1..self.at - 1].to_owned())
        } else {
            serde_json::from_str(self.text.get(start..self.at)?).ok()
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let number = if let Ok(number) = text.parse::<i64>() {
            Number::from(number)
        } else if let Ok(number) = text.parse::<u64>() {
            Number::from(number)
        } else {
            Number::from_f64(text.parse().ok()?)?
        };
        Some(Value::Number(number))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_values_read_back_equal() {
        for value in [
            json!(null),
            json!({"": {"": [null, [], {}]}, "a.b": 1, "$x": "inbox:1", "null": "NONE"}),
            json!([0, -1, i64::MIN, i64::MAX, u64::MAX]),
            json!([1e308, -1e308, f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, 0.1 + 0.2, -0.0, 1.0]),
            json!("quote \" backslash \\ line \n nul \u{0} escape \u{1b} 😀 \u{202e} \u{feff} é e\u{301}"),
            json!([true, false, "true", "2024-01-01T00:00:00Z", "u'8'", "1h"]),
        ] {
            let text = write("test", &value).expect("JSON is written");
            assert_eq!(read::<Value>("test", &text).expect("it reads back"), value, "{text}");
        }
    }

    #[test]
    fn floats_keep_their_last_bit() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let float = f64::from_bits(bits);
            if float.is_finite() {
                let text = write("test", &float).expect("written");
                assert_eq!(read::<f64>("test", &text).expect("read").to_bits(), float.to_bits(), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", "{", "[1,]", "{\"a\"}", "nul", "1 2", "\"", "\"\\", "-", "1e999", "{a:1}", "[1", "\"\\x\""]
        {
            assert!(read::<Value>("test", text).is_err(), "{text}");
        }
        assert!(read::<Value>("test", &"[".repeat(100_000)).is_err());
    }
}
