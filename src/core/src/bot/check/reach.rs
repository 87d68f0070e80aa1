//! Is every step reached, and every flow started?

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use crate::bot::{
    Flow, Jump, Node, NodeKind,
    code::Code,
    compile::Compiled,
    problem::{Place, Problems},
    source::{RepairsSource, Source},
};

pub fn check(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    for (name, flow) in &compiled.bot.flows {
        if let Some(places) = compiled.places.get(name)
            && !compiled.broken.contains(name)
        {
            // What follows a step of which something could not be read may well be its next.
            let gaps = compiled.gaps.get(name).into_iter().flatten();
            let behind_gaps = gaps.filter_map(|gap| flow.nodes.get(*gap)?.next);
            let meant = compiled.meant.get(name).into_iter().flatten().copied().chain(behind_gaps);
            steps(flow, places, meant, problems);
        }
    }
    flows(source, compiled, problems);
}

/// The nodes of the same flow that may come right after a node.
pub fn edges(node: &Node) -> Vec<usize> {
    let next = node.next;
    match &node.kind {
        NodeKind::Ask(ask) => next.into_iter().chain(ask.otherwise).chain(ask.unknown).collect(),
        NodeKind::Handoff(handoff) => next.into_iter().chain(handoff.nobody).collect(),
        NodeKind::Search(search) => next.into_iter().chain(search.nothing).collect(),
        NodeKind::Http(http) => next.into_iter().chain(http.error).collect(),
        NodeKind::Choose(choose) => {
            let falls_through = choose.branches.iter().all(|branch| branch.condition.is_some());
            let targets = choose.branches.iter().filter_map(|branch| branch.target);
            targets.chain(next.filter(|_| falls_through)).collect()
        }
        NodeKind::Jump(Jump::Node(target)) => vec![*target],
        NodeKind::Jump(Jump::Flow(_)) | NodeKind::End => Vec::new(),
        NodeKind::Say(_)
        | NodeKind::Set(_)
        | NodeKind::Call(_)
        | NodeKind::Rate(_)
        | NodeKind::Tag(_)
        | NodeKind::Wait(_) => next.into_iter().collect(),
    }
}

/// Reports the first of each run of steps that nothing leads to, nor may have been meant to.
fn steps(flow: &Flow, places: &[Place], meant: impl Iterator<Item = usize>, problems: &mut Problems) {
    let mut reached = BTreeSet::new();
    for from in iter::once(0).chain(meant) {
        spread(flow, from, &mut reached);
    }
    for index in 0..flow.nodes.len() {
        if reached.contains(&index) {
            continue;
        }
        let place = places.get(index).copied().unwrap_or_default();
        let message = "nothing leads to this step";
        let hint =
            "what stands above it ends the flow or goes elsewhere: remove it, or give it an `id` to `go` to";
        problems.report(Code::UnreachableStep, place, message, hint);
        spread(flow, index, &mut reached);
    }
}

fn spread(flow: &Flow, from: usize, reached: &mut BTreeSet<usize>) {
    let mut open = vec![from];
    while let Some(index) = open.pop() {
        if let Some(node) = flow.nodes.get(index)
            && reached.insert(index)
        {
            open.extend(edges(node));
        }
    }
}

/// The flow that a node enters.
pub fn entered(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Call(call) => Some(&call.flow),
        NodeKind::Jump(Jump::Flow(flow)) => Some(flow),
        NodeKind::Jump(Jump::Node(_))
        | NodeKind::Say(_)
        | NodeKind::Ask(_)
        | NodeKind::Choose(_)
        | NodeKind::Set(_)
        | NodeKind::Search(_)
        | NodeKind::Http(_)
        | NodeKind::Handoff(_)
        | NodeKind::Rate(_)
        | NodeKind::Tag(_)
        | NodeKind::Wait(_)
        | NodeKind::End => None,
    }
}

/// Flows without triggers that no flow which starts leads to.
fn flows(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    let flows: &BTreeMap<String, Flow> = &compiled.bot.flows;
    let mut open: Vec<&str> = Vec::new();
    for (name, flow) in source.flows.iter() {
        if !flow.when.0.is_empty() || problems.may_use(&name.value) {
            open.push(&name.value);
        }
    }
    let repairs = source.bot.iter().flat_map(|bot| &bot.repairs).flat_map(RepairsSource::written);
    open.extend(repairs.filter_map(|repair| repair.flow.as_ref()).map(|flow| flow.value.as_str()));
    let mut started = BTreeSet::new();
    while let Some(name) = open.pop() {
        if started.insert(name)
            && let Some(flow) = flows.get(name)
        {
            open.extend(flow.nodes.iter().filter_map(entered));
        }
    }
    for (name, _) in source.flows.iter() {
        if flows.contains_key(&name.value) && !started.contains(name.value.as_str()) {
            let message = format!("nothing starts the flow `{}`", name.value);
            let hint = "give it `when: [ … ]`, or `call` it from another flow";
            problems.report(Code::UnusedFlow, name.place, message, hint);
        }
    }
}
