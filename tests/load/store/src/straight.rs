//! What can be had of a filled store at best, without a studio? The messages of a conversation read straight, and the rows of turns written
//! straight ([`floor`](crate::floor)), by the same embedded database on the same rows.

use std::{path::PathBuf, sync::Arc, time::Duration};

use studio_core::id::ConversationId;
use studio_store::{Address, Settings, Store};
use surrealdb::types::{Object, object};
use tokio::time::Instant;

use crate::{
    fill::CONNECTION,
    floor::{Rows, Way, turns},
    turn::ORGANISATION,
};

/// Conversations that are read, far from each other.
const READS: usize = 300;
const APART: usize = 7_919;
const READ: &str = "SELECT entries, id FROM type::record(turn:[$organisation, $conversation, 0]>..\
                    [$organisation, $conversation, []]) ORDER BY id LIMIT 50";

/// Of a folder that `fill` has filled with so many conversations. Says turns a second, and the median and the 99th of 100 reads in
/// microseconds.
pub async fn measure(rows: Arc<Rows>, way: Way, seconds: u64, folder: PathBuf, conversations: usize) {
    let store = Store::open(&Settings::new(Address::Folder(folder))).await.expect("it opens");
    let mut waits = Vec::with_capacity(READS);
    for number in 0..READS {
        waits.push(read(&store, number * APART % conversations.max(1)).await);
    }
    waits.sort_unstable();
    let [half, most] = [READS / 2, READS * 99 / 100].map(|place| waits[place].as_micros());
    let turns = turns(&store, &rows, way, seconds).await;
    println!("straight {} turns/s, reads {half} {most} µs", turns / seconds.max(1));
    store.close().await;
}

async fn read(store: &Store, thread: usize) -> Duration {
    let bind = of(thread);
    let begun = Instant::now();
    store.run_as_it_is(READ, bind).await.expect("read");
    begun.elapsed()
}

fn of(thread: usize) -> Object {
    let conversation = ConversationId::of_thread(ORGANISATION, CONNECTION, &thread.to_string());
    object! { organisation: ORGANISATION.to_string(), conversation: conversation.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::fill;

    #[test]
    fn what_is_read_straight_are_the_turns_of_a_filled_conversation() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_owned();
        let counted: &'static str =
            Box::leak(format!("IF array::len(({READ})) != 2 {{ THROW 'not two turns' }}").into_boxed_str());
        studio_store::testing::run(async move {
            fill(path.clone(), 3, 2).await;
            let store = Store::open(&Settings::new(Address::Folder(path))).await.expect("it opens");
            for thread in 0..3 {
                store.run_as_it_is(counted, of(thread)).await.expect("both of its turns are read");
                read(&store, thread).await;
            }
            assert!(store.run_as_it_is(counted, of(3)).await.is_err(), "nobody filled that one");
            store.close().await;
        });
    }
}
