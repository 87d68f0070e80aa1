//! Can a flow go round for ever without waiting for anyone?
//!
//! 1. A node waits if a turn can end at it: ask, rate, wait, handoff, http. The others pass.
//! 2. A flow passes if some way through it has no waiting node; so does a `call` of it.
//! 3. Over the passing nodes of all flows, an edge leads to what comes next, and from `call` and
//!    `go: flow` to the first node of that flow. A cycle of such edges is a loop without a wait.
//! 4. A question that is asked once only passes when its slot is filled. So a cycle that appears
//!    when such questions count as passing, and that empties none of their slots, is doubtful.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reach::{edges, entered};
use crate::bot::{
    Expression, Flow, Jump, Node, NodeKind,
    code::Code,
    compile::Compiled,
    problem::{Place, Problems},
};

/// A node among all flows.
type Spot<'a> = (&'a str, usize);

pub fn check(compiled: &Compiled, problems: &mut Problems) {
    let mut reported = BTreeSet::new();
    for doubtful in [false, true] {
        let graph = Graph::of(compiled, doubtful);
        for cycle in graph.cycles() {
            if cycle.iter().any(|spot| reported.contains(spot)) {
                continue;
            }
            reported.extend(cycle.iter().copied());
            let Some(first) = cycle.iter().min() else { continue };
            let (code, message, hint) = if doubtful {
                if empties(compiled, &cycle) {
                    continue;
                }
                (
                    Code::LoopAsksOnce,
                    "once its question is answered, this loop goes round for ever: a filled slot is not asked for",
                    "add `always: true` to the question, or empty the slot with `set: { slot: null }`",
                )
            } else {
                (
                    Code::LoopWithoutWait,
                    "this loop waits for nobody: it would go round for ever",
                    "put an `ask`, a `wait` or another step that waits into it",
                )
            };
            problems.report(code, place(compiled, *first), message, hint);
        }
    }
}

fn place(compiled: &Compiled, (flow, index): Spot) -> Place {
    compiled.places.get(flow).and_then(|places| places.get(index)).copied().unwrap_or_default()
}

/// Whether a step of the cycle empties a slot.
fn empties(compiled: &Compiled, cycle: &[Spot]) -> bool {
    let node = |(flow, index): &Spot| compiled.bot.flows.get(*flow).and_then(|flow| flow.nodes.get(*index));
    cycle.iter().filter_map(node).any(|node| {
        let NodeKind::Set(set) = &node.kind else { return false };
        set.values.values().any(|value| *value == Expression::Literal(Value::Null))
    })
}

fn waits(node: &Node, doubtful: bool) -> bool {
    match &node.kind {
        NodeKind::Ask(ask) => ask.always || !doubtful,
        NodeKind::Rate(_) | NodeKind::Wait(_) | NodeKind::Handoff(_) | NodeKind::Http(_) => true,
        NodeKind::Say(_)
        | NodeKind::Choose(_)
        | NodeKind::Set(_)
        | NodeKind::Call(_)
        | NodeKind::Jump(_)
        | NodeKind::Search(_)
        | NodeKind::Tag(_)
        | NodeKind::End => false,
    }
}

/// What can follow within one turn.
struct Graph<'a> {
    follows: BTreeMap<Spot<'a>, Vec<Spot<'a>>>,
}

impl<'a> Graph<'a> {
    fn of(compiled: &'a Compiled, doubtful: bool) -> Self {
        let flows = &compiled.bot.flows;
        let sound = || flows.iter().filter(|(name, _)| !compiled.broken.contains(*name));
        let passing = passing(flows, doubtful);
        let mut follows = BTreeMap::new();
        for (name, flow) in sound() {
            for (index, node) in flow.nodes.iter().enumerate() {
                if waits(node, doubtful) {
                    continue;
                }
                let mut targets: Vec<Spot> = Vec::new();
                if let Some((name, _)) = entered(node).and_then(|name| flows.get_key_value(name)) {
                    targets.push((name, 0));
                }
                if comes_back(node, &passing) {
                    targets.extend(edges(node).into_iter().map(|target| (name.as_str(), target)));
                }
                follows.insert((name.as_str(), index), targets);
            }
        }
        Self { follows }
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
fn passing(flows: &BTreeMap<String, Flow>, doubtful: bool) -> BTreeSet<&str> {
    let mut passing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = passing.len();
        for (name, flow) in flows {
            if !passing.contains(name.as_str()) && passes(flow, doubtful, &passing) {
                passing.insert(name);
            }
        }
        if passing.len() == before {
            return passing;
        }
    }
}

fn passes(flow: &Flow, doubtful: bool, passing: &BTreeSet<&str>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![0];
    while let Some(index) = open.pop() {
        let Some(node) = flow.nodes.get(index) else { continue };
        if !seen.insert(index) || waits(node, doubtful) || !comes_back(node, passing) {
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
                open.extend(edges(node));
            }
        }
    }
    false
}
