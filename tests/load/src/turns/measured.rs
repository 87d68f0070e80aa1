//! What came of one rate?

use std::{fmt, time::Duration};

use super::{Latency, Rate};
use crate::table::{grouped, megabytes, rounded, row};

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
pub const HEADS: [&str; 7] = [
    "offered/s",
    "turns/s",
    "acknowledged p50 / p99 / p99.9",
    "reply in hand p50 / p99 / p99.9",
    "processor a turn",
    "sender",
    "resident",
];

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = match self.refused {
            0 => String::new(),
            refused => format!(" ({} refused)", grouped(refused)),
        };
        let cells = [
            grouped(self.rate.messages),
            rounded(self.turns_per_second()) + &refused,
            self.acknowledged.to_string(),
            self.replied.to_string(),
            format!("{} µs", grouped(self.per_turn.as_micros())),
            format!("{} µs", grouped(self.sender.as_micros())),
            megabytes(self.resident),
        ];
        f.write_str(&row(&cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::MB;

    #[test]
    fn a_row_has_a_cell_for_each_head() {
        let waits = || Latency::of(vec![Duration::from_millis(2)]);
        let measured = Measured {
            rate: Rate { messages: 4_000, seconds: 1, connections: 1 },
            acknowledged: waits(),
            replied: waits(),
            refused: 1_200,
            took: Duration::from_secs(1),
            per_turn: Duration::from_micros(2_620),
            sender: Duration::from_micros(35),
            resident: 215 * MB,
        };
        let row = measured.to_string();
        let expected = "| 4,000 | 1 (1,200 refused) | 2.0 / 2.0 / 2.0 ms | 2.0 / 2.0 / 2.0 ms | 2,620 µs | 35 µs | 215 MB |";
        assert_eq!(row, expected);
        assert_eq!(row.matches('|').count(), HEADS.len() + 1);
    }
}
