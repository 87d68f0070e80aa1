//! What of a content can no channel say? Bot files are checked with places and hints; this is for what comes by the API.

use serde_json::Value;

use super::{Action, Button, Card, Content};
use crate::unseen::{Unseen, is_readable, unseen};

const MICRODEGREES: i32 = 1_000_000;

impl Content {
    /// What is wrong with it, in words for whoever wrote it.
    pub fn misfit(&self) -> Option<String> {
        let texts = serde_json::to_value(self).unwrap_or_default();
        let wrong = match self {
            Self::Text { quick_replies, .. } => buttons(quick_replies),
            Self::Buttons { buttons: none, .. } if none.is_empty() => {
                Some("`buttons` is empty: add some".to_owned())
            }
            Self::Buttons { buttons: some, .. } => buttons(some),
            Self::List { button, sections, .. } => {
                let mut rows = sections.iter().flat_map(|section| &section.rows).peekable();
                if rows.peek().is_none() {
                    Some("the list has no rows: add some".to_owned())
                } else if !is_readable(button) || rows.any(|row| !is_readable(&row.title)) {
                    Some("the list's `button` and each row's `title` must hold something to read".to_owned())
                } else {
                    None
                }
            }
            Self::Card(card) => self::card(card),
            Self::Carousel { cards } if cards.is_empty() => Some("`cards` is empty: add some".to_owned()),
            Self::Carousel { cards } => cards.iter().find_map(card),
            Self::Image { .. } | Self::File { .. } => None,
            Self::Location { latitude_microdegrees, longitude_microdegrees, .. } => {
                degrees("latitude_microdegrees", *latitude_microdegrees, 90)
                    .or_else(|| degrees("longitude_microdegrees", *longitude_microdegrees, 180))
            }
        };
        wrong.or_else(|| control(&texts))
    }
}

/// The first control character that cannot stand in a text, told.
pub fn control_character(text: &str) -> Option<String> {
    // A carriage return is how some clients end their lines.
    let odd = text.chars().find(|one| *one != '\r' && unseen(*one) == Some(Unseen::Control))?;
    Some(format!("the control character U+{:04X} cannot stand in a text: take it out", u32::from(odd)))
}

fn control(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => control_character(text),
        Value::Array(items) => items.iter().find_map(control),
        Value::Object(fields) => fields.values().find_map(control),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn card(card: &Card) -> Option<String> {
    if !is_readable(&card.title) {
        return Some("the `title` of a card must hold something to read".to_owned());
    }
    buttons(&card.buttons)
}

fn buttons(all: &[Button]) -> Option<String> {
    let is_empty = |button: &Button| {
        let does_nothing = match &button.action {
            Action::Value(value) => value.trim().is_empty(),
            Action::Link(link) => link.trim().is_empty(),
            Action::Form(_) => false,
        };
        !is_readable(&button.title) || does_nothing
    };
    all.iter().any(is_empty).then(|| "a button needs a `title` to read and something that it does".to_owned())
}

fn degrees(name: &str, number: i32, most: i32) -> Option<String> {
    let most = most * MICRODEGREES;
    (number.unsigned_abs() > most.unsigned_abs()).then(|| format!("`{name}` is from -{most} to {most}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_channel_can_say_is_told() {
        let check = |content: Value, expected: Option<&str>| {
            let content: Content = serde_json::from_value(content).expect("a content");
            let told = content.misfit();
            match expected {
                None => assert_eq!(told, None, "{content:?}"),
                Some(words) => {
                    assert!(told.as_ref().is_some_and(|told| told.contains(words)), "{content:?} {told:?}");
                }
            }
        };
        let place = |latitude: i32, longitude: i32| json!({ "type": "location", "latitude_microdegrees": latitude, "longitude_microdegrees": longitude });
        let button = |title: &str, value: &str| json!({ "title": title, "action": { "value": value } });
        check(json!({ "type": "text", "text": "two\r\nlines\tand שלום 👍" }), None);
        check(place(90_000_000, -180_000_000), None);
        check(place(90_000_001, 0), Some("latitude"));
        check(place(0, i32::MIN), Some("longitude"));
        check(json!({ "type": "text", "text": "a\u{0}b" }), Some("U+0000"));
        check(json!({ "type": "text", "text": "a\u{1b}[2J" }), Some("U+001B"));
        check(json!({ "type": "buttons", "text": "a", "buttons": [] }), Some("`buttons` is empty"));
        check(json!({ "type": "buttons", "text": "a", "buttons": [button(" ", "x")] }), Some("`title`"));
        let blank = button("\u{200b}\u{3164}", "x");
        check(json!({ "type": "buttons", "text": "a", "buttons": [blank] }), Some("`title`"));
        check(json!({ "type": "card", "title": "\u{2060}", "buttons": [] }), Some("`title` of a card"));
        let rows = json!([{ "rows": [{ "title": "\u{feff}", "value": "x" }] }]);
        check(json!({ "type": "list", "text": "a", "button": "b", "sections": rows }), Some("each row"));
        check(json!({ "type": "buttons", "text": "a", "buttons": [button("x", "")] }), Some("it does"));
        check(json!({ "type": "buttons", "text": "a", "buttons": [button("x", "\u{7}")] }), Some("U+0007"));
        check(json!({ "type": "buttons", "text": "a", "buttons": [button("x", "y")] }), None);
        check(json!({ "type": "carousel", "cards": [] }), Some("`cards` is empty"));
        check(
            json!({ "type": "list", "text": "a", "button": "b", "sections": [{ "rows": [] }] }),
            Some("no rows"),
        );
    }
}
