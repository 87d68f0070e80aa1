//! What is next? A queue by time; of two at the same time the one that was put in first.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::task::Task;

/// What will happen.
#[derive(Debug, Default)]
pub struct Schedule {
    tasks: BTreeMap<(Timestamp, u64), Task>,
    count: u64,
}

impl Schedule {
    pub fn put(&mut self, at: Timestamp, task: Task) {
        self.count += 1;
        self.tasks.insert((at, self.count), task);
    }

    pub fn pop(&mut self) -> Option<(Timestamp, Task)> {
        self.tasks.pop_first().map(|((at, _), task)| (at, task))
    }
}
