//! How is what was said stored? Each event is offered until the studio takes it, or it is kept as it came.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serenity::model::{
    channel::{Message, Reaction},
    event::{MessageDeleteBulkEvent, MessageDeleteEvent, MessageUpdateEvent, TypingStartEvent},
    id::{ChannelId, MessageId},
};
use tokio::{sync::Semaphore, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    frame::Dispatch,
    kinds::{self, Heard},
    life::Account,
    places::Place,
    replay::Raw,
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming, Novelty},
    misread::KEPT,
    pause,
};

/// How far back the author of a deleted message is looked for in the conversation.
const LOOK_BACK: u64 = 500;
/// Between two tries to store something.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Requests for lists at once.
pub(super) const READING_AT_ONCE: usize = 4;

/// Stores what was said.
pub(super) struct Storing<H> {
    pub account: Arc<Account>,
    pub host: H,
    pub stop: CancellationToken,
    pub reading: Semaphore,
}

impl<H: Host> Storing<H> {
    pub(super) async fn happened(&self, session: &str, dispatch: Dispatch) -> Result<(), Stopped> {
        let reader = self.account.reader();
        let Dispatch { sequence, kind, data } = dispatch;
        let raw = Raw { kind: &kind, told: Some((session, sequence)), data: &data };
        let Some(heard) = Heard::of(&kind) else { return self.pass_over(raw).await };
        match heard {
            Heard::Said => match self.read::<Message>(raw).await? {
                Some(message) => self.said(&message, raw).await,
                None => Ok(()),
            },
            Heard::Edited => {
                let Some(event) = self.read::<MessageUpdateEvent>(raw).await? else { return Ok(()) };
                let Some(change) = reader.edited(&event) else {
                    self.ignore(raw);
                    return Ok(());
                };
                if change.overheard && !self.has_come(event.id).await? {
                    self.ignore(raw);
                    return Ok(());
                }
                self.store(change.event, raw).await.map(drop)
            }
            Heard::Deleted => match self.read::<MessageDeleteEvent>(raw).await? {
                Some(event) => self.deleted(event.channel_id, event.message_id, raw).await,
                None => Ok(()),
            },
            Heard::ManyDeleted => {
                let event = self.read::<MessageDeleteBulkEvent>(raw).await?;
                for (channel, message) in event
                    .into_iter()
                    .flat_map(|event| event.ids.into_iter().map(move |id| (event.channel_id, id)))
                {
                    self.deleted(channel, message, raw).await?;
                }
                Ok(())
            }
            Heard::Reaction { is_added } => {
                self.reacted(raw, is_added, &format!("{session}:{sequence}")).await
            }
            Heard::Typing => {
                let Some(event) = self.read::<TypingStartEvent>(raw).await? else { return Ok(()) };
                if event.guild_id.is_none() {
                    let thread = event.channel_id.to_string();
                    self.host.typing(self.host.conversation(self.account.name(), &thread));
                } else {
                    self.ignore(raw);
                }
                Ok(())
            }
            Heard::Changed => match raw.id() {
                Ok(channel) => self.changed(raw, channel, &format!("{session}:{sequence}")).await,
                Err(why) => self.keep_unread(raw, why).await,
            },
            Heard::Gone => match raw.id() {
                Ok(channel) => {
                    self.account.places.gone(channel);
                    Ok(())
                }
                Err(why) => self.keep_unread(raw, why).await,
            },
        }
    }

    /// What is known and means nothing is counted; what nobody knows yet is kept as it came.
    async fn pass_over(&self, raw: Raw<'_>) -> Result<(), Stopped> {
        if let Err(why) = raw.known() {
            return self.keep_unread(raw, why).await;
        }
        if !kinds::is_taken(raw.kind) {
            self.ignore(raw);
        }
        Ok(())
    }

    fn ignore(&self, raw: Raw<'_>) {
        if let Some(kind) = kinds::known(raw.kind) {
            self.account.count(|counts| counts.ignore(kind));
        }
    }

    /// A message was written.
    pub(super) async fn said(&self, message: &Message, raw: Raw<'_>) -> Result<(), Stopped> {
        let reader = self.account.reader();
        let (channel, id) = (message.channel_id.get(), message.id.get());
        if let Err(why) = reader.known_type(message) {
            return self.keep_unread(raw, why).await;
        }
        let events = reader.message(message);
        if events.is_empty() {
            self.account.places.passed(channel, id);
            self.ignore(raw);
            return Ok(());
        }
        let guild = message.guild_id.map_or(0, u64::from);
        let place = Place { message: id, person: message.author.id.get(), guild, unread: false };
        if self.account.places.meet(channel, place) {
            self.until_places_are_kept().await?;
        }
        let mut new = false;
        for event in events {
            new |= self.store(event, raw).await?;
        }
        if new && guild == 0 {
            self.store(reader.person(message.channel_id, &message.author), raw).await?;
        } else if new {
            // Of a server's channel nobody is the contact alone.
            self.call(guild, channel, &id.to_string(), raw).await?;
        }
        self.account.places.spoken(channel, place);
        Ok(())
    }

    /// Tells how the channel of a server is called; whether there was something to tell.
    async fn call(&self, server: u64, channel: u64, occasion: &str, raw: Raw<'_>) -> Result<bool, Stopped> {
        let Some(title) = self.account.names.news(server, channel, occasion) else { return Ok(false) };
        let event = self.account.reader().channel(ChannelId::new(channel), &title, occasion);
        self.store(event, raw).await?;
        self.account.names.is_told(channel, title);
        Ok(true)
    }

    /// Discord lists nobody the direct channels of a bot. One that was forgotten by a kill could not be read on from.
    async fn until_places_are_kept(&self) -> Result<(), Stopped> {
        let mut failures = 0;
        while let Err(error) = self.account.places.remember(&self.host, self.account.name()).await {
            self.account.failed(&self.host, format!("a new channel is not kept yet: {error}"));
            self.rest(pause::after(&self.host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await?;
            failures += 1;
        }
        Ok(())
    }

    async fn deleted(&self, channel: ChannelId, message: MessageId, raw: Raw<'_>) -> Result<(), Stopped> {
        let author = match self.account.places.author(message.get()) {
            Some(author) => Some(author),
            None if self.has_come(message).await? || self.was_stored(channel, message).await => {
                self.account.places.of(channel.get()).map(|place| place.person)
            }
            None => None,
        };
        // Without an author it is one of ours, or none of our business.
        let Some(author) = author else {
            self.ignore(raw);
            return Ok(());
        };
        let event = self.account.reader().deleted(channel, message, &author.to_string());
        self.store(event, raw).await.map(drop)
    }

    /// Whether a message was taken in; waits for as long as the store does not say.
    async fn has_come(&self, message: MessageId) -> Result<bool, Stopped> {
        let mut failures = 0;
        loop {
            match self.host.has_come(self.account.name(), &message.to_string()).await {
                Ok(has_come) => return Ok(has_come),
                Err(error) => self.account.failed(&self.host, format!("the store failed: {error}")),
            }
            self.rest(pause::after(&self.host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await?;
            failures += 1;
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
    async fn reacted(&self, raw: Raw<'_>, is_added: bool, occasion: &str) -> Result<(), Stopped> {
        let Some(reaction) = self.read::<Reaction>(raw).await? else { return Ok(()) };
        let Some(event) = self.account.reader().reaction(&reaction, is_added, occasion) else {
            self.ignore(raw);
            return Ok(());
        };
        // Whose message lost one, Discord does not tell: nothing begins by it.
        if !is_added && reaction.guild_id.is_some() {
            let conversation = self.host.conversation(self.account.name(), &event.thread);
            if !self.host.has_begun(conversation).await.unwrap_or(true) {
                self.ignore(raw);
                return Ok(());
            }
        }
        self.store(event, raw).await.map(drop)
    }

    /// A channel was changed: where it is called otherwise since, the conversation in it is told. Where nothing was said nothing
    /// begins by it. `occasion` makes each change another one: a channel may come back to a name.
    async fn changed(&self, raw: Raw<'_>, channel: u64, occasion: &str) -> Result<(), Stopped> {
        let server = raw.data["guild_id"].as_str().and_then(|id| id.parse::<u64>().ok());
        let Some(server) = server.filter(|id| *id > 0 && self.account.names.channel(raw.data)) else {
            self.ignore(raw);
            return Ok(());
        };
        let conversation = self.host.conversation(self.account.name(), &channel.to_string());
        // Where the store does not answer, the next message tells it.
        let has_begun = self.host.has_begun(conversation).await.unwrap_or(false);
        if !has_begun || !self.call(server, channel, occasion, raw).await? {
            self.ignore(raw);
        }
        Ok(())
    }

    /// The event as the library knows it; what it cannot read is kept as it came.
    async fn read<T: DeserializeOwned>(&self, raw: Raw<'_>) -> Result<Option<T>, Stopped> {
        match raw.read() {
            Ok(event) => return Ok(Some(event)),
            Err(error) => self.keep_unread(raw, error).await?,
        }
        Ok(None)
    }

    /// Keeps what cannot be read; waits for as long as that cannot be kept.
    pub(super) async fn keep_unread(&self, raw: Raw<'_>, why: String) -> Result<(), Stopped> {
        if self.until_kept(raw, &why).await? {
            self.account.count(|counts| counts.unread += 1);
            self.account.failed(&self.host, format!("{why}; {KEPT}"));
        }
        Ok(())
    }

    /// Whether it was not kept already: what was fetched is found in the list again by a session that is opened soon after.
    async fn until_kept(&self, raw: Raw<'_>, error: &str) -> Result<bool, Stopped> {
        let body = Bytes::from(raw.frame().to_string());
        let fetched = raw.id().ok().filter(|_| raw.told.is_none()).map(|id| id.to_string());
        let mut failures = 0;
        loop {
            let name = self.account.name();
            let kept = match &fetched {
                Some(native) => self.host.keep_unread_once(name, native, body.clone(), error).await,
                None => self.host.keep_unread(name, body.clone(), error).await.map(|()| true),
            };
            match kept {
                Ok(is_new) => return Ok(is_new),
                Err(lost) => self.account.failed(&self.host, format!("the store failed: {lost}")),
            }
            self.rest(pause::after(&self.host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await?;
            failures += 1;
        }
    }

    /// Whether it was new. Waits for as long as the studio is too busy; what it never takes is kept as it came.
    pub(super) async fn store(&self, event: Incoming, raw: Raw<'_>) -> Result<bool, Stopped> {
        let mut failures = 0;
        loop {
            match self.host.accept(event.clone()).await {
                Ok(acceptance) => {
                    self.account.count(|counts| counts.received += 1);
                    return Ok(acceptance.novelty == Novelty::New);
                }
                Err(AcceptError::Busy { retry_after }) => {
                    self.rest(Duration::try_from(retry_after).unwrap_or(FIRST_PAUSE)).await?;
                }
                Err(AcceptError::Store(error)) => {
                    self.account.failed(&self.host, format!("the store failed: {error}"));
                    self.rest(pause::after(&self.host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await?;
                    failures += 1;
                }
                Err(refused @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                    let error = format!("an event was not stored: {refused}");
                    if self.until_kept(raw, &error).await? {
                        self.account.count(|counts| counts.refused += 1);
                        self.account.failed(&self.host, error);
                    }
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
