//! Which flow does something start?

use super::{
    flows,
    turn::Turn,
    utterance::Utterance,
    words::{count, normalise, within},
};
use crate::{
    bot::{Bot, Flow, Trigger},
    understanding::Understander,
};

/// Most words beside a value in a clause that says nothing else: "they are too small".
const FEW_WORDS: usize = 3;

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
        let clause = || understanding.also.first().map(|besides| &besides.intent);
        let intent = whole.map(|scored| &scored.intent).or_else(clause)?;
        by_intent(turn.bot, intent).map(|triggered| Triggered { exact, ..triggered })
    })
}

/// Whether words are the author's own for a flow, as they stand.
pub fn is_exact(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    by_utterance(turn, utterance).is_some_and(|triggered| triggered.exact)
}

/// The flows of what is wanted besides, as far as saying something is all that they do. `told` are the words that answer
/// questions of the first flow.
pub fn besides<'a>(
    bot: &'a Bot,
    first: &Triggered<'_>,
    utterance: &Utterance<'_>,
    told: &[String],
) -> Vec<Triggered<'a>> {
    let mut besides: Vec<Triggered<'a>> = Vec::new();
    let also = utterance.understanding.also.iter();
    let wishes = also.filter(|besides| !only_tells(besides.clause(utterance.text), told));
    for wanted in wishes.filter_map(|besides| by_intent(bot, &besides.intent)) {
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

/// Whether a clause does no more than answer: "they are too small" says why something is sent back, and is no wish by itself.
fn only_tells(clause: &str, told: &[String]) -> bool {
    let is_value = |words: &String| within(words, clause) && count(clause) <= count(words) + FEW_WORDS;
    !clause.trim_end().ends_with('?') && told.iter().any(is_value)
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
