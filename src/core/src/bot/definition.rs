//! A bot, checked and flattened: what the dialogue runs on.
//!
//! Authors write nested steps in YAML (`source`); here every flow is a flat list of [`Node`]s that
//! name each other by index, because a conversation must remember where it stands.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::node::{Node, Saying};
use crate::{
    content::{Content, When, by_place},
    privacy::Privacy,
    translation::Translating,
    understanding::{Annotated, EntityLesson},
};

/// A bot as it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// Name: lower case letters, digits, hyphens.
    pub name: String,
    /// What visitors see.
    pub title: String,
    /// Languages (ISO 639-1), the default first; never empty.
    pub languages: Vec<String>,
    /// The author's constants, `settings.…` in templates and conditions.
    pub settings: BTreeMap<String, Value>,
    pub intents: BTreeMap<String, Intent>,
    pub entities: BTreeMap<String, Entity>,
    pub slots: BTreeMap<String, Slot>,
    pub flows: BTreeMap<String, Flow>,
    pub responses: BTreeMap<String, Response>,
    /// Teams that a handoff may name, with their titles.
    pub teams: BTreeMap<String, String>,
    pub session: Session,
    pub handoff: HandoffSettings,
    pub understanding: UnderstandingSettings,
    pub repairs: Repairs,
    pub knowledge: KnowledgeSettings,
    #[serde(default, skip_serializing_if = "Privacy::keeps_all")]
    pub privacy: Privacy,
    #[serde(default, skip_serializing_if = "Translating::is_absent")]
    pub translation: Translating,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    pub description: Option<String>,
    /// Phrases by language, without annotations.
    pub phrases: BTreeMap<String, Vec<String>>,
    /// Those of them that have annotations, of all languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotated: Vec<Annotated>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    pub description: Option<String>,
    pub lesson: EntityLesson,
}

/// Something a conversation remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    pub kind: SlotKind,
    pub description: Option<String>,
    /// Entities (the bot's or built-in) that fill this slot wherever they stand in a message.
    pub from: Vec<String>,
    /// Kept out of logs, timelines and the console.
    pub sensitive: bool,
    /// Survives a session time-out.
    pub keep: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    Text,
    Number,
    YesNo,
    Email,
    Phone,
    Date,
    Time,
    Choice,
    File,
    Any,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    pub name: String,
    /// What it does, in one text for all languages; by language in `descriptions`.
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub descriptions: BTreeMap<String, String>,
    /// What its command is called by language, where a platform shows it by other names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub commands: BTreeMap<String, String>,
    pub triggers: Vec<Trigger>,
    /// Whoever asks for it has done with what is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaves: bool,
    /// Entry is node 0; never empty.
    pub nodes: Vec<Node>,
}

/// What starts a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    Intent(String),
    /// A word or phrase, compared after normalisation, as a whole message.
    Keyword(String),
    /// The value of a button or quick reply.
    Button(String),
    /// A named event sent by the widget's page or by the API.
    Event(String),
    /// The first time that a visitor opens the chat or writes.
    FirstContact,
    /// Nothing else matched; replaces the built-in "I did not understand".
    Fallback,
}

/// What can be said, by language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Language -> variants. One variant is chosen by the turn, not by chance.
    pub texts: BTreeMap<String, Vec<Variant>>,
    /// Channel (`web`, `http`, `telegram`, `discord`, `slack`, `whatsapp`) -> language -> variants, in place of `texts`.
    pub channels: BTreeMap<String, BTreeMap<String, Vec<Variant>>>,
}

/// One way to say it: one message, or several in a row. Texts within are templates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub messages: Vec<Content>,
    /// What a platform has approved and goes in the place of some of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved: Vec<Approved>,
}

impl From<Vec<Content>> for Variant {
    fn from(messages: Vec<Content>) -> Self {
        Self { messages, approved: Vec::new() }
    }
}

/// A message that a platform has approved, as one of the bot names it. What fills its gaps are templates of the bot's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The place of the message that names it among those of its variant.
    pub message: usize,
    pub name: String,
    /// That of the conversation where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub when: When,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub body: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "by_place")]
    pub buttons: BTreeMap<usize, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Silence after which a conversation starts anew.
    pub timeout: SignedDuration,
    /// IANA name.
    pub time_zone: String,
}

/// What becomes of a conversation that was passed to people and that nobody takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandoffSettings {
    /// How long it waits for a person before the bot goes on; for ever where absent.
    pub wait: Option<SignedDuration>,
    /// What the visitor reads then; the built-in text otherwise.
    pub say: Option<Saying>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnderstandingSettings {
    /// 0 to 1; chosen by cross-validation where absent.
    pub threshold: Option<f64>,
    /// Whether 3/4 is the 4th of March, as in the United States.
    #[serde(default)]
    pub month_first: bool,
    /// Whose holidays and national telephone numbers are meant (ISO 3166-1); where absent, numbers are those of the region of the
    /// conversation's language (`de-AT`), or keep their digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnowledgeSettings {
    /// Answer from the documents before saying "I did not understand".
    pub fallback: bool,
    /// Least share of the question's informative words that a passage must have.
    pub min_coverage: f64,
    /// Search by meaning as well, where there is an embedding model.
    #[serde(default)]
    pub meaning: bool,
    /// How near in meaning a passage must be that has fewer of them, as a cosine.
    #[serde(default)]
    pub min_nearness: f64,
}

/// What the bot does when a conversation leaves its path. Every bot has these; each may be overridden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repairs {
    pub misunderstood_once: Repair,
    pub misunderstood_twice: Repair,
    /// The third misunderstanding in a row.
    pub misunderstood_often: Repair,
    pub cancel: Repair,
    pub start_over: Repair,
    pub repeat: Repair,
    /// Somebody wants a person, and no flow brings one in.
    #[serde(default = "Repair::built_in")]
    pub person: Repair,
    pub correct: Repair,
    /// Said when coming back to an interrupted question.
    pub digress: Repair,
    pub timeout: Repair,
    /// Somebody says what is not wanted.
    #[serde(default = "Repair::built_in")]
    pub denied: Repair,
}

impl Repair {
    /// As it is where the author says nothing of it.
    pub fn built_in() -> Self {
        Self { enabled: true, ..Self::default() }
    }
}

/// One repair: words that call for it (beside the built-in ones of each language), and what it does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Repair {
    pub enabled: bool,
    /// Intent that calls for it as well.
    pub intent: Option<String>,
    /// Words by language in place of the built-in ones.
    pub words: BTreeMap<String, Vec<String>>,
    /// What is said in place of the built-in text.
    pub say: Option<Saying>,
    /// A flow that runs in place of the built-in behaviour.
    pub flow: Option<String>,
}
