//! The conversation that is open, and what was written in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::{
    api::{ConversationDetail, Delivery, Message, VisitorChange},
    content::{Content, Source},
    dialogue::Entry,
    id::{ConversationId, MediaId},
};

use crate::draft::DraftKind;

/// The conversation that is open.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a state of its own: any of them may hold beside any other"
)]
pub struct Room {
    pub id: ConversationId,
    pub detail: Option<ConversationDetail>,
    pub detail_asked: Asked,
    pub messages: BTreeMap<u64, Message>,
    pub messages_loaded: bool,
    /// What became of those that were sent to the other end, as far as it was read.
    pub deliveries: BTreeMap<u64, Delivery>,
    /// What visitors made of their messages, by their own ids of them.
    pub changes: BTreeMap<String, VisitorChange>,
    pub entries: BTreeMap<u64, Entry>,
    pub timeline_loaded: bool,
    pub doing: Doing,
    /// The operator took it over, and its turn has not come.
    pub taking: bool,
    /// Where the mind has no room beside the conversation: whether it is shown instead.
    pub mind: bool,
    /// Lines above the end, of the transcript and of the timeline.
    pub scroll: usize,
    pub timeline_scroll: usize,
    /// Number of the message that a search found, which is marked.
    pub found: Option<u64>,
    /// Whether the transcript is to be moved to it once it is read.
    pub seek: bool,
    /// Which of the files the operator stands on.
    pub file: usize,
    /// Who is typing, and until when that holds.
    pub typing: Option<(String, Timestamp)>,
    /// Until when the visitor need not be told again that the operator is typing.
    pub told_typing: Option<Timestamp>,
    pub stale: bool,
    /// Number of the last entry that erased what came before it; 0 where none did.
    pub erased: u64,
}

impl Room {
    pub fn new(id: ConversationId) -> Self {
        Self {
            id,
            detail: None,
            detail_asked: Asked::Not,
            messages: BTreeMap::new(),
            messages_loaded: false,
            deliveries: BTreeMap::new(),
            changes: BTreeMap::new(),
            entries: BTreeMap::new(),
            timeline_loaded: false,
            doing: Doing::Reading,
            taking: false,
            mind: false,
            scroll: 0,
            timeline_scroll: 0,
            found: None,
            seek: false,
            file: 0,
            typing: None,
            told_typing: None,
            stale: false,
            erased: 0,
        }
    }

    /// The files and pictures that the studio keeps of this conversation, the latest first.
    pub fn files(&self) -> Vec<FileOf<'_>> {
        self.messages.values().rev().filter_map(FileOf::of).collect()
    }

    pub fn writing(&self) -> Option<DraftKind> {
        match self.doing {
            Doing::Writing(kind) => Some(kind),
            Doing::Reading | Doing::Closing => None,
        }
    }
}

/// A file in the transcript.
#[derive(Clone, Copy, Debug)]
pub struct FileOf<'a> {
    pub message: &'a Message,
    pub media: MediaId,
    /// As its sender called it; empty for a picture without words.
    pub name: &'a str,
    /// Bytes, 0 where unknown.
    pub size: u64,
}

impl<'a> FileOf<'a> {
    fn of(message: &'a Message) -> Option<Self> {
        match &message.content {
            Content::File { source: Source::Media(media), name, media_type: _, size } => {
                Some(Self { message, media: *media, name, size: *size })
            }
            Content::Image { source: Source::Media(media), alt, caption: _ } => {
                Some(Self { message, media: *media, name: alt, size: 0 })
            }
            Content::File { source: Source::Url(_), .. }
            | Content::Image { source: Source::Url(_), .. }
            | Content::Text { .. }
            | Content::Buttons { .. }
            | Content::List { .. }
            | Content::Card(_)
            | Content::Carousel { .. }
            | Content::Location { .. } => None,
        }
    }
}

/// Whether a question is under way: a burst of turns asks twice, not once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Not,
    Once,
    /// Something changed since it was asked.
    AndAgain,
}

/// What the operator does in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Reading,
    Writing(DraftKind),
    /// Was asked whether it should really be closed.
    Closing,
}

/// Something that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub number: u64,
    pub conversation: ConversationId,
    pub kind: DraftKind,
    /// As it was typed; scrubbed where it is shown.
    pub text: String,
    pub at: Timestamp,
    /// Last sequence number that was known when it was sent: what it becomes comes later.
    pub after: u64,
    /// Whether the server stored it.
    pub accepted: bool,
}
