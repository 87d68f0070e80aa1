//! What could the database do at best?
//!
//! The rows of a turn written straight to the database, those of several conversations together, in the three
//! transactions that a turn cannot do without: what arrived (receipt, inbox), what came of it (conversation, journal,
//! outbox), and the deletion of what has left (inbox, outbox). Nothing is checked, read or counted. It has the engine,
//! the sync of every commit and the sizes of the rows in common with the studio, and nothing else.

use std::{path::PathBuf, sync::Arc, time::Duration};

use surrealdb::{
    Surreal,
    engine::any::{Any, connect},
    types::{Object, RecordId, SurrealValue as _, Value, array, object},
};
use tokio::time::Instant;

/// Bytes of JSON that the benchmark's turn has in its event, state, summary, journal and outbox.
const EVENT: usize = 330;
const STATE: usize = 620;
const SUMMARY: usize = 420;
const JOURNAL: usize = 640;
const OUTBOX: usize = 60;
/// Of each writer.
const CONVERSATIONS: usize = 250;

const ACCEPT: &str =
    "BEGIN; INSERT INTO receipt $receipts RETURN NONE; INSERT INTO inbox $inbox RETURN NONE; COMMIT";
const COMMIT: &str = "BEGIN; INSERT INTO conversation $conversations ON DUPLICATE KEY UPDATE state = $input.state, \
    summary = $input.summary RETURN NONE; INSERT INTO turn $turns RETURN NONE; \
    INSERT INTO outbox $outbox RETURN NONE; COMMIT";
const SWEEP: &str = "BEGIN; DELETE $ids RETURN NONE; COMMIT";

pub async fn measure(writers: usize, batch: usize, seconds: u64, folder: PathBuf) {
    let _ = std::fs::remove_dir_all(&folder);
    let database = connect(format!("surrealkv://{}?sync=every", folder.display())).await.expect("it opens");
    database.use_ns("floor").use_db("floor").await.expect("it has a place");
    let tables = "DEFINE TABLE receipt SCHEMALESS; DEFINE TABLE inbox SCHEMALESS; \
        DEFINE TABLE conversation SCHEMALESS; DEFINE TABLE turn SCHEMALESS; DEFINE TABLE outbox SCHEMALESS";
    database.query(tables).await.expect("sent").check().expect("defined");
    let database = Arc::new(database);
    let until = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> =
        (0..writers).map(|writer| tokio::spawn(write(Arc::clone(&database), writer, batch, until))).collect();
    let mut turns: u64 = 0;
    for task in tasks {
        turns += task.await.expect("the writer ran") as u64;
    }
    println!("{writers} writers, {batch} turns a transaction: {} turns/s", turns / seconds.max(1));
    drop(database);
    let _ = std::fs::remove_dir_all(&folder);
}

async fn write(database: Arc<Surreal<Any>>, writer: usize, batch: usize, until: Instant) -> usize {
    let text = |length: usize| "x".repeat(length);
    let run = async |statements: &'static str, bind: Object| {
        let written = database.query(statements).bind(Value::Object(bind)).await.expect("sent");
        written.check().expect("written");
    };
    let mut turns = 0;
    while Instant::now() < until {
        let place = |n: usize| turns + n;
        let id = |table: &'static str, n: usize| {
            RecordId::new(table, array![writer.to_string(), place(n).to_string()])
        };
        let rows = |row: &dyn Fn(usize) -> Value| -> Vec<Value> { (0..batch).map(row).collect() };
        let arrived = object! {
            receipts: rows(&|n| object! { id: id("receipt", n), arrived: place(n) }.into_value()),
            inbox: rows(&|n| object! { id: id("inbox", n), arrived: place(n), event: text(EVENT) }.into_value()),
        };
        run(ACCEPT, arrived).await;
        let came = object! {
            conversations: rows(&|n| {
                let key = array![writer.to_string(), (place(n) % CONVERSATIONS).to_string()];
                let id = RecordId::new("conversation", key);
                object! { id: id, state: text(STATE), summary: text(SUMMARY) }.into_value()
            }),
            turns: rows(&|n| object! { id: id("turn", n), entries: text(JOURNAL) }.into_value()),
            outbox: rows(&|n| object! { id: id("outbox", n), payload: text(OUTBOX) }.into_value()),
        };
        run(COMMIT, came).await;
        let left = (0..batch).flat_map(|n| [id("inbox", n), id("outbox", n)]).collect::<Vec<_>>();
        run(SWEEP, object! { ids: left }).await;
        turns += batch;
    }
    turns
}
