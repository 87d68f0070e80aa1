//! What does the widget get to see?

use studio_core::{
    api::Message,
    content::{Action, Button, Content},
    dialogue::Owner,
};

use super::frame::{MessageFrame, OwnerFace, ServerFrame};

/// Longest frame that a socket carries, in bytes.
pub const LARGEST: usize = 512 << 10;

/// A message as the widget gets it; `None` for a note among members.
///
/// The widget draws every form of content, so nothing is degraded; links and pictures of a scheme
/// that could run code are taken out here, although the widget refuses them as well.
pub fn message(message: &Message) -> Option<MessageFrame> {
    let shown = MessageFrame::of(message)?;
    Some(MessageFrame { content: safe(shown.content), ..shown })
}

/// A frame as a socket carries it; the error is its length in bytes, where that is too much.
pub fn written(frame: &ServerFrame) -> Result<String, usize> {
    let text = serde_json::to_string(frame).expect("frames are plain data");
    if text.len() > LARGEST { Err(text.len()) } else { Ok(text) }
}

/// Whether a socket carries a message. One that is larger is told by no socket, but has its place among what is fetched without.
pub fn fits_a_socket(told: &Message) -> bool {
    message(told).is_none_or(|frame| written(&ServerFrame::Message(frame)).is_ok())
}

/// Who talks to the visitor.
pub fn owner(owner: &Owner) -> OwnerFace {
    match owner {
        Owner::Bot => OwnerFace::Bot {},
        Owner::Team { .. } => OwnerFace::Waiting {},
        Owner::Member { name, .. } => OwnerFace::Agent { name: name.clone() },
    }
}

fn safe(content: Content) -> Content {
    match content {
        Content::Text { text, mut quick_replies } => {
            quick_replies.retain(is_shown);
            Content::Text { text, quick_replies }
        }
        Content::Buttons { text, mut buttons } => {
            buttons.retain(is_shown);
            Content::Buttons { text, buttons }
        }
        Content::Card(mut card) => {
            make_card_safe(&mut card);
            Content::Card(card)
        }
        Content::Carousel { mut cards } => {
            cards.iter_mut().for_each(make_card_safe);
            Content::Carousel { cards }
        }
        Content::Image { source, alt, caption } => {
            if source.is_safe() {
                Content::Image { source, alt, caption }
            } else {
                Content::text(caption.unwrap_or(alt))
            }
        }
        Content::File { source, name, media_type, size } => {
            if source.is_safe() {
                Content::File { source, name, media_type, size }
            } else {
                Content::text(name)
            }
        }
        content @ (Content::List { .. } | Content::Location { .. }) => content,
    }
}

/// The widget opens no forms: it asks one by one.
fn is_shown(button: &Button) -> bool {
    button.action.is_safe() && !matches!(button.action, Action::Form(_))
}

fn make_card_safe(card: &mut studio_core::content::Card) {
    card.buttons.retain(is_shown);
    if card.image.as_ref().is_some_and(|image| !image.source.is_safe()) {
        card.image = None;
    }
}
