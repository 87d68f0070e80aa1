//! Does the open question offer the flow that somebody asks for? Who answers "shall we start the return?" with "I want to send
//! my boots back" has said yes, and is not asked again.

use serde_json::Value;

use super::{Expecting, evaluate::Names, nodes::choose, turn::Turn};
use crate::bot::{Ask, Expects, Flow, Jump, NodeKind};

/// The open question, and the one answer of it that leads to the flow with nothing to answer before it.
pub fn accepted<'a>(turn: &Turn<'a>, flow: &Flow) -> Option<(&'a Ask, Value)> {
    let Expecting::Reply { .. } = turn.state.expecting else { return None };
    let (running, node) = turn.here()?;
    let NodeKind::Ask(ask) = &node.kind else { return None };
    let answers: Vec<Value> = match &ask.expects {
        Expects::YesNo => vec![true.into(), false.into()],
        Expects::Choice { options } => options.iter().map(|option| option.value.clone().into()).collect(),
        Expects::Text { .. }
        | Expects::Number { .. }
        | Expects::Email
        | Expects::Phone
        | Expects::Date { .. }
        | Expects::Time { .. }
        | Expects::Regex { .. }
        | Expects::File { .. } => return None,
    };
    let mut names = turn.names();
    let mut leading = answers.into_iter().filter(|answer| {
        if let Some(Value::Object(slots)) = names.get_mut("slots") {
            slots.insert(ask.slot.clone(), answer.clone());
        }
        leads_to(running, node.next, &names, flow)
    });
    let answer = leading.next()?;
    // What is done after a "no" is no offer.
    (leading.next().is_none() && answer != Value::Bool(false)).then_some((&**ask, answer))
}

/// Whether the steps from here on come to the flow, with nothing but words and labels before it.
fn leads_to(running: &Flow, from: Option<usize>, names: &Names, wanted: &Flow) -> bool {
    let mut place = from;
    // At most once past each node: flows may go in circles.
    for _ in &running.nodes {
        let Some(node) = place.and_then(|place| running.nodes.get(place)) else { return false };
        place = match &node.kind {
            NodeKind::Jump(Jump::Flow(name)) => return *name == wanted.name,
            NodeKind::Call(call) => return call.flow == wanted.name,
            NodeKind::Jump(Jump::Node(target)) => Some(*target),
            NodeKind::Choose(choose) => {
                let Ok(branch) = choose::branch(choose, names) else { return false };
                branch.map_or(node.next, |branch| branch.target)
            }
            NodeKind::Say(_) | NodeKind::Tag(_) => node.next,
            NodeKind::Ask(_)
            | NodeKind::Set(_)
            | NodeKind::Search(_)
            | NodeKind::Http(_)
            | NodeKind::Handoff(_)
            | NodeKind::Rate(_)
            | NodeKind::Wait(_)
            | NodeKind::End => return false,
        };
    }
    false
}
