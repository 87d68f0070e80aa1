//! What do the adapters get from the server?

mod take;

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use studio_adapters::{
    host::{
        AcceptError, Acceptance, BotFace, Host, HostError, HostEvent, Incoming, MediaFacts, Standing,
        UnderWay,
    },
    http,
    platform::{Platform, Progress, Report, can_call},
    web,
};
use studio_core::{
    api::{DeliveryState, Message},
    content::Content,
    dialogue::{Expecting, State},
    id::{ConversationId, EventKey, MediaId, OrganisationId},
};
use studio_store::{Keeping, Media, NewMedia, PartReport, ThreadAlias, UnreadBody};
use tokio::sync::{broadcast, watch};
use url::Url;

use super::{Connection, Studio};
use crate::{
    bots::commands,
    config::Config,
    pipeline::{place, refused},
};

/// Connections of the configuration belong to the first organisation.
const ORGANISATION: OrganisationId = OrganisationId::FIRST;
/// When what comes by a paused connection may come again: as long as it stays silent after it was resumed.
const RESTS: SignedDuration = SignedDuration::from_secs(15);
/// Turns of the journal read at once.
const TURNS: u32 = 200;

/// The server as the adapters see it.
#[derive(Clone)]
pub struct StudioHost(pub Arc<Studio>);

impl Host for StudioHost {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn random(&self) -> [u8; 32] {
        self.0.clock.random()
    }

    fn token_key(&self) -> [u8; 32] {
        self.0.secret
    }

    async fn accept(&self, incoming: Incoming) -> Result<Acceptance, AcceptError> {
        self.take(incoming, None).await
    }

    async fn accept_block(&self, incoming: Incoming, why: &str) -> Result<Acceptance, AcceptError> {
        self.take(incoming, Some(why)).await
    }

    fn conversation(&self, connection: &str, thread: &str) -> ConversationId {
        self.0.threads.conversation(connection, thread)
    }

    fn newest(&self, connection: &str, thread: &str) -> String {
        self.0.threads.newest(connection, thread)
    }

    async fn standing(&self, conversation: ConversationId) -> Result<Standing, HostError> {
        let found = self.0.store.conversation(ORGANISATION, conversation).await.map_err(failed)?;
        Ok(found.map_or_else(Standing::default, |found| Standing {
            sequence: found.conversation.sequence,
            erased: found.state.erased,
            under_way: under_way(&found.state),
            owner: found.conversation.owner,
        }))
    }

    async fn has_begun(&self, conversation: ConversationId) -> Result<bool, HostError> {
        // In this order: what ends its turn in between has its row by then.
        let waits = self.awaits_turn(conversation);
        Ok(waits || self.standing(conversation).await?.sequence > 0)
    }

    fn awaits_turn(&self, conversation: ConversationId) -> bool {
        self.0.intake.backlog().holds(conversation)
    }

    async fn change_of(
        &self,
        conversation: ConversationId,
        message: &str,
    ) -> Result<Option<Content>, HostError> {
        let mut changes =
            self.0.store.changes(ORGANISATION, conversation, &[message]).await.map_err(failed)?;
        Ok(changes.remove(message).and_then(|change| change.content))
    }

    async fn has_come(&self, connection: &str, native: &str) -> Result<bool, HostError> {
        let event = EventKey { source: connection.to_owned(), native: native.to_owned() };
        self.0.store.has_come(ORGANISATION, &event).await.map_err(failed)
    }

    async fn threads_told(
        &self,
        connection: &str,
        chat: &str,
        number: &str,
    ) -> Result<Vec<String>, HostError> {
        self.0.store.threads_told(ORGANISATION, connection, chat, number).await.map_err(failed)
    }

    async fn messages(
        &self,
        conversation: ConversationId,
        mut after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, HostError> {
        let erased = self.standing(conversation).await?.erased;
        after = after.max(erased);
        let mut messages = Vec::new();
        // Most entries are no messages, so one read of the journal may not fill a page.
        while messages.len() < limit {
            let page =
                self.0.store.journal(ORGANISATION, conversation, after, TURNS).await.map_err(failed)?;
            let Some(last) = page.last else { break };
            after = last;
            messages.extend(page.entries.iter().filter_map(Message::visible));
        }
        messages.truncate(limit);
        Ok(messages)
    }

    async fn turns(
        &self,
        connection: &str,
        conversation: ConversationId,
        after: u64,
    ) -> Result<Vec<(String, u64)>, HostError> {
        let turns = self.0.store.turns_from(ORGANISATION, conversation, connection, after, TURNS);
        turns.await.map_err(failed)
    }

    fn goodbye(&self) -> watch::Receiver<bool> {
        self.0.goodbye.subscribe()
    }

    fn subscribe(&self, conversation: ConversationId) -> broadcast::Receiver<HostEvent> {
        self.0.rooms.join(conversation)
    }

    fn typing(&self, conversation: ConversationId) {
        self.0.live.typing(ORGANISATION, conversation, "visitor");
    }

    fn reached(&self, conversation: ConversationId, state: DeliveryState, sequence: u64) {
        self.0.marks.raise(conversation, state, sequence);
    }

    fn masked_name(&self, connection: &str, thread: &str, mut name: String) -> Result<String, AcceptError> {
        let Some(found) = self.0.connection(connection) else { return Ok(name) };
        // Files have no ids before they are kept; no event's id has a slash.
        let key = EventKey { source: connection.to_owned(), native: format!("{thread}/file") };
        let masked = self.mask_name(found.bot(), &key, &mut name);
        masked.map(|()| name).map_err(|retry_after| AcceptError::Busy { retry_after })
    }

    async fn save_media(
        &self,
        conversation: ConversationId,
        facts: MediaFacts,
        bytes: Bytes,
    ) -> Result<MediaId, HostError> {
        let id = MediaId(self.0.clock.id());
        let created_at = self.0.clock.now();
        let media = NewMedia { id, conversation, name: facts.name, media_type: facts.media_type, created_at };
        self.0.store.put_media(ORGANISATION, &media, &bytes).await.map_err(failed)?;
        Ok(id)
    }

    async fn media_facts(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> Result<Option<MediaFacts>, HostError> {
        let found = self.0.store.media(ORGANISATION, id).await.map_err(failed)?;
        Ok(found.filter(|media| media.conversation == conversation).map(facts))
    }

    async fn load_media(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> Result<Option<(MediaFacts, Bytes)>, HostError> {
        let found = self.0.store.media_bytes(ORGANISATION, id).await.map_err(failed)?;
        let found = found.filter(|(media, _)| media.conversation == conversation);
        Ok(found.map(|(media, bytes)| (facts(media), bytes.into())))
    }

    async fn reports(&self, connection: &str, reports: Vec<Report>) -> Result<(), HostError> {
        let reports: Vec<PartReport> = reports
            .into_iter()
            .map(|report| PartReport {
                conversation: self.conversation(connection, &report.thread),
                part: report.part,
                tag: report.tag,
                state: match report.progress {
                    Progress::Sent => DeliveryState::Sent,
                    Progress::Failed => DeliveryState::Failed,
                    Progress::Delivered => DeliveryState::Delivered,
                    Progress::Read => DeliveryState::Read,
                },
                error: report.error,
                again: report.again,
                at: report.at,
            })
            .collect();
        self.0.store.note_reports(ORGANISATION, &reports).await.map_err(failed)?;
        refused::told(&self.0, ORGANISATION, connection, &reports).await.map_err(failed)
    }

    fn take_turn(
        &self,
        connection: &str,
        conversation: ConversationId,
        thread: &str,
    ) -> Result<(), SignedDuration> {
        if self.0.switchboard.rests(connection) {
            return Err(RESTS);
        }
        let Some(platform) = self.platform(connection) else { return Ok(()) };
        self.0.deliverer.take_turn(&self.0, platform.channel(), connection, conversation, thread)
    }

    async fn pause(&self, wait: Duration) {
        place::pause(wait).await;
    }

    async fn told_of(&self, conversation: ConversationId, tag: &str) -> Result<Option<String>, HostError> {
        self.0.store.part_of_tag(ORGANISATION, conversation, tag).await.map_err(failed)
    }

    async fn moved(&self, connection: &str, from: &str, to: &str) -> Result<(), HostError> {
        self.rename(connection, from, to, self.conversation(connection, from)).await
    }

    async fn joined(&self, connection: &str, second: &str, first: &str) -> Result<(), HostError> {
        self.rename(connection, second, first, self.conversation(connection, first)).await
    }

    async fn remember(&self, connection: &str, key: &str, value: String) -> Result<(), HostError> {
        self.0.store.remember(ORGANISATION, connection, key, &value).await.map_err(failed)
    }

    async fn recall(&self, connection: &str, key: &str) -> Result<Option<String>, HostError> {
        self.0.store.recall(ORGANISATION, connection, key).await.map_err(failed)
    }

    fn as_told(&self, message: Message) -> Message {
        self.0.as_told(message)
    }

    fn is_paused(&self, connection: &str) -> bool {
        self.0.switchboard.entry(connection).is_some_and(|entry| entry.paused)
    }

    async fn keep_unread(&self, connection: &str, body: Bytes, why: &str) -> Result<(), HostError> {
        let unread = self.unread(connection, &body, why);
        self.keep(connection, &unread).await.map(drop)
    }

    async fn keep_unread_once(
        &self,
        connection: &str,
        native: &str,
        body: Bytes,
        why: &str,
    ) -> Result<bool, HostError> {
        let unread = UnreadBody { native: Some(native.to_owned()), ..self.unread(connection, &body, why) };
        self.keep(connection, &unread).await
    }

    async fn put_aside(
        &self,
        connection: &str,
        native: Option<&str>,
        body: Bytes,
        why: &str,
    ) -> Result<bool, HostError> {
        let native = native.map(str::to_owned);
        let unread = UnreadBody { native, ..self.unread(connection, &body, why) };
        self.0.store.put_aside(ORGANISATION, &unread).await.map_err(failed)
    }

    fn is_broken(&self, connection: &str) -> bool {
        self.0.switchboard.is_broken(connection)
    }

    fn turned_away(&self, connection: &str) -> Option<String> {
        self.0.switchboard.turned_away(connection)
    }

    fn answers(&self, connection: &str) {
        self.0.deliverer.goes_on(connection);
    }

    fn webhook_address(&self, connection: &str) -> Option<Url> {
        webhook_address(&self.0.config, connection, self.platform(connection)?.api())
    }

    fn web(&self, connection: &str) -> Option<Arc<web::Config>> {
        match self.0.connection(connection)? {
            Connection::Web(config) => Some(config),
            Connection::Http(_) | Connection::Platform(_) => None,
        }
    }

    fn http(&self, connection: &str) -> Option<Arc<http::Connection>> {
        match self.0.connection(connection)? {
            Connection::Http(config) => Some(config),
            Connection::Web(_) | Connection::Platform(_) => None,
        }
    }

    fn platform(&self, connection: &str) -> Option<Platform> {
        match self.0.connection(connection)? {
            Connection::Platform(platform) => Some(platform),
            Connection::Web(_) | Connection::Http(_) => None,
        }
    }

    fn sample(&self) -> Option<Arc<web::Config>> {
        self.0.sample()
    }

    fn face(&self, bot: &str) -> Option<BotFace> {
        let summary = self.0.registry.summaries(ORGANISATION).into_iter().find(|found| found.name == bot)?;
        summary.version?;
        let commands = self.0.registry.bot(ORGANISATION, bot).map(|bot| commands(&bot)).unwrap_or_default();
        Some(BotFace { title: summary.title, languages: summary.languages, commands })
    }
}

impl StudioHost {
    fn unread(&self, connection: &str, body: &Bytes, why: &str) -> UnreadBody {
        UnreadBody {
            connection: connection.to_owned(),
            id: self.0.clock.id(),
            bytes: body.to_vec(),
            why: why.to_owned(),
            at: self.0.clock.now(),
            native: None,
        }
    }

    /// Whether it was not kept already.
    async fn keep(&self, connection: &str, unread: &UnreadBody) -> Result<bool, HostError> {
        match self.0.store.keep_unread(ORGANISATION, unread).await.map_err(failed)? {
            Keeping::Before => Ok(false),
            Keeping::Kept { gave_way: 0 } => Ok(true),
            Keeping::Kept { gave_way } => {
                tracing::warn!(connection, gave_way, "connection.unread.gave_way");
                if let Some(platform) = self.platform(connection) {
                    platform.gave_way(u64::try_from(gave_way).unwrap_or(u64::MAX));
                }
                Ok(true)
            }
        }
    }

    /// Two names of a thread, the one that it has by now, and the conversation of both.
    async fn rename(
        &self,
        connection: &str,
        from: &str,
        to: &str,
        conversation: ConversationId,
    ) -> Result<(), HostError> {
        // Telegram tells it in the old chat and in the new one.
        if from == to || self.0.threads.has(connection, from, to) {
            return Ok(());
        }
        let alias = ThreadAlias {
            organisation: ORGANISATION,
            connection: connection.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            conversation,
        };
        self.0.store.rename_thread(&alias).await.map_err(failed)?;
        self.0.threads.add(&alias);
        tracing::info!(connection, %conversation, "connection.thread.moved");
        Ok(())
    }
}

/// The address of a connection's webhook as the platform whose API is at `api` must call it, if it can.
pub fn webhook_address(config: &Config, connection: &str, api: &Url) -> Option<Url> {
    let address = Url::parse(&format!("{}/", config.server.address())).ok()?;
    address.join(&format!("webhooks/{connection}")).ok().filter(|address| can_call(api, address))
}

fn under_way(state: &State) -> UnderWay {
    match &state.expecting {
        Expecting::Answer { .. } => UnderWay::Call,
        Expecting::Timer { timer } => match state.timers.get(timer) {
            Some((_, until)) => UnderWay::Pause { until: *until },
            None => UnderWay::Nothing,
        },
        Expecting::Anything
        | Expecting::Reply { .. }
        | Expecting::Rating { .. }
        | Expecting::Found { .. }
        | Expecting::Person => UnderWay::Nothing,
    }
}

fn failed(error: impl std::fmt::Display) -> HostError {
    HostError(error.to_string())
}

fn facts(media: Media) -> MediaFacts {
    MediaFacts { name: media.name, media_type: media.media_type, size: media.size }
}
