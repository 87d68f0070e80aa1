//! The steps of a bot's flows, flattened: one struct a kind.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definition::Response;

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The author's label, or the place of the step (`steps[2].then[0]`): stable within a version.
    pub id: String,
    /// Where it was written.
    pub file: String,
    pub line: u32,
    pub kind: NodeKind,
    /// The node after this one; `None` ends the flow.
    pub next: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NodeKind {
    Say(Say),
    Ask(Box<Ask>),
    Choose(Choose),
    Set(Set),
    Call(Call),
    Jump(Jump),
    Search(Search),
    Http(Box<Http>),
    Handoff(Handoff),
    Rate(Rate),
    Tag(Tag),
    Wait(Wait),
    End,
}

impl NodeKind {
    /// The slots that the step fills.
    pub fn fills(&self) -> Vec<&str> {
        match self {
            Self::Ask(ask) => vec![ask.slot.as_str()],
            Self::Rate(rate) => vec![rate.slot.as_str()],
            Self::Set(set) => set.values.keys().map(String::as_str).collect(),
            Self::Http(http) => http.save.keys().map(String::as_str).collect(),
            Self::Say(_)
            | Self::Choose(_)
            | Self::Call(_)
            | Self::Jump(_)
            | Self::Search(_)
            | Self::Handoff(_)
            | Self::Tag(_)
            | Self::Wait(_)
            | Self::End => Vec::new(),
        }
    }
}

/// Something to say: a named response, or texts written in place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saying {
    Named(String),
    Inline(Box<Response>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Say {
    pub what: Saying,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// The slot that the answer fills.
    pub slot: String,
    pub question: Saying,
    pub expects: Expects,
    /// What to say when the answer does not fit; the built-in text of the kind otherwise.
    pub invalid: Vec<Complaint>,
    /// How often to ask again after an answer that does not fit.
    pub retries: u32,
    /// Where to go when the retries are used up; a handoff otherwise.
    pub otherwise: Option<usize>,
    /// Where to go when the visitor says that they do not have or know it; the studio tells a way out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<usize>,
    /// Ask even if the slot is filled already.
    pub always: bool,
    /// Title of the form that asks this and the questions right after it at once, where a channel has forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Saying>,
}

/// What is said of an answer that does not fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// `None` is any.
    pub kind: Option<MisfitKind>,
    /// The first attempt, from 1, for which it stands.
    pub attempt: u32,
    pub saying: Saying,
}

/// Why an answer does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MisfitKind {
    Empty,
    TooShort,
    TooLong,
    NotANumber,
    SeveralNumbers,
    NotWhole,
    TooSmall,
    TooLarge,
    NotAnEmail,
    NotAPhone,
    NotADate,
    /// A day that no calendar has: 30 February.
    NoSuchDay,
    NotATime,
    TooEarly,
    TooLate,
    NotAnOption,
    WrongPattern,
    NotAFile,
    WrongType,
    TooBig,
    NotYesNo,
}

/// What counts as an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Expects {
    /// Length in characters.
    Text {
        min: Option<usize>,
        max: Option<usize>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
        whole: bool,
    },
    Email,
    Phone,
    /// ISO dates or CEL-free words `today`; bounds inclusive.
    Date {
        min: Option<String>,
        max: Option<String>,
    },
    /// `HH:MM`; bounds inclusive. A `max` before `min` is after midnight.
    Time {
        min: Option<String>,
        max: Option<String>,
    },
    Choice {
        options: Vec<Choice>,
    },
    /// The whole answer must match; where it does not, the first match within the answer counts.
    Regex {
        pattern: String,
    },
    /// Media types such as `image/*`; size in bytes.
    File {
        types: Vec<String>,
        max_bytes: u64,
    },
    YesNo,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
    /// Other words for it, any language.
    pub synonyms: Vec<String>,
}

/// The first branch whose condition holds is taken; the node's `next` otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choose {
    pub branches: Vec<Branch>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// CEL; `None` is "else".
    pub condition: Option<String>,
    /// `None`: the branch ends the flow.
    pub target: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Set {
    pub values: BTreeMap<String, Expression>,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expression {
    /// As it stands; `null` empties a slot.
    Literal(Value),
    /// CEL, written with a leading `=`.
    Cel(String),
    /// A minijinja template, recognised by `{{` or `{%`.
    Template(String),
}

/// Runs another flow and comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub flow: String,
}

/// Goes to a node of this flow, or starts another flow without coming back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jump {
    Node(usize),
    Flow(String),
}

/// Looks the question up in the bot's documents and says the best passage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// Template of the query.
    pub query: String,
    /// Most passages to find; the first is said, all are `passages` for what follows.
    pub limit: usize,
    /// Say the answer (with its source), or only fill `passages`.
    pub answer: bool,
    /// Where to go when nothing was found.
    pub nothing: Option<usize>,
}

/// Calls a remote service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Http {
    pub method: Method,
    /// Template.
    pub url: String,
    /// Templates by header name.
    pub headers: BTreeMap<String, String>,
    /// JSON whose texts are templates or `=` expressions.
    pub body: Option<Value>,
    /// In milliseconds.
    pub timeout_ms: u64,
    /// Slots from the answer: CEL over `answer.status`, `answer.body`, `answer.headers`.
    pub save: BTreeMap<String, String>,
    /// Where to go on a status other than 2xx, a time-out or a refusal; `answer.error` says which.
    pub error: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    pub team: Option<String>,
    /// Template; what the agent reads.
    pub reason: Option<String>,
    /// What the visitor reads; the built-in text otherwise.
    pub message: Option<Saying>,
    /// How long to wait for a person, in place of the bot's own time.
    pub wait: Option<SignedDuration>,
    /// Where to go when nobody came in that time; on after this node, with a text, otherwise.
    pub nobody: Option<usize>,
    /// Whether it stands before others that wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

/// Asks for a rating from 1 to 5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    pub slot: String,
    pub question: Option<Saying>,
    pub thanks: Option<Saying>,
    /// What to say when the answer is no rating; the built-in text otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid: Vec<Complaint>,
    /// How often to ask again after an answer that is none.
    #[serde(default = "Rate::usual_retries")]
    pub retries: u32,
    /// What to say when the retries are used up; the built-in text otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<Saying>,
}

impl Rate {
    /// Nobody is held up by a rating.
    pub fn usual_retries() -> u32 {
        1
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    pub tags: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    For(SignedDuration),
    /// RFC 3339, or a date and time in the bot's time zone; template or `=` expression.
    Until(Expression),
}
