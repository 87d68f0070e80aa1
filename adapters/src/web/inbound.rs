//! What does a frame of the widget mean?

use studio_core::{
    content::{Content, Source},
    dialogue::Body,
    id::MediaId,
};

use super::frame::ClientFrame;
use crate::{
    host::{Incoming, MediaFacts},
    http::{is_event_name, is_language, words},
};

const LONGEST_ID: usize = 64;
const LONGEST_VALUE: usize = 2_000;

/// Whose frame it is, and within which bounds.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    pub connection: &'a str,
    pub session: &'a str,
    /// Longest text in characters.
    pub longest_text: usize,
}

/// The id of a frame that is to be stored, and the file that it names.
pub fn named(frame: &ClientFrame) -> Option<(&str, Option<MediaId>)> {
    match frame {
        ClientFrame::Message { id, file, .. } => Some((id, *file)),
        ClientFrame::Press { id, .. } | ClientFrame::Event { id, .. } => Some((id, None)),
        ClientFrame::Hello { .. } | ClientFrame::Typing {} | ClientFrame::Read { .. } => None,
    }
}

/// The event of a frame. `file` is what the studio itself knows of the file that it names, `fingerprint` what a
/// repeat of the frame must be alike in.
///
/// The error is a sentence for the developer of the page.
pub fn incoming(
    sender: Sender<'_>,
    frame: ClientFrame,
    file: Option<(MediaId, MediaFacts)>,
    fingerprint: u64,
) -> Result<Incoming, String> {
    let (id, body) = match frame {
        ClientFrame::Message { id, text, file: named, language } => {
            if language.as_ref().is_some_and(|language| !is_language(language)) {
                return Err("language must be a tag such as en or de-AT".into());
            }
            let content = match (text, named, file) {
                (Some(text), None, _) => Content::text(words(text, sender.longest_text)?),
                (None, Some(_), Some((media, MediaFacts { name, media_type, size }))) => {
                    Content::File { source: Source::Media(media), name, media_type, size }
                }
                (None, Some(_), None) => {
                    return Err("there is no such file in this conversation; upload it first".into());
                }
                (Some(_), Some(_), _) | (None, None, _) => {
                    return Err("a message has either text or file".into());
                }
            };
            (id, Body::said(content, language))
        }
        ClientFrame::Press { id, value, title } => {
            let fits = |text: &str| (1..=LONGEST_VALUE).contains(&text.len());
            if !fits(&value) || !fits(&title) {
                return Err(format!("value and title of a press must be 1 to {LONGEST_VALUE} bytes"));
            }
            (id, Body::Press { value, title })
        }
        ClientFrame::Event { id, name, data } => {
            if !is_event_name(&name) {
                return Err(
                    "the name of an event must be 1 to 64 lower case letters, digits, dots, hyphens and underscores"
                        .into(),
                );
            }
            (id, Body::Custom { name, data })
        }
        ClientFrame::Hello { .. } | ClientFrame::Typing {} | ClientFrame::Read { .. } => {
            return Err("this frame is not stored; send message, press or event".into());
        }
    };
    if !is_id(&id) {
        return Err(format!("id must be 1 to {LONGEST_ID} letters, digits, hyphens and underscores"));
    }
    Ok(Incoming {
        connection: sender.connection.to_owned(),
        thread: sender.session.to_owned(),
        external: sender.session.to_owned(),
        // With the session before it: no visitor can meet another's id.
        native: format!("{}:{id}", sender.session),
        said_at: None,
        author: None,
        body,
        fingerprint: Some(fingerprint),
        attachments: Vec::new(),
    })
}

fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(allowed)
}
