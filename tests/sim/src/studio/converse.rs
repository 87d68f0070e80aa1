//! What does an event cause? One lane: think, commit, settle; batch after batch, each conversation in order.

use std::collections::VecDeque;

use studio_core::dialogue::{Owner, State};

use super::think::turn;
use crate::{
    sabotage::Sabotage,
    store::{InboxRow, OutboxKey, OutboxRow, Outcome, Payload, Prepared, Store},
    task::Work,
    world::World,
};

/// In milliseconds: how long a batch is thought about and committed.
const THINKING: (i64, i64) = (0, 10);
/// In milliseconds: a timer whose commit nobody learned of is noticed within it.
const NOTICED_WITHIN: i64 = 1_000;

impl World {
    /// Takes a batch, reads what the lane does not remember, and thinks.
    pub fn think(&mut self, lane: usize) {
        let batch = self.studio.lanes[lane].take();
        for row in &batch {
            if self.studio.lanes[lane].known.contains_key(&row.conversation) {
                continue;
            }
            let conversation = row.conversation;
            let read = self.read("recall", |store| store.conversations.get(&conversation).cloned());
            let Some(found) = read else { return self.put_back_all(lane, batch) };
            let found = found.map(|found| (found.version, found.state)).unwrap_or_default();
            self.studio.lanes[lane].known.insert(conversation, found);
        }
        let turns: Vec<_> = batch.into_iter().map(|row| self.prepare(lane, row)).collect();
        let pause = self.milliseconds(THINKING.0, THINKING.1);
        self.work_later(pause, Work::Commit { lane, turns });
    }

    fn prepare(&mut self, lane: usize, row: InboxRow) -> Prepared {
        let (expected_version, state) =
            self.studio.lanes[lane].known.get(&row.conversation).cloned().unwrap_or_default();
        let state = if self.sabotage == Some(Sabotage::TalkOver) { as_if_the_bots(state) } else { state };
        let visitor = &self.visitors[row.conversation];
        let turn = turn(state, &row.event, visitor.channel());
        // Where nothing is pushed, messages are read from the journal.
        let messages = turn.messages.iter().filter(|_| visitor.pushed);
        let messages = messages.map(|(sequence, content)| (*sequence, Payload::Message(content.clone())));
        let last = turn.state.sequence;
        let calls = turn.calls.iter().map(|call| (last, Payload::Call(call.clone())));
        let outbox = messages.chain(calls).enumerate().map(|(index, (sequence, payload))| OutboxRow {
            key: OutboxKey { inbox: row.key.clone(), index },
            conversation: row.conversation,
            sequence,
            payload,
            attempts: 0,
            next_at: self.now,
            uncertain: false,
        });
        let outbox = outbox.collect();
        Prepared { row, expected_version, turn, outbox, done: Vec::new() }
    }

    /// Commits a batch, all or nothing.
    pub fn commit(&mut self, lane: usize, mut turns: Vec<Prepared>) {
        for prepared in &mut turns {
            let unswept = self.studio.unswept.get(&prepared.row.conversation);
            prepared.done = unswept.into_iter().flatten().cloned().collect();
        }
        let names: Vec<_> = turns.iter().map(named).collect();
        let outcomes = self
            .transact(&format!("lane {lane}: turn of {}", names.join(", ")), |store| store.commit(&turns));
        if turns.iter().any(|prepared| !prepared.turn.remind.is_empty()) {
            let pause = self.milliseconds(1, NOTICED_WITHIN);
            self.wake_within(pause);
        }
        let Some(outcomes) = outcomes else {
            for prepared in &turns {
                self.forget(lane, prepared.row.conversation);
            }
            return self.put_back_all(lane, turns.into_iter().map(|prepared| prepared.row).collect());
        };
        for (prepared, outcome) in turns.iter().zip(&outcomes) {
            match outcome {
                Outcome::Committed | Outcome::AlreadyDone { .. } => {
                    let unswept = self.studio.unswept.entry(prepared.row.conversation).or_default();
                    unswept.insert(prepared.row.key.clone());
                }
                Outcome::Outdated => {}
            }
        }
        let settled = turns.into_iter().zip(outcomes).collect();
        let next = match self.sabotage {
            Some(Sabotage::SplitCommit) => Work::WriteOutbox { lane, settled },
            Some(_) | None => self.behind_commit(lane, settled),
        };
        self.work_soon(next);
    }

    fn behind_commit(&self, lane: usize, settled: VecDeque<(Prepared, Outcome)>) -> Work {
        let erases = settled.iter().any(|(prepared, _)| prepared.turn.erases_before.is_some());
        if erases || self.studio.erasure_put_off {
            Work::Erase { lane, settled }
        } else {
            Work::Settle { lane, settled }
        }
    }

    /// Erases what was promised; where the store does not do it, the next commit is followed by another try.
    pub fn erase(&mut self, lane: usize, settled: VecDeque<(Prepared, Outcome)>) {
        self.studio.erasure_put_off = self.transact("erase", Store::erase).is_none();
        self.work_soon(Work::Settle { lane, settled });
    }

    /// Only where commits are sabotaged: what leaves is committed after the state.
    pub fn write_outbox(&mut self, lane: usize, settled: VecDeque<(Prepared, Outcome)>) {
        for (prepared, _) in &settled {
            self.store.write_outbox(&prepared.outbox);
        }
        let next = self.behind_commit(lane, settled);
        self.work_soon(next);
    }

    /// Tells what became of the next turn of a batch.
    pub fn settle(&mut self, lane: usize, mut settled: VecDeque<(Prepared, Outcome)>) {
        let Some((prepared, outcome)) = settled.pop_front() else { return self.next_batch(lane) };
        let conversation = prepared.row.conversation;
        match outcome {
            Outcome::Committed => {
                self.tally.turns += 1;
                let known = (prepared.expected_version + 1, prepared.turn.state.clone());
                self.studio.lanes[lane].known.insert(conversation, known);
                self.publish(prepared);
            }
            // Another try of this very turn got through before its answer was lost.
            Outcome::AlreadyDone { outbox } => {
                self.note(format_args!("{} is done already", prepared.row.key.event));
                self.forget(lane, conversation);
                self.publish_again(conversation, outbox);
            }
            Outcome::Outdated => {
                self.note(format_args!("{} is outdated", prepared.row.key.event));
                self.studio.lanes[lane].known.remove(&conversation);
                self.put_back(lane, prepared.row);
            }
        }
        self.work_soon(Work::Settle { lane, settled });
    }

    fn forget(&mut self, lane: usize, conversation: usize) {
        if self.sabotage != Some(Sabotage::ForgetVersion) {
            self.studio.lanes[lane].known.remove(&conversation);
        }
    }
}

fn named(prepared: &Prepared) -> String {
    let Prepared { row, expected_version, turn, .. } = prepared;
    format!("{} on v{expected_version} with {} entries", row.key.event, turn.entries.len())
}

/// Only where leases are sabotaged.
fn as_if_the_bots(mut state: State) -> State {
    if state.owner != Owner::Bot {
        state.owner = Owner::Bot;
        state.expecting = std::mem::take(&mut state.held);
    }
    state
}
