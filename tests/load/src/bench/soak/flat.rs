//! What was seen at one look, and is all of it flat?
//!
//! 1. Neighbouring looks go up and down together, with every table that is written: six of them count once, by their median.
//! 2. A line is laid through all of these, by least squares. Its slope is what grows in an hour; the doubt about it is twice its
//!    standard error.
//! 3. Each slope has a limit. What is beyond it whatever the doubt grows; what may be beyond it is not told by so short a soak.

use std::{fmt, time::Duration};

use super::number;
use crate::{bench::disk::Disk, pressure::CEILING, usage::Usage};

/// Looks that count once, and how many of these it takes to judge.
const TOGETHER: usize = 6;
const FEWEST: usize = 10;
/// What may grow in an hour: memory in MB, of which some 800 are left below the ceiling, and descriptors, of which a process has 1,024 at
/// least.
const MEMORY: f64 = 64.0;
const DESCRIPTORS: f64 = 8.0;
/// Waits, in milliseconds, and by this share of what they are.
const WAITS: f64 = 20.0;
const WAITS_SHARE: f64 = 0.5;
/// What a turn takes of the disk, by this share; and the tables for each byte that they hold.
const DISK: f64 = 0.25;
const SEGMENTS: f64 = 0.5;

/// One look at the studio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub minute: f64,
    memory: f64,
    peak: u64,
    descriptors: f64,
    disk: f64,
    log: f64,
    segments: f64,
    p99: f64,
    turns: f64,
}

impl Look {
    pub const HEADS: [&str; 6] = ["memory MB", "descriptors", "disk MB", "log MB", "segments", "p99 ms"];

    pub fn new(after: Duration, usage: Usage, disk: Disk, p99: Duration, turns: usize) -> Self {
        let megabytes = |bytes: u64| number(usize::try_from(bytes >> 10).unwrap_or(usize::MAX)) / 1_024.0;
        Self {
            minute: after.as_secs_f64() / 60.0,
            memory: megabytes(usage.resident),
            peak: usage.peak,
            descriptors: number(usage.descriptors),
            disk: megabytes(disk.bytes),
            log: megabytes(disk.log),
            segments: number(disk.segments),
            p99: p99.as_secs_f64() * 1e3,
            turns: number(turns),
        }
    }

    pub fn values(&self) -> [f64; Self::HEADS.len()] {
        [self.memory, self.descriptors, self.disk, self.log, self.segments, self.p99]
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = Self::HEADS.iter().zip(self.values());
        let columns: Vec<String> =
            values.map(|(head, value)| format!("{value:>width$.1}", width = head.len())).collect();
        f.write_str(&columns.join("  "))
    }
}

/// What is to be said of it, in sentences.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// What grows.
    pub wrong: Vec<String>,
    /// What may grow, for all that was seen.
    pub untold: Vec<String>,
}

pub(super) fn judge(seen: &[Look]) -> Verdict {
    let mut verdict = Verdict::default();
    let peak = seen.iter().map(|look| look.peak).max().unwrap_or_default();
    if peak > CEILING {
        let sentence = format!("{} MiB were resident, {} are allowed", peak >> 20, CEILING >> 20);
        verdict.wrong.push(sentence);
    }
    if seen.len() < FEWEST * TOGETHER {
        verdict.untold.push(format!("there were {} looks behind the first minutes", seen.len()));
        return verdict;
    }
    verdict.look("memory in MB", &Line::through(seen, |look| look.memory), |_| MEMORY);
    verdict.look("descriptors", &Line::through(seen, |look| look.descriptors), |_| DESCRIPTORS);
    let waits = Line::through(seen, |look| look.p99);
    verdict.look("p99 in ms", &waits, |mean| WAITS + mean * WAITS_SHARE);
    let of_a_turn = Line::through(seen, |look| look.disk * 1_048_576.0 / look.turns.max(1.0));
    verdict.look("bytes on the disk for a turn", &of_a_turn, |mean| mean * DISK);
    let segments = Line::through(seen, |look| look.segments * 1_024.0 / look.disk.max(1.0));
    verdict.look("tables for a GB", &segments, |mean| mean * SEGMENTS);
    verdict
}

impl Verdict {
    /// `limit` is what it may grow in an hour, by its mean.
    fn look(&mut self, what: &str, line: &Line, limit: impl Fn(f64) -> f64) {
        let Line { slope, doubt, mean } = *line;
        let limit = limit(mean);
        let sentence = || format!("{what}: {line} an hour, {limit:.1} are allowed");
        if slope - doubt > limit {
            self.wrong.push(sentence());
        } else if slope + doubt > limit {
            self.untold.push(sentence());
        }
    }
}

/// The line through what was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// In an hour.
    slope: f64,
    /// Twice the standard error of it.
    doubt: f64,
    mean: f64,
}

impl Line {
    pub fn through(seen: &[Look], of: impl Fn(&Look) -> f64) -> Self {
        let point = |looks: &[Look]| {
            let hour = looks.iter().map(|look| look.minute).sum::<f64>() / number(looks.len()) / 60.0;
            (hour, median(looks.iter().map(&of).collect()))
        };
        Self::of(&seen.chunks(TOGETHER).map(point).collect::<Vec<_>>())
    }

    /// With the least squares; flat and without doubt where there are too few points.
    fn of(points: &[(f64, f64)]) -> Self {
        let count = number(points.len());
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count.max(1.0);
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        if points.len() < 3 || spread <= 0.0 {
            return Self { slope: 0.0, doubt: 0.0, mean: y };
        }
        let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread;
        let rest: f64 = points.iter().map(|point| (point.1 - y - slope * (point.0 - x)).powi(2)).sum();
        Self { slope, doubt: 2.0 * (rest / (count - 2.0) / spread).sqrt(), mean: y }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1} ± {:.1}", self.slope, self.doubt)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_the_line() {
        let line = |x: f64| (x, 3.0 * x + 7.0);
        let check = |points: &[(f64, f64)], slope: f64, doubt: f64| {
            let found = Line::of(points);
            let fits = (found.slope - slope).abs() < 1e-9 && (found.doubt - doubt).abs() < 1e-9;
            assert!(fits, "{found:?}");
        };
        check(&[line(0.0), line(1.0), line(5.0)], 3.0, 0.0);
        // The rest is 1, -2 and 1: 6 in squares, for one point more than a line has, over a spread of 2.
        check(&[(0.0, 1.0), (1.0, -2.0), (2.0, 1.0)], 0.0, 2.0 * 3.0_f64.sqrt());
        check(&[(1.0, 2.0)], 0.0, 0.0);
        check(&[], 0.0, 0.0);
    }

    /// Two hours of it, a look a minute.
    fn flat(place: usize) -> Look {
        Look {
            minute: number(place),
            memory: 600.0 + number(place % 5) * 40.0,
            peak: 900 << 20,
            descriptors: 240.0,
            disk: number(place + 30) * 10.0,
            log: 64.0,
            segments: number(place + 30),
            p99: 10.0 + number(place % 7) * 30.0,
            turns: number(place + 30) * 10_000.0,
        }
    }

    #[test]
    fn what_grows_is_told_and_what_goes_up_and_down_is_not() {
        let check = |of: &dyn Fn(usize) -> Look, expected: &[&str]| {
            let seen: Vec<Look> = (0..120).map(of).collect();
            let Verdict { wrong, untold } = judge(&seen);
            let fits = wrong.len() == expected.len()
                && wrong.iter().zip(expected).all(|(sentence, expected)| sentence.contains(expected));
            assert!(fits && untold.is_empty(), "{wrong:?}, {untold:?}");
        };
        check(&flat, &[]);
        check(&|place| Look { memory: 600.0 + number(place) * 4.0, ..flat(place) }, &["memory"]);
        check(&|place| Look { descriptors: 200.0 + number(place), ..flat(place) }, &["descriptors"]);
        check(&|place| Look { p99: number(place) * 10.0, ..flat(place) }, &["p99"]);
        check(&|place| Look { peak: (1_400 + 10 * place as u64) << 20, ..flat(place) }, &["resident"]);
        check(&|place| Look { turns: 300_000.0, ..flat(place) }, &["for a turn"]);
    }

    #[test]
    fn what_was_looked_at_too_shortly_is_not_told() {
        let check = |looks: usize, expected: &str| {
            let Verdict { wrong, untold } = judge(&(0..looks).map(flat).collect::<Vec<_>>());
            assert!(
                wrong.is_empty() && untold.iter().any(|it| it.contains(expected)),
                "{wrong:?}, {untold:?}"
            );
        };
        check(59, "there were 59 looks");
        check(60, "memory");
    }
}
