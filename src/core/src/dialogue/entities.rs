//! Which slots does a message fill by what it names?

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    answered,
    evaluate::Fault,
    implied,
    turn::Turn,
    utterance::Utterance,
    validate::{Fit, coerce},
};
use crate::{
    bot::{Ask, Flow},
    understanding::EntityMatch,
};

/// Fills every slot that an entity of the message stands for.
///
/// The slots that `flow` asks for come first, in the order of its questions, so that "from Bonn to
/// Ulm" fills them in the order in which they would be asked. `used` are words that were an answer
/// already. With `only_empty`, what is filled stays: somewhere in an answer a thing is rather
/// mentioned than corrected. What is left may still answer questions of `flow` in passing.
pub fn fill(
    turn: &mut Turn<'_>,
    utterance: &Utterance<'_>,
    flow: Option<&Flow>,
    used: Option<&str>,
    only_empty: bool,
) -> Result<(), Fault> {
    let mut slots = flow.into_iter().flat_map(answered::asks).map(|ask| ask.slot.clone()).collect::<Vec<_>>();
    slots.extend(turn.bot.slots.keys().cloned());
    let mut taken = BTreeSet::new();
    let mut words = used.map(str::to_owned).into_iter().collect::<Vec<_>>();
    for found in &utterance.understanding.entities {
        if used.is_some_and(|used| used.contains(&found.text) || found.text.contains(used)) {
            continue;
        }
        for slot in &slots {
            let from = turn.bot.slots.get(slot).is_some_and(|slot| found.is_one_of(&slot.from));
            if !from || taken.contains(slot) || (only_empty && turn.is_filled(slot)) {
                continue;
            }
            let ask = flow.and_then(|flow| answered::asks(flow).find(|ask| ask.slot == *slot));
            let fit = reading(turn, utterance, slot, ask, found)?;
            if let (Some(Fit::No(misfit)), Some(_)) = (&fit, ask)
                && misfit.is_bound()
            {
                turn.refused.insert(slot.clone(), misfit.clone());
            }
            if let Some(value) = fit.and_then(Fit::value) {
                if turn.is_sensitive(slot) {
                    turn.mask_received(&found.text);
                }
                turn.fill(slot, value)?;
                turn.refused.remove(slot);
                taken.insert(slot.clone());
                words.push(found.text.clone());
                if ask.is_some() {
                    answered::named(turn, slot);
                }
                break;
            }
        }
    }
    match flow {
        Some(flow) => implied::fill(turn, utterance, flow, &words, only_empty),
        None => Ok(()),
    }
}

/// What an entity is in a slot; nothing if the question for it would not take it.
pub fn value(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    slot: &str,
    ask: Option<&Ask>,
    found: &EntityMatch,
) -> Result<Option<Value>, Fault> {
    Ok(reading(turn, utterance, slot, ask, found)?.and_then(Fit::value))
}

/// As [`value`], with why the question does not take it.
fn reading(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    slot: &str,
    ask: Option<&Ask>,
    found: &EntityMatch,
) -> Result<Option<Fit>, Fault> {
    let Some(kind) = turn.bot.slots.get(slot).map(|slot| slot.kind) else {
        return Ok(None);
    };
    let Some(value) = coerce(kind, found) else {
        return Ok(None);
    };
    let Some(ask) = ask else {
        return Ok(Some(Fit::Whole(value)));
    };
    let text = match &value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return Ok(Some(Fit::Whole(value)));
        }
    };
    utterance.read(turn, &ask.expects, Some(&text)).map(Some)
}
