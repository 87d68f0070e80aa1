//! Whose turn is next? The events that wait in a lane, each conversation's in order, and the conversations in turn.

use std::collections::{BTreeMap, VecDeque};

use studio_core::dialogue::State;

use super::Phase;
use crate::{sabotage::Sabotage, store::InboxRow, task::Work, world::World};

/// Most conversations in one transaction.
const BATCH: usize = 2;

/// One lane.
#[derive(Debug, Default)]
pub struct Lane {
    lines: BTreeMap<usize, VecDeque<InboxRow>>,
    /// Conversations whose first event may run; each stands here once at most.
    ready: VecDeque<usize>,
    /// Conversations of the batch under way.
    running: Vec<usize>,
    /// What it remembers of conversations: version and state.
    pub known: BTreeMap<usize, (u64, State)>,
    busy: bool,
}

impl Lane {
    /// Events that wait.
    pub fn count(&self) -> usize {
        self.lines.values().map(VecDeque::len).sum()
    }

    fn push(&mut self, row: InboxRow) {
        let conversation = row.conversation;
        let line = self.lines.entry(conversation).or_default();
        line.push_back(row);
        if !self.ready.contains(&conversation) && !self.running.contains(&conversation) {
            self.ready.push_back(conversation);
        }
    }

    /// The first events of some conversations.
    pub fn take(&mut self) -> Vec<InboxRow> {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            let Some(conversation) = self.ready.pop_front() else { break };
            batch.extend(self.lines.get_mut(&conversation).and_then(VecDeque::pop_front));
            self.running.push(conversation);
        }
        batch
    }

    /// Lets go of the last batch.
    fn release(&mut self) {
        for conversation in std::mem::take(&mut self.running) {
            match self.lines.get(&conversation) {
                Some(line) if !line.is_empty() => self.ready.push_back(conversation),
                Some(_) | None => _ = self.lines.remove(&conversation),
            }
        }
    }
}

impl World {
    /// Hands a stored event to its lane.
    pub fn enqueue(&mut self, row: InboxRow) {
        let lane = self.lane(row.conversation);
        self.studio.lanes[lane].push(row);
        self.start_lane(lane);
    }

    /// The lane of a conversation: all its turns run there, one after the other.
    pub fn lane(&self, conversation: usize) -> usize {
        conversation % self.studio.lanes.len()
    }

    pub fn start_lane(&mut self, lane: usize) {
        let it = &mut self.studio.lanes[lane];
        if self.studio.phase >= Phase::Running && !it.busy && !it.ready.is_empty() {
            it.busy = true;
            self.work_soon(Work::Think { lane });
        }
    }

    /// The batch is over: the next one.
    pub fn next_batch(&mut self, lane: usize) {
        self.studio.lanes[lane].release();
        self.studio.lanes[lane].busy = false;
        self.start_lane(lane);
    }

    /// Puts an event of the batch back before the others of its conversation.
    pub fn put_back(&mut self, lane: usize, row: InboxRow) {
        let last = self.sabotage == Some(Sabotage::PutBackLast);
        let waiting = self.studio.lanes[lane].lines.entry(row.conversation).or_default();
        if last { waiting.push_back(row) } else { waiting.push_front(row) }
    }

    /// The store did not do its part: the same events again, in the same order, a little later.
    pub fn put_back_all(&mut self, lane: usize, rows: Vec<InboxRow>) {
        for row in rows {
            self.put_back(lane, row);
        }
        self.studio.lanes[lane].release();
        let pause = self.milliseconds(200, 201);
        self.work_later(pause, Work::Think { lane });
    }
}
