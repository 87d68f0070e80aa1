//! Can a flow go round for ever without waiting for anyone?
//!
//! 1. A node waits if only a person or the clock ends it: ask, rate, handoff, a wait that takes time. The
//!    others pass, `http` as well: a service answers, or fails, by itself and often at once. So does a wait until
//!    a moment that is written as it stands: it is past the second time round, if not the first.
//! 2. A flow passes if some way through it has no waiting node; so does a `call` of it.
//! 3. Over the passing nodes of all flows, an edge leads to what comes next, and from `call` and
//!    `go: flow` to the first node of that flow. A cycle of such edges is a loop without a wait.
//! 4. A `choose` with a way out of its loop is an exit, if something in the loop can change what it reads, and a
//!    value that the loop sets does not always keep it there (`settled`). A
//!    loop without an exit never ends. One whose exits read no slot that the loop sets, such as a count of
//!    the rounds, ends only by what others answer.
//! 5. A question that is asked once only passes when its slot is filled. So a cycle that appears
//!    when such questions count as passing, and that empties none of their slots, is doubtful.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    cel,
    reach::{edges, entered},
    settled::is_settled,
};
use crate::bot::{
    Choose, Expression, Flow, Jump, Node, NodeKind, Wait,
    code::Code,
    compile::Compiled,
    problem::{Place, Problems},
};

/// A node among all flows.
type Spot<'a> = (&'a str, usize);

pub fn check(compiled: &Compiled, problems: &mut Problems) {
    let graph = Graph::of(compiled, false);
    let asked_once = Graph::of(compiled, true);
    let endless = graph.without(&graph.exits(compiled, false)).cycles();
    let uncounted = graph.without(&graph.exits(compiled, true)).cycles();
    let mut doubtful = asked_once.without(&asked_once.exits(compiled, true)).cycles();
    doubtful.retain(|cycle| !empties(compiled, cycle));
    let mut reported = BTreeSet::new();
    for (cycles, code, message, hint) in [
        (
            endless,
            Code::LoopWithoutWait,
            "this loop waits for nobody: it would go round for ever",
            "put an `ask`, a `wait` or another step that waits into it; a retry is counted in a slot that a `choose` reads",
        ),
        (
            uncounted,
            Code::LoopMayNotEnd,
            "this loop waits for nobody, and nothing that it does itself ends it",
            "count the rounds with `set` in a slot that the `choose` reads, or put a `wait` into it",
        ),
        (
            doubtful,
            Code::LoopAsksOnce,
            "once its question is answered, this loop goes round for ever: a filled slot is not asked for",
            "add `always: true` to the question, or empty the slot with `set: { slot: null }`",
        ),
    ] {
        for cycle in cycles {
            if cycle.iter().any(|spot| reported.contains(spot)) {
                continue;
            }
            reported.extend(cycle.iter().copied());
            if let Some(first) = cycle.iter().min() {
                problems.report(code, place(compiled, *first), message, hint);
            }
        }
    }
}

fn place(compiled: &Compiled, (flow, index): Spot) -> Place {
    compiled.places.get(flow).and_then(|places| places.get(index)).copied().unwrap_or_default()
}

fn node<'a>(compiled: &'a Compiled, (flow, index): Spot) -> Option<&'a Node> {
    compiled.bot.flows.get(flow)?.nodes.get(index)
}

/// Whether a step of the cycle empties a slot.
fn empties(compiled: &Compiled, cycle: &[Spot]) -> bool {
    values_set(compiled, cycle).any(|(_, value)| is_nothing(value))
}

/// What the `set` steps of a cycle put into slots.
fn values_set<'a>(
    compiled: &'a Compiled,
    cycle: &[Spot],
) -> impl Iterator<Item = (&'a String, &'a Expression)> {
    let nodes = cycle.iter().filter_map(|spot| node(compiled, *spot));
    nodes
        .filter_map(|node| {
            let NodeKind::Set(set) = &node.kind else { return None };
            Some(&set.values)
        })
        .flatten()
}

fn is_nothing(value: &Expression) -> bool {
    *value == Expression::Literal(Value::Null)
}

/// Whether a condition of the `choose` reads one of these slots.
fn reads(choose: &Choose, slots: &BTreeSet<&String>) -> bool {
    let conditions = choose.branches.iter().filter_map(|branch| branch.condition.as_ref());
    conditions.flat_map(|condition| cel::variables(condition)).any(|variable| {
        variable.root == "slots" && variable.field.is_some_and(|field| slots.contains(&field))
    })
}

/// Whether conditions may come to something else after this node.
fn changes_something(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Set(_)
        | NodeKind::Http(_)
        | NodeKind::Search(_)
        | NodeKind::Call(_)
        | NodeKind::Tag(_)
        | NodeKind::Ask(_)
        | NodeKind::Rate(_)
        | NodeKind::Wait(_)
        | NodeKind::Handoff(_) => true,
        NodeKind::Say(_) | NodeKind::Choose(_) | NodeKind::Jump(_) | NodeKind::End => false,
    }
}

/// Whether the `choose` may end its flow, or go on at a node outside of the cycle.
fn leads_out(node: &Node, choose: &Choose, stays: impl Fn(usize) -> bool) -> bool {
    let falls_through = choose.branches.iter().all(|branch| branch.condition.is_some());
    let mut ways =
        choose.branches.iter().map(|branch| branch.target).chain(falls_through.then_some(node.next));
    ways.any(|way| way.is_none_or(|target| !stays(target)))
}

fn waits(node: &Node, doubtful: bool) -> bool {
    match &node.kind {
        NodeKind::Ask(ask) => ask.always || !doubtful,
        NodeKind::Wait(Wait::For(duration)) => duration.is_positive(),
        NodeKind::Wait(Wait::Until(moment)) => !is_fixed(moment),
        NodeKind::Rate(_) | NodeKind::Handoff(_) => true,
        NodeKind::Say(_)
        | NodeKind::Http(_)
        | NodeKind::Choose(_)
        | NodeKind::Set(_)
        | NodeKind::Call(_)
        | NodeKind::Jump(_)
        | NodeKind::Search(_)
        | NodeKind::Tag(_)
        | NodeKind::End => false,
    }
}

/// Whether it comes to the same whenever it is reached.
fn is_fixed(moment: &Expression) -> bool {
    match moment {
        Expression::Literal(_) => true,
        Expression::Cel(source) => cel::variables(source).is_empty(),
        Expression::Template(_) => false,
    }
}

/// Whether the node may wait for all that is known: something beside it could not be read.
fn is_gap(compiled: &Compiled, flow: &str, index: usize) -> bool {
    compiled.gaps.get(flow).is_some_and(|gaps| gaps.contains(&index))
}

/// What can follow within one turn.
struct Graph<'a> {
    follows: BTreeMap<Spot<'a>, Vec<Spot<'a>>>,
}

impl<'a> Graph<'a> {
    fn of(compiled: &'a Compiled, doubtful: bool) -> Self {
        let flows = &compiled.bot.flows;
        let sound = || flows.iter().filter(|(name, _)| !compiled.broken.contains(*name));
        let passing = passing(compiled, doubtful);
        let mut follows = BTreeMap::new();
        for (name, flow) in sound() {
            for (index, node) in flow.nodes.iter().enumerate() {
                if waits(node, doubtful) || is_gap(compiled, name, index) {
                    continue;
                }
                let mut targets: Vec<Spot> = Vec::new();
                if let Some((name, _)) = entered(node).and_then(|name| flows.get_key_value(name)) {
                    targets.push((name, 0));
                }
                if comes_back(node, &passing) {
                    targets.extend(ways(node).into_iter().map(|target| (name.as_str(), target)));
                }
                follows.insert((name.as_str(), index), targets);
            }
        }
        Self { follows }
    }

    /// The same without some nodes.
    fn without(&self, left_out: &BTreeSet<Spot<'a>>) -> Self {
        let kept = self.follows.iter().filter(|(spot, _)| !left_out.contains(*spot));
        Self { follows: kept.map(|(spot, targets)| (*spot, targets.clone())).collect() }
    }

    /// The `choose` nodes that may lead out of the cycle in which they stand, since a step of it changes
    /// something; with `counting` only those that read what the cycle sets.
    fn exits(&self, compiled: &Compiled, counting: bool) -> BTreeSet<Spot<'a>> {
        let mut exits = BTreeSet::new();
        for cycle in self.cycles() {
            if !cycle.iter().filter_map(|spot| node(compiled, *spot)).any(changes_something) {
                continue;
            }
            let members: BTreeSet<Spot> = cycle.iter().copied().collect();
            let values = values_set(compiled, &cycle).filter(|(_, value)| !is_nothing(value));
            let slots: BTreeSet<&String> = values.map(|(slot, _)| slot).collect();
            exits.extend(cycle.iter().copied().filter(|spot| {
                let Some(chooser) = node(compiled, *spot) else { return false };
                let NodeKind::Choose(choose) = &chooser.kind else { return false };
                let stays = |target: usize| members.contains(&(spot.0, target));
                let nodes = cycle.iter().filter_map(|spot| node(compiled, *spot));
                leads_out(chooser, choose, stays)
                    && (!counting || reads(choose, &slots))
                    && !is_settled(chooser, choose, nodes, stays)
            }));
        }
        exits
    }

    /// Strongly connected nodes, by Tarjan's method without recursion.
    fn cycles(&self) -> Vec<Vec<Spot<'a>>> {
        let mut order: BTreeMap<Spot, usize> = BTreeMap::new();
        let mut low: BTreeMap<Spot, usize> = BTreeMap::new();
        let mut stack: Vec<Spot> = Vec::new();
        let mut on_stack: BTreeSet<Spot> = BTreeSet::new();
        let mut cycles = Vec::new();
        for root in self.follows.keys().copied() {
            if order.contains_key(&root) {
                continue;
            }
            let mut open: Vec<(Spot, usize)> = vec![(root, 0)];
            while let Some((spot, edge)) = open.pop() {
                if edge == 0 {
                    order.insert(spot, order.len());
                    low.insert(spot, order[&spot]);
                    stack.push(spot);
                    on_stack.insert(spot);
                }
                let targets = self.follows.get(&spot).map_or(&[][..], Vec::as_slice);
                if let Some(target) = targets.get(edge).copied() {
                    open.push((spot, edge + 1));
                    if !self.follows.contains_key(&target) {
                        continue;
                    }
                    if !order.contains_key(&target) {
                        open.push((target, 0));
                    } else if on_stack.contains(&target) {
                        lower(&mut low, spot, order[&target]);
                    }
                    continue;
                }
                let own = low[&spot];
                if let Some((parent, _)) = open.last() {
                    lower(&mut low, *parent, own);
                }
                if own == order[&spot] {
                    let start = stack.iter().rposition(|other| *other == spot).unwrap_or(0);
                    let group = stack.split_off(start);
                    for member in &group {
                        on_stack.remove(member);
                    }
                    if group.len() > 1 || targets.contains(&spot) {
                        cycles.push(group);
                    }
                }
            }
        }
        cycles
    }
}

fn lower<'a>(low: &mut BTreeMap<Spot<'a>, usize>, spot: Spot<'a>, to: usize) {
    if let Some(current) = low.get_mut(&spot) {
        *current = (*current).min(to);
    }
}

/// The nodes of the same flow that may come right after a node which passes: a question does when its slot is filled, and
/// then nobody fails to answer it.
fn ways(node: &Node) -> Vec<usize> {
    if matches!(node.kind, NodeKind::Ask(_)) { node.next.into_iter().collect() } else { edges(node) }
}

/// Whether the nodes behind a node can follow in the same turn.
fn comes_back(node: &Node, passing: &BTreeSet<&str>) -> bool {
    match &node.kind {
        NodeKind::Call(call) => passing.contains(call.flow.as_str()),
        NodeKind::Say(_)
        | NodeKind::Ask(_)
        | NodeKind::Choose(_)
        | NodeKind::Set(_)
        | NodeKind::Jump(_)
        | NodeKind::Search(_)
        | NodeKind::Http(_)
        | NodeKind::Handoff(_)
        | NodeKind::Rate(_)
        | NodeKind::Tag(_)
        | NodeKind::Wait(_)
        | NodeKind::End => true,
    }
}

/// Flows with a way from the first node to the end that has no waiting node.
fn passing(compiled: &Compiled, doubtful: bool) -> BTreeSet<&str> {
    let mut passing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = passing.len();
        for (name, flow) in &compiled.bot.flows {
            let stays = |index| {
                flow.nodes.get(index).is_none_or(|node| waits(node, doubtful))
                    || is_gap(compiled, name, index)
            };
            if !passing.contains(name.as_str()) && passes(flow, stays, &passing) {
                passing.insert(name);
            }
        }
        if passing.len() == before {
            return passing;
        }
    }
}

fn passes(flow: &Flow, stays: impl Fn(usize) -> bool, passing: &BTreeSet<&str>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![0];
    while let Some(index) = open.pop() {
        let Some(node) = flow.nodes.get(index) else { continue };
        if !seen.insert(index) || stays(index) || !comes_back(node, passing) {
            continue;
        }
        match &node.kind {
            NodeKind::Jump(Jump::Flow(name)) => {
                if passing.contains(name.as_str()) {
                    return true;
                }
            }
            NodeKind::End => return true,
            NodeKind::Jump(Jump::Node(_)) => open.extend(edges(node)),
            NodeKind::Choose(choose) => {
                let ends = choose.branches.iter().any(|branch| branch.target.is_none());
                let falls = choose.branches.iter().all(|branch| branch.condition.is_some());
                if ends || falls && node.next.is_none() {
                    return true;
                }
                open.extend(edges(node));
            }
            NodeKind::Say(_)
            | NodeKind::Ask(_)
            | NodeKind::Set(_)
            | NodeKind::Call(_)
            | NodeKind::Search(_)
            | NodeKind::Http(_)
            | NodeKind::Handoff(_)
            | NodeKind::Rate(_)
            | NodeKind::Tag(_)
            | NodeKind::Wait(_) => {
                if node.next.is_none() {
                    return true;
                }
                open.extend(ways(node));
            }
        }
    }
    false
}
