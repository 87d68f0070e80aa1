//! Does all that the store holds agree with itself, and with what its neighbours saw?
//!
//! The three ledgers look at one conversation as its visitor does. Here everything is copied out (`GET /export`), of all
//! conversations since the campaign began, and looked at row by row, once nothing is under way any more:
//!
//! 1. every event that was acknowledged had one turn, and no event had two;
//! 2. nothing waits in inbox or outbox, is parked, or is given up;
//! 3. owner, lease and number of each conversation are what its journal leads to, and nobody kept a conversation;
//! 4. every call that left was answered once, by a service that was asked under one key and for one thing;
//! 5. every conversation has the timers that it waits for, and no others are set.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;
use studio_core::{
    dialogue::{Entry, Happening, Owner, State},
    id::ConversationId,
    invariants::{Standing, Violation, awaited, calls, turned},
};
use tokio::time::sleep;

use crate::{
    home::{HTTP, Home, WEB},
    ledger::Called,
};

/// Until what has done its work is swept out.
const SWEPT_WITHIN: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(200);
/// Sentences that are told.
const MOST: usize = 20;
/// Sources of events each of which writes something into its conversation's journal.
const TELLING: [&str; 4] = [WEB, HTTP, "act", "answer"];

/// Which messages may have been given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    Nothing,
    /// Those to platforms, which take nothing from some people any more.
    Some,
}

/// What is wrong with it, in sentences.
pub async fn audit(home: &Home, called: &Called, given_up: GivenUp) -> anyhow::Result<Vec<String>> {
    let client = Client::builder().unix_socket(home.socket()).read_timeout(SWEPT_WITHIN).build()?;
    let begun = Instant::now();
    loop {
        let wrong = copy(&client).await?.wrong(called, given_up);
        if wrong.is_empty() || begun.elapsed() > SWEPT_WITHIN {
            return Ok(wrong);
        }
        sleep(AGAIN).await;
    }
}

/// What stands in the store, as far as it is looked at.
#[derive(Debug, Default)]
struct Copied {
    states: BTreeMap<ConversationId, State>,
    journals: BTreeMap<ConversationId, Vec<Entry>>,
    timers: BTreeMap<ConversationId, Standing>,
    receipts: BTreeSet<String>,
    events: HashSet<String>,
    /// Rows that should be gone.
    left: Vec<String>,
    given_up: Vec<String>,
    twice: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    row: Option<Row>,
    footer: Option<Value>,
}

#[derive(Deserialize)]
struct Row {
    table: String,
    row: Value,
}

async fn copy(client: &Client) -> anyhow::Result<Copied> {
    let answer = client.get("http://studio/api/v1/export").send().await?;
    let mut answer = answer.error_for_status()?;
    let mut copy = Copied::default();
    let (mut rest, mut is_whole) = (Vec::new(), false);
    while let Some(chunk) = answer.chunk().await? {
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { continue };
        let after = rest.split_off(end + 1);
        for line in rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line: Line = serde_json::from_slice(line).context("a line of the copy cannot be read")?;
            is_whole |= line.footer.is_some();
            if let Some(row) = line.row {
                copy.add(&row).with_context(|| format!("a row of {}: {}", row.table, row.row))?;
            }
        }
        rest = after;
    }
    ensure!(is_whole, "the copy was cut off");
    Ok(copy)
}

impl Copied {
    fn add(&mut self, Row { table, row }: &Row) -> anyhow::Result<()> {
        let key = &row["id"]["$id"][1];
        let text = |field: &str| row[field].as_str().with_context(|| format!("no {field}"));
        let part = |place: usize| key[place].as_str().with_context(|| format!("no part {place} of the key"));
        match table.as_str() {
            "conversation" => {
                self.states.insert(part(1)?.parse()?, serde_json::from_str(text("state")?)?);
            }
            "turn" => {
                let event = text("event")?.to_owned();
                let entries: Vec<Entry> = serde_json::from_str(text("entries")?)?;
                self.journals.entry(part(1)?.parse()?).or_default().extend(entries);
                if let Some(event) = self.events.replace(event) {
                    self.twice.push(event);
                }
            }
            "receipt" => {
                let (source, native) = (part(1)?, part(2)?);
                if TELLING.contains(&source) {
                    self.receipts.insert(format!("{source}/{native}"));
                }
            }
            "timer" => {
                let timer = key[3].as_u64().context("no number of the timer")?;
                let set = (serde_json::from_str(text("kind")?)?, text("at")?.parse()?);
                self.timers.entry(part(2)?.parse()?).or_default().timers.insert(timer, set);
            }
            "inbox" | "outbox" | "parked" => self.left.push(format!("{table} {key}")),
            "dead" => self.given_up.push(format!("{table} {key}: {}", row["error"])),
            _ => {}
        }
        Ok(())
    }

    fn wrong(&self, called: &Called, given_up: GivenUp) -> Vec<String> {
        let left = self.left.iter().map(|row| format!("{row} is left"));
        let given_up = self.given_up.iter().filter(|_| given_up == GivenUp::Nothing);
        let twice = self.twice.iter().map(|event| format!("the event {event} had two turns"));
        let without = self.receipts.iter().filter(|event| !self.events.contains(*event));
        let without = without.map(|event| format!("the event {event} was acknowledged and had no turn"));
        let broken = self.states.iter().flat_map(|(id, state)| {
            let broken = self.broken(*id, state);
            broken.into_iter().map(move |violation| format!("conversation {id}: {violation}"))
        });
        let all = left.chain(given_up.cloned()).chain(twice).chain(without).chain(broken);
        all.chain(self.misheard(called)).take(MOST).collect()
    }

    fn broken(&self, id: ConversationId, state: &State) -> Vec<Violation> {
        let nothing = (Vec::new(), Standing::default());
        let entries = self.journals.get(&id).unwrap_or(&nothing.0);
        let standing = self.timers.get(&id).unwrap_or(&nothing.1);
        let mut broken =
            [turned(&State::default(), state, entries), calls(entries), awaited(state, standing)].concat();
        if state.owner != Owner::Bot {
            broken.push(Violation::Stranded { what: format!("{:?}, who has it", state.owner) });
        }
        broken
    }

    /// The calls that the flows made, beside those that the service heard.
    fn misheard(&self, called: &Called) -> Vec<String> {
        let mut made = BTreeSet::new();
        for (id, entries) in &self.journals {
            made.extend(entries.iter().filter_map(|entry| match &entry.what {
                Happening::Called { call, .. } => Some(format!("{id}-{call}")),
                _ => None,
            }));
        }
        let unheard = made.iter().filter(|key| !called.keys.contains_key(*key));
        let unknown = called.keys.keys().filter(|key| !made.contains(*key));
        unheard
            .map(|key| format!("the call {key} was never heard"))
            .chain(unknown.map(|key| format!("the call {key} was heard, and no turn made it")))
            .chain(called.wrong())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01J9Z3K7T2N8Q4R6V0W1X5Y9AB";

    fn row(table: &str, key: &Value, fields: &Value) -> Row {
        let mut row = json!({ "id": { "$id": [table, key] } });
        let fields = fields.as_object().expect("fields").clone();
        row.as_object_mut().expect("a row").extend(fields);
        Row { table: table.to_owned(), row }
    }

    fn turn(sequence: u64, event: &str, what: &Value) -> Row {
        let entry = json!({ "sequence": sequence, "at": "2026-11-29T10:00:00Z", "what": what });
        let entries = json!([entry]).to_string();
        row("turn", &json!(["o", ID, sequence]), &json!({ "event": event, "entries": entries }))
    }

    fn conversation(sequence: u64) -> Row {
        let state = State { sequence, ..State::default() };
        let state = serde_json::to_string(&state).expect("written");
        row("conversation", &json!(["o", ID]), &json!({ "state": state }))
    }

    fn wrong(rows: &[Row], called: &Called) -> Vec<String> {
        let mut copy = Copied::default();
        for row in rows {
            copy.add(row).expect("a row of the store");
        }
        copy.wrong(called, GivenUp::Nothing)
    }

    #[test]
    fn a_store_that_agrees_with_itself_has_nothing_wrong() {
        let receipt = row("receipt", &json!(["o", "act", "1"]), &json!({}));
        let noted = json!({ "type": "noted", "by": ID, "name": "Ada", "text": "kind" });
        let call = json!({ "type": "called", "call": 3, "method": "POST", "url": "http://x" });
        let outcome = json!({ "failed": "no" });
        let answered = json!({ "type": "answered", "call": 3, "outcome": outcome });
        let mut called = Called::default();
        called.add(&format!("{ID}-3"), "call 1");
        let rows = [
            conversation(3),
            receipt,
            turn(1, "act/1", &noted),
            turn(2, "web/2", &call),
            turn(3, "answer/3", &answered),
        ];
        assert_eq!(wrong(&rows, &called), [] as [&str; 0]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let noted = json!({ "type": "noted", "by": ID, "name": "Ada", "text": "kind" });
        let check = |rows: &[Row], called: &Called, expected: &str| {
            let wrong = wrong(rows, called);
            assert!(wrong.iter().any(|sentence| sentence.contains(expected)), "{expected}: {wrong:?}");
        };
        let none = Called::default();
        let twice = [conversation(2), turn(1, "act/1", &noted), turn(2, "act/1", &noted)];
        check(&twice, &none, "act/1 had two turns");
        let receipt = row("receipt", &json!(["o", "act", "9"]), &json!({}));
        check(&[receipt], &none, "act/9 was acknowledged and had no turn");
        check(&[row("inbox", &json!([7, "o", "web", "m1"]), &json!({}))], &none, "is left");
        check(&[row("dead", &json!(["o", "m1"]), &json!({ "error": "no" }))], &none, "dead");
        check(&[conversation(2), turn(1, "act/1", &noted)], &none, "entry 2 stands in the journal behind");
        let call = json!({ "type": "called", "call": 3, "method": "POST", "url": "http://x" });
        check(&[conversation(1), turn(1, "web/1", &call)], &none, "was never heard");
        check(&[conversation(1), turn(1, "web/1", &call)], &none, "answered 0 times");
        let timer = json!({ "kind": "\"wait\"", "at": "2026-11-29T10:00:00Z" });
        check(&[conversation(0), row("timer", &json!([7, "o", ID, 1]), &timer)], &none, "timer 1 is set");
        let mut called = Called::default();
        called.add("c-1", "call 1");
        check(&[], &called, "no turn made it");
        called.add("c-2", "call 1");
        check(&[], &called, "under two keys");
        called.add("c-2", "call 2");
        check(&[], &called, "for something else");
    }
}
