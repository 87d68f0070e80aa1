//! What does a message say, whoever wrote it?

use studio_core::{content::Content, dialogue::Body};
use teloxide_core::types::{
    Contact, Location, MediaKind, Message, MessageEntity, MessageEntityKind, MessageKind,
};

use super::{address::named, files};
use crate::platform::Attachment;

/// What was said in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// Messages, in order: a file, and then the words that stand below it.
    pub bodies: Vec<Body>,
    pub attachments: Vec<Attachment>,
    /// A telephone number that Telegram knows to be the speaker's own.
    pub own_phone: Option<String>,
}

/// `None` where nothing was said that a bot can read.
pub(super) fn said(connection: &str, message: &Message) -> Option<Said> {
    let MessageKind::Common(common) = &message.kind else { return None };
    let mut said = Said::default();
    match &common.media_kind {
        MediaKind::Text(text) => said.say(Content::text(with_links(&text.text, &text.entities))),
        MediaKind::Location(location) => said.say(place(&location.location, None)),
        MediaKind::Venue(venue) => {
            let venue = &venue.venue;
            let label =
                [venue.title.trim(), venue.address.trim()].into_iter().filter(|part| !part.is_empty());
            said.say(place(&venue.location, Some(label.collect::<Vec<_>>().join(", "))));
        }
        MediaKind::Contact(contact) => {
            let own = message.from.as_ref().map(|user| user.id);
            said.contact(&contact.contact, contact.contact.user_id.is_some_and(|id| Some(id) == own));
        }
        MediaKind::Sticker(sticker) => {
            // What it shows is what it means; the picture says no more to a bot.
            said.say(Content::text(sticker.sticker.emoji.clone().unwrap_or_else(|| "🙂".to_owned())));
        }
        media => {
            let found = files::found(connection, media)?;
            let caption = found.caption.as_deref().filter(|caption| !caption.trim().is_empty());
            let entities = message.caption_entities().unwrap_or_default();
            let caption = caption.map(|caption| with_links(caption, entities));
            let name = found.attachment.name.clone();
            if found.picture {
                said.say(Content::Image { source: found.source, alt: name, caption });
            } else {
                let (media_type, size) = (found.attachment.media_type.clone(), found.attachment.size);
                said.say(Content::File { source: found.source, name, media_type, size });
                if let Some(caption) = caption {
                    said.say(Content::text(caption));
                }
            }
            said.attachments.push(found.attachment);
        }
    }
    Some(said)
}

impl Said {
    fn say(&mut self, content: Content) {
        self.bodies.push(Body::said(content, None));
    }

    fn contact(&mut self, contact: &Contact, own: bool) {
        let digits = contact.phone_number.trim();
        let phone = if digits.starts_with('+') { digits.to_owned() } else { format!("+{digits}") };
        if own {
            self.say(Content::text(phone.clone()));
            self.own_phone = Some(phone);
            return;
        }
        let name = [Some(contact.first_name.as_str()), contact.last_name.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.say(Content::text(format!("{}, {phone}", name.trim())));
    }
}

/// What was written, alone or below a file.
pub(super) fn words(bodies: &mut [Body]) -> Option<&mut String> {
    bodies.iter_mut().find_map(|body| match body {
        Body::Message { content: Content::Text { text, .. }, .. } => Some(text),
        Body::Message { content: Content::Image { caption, .. }, .. } => caption.as_mut(),
        _ => None,
    })
}

/// Of a file below which nothing but the bot's name stood nothing was said.
pub(super) fn drop_silence(bodies: &mut Vec<Body>) {
    bodies.retain_mut(|body| match body {
        Body::Message { content: Content::Text { text, .. }, .. } => !text.is_empty(),
        Body::Message { content: Content::Image { caption, .. }, .. } => {
            *caption = caption.take().filter(|caption| !caption.is_empty());
            true
        }
        _ => true,
    });
}

/// The words, with each address that lies behind some of them written after those.
fn with_links(text: &str, entities: &[MessageEntity]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for entity in entities {
        let MessageEntityKind::TextLink { url } = &entity.kind else { continue };
        let Some(words) = named(text, entity) else { continue };
        let end = words.as_ptr() as usize - text.as_ptr() as usize + words.len();
        if end < at || words.trim() == url.as_str() || words.trim() == url.as_str().trim_end_matches('/') {
            continue;
        }
        written.push_str(&text[at..end]);
        written.extend([" (", url.as_str(), ")"]);
        at = end;
    }
    written.push_str(&text[at..]);
    written
}

fn place(location: &Location, label: Option<String>) -> Content {
    #[expect(clippy::cast_possible_truncation, reason = "180 million fit into 32 bits, and more is cut")]
    let micro = |degrees: f64| (degrees * 1_000_000.0).round() as i32;
    Content::Location {
        latitude_microdegrees: micro(location.latitude.clamp(-90.0, 90.0)),
        longitude_microdegrees: micro(location.longitude.clamp(-180.0, 180.0)),
        label,
    }
}
