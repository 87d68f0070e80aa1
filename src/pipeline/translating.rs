//! Which events wait for translations of what their turns would say?
//!
//! Nobody else waits with them: the conversation rests, and its event is thought anew when the texts are there, or are given up.
//! What was answered for an event stays with it until its turn is committed, so that another try decides the same.

use std::{collections::HashMap, sync::Arc, time::Duration};

use studio_core::id::{ConversationId, OrganisationId};
use studio_store::{InboxKey, InboxRow};
use tokio::{task::JoinHandle, time::Instant};

use crate::{
    studio::Studio,
    translation::{Answers, Asked, Interpreter},
};

/// How often it is looked whether texts are there.
pub(super) const LOOK: Duration = Duration::from_millis(10);
/// How often an event may ask anew: for what was said, for texts, and for those that depend on them.
const MOST_ROUNDS: u32 = 4;
/// Longest wait of an event for all that it asks for. The translator itself gives up long before.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(super) struct Translating(HashMap<(OrganisationId, ConversationId), Wait>);

struct Wait {
    event: InboxKey,
    heard: Arc<Answers>,
    rounds: u32,
    until: Instant,
    running: Option<JoinHandle<Answers>>,
}

/// What an event has been answered, and whether it may not ask any more.
#[derive(Default)]
pub(super) struct Heard {
    pub answers: Arc<Answers>,
    pub last: bool,
}

impl Translating {
    /// What is there for an event; nothing while it waits.
    pub async fn heard(&mut self, row: &InboxRow) -> Option<Heard> {
        let place = (row.key.organisation, row.conversation);
        let Some(wait) = self.0.get_mut(&place).filter(|wait| wait.event == row.key) else {
            return Some(Heard::default());
        };
        let late = wait.until <= Instant::now();
        if wait.running.as_ref().is_some_and(|running| !running.is_finished() && !late) {
            return None;
        }
        match wait.running.take() {
            Some(running) if running.is_finished() => match running.await {
                Ok(answers) => Arc::make_mut(&mut wait.heard).extend(answers),
                Err(error) => tracing::error!(%error, "translation.fetch.failed"),
            },
            Some(_) | None => {}
        }
        let last = late || wait.rounds >= MOST_ROUNDS;
        Some(Heard { answers: Arc::clone(&wait.heard), last })
    }

    /// Has texts fetched for an event.
    pub fn ask(&mut self, studio: &Studio, interpreter: Arc<Interpreter>, row: &InboxRow, asked: Vec<Asked>) {
        let place = (row.key.organisation, row.conversation);
        let wait = self.0.entry(place).or_insert_with(|| Wait::of(row));
        if wait.event != row.key {
            *wait = Wait::of(row);
        }
        wait.rounds += 1;
        let (store, clock, organisation) = (studio.store.clone(), studio.clock.clone(), row.key.organisation);
        wait.running =
            Some(tokio::spawn(async move { interpreter.fetch(&store, &clock, organisation, asked).await }));
    }

    /// An event's turn is over, or will be taken by nobody.
    pub fn done(&mut self, row: &InboxRow) {
        self.0.remove(&(row.key.organisation, row.conversation));
    }
}

impl Wait {
    fn of(row: &InboxRow) -> Self {
        let until = Instant::now() + PATIENCE;
        Self { event: row.key.clone(), heard: Arc::default(), rounds: 0, until, running: None }
    }
}
