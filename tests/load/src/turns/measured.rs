//! What came of one rate?

use std::{fmt, time::Duration};

use super::{Latency, Rate};

/// What was seen while messages were offered at a rate.
#[derive(Clone, Debug)]
pub struct Measured {
    pub rate: Rate,
    /// From when a message was due to its acknowledgement.
    pub acknowledged: Latency,
    /// From when a message was due to when its reply was handed over.
    pub replied: Latency,
    /// Answers that were none.
    pub refused: usize,
    /// From the first message to the last reply.
    pub took: Duration,
    /// Processor time of the measured process for a turn.
    pub per_turn: Duration,
    /// The same of this process, which sends the messages and takes the replies on the same machine.
    pub sender: Duration,
    /// Resident memory of the measured process afterwards, in bytes.
    pub resident: u64,
}

impl Measured {
    /// Turns whose reply came, per second.
    pub fn turns_per_second(&self) -> f64 {
        f64::from(u32::try_from(self.replied.count()).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }
}

/// The heads of the columns of [`Measured`].
pub const HEADS: &str = "offered  turns/s    acknowledged p50/p99/p99.9      reply in hand p50/p99/p99.9  \
                         refused cpu/turn   sender  memory";

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>7} {:>8.0}  {}  {}  {:>7} {:>5} µs {:>5} µs {:>4} MB",
            self.rate.messages,
            self.turns_per_second(),
            self.acknowledged,
            self.replied,
            self.refused,
            self.per_turn.as_micros(),
            self.sender.as_micros(),
            self.resident >> 20,
        )
    }
}
