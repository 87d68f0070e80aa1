//! Earlier answers that are corrected.

use serde_json::json;

use super::{form, numbered, returns};
use crate::{
    bot::{Expects, Trigger},
    dialogue::{testing::*, *},
    understanding::EntityMatch,
};

const CORRECTED: &str = "All right, I have changed that.";

#[test]
fn corrections_refill_the_last_slot() {
    let check = |words: &str, value: &str| {
        let mut talk = Talk::with(form());
        talk.says("form");
        talk.says("1234");
        assert_eq!(talk.says(words), [CORRECTED, "mail?"], "{words}");
        assert_eq!(talk.slot("number"), json!(value), "{words}");
        assert_eq!(talk.repairs(), [RepairKind::Correct]);
        assert_eq!(talk.says("ada@example.com"), [format!("{value} ada@example.com")]);
    };
    check("no, the number is 4711", "4711");
    check("Nein, die Nummer ist 4711", "4711");
    check("actually 4711", "4711");
    check("I meant 4711.", "4711");
    check("sorry, I meant 4711", "4711");
    check("actually I meant 4711", "4711");
    check("sorry, 4711", "4711");
    check("Entschuldigung, 4711", "4711");
    check("yes but actually the number is 4711", "4711");
    check("ja, aber ich meinte 4711", "4711");
}

/// Asks for guests and a time, and whether that is right.
fn table() -> Talk {
    let kinds = vec![
        ask("guests", number()),
        ask("time", text()),
        ask("right", Expects::YesNo),
        say("{{ slots.guests }} at {{ slots.time }}"),
    ];
    let mut bot = one_flow(kinds);
    slot(&mut bot, "time", crate::bot::SlotKind::Text, &["time"]);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    let mut talk = Talk::with(bot);
    talk.says("go");
    talk.hears("2", named(vec![entity("number", "2", 2)]));
    talk.hears("8pm", named(vec![entity("time", "8pm", "20:00")]));
    talk
}

#[test]
fn corrections_need_no_no() {
    let check = |text: &str, found: EntityMatch, guests: u32, time: &str| {
        let mut talk = table();
        assert_eq!(talk.hears(text, named(vec![found])), [CORRECTED, "right?"], "{text}");
        assert_eq!((talk.slot("guests"), talk.slot("time")), (json!(guests), json!(time)), "{text}");
        assert_eq!(talk.says("yes"), [format!("{guests} at {time}")]);
    };
    let nine = |words: &str| entity("time", words, "21:00");
    check("change it to 9pm", nine("9pm"), 2, "21:00");
    check("Could you change it to 9pm?", nine("9pm"), 2, "21:00");
    check("yes, but make it 9pm please", nine("9pm"), 2, "21:00");
    check("actually 9pm", nine("9pm"), 2, "21:00");
    check("yes but actually it is 9pm", nine("9pm"), 2, "21:00");
    check("Ja, aber eigentlich um 21 Uhr", nine("21 Uhr"), 2, "21:00");
    check("please change the time to 9pm", nine("9pm"), 2, "21:00");
    check("Could you please change the time to 9pm?", nine("9pm"), 2, "21:00");
    check("Ändern Sie es bitte auf 21 Uhr", nine("21 Uhr"), 2, "21:00");
    check("Ja, aber lieber 21 Uhr", nine("21 Uhr"), 2, "21:00");
    check("Ja, lieber 21 Uhr", nine("21 Uhr"), 2, "21:00");
    check("ändere die Uhrzeit auf 21 Uhr", nine("21 Uhr"), 2, "21:00");
    check("make it four people", entity("number", "four", 4), 4, "20:00");
    check("change the guests to four", entity("number", "four", 4), 4, "20:00");
    check("machen wir vier Personen", entity("number", "vier", 4), 4, "20:00");
}

#[test]
fn an_answer_that_says_make_it_corrects_no_answer_before_it() {
    let kinds = vec![
        ask("nights", number()),
        ask("budget", number()),
        ask("remark", text()),
        say("{{ slots.nights }} nights for {{ slots.budget }}: {{ slots.remark }}"),
    ];
    let mut talk = Talk::with(one_flow(kinds));
    slot(&mut talk.bot, "nights", crate::bot::SlotKind::Number, &["number"]);
    slot(&mut talk.bot, "budget", crate::bot::SlotKind::Number, &["number"]);
    let number = |said: &str, value: u32| named(vec![entity("number", said, value)]);
    talk.says("go");
    talk.hears("2", number("2", 2));
    assert_eq!(talk.hears("let's say 50", number("50", 50)), ["remark?"]);
    let said = "Please make it a table by the window, 3 kids are coming";
    assert_eq!(talk.hears(said, number("3", 3)), [format!("2 nights for 50: {said}")]);
}

#[test]
fn an_answer_that_asks_for_pardon_is_one() {
    let mut talk = Talk::with(form());
    talk.says("form");
    talk.says("1234");
    assert_eq!(talk.says("sorry, ada@example.com"), ["1234 ada@example.com"]);
    assert!(talk.repairs().is_empty());
}

#[test]
fn a_change_that_starts_another_flow_is_no_correction() {
    let mut talk = table();
    let said = talk.hears("change the hours to 9pm", meant("hours", vec![entity("time", "9pm", "21:00")]));
    assert_eq!(said, ["9 to 5", "right?"]);
    assert_eq!(talk.slot("time"), json!("20:00"));
}

#[test]
fn a_change_names_the_text_that_it_is_of() {
    let mut talk =
        Talk::with(one_flow(vec![ask("name", text()), ask("town", text()), ask("mail", Expects::Email)]));
    for words in ["go", "Ida", "Ulm"] {
        talk.says(words);
    }
    assert_eq!(talk.says("change the name to Ada"), [CORRECTED, "mail?"]);
    assert_eq!((talk.slot("name"), talk.slot("town")), (json!("Ada"), json!("Ulm")));
}

#[test]
fn corrections_name_a_slot_by_its_entity() {
    let mut talk = Talk::with(form());
    talk.says("form");
    talk.says("1234");
    talk.says("ada@example.com");
    let number = entity("number_of_order", "4711", "4711");
    let said = talk.hears("no, 4711", named(vec![number]));
    assert_eq!(said, [CORRECTED, "4711 ada@example.com"], "the form goes on from after the number");
}

#[test]
fn a_rating_just_given_is_corrected() {
    let kinds = vec![ask("nights", number()), rate("csat"), say("rated {{ slots.csat }}")];
    let mut talk = Talk::with(one_flow(kinds));
    slot(&mut talk.bot, "nights", crate::bot::SlotKind::Number, &["number"]);
    flow(&mut talk.bot, "hours", vec![intent("hours")], vec![ask("day", Expects::YesNo), say("9 to 5")]);
    talk.says("go");
    talk.says("3");
    assert_eq!(talk.says("4"), ["Thank you for your feedback!", "rated 4"]);
    assert_eq!(talk.says("no, 2"), [CORRECTED, "rated 2"]);
    let five = named(vec![entity("number", "five", 5)]);
    assert_eq!(talk.hears("no, five", five), [CORRECTED, "rated 5"]);
    assert_eq!((talk.slot("csat"), talk.slot("nights")), (json!(5), json!(3)));
    assert_eq!(
        talk.says("no, for 9 nights").first().map(String::as_str),
        Some(CORRECTED),
        "an answer before it"
    );
    assert_eq!((talk.slot("csat"), talk.slot("nights")), (json!(null), json!(9)));
    assert_eq!(talk.says("5").last().map(String::as_str), Some("rated 5"));
    talk.hears("when do you open?", meant("hours", vec![]));
    assert_ne!(talk.says("no, 2")[0], CORRECTED, "another question is open");
    assert_eq!(talk.slot("csat"), json!(5));
}

#[test]
fn a_rating_that_is_corrected_takes_the_place_of_the_first() {
    let mut talk = Talk::with(one_flow(vec![rate("csat"), say("rated {{ slots.csat }}")]));
    let ratings = |talk: &Talk| {
        let recorded = talk.effects.iter().filter_map(|effect| match effect {
            Effect::Record(Entry { what: Happening::Rated { score, instead_of, .. }, .. }) => {
                Some((*score, *instead_of))
            }
            _ => None,
        });
        recorded.collect::<Vec<_>>()
    };
    talk.says("go");
    let first = Given { score: 4, at: talk.now };
    talk.says("4");
    assert_eq!(ratings(&talk), [(4, None)]);
    talk.now += jiff::SignedDuration::from_mins(5);
    assert_eq!(talk.says("no, 5"), [CORRECTED, "rated 5"]);
    assert_eq!(ratings(&talk), [(5, Some(first))]);
    assert_eq!(talk.says("no, 2"), [CORRECTED, "rated 2"]);
    assert_eq!(ratings(&talk), [(2, Some(Given { score: 5, ..first }))], "the day stays that of the first");
}

#[test]
fn corrections_after_the_end_run_the_rest_again() {
    let mut bot = one_flow(vec![ask("number", digits()), say("order {{ slots.number }}")]);
    flow(
        &mut bot,
        "outer",
        vec![Trigger::Keyword("outer".to_owned())],
        vec![call("main"), ask("name", text())],
    );
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.says("1234"), ["order 1234"]);
    assert_eq!(talk.says("no, the number is 4711"), [CORRECTED, "order 4711"]);
    talk.state.slots.clear();
    talk.says("outer");
    assert_eq!(talk.says("1234"), ["order 1234", "name?"]);
    let said = talk.says("no, the number is 4711");
    assert_eq!(said, [CORRECTED, "order 4711", "name?"], "within the call, then on");
    assert_eq!(talk.state.stack.len(), 1);
}

#[test]
fn a_number_of_the_first_message_is_looked_up_again() {
    let mut talk = Talk::with(returns());
    let said = talk.hears("return order 4711", meant("return", numbered("4711")));
    assert_eq!(said, ["looked up", "found 4711", "reason?"]);
    let said = talk.hears("no, the number is 4712", named(numbered("4712")));
    assert_eq!(said, [CORRECTED, "looked up", "found 4712", "reason?"]);
    assert_eq!(talk.says("no, the number is 4713"), [CORRECTED, "looked up", "found 4713", "reason?"]);
    let flows = talk.state.stack.iter().map(|frame| frame.flow.as_str()).collect::<Vec<_>>();
    assert_eq!(flows, ["return"]);
    assert_eq!(talk.says("broken"), ["back it goes"]);
}

#[test]
fn a_number_corrected_after_the_end_goes_on_in_the_flow_that_called() {
    let mut talk = Talk::with(returns());
    talk.hears("return order 4711", meant("return", numbered("4711")));
    talk.says("small");
    let said = talk.hears("my refund", meant("refund", vec![]));
    assert_eq!(said, ["looked up", "found 4711", "refund of 4711"]);
    assert_eq!(talk.says("no, 4712"), [CORRECTED, "looked up", "found 4712", "refund of 4712"]);
    assert!(talk.state.stack.is_empty());
}

#[test]
fn an_answer_further_back_is_corrected_by_words_that_fit_it_alone() {
    let check = |words: &str, corrected: bool| {
        let day = Expects::Date { min: None, max: None };
        let kinds = vec![ask("phone", Expects::Phone), ask("day", day), ask("time", options(&["am", "pm"]))];
        let mut talk = Talk::with(one_flow(kinds));
        talk.says("go");
        talk.says("0171 1234567");
        assert_eq!(talk.says("24.12.2026"), ["time?"]);
        talk.says(words);
        let phone = if corrected { "01727654321" } else { "01711234567" };
        assert_eq!(talk.slot("phone"), json!(phone), "{words}");
        assert_eq!(talk.slot("day"), json!("2026-12-24"), "{words}");
    };
    check("no, the number is 0172 7654321", true);
    check("nein, 0172 7654321", true);
    check("no, I saw 0172 7654321 on your page", false);
}

#[test]
fn a_correction_leaves_no_question_out() {
    let mut talk = Talk::with(returns());
    let nights = |text: &str, count: u32| vec![entity("nights", text, count)];
    assert_eq!(talk.hears("gear for 3 nights", meant("advice", nights("3 nights", 3))), ["place?"]);
    assert_eq!(talk.hears("no, 8 nights", named(nights("8 nights", 8))), [CORRECTED, "place?"]);
    assert_eq!(talk.slot("nights"), json!(8));
    assert_eq!(talk.says("hut"), ["mail?"]);
    assert_eq!(talk.hears("no, 9 nights", named(nights("9 nights", 9))), [CORRECTED, "mail?"]);
    assert!(talk.says("ada@example.com").is_empty());
    // The question that an earlier run came to is not one that this run has come to.
    assert_eq!(talk.hears("gear for 2 nights", meant("advice", nights("2 nights", 2))), ["place?"]);
    assert_eq!(talk.hears("no, 5 nights", named(nights("5 nights", 5))), [CORRECTED, "place?"]);
}

#[test]
fn a_short_remark_corrects_the_one_answer_that_it_fits() {
    let day = || Expects::Date { min: None, max: None };
    let number_of = |text: &str, count: u32| entity("number", text, count);
    let check = |kinds: Vec<crate::bot::NodeKind>, text: &str, entities: Vec<_>, guests: u32| {
        let mut talk = Talk::with(one_flow(kinds));
        talk.says("go");
        talk.hears("4", named(vec![number_of("4", 4)]));
        talk.says("24.12.2026");
        talk.says("Ada");
        let said = talk.hears(text, named(entities));
        assert_eq!(talk.slot("guests"), json!(guests), "{text}: {said:?}");
        let corrected = said.first().is_some_and(|said| said == CORRECTED);
        assert_eq!(corrected, guests != 4, "{text}: {said:?}");
    };
    let table = || vec![ask("guests", number()), ask("day", day()), ask("name", text()), say("ok")];
    let asks_more = |expects| [table(), vec![ask("more", expects)]].concat();
    check(table(), "no, for 5", vec![number_of("5", 5)], 5);
    check(table(), "no, for five people please", vec![number_of("five", 5)], 5);
    check(asks_more(day()), "no, 5 people", vec![number_of("5", 5)], 5);
    check(asks_more(number()), "no, we are 5", vec![number_of("5", 5)], 4);
    check(table(), "no, 5 or 6", vec![number_of("5", 5), number_of("6", 6)], 4);
    check(table(), "no, at 5 then", vec![number_of("5", 5), entity("time", "5", "05:00")], 4);
    check(table(), "no, you have written 5 different things", vec![number_of("5", 5)], 4);
    let of_two = vec![ask("guests", number()), ask("day", day()), ask("rooms", number()), say("ok")];
    let mut talk = Talk::with(one_flow(of_two));
    talk.says("go");
    for answer in ["4", "24.12.2026", "2"] {
        talk.says(answer);
    }
    talk.hears("no, we would rather take 5 of them", named(vec![number_of("5", 5)]));
    assert_eq!((talk.slot("guests"), talk.slot("rooms")), (json!(4), json!(5)), "the one used last");
}

#[test]
fn a_correction_is_confirmed_in_the_author_s_words() {
    let mut bot = form();
    bot.repairs.correct.say = Some(saying("Noted."));
    let mut talk = Talk::with(bot);
    talk.says("form");
    talk.says("1234");
    assert_eq!(talk.says("no, the number is 4711"), ["Noted.", "mail?"]);
}

#[test]
fn what_is_no_correction() {
    let mut talk = Talk::with(one_flow(vec![ask("sure", Expects::YesNo), ask("why", text()), say("ok")]));
    talk.says("go");
    assert_eq!(talk.says("no, thanks"), ["why?"], "an answer to the question");
    assert_eq!(talk.says("no, I just do not like it"), ["ok"], "free text that states nothing else");
    let mut talk = Talk::with(form());
    talk.says("form");
    assert_eq!(talk.says("I meant 4711"), ["mail?"], "what is being asked for");
    assert!(talk.repairs().is_empty());
}

#[test]
fn correcting_a_text_needs_a_statement() {
    let mut talk =
        Talk::with(one_flow(vec![ask("name", text()), ask("mail", Expects::Email), say("{{ slots.name }}")]));
    talk.says("go");
    talk.says("Ida");
    assert_eq!(talk.says("no, my name is Ada"), [CORRECTED, "mail?"]);
    assert_eq!(talk.says("ada@example.com"), ["Ada"]);
}
