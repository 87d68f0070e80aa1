//! Fifty kills under load, and nothing is lost. `make crash KILLS=1000` goes on where this ends.

use studio_load::{
    crash::{Options, run},
    process::Program,
};

use crate::support::http_client::runtime;

#[test]
fn fifty_kills_under_load_lose_nothing_and_double_nothing() {
    let program = Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() };
    let options = Options { program, kills: 50, seed: 1, round: 10 };
    let tally = runtime().block_on(run(&options, |_| {})).expect("the studio starts each time");
    assert!(tally.is_clean(), "{tally}");
    // Otherwise nothing was tested.
    assert!(tally.kills == 50 && tally.acknowledged > 200 && tally.heard > tally.acknowledged, "{tally}");
}
