//! How many answers came in a time, how long did each take, and which part of the understanding gave it?

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use studio_core::understanding::{Understander, Understanding};
use studio_load::table::grouped;

/// Answers by what named their best intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// One of the bot's phrases.
    pub phrase: usize,
    /// The words alone, be they sure or the network late.
    pub words: usize,
    /// The network with them.
    pub network: usize,
    /// No intent was named.
    pub nothing: usize,
}

impl Ways {
    /// As the figures of a [`Ways`] are told.
    pub const TOLD: &str = "by phrase / words / network / nothing";

    fn count(&mut self, heard: &Understanding) {
        let way = match heard.intents.first().map(|best| best.by) {
            Some(Understander::Exact) => &mut self.phrase,
            Some(Understander::Linear) => &mut self.words,
            Some(Understander::Semantic) => &mut self.network,
            None => &mut self.nothing,
        };
        *way += 1;
    }

    fn add(&mut self, other: Self) {
        self.phrase += other.phrase;
        self.words += other.words;
        self.network += other.network;
        self.nothing += other.nothing;
    }
}

impl fmt::Display for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = [self.phrase, self.words, self.network, self.nothing].map(grouped);
        f.write_str(&each.join(" / "))
    }
}

/// How long each answer took, what gave it, and how long all of them took together.
pub struct Measured {
    pub waits: Vec<Duration>,
    pub ways: Ways,
    /// Answers of the words alone for which the network was asked as well, and was too late or had too much to do.
    pub given_up: usize,
    pub time: Duration,
}

impl Measured {
    /// Texts a second.
    pub fn rate(&self) -> f64 {
        self.a_second(self.waits.len())
    }

    /// Those texts a second to whose answer the network came in time.
    pub fn rate_of_network(&self) -> f64 {
        self.a_second(self.ways.network)
    }

    /// Texts a second that were answered as they should be: those without the network that wanted it are none.
    pub fn rate_as_wanted(&self) -> f64 {
        self.a_second(self.waits.len().saturating_sub(self.given_up))
    }

    /// The wait that so many of a hundred did not exceed.
    pub fn at(&self, hundredths: usize) -> Duration {
        let mut sorted = self.waits.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() * hundredths / 100).copied().unwrap_or_default()
    }

    fn a_second(&self, count: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of some millions")]
        let count = count as f64;
        count / self.time.as_secs_f64()
    }
}

/// As many as there can be in a time.
pub fn ask(askers: usize, time: Duration, one: impl Fn(usize) -> Understanding + Sync) -> Measured {
    let until = Instant::now() + time;
    gather(askers, |_| Instant::now() < until, one)
}

/// So many.
pub fn ask_each(askers: usize, most: usize, one: impl Fn(usize) -> Understanding + Sync) -> Measured {
    gather(askers, |turn| turn < most, one)
}

fn gather(
    askers: usize,
    goes_on: impl Fn(usize) -> bool + Sync,
    one: impl Fn(usize) -> Understanding + Sync,
) -> Measured {
    let (next, all) = (AtomicUsize::new(0), Mutex::new((Vec::new(), Ways::default())));
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..askers {
            scope.spawn(|| {
                let (mut waits, mut ways) = (Vec::new(), Ways::default());
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    if !goes_on(turn) {
                        break;
                    }
                    let asked = Instant::now();
                    let heard = one(turn);
                    waits.push(asked.elapsed());
                    ways.count(&heard);
                }
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.0.extend(waits);
                all.1.add(ways);
            });
        }
    });
    let time = begun.elapsed();
    let (waits, ways) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    Measured { waits, ways, given_up: 0, time }
}

#[cfg(test)]
mod tests {
    use studio_core::understanding::Scored;

    use super::*;

    #[test]
    fn every_answer_is_counted_by_what_gave_it() {
        let ways =
            [Some(Understander::Exact), Some(Understander::Linear), Some(Understander::Semantic), None];
        let answer = |turn: usize| {
            let best = |by| Scored { intent: "greet".to_owned(), confidence: 1.0, by };
            Understanding {
                intents: ways[turn % 4].map(best).into_iter().collect(),
                ..Understanding::default()
            }
        };
        let measured = ask_each(3, 10, answer);
        assert_eq!(measured.waits.len(), 10);
        assert_eq!(measured.ways, Ways { phrase: 3, words: 3, network: 2, nothing: 2 });
        assert_eq!(measured.ways.to_string(), "3 / 3 / 2 / 2");
        let measured = Measured { time: Duration::from_secs(2), given_up: 2, ..measured };
        assert!((measured.rate_as_wanted() - 4.0).abs() < 1e-9);
        assert!((measured.rate() - 5.0).abs() < 1e-9 && (measured.rate_of_network() - 1.0).abs() < 1e-9);
    }
}
