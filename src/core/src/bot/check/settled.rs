//! Does a `choose` always go the same way round its loop?
//!
//! What the loop's `set` steps put into the slots that it reads may be written as it stands: `set: { a: 1 }` ends no loop that goes on
//! while `slots.a == 1`. Where every such value keeps it in the loop, nothing in the loop leads out of it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::cel;
use crate::{
    bot::{Choose, Expression, Node, NodeKind, Set},
    dialogue::evaluate::{Names, condition},
};

/// Whether this `choose` of a loop goes on at a node that `stays` in it, whatever the loop sets. `false` where that cannot be told:
/// it reads something else than slots, or something else in the loop than a `set` may fill them.
pub fn is_settled<'a>(
    node: &Node,
    choose: &Choose,
    members: impl Iterator<Item = &'a Node>,
    stays: impl Fn(usize) -> bool,
) -> bool {
    let Some(read) = slots_read(choose) else { return false };
    let mut rows = Vec::new();
    for member in members {
        match &member.kind {
            NodeKind::Set(set) if read.iter().any(|slot| set.values.contains_key(slot)) => {
                let Some(row) = row(set, &read) else { return false };
                rows.push(row);
            }
            NodeKind::Http(http) if read.iter().any(|slot| http.save.contains_key(slot)) => return false,
            NodeKind::Ask(_) | NodeKind::Call(_) | NodeKind::Handoff(_) | NodeKind::Rate(_) => return false,
            NodeKind::Say(_)
            | NodeKind::Set(_)
            | NodeKind::Http(_)
            | NodeKind::Choose(_)
            | NodeKind::Jump(_)
            | NodeKind::Search(_)
            | NodeKind::Tag(_)
            | NodeKind::Wait(_)
            | NodeKind::End => {}
        }
    }
    !rows.is_empty() && rows.into_iter().all(|row| way(node, choose, row).is_some_and(&stays))
}

/// The slots that its conditions read, if they read nothing else.
fn slots_read(choose: &Choose) -> Option<BTreeSet<String>> {
    let conditions = choose.branches.iter().filter_map(|branch| branch.condition.as_ref());
    let variables = conditions.flat_map(|condition| cel::variables(condition));
    variables.map(|variable| variable.field.filter(|_| variable.root == "slots")).collect()
}

/// What a `set` puts into these slots, if it fills all of them, each as it is written.
fn row(set: &Set, slots: &BTreeSet<String>) -> Option<Map<String, Value>> {
    let value = |slot: &String| match set.values.get(slot) {
        Some(Expression::Literal(value)) => Some((slot.clone(), value.clone())),
        Some(Expression::Cel(_) | Expression::Template(_)) | None => None,
    };
    slots.iter().map(value).collect()
}

/// Where the `choose` goes on; `None` where it ends its flow, or fails, which ends it as well.
fn way(node: &Node, choose: &Choose, slots: Map<String, Value>) -> Option<usize> {
    let names = Names::from([("slots", Value::Object(slots))]);
    for branch in &choose.branches {
        let holds = match &branch.condition {
            Some(source) => condition(source, &names).ok()?,
            None => true,
        };
        if holds {
            return branch.target;
        }
    }
    node.next
}
