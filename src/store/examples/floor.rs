//! What could the database do at best? `floor [writers] [batch] [seconds] [folder]`
//!
//! The rows of a turn (receipt, inbox, conversation, journal, outbox) written straight to the database, the turns of
//! several conversations in one transaction; nothing is checked, read, deleted or counted. It has the engine, the
//! sync of every commit and the sizes of the rows in common with the studio, and nothing else.

use std::{path::PathBuf, sync::Arc, time::Duration};

use surrealdb::{
    Surreal,
    engine::any::{Any, connect},
    types::{RecordId, SurrealValue as _, Value, array, object},
};
use tokio::time::Instant;

/// As the studio's own.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Bytes of JSON that the benchmark's turn has in its event, state, summary, journal and outbox.
const EVENT: usize = 330;
const STATE: usize = 620;
const SUMMARY: usize = 420;
const JOURNAL: usize = 640;
const OUTBOX: usize = 60;

const WRITE: &str = "BEGIN; INSERT INTO receipt $receipts RETURN NONE; INSERT INTO inbox $inbox RETURN NONE; \
    INSERT INTO conversation $conversations ON DUPLICATE KEY UPDATE state = $input.state, \
    summary = $input.summary RETURN NONE; INSERT INTO turn $turns RETURN NONE; \
    INSERT INTO outbox $outbox RETURN NONE; COMMIT";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (writers, batch, seconds) = (number(8), number(32), number(10));
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("studio-floor"), Into::into);
    studio_store::testing::run(measure(writers, batch, seconds, folder));
}

async fn measure(writers: usize, batch: usize, seconds: usize, folder: PathBuf) {
    let _ = std::fs::remove_dir_all(&folder);
    let database = connect(format!("surrealkv://{}?sync=every", folder.display())).await.expect("it opens");
    database.use_ns("floor").use_db("floor").await.expect("it has a place");
    let tables = "DEFINE TABLE receipt SCHEMALESS; DEFINE TABLE inbox SCHEMALESS; \
        DEFINE TABLE conversation SCHEMALESS; DEFINE TABLE turn SCHEMALESS; DEFINE TABLE outbox SCHEMALESS";
    database.query(tables).await.expect("sent").check().expect("defined");
    let database = Arc::new(database);
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let tasks: Vec<_> =
        (0..writers).map(|writer| tokio::spawn(write(Arc::clone(&database), writer, batch, until))).collect();
    let mut turns = 0;
    for task in tasks {
        turns += task.await.expect("the writer ran");
    }
    println!("{writers} writers, {batch} turns a transaction: {} turns/s", turns / seconds.max(1));
    drop(database);
    let _ = std::fs::remove_dir_all(&folder);
}

async fn write(database: Arc<Surreal<Any>>, writer: usize, batch: usize, until: Instant) -> usize {
    let text = |length: usize| "x".repeat(length);
    let mut turns = 0;
    while Instant::now() < until {
        let place = |n: usize| turns + n;
        let rows = |table: &'static str, row: &dyn Fn(usize, RecordId) -> Value| -> Vec<Value> {
            (0..batch)
                .map(|n| row(n, RecordId::new(table, array![writer.to_string(), place(n).to_string()])))
                .collect()
        };
        let bind = object! {
            receipts: rows("receipt", &|n, id| object! { id: id, arrived: place(n) }.into_value()),
            inbox: rows("inbox", &|n, id| object! { id: id, arrived: place(n), event: text(EVENT) }.into_value()),
            conversations: rows("conversation", &|n, _| {
                let id = RecordId::new("conversation", array![writer.to_string(), (place(n) % 200).to_string()]);
                object! { id: id, state: text(STATE), summary: text(SUMMARY) }.into_value()
            }),
            turns: rows("turn", &|_, id| object! { id: id, entries: text(JOURNAL) }.into_value()),
            outbox: rows("outbox", &|_, id| object! { id: id, payload: text(OUTBOX) }.into_value()),
        };
        let written = database.query(WRITE).bind(Value::Object(bind)).await.expect("sent");
        written.check().expect("written");
        turns += batch;
    }
    turns
}
