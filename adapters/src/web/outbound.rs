//! What does the widget get to see?

use studio_core::{
    api::{Message, Sender},
    content::{Action, Button, Content, Source},
    dialogue::{Owner, Speaker},
};
use url::Url;

use super::frame::{From, MessageFrame, OwnerFace};

/// A message as the widget gets it; `None` for a note among members.
///
/// The widget draws every form of content, so nothing is degraded; links and pictures of a scheme
/// that could run code are taken out here, although the widget refuses them as well.
pub fn message(message: &Message) -> Option<MessageFrame> {
    let (from, name) = match &message.from {
        Sender::Visitor => (From::Visitor, None),
        Sender::Speaker { speaker: Speaker::Bot } => (From::Bot, None),
        Sender::Speaker { speaker: Speaker::Member { name, .. } } => (From::Agent, Some(name.clone())),
        Sender::Note { .. } => return None,
    };
    // Stored with the session before it: `session:id`.
    let id = message.client_id.as_deref().map(|id| id.rsplit_once(':').map_or(id, |(_, id)| id).to_owned());
    Some(MessageFrame {
        sequence: message.sequence,
        at: message.at,
        from,
        name,
        id,
        content: safe(message.content.clone()),
    })
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
            quick_replies.retain(is_safe_button);
            Content::Text { text, quick_replies }
        }
        Content::Buttons { text, mut buttons } => {
            buttons.retain(is_safe_button);
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
            if is_safe_source(&source) {
                Content::Image { source, alt, caption }
            } else {
                Content::text(caption.unwrap_or(alt))
            }
        }
        Content::File { source, name, media_type, size } => {
            if is_safe_source(&source) {
                Content::File { source, name, media_type, size }
            } else {
                Content::text(name)
            }
        }
        content @ (Content::List { .. } | Content::Location { .. }) => content,
    }
}

fn make_card_safe(card: &mut studio_core::content::Card) {
    card.buttons.retain(is_safe_button);
    if card.image.as_ref().is_some_and(|image| !is_safe_source(&image.source)) {
        card.image = None;
    }
}

fn is_safe_button(button: &Button) -> bool {
    match &button.action {
        Action::Value(_) => true,
        Action::Link(link) => {
            Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"))
        }
    }
}

fn is_safe_source(source: &Source) -> bool {
    match source {
        Source::Media(_) => true,
        Source::Url(url) => Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")),
    }
}
