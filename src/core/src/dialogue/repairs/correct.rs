//! Correct: "no, the number is 4711" refills a slot, and the flow goes on from after its question.

use serde_json::Value;

use super::{is_intended, run_own_flow, words};
use crate::{
    bot::{Ask, Expects, Flow, Node, NodeKind},
    dialogue::{
        Expecting, Frame, Happening, RepairKind,
        evaluate::Fault,
        flows::{self, ask_again},
        turn::Turn,
        utterance::Utterance,
        validate::Fit,
        words::after,
    },
    understanding::EntityMatch,
};

/// A slot with its new value, and where it was asked for.
pub struct Correction<'a> {
    slot: String,
    value: Value,
    /// The words that hold the value.
    words: String,
    asked: Option<Asked<'a>>,
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    flow: &'a Flow,
    node: usize,
    ask: &'a Ask,
}

/// What the visitor corrects, if that is what the message does.
pub fn find<'a>(turn: &Turn<'a>, utterance: &Utterance<'_>) -> Result<Option<Correction<'a>>, Fault> {
    let repair = &turn.bot.repairs.correct;
    if !repair.enabled {
        return Ok(None);
    }
    let said = words(turn, repair, "correct-words");
    let rest = match after(utterance.text, &said) {
        Some(rest) => rest,
        None if is_intended(repair, utterance) => utterance.text,
        None => return Ok(None),
    };
    let correction = match by_entity(turn, utterance)? {
        Some(correction) => Some(correction),
        None => by_words(turn, utterance, rest)?,
    };
    // What is being asked for anyway is an answer, not a correction.
    let expected = match &turn.state.expecting {
        Expecting::Reply { slot, .. } | Expecting::Rating { slot, .. } => Some(slot),
        Expecting::Anything
        | Expecting::Answer { .. }
        | Expecting::Found { .. }
        | Expecting::Timer { .. }
        | Expecting::Person => None,
    };
    // With nothing to go on with, the message is about something else.
    let leads_on = |correction: &Correction<'_>| correction.asked.is_some() || expected.is_some();
    Ok(correction.filter(|correction| Some(&correction.slot) != expected && leads_on(correction)))
}

/// Refills the slot and goes on from after its question.
pub fn run(turn: &mut Turn<'_>, correction: Correction<'_>) -> Result<(), Fault> {
    let Correction { slot, value, words, asked } = correction;
    turn.record(Happening::Repaired { repair: RepairKind::Correct });
    if turn.is_sensitive(&slot) {
        turn.mask_received(&words);
    }
    turn.fill(&slot, value)?;
    turn.state.misunderstood = 0;
    if run_own_flow(turn, &turn.bot.repairs.correct, "correct") {
        return Ok(());
    }
    if let Some(saying) = &turn.bot.repairs.correct.say {
        turn.say(saying, Some(RepairKind::Correct))?;
    }
    let Some(asked) = asked else {
        return ask_again(turn, Some(RepairKind::Correct));
    };
    if !return_to(turn, asked) {
        return ask_again(turn, Some(RepairKind::Correct));
    }
    turn.state.last_filled = vec![slot, asked.flow.name.clone(), asked.node.to_string()];
    let next = asked.flow.nodes.get(asked.node).and_then(|node| node.next);
    flows::advance(turn, next)?;
    flows::run(turn);
    Ok(())
}

/// Makes the question the top of the stack again: in its running flow, in a flow that calls it, or,
/// when nothing runs, by itself. Whether there was such a place.
fn return_to(turn: &mut Turn<'_>, asked: Asked<'_>) -> bool {
    let frame = Frame { flow: asked.flow.name.clone(), node: asked.node };
    if let Some(place) = turn.state.stack.iter().rposition(|frame| frame.flow == asked.flow.name) {
        leave_above(turn, place);
        turn.state.stack.pop();
        turn.state.stack.push(frame);
        return true;
    }
    let bot = turn.bot;
    let caller = turn.state.stack.iter().enumerate().rev().find_map(|(place, frame)| {
        let nodes = &bot.flows.get(&frame.flow)?.nodes;
        let calls = |node: &Node| matches!(&node.kind, NodeKind::Call(call) if call.flow == asked.flow.name);
        Some((place, nodes.iter().position(calls)?))
    });
    if caller.is_none() && !turn.state.stack.is_empty() {
        return false;
    }
    if let Some((place, node)) = caller {
        leave_above(turn, place);
        turn.state.stack[place].node = node;
    }
    turn.record(Happening::FlowStarted { flow: frame.flow.clone(), because: "correction".to_owned() });
    turn.state.stack.push(frame);
    true
}

/// Ends the flows above a place of the stack.
fn leave_above(turn: &mut Turn<'_>, place: usize) {
    while turn.state.stack.len() > place + 1 {
        let flow = turn.state.stack.pop().map(|frame| frame.flow).unwrap_or_default();
        turn.record(Happening::FlowEnded { flow });
    }
    turn.state.expecting = Expecting::Anything;
    turn.unremind_waits();
}

/// The filled slot that an entity of the message names.
fn by_entity<'a>(turn: &Turn<'a>, utterance: &Utterance<'_>) -> Result<Option<Correction<'a>>, Fault> {
    for found in &utterance.understanding.entities {
        let fits = |slot: &String| {
            turn.is_filled(slot)
                && turn.bot.slots.get(slot).is_some_and(|slot| slot.from.contains(&found.entity))
        };
        let last = turn.state.last_filled.first().filter(|slot| fits(slot));
        let Some(slot) = last.or_else(|| turn.bot.slots.keys().find(|slot| fits(slot))) else {
            continue;
        };
        let asked = asked_for(turn, slot);
        if let Some(value) = entity_value(turn, utterance, slot, asked, found)? {
            let words = found.text.clone();
            return Ok(Some(Correction { slot: slot.clone(), value, words, asked }));
        }
    }
    Ok(None)
}

fn entity_value(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    slot: &str,
    asked: Option<Asked<'_>>,
    found: &EntityMatch,
) -> Result<Option<Value>, Fault> {
    crate::dialogue::entities::value(turn, utterance, slot, asked.map(|asked| asked.ask), found)
}

/// The slot filled last, if the words can be an answer to its question.
fn by_words<'a>(
    turn: &Turn<'a>,
    utterance: &Utterance<'_>,
    rest: &str,
) -> Result<Option<Correction<'a>>, Fault> {
    let Some(slot) = turn.state.last_filled.first().filter(|slot| turn.is_filled(slot)) else {
        return Ok(None);
    };
    let Some(asked) = asked_for(turn, slot) else {
        return Ok(None);
    };
    let stated = statement(rest);
    let is_text = matches!(asked.ask.expects, Expects::Text { .. });
    // Any words at all would fit a text: only "the … is …" says that they are meant to.
    let text = match (is_text, stated) {
        (true, None) => return Ok(None),
        (_, Some(stated)) => stated,
        (false, None) => rest,
    };
    let (value, words) = match utterance.read(turn, &asked.ask.expects, Some(text))? {
        Fit::Whole(value) => (value, text.to_owned()),
        Fit::Part { value, text } => (value, text),
        Fit::No(_) => return Ok(None),
    };
    Ok(Some(Correction { slot: slot.clone(), value, words, asked: Some(asked) }))
}

/// What follows "is" or its like: the value in "the number is 4711".
fn statement(text: &str) -> Option<&str> {
    [" is ", "'s ", "’s ", " ist ", " lautet ", " heißt ", " heisst ", " heiße "]
        .iter()
        .filter_map(|verb| {
            let place = text.to_lowercase().find(verb)?;
            text.get(place + verb.len()..)
        })
        .max_by_key(|value| value.len())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// Where a slot is asked for: where it was filled last, in a running flow, the innermost first, or in
/// the flow of the last answer.
fn asked_for<'a>(turn: &Turn<'a>, slot: &str) -> Option<Asked<'a>> {
    let bot = turn.bot;
    let at = |flow: &'a Flow, node: usize| {
        let NodeKind::Ask(ask) = &flow.nodes.get(node)?.kind else { return None };
        (ask.slot == slot).then_some(Asked { flow, node, ask })
    };
    let last = if let [filled, flow, node] = turn.state.last_filled.as_slice()
        && filled == slot
    {
        bot.flows.get(flow).and_then(|flow| at(flow, node.parse().ok()?))
    } else {
        None
    };
    last.or_else(|| {
        let running = turn.state.stack.iter().rev().filter_map(|frame| bot.flows.get(&frame.flow));
        let last = turn.state.last_filled.get(1).and_then(|flow| bot.flows.get(flow));
        running
            .chain(last)
            .flat_map(|flow| (0..flow.nodes.len()).filter_map(move |node| at(flow, node)))
            .next()
    })
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn statements_are_found() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(statement(text), expected, "{text}");
        check("the number is 4711", Some("4711"));
        check("die Nummer ist 4711", Some("4711"));
        check("my name's Bob", Some("Bob"));
        check("mein Name ist Ada Is Here", Some("Ada Is Here"));
        check("4711", None);
    }
}
