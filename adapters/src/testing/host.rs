//! What does the server in memory give its adapters?

use std::{collections::btree_map::Entry, sync::Arc, time::Duration};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::{DeliveryState, Message},
    content::Content,
    id::{ConversationId, MediaId, OrganisationId},
};
use tokio::sync::{broadcast, watch};
use ulid::Ulid;
use url::Url;

use super::Memory;
use crate::{
    host::{
        AcceptError, Acceptance, BotFace, Host, HostError, HostEvent, Incoming, MediaFacts, Novelty, Standing,
    },
    http,
    platform::{Platform, Report},
    telegram::{chat_told, number_told},
    web,
};

impl Host for Memory {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn random(&self) -> [u8; 32] {
        let mut state = self.state();
        state.random = state.random.wrapping_add(1);
        [state.random; 32]
    }

    fn token_key(&self) -> [u8; 32] {
        [42; 32]
    }

    async fn accept(&self, incoming: Incoming) -> Result<Acceptance, AcceptError> {
        self.durable().await;
        let conversation = self.conversation(&incoming.connection, &incoming.thread);
        {
            let mut state = self.state();
            if state.paused || state.broken {
                return Err(AcceptError::Busy { retry_after: SignedDuration::from_secs(15) });
            }
            if state.full.as_ref() == Some(&incoming.thread) {
                return Err(AcceptError::Busy { retry_after: SignedDuration::from_millis(50) });
            }
            if let Some(error) = &state.refusal {
                return Err(error.clone());
            }
            match state.known.entry((incoming.connection.clone(), incoming.native.clone())) {
                Entry::Vacant(place) => {
                    place.insert(incoming.fingerprint);
                }
                Entry::Occupied(known) if *known.get() == incoming.fingerprint => {
                    return Ok(Acceptance { conversation, novelty: Novelty::Repeat });
                }
                Entry::Occupied(_) => return Err(AcceptError::Conflict),
            }
            state.accepted.push(incoming.clone());
            if let Some(waiting) = &mut state.waiting {
                waiting.push((conversation, incoming));
                return Ok(Acceptance { conversation, novelty: Novelty::New });
            }
        }
        self.run(conversation, incoming);
        Ok(Acceptance { conversation, novelty: Novelty::New })
    }

    async fn accept_block(&self, incoming: Incoming, why: &str) -> Result<Acceptance, AcceptError> {
        let accepted = self.accept(incoming).await?;
        self.state().unreachable.insert(accepted.conversation, why.to_owned());
        Ok(accepted)
    }

    fn conversation(&self, connection: &str, thread: &str) -> ConversationId {
        let known = self.state().names.get(&(connection.to_owned(), thread.to_owned())).copied();
        known.unwrap_or_else(|| ConversationId::of_thread(OrganisationId::FIRST, connection, thread))
    }

    fn newest(&self, connection: &str, thread: &str) -> String {
        let state = self.state();
        let mut thread = thread.to_owned();
        // As many steps as there are names are enough.
        for _ in 0..state.moves.len() + state.joins.len() {
            let mut names = state.moves.iter().chain(&state.joins).rev();
            let newer = names.find(|(of, from, _)| of == connection && *from == thread);
            let Some((_, _, newer)) = newer else { break };
            thread.clone_from(newer);
        }
        thread
    }

    async fn standing(&self, conversation: ConversationId) -> Result<Standing, HostError> {
        let mut state = self.state();
        let thread = state.conversations.entry(conversation).or_default();
        Ok(Standing {
            sequence: thread.sequence,
            erased: thread.erased,
            owner: thread.owner.clone(),
            under_way: thread.under_way,
        })
    }

    async fn has_begun(&self, conversation: ConversationId) -> Result<bool, HostError> {
        let waits = self.awaits_turn(conversation);
        let begun = self.state().conversations.get(&conversation).is_some_and(|thread| thread.sequence > 0);
        Ok(waits || begun)
    }

    fn awaits_turn(&self, conversation: ConversationId) -> bool {
        let state = self.state();
        state.waiting.as_ref().is_some_and(|waiting| waiting.iter().any(|one| one.0 == conversation))
    }

    async fn change_of(
        &self,
        conversation: ConversationId,
        message: &str,
    ) -> Result<Option<Content>, HostError> {
        let mut state = self.state();
        let thread = state.conversations.entry(conversation).or_default();
        Ok(thread.changes.get(message).cloned())
    }

    async fn has_come(&self, connection: &str, native: &str) -> Result<bool, HostError> {
        Ok(self.state().known.contains_key(&(connection.to_owned(), native.to_owned())))
    }

    async fn threads_told(&self, _: &str, chat: &str, number: &str) -> Result<Vec<String>, HostError> {
        let state = self.state();
        let is_it =
            |(thread, part): &&(String, String)| chat_told(thread) == chat && number_told(part) == number;
        Ok(state.left.iter().filter(is_it).map(|(thread, _)| thread.clone()).collect())
    }

    async fn messages(
        &self,
        conversation: ConversationId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, HostError> {
        let mut state = self.state();
        let thread = state.conversations.entry(conversation).or_default();
        Ok(thread.messages.iter().filter(|message| message.sequence > after).take(limit).cloned().collect())
    }

    async fn turns(
        &self,
        connection: &str,
        conversation: ConversationId,
        after: u64,
    ) -> Result<Vec<(String, u64)>, HostError> {
        let mut state = self.state();
        let turns = state.conversations.entry(conversation).or_default().turns.iter();
        let wanted = turns.filter(|turn| turn.connection == connection && turn.last > after);
        Ok(wanted.map(|turn| (turn.native.clone(), turn.first)).collect())
    }

    fn goodbye(&self) -> watch::Receiver<bool> {
        self.0.goodbye.subscribe()
    }

    fn subscribe(&self, conversation: ConversationId) -> broadcast::Receiver<HostEvent> {
        self.state().conversations.entry(conversation).or_default().events.subscribe()
    }

    fn typing(&self, _: ConversationId) {
        self.state().typing += 1;
    }

    fn reached(&self, conversation: ConversationId, state: DeliveryState, sequence: u64) {
        let mut all = self.state();
        let known = all.reached.entry((conversation, state)).or_default();
        *known = sequence.max(*known);
    }

    fn masked_name(&self, _: &str, _: &str, name: String) -> Result<String, AcceptError> {
        Ok(name)
    }

    async fn save_media(
        &self,
        conversation: ConversationId,
        facts: MediaFacts,
        bytes: Bytes,
    ) -> Result<MediaId, HostError> {
        let mut state = self.state();
        let id = MediaId(Ulid(100 + state.media.len() as u128));
        state.media.insert((conversation, id), (facts, bytes));
        Ok(id)
    }

    async fn media_facts(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> Result<Option<MediaFacts>, HostError> {
        Ok(self.state().media.get(&(conversation, id)).map(|(facts, _)| facts.clone()))
    }

    async fn load_media(
        &self,
        conversation: ConversationId,
        id: MediaId,
    ) -> Result<Option<(MediaFacts, Bytes)>, HostError> {
        Ok(self.state().media.get(&(conversation, id)).cloned())
    }

    async fn reports(&self, connection: &str, reports: Vec<Report>) -> Result<(), HostError> {
        let mut state = self.state();
        state.reports.extend(reports.into_iter().map(|report| (connection.to_owned(), report)));
        Ok(())
    }

    fn take_turn(&self, _: &str, conversation: ConversationId, _: &str) -> Result<(), SignedDuration> {
        let mut state = self.state();
        let Some((rate, limiter)) = &state.pace else { return Ok(()) };
        let taken = limiter.take(conversation, *rate, state.now);
        state.turns += usize::from(taken.is_ok());
        taken
    }

    async fn pause(&self, wait: Duration) {
        self.wait_without_place(wait).await;
    }

    async fn told_of(&self, conversation: ConversationId, tag: &str) -> Result<Option<String>, HostError> {
        let reports = self.reports();
        let told = reports.into_iter().find(|(connection, report)| {
            self.conversation(connection, &report.thread) == conversation
                && report.tag.as_deref() == Some(tag)
        });
        Ok(told.map(|(_, report)| report.part))
    }

    async fn moved(&self, connection: &str, from: &str, to: &str) -> Result<(), HostError> {
        let conversation = self.conversation(connection, from);
        let mut state = self.state();
        state.moves.push((connection.to_owned(), from.to_owned(), to.to_owned()));
        state.names.insert((connection.to_owned(), to.to_owned()), conversation);
        Ok(())
    }

    async fn joined(&self, connection: &str, second: &str, first: &str) -> Result<(), HostError> {
        let conversation = self.conversation(connection, first);
        let mut state = self.state();
        state.joins.push((connection.to_owned(), second.to_owned(), first.to_owned()));
        state.names.insert((connection.to_owned(), second.to_owned()), conversation);
        Ok(())
    }

    async fn remember(&self, connection: &str, key: &str, value: String) -> Result<(), HostError> {
        if let Some(AcceptError::Store(why)) = &self.state().refusal {
            return Err(HostError(why.clone()));
        }
        self.durable().await;
        let mut state = self.state();
        state.remembered += 1;
        state.memory.insert((connection.to_owned(), key.to_owned()), value);
        Ok(())
    }

    async fn recall(&self, connection: &str, key: &str) -> Result<Option<String>, HostError> {
        Ok(self.state().memory.get(&(connection.to_owned(), key.to_owned())).cloned())
    }

    async fn keep_unread(&self, connection: &str, body: Bytes, why: &str) -> Result<(), HostError> {
        if let Some(AcceptError::Store(why)) = &self.state().refusal {
            return Err(HostError(why.clone()));
        }
        self.state().unread.push((connection.to_owned(), body, why.to_owned()));
        Ok(())
    }

    async fn keep_unread_once(
        &self,
        connection: &str,
        native: &str,
        body: Bytes,
        why: &str,
    ) -> Result<bool, HostError> {
        let place = (connection.to_owned(), native.to_owned());
        let is_new = !self.state().kept_once.contains(&place);
        if is_new {
            self.keep_unread(connection, body, why).await?;
            self.state().kept_once.insert(place);
        }
        Ok(is_new)
    }

    async fn put_aside(
        &self,
        connection: &str,
        native: Option<&str>,
        body: Bytes,
        why: &str,
    ) -> Result<bool, HostError> {
        let known = native.map(|native| (connection.to_owned(), native.to_owned()));
        if known.as_ref().is_some_and(|known| self.state().kept_once.contains(known)) {
            return Ok(true);
        }
        if self.state().crammed {
            return Ok(false);
        }
        self.keep_unread(connection, body, why).await?;
        self.state().kept_once.extend(known);
        Ok(true)
    }

    fn is_paused(&self, _: &str) -> bool {
        self.state().paused
    }

    fn is_broken(&self, _: &str) -> bool {
        self.state().broken
    }

    fn webhook_address(&self, connection: &str) -> Option<Url> {
        self.state().webhooks.as_ref()?.join(&format!("webhooks/{connection}")).ok()
    }

    fn web(&self, connection: &str) -> Option<Arc<web::Config>> {
        self.0.web.clone().filter(|config| config.name == connection)
    }

    fn http(&self, connection: &str) -> Option<Arc<http::Connection>> {
        self.0.http.clone().filter(|config| config.name == connection)
    }

    fn platform(&self, _: &str) -> Option<Platform> {
        None
    }

    fn sample(&self) -> Option<Arc<web::Config>> {
        self.0.web.clone().filter(|config| config.sample_page == Some(true))
    }

    fn face(&self, bot: &str) -> Option<BotFace> {
        Some(BotFace {
            title: format!("The {bot} bot"),
            languages: vec!["en".into(), "de".into()],
            commands: self.state().commands.clone(),
        })
    }
}
