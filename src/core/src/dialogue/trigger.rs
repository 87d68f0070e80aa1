//! Which flow does something start?

use super::{
    answered, flows, reason,
    turn::Turn,
    utterance::Utterance,
    words::{count, normalise, within},
};
use crate::{
    bot::{Bot, Flow, Trigger},
    understanding::{Besides, Understander},
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
        // Of a message that is unclear as a whole, the first clause that is clear and more than a reason.
        let clause = || {
            let also = &understanding.also;
            let wish = also.iter().find(|besides| !is_reason(turn, utterance, besides));
            wish.or(also.first()).map(|besides| &besides.intent)
        };
        let intent = whole.map(|scored| &scored.intent).or_else(clause)?;
        by_intent(turn.bot, intent).map(|triggered| Triggered { exact, ..triggered })
    })
}

/// Whether words are the author's own for a flow, as they stand.
pub fn is_exact(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    by_utterance(turn, utterance).is_some_and(|triggered| triggered.exact)
}

/// The flows of what is wanted besides, but those that are under way or that the first flow calls. `told` are the words that
/// answer questions of the first flow.
pub fn besides<'a>(
    turn: &Turn<'a>,
    first: &Flow,
    utterance: &Utterance<'_>,
    told: &[String],
) -> Vec<Triggered<'a>> {
    let wishes = wishes(turn, utterance).filter(|besides| !only_tells(besides.clause(utterance.text), told));
    let mut wanted = flows_of(turn, wishes);
    let called = answered::with_called(turn.bot, first);
    wanted.retain(|wanted| !called.iter().any(|flow| flow.name == wanted.flow.name));
    wanted
}

/// The flows of what an answer asks for besides: by a question, or in the author's own words. `told` are the words of the answer.
pub fn besides_answer<'a>(turn: &Turn<'a>, utterance: &Utterance<'_>, told: &[String]) -> Vec<Triggered<'a>> {
    let also = utterance.understanding.also.iter();
    let wishes = also.filter(|besides| {
        let clause = besides.clause(utterance.text);
        let asks = clause.trim_end().ends_with('?') || besides.by == Understander::Exact;
        asks && !only_tells(clause, told)
    });
    flows_of(turn, wishes)
}

/// What a message wants beside what is under way already.
pub fn beside_running<'a>(turn: &Turn<'a>, utterance: &Utterance<'_>) -> Option<Triggered<'a>> {
    flows_of(turn, wishes(turn, utterance)).into_iter().next()
}

/// What is wanted besides, but reasons that would begin more than an answer.
fn wishes<'u>(turn: &Turn<'_>, utterance: &Utterance<'u>) -> impl Iterator<Item = &'u Besides> {
    let answers = move |besides: &Besides| {
        by_intent(turn.bot, &besides.intent).is_some_and(|triggered| flows::only_says(triggered.flow))
    };
    let also = utterance.understanding.also.iter();
    also.filter(move |besides| answers(besides) || !is_reason(turn, utterance, besides))
}

/// Whether a clause says how something is, or why: "they arrived broken". The author's own words want what they start.
fn is_reason(turn: &Turn<'_>, utterance: &Utterance<'_>, besides: &Besides) -> bool {
    let clause = besides.clause(utterance.text);
    let language = turn.state.language.split('-').next().unwrap_or_default();
    reason::tells(language, &normalise(clause))
        && !clause.trim_end().ends_with('?')
        && besides.by != Understander::Exact
}

/// The flows of several wishes, each once; one that only says something may be under way.
fn flows_of<'a, 'u>(turn: &Turn<'a>, wishes: impl Iterator<Item = &'u Besides>) -> Vec<Triggered<'a>> {
    let mut wanted: Vec<Triggered<'a>> = Vec::new();
    for wish in wishes.filter_map(|besides| by_intent(turn.bot, &besides.intent)) {
        let flow = wish.flow;
        let is_under_way = flows::is_running(turn, flow) || flows::is_aside(turn, flow);
        let begins = flows::only_says(flow) || (!flow.nodes.is_empty() && !is_under_way);
        if begins && !wanted.iter().any(|other| other.flow.name == flow.name) {
            wanted.push(wish);
        }
    }
    wanted
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
