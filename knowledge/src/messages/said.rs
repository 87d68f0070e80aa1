//! What did an entry of the journal say?

use studio_core::{
    api::{Message, Sender},
    content::Content,
    dialogue::{Entry, Happening},
};

/// All that people can read of the message that an entry is, or that it makes of an earlier one, in plain text.
pub fn said(entry: &Entry) -> Option<String> {
    match Saying::of(entry) {
        Saying::New { text, .. } => Some(text),
        Saying::Change { text, .. } => text,
        Saying::Erased | Saying::Nothing => None,
    }
}

/// What an entry means for the messages of its conversation.
pub enum Saying {
    /// A message of this key, which no other of the conversation has.
    New {
        key: String,
        text: String,
    },
    /// The message of this key says this from here on; `None`: it was taken back.
    Change {
        key: String,
        text: Option<String>,
    },
    /// All that was said before is forgotten.
    Erased,
    Nothing,
}

impl Saying {
    pub fn of(entry: &Entry) -> Self {
        if let Some(message) = Message::of(entry) {
            let key = match (&message.from, &message.client_id) {
                (Sender::Visitor, Some(id)) => of_visitor(id),
                (Sender::Visitor | Sender::Speaker { .. } | Sender::Note { .. }, _) => {
                    of_number(message.sequence)
                }
            };
            return Self::New { key, text: shown(message.content) };
        }
        if let Happening::Edited { id, content } = &entry.what {
            Self::Change { key: of_visitor(id), text: Some(shown(content.clone())) }
        } else if let Happening::Deleted { id } = &entry.what {
            Self::Change { key: of_visitor(id), text: None }
        } else if let Happening::Corrected { of, content, .. } = &entry.what {
            Self::Change { key: of_number(*of), text: content.clone().map(shown) }
        } else if entry.what == Happening::Erased {
            Self::Erased
        } else {
            Self::Nothing
        }
    }
}

/// What stands on buttons, rows and cards is read as the words above them are; of a file its name.
fn shown(mut content: Content) -> String {
    let words: Vec<String> = content.shown_mut().into_iter().map(std::mem::take).collect();
    let words: Vec<String> = words.into_iter().filter(|words| !words.trim().is_empty()).collect();
    if words.is_empty() { content.plain() } else { words.join(" | ") }
}

/// Visitors change their messages by the platform's ids of them, members by number.
fn of_visitor(id: &str) -> String {
    format!("visitor/{id}")
}

fn of_number(number: u64) -> String {
    format!("number/{number}")
}
