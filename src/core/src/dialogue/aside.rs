//! What had a flow been told that a digression puts aside?
//!
//! Slots are shared by all flows. What a digression fills for itself is undone when the flow below goes on; what that flow
//! did not know stays filled.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Known, State, answered, turn::Turn};
use crate::bot::Flow;

/// The filled slots of what runs and of the flows that it calls, the one that was used last at the end.
pub fn known(turn: &Turn<'_>) -> Vec<Known> {
    let running = turn.state.stack.iter().filter_map(|frame| turn.bot.flows.get(&frame.flow));
    let flows = running.flat_map(|flow| answered::with_called(turn.bot, flow));
    let slots = flows.flat_map(slots_of).filter(|slot| !turn.is_kept(slot)).collect::<BTreeSet<_>>();
    let answered = &turn.state.answered;
    let place = |slot: &str| answered.iter().position(|answered| answered.slot == slot);
    let mut known = Vec::new();
    for slot in slots {
        let Some(value) = turn.state.slots.get(slot).filter(|value| !value.is_null()) else { continue };
        let stack = place(slot).map(|place| answered[place].stack.clone());
        known.push(Known { slot: slot.to_owned(), value: value.clone(), stack });
    }
    known.sort_by_key(|known| place(&known.slot));
    known
}

fn slots_of(flow: &Flow) -> impl Iterator<Item = &str> {
    flow.nodes.iter().flat_map(|node| node.kind.fills())
}

/// Gives a flow that goes on what it had been told.
pub fn restore(turn: &mut Turn<'_>, known: Vec<Known>) {
    for Known { slot, value, stack } in known {
        if turn.state.slots.get(&slot) != Some(&value) {
            // It was kept before, so it is not too large.
            let _ = turn.fill(&slot, value);
            turn.just_filled.remove(&slot);
        }
        if let Some(stack) = stack {
            answered::put_back(turn, &slot, stack);
        }
    }
}

/// What stands aside keeps every slot that is filled, whoever filled it, before all of them are emptied.
pub fn keep_filled(turn: &mut Turn<'_>) {
    let bot = turn.bot;
    let is_kept = |slot: &str| bot.slots.get(slot).is_some_and(|slot| slot.keep);
    let State { slots, interrupted, .. } = &mut turn.state;
    for suspended in interrupted {
        for (slot, value) in slots.iter().filter(|(slot, value)| !is_kept(slot) && !value.is_null()) {
            if !suspended.known.iter().any(|known| known.slot == *slot) {
                suspended.known.push(Known { slot: slot.clone(), value: value.clone(), stack: None });
            }
        }
    }
}

/// A slot has another value than when the flow was put aside, or none, and for that flow too.
pub fn renew(known: &mut Vec<Known>, slots: &BTreeMap<String, Value>, slot: &str) {
    let Some(value) = slots.get(slot) else {
        known.retain(|known| known.slot != slot);
        return;
    };
    for known in known.iter_mut().filter(|known| known.slot == slot) {
        known.value.clone_from(value);
    }
}
