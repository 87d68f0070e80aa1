//! Does the embedded engine stand still where a range is read while a table is written?

use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use surrealkv::{Durability, Tree, TreeBuilder};

/// Of reading and writing. As it is published the engine does not come to the end of it.
const BUSY: Duration = Duration::from_secs(4);
/// Longest that the slowest machine may take beyond that.
const PATIENCE: Duration = Duration::from_mins(1);
const READERS: usize = 6;

/// Writes tables all the time, and reads ranges beside that.
async fn be_busy(tree: Tree, until: Instant) -> usize {
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let tree = tree.clone();
            tokio::task::spawn_blocking(move || {
                while Instant::now() < until {
                    let transaction = tree.begin().expect("begun");
                    let _ = transaction.range(&b"a"[..], &b"b"[..]).expect("a range");
                }
                // Each that is dropped closes it: they are kept until it is closed once.
                tree
            })
        })
        .collect();
    let mut written = 0;
    while Instant::now() < until {
        let mut transaction = tree.begin().expect("begun");
        transaction.set_durability(Durability::Eventual);
        transaction.set(format!("a{written:09}").as_bytes(), &[7; 16 << 10]).expect("set");
        transaction.commit().await.expect("committed");
        written += 1;
    }
    let read = futures::future::join_all(readers).await;
    tree.close().await.expect("closed");
    assert!(read.iter().all(Result::is_ok), "a reader failed");
    written
}

#[test]
fn ranges_are_read_while_tables_are_written() {
    let (done, heard) = channel();
    // Threads that stand still are left where they are.
    thread::spawn(move || {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build();
        let written = runtime.expect("a runtime").block_on(async {
            let builder = TreeBuilder::new().with_path(folder.path().to_owned());
            let tree = builder.with_max_memtable_size(256 << 10).build().expect("opened");
            be_busy(tree, Instant::now() + BUSY).await
        });
        done.send(written)
    });
    match heard.recv_timeout(BUSY + PATIENCE) {
        Ok(written) => assert!(written > 100, "{written} were written: too few for tables"),
        Err(RecvTimeoutError::Timeout) => {
            panic!("it stands still: was tools/setup-engine run for this version?")
        }
        Err(RecvTimeoutError::Disconnected) => panic!("it failed"),
    }
}
