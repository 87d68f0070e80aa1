//! Which open questions does a message answer in passing, without the author having said `from`?
//!
//! Only what is clear: a question is answered where exactly one value in the message fits it, and that
//! value fits no other open question.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Expecting, answered,
    evaluate::Fault,
    turn::Turn,
    utterance::Utterance,
    validate::{choice, pattern},
    words::normalise,
};
use crate::bot::{Ask, Expects, Flow};

/// Something in a message that fits a question.
struct Candidate {
    /// The question's place among the open ones.
    question: usize,
    value: Value,
    /// The words that say it.
    words: String,
}

/// Fills the slots of a flow's open questions. `taken` are words that stand for something already.
pub fn fill(
    turn: &mut Turn<'_>,
    utterance: &Utterance<'_>,
    flow: &Flow,
    taken: &[String],
    only_empty: bool,
) -> Result<(), Fault> {
    let open = open(turn, flow, only_empty);
    let mut candidates = Vec::new();
    for (question, ask) in open.iter().enumerate() {
        for (value, words) in values(turn, utterance, ask)? {
            if !taken.iter().any(|taken| overlap(taken, &words)) {
                candidates.push(Candidate { question, value, words });
            }
        }
    }
    for (question, ask) in open.iter().enumerate() {
        let mut own = candidates.iter().filter(|candidate| candidate.question == question);
        let Some(Candidate { value, words, .. }) = own.next() else { continue };
        let contested = candidates.iter().any(|it| it.question != question && overlap(&it.words, words));
        if contested || own.any(|other| other.value != *value) {
            continue;
        }
        if turn.is_sensitive(&ask.slot) {
            turn.mask_received(words);
        }
        turn.fill(&ask.slot, value.clone())?;
        answered::named(turn, &ask.slot);
    }
    Ok(())
}

/// The questions that the flow has still to ask and that say nothing of where their slot comes from.
fn open<'a>(turn: &Turn<'a>, flow: &'a Flow, only_empty: bool) -> Vec<&'a Ask> {
    let being_asked = match &turn.state.expecting {
        Expecting::Reply { slot, .. } if only_empty => Some(slot),
        _ => None,
    };
    let mut seen = BTreeSet::new();
    answered::asks(flow)
        .filter(|ask| {
            let from_elsewhere = turn.bot.slots.get(&ask.slot).is_some_and(|slot| !slot.from.is_empty());
            let known = turn.just_filled.contains(&ask.slot) || (only_empty && turn.is_filled(&ask.slot));
            !from_elsewhere && !known && !ask.always && being_asked != Some(&ask.slot)
        })
        .filter(|ask| seen.insert(&ask.slot))
        .collect()
}

/// What in the message fits a question, with its words.
fn values(turn: &Turn<'_>, utterance: &Utterance<'_>, ask: &Ask) -> Result<Vec<(Value, String)>, Fault> {
    let kind = match &ask.expects {
        Expects::Choice { options } => return Ok(choice::named(options, utterance.text)),
        Expects::Regex { pattern: written } => {
            let found = pattern::within(written, utterance.text)?;
            return Ok(found.into_iter().map(|text| (Value::from(text.clone()), text)).collect());
        }
        Expects::Number { .. } => "number",
        Expects::Email => "email",
        Expects::Phone => "phone",
        Expects::Date { .. } => "date",
        // Any words would fit, or a word that may belong to anything.
        Expects::Text { .. } | Expects::File { .. } | Expects::YesNo => return Ok(Vec::new()),
    };
    let mut values = Vec::new();
    let entities = &utterance.understanding.entities;
    for found in entities.iter().filter(|found| found.entity == kind) {
        // A number that is an order's number, say, counts no guests.
        if entities.iter().any(|other| other.entity != kind && overlap(&other.text, &found.text)) {
            continue;
        }
        let said = match &found.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
        };
        let fit = utterance.read(turn, &ask.expects, Some(&said))?;
        values.extend(fit.value().map(|value| (value, found.text.clone())));
    }
    Ok(values)
}

/// Whether the words of one are within those of the other.
fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (format!(" {} ", normalise(one)), format!(" {} ", normalise(other)));
    one.contains(&other) || other.contains(&one)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        bot::{Bot, Choice},
        dialogue::testing::*,
        understanding::EntityMatch,
    };

    /// A table for some people on a day, inside or outside, under a code; nothing says `from`.
    fn cafe() -> Bot {
        let mut bot = empty_bot();
        let guests = Expects::Number { min: Some(1.0), max: Some(12.0), whole: true };
        let mut place = options(&["inside", "outside"]);
        if let Expects::Choice { options } = &mut place {
            for Choice { value, synonyms, .. } in options.iter_mut() {
                *synonyms = if value == "outside" { vec!["terrace".to_owned()] } else { Vec::new() };
            }
        }
        let kinds = vec![
            ask("guests", guests),
            ask("day", Expects::Date { min: None, max: None }),
            ask("place", place),
            ask("code", Expects::Regex { pattern: "[A-Z]{2}[0-9]{3}".to_owned() }),
            ask("name", text()),
            say("{{ slots.guests }} {{ slots.day }} {{ slots.place }} {{ slots.code }} {{ slots.name }}"),
        ];
        flow(&mut bot, "table", vec![intent("table")], kinds);
        bot
    }

    fn four() -> EntityMatch {
        entity("number", "four", 4)
    }

    fn tomorrow() -> EntityMatch {
        entity("date", "tomorrow", "2026-11-24")
    }

    #[test]
    fn an_opening_message_fills_what_it_clearly_says() {
        let check = |text: &str, entities: Vec<EntityMatch>, expected: Value, asks: &str| {
            let mut talk = Talk::with(cafe());
            assert_eq!(talk.hears(text, meant("table", entities)), [asks], "{text}");
            assert_eq!(json!(talk.state.slots), expected, "{text}");
        };
        let both = json!({ "guests": 4, "day": "2026-11-24" });
        check("a table for four tomorrow", vec![four(), tomorrow()], both, "place?");
        check("on the terrace", vec![], json!({ "place": "outside" }), "guests?");
        check("code AB123 please", vec![], json!({ "code": "AB123" }), "guests?");
        check("AB123 or AB124", vec![], json!({}), "guests?");
        check("inside or outside", vec![], json!({}), "guests?");
        check("four or 5", vec![four(), entity("number", "5", 5)], json!({}), "guests?");
        let order = vec![entity("number", "7", 7), entity("order_number", "7", "7")];
        check("like order 7", order, json!({}), "guests?");
        check("for 40", vec![entity("number", "40", 40)], json!({}), "guests?");
    }

    #[test]
    fn a_value_that_fits_two_questions_fills_neither() {
        let mut bot = cafe();
        let kinds = vec![ask("adults", number()), ask("children", number()), say("done")];
        flow(&mut bot, "trip", vec![intent("trip")], kinds);
        let mut talk = Talk::with(bot);
        assert_eq!(talk.hears("a trip for four", meant("trip", vec![four()])), ["adults?"]);
        assert!(talk.state.slots.is_empty());
    }

    #[test]
    fn an_answer_says_more_than_was_asked() {
        let mut talk = Talk::with(cafe());
        talk.hears("a table", meant("table", vec![]));
        let told = named(vec![four(), tomorrow()]);
        assert_eq!(talk.hears("for four tomorrow, outside", told), ["code?"]);
        assert_eq!(json!(talk.state.slots), json!({ "guests": 4, "day": "2026-11-24", "place": "outside" }));
        assert_eq!(talk.says("AB123"), ["name?"]);
        let told = named(vec![entity("number", "7", 7)]);
        assert_eq!(talk.hears("Seven of 7", told), ["4 2026-11-24 outside AB123 Seven of 7"]);
    }

    #[test]
    fn what_was_asked_before_is_not_changed_in_passing() {
        let mut talk = Talk::with(cafe());
        talk.hears("a table for four", meant("table", vec![four()]));
        let told = named(vec![tomorrow(), entity("number", "7", 7)]);
        assert_eq!(talk.hears("tomorrow, I think, the 7th", told), ["place?"]);
        assert_eq!(talk.slot("guests"), json!(4));
    }

    #[test]
    fn a_question_that_is_always_asked_or_has_its_own_source_is_left_alone() {
        let mut bot = cafe();
        slot(&mut bot, "guests", crate::bot::SlotKind::Number, &["party"]);
        if let crate::bot::NodeKind::Ask(day) = &mut bot.flows.get_mut("table").expect("a flow").nodes[1].kind
        {
            day.always = true;
        }
        let mut talk = Talk::with(bot);
        assert_eq!(talk.hears("for four tomorrow", meant("table", vec![four(), tomorrow()])), ["guests?"]);
        assert!(talk.state.slots.is_empty());
    }
}
