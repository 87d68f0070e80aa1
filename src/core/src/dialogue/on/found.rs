//! The documents have answered.

use serde_json::Value;

use super::{fit::fit_of, greet_or_repair, pending};
use crate::{
    bot::{Expects, MisfitKind},
    content::Content,
    dialogue::{
        Expecting, Happening, RepairKind, SearchPurpose, Suspended,
        evaluate::Fault,
        flows,
        nodes::search,
        turn::Turn,
        utterance::Utterance,
        validate::{Fit, Misfit},
    },
    understanding::{Passage, Understanding},
};

pub fn run(turn: &mut Turn<'_>, question: u64, passages: &[Passage]) -> Result<(), Fault> {
    let purpose = match turn.state.expecting {
        Expecting::Found { question: asked, purpose } if asked == question => purpose,
        // Nobody asked: recorded, and that is all.
        Expecting::Found { .. }
        | Expecting::Anything
        | Expecting::Reply { .. }
        | Expecting::Rating { .. }
        | Expecting::Answer { .. }
        | Expecting::Timer { .. }
        | Expecting::Person => {
            search::record(turn, "", passages);
            return Ok(());
        }
    };
    turn.state.expecting = Expecting::Anything;
    match purpose {
        SearchPurpose::Node => match search::here(turn) {
            Some(node) => search::found(turn, node, passages),
            None => Err(Fault::new("no search is running")),
        },
        SearchPurpose::Fallback => fallback(turn, passages),
    }
}

/// Says the best passage, or goes on to not having understood.
fn fallback(turn: &mut Turn<'_>, passages: &[Passage]) -> Result<(), Fault> {
    put_back(turn);
    let query = turn.state.message.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    search::record(turn, &query, passages);
    if let Some(best) = search::best(turn, passages) {
        turn.state.misunderstood = 0;
        search::say_answer(turn, best);
        if pending(turn).is_some() {
            turn.record(Happening::Repaired { repair: RepairKind::Digress });
            return flows::ask_again(turn, Some(RepairKind::Digress));
        }
        return Ok(());
    }
    match pending(turn) {
        Some((asked, tries)) => {
            let misfit = misfit(turn, &query)?;
            asked.reject(turn, &misfit, tries)
        }
        None => greet_or_repair(turn, turn.state.last_said.is_empty()),
    }
}

/// What stood aside for the question runs again.
pub fn put_back(turn: &mut Turn<'_>) {
    if let Some(Suspended { stack, expecting, .. }) = turn.state.interrupted.pop() {
        turn.state.stack = stack;
        turn.state.expecting = expecting;
    }
}

/// Why the message did not fit before the documents were asked.
fn misfit(turn: &Turn<'_>, query: &str) -> Result<Misfit, Fault> {
    let (content, understanding) = (Content::text(query), Understanding::default());
    let utterance = Utterance::new(&content, &understanding);
    let kind = match pending(turn) {
        Some((super::Pending::Ask(ask), _)) => match fit_of(turn, ask, &utterance)? {
            Fit::No(misfit) => return Ok(misfit),
            // What it is a part of was found by the understanding alone.
            Fit::Whole(_) | Fit::Part { .. } => usual(&ask.expects),
        },
        Some((super::Pending::Rate(_), _)) | None => MisfitKind::Empty,
    };
    Ok(Misfit { kind, arguments: Vec::new() })
}

/// What an answer usually is not that does not fit.
fn usual(expects: &Expects) -> MisfitKind {
    match expects {
        Expects::Text { .. } => MisfitKind::Empty,
        Expects::Number { .. } => MisfitKind::NotANumber,
        Expects::Email => MisfitKind::NotAnEmail,
        Expects::Phone => MisfitKind::NotAPhone,
        Expects::Date { .. } => MisfitKind::NotADate,
        Expects::Time { .. } => MisfitKind::NotATime,
        Expects::Choice { .. } => MisfitKind::NotAnOption,
        Expects::Regex { .. } => MisfitKind::WrongPattern,
        Expects::File { .. } => MisfitKind::NotAFile,
        Expects::YesNo => MisfitKind::NotYesNo,
    }
}
