//! A bot, checked and flattened: what the dialogue runs on.
//!
//! Authors write nested steps in YAML (`source`); here every flow is a flat list of [`Node`]s that
//! name each other by index, because a conversation must remember where it stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    content::Content,
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
    /// Whose national telephone numbers are meant (ISO 3166-1); they keep their digits where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnowledgeSettings {
    /// Answer from the documents before saying "I did not understand".
    pub fallback: bool,
    /// Least share of the question's informative words that a passage must have.
    pub min_coverage: f64,
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
