//! What could the database do at best?
//!
//! The rows of real turns, as a studio was seen to write them (`studio-load turns` copies them out), written straight to the
//! database, those of several conversations together, in the three transactions that a turn cannot do without: what arrived
//! (receipt, inbox), what came of it (conversation, journal, feed, outbox), and the deletion of what has left (inbox, outbox).
//! Only what tells one turn from another is changed: the parts of ids, and the place in the lists. Nothing is checked, read or counted.
//! It has the tables and indexes, the engine with its settings, the sync of every commit and the bytes of the rows in common
//! with the studio, and nothing else.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc, time::Duration};

use serde_json::{Map, Value as Json};
use studio_store::{Address, Settings, Store};
use surrealdb::types::{Array, Object, RecordId, RecordIdKey, SurrealValue as _, Value, object};
use tokio::time::Instant;

/// Of each writer.
const CONVERSATIONS: usize = 250;
/// Rows that are deleted in one transaction, as the studio deletes them.
const SWEPT: usize = 250;
/// Messages of a writer have numbers below this.
const MOST: usize = 100_000_000;

const ACCEPT: &str =
    "BEGIN; INSERT INTO receipt $receipts RETURN NONE; INSERT INTO inbox $inbox RETURN NONE; COMMIT";
const COMMIT: &str = "BEGIN; INSERT INTO conversation $conversations ON DUPLICATE KEY UPDATE version = $input.version, \
    done = $input.done, state = $input.state, summary = $input.summary, place = $input.place, filter = $input.filter \
    RETURN NONE; INSERT INTO turn $turns RETURN NONE; INSERT INTO feed $feed RETURN NONE; \
    INSERT INTO outbox $outbox RETURN NONE; COMMIT";
const SWEEP: &str = "BEGIN; DELETE $ids RETURN NONE; COMMIT";

/// How what arrived together, and what leaves together, stand in their tables.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Waiting {
    /// A row for each, as the studio has them.
    Each,
    /// One row of the inbox and one of the outbox for each transaction, with the same bytes: what fewer and larger rows
    /// would bring at best, for here all that stands in a row is done at once.
    Together,
}

impl Waiting {
    fn rows(self, rows: Vec<Object>) -> Vec<Object> {
        match (self, rows.first().and_then(|row| row.get("id").cloned())) {
            (Self::Together, Some(id)) => vec![object! { id: id, rows: rows }],
            _ => rows,
        }
    }
}

/// A row of each table that a turn writes to.
pub struct Rows(BTreeMap<&'static str, Object>);

const TABLES: [&str; 6] = ["receipt", "inbox", "conversation", "turn", "feed", "outbox"];

impl Rows {
    /// Reads them from a file: an object with a row by the name of each table, as it stands in a copy.
    ///
    /// # Panics
    ///
    /// If the file cannot be read, or lacks a table.
    pub fn read(file: &std::path::Path) -> Self {
        let text = fs::read_to_string(file).expect("the file of rows");
        let all: BTreeMap<String, Map<String, Json>> = serde_json::from_str(&text).expect("rows by table");
        let row = |table: &'static str| {
            let row = all.get(table).unwrap_or_else(|| panic!("a row of {table}"));
            (table, studio_store::testing::row(table, row.clone()).expect("a row of a copy"))
        };
        Self(TABLES.map(row).into())
    }

    /// The row of a table with these parts of its id changed.
    fn of(&self, table: &'static str, change: impl FnOnce(&mut [Value])) -> Object {
        let mut row = self.0[table].clone();
        let mut key = key(&row);
        change(&mut key);
        row.insert("id", RecordId::new(table, Array::from(key)));
        row
    }
}

fn key(row: &Object) -> Vec<Value> {
    match row.get("id") {
        Some(Value::RecordId(RecordId { key: RecordIdKey::Array(key), .. })) => key.clone().into_vec(),
        _ => panic!("an id that is an array"),
    }
}

/// Writers, turns in one of their transactions, and how what waits stands in its tables.
#[derive(Clone, Copy)]
pub struct Way {
    pub writers: usize,
    pub batch: usize,
    pub waiting: Waiting,
}

pub async fn measure(rows: Arc<Rows>, way: Way, seconds: u64, folder: PathBuf) {
    let _ = fs::remove_dir_all(&folder);
    let settings = Settings::new(Address::Folder(folder.clone()));
    let store = Store::open(&settings).await.expect("it opens");
    let turns = turns(&store, &rows, way, seconds).await;
    let Way { writers, batch, waiting } = way;
    let waits = match waiting {
        Waiting::Each => "a row for each that waits",
        Waiting::Together => "one row for all that wait together",
    };
    println!("{writers} writers, {batch} turns a transaction, {waits}: {} turns/s", turns / seconds.max(1));
    store.close().await;
    let _ = fs::remove_dir_all(&folder);
}

/// Writes for so long; how many turns they were.
pub async fn turns(store: &Store, rows: &Arc<Rows>, way: Way, seconds: u64) -> u64 {
    let until = Instant::now() + Duration::from_secs(seconds);
    let write = |writer| tokio::spawn(write(store.clone(), Arc::clone(rows), writer, way, until));
    let tasks: Vec<_> = (0..way.writers).map(write).collect();
    let mut turns: u64 = 0;
    for task in tasks {
        turns += task.await.expect("the writer ran") as u64;
    }
    turns
}

async fn write(store: Store, rows: Arc<Rows>, writer: usize, way: Way, until: Instant) -> usize {
    let Way { batch, waiting, .. } = way;
    let run = async |statements: &'static str, bind: Object| {
        store.run_as_it_is(statements, bind).await.expect("written");
    };
    let mut turns = 0;
    // Ids of what has left, and of how much that is, by a row for each.
    let (mut left, mut since_sweep) = (Vec::new(), 0);
    while Instant::now() < until {
        let one = |number| One { rows: Arc::clone(&rows), writer, number };
        let all: Vec<One> = (turns..turns + batch).map(one).collect();
        let each = |row: &dyn Fn(&One) -> Object| -> Vec<Object> { all.iter().map(row).collect() };
        let inbox = waiting.rows(each(&One::inbox));
        let outbox = waiting.rows(each(&One::outbox));
        left.extend(inbox.iter().chain(&outbox).filter_map(|row| row.get("id").cloned()));
        run(ACCEPT, object! { receipts: each(&One::receipt), inbox: inbox }).await;
        let turn_rows = each(&One::turn);
        let fed: Vec<Value> = turn_rows.iter().filter_map(|row| row.get("id").cloned()).collect();
        let fold = all.first().map(|first| first.feed(fed)).into_iter().collect::<Vec<_>>();
        let came = object! {
            conversations: each(&One::conversation), turns: turn_rows, feed: fold, outbox: outbox,
        };
        run(COMMIT, came).await;
        turns += batch;
        since_sweep += 2 * batch;
        if since_sweep >= SWEPT {
            run(SWEEP, object! { ids: std::mem::take(&mut left) }).await;
            since_sweep = 0;
        }
    }
    turns
}

/// One turn of a writer's.
struct One {
    rows: Arc<Rows>,
    writer: usize,
    number: usize,
}

impl One {
    /// No other turn's.
    fn unique(&self) -> usize {
        self.writer * MOST + self.number
    }

    fn receipt(&self) -> Object {
        self.rows.of("receipt", |key| self.event(&mut key[1..]))
    }

    fn inbox(&self) -> Object {
        self.rows.of("inbox", |key| self.inbox_key(key))
    }

    fn outbox(&self) -> Object {
        self.rows.of("outbox", |key| self.inbox_key(key))
    }

    fn conversation(&self) -> Object {
        let mut row = self.rows.of("conversation", |key| key[1] = self.conversation_id());
        let place = match row.get("place") {
            Some(Value::String(place)) => place.clone(),
            other => panic!("a place, and not {other:?}"),
        };
        let (time, conversation) = place.split_at(16);
        let time = u64::from_str_radix(time, 16).expect("a time") + self.number as u64;
        row.insert("place", format!("{time:016x}{conversation}"));
        row
    }

    fn turn(&self) -> Object {
        let sequence = (self.number / CONVERSATIONS + 1) * 2;
        self.rows.of("turn", |key| {
            key[1] = self.conversation_id();
            key[2] = sequence.into_value();
        })
    }

    /// Of a transaction whose first turn this is.
    fn feed(&self, turns: Vec<Value>) -> Object {
        let mut row = self.rows.of("feed", |key| {
            later(&mut key[1], self.number);
            self.event(&mut key[2..]);
        });
        row.insert("turns", turns);
        row
    }

    fn inbox_key(&self, key: &mut [Value]) {
        later(&mut key[0], self.number);
        self.event(&mut key[2..]);
    }

    /// Source and native id of the event: another native id, not shorter.
    fn event(&self, key: &mut [Value]) {
        let length = match &key[1] {
            Value::String(native) => native.len(),
            other => panic!("a native id, and not {other:?}"),
        };
        key[1] = format!("{:0length$}", self.unique()).into_value();
    }

    fn conversation_id(&self) -> Value {
        let number = self.writer * CONVERSATIONS + self.number % CONVERSATIONS;
        format!("{number:026}").into_value()
    }
}

/// A time of arrival, so much later.
fn later(time: &mut Value, by: usize) {
    let Value::Number(number) = &*time else { panic!("a time, and not {time:?}") };
    let before = number.to_int().expect("a whole number");
    *time = (before + i64::try_from(by).expect("a small number")).into_value();
}
