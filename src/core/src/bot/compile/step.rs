//! How does one step become a node?

use serde_json::Value;

use super::{
    ask,
    content::saying,
    flow::Flattening,
    settings::{out_of_range, patience},
    text,
};
use crate::bot::{
    Branch, Call, Choose, Expression, Handoff, Http, Jump, Method, NodeKind, Rate, Say, Search, Set, Tag,
    Wait,
    code::Code,
    source::{
        AskKind, ChooseStep, GoStep, HandoffStep, HttpStep, RateStep, SearchStep, Step, StepKind, WaitSource,
    },
    yaml::Text,
};

/// Passages that a search finds where the step does not say.
const PASSAGES: u32 = 3;
const MOST_PASSAGES: u32 = 10;
/// Milliseconds that a remote service has to answer where the step does not say.
const TIMEOUT_MS: u64 = 10_000;
const LONGEST_TIMEOUT_MS: u64 = 60_000;

/// `index` is the step's own node, `next` the one after it.
pub fn compile<'a>(
    step: &'a Step,
    flow: &mut Flattening<'a, '_>,
    path: &str,
    index: usize,
    next: Option<usize>,
) -> NodeKind {
    match &step.kind {
        StepKind::Say(say) => NodeKind::Say(Say { what: saying(&say.what) }),
        StepKind::Ask(step) => NodeKind::Ask(Box::new(ask::compile(step, flow, path, next))),
        StepKind::Choose(step) => choose(step, flow, path, index, next),
        StepKind::Set(step) => NodeKind::Set(Set {
            values: (step.values.iter())
                .map(|(slot, value)| (slot.value.clone(), expression(&value.value)))
                .collect(),
        }),
        StepKind::Call(call) => NodeKind::Call(Call { flow: call.flow.value.clone() }),
        StepKind::Go(step) => go(step, flow, index),
        StepKind::Search(step) => search(step, flow, path, next),
        StepKind::Http(step) => http(step, flow, path, next),
        StepKind::Handoff(step) => NodeKind::Handoff(handoff(step, flow, path, next)),
        StepKind::Rate(step) => NodeKind::Rate(rate(step, flow)),
        StepKind::Tag(step) => {
            NodeKind::Tag(Tag { tags: step.tags.0.iter().map(|tag| tag.value.clone()).collect() })
        }
        StepKind::Wait(step) => NodeKind::Wait(match &step.wait {
            WaitSource::For(duration) => Wait::For(duration.value.0),
            WaitSource::Until(moment) => Wait::Until(expression(&Value::String(moment.value.clone()))),
        }),
        StepKind::End => NodeKind::End,
    }
}

fn rate(step: &RateStep, flow: &mut Flattening<'_, '_>) -> Rate {
    ask::bounded(step.retries, step.place, flow);
    Rate {
        slot: step.slot.value.clone(),
        question: step.question.as_ref().map(saying),
        thanks: step.thanks.as_ref().map(saying),
        invalid: ask::complaints(step.invalid.as_ref(), step.retries, AskKind::Number, flow),
        retries: step.retries,
        given_up: step.given_up.as_ref().map(saying),
    }
}

fn choose<'a>(
    step: &'a ChooseStep,
    flow: &mut Flattening<'a, '_>,
    path: &str,
    index: usize,
    next: Option<usize>,
) -> NodeKind {
    let mut branches = Vec::new();
    for (number, branch) in step.branches.iter().enumerate() {
        let Some(branch) = branch else {
            flow.mark_gap(index);
            continue;
        };
        if branch.condition.is_none() && number + 1 < step.branches.len() {
            let message = "`else` is taken always: the branches after it never are";
            flow.problems.report(Code::ElseNotLast, branch.place, message, "move `- else:` to the end");
        }
        let name = if branch.condition.is_some() { "then" } else { "else" };
        let target = flow.steps(&branch.steps, &format!("{path}.choose[{number}].{name}"), next);
        branches.push(Branch { condition: branch.condition.as_ref().map(|it| condition(&it.value)), target });
    }
    if step.branches.is_empty() {
        let hint = "add `- if: condition` with `then: …`";
        flow.problems.report(Code::MissingField, step.place, "`choose` has no branches", hint);
    }
    NodeKind::Choose(Choose { branches })
}

fn handoff<'a>(
    step: &'a HandoffStep,
    flow: &mut Flattening<'a, '_>,
    path: &str,
    next: Option<usize>,
) -> Handoff {
    let nobody =
        step.nobody.as_ref().and_then(|steps| flow.steps_or_end(steps, &format!("{path}.nobody"), next));
    Handoff {
        team: text(step.team.as_ref()),
        reason: text(step.reason.as_ref()),
        message: step.message.as_ref().map(saying),
        wait: patience(step.wait, flow.problems),
        nobody,
        urgent: step.urgent,
    }
}

/// A condition without the `=` that is needed elsewhere.
pub fn condition(text: &str) -> String {
    text.trim().strip_prefix('=').filter(|rest| !rest.starts_with('=')).unwrap_or(text).trim().to_owned()
}

fn go(step: &GoStep, flow: &mut Flattening<'_, '_>, index: usize) -> NodeKind {
    if let Some(name) = flow_name(&step.target.value) {
        return NodeKind::Jump(Jump::Flow(name.to_owned()));
    }
    flow.jump(index, &step.target);
    NodeKind::Jump(Jump::Node(index))
}

/// The flow that `go: flow name` names.
pub fn flow_name(target: &str) -> Option<&str> {
    target.trim().strip_prefix("flow ").map(str::trim)
}

fn search<'a>(
    step: &'a SearchStep,
    flow: &mut Flattening<'a, '_>,
    path: &str,
    next: Option<usize>,
) -> NodeKind {
    if let Some(limit) = step.limit
        && !(1..=MOST_PASSAGES).contains(&limit.value)
    {
        let hint = format!("write a number from 1 to {MOST_PASSAGES}");
        out_of_range(limit.place, &format!("`limit` is {}", limit.value), &hint, flow.problems);
    }
    let limit = step.limit.map_or(PASSAGES, |limit| limit.value);
    let nothing =
        step.nothing.as_ref().and_then(|steps| flow.steps_or_end(steps, &format!("{path}.nothing"), next));
    NodeKind::Search(Search {
        query: step.query.value.clone(),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        answer: step.answer,
        nothing,
    })
}

fn http<'a>(step: &'a HttpStep, flow: &mut Flattening<'a, '_>, path: &str, next: Option<usize>) -> NodeKind {
    let call = &step.call;
    let written: Vec<(Method, &Text)> = [
        (Method::Get, &call.get),
        (Method::Post, &call.post),
        (Method::Put, &call.put),
        (Method::Patch, &call.patch),
        (Method::Delete, &call.delete),
    ]
    .into_iter()
    .filter_map(|(method, url)| Some((method, url.as_ref()?)))
    .collect();
    let (method, url) = match written[..] {
        [(method, url)] => (method, url.value.clone()),
        [] => {
            let hint = "add `get: https://…`, or `post`, `put`, `patch` or `delete`";
            flow.problems.report(Code::MissingField, call.place, "`http` needs an address", hint);
            (Method::Get, String::new())
        }
        [_, (_, second), ..] => {
            let message = "`http` makes one call: it has one of `get`, `post`, `put`, `patch`, `delete`";
            flow.problems.report(Code::ConflictingKeys, second.place, message, "make two steps of it");
            (Method::Get, String::new())
        }
    };
    if let Some(body) = &call.body
        && method == Method::Get
    {
        let hint = "write `post:` in place of `get:`, or put the values into the address";
        flow.problems.report(Code::ConflictingKeys, body.place, "a `get` has no body", hint);
    }
    let timeout_ms = call.timeout.map_or(TIMEOUT_MS, |timeout| {
        let milliseconds = u64::try_from(timeout.value.0.as_millis()).unwrap_or(u64::MAX);
        if milliseconds == 0 || milliseconds > LONGEST_TIMEOUT_MS {
            let message = "`timeout` is out of range";
            out_of_range(timeout.place, message, "write a duration from 1s to 60s", flow.problems);
        }
        milliseconds
    });
    let error =
        step.error.as_ref().and_then(|steps| flow.steps_or_end(steps, &format!("{path}.error"), next));
    NodeKind::Http(Box::new(Http {
        method,
        url,
        headers: call.headers.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect(),
        body: call.body.as_ref().map(|body| body.value.clone()),
        timeout_ms,
        save: step.save.iter().map(|(slot, cel)| (slot.value.clone(), condition(&cel.value))).collect(),
        error,
    }))
}

/// How a value is meant: CEL after `=`, a template where it has braces, itself otherwise.
pub fn expression(value: &Value) -> Expression {
    match value {
        Value::String(text) => {
            if let Some(cel) = text.trim_start().strip_prefix('=') {
                Expression::Cel(cel.trim().to_owned())
            } else if is_template(text) {
                Expression::Template(text.clone())
            } else {
                Expression::Literal(value.clone())
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Expression::Literal(value.clone())
        }
    }
}

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}
