//! What does an adapter need of the server?

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::{DeliveryState, Message},
    content::Content,
    dialogue::{Body, Owner},
    id::{ConversationId, MediaId},
};
use tokio::sync::{broadcast, watch};
use url::Url;

use crate::{
    http,
    platform::{Attachment, Command, Platform, Report},
    web,
};

/// The address of a client as the server's front sees it, behind trusted proxies as well.
///
/// The server puts it into the extensions of every request; where it is missing, the peer of the
/// connection counts (`axum::extract::ConnectInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Something that came in and is to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// Name of the connection.
    pub connection: String,
    /// The platform's own name of the conversation.
    pub thread: String,
    /// The platform's own name of the person.
    pub external: String,
    /// The platform's own id of the event, unique within the connection: a repeat has the same.
    pub native: String,
    /// When the person said it, by the platform's clock; `None` where the person said nothing by it, or nobody counts.
    pub said_at: Option<Timestamp>,
    /// Who of several said it, as the platform calls them; `None` where only one could.
    pub author: Option<String>,
    pub body: Body,
    /// What a repeat must be alike in; where it is not, the event is another one under the same id.
    pub fingerprint: Option<u64>,
    /// Files that the event's content names and that the platform still has.
    pub attachments: Vec<Attachment>,
}

/// The event is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance {
    pub conversation: ConversationId,
    pub novelty: Novelty,
}

/// Whether an event was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    New,
    /// It is stored already and is not run again.
    Repeat,
}

/// The event is not stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// Too much is waiting, or the server is stopping; the same event may be sent again.
    #[error("too busy, try again in {retry_after:#}")]
    Busy { retry_after: SignedDuration },
    /// Another event was stored under this id.
    #[error("another message was stored under this id")]
    Conflict,
    /// It will never be accepted; a sentence for the sender.
    #[error("{0}")]
    Refused(String),
    /// The store failed; a sentence for the log.
    #[error("the store failed: {0}")]
    Store(String),
}

/// Something could not be read or kept; a sentence for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);

/// What happens in a conversation, as it happens.
#[derive(Clone, Debug)]
pub enum HostEvent {
    /// A message was committed; in the order of the sequence. Never a note among members.
    Message(Arc<Message>),
    /// One was committed that is too large to be handed round: read `messages`.
    LargeMessage,
    /// A turn was committed in which nothing was said.
    Silent,
    /// Someone on the studio's side is typing.
    Typing { who: String },
    /// The person who talks to the visitor changed.
    OwnerChanged(Owner),
    /// All that was said up to here was erased.
    Erased,
}

/// Waits for [`Host::goodbye`].
pub(crate) async fn told_goodbye(goodbye: &mut watch::Receiver<bool>) {
    // A server that is gone without a word is gone as well.
    let _ = goodbye.wait_for(|told| *told).await;
}

/// How a conversation stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Number of the last journal entry; 0 for a conversation that does not exist yet.
    pub sequence: u64,
    /// Number of the journal entry that erased what was said before it; 0 where none did.
    pub erased: u64,
    pub owner: Owner,
    pub under_way: UnderWay,
}

/// What goes on in a conversation without anybody writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnderWay {
    #[default]
    Nothing,
    /// A remote service was asked, and its answer comes.
    Call,
    /// The flow waits for this time.
    Pause { until: Timestamp },
}

impl Standing {
    /// Whether one who has seen everything up to `after` must forget it: it was erased meanwhile,
    /// or this conversation never came so far.
    pub fn outdates(&self, after: u64) -> bool {
        after > self.sequence || self.erases(after)
    }

    /// Whether what was said up to `after` was erased meanwhile.
    pub fn erases(&self, after: u64) -> bool {
        (1..self.erased).contains(&after)
    }
}

/// What visitors see of a bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotFace {
    pub title: String,
    /// ISO 639-1, the default first.
    pub languages: Vec<String>,
    /// What people may type after a slash.
    pub commands: Vec<Command>,
}

/// What is known of a kept file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFacts {
    /// A clean name: no folders, no control characters.
    pub name: String,
    /// What its first bytes say it is.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
}

/// What an adapter needs of the server.
///
/// Every call that names a conversation is answered for that conversation only: a file of another
/// one does not exist.
pub trait Host: Clone + Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// 32 unpredictable bytes.
    fn random(&self) -> [u8; 32];

    /// The key that signs visitors' tokens: the same over restarts and on every node.
    fn token_key(&self) -> [u8; 32];

    /// Stores an event; returns once it is durable. The person is heard by it, and can be written to.
    fn accept(&self, incoming: Incoming) -> impl Future<Output = Result<Acceptance, AcceptError>> + Send;

    /// The same of an event that tells the contrary, such as that the person has blocked the bot: what is said to them does not leave
    /// until they are heard again. `why` is a sentence that says what to do. A message that is refused tells it by
    /// [`Outcome::Unreachable`](crate::platform::Outcome).
    fn accept_block(
        &self,
        incoming: Incoming,
        _why: &str,
    ) -> impl Future<Output = Result<Acceptance, AcceptError>> + Send {
        self.accept(incoming)
    }

    /// The message as it leaves by a platform: with the mark that a machine translated it, unless the operator wants none.
    fn as_told(&self, message: Message) -> Message {
        message.marked()
    }

    /// Whether a member lets nothing come in or leave by this connection for now.
    fn is_paused(&self, connection: &str) -> bool;

    /// The conversation of a thread, whether it exists or not.
    fn conversation(&self, connection: &str, thread: &str) -> ConversationId;

    /// What the platform calls a thread by now.
    fn newest(&self, connection: &str, thread: &str) -> String;

    /// How a conversation stands.
    fn standing(
        &self,
        conversation: ConversationId,
    ) -> impl Future<Output = Result<Standing, HostError>> + Send;

    /// Whether something of a conversation is stored, be it only an event that waits for its turn.
    fn has_begun(&self, conversation: ConversationId)
    -> impl Future<Output = Result<bool, HostError>> + Send;

    /// Whether something of a conversation waits for its turn.
    fn awaits_turn(&self, conversation: ConversationId) -> bool;

    /// What a message of the person's became last, by its native id; `None` where it was not changed, or taken back.
    fn change_of(
        &self,
        conversation: ConversationId,
        message: &str,
    ) -> impl Future<Output = Result<Option<Content>, HostError>> + Send;

    /// Whether an event with this native id came by the connection and is stored, whatever became of it; known for as long as
    /// repeats are recognised.
    fn has_come(
        &self,
        connection: &str,
        native: &str,
    ) -> impl Future<Output = Result<bool, HostError>> + Send;

    /// The threads of a chat for which a message of ours left that has this number there: all that the platform tells of some messages
    /// ([`Platform::chat_told`]), while a chat may hold several conversations.
    fn threads_told(
        &self,
        connection: &str,
        chat: &str,
        number: &str,
    ) -> impl Future<Output = Result<Vec<String>, HostError>> + Send;

    /// Messages with a sequence above `after`, in its order, without members' notes.
    fn messages(
        &self,
        conversation: ConversationId,
        after: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Message>, HostError>> + Send;

    /// The turns of what came by this connection, as far as they left something in the journal: the native id of each event, and
    /// the sequence at which its turn begins. Of those that end above `after`, in the order of the sequence, 200 at most.
    fn turns(
        &self,
        connection: &str,
        conversation: ConversationId,
        after: u64,
    ) -> impl Future<Output = Result<Vec<(String, u64)>, HostError>> + Send;

    /// Turns true when the server has finished what was begun and goes: sockets are to be closed then.
    /// The server waits until every receiver was dropped.
    fn goodbye(&self) -> watch::Receiver<bool>;

    /// What happens from now on; bounded, so that a slow reader lags and reads `messages` instead.
    fn subscribe(&self, conversation: ConversationId) -> broadcast::Receiver<HostEvent>;

    /// The visitor is typing; for the console, never stored.
    fn typing(&self, conversation: ConversationId);

    /// Everything up to this sequence was handed over to who fetches it (`Sent`), is known to be there, or was read. It must not
    /// be beyond what there is, and is kept soon after.
    fn reached(&self, conversation: ConversationId, state: DeliveryState, sequence: u64);

    /// The name of a file as it may be kept and shown: without the personal data that the bot masks.
    ///
    /// # Errors
    ///
    /// It cannot be told for the moment what is personal in it; the same may come again.
    fn masked_name(&self, connection: &str, thread: &str, name: String) -> Result<String, AcceptError>;

    /// Keeps a file of a conversation.
    fn save_media(
        &self,
        conversation: ConversationId,
        facts: MediaFacts,
        bytes: Bytes,
    ) -> impl Future<Output = Result<MediaId, HostError>> + Send;

    /// What is known of a file of this conversation.
    fn media_facts(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> impl Future<Output = Result<Option<MediaFacts>, HostError>> + Send;

    /// A file of this conversation.
    fn load_media(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> impl Future<Output = Result<Option<(MediaFacts, Bytes)>, HostError>> + Send;

    /// Notes durably how far messages of ours have come; what is known already stays.
    fn reports(
        &self,
        connection: &str,
        reports: Vec<Report>,
    ) -> impl Future<Output = Result<(), HostError>> + Send;

    /// Counts a further part of a message of the outbox, or says how long it has to wait: what the platform lets a connection
    /// and a chat send is kept for all that leaves.
    fn take_turn(
        &self,
        connection: &str,
        conversation: ConversationId,
        thread: &str,
    ) -> Result<(), SignedDuration>;

    /// Waits in the middle of what leaves; other conversations' messages may leave in its place meanwhile.
    fn pause(&self, wait: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(wait)
    }

    /// The platform's own id of the part that was sent with this tag, if a report has told of it.
    fn told_of(
        &self,
        conversation: ConversationId,
        tag: &str,
    ) -> impl Future<Output = Result<Option<String>, HostError>> + Send;

    /// The platform calls a thread by another name from now on: both are one conversation.
    fn moved(
        &self,
        connection: &str,
        from: &str,
        to: &str,
    ) -> impl Future<Output = Result<(), HostError>> + Send;

    /// A thread has a second name: what comes by it belongs to the conversation of the first, which goes on.
    fn joined(
        &self,
        connection: &str,
        second: &str,
        first: &str,
    ) -> impl Future<Output = Result<(), HostError>> + Send;

    /// Keeps something small of a connection over restarts, such as the place up to which it has read.
    fn remember(
        &self,
        connection: &str,
        key: &str,
        value: String,
    ) -> impl Future<Output = Result<(), HostError>> + Send;

    /// What [`Host::remember`] kept.
    fn recall(
        &self,
        connection: &str,
        key: &str,
    ) -> impl Future<Output = Result<Option<String>, HostError>> + Send;

    /// Something that was signed but cannot be read is kept as it came, for a later look.
    fn keep_unread(
        &self,
        connection: &str,
        body: Bytes,
        why: &str,
    ) -> impl Future<Output = Result<(), HostError>> + Send;

    /// The same of what may come in several ways, or be found again and again in a history: it is kept once by `native`, the
    /// platform's own id of it, for as long as it is kept. Whether it was not kept already.
    fn keep_unread_once(
        &self,
        connection: &str,
        native: &str,
        body: Bytes,
        why: &str,
    ) -> impl Future<Output = Result<bool, HostError>> + Send;

    /// Keeps what came to a connection that does not run until it does, and drives nothing out for it. What has a `native` id and
    /// is kept already takes no second place. `false` where there was no room.
    fn put_aside(
        &self,
        connection: &str,
        native: Option<&str>,
        body: Bytes,
        why: &str,
    ) -> impl Future<Output = Result<bool, HostError>> + Send;

    /// The address of a connection's webhook as the platform must call it; `None` where the platform cannot: the studio
    /// has no public address of https, and the platform is no simulator on the same machine.
    fn webhook_address(&self, connection: &str) -> Option<Url>;

    /// Whether there is a connection of this name that cannot run until somebody sets it right.
    fn is_broken(&self, _connection: &str) -> bool {
        false
    }

    /// Counts a call of the webhook of such a connection, which cannot tell whether its platform calls: the name of its
    /// channel, empty where not even that can be read. `None` where there is no such connection.
    fn turned_away(&self, _connection: &str) -> Option<String> {
        None
    }

    /// The platform has answered who we are: what it refused of a connection before need not wait any longer.
    fn answers(&self, _connection: &str) {}

    /// The web connection of this name.
    fn web(&self, connection: &str) -> Option<Arc<web::Config>>;

    /// The HTTP connection of this name.
    fn http(&self, connection: &str) -> Option<Arc<http::Connection>>;

    /// The connection of this name on a messaging platform.
    fn platform(&self, connection: &str) -> Option<Platform>;

    /// The web connection that the sample page at `/` shows, if it is to be shown.
    fn sample(&self) -> Option<Arc<web::Config>>;

    /// What visitors see of the bot of this name, if it runs.
    fn face(&self, bot: &str) -> Option<BotFace>;
}
