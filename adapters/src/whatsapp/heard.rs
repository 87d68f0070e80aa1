//! What can a webhook tell? (pure)

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::people::Person;
use crate::{host::Incoming, platform::Report};

/// What a webhook told.
#[derive(Debug, Default)]
pub struct Heard {
    /// Those who are named in it, each once.
    pub people: Vec<Person>,
    /// In the order of their time stamps.
    pub events: Vec<Event>,
    pub reports: Vec<Report>,
    /// The templates have changed.
    pub templates: bool,
    /// What befell the account, a sentence each.
    pub notices: Vec<String>,
    /// Why something in it could not be read.
    pub unread: Vec<String>,
    /// What in it is of a kind that is not known and says nothing, a sentence each.
    pub unknown: Vec<String>,
    /// What of it concerns nobody here, by its kind: what means nothing to a bot, other numbers of the same app.
    pub ignored: Vec<&'static str>,
}

/// What a status tells.
#[derive(Debug)]
pub enum Told {
    Of(Report),
    /// What means nothing here, by its kind.
    Nothing(&'static str),
    /// What is of a kind that is not known, a sentence.
    Unknown(String),
}

/// Something to be stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Said(Incoming),
    /// A press whose value is a token: the incoming holds the title for the time being.
    Token {
        incoming: Incoming,
        token: u64,
    },
    /// What is left of a list is asked for: the incoming holds the title of the row for the time being.
    More {
        incoming: Incoming,
        list: u64,
        page: usize,
    },
    /// The person has a new id.
    Moved {
        from: String,
        to: String,
        /// The id of the event that comes behind it.
        native: String,
    },
    /// The person has this number from now on.
    Has(Person),
    /// A number is no longer its person's.
    Left {
        thread: String,
        phone: String,
        /// The thread by the number.
        by_phone: String,
    },
}

impl Event {
    /// The names of the conversation that it belongs to.
    pub fn threads(&self) -> [&str; 2] {
        match self {
            Self::Said(incoming) | Self::Token { incoming, .. } | Self::More { incoming, .. } => {
                [&incoming.thread; 2]
            }
            Self::Moved { from, to, native: _ } => [from, to],
            Self::Has(person) => [&person.thread; 2],
            Self::Left { thread, .. } => [thread; 2],
        }
    }

    /// What is stored of it, where it does not change whose number it is alone.
    pub fn incoming(&self) -> Option<&Incoming> {
        match self {
            Self::Said(incoming) | Self::Token { incoming, .. } | Self::More { incoming, .. } => {
                Some(incoming)
            }
            Self::Moved { .. } | Self::Has(_) | Self::Left { .. } => None,
        }
    }

    /// When the person said something by it.
    fn said_at(&self) -> Option<Timestamp> {
        self.incoming()?.said_at
    }
}

impl Heard {
    /// Whether nobody says anything by it, and all of it could be read.
    pub fn says_nothing(&self) -> bool {
        self.events.is_empty() && self.unread.is_empty() && self.notices.is_empty() && !self.templates
    }

    /// When each of those who said something did so last, by thread.
    pub fn last_said(&self) -> BTreeMap<String, Timestamp> {
        let mut last = BTreeMap::new();
        for event in &self.events {
            let Some(at) = event.said_at() else { continue };
            let [thread, _] = event.threads();
            let known = last.entry(thread.to_owned()).or_insert(at);
            *known = at.max(*known);
        }
        last
    }
}
