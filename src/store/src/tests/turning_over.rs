//! Is what is committed while the engine turns over to a new memory table, and to a new log with it, there after a kill?
//!
//! Where one of these fails: was `tools/setup-engine` run for this version (docs/decisions/0011-turned-over.md)?

use std::{fs, path::Path, time::Duration};

use futures::future::join_all;
use surrealkv::Tree;

use super::repairing::{engine, has, kill, put};
use crate::testing::run;

const MEMORY: usize = 256 << 10;
/// Some twenty fill the memory.
const BYTES: usize = 10_000;

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, |files| files.flatten().count())
}

/// Until the log of each table is gone, and with it all that stands in it alone.
async fn written(home: &Path) {
    while files(&home.join("sstables")) == 0 || files(&home.join("wal")) > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn lost(tree: &Tree, keys: &[String]) -> Vec<String> {
    keys.iter().filter(|key| !has(tree, key)).cloned().collect()
}

#[test]
fn what_is_committed_while_a_table_is_begun_is_there_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        for writers in [1, 7] {
            let (first, second) =
                (home.join(format!("first-{writers}")), home.join(format!("second-{writers}")));
            let tree = engine(&first, MEMORY);
            let keys: Vec<String> = (0..35).map(|number| format!("key {number}")).collect();
            let work = keys.chunks(keys.len() / writers).map(async |keys| {
                for key in keys {
                    put(&tree, key, BYTES).await;
                }
            });
            join_all(work).await;
            written(&first).await;
            kill(&first, &second);
            assert_eq!(lost(&engine(&second, MEMORY), &keys), Vec::<String>::new(), "{writers} writers");
        }
    });
}

/// A log may hold more than the memory: it was written with more of it, or one commit too many stands in it.
#[test]
fn a_log_larger_than_the_memory_outlives_two_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let [first, second, third] = ["first", "second", "third"].map(|name| home.join(name));
        let tree = engine(&first, 8 << 20);
        let mut keys: Vec<String> = (0..100).map(|number| format!("before {number}")).collect();
        for key in &keys {
            put(&tree, key, BYTES).await;
        }
        kill(&first, &second);
        let tree = engine(&second, MEMORY);
        assert!(files(&second.join("sstables")) > 0, "it all fits");
        put(&tree, "after", 5).await;
        kill(&second, &third);
        keys.push("after".to_owned());
        assert_eq!(lost(&engine(&third, MEMORY), &keys), Vec::<String>::new());
    });
}
