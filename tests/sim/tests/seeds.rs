//! Do random histories keep every promise?

use studio_sim::{Tally, regressions, run, traced};

/// Seeds that every run of the tests tries; `make simulate` tries more.
const SEEDS: u64 = 200;

fn all_is_kept(seeds: impl IntoIterator<Item = u64>) -> Tally {
    let mut total = Tally::default();
    for seed in seeds {
        match run(seed) {
            Ok(tally) => total.add(&tally),
            Err(failure) => panic!("{failure}"),
        }
    }
    total
}

#[test]
fn two_hundred_histories_keep_every_promise() {
    let total = all_is_kept(1..=SEEDS);
    // What the histories are to be about happens in them.
    for (what, count) in total.counts() {
        assert!(count >= SEEDS / 2, "{what}: {count} in {SEEDS} histories");
    }
}

#[test]
fn what_failed_once_does_not_fail_again() {
    all_is_kept(regressions::seeds().expect("the file is in order"));
}

#[test]
fn a_seed_is_the_same_history_every_time() {
    for seed in [1, 2, 3, 4711] {
        let (first, second) = (traced(seed, None), traced(seed, None));
        assert!(first.trace.len() > 50, "{:?}", first.trace);
        assert_eq!(first.trace, second.trace);
        assert_eq!(first.outcome, second.outcome);
    }
    assert_ne!(traced(1, None).trace, traced(2, None).trace);
}
