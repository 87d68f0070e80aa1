//! What does the console know?

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use studio_core::{
    api::{Conversation, ConversationDetail, DeadLetter, Me, Message, Parked},
    dialogue::{Entry, Owner, Status},
    id::ConversationId,
};

use crate::{
    draft::{Draft, DraftKind},
    keys::{Context, Filter},
    words::{Language, Text},
};

/// The narrowest and lowest window that something can be shown in.
pub const SMALLEST: (u16, u16) = (40, 10);
/// From this width on the bot's mind stands beside the conversation.
pub const WIDE: u16 = 100;

/// All that the console knows. Only `update` changes it, only `view` draws it.
#[derive(Clone, Debug)]
pub struct Model {
    pub language: Language,
    /// Whether colours are wanted (`NO_COLOR`).
    pub color: bool,
    pub now: Timestamp,
    /// Where the operator is.
    pub zone: TimeZone,
    pub width: u16,
    pub height: u16,
    pub me: Option<Me>,
    pub link: Link,
    pub screen: Screen,
    pub inbox: Inbox,
    pub room: Option<Room>,
    pub failures: Failures,
    pub help: Option<Help>,
    pub notice: Option<Notice>,
    /// What was written and not sent, kept until the console ends.
    pub drafts: BTreeMap<(ConversationId, DraftKind), Draft>,
    /// What was sent and did not come back in a turn yet, oldest first.
    pub pending: Vec<Pending>,
    /// Last number given to something that was sent.
    pub sent: u64,
    pub ended: bool,
}

impl Model {
    pub fn new(language: Language, color: bool, now: Timestamp, width: u16, height: u16) -> Self {
        Self {
            language,
            color,
            now,
            zone: TimeZone::UTC,
            width,
            height,
            me: None,
            link: Link::Connecting,
            screen: Screen::Inbox,
            inbox: Inbox::default(),
            room: None,
            failures: Failures::default(),
            help: None,
            notice: None,
            drafts: BTreeMap::new(),
            pending: Vec::new(),
            sent: 0,
            ended: false,
        }
    }

    /// Where a key goes.
    pub fn context(&self) -> Context {
        if self.help.is_some() {
            return Context::Help;
        }
        match (self.screen, &self.room) {
            (Screen::Inbox, _) if self.inbox.searching => Context::Search,
            (Screen::Inbox, _) | (Screen::Conversation | Screen::Timeline, None) => Context::Inbox,
            (Screen::Failures, _) => Context::Failures,
            (Screen::Timeline, Some(_)) => Context::Timeline,
            (Screen::Conversation, Some(room)) => match room.doing {
                Doing::Reading => Context::Conversation,
                Doing::Writing(_) => Context::Compose,
                Doing::Closing => Context::Confirm,
            },
        }
    }

    pub(crate) fn say(&self, text: Text) -> &'static str {
        self.language.say(text)
    }

    /// Whether this owner is the member at the keyboard.
    pub fn is_me(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Member { member, .. } => self.me.as_ref().is_some_and(|me| me.member == Some(*member)),
            Owner::Bot | Owner::Team { .. } => false,
        }
    }

    /// The conversations that the inbox shows: those that wait for a person first, then the latest.
    pub fn visible(&self) -> Vec<&Conversation> {
        let query = self.inbox.query.text().to_lowercase();
        let mut visible: Vec<&Conversation> = self
            .inbox
            .conversations
            .values()
            .filter(|conversation| self.passes(conversation) && self.inbox.matches(conversation, &query))
            .collect();
        visible.sort_by_key(|conversation| {
            let waits =
                conversation.status == Status::Open && matches!(conversation.owner, Owner::Team { .. });
            (!waits, std::cmp::Reverse(conversation.updated_at), conversation.id)
        });
        visible
    }

    fn passes(&self, conversation: &Conversation) -> bool {
        let open = conversation.status == Status::Open;
        match self.inbox.filter {
            Filter::Open => open,
            Filter::Mine => open && self.is_me(&conversation.owner),
            Filter::Waiting => open && matches!(conversation.owner, Owner::Team { .. }),
            Filter::Closed => !open,
        }
    }

    /// Tells the operator something in passing.
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), until: later(self.now, 5), stays: false });
    }

    /// Tells the operator that something was not done. It stays until a key says that somebody is there to read it.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), until: later(self.now, 5), stays: true });
    }
}

/// Some seconds from now.
pub(crate) fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// How the live stream stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Connected,
    Reconnecting { error: String, at: Timestamp },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Inbox,
    Conversation,
    Timeline,
    Failures,
}

/// The list of conversations.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// By id, so that the selection stays where it is when the list moves.
    pub selected: Option<ConversationId>,
    pub filter: Filter,
    pub query: Draft,
    pub searching: bool,
    /// What the server found for the query, also by words that the list does not show.
    pub found: BTreeSet<ConversationId>,
    /// The query that `found` answers, and that the server was last asked.
    pub asked: String,
    pub generation: u64,
    pub loading: bool,
    pub pages: u32,
    pub next_cursor: Option<String>,
    /// Something may have been missed: read again at the next tick.
    pub stale: bool,
    /// What the live stream told of since the list was asked for: newer than its answer.
    pub told: BTreeSet<ConversationId>,
}

impl Inbox {
    fn matches(&self, conversation: &Conversation, query: &str) -> bool {
        let has = |text: &str| text.to_lowercase().contains(query);
        query.is_empty()
            || has(&conversation.contact_name)
            || has(&conversation.preview)
            || conversation.tags.iter().any(|tag| has(tag))
            || self.found.contains(&conversation.id)
    }
}

/// The conversation that is open.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: ConversationId,
    pub detail: Option<ConversationDetail>,
    pub detail_asked: Asked,
    pub messages: BTreeMap<u64, Message>,
    pub entries: BTreeMap<u64, Entry>,
    pub timeline_loaded: bool,
    pub doing: Doing,
    /// Where the mind has no room beside the conversation: whether it is shown instead.
    pub mind: bool,
    /// Lines above the end, of the transcript and of the timeline.
    pub scroll: usize,
    pub timeline_scroll: usize,
    /// Who is typing, and until when that holds.
    pub typing: Option<(String, Timestamp)>,
    /// Until when the visitor need not be told again that the operator is typing.
    pub told_typing: Option<Timestamp>,
    pub stale: bool,
}

impl Room {
    pub fn new(id: ConversationId) -> Self {
        Self {
            id,
            detail: None,
            detail_asked: Asked::Not,
            messages: BTreeMap::new(),
            entries: BTreeMap::new(),
            timeline_loaded: false,
            doing: Doing::Reading,
            mind: false,
            scroll: 0,
            timeline_scroll: 0,
            typing: None,
            told_typing: None,
            stale: false,
        }
    }

    pub fn writing(&self) -> Option<DraftKind> {
        match self.doing {
            Doing::Writing(kind) => Some(kind),
            Doing::Reading | Doing::Closing => None,
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

/// What failed on the server.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    pub parked: Vec<Parked>,
    pub dead: Vec<DeadLetter>,
    pub selected: usize,
    pub loading: bool,
}

impl Failures {
    pub fn len(&self) -> usize {
        self.parked.len() + self.dead.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The help screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// Whose keys come first.
    pub of: Context,
    /// Lines from the top.
    pub scroll: usize,
}

/// A line that is shown for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub until: Timestamp,
    /// Whether it stays after that until a key is pressed.
    pub stays: bool,
}
