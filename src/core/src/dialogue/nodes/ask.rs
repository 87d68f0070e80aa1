//! `ask`: fills a slot with the visitor's answer.

use serde_json::Value;

use super::Go;
use crate::{
    bot::{Ask, Complaint, Expects, MisfitKind, Saying},
    content::Content,
    dialogue::{
        Expecting, RepairKind, Suspended, answered,
        evaluate::Fault,
        flows,
        forms::{self, Offered},
        people,
        repairs::unknown,
        speech::{Speech, offer},
        translate,
        turn::Turn,
        utterance::{Utterance, languages},
        validate::{self, Fit, Misfit},
    },
    understanding::Understanding,
};

/// Asks, unless the answer is known; says first what is wrong with one that was named in passing.
pub fn run(turn: &mut Turn<'_>, ask: &Ask) -> Result<Go, Fault> {
    let begins_form = std::mem::take(&mut turn.begins_form) || ask.form.is_some();
    let refused = turn.take_refused(&ask.slot);
    if turn.is_filled(&ask.slot) && !ask.always {
        turn.begins_form = begins_form;
        answered::reached(turn, &ask.slot);
        return Ok(Go::Next);
    }
    if let Some(value) = refused {
        object_to(turn, ask, &value)?;
    }
    let form = if begins_form { forms::offered(turn)? } else { None };
    if seems_unheard(turn, ask) {
        turn.say_own("switched", &[], Some(RepairKind::Digress));
    }
    let speech = prepared(turn, ask, form, None)?;
    turn.speak(speech);
    turn.state.expecting = Expecting::Reply { slot: ask.slot.clone(), tries: 0 };
    Ok(Go::Wait)
}

/// Whether the flow that was put aside last waits for the answer to the very same question: asked again without another word
/// it would look as if the visitor had not been heard.
fn seems_unheard(turn: &Turn<'_>, ask: &Ask) -> bool {
    let waits = |aside: &Suspended| matches!(aside.expecting, Expecting::Reply { .. });
    let aside = turn.state.interrupted.last().filter(|aside| waits(aside));
    let open = aside.and_then(|aside| answered::asked_at(turn, &aside.stack));
    !turn.spoke && open.is_some_and(|open| open.slot == ask.slot && open.question == ask.question)
}

/// Says what is wrong with a value that was named before.
fn object_to(turn: &mut Turn<'_>, ask: &Ask, value: &str) -> Result<(), Fault> {
    let (content, nothing) = (Content::text(value), Understanding::default());
    let fit = Utterance::new(&content, &nothing).read(turn, &ask.expects, None)?;
    if let Fit::No(misfit) = fit
        && misfit.is_bound()
    {
        let speech = objection(turn, ask, &misfit, 1)?;
        turn.speak(speech);
    }
    Ok(())
}

/// Says the question, with the options to press.
pub fn question(turn: &mut Turn<'_>, ask: &Ask, repair: Option<RepairKind>) -> Result<(), Fault> {
    let speech = open_question(turn, ask, repair)?;
    turn.speak(speech);
    Ok(())
}

fn open_question(turn: &Turn<'_>, ask: &Ask, repair: Option<RepairKind>) -> Result<Speech, Fault> {
    let form = if ask.form.is_some() { forms::offered(turn)? } else { None };
    prepared(turn, ask, form, repair)
}

fn prepared(
    turn: &Turn<'_>,
    ask: &Ask,
    form: Option<Offered>,
    repair: Option<RepairKind>,
) -> Result<Speech, Fault> {
    let speech = turn.prepare(&ask.question, repair)?;
    let mut speech = with_options(turn, ask, speech);
    if let Some((form, told)) = form {
        speech.why.translation = speech.why.translation.or(told);
        forms::add_to(&mut speech.contents, form);
    }
    Ok(speech)
}

/// Takes the answer and goes on. `words` are those of the message that it was read from.
pub fn accept(turn: &mut Turn<'_>, ask: &Ask, value: Value, words: &str) -> Result<(), Fault> {
    take(turn, ask, value, words)?;
    flows::go_past(turn)
}

/// As [`accept`], where something else comes first: what runs goes on behind it.
pub fn accept_aside(turn: &mut Turn<'_>, ask: &Ask, value: Value, words: &str) -> Result<(), Fault> {
    take(turn, ask, value, words)?;
    let next = turn.here().and_then(|(_, node)| node.next);
    flows::advance(turn, next)?;
    turn.state.expecting = Expecting::Anything;
    Ok(())
}

fn take(turn: &mut Turn<'_>, ask: &Ask, value: Value, words: &str) -> Result<(), Fault> {
    if turn.is_sensitive(&ask.slot) {
        turn.mask_received(words.trim());
    }
    turn.fill(&ask.slot, value)?;
    turn.state.misunderstood = 0;
    answered::reached(turn, &ask.slot);
    Ok(())
}

/// Says why the answer does not fit, or gives up after the last try.
pub fn reject(turn: &mut Turn<'_>, ask: &Ask, misfit: &Misfit, tries: u32) -> Result<(), Fault> {
    if tries >= ask.retries {
        return give_up(turn, ask);
    }
    let speech = objection(turn, ask, misfit, tries + 1)?;
    object(turn, ask, speech, tries);
    Ok(())
}

/// As [`reject`], of somebody who says that they do not know: what they can do counts more than what does not fit.
pub fn unknown(turn: &mut Turn<'_>, ask: &Ask, misfit: &Misfit, tries: u32) -> Result<(), Fault> {
    let ways = unknown::ways_out(turn);
    if tries >= ask.retries || ways.is_empty() {
        return reject(turn, ask, misfit, tries);
    }
    let speech = turn.prepare_own("way-out", &[("words", ways.join(", "))], None);
    object(turn, ask, speech, tries);
    Ok(())
}

/// Says what takes the place of the question, which is repeated with it.
fn object(turn: &mut Turn<'_>, ask: &Ask, speech: Speech, tries: u32) {
    let objection = speech.contents.clone();
    let speech = with_options(turn, ask, speech);
    turn.speak(speech);
    if let Ok(question) = open_question(turn, ask, None) {
        turn.repeat_instead(objection, question);
    }
    turn.state.expecting = Expecting::Reply { slot: ask.slot.clone(), tries: tries + 1 };
}

/// Goes the way that the author wrote for those who do not know.
pub fn leave(turn: &mut Turn<'_>, way: usize) -> Result<(), Fault> {
    turn.state.misunderstood = 0;
    flows::advance(turn, Some(way))?;
    flows::run(turn);
    Ok(())
}

/// As [`reject`], of an answer that stood in a form: the question is said again, as others stood beside it.
pub fn reject_filled(turn: &mut Turn<'_>, ask: &Ask, misfit: &Misfit, tries: u32) -> Result<(), Fault> {
    if tries >= ask.retries {
        return give_up(turn, ask);
    }
    let speech = objection(turn, ask, misfit, tries + 1)?;
    turn.speak(speech);
    question(turn, ask, None)?;
    turn.state.expecting = Expecting::Reply { slot: ask.slot.clone(), tries: tries + 1 };
    Ok(())
}

/// Why an answer is not taken.
fn objection(turn: &Turn<'_>, ask: &Ask, misfit: &Misfit, attempt: u32) -> Result<Speech, Fault> {
    Ok(match complaint(&ask.invalid, misfit.kind, attempt) {
        Some(saying) => turn.prepare(saying, None)?,
        None => turn.prepare_own(validate::key(misfit.kind, &ask.expects), &misfit.arguments, None),
    })
}

/// The author's text for this failure at this attempt (from 1): one for its kind before one for any,
/// and the last that has come.
pub fn complaint(invalid: &[Complaint], kind: MisfitKind, attempt: u32) -> Option<&Saying> {
    let fits = |it: &&Complaint| it.attempt <= attempt && it.kind.is_none_or(|wanted| wanted == kind);
    let best = invalid.iter().filter(fits).max_by_key(|it| (it.kind.is_some(), it.attempt));
    best.map(|it| &it.saying)
}

fn give_up(turn: &mut Turn<'_>, ask: &Ask) -> Result<(), Fault> {
    if let Some(otherwise) = ask.otherwise {
        flows::advance(turn, Some(otherwise))?;
        flows::run(turn);
        return Ok(());
    }
    // At hand back the question is asked again: without an answer the flow could not go on.
    let held = Expecting::Reply { slot: ask.slot.clone(), tries: 0 };
    people::hand_off(turn, None, Some(format!("no fitting answer for {}", ask.slot)), None, held, None);
    Ok(())
}

fn with_options(turn: &Turn<'_>, ask: &Ask, mut speech: Speech) -> Speech {
    if let Expects::Choice { options } = &ask.expects {
        let languages = languages(turn);
        let replies =
            options.iter().map(|option| (option.value.clone(), translate::title(turn, option, &languages)));
        offer(&mut speech.contents, replies);
    }
    speech
}
