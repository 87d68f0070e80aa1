//! The conversation that is open, and what was written in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::{
    api::{ConversationDetail, Correction, Delivery, Message, RefusedChange, Sender, VisitorChange},
    content::{Content, Source, corrects},
    dialogue::{Entry, Speaker},
    id::{ConversationId, MediaId},
};

use super::{PersonOf, Templates};
use crate::draft::{Draft, DraftKind};

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
    /// What members made of messages that had left, by their numbers.
    pub corrected: BTreeMap<u64, Corrected>,
    pub entries: BTreeMap<u64, Entry>,
    pub timeline_loaded: bool,
    pub doing: Doing,
    /// The operator took it over, and its turn has not come.
    pub taking: bool,
    /// Where the mind has no room beside the conversation: whether it is shown instead.
    pub mind: bool,
    /// Lines of the mind above the first that is shown.
    pub mind_scroll: usize,
    /// Lines above the end, of the transcript and of the timeline.
    pub scroll: usize,
    pub timeline_scroll: usize,
    /// Number of the message that a search found, which is marked.
    pub found: Option<u64>,
    /// Whether the transcript is to be moved to it once it is read.
    pub seek: bool,
    /// Which of the files the operator stands on.
    pub file: usize,
    pub person: PersonOf,
    pub templates: Templates,
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
            corrected: BTreeMap::new(),
            entries: BTreeMap::new(),
            timeline_loaded: false,
            doing: Doing::Reading,
            taking: false,
            mind: false,
            mind_scroll: 0,
            scroll: 0,
            timeline_scroll: 0,
            found: None,
            seek: false,
            file: 0,
            person: PersonOf::default(),
            templates: Templates::default(),
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

    /// What agents said and did not take back.
    pub fn replies(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(|message| {
            matches!(message.from, Sender::Speaker { speaker: Speaker::Member { .. } })
                && !self.corrected.get(&message.sequence).is_some_and(Corrected::is_taken_back)
        })
    }

    /// Whether the channel lets nothing be changed that has left, as far as is known.
    pub fn keeps_what_left(&self) -> bool {
        self.detail.as_ref().is_some_and(|detail| !corrects(&detail.conversation.channel))
    }

    /// What a message says since it was last changed.
    pub fn says<'a>(&'a self, message: &'a Message) -> &'a Content {
        let corrected = self.corrected.get(&message.sequence).and_then(|it| it.made.as_ref());
        let changed = message.client_id.as_ref().and_then(|id| self.changes.get(id));
        let corrected = corrected.and_then(|made| made.content.as_ref());
        corrected.or(changed.and_then(|change| change.content.as_ref())).unwrap_or(&message.content)
    }

    pub fn writing(&self) -> Option<DraftKind> {
        match self.doing {
            Doing::Writing(kind) => Some(kind),
            Doing::Reading
            | Doing::Closing
            | Doing::Choosing(_)
            | Doing::Changing(_)
            | Doing::Filling
            | Doing::TakingBack(_) => None,
        }
    }

    /// The reply that was chosen.
    pub fn chosen(&self) -> Option<u64> {
        match self.doing {
            Doing::Choosing(of) | Doing::Changing(of) | Doing::TakingBack(of) => Some(of),
            Doing::Reading | Doing::Writing(_) | Doing::Closing | Doing::Filling => None,
        }
    }

    /// Whether the box is open.
    pub fn has_box(&self) -> bool {
        match self.doing {
            Doing::Writing(_) | Doing::Changing(_) | Doing::Filling => true,
            Doing::Reading | Doing::Closing | Doing::Choosing(_) | Doing::TakingBack(_) => false,
        }
    }
}

/// What a member made of a message that had left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// What the other end has since.
    pub made: Option<Correction>,
    /// Why the last change could not be made.
    pub refused: Option<RefusedChange>,
    /// What was asked for, as long as nothing was read of what became of it.
    pub asked: Option<AskedChange>,
}

/// A change that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedChange {
    /// Number of the journal entry that asks for it.
    pub sequence: u64,
    /// Absent where the message is taken back.
    pub content: Option<Content>,
    /// When to read what became of it.
    pub look_at: Timestamp,
    /// Seconds between the last reading and the next.
    pub wait: i64,
}

impl Corrected {
    /// Takes in what was read of the message.
    pub fn read(&mut self, made: Option<Correction>, refused: Option<RefusedChange>) {
        self.asked.take_if(|asked| {
            made.as_ref().is_some_and(|made| made.content == asked.content)
                || refused.as_ref().is_some_and(|refused| refused.sequence >= asked.sequence)
        });
        (self.made, self.refused) = (made, refused);
    }

    pub fn is_taken_back(&self) -> bool {
        self.made.as_ref().is_some_and(|made| made.content.is_none())
    }

    /// Why the last change could not be made, if no other is under way.
    pub fn failed(&self) -> Option<&str> {
        self.refused.as_ref().filter(|_| self.asked.is_none()).map(|refused| refused.error.as_str())
    }
}

/// What is written in the place of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it says now; never shown, since it was not scrubbed.
    before: Content,
    pub draft: Draft,
}

impl Change {
    /// `None` where there are no words that could be changed alone.
    pub fn of(before: Content) -> Option<Self> {
        let draft = match &before {
            Content::Text { text, .. } | Content::Buttons { text, .. } => Draft::new(text),
            Content::List { .. }
            | Content::Card(_)
            | Content::Carousel { .. }
            | Content::Image { .. }
            | Content::File { .. }
            | Content::Location { .. } => return None,
        };
        Some(Self { before, draft })
    }

    /// What it is to say; `None` where it says that already, or nothing is left of it.
    pub fn after(&self) -> Option<Content> {
        let mut after = self.before.clone();
        let text = self.draft.text().trim();
        if let Content::Text { text: words, .. } | Content::Buttons { text: words, .. } = &mut after {
            text.clone_into(words);
        }
        (!text.is_empty() && after != self.before).then_some(after)
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
    /// Chooses a reply, by its number.
    Choosing(u64),
    /// Writes what that reply is to say.
    Changing(u64),
    /// Fills the gaps of an approved template.
    Filling,
    /// Was asked whether that reply should really be taken back.
    TakingBack(u64),
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
