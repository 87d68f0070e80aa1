//! What leaves by a platform, and what becomes of it?

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use studio_core::{
    api::Message,
    content::{Content, Loss},
    id::ConversationId,
    policy::delivery::{Again, Otherwise},
};

/// A message that was committed and is to leave.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaving {
    pub conversation: ConversationId,
    /// The platform's own name of the conversation.
    pub thread: String,
    /// Unique to this message, the same at every try, at most 25 letters and digits: what
    /// platforms that recognise repeats are told.
    pub key: String,
    pub message: Message,
    /// The tag of the language in which the conversation is held, for words that the studio adds; empty where it is not known.
    pub language: String,
    /// The platform's own ids of those parts that left in earlier tries; the try goes on behind them.
    pub parts: Vec<String>,
    /// It may have left before: the process that was sending it ended.
    pub uncertain: bool,
    /// When the person last said something in this conversation, by the platform's clock.
    pub last_heard: Option<Timestamp>,
    /// The parts that are to leave in another form: the platform had taken them, and refused them later.
    pub otherwise: Vec<Otherwise>,
}

impl Leaving {
    /// The form in which this part is to leave, where it is another one; parts count from 0.
    pub fn in_another_form(&self, part: usize) -> Option<&Otherwise> {
        self.otherwise.iter().rfind(|otherwise| otherwise.part == part)
    }
}

/// What one try did.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The platform's own ids of the parts that left in this try, in order. Of a change: of all parts that are as they
    /// should be, from the first on; once it is done these are the message's parts.
    pub parts: Vec<String>,
    /// What the channel could not show.
    pub losses: Vec<Loss>,
    pub outcome: Outcome,
}

impl Attempt {
    /// The same, its losses as they are at the end: what was lost of the first form may stand in the last.
    pub(crate) fn settled(mut self) -> Self {
        Loss::settle(&mut self.losses);
        self
    }
}

/// What happens next with the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Again, not before `after` where the platform named a time.
    Retry {
        after: Option<SignedDuration>,
        scope: Scope,
        error: String,
    },
    /// Never again by itself; a sentence for the list of dead letters that says what to do.
    Dead {
        reason: String,
    },
    /// The same, and nothing else gets through to this person either until they are heard again, such as where they have blocked the bot.
    Unreachable {
        reason: String,
    },
}

/// What has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The messages of this conversation.
    Chat,
    /// Everything that leaves by this connection.
    Connection,
}

/// An edit of a message that has left.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub thread: String,
    /// As [`Leaving::language`].
    pub language: String,
    /// Unique to this change, as [`Leaving::key`] is to a message: parts that it adds carry it.
    pub key: String,
    /// When it was made.
    pub at: Timestamp,
    /// It may have been made before: a try had no clear end, or the process ended.
    pub uncertain: bool,
    /// The platform's own ids of its parts.
    pub parts: Vec<String>,
    /// What it says so far, where that is known.
    pub before: Option<Before>,
    pub content: Content,
}

/// What a message said before it is changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    pub content: Content,
    /// How many parts it had.
    pub parts: usize,
}

/// How far a message has come, as the platform says. They only grow: [`Progress::Failed`] is
/// the last only until something better is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Sent,
    Failed,
    Delivered,
    Read,
}

/// The platform tells how far one of our messages has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub thread: String,
    /// The platform's own id of the part.
    pub part: String,
    /// What we sent with the part, to know it again.
    pub tag: Option<String>,
    pub progress: Progress,
    pub at: Timestamp,
    /// For [`Progress::Failed`]: a sentence that says what to do.
    pub error: Option<String>,
    /// For [`Progress::Failed`]: how it may be taken; `None` where it will not be.
    pub again: Option<Again>,
}
