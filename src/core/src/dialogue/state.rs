//! What a conversation remembers between turns.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{event::Filled, journal::Given, language::Drift};
use crate::{
    content::Content,
    feeling::Mood,
    id::{MediaId, MemberId},
    translation::Translation,
    understanding::Understanding,
};

/// A language, and whether it was wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    pub language: String,
    pub wished: bool,
}

/// The state of one conversation. A new one is `State::default()`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Version of the bot that the running flows belong to; 0 before the first turn.
    /// A new version is taken up when no flow is running.
    pub version: u32,
    /// Language of the conversation (ISO 639-1); empty before the first turn.
    pub language: String,
    /// Whether the visitor asked for this language or a member set it: then it is not left for a few messages.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub language_wished: bool,
    /// When it was wished for here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wished_at: Option<Timestamp>,
    /// What was spoken here before the person's wish from another conversation was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_wish: Option<Box<Spoken>>,
    /// What the last messages were written in, where that is another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Whether somebody who wrote in another language was told which ones the bot speaks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_languages: bool,
    /// Sequence number of the last journal entry; the first entry is 1.
    pub sequence: u64,
    /// Last number given to a call, question or timer.
    pub counter: u64,
    pub owner: Owner,
    /// Epoch of the owner: one more at every change of it. Outgoing messages carry it.
    pub lease: u64,
    pub status: Status,
    pub slots: BTreeMap<String, Value>,
    /// What the channel and the page told of the visitor: `contact.…`.
    pub contact: BTreeMap<String, Value>,
    pub tags: BTreeSet<String>,
    /// Running flows, the innermost last. Empty: idle.
    pub stack: Vec<Frame>,
    /// Flows interrupted by a digression, or put off by one, the latest last, to come back to.
    pub interrupted: Vec<Suspended>,
    pub expecting: Expecting,
    /// What the bot was waiting for when a person took over; taken up again at hand back.
    /// `Person`: go on after the top frame's node (a handoff). `Anything`: go on at it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub held: Expecting,
    /// What the visitor said while a remote call is out, in order; taken up when it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<Unanswered>,
    /// Buttons and replies of the last messages, so that "2" or a title can stand for one.
    pub offered: Vec<Offer>,
    /// Misunderstandings in a row.
    pub misunderstood: u32,
    /// What the bot said last, for "repeat"; the question that is open is among it.
    pub last_said: Vec<Content>,
    /// That a machine translated that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_translation: Option<Box<Translation>>,
    /// Where slots were used last, one entry each, the latest last: for "no, the number is 4711".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<Answered>,
    /// Slots of questions to come for which the visitor named a value that is not taken, with the value in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, String>,
    /// The ratings by their slots, so that another score takes the place of one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rated: BTreeMap<String, Given>,
    /// Text, intent, confidence, entities of the message being answered: `message.…`.
    pub message: Value,
    /// The answer of the last `http` step: `answer.…`.
    pub answer: Value,
    /// The passages of the last `search` step: `passages`.
    pub passages: Value,
    /// The set timers with their due times; each stands in the store as well.
    pub timers: BTreeMap<u64, (TimerKind, Timestamp)>,
    /// Sequence number of the last entry that erased what came before it; 0 where there is none.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub erased: u64,
    /// When the visitor was last heard.
    pub heard_at: Option<Timestamp>,
    /// When the visitor last said something, by the platform's clock: how long a platform lets us answer counts from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<Timestamp>,
    /// How often the bot went on by itself since a person, or a pause, last came between.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub unattended: u32,
    /// How the visitor has felt of late.
    #[serde(default, skip_serializing_if = "Mood::is_even")]
    pub mood: Mood,
    /// Whether something urgent was said, or a flow said that it is, since a person last dealt with it or the bot last had
    /// the conversation back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

fn is_nothing<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl State {
    /// The version of the bot that the conversation stands in; `None` where no flow runs or is interrupted, and it takes up
    /// the current one.
    pub fn runs_on(&self) -> Option<u32> {
        let idle = self.stack.is_empty() && self.interrupted.is_empty();
        (!idle).then_some(self.version)
    }
}

/// Who may speak.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Owner {
    #[default]
    Bot,
    /// Waiting for a member of a team; `None` is anyone.
    Team {
        team: Option<String>,
    },
    Member {
        member: MemberId,
        name: String,
    },
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Open,
    Closed,
}

/// A running flow and the node it stands at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub flow: String,
    /// The node that is waiting, or, below the top of the stack, the `call` node that waits for its flow.
    pub node: usize,
}

/// What the visitor said and the bot has not reacted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Unanswered {
    Message {
        content: Content,
        understanding: Box<Understanding>,
        /// As [`super::Event::sizes`].
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        sizes: BTreeMap<MediaId, u64>,
    },
    Press {
        value: String,
        title: String,
    },
    Submitted {
        form: String,
        fields: Vec<Filled>,
    },
}

/// A slot that the visitor filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub slot: String,
    /// The stack at the question that the value answered, asked or not; empty before one is reached.
    pub stack: Vec<Frame>,
}

/// A stack that was put aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspended {
    pub stack: Vec<Frame>,
    pub expecting: Expecting,
    /// What it had been told, the latest last: a digression fills slots for itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Known>,
    /// Why its flow begins, where it has not begun: a message wanted it beside another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
    /// When that one was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// A filled slot of what was put aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub slot: String,
    pub value: Value,
    /// The stack at the question that used it, as in [`Answered`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<Vec<Frame>>,
}

/// What the conversation waits for. Every state has a next step: this says which.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Expecting {
    /// Any message, press or event may start a flow.
    #[default]
    Anything,
    /// The answer to an `ask` (the top frame's node); `tries` answers did not fit so far.
    Reply { slot: String, tries: u32 },
    /// A rating (the top frame's node).
    Rating { slot: String, tries: u32 },
    /// A remote call.
    Answer { call: u64 },
    /// A search within this turn; never stored.
    Found { question: u64, purpose: SearchPurpose },
    /// A `wait` step.
    Timer { timer: u64 },
    /// A person, since the conversation was handed off; the stack goes on at hand back.
    Person,
}

/// Why a search was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchPurpose {
    /// The `search` node at the top of the stack.
    Node,
    /// The last resort before "I did not understand".
    Fallback,
}

/// A button or reply that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub value: String,
    pub title: String,
    /// The number that it has in its own message, from 1.
    #[serde(default)]
    pub number: usize,
}

/// A timer of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timer {
    /// Number within the conversation.
    pub timer: u64,
    pub kind: TimerKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// A `wait` step.
    Wait,
    /// The visitor has been silent for the session's time-out.
    Session,
    /// Nobody has taken the conversation that was passed to people.
    Handoff,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_nothing_is_not_written_and_read_where_it_was() {
        let written = serde_json::to_value(State::default()).expect("written");
        let old = json!({
            "language_wished": false, "held": Expecting::default(), "unanswered": [], "answered": [], "erased": 0,
            "unattended": 0,
        });
        let mut read = written.clone();
        for (name, value) in old.as_object().expect("fields") {
            assert!(written.get(name).is_none(), "{name} in {written}");
            read[name] = value.clone();
        }
        assert_eq!(serde_json::from_value::<State>(read).expect("an older one"), State::default());
        let state = State { held: Expecting::Person, erased: 3, unattended: 1, ..State::default() };
        let text = serde_json::to_string(&state).expect("written");
        assert_eq!(serde_json::from_str::<State>(&text).expect("it reads back"), state);
    }
}
