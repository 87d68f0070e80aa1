//! What happens when something happens? One file per kind of event.

pub mod act;
pub mod answer;
pub mod custom;
mod fit;
pub mod forget;
pub mod found;
pub mod introduced;
pub mod message;
pub mod more;
pub mod opened;
pub mod press;
pub mod submitted;
pub mod timer;
pub mod wished;

use super::{
    Expecting, Happening, Owner, Status,
    evaluate::Fault,
    flows,
    nodes::{ask, rate, search},
    people,
    repairs::{self, misunderstood},
    trigger,
    turn::Turn,
    utterance::Utterance,
    validate::Misfit,
};
use crate::{
    bot::{Ask, NodeKind, Rate},
    dialogue::SearchPurpose,
};

/// Opens a closed conversation again, with the bot and from the beginning.
fn reopen(turn: &mut Turn<'_>) {
    if turn.state.status == Status::Open {
        return;
    }
    turn.state.status = Status::Open;
    turn.record(Happening::Reopened);
    people::change_owner(turn, Owner::Bot, None);
    flows::start_clean(turn);
}

/// The question that the bot waits to have answered, and the tries so far.
fn pending<'a>(turn: &Turn<'a>) -> Option<(Pending<'a>, u32)> {
    let (_, node) = turn.here()?;
    match &turn.state.expecting {
        Expecting::Reply { tries, .. } => {
            let NodeKind::Ask(ask) = &node.kind else { return None };
            Some((Pending::Ask(ask), *tries))
        }
        Expecting::Rating { tries, .. } => {
            let NodeKind::Rate(rate) = &node.kind else { return None };
            Some((Pending::Rate(rate), *tries))
        }
        Expecting::Anything
        | Expecting::Answer { .. }
        | Expecting::Found { .. }
        | Expecting::Timer { .. }
        | Expecting::Person => None,
    }
}

#[derive(Clone, Copy)]
enum Pending<'a> {
    Ask(&'a Ask),
    Rate(&'a Rate),
}

impl Pending<'_> {
    /// The answer was none.
    fn reject(self, turn: &mut Turn<'_>, misfit: &Misfit, tries: u32) -> Result<(), Fault> {
        match self {
            Self::Ask(ask) => ask::reject(turn, ask, misfit, tries),
            Self::Rate(rate) => rate::reject(turn, rate, misfit, tries),
        }
    }
}

/// Nothing that the visitor could have meant was found: the last resorts, in their order.
fn not_understood(turn: &mut Turn<'_>, utterance: &Utterance<'_>, first: bool) -> Result<(), Fault> {
    if let Some(fallback) = trigger::fallback(turn.bot) {
        flows::begin(turn, fallback.flow, fallback.because);
        return Ok(());
    }
    if repairs::nicety(turn, utterance.text).is_some() {
        return_courtesy(turn, first);
        return Ok(());
    }
    if turn.bot.knowledge.fallback && !utterance.text.trim().is_empty() {
        ask_documents(turn, utterance);
        return Ok(());
    }
    if utterance.is_without_words() {
        ask_for_words(turn, first);
        return Ok(());
    }
    greet_or_repair(turn, first)
}

/// Who only greets, thanks or agrees was not misunderstood: is welcomed once, and then asked what can be done.
fn return_courtesy(turn: &mut Turn<'_>, first: bool) {
    let welcome = trigger::first_contact(turn.bot).filter(|_| first);
    if let Some(welcome) = welcome {
        flows::begin(turn, welcome.flow, welcome.because);
    } else {
        turn.say_own("nothing-to-cancel", &[], None);
    }
}

/// A file, a picture or a place that nobody asked for is no misunderstanding: what is wanted with it is asked.
fn ask_for_words(turn: &mut Turn<'_>, first: bool) {
    if let Some(welcome) = trigger::first_contact(turn.bot).filter(|_| first) {
        flows::begin(turn, welcome.flow, welcome.because);
        // A welcome that goes on by itself asks a question of its own.
        if !turn.bot_owns() || !turn.state.stack.is_empty() {
            return;
        }
    }
    turn.say_own("words-wanted", &[], None);
}

/// A first message is welcomed, and a misunderstanding as any other is.
fn greet_or_repair(turn: &mut Turn<'_>, first: bool) -> Result<(), Fault> {
    let welcome = if first { trigger::first_contact(turn.bot) } else { None };
    let Some(welcome) = welcome else {
        return misunderstood::run(turn);
    };
    flows::begin(turn, welcome.flow, welcome.because);
    if turn.bot_owns() && turn.state.stack.is_empty() {
        return misunderstood::run(turn);
    }
    // The welcome goes on by itself: a second question beside its own would be in the way.
    misunderstood::note(turn);
    Ok(())
}

/// Asks the documents before giving up; what runs stands aside until they have answered.
fn ask_documents(turn: &mut Turn<'_>, utterance: &Utterance<'_>) {
    let stack = std::mem::take(&mut turn.state.stack);
    let expecting = std::mem::take(&mut turn.state.expecting);
    let aside = super::Suspended { stack, expecting, known: Vec::new(), begins: None, since: None };
    turn.state.interrupted.push(aside);
    let translated = utterance.understanding.translated();
    let query = translated.map_or(utterance.text, |(words, _)| words);
    search::ask(turn, query.to_owned(), 3, SearchPurpose::Fallback);
    if let (Some(question), Some((_, language))) = (&mut turn.question, translated) {
        language.clone_into(&mut question.language);
    }
}
