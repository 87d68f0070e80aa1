//! How does a value travel that no button can carry? By a token: a keyed hash, which is looked for among the
//! values of the conversation's messages when it comes back.

use studio_core::{
    content::{Action, Button, Card, Content, Form},
    id::ConversationId,
};

use crate::{
    host::{Host, HostError},
    offered,
};

/// Of a select's option, in bytes (slack_sdk `models/blocks/basic_components.py`: 150 characters).
const LONGEST: usize = 150;
/// What every token begins with. Values that begin so themselves travel as tokens, so it is never mistaken.
const PREFIX: char = '~';

/// What a button carries for a value.
pub(super) fn carried(key: &[u8; 32], value: &str) -> String {
    if !value.trim().is_empty() && value.len() <= LONGEST && !value.starts_with(PREFIX) {
        return value.to_owned();
    }
    format!("{PREFIX}{}", hex::encode(offered::mark(key, "slack", value)))
}

/// A content whose values are as buttons carry them.
pub(super) fn carry(key: &[u8; 32], mut content: Content) -> Content {
    fn buttons(key: &[u8; 32], buttons: &mut [Button]) {
        for button in buttons {
            match &mut button.action {
                Action::Value(value) => *value = carried(key, value),
                Action::Link(_) | Action::Form(_) => {}
            }
        }
    }
    let card = |card: &mut Card| buttons(key, &mut card.buttons);
    match &mut content {
        Content::Text { quick_replies: of, .. } | Content::Buttons { buttons: of, .. } => buttons(key, of),
        Content::List { sections, .. } => {
            for row in sections.iter_mut().flat_map(|section| &mut section.rows) {
                row.value = carried(key, &row.value);
            }
        }
        Content::Card(one) => card(one),
        Content::Carousel { cards } => cards.iter_mut().for_each(card),
        Content::Image { .. } | Content::File { .. } | Content::Location { .. } => {}
    }
    content
}

/// The value that came back and its full title; `None` for a token whose message is gone.
pub(super) async fn meant<H: Host>(
    host: &H,
    conversation: ConversationId,
    carried_value: &str,
) -> Result<Option<(String, Option<String>)>, HostError> {
    if !carried_value.starts_with(PREFIX) {
        return Ok(Some((carried_value.to_owned(), None)));
    }
    let key = host.token_key();
    offered::find(host, conversation, |message| {
        let mut values = message.content.values().into_iter();
        let (value, title) = values.find(|(value, _)| carried(&key, value) == carried_value)?;
        Some((value.to_owned(), Some(title.to_owned())))
    })
    .await
}

/// The form of this id that was offered in the conversation, if it still is.
pub(super) async fn form<H: Host>(
    host: &H,
    conversation: ConversationId,
    id: &str,
) -> Result<Option<Form>, HostError> {
    offered::find(host, conversation, |message| message.content.form(id).cloned()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_travels_as_it_is() {
        let key = [7; 32];
        let check = |value: &str, as_is: bool| {
            let carried = carried(&key, value);
            assert!((1..=LONGEST).contains(&carried.len()), "{carried}");
            assert_eq!(carried == value, as_is, "{value:?}");
        };
        check("yes", true);
        check(&"y".repeat(150), true);
        check(&"y".repeat(151), false);
        check(&"ü".repeat(76), false);
        check("~yes", false);
        check("", false);
        check(" ", false);
        assert_ne!(carried(&key, &"a".repeat(200)), carried(&key, &"b".repeat(200)));
        assert_ne!(carried(&[8; 32], "~"), carried(&key, "~"), "nobody without the key can make one");
    }
}
