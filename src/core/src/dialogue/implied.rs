//! Which open questions does a message answer in passing, without the author having said `from`?
//!
//! Only what is clear: a question is answered where exactly one value in the message fits it, and that
//! value fits no other open question.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Expecting, answered,
    entities::kind_of,
    evaluate::Fault,
    turn::Turn,
    utterance::Utterance,
    validate::{Fit, choice, pattern, time},
    words::{in_words, is_part_of, normalise, overlap, within},
};
use crate::{
    bot::{Ask, Expects, Flow},
    understanding::{EntityMatch, HOLDERS, NO_SUCH_DAY},
};

/// Built-in kinds whose digits belong together.
const COMPOUND: [&str; 10] =
    ["address", "card", "date", "email", "iban", "money", NO_SUCH_DAY, "phone", "time", "url"];

/// Something in a message that fits a question.
struct Candidate {
    /// The question's place among the open ones.
    question: usize,
    value: Value,
    /// Whether it is beyond the question's bounds.
    refused: bool,
    /// The words that say it.
    words: String,
}

/// Fills the slots of a flow's open questions, and returns the words that did. `taken` are words that stand for something
/// already.
pub fn fill(
    turn: &mut Turn<'_>,
    utterance: &Utterance<'_>,
    flow: &Flow,
    taken: &[String],
    only_empty: bool,
) -> Result<Vec<String>, Fault> {
    let open = open(turn, flow, only_empty);
    let with_address = asks_for_address(turn, flow);
    let mut candidates = Vec::new();
    for (question, ask) in open.iter().enumerate() {
        for (value, refused, words) in values(turn, utterance, ask, with_address)? {
            // The postcode of an address is a value by itself.
            let stands = |taken: &str| is_part_of(&words, taken) && is_postcode(utterance, &words);
            if !taken.iter().any(|taken| overlap(taken, &words) && !stands(taken)) {
                candidates.push(Candidate { question, value, refused, words });
            }
        }
    }
    let mut told = Vec::new();
    // What several questions refuse is told by the first of them.
    let mut objected: Vec<&str> = Vec::new();
    for (question, ask) in open.iter().enumerate() {
        let own = || candidates.iter().filter(|candidate| candidate.question == question);
        let taken = own().any(|candidate| !candidate.refused);
        let mut own = own().filter(|candidate| candidate.refused != taken);
        let Some(Candidate { value, refused, words, .. }) = own.next() else { continue };
        let fits_elsewhere = |it: &Candidate| it.question != question && !it.refused;
        let contested = candidates.iter().any(|it| fits_elsewhere(it) && overlap(&it.words, words));
        if contested || own.any(|other| other.value != *value) {
            continue;
        }
        if *refused {
            if objected.iter().any(|before| overlap(before, words)) {
                continue;
            }
            objected.push(words);
            turn.refused.extend(in_words(value).map(|said| (ask.slot.clone(), said)));
            continue;
        }
        if turn.is_sensitive(&ask.slot) {
            turn.mask_received(words);
        }
        turn.fill(&ask.slot, value.clone())?;
        answered::named(turn, &ask.slot);
        told.push(words.clone());
    }
    Ok(told)
}

/// The questions that the flow has still to ask and that say nothing of where their slot comes from.
fn open<'a>(turn: &Turn<'a>, flow: &'a Flow, only_empty: bool) -> Vec<&'a Ask> {
    let being_asked = match &turn.state.expecting {
        Expecting::Reply { slot, .. } if only_empty => Some(slot),
        _ => None,
    };
    let mut seen = BTreeSet::new();
    // Called flows follow; what they ask is open only where its form is.
    let flows = answered::with_called(turn.bot, flow).into_iter();
    flows
        .flat_map(|flow| answered::asks(flow).map(move |ask| (flow, ask)))
        .filter(|(of, ask)| of.name == flow.name || is_form(ask))
        .map(|(_, ask)| ask)
        .filter(|ask| {
            let has_source = turn.bot.slots.get(&ask.slot).is_some_and(|slot| !slot.from.is_empty());
            // In the message that starts the flow the form that the question wants is clear enough.
            let has_form = is_form(ask) && !only_empty;
            let from_elsewhere = has_source && !has_form;
            let known = turn.just_filled.contains(&ask.slot) || (only_empty && turn.is_filled(&ask.slot));
            !from_elsewhere && !known && !ask.always && being_asked != Some(&ask.slot)
        })
        .filter(|ask| seen.insert(&ask.slot))
        .collect()
}

fn is_form(ask: &Ask) -> bool {
    matches!(ask.expects, Expects::Regex { .. })
}

/// Whether a flow asks for an address: its postcode may be asked for too.
fn asks_for_address(turn: &Turn<'_>, flow: &Flow) -> bool {
    let is_address = |ask: &Ask| {
        let slot = turn.bot.slots.get(&ask.slot);
        slot.is_some_and(|slot| slot.from.iter().any(|name| kind_of(name) == "address"))
    };
    answered::with_called(turn.bot, flow).into_iter().flat_map(answered::asks).any(is_address)
}

/// What in the message fits a question or is refused as beyond its bounds, with its words. A postcode fits in a flow `with_address`.
fn values(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    ask: &Ask,
    with_address: bool,
) -> Result<Vec<(Value, bool, String)>, Fault> {
    let entities = &utterance.understanding.entities;
    let kind = match &ask.expects {
        Expects::Choice { options } => {
            let named = choice::named(options, utterance.text).into_iter();
            return Ok(named.map(|(value, words)| (value, false, words)).collect());
        }
        Expects::Regex { pattern: written } => {
            let mut found = Vec::new();
            for (value, words) in pattern::within(written, utterance.text)? {
                let is_asked_for = with_address && is_postcode_for(utterance, written, &value)?;
                if is_asked_for || !is_of_another(entities, &words) {
                    found.push((value.into(), false, words));
                }
            }
            return Ok(found);
        }
        Expects::Number { .. } => "number",
        Expects::Email => "email",
        Expects::Phone => "phone",
        Expects::Date { .. } => "date",
        Expects::Time { .. } => "time",
        // Any words would fit, or a word that may belong to anything.
        Expects::Text { .. } | Expects::File { .. } | Expects::YesNo => return Ok(Vec::new()),
    };
    let mut values = Vec::new();
    for found in entities.iter().filter(|found| found.entity == kind) {
        // A number that is an order's number, say, counts no guests; a year in a date takes nothing from it.
        let hides = |other: &EntityMatch| {
            // The 7 of "at 7" is the time itself.
            let is_the_same = other.entity == kind || (kind == "time" && other.entity == "number");
            !is_the_same && !HOLDERS.contains(&other.entity.as_str())
        };
        let hidden = entities.iter().any(|other| hides(other) && within(&found.text, &other.text));
        if hidden || (kind == "time" && time::is_open_end(entities, found)) {
            continue;
        }
        let Some(said) = in_words(&found.value) else { continue };
        match utterance.read(turn, &ask.expects, Some(&said))? {
            Fit::Whole(value) | Fit::Part { value, .. } => values.push((value, false, found.text.clone())),
            Fit::No(misfit) if misfit.is_bound() => {
                values.push((found.value.clone(), true, found.text.clone()));
            }
            Fit::No(_) => {}
        }
    }
    Ok(values)
}

/// Whether words are digits of a telephone number, an amount or an address, which are no reference.
pub fn is_of_another(entities: &[EntityMatch], words: &str) -> bool {
    entities.iter().any(|it| COMPOUND.contains(&it.entity.as_str()) && is_part_of(words, &it.text))
}

/// Whether a value is the postcode of an address, and the pattern is made for such.
pub fn is_postcode_for(utterance: &Utterance<'_>, written: &str, value: &str) -> Result<bool, Fault> {
    Ok(is_postcode(utterance, value) && pattern::is_made_for(written, value)?)
}

/// Whether words are the postcode of an address.
fn is_postcode(utterance: &Utterance<'_>, words: &str) -> bool {
    let addresses = utterance.understanding.entities.iter().filter(|found| found.entity == "address");
    let mut postcodes = addresses.filter_map(|found| found.value.get("postcode")?.as_str());
    postcodes.any(|postcode| normalise(postcode) == normalise(words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        bot::{Bot, Choice},
        dialogue::testing::*,
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
        let day = vec![entity("date", "1/2/2027", "2027-02-01"), entity("order_number", "2027", "2027")];
        check("on 1/2/2027", day, json!({ "day": "2027-02-01" }), "guests?");
    }

    #[test]
    fn digits_of_a_day_that_there_is_not_are_no_reference() {
        let found = [entity(NO_SUCH_DAY, "29 February 2027", "2027-02-29")];
        assert!(is_of_another(&found, "2027") && !is_of_another(&found, "4711"));
    }

    #[test]
    fn a_value_beyond_a_bound_is_not_passed_over() {
        let check = |text: &str, entities: Vec<EntityMatch>, expected: &[&str]| {
            let mut talk = Talk::with(cafe());
            assert_eq!(talk.hears(text, meant("table", entities)), expected, "{text}");
        };
        let large = "The number must be at most 12.";
        check("for 40", vec![entity("number", "40", 40)], &[large, "guests?"]);
        check("for 4 of the 40", vec![entity("number", "4", 4), entity("number", "40", 40)], &["day?"]);
        let mut talk = Talk::with(cafe());
        talk.bot.flows.get_mut("table").expect("a flow").nodes[1].kind =
            ask("day", Expects::Date { min: Some("today".to_owned()), max: None });
        talk.hears("a table", meant("table", vec![]));
        let said = talk.hears("4, yesterday", named(vec![entity("date", "yesterday", "2026-11-22")]));
        assert_eq!(said, ["The date must not be before 23 November 2026.", "day?"]);
    }

    #[test]
    fn a_value_beyond_a_bound_is_objected_to_when_its_question_comes() {
        let mut bot = empty_bot();
        let guests = Expects::Number { min: Some(1.0), max: Some(12.0), whole: true };
        let kinds =
            vec![ask("place", options(&["inside"])), ask("guests", guests), say("{{ slots.guests }}")];
        flow(&mut bot, "table", vec![intent("table")], kinds);
        flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
        let (large, forty) = ("The number must be at most 12.", || vec![entity("number", "40", 40)]);
        let begun = || {
            let mut talk = Talk::with(bot.clone());
            assert_eq!(talk.hears("a table for 40", meant("table", forty())), ["place?"]);
            talk
        };
        let mut talk = begun();
        assert_eq!(talk.says("inside"), [large, "guests?"]);
        assert_eq!(talk.says("4"), ["4"]);
        let mut talk = begun();
        talk.hears("when do you open", meant("hours", vec![]));
        assert_eq!(talk.says("inside"), [large, "guests?"], "also behind a digression");
        let mut talk = begun();
        assert_eq!(talk.hears("inside, for four", named(vec![four()])), ["4"], "what was said last counts");
        let mut both = bot.clone();
        flow(
            &mut both,
            "tour",
            vec![intent("tour")],
            vec![
                ask("days", Expects::Number { min: None, max: Some(9.0), whole: true }),
                ask("people", Expects::Number { min: None, max: Some(12.0), whole: true }),
            ],
        );
        let mut talk = Talk::with(both);
        let first = "The number must be at most 9.";
        assert_eq!(talk.hears("a tour, 40", meant("tour", forty())), [first, "days?"]);
        assert_eq!(talk.says("4"), ["people?"], "one value is objected to once");
        let mut talk = begun();
        talk.says("cancel");
        assert!(talk.state.refused.is_empty());
        talk.hears("a table", meant("table", vec![]));
        assert_eq!(talk.says("inside"), ["guests?"], "another table is for others");
    }

    #[test]
    fn the_form_of_a_question_is_known_in_the_message_that_starts_its_flow() {
        let mut bot = empty_bot();
        slot(&mut bot, "number", crate::bot::SlotKind::Text, &["number_of_order"]);
        flow(&mut bot, "track", vec![intent("track")], vec![ask("number", digits()), say("it comes")]);
        flow(
            &mut bot,
            "why",
            vec![intent("why")],
            vec![ask("why", options(&["late"])), ask("number", digits())],
        );
        let check = |text: &str, entities: Vec<EntityMatch>, expected: &str| {
            let mut talk = Talk::with(bot.clone());
            assert_eq!(talk.hears(text, meant("track", entities)), [expected], "{text}");
        };
        check("4711", vec![], "it comes");
        check("where is my order 😀 4711", vec![], "it comes");
        check("where is my order", vec![], "number?");
        check("4711 or 4712", vec![], "number?");
        check("call +49 89 5550100", vec![entity("phone", "+49 89 5550100", "+49895550100")], "number?");
        let address = "Almweg 5, 80331 Munich";
        check(&format!("send it to {address}"), vec![entity("address", address, address)], "number?");
        let mut calls = bot.clone();
        flow(&mut calls, "return", vec![intent("return")], vec![call("track"), say("back it goes")]);
        let mut talk = Talk::with(calls);
        assert_eq!(talk.hears("return 4711", meant("return", vec![])), ["it comes", "back it goes"]);
        let mut talk = Talk::with(bot);
        talk.hears("why", meant("why", vec![]));
        assert_eq!(talk.says("late, as at 80331"), ["number?"], "an answer rather mentions it");
    }

    #[test]
    fn the_postcode_of_an_address_answers_a_question_for_it_beside_the_address_or_when_it_is_asked() {
        const ADDRESS: &str = "Almweg 5, 80331 Munich";
        let value = json!({ "street": "Almweg", "number": "5", "postcode": "80331", "city": "Munich" });
        let address = || entity("address", ADDRESS, value.clone());
        let mut bot = empty_bot();
        slot(&mut bot, "street", crate::bot::SlotKind::Any, &["address"]);
        let zip = || ask("zip", Expects::Regex { pattern: "[0-9]{5}".to_owned() });
        let kinds = vec![ask("number", digits()), zip(), say("{{ slots.number }} to {{ slots.zip }}")];
        flow(&mut bot, "move", vec![intent("move")], kinds);
        let kinds = vec![ask("street", text()), zip(), say("to {{ slots.zip }}")];
        flow(&mut bot, "send", vec![intent("send")], kinds);
        slot(&mut bot, "zone", crate::bot::SlotKind::Text, &["zone"]);
        let five = Expects::Regex { pattern: "[0-9]{5}".to_owned() };
        let kinds = vec![ask("zone", five), say("zone {{ slots.zone }}")];
        flow(&mut bot, "zone", vec![intent("zone")], kinds);

        let mut talk = Talk::with(bot.clone());
        let text = format!("move it to {ADDRESS}");
        assert_eq!(talk.hears(&text, meant("move", vec![address()])), ["number?"]);
        assert_eq!(talk.slot("zip"), Value::Null, "five digits may be any reference");
        assert_eq!(talk.says("4711"), ["zip?"]);
        assert_eq!(talk.hears(ADDRESS, named(vec![address()])), ["4711 to 80331"], "it is asked for now");
        let mut talk = Talk::with(bot.clone());
        assert_eq!(talk.hears(&text, meant("zone", vec![address()])), ["zone?"]);
        assert_eq!(talk.hears(&text, named(vec![address()])), ["zone 80331"], "also of a slot with `from`");
        let mut talk = Talk::with(bot.clone());
        assert_eq!(talk.hears(&text, meant("send", vec![address()])), ["to 80331"]);
        let mut talk = Talk::with(bot);
        talk.hears("send it", meant("send", vec![]));
        assert_eq!(talk.hears(ADDRESS, named(vec![address()])), ["to 80331"], "an answer has one too");
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
