//! How are the values of sensitive slots kept out of the journal?

use serde_json::{Value, json};

use super::{Happening, evaluate::percent_encode};
use crate::content::Content;

const MASK: &str = "***";
/// Shorter values would turn every text into stars and hide nothing that could be guessed from it.
const SHORTEST: usize = 3;

/// Hides `secret` in what was recorded of a visitor's message or press.
pub fn received(what: &mut Happening, secret: &str) {
    if secret.is_empty() {
        return;
    }
    match what {
        Happening::Received { content, understanding, .. } => {
            mask_content(content, secret);
            for found in &mut understanding.entities {
                if found.text.contains(secret) || secret.contains(&found.text) {
                    MASK.clone_into(&mut found.text);
                    found.value = json!(MASK);
                }
            }
        }
        Happening::Pressed { value, title, .. } => {
            *value = value.replace(secret, MASK);
            *title = title.replace(secret, MASK);
        }
        Happening::Opened { .. }
        | Happening::Happened { .. }
        | Happening::Said { .. }
        | Happening::Noted { .. }
        | Happening::SlotFilled { .. }
        | Happening::FlowStarted { .. }
        | Happening::FlowEnded { .. }
        | Happening::Searched { .. }
        | Happening::Called { .. }
        | Happening::Answered { .. }
        | Happening::HandedOff { .. }
        | Happening::OwnerChanged { .. }
        | Happening::Tagged { .. }
        | Happening::Rated { .. }
        | Happening::Repaired { .. }
        | Happening::Waiting { .. }
        | Happening::Closed { .. }
        | Happening::Reopened
        | Happening::Refused { .. }
        | Happening::Faulted { .. }
        | Happening::Erased => {}
    }
}

fn mask_content(content: &mut Content, secret: &str) {
    match content {
        Content::Text { text, .. } | Content::Buttons { text, .. } | Content::List { text, .. } => {
            *text = text.replace(secret, MASK);
        }
        Content::Image { alt, caption, .. } => {
            *alt = alt.replace(secret, MASK);
            *caption = caption.take().map(|caption| caption.replace(secret, MASK));
        }
        Content::File { name, .. } => *name = name.replace(secret, MASK),
        Content::Location { label, .. } => *label = label.take().map(|label| label.replace(secret, MASK)),
        // Visitors send no cards.
        Content::Card(_) | Content::Carousel { .. } => {}
    }
}

/// A text without any of `secrets`.
pub fn text<'a>(text: &str, secrets: impl Iterator<Item = &'a Value>) -> String {
    let mut masked = text.to_owned();
    for secret in secrets {
        let secret = match secret {
            Value::String(secret) => secret.clone(),
            Value::Number(number) => number.to_string(),
            // Files and truth values are not what one reads in a text.
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
        };
        if secret.chars().count() >= SHORTEST {
            masked = masked.replace(&secret, MASK).replace(&percent_encode(&secret), MASK);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_become_stars() {
        let secrets = [json!("ada@example.com"), json!(4711), json!(true), json!("ab")];
        assert_eq!(text("mail ada@example.com, 4711, ab", secrets.iter()), "mail ***, ***, ab");
    }
}
