//! A remote call was answered, or was given up.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dialogue::{
    CallOutcome, Expecting, Happening, RemoteAnswer, aside,
    evaluate::Fault,
    flows,
    nodes::http::{move_on, settle},
    people,
    turn::Turn,
};

/// Goes on with the flow that waits for it; an answer that nobody waits for is only recorded.
pub fn run(turn: &mut Turn<'_>, call: u64, outcome: &CallOutcome) -> Result<(), Fault> {
    let waiting = Expecting::Answer { call };
    let awaited = turn.state.expecting == waiting
        || turn.state.held == waiting
        || turn.state.interrupted.iter().any(|suspended| suspended.expecting == waiting);
    // What nobody waits for may belong to what was erased since: that it came is all that is kept of it.
    let outcome_kept = if awaited { outcome.clone() } else { without_content(outcome) };
    turn.record(Happening::Answered { call, outcome: outcome_kept });
    if turn.state.expecting == waiting {
        let settled = settle(turn, outcome);
        if move_on(turn, &settled)? {
            flows::run(turn);
        } else {
            people::apologise(turn);
        }
    } else if turn.state.held == waiting {
        let settled = settle(turn, outcome);
        turn.state.held = Expecting::Anything;
        if !move_on(turn, &settled)? {
            // A person is there already, which is all that a failed call would have led to.
            let stack = std::mem::take(&mut turn.state.stack);
            for frame in stack.into_iter().rev() {
                turn.record(Happening::FlowEnded { flow: frame.flow });
            }
        }
    } else if let Some(place) =
        turn.state.interrupted.iter().position(|suspended| suspended.expecting == waiting)
    {
        settle_interrupted(turn, place, outcome);
    }
    Ok(())
}

/// How the call ended, without what was answered.
fn without_content(outcome: &CallOutcome) -> CallOutcome {
    match outcome {
        CallOutcome::Answered(answer) => CallOutcome::Answered(RemoteAnswer {
            status: answer.status,
            headers: BTreeMap::new(),
            body: Value::Null,
        }),
        CallOutcome::Failed(_) => CallOutcome::Failed("not waited for any more".to_owned()),
    }
}

/// Takes the answer for a flow that was put aside, without a word in what goes on now.
fn settle_interrupted(turn: &mut Turn<'_>, place: usize, outcome: &CallOutcome) {
    let mut suspended = turn.state.interrupted.remove(place);
    std::mem::swap(&mut turn.state.stack, &mut suspended.stack);
    let saved = turn.here().map(|(_, node)| node.kind.fills()).unwrap_or_default();
    let settled = settle(turn, outcome);
    if turn.state.answer.get("error") == Some(&Value::Null) {
        for slot in saved {
            aside::renew(&mut suspended.known, &turn.state.slots, slot);
        }
    }
    // `Person` makes the flow apologise and hand off once its turn comes.
    let goes_on = move_on(turn, &settled).unwrap_or(false);
    suspended.expecting = if goes_on { Expecting::Anything } else { Expecting::Person };
    std::mem::swap(&mut turn.state.stack, &mut suspended.stack);
    if !suspended.stack.is_empty() {
        turn.state.interrupted.insert(place, suspended);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        bot::{Expects, Expression, Trigger},
        dialogue::{
            Body,
            testing::{Talk, ask, flow, http, one_flow, say, set},
        },
    };

    const SECRET: &str = "zorropark";

    /// The state, and the journal's last entry, once a call that is out is answered with the secret.
    fn answered_with_the_secret(forgotten: bool, outcome: CallOutcome) -> (String, Happening) {
        let mut talk = Talk::with(one_flow(vec![http("a", &[("x", "answer.body")], None), say("done")]));
        talk.says("go");
        let call = talk.last_call();
        if forgotten {
            talk.event(Body::Forget);
        }
        let said = talk.event(Body::Answer { call, outcome });
        assert_eq!(said.is_empty(), forgotten, "{said:?}");
        let last = |entry: &crate::dialogue::Entry| match &entry.what {
            what @ Happening::Answered { .. } => Some(what.clone()),
            _ => None,
        };
        let entry = talk.journal.iter().rev().find_map(last).expect("the answer is recorded");
        (serde_json::to_string(&talk.state).expect("plain data"), entry)
    }

    #[test]
    fn an_answer_that_comes_after_all_was_forgotten_keeps_no_content() {
        let answered = CallOutcome::Answered(RemoteAnswer {
            status: 200,
            headers: [("x-name".to_owned(), SECRET.to_owned())].into(),
            body: json!(SECRET),
        });
        let (state, entry) = answered_with_the_secret(false, answered.clone());
        assert!(state.contains(SECRET), "an answer that is waited for fills the slot");
        assert_eq!(entry, Happening::Answered { call: 1, outcome: answered.clone() });

        let (state, entry) = answered_with_the_secret(true, answered);
        assert!(!state.contains(SECRET), "{state}");
        let empty = RemoteAnswer { status: 200, headers: BTreeMap::new(), body: Value::Null };
        assert_eq!(entry, Happening::Answered { call: 1, outcome: CallOutcome::Answered(empty) });

        let (state, entry) = answered_with_the_secret(true, CallOutcome::Failed(SECRET.to_owned()));
        assert!(!state.contains(SECRET) && !format!("{entry:?}").contains(SECRET), "{state} {entry:?}");
    }

    #[test]
    fn what_an_answer_saves_or_empties_is_so_for_a_flow_put_aside() {
        let check = |answered: Value, expected: &str| {
            let old = set("state", Expression::Literal(json!("old")));
            let said = say("now {{ slots.state or 'nothing' }}");
            let mut bot = one_flow(vec![old, http("a", &[("state", "answer.body")], None), said]);
            let kinds = vec![ask("mail", Expects::Email)];
            flow(&mut bot, "news", vec![Trigger::Event("news".to_owned())], kinds);
            let mut talk = Talk::with(bot);
            talk.says("go");
            let news = Body::Custom { name: "news".to_owned(), data: Value::Null };
            assert_eq!(talk.event(news), ["mail?"]);
            assert!(talk.answers(200, answered).is_empty(), "the other flow asks");
            assert_eq!(talk.says("ada@example.com"), [expected]);
        };
        check(json!("new"), "now new");
        check(Value::Null, "now nothing");
    }
}
