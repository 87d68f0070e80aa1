//! Is an index over many rows whole in the end, also where the process is killed while it is built, and is nothing missed meanwhile?

use std::time::Duration;

use studio_core::id::ConversationId;
use surrealdb::types::{RecordId, SurrealValue, Value, object};
use tokio::time::timeout;

use super::{
    repairing::kill,
    scene::{FIRST, in_folder},
};
use crate::{
    Address, Settings, Store,
    conversations::{self, OF_CONTACT},
    indexes::{Stage, until_whole},
    migrations,
    testing::run,
    transact::Probe,
};

/// So many that the database is busy with them for a while.
const ROWS: usize = 20_000;
const BATCH: usize = 500;
const CONTACTS: usize = 100;
/// The database waits for a minute until it takes another process for dead, and looks twice a minute.
const PATIENCE: Duration = Duration::from_mins(5);
/// The last before the index.
const BEFORE: u32 = 11;

fn row(number: usize) -> Value {
    let conversation = ConversationId::of_thread(FIRST, "web", &number.to_string());
    object! {
        id: conversations::id(FIRST, conversation),
        organisation: FIRST.to_string(),
        place: format!("{number:016x}"),
        filter: object! { contact: format!("contact {}", number % CONTACTS) },
    }
    .into_value()
}

async fn write(store: &Store, numbers: impl Iterator<Item = usize>) {
    let rows: Vec<Value> = numbers.map(row).collect();
    let text = "INSERT INTO conversation $rows RETURN NONE";
    store.transact(&[text], object! { rows: rows }, Probe::Repeat).await.expect("written");
}

async fn conversations_of(store: &Store, contact: &str) -> usize {
    let bind = object! { organisation: FIRST.to_string(), contact: contact.to_owned() };
    store.rows::<RecordId>("conversation", OF_CONTACT, bind).await.expect("read").len()
}

#[test]
fn an_index_is_built_beside_and_goes_on_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let (first, second) = (home.join("first"), home.join("second"));
        let settings = Settings::new(Address::Folder(first.clone()));
        let store = Store::open_to_import(&settings).await.expect("opened");
        migrations::apply_to(&store, BEFORE).await.expect("applied");
        for begin in (0..ROWS).step_by(BATCH) {
            write(&store, begin..begin + BATCH).await;
        }
        migrations::apply(&store).await.expect("begun");
        kill(&first, &second);
        drop(store);

        let store = in_folder(&second).await;
        let stage = store.stage_of_index().await.expect("read");
        assert!(matches!(stage, Stage::Building(_)), "killed while it was built: {stage:?}");
        write(&store, [ROWS, ROWS + 1].into_iter()).await;
        let expected = [("contact 0", ROWS / CONTACTS + 1), ("contact 7", ROWS / CONTACTS)];
        for (contact, count) in expected {
            assert_eq!(conversations_of(&store, contact).await, count, "{contact}, before it is whole");
        }
        let whole = timeout(PATIENCE, until_whole(store.downgrade())).await;
        whole.expect("it goes on by itself").expect("built");
        assert_eq!(store.stage_of_index().await.expect("read"), Stage::Whole);
        for (contact, count) in expected {
            assert_eq!(conversations_of(&store, contact).await, count, "{contact}, by the index");
        }
        store.close().await;
    });
}
