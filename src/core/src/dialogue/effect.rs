//! What a step wants done.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    journal::Entry,
    state::{State, Timer},
};
use crate::{bot::Method, content::Content};

/// The result of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub state: State,
    pub effects: Vec<Effect>,
}

/// One thing to do. The pipeline commits all of a turn's effects with its state in one transaction.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most effects of a step are the largest: entries")]
pub enum Effect {
    /// Into the journal.
    Record(Entry),
    /// Into the outbox: a message for the visitor. `sequence` is that of its journal entry;
    /// `lease` is that under which it was said. What was said leaves in the order of the journal, also
    /// after somebody else took over: it stands before the take-over there. Nothing is said under a
    /// lease that is over.
    Send { sequence: u64, lease: u64, content: Content },
    /// Into the outbox: a remote call.
    Call(CallRequest),
    /// Set a timer.
    Remind { timer: Timer, at: Timestamp },
    /// Unset a timer.
    Unremind { timer: Timer, at: Timestamp },
    /// Ask the knowledge base now, and step again with `Body::Found`; always the last effect.
    Ask(Question),
    /// Erase the texts of all entries before this turn, of the contact and of the media.
    Erase,
}

/// A remote call as it leaves: templates filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRequest {
    /// Number of the call within the conversation.
    pub call: u64,
    pub method: Method,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    pub timeout_ms: u64,
}

/// A search in the bot's documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Number of the question within the conversation.
    pub question: u64,
    pub query: String,
    pub language: String,
    pub limit: usize,
}
