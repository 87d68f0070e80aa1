//! What becomes of a transaction? Committed, refused, or committed without anybody learning it.

use crate::{store::Store, world::World};

impl World {
    /// Runs a transaction. `None`: the caller knows nothing of it; it may be committed, and the question whether it
    /// is was not answered either.
    pub fn transact<T>(&mut self, what: &str, work: impl FnOnce(&mut Store) -> T) -> Option<T> {
        if self.chance(self.faults.refused) {
            self.tally.refused += 1;
            self.note(format_args!("{what}: refused by the store"));
            return None;
        }
        let done = work(&mut self.store);
        self.books.touch_all();
        if self.chance(self.faults.unknown) {
            self.tally.unknown += 1;
            self.note(format_args!("{what}: committed, and the answer lost"));
            return None;
        }
        self.note(what);
        Some(done)
    }

    /// Reads; `None` if the store does not answer.
    pub fn read<T>(&mut self, what: &str, work: impl FnOnce(&Store) -> T) -> Option<T> {
        if self.chance(self.faults.unread) {
            self.note(format_args!("{what}: not answered by the store"));
            return None;
        }
        Some(work(&self.store))
    }
}
