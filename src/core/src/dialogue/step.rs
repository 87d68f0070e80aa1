//! What is the next state, and what is to be done?

use super::{
    Body, Effect, Event, Expecting, FaultReason, Happening, SearchPurpose, State, Step, evaluate::Fault,
    flows, next_step, on, queue, turn::Turn,
};
use crate::{
    bot::Bot,
    invariants::{Violation, turned},
    translation::{Nobody, Translations},
};

/// Where and with which version of the bot the conversation is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    /// `web`, `http`, `telegram`, …
    pub channel: &'a str,
    /// Version of the bot that is given to [`step`].
    pub version: u32,
}

/// Works one event in. Total and deterministic: the same inputs give the same step, whatever they are.
pub fn step(bot: &Bot, state: State, event: &Event, context: &Context<'_>) -> Step {
    step_translated(bot, state, event, context, &Nobody)
}

/// As [`step`], with texts that somebody translated. Where one comes [later](crate::translation::Told::Later), this step is
/// not the one to commit.
pub fn step_translated(
    bot: &Bot,
    state: State,
    event: &Event,
    context: &Context<'_>,
    translations: &dyn Translations,
) -> Step {
    let before = cfg!(debug_assertions).then(|| state.clone());
    let mut turn = Turn::new(bot, state, event, context, translations);
    // Platforms repeat and reorder: an older one opens nothing.
    turn.state.said_at = turn.state.said_at.max(event.said_at);
    settle_version(&mut turn);
    settle_search(&mut turn);
    if let Err(fault) = dispatch(&mut turn).and_then(|()| queue::play(&mut turn)) {
        // A bug outside of a running flow, such as a repair whose text cannot be filled in.
        flows::fail(&mut turn, fault);
    }
    let step = turn.finish();
    debug_assert!(step.state.next_step(bot).is_some(), "nothing would ever happen after {:?}", step.state);
    debug_assert_eq!(broken(before.as_ref(), &step), [], "after {event:?}");
    step
}

/// What this step breaks of what holds of every turn.
fn broken(before: Option<&State>, step: &Step) -> Vec<Violation> {
    let Some(before) = before else { return Vec::new() };
    let entries = step.effects.iter().filter_map(|effect| match effect {
        Effect::Record(entry) => Some(entry.clone()),
        Effect::Send { .. }
        | Effect::Call(_)
        | Effect::Remind { .. }
        | Effect::Unremind { .. }
        | Effect::Ask(_)
        | Effect::Erase => None,
    });
    turned(before, &step.state, &entries.collect::<Vec<_>>())
}

fn dispatch(turn: &mut Turn<'_>) -> Result<(), Fault> {
    match &turn.event.body {
        Body::Opened { language, attributes } => {
            on::opened::run(turn, language.as_deref(), attributes);
            Ok(())
        }
        Body::Introduced { language, attributes } => {
            on::introduced::run(turn, language.as_deref(), attributes);
            Ok(())
        }
        Body::Message { content, understanding, language } => {
            on::message::run(turn, content, understanding, language.as_deref())
        }
        Body::Press { value, title } => on::press::run(turn, value, title),
        Body::Submitted { form, fields } => on::submitted::run(turn, form, fields),
        // What was understood and done stays so: only the record changes.
        Body::Edited { id, content } => {
            turn.record(Happening::Edited { id: id.clone(), content: content.clone() });
            Ok(())
        }
        Body::Deleted { id } => {
            turn.record(Happening::Deleted { id: id.clone() });
            Ok(())
        }
        Body::More { of, content } => {
            on::more::run(turn, *of, content);
            Ok(())
        }
        Body::Custom { name, data } => {
            on::custom::run(turn, name, data);
            Ok(())
        }
        Body::Wished { language, at } => {
            on::wished::run(turn, language.as_deref(), *at);
            Ok(())
        }
        Body::Timer { timer, kind } => on::timer::run(turn, *timer, *kind),
        Body::Answer { call, outcome } => on::answer::run(turn, *call, outcome),
        Body::Found { question, passages } => on::found::run(turn, *question, passages),
        Body::Act { by, name, act, overrules } => on::act::run(turn, *by, name, act, *overrules),
        Body::Forget => {
            on::forget::run(turn);
            Ok(())
        }
    }
}

/// Takes up a new version when nothing runs. A flow that runs stays with its own, and where that is
/// not what it was, the conversation starts clean rather than somewhere else.
fn settle_version(turn: &mut Turn<'_>) {
    let state = &turn.state;
    if state.runs_on().is_none() && next_step::is_sound(state, turn.bot) {
        turn.state.version = turn.context.version;
        return;
    }
    if next_step::is_sound(state, turn.bot) {
        return;
    }
    let top = state.stack.last();
    let flow = top.map(|frame| frame.flow.clone()).unwrap_or_default();
    let node = top.map(|frame| frame.node.to_string()).unwrap_or_default();
    let error = format!("the running flow does not stand so in version {} of the bot", turn.context.version);
    turn.record(Happening::Faulted { flow, node, error, reason: FaultReason::OtherVersion });
    flows::start_clean(turn);
    turn.state.version = turn.context.version;
}

/// A question to the documents is answered within its turn. Should another event come first, the
/// question is given up.
fn settle_search(turn: &mut Turn<'_>) {
    let Expecting::Found { question, purpose } = turn.state.expecting else { return };
    if matches!(turn.event.body, Body::Found { question: answered, .. } if answered == question) {
        return;
    }
    match purpose {
        SearchPurpose::Fallback => {
            turn.state.expecting = Expecting::Anything;
            on::found::put_back(turn);
        }
        SearchPurpose::Node => {
            let (flow, node) =
                turn.here().map(|(flow, node)| (flow.name.clone(), node.id.clone())).unwrap_or_default();
            let (error, reason) = ("the search was not answered".to_owned(), FaultReason::NotAnswered);
            turn.record(Happening::Faulted { flow, node, error, reason });
            flows::end_all(turn);
        }
    }
}
