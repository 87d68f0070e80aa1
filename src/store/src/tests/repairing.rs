//! What a killed process left of the engine's log does not cost the next run.

use std::{fs, path::Path};

use surrealdb::types::{array, object};

use super::scene::in_folder;
use crate::{Address, Settings, Store, keys::record, log_tail, testing::run, transact::Probe};

const LOG: &str = "wal/00000000000000000000.wal";
/// Of the blocks that the log is written in.
pub(super) const BLOCK: usize = 32 << 10;

pub(super) async fn write(store: &Store, name: &str, text: &str) {
    let bind = object! { id: record("projection", array![name]), text: text.to_owned() };
    store.transact(&["UPSERT $id SET text = $text RETURN NONE"], bind, Probe::Repeat).await.expect("written");
}

pub(super) async fn is_there(store: &Store, name: &str) -> bool {
    let bind = object! { id: record("projection", array![name]) };
    let rows: Vec<String> = store.rows("projection", "SELECT VALUE text FROM $id", bind).await.expect("read");
    !rows.is_empty()
}

/// A copy of an open store's files is what a kill leaves behind.
pub(super) fn kill(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            kill(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("copied");
        }
    }
}

#[test]
fn what_is_written_behind_a_record_that_a_kill_cut_off_is_there_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let first = in_folder(&home.join("first")).await;
        write(&first, "before", "short").await;
        let before = fs::read(home.join("first").join(LOG)).expect("the log");
        // Its record goes on over several blocks; the kill comes while it is written.
        write(&first, "cut off", &"long ".repeat(BLOCK / 2)).await;
        let whole = fs::read(home.join("first").join(LOG)).expect("the log");
        let block = before.len().next_multiple_of(BLOCK);
        assert!(whole.len() > block + BLOCK, "the record is {} bytes", whole.len() - before.len());

        let cut = |length: usize| whole[..length].to_vec();
        let ends = [
            ("within a header", cut(before.len() + 3)),
            ("within a block", cut(before.len() + 300)),
            ("between two blocks", cut(block)),
            ("within the header of the next block", cut(block + 5)),
            ("one byte too early", cut(whole.len() - 1)),
            ("in what no process wrote", [&before[..], &[0xff; 20]].concat()),
            ("in zeros", [&before[..], &[0; 5_000]].concat()),
        ];
        for (number, (end, log)) in ends.into_iter().enumerate() {
            let (second, third) =
                (home.join(format!("second-{number}")), home.join(format!("third-{number}")));
            kill(&home.join("first"), &second);
            fs::write(second.join(LOG), log).expect("written");
            let store = in_folder(&second).await;
            assert!(is_there(&store, "before").await, "before, ended {end}");
            assert!(!is_there(&store, "cut off").await, "half a commit is none, ended {end}");
            write(&store, "after", "short").await;
            kill(&second, &third);
            let store = in_folder(&third).await;
            for name in ["before", "after"] {
                assert!(is_there(&store, name).await, "{name}, ended {end}");
            }
        }
    });
}

#[test]
fn what_is_written_behind_a_log_larger_than_the_memory_is_there_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let first = in_folder(&home.join("first")).await;
        for number in 0..40 {
            write(&first, &format!("before {number}"), &"long ".repeat(10_000)).await;
        }
        let (second, third) = (home.join("second"), home.join("third"));
        kill(&home.join("first"), &second);
        let mut small = Settings::new(Address::Folder(second.clone()));
        small.memory.log = 1 << 20;
        let store = Store::open(&small).await.expect("opened");
        assert!(fs::read_dir(second.join("sstables")).expect("tables").count() > 0, "it all fits");
        write(&store, "after", "short").await;
        kill(&second, &third);
        let store = in_folder(&third).await;
        for name in ["before 0", "before 39", "after"] {
            assert!(is_there(&store, name).await, "{name}");
        }
    });
}

pub(super) fn engine(folder: &Path, memory: usize) -> surrealkv::Tree {
    let builder = surrealkv::TreeBuilder::new().with_path(folder.to_owned());
    builder.with_max_memtable_size(memory).build().expect("opened")
}

pub(super) async fn put(engine: &surrealkv::Tree, key: &str, bytes: usize) {
    try_to_put(engine, key, bytes).await.expect("committed");
}

pub(super) async fn try_to_put(engine: &surrealkv::Tree, key: &str, bytes: usize) -> surrealkv::Result<()> {
    let mut transaction = engine.begin().expect("begun");
    transaction.set_durability(surrealkv::Durability::Immediate);
    transaction.set(key, vec![7; bytes]).expect("set");
    transaction.commit().await
}

pub(super) fn has(engine: &surrealkv::Tree, key: &str) -> bool {
    engine.begin().expect("begun").get(key).expect("read").is_some()
}

/// What the engine does alone: why the end of its log is looked at before it is opened.
#[test]
fn the_engine_loses_what_it_writes_behind_a_record_that_was_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let first = engine(&home.join("first"), 8 << 20);
        put(&first, "before", 5).await;
        let before = length(&home.join("first"));
        put(&first, "cut off", 3 * BLOCK).await;
        let block = before.next_multiple_of(BLOCK as u64);
        assert!(length(&home.join("first")) > block, "its record goes on in the next block");
        for cut in [false, true] {
            let (second, third) = (home.join(format!("second-{cut}")), home.join(format!("third-{cut}")));
            kill(&home.join("first"), &second);
            let log = fs::OpenOptions::new().write(true).open(second.join(LOG)).expect("the log");
            log.set_len(block).expect("as a kill leaves it");
            if cut {
                assert!(log_tail::take_over(&second).expect("readable") > 0);
            }
            let tree = engine(&second, 8 << 20);
            put(&tree, "after", 5).await;
            kill(&second, &third);
            let tree = engine(&third, 8 << 20);
            // Where this begins to fail the engine was mended, and `log_tail` need not cut any more.
            assert_eq!(has(&tree, "after"), cut, "cut before: {cut}");
        }
    });
}

/// What the engine does alone: why a start that repaired the log is followed by another.
#[test]
fn the_engine_loses_a_run_that_began_with_a_repair() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let first = engine(&home.join("first"), 8 << 20);
        put(&first, "before", 5).await;
        for again in [false, true] {
            let (second, third) = (home.join(format!("second-{again}")), home.join(format!("third-{again}")));
            kill(&home.join("first"), &second);
            let log = fs::read(second.join(LOG)).expect("the log");
            fs::write(second.join(LOG), [&log[..], &[0xff; 20]].concat()).expect("damaged");
            let mut tree = engine(&second, 8 << 20);
            if again {
                tree.close().await.expect("closed");
                tree = engine(&second, 8 << 20);
            }
            put(&tree, "after", 5).await;
            kill(&second, &third);
            let tree = engine(&third, 8 << 20);
            // Where this begins to fail the engine was mended, and `repair` can let go of it.
            assert_eq!(has(&tree, "after"), again, "opened again: {again}");
        }
    });
}

/// Bytes of the log.
pub(super) fn length(folder: &Path) -> u64 {
    fs::metadata(folder.join(LOG)).expect("the log").len()
}
