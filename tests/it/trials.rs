//! What fails, hangs or crawls is dealt with while all others go on. `make trials` tries the rest as well.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::{fs::MetadataExt as _, net::UnixStream},
    time::{Duration, Instant},
};

use studio_load::{
    database::Engine,
    faults::Faults,
    ledger::Ledger,
    process::{self, Program},
    receiver,
    trials::{self, TRIALS},
};

use crate::support::{Home, Running, http_client::runtime};

fn program() -> Program {
    Program { binary: env!("CARGO_BIN_EXE_studio").into(), environment: Vec::new() }
}

fn tried(name: &str) {
    let trial = TRIALS.iter().find(|trial| trial.name == name).expect("there is such a trial");
    let outcome =
        runtime().block_on(trials::run(trial, &program(), &Engine::SurrealKv)).expect("it recovers");
    assert!(outcome.is_clean(), "{outcome}");
}

/// Without what only such a build has, three trials would find nothing that hangs.
#[test]
fn a_development_build_says_that_it_is_one() {
    let told = runtime().block_on(program().is_development_build()).expect("it tells its version");
    assert_eq!(told, cfg!(debug_assertions));
}

#[test]
fn a_disk_that_refuses_a_write_costs_no_acknowledged_message() {
    tried("store-full");
    tried("sync-fails");
}

#[test]
fn a_disk_that_refuses_a_write_during_a_stop_ends_it_at_once() {
    tried("full-while-stopping");
    tried("sync-fails-while-stopping");
}

#[test]
fn a_table_that_cannot_be_written_while_the_store_is_closed_is_told() {
    tried("full-while-closing");
}

#[test]
fn a_store_that_is_not_closed_in_time_is_told_and_loses_nothing() {
    tried("closing-hangs");
}

/// A repeat is acknowledged from what stands there, without another commit.
#[test]
fn what_a_kill_left_in_the_log_is_on_the_disk_before_anything_is_acknowledged_from_it() {
    runtime().block_on(async {
        let receiver = receiver::start(Ledger::default()).await.expect("a receiver");
        let home = studio_load::home::Home::new(receiver, "").expect("a home");
        let faults = Faults::new(&home).expect("a library");
        let program = Program { environment: faults.environment(), ..program() };
        let run_and_kill = async || {
            let mut studio = process::Studio::start(&program, &home).expect("started");
            studio.ready(&home).await.expect("ready");
            studio.kill(&home).await.expect("killed");
        };
        run_and_kill().await;
        let logs = fs::read_dir(home.store().join("wal")).expect("a log");
        let newest = logs.flatten().map(|file| file.path()).max().expect("a file");
        let left = fs::metadata(newest).expect("a file");
        // Which syncs there were is forgotten: the kill came between the write and the sync.
        let synced = home.path().join("faults/synced");
        fs::write(&synced, "").expect("written");
        run_and_kill().await;
        let inode = format!("{} ", left.ino());
        let synced = fs::read_to_string(synced).expect("the library tells");
        let first = synced.lines().find_map(|line| line.strip_prefix(&inode)?.parse::<u64>().ok());
        let first = first.expect("the log was synced");
        assert!(first <= left.len(), "{first} bytes at the first sync, {} taken over", left.len());
    });
}

#[test]
fn a_studio_without_file_descriptors_goes_on_when_there_are_some() {
    tried("descriptors");
}

#[test]
fn a_thought_without_end_costs_its_event_alone() {
    tried("thought-hangs");
    tried("search-hangs");
}

#[test]
fn a_studio_that_lost_too_many_threads_ends_and_goes_on_when_it_is_started_again() {
    tried("threads-lost");
}

#[test]
fn a_clock_that_is_wrong_costs_what_is_signed_and_nothing_else() {
    tried("clock-back");
}

#[test]
fn a_timer_comes_at_once_when_the_clock_jumps_beyond_it_and_once() {
    tried("clock-forward");
}

#[test]
fn a_timer_that_was_set_while_the_clock_was_ahead_comes_later_and_once() {
    tried("clock-ahead");
}

#[test]
fn a_line_that_cannot_be_logged_costs_nothing_else_and_is_counted() {
    tried("log-full");
}

#[test]
fn a_bot_is_published_while_the_disk_of_the_index_is_full() {
    tried("index-full");
}

#[test]
fn what_is_said_is_found_while_the_disk_of_its_index_is_full() {
    tried("messages-full");
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
    let said = studio.said();
    assert!(said.contains("server.connections.full"), "{said}");
}
