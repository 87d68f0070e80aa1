//! Kills under load, and nothing is lost. `make crash KILLS=1000` goes on where this ends.

use studio_load::{
    crash::{Options, run},
    phase::Phase,
    process::Program,
};

use crate::support::http_client::runtime;

fn program() -> Program {
    Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() }
}

#[test]
fn fifty_kills_under_load_lose_nothing_and_double_nothing() {
    let options = Options::new(program(), 50, 1);
    let tally = runtime().block_on(run(&options, |_| {})).expect("the studio starts each time");
    println!("{tally}");
    assert!(tally.is_clean(), "{tally}");
    // Otherwise nothing was tested.
    let (acknowledged, heard) = (tally.compared.acknowledged, tally.compared.heard);
    assert!(tally.kills == 50 && acknowledged > 200 && heard > acknowledged, "{tally}");
    assert!(tally.compared.acts > 50 && tally.audits == 1, "{tally}");
    assert!(tally.forgotten > 20, "{tally}");
    assert!(tally.compared.waits > 3 && tally.compared.calls > 10, "{tally}");
    let starting = tally.fell_in(&Phase::OF_START);
    let stopping = tally.fell_in(&[Phase::Stopping, Phase::Closing, Phase::Stopped]);
    assert!(starting > 5 && stopping > 0 && tally.at_work > 10 && tally.tables > 0, "{tally}");
}

/// `make crash-channels KILLS=1000` goes on where this ends.
#[test]
fn ten_kills_while_people_talk_on_all_channels_lose_nothing_and_double_nothing() {
    let options = Options { round: 5, channels: true, ..Options::new(program(), 10, 1) };
    let tally = runtime().block_on(run(&options, |_| {})).expect("the studio starts each time");
    println!("{tally}");
    assert!(tally.is_clean(), "{tally}");
    let platforms = &tally.on_platforms;
    let (conversations, acknowledged) = (platforms.conversations, platforms.acknowledged);
    assert!(tally.kills == 10 && conversations >= 2 * 6 * 2 && acknowledged > 2 * 6 * 2, "{tally}");
    assert!(
        platforms.ways.len() == 6 && platforms.ways.values().all(|acknowledged| *acknowledged > 0),
        "{tally}"
    );
    assert!(tally.corrected > 0, "{tally}");
    assert!(platforms.pressed > 0 && platforms.forms > 0 && platforms.files > 0, "{platforms:?}");
}
