//! Why did the bot answer so?

use jiff::Timestamp;
use studio_core::{
    content::{Content, Loss},
    dialogue::{CallOutcome, CallRequest, Happening},
    feeling::{Sentiment, SentimentBy, Tone},
    understanding::{Scored, Through, Understanding},
};
use studio_tui::Language;

use crate::cli::{plain, say};

/// Most intents that are shown.
const MOST_INTENTS: usize = 3;
/// What would be shown as 0.00 says nothing beside the likeliest intent.
const LEAST_SHOWN: f64 = 0.005;

/// Prints what happened, one line each.
pub fn explain(happening: &Happening, at: Timestamp) {
    if let Happening::Received { content, understanding, .. } = happening {
        for line in understood(content, understanding) {
            say!("     · {}", plain(&line).replace('\n', " "));
        }
        return;
    }
    let (text, why) = studio_tui::told(happening, at, Language::English);
    // What was said stands below, after the reasons.
    let text = Some(text).filter(|_| !matches!(happening, Happening::Said { .. }));
    for line in text.into_iter().chain(why) {
        say!("     · {}", plain(&line).replace('\n', " "));
    }
}

/// What was understood of a message: intents, what its clauses ask for besides, how it was read, and what it names.
fn understood(content: &Content, understanding: &Understanding) -> Vec<String> {
    let mut lines = Vec::new();
    let likely = understanding.intents.iter().enumerate().take(MOST_INTENTS);
    for (place, Scored { intent, confidence, .. }) in likely {
        if place > 0 && *confidence < LEAST_SHOWN {
            break;
        }
        let told = if understanding.denied.contains(intent) {
            " (not wanted)"
        } else if understanding.confident {
            ""
        } else {
            " (none of these)"
        };
        lines.push(format!("{intent} {confidence:.2}{told}"));
    }
    let text = content.plain();
    for besides in &understanding.also {
        let clause = besides.clause(&text).trim();
        let told = if clause.is_empty() { String::new() } else { format!(" “{clause}”") };
        lines.push(format!("also: {} {:.2}{told}", besides.intent, besides.confidence));
    }
    match understanding.through.as_deref() {
        Some(Through::Translation { translation, words: _ }) => {
            lines.push(format!("read through: {translation}"));
        }
        Some(Through::Vectors { model }) => lines.push(format!("read through: vectors of {model}")),
        Some(Through::AsItIs { from, to }) => {
            lines.push(format!("read as it is: nothing reads {from} as {to} here"));
        }
        None => {}
    }
    lines.extend(understanding.entities.iter().map(|entity| match &entity.role {
        Some(role) => format!("{}:{role} = {}", entity.entity, entity.value),
        None => format!("{} = {}", entity.entity, entity.value),
    }));
    lines.extend(felt(understanding));
    lines
}

/// How a message feels, where it is not neutral.
fn felt(understanding: &Understanding) -> Option<String> {
    let tone = understanding.sentiment.map(|Sentiment { score, label, by }| {
        let tone = match label {
            Tone::Positive => "positive",
            Tone::Negative => "negative",
        };
        let judge = match by {
            SentimentBy::Lexicon => "lists of words",
            SentimentBy::Model => "the model",
        };
        format!("{tone} {score:.2} by {judge}")
    });
    let urgent = understanding.urgent.then(|| "urgent".to_owned());
    let profane = understanding.profane.then(|| "swears".to_owned());
    let all: Vec<String> = [tone, urgent, profane].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("feels: {}", all.join(", ")))
}

/// What a bot's author must know even without explanations: that a flow broke, and why.
pub fn fault(happening: &Happening) -> Option<String> {
    let Happening::Faulted { flow, node, error, reason: _ } = happening else { return None };
    let place = if node.is_empty() { flow.clone() } else { format!("{flow} › {node}") };
    Some(plain(&format!("!!!> the flow broke at {place}: {error}")).replace('\n', "\n     "))
}

/// Why a call goes the way of its `error`.
pub fn failed(call: &CallRequest, outcome: &CallOutcome) -> Option<String> {
    let why = match outcome {
        CallOutcome::Answered(answer) if (200..=299).contains(&answer.status) => return None,
        CallOutcome::Answered(answer) => format!("status {}", answer.status),
        CallOutcome::Failed(error) => error.clone(),
    };
    Some(plain(&format!("!!!> the call of {} failed: {why}", call.url)).replace('\n', "\n     "))
}

/// Prints what this terminal could not show of a message as it was written.
pub fn given_up(losses: &[Loss]) {
    for loss in losses {
        say!("     · here: {}", plain(&loss.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use studio_core::understanding::{Besides, EntityMatch, Understander};

    use super::*;

    #[test]
    fn a_second_wish_is_told_with_its_clause_and_what_is_as_good_as_nothing_is_not() {
        let scored = |intent: &str, confidence: f64| Scored {
            intent: intent.to_owned(),
            confidence,
            by: Understander::Linear,
        };
        let text = "where is my order and when do you open";
        let clause = "when do you open";
        let besides = Besides {
            intent: "hours".to_owned(),
            confidence: 0.874,
            by: Understander::Linear,
            start: text.len() - clause.len(),
            end: text.len(),
        };
        let understanding = Understanding {
            intents: vec![scored("track", 0.9), scored("hours", 0.05), scored("returns", 0.001)],
            confident: true,
            also: vec![besides],
            ..Understanding::default()
        };
        assert_eq!(
            understood(&Content::text(text), &understanding),
            ["track 0.90", "hours 0.05", "also: hours 0.87 “when do you open”"]
        );
        let unknown = Understanding { intents: vec![scored("track", 0.0)], ..Understanding::default() };
        assert_eq!(understood(&Content::text("blargh"), &unknown), ["track 0.00 (none of these)"]);
        let through = Through::AsItIs { from: "pl".to_owned(), to: "en".to_owned() };
        let foreign = Understanding { through: Some(Box::new(through)), ..Understanding::default() };
        assert_eq!(
            understood(&Content::text("otwarte sklep"), &foreign),
            ["read as it is: nothing reads pl as en here"]
        );
    }

    #[test]
    fn roles_and_feelings_are_told() {
        let city = |value: &str, role: Option<&str>| EntityMatch {
            entity: "city".to_owned(),
            role: role.map(str::to_owned),
            value: value.into(),
            text: value.to_owned(),
            start: 0,
            end: 0,
            confidence: 1.0,
            hidden: false,
        };
        let understanding = Understanding {
            entities: vec![city("Bonn", Some("from")), city("Ulm", None)],
            sentiment: Some(Sentiment { score: -0.6, label: Tone::Negative, by: SentimentBy::Lexicon }),
            urgent: true,
            profane: true,
            ..Understanding::default()
        };
        assert_eq!(
            understood(&Content::text("from Bonn to Ulm"), &understanding),
            [
                "city:from = \"Bonn\"",
                "city = \"Ulm\"",
                "feels: negative -0.60 by lists of words, urgent, swears"
            ]
        );
    }
}
