//! Which question did a slot's value answer? So that a corrected value goes on from there.

use super::{Answered, Expecting, Frame, State, next_step::stands, turn::Turn};
use crate::bot::{Ask, Bot, Call, Flow, NodeKind};

/// A message named the slot; no question has used it so far.
pub fn named(turn: &mut Turn<'_>, slot: &str) {
    note(&mut turn.state, slot, Vec::new());
}

/// The question at the top of the stack was answered, or needed no asking as the slot was filled.
pub fn reached(turn: &mut Turn<'_>, slot: &str) {
    let stack = turn.state.stack.clone();
    note(&mut turn.state, slot, stack);
}

/// A flow goes on for which the slot was used where the stack says.
pub fn put_back(turn: &mut Turn<'_>, slot: &str, stack: Vec<Frame>) {
    note(&mut turn.state, slot, stack);
}

/// One entry a slot, the latest last.
fn note(state: &mut State, slot: &str, stack: Vec<Frame>) {
    state.answered.retain(|answered| answered.slot != slot);
    state.answered.push(Answered { slot: slot.to_owned(), stack });
}

/// The flow at the top of the stack begins: what an earlier run of it asked is no place to go on from.
pub fn begins_anew(turn: &mut Turn<'_>) {
    let State { answered, stack, .. } = &mut turn.state;
    answered.retain(|answered| answered.stack.is_empty() || !is_within(&answered.stack, stack));
}

/// Whether the running flow, or one that it called, has used the slot in this run.
pub fn in_this_run(turn: &Turn<'_>, slot: &str) -> bool {
    let state = &turn.state;
    state.answered.iter().any(|answered| answered.slot == slot && is_within(&answered.stack, &state.stack))
}

/// Whether the flows of a stack begin with those of another.
fn is_within(stack: &[Frame], outer: &[Frame]) -> bool {
    stack.len() >= outer.len() && stack.iter().zip(outer).all(|(one, other)| one.flow == other.flow)
}

/// The stack at the question that used a slot: in what runs, or, when nothing runs, in what ran last.
pub fn place(turn: &Turn<'_>, slot: &str) -> Option<Vec<Frame>> {
    let state = &turn.state;
    let last = || state.answered.iter().rev().find_map(|answered| answered.stack.first());
    let root = state.stack.first().or_else(last)?;
    let answered = state.answered.iter().find(|answered| answered.slot == slot)?;
    let waiting = Expecting::Reply { slot: slot.to_owned(), tries: 0 };
    let is_place = answered.stack.first().is_some_and(|first| first.flow == root.flow)
        // Another version of the bot may have been published since.
        && stands(turn.bot, &answered.stack, &waiting);
    is_place.then(|| answered.stack.clone())
}

/// The same in a flow before what ran last, for words that name the slot: nothing may run.
pub fn earlier(turn: &Turn<'_>, slot: &str) -> Option<Vec<Frame>> {
    let state = &turn.state;
    let answered = state.answered.iter().find(|answered| answered.slot == slot)?;
    let waiting = Expecting::Reply { slot: slot.to_owned(), tries: 0 };
    let is_place =
        state.stack.is_empty() && !answered.stack.is_empty() && stands(turn.bot, &answered.stack, &waiting);
    is_place.then(|| answered.stack.clone())
}

/// The rating that was answered last, and the stack at it; another flow must not have begun since.
pub fn last_rating(turn: &Turn<'_>) -> Option<(String, Vec<Frame>)> {
    let last = turn.state.answered.last()?;
    let root = last.stack.first()?;
    let goes_on = turn.state.stack.first().is_none_or(|running| running.flow == root.flow);
    (goes_on && is_rating(turn, last)).then(|| (last.slot.clone(), last.stack.clone()))
}

/// Whether it was a rating that used the value.
pub fn is_rating(turn: &Turn<'_>, Answered { slot, stack }: &Answered) -> bool {
    stands(turn.bot, stack, &Expecting::Rating { slot: slot.clone(), tries: 0 })
}

/// The question at a place.
pub fn asked_at<'a>(turn: &Turn<'a>, place: &[Frame]) -> Option<&'a Ask> {
    let (_, node) = super::turn::node_of(turn.bot, place.last()?)?;
    let NodeKind::Ask(ask) = &node.kind else { return None };
    Some(&**ask)
}

/// The question that a slot's value would answer: the one that used it, or one of the running flows.
pub fn question<'a>(turn: &Turn<'a>, slot: &str) -> Option<&'a Ask> {
    let used = place(turn, slot).and_then(|stack| asked_at(turn, &stack));
    used.or_else(|| running(turn).find(|ask| ask.slot == slot))
}

/// The questions of the running flows and of those that they call, the innermost first.
pub fn running<'a>(turn: &Turn<'a>) -> impl Iterator<Item = &'a Ask> {
    let bot = turn.bot;
    let flows = turn.state.stack.iter().rev().filter_map(move |frame| bot.flows.get(&frame.flow));
    flows.flat_map(move |flow| with_called(bot, flow)).flat_map(asks)
}

/// Whether a flow, or one that it calls, asks for a slot.
pub fn asks_for(bot: &Bot, flow: &Flow, slot: &str) -> bool {
    with_called(bot, flow).into_iter().flat_map(asks).any(|ask| ask.slot == slot)
}

/// The questions of a flow, in the order of its steps.
pub fn asks(flow: &Flow) -> impl Iterator<Item = &Ask> {
    flow.nodes.iter().filter_map(|node| {
        let NodeKind::Ask(ask) = &node.kind else { return None };
        Some(&**ask)
    })
}

/// A flow and all that it calls, however deep, each once.
pub fn with_called<'a>(bot: &'a Bot, flow: &'a Flow) -> Vec<&'a Flow> {
    let mut flows = vec![flow];
    let mut next = 0;
    while let Some(flow) = flows.get(next).copied() {
        next += 1;
        for node in &flow.nodes {
            if let NodeKind::Call(Call { flow: name }) = &node.kind
                && let Some(called) = bot.flows.get(name)
                && !flows.iter().any(|known| known.name == called.name)
            {
                flows.push(called);
            }
        }
    }
    flows
}
