//! How many turns a second does the store take?
//!
//! Each lane accepts a batch of messages of different conversations and commits their turns together; one
//! sweeper deletes what is done: what a turn costs the store from end to end.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use studio_core::dialogue::State;
use studio_store::{Accepted, Address, OutboxKey, Outgoing, Payload, Settings, Store, TurnOutcome};
use tokio::sync::mpsc;

use crate::turn::{ORGANISATION, answer, arrival, turn};

const CONVERSATIONS: usize = 200;

#[derive(Default)]
struct Measured {
    turns: usize,
    accept: Vec<Duration>,
    whole: Vec<Duration>,
}

pub async fn measure(lanes: usize, batch: usize, seconds: u64, folder: PathBuf) {
    let _ = std::fs::remove_dir_all(&folder);
    let settings = Settings::new(Address::Folder(folder.clone()));
    let store = Store::open(&settings).await.expect("the store opens");
    let until = Instant::now() + Duration::from_secs(seconds);
    let (sent, left) = mpsc::unbounded_channel();
    let sweeper = tokio::spawn(sweep(store.clone(), left));
    let run = |lane| tokio::spawn(run_lane(store.clone(), sent.clone(), lane, batch, until));
    let tasks: Vec<_> = (0..lanes).map(run).collect();
    drop(sent);
    let mut all = Measured::default();
    for task in tasks {
        let measured = task.await.expect("the lane ran");
        all.turns += measured.turns;
        all.accept.extend(measured.accept);
        all.whole.extend(measured.whole);
    }
    sweeper.await.expect("it swept");
    let begun = Instant::now();
    let counted = store.project(&studio_store::testing::as_written).await.expect("counted");
    let projected = begun.elapsed();
    store.close().await;
    println!(
        "{lanes} lanes, {batch} turns a transaction: {} turns/s, accept p50/p99 {}, whole p50/p99 {}; \
         {counted} turns counted in {projected:.1?}",
        all.turns as u64 / seconds.max(1),
        percentiles(&mut all.accept),
        percentiles(&mut all.whole),
    );
    let _ = std::fs::remove_dir_all(&folder);
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    format!("{:.1?}/{:.1?}", at(50), at(99))
}

/// As the studio does: beside the turns, many rows at once.
async fn sweep(store: Store, mut left: mpsc::UnboundedReceiver<OutboxKey>) {
    let mut keys = Vec::new();
    while left.recv_many(&mut keys, usize::MAX).await > 0 {
        store.sweep(ORGANISATION, &std::mem::take(&mut keys)).await.expect("swept");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn run_lane(
    store: Store,
    sent: mpsc::UnboundedSender<OutboxKey>,
    lane: usize,
    batch: usize,
    until: Instant,
) -> Measured {
    let mut measured = Measured::default();
    let mut states: BTreeMap<String, (u64, State)> = BTreeMap::new();
    let mut round = 0;
    while Instant::now() < until {
        let begun = Instant::now();
        let arrivals = (0..batch).map(|n| {
            let thread = format!("{lane}-{}", (round * batch + n) % CONVERSATIONS.max(batch));
            let native = format!("{thread}/{round}");
            arrival("web", "web", thread, native, at())
        });
        let accepted = store.accept(ORGANISATION, arrivals.collect()).await.expect("accepted");
        measured.accept.push(begun.elapsed());
        let mut turns = Vec::with_capacity(batch);
        for accepted in accepted {
            let Accepted::New(row) = accepted else { continue };
            let (version, state) = states.get(&row.thread).cloned().unwrap_or_default();
            let mut turn = turn(&row, version, state);
            let payload = Payload::Message(answer());
            turn.outgoing =
                vec![Outgoing { sequence: turn.state.sequence, lease: 0, payload, not_before: at() }];
            states.insert(row.thread.clone(), (version + 1, turn.state.clone()));
            turns.push(turn);
        }
        let outcomes = store.commit_turns(ORGANISATION, &turns).await.expect("committed");
        for outcome in outcomes {
            match outcome {
                TurnOutcome::Committed { outbox, .. } => {
                    for row in outbox {
                        sent.send(row.key).expect("it sweeps");
                    }
                }
                other => panic!("not committed: {other:?}"),
            }
        }
        measured.whole.push(begun.elapsed());
        measured.turns += turns.len();
        round += 1;
    }
    measured
}

fn at() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}
