//! When do the rows leave that have done their work? Many in one transaction, off the way of the turns.

use crate::{store::InboxKey, task::Work, world::World};

/// In milliseconds: between two sweeps, and after one that failed.
const PAUSE: (i64, i64) = (10, 60);
const AFTER_FAILURE: (i64, i64) = (500, 501);

impl World {
    /// Turns are committed.
    pub fn turns_done(&mut self) {
        self.sweep_later();
    }

    pub fn sweep_later(&mut self) {
        if !std::mem::replace(&mut self.studio.sweeping, true) {
            let pause = self.milliseconds(PAUSE.0, PAUSE.1);
            self.work_later(pause, Work::Sweep);
        }
    }

    /// Deletes what has left, and the inbox rows of all turns that are committed by now.
    pub fn sweep(&mut self) {
        let done: Vec<(usize, InboxKey)> = self
            .studio
            .unswept
            .iter()
            .flat_map(|(conversation, keys)| keys.iter().map(|key| (*conversation, key.clone())))
            .collect();
        let keys: Vec<_> = done.iter().map(|(_, key)| key.clone()).collect();
        let delivered = self.studio.delivered.clone();
        let swept = self.transact("sweep", |store| store.sweep(&keys, &delivered));
        if swept.is_none() {
            let pause = self.milliseconds(AFTER_FAILURE.0, AFTER_FAILURE.1);
            return self.work_later(pause, Work::Sweep);
        }
        self.studio.sweeping = false;
        self.studio.delivered.clear();
        for key in &delivered {
            self.studio.held.remove(key);
        }
        for (conversation, key) in &done {
            if let Some(keys) = self.studio.unswept.get_mut(conversation) {
                keys.remove(key);
            }
        }
    }
}
