//! What does a store look like whose studio has run for long?
//!
//! Writes conversations of so many turns each (a message and its reply) into the folder of a store: through the same
//! calls as the studio's, in transactions as large as they may be. Threads of the connection `crm` have their numbers
//! as names, from 0.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use studio_core::dialogue::State;
use studio_store::{Accepted, Address, Settings, Store, StoreError, TurnOutcome};

use crate::turn::{ORGANISATION, arrival, turn};

/// The connection of all conversations.
pub const CONNECTION: &str = "crm";
/// Writers at once, and conversations in one transaction of each.
const WRITERS: usize = 4;
const BATCH: usize = 160;
/// Before another try to sweep.
const AGAIN: Duration = Duration::from_millis(20);

pub async fn fill(folder: PathBuf, conversations: usize, turns: usize) {
    let begun = Instant::now();
    let store = Store::open(&Settings::new(Address::Folder(folder))).await.expect("the store opens");
    let write = |writer| tokio::spawn(write(store.clone(), writer, conversations, turns));
    let writers: Vec<_> = (0..WRITERS).map(write).collect();
    for writer in writers {
        writer.await.expect("the writer ran");
    }
    store.project(&studio_store::testing::as_written).await.expect("counted");
    store.close().await;
    println!(
        "{conversations} conversations, {} messages in {:.0?}",
        conversations * turns * 2,
        begun.elapsed()
    );
}

/// Writes every `WRITERS`th batch of the conversations.
async fn write(store: Store, writer: usize, conversations: usize, turns: usize) {
    for first in (writer * BATCH..conversations).step_by(WRITERS * BATCH) {
        let threads = first..(first + BATCH).min(conversations);
        let mut states = vec![State::default(); threads.len()];
        for round in 0..turns {
            let version = u64::try_from(round).expect("a small number");
            let arrivals = threads
                .clone()
                .map(|thread| {
                    arrival(
                        CONNECTION,
                        "http",
                        thread.to_string(),
                        format!("fill-{thread}-{round}"),
                        at(thread, round),
                    )
                })
                .collect();
            let accepted = store.accept(ORGANISATION, arrivals).await.expect("accepted");
            let mut batch = Vec::with_capacity(states.len());
            for (accepted, state) in accepted.into_iter().zip(&mut states) {
                let Accepted::New(row) = accepted else { panic!("the folder holds a store already") };
                let turn = turn(&row, version, std::mem::take(state));
                *state = turn.state.clone();
                batch.push(turn);
            }
            let outcomes = store.commit_turns(ORGANISATION, &batch).await.expect("committed");
            assert!(outcomes.iter().all(|outcome| matches!(outcome, TurnOutcome::Committed { .. })));
        }
        if writer == 0 {
            sweep(&store).await;
        }
    }
    sweep(&store).await;
}

/// Two that sweep at once may find each other in the way.
async fn sweep(store: &Store) {
    loop {
        match store.sweep(ORGANISATION, &[]).await {
            Ok(()) => return,
            Err(StoreError::Busy { .. }) => tokio::time::sleep(AGAIN).await,
            Err(error) => panic!("swept: {error}"),
        }
    }
}

/// A minute between two turns, a second between two conversations.
fn at(thread: usize, round: usize) -> Timestamp {
    let begin = Timestamp::from_second(1_780_000_000).expect("a time");
    let seconds = i64::try_from(thread + round * 60).expect("not for so long");
    begin + SignedDuration::from_secs(seconds)
}
