//! Where the time of a turn goes is told.

use studio_load::{
    process::Program,
    turns::{Bench, Rate, Stages},
};

use crate::support::http_client::runtime;

const STAGES: [&str; 6] = ["gathered", "stored", "woken", "thought", "committed", "handed_over"];

#[test]
fn each_stage_of_each_turn_is_counted_once() {
    let program = Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() };
    runtime().block_on(async {
        let mut bench = Bench::start(&program).await.expect("it starts");
        let before = Stages::of(&bench.stage.home).await.expect("figures");
        let measured = bench.run(Rate { messages: 20, seconds: 2, connections: 4 }).await.expect("answered");
        assert_eq!((measured.refused, measured.replied.count()), (0, 40));
        let seen = Stages::of(&bench.stage.home).await.expect("figures").since(&before);
        // The last reply is heard before the studio knows that it was; and one that is tried again is not counted.
        let counts = STAGES.map(|stage| seen.count(stage));
        assert_eq!(counts[..5], [40; 5], "{counts:?}");
        assert!((1..=40).contains(&counts[5]), "{counts:?}");
        assert!(STAGES.iter().all(|stage| !seen.at(stage, 990).is_zero()), "{seen:?}");
        bench.kill().await.expect("killed");
    });
}
