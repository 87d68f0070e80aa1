//! What must be true of a conversation, whatever fails? Pure checks that the crash campaign, the simulation and the
//! running studio's debug assertions share. The studio asserts [`turned`] of every step, and [`awaited`] of every turn before it is
//! committed (`src/pipeline/assemble.rs`). [`versioned`] is what each of its transactions demands; nothing is left of it to assert.
//!
//! Three ledgers of one conversation are compared: what its visitor sent, what the store holds, what the visitor
//! heard. Each check returns every [`Violation`] that it finds; none means that the promise was kept.
//!
//! What holds of every single turn stands in `turn`, what holds of the store at every moment in `standing`, and what members did
//! is looked at in `acts`.

mod acts;
mod standing;
#[cfg(test)]
mod tests;
mod turn;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{
    acts::{Asked, acted, unanswered_acts},
    standing::{Standing, awaited},
    turn::{leased, numbered, turned, versioned},
};
use crate::{
    api::DeliveryState,
    dialogue::{Entry, Happening, Owner},
};

/// A message that the visitor sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The event's native id, which a repeat keeps.
    pub id: String,
    pub text: String,
    pub acknowledged: bool,
}

/// A message as the journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub sequence: u64,
    /// Of the visitor's messages; `None` for what the visitor was told.
    pub id: Option<String>,
    pub text: String,
}

/// A message that reached the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub sequence: u64,
    pub text: String,
    /// It came marked: it may have been delivered before.
    pub uncertain: bool,
}

/// One conversation's three ledgers, once nothing is under way any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledgers {
    /// In the order of sending; the next was sent when the one before was acknowledged.
    pub sent: Vec<Sent>,
    /// In the order of the journal.
    pub kept: Vec<Kept>,
    /// In the order of arrival.
    pub heard: Vec<Heard>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("{id} was acknowledged and is not kept")]
    Lost { id: String },
    #[error("{id} is not acknowledged, however often it is sent")]
    Unacknowledged { id: String },
    #[error("{id} is kept {times} times: its turn ran more than once")]
    Doubled { id: String, times: usize },
    #[error("{id} is kept and was never sent")]
    Invented { id: String },
    #[error("{id} is kept as {found:?} and was sent as {expected:?}")]
    Misworded { id: String, expected: String, found: String },
    #[error("{later} is kept before {earlier}, which was sent first")]
    Disordered { earlier: String, later: String },
    #[error("entry {found} stands in the journal behind entry {before}")]
    Misnumbered { before: u64, found: u64 },
    #[error("reply {place} is {found:?} and should be {expected:?}")]
    Misanswered { place: usize, expected: Option<String>, found: Option<String> },
    #[error("act {place} of the members is {found:?} and should be {expected:?}")]
    Misdone { place: usize, expected: Option<String>, found: Option<String> },
    #[error("{act} was acknowledged, and refused when its turn came")]
    Refused { act: String },
    #[error("message {sequence} was said and never heard")]
    Unheard { sequence: u64 },
    #[error("message {sequence} has left, and the API tells of it as {state:?}")]
    Untold { sequence: u64, state: Option<DeliveryState> },
    #[error("message {sequence} was heard as {text:?}, which is not kept")]
    Misheard { sequence: u64, text: String },
    #[error(
        "message {sequence} was changed or taken back, and is not shown as was asked for last, or more than once"
    )]
    Unchanged { sequence: u64 },
    #[error("message {sequence} was heard again without a mark")]
    Repeated { sequence: u64 },
    #[error("message {sequence} came with a mark, and nothing had happened by which it may have come before")]
    Mismarked { sequence: u64 },
    #[error("message {later} was first heard before message {earlier}")]
    HeardDisordered { earlier: u64, later: u64 },
    #[error("entry {sequence} was said by somebody else while the conversation was of {owner:?}")]
    TalkedOver { sequence: u64, owner: Owner },
    #[error(
        "owner and lease are {found:?} and {lease}, and the entries say {expected:?} and {expected_lease}"
    )]
    Misowned { found: Owner, lease: u64, expected: Owner, expected_lease: u64 },
    #[error("version {found} of the conversation follows on version {before}")]
    Misversioned { before: u64, found: u64 },
    #[error("the conversation waits for {what}, which nothing will bring")]
    Stranded { what: String },
    #[error("call {call} left and was answered {times} times")]
    Unanswered { call: u64, times: usize },
    #[error("call {key} came again and asked for something else")]
    Miscalled { key: String },
    #[error("what is kept is not what its events lead to")]
    Misreplayed,
    #[error("entry {sequence} was said before a wish to be forgotten, and its words are kept")]
    Unforgotten { sequence: u64 },
    #[error("timer {timer} is set in the store and not known to the conversation, or for another time")]
    Stray { timer: u64 },
    #[error("timer {timer} was due for long, and nothing kept it from being fired")]
    Overslept { timer: u64 },
}

impl Kept {
    /// The message of an entry; `None` where nobody said anything to the other.
    pub fn of(entry: &Entry) -> Option<Self> {
        let (id, text) = match &entry.what {
            Happening::Received { id, content, .. } => (Some(id.clone()), content.plain()),
            Happening::Pressed { id, title, .. } => (Some(id.clone()), title.clone()),
            Happening::Said { content, .. } => (None, content.plain()),
            _ => return None,
        };
        Some(Self { sequence: entry.sequence, id, text })
    }
}

impl Ledgers {
    /// Everything that can be asked of the three ledgers alone.
    pub fn check(&self) -> Vec<Violation> {
        [received(&self.sent, &self.kept), ordered(&self.sent, &self.kept), heard(&self.kept, &self.heard)]
            .concat()
    }

    /// Of visitors who send again until they have an answer, and of a studio that is up: each has one.
    pub fn unacknowledged(&self) -> Vec<Violation> {
        let open = self.sent.iter().filter(|sent| !sent.acknowledged);
        open.map(|sent| Violation::Unacknowledged { id: sent.id.clone() }).collect()
    }
}

/// What was acknowledged is kept, nothing is kept twice, nothing that was not sent, and nothing in other words than it was sent in.
pub fn received(sent: &[Sent], kept: &[Kept]) -> Vec<Violation> {
    let mut known: BTreeMap<&str, (&str, usize)> =
        sent.iter().map(|sent| (sent.id.as_str(), (sent.text.as_str(), 0))).collect();
    let mut violations = Vec::new();
    for Kept { id, text: found, .. } in kept {
        let Some(id) = id else { continue };
        match known.get_mut(id.as_str()) {
            Some((expected, times)) => {
                *times += 1;
                if *expected != found.as_str() {
                    let (id, expected, found) = (id.clone(), (*expected).to_owned(), found.clone());
                    violations.push(Violation::Misworded { id, expected, found });
                }
            }
            None => violations.push(Violation::Invented { id: id.clone() }),
        }
    }
    for Sent { id, acknowledged, .. } in sent {
        match known[id.as_str()].1 {
            0 if *acknowledged => violations.push(Violation::Lost { id: id.clone() }),
            0 | 1 => {}
            times => violations.push(Violation::Doubled { id: id.clone(), times }),
        }
    }
    violations
}

/// The visitor's messages are kept in the order in which they were sent.
pub fn ordered(sent: &[Sent], kept: &[Kept]) -> Vec<Violation> {
    let place: BTreeMap<&str, usize> =
        sent.iter().enumerate().map(|(place, sent)| (sent.id.as_str(), place)).collect();
    let known: Vec<&str> =
        kept.iter().filter_map(|kept| kept.id.as_deref()).filter(|id| place.contains_key(id)).collect();
    let disordered = known.windows(2).filter(|pair| place[pair[0]] > place[pair[1]]);
    disordered
        .map(|pair| Violation::Disordered { earlier: pair[1].to_owned(), later: pair[0].to_owned() })
        .collect()
}

/// Of a bot whose replies follow from what it was told: each was said once, and in this order. A message whose turn ran twice, and
/// a timer that never fired, show here; a timer that fired twice does not, for the second firing says nothing.
pub fn answered(expected: &[String], kept: &[Kept]) -> Vec<Violation> {
    let said: Vec<&String> = kept.iter().filter(|kept| kept.id.is_none()).map(|kept| &kept.text).collect();
    let first =
        (0..expected.len().max(said.len())).find(|place| expected.get(*place) != said.get(*place).copied());
    // What follows the first difference is shifted, and says nothing more.
    first
        .map(|place| Violation::Misanswered {
            place,
            expected: expected.get(place).cloned(),
            found: said.get(place).copied().cloned(),
        })
        .into_iter()
        .collect()
}

/// All that was said was heard, as it was said and in its order; again only where it was marked.
pub fn heard(kept: &[Kept], heard: &[Heard]) -> Vec<Violation> {
    [hearing(kept, heard), unheard(kept, heard)].concat()
}

/// What of it was not heard, in its order. While something is under way, what may still come is not to be given.
pub fn unheard(kept: &[Kept], heard: &[Heard]) -> Vec<Violation> {
    let known: BTreeSet<u64> = heard.iter().map(|heard| heard.sequence).collect();
    let said = kept.iter().filter(|kept| kept.id.is_none());
    let unheard = said.filter(|kept| !known.contains(&kept.sequence));
    unheard.map(|kept| Violation::Unheard { sequence: kept.sequence }).collect()
}

/// What was heard so far was said, came in its order, and again only where it was marked.
pub fn hearing(kept: &[Kept], heard: &[Heard]) -> Vec<Violation> {
    let texts: BTreeMap<u64, &str> = kept.iter().map(|kept| (kept.sequence, kept.text.as_str())).collect();
    let mut known = BTreeSet::new();
    let mut violations = Vec::new();
    for Heard { sequence, text, uncertain } in heard {
        if texts.get(sequence) != Some(&text.as_str()) {
            violations.push(Violation::Misheard { sequence: *sequence, text: text.clone() });
        }
        let latest = known.last().copied();
        if !known.insert(*sequence) {
            if !uncertain {
                violations.push(Violation::Repeated { sequence: *sequence });
            }
        } else if let Some(later) = latest.filter(|latest| latest > sequence) {
            violations.push(Violation::HeardDisordered { earlier: *sequence, later });
        }
    }
    violations
}

/// A mark says that a message may have come before: since it was said there was a kill, or a try without an answer. `explained` are
/// the places in `heard` of which this is so.
pub fn marked(heard: &[Heard], explained: &BTreeSet<usize>) -> Vec<Violation> {
    let mismarked = heard.iter().enumerate().filter(|(place, it)| it.uncertain && !explained.contains(place));
    mismarked.map(|(_, it)| Violation::Mismarked { sequence: it.sequence }).collect()
}

/// Once nothing is under way any more: of all that was said it is told that it has left, or, where a platform tells so much,
/// that it has come as far as `least`.
pub fn told(kept: &[Kept], least: DeliveryState, states: &BTreeMap<u64, DeliveryState>) -> Vec<Violation> {
    let said = kept.iter().filter(|kept| kept.id.is_none());
    let untold = said.filter_map(|Kept { sequence, .. }| {
        let state = states.get(sequence).copied();
        let is_told = state.is_some_and(|state| state >= least && state != DeliveryState::Failed);
        (!is_told).then_some(Violation::Untold { sequence: *sequence, state })
    });
    untold.collect()
}

/// Once nothing is under way any more: every call that left was answered, if only with a failure, and once.
pub fn calls(entries: &[Entry]) -> Vec<Violation> {
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for entry in entries {
        match &entry.what {
            Happening::Called { call, .. } => _ = times.entry(*call).or_default(),
            Happening::Answered { call, .. } => *times.entry(*call).or_default() += 1,
            _ => {}
        }
    }
    let wrong = times.into_iter().filter(|(_, times)| *times != 1);
    wrong.map(|(call, times)| Violation::Unanswered { call, times }).collect()
}
