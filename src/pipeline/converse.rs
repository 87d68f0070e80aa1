//! What does an event cause? One lane: understand, step, commit; batch after batch, each conversation in order.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use studio_core::{
    dialogue::{Body, Event},
    id::{ConversationId, OrganisationId},
};
use studio_store::{InboxRow, StoreError, StoredConversation, Turn, TurnOutcome};
use tokio::{sync::mpsc, time::Instant};

use super::{
    assemble::{Known, assemble},
    publish::publish,
    waiting::Waiting,
};
use crate::{
    breakpoint,
    studio::{Connection, Studio},
};

/// Conversations that a lane remembers, so that a turn need not read what the last one wrote.
const REMEMBERED: usize = 4_096;
/// Between two tries of an event that fails, and while the store does not answer.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a conversation looks whether its bot is published by now.
const LOOK_FOR_BOT: Duration = Duration::from_secs(2);

/// Runs one lane until its queue is closed.
pub(super) async fn run(studio: Arc<Studio>, mut queue: mpsc::UnboundedReceiver<InboxRow>) {
    let mut lane =
        Lane { known: HashMap::new(), waiting: Waiting::new(studio.intake.backlog().asleep.clone()) };
    loop {
        if !lane.waiting.is_ready() {
            let rested = lane.waiting.next_rested();
            tokio::select! {
                row = queue.recv() => match row {
                    Some(row) => lane.waiting.push(row),
                    None => return,
                },
                () = until(rested) => continue,
            }
        }
        while let Ok(row) = queue.try_recv() {
            lane.waiting.push(row);
        }
        let batch = lane.waiting.take(studio.config.limits.batch);
        lane.turn(&studio, batch).await;
    }
}

async fn until(rested: Option<Instant>) {
    match rested {
        Some(rested) => tokio::time::sleep_until(rested).await,
        None => std::future::pending().await,
    }
}

struct Lane {
    known: HashMap<(OrganisationId, ConversationId), Known>,
    waiting: Waiting,
}

impl Lane {
    async fn turn(&mut self, studio: &Arc<Studio>, batch: Vec<InboxRow>) {
        let Some(organisation) = batch.first().map(|row| row.key.organisation) else { return };
        if let Err(error) = self.recall(studio, organisation, &batch).await {
            tracing::error!(%error, "pipeline.recall.failed");
            return self.put_back(batch).await;
        }
        let mut thought = Vec::with_capacity(batch.len());
        for mut row in batch {
            let known = self.known.get(&(organisation, row.conversation)).cloned().unwrap_or_default();
            match think(studio, &mut row.event, &known, &row.connection, &row.channel, organisation).await {
                Ok((turn, bot)) => {
                    breakpoint::pass("stepped");
                    let pushes = studio.connection(&row.connection).is_none_or(Connection::pushes);
                    thought.push((assemble(&row, &known, turn, bot, pushes, studio.clock.now()), row));
                }
                Err(Halt::NoBot(bot)) => {
                    tracing::warn!(event = %row.key.event, bot, "pipeline.turn.waits_for_bot");
                    self.waiting.sleep(row, Instant::now() + LOOK_FOR_BOT);
                }
                Err(Halt::Failed(error)) => self.failed(studio, row, error).await,
            }
        }
        if thought.is_empty() {
            return;
        }
        let (turns, rows): (Vec<Turn>, Vec<InboxRow>) = thought.into_iter().unzip();
        match studio.store.commit_turns(organisation, &turns).await {
            Ok(outcomes) => {
                breakpoint::pass("committed");
                for ((outcome, row), turn) in outcomes.into_iter().zip(rows).zip(turns) {
                    self.settle(studio, outcome, row, turn).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, turns = turns.len(), "pipeline.commit.failed");
                self.forget(organisation, &rows);
                self.put_back(rows).await;
            }
        }
    }

    async fn settle(&mut self, studio: &Arc<Studio>, outcome: TurnOutcome, row: InboxRow, turn: Turn) {
        let key = (row.key.organisation, row.conversation);
        match outcome {
            TurnOutcome::Committed { version, outbox } => {
                let stored = StoredConversation {
                    version,
                    state: turn.state.clone(),
                    conversation: turn.conversation.clone(),
                    thread: turn.thread.clone(),
                };
                self.known.insert(key, Known { stored: Some(Arc::new(stored)) });
                studio.intake.backlog().done(1);
                publish(studio, &row, turn, outbox);
            }
            // Another try of this very turn got through before its answer was lost.
            TurnOutcome::AlreadyDone { outbox } => {
                self.known.remove(&key);
                studio.intake.backlog().done(1);
                for row in outbox {
                    studio.deliver(row, None);
                }
                studio.deliverer.turns_done(row.key.organisation);
            }
            TurnOutcome::Outdated { .. } => {
                self.known.remove(&key);
                self.waiting.put_back(row);
            }
            TurnOutcome::Failed(error) => {
                self.known.remove(&key);
                self.failed(studio, row, error.to_string()).await;
            }
        }
    }

    /// Counts a failure of an event's own; parks it when it has failed often enough.
    async fn failed(&mut self, studio: &Arc<Studio>, mut row: InboxRow, error: String) {
        row.attempts += 1;
        // Counted in the store too, so that a bug that ends the process cannot be tried for ever.
        if let Err(error) = studio.store.note_failure(row.key.organisation, &row.key, &error).await {
            tracing::error!(%error, "pipeline.failure.not_noted");
        }
        tracing::warn!(event = %row.key.event, attempts = row.attempts, %error, "pipeline.turn.failed");
        row.error = Some(error);
        if row.attempts < studio.config.limits.attempts {
            let until = Instant::now() + PAUSE * row.attempts;
            self.waiting.rest(row, until);
            return;
        }
        let error = row.error.as_deref().unwrap_or("it failed without a text");
        match studio.store.park(row.key.organisation, &row.key, error, studio.clock.now()).await {
            Ok(_) => {
                tracing::error!(event = %row.key.event, "pipeline.turn.parked");
                studio.intake.backlog().done(1);
            }
            Err(error) => {
                tracing::error!(%error, "pipeline.park.failed");
                self.put_back(vec![row]).await;
            }
        }
    }

    /// Reads what the lane does not remember of the batch's conversations.
    async fn recall(
        &mut self,
        studio: &Studio,
        organisation: OrganisationId,
        batch: &[InboxRow],
    ) -> Result<(), StoreError> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let unknown: Vec<ConversationId> = batch
            .iter()
            .map(|row| row.conversation)
            .filter(|conversation| !self.known.contains_key(&(organisation, *conversation)))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        for found in studio.store.conversations_by_id(organisation, &unknown).await? {
            let id = found.conversation.id;
            self.known.insert((organisation, id), Known { stored: Some(Arc::new(found)) });
        }
        Ok(())
    }

    /// The store did not do its part: the same events again, in the same order, when it may have recovered.
    async fn put_back(&mut self, batch: Vec<InboxRow>) {
        for row in batch {
            self.waiting.put_back(row);
        }
        tokio::time::sleep(PAUSE).await;
    }

    fn forget(&mut self, organisation: OrganisationId, rows: &[InboxRow]) {
        for row in rows {
            self.known.remove(&(organisation, row.conversation));
        }
    }
}

/// Why an event has no turn now.
enum Halt {
    /// It waits, however long: the bot may be published.
    NoBot(String),
    Failed(String),
}

impl From<String> for Halt {
    fn from(error: String) -> Self {
        Self::Failed(error)
    }
}

/// Understands and steps. A panic in a flow is that event's failure, and nobody else's.
async fn think(
    studio: &Arc<Studio>,
    event: &mut Event,
    known: &Known,
    connection: &str,
    channel: &str,
    organisation: OrganisationId,
) -> Result<(crate::turn::Turn, String), Halt> {
    let state = known.stored.as_ref().map(|stored| stored.state.clone()).unwrap_or_default();
    let bot = known
        .stored
        .as_ref()
        .map(|stored| stored.conversation.bot.clone())
        .or_else(|| studio.bot_of(connection))
        .or_else(|| matches!(event.body, Body::Forget).then(String::new))
        .ok_or_else(|| format!("the connection {connection} is not configured any more"))?;
    let wanted = if state.stack.is_empty() { None } else { Some(state.version) };
    let mind = match studio.registry.mind(organisation, &bot, wanted).await {
        Ok(mind) => mind,
        // To be forgotten is nobody's to refuse, least of all a bot's that is not running.
        Err(_) if matches!(event.body, Body::Forget) => studio.registry.nobody(organisation)?,
        Err(_) if !studio.registry.runs(organisation, &bot) => return Err(Halt::NoBot(bot)),
        Err(error) => return Err(error.to_string().into()),
    };
    let work = AssertUnwindSafe(|| {
        mind.understand(event);
        breakpoint::pass("understood");
        if let Body::Message { content, .. } = &event.body {
            breakpoint::poison(&content.plain());
        }
        mind.turn(state, event, channel)
    });
    let turn = tokio::task::block_in_place(|| catch_unwind(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        format!(
            "a bug in the flow's step: {}",
            text.unwrap_or_else(|| "it panicked without a text".to_owned())
        )
    })?;
    Ok((turn, bot))
}
