//! `http`: calls a remote service and maps its answer into slots.

use serde_json::{Value, json};
use url::Url;

use super::Go;
use crate::{
    bot::{Http, Method, NodeKind},
    dialogue::{
        CallOutcome, CallRequest, Expecting, FaultReason, Happening,
        evaluate::{self, Fault, render, render_url},
        flows,
        turn::Turn,
    },
};

/// Longest and shortest time-out that a flow may set, in milliseconds.
const TIMEOUT_MS: (u64, u64) = (100, 60_000);

pub fn run(turn: &mut Turn<'_>, http: &Http) -> Result<Go, Fault> {
    let names = turn.names();
    let url = render_url(&http.url, &names)?;
    check_url(&url)?;
    let headers = http
        .headers
        .iter()
        .map(|(name, value)| Ok((name.clone(), header(name, render(value, &names)?)?)))
        .collect::<Result<_, Fault>>()?;
    let body = http.body.as_ref().map(|body| evaluate::json(body, &names)).transpose()?;
    turn.go_on_unattended(None)?;
    let call = turn.number();
    let timeout_ms = http.timeout_ms.clamp(TIMEOUT_MS.0, TIMEOUT_MS.1);
    let shown = turn.masked(&url);
    turn.record(Happening::Called { call, method: method(http.method).to_owned(), url: shown });
    turn.call(CallRequest { call, method: http.method, url, headers, body, timeout_ms });
    turn.state.expecting = Expecting::Answer { call };
    Ok(Go::Wait)
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

fn check_url(address: &str) -> Result<(), Fault> {
    match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        Ok(_) | Err(_) => {
            let error = format!("`{address}` is not an address of a web service");
            Err(Fault::of(FaultReason::NoAddress, error))
        }
    }
}

fn header(name: &str, value: String) -> Result<String, Fault> {
    if value.chars().any(char::is_control) {
        let error = format!("the header `{name}` has a line break in it");
        return Err(Fault::of(FaultReason::LineBreak, error));
    }
    Ok(value)
}

/// What became of a call.
pub enum Settled {
    /// The flow goes on here; `None` ends it.
    To(Option<usize>),
    /// The service failed and the flow does not say what then.
    Failed,
}

/// Takes the answer for the `http` node at the top of the stack: fills its slots, says nothing.
pub fn settle(turn: &mut Turn<'_>, outcome: &CallOutcome) -> Settled {
    let Some((_, node)) = turn.here() else { return Settled::Failed };
    let NodeKind::Http(http) = &node.kind else { return Settled::Failed };
    turn.state.answer = answer(outcome);
    let outcome = match turn.state.answer.get("error") {
        Some(Value::Null) => save(turn, http),
        Some(_) | None => Err(None),
    };
    match (outcome, http.error) {
        (Ok(()), _) => Settled::To(node.next),
        (Err(fault), error) => {
            if let Some(fault) = fault {
                report(turn, &fault);
                turn.state.answer["error"] = json!(fault.error);
            }
            error.map_or(Settled::Failed, |target| Settled::To(Some(target)))
        }
    }
}

/// All values are computed before any is kept, so that a strange answer fills nothing by halves.
fn save(turn: &mut Turn<'_>, http: &Http) -> Result<(), Option<Fault>> {
    let names = turn.names();
    let values = http
        .save
        .iter()
        .map(|(slot, source)| Ok((slot, evaluate::value(source, &names)?)))
        .collect::<Result<Vec<_>, Fault>>()
        .map_err(Some)?;
    for (slot, value) in values {
        turn.fill(slot, value).map_err(Some)?;
    }
    Ok(())
}

fn report(turn: &mut Turn<'_>, fault: &Fault) {
    let (flow, node) =
        turn.here().map(|(flow, node)| (flow.name.clone(), node.id.clone())).unwrap_or_default();
    let error = turn.masked(&fault.error);
    turn.record(Happening::Faulted { flow, node, error, reason: fault.reason });
}

/// `answer.…`
fn answer(outcome: &CallOutcome) -> Value {
    match outcome {
        CallOutcome::Answered(answer) => {
            let error = match answer.status {
                200..=299 => Value::Null,
                status => json!(format!("status {status}")),
            };
            json!({ "status": answer.status, "headers": answer.headers, "body": answer.body, "error": error })
        }
        CallOutcome::Failed(error) => json!({ "status": null, "headers": {}, "body": null, "error": error }),
    }
}

/// Moves the flow at the top of the stack on after [`settle`]; whether it can go on.
pub fn move_on(turn: &mut Turn<'_>, settled: &Settled) -> Result<bool, Fault> {
    match settled {
        Settled::To(target) => flows::advance(turn, *target).map(|()| true),
        Settled::Failed => Ok(false),
    }
}
