//! Of two studios on one database one has the store, the other is told so, and one that lost it writes nothing.

use std::{process::Command, time::Duration};

use surrealdb::types::{Object, array, object};
use tokio::time::{sleep, timeout};

use crate::{
    OpenError, Store, StoreError,
    error::Failure,
    keys::record,
    lease::{Process, Terms},
    testing::{memory, run},
    transact::Probe,
};

const LONG: Duration = Duration::from_hours(1);
/// The slowest machine is through by then.
const PATIENCE: Duration = Duration::from_mins(1);
/// One that says once that it is other, and relies on that for ever.
const SILENT: Terms = Terms { lasts: LONG, renewed_every: LONG, trusted: LONG };

async fn write(store: &Store) -> Result<(), Failure> {
    let bind = object! { id: record("projection", array!["lease"]) };
    store.transact(&["UPSERT $id SET n = (n ?? 0) + 1 RETURN NONE"], bind, Probe::Repeat).await
}

async fn written(store: &Store) -> i64 {
    let bind = object! { id: record("projection", array!["lease"]) };
    let rows: Vec<i64> = store.rows("projection", "SELECT VALUE n FROM $id", bind).await.expect("read");
    rows.first().copied().unwrap_or(0)
}

async fn claim(store: &Store, terms: Terms, me: &Process) -> Result<(), OpenError> {
    timeout(PATIENCE, store.claim(terms, me)).await.expect("an answer")
}

/// One of another machine, of which nothing else is to be known.
fn elsewhere() -> Process {
    Process { host: "elsewhere".to_owned(), pid: 7, machine: None, started: None }
}

#[test]
fn a_second_one_is_refused_and_told_who_has_the_store() {
    run(async {
        let first = memory().await.expect("opened");
        let second = first.beside();
        let terms = Terms { renewed_every: Duration::from_millis(100), ..Terms::default() };
        claim(&first, terms, &elsewhere()).await.expect("nobody has it");
        let refused = claim(&second, Terms::default(), &Process::this()).await;
        let told = refused.expect_err("it is held").to_string();
        assert!(told.contains("process 7 of elsewhere since 2") && told.contains("store.database"), "{told}");
        write(&first).await.expect("the first goes on");
        assert_eq!(written(&first).await, 1);
        let holder = second.holder().await.expect("read").expect("somebody");
        assert!(holder.pid == 7 && holder.renewed > holder.since, "{holder:?}");
    });
}

#[test]
fn one_that_is_not_heard_of_loses_the_store_and_writes_nothing_more() {
    run(async {
        let first = memory().await.expect("opened");
        let second = first.beside();
        claim(&first, SILENT, &elsewhere()).await.expect("nobody has it");
        write(&first).await.expect("it has it");
        let terms = Terms { lasts: Duration::from_millis(500), ..Terms::default() };
        claim(&second, terms, &Process::this()).await.expect("it was waited for");
        // It does not know yet, and believes that it has the store.
        let refused = write(&first).await;
        assert!(
            matches!(&refused, Err(Failure::Store(StoreError::Taken(by)))
                if by.contains(&format!("process {}", std::process::id()))),
            "{refused:?}"
        );
        assert_eq!(written(&second).await, 1);
        timeout(PATIENCE, first.taken()).await.expect("it is to end");
        assert!(!first.renew().await, "it would take the store back");
        // Neither gives it up for the other.
        first.close().await;
        write(&second).await.expect("it has it");
        assert_eq!(written(&second).await, 2);
    });
}

#[test]
fn what_is_sent_waits_while_the_studio_is_not_heard_of() {
    run(async {
        let store = memory().await.expect("opened");
        let terms = Terms { trusted: Duration::from_secs(3), ..SILENT };
        claim(&store, terms, &Process::this()).await.expect("nobody has it");
        let waits = timeout(PATIENCE, async {
            while timeout(Duration::from_millis(20), store.held()).await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
        });
        waits.await.expect("it is trusted for a time");
        write(&store).await.expect("nobody has the store instead");
        let held = store.held();
        tokio::pin!(held);
        assert!(futures::poll!(&mut held).is_pending(), "what is sent waits still");
        assert!(store.renew().await);
        timeout(PATIENCE, held).await.expect("it goes on");
    });
}

#[test]
fn one_that_stopped_or_is_seen_to_be_gone_is_not_waited_for() {
    run(async {
        let first = memory().await.expect("opened");
        let (second, third) = (first.beside(), first.beside());
        let long = Terms { lasts: LONG, ..Terms::default() };
        claim(&first, SILENT, &elsewhere()).await.expect("nobody has it");
        first.close().await;
        assert_eq!(second.holder().await.expect("read"), None);

        let here = Process::this();
        if here.machine.is_none() || here.started.is_none() {
            return;
        }
        let mut child = Command::new("sleep").arg("600").spawn().expect("started");
        let pid = child.id();
        let other = Process { pid, started: Process::started(pid), ..here.clone() };
        assert!(!other.is_gone(&here) && other.started.is_some(), "{other:?}");
        let reused = Process { started: other.started.map(|ticks| ticks + 1), ..other.clone() };
        assert!(reused.is_gone(&here), "its number is another's now");
        let of_container = Process { machine: Some("another".to_owned()), ..reused };
        assert!(!of_container.is_gone(&here), "a number of another machine says nothing");

        claim(&second, SILENT, &other).await.expect("nobody has it");
        child.kill().expect("killed");
        child.wait().expect("gone");
        claim(&third, long, &here).await.expect("it is seen to be gone");
    });
}

#[test]
fn a_clock_that_was_set_back_keeps_nobody_waiting() {
    run(async {
        let first = memory().await.expect("opened");
        let second = first.beside();
        claim(&first, SILENT, &elsewhere()).await.expect("nobody has it");
        let ahead = ["UPDATE lease SET renewed = renewed + 3600000000 RETURN NONE"];
        first.transact(&ahead, Object::new(), Probe::Repeat).await.expect("written");
        claim(&second, Terms::default(), &Process::this()).await.expect("its time is none");
    });
}
