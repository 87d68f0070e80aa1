//! How do flows start, end, step aside and come back?

use std::collections::BTreeSet;

use super::{
    Expecting, FaultReason, Frame, Happening, Known, Owner, RepairKind, Status, Suspended, answered, aside,
    evaluate::Fault,
    nodes, offers, people,
    trigger::Triggered,
    turn::{Turn, node_of},
};
use crate::{
    bot::{Ask, Flow, Jump, NodeKind},
    dialogue::nodes::Go,
    feeling::Mood,
};

/// Deepest nesting of calls.
const MAX_DEPTH: usize = 32;
/// Most flows put aside at once; the oldest is given up.
const MAX_INTERRUPTED: usize = 5;
/// Marks a conversation in which a flow was given up that a message had asked for besides.
const WISH_LOST: &str = "wish_lost";

/// Runs what stands at the top of the stack until something must be waited for.
pub fn run(turn: &mut Turn<'_>) {
    if let Err(fault) = run_on(turn) {
        fail(turn, fault);
    }
}

fn run_on(turn: &mut Turn<'_>) -> Result<(), Fault> {
    loop {
        turn.state.expecting = Expecting::Anything;
        if turn.state.stack.is_empty() {
            match come_back(turn)? {
                Back::Nothing | Back::Waiting => return Ok(()),
                Back::Running => continue,
            }
        }
        let Some((_, node)) = turn.here() else {
            return Err(Fault::of(FaultReason::NoStep, "this version of the bot has no such step"));
        };
        turn.burn()?;
        match nodes::run(turn, node)? {
            Go::Next => advance(turn, node.next)?,
            Go::To(target) => advance(turn, target)?,
            Go::Again => {}
            Go::Wait => return Ok(()),
        }
    }
}

/// Moves the top frame to `target`; `None` ends its flow, and the caller goes on after its call.
pub fn advance(turn: &mut Turn<'_>, mut target: Option<usize>) -> Result<(), Fault> {
    while let Some(frame) = turn.state.stack.last_mut() {
        if let Some(node) = target {
            let nodes = turn.bot.flows.get(&frame.flow).map_or(0, |flow| flow.nodes.len());
            if node >= nodes {
                let error = format!("the flow `{}` has no step {node}", frame.flow);
                return Err(Fault::of(FaultReason::NoStep, error));
            }
            frame.node = node;
            return Ok(());
        }
        let flow = std::mem::take(&mut frame.flow);
        turn.state.stack.pop();
        turn.record(Happening::FlowEnded { flow });
        target = turn.here().and_then(|(_, node)| node.next);
    }
    Ok(())
}

/// Goes past the node at the top of the stack, and on.
pub fn go_past(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let next = turn.here().and_then(|(_, node)| node.next);
    advance(turn, next)?;
    run(turn);
    Ok(())
}

/// Starts a flow that something triggered: at once if nothing runs, as a digression otherwise.
pub fn begin(turn: &mut Turn<'_>, flow: &Flow, because: String) {
    let known = aside::known(turn);
    give_up_aside(turn, flow);
    begin_beside(turn, flow, because, known, Vec::new());
}

/// As [`begin`], for a flow that the visitor asks for, which the open question may offer; `known` is what was known to what
/// runs before the message filled slots. What is wanted `besides` begins once that flow is over.
pub fn begin_wanted(
    turn: &mut Turn<'_>,
    Triggered { flow, because, .. }: Triggered<'_>,
    known: Vec<Known>,
    besides: Vec<Triggered<'_>>,
) {
    give_up_aside(turn, flow);
    let Some((ask, answer)) = offers::accepted(turn, flow).filter(|_| !is_running(turn, flow)) else {
        begin_beside(turn, flow, because, known, besides);
        return;
    };
    put_off(turn, besides);
    if let Err(fault) = nodes::ask::accept(turn, ask, answer, "") {
        fail(turn, fault);
    }
}

/// Lets flows begin once what runs is over, the first of them first. What runs keeps its answers, and they share them.
pub fn put_off(turn: &mut Turn<'_>, wanted: Vec<Triggered<'_>>) {
    let mut still_known = turn.just_filled.clone();
    still_known.extend(aside::known(turn).into_iter().map(|known| known.slot));
    for Triggered { flow, because, .. } in wanted.into_iter().rev() {
        forget_answers(turn, flow, &still_known);
        let stack = vec![Frame { flow: flow.name.clone(), node: 0 }];
        let expecting = Expecting::Anything;
        let (begins, since) = (Some(because), Some(turn.now));
        put_aside(turn, Suspended { stack, expecting, known: Vec::new(), begins, since });
    }
}

pub fn is_running(turn: &Turn<'_>, flow: &Flow) -> bool {
    turn.state.stack.iter().any(|frame| frame.flow == flow.name)
}

fn begin_beside(
    turn: &mut Turn<'_>,
    flow: &Flow,
    because: String,
    known: Vec<Known>,
    besides: Vec<Triggered<'_>>,
) {
    if flow.leaves {
        let_go(turn);
    }
    if is_running(turn, flow) {
        end_from(turn, flow);
    } else if !turn.bot.repairs.digress.enabled {
        end_running(turn);
    } else if !turn.state.stack.is_empty() {
        suspend(turn, known);
    }
    put_off(turn, besides);
    forget_answers(turn, flow, &turn.just_filled.clone());
    enter(turn, &flow.name, because);
    turn.state.misunderstood = 0;
    run(turn);
}

/// Whether a flow says something and that is all: it asks nothing, waits for nothing, changes nothing and ends nothing.
pub fn only_says(flow: &Flow) -> bool {
    !flow.leaves
        && flow.nodes.iter().all(|node| match &node.kind {
            NodeKind::Say(_) | NodeKind::Choose(_) | NodeKind::Jump(Jump::Node(_)) | NodeKind::End => true,
            NodeKind::Ask(_)
            | NodeKind::Set(_)
            | NodeKind::Call(_)
            | NodeKind::Jump(Jump::Flow(_))
            | NodeKind::Search(_)
            | NodeKind::Http(_)
            | NodeKind::Handoff(_)
            | NodeKind::Rate(_)
            | NodeKind::Tag(_)
            | NodeKind::Wait(_) => false,
        })
}

/// Runs a flow that only says something, beside what runs and comes back to nothing. `false` after a fault, when a person
/// has the conversation.
pub fn say_in_passing(turn: &mut Turn<'_>, flow: &Flow, because: String) -> bool {
    let stack = std::mem::take(&mut turn.state.stack);
    let expecting = std::mem::take(&mut turn.state.expecting);
    let interrupted = std::mem::take(&mut turn.state.interrupted);
    turn.in_passing = true;
    enter(turn, &flow.name, because);
    run(turn);
    turn.in_passing = false;
    if turn.bot_owns() {
        turn.state.stack = stack;
        turn.state.expecting = expecting;
        turn.state.interrupted = interrupted;
        return true;
    }
    record_ends(turn, &stack);
    for aside in interrupted.iter().rev() {
        record_given_up(turn, aside);
    }
    turn.unremind_waits();
    false
}

/// Whether a flow was put aside, or put off.
pub fn is_aside(turn: &Turn<'_>, flow: &Flow) -> bool {
    turn.state.interrupted.iter().any(|aside| aside.stack.iter().any(|frame| frame.flow == flow.name))
}

/// Ends what was put aside of a flow that begins anew: it would be done twice. One that had called it waits on.
pub fn give_up_aside(turn: &mut Turn<'_>, flow: &Flow) {
    let aside = std::mem::take(&mut turn.state.interrupted);
    let is_of = |aside: &Suspended| aside.stack.first().is_some_and(|frame| frame.flow == flow.name);
    let (given_up, kept): (Vec<_>, Vec<_>) = aside.into_iter().partition(is_of);
    turn.state.interrupted = kept;
    for suspended in given_up.iter().rev() {
        record_given_up(turn, suspended);
    }
    if !given_up.is_empty() {
        turn.unremind_waits();
    }
}

/// Puts a flow on the stack.
pub fn enter(turn: &mut Turn<'_>, flow: &str, because: String) {
    turn.record(Happening::FlowStarted { flow: flow.to_owned(), because });
    turn.state.stack.push(Frame { flow: flow.to_owned(), node: 0 });
    turn.state.expecting = Expecting::Anything;
    answered::begins_anew(turn);
}

/// As [`enter`], for a flow that another one names.
pub fn enter_named(turn: &mut Turn<'_>, flow: &str, because: String) -> Result<(), Fault> {
    if !turn.bot.flows.contains_key(flow) {
        return Err(Fault::of(FaultReason::NoFlow, format!("there is no flow `{flow}`")));
    }
    if turn.state.stack.len() >= MAX_DEPTH {
        let error = format!("flows call each other more than {MAX_DEPTH} deep");
        return Err(Fault::of(FaultReason::TooDeep, error));
    }
    enter(turn, flow, because);
    Ok(())
}

/// What an earlier run of this flow asked must be asked anew, but for the slots in `still_known`.
pub fn forget_answers(turn: &mut Turn<'_>, flow: &Flow, still_known: &BTreeSet<String>) {
    for Ask { slot, .. } in answered::asks(flow) {
        turn.state.refused.remove(slot);
        if !turn.is_kept(slot) && !still_known.contains(slot) {
            // Emptying cannot be too large.
            let _ = turn.fill(slot, serde_json::Value::Null);
        }
    }
}

/// Puts what runs aside, to come back to it.
fn suspend(turn: &mut Turn<'_>, known: Vec<Known>) {
    let stack = std::mem::take(&mut turn.state.stack);
    let expecting = std::mem::take(&mut turn.state.expecting);
    turn.record(Happening::Repaired { repair: RepairKind::Digress });
    put_aside(turn, Suspended { stack, expecting, known, begins: None, since: None });
}

/// Puts what runs aside below what was put off, which begins now: the time that what runs waits for is far. `false` where
/// nothing was put off, and where nothing may come between.
pub fn make_way(turn: &mut Turn<'_>) -> bool {
    let aside = &turn.state.interrupted;
    let put_off = aside.iter().rev().take_while(|aside| aside.begins.is_some()).count();
    if put_off == 0 || aside.len() >= MAX_INTERRUPTED || !turn.bot.repairs.digress.enabled {
        return false;
    }
    let place = aside.len() - put_off;
    let known = aside::known(turn);
    let stack = std::mem::take(&mut turn.state.stack);
    let expecting = std::mem::take(&mut turn.state.expecting);
    let waiting = Suspended { stack, expecting, known, begins: None, since: None };
    turn.state.interrupted.insert(place, waiting);
    true
}

fn put_aside(turn: &mut Turn<'_>, suspended: Suspended) {
    turn.state.interrupted.push(suspended);
    if turn.state.interrupted.len() > MAX_INTERRUPTED {
        let oldest = turn.state.interrupted.remove(0);
        lose(turn, &oldest);
        turn.unremind_waits();
    }
}

enum Back {
    Nothing,
    Running,
    Waiting,
}

/// Comes back to what was put aside last, or begins what was put off: soon, or not at all.
fn come_back(turn: &mut Turn<'_>) -> Result<Back, Fault> {
    let Some(Suspended { stack, expecting, known, begins, since }) = turn.state.interrupted.pop() else {
        return Ok(Back::Nothing);
    };
    if let (Some(because), Some(first)) = (begins, stack.first()) {
        if turn.is_long_silent(since) {
            mark_lost(turn);
            return come_back(turn);
        }
        if turn.bot.flows.get(&first.flow).is_some_and(|flow| flow.leaves) {
            let_go(turn);
        }
        enter(turn, &first.flow, because);
        return Ok(Back::Running);
    }
    turn.state.stack = stack;
    aside::restore(turn, known);
    match expecting {
        Expecting::Anything | Expecting::Found { .. } => Ok(Back::Running),
        Expecting::Reply { .. } | Expecting::Rating { .. } => {
            let digress = &turn.bot.repairs.digress;
            if let Some(flow) = digress.flow.as_ref().and_then(|flow| turn.bot.flows.get(flow)) {
                end_running(turn);
                enter(turn, &flow.name, "repair digress".to_owned());
                return Ok(Back::Running);
            }
            if let Some(saying) = &digress.say {
                turn.say(saying, Some(RepairKind::Digress))?;
            }
            turn.state.expecting = expecting;
            ask_again(turn, Some(RepairKind::Digress))?;
            Ok(Back::Waiting)
        }
        Expecting::Answer { .. } => {
            turn.state.expecting = expecting;
            Ok(Back::Waiting)
        }
        Expecting::Timer { timer } => {
            if turn.state.timers.contains_key(&timer) {
                turn.state.expecting = expecting;
                return Ok(Back::Waiting);
            }
            let next = turn.here().and_then(|(_, node)| node.next);
            advance(turn, next)?;
            Ok(Back::Running)
        }
        // A remote call failed meanwhile and the flow does not say what then.
        Expecting::Person => {
            people::apologise(turn);
            Ok(Back::Waiting)
        }
    }
}

/// Asks the pending question once more.
pub fn ask_again(turn: &mut Turn<'_>, repair: Option<RepairKind>) -> Result<(), Fault> {
    let Some((_, node)) = turn.here() else {
        return Ok(());
    };
    match &node.kind {
        NodeKind::Ask(ask) => nodes::ask::question(turn, ask, repair),
        NodeKind::Rate(rate) => nodes::rate::question(turn, rate, repair),
        NodeKind::Say(_)
        | NodeKind::Choose(_)
        | NodeKind::Set(_)
        | NodeKind::Call(_)
        | NodeKind::Jump(_)
        | NodeKind::Search(_)
        | NodeKind::Http(_)
        | NodeKind::Handoff(_)
        | NodeKind::Tag(_)
        | NodeKind::Wait(_)
        | NodeKind::End => Ok(()),
    }
}

/// Ends the running flow with its callers, but not what was put aside.
pub fn end_running(turn: &mut Turn<'_>) {
    let stack = std::mem::take(&mut turn.state.stack);
    turn.state.expecting = Expecting::Anything;
    record_ends(turn, &stack);
    turn.unremind_waits();
}

/// Ends a running flow and what it called, but not its callers.
fn end_from(turn: &mut Turn<'_>, flow: &Flow) {
    let stack = &mut turn.state.stack;
    let place = stack.iter().position(|frame| frame.flow == flow.name).unwrap_or(stack.len());
    let ended = stack.split_off(place);
    turn.state.expecting = Expecting::Anything;
    record_ends(turn, &ended);
    turn.unremind_waits();
}

/// Ends what runs and what would be come back to; what waits for its time waits on.
fn let_go(turn: &mut Turn<'_>) {
    let over = keep_waiting(turn);
    if !matches!(turn.state.expecting, Expecting::Timer { .. }) {
        end_running(turn);
    }
    for suspended in over.iter().rev() {
        record_given_up(turn, suspended);
    }
}

/// Leaves aside only what waits for its time; what else stood there.
fn keep_waiting(turn: &mut Turn<'_>) -> Vec<Suspended> {
    let aside = std::mem::take(&mut turn.state.interrupted);
    let waits = |aside: &Suspended| matches!(aside.expecting, Expecting::Timer { .. });
    let (waiting, over) = aside.into_iter().partition(waits);
    turn.state.interrupted = waiting;
    over
}

/// Ends everything.
pub fn end_all(turn: &mut Turn<'_>) {
    let interrupted = std::mem::take(&mut turn.state.interrupted);
    turn.state.held = Expecting::Anything;
    end_running(turn);
    for suspended in interrupted.iter().rev() {
        record_given_up(turn, suspended);
    }
    if turn.state.owner != Owner::Bot && turn.state.status == Status::Open {
        turn.state.expecting = Expecting::Person;
    }
}

/// As if the conversation began: nothing runs, and only the slots to keep are filled.
pub fn start_clean(turn: &mut Turn<'_>) {
    end_all(turn);
    clean(turn);
    forget_found(turn);
}

/// As [`start_clean`], where the visitor is silent: what waits for its time beside what runs is none of their business, and
/// waits on with all that is known.
pub fn start_clean_after_silence(turn: &mut Turn<'_>) {
    let over = keep_waiting(turn);
    end_running(turn);
    for suspended in over.iter().rev() {
        lose(turn, suspended);
    }
    aside::keep_filled(turn);
    clean(turn);
    if turn.state.interrupted.is_empty() {
        forget_found(turn);
    }
}

fn clean(turn: &mut Turn<'_>) {
    let kept = turn.state.slots.keys().filter(|slot| turn.is_kept(slot)).cloned().collect::<Vec<_>>();
    turn.state.slots.retain(|slot, _| kept.contains(slot));
    turn.state.misunderstood = 0;
    turn.state.offered.clear();
    turn.state.answered.clear();
    turn.state.mood = Mood::default();
    turn.state.urgent = false;
}

/// Forgets what calls and searches brought.
fn forget_found(turn: &mut Turn<'_>) {
    turn.state.answer = serde_json::Value::Null;
    turn.state.passages = serde_json::Value::Null;
}

/// Survives a bug of a flow: the author reads of it, the visitor gets a person.
pub fn fail(turn: &mut Turn<'_>, Fault { error, reason }: Fault) {
    let frame = turn.state.stack.last();
    let flow = frame.map(|frame| frame.flow.clone()).unwrap_or_default();
    let node = frame.and_then(|frame| node_of(turn.bot, frame)).map(|(_, node)| node.id.clone());
    let error = turn.masked(&error);
    turn.record(Happening::Faulted { flow, node: node.unwrap_or_default(), error, reason });
    people::apologise(turn);
}

/// What was put off has not begun, and so it does not end.
fn record_given_up(turn: &mut Turn<'_>, aside: &Suspended) {
    if aside.begins.is_none() {
        record_ends(turn, &aside.stack);
    }
}

/// Gives up what the visitor has not been told of.
fn lose(turn: &mut Turn<'_>, aside: &Suspended) {
    record_given_up(turn, aside);
    if aside.begins.is_some() {
        mark_lost(turn);
    }
}

fn mark_lost(turn: &mut Turn<'_>) {
    nodes::tag::mark(turn, &BTreeSet::from([WISH_LOST.to_owned()]));
}

fn record_ends(turn: &mut Turn<'_>, stack: &[Frame]) {
    for frame in stack.iter().rev() {
        turn.record(Happening::FlowEnded { flow: frame.flow.clone() });
    }
}
