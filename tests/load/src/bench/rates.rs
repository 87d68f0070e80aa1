//! How many turns a second, how long is the wait at each rate, and where does the time go?

use std::{path::Path, time::Duration};

use anyhow::Context as _;

use super::synced;
use crate::{
    aim::Aim,
    process::Program,
    table::{head, rounded, waits},
    turns::{Bench, Floor, HEADS, Measured, Profile, Rate, Stages},
};

/// The rate of the aim, and how long an acknowledgement may take there: 99 of 100.
const MOST: u32 = 4_000;
const ACKNOWLEDGED: Duration = Duration::from_millis(40);
/// Of what is offered so much is done where a rate is kept up: the last replies come behind the last message.
const KEPT_UP: f64 = 0.99;
const OF_FLOOR: f64 = 0.5;
/// The low rate of the aim, and how long a reply may take there: 99 of 100.
const LOW: u32 = 50;
const REPLIED: Duration = Duration::from_millis(5);

pub(super) async fn run(
    program: &Program,
    rates: &[u32],
    seconds: u32,
    connections: usize,
    floor: &Path,
) -> anyhow::Result<()> {
    println!("{}", head(&HEADS));
    let mut bench = Bench::start(program).await?;
    let (mut all, mut profile) = (Vec::new(), Vec::new());
    let mut before = Stages::of(&bench.stage.home).await?;
    for &messages in rates {
        let measured = bench.run(Rate { messages, seconds, connections }).await?;
        println!("{measured}");
        all.push(measured);
        let now = Stages::of(&bench.stage.home).await?;
        profile.push((messages, now.since(&before)));
        before = now;
    }
    bench.kill().await?;
    println!("\n{}\n", Profile(&profile));
    let synced = tokio::task::spawn_blocking(move || synced::twice(LOW, seconds)).await??;
    println!(
        "Floor of a reply at {LOW} a second, two writes to the disk, each synced, one after the other: {synced}"
    );
    let floor = straight(program, floor, seconds).await;
    let known = floor.as_ref().ok().copied();
    for aim in aims(&all, known) {
        println!("{aim}");
    }
    // Behind what was measured all the same.
    floor.map(drop).context("no floor")
}

/// Turns a second that are written straight; told beside what fewer and larger rows would make of them.
async fn straight(program: &Program, floor: &Path, seconds: u32) -> anyhow::Result<f64> {
    let floor = Floor::new(program, floor).await?;
    let each = floor.turns(seconds, "each").await?;
    let together = floor.turns(seconds, "together").await?;
    println!(
        "Floor, the rows of real turns written straight to the database: {} a second; with one row of the inbox and one of the outbox \
         for each transaction, {}",
        rounded(each),
        rounded(together)
    );
    Ok(each)
}

fn aims(all: &[Measured], floor: Option<f64>) -> [Aim; 3] {
    let at = |rate: u32| all.iter().find(|measured| measured.rate.messages == rate);
    let not_offered = |rate: u32| format!("{rate} a second were not offered");
    let best = all.iter().map(Measured::turns_per_second).fold(0.0, f64::max);
    let (what, wanted) = ("turns a second, and how soon 99 of 100 are acknowledged", "4,000 within 40 ms");
    let most = at(MOST).map_or_else(
        || Aim::skipped(what, wanted, not_offered(MOST)),
        |measured| {
            let (turns, wait) = (measured.turns_per_second(), measured.acknowledged.at(990));
            let is_met = measured.refused == 0 && turns >= f64::from(MOST) * KEPT_UP && wait <= ACKNOWLEDGED;
            Aim::measured(what, wanted, format!("{} within {}", rounded(turns), waits([wait])), is_met)
        },
    );
    let (what, wanted) = ("turns a second beside the floor", "0.5 of it");
    let of_floor = floor.map_or_else(
        || Aim::skipped(what, wanted, "the floor could not be measured"),
        |floor| {
            let said = format!("{:.2}: {} of {}", best / floor, rounded(best), rounded(floor));
            Aim::measured(what, wanted, said, best >= floor * OF_FLOOR)
        },
    );
    let (what, wanted) = ("a reply at 50 turns a second, 99 of 100", "within 5 ms");
    let low = at(LOW).map_or_else(
        || Aim::skipped(what, wanted, not_offered(LOW)),
        |measured| {
            let wait = measured.replied.at(990);
            Aim::measured(what, wanted, waits([wait]), wait <= REPLIED)
        },
    );
    [most, of_floor, low]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turns::Latency;

    fn measured(messages: u32, turns: usize, milliseconds: u64) -> Measured {
        let waits = Latency::of(vec![Duration::from_millis(milliseconds); turns]);
        Measured {
            rate: Rate { messages, seconds: 1, connections: 1 },
            acknowledged: waits.clone(),
            replied: waits,
            refused: 0,
            took: Duration::from_secs(1),
            per_turn: Duration::ZERO,
            sender: Duration::ZERO,
            resident: 0,
        }
    }

    #[test]
    fn aims_are_judged_by_the_rates_that_they_name() {
        let check = |all: &[Measured], floor: Option<f64>, expected: [&str; 3]| {
            let said = aims(all, floor).map(|aim| aim.to_string());
            for (said, expected) in said.iter().zip(expected) {
                assert!(said.starts_with("aim ") && said.contains(expected), "{said}, and not {expected}");
            }
        };
        let good = [measured(50, 50, 5), measured(4_000, 3_960, 40)];
        check(
            &good,
            Some(7_920.0),
            [
                "aim met | turns a second, and how soon 99 of 100 are acknowledged | 4,000 within 40 ms | 3,960 within 40.0 ms",
                "aim met | turns a second beside the floor | 0.5 of it | 0.50: 3,960 of 7,920",
                "aim met | a reply at 50 turns a second, 99 of 100 | within 5 ms | 5.0 ms",
            ],
        );
        let bad = [measured(50, 50, 6), measured(4_000, 3_959, 40)];
        check(&bad, Some(7_921.0), ["aim missed", "aim missed", "aim missed"]);
        check(&[measured(4_000, 4_000, 41)], None, ["aim missed", "aim skipped", "aim skipped"]);
        check(&[measured(1_000, 1_000, 1)], None, ["4000 a second were not offered", "", ""]);
    }
}
