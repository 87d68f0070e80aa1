//! How do payloads survive the store unchanged?
//!
//! States, events and contents are stored as JSON text in one field beside the fields that are
//! queried: the database then never interprets them (its own objects know no numbers above
//! `i64::MAX`, and take some strings for other things).
//!
//! `serde_json` has its feature `float_roundtrip` here: a float reads back to its last bit.

use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;

/// What is nested deeper is not written: `serde_json` reads 128 levels.
const MOST_LEVELS: usize = 100;

pub(crate) fn write(table: &'static str, value: &impl Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_string(value)
        .map_err(|error| StoreError::Corrupt { table, what: error.to_string() })?;
    let levels = if count(&text) > MOST_LEVELS { levels(&text) } else { 0 };
    if levels > MOST_LEVELS {
        return Err(StoreError::Refused(format!("a row of `{table}` is nested {levels} levels deep")));
    }
    Ok(text)
}

/// Lists and maps that a text of JSON has at most. Hardly any has many, and this is counted in no time.
fn count(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

/// How many lists and maps stand in one another in a text of JSON.
fn levels(text: &str) -> usize {
    let (mut deepest, mut now, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !quoted => now -= 1,
            _ => {}
        }
    }
    deepest
}

pub(crate) fn read<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt { table, what: error.to_string() })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
    fn what_is_written_can_be_read() {
        let nested = |levels: usize| (0..levels).fold(json!("]}\\\"[{"), |inner, _| json!({ "[\"": inner }));
        let text = write("test", &nested(MOST_LEVELS)).expect("it is written");
        assert_eq!(read::<Value>("test", &text).expect("it reads back"), nested(MOST_LEVELS));
        let deeper = write("test", &nested(MOST_LEVELS + 1));
        assert!(matches!(deeper, Err(StoreError::Refused(_))), "{deeper:?}");
        let wide = json!(vec![json!({ "[": [] }); MOST_LEVELS]);
        let text = write("test", &wide).expect("many beside one another are not deep");
        assert_eq!(read::<Value>("test", &text).expect("it reads back"), wide);
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
