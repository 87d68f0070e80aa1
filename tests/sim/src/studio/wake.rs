//! Which timers are due? They become events in the inbox, in one transaction, so that none fires twice.

use std::collections::VecDeque;

use jiff::SignedDuration;

use crate::{sabotage::Sabotage, store::InboxRow, task::Work, world::World};

/// Timers that fire in one transaction.
const BATCH: usize = 2;
/// In milliseconds: after a look that failed.
const AFTER_FAILURE: (i64, i64) = (1_000, 1_001);
/// Longest sleep: a clock that was set forward is noticed within it.
const LONGEST: SignedDuration = SignedDuration::from_secs(1);

impl World {
    /// Looks at the timers after a pause, unless that happens sooner anyway.
    pub fn wake_within(&mut self, pause: SignedDuration) {
        let at = self.at(pause);
        if self.studio.wakes_at.is_none_or(|wakes| at < wakes) {
            self.studio.wakes_at = Some(at);
            self.work_later(pause, Work::Wake);
        }
    }

    pub fn wake(&mut self) {
        if self.studio.wakes_at.take_if(|at| *at == self.now).is_none() {
            return;
        }
        if self.studio.wake_in_doubt && self.sabotage != Some(Sabotage::NeverLookAgain) {
            self.studio.wake_in_doubt = !self.look_again();
            if self.studio.wake_in_doubt {
                let pause = self.milliseconds(AFTER_FAILURE.0, AFTER_FAILURE.1);
                return self.wake_within(pause);
            }
        }
        let now = self.clock();
        let due = self.store.next_timer_due();
        if due.is_some_and(|due| due <= now) {
            self.fire();
        } else if let Some(due) = due {
            let pause = self.rest(due.duration_since(now));
            self.wake_within(pause);
        }
    }

    /// How long the next timer is not looked at. The studio looks every second, for a clock that jumps; here that is done where one is about to, as
    /// elsewhere it would be nothing but more steps.
    fn rest(&self, pause: SignedDuration) -> SignedDuration {
        if self.faults.jump.is_none() || self.sabotage == Some(Sabotage::TrustSleep) {
            return pause;
        }
        let until_calm = self.faults.until.duration_since(self.now);
        pause.min(if until_calm.is_positive() { until_calm } else { LONGEST })
    }

    fn fire(&mut self) {
        let now = self.clock();
        let Some(rows) = self.transact("fire timers", |store| store.fire_due(now, BATCH)) else {
            self.studio.wake_in_doubt = true;
            let pause = self.milliseconds(AFTER_FAILURE.0, AFTER_FAILURE.1);
            return self.wake_within(pause);
        };
        if self.sabotage == Some(Sabotage::SplitFiring) {
            for row in &rows {
                self.store.inbox.remove(&row.key);
            }
        }
        self.work_soon(Work::Fired { rows: rows.into() });
    }

    /// Hands the next event to its lane.
    pub fn fired(&mut self, mut rows: VecDeque<InboxRow>) {
        let Some(row) = rows.pop_front() else { return self.wake_within(SignedDuration::ZERO) };
        if self.sabotage == Some(Sabotage::SplitFiring) {
            self.store.inbox.insert(row.key.clone(), row.clone());
        }
        self.enqueue(row);
        self.work_soon(Work::Fired { rows });
    }
}
