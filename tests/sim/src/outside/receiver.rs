//! Who takes the replies that are pushed? An address that may refuse them, or whose answer is lost.

use studio_core::invariants::{Heard, Violation};

use crate::{
    studio::Phase,
    task::{Message, Queue, Reply},
    world::World,
};

impl World {
    /// A reply reaches its address.
    pub fn posted(&mut self, run: u32, queue: Queue, attempt: u64, message: Message) {
        // What a process had on its way when it ended comes before the next one begins, or not at all: nobody could
        // mark it any more.
        let ended_last = run + 1 == self.studio.run && self.studio.phase == Phase::Down;
        if run != self.studio.run && !ended_last {
            return;
        }
        let (Queue::Messages(visitor) | Queue::Calls(visitor)) = queue;
        if self.chance(self.faults.unwelcome) {
            return self.reply(run, queue, attempt, Reply::Refused);
        }
        let Message { sequence, content, uncertain } = message;
        if uncertain && !self.books.may_have_come(visitor, sequence, run) {
            self.store.broken.push((visitor, Violation::Mismarked { sequence }));
        }
        self.hear(visitor, Heard { sequence, text: content.plain(), uncertain });
        self.reply(run, queue, attempt, Reply::Taken);
    }
}
