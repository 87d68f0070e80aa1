//! What does a message hold: words, files, places, contacts? (pure)

use serde_json::Value;
use studio_core::{
    content::{Content, Source},
    id::{MediaId, OrganisationId},
};

use super::{
    inbound::{Reader, held},
    payload::{Location, Media, SharedContact, Text},
};
use crate::{file_name, platform::Attachment};

/// What someone sent.
pub struct Said {
    pub content: Content,
    pub attachments: Vec<Attachment>,
    /// Words that the content has no place for.
    pub caption: Option<String>,
}

/// What the field of a message holds that bears the name of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Text,
    File,
    Location,
    Contacts,
}

/// A file name's ending by what the file is said to be.
const ENDINGS: [(&str, &str); 12] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    ("audio/ogg", "ogg"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
    ("video/mp4", "mp4"),
    ("video/3gpp", "3gp"),
    ("application/pdf", "pdf"),
    ("text/plain", "txt"),
];

impl Reader<'_> {
    /// What a message holds, in the field that is called as its kind.
    pub(super) fn content(&self, holds: Holds, kind: &str, message: &Value) -> Result<Said, String> {
        let only = |content| Said { content, attachments: Vec::new(), caption: None };
        Ok(match holds {
            Holds::Text => {
                let Text { body } = held(message, kind)?;
                only(Content::text(body))
            }
            Holds::File => self.file(kind, held(message, kind)?),
            Holds::Location => only(location(&held(message, kind)?)?),
            Holds::Contacts => {
                let shared: Vec<SharedContact> = held(message, kind)?;
                only(Content::text(shared.iter().map(card).collect::<Vec<_>>().join("\n")))
            }
        })
    }

    fn file(&self, kind: &str, file: Media) -> Said {
        let Media { id, mime_type, caption, filename } = file;
        let media_type = mime_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        let plain = media_type.split(';').next().unwrap_or_default().trim();
        let ending = ENDINGS.iter().find(|(known, _)| *known == plain).map(|(_, ending)| *ending);
        let name = filename.unwrap_or_else(|| kind.to_owned());
        let endings = if kind == "document" { &[][..] } else { ending.as_slice() };
        let name = file_name::clean(&name, endings);
        let media = MediaId::of_native(OrganisationId::FIRST, self.connection, &id);
        let caption = caption.filter(|caption| !caption.trim().is_empty());
        let source = Source::Media(media);
        let attachments = vec![Attachment {
            media,
            native: id,
            name: name.clone(),
            media_type: media_type.clone(),
            size: 0,
        }];
        match kind {
            "image" | "sticker" => {
                Said { content: Content::Image { source, alt: name, caption }, attachments, caption: None }
            }
            _ => Said { content: Content::File { source, name, media_type, size: 0 }, attachments, caption },
        }
    }
}

fn location(place: &Location) -> Result<Content, String> {
    let microdegrees = |degrees: f64, most: f64| {
        if !(-most..=most).contains(&degrees) {
            return Err("a place lies outside the earth".to_owned());
        }
        #[expect(clippy::cast_possible_truncation, reason = "180 million fit into 32 bits")]
        Ok((degrees * 1_000_000.0).round() as i32)
    };
    let words = [place.name.as_deref(), place.address.as_deref()];
    let label = words.into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
    Ok(Content::Location {
        latitude_microdegrees: microdegrees(place.latitude, 90.0)?,
        longitude_microdegrees: microdegrees(place.longitude, 180.0)?,
        label: Some(label).filter(|label| !label.is_empty()),
    })
}

/// A contact that was shared, in one line.
fn card(contact: &SharedContact) -> String {
    let name = contact.name.as_ref().and_then(|name| name.formatted_name.clone());
    let phones = contact.phones.iter().filter_map(|phone| phone.phone.clone());
    let emails = contact.emails.iter().filter_map(|email| email.email.clone());
    name.into_iter().chain(phones).chain(emails).collect::<Vec<_>>().join(", ")
}
