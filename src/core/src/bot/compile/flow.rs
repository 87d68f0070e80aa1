//! How does a flow of nested steps become a flat list of nodes?
//!
//! The steps of a list get their nodes first, in a row; then each is filled in, and its own lists
//! follow behind. So every step knows the node after it: nested steps go on after the step that
//! holds them, unless they `go` or `end`. Labels may stand anywhere in the flow, so jumps to them
//! are filled in last; one to a label that nobody wrote leads nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, step};
use crate::bot::{
    Jump, Node, NodeKind,
    code::Code,
    problem::{Place, Problems, Thing},
    source::{FlowSource, Steps},
    suggest,
    yaml::Text,
};

/// The nodes of one flow.
#[derive(Default)]
pub struct Flat {
    pub nodes: Vec<Node>,
    pub places: Vec<Place>,
    /// Nothing is known of what follows what: all steps of some list could not be read.
    pub broken: bool,
    /// The nodes beside a step that could not be read: what follows them is not known.
    pub gaps: BTreeSet<usize>,
    /// Where a `go` names no label of the flow, or may stand in what could not be read: the steps with labels, of which
    /// it may have meant any.
    pub meant: Vec<usize>,
}

/// The node to which an unknown label leads: none has this number.
const NOWHERE: usize = usize::MAX;

/// A flow being flattened.
pub struct Flattening<'a, 'b> {
    pub context: &'a Context<'a>,
    pub problems: &'b mut Problems,
    flat: Flat,
    labels: BTreeMap<&'a str, (usize, Place)>,
    /// Nodes that jump to a label.
    jumps: Vec<(usize, Text)>,
}

pub fn flatten<'a>(
    name: &str,
    source: &'a FlowSource,
    context: &'a Context<'a>,
    problems: &mut Problems,
) -> Flat {
    let mut flattening =
        Flattening { context, problems, flat: Flat::default(), labels: BTreeMap::new(), jumps: Vec::new() };
    flattening.steps(&source.steps, "steps", None);
    flattening.land(name);
    flattening.flat
}

impl<'a> Flattening<'a, '_> {
    /// Adds steps; `after` is the node that follows them. Returns where they begin: `after` if
    /// there are none.
    pub fn steps(&mut self, steps: &'a Steps, path: &str, after: Option<usize>) -> Option<usize> {
        let start = self.flat.nodes.len();
        for gap in &steps.gaps {
            match gap.checked_sub(1).or((!steps.items.is_empty()).then_some(0)) {
                Some(beside) => self.mark_gap(start + beside),
                None => self.flat.broken = true,
            }
        }
        for (number, step) in steps.items.iter().enumerate() {
            let index = self.flat.nodes.len();
            let id = match &step.id {
                Some(label) => {
                    self.label(label, index);
                    label.value.clone()
                }
                None => format!("{path}[{number}]"),
            };
            let file = self.problems.file(step.place).to_owned();
            self.push(Node { id, file, line: step.place.line, kind: NodeKind::End, next: None }, step.place);
        }
        let count = steps.items.len();
        for (number, step) in steps.items.iter().enumerate() {
            let index = start + number;
            let next = if number + 1 < count { Some(index + 1) } else { after };
            let kind = step::compile(step, self, &format!("{path}[{number}]"), index, next);
            let leaves = matches!(kind, NodeKind::Jump(_) | NodeKind::End);
            self.flat.nodes[index].next = if leaves { None } else { next };
            self.flat.nodes[index].kind = kind;
        }
        if count == 0 { after } else { Some(start) }
    }

    /// Like [`Self::steps`], where no node means something else than the end of the flow.
    pub fn steps_or_end(&mut self, steps: &'a Steps, path: &str, after: Option<usize>) -> Option<usize> {
        let start = self.steps(steps, path, after);
        if start.is_some() {
            return start;
        }
        let file = self.problems.file(steps.place).to_owned();
        let id = format!("{path}.end");
        let end = Node { id, file, line: steps.place.line, kind: NodeKind::End, next: None };
        Some(self.push(end, steps.place))
    }

    /// Fills in the jump of a node once all labels are known.
    pub fn jump(&mut self, index: usize, label: &Text) {
        self.jumps.push((index, label.clone()));
    }

    /// Something of the node, or beside it, could not be read: what follows it is not known.
    pub fn mark_gap(&mut self, index: usize) {
        self.flat.gaps.insert(index);
    }

    fn push(&mut self, node: Node, place: Place) -> usize {
        self.flat.nodes.push(node);
        self.flat.places.push(place);
        self.flat.nodes.len() - 1
    }

    fn label(&mut self, label: &'a Text, index: usize) {
        if let Some((_, place)) = self.labels.get(label.value.as_str()) {
            let message =
                format!("the label `{}` is at {} already", label.value, self.problems.describe(*place));
            self.problems.report(
                Code::DefinedTwice,
                label.place,
                message,
                "give one of the two another name",
            );
        } else {
            self.labels.insert(&label.value, (index, label.place));
        }
    }

    fn land(&mut self, flow: &str) {
        for (index, label) in std::mem::take(&mut self.jumps) {
            if let Some((target, _)) = self.labels.get(label.value.as_str()) {
                self.flat.nodes[index].kind = NodeKind::Jump(Jump::Node(*target));
                continue;
            }
            self.flat.nodes[index].kind = NodeKind::Jump(Jump::Node(NOWHERE));
            self.flat.gaps.insert(index);
            if self.problems.may_define(Thing::Label, &label.value) {
                continue;
            }
            let mut hint =
                suggest::hint(&label.value, self.labels.keys().copied(), "give the step to go to `id: …`");
            if self.context.source.flows.0.iter().any(|entry| entry.name.value == label.value) {
                hint = format!("to go to that flow write `go: flow {}`", label.value);
            }
            let message = format!("no step of the flow `{flow}` has the label `{}`", label.value);
            self.problems.report(Code::UndefinedLabel, label.place, message, hint);
        }
        if !self.flat.gaps.is_empty() {
            self.flat.meant = self.labels.values().map(|(labelled, _)| *labelled).collect();
        }
    }
}
