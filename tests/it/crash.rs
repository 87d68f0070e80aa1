//! Kills under load, and nothing is lost. `make crash KILLS=1000` goes on where this ends.

use studio_load::{
    crash::{Options, run},
    process::Program,
    tally::Tally,
};

use crate::support::http_client::runtime;

fn program() -> Program {
    Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() }
}

/// Nothing is found, and enough was done for that to say something (`tests/load/src/crash/least.rs`).
fn finds_nothing(options: &Options) -> Tally {
    let tally = runtime().block_on(run(options, |_| {})).expect("the studio starts each time");
    println!("{tally}");
    assert!(tally.is_clean(), "{tally}");
    tally
}

#[test]
fn fifty_kills_under_load_lose_nothing_and_double_nothing() {
    let tally = finds_nothing(&Options::new(program(), 50, 1));
    assert!(tally.compared.heard > tally.compared.acknowledged, "{tally}");
}

/// `make crash-channels KILLS=1000` goes on where this ends.
#[test]
fn ten_kills_while_people_talk_on_all_channels_lose_nothing_and_double_nothing() {
    let tally = finds_nothing(&Options { round: 5, channels: true, ..Options::new(program(), 10, 1) });
    let ways = &tally.on_platforms.ways;
    assert!(ways.len() == 7 && ways.values().all(|acknowledged| *acknowledged > 0), "{tally}");
}
