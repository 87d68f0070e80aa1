//! Which flow does something start?

use super::{flows, turn::Turn, utterance::Utterance, words::normalise};
use crate::{
    bot::{Bot, Flow, Trigger},
    understanding::{Understander, Understanding},
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
        let understanding = utterance.understanding;
        let whole = understanding.intent();
        let exact = whole.is_some_and(|intent| intent.by == Understander::Exact);
        // Of a message that is unclear as a whole, the first clause that is clear.
        let intent = whole.or_else(|| understanding.also.first())?;
        by_intent(turn.bot, &intent.intent).map(|triggered| Triggered { exact, ..triggered })
    })
}

/// The flows of what is wanted besides, as far as saying something is all that they do.
pub fn besides<'a>(bot: &'a Bot, first: &Triggered<'_>, understanding: &Understanding) -> Vec<Triggered<'a>> {
    let mut besides: Vec<Triggered<'a>> = Vec::new();
    for wanted in understanding.also.iter().filter_map(|scored| by_intent(bot, &scored.intent)) {
        let known = |other: &Flow| other.name == wanted.flow.name;
        if flows::only_says(wanted.flow)
            && !known(first.flow)
            && !besides.iter().any(|other| known(other.flow))
        {
            besides.push(wanted);
        }
    }
    besides
}

pub fn by_keyword<'a>(bot: &'a Bot, text: &str) -> Option<Triggered<'a>> {
    let text = normalise(text);
    if text.is_empty() {
        return None;
    }
    find(bot, |trigger| matches!(trigger, Trigger::Keyword(keyword) if normalise(keyword) == text))
        .map(|flow| Triggered { flow, because: format!("keyword {text}"), exact: true })
}

/// Whether a message is a keyword of the bot as it stands.
pub fn is_keyword(bot: &Bot, text: &str) -> bool {
    by_keyword(bot, text).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::testing;

    #[test]
    fn a_keyword_is_one_however_it_is_typed() {
        let bot = testing::one_flow(Vec::new());
        for (text, expected) in [("go", true), (" GO! ", true), ("go on", false), ("", false)] {
            assert_eq!(is_keyword(&bot, text), expected, "{text}");
        }
    }
}
