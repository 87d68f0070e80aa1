//! How many threads do the models take? They are libtorch's, and of the whole process.

use std::{env, process::Command, thread};

use super::*;

/// Set in a process that has no other test: the threads that its first model wants.
const WANTED: &str = "STUDIO_TEST_THREADS";

#[test]
fn the_settings_choose_among_the_cores() {
    let check = |wanted: usize, cores: usize, expected: usize| {
        assert_eq!(threads_of(wanted, cores), expected, "{wanted} of {cores}");
    };
    check(0, 1, 1);
    check(0, 8, 8);
    check(1, 8, 1);
    check(3, 8, 3);
    check(9, 8, 8);
}

#[test]
fn the_first_model_sets_the_threads_and_no_other_sets_them_again() {
    if let Ok(wanted) = env::var(WANTED) {
        return sets_them_once(wanted.parse().unwrap());
    }
    let name = "service::tests::threads::the_first_model_sets_the_threads_and_no_other_sets_them_again";
    for (wanted, expected) in [(1_usize, 1), (0, cores())] {
        let output = Command::new(env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture", "--test-threads=1"])
            .env(WANTED, wanted.to_string())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{output:?}");
        assert!(told.contains(&format!("in force: {expected} and 1")), "{told}");
    }
}

/// In every thread, the one that owns a network among them.
fn in_force() -> (i32, i32) {
    thread::spawn(|| (tch::get_num_threads(), tch::get_num_interop_threads())).join().unwrap()
}

fn sets_them_once(wanted: usize) {
    let start = |threads| runtime(Settings { threads, ..patient() });
    let (first, _) = start(wanted);
    let set = in_force();
    println!("in force: {} and {}", set.0, set.1);
    // libtorch panics over threads between operations that are set a second time.
    let (second, _) = start(usize::from(wanted != 1));
    assert_eq!(in_force(), set);
    for model in [first, second] {
        assert_eq!(*model.embed_now("hello").unwrap(), [5.0]);
    }
}
