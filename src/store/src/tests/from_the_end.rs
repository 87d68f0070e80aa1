//! Is a range of the engine that is read from its end what it is from its beginning?
//!
//! `tools/setup-engine` changes how the engine comes to the end of a range (docs/decisions/0012-from-the-end.md).

use surrealkv::{Durability, LSMIterator, Tree};

use super::repairing::engine;
use crate::testing::run;

const KEYS: usize = 400;

fn key(number: usize) -> String {
    format!("{number:04}")
}

/// Every third key is there, each fifteenth was written twice, and each ninth was deleted.
async fn fill(tree: &Tree) {
    for number in 0..KEYS {
        let mut transaction = tree.begin().expect("begun");
        transaction.set_durability(Durability::Eventual);
        if number.is_multiple_of(3) {
            transaction.set(key(number).as_str(), "once").expect("set");
        }
        if number.is_multiple_of(15) {
            transaction.set(key(number).as_str(), "twice").expect("set");
        }
        transaction.commit().await.expect("committed");
        if number.is_multiple_of(9) {
            let mut transaction = tree.begin().expect("begun");
            transaction.delete(key(number).as_str()).expect("deleted");
            transaction.commit().await.expect("committed");
        }
    }
}

fn read(tree: &Tree, from: &str, to: &str, backward: bool) -> Vec<(Vec<u8>, Vec<u8>)> {
    let transaction = tree.begin().expect("begun");
    let mut range = transaction.range(from, to).expect("a range");
    let mut found = Vec::new();
    let mut more = if backward { range.seek_last() } else { range.seek_first() }.expect("found");
    while more {
        found.push((range.key().user_key().to_vec(), range.value_encoded().expect("a value").to_vec()));
        more = if backward { range.prev() } else { range.next() }.expect("read");
    }
    found
}

#[test]
fn a_range_is_the_same_from_both_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        // In one memory table, and over tables on the disk.
        for (name, memory) in [("large", 8 << 20), ("small", 64 << 10)] {
            let tree = engine(&home.join(name), memory);
            fill(&tree).await;
            let mut most = 0;
            for from in (0..KEYS + 20).step_by(7) {
                for to in (from..KEYS + 40).step_by(11) {
                    let (from, to) = (key(from), key(to));
                    let mut backward = read(&tree, &from, &to, true);
                    backward.reverse();
                    assert_eq!(backward, read(&tree, &from, &to, false), "{name}: {from} to {to}");
                    most = most.max(backward.len());
                }
            }
            assert!(most > 80, "{most} keys");
        }
    });
}
