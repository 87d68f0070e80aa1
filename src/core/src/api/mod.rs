//! What the server and its clients say to each other under `/api/v1`.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /sessions` | [`Login`] | [`SessionCreated`] |
//! | `DELETE /sessions/current` | | 204 |
//! | `GET /me` | | [`Me`] |
//! | `GET /api-keys`, `POST /api-keys`, `DELETE /api-keys/{id}` | [`NewApiKey`] | [`ApiKey`], [`ApiKeyCreated`] |
//! | `GET /members`, `POST /members`, `POST /members/{id}/password`, `DELETE /members/{id}` | [`NewMember`], [`NewPassword`] | [`Page`] of [`Member`], [`Member`], 204 |
//! | `GET /bots`, `GET /bots/{bot}` | | [`Page`] of [`BotSummary`], [`BotSummary`] |
//! | `GET /awaited-bots` | | [`Page`] of [`AwaitedBot`] |
//! | `POST /bots/{bot}/publish` | | [`BotSummary`]; 422 with the problems |
//! | `GET /bots/{bot}/problems` | | [`Page`] of the problems `studio check` lists |
//! | `GET /bots/{bot}/review?reason&cursor&limit`, `POST /bots/{bot}/review/{cluster}` | [`ReviewDecision`] | [`Page`] of [`ReviewCluster`], [`ReviewDecided`] |
//! | `GET /bots/{bot}/learned`, `DELETE /bots/{bot}/learned/{id}` | | [`Page`] of [`LearnedPhrase`], 204 |
//! | `GET`, `POST /bots/{bot}/evaluations`, `GET …/{id}` | [`NewEvaluation`] | [`Page`] of [`EvaluationRun`], [`EvaluationRun`] |
//! | `GET /bots/{bot}/self-tests?from&to` | | [`Page`] of [`SelfTest`] |
//! | `GET /conversations?status&owner&bot&connection&channel&tag&query&cursor&limit` | | [`ConversationPage`] |
//! | `POST /conversations` | [`NewConversation`] | 202 [`ConversationBegun`] |
//! | `GET /conversations/{id}` | | [`ConversationDetail`] |
//! | `GET /conversations/{id}/messages?after&limit` | | [`Page`] of [`TranscriptMessage`] |
//! | `PATCH`, `DELETE /conversations/{id}/messages/{sequence}` | [`NewReply`] | 202 [`Accepted`] |
//! | `GET /conversations/{id}/timeline?after&limit` | | [`Page`] of journal entries |
//! | `POST /conversations/{id}/take-over`, `/hand-back`, `/close` | | 202 [`Accepted`] |
//! | `POST /conversations/{id}/replies` | [`NewReply`] | 202 [`Accepted`] |
//! | `POST /conversations/{id}/templates` | [`Template`] | 202 [`Accepted`] |
//! | `POST /conversations/{id}/assign` | [`Assignment`] | 202 [`Accepted`] |
//! | `POST /conversations/{id}/language` | [`NewLanguage`] | 202 [`Accepted`] |
//! | `POST /conversations/{id}/notes` | [`NewNote`] | 202 [`Accepted`] |
//! | `GET /parked`, `POST /parked/{source}/{native}/replay` | | [`Page`] of [`Parked`], 202 |
//! | `GET /dead-letters`, `POST /dead-letters/{id}/replay` | | [`Page`] of [`DeadLetter`], 202 |
//! | `POST /dead-letters/replay` | [`NewReplay`] | 202 [`Replayed`] |
//! | `GET /connections`, `POST /connections`, `GET`, `PATCH`, `DELETE /connections/{name}` | [`Connection`]'s settings | [`Page`] of [`Connection`], [`Connection`], 204 |
//! | `POST /connections/{name}/test`, `/pause`, `/resume` | | [`Connection`] |
//! | `GET /connections/{name}/manifest` | | what is pasted at Slack |
//! | `GET /connections/{name}/templates` | | [`Page`] of [`ApprovedTemplate`] |
//! | `GET /unread`, `GET`, `DELETE /unread/{connection}/{id}` | | [`Page`] of [`Unread`], the body, 204 |
//! | `POST /unread/{connection}/{id}/replay` | | 204; 422 where it still cannot be read |
//! | `GET /contacts/{id}`, `GET /contacts/{id}/messages?cursor&limit` | | [`ContactDetail`], [`Page`] of [`TranscriptMessage`] |
//! | `POST /contacts/{id}/merge`, `/unmerge` | [`NewMerge`] | [`ContactDetail`] |
//! | `GET /texts/{language}`, `PUT`, `DELETE /texts/{language}/{part}/{key}` | [`Wording`](crate::texts::Wording) | [`Page`] of [`StudioText`], 204 |
//! | `GET /models` | | [`Page`] of [`Model`] |
//! | `GET /statistics?bot&from&to` | | [`Page`] of [`DayStatistics`] |
//! | `GET /live` (WebSocket) | [`LiveHello`] first | [`LiveFrame`]s |
//!
//! Requests carry `Authorization: Bearer <session token or API key>`. Errors are RFC 9457
//! [`ProblemDetails`]. Times are RFC 3339 in UTC.

mod accounts;
mod connections;
mod contacts;
mod dead_letters;
mod delivery;
mod evaluation;
mod live;
mod misread;
mod models;
mod review;
mod search;
mod self_test;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use self::accounts::{
    ApiKey, ApiKeyCreated, Login, Me, Member, NewApiKey, NewMember, NewPassword, Role, SessionCreated,
};
pub use self::connections::{
    Connection, ConnectionCounts, ConnectionSource, ConnectionStanding, ConnectionState, RefusedToken, Unread,
};
pub use self::contacts::{ContactDetail, ContactIdentity, NewMerge, Unreachable};
pub use self::dead_letters::{DeadLetter, DeadLetterKind, NewReplay, Replayed};
pub use self::delivery::{
    Correction, Delivery, DeliveryState, RefusedChange, Since, TranscriptMessage, VisitorChange,
};
pub use self::evaluation::{
    CalibrationBin, Change, ChangeEffect, ClosePair, ClosePhrase, Comparison, Confused, Evaluation,
    EvaluationRun, EvaluationState, Folds, IntentFigures, NewEvaluation, UnusedEntity,
};
pub use self::live::{LiveFrame, LiveHello, LivePosition};
pub use self::misread::list_for_object;
pub use self::models::{Latency, Model, ModelRun, ModelState};
pub use self::review::{
    LearnedPhrase, ReviewCluster, ReviewDecided, ReviewDecision, ReviewExample, ReviewGuess, ReviewReason,
};
pub use self::search::{ConversationPage, FoundMessage, Search};
pub use self::self_test::{Drift, DriftKind, MessageFigures, SelfTest};
pub use self::texts::StudioText;
use crate::{
    content::{Content, Template},
    dialogue::{Entry, Happening, Owner, Speaker, Status},
    feeling::Trend,
    id::{ContactId, ConversationId, EventKey, MemberId},
    translation::Translation,
    understanding::Understanding,
};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BotSummary {
    pub name: String,
    pub title: String,
    pub languages: Vec<String>,
    /// Published version; `None` while it has never been free of errors.
    pub version: Option<u32>,
    /// Intents, flows and documents of the published version.
    pub intents: usize,
    pub flows: usize,
    pub documents: usize,
    /// Errors of the files as they stand now; the published version goes on.
    pub errors: usize,
    pub warnings: usize,
}

/// The header by which a caller on the Unix socket, who needs no login, says by which name visitors read it.
pub const AGENT_NAME: &str = "studio-agent-name";

/// A conversation in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    pub id: ConversationId,
    pub contact: ContactId,
    /// Name of the visitor where known, `thread` otherwise, and a made-up one where that is absent too.
    pub contact_name: String,
    /// What the other program calls it, on the HTTP channel alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    pub bot: String,
    pub connection: String,
    pub channel: String,
    pub language: String,
    pub status: Status,
    pub owner: Owner,
    pub tags: BTreeSet<String>,
    /// Words of the last message, at most 120 characters.
    pub preview: String,
    /// Whether the visitor waits for an answer; while people have the conversation, what the bot says is none.
    pub unanswered: bool,
    /// Since when it waits for a person; absent while it does not.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// Whether it is urgent: of those that wait for a person, and of the others, the urgent stand first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// How the visitor has felt of late, from -1 to 1; absent where nothing was felt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mood: Option<f64>,
    /// Where the mood goes; absent where it is steady.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// Number of the last journal entry.
    pub sequence: u64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl Conversation {
    /// Whether it waits for a person.
    pub fn waits(&self) -> bool {
        self.status == Status::Open && matches!(self.owner, Owner::Team { .. })
    }

    /// What lists are sorted by, the greatest first: who waits for a person, the urgent, then who waits longest and of the
    /// others the last changed.
    pub fn rank(&self) -> (bool, bool, i64) {
        let moment = match self.waiting_since {
            Some(since) => -since.as_microsecond(),
            None => self.updated_at.as_microsecond(),
        };
        (self.waiting_since.is_some(), self.urgent, moment)
    }
}

/// One conversation with the bot's mind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationDetail {
    pub conversation: Conversation,
    pub mind: Mind,
    /// The bot for which what the visitor says waits, because it does not run; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for_bot: Option<String>,
}

/// A bot that does not run, although conversations wait for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AwaitedBot {
    pub bot: String,
    /// How many conversations wait.
    pub conversations: usize,
    /// Why it does not run, and what to do; absent where it does by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What the bot thinks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Mind {
    pub bot_version: u32,
    /// What it understood last.
    pub understanding: Option<Understanding>,
    /// Sensitive ones as `"***"`.
    #[schema(value_type = Object)]
    pub slots: BTreeMap<String, Value>,
    /// Running flows with their nodes, outermost first: `track_order › ask_number`.
    pub stack: Vec<String>,
    /// What it waits for, in words.
    pub expecting: String,
    /// Documents that the bot's last reply rests on.
    pub sources: Vec<String>,
    pub misunderstood: u32,
}

/// A message of the transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Number of its journal entry.
    pub sequence: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub from: Sender,
    /// Who of several visitors said it, as the platform calls them; absent where only one could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub content: Content,
    /// The visitor's own id of the message, to match what was sent with what was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The approved message that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Box<Template>>,
    /// Whether a machine translated it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
    /// From which language, and by what; or why the author's own text was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Box<Translation>>,
}

impl Message {
    /// The message that an entry is, if it is one. Notes are for members only.
    pub fn of(entry: &Entry) -> Option<Self> {
        let template =
            if let Happening::Said { template, .. } = &entry.what { template.clone() } else { None };
        let (from, content, client_id) = match &entry.what {
            Happening::Received { id, content, .. } => (Sender::Visitor, content.clone(), Some(id.clone())),
            Happening::Pressed { id, title, .. } => (Sender::Visitor, Content::text(title), Some(id.clone())),
            Happening::Said { by, content, .. } => {
                (Sender::Speaker { speaker: by.clone() }, content.clone(), None)
            }
            Happening::Noted { by, name, text } => {
                (Sender::Note { member: *by, name: name.clone() }, Content::text(text), None)
            }
            Happening::Opened { .. }
            | Happening::Introduced { .. }
            | Happening::Edited { .. }
            | Happening::Corrected { .. }
            | Happening::Deleted { .. }
            | Happening::Happened { .. }
            | Happening::SlotFilled { .. }
            | Happening::FlowStarted { .. }
            | Happening::FlowEnded { .. }
            | Happening::Searched { .. }
            | Happening::Called { .. }
            | Happening::Answered { .. }
            | Happening::HandedOff { .. }
            | Happening::OwnerChanged { .. }
            | Happening::LanguageChanged { .. }
            | Happening::Tagged { .. }
            | Happening::Rated { .. }
            | Happening::Repaired { .. }
            | Happening::Waiting { .. }
            | Happening::Closed { .. }
            | Happening::Reopened
            | Happening::Refused { .. }
            | Happening::Faulted { .. }
            | Happening::Erased => return None,
        };
        let translation = match &entry.what {
            Happening::Said { why: Some(why), .. } => why.translation.clone(),
            _ => None,
        };
        let translated = translation.as_ref().is_some_and(|translation| translation.is_machine_made());
        let (sequence, at, author) = (entry.sequence, entry.at, entry.author.clone());
        Some(Self { sequence, at, from, author, content, client_id, template, translated, translation })
    }

    /// The message as the visitor may see it: notes never.
    pub fn visible(entry: &Entry) -> Option<Self> {
        Self::of(entry).filter(|message| match message.from {
            Sender::Visitor | Sender::Speaker { .. } => true,
            Sender::Note { .. } => false,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Sender {
    Visitor,
    Speaker {
        speaker: Speaker,
    },
    /// A note among members.
    Note {
        member: MemberId,
        name: String,
    },
}

/// Something to say to the visitor: 1 to 10,000 characters, and something among them that can be seen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    pub content: Content,
}

/// A message whose words a platform has approved, or has not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovedTemplate {
    pub name: String,
    pub language: String,
    /// As the platform calls it; `APPROVED` alone can be sent.
    pub status: String,
    pub category: String,
    /// How it reads, its gaps in double braces.
    pub text: String,
    /// What must fill the head: `text`, `image`, `video`, `document`, `location`; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The gaps of the text, in order.
    pub body: Vec<String>,
    /// Places of the buttons that need a parameter.
    pub buttons: Vec<usize>,
    /// Why it cannot be sent from here, approved or not, and what to do; absent where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsendable: Option<String>,
}

/// A note for other members: 1 to 10,000 characters, and something among them that can be seen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    pub text: String,
}

/// The language that the bot is to speak with this visitor; the nearest that it has counts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLanguage {
    /// A tag such as `de` or `pt-BR`.
    pub language: String,
}

/// Somebody is written to who has not written, by a message that the platform has approved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConversation {
    /// Name of the connection.
    pub connection: String,
    pub to: Address,
    pub template: Template,
    /// Whether the caller keeps the conversation; otherwise the bot has it, and answers what comes back.
    #[serde(default)]
    pub keep: bool,
}

/// How somebody is known to a platform: one of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// With the code of the country, such as `+4915112345678`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The platform's own id of the person, such as WhatsApp's `DE.1349…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// The conversation in which it will be said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationBegun {
    #[schema(value_type = String)]
    pub conversation: ConversationId,
    /// The act that says it.
    pub event: EventKey,
}

/// The act is stored and will be done in its turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    pub event: EventKey,
}

/// An event that failed every time it was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Parked {
    pub event: EventKey,
    pub conversation: ConversationId,
    pub attempts: u32,
    pub error: String,
    #[schema(value_type = String, format = DateTime)]
    pub parked_at: Timestamp,
    /// The event itself, for owners; `null` for others, because it may hold what a flow would mask.
    #[schema(value_type = Object)]
    pub payload: Value,
}

/// One day of one bot, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DayStatistics {
    /// `YYYY-MM-DD`.
    pub day: String,
    pub bot: String,
    pub conversations: u64,
    pub received: u64,
    pub said_by_bot: u64,
    pub said_by_members: u64,
    pub not_understood: u64,
    pub handoffs: u64,
    pub answered_from_documents: u64,
    pub ratings: u64,
    /// Sum of the ratings, each 1 to 5.
    pub rating_sum: i64,
    /// Messages of visitors that felt good, and bad.
    #[serde(default)]
    pub positive: u64,
    #[serde(default)]
    pub negative: u64,
    /// Sum of the sentiments of these in hundredths, each -100 to 100.
    #[serde(default)]
    pub sentiment_sum: i64,
    #[serde(default)]
    pub urgent: u64,
    #[serde(default)]
    pub questions: u64,
    #[serde(default)]
    pub profane: u64,
    /// Messages with words that were looked at for an intent, and how many of them no intent was sure of.
    #[serde(default)]
    pub judged: u64,
    #[serde(default)]
    pub unsure: u64,
    /// Sums over these of the confidence in the best intent, in hundredths, and of its square.
    #[serde(default)]
    pub confidence_sum: u64,
    #[serde(default)]
    pub confidence_square_sum: u64,
    /// Their words, and those of them that are in no phrase of the bot.
    #[serde(default)]
    pub words: u64,
    #[serde(default)]
    pub unknown_words: u64,
    /// Messages with such a word.
    #[serde(default)]
    pub strange: u64,
}

/// RFC 9457.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDetails {
    /// `about:blank` or an address in the documentation.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What was wrong with this request, and what to do.
    pub detail: String,
}

/// The team that a conversation goes to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    pub team: String,
}
