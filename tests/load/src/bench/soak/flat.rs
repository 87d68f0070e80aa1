//! What was seen at one look, and is all of it flat?
//!
//! 1. Neighbouring looks go up and down together, with every table that is written: nine of them, a minute and a half, count once. Of what
//!    is held, memory, descriptors, threads, disk, the least of them counts, for that is what a leak raises; of waits, their median.
//! 2. What grows in an hour is the median of the slopes between any two of these (Theil and Sen), which a merge that lasts for long does not
//!    turn. Between which bounds it lies in nine of ten cases on either side is told by how many of those slopes differ (Kendall's rank test).
//! 3. Each slope has a limit. What is beyond it by the lower bound grows; what may be beyond it by the upper one is not told by so short a
//!    soak.
//! 4. A late step hardly turns the median of slopes. What stayed for the last four minutes higher than it ever was before, by more than may
//!    grow in an hour, is not told either: only what comes after shows whether it falls again.

use std::{fmt, time::Duration};

use super::number;
use crate::{bench::disk::Disk, pressure::CEILING, usage::Usage};

/// Looks that count once, and how many of these it takes to judge.
const TOGETHER: usize = 9;
const FEWEST: usize = 10;
/// How many of them are the end.
const LAST: usize = 3;
/// Thousandths of `n (n - 1) (2n + 5)` that are the square of what Kendall's sum of `n` reaches by chance in one of five cases: 1.28 standard
/// deviations, of which the square is an eighteenth of it.
const BY_CHANCE: usize = 91;
/// What may grow in an hour: memory in MB, of which some 800 are left below the ceiling; descriptors, of which a process has 1,024 at
/// least; and threads, which come and go with what is done beside the turns.
const MEMORY: f64 = 64.0;
const DESCRIPTORS: f64 = 8.0;
const THREADS: f64 = 16.0;
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
    /// The least since the look before.
    memory: f64,
    peak: u64,
    descriptors: f64,
    threads: f64,
    disk: f64,
    log: f64,
    segments: f64,
    p99: f64,
    turns: f64,
}

impl Look {
    pub const HEADS: [&str; 7] =
        ["least MB", "descriptors", "threads", "disk MB", "log MB", "segments", "p99 ms"];

    /// `least` bytes were resident since the look before.
    pub fn new(
        after: Duration,
        (usage, least): (Usage, u64),
        disk: Disk,
        p99: Duration,
        turns: usize,
    ) -> Self {
        let megabytes = |bytes: u64| number(usize::try_from(bytes >> 10).unwrap_or(usize::MAX)) / 1_024.0;
        Self {
            minute: after.as_secs_f64() / 60.0,
            memory: megabytes(least),
            peak: usage.peak,
            descriptors: number(usage.descriptors),
            threads: number(usage.threads),
            disk: megabytes(disk.bytes),
            log: megabytes(disk.log),
            segments: number(disk.segments),
            p99: p99.as_secs_f64() * 1e3,
            turns: number(turns),
        }
    }

    pub fn values(&self) -> [f64; Self::HEADS.len()] {
        [self.memory, self.descriptors, self.threads, self.disk, self.log, self.segments, self.p99]
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
    for measure in measures(seen) {
        let Measure { line, limit, .. } = measure;
        if line.low > limit {
            verdict.wrong.push(measure.to_string());
        } else if line.high > limit || line.risen > limit {
            verdict.untold.push(measure.to_string());
        }
    }
    verdict
}

/// Something that may grow, and by how much an hour.
#[derive(Debug)]
pub(super) struct Measure {
    what: &'static str,
    line: Line,
    limit: f64,
}

/// All that is judged.
pub(super) fn measures(seen: &[Look]) -> [Measure; 6] {
    let of_a_turn = |look: &Look| look.disk * 1_048_576.0 / look.turns.max(1.0);
    let of_a_gigabyte = |look: &Look| look.segments * 1_024.0 / look.disk.max(1.0);
    let measure =
        |what, line: Line, limit: &dyn Fn(f64) -> f64| Measure { what, line, limit: limit(line.middle) };
    [
        measure("memory in MB", Line::through(seen, least, |look| look.memory), &|_| MEMORY),
        measure("descriptors", Line::through(seen, least, |look| look.descriptors), &|_| DESCRIPTORS),
        measure("threads", Line::through(seen, least, |look| look.threads), &|_| THREADS),
        measure("p99 in ms", Line::through(seen, median, |look| look.p99), &|it| WAITS + it * WAITS_SHARE),
        measure("bytes on the disk for a turn", Line::through(seen, least, of_a_turn), &|it| it * DISK),
        measure("tables for a GB", Line::through(seen, least, of_a_gigabyte), &|it| it * SEGMENTS),
    ]
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, line, limit } = self;
        write!(f, "{what}: {line} an hour, {limit:.1} are allowed")?;
        if line.risen > *limit {
            write!(f, ", and {:.1} above all before at the end", line.risen)?;
        }
        Ok(())
    }
}

/// The line through what was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// In an hour.
    slope: f64,
    /// Between which it lies.
    low: f64,
    high: f64,
    /// The median of what was seen.
    middle: f64,
    /// By how much the end is above all before it; less than nothing where it is not.
    risen: f64,
}

impl Line {
    /// `together` makes one of what neighbouring looks saw.
    fn through(seen: &[Look], together: fn(Vec<f64>) -> f64, of: impl Fn(&Look) -> f64) -> Self {
        let point = |looks: &[Look]| {
            let hour = looks.iter().map(|look| look.minute).sum::<f64>() / number(looks.len()) / 60.0;
            (hour, together(looks.iter().map(&of).collect()))
        };
        Self::of(&seen.chunks_exact(TOGETHER).map(point).collect::<Vec<_>>())
    }

    /// Of points in the order of their time; flat and without doubt where there are too few.
    fn of(points: &[(f64, f64)]) -> Self {
        let middle = median(points.iter().map(|point| point.1).collect());
        let mut slopes = Vec::new();
        for (place, (x, y)) in points.iter().enumerate() {
            slopes.extend(points[..place].iter().map(|before| (y - before.1) / (x - before.0)));
        }
        slopes.sort_unstable_by(f64::total_cmp);
        let count = points.len();
        let chance = (count * count.saturating_sub(1) * (2 * count + 5) * BY_CHANCE / 1_000).isqrt();
        let (low, high) = (slopes.len().saturating_sub(chance) / 2, (slopes.len() + chance).div_ceil(2));
        let at =
            |place: usize| slopes.get(place.min(slopes.len().saturating_sub(1))).copied().unwrap_or_default();
        let (before, last) = points.split_at(count.saturating_sub(LAST));
        let highest = before.iter().map(|point| point.1).max_by(f64::total_cmp);
        let risen =
            highest.map_or(0.0, |highest| least(last.iter().map(|point| point.1).collect()) - highest);
        Self { slope: at(slopes.len() / 2), low: at(low), high: at(high), middle, risen }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1} ({:+.1} to {:+.1})", self.slope, self.low, self.high)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn least(values: Vec<f64>) -> f64 {
    values.into_iter().min_by(f64::total_cmp).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_most_pairs() {
        let line = |x: f64| (x, 3.0 * x + 7.0);
        let check = |points: &[(f64, f64)], slope: f64, (low, high): (f64, f64)| {
            let found = Line::of(points);
            let is_near = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
            assert!(
                is_near(found.slope, slope) && is_near(found.low, low) && is_near(found.high, high),
                "{found:?}"
            );
        };
        check(&[line(0.0), line(1.0), line(5.0)], 3.0, (3.0, 3.0));
        // One that is far off turns nothing, and is part of the doubt only where there are few.
        let mut points: Vec<_> = (0..20).map(|place| line(number(place))).collect();
        points[11].1 += 1_000.0;
        check(&points, 3.0, (3.0, 3.0));
        // Slopes of -3, 0 and 3.
        check(&[(0.0, 1.0), (1.0, -2.0), (2.0, 1.0)], 0.0, (-3.0, 3.0));
        check(&[(1.0, 2.0)], 0.0, (0.0, 0.0));
        check(&[], 0.0, (0.0, 0.0));
    }

    /// A look every ten seconds behind the first five minutes: memory rises by 140 MB with each table and falls again, and not always as far.
    fn flat(place: usize) -> Look {
        Look {
            minute: 5.0 + number(place) / 6.0,
            memory: 562.0 + number(place % 6) * 28.0 + number(place / 6 * 7 % 5) * 3.0,
            peak: 900 << 20,
            descriptors: 235.0 + number(place % 4),
            threads: 40.0 + number(place % 3),
            disk: number(place + 30) * 10.0,
            log: 64.0,
            segments: number(place + 30),
            p99: 10.0 + number(place % 7) * 30.0,
            turns: number(place + 30) * 10_000.0,
        }
    }

    /// By so many MB an hour.
    fn leaking(place: usize, megabytes: f64) -> Look {
        let look = flat(place);
        Look { memory: look.memory + megabytes * number(place) / 360.0, ..look }
    }

    /// What half an hour of it says.
    fn judged(of: impl Fn(usize) -> Look) -> Verdict {
        judge(&(0..150).map(of).collect::<Vec<_>>())
    }

    #[test]
    fn what_grows_is_told_within_half_an_hour_and_what_goes_up_and_down_is_not() {
        let check = |of: &dyn Fn(usize) -> Look, expected: &[&str]| {
            let Verdict { wrong, untold } = judged(of);
            let fits = wrong.len() == expected.len()
                && wrong.iter().zip(expected).all(|(sentence, expected)| sentence.contains(expected));
            assert!(fits && untold.is_empty(), "{wrong:?}, {untold:?}");
        };
        check(&flat, &[]);
        check(&|place| leaking(place, 30.0), &[]);
        check(&|place| leaking(place, 100.0), &["memory"]);
        // A table that stays for three minutes.
        let merging = |place: usize| if (60..78).contains(&place) { 400.0 } else { 0.0 };
        check(&|place| Look { memory: flat(place).memory + merging(place), ..flat(place) }, &[]);
        check(&|place| Look { descriptors: 200.0 + number(place / 6), ..flat(place) }, &["descriptors"]);
        check(&|place| Look { threads: 40.0 + number(place / 6), ..flat(place) }, &["threads"]);
        check(&|place| Look { p99: number(place) * 10.0, ..flat(place) }, &["p99"]);
        check(&|place| Look { peak: (1_400 + 10 * place as u64) << 20, ..flat(place) }, &["resident"]);
        check(&|place| Look { turns: 300_000.0, ..flat(place) }, &["for a turn"]);
    }

    #[test]
    fn what_was_looked_at_too_shortly_or_scatters_too_much_is_not_told() {
        let check = |seen: Verdict, expected: &str| {
            let Verdict { wrong, untold } = seen;
            assert!(
                wrong.is_empty() && untold.iter().any(|it| it.contains(expected)),
                "{wrong:?}, {untold:?}"
            );
        };
        check(judge(&(0..89).map(flat).collect::<Vec<_>>()), "there were 89 looks");
        let scattered = |place: usize| number(place / 9 * 37 % 11) * 20.0;
        check(judged(|place| Look { memory: 600.0 + scattered(place), ..flat(place) }), "memory");
    }

    /// Memory falls by 80 MB an hour, and rises by 300 MB behind a look.
    fn risen(place: usize, from: usize) -> Look {
        let look = leaking(place, -80.0);
        Look { memory: look.memory + if place >= from { 300.0 } else { 0.0 }, ..look }
    }

    #[test]
    fn a_step_is_not_told_to_be_flat_where_nothing_comes_after_it() {
        let Verdict { wrong, untold } = judged(|place| risen(place, 117));
        let is_told = |it: &String| it.starts_with("memory") && it.ends_with("above all before at the end");
        assert!(wrong.is_empty() && matches!(&untold[..], [it] if is_told(it)), "{wrong:?}, {untold:?}");
        // As long as a table is merged.
        let Verdict { wrong, untold } = judged(|place| risen(place, 132));
        assert!(wrong.is_empty() && untold.is_empty(), "{wrong:?}, {untold:?}");
    }
}
