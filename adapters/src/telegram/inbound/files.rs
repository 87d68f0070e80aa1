//! Which file does a message hold, and what is it called?

use studio_core::{
    content::Source,
    id::{MediaId, OrganisationId},
};
use teloxide_core::types::{FileMeta, MediaKind, Message, MessageKind, PhotoSize};

use crate::{file_name, platform::Attachment};

/// A file of Telegram's.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub source: Source,
    pub attachment: Attachment,
    pub caption: Option<String>,
    pub picture: bool,
}

/// Kinds of messages that a bot cannot read.
pub const UNREADABLE: [&str; 6] = ["dice", "poll", "game", "story", "checklist", "paid_media"];

/// What a message of this kind is called where a bot cannot read it; `None` for what the chat itself says.
pub(super) fn unsupported(message: &Message) -> Option<&'static str> {
    let kind = match &message.kind {
        MessageKind::Dice(_) => Some("dice"),
        MessageKind::Common(common) => match &common.media_kind {
            MediaKind::Poll(_) => Some("poll"),
            MediaKind::Game(_) => Some("game"),
            MediaKind::Story(_) => Some("story"),
            MediaKind::Checklist(_) => Some("checklist"),
            MediaKind::PaidMedia(_) => Some("paid_media"),
            _ => None,
        },
        _ => None,
    };
    debug_assert!(
        kind.is_none_or(|kind| UNREADABLE.contains(&kind)),
        "{kind:?} is listed, and has a fixture"
    );
    kind
}

pub(super) fn found(connection: &str, media: &MediaKind) -> Option<Found> {
    let mime = |mime: Option<&dyn ToString>, otherwise: &str| {
        mime.map_or_else(|| otherwise.to_owned(), ToString::to_string)
    };
    let (meta, name, media_type, picture) = match media {
        MediaKind::Photo(photo) => {
            let largest = largest(&photo.photo)?;
            (&largest.file, "photo.jpg".to_owned(), "image/jpeg".to_owned(), true)
        }
        MediaKind::Document(document) => {
            let document = &document.document;
            let name = document.file_name.clone().unwrap_or_else(|| "file".to_owned());
            let media_type =
                mime(document.mime_type.as_ref().map(|mime| mime as _), "application/octet-stream");
            (&document.file, name, media_type, false)
        }
        MediaKind::Voice(voice) => {
            let media_type = mime(voice.voice.mime_type.as_ref().map(|mime| mime as _), "audio/ogg");
            (&voice.voice.file, "voice.ogg".to_owned(), media_type, false)
        }
        MediaKind::Audio(audio) => {
            let audio = &audio.audio;
            let name = audio.file_name.clone().or_else(|| audio.title.clone());
            let media_type = mime(audio.mime_type.as_ref().map(|mime| mime as _), "audio/mpeg");
            (&audio.file, name.unwrap_or_else(|| "audio.mp3".to_owned()), media_type, false)
        }
        MediaKind::Video(video) => {
            let video = &video.video;
            let name = video.file_name.clone().unwrap_or_else(|| "video.mp4".to_owned());
            (&video.file, name, mime(video.mime_type.as_ref().map(|mime| mime as _), "video/mp4"), false)
        }
        MediaKind::VideoNote(note) => {
            (&note.video_note.file, "video-note.mp4".to_owned(), "video/mp4".to_owned(), false)
        }
        MediaKind::Animation(animation) => {
            let animation = &animation.animation;
            let name = animation.file_name.clone().unwrap_or_else(|| "animation.mp4".to_owned());
            (
                &animation.file,
                name,
                mime(animation.mime_type.as_ref().map(|mime| mime as _), "video/mp4"),
                false,
            )
        }
        MediaKind::Contact(_)
        | MediaKind::PaidMedia(_)
        | MediaKind::Game(_)
        | MediaKind::Venue(_)
        | MediaKind::Location(_)
        | MediaKind::Poll(_)
        | MediaKind::Checklist(_)
        | MediaKind::Sticker(_)
        | MediaKind::Story(_)
        | MediaKind::Text(_)
        | MediaKind::Migration(_) => return None,
    };
    let id = MediaId::of_native(OrganisationId::FIRST, connection, &meta.id.0);
    let attachment = Attachment {
        media: id,
        native: meta.id.0.clone(),
        name: file_name::clean(&name, &[]),
        media_type,
        size: size(meta),
    };
    Some(Found { source: Source::Media(id), attachment, caption: caption(media), picture })
}

fn caption(media: &MediaKind) -> Option<String> {
    match media {
        MediaKind::Photo(photo) => photo.caption.clone(),
        MediaKind::Document(document) => document.caption.clone(),
        MediaKind::Voice(voice) => voice.caption.clone(),
        MediaKind::Audio(audio) => audio.caption.clone(),
        MediaKind::Video(video) => video.caption.clone(),
        MediaKind::Animation(animation) => animation.caption.clone(),
        _ => None,
    }
}

fn largest(sizes: &[PhotoSize]) -> Option<&PhotoSize> {
    sizes.iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height))
}

/// 0 where Telegram does not say; teloxide has the greatest number then.
fn size(meta: &FileMeta) -> u64 {
    if meta.size == u32::MAX { 0 } else { u64::from(meta.size) }
}
