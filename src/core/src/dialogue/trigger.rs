//! Which flow does something start?

use super::{turn::Turn, utterance::Utterance, words::normalise};
use crate::{
    bot::{Bot, Flow, Trigger},
    understanding::Understander,
};

/// A flow and what started it.
pub struct Triggered<'a> {
    pub flow: &'a Flow,
    pub because: String,
    /// The words were the author's own: a keyword or a phrase as it stands.
    pub exact: bool,
}

/// The flow that words start: by keyword, then by intent.
pub fn by_utterance<'a>(turn: &Turn<'a>, utterance: &Utterance<'_>) -> Option<Triggered<'a>> {
    by_keyword(turn.bot, utterance.text).or_else(|| {
        let intent = utterance.understanding.intent()?;
        let exact = intent.by == Understander::Exact;
        by_intent(turn.bot, &intent.intent).map(|triggered| Triggered { exact, ..triggered })
    })
}

pub fn by_keyword<'a>(bot: &'a Bot, text: &str) -> Option<Triggered<'a>> {
    let text = normalise(text);
    if text.is_empty() {
        return None;
    }
    find(bot, |trigger| matches!(trigger, Trigger::Keyword(keyword) if normalise(keyword) == text))
        .map(|flow| Triggered { flow, because: format!("keyword {text}"), exact: true })
}

pub fn by_intent<'a>(bot: &'a Bot, wanted: &str) -> Option<Triggered<'a>> {
    find(bot, |trigger| matches!(trigger, Trigger::Intent(intent) if intent == wanted))
        .map(|flow| Triggered { flow, because: format!("intent {wanted}"), exact: false })
}

pub fn by_button<'a>(bot: &'a Bot, value: &str) -> Option<Triggered<'a>> {
    find(bot, |trigger| matches!(trigger, Trigger::Button(button) if button == value)).map(|flow| Triggered {
        flow,
        because: format!("button {value}"),
        exact: true,
    })
}

pub fn by_event<'a>(bot: &'a Bot, name: &str) -> Option<Triggered<'a>> {
    find(bot, |trigger| matches!(trigger, Trigger::Event(event) if event == name)).map(|flow| Triggered {
        flow,
        because: format!("event {name}"),
        exact: true,
    })
}

pub fn first_contact(bot: &Bot) -> Option<Triggered<'_>> {
    find(bot, |trigger| matches!(trigger, Trigger::FirstContact)).map(|flow| Triggered {
        flow,
        because: "first contact".to_owned(),
        exact: false,
    })
}

pub fn fallback(bot: &Bot) -> Option<Triggered<'_>> {
    find(bot, |trigger| matches!(trigger, Trigger::Fallback)).map(|flow| Triggered {
        flow,
        because: "fallback".to_owned(),
        exact: false,
    })
}

fn find(bot: &Bot, fits: impl Fn(&Trigger) -> bool) -> Option<&Flow> {
    bot.flows.values().find(|flow| flow.triggers.iter().any(&fits))
}
