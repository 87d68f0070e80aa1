//! A disk that refuses a write costs nothing that was acknowledged: nothing more is, until the next start.
//!
//! The disk is the system's limit on how large a file may become. It holds for the whole process, and comes with a signal that ends whoever
//! does not ignore it: so each test runs once more, in a process of its own that does.

use std::{env, fs, path::Path, process::Command};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use surrealdb::types::{array, object};

use super::{
    repairing::{BLOCK, engine, has, is_there, kill, length, put, try_to_put, write},
    scene::in_folder,
};
use crate::{StoreError, error::Failure, keys::record, log_tail, testing::run, transact::Probe};

/// Of the environment: this is the process of its own.
const ALONE: &str = "STUDIO_STORE_ALONE";

/// Whether this process is the test's own; where it is not, the test has run in one.
fn is_alone(test: &str) -> bool {
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(env::current_exe().expect("the tests"));
    shell.args(["--exact", &format!("tests::refused_write::{test}")]).env(ALONE, "1");
    let output = shell.output().expect("a shell");
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}{failed}");
    false
}

/// While there is one, no file becomes larger than so many bytes.
struct Full(Rlimit);

impl Full {
    fn at(bytes: u64) -> Self {
        let before = getrlimit(Resource::Fsize);
        setrlimit(Resource::Fsize, Rlimit { current: Some(bytes), ..before }).expect("a lower limit");
        Self(before)
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        setrlimit(Resource::Fsize, self.0).expect("the limit before");
    }
}

fn opened(folder: &Path) -> surrealkv::Tree {
    assert_eq!(log_tail::take_over(folder).expect("readable"), 0, "there was nothing to cut off");
    let tree = engine(folder, 8 << 20);
    assert!(has(&tree, "before"));
    tree
}

/// What the engine does alone: why the studio ends when its disk refuses a write, and acknowledges nothing more.
async fn refused(home: &Path, bytes: usize, comes_back: bool) {
    let [first, ended, went_on, third] =
        ["first", "ended", "went on", "third"].map(|name| home.join(format!("{bytes}/{name}")));
    fs::create_dir_all(&first).expect("a folder");
    let tree = engine(&first, 8 << 20);
    put(&tree, "before", 5).await;
    let full = Full::at(length(&first));
    try_to_put(&tree, "refused", bytes).await.expect_err("there is no room");
    drop(full);
    kill(&first, &ended);
    put(&tree, "after", 5).await;
    kill(&first, &went_on);

    // Where this begins to fail the engine was mended, and `disk` need not end the studio any more.
    let tree = engine(&went_on, 8 << 20);
    let left = ["before", "refused", "after"].map(|key| has(&tree, key));
    assert_eq!(left, [true, comes_back, comes_back], "{bytes} bytes");

    let tree = opened(&ended);
    assert!(!has(&tree, "refused"));
    put(&tree, "after", 5).await;
    kill(&ended, &third);
    assert!(has(&opened(&third), "after"));
}

#[test]
fn the_engine_loses_what_it_writes_behind_a_commit_that_the_disk_refused() {
    if !is_alone("the_engine_loses_what_it_writes_behind_a_commit_that_the_disk_refused") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        // It all fits into the engine's buffer, and comes back although it was refused.
        refused(&home, 5, true).await;
        // A part of it does, and what is acknowledged behind that part cannot be read.
        refused(&home, 3 * BLOCK, false).await;
    });
}

#[test]
fn nothing_is_acknowledged_behind_a_write_that_the_disk_refused() {
    if !is_alone("nothing_is_acknowledged_behind_a_write_that_the_disk_refused") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second, third] = ["first", "second", "third"].map(|name| folder.path().join(name));
    run(async move {
        let store = in_folder(&first).await;
        write(&store, "before", "short").await;
        let full = Full::at(length(&first));
        for name in ["refused", "behind it"] {
            let bind = object! { id: record("projection", array![name]) };
            let upsert = ["UPSERT $id SET text = 'no' RETURN NONE"];
            let failed = store.transact(&upsert, bind, Probe::Repeat).await;
            assert!(matches!(failed, Err(Failure::Store(StoreError::Disk(_)))), "{name}: {failed:?}");
        }
        store.disk_refused().await;
        drop(full);
        kill(&first, &second);

        let store = in_folder(&second).await;
        write(&store, "after", "short").await;
        kill(&second, &third);
        let store = in_folder(&third).await;
        for (name, expected) in [("before", true), ("refused", false), ("behind it", false), ("after", true)]
        {
            assert_eq!(is_there(&store, name).await, expected, "{name}");
        }
    });
}
