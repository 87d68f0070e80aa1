//! Questions that are asked at once.

use serde_json::{Value, json};

use super::stories::HANDOFF;
use crate::{
    bot::{Ask, Bot, Expects, NodeKind, SlotKind},
    content::{Action, Content, FieldKind, Form},
    dialogue::{Expecting, Happening, testing::*},
};

const LARGE: &str = "The number must be at most 12.";
const NO_EMAIL: &str = "That does not look like an e-mail address. It should look like name@example.com.";

/// A table for some guests in a room, with somebody to write to; the first of these begins the form.
fn cafe() -> Bot {
    let guests = Expects::Number { min: Some(1.0), max: Some(12.0), whole: true };
    let begins = |ask: NodeKind| match ask {
        NodeKind::Ask(ask) => NodeKind::Ask(Box::new(Ask { form: Some(saying("Your table")), ..*ask })),
        other => other,
    };
    let mut bot = one_flow(vec![
        begins(ask("guests", guests)),
        ask("room", options(&["inside", "outside"])),
        ask("email", Expects::Email),
        ask("sure", Expects::YesNo),
        say("{{ slots.guests }} {{ slots.room }} {{ slots.email }} {{ slots.sure }}"),
        ask("note", text()),
    ]);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    bot
}

fn on(channel: &'static str) -> Talk {
    Talk::on(channel, cafe())
}

/// The form that was offered last.
fn offered(talk: &Talk) -> Option<Form> {
    talk.state.last_said.iter().flat_map(Content::buttons).find_map(|button| match &button.action {
        Action::Form(form) => Some((**form).clone()),
        _ => None,
    })
}

fn names(form: &Form) -> Vec<&str> {
    form.fields.iter().map(|field| field.name.as_str()).collect()
}

/// A conversation in which the form is offered, and its id.
fn asked() -> (Talk, String) {
    let mut talk = on("discord");
    assert_eq!(talk.says("go"), ["guests?"]);
    let id = offered(&talk).expect("a form").id;
    (talk, id)
}

#[test]
fn questions_in_a_row_are_offered_as_a_form_where_the_channel_has_forms() {
    for channel in ["web", "http", "telegram", "whatsapp", "pigeon"] {
        let mut talk = on(channel);
        assert_eq!(talk.says("go"), ["guests?"]);
        assert_eq!(offered(&talk), None, "{channel}");
    }
    for channel in ["discord", "slack"] {
        let mut talk = on(channel);
        talk.says("go");
        let form = offered(&talk).expect("a form");
        assert_eq!(
            (form.title.as_str(), names(&form)),
            ("Your table", vec!["guests", "room", "email", "sure"])
        );
        assert!(form.is_sound());
        assert_eq!(form.fields[0].label, "guests?");
        let kinds = form.fields.iter().map(|field| &field.kind).collect::<Vec<_>>();
        assert_eq!((kinds[0], kinds[2]), (&FieldKind::Number, &FieldKind::Email));
        let values = |kind: &FieldKind| match kind {
            FieldKind::Choice(options) => {
                options.iter().map(|it| format!("{}={}", it.title, it.value)).collect()
            }
            _ => Vec::new(),
        };
        assert_eq!(values(kinds[1]), ["The inside=inside", "The outside=outside"]);
        assert_eq!(values(kinds[3]), ["Yes=yes", "No=no"]);
    }
}

#[test]
fn a_form_fills_all_its_slots_at_once() {
    let (mut talk, id) = asked();
    let fields = [("guests", "4"), ("room", "outside"), ("email", "ada@example.com"), ("sure", "yes")];
    assert_eq!(talk.submits(&id, &fields), ["4 outside ada@example.com true", "note?"]);
    let heard = talk.journal.iter().find_map(|entry| match &entry.what {
        Happening::Received { content, .. } if content.plain().contains('4') => Some(content.plain()),
        _ => None,
    });
    let expected = "guests? 4\nroom? The outside\nemail? ada@example.com\nsure? yes";
    assert_eq!(heard.as_deref(), Some(expected), "an agent reads what was filled in");
    assert_eq!(offered(&talk), None);
}

#[test]
fn what_is_wrong_in_a_form_is_asked_again_by_itself() {
    let (mut talk, id) = asked();
    let fields = [("guests", "40"), ("room", "outside"), ("email", "ada"), ("sure", "yes")];
    assert_eq!(talk.submits(&id, &fields), [LARGE, "guests?"]);
    assert_eq!(names(&offered(&talk).expect("two are open")), ["guests", "email"]);
    assert_eq!(talk.says("4"), ["email?"]);
    assert_eq!(talk.says("ada@example.com"), ["4 outside ada@example.com true", "note?"]);
    let (mut talk, id) = asked();
    assert_eq!(talk.submits(&id, &[("guests", "4"), ("email", "ada"), ("sure", " ")]), ["room?"]);
    assert_eq!(talk.says("inside"), ["email?"]);
    assert_eq!(talk.submits(&id, &[("email", "at ada's")]), [NO_EMAIL, "email?"]);
    assert_eq!(talk.submits(&id, &[("email", "ada")]), [NO_EMAIL, "email?"]);
    let gone = talk.submits(&id, &[("email", "ada")]);
    assert_eq!(gone, [HANDOFF], "tries are counted as those of words: {gone:?}");
}

#[test]
fn a_form_says_of_a_day_that_there_is_none() {
    let mut bot = cafe();
    if let NodeKind::Ask(ask) = &mut bot.flows.get_mut("main").expect("a flow").nodes[2].kind {
        ask.expects = Expects::Date { min: None, max: None };
    }
    let mut talk = Talk::on("discord", bot);
    talk.says("go");
    let id = offered(&talk).expect("a form").id;
    let fields = [("guests", "4"), ("room", "outside"), ("email", "30.02.2027"), ("sure", "yes")];
    assert_eq!(talk.submits(&id, &fields), ["There is no such day in the calendar.", "email?"]);
}

#[test]
fn the_authors_own_words_say_what_is_wrong_in_a_form() {
    let (mut talk, id) = asked();
    if let NodeKind::Ask(email) = &mut talk.bot.flows.get_mut("main").expect("a flow").nodes[2].kind {
        email.invalid =
            vec![crate::bot::Complaint { kind: None, attempt: 1, saying: saying("No mail address.") }];
    }
    let fields = [("guests", "4"), ("room", "outside"), ("email", "ada"), ("sure", "no")];
    assert_eq!(talk.submits(&id, &fields), ["No mail address.", "email?"]);
    assert_eq!(talk.says("ada@example.com"), ["4 outside ada@example.com false", "note?"]);
}

#[test]
fn words_answer_as_they_always_did_and_the_form_stays_good() {
    let (mut talk, id) = asked();
    assert_eq!(talk.says("4"), ["room?"]);
    assert_eq!(offered(&talk), None, "it is offered once");
    assert_eq!(
        talk.submits(&id, &[("guests", "5"), ("room", "inside"), ("email", "a@b.example")]),
        ["sure?"]
    );
    assert_eq!(talk.slot("guests"), json!(5), "what was said last counts");
    assert_eq!(talk.says("yes"), ["5 inside a@b.example true", "note?"]);
    assert_eq!(talk.submits(&id, &[("guests", "6")]), ["note?"], "the form is over");
    assert_eq!(talk.slot("guests"), json!(5));
    talk.says("none");
    assert_eq!(talk.submits(&id, &[("guests", "6")]).len(), 1);
    assert_eq!(talk.state.expecting, Expecting::Anything);
}

#[test]
fn a_digression_ends_where_the_form_is_filled_in() {
    let mut bot = cafe();
    flow(&mut bot, "call", vec![intent("call")], vec![ask("phone", Expects::Phone), say("we call")]);
    let mut talk = Talk::on("slack", bot);
    talk.says("go");
    let id = offered(&talk).expect("a form").id;
    assert_eq!(talk.hears("when do you open", meant("hours", vec![])), ["9 to 5", "guests?"]);
    assert_eq!(offered(&talk).expect("it is offered again").id, id);
    assert_eq!(talk.hears("call me", meant("call", vec![])), ["phone?"]);
    let fields = [("guests", "4"), ("room", "outside"), ("email", "ada@example.com"), ("sure", "yes")];
    assert_eq!(talk.submits(&id, &fields), ["4 outside ada@example.com true", "note?"]);
    assert!(talk.state.interrupted.is_empty());
}

#[test]
fn a_time_of_day_is_asked_for_in_and_beside_a_form() {
    let mut bot = cafe();
    let opens = Expects::Time { min: Some("11:00".to_owned()), max: Some("21:30".to_owned()) };
    let kinds = vec![ask("guests", number()), ask("at", opens), say("{{ slots.guests }} at {{ slots.at }}")];
    flow(&mut bot, "table", vec![intent("table")], kinds);
    let at_seven =
        || vec![entity("number", "4", 4), entity("number", "7", 7), entity("time", "7 pm", "19:00")];
    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("a table for 4 at 7 pm", meant("table", at_seven())), ["4 at 19:00"]);
    talk.hears("a table", meant("table", vec![]));
    assert_eq!(talk.says("2"), ["at?"]);
    assert_eq!(talk.says("soon"), ["Please answer with a time of day, such as 7:30 pm."]);
    assert_eq!(talk.says("9:30"), ["The time must not be before 11:00 am."]);
    assert_eq!(talk.says("19:30"), ["2 at 19:30"]);
    let nine = vec![entity("number", "9", 9), entity("time", "9pm", "21:00")];
    assert_eq!(talk.hears("change it to 9pm", named(nine)).last().map(String::as_str), Some("2 at 21:00"));
}

#[test]
fn a_form_takes_a_time_of_day() {
    let opens = Expects::Time { min: Some("11:00".to_owned()), max: None };
    let NodeKind::Ask(guests) = ask("guests", number()) else { unreachable!("an ask") };
    let guests = NodeKind::Ask(Box::new(Ask { form: Some(saying("Your table")), ..*guests }));
    let bot = one_flow(vec![guests, ask("at", opens), say("{{ slots.guests }} at {{ slots.at }}")]);
    let submitted = |at: &str| {
        let mut talk = Talk::on("discord", bot.clone());
        assert_eq!(talk.says("go"), ["guests?"]);
        let form = offered(&talk).expect("a form");
        assert_eq!(names(&form), ["guests", "at"]);
        talk.submits(&form.id, &[("guests", "4"), ("at", at)])
    };
    assert_eq!(submitted("7:30 pm"), ["4 at 19:30"]);
    assert_eq!(submitted("10:59"), ["The time must not be before 11:00 am.", "at?"]);
    assert_eq!(submitted("soon"), ["Please answer with a time of day, such as 7:30 pm.", "at?"]);
}

#[test]
fn a_form_asks_only_what_is_not_known() {
    let mut bot = cafe();
    slot(&mut bot, "guests", SlotKind::Number, &["number"]);
    slot(&mut bot, "email", SlotKind::Email, &["email"]);
    let mut talk = Talk::on("discord", bot.clone());
    assert_eq!(talk.hears("go", named(vec![entity("number", "4", 4)])), ["room?"]);
    assert_eq!(names(&offered(&talk).expect("a form")), ["room", "email", "sure"]);
    let mut talk = Talk::on("discord", bot);
    let known = vec![entity("number", "4", 4), entity("email", "ada@example.com", "ada@example.com")];
    talk.hears("go", named(known));
    assert_eq!(names(&offered(&talk).expect("a form")), ["room", "sure"]);
    talk.says("inside");
    assert_eq!(offered(&talk), None, "one question is no form");
}

#[test]
fn a_form_has_at_most_the_fields_that_the_channel_shows() {
    let mut many = (0..8).map(|number| ask(&format!("s{number}"), text())).collect::<Vec<_>>();
    if let NodeKind::Ask(first) = &mut many[0] {
        first.form = Some(saying("All"));
    }
    many.push(say("done"));
    let mut talk = Talk::on("discord", one_flow(many));
    talk.says("go");
    let form = offered(&talk).expect("a form");
    assert_eq!(names(&form), ["s0", "s1", "s2", "s3", "s4"]);
    let fields = names(&form).into_iter().map(|name| (name, "x")).collect::<Vec<_>>();
    assert_eq!(talk.submits(&form.id, &fields), ["s5?"]);
}

#[test]
fn a_choice_is_offered_beside_the_form() {
    let NodeKind::Ask(first) = ask("room", options(&["inside", "outside"])) else { unreachable!("an ask") };
    let first = NodeKind::Ask(Box::new(Ask { form: Some(saying("All")), ..*first }));
    let mut talk = Talk::on("slack", one_flow(vec![first, ask("note", text()), say("ok")]));
    talk.says("go");
    let titles = talk.state.last_said[0].buttons().iter().map(|it| it.title.clone()).collect::<Vec<_>>();
    assert_eq!(titles, ["The inside", "The outside", "All"]);
    assert_eq!(talk.presses("inside"), ["note?"]);
}

#[test]
fn what_fills_a_sensitive_slot_from_a_form_is_kept_out_of_the_journal() {
    let mut bot = cafe();
    slot(&mut bot, "email", SlotKind::Email, &[]);
    bot.slots.get_mut("email").expect("just made").sensitive = true;
    let mut talk = Talk::on("discord", bot);
    talk.says("go");
    let id = offered(&talk).expect("a form").id;
    talk.submits(&id, &[("guests", "4"), ("email", "ada@example.com")]);
    assert_eq!(talk.slot("email"), json!("ada@example.com"));
    let journal = serde_json::to_string(&talk.journal).expect("a journal is JSON");
    assert!(!journal.contains("ada@example.com"), "{journal}");
}

#[test]
fn a_form_that_is_filled_in_during_a_call_waits_for_its_turn() {
    let mut bot = cafe();
    flow(
        &mut bot,
        "stock",
        vec![intent("stock")],
        vec![http("stock", &[("s", "answer.status")], None), say("in")],
    );
    let mut talk = Talk::on("discord", bot);
    talk.says("go");
    let id = offered(&talk).expect("a form").id;
    assert!(talk.hears("what is there", meant("stock", vec![])).is_empty());
    assert_eq!(talk.submits(&id, &[("guests", "4")]).len(), 1, "one moment, please");
    assert_eq!(talk.answers(200, Value::Null), ["in", "guests?", "room?"]);
    assert_eq!(talk.slot("guests"), json!(4));
}

#[test]
fn a_person_reads_what_was_filled_in() {
    let (mut talk, id) = asked();
    talk.acts(ADA, crate::dialogue::Act::TakeOver);
    assert!(talk.submits(&id, &[("guests", "4")]).is_empty());
    assert_eq!(talk.slot("guests"), Value::Null);
    let last = talk.journal.last().map(|entry| &entry.what);
    assert!(matches!(last, Some(Happening::Received { content, .. }) if content.plain() == "guests? 4"));
}
