//! How are the values of sensitive slots kept out of the journal?

use serde_json::{Value, json};

use super::{Happening, evaluate::percent_encode, words::in_words};
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
        Happening::Edited { content, .. } => mask_content(content, secret),
        Happening::Pressed { value, title, .. } => {
            *value = value.replace(secret, MASK);
            *title = title.replace(secret, MASK);
        }
        Happening::Opened { .. }
        | Happening::Introduced { .. }
        | Happening::Deleted { .. }
        | Happening::Happened { .. }
        | Happening::Said { .. }
        | Happening::Corrected { .. }
        | Happening::Noted { .. }
        | Happening::SlotFilled { .. }
        | Happening::FlowStarted { .. }
        | Happening::FlowEnded { .. }
        | Happening::Searched { .. }
        | Happening::Called { .. }
        | Happening::Answered { .. }
        | Happening::HandedOff { .. }
        | Happening::OwnerChanged { .. }
        | Happening::LanguageChanged { .. }
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

/// Hides the values of sensitive slots where a visitor's message or answer names them again; tells in which
/// other ways a message wrote them.
pub fn again(what: &mut Happening, secrets: &[String]) -> Vec<String> {
    let mut otherwise = Vec::new();
    if let Happening::Received { understanding, .. } = what {
        let same = |value: &Value| value.as_str().is_some_and(|value| secrets.iter().any(|it| it == value));
        let found = understanding.entities.iter().filter(|found| same(&found.value));
        let long = found.filter(|found| found.text.chars().count() >= SHORTEST);
        otherwise.extend(long.map(|found| found.text.clone()));
    }
    if let Happening::SlotFilled { value: Value::String(value), .. } = what {
        *value = text(value, secrets);
    }
    for secret in secrets.iter().chain(&otherwise) {
        if !matches!(what, Happening::Received { content, .. } if !content.plain().contains(secret)) {
            received(what, secret);
        }
    }
    otherwise
}

/// What one would read of a value in a text.
pub fn secret(value: &Value) -> Option<String> {
    in_words(value).filter(|secret| secret.chars().count() >= SHORTEST)
}

/// A text without any of `secrets`.
pub fn text(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret, MASK).replace(&percent_encode(secret), MASK)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_become_stars() {
        let values = [json!("ada@example.com"), json!(4711), json!(true), json!("ab")];
        let secrets: Vec<String> = values.iter().filter_map(secret).collect();
        assert_eq!(text("mail ada@example.com, 4711, ab", &secrets), "mail ***, ***, ab");
    }
}
