//! Which slots does a message fill by what it names?

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    answered,
    evaluate::Fault,
    implied,
    turn::Turn,
    utterance::Utterance,
    validate::{Fit, coerce, pattern},
    words::{count, in_words, within},
};
use crate::{
    bot::{Ask, Bot, Expects, Flow},
    understanding::{EntityLesson, EntityMatch, Understanding},
};

/// Built-in kinds that are found by the words around them, or by a model that misses some: "Ada" alone is no `person`.
const UNSURE: [&str; 4] = ["person", "address", "place", "organisation"];

/// Fills every slot that an entity of the message stands for.
///
/// The slots that `flow` asks for come first, in the order of its questions, so that "from Bonn to
/// Ulm" fills them in the order in which they would be asked. `used` are words that were an answer
/// already. With `only_empty`, what is filled stays: somewhere in an answer, and beside a flow that waits, a thing is
/// rather mentioned than corrected. What is left may still answer questions of `flow` in passing.
/// Returns the words that answer questions of `flow`.
pub fn fill(
    turn: &mut Turn<'_>,
    utterance: &Utterance<'_>,
    flow: Option<&Flow>,
    used: Option<&str>,
    only_empty: bool,
) -> Result<Vec<String>, Fault> {
    let mut slots = flow.into_iter().flat_map(answered::asks).map(|ask| ask.slot.clone()).collect::<Vec<_>>();
    slots.extend(turn.bot.slots.keys().cloned());
    let mut taken = BTreeSet::new();
    let mut words = used.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let mut answers = Vec::new();
    for found in &utterance.understanding.entities {
        if used.is_some_and(|used| used.contains(&found.text) || found.text.contains(used)) {
            continue;
        }
        let mut refused = None;
        for slot in &slots {
            let from = turn.bot.slots.get(slot).is_some_and(|slot| found.is_one_of(&slot.from));
            if !from || taken.contains(slot) || (only_empty && turn.is_filled(slot)) {
                continue;
            }
            let ask = flow.and_then(|flow| answered::asks(flow).find(|ask| ask.slot == *slot));
            let fit = reading(turn, utterance, slot, ask, found)?;
            if let (Some(Fit::No(misfit)), Some(_)) = (&fit, ask)
                && misfit.is_bound()
                && refused.is_none()
            {
                refused = in_slot(turn, slot, found).as_ref().and_then(in_words).map(|it| (slot.clone(), it));
            }
            if let Some(value) = fit.and_then(Fit::value) {
                if turn.is_sensitive(slot) {
                    turn.mask_received(&found.text);
                }
                turn.fill(slot, value)?;
                taken.insert(slot.clone());
                words.push(found.text.clone());
                if ask.is_some() {
                    answers.push(found.text.clone());
                    answered::named(turn, slot);
                }
                refused = None;
                break;
            }
        }
        turn.refused.extend(refused);
    }
    if let Some(flow) = flow {
        answers.extend(implied::fill(turn, utterance, flow, &words, only_empty)?);
    }
    Ok(answers)
}

/// Whether the numbers in an answer to a question for one all stand within what fills another slot that is asked for: "two people"
/// is no number of nights.
pub fn count_something_else(turn: &Turn<'_>, utterance: &Utterance<'_>, ask: &Ask) -> bool {
    let from = |slot: &str| turn.bot.slots.get(slot).map(|slot| slot.from.as_slice()).unwrap_or_default();
    let fills_another = |found: &EntityMatch| {
        let mut asks = answered::running(turn);
        !found.is_one_of(from(&ask.slot)) && asks.any(|other| found.is_one_of(from(&other.slot)))
    };
    let entities = &utterance.understanding.entities;
    let counts_it = |number: &EntityMatch| {
        let more = |it: &EntityMatch| within(&number.text, &it.text) && count(&it.text) > count(&number.text);
        entities.iter().any(|it| more(it) && fills_another(it))
    };
    let mut numbers = entities.iter().filter(|found| found.entity == "number").peekable();
    matches!(ask.expects, Expects::Number { .. }) && numbers.peek().is_some() && numbers.all(counts_it)
}

/// What was understood of an answer to a question for a number, of its numbers those alone that stand within what fills the slot:
/// "two people for 5 nights" has one number of nights. `None` where nothing in it fills the slot.
pub fn own_numbers(turn: &Turn<'_>, utterance: &Utterance<'_>, ask: &Ask) -> Option<Understanding> {
    let from = &turn.bot.slots.get(&ask.slot)?.from;
    let (own, mut others): (Vec<EntityMatch>, Vec<EntityMatch>) =
        utterance.understanding.entities.iter().cloned().partition(|found| found.is_one_of(from));
    let is_number = |found: &EntityMatch| found.entity == "number";
    others.retain(|found| !is_number(found) || own.iter().any(|own| within(&found.text, &own.text)));
    let applies = matches!(ask.expects, Expects::Number { .. }) && others.iter().any(is_number);
    applies.then(|| Understanding { entities: others, ..utterance.understanding.clone() })
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

/// Whether a question takes words of any kind: it asks for a text, and no entities that are always found are to fill its slot.
pub fn takes_any_words(bot: &Bot, ask: &Ask) -> bool {
    matches!(ask.expects, Expects::Text { .. })
        && source(bot, ask).is_none_or(|from| from.iter().any(|name| !is_always_found(bot, kind_of(name))))
}

/// The entities that fill the slot of a question for a text, if it has any.
pub fn source<'a>(bot: &'a Bot, ask: &Ask) -> Option<&'a [String]> {
    let from = &bot.slots.get(&ask.slot)?.from;
    (matches!(ask.expects, Expects::Text { .. }) && !from.is_empty()).then_some(from.as_slice())
}

/// The entity of these in an answer: of the role that is wanted, or of none, as in "Ulm".
pub fn answering<'u>(utterance: &Utterance<'u>, from: &[String]) -> Option<&'u EntityMatch> {
    let all = &utterance.understanding.entities;
    let without_role =
        |found: &&EntityMatch| found.role.is_none() && from.iter().any(|name| kind_of(name) == found.entity);
    all.iter().find(|found| found.is_one_of(from)).or_else(|| all.iter().find(without_role))
}

/// `city` of `city:from`.
pub fn kind_of(name: &str) -> &str {
    name.split_once(':').map_or(name, |(kind, _)| kind)
}

fn is_always_found(bot: &Bot, kind: &str) -> bool {
    match bot.entities.get(kind).map(|entity| &entity.lesson) {
        Some(EntityLesson::Learned) => false,
        Some(EntityLesson::List { .. } | EntityLesson::Pattern(_) | EntityLesson::Composite(_)) => true,
        None => !UNSURE.contains(&kind),
    }
}

/// As [`value`], with why the question does not take it. Nothing of what is of another kind.
pub fn reading(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    slot: &str,
    ask: Option<&Ask>,
    found: &EntityMatch,
) -> Result<Option<Fit>, Fault> {
    let Some(value) = in_slot(turn, slot, found).filter(|_| !is_of_another_kind(turn, utterance, found))
    else {
        return Ok(None);
    };
    let Some(ask) = ask else {
        return Ok(Some(Fit::Whole(value)));
    };
    let Some(text) = in_words(&value) else {
        return Ok(Some(Fit::Whole(value)));
    };
    utterance.read(turn, &ask.expects, Some(&text)).map(Some)
}

/// Whether what the bot's own pattern found is no more than a part of a telephone number or the like.
fn is_of_another_kind(turn: &Turn<'_>, utterance: &Utterance<'_>, found: &EntityMatch) -> bool {
    let lesson = turn.bot.entities.get(&found.entity).map(|entity| &entity.lesson);
    matches!(lesson, Some(EntityLesson::Pattern(_)))
        && pattern::is_part_of_another(&found.text, &utterance.understanding.entities)
}

/// The value that an entity would have in a slot.
fn in_slot(turn: &Turn<'_>, slot: &str, found: &EntityMatch) -> Option<Value> {
    coerce(turn.bot.slots.get(slot)?.kind, found)
}
