//! How is the embedded database left when it is closed?

use std::{fs, time::Duration};

use surrealdb::types::{array, object};
use tokio::time::{Instant, sleep};

use super::{
    repairing::{is_there, write},
    scene::in_folder,
};
use crate::{
    Left, StoreError,
    error::Failure,
    keys::record,
    open::is_locked,
    testing::{Fault, run},
    transact::Probe,
};

#[test]
fn what_could_not_be_written_into_a_table_is_told_and_there_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        write(&store, "before", "short").await;
        let (tables, aside) = (path.join("sstables"), path.join("aside"));
        fs::rename(&tables, &aside).expect("renamed");
        fs::write(&tables, "").expect("written");
        let left = store.close().await;
        assert!(matches!(left, Left::InLog { bytes } if bytes > 0), "{left:?}");
        fs::remove_file(&tables).expect("removed");
        fs::rename(&aside, &tables).expect("renamed");
        // The second time there is nothing new.
        for start in 1..=2 {
            let store = in_folder(&path).await;
            assert!(is_there(&store, "before").await, "start {start}");
            assert_eq!(store.close().await, Left::Whole, "start {start}");
        }
    });
}

#[test]
fn a_log_that_cannot_be_looked_at_is_told_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        write(&store, "before", "short").await;
        let (log, aside) = (path.join("wal"), path.join("aside"));
        fs::rename(&log, &aside).expect("renamed");
        fs::write(&log, "").expect("written");
        let left = store.close().await;
        assert!(matches!(left, Left::LogUnread(_)), "{left:?}");
        fs::remove_file(&log).expect("removed");
        fs::rename(&aside, &log).expect("renamed");
        let store = in_folder(&path).await;
        assert!(is_there(&store, "before").await);
        assert_eq!(store.close().await, Left::Whole);
    });
}

#[test]
fn a_close_that_takes_longer_than_it_may_is_told_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        write(&store, "before", "short").await;
        // Somebody is at it still, and the database waits for them.
        let kept = store.handle().expect("open");
        let begun = Instant::now();
        assert_eq!(store.close_within(Duration::from_millis(200)).await, Left::Open);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        drop(kept);
        assert_eq!(store.close().await, Left::Whole, "it is closed all the same");
    });
}

#[test]
fn a_store_whose_disk_refused_a_write_is_closed_by_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        store.inject(&[Fault::Disk]);
        let bind = object! { id: record("projection", array!["disk"]) };
        let failed = store.transact(&["UPSERT $id SET n = 1 RETURN NONE"], bind, Probe::Repeat).await;
        assert!(matches!(failed, Err(Failure::Store(StoreError::Disk(_)))), "{failed:?}");
        let left = store.close().await;
        assert!(matches!(&left, Left::Refused(reason) if reason.contains("injected")), "{left:?}");
        drop(store);
        // Long enough to close it.
        sleep(Duration::from_secs(1)).await;
        assert!(is_locked(&path));
    });
}
