//! What fails, hangs or crawls is dealt with while all others go on. `make trials` tries the rest as well.

use std::{
    io::{Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

use studio_load::{
    process::Program,
    trials::{self, Outcome, TRIALS},
};

use crate::support::{Home, Running, http_client::runtime};

fn tried(name: &str) -> Outcome {
    let program = Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() };
    let trial = TRIALS.iter().find(|trial| trial.name == name).expect("there is such a trial");
    let outcome = runtime().block_on(trials::run(trial, &program)).expect("it recovers");
    assert!(outcome.is_clean(), "{outcome}");
    outcome
}

#[test]
fn a_disk_that_refuses_a_write_costs_no_acknowledged_message() {
    assert!(tried("store-full").ended);
    assert!(tried("sync-fails").ended);
}

#[test]
fn a_studio_without_file_descriptors_goes_on_when_there_are_some() {
    tried("descriptors");
}

#[test]
fn a_thought_without_end_costs_its_event_alone() {
    assert!(!tried("thought-hangs").ended);
    assert!(!tried("search-hangs").ended);
}

#[test]
fn a_line_that_cannot_be_logged_costs_nothing_else() {
    assert!(!tried("log-full").ended);
}

#[test]
fn a_bot_is_published_while_the_disk_of_the_index_is_full() {
    assert!(!tried("index-full").ended);
}

#[test]
fn a_service_that_never_answers_is_given_up() {
    tried("call-hangs");
}

#[test]
fn a_body_of_a_byte_a_second_is_cut_off() {
    tried("slow-body");
}

/// How long the studio takes to say that it is alive.
fn asked(mut stream: impl Read + Write) -> Duration {
    let begun = Instant::now();
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("alive"), "{answer}");
    begun.elapsed()
}

fn connect(studio: &Running) -> TcpStream {
    TcpStream::connect(studio.address.trim_start_matches("http://")).expect("the system takes it")
}

#[test]
fn whoever_comes_to_a_full_house_waits_and_its_owner_does_not() {
    let home = Home::new();
    let settings = [("STUDIO_SERVER_CONNECTIONS", "3"), ("STUDIO_SERVER_PATIENCE", "3s")];
    let studio = home.start_with(&settings);
    let held: Vec<TcpStream> = (0..3).map(|_| connect(&studio)).collect();
    // All three are taken in by then.
    std::thread::sleep(Duration::from_millis(300));
    let owner = UnixStream::connect(home.path().join("data/studio.sock")).expect("it listens");
    let owner_waited = asked(owner);
    let waited = asked(connect(&studio));
    assert!(waited > Duration::from_secs(1) && waited > owner_waited, "{waited:?} and {owner_waited:?}");
    drop(held);
}
