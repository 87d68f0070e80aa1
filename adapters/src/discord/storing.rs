//! How is what was said stored? In the order in which it came, each event until the studio takes it.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::model::{
    channel::{Message, Reaction},
    event::{MessageDeleteBulkEvent, MessageDeleteEvent, MessageUpdateEvent, TypingStartEvent},
    id::{ChannelId, MessageId},
};
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{catch_up, frame::Dispatch, life::Account, places::Place, progress::Progress};
use crate::{
    host::{AcceptError, Host, HostError, Incoming, Novelty},
    platform::ReplayError,
};

/// How far back the author of a deleted message is looked for in the conversation.
const LOOK_BACK: u64 = 500;

/// An event on its way to the store.
pub(super) struct Queued {
    pub event: (u64, u64),
    pub session: Arc<str>,
    pub dispatch: Dispatch,
}

/// Stores what was said, in order.
pub(super) struct Storing<H> {
    pub account: Arc<Account>,
    pub host: H,
    pub stop: CancellationToken,
}

impl<H: Host> Storing<H> {
    pub(super) async fn run(self, mut waiting: mpsc::Receiver<Queued>, progress: Arc<Progress>) {
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

impl Account {
    /// What is kept of Discord's does not say of which kind it was.
    #[expect(clippy::unused_async, reason = "the other platforms' are taken by asking the studio")]
    pub async fn replay<H: Host>(&self, _: &H, _: Bytes) -> Result<(), ReplayError> {
        let why = "what Discord tells by its gateway cannot be taken again: messages that were missed are fetched when \
                   the connection begins anew (pause it, and resume it)";
        Err(ReplayError::Unread(why.to_owned()))
    }
}

/// Keeps what cannot be read for a later look.
pub(super) async fn keep_unread<H: Host>(account: &Account, host: &H, data: &Value, error: String) {
    let body = axum::body::Bytes::from(data.to_string());
    if let Err(lost) = host.keep_unread(account.name(), body, &error).await {
        account.failed(host, format!("what could not be read is not kept either: {lost}"));
    }
    account.failed(host, error);
}
