//! Does the store hold what a conversation waits for? At every moment, whatever ended before it was done.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Violation;
use crate::dialogue::{Expecting, State, TimerKind};

/// What stands in the store for one conversation and will make it go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Numbers of the calls in the outbox.
    pub calls: BTreeSet<u64>,
    /// Numbers of the calls whose answer waits in the inbox.
    pub answers: BTreeSet<u64>,
    pub timers: BTreeMap<u64, (TimerKind, Timestamp)>,
    /// Numbers of the timers whose event waits in the inbox.
    pub due: BTreeSet<u64>,
}

impl Standing {
    /// All that makes a conversation in this state go on, none of it due or answered yet.
    pub fn of(state: &State) -> Self {
        Self { calls: calls(state).collect(), timers: state.timers.clone(), ..Self::default() }
    }
}

/// Every call that a flow waits for will leave or is answered; the conversation's timers are set or due, and no
/// others are set.
pub fn awaited(state: &State, standing: &Standing) -> Vec<Violation> {
    let lost = calls(state).filter(|call| !standing.calls.contains(call) && !standing.answers.contains(call));
    let mut violations: Vec<_> =
        lost.map(|call| Violation::Stranded { what: format!("the answer to call {call}") }).collect();
    let unset = state
        .timers
        .keys()
        .filter(|timer| !standing.timers.contains_key(timer) && !standing.due.contains(timer));
    violations.extend(unset.map(|timer| Violation::Stranded { what: format!("timer {timer}") }));
    let strays = standing.timers.iter().filter(|(timer, set)| state.timers.get(timer) != Some(set));
    violations.extend(strays.map(|(timer, _)| Violation::Stray { timer: *timer }));
    violations
}

/// Numbers of the calls that flows wait for.
fn calls(state: &State) -> impl Iterator<Item = u64> {
    let waits = [&state.expecting, &state.held]
        .into_iter()
        .chain(state.interrupted.iter().map(|suspended| &suspended.expecting));
    waits.filter_map(|expecting| match expecting {
        Expecting::Answer { call } => Some(*call),
        Expecting::Anything
        | Expecting::Reply { .. }
        | Expecting::Rating { .. }
        | Expecting::Found { .. }
        | Expecting::Timer { .. }
        | Expecting::Person => None,
    })
}
