//! Questions whose slots are filled by entities only.

use serde_json::json;

use crate::{
    bot::{Entity, Expects, SlotKind},
    dialogue::testing::*,
    understanding::{EntityLesson, EntityMatch},
};

const AGAIN: &str = "That does not have the form I expected. Please try again.";

fn shop() -> crate::bot::Bot {
    let kinds = vec![
        ask("order_number", text()),
        ask("product", text()),
        ask("email", Expects::Email),
        say("{{ slots.order_number }} {{ slots.product }} {{ slots.email }}"),
    ];
    let mut bot = one_flow(kinds);
    slot(&mut bot, "order_number", SlotKind::Text, &["order_number"]);
    slot(&mut bot, "product", SlotKind::Text, &["product"]);
    slot(&mut bot, "email", SlotKind::Email, &["email"]);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    bot
}

fn order() -> EntityMatch {
    entity("order_number", "4711", "4711")
}

#[test]
fn an_answer_fills_the_slot_with_its_entity_and_the_others_with_theirs() {
    let mut talk = Talk::with(shop());
    assert_eq!(talk.says("go"), ["order_number?"]);
    assert_eq!(talk.hears("the number is 4711", named(vec![order()])), ["product?"]);
    assert_eq!(talk.slot("order_number"), json!("4711"));

    let mut talk = Talk::with(shop());
    talk.says("go");
    let all = vec![
        order(),
        entity("product", "a tent", "tent"),
        entity("email", "ada@example.com", "ada@example.com"),
    ];
    assert_eq!(
        talk.hears("order 4711, a tent, mail ada@example.com", named(all)),
        ["4711 tent ada@example.com"]
    );
}

#[test]
fn an_answer_without_its_entity_is_none() {
    let mut talk = Talk::with(shop());
    talk.says("go");
    assert_eq!(talk.hears("when do you open?", meant("hours", vec![])), ["9 to 5", "order_number?"]);
    assert_eq!(talk.says("what?"), [AGAIN]);
    assert_eq!(talk.slot("order_number"), json!(null));
    assert_eq!(talk.hears("4711", named(vec![order()])), ["product?"]);
    assert_eq!(talk.says("no, the number is long"), [AGAIN], "nor is a correction");
    assert_eq!(talk.slot("order_number"), json!("4711"));
    let other = vec![entity("order_number", "4712", "4712")];
    assert_eq!(
        talk.hears("no, the number is 4712", named(other)).last().map(String::as_str),
        Some("product?")
    );
    assert_eq!(talk.slot("order_number"), json!("4712"));
}

#[test]
fn the_documents_are_asked_before_an_answer_is_refused() {
    let mut bot = shop();
    bot.knowledge.fallback = true;
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert!(talk.says("what is it?").is_empty());
    assert_eq!(talk.finds(vec![]), [AGAIN]);
}

#[test]
fn a_role_is_not_needed_where_it_is_what_is_asked_for() {
    let mut bot = one_flow(vec![ask("to", text()), say("to {{ slots.to }}")]);
    slot(&mut bot, "to", SlotKind::Text, &["city:to"]);
    let city = |name: &str, role: Option<&str>| EntityMatch {
        role: role.map(str::to_owned),
        ..entity("city", name, name)
    };
    let check = |text: &str, found: Vec<EntityMatch>, expected: &str| {
        let mut talk = Talk::with(bot.clone());
        talk.says("go");
        assert_eq!(talk.hears(text, named(found)), [expected], "{text}");
    };
    check("Ulm", vec![city("Ulm", None)], "to Ulm");
    check("from Bonn to Ulm", vec![city("Bonn", Some("from")), city("Ulm", Some("to"))], "to Ulm");
    check("from Bonn", vec![city("Bonn", Some("from"))], AGAIN);
}

#[test]
fn words_are_an_answer_where_an_entity_may_go_unfound() {
    let mut bot =
        one_flow(vec![ask("name", text()), ask("site", text()), say("{{ slots.name }}, {{ slots.site }}")]);
    slot(&mut bot, "name", SlotKind::Text, &["person"]);
    slot(&mut bot, "site", SlotKind::Text, &["site"]);
    bot.entities.insert("site".to_owned(), Entity { description: None, lesson: EntityLesson::Learned });
    let mut talk = Talk::with(bot);
    talk.says("go");
    let person = entity("person", "Ada Lovelace", "Ada Lovelace");
    assert_eq!(talk.hears("my name is Ada Lovelace", named(vec![person])), ["site?"]);
    assert_eq!(talk.says("the old mill"), ["Ada Lovelace, the old mill"]);
}

#[test]
fn a_number_of_something_else_is_no_answer() {
    let two = || named(vec![entity("number", "two", 2), entity("people", "two people", 2)]);
    let three = || named(vec![entity("number", "three", 3)]);
    let asks_both = vec![
        ask("nights", number()),
        ask("people", number()),
        say("{{ slots.nights }} nights, {{ slots.people }} people"),
    ];
    let mut bot = one_flow(asks_both);
    slot(&mut bot, "people", SlotKind::Number, &["people"]);
    let mut talk = Talk::with(bot);
    talk.says("go");
    for _ in 0..5 {
        talk.state.slots.remove("people");
        assert_eq!(talk.hears("two people", two()), ["nights?"], "no try is counted");
    }
    assert_eq!(talk.slot("people"), json!(2));
    assert_eq!(talk.hears("two people", two()), ["Please answer with a number, such as 3."]);
    assert_eq!(talk.hears("three", three()), ["3 nights, 2 people"]);

    let mut bot = one_flow(vec![ask("places", number()), say("{{ slots.places }}")]);
    slot(&mut bot, "people", SlotKind::Number, &["people"]);
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.hears("two people", two()), ["2"], "nothing else is asked for");
}

#[test]
fn a_number_within_the_entity_of_its_slot_is_the_answer() {
    let nights = Expects::Number { min: None, max: Some(60.0), whole: true };
    let mut bot = one_flow(vec![ask("nights", nights), say("{{ slots.nights }}")]);
    slot(&mut bot, "nights", SlotKind::Number, &["nights"]);
    let check = |words: &str, found: Vec<EntityMatch>, expected: &str| {
        let mut talk = Talk::with(bot.clone());
        talk.says("go");
        let two = entity("number", "two", 2);
        assert_eq!(talk.hears(words, named([vec![two], found].concat())), [expected], "{words}");
    };
    let of = |text: &str, number: i64| {
        vec![entity("number", &number.to_string(), number), entity("nights", text, number.to_string())]
    };
    check("two people for 5 nights", of("5 nights", 5), "5");
    check("two people for 80 nights", of("80 nights", 80), "The number must be at most 60.");
    check("two", vec![], "2");
}

#[test]
fn a_part_of_a_telephone_number_is_no_reference() {
    let phone = || entity("phone", "0171 1234567", "01711234567");
    let mut bot = one_flow(vec![ask("number", digits()), say("{{ slots.number }}")]);
    let check = |bot: &crate::bot::Bot, text: &str, found: Vec<EntityMatch>, expected: &str| {
        let mut talk = Talk::with(bot.clone());
        talk.says("go");
        assert_eq!(talk.hears(text, named(found)), [expected], "{text}");
    };
    let day = || entity("date", "24.12.2026", "2026-12-24");
    check(&bot, "call me at 0171 1234567", vec![phone()], AGAIN);
    check(&bot, "call me at 0171 1234567, it is 4711", vec![phone()], "4711");
    check(&bot, "on 24.12.2026", vec![day()], "2026");

    slot(&mut bot, "number", SlotKind::Text, &["order_number"]);
    let lesson = EntityLesson::Pattern("[0-9]{4,8}".to_owned());
    bot.entities.insert("order_number".to_owned(), Entity { description: None, lesson });
    let part = || entity("order_number", "1234567", "1234567");
    check(&bot, "call me at 0171 1234567", vec![part(), phone()], AGAIN);
    check(&bot, "on 24.12.2026", vec![day()], AGAIN);
    check(&bot, "on 24.12.2026, order 4711", vec![day(), order()], "4711");
    let place = entity("address", "Almweg 5, 80331 Munich", "Almweg 5, 80331 Munich");
    check(&bot, "I live at Almweg 5, 80331 Munich", vec![place], AGAIN);

    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("go", named(vec![part(), phone()])), ["number?"]);
    assert_eq!(talk.slot("number"), json!(null));
    talk.says("4711");
    talk.hears("no, call me at 0171 1234567", named(vec![part(), phone()]));
    assert_eq!(talk.slot("number"), json!("4711"), "nor a correction");
}

#[test]
fn a_part_of_a_telephone_number_is_none_where_the_documents_are_asked_first() {
    let mut bot = one_flow(vec![ask("number", digits()), say("{{ slots.number }}")]);
    bot.knowledge.fallback = true;
    let mut talk = Talk::with(bot);
    talk.says("go");
    let phone = entity("phone", "0171 1234567", "01711234567");
    assert!(talk.hears("will you ring me at 0171 1234567?", named(vec![phone])).is_empty());
    assert_eq!(talk.finds(vec![]), [AGAIN]);
}

#[test]
fn a_button_is_an_answer_as_it_is() {
    let mut talk = Talk::with(shop());
    talk.says("go");
    assert_eq!(talk.presses("4711"), ["product?"]);
}
