//! Does anything grow that should not?
//!
//! Half of the most that the studio can, for long. Every ten seconds it is looked at, and after the first five minutes
//! a line is laid through what was seen: its slope says what grows. The disk must: every turn is kept.

use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::{CONNECTIONS, disk::Disk};
use crate::{
    process::Program,
    turns::{Bench, Measured, Rate},
    usage::Usage,
};

/// Between two looks, in seconds.
const EVERY: u32 = 10;
/// Before this nothing is taken to be flat.
const WARM: Duration = Duration::from_mins(5);
/// Offered at first, to find the most that it can.
const MOST: Rate = Rate { messages: 8_000, seconds: 10, connections: CONNECTIONS };

/// What is looked at, each with its unit.
const SEEN: [&str; 6] = ["memory MB", "descriptors", "disk MB", "log MB", "segments", "p99 ms"];

pub async fn run(program: &Program, minutes: u32, rate: Option<u32>) -> anyhow::Result<()> {
    let messages = match rate {
        Some(rate) => rate,
        None => half_of_the_most(program).await?,
    };
    let mut bench = Bench::start(program).await?;
    println!("{messages} messages a second for {minutes} minutes");
    println!("minute  turns/s  {}  refused", SEEN.join("  "));
    let rate = Rate { messages, seconds: EVERY, connections: CONNECTIONS };
    let begun = Instant::now();
    let mut seen: Vec<(f64, [f64; SEEN.len()])> = Vec::new();
    while begun.elapsed() < Duration::from_mins(minutes.into()) {
        let measured = bench.run(rate).await?;
        let minute = begun.elapsed().as_secs_f64() / 60.0;
        let looked = look(&bench, &measured)?;
        if begun.elapsed() > WARM || minutes <= 5 {
            seen.push((minute, looked));
        }
        let columns =
            SEEN.iter().zip(looked).map(|(head, value)| format!("{value:>width$.1}", width = head.len()));
        let columns: Vec<String> = columns.collect();
        println!(
            "{minute:>6.1} {:>8.0}  {}  {:>7}",
            measured.turns_per_second(),
            columns.join("  "),
            measured.refused
        );
    }
    println!("slopes after the first five minutes, an hour:");
    for (place, head) in SEEN.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            seen.iter().map(|(minute, looked)| (minute / 60.0, looked[place])).collect();
        println!("{head:>12} {:>+10.1}", slope(&points));
    }
    bench.kill().await?;
    Ok(())
}

async fn half_of_the_most(program: &Program) -> anyhow::Result<u32> {
    let mut bench = Bench::start(program).await?;
    let most = bench.run(MOST).await?.turns_per_second();
    bench.kill().await?;
    println!("most turns a second: {most:.0}");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is a small, positive number"
    )]
    Ok((most / 2.0) as u32)
}

fn look(bench: &Bench, measured: &Measured) -> anyhow::Result<[f64; SEEN.len()]> {
    let usage = Usage::of(bench.studio.pid().context("the studio has ended")?)?;
    let disk = Disk::of(&bench.stage.home.store())?;
    let megabytes = |bytes: u64| number(bytes >> 10) / 1_024.0;
    Ok([
        megabytes(usage.resident),
        number(usage.descriptors as u64),
        megabytes(disk.bytes),
        megabytes(disk.log),
        number(disk.segments as u64),
        measured.acknowledged.at(990).as_secs_f64() * 1e3,
    ])
}

fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Of the line through the points with the least squares; zero where there are too few.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = number(points.len() as u64);
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
}
