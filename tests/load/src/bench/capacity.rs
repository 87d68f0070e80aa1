//! How much can it do? More and more is offered until the waits explode; then the last step is halved and halved again.

use std::time::Duration;

use super::CONNECTIONS;
use crate::turns::{Measured, Rate};

/// Each rate is so many times the one before, as long as they hold.
const STEP: (u32, u32) = (3, 2);
/// Nobody is offered more; the sender itself comes to its end there.
const MOST: u32 = 30_000;
/// The last rate that held and the first that did not lie within this part of each other.
const NEAR: u32 = 10;
/// Waits explode where one acknowledgement in a hundred takes longer.
const LONGEST: Duration = Duration::from_millis(250);
/// And where less than this share of what is offered is done.
const SHARE: f64 = 0.95;

/// Offers one rate after the other, from `first` on; what was seen at the highest that held, if one did.
pub(super) async fn capacity(
    first: u32,
    seconds: u32,
    mut offer: impl AsyncFnMut(Rate) -> anyhow::Result<Measured>,
) -> anyhow::Result<Option<Measured>> {
    let mut climb = Climb { held: 0, broken: None };
    let mut most = None;
    while let Some(messages) = climb.next(first) {
        let measured = offer(Rate { messages, seconds, connections: CONNECTIONS }).await?;
        println!("{measured}");
        let is_held = holds(&measured);
        climb.saw(messages, is_held);
        if is_held {
            most = Some(measured);
        }
    }
    Ok(most)
}

fn holds(measured: &Measured) -> bool {
    measured.refused == 0
        && measured.acknowledged.at(990) <= LONGEST
        && measured.turns_per_second() >= f64::from(measured.rate.messages) * SHARE
}

struct Climb {
    held: u32,
    broken: Option<u32>,
}

impl Climb {
    fn next(&self, first: u32) -> Option<u32> {
        match self.broken {
            None if self.held == 0 => Some(first),
            None if self.held >= MOST => None,
            None => Some((self.held * STEP.0 / STEP.1).min(MOST)),
            Some(broken) if broken - self.held <= (broken / NEAR).max(1) => None,
            Some(broken) => Some(self.held.midpoint(broken)),
        }
    }

    fn saw(&mut self, rate: u32, held: bool) {
        if held {
            self.held = rate;
        } else {
            self.broken = Some(rate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_until_it_breaks_and_is_found_from_both_sides() {
        let check = |limit: u32, expected: &[u32], found: u32| {
            let mut climb = Climb { held: 0, broken: None };
            let mut tried = Vec::new();
            while let Some(rate) = climb.next(500) {
                tried.push(rate);
                climb.saw(rate, rate <= limit);
            }
            assert_eq!((tried.as_slice(), climb.held), (expected, found));
        };
        check(1_000, &[500, 750, 1_125, 937, 1_031], 937);
        check(600, &[500, 750, 625, 562, 593], 593);
        check(5, &[500, 250, 125, 62, 31, 15, 7, 3, 5, 6], 5);
    }
}
