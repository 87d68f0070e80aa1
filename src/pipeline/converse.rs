//! What does an event cause? One lane: understand, step, commit; batch after batch, each conversation in order.

mod taken;
mod thoughts;

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::FutureExt as _;
use studio_core::id::{ConversationId, OrganisationId};
use studio_store::{InboxRow, OutboxRow, Parking, StoreError, StoredConversation, Turn, TurnOutcome};
use tokio::{sync::mpsc, time::Instant};

use self::taken::Taken;
use super::{
    left_over::{LeftOver, Turns},
    publish::{publish, publish_unseen},
    receive::{MANY, Queued},
    stages::{Stage, took},
    supervise::panicked,
    think::Thinker,
    translating::{Heard, LOOK, Translating},
    waiting::Waiting,
};
use crate::{breakpoint, studio::Studio};

/// Conversations that a lane remembers, so that a turn need not read what the last one wrote.
const REMEMBERED: usize = 4_096;
/// Between two tries of an event that fails, and while the store does not answer.
const PAUSE: Duration = Duration::from_millis(200);
/// After a batch that was large, so that the next is large as well; as the writers do that accept.
const GATHER: Duration = Duration::from_millis(8);

/// Why an event has failed whose turn a bug ended behind the step.
const BUG: &str = "a bug of the studio, behind the flow's step; the log has more";

/// Runs one lane until its queue is closed. `left_over` are its events of the last run.
pub(super) async fn run(
    studio: Arc<Studio>,
    mut queue: mpsc::UnboundedReceiver<Queued>,
    left_over: LeftOver,
    turns: Turns,
) {
    let mut lane = Lane {
        known: HashMap::new(),
        waiting: Waiting::new(studio.intake.backlog().asleep.clone()),
        thinker: Thinker::default(),
        translating: Translating::default(),
        left_over,
        turns,
        taken: Taken::default(),
    };
    while panicked("converse", lane.run(&studio, &mut queue).boxed()).await {}
}

async fn until(rested: Option<Instant>) {
    match rested {
        Some(rested) => tokio::time::sleep_until(rested).await,
        None => std::future::pending().await,
    }
}

struct Lane {
    /// But for those that are in a turn: they are back once it is committed, and read again otherwise.
    known: HashMap<(OrganisationId, ConversationId), Box<StoredConversation>>,
    waiting: Waiting,
    thinker: Thinker,
    translating: Translating,
    left_over: LeftOver,
    turns: Turns,
    taken: Taken,
}

impl Lane {
    async fn run(&mut self, studio: &Arc<Studio>, queue: &mut mpsc::UnboundedReceiver<Queued>) {
        self.take_up(studio).await;
        loop {
            if !self.waiting.is_ready() {
                let rested = self.waiting.next_rested();
                tokio::select! {
                    queued = queue.recv() => match queued {
                        Some(queued) => self.push(studio, queued),
                        None => return,
                    },
                    () = until(rested) => continue,
                }
            }
            while let Ok(queued) = queue.try_recv() {
                self.push(studio, queued);
            }
            studio.deliverer.room().await;
            let batch = self.waiting.take(studio.config.limits.batch);
            self.taken.hold(&batch);
            let count = self.turns(studio, batch).await;
            self.taken.let_go();
            if count >= MANY {
                tokio::time::sleep(GATHER).await;
            }
        }
    }

    /// Takes up what a bug left of a batch. Which event it was is known where one was tried alone: it has failed. Of several
    /// each has failed as well, but for its last try, and is tried alone from now on.
    async fn take_up(&mut self, studio: &Arc<Studio>) {
        let left = self.taken.left();
        if left.is_empty() {
            return;
        }
        // Some may be committed; that is asked for when they are committed again.
        studio.store.doubt_inbox();
        self.known.clear();
        let most = studio.config.limits.attempts;
        let is_alone = left.iter().filter(|(_, is_begun)| *is_begun).count() == 1;
        for (row, is_begun) in left {
            let key = row.key.clone();
            if self.waiting.holds(&row) {
                self.taken.done(&key);
                continue;
            }
            if is_begun && (is_alone || row.attempts + 1 < most) {
                self.failed(studio, row, BUG.to_owned()).await;
            } else {
                self.waiting.put_back(row);
            }
            // Not where it was parked.
            if self.taken.done(&key) && is_begun {
                self.left_over.add(key);
            }
        }
    }

    fn push(&mut self, studio: &Studio, Queued { row, since }: Queued) {
        took(Stage::Woken, since.elapsed());
        let conversation = row.conversation;
        if !self.waiting.push(row) {
            studio.intake.backlog().done(conversation);
        }
    }

    /// The turns of a batch: of those that are suspected to have ended the last run one after the other. How many were committed,
    /// or were to be.
    async fn turns(&mut self, studio: &Arc<Studio>, batch: Vec<InboxRow>) -> usize {
        let most = studio.config.limits.attempts;
        let (spent, batch): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|row| self.left_over.is_spent(row, most));
        for row in spent {
            self.park(studio, row).await;
        }
        let (suspected, together): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|row| self.left_over.is_suspected(row, most));
        let shared = self.turns.together().await;
        let mut count = self.turn(studio, together).await;
        drop(shared);
        for row in suspected {
            let due = self.left_over.due(&row, most);
            if Instant::now() < due {
                self.waiting.rest(row, due);
                continue;
            }
            let _alone = self.turns.alone().await;
            count += self.turn(studio, vec![row]).await;
        }
        count
    }

    /// How many turns were committed, or were to be.
    async fn turn(&mut self, studio: &Arc<Studio>, batch: Vec<InboxRow>) -> usize {
        let Some(organisation) = batch.first().map(|row| row.key.organisation) else { return 0 };
        let begun = Instant::now();
        self.taken.begin(&batch);
        let heard = self.heard(batch).await;
        let conversations: Vec<_> = heard.iter().map(|(row, _)| row.conversation).collect();
        let broken = match self.recall(studio, organisation, &conversations).await {
            Ok(broken) => broken,
            Err(error) => {
                tracing::error!(%error, "pipeline.recall.failed");
                self.put_back(heard.into_iter().map(|(row, _)| row).collect()).await;
                return 0;
            }
        };
        let heard = self.readable(studio, heard, broken).await;
        let thought = self.think(studio, organisation, heard).await;
        if thought.is_empty() {
            return 0;
        }
        let count = thought.len();
        let (turns, rows): (Vec<Turn>, Vec<InboxRow>) = thought.into_iter().unzip();
        studio.deliverer.expect(&turns);
        let stepped = Instant::now();
        match studio.store.commit_turns(organisation, &turns).await {
            Ok(outcomes) => {
                breakpoint::pass("committed");
                let committed_in = stepped.elapsed();
                for ((outcome, row), turn) in outcomes.into_iter().zip(rows).zip(turns) {
                    if matches!(outcome, TurnOutcome::Committed { .. }) {
                        took(Stage::Thought, stepped.duration_since(begun));
                        took(Stage::Committed, committed_in);
                    }
                    self.settle(studio, outcome, row, turn).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, turns = turns.len(), "pipeline.commit.failed");
                studio.deliverer.expect_no_more(&turns);
                self.put_back(rows).await;
            }
        }
        count
    }

    /// The events that wait for no translation, with those that they have; the others rest.
    async fn heard(&mut self, batch: Vec<InboxRow>) -> Vec<(InboxRow, Heard)> {
        let mut heard = Vec::with_capacity(batch.len());
        for row in batch {
            match self.translating.heard(&row).await {
                Some(found) => heard.push((row, found)),
                None => self.waiting.rest(row, Instant::now() + LOOK),
            }
        }
        heard
    }

    async fn settle(&mut self, studio: &Arc<Studio>, outcome: TurnOutcome, row: InboxRow, turn: Turn) {
        let organisation = row.key.organisation;
        if !matches!(outcome, TurnOutcome::Committed { .. }) {
            studio.deliverer.expect_no_more(std::slice::from_ref(&turn));
        }
        match outcome {
            TurnOutcome::Committed { version, outbox } => {
                let stored = publish(studio, organisation, turn, version, outbox);
                self.known.insert((organisation, row.conversation), Box::new(stored));
                self.done(studio, &row);
            }
            // Another try of this very turn got through before its answer was lost.
            TurnOutcome::AlreadyDone { outbox } => self.already_done(studio, &row, outbox).await,
            TurnOutcome::Outdated { .. } => self.waiting.put_back(row),
            // The store's failure, and none of the event's.
            TurnOutcome::Failed(error @ (StoreError::Busy { .. } | StoreError::Unavailable(_))) => {
                tracing::error!(event = %row.key.event, %error, "pipeline.commit.put_off");
                self.waiting.rest(row, Instant::now() + PAUSE);
            }
            TurnOutcome::Failed(error) => self.failed(studio, row, error.to_string()).await,
        }
    }

    /// Counts a failure of an event's own; parks it when it has failed often enough.
    async fn failed(&mut self, studio: &Arc<Studio>, row: InboxRow, error: String) {
        let row = self.note(studio, row, error).await;
        if row.attempts < studio.config.limits.attempts {
            let until = Instant::now() + PAUSE * row.attempts;
            self.waiting.rest(row, until);
            return;
        }
        self.park(studio, row).await;
    }

    /// Counts a failure after which another try would only cost all others of the lane the same time again: it is parked at once, and
    /// not tried meanwhile should the store not take that. A kill before it is parked costs one more try: the store knows by then
    /// that it failed, and not that it was given up.
    async fn failed_for_good(&mut self, studio: &Arc<Studio>, row: InboxRow, error: String) {
        let row = self.note(studio, row, error).await;
        self.left_over.give_up(row.key.clone());
        self.park(studio, row).await;
    }

    /// Counts a failure of an event's own, with its error.
    async fn note(&mut self, studio: &Studio, mut row: InboxRow, error: String) -> InboxRow {
        if !self.left_over.remove(&row) {
            row.attempts += 1;
        }
        let (organisation, keys) = (row.key.organisation, std::slice::from_ref(&row.key));
        if let Err(error) = studio.store.note_attempts(organisation, keys, row.attempts, &error).await {
            tracing::error!(%error, "pipeline.failure.not_noted");
        }
        tracing::warn!(event = %row.key.event, attempts = row.attempts, %error, "pipeline.turn.failed");
        row.error = Some(error);
        row
    }

    /// An event has failed often enough; one whose turn is committed is told of.
    async fn park(&mut self, studio: &Arc<Studio>, row: InboxRow) {
        let error = row.error.as_deref().unwrap_or("it failed without a text");
        match studio.store.park(row.key.organisation, &row, error, studio.clock.now()).await {
            Ok(Parking::Parked) => {
                tracing::error!(event = %row.key.event, error, "pipeline.turn.parked");
                self.done(studio, &row);
            }
            // What ended its last try came behind the commit.
            Ok(Parking::Done { outbox }) => self.already_done(studio, &row, outbox).await,
            Err(error) => {
                tracing::error!(%error, "pipeline.park.failed");
                self.put_back(vec![row]).await;
            }
        }
    }

    /// An event's turn was committed, and nobody saw it. It is done before that is told: should a bug end the lane there, the event
    /// would come again, be found committed, and end the lane again, without end.
    async fn already_done(&mut self, studio: &Arc<Studio>, row: &InboxRow, outbox: Vec<OutboxRow>) {
        self.done(studio, row);
        publish_unseen(studio, row, outbox).await;
    }

    /// An event's turn is over, or it will have none.
    fn done(&mut self, studio: &Studio, row: &InboxRow) {
        self.left_over.remove(row);
        self.taken.done(&row.key);
        self.waiting.has_turn(row);
        self.translating.done(row);
        studio.intake.backlog().done(row.conversation);
    }

    /// The events of conversations that can be read; those of the others have failed.
    async fn readable(
        &mut self,
        studio: &Arc<Studio>,
        heard: Vec<(InboxRow, Heard)>,
        mut broken: HashMap<ConversationId, StoreError>,
    ) -> Vec<(InboxRow, Heard)> {
        let mut readable = Vec::with_capacity(heard.len());
        for (row, heard) in heard {
            match broken.remove(&row.conversation) {
                None => readable.push((row, heard)),
                Some(error) => {
                    let conversation = row.conversation;
                    tracing::error!(%conversation, %error, "pipeline.conversation.unreadable");
                    self.failed(studio, row, format!("the conversation {conversation}: {error}")).await;
                }
            }
        }
        readable
    }

    /// Reads what the lane does not remember of these conversations. Why some of them cannot be read is returned.
    async fn recall(
        &mut self,
        studio: &Studio,
        organisation: OrganisationId,
        conversations: &[ConversationId],
    ) -> Result<HashMap<ConversationId, StoreError>, StoreError> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let unknown: Vec<ConversationId> = conversations
            .iter()
            .copied()
            .filter(|conversation| !self.known.contains_key(&(organisation, *conversation)))
            .collect();
        let mut broken = HashMap::new();
        if unknown.is_empty() {
            return Ok(broken);
        }
        for (id, found) in studio.store.conversations_by_id(organisation, &unknown).await? {
            match found {
                Ok(found) => _ = self.known.insert((organisation, id), Box::new(found)),
                Err(error) => _ = broken.insert(id, error),
            }
        }
        Ok(broken)
    }

    /// The store did not do its part: the same events again, in the same order, when it may have recovered.
    async fn put_back(&mut self, batch: Vec<InboxRow>) {
        for row in batch {
            self.waiting.put_back(row);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
