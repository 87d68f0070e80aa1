//! The visitor asked that everything said be forgotten.

use crate::dialogue::{Expecting, Happening, Owner, State, turn::Turn};

/// Wipes the state. What no longer speaks of anybody stays: numbers, so that none is given twice,
/// language, and who may speak, so that the bot does not talk over a person.
pub fn run(turn: &mut Turn<'_>) {
    for timer in turn.state.timers.keys().copied().collect::<Vec<_>>() {
        turn.unremind(timer);
    }
    let old = std::mem::take(&mut turn.state);
    let expecting = if old.owner == Owner::Bot { Expecting::Anything } else { Expecting::Person };
    turn.state = State {
        version: turn.context.version,
        language: old.language,
        sequence: old.sequence,
        counter: old.counter,
        owner: old.owner,
        lease: old.lease,
        status: old.status,
        expecting,
        heard_at: Some(turn.now),
        ..State::default()
    };
    turn.erase();
    turn.record(Happening::Erased);
    turn.state.erased = turn.state.sequence;
}
