//! What was seen at one look, and is all of it flat?
//!
//! The median of the last third of what was seen is compared with that of the first third, since most of it goes up and down
//! with every table that is written.

use std::{fmt, time::Duration};

use super::number;
use crate::{bench::disk::Disk, pressure::CEILING, usage::Usage};

/// Looks from which on it is judged.
pub(super) const FEWEST: usize = 30;
/// Memory may be more by this share in the end.
const MEMORY: f64 = 1.15;
/// Descriptors by so many.
const DESCRIPTORS: f64 = 16.0;
/// Waits may be so many times as long, and this much longer, in milliseconds.
const WAITS: f64 = 2.0;
const WAITS_ANYHOW: f64 = 20.0;
/// What a turn takes of the disk, by this share; and the tables so many times as many for each byte that they hold.
const DISK: f64 = 1.25;
const SEGMENTS: f64 = 1.5;

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

/// What is not flat, in sentences. Nothing is said of too few looks.
pub(super) fn judge(seen: &[Look]) -> Vec<String> {
    if seen.len() < FEWEST {
        return Vec::new();
    }
    let third = seen.len() / 3;
    let compare = |what: &str, of: fn(&Look) -> f64, limit: &dyn Fn(f64) -> f64| {
        let (first, last) = (median(&seen[..third], of), median(&seen[seen.len() - third..], of));
        let most = limit(first);
        (last > most).then(|| format!("{what}: {first:.1} at first, {last:.1} at last, at most {most:.1}"))
    };
    let peak = seen.iter().map(|look| look.peak).max().unwrap_or_default();
    [
        compare("memory in MB", |look| look.memory, &|first| first * MEMORY),
        compare("descriptors", |look| look.descriptors, &|first| first + DESCRIPTORS),
        compare("p99 in ms", |look| look.p99, &|first| first * WAITS + WAITS_ANYHOW),
        compare(
            "bytes on the disk for a turn",
            |look| look.disk * 1_048_576.0 / look.turns.max(1.0),
            &|first| first * DISK,
        ),
        compare("tables for a GB", |look| look.segments * 1_024.0 / look.disk.max(1.0), &|first| {
            first * SEGMENTS
        }),
        (peak > CEILING).then(|| format!("{} MiB were resident, {} are allowed", peak >> 20, CEILING >> 20)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn median(seen: &[Look], of: fn(&Look) -> f64) -> f64 {
    let mut values: Vec<f64> = seen.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Of the line through the points with the least squares; zero where there are too few.
pub(super) fn slope(points: &[(f64, f64)]) -> f64 {
    let count = number(points.len());
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    if spread > 0.0 {
        points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_the_line() {
        let line = |x: f64| (x, 3.0 * x + 7.0);
        assert!((slope(&[line(0.0), line(1.0), line(5.0)]) - 3.0).abs() < 1e-9);
        assert!(slope(&[(1.0, 2.0)]).abs() < 1e-9);
        assert!(slope(&[]).abs() < 1e-9);
    }

    #[test]
    fn what_grows_is_told_and_what_goes_up_and_down_is_not() {
        let flat = |place: usize| Look {
            minute: number(place),
            memory: 600.0 + number(place % 5) * 40.0,
            peak: 900 << 20,
            descriptors: 240.0,
            disk: number(place + 30) * 10.0,
            log: 64.0,
            segments: number(place + 30),
            p99: 10.0 + number(place % 7) * 30.0,
            turns: number(place + 30) * 10_000.0,
        };
        let check = |of: &dyn Fn(usize) -> Look, expected: &[&str]| {
            let seen: Vec<Look> = (0..60).map(of).collect();
            let wrong = judge(&seen);
            let fits = wrong.len() == expected.len()
                && wrong.iter().zip(expected).all(|(sentence, expected)| sentence.contains(expected));
            assert!(fits, "{wrong:?}");
        };
        check(&flat, &[]);
        check(&|place| Look { memory: 600.0 + number(place) * 4.0, ..flat(place) }, &["memory"]);
        check(&|place| Look { descriptors: 200.0 + number(place), ..flat(place) }, &["descriptors"]);
        check(&|place| Look { p99: number(place) * 10.0, ..flat(place) }, &["p99"]);
        check(&|place| Look { peak: (1_400 + 10 * place as u64) << 20, ..flat(place) }, &["resident"]);
        check(&|place| Look { turns: 300_000.0, ..flat(place) }, &["for a turn"]);
        assert!(judge(&[flat(1); 5]).is_empty());
    }
}
