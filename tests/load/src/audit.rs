//! Does all that the store holds agree with itself, and with what its neighbours saw?
//!
//! The three ledgers look at one conversation as its visitor does. Here everything is copied out (`GET /export`), of all
//! conversations since the campaign began, and looked at row by row, once nothing is under way any more:
//!
//! 1. every event that was acknowledged had one turn, and no event had two; nor had a timer's, though a second says nothing: the
//!    versions of all conversations count as many turns as there are receipts;
//! 2. nothing waits in inbox or outbox, is parked, or is given up, but for what [`GivenUp`] allows;
//! 3. owner, lease and number of each conversation are what its journal leads to, and nobody kept a conversation;
//! 4. every call that left was answered once, by a service that was asked under one key and for one thing;
//! 5. every conversation has the timers that it waits for, and no others are set; what a flow waited for fired once;
//! 6. what was said before an acknowledged wish to be forgotten stands nowhere, and what was said since stands there still
//!    ([`crate::forgotten`]). No such message stands in the log either.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;
use studio_core::{
    dialogue::{Entry, Happening, Owner, State, Status},
    id::ConversationId,
    invariants::{Standing, Violation, awaited, calls, turned},
};
use tokio::time::sleep;

use crate::{
    forgotten::words,
    home::{HTTP, Home, WEB},
    ledger::{Called, Ledger},
    platforms::Way,
};

/// Until what has done its work is swept out.
const SWEPT_WITHIN: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(200);
/// Sentences that are told.
const MOST: usize = 20;
/// Sources of events each of which writes something into its conversation's journal, beside the platforms' connections.
const TELLING: [&str; 4] = [WEB, HTTP, "act", "answer"];
/// The source of the events of timers.
const TIMER: &str = "timer";

/// What may have been given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    Nothing,
    /// Messages to platforms, which take nothing from some people any more.
    Some,
    /// Calls that did not get through to their service, or were not answered in time. Of the events, so many were parked and had no turn.
    Calls {
        parked: usize,
    },
}

impl GivenUp {
    /// Events that are parked.
    fn parked(self) -> usize {
        match self {
            Self::Nothing | Self::Some => 0,
            Self::Calls { parked } => parked,
        }
    }
}

/// What is wrong with it, in sentences.
pub async fn audit(home: &Home, ledger: &Ledger, given_up: GivenUp) -> anyhow::Result<Vec<String>> {
    let mut wrong = audit_at(&home.socket(), ledger, given_up).await?;
    let log = std::fs::read(home.log())?;
    let logged = words(&String::from_utf8_lossy(&log)).next().map(str::to_owned);
    wrong.extend(logged.map(|word| format!("{word}, which a visitor said, stands in the log")));
    Ok(wrong)
}

/// The same of a studio whose owner's socket this is, but for its log.
pub async fn audit_at(socket: &Path, ledger: &Ledger, given_up: GivenUp) -> anyhow::Result<Vec<String>> {
    let client = Client::builder().unix_socket(socket).read_timeout(SWEPT_WITHIN).build()?;
    let (called, remembered) = (ledger.calls().clone(), ledger.remembered().clone());
    let begun = Instant::now();
    loop {
        // A copy is of the moment at which it was begun, however long it takes.
        let of = Instant::now();
        let copied = copy(&client).await?;
        let mut wrong = remembered.wrong(&copied.words);
        wrong.extend(copied.wrong(&called, given_up));
        wrong.truncate(MOST);
        if wrong.is_empty() || of.duration_since(begun) > SWEPT_WITHIN {
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
    /// Receipts of whatever source, and the turns that the conversations count. An event has a receipt and a turn.
    accepted: u64,
    turns: u64,
    /// When each timer that fired was due, in microseconds.
    fired: BTreeMap<(ConversationId, u64), Vec<u64>>,
    events: HashSet<String>,
    /// Rows that should be gone.
    left: Vec<String>,
    parked: BTreeSet<String>,
    given_up: Vec<Letter>,
    twice: Vec<String>,
    /// Words of those who want to be forgotten, and the tables in which they stand.
    words: BTreeMap<String, BTreeSet<String>>,
}

/// Something that was given up.
#[derive(Debug)]
struct Letter {
    is_call: bool,
    told: String,
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
            let text = String::from_utf8_lossy(line);
            let line: Line = serde_json::from_str(&text).context("a line of the copy cannot be read")?;
            is_whole |= line.footer.is_some();
            if let Some(row) = line.row {
                copy.find(&row.table, &text);
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
                self.turns += row["version"].as_u64().context("no version")?;
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
                self.accepted += 1;
                if source == TIMER {
                    let (timer, due) = fired(native).with_context(|| format!("a timer's event {native}"))?;
                    self.fired.entry(timer).or_default().push(due);
                } else if TELLING.contains(&source) || Way::ALL.iter().any(|way| way.name() == source) {
                    self.receipts.insert(format!("{source}/{native}"));
                }
            }
            "timer" => {
                let timer = key[3].as_u64().context("no number of the timer")?;
                let set = (serde_json::from_str(text("kind")?)?, text("at")?.parse()?);
                self.timers.entry(part(2)?.parse()?).or_default().timers.insert(timer, set);
            }
            "inbox" | "outbox" => self.left.push(format!("{table} {key}")),
            "parked" => _ = self.parked.insert(format!("{}/{}", part(1)?, part(2)?)),
            "dead" => {
                // One that cannot be read is no call.
                let payload = row["row"]["payload"].as_str().map(serde_json::from_str::<Value>);
                let is_call = matches!(payload, Some(Ok(payload)) if payload.get("call").is_some());
                let told = format!("{table} {key}: {}", row["error"]);
                self.given_up.push(Letter { is_call, told });
            }
            _ => {}
        }
        Ok(())
    }

    fn find(&mut self, table: &str, text: &str) {
        for word in words(text) {
            self.words.entry(word.to_owned()).or_default().insert(table.to_owned());
        }
    }

    fn wrong(&self, called: &Called, given_up: GivenUp) -> Vec<String> {
        let left = self.left.iter().map(|row| format!("{row} is left"));
        let lost = self.given_up.iter().filter(|letter| match given_up {
            GivenUp::Nothing => true,
            GivenUp::Some => false,
            GivenUp::Calls { .. } => !letter.is_call,
        });
        let lost = lost.map(|letter| letter.told.clone());
        let twice = self.twice.iter().map(|event| format!("the event {event} had two turns"));
        let has_come_to_nothing =
            |event: &&String| !self.events.contains(*event) && !self.parked.contains(*event);
        let without = self.receipts.iter().filter(has_come_to_nothing);
        let without = without.map(|event| format!("the event {event} was acknowledged and had no turn"));
        let broken = self.states.iter().flat_map(|(id, state)| {
            let broken = self.broken(*id, state);
            broken.into_iter().map(move |violation| format!("conversation {id}: {violation}"))
        });
        let all = left.chain(lost).chain(twice).chain(without).chain(broken);
        let all = all.chain(self.misparked(given_up)).chain(self.miscounted()).chain(self.mistimed());
        all.chain(self.misheard(called, given_up)).take(MOST).collect()
    }

    fn misparked(&self, given_up: GivenUp) -> Option<String> {
        let expected = given_up.parked();
        (self.parked.len() != expected)
            .then(|| format!("{:?} are parked, and {expected} events should be", self.parked))
    }

    /// A turn that says nothing is no row, but a version all the same. What is parked was accepted and had none.
    fn miscounted(&self) -> Option<String> {
        let (accepted, turns, parked) = (self.accepted, self.turns, self.parked.len());
        let done = turns + u64::try_from(parked).unwrap_or(u64::MAX);
        (accepted != done).then(|| {
            format!(
                "{accepted} events were accepted, {turns} turns were done, and {parked} events are parked"
            )
        })
    }

    /// What flows waited for, beside the timers that fired.
    fn mistimed(&self) -> Vec<String> {
        let again = self.fired.iter().filter(|(_, due)| due.len() > 1);
        let mut wrong: Vec<_> = again
            .map(|((id, timer), due)| format!("timer {timer} of conversation {id} fired {} times", due.len()))
            .collect();
        for (id, entries) in &self.journals {
            let fired = self.fired.range((*id, 0)..=(*id, u64::MAX)).flat_map(|(_, due)| due);
            let fired: Vec<u64> = fired.copied().collect();
            let set = self.timers.get(id).map(|standing| &standing.timers);
            let waits = entries.iter().enumerate();
            let waits = waits.filter_map(|(place, entry)| Some((place, waited(entry)?)));
            for (place, until) in waits {
                let is_set = set.is_some_and(|set| set.values().any(|(_, at)| *at == until));
                let times = fired.iter().filter(|due| **due == microseconds(until)).count();
                // Whoever says something meanwhile has the flow begin anew.
                let ends = |it: &Entry| match it.what {
                    Happening::Closed { .. } | Happening::Erased => true,
                    Happening::FlowEnded { .. } => it.at < until,
                    _ => false,
                };
                let is_over = entries[place..].iter().any(ends);
                let least = usize::from(!is_over);
                if !(least..=1).contains(&(times + usize::from(is_set))) {
                    wrong.push(format!(
                        "conversation {id} waited until {until}, and its timer fired {times} times"
                    ));
                }
            }
        }
        wrong
    }

    fn broken(&self, id: ConversationId, state: &State) -> Vec<Violation> {
        let nothing = (Vec::new(), Standing::default());
        let entries = self.journals.get(&id).unwrap_or(&nothing.0);
        let standing = self.timers.get(&id).unwrap_or(&nothing.1);
        let mut broken =
            [turned(&State::default(), state, entries), calls(entries), awaited(state, standing)].concat();
        // Who closed a conversation has it until it is opened again.
        if state.owner != Owner::Bot && state.status == Status::Open {
            broken.push(Violation::Stranded { what: format!("{:?}, who has it", state.owner) });
        }
        broken
    }

    /// The calls that the flows made, beside those that the service heard.
    fn misheard(&self, called: &Called, given_up: GivenUp) -> Vec<String> {
        let mut made = BTreeSet::new();
        for (id, entries) in &self.journals {
            made.extend(entries.iter().filter_map(|entry| match &entry.what {
                Happening::Called { call, .. } => Some(format!("{id}-{call}")),
                _ => None,
            }));
        }
        let must_be_heard = !matches!(given_up, GivenUp::Calls { .. });
        let unheard = made.iter().filter(|key| must_be_heard && !called.keys.contains_key(*key));
        let unknown = called.keys.keys().filter(|key| !made.contains(*key));
        unheard
            .map(|key| format!("the call {key} was never heard"))
            .chain(unknown.map(|key| format!("the call {key} was heard, and no turn made it")))
            .chain(called.wrong())
            .collect()
    }
}

/// Whose timer it was, its number, and when it was due.
fn fired(native: &str) -> Option<((ConversationId, u64), u64)> {
    let mut parts = native.split('.');
    let (id, timer, due) = (parts.next()?, parts.next()?, parts.next()?);
    Some(((id.parse().ok()?, timer.parse().ok()?), due.parse().ok()?))
}

fn waited(entry: &Entry) -> Option<Timestamp> {
    match &entry.what {
        Happening::Waiting { until } => Some(*until),
        _ => None,
    }
}

/// As the store's keys have it: rounded up.
fn microseconds(at: Timestamp) -> u64 {
    let whole = u64::try_from(at.as_microsecond()).unwrap_or_default();
    whole + u64::from(at.subsec_nanosecond() % 1_000 > 0)
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

    /// With a turn for each entry.
    fn conversation(sequence: u64) -> Row {
        let state = State { sequence, ..State::default() };
        let state = serde_json::to_string(&state).expect("written");
        row("conversation", &json!(["o", ID]), &json!({ "state": state, "version": sequence }))
    }

    fn closed_state() -> String {
        let state = State { sequence: 2, status: Status::Closed, ..State::default() };
        serde_json::to_string(&state).expect("written")
    }

    fn receipt(source: &str, native: &str) -> Row {
        row("receipt", &json!(["o", source, native]), &json!({}))
    }

    fn wrong(rows: &[Row], called: &Called) -> Vec<String> {
        wrong_but(rows, called, GivenUp::Nothing)
    }

    fn wrong_but(rows: &[Row], called: &Called, given_up: GivenUp) -> Vec<String> {
        let mut copy = Copied::default();
        for row in rows {
            copy.add(row).expect("a row of the store");
        }
        copy.wrong(called, given_up)
    }

    #[test]
    fn a_store_that_agrees_with_itself_has_nothing_wrong() {
        let noted = json!({ "type": "noted", "by": ID, "name": "Ada", "text": "kind" });
        let call = json!({ "type": "called", "call": 3, "method": "POST", "url": "http://x" });
        let outcome = json!({ "failed": "no" });
        let answered = json!({ "type": "answered", "call": 3, "outcome": outcome });
        let mut called = Called::default();
        called.add(&format!("{ID}-3"), "call 1");
        let rows = [
            conversation(3),
            receipt("act", "1"),
            receipt(WEB, "2"),
            receipt("answer", "3"),
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
        check(&[receipt("act", "9")], &none, "act/9 was acknowledged and had no turn");
        let platform = Way::ALL[0].name();
        check(&[receipt(platform, "9")], &none, "/9 was acknowledged and had no turn");
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

    #[test]
    fn what_may_be_given_up_is_told_where_it_is_something_else() {
        let dead = |payload: Value| {
            let fields = json!({ "error": "no", "row": { "payload": payload.to_string() } });
            row("dead", &json!(["o", "m1"]), &fields)
        };
        let message = || dead(json!({ "message": { "type": "text", "text": "say 1" } }));
        let call = || dead(json!({ "call": { "method": "POST" } }));
        let made = json!({ "type": "called", "call": 1, "method": "POST", "url": "http://x" });
        let answered = json!({ "type": "answered", "call": 1, "outcome": { "failed": "no" } });
        let unheard = || {
            vec![
                conversation(2),
                receipt(WEB, "1"),
                receipt("answer", "1"),
                turn(1, "web/1", &made),
                turn(2, "answer/1", &answered),
            ]
        };
        let parked = || vec![receipt(HTTP, "t:1"), row("parked", &json!(["o", HTTP, "t:1"]), &json!({}))];
        let check = |rows: &[Row], given_up: GivenUp, expected: &[&str]| {
            let wrong = wrong_but(rows, &Called::default(), given_up);
            let fits = wrong.len() == expected.len()
                && wrong.iter().zip(expected).all(|(sentence, expected)| sentence.contains(expected));
            assert!(fits, "{given_up:?}: {wrong:?}");
        };
        let calls = GivenUp::Calls { parked: 0 };
        check(&[call()], calls, &[]);
        check(&[call()], GivenUp::Nothing, &["dead"]);
        check(&[message()], calls, &["dead"]);
        check(&[message()], GivenUp::Some, &[]);
        check(&unheard(), calls, &[]);
        check(&unheard(), GivenUp::Nothing, &["was never heard"]);
        check(&parked(), GivenUp::Calls { parked: 1 }, &[]);
        check(&parked(), GivenUp::Nothing, &["are parked"]);
        check(&parked(), calls, &["are parked"]);
        check(&[], GivenUp::Calls { parked: 1 }, &["should be"]);
        check(&[receipt(HTTP, "t:1")], calls, &["had no turn", "1 events were accepted"]);
    }

    #[test]
    fn a_timer_fires_once() {
        let until = "2026-11-29T10:00:00.0000015Z";
        let (once, never) = ("1795946400000002", "1795946400000001");
        let said = json!({ "type": "waiting", "until": until });
        let wrong_where = |receipts: &[Row], version: u64| {
            let state = serde_json::to_string(&State { sequence: 1, ..State::default() }).expect("written");
            let fields = json!({ "state": state, "version": version });
            let mut rows = vec![row("conversation", &json!(["o", ID]), &fields), turn(1, "web/1", &said)];
            rows.push(receipt(WEB, "1"));
            rows.extend(
                receipts.iter().map(|Row { table, row }| Row { table: table.clone(), row: row.clone() }),
            );
            wrong(&rows, &Called::default())
        };
        let fired = |timer: u64, due: &str| receipt(TIMER, &format!("{ID}.{timer}.{due}"));
        assert_eq!(wrong_where(&[fired(1, once)], 2), [] as [&str; 0]);
        let check = |receipts: &[Row], version: u64, expected: &str| {
            let wrong = wrong_where(receipts, version);
            assert!(wrong.iter().any(|sentence| sentence.contains(expected)), "{expected}: {wrong:?}");
        };
        check(&[], 1, "fired 0 times");
        check(&[fired(1, never)], 2, "fired 0 times");
        check(&[fired(1, once), fired(1, never)], 3, "fired 2 times");
        check(&[fired(1, once), fired(2, once)], 3, "fired 2 times");
        let closed = json!({ "type": "closed", "by": "Ada" });
        let over = [
            row("conversation", &json!(["o", ID]), &json!({ "state": closed_state(), "version": 2 })),
            turn(1, "web/1", &said),
            turn(2, "act/1", &closed),
            receipt(WEB, "1"),
            receipt("act", "1"),
        ];
        assert_eq!(wrong(&over, &Called::default()), [] as [&str; 0]);
        // The same event again: the second turn says nothing.
        check(&[fired(1, once)], 3, "2 events were accepted, 3 turns were done");
    }
}
