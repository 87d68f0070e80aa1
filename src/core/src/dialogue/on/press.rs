//! The visitor pressed a button or a quick reply.

use super::{Pending, not_understood, pending, reopen};
use crate::{
    bot::{Ask, Expects, MisfitKind},
    content::Content,
    dialogue::{
        Happening, Unanswered, aside,
        evaluate::Fault,
        flows, language,
        nodes::{ask, rate},
        queue, suspended,
        trigger::{self, Triggered},
        turn::Turn,
        utterance::Utterance,
        validate::{Fit, Misfit},
    },
    understanding::Understanding,
};

pub fn run(turn: &mut Turn<'_>, value: &str, title: &str) -> Result<(), Fault> {
    let first = turn.state.heard_at.replace(turn.now).is_none();
    reopen(turn);
    turn.record(Happening::Pressed {
        id: turn.event.key.native.clone(),
        value: value.to_owned(),
        title: title.to_owned(),
    });
    language::hear(turn, None, None);
    if !turn.bot_owns() {
        return Ok(());
    }
    if queue::is_open(turn) && !wants_a_person(turn, value, title) {
        return queue::put(turn, Unanswered::Press { value: value.to_owned(), title: title.to_owned() });
    }
    take_up(turn, value, title, first)
}

fn wants_a_person(turn: &Turn<'_>, value: &str, title: &str) -> bool {
    trigger::by_button(turn.bot, value)
        .or_else(|| as_words(turn, value, title))
        .is_some_and(|triggered| queue::leads_to_a_person(triggered.flow))
}

/// Reacts to a press.
pub fn take_up(turn: &mut Turn<'_>, value: &str, title: &str, first: bool) -> Result<(), Fault> {
    let (content, understanding) = (Content::text(title), Understanding::default());
    turn.state.message = Utterance::new(&content, &understanding).names();
    react(turn, value, title, first)
}

/// An answer to the pending question, a button that starts a flow, or words.
pub fn react(turn: &mut Turn<'_>, value: &str, title: &str, first: bool) -> Result<(), Fault> {
    let understanding = Understanding::default();
    let by_value = Content::text(value);
    let by_title = Content::text(if title.is_empty() { value } else { title });
    let words = Utterance::new(&by_title, &understanding);
    let asked = pending(turn);
    let fit = match asked {
        Some((Pending::Ask(ask), _)) => {
            let fit = utterance_fit(turn, ask, &by_value)?;
            Some(if matches!(fit, Fit::No(_)) { utterance_fit(turn, ask, &by_title)? } else { fit })
        }
        Some((Pending::Rate(_), _)) => {
            let score = rate::score(value).or_else(|| rate::score(title));
            Some(score.map_or(Misfit::of(MisfitKind::NotANumber), |score| Fit::Whole(score.into())))
        }
        None => None,
    };
    let is_text = matches!(asked, Some((Pending::Ask(Ask { expects: Expects::Text { .. }, .. }), _)));
    let button = trigger::by_button(turn.bot, value);
    let waiting = || suspended::find(turn, value).or_else(|| suspended::find(turn, title));
    if button.is_none()
        && !matches!(fit, Some(Fit::Whole(_) | Fit::Part { .. }))
        && let Some(answer) = waiting()
    {
        return suspended::resume(turn, answer, value);
    }
    match (asked, fit, button) {
        (Some((asked, _)), Some(Fit::Whole(answer)), button) if button.is_none() || !is_text => {
            accept(turn, asked, answer, value)
        }
        (_, _, Some(button)) => {
            begin(turn, button);
            Ok(())
        }
        (Some((asked, _)), Some(Fit::Part { value: answer, .. }), None) => accept(turn, asked, answer, value),
        (Some((asked, tries)), Some(Fit::No(misfit)), None) => match as_words(turn, value, title) {
            Some(triggered) => {
                begin(turn, triggered);
                Ok(())
            }
            None => asked.reject(turn, &misfit, tries),
        },
        (_, _, None) => match as_words(turn, value, title) {
            Some(triggered) => {
                begin(turn, triggered);
                Ok(())
            }
            None => not_understood(turn, &words, first),
        },
    }
}

fn utterance_fit(turn: &Turn<'_>, ask: &Ask, content: &Content) -> Result<Fit, Fault> {
    Utterance::new(content, &Understanding::default()).read(turn, &ask.expects, None)
}

fn accept(
    turn: &mut Turn<'_>,
    asked: Pending<'_>,
    answer: serde_json::Value,
    words: &str,
) -> Result<(), Fault> {
    match asked {
        Pending::Ask(asked) => ask::accept(turn, asked, answer, words),
        Pending::Rate(asked) => {
            let score = answer.as_u64().and_then(|score| u8::try_from(score).ok()).unwrap_or(1);
            rate::accept(turn, asked, score)
        }
    }
}

/// A value that names an intent or a keyword stands for it.
fn as_words<'a>(turn: &Turn<'a>, value: &str, title: &str) -> Option<Triggered<'a>> {
    trigger::by_intent(turn.bot, value)
        .or_else(|| trigger::by_keyword(turn.bot, value))
        .or_else(|| trigger::by_keyword(turn.bot, title))
}

fn begin(turn: &mut Turn<'_>, triggered: Triggered<'_>) {
    let known = aside::known(turn);
    flows::begin_wanted(turn, triggered, known, Vec::new());
}
