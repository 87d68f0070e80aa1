//! Conflicts are tried again, unknown outcomes are found out, refusals are told apart.

use surrealdb::types::{Object, array, object};

use super::scene::in_folder;
use crate::{
    Address, OpenError, Settings, Store, StoreError,
    error::Failure,
    keys::record,
    testing::{Fault, memory, run},
    transact::Probe,
};

/// Two writers read a counter, wait for each other's reads, and write it.
const RACE: [&str; 3] = [
    "LET $seen = (SELECT VALUE n FROM $id)[0] ?? 0",
    "SLEEP 5ms",
    "UPSERT $id SET n = $seen + 1 RETURN NONE",
];

async fn race(store: Store) -> u32 {
    let id = record("projection", array!["race"]);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                for _ in 0..3 {
                    let bind = object! { id: id.clone() };
                    // More writers than tries: a caller that is told to come back comes back.
                    loop {
                        match store.transact(&RACE, bind.clone(), Probe::Repeat).await {
                            Ok(()) => break,
                            Err(Failure::Store(StoreError::Busy { tries })) => assert!(tries > 1),
                            Err(failure) => panic!("{failure:?}"),
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("ran");
    }
    let rows: Vec<u32> =
        store.rows("projection", "SELECT VALUE n FROM $id", object! { id: id }).await.expect("read");
    rows[0]
}

#[test]
fn a_disk_that_refused_a_write_is_not_relied_on_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        store.inject(&[Fault::Disk]);
        let write = ["UPSERT $id SET n = 1 RETURN NONE"];
        let bind = object! { id: record("projection", array!["disk"]) };
        // Not even where a probe would find the rows, for they may not outlive the machine.
        for _ in 0..2 {
            let failed = store.transact(&write, bind.clone(), Probe::Repeat).await;
            assert!(matches!(failed, Err(Failure::Store(StoreError::Disk(_)))));
        }
        assert!(store.next_timer_due().await.is_err());
        assert!(store.disk_refused().await.contains("injected"));
    });
}

#[test]
fn a_conflict_is_recognised_and_no_write_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        assert_eq!(race(memory().await.expect("opened")).await, 12);
        let store = in_folder(&path).await;
        assert_eq!(race(store.clone()).await, 12);
        store.close().await;
    });
}

#[test]
fn the_database_says_conflict_where_it_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        says_conflict(&memory().await.expect("opened")).await;
        let store = in_folder(&path).await;
        says_conflict(&store).await;
        store.close().await;
    });
}

/// Of two transactions that read one row and write it, one is refused by the kind that [`Store::transact`] tries again.
async fn says_conflict(store: &Store) {
    let one = store.handle().expect("open");
    let other = store.handle().expect("open");
    let write = "BEGIN; SELECT * FROM projection:race; SLEEP 50ms; UPSERT projection:race SET n = 1; COMMIT";
    let (one, other) = tokio::join!(one.run([write], Object::new()), other.run([write], Object::new()));
    let mut errors: Vec<_> = [one, other]
        .into_iter()
        .flat_map(|results| results.expect("sent").take_errors().into_values())
        .filter(|error| !error.message().starts_with("The query was not executed"))
        .collect();
    let error = errors.pop().expect("one of them failed");
    assert_eq!(error.query_details(), Some(&surrealdb::types::QueryError::TransactionConflict));
    assert!(errors.is_empty(), "the other did not");
}

#[test]
fn an_unknown_outcome_is_read_back() {
    run(async {
        let store = memory().await.expect("opened");
        let id = |n: u32| record("projection", array![n]);
        let insert = |n: u32| {
            let store = store.clone();
            async move {
                let bind = object! { row: object! { id: id(n), n: n } };
                store.transact(&["INSERT INTO projection $row RETURN NONE"], bind, Probe::Exists(id(n))).await
            }
        };
        store.inject(&[Fault::AfterCommit]);
        insert(1).await.expect("found to be committed, and not inserted again");
        store.inject(&[Fault::BeforeCommit, Fault::BeforeCommit, Fault::AfterCommit]);
        insert(2).await.expect("found to be missing twice, then there");
        store.inject(&[Fault::BeforeCommit; 8]);
        assert!(matches!(insert(3).await, Err(Failure::Store(StoreError::Unavailable(_)))));
        assert!(matches!(insert(1).await, Err(Failure::Exists)));
        let rows: Vec<u32> = store
            .rows("projection", "SELECT VALUE n FROM projection ORDER BY id", Object::new())
            .await
            .expect("read");
        assert_eq!(rows, [1, 2]);
    });
}

#[test]
fn refusals_are_told_apart_and_write_nothing() {
    run(async {
        let store = memory().await.expect("opened");
        let thrown = store
            .transact(
                &["UPSERT projection:x SET n = 1", "IF true { THROW 'no' }"],
                Object::new(),
                Probe::Repeat,
            )
            .await;
        assert!(matches!(thrown, Err(Failure::Thrown(what)) if what == "no"));
        let nonsense = store.transact(&["SELECT FROM WHERE"], Object::new(), Probe::Repeat).await;
        assert!(matches!(nonsense, Err(Failure::Store(StoreError::Refused(_)))));
        let missing = store.rows::<u32>("projection", "SELECT VALUE n FROM projection", Object::new()).await;
        assert_eq!(missing.expect("read"), [0_u32; 0]);
    });
}

#[test]
fn a_folder_in_use_is_locked_until_it_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        let second = Store::open(&Settings::new(Address::Folder(path.clone()))).await;
        assert!(matches!(second, Err(OpenError::Locked { .. })), "{second:?}");
        store.close().await;
        assert!(matches!(store.next_timer_due().await, Err(StoreError::Closed)));
        in_folder(&path).await.close().await;
    });
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    run(async {
        let address = Address::Server {
            url: "ws://127.0.0.1:9".to_owned(),
            user: "root".to_owned(),
            password: "root".to_owned(),
        };
        let opened = Store::open(&Settings::new(address)).await;
        assert!(matches!(opened, Err(OpenError::Unreachable { .. })), "{opened:?}");
    });
}
