//! What does the console know?

mod inbox;
mod person;
mod room;
mod templates;

use std::{collections::BTreeMap, path::PathBuf};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use studio_core::{
    api::{Conversation, DeadLetter, Me, Parked},
    dialogue::{Owner, Status},
    id::ConversationId,
};

pub use self::{
    inbox::{Found, Inbox, Sought},
    person::{Candidate, Deed, PersonOf, channel},
    room::{Asked, AskedChange, Change, Corrected, Doing, FileOf, Pending, Room},
    templates::{Filling, Gap, Templates},
};
use crate::{
    draft::{Draft, DraftKind},
    keys::{Context, Filter},
    words::{Language, Text},
};

/// The narrowest and lowest window that something can be shown in.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Seconds for which something is told.
pub const TOLD: i64 = 5;
/// From this width on the bot's mind stands beside the conversation.
pub const WIDE: u16 = 80;

/// All that the console knows. Only `update` changes it, only `view` draws it.
#[derive(Clone, Debug)]
pub struct Model {
    pub language: Language,
    /// Whether colours are wanted (`NO_COLOR`).
    pub color: bool,
    pub now: Timestamp,
    /// Where the operator is.
    pub zone: TimeZone,
    /// Where visitors' files are saved.
    pub folder: PathBuf,
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
    /// What is written in the place of replies, by their numbers, until it is done.
    pub changes: BTreeMap<(ConversationId, u64), Change>,
    /// What was sent and did not come back in a turn yet, oldest first.
    pub pending: Vec<Pending>,
    /// Last number given to something that was sent.
    pub sent: u64,
    /// Whether the operator wants to go to the shell, and come back later.
    pub makes_way: bool,
    pub ended: bool,
}

impl Model {
    pub fn new(language: Language, color: bool, now: Timestamp, width: u16, height: u16) -> Self {
        Self {
            language,
            color,
            now,
            zone: TimeZone::UTC,
            folder: PathBuf::from("."),
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
            changes: BTreeMap::new(),
            pending: Vec::new(),
            sent: 0,
            makes_way: false,
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
            (Screen::Inbox, _)
            | (
                Screen::Conversation | Screen::Timeline | Screen::Files | Screen::Person | Screen::Templates,
                None,
            ) => Context::Inbox,
            (Screen::Failures, _) => Context::Failures,
            (Screen::Timeline, Some(_)) => Context::Timeline,
            (Screen::Files, Some(_)) => Context::Files,
            (Screen::Templates, Some(_)) => Context::Templates,
            (Screen::Person, Some(room)) => match room.person.deed {
                Deed::Reading => Context::Person,
                Deed::Seeking => Context::Match,
                Deed::Merging(_) | Deed::Parting(_) => Context::Confirm,
            },
            (Screen::Conversation, Some(room)) => match room.doing {
                Doing::Reading => Context::Conversation,
                Doing::Choosing(_) => Context::Choose,
                Doing::Writing(_) | Doing::Changing(_) | Doing::Filling => Context::Compose,
                Doing::Closing | Doing::TakingBack(_) => Context::Confirm,
            },
        }
    }

    /// What stands in the box of the open conversation.
    pub fn draft(&self) -> Option<&Draft> {
        let room = self.room.as_ref()?;
        match room.doing {
            Doing::Writing(kind) => self.drafts.get(&(room.id, kind)),
            Doing::Changing(of) => self.changes.get(&(room.id, of)).map(|change| &change.draft),
            Doing::Filling => room.templates.filling.as_ref()?.draft(),
            Doing::Reading | Doing::Closing | Doing::Choosing(_) | Doing::TakingBack(_) => None,
        }
    }

    /// Whether something is written in this conversation that was not sent.
    pub fn has_drafts(&self, conversation: ConversationId) -> bool {
        let drafts = [DraftKind::Reply, DraftKind::Note].into_iter();
        let mut drafts = drafts.filter_map(|kind| self.drafts.get(&(conversation, kind)));
        let mut changes = self.changes.range((conversation, 0)..=(conversation, u64::MAX));
        drafts.any(|draft| !draft.is_empty()) || changes.any(|(_, change)| change.after().is_some())
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

    /// The conversations that the inbox shows: those that wait for a person first, of them and of the others the
    /// urgent, then who waits longest and of the others the latest.
    pub fn visible(&self) -> Vec<&Conversation> {
        let sought = Sought::of(self.inbox.query.text());
        let mut visible: Vec<&Conversation> = self
            .inbox
            .conversations
            .values()
            .filter(|conversation| self.passes(conversation) && self.inbox.matches(conversation, &sought))
            .collect();
        visible.sort_by_key(|conversation| {
            (!conversation.waits(), std::cmp::Reverse(conversation.rank()), conversation.id)
        });
        visible
    }

    fn passes(&self, conversation: &Conversation) -> bool {
        let open = conversation.status == Status::Open;
        match self.inbox.filter {
            Filter::Open => open,
            Filter::Mine => open && self.is_me(&conversation.owner),
            Filter::Waiting => conversation.waits(),
            Filter::Closed => !open,
        }
    }

    /// Tells the operator something in passing.
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), until: later(self.now, TOLD), stays: false });
    }

    /// Tells the operator that something was not done. Where no key says that somebody is there to read it, it stays.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), until: later(self.now, TOLD), stays: true });
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
    Reconnecting {
        error: String,
        at: Timestamp,
    },
    /// The login has ended: nothing comes any more, and nothing can be done.
    LoggedOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Inbox,
    Conversation,
    Timeline,
    Files,
    Person,
    Templates,
    Failures,
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
    /// Whether it stays after that, as long as no key is pressed.
    pub stays: bool,
}
