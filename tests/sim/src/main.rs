//! Histories by hand: `make simulate SEEDS=10000 FIRST=1`.

use std::{process::ExitCode, time::Instant};

use clap::{Parser, ValueEnum as _};
use studio_sim::{Sabotage, Tally, traced};

/// Seeds between two lines of progress.
const SPARSELY: u64 = 1_000;

/// Runs random histories of a studio that crashes, and checks what must be true after every step.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds are run
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Prints all that happens, with few seeds best
    #[arg(long)]
    trace: bool,
    /// Lets the studio do this one thing wrong
    #[arg(long, value_enum)]
    sabotage: Option<Sabotage>,
    /// Prints the first of the seeds that finds each sabotage, as lines of `tests/sim/regressions`
    #[arg(long, conflicts_with_all = ["trace", "sabotage"])]
    sabotages: bool,
}

fn main() -> ExitCode {
    let Arguments { seeds, first, trace, sabotage, sabotages } = Arguments::parse();
    if sabotages {
        return found(&(1..=seeds).zip(first..).map(|(_, seed)| seed));
    }
    let begun = Instant::now();
    let mut total = Tally::default();
    for (count, seed) in (1..=seeds).zip(first..) {
        let run = traced(seed, sabotage);
        if trace {
            run.trace.iter().for_each(|line| println!("{line}"));
        }
        match run.outcome {
            Ok(tally) => total.add(&tally),
            Err(failure) => {
                println!("{failure}");
                println!(
                    "the same again: studio-sim --first {seed} --seeds 1; check it in: tests/sim/regressions"
                );
                return ExitCode::FAILURE;
            }
        }
        if count % SPARSELY == 0 {
            eprintln!("{count} seeds in {} s", begun.elapsed().as_secs());
        }
    }
    println!("{seeds} seeds from {first} in {:.1} s, nothing found", begun.elapsed().as_secs_f64());
    println!("{total}");
    ExitCode::SUCCESS
}

/// Prints the first of these seeds that finds each sabotage, and what it finds.
fn found(seeds: &(impl Iterator<Item = u64> + Clone)) -> ExitCode {
    let mut are_all = true;
    for sabotage in Sabotage::ALL {
        let name = sabotage.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        if let Some(failure) = seeds.clone().find_map(|seed| traced(seed, Some(sabotage)).outcome.err()) {
            let broken = failure.broken.first().map(|(_, violation)| violation.to_string());
            println!("{:<7} {name:<18} # {}", failure.seed, broken.unwrap_or_default());
        } else {
            are_all = false;
            println!("# {name} is not found");
        }
    }
    if are_all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
