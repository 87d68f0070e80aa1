//! Whose turn is next? The events that wait in a lane, each conversation's in order, and the conversations in turn.

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::{dialogue::State, policy::lineup::Lineup};

use super::Phase;
use crate::{sabotage::Sabotage, store::InboxRow, task::Work, world::World};

/// Most conversations in one transaction.
const BATCH: usize = 2;

/// One lane.
#[derive(Debug, Default)]
pub struct Lane {
    lineup: Lineup<usize, InboxRow, Timestamp>,
    /// What it remembers of conversations: version and state.
    pub known: BTreeMap<usize, (u64, State)>,
    busy: bool,
}

impl Lane {
    /// Events that wait.
    pub fn count(&self) -> usize {
        self.lineup.count()
    }

    /// The first events of some conversations.
    pub fn take(&mut self) -> Vec<InboxRow> {
        self.lineup.take(BATCH, |_| ())
    }
}

impl World {
    /// Hands a stored event to its lane.
    pub fn enqueue(&mut self, row: InboxRow) {
        let lane = self.lane(row.conversation);
        self.studio.lanes[lane].lineup.push(row.conversation, row);
        self.start_lane(lane);
    }

    /// The lane of a conversation: all its turns run there, one after the other.
    pub fn lane(&self, conversation: usize) -> usize {
        conversation % self.studio.lanes.len()
    }

    pub fn start_lane(&mut self, lane: usize) {
        let it = &mut self.studio.lanes[lane];
        if self.studio.phase >= Phase::Running && !it.busy && it.lineup.is_ready() {
            it.busy = true;
            self.work_soon(Work::Think { lane });
        }
    }

    /// The batch is over: the next one.
    pub fn next_batch(&mut self, lane: usize) {
        self.studio.lanes[lane].lineup.release();
        self.studio.lanes[lane].busy = false;
        self.start_lane(lane);
    }

    /// Puts an event of the batch back before the others of its conversation.
    pub fn put_back(&mut self, lane: usize, row: InboxRow) {
        let last = self.sabotage == Some(Sabotage::PutBackLast);
        let lineup = &mut self.studio.lanes[lane].lineup;
        if last { lineup.push(row.conversation, row) } else { lineup.put_back(row.conversation, row) }
    }

    /// The store did not do its part: the same events again, in the same order, a little later.
    pub fn put_back_all(&mut self, lane: usize, rows: Vec<InboxRow>) {
        for row in rows {
            self.put_back(lane, row);
        }
        self.studio.lanes[lane].lineup.release();
        let pause = self.milliseconds(200, 201);
        self.work_later(pause, Work::Think { lane });
    }
}
