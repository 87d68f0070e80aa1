//! What can happen to the console, and what can it want done?

use std::{path::PathBuf, time::Duration};

use jiff::Timestamp;
use studio_core::{
    api::{
        Accepted, ApprovedTemplate, ContactDetail, ConversationDetail, ConversationPage, DeadLetter,
        LiveFrame, Me, Page, Parked, TranscriptMessage,
    },
    content::{Content, Template},
    dialogue::Entry,
    id::{ContactId, ConversationId, EventKey, MediaId},
};

use crate::{draft::DraftKind, error::ApiError, keys::Press, model::Candidate};

/// What can happen. Named as in the Elm architecture; the messages of people are `Message`.
#[derive(Clone, Debug)]
pub enum Msg {
    Key(Press),
    Paste(String),
    Resized {
        width: u16,
        height: u16,
    },
    /// The time, about every half second.
    Tick(Timestamp),
    Live(LiveNews),
    Answer(Answer),
}

/// What the live stream tells.
#[derive(Clone, Debug)]
pub enum LiveNews {
    Frame(LiveFrame),
    /// A number is missing: something was not seen.
    Gap,
    /// A turn that cannot be read was passed over; why, the first time.
    Unreadable(Option<ApiError>),
    /// The connection broke or did not come about.
    Lost {
        error: ApiError,
        retry_in: Duration,
    },
}

/// What is read of a conversation: all that follows the sequence number `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub after: u64,
    /// The last number that was known when it was asked for: what is held up to here and does not come any more, is gone.
    pub known: u64,
}

impl Part {
    /// Whether what has this number must come where it still is.
    pub fn holds(self, sequence: u64) -> bool {
        self.after < sequence && sequence <= self.known
    }
}

/// What a command came to.
#[derive(Clone, Debug)]
pub enum Answer {
    Me(Result<Me, ApiError>),
    Inbox {
        request: InboxRequest,
        result: Result<ConversationPage, ApiError>,
    },
    Detail {
        conversation: ConversationId,
        result: Result<Box<ConversationDetail>, ApiError>,
    },
    Messages {
        conversation: ConversationId,
        part: Part,
        result: Result<Vec<TranscriptMessage>, ApiError>,
    },
    Timeline {
        conversation: ConversationId,
        part: Part,
        result: Result<Vec<Entry>, ApiError>,
    },
    Failures(Result<(Vec<Parked>, Vec<DeadLetter>), ApiError>),
    Acted {
        conversation: ConversationId,
        order: Order,
        result: Result<(), ApiError>,
    },
    Sent {
        number: u64,
        result: Result<Accepted, ApiError>,
    },
    /// A reply as it is, to be changed; `None` where it is gone.
    Reply {
        conversation: ConversationId,
        of: u64,
        result: Result<Option<Content>, ApiError>,
    },
    /// Without content it was to be taken back.
    Changed {
        conversation: ConversationId,
        of: u64,
        content: Option<Content>,
        result: Result<(), ApiError>,
    },
    Person {
        conversation: ConversationId,
        result: Result<Box<ContactDetail>, ApiError>,
    },
    /// A page of what was said with the person on all channels; without a cursor the last of it.
    PersonSaid {
        conversation: ConversationId,
        cursor: Option<String>,
        result: Result<Page<TranscriptMessage>, ApiError>,
    },
    /// Contacts that fit what was searched for.
    Contacts {
        conversation: ConversationId,
        result: Result<Vec<Candidate>, ApiError>,
    },
    /// Contacts were made one person, or taken apart.
    PersonChanged {
        conversation: ConversationId,
        result: Result<(), ApiError>,
    },
    /// What the platform of the conversation has approved, or not yet.
    Templates {
        conversation: ConversationId,
        result: Result<Vec<ApprovedTemplate>, ApiError>,
    },
    TemplateSent {
        conversation: ConversationId,
        result: Result<Accepted, ApiError>,
    },
    Replayed(Result<(), ApiError>),
    Saved(Result<Saved, String>),
    /// Or not: who types goes on typing, and what matters is told when it is sent.
    ToldTyping,
}

/// What the console wants done outside itself. Each answers with one [`Answer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    LoadMe,
    LoadInbox(InboxRequest),
    LoadDetail(ConversationId),
    /// All pages of a part.
    LoadMessages {
        conversation: ConversationId,
        part: Part,
    },
    LoadTimeline {
        conversation: ConversationId,
        part: Part,
    },
    LoadFailures,
    Act {
        conversation: ConversationId,
        order: Order,
    },
    Send {
        conversation: ConversationId,
        number: u64,
        kind: DraftKind,
        text: String,
    },
    /// A reply as it is: what is shown of it was scrubbed.
    ReadReply {
        conversation: ConversationId,
        of: u64,
    },
    /// Changes a reply that was sent; without content it is taken back.
    Change {
        conversation: ConversationId,
        of: u64,
        content: Option<Content>,
    },
    /// Shows the visitor for some seconds that somebody is typing.
    TellTyping(ConversationId),
    LoadPerson {
        conversation: ConversationId,
        contact: ContactId,
    },
    /// A page of what was said with a person on all channels.
    LoadSaid {
        conversation: ConversationId,
        contact: ContactId,
        cursor: Option<String>,
    },
    /// Looks for contacts by words, or by the id of one.
    FindContacts {
        conversation: ConversationId,
        query: String,
    },
    /// Makes one contact a part of the other.
    Merge {
        conversation: ConversationId,
        contact: ContactId,
        into: ContactId,
    },
    /// Takes a contact out of its person.
    Unmerge {
        conversation: ConversationId,
        contact: ContactId,
    },
    LoadTemplates {
        conversation: ConversationId,
        connection: String,
    },
    SendTemplate {
        conversation: ConversationId,
        template: Box<Template>,
    },
    SaveFile(SaveFile),
    ReplayParked(EventKey),
    ReplayDeadLetter(String),
}

/// A visitor's file, and what is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveFile {
    pub conversation: ConversationId,
    pub media: MediaId,
    /// As its sender called it.
    pub name: String,
    pub folder: PathBuf,
    pub open: bool,
}

/// A file that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub path: PathBuf,
    /// Why it was not opened, where that was asked for.
    pub not_opened: Option<String>,
}

/// One page of the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxRequest {
    pub closed: bool,
    pub query: String,
    pub cursor: Option<String>,
    /// Answers to older requests are set aside.
    pub generation: u64,
}

/// An act without words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    TakeOver,
    HandBack,
    Close,
}
