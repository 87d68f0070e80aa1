//! How does foreign text reach the screen without moving the cursor, hiding or reversing words?
//!
//! Everything that a server sends is scrubbed in one place, where its JSON is read ([`json`]), so no
//! field can be forgotten. What remains has, character by character, a width that terminals agree on:
//!
//! 1. Controls (C0, C1, DEL) become visible pictures; an escape sequence is then plain words.
//! 2. Bidirectional overrides and isolates become `▯`: someone tried to reverse words.
//! 3. Zero-width characters vanish. This splits joined emoji into their parts, whose widths are
//!    certain; terminals disagree on the width of the joined ones and the row would shift.
//! 4. Of combining marks four stay on a letter, and none without one.

use serde_json::Value;
use studio_core::unseen::{Unseen, unseen};
use unicode_width::UnicodeWidthChar;

/// More marks than any living script needs; towers of them would cover other lines.
const MARKS: usize = 4;

/// Stands for what cannot be shown. Not U+FFFD, whose width terminals disagree on and some swallow.
const STRANGE: char = '▯';

/// Makes a text safe to show; keeps its lines.
pub fn text(input: &str) -> String {
    let mut output = String::with_capacity(input.len());
    let mut marks = None;
    let mut characters = input.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        let shown = match fate(character) {
            Fate::Keep => character,
            Fate::Show(other) => other,
            Fate::Drop => continue,
        };
        if shown == '\n' {
            marks = None;
        } else if shown.width() == Some(0) {
            match &mut marks {
                Some(count) if *count < MARKS => *count += 1,
                Some(_) | None => continue,
            }
        } else {
            marks = Some(0);
        }
        output.push(shown);
    }
    output
}

/// Makes a text safe to show in one line.
pub fn line(input: &str) -> String {
    text(input).replace('\n', " ")
}

/// Scrubs every string of a JSON value, names of fields included.
pub fn json(value: &mut Value) {
    match value {
        Value::String(string) => *string = text(string),
        Value::Array(items) => items.iter_mut().for_each(json),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (name, mut field) in old {
                json(&mut field);
                fields.insert(line(&name), field);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

enum Fate {
    Keep,
    Drop,
    Show(char),
}

fn fate(character: char) -> Fate {
    match unseen(character) {
        Some(Unseen::Break) => Fate::Show('\n'),
        Some(Unseen::Tab | Unseen::Blank) => Fate::Show(' '),
        Some(Unseen::Control) => Fate::Show(picture(character)),
        Some(Unseen::Direction | Unseen::Stray) => Fate::Show(STRANGE),
        Some(Unseen::Nothing) => Fate::Drop,
        None => match character {
            // Skin tones: beside a person two columns in some terminals, none in others.
            '\u{1f3fb}'..='\u{1f3ff}' => Fate::Drop,
            char::REPLACEMENT_CHARACTER => Fate::Show(STRANGE),
            other if other.width().is_none() => Fate::Show(STRANGE),
            _ => Fate::Keep,
        },
    }
}

/// A control as a picture of it.
fn picture(control: char) -> char {
    match control {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(control)).unwrap_or(STRANGE),
        '\u{7f}' => '\u{2421}',
        _ => STRANGE,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn corpus() {
        for (input, expected) in [
            ("plain words, ünïcödé", "plain words, ünïcödé"),
            ("two\nlines", "two\nlines"),
            ("windows\r\nlines\rbare", "windows\nlines␍bare"),
            ("a\tb", "a b"),
            ("\x1b[2J\x1b[1;1Hgone", "␛[2J␛[1;1Hgone"),
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("\u{9b}31mred\u{9d}0;t\u{9c}", "▯31mred▯0;t▯"),
            ("nul\0del\x7f", "nul␀del␡"),
            ("invoice\u{202e}fdp.exe", "invoice▯fdp.exe"),
            ("\u{2066}isolate\u{2069}", "▯isolate▯"),
            ("pay\u{200b}pal\u{feff}\u{2060}", "paypal"),
            ("👨\u{200d}👩\u{200d}👧 ok", "👨👩👧 ok"),
            ("❤\u{fe0f} 👍\u{1f3fd}", "❤ 👍"),
            ("z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "z\u{301}\u{302}\u{303}\u{304}"),
            ("\u{301}alone\n\u{302}", "alone\n"),
            ("日本語 שלום สวัสดี", "日本語 שלום สวัสดี"),
            ("tag\u{e0041}\u{e007f}", "tag"),
            ("line\u{2028}separator\u{85}next", "line\nseparator\nnext"),
            ("\u{fffe}\u{1ffff}", "▯▯"),
        ] {
            assert_eq!(text(input), expected, "{input:?}");
        }
    }

    #[test]
    fn json_is_scrubbed_in_every_place() {
        let mut value = serde_json::json!({"a\x1b": ["\x07", {"b": "c\u{202e}"}], "n": 7});
        json(&mut value);
        assert_eq!(value, serde_json::json!({"a␛": ["␇", {"b": "c▯"}], "n": 7}));
    }

    proptest! {
        #[test]
        fn nothing_dangerous_is_left_and_twice_is_once(input in any::<String>()) {
            let once = text(&input);
            let tame = once.chars().all(|character| character == '\n' || !character.is_control());
            prop_assert!(tame);
            let hidden = ['\u{202d}', '\u{202e}', '\u{2067}', '\u{200b}', '\u{200d}'];
            prop_assert!(!once.contains(hidden));
            prop_assert_eq!(text(&once), once);
        }
    }
}
