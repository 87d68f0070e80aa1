//! In which order do events of the gateway reach the studio?
//!
//! 1. What is said is stored in the order in which it came, one after the other. Where the studio is too busy, the
//!    event waits and is offered again; heartbeats go on meanwhile.
//! 2. Interactions do not wait behind it: each must be answered within 3 seconds.
//! 3. The session is remembered up to the last event before the first that is not stored yet, so that a
//!    restart resumes it there and Discord tells the rest again.
//! 4. Where a session cannot be resumed, what was said meanwhile is fetched before anything new is stored.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::model::{
    channel::{Message, Reaction},
    event::{MessageDeleteBulkEvent, MessageDeleteEvent, MessageUpdateEvent, TypingStartEvent},
    gateway::GatewayIntents,
    id::{ChannelId, MessageId},
};
use tokio::{
    sync::{Semaphore, mpsc},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    catch_up,
    config::GuildMessages,
    frame::{Dispatch, Session, TOKEN_REFUSED},
    gateway::{Ended, Opening, Sink, hold, jittered},
    interactions,
    life::Account,
    places::Place,
    rest::Refusal,
};
use crate::host::{AcceptError, Host, HostError, Incoming, Novelty};

/// Events that wait to be stored; more are told again by Discord later.
const MOST_WAITING: usize = 10_000;
const MOST_INTERACTIONS: usize = 256;
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often the session is remembered.
const KEEP: Duration = Duration::from_secs(2);
/// How far back the author of a deleted message is looked for in the conversation.
const LOOK_BACK: u64 = 500;

/// Opens the gateway again and again, until stopped.
pub async fn run<H: Host>(account: &Arc<Account>, host: &H, stop: &CancellationToken) {
    let progress = Arc::new(Progress::default());
    let (queue, waiting) = mpsc::channel(MOST_WAITING);
    let tasks = TaskTracker::new();
    let storing = Storing { account: account.clone(), host: host.clone(), stop: stop.clone() };
    tasks.spawn(storing.run(waiting, progress.clone()));
    let mut sink = Distributor {
        account: account.clone(),
        host: host.clone(),
        stop: stop.clone(),
        queue,
        progress: progress.clone(),
        tasks: tasks.clone(),
        interactions: Arc::new(Semaphore::new(MOST_INTERACTIONS)),
        session: "".into(),
        opened: false,
    };
    tokio::join!(connect(account, host, stop, &mut sink), keep(account, host, stop, &progress));
    drop(sink);
    tasks.close();
    tasks.wait().await;
    keep_session(account, host, &progress).await;
}

async fn connect<H: Host>(account: &Account, host: &H, stop: &CancellationToken, sink: &mut Distributor<H>) {
    let mut session = recall_session(account, host).await;
    if let Some(session) = &session {
        sink.begin(session);
    }
    let mut pause = Duration::from_secs(1);
    while !stop.is_cancelled() {
        let url = match gateway_url(account).await {
            Ok(url) => url,
            Err(error) => {
                account.failed(host, format!("the gateway's address is not known: {error}"));
                rest_for(pause, host, stop).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        };
        let opening = Opening {
            token: account.token.expose(),
            intents: intents(account.config.guild_messages),
            url: &url,
            random: host.random(),
        };
        let ended = hold(&opening, &mut session, sink, stop).await;
        account.update(|standing| standing.listening = Some(false));
        if std::mem::take(&mut sink.opened) {
            pause = Duration::from_secs(1);
        }
        match ended {
            Ended::Stopped => return,
            Ended::Give(advice) => {
                account.failed(host, advice.to_owned());
                account.update(|standing| standing.token_valid = Some(advice != TOKEN_REFUSED));
                return stop.cancelled().await;
            }
            Ended::Resume(why) => account.failed(host, why),
            Ended::Identify(why) => {
                session = None;
                sink.progress.forget();
                account.failed(host, why);
            }
        }
        rest_for(pause, host, stop).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn rest_for<H: Host>(pause: Duration, host: &H, stop: &CancellationToken) {
    tokio::select! {
        () = sleep(jittered(pause, host.random())) => {}
        () = stop.cancelled() => {}
    }
}

async fn gateway_url(account: &Account) -> Result<String, Refusal> {
    let answer = account.rest.get("gateway", "gateway/bot").await?;
    if answer.body["session_start_limit"]["remaining"].as_u64() == Some(0) {
        let reset = answer.body["session_start_limit"]["reset_after"].as_u64().unwrap_or(60_000);
        return Err(Refusal::Limited { after: Duration::from_millis(reset), everything: true });
    }
    answer.body["url"].as_str().map(str::to_owned).ok_or_else(|| Refusal::Failed("Discord names none".into()))
}

/// What is to be told of. Of the privileged ones only that for the words of every message, where they are wanted.
fn intents(messages: GuildMessages) -> u64 {
    let direct = GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::DIRECT_MESSAGE_REACTIONS
        | GatewayIntents::DIRECT_MESSAGE_TYPING
        | GatewayIntents::GUILDS;
    let guild = GatewayIntents::GUILD_MESSAGES | GatewayIntents::GUILD_MESSAGE_REACTIONS;
    let intents = match messages {
        GuildMessages::None => direct,
        GuildMessages::Mentions => direct | guild,
        GuildMessages::All => direct | guild | GatewayIntents::MESSAGE_CONTENT,
    };
    intents.bits()
}

/// Events that are not stored yet.
#[derive(Debug, Default)]
struct Progress(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    session: Option<Session>,
    /// By number of the session and of the event.
    unfinished: BTreeSet<(u64, u64)>,
    newest: u64,
    /// Counts the sessions: numbers of one say nothing in another.
    generation: u64,
}

impl Progress {
    fn session(&self, session: &Session) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.session.as_ref().is_none_or(|known| known.id != session.id) {
            open.generation += 1;
            open.newest = session.sequence;
        }
        open.session = Some(session.clone());
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).session = None;
    }

    fn begin(&self, sequence: u64) -> (u64, u64) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let event = (open.generation, sequence);
        open.unfinished.insert(event);
        open.newest = open.newest.max(sequence);
        event
    }

    fn finish(&self, event: (u64, u64)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unfinished.remove(&event);
    }

    /// The session up to where everything is stored.
    fn safe(&self) -> Option<Session> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = open.unfinished.range((open.generation, 0)..).next();
        let sequence = first.map_or(open.newest, |(_, first)| first.saturating_sub(1));
        open.session.clone().map(|session| Session { sequence, ..session })
    }
}

async fn recall_session<H: Host>(account: &Account, host: &H) -> Option<Session> {
    let kept = host.recall(account.name(), "session").await.ok().flatten()?;
    serde_json::from_str(&kept).ok()
}

async fn keep<H: Host>(account: &Account, host: &H, stop: &CancellationToken, progress: &Progress) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = sleep(KEEP) => {}
            () = stop.cancelled() => {}
        }
        keep_session(account, host, progress).await;
    }
}

async fn keep_session<H: Host>(account: &Account, host: &H, progress: &Progress) {
    let kept = progress.safe().and_then(|session| serde_json::to_string(&session).ok()).unwrap_or_default();
    if let Err(error) = host.remember(account.name(), "session", kept).await {
        account.failed(host, format!("the session is not kept: {error}"));
    }
}

/// Hands what came in to those who store it.
struct Distributor<H> {
    account: Arc<Account>,
    host: H,
    stop: CancellationToken,
    queue: mpsc::Sender<Queued>,
    progress: Arc<Progress>,
    tasks: TaskTracker,
    interactions: Arc<Semaphore>,
    session: Arc<str>,
    opened: bool,
}

/// An event on its way to the store.
struct Queued {
    event: (u64, u64),
    session: Arc<str>,
    dispatch: Dispatch,
}

impl<H> Distributor<H> {
    fn begin(&mut self, session: &Session) {
        self.session = session.id.as_str().into();
        self.progress.session(session);
    }
}

impl<H: Host> Sink for Distributor<H> {
    fn take(&mut self, dispatch: Dispatch) -> bool {
        let sequence = dispatch.sequence;
        if dispatch.kind != "INTERACTION_CREATE" {
            let event = self.progress.begin(sequence);
            let room = self.queue.try_send(Queued { event, session: self.session.clone(), dispatch }).is_ok();
            if !room {
                self.progress.finish(event);
            }
            return room;
        }
        let Ok(place) = self.interactions.clone().try_acquire_owned() else { return false };
        let event = self.progress.begin(sequence);
        let (account, host, stop) = (self.account.clone(), self.host.clone(), self.stop.clone());
        let progress = self.progress.clone();
        self.tasks.spawn(async move {
            interactions::from_gateway(&account, &host, &stop, dispatch.data).await;
            progress.finish(event);
            drop(place);
        });
        true
    }

    fn opened(&mut self, session: &Session, resumed: bool) {
        self.opened = true;
        self.begin(session);
        self.account.update(|standing| {
            standing.listening = Some(true);
            standing.way_in = Some(if resumed { "gateway, resumed".into() } else { "gateway".into() });
        });
    }
}

/// Stores what was said, in order.
pub(super) struct Storing<H> {
    pub account: Arc<Account>,
    pub host: H,
    pub stop: CancellationToken,
}

impl<H: Host> Storing<H> {
    async fn run(self, mut waiting: mpsc::Receiver<Queued>, progress: Arc<Progress>) {
        // Of a session that was resumed at the start nothing was missed.
        let mut fresh = false;
        loop {
            let dispatch = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                dispatch = waiting.recv() => dispatch,
            };
            let Some(Queued { event, session, dispatch }) = dispatch else { return };
            self.account.heard(&self.host);
            if self.happened(&session, dispatch, &mut fresh).await.is_err() {
                // Stopped: it stays unfinished, and is told again.
                return;
            }
            progress.finish(event);
        }
    }

    pub(super) async fn happened(
        &self,
        session: &str,
        dispatch: Dispatch,
        fresh: &mut bool,
    ) -> Result<(), Stopped> {
        let reader = self.account.reader();
        let Dispatch { sequence, kind, data } = dispatch;
        let kind = kind.as_str();
        match kind {
            "READY" => {
                *fresh = true;
                catch_up::known(self).await
            }
            "GUILD_CREATE" if *fresh => catch_up::guild(self, &data).await,
            "MESSAGE_CREATE" => match self.read::<Message>(kind, data).await {
                Some(message) => self.said(&message).await,
                None => Ok(()),
            },
            "MESSAGE_UPDATE" => {
                let event = self.read::<MessageUpdateEvent>(kind, data).await;
                match event.and_then(|event| reader.edited(&event)) {
                    Some(event) => self.store(event).await.map(drop),
                    None => Ok(()),
                }
            }
            "MESSAGE_DELETE" => match self.read::<MessageDeleteEvent>(kind, data).await {
                Some(event) => self.deleted(event.channel_id, event.message_id).await,
                None => Ok(()),
            },
            "MESSAGE_DELETE_BULK" => {
                let event = self.read::<MessageDeleteBulkEvent>(kind, data).await;
                for (channel, message) in event
                    .into_iter()
                    .flat_map(|event| event.ids.into_iter().map(move |id| (event.channel_id, id)))
                {
                    self.deleted(channel, message).await?;
                }
                Ok(())
            }
            "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => {
                self.reacted(kind, data, &format!("{session}:{sequence}")).await
            }
            "TYPING_START" => {
                if let Some(event) = self.read::<TypingStartEvent>(kind, data).await
                    && event.guild_id.is_none()
                {
                    let thread = event.channel_id.to_string();
                    self.host.typing(self.host.conversation(self.account.name(), &thread));
                }
                Ok(())
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => {
                if let Some(channel) = data["id"].as_str().and_then(|id| id.parse().ok()) {
                    self.account.places.gone(channel);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A message was written.
    pub(super) async fn said(&self, message: &Message) -> Result<(), Stopped> {
        let reader = self.account.reader();
        let (channel, id) = (message.channel_id.get(), message.id.get());
        let events = reader.message(message);
        if events.is_empty() {
            self.account.places.passed(channel, id);
            return Ok(());
        }
        let mut new = false;
        for event in events {
            new |= self.store(event).await?;
        }
        if new {
            self.store(reader.person(message.channel_id, &message.author)).await?;
        }
        let guild = message.guild_id.map_or(0, u64::from);
        self.account.places.spoken(channel, Place { message: id, person: message.author.id.get(), guild });
        Ok(())
    }

    async fn deleted(&self, channel: ChannelId, message: MessageId) -> Result<(), Stopped> {
        let author = match self.account.places.author(message.get()) {
            Some(author) => Some(author),
            None if self.was_stored(channel, message).await => {
                self.account.places.of(channel.get()).map(|place| place.person)
            }
            None => None,
        };
        match author {
            Some(author) => {
                let event = self.account.reader().deleted(channel, message, &author.to_string());
                self.store(event).await.map(drop)
            }
            // One of ours, or none of our business.
            None => Ok(()),
        }
    }

    async fn was_stored(&self, channel: ChannelId, message: MessageId) -> bool {
        let conversation = self.host.conversation(self.account.name(), &channel.to_string());
        let found = async {
            let newest = self.host.standing(conversation).await?.sequence;
            let limit = usize::try_from(LOOK_BACK).unwrap_or(usize::MAX);
            let messages = self.host.messages(conversation, newest.saturating_sub(LOOK_BACK), limit).await?;
            let native = message.to_string();
            Ok::<_, HostError>(messages.iter().any(|known| known.client_id.as_ref() == Some(&native)))
        };
        found.await.unwrap_or(false)
    }

    /// `occasion` stands for the id that reactions have not: a session tells an event again under the same number.
    async fn reacted(&self, kind: &str, data: Value, occasion: &str) -> Result<(), Stopped> {
        let Some(reaction) = self.read::<Reaction>(kind, data).await else { return Ok(()) };
        match self.account.reader().reaction(&reaction, kind == "MESSAGE_REACTION_ADD", occasion) {
            Some(event) => self.store(event).await.map(drop),
            None => Ok(()),
        }
    }

    /// The event as the library knows it; what it cannot read is kept as it came.
    async fn read<T: DeserializeOwned>(&self, kind: &str, data: Value) -> Option<T> {
        let error = match T::deserialize(&data) {
            Ok(event) => return Some(event),
            Err(error) => format!("an event of the kind {kind} cannot be read: {error}"),
        };
        keep_unread(&self.account, &self.host, &data, error).await;
        None
    }

    /// Whether it was new. Waits for as long as the studio is too busy.
    pub(super) async fn store(&self, event: Incoming) -> Result<bool, Stopped> {
        let mut pause = Duration::from_millis(100);
        loop {
            match self.host.accept(event.clone()).await {
                Ok(acceptance) => return Ok(acceptance.novelty == Novelty::New),
                Err(AcceptError::Busy { retry_after }) => {
                    self.rest(Duration::try_from(retry_after).unwrap_or(pause)).await?;
                }
                Err(AcceptError::Store(error)) => {
                    self.account.failed(&self.host, format!("the store failed: {error}"));
                    self.rest(pause).await?;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
                Err(AcceptError::Conflict) => {
                    self.account.failed(&self.host, format!("another event has the id {}", event.native));
                    return Ok(false);
                }
                Err(AcceptError::Refused(why)) => {
                    self.account.failed(&self.host, format!("an event was refused: {why}"));
                    return Ok(false);
                }
            }
        }
    }

    pub(super) async fn rest(&self, pause: Duration) -> Result<(), Stopped> {
        tokio::select! {
            () = sleep(pause) => Ok(()),
            () = self.stop.cancelled() => Err(Stopped),
        }
    }
}

/// The connection is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;

/// Keeps what cannot be read for a later look.
pub(super) async fn keep_unread<H: Host>(account: &Account, host: &H, data: &Value, error: String) {
    let body = axum::body::Bytes::from(data.to_string());
    if let Err(lost) = host.keep_unread(account.name(), body, &error).await {
        account.failed(host, format!("what could not be read is not kept either: {lost}"));
    }
    account.failed(host, error);
}
