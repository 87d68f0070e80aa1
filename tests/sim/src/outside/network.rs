//! What becomes of a packet? It arrives, some time; or twice, or never.

use crate::{
    task::{Outside, Queue, Reply, Work},
    world::World,
};

/// In milliseconds: how long a packet takes, and one that is late.
const PROMPT: (i64, i64) = (1, 80);
const LATE: (i64, i64) = (500, 9_000);

impl World {
    /// Sends something between the studio and the others.
    pub fn transmit(&mut self, packet: Outside) {
        if self.chance(self.faults.lost) {
            return;
        }
        // A reply is heard as often as the studio sends it; whoever hears it twice must have been told why.
        let may_double = !matches!(packet, Outside::Posted { .. });
        if may_double && self.chance(self.faults.doubled) {
            self.arrive(packet.clone());
        }
        self.arrive(packet);
    }

    fn arrive(&mut self, packet: Outside) {
        let (least, most) = if self.chance(self.faults.late) { LATE } else { PROMPT };
        let pause = self.milliseconds(least, most);
        self.later(pause, packet);
    }

    /// Sends what the studio's process `run` waits for.
    pub fn reply(&mut self, run: u32, queue: Queue, attempt: u64, reply: Reply) {
        if self.chance(self.faults.lost) {
            return;
        }
        let (least, most) = if self.chance(self.faults.late) { LATE } else { PROMPT };
        let pause = self.milliseconds(least, most);
        if self.chance(self.faults.doubled) {
            self.work_of(run, pause, Work::Sent { queue, attempt, reply: reply.clone() });
        }
        self.work_of(run, pause, Work::Sent { queue, attempt, reply });
    }
}
