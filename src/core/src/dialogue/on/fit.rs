//! How does a message answer the open question, if it does?

use super::Pending;
use crate::{
    bot::{Ask, Expects, MisfitKind},
    dialogue::{
        entities,
        evaluate::Fault,
        implied::{is_of_another, is_postcode_for},
        nodes::rate,
        turn::Turn,
        utterance::Utterance,
        validate::{Fit, Misfit},
        words::normalise,
    },
    understanding::EntityMatch,
};

/// How the message fits the pending question.
pub(super) fn fit(
    turn: &Turn<'_>,
    asked: Option<(Pending<'_>, u32)>,
    utterance: &Utterance<'_>,
) -> Result<Option<Fit>, Fault> {
    Ok(match asked {
        Some((Pending::Ask(ask), _)) if entities::count_something_else(turn, utterance, ask) => {
            Some(Misfit::of(MisfitKind::NotANumber))
        }
        Some((Pending::Ask(ask), _)) => Some(fit_of(turn, ask, utterance)?),
        Some((Pending::Rate(_), _)) => Some(match rate::score(utterance.text) {
            Some(score) => Fit::Whole(score.into()),
            None => utterance.read(turn, &rate::SCORE, None)?,
        }),
        None => None,
    })
}

/// How it fits a question.
pub(super) fn fit_of(turn: &Turn<'_>, ask: &Ask, utterance: &Utterance<'_>) -> Result<Fit, Fault> {
    if let Some(fit) = hidden_answer(turn, ask, utterance)? {
        return Ok(fit);
    }
    if let Some(own) = entities::own_numbers(turn, utterance, ask) {
        let Utterance { content, text, .. } = *utterance;
        return Utterance { content, text, understanding: &own }.read(turn, &ask.expects, None);
    }
    let found = entities::source(turn.bot, ask).and_then(|from| entities::answering(utterance, from));
    match found {
        Some(found) => {
            Ok(as_answer(turn, ask, utterance, found)?.unwrap_or(Misfit::of(MisfitKind::WrongPattern)))
        }
        None if is_for_words(ask) && !entities::takes_any_words(turn.bot, ask) => {
            Ok(Misfit::of(MisfitKind::WrongPattern))
        }
        None => as_form(turn, ask, utterance, utterance.read(turn, &ask.expects, None)?),
    }
}

/// What stands within a longer message and has the form that is asked for: where the slot has an entity, what was found of that
/// comes first, and digits of a date, an amount or an address are none, but for a postcode.
fn as_form(turn: &Turn<'_>, ask: &Ask, utterance: &Utterance<'_>, fit: Fit) -> Result<Fit, Fault> {
    let (Expects::Regex { pattern }, Fit::Part { value, text }) = (&ask.expects, &fit) else {
        return Ok(fit);
    };
    let Some(slot) = turn.bot.slots.get(&ask.slot).filter(|slot| !slot.from.is_empty()) else {
        return Ok(fit);
    };
    let entities = &utterance.understanding.entities;
    for found in entities.iter().filter(|it| it.is_one_of(&slot.from)) {
        if let Some(own @ (Fit::Whole(_) | Fit::Part { .. })) = as_answer(turn, ask, utterance, found)? {
            return Ok(own);
        }
    }
    let value = value.as_str().unwrap_or_default();
    let is_another = is_of_another(entities, text) && !is_postcode_for(utterance, pattern, value)?;
    Ok(if is_another { Misfit::of(MisfitKind::WrongPattern) } else { fit })
}

/// What fills the slot from a message in which its value is masked.
fn hidden_answer(turn: &Turn<'_>, ask: &Ask, utterance: &Utterance<'_>) -> Result<Option<Fit>, Fault> {
    let Some(slot) = turn.bot.slots.get(&ask.slot) else { return Ok(None) };
    let hidden = utterance.understanding.entities.iter().find(|it| it.hidden && it.is_one_of(&slot.from));
    let Some(found) = hidden else { return Ok(None) };
    Ok(as_answer(turn, ask, utterance, found)?.filter(|fit| !matches!(fit, Fit::No(_))))
}

/// How an entity answers the question; nothing if its value can never stand in the slot.
fn as_answer(
    turn: &Turn<'_>,
    ask: &Ask,
    utterance: &Utterance<'_>,
    found: &EntityMatch,
) -> Result<Option<Fit>, Fault> {
    let whole = normalise(&found.text) == normalise(utterance.text);
    let fit = entities::reading(turn, utterance, &ask.slot, Some(ask), found)?;
    Ok(fit.map(|fit| match fit {
        Fit::Whole(value) | Fit::Part { value, .. } if whole => Fit::Whole(value),
        Fit::Whole(value) | Fit::Part { value, .. } => Fit::Part { value, text: found.text.clone() },
        misfit @ Fit::No(_) => misfit,
    }))
}

/// Whether the open question takes something of the message: "make it 9pm" when the time is asked for. Not the "yes" of "yes, but
/// make it 9pm".
pub(super) fn takes_of(asked: Option<(Pending<'_>, u32)>, fit: Option<&Fit>) -> bool {
    let is_yes_or_no = matches!(asked, Some((Pending::Ask(Ask { expects: Expects::YesNo, .. }), _)));
    !is_yes_or_no && matches!(fit, Some(Fit::Whole(_) | Fit::Part { .. }))
}

pub(super) fn is_choice(asked: Option<(Pending<'_>, u32)>) -> bool {
    matches!(asked, Some((Pending::Ask(Ask { expects: Expects::Choice { .. }, .. }), _)))
}

pub(super) fn takes_everything(turn: &Turn<'_>, asked: Option<(Pending<'_>, u32)>) -> bool {
    matches!(asked, Some((Pending::Ask(ask), _)) if entities::takes_any_words(turn.bot, ask))
}

/// Whether a part that fits says by its form that it is the answer: "the number is 4711". The name of
/// an option is too easily a word of something else.
pub(super) fn is_telling(turn: &Turn<'_>, asked: Pending<'_>) -> bool {
    match asked {
        Pending::Ask(ask) => match ask.expects {
            Expects::Text { .. } => entities::source(turn.bot, ask).is_some(),
            Expects::Regex { .. }
            | Expects::Email
            | Expects::Phone
            | Expects::Date { .. }
            | Expects::Time { .. }
            | Expects::Number { .. } => true,
            Expects::Choice { .. } | Expects::File { .. } | Expects::YesNo => false,
        },
        Pending::Rate(_) => false,
    }
}

/// The words of a value that is refused, where the message is about nothing else: a bare value of the
/// kind asked for belongs to the question, as do several numbers.
pub(super) fn attempt(
    turn: &Turn<'_>,
    asked: Pending<'_>,
    fit: Option<&Fit>,
    utterance: &Utterance<'_>,
) -> Option<String> {
    let Some(Fit::No(misfit)) = fit else { return None };
    let score = Expects::Number { min: None, max: None, whole: false };
    let expects = match asked {
        Pending::Ask(ask) => &ask.expects,
        Pending::Rate(_) => &score,
    };
    let several = || (misfit.kind == MisfitKind::SeveralNumbers).then(String::new);
    utterance.bare_value(turn, expects).or_else(several)
}

fn is_for_words(ask: &Ask) -> bool {
    matches!(ask.expects, Expects::Text { .. })
}
