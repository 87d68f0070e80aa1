//! Which events does a lane have in its hands? Those of the batch whose turns are not over: what a bug ends is found here.

use studio_store::{InboxKey, InboxRow};

#[derive(Default)]
pub(super) struct Taken(Vec<Held>);

struct Held {
    row: InboxRow,
    /// Whether it is one of those whose turns are being made.
    is_begun: bool,
}

impl Taken {
    pub fn hold(&mut self, batch: &[InboxRow]) {
        self.0 = batch.iter().map(|row| Held { row: row.clone(), is_begun: false }).collect();
    }

    /// The turns of these are being made, and of no others.
    pub fn begin(&mut self, batch: &[InboxRow]) {
        for held in &mut self.0 {
            held.is_begun = batch.iter().any(|row| row.key == held.row.key);
        }
    }

    /// This try of an event is counted.
    pub fn count(&mut self, row: &InboxRow) {
        if let Some(held) = self.0.iter_mut().find(|held| held.row.key == row.key) {
            held.row.attempts = row.attempts;
        }
    }

    /// An event's turn is over, or it waits; `false` where that was known.
    pub fn done(&mut self, key: &InboxKey) -> bool {
        let place = self.0.iter().position(|held| held.row.key == *key);
        place.map(|place| self.0.swap_remove(place)).is_some()
    }

    /// The batch is over: what is left of it waits.
    pub fn let_go(&mut self) {
        self.0.clear();
    }

    /// What a bug has left, and whether the turn of each was begun.
    pub fn left(&self) -> Vec<(InboxRow, bool)> {
        self.0.iter().map(|held| (held.row.clone(), held.is_begun)).collect()
    }
}
