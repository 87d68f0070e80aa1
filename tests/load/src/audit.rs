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
//! 5. every conversation has the timers that it waits for, and no others are set; what a flow waited for fired once, unless it was over
//!    before it was due, or so soon after that as a timer may be late;
//! 6. what was said before an acknowledged wish to be forgotten stands nowhere, and what was said since stands there still
//!    ([`crate::forgotten`]). No such message stands in the log either.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
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
    patience::Patience,
    platforms::Way,
    stored::{self, Row},
    uptime::Uptime,
};

const AGAIN: Duration = Duration::from_millis(200);
/// Sentences that are told.
const MOST: usize = 20;
/// Sources of events each of which writes something into its conversation's journal, beside the platforms' connections.
const TELLING: [&str; 4] = [WEB, HTTP, "act", "answer"];
/// The source of the events of timers.
const TIMER: &str = "timer";
/// A studio that is up may fire a timer so late; and so many times later than the latest of those that fired, for a machine may be slow.
const LATE: SignedDuration = SignedDuration::from_secs(2);
const LATER: i32 = 3;

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
    let client = stored::client_at(socket)?;
    let (called, remembered, uptime) = (ledger.calls().clone(), ledger.remembered().clone(), ledger.uptime());
    let mut patience = Patience::new(Instant::now());
    loop {
        // A copy is of the moment at which it was begun, however long it takes.
        let of = Instant::now();
        let copied = copy(&client).await?;
        let mut wrong = remembered.wrong(&copied.words);
        wrong.extend(copied.wrong(&called, given_up, &uptime));
        wrong.truncate(MOST);
        if wrong.is_empty() || patience.is_lost(&client, of, (copied.progress(), wrong.clone())).await {
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
    /// When a timer that fired was due, and when it had its turn.
    turns_of_timers: Vec<(Timestamp, Timestamp)>,
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

async fn copy(client: &Client) -> anyhow::Result<Copied> {
    let mut copy = Copied::default();
    let copied = stored::copied(client, |row, line| {
        copy.find(&row.table, line);
        copy.add(row).with_context(|| format!("a row of {}: {}", row.table, row.row))
    });
    copied.await?;
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
                self.turns_of_timers.extend(turn_of_timer(&event, &entries));
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

    /// While this changes, what is under way may yet come to its end.
    fn progress(&self) -> (u64, u64, [usize; 4]) {
        let under_way = [self.left.len(), self.fired.len(), self.parked.len(), self.given_up.len()];
        (self.accepted, self.turns, under_way)
    }

    fn wrong(&self, called: &Called, given_up: GivenUp, uptime: &Uptime) -> Vec<String> {
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
        let all = all.chain(self.misparked(given_up)).chain(self.miscounted()).chain(self.mistimed(uptime));
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
    fn mistimed(&self, uptime: &Uptime) -> Vec<String> {
        let late = self.turns_of_timers.iter().map(|(due, at)| uptime.between(*due, *at)).max();
        let slack = LATE + late.unwrap_or_default() * LATER;
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
                    Happening::Closed { .. } | Happening::Erased => uptime.between(until, it.at) <= slack,
                    Happening::FlowEnded { .. } => {
                        it.at < until || uptime.is_known() && uptime.between(until, it.at) <= slack
                    }
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

/// When the timer was due whose turn this is, and when it had it.
fn turn_of_timer(event: &str, entries: &[Entry]) -> Option<(Timestamp, Timestamp)> {
    let native = event.strip_prefix(TIMER)?.strip_prefix('/')?;
    let (_, due) = fired(native)?;
    let due = Timestamp::from_microsecond(i64::try_from(due).ok()?).ok()?;
    Some((due, entries.first()?.at))
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
