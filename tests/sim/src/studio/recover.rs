//! What did the last run leave behind? Events without their turn, and messages that may not have left.

use jiff::SignedDuration;
use studio_core::policy::delivery::in_order;

use crate::{
    sabotage::Sabotage,
    store::OutboxRow,
    studio::{Phase, Studio},
    task::{Outside, Recovery, Work},
    world::World,
};

/// Rows read at once: so few that a start takes several reads.
const PAGE: usize = 2;
/// In milliseconds: before a start is tried again whose store did not answer.
const AGAIN: (i64, i64) = (50, 200);

impl World {
    /// A new process begins.
    pub fn start(&mut self) {
        self.note("the studio starts");
        self.studio.phase = Phase::Starting;
        self.work_soon(Work::Recover(Recovery::Sweep));
    }

    /// The process ends, and with it all that it knew.
    pub fn end_process(&mut self) {
        self.studio = Studio::down(self.studio.run + 1, self.studio.lanes.len());
        if self.sabotage == Some(Sabotage::LoseAcknowledged) {
            self.store.lose_last();
        }
        if self.sabotage == Some(Sabotage::ForgetErasure) {
            self.store.erasures.clear();
        }
        self.books.touch_all();
        for visitor in 0..self.visitors.len() {
            if let Some(connection) = self.visitors[visitor].connection {
                let pause = self.milliseconds(0, 50);
                self.later(pause, Outside::Disconnected { visitor, connection });
            }
        }
    }

    pub fn recover(&mut self, stage: Recovery) {
        match stage {
            Recovery::Sweep => {
                let done = self.transact("start: erase and sweep", |store| {
                    store.erase();
                    store.finish_sweeping();
                });
                let next = if done.is_some() { Recovery::Inbox { after: None } } else { Recovery::Sweep };
                self.go_on(next, done.is_some());
            }
            Recovery::Inbox { after } => {
                let read = self.read("start: inbox", |store| store.pending_inbox(after.as_ref(), PAGE));
                let Some(rows) = read else { return self.go_on(Recovery::Inbox { after }, false) };
                let Some(last) = rows.last() else {
                    if self.sabotage == Some(Sabotage::OutboxLast) {
                        self.run_lanes();
                    }
                    return self.go_on(Recovery::Outbox { rows: Vec::new() }, true);
                };
                let after = Some(last.key.clone());
                for row in rows {
                    self.enqueue(row);
                }
                self.go_on(Recovery::Inbox { after }, true);
            }
            Recovery::Outbox { rows } => self.recover_outbox(rows),
            Recovery::Open => {
                self.note("the studio is open");
                // What comes now comes behind what the last run left, in the lanes and on the way out.
                self.run_lanes();
                self.studio.phase = Phase::Open;
                self.wake_within(SignedDuration::ZERO);
            }
        }
    }

    /// Messages leave in the order of the journal, which need not be that in which their events arrived: a timer's
    /// event may stand in the inbox before its lane hears of it.
    fn recover_outbox(&mut self, mut rows: Vec<OutboxRow>) {
        let after = rows.last().map(|row| row.key.clone());
        let read = self.read("start: outbox", |store| store.pending_outbox(after.as_ref(), PAGE));
        let Some(more) = read else { return self.go_on(Recovery::Outbox { rows }, false) };
        if more.is_empty() {
            if self.sabotage != Some(Sabotage::OutboxByArrival) {
                in_order(&mut rows, |row| (row.conversation, row.sequence));
            }
            for row in rows {
                self.deliver(row);
            }
            return self.go_on(Recovery::Open, true);
        }
        rows.extend(more);
        self.go_on(Recovery::Outbox { rows }, true);
    }

    fn go_on(&mut self, stage: Recovery, answered: bool) {
        let pause = if answered { self.milliseconds(0, 5) } else { self.milliseconds(AGAIN.0, AGAIN.1) };
        self.work_later(pause, Work::Recover(stage));
    }

    fn run_lanes(&mut self) {
        self.studio.phase = Phase::Running;
        for lane in 0..self.studio.lanes.len() {
            self.start_lane(lane);
        }
    }
}
