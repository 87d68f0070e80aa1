//! More than can be worked off, in small numbers: nothing acknowledged is lost. `make pressure` goes on where this ends.

use studio_load::{
    pressure::{Outcome, Scenario, Size},
    process::Program,
};

use crate::support::http_client::runtime;

const SMALL: Size = Size { flood: 600, crowd: 40, sockets: 8, seconds: 4, inbox: 100 };

fn holds(scenario: Scenario) -> Outcome {
    holds_in(scenario, SMALL)
}

fn holds_in(scenario: Scenario, size: Size) -> Outcome {
    let program = Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() };
    let outcome = runtime().block_on(scenario.run(&program, size)).expect("the studio goes on");
    assert!(outcome.is_clean() && outcome.acknowledged > 0 && outcome.usual > 0.0, "{outcome}");
    outcome
}

#[test]
fn a_flood_of_one_conversation_is_refused_and_disturbs_no_other() {
    let outcome = holds(Scenario::Flood);
    assert!(outcome.refused > 0, "{outcome}");
}

#[test]
fn a_flood_that_comes_again_as_it_is_told_to_is_stored_to_its_last_message() {
    // Who is told to come again does so two seconds later, when a tenth of these may wait: some thirty seconds at most.
    let outcome = holds_in(Scenario::Resent, Size { flood: 300, inbox: 200, ..SMALL });
    assert!(outcome.refused > 0, "{outcome}");
}

#[test]
fn a_crowd_is_served_in_the_end() {
    let outcome = holds(Scenario::Crowd);
    assert_eq!(outcome.acknowledged, outcome.offered, "{outcome}");
}

#[test]
fn an_overload_is_shed_and_what_was_begun_goes_on() {
    let outcome = holds(Scenario::Overload);
    assert!(outcome.refused > 0, "{outcome}");
}

#[test]
fn replies_that_nobody_takes_are_bounded_and_heard_in_the_end() {
    let outcome = holds(Scenario::Unheard);
    assert!(outcome.refused > 0, "{outcome}");
}

#[test]
fn a_stop_under_load_ends_in_time_and_loses_nothing() {
    holds(Scenario::Stop);
}
