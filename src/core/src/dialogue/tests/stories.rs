//! Conversations as they happen.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    bot::{Expects, NodeKind, SlotKind, Trigger},
    content::Content,
    dialogue::{testing::*, *},
    understanding::Understanding,
};

pub(super) const HANDOFF: &str =
    "I am passing you on to a person. Somebody will be with you as soon as possible.";

const NOT_UNDERSTOOD: &str = "Sorry, I did not understand that. Could you say it in other words?";
const NOT_UNDERSTOOD_IN_GERMAN: &str = "Das habe ich leider nicht verstanden. Können Sie es anders sagen?";

/// Greets, tracks orders by a remote call, knows documents, has a way to a person.
pub(super) fn shop() -> crate::bot::Bot {
    let mut bot = empty_bot();
    slot(&mut bot, "order_number", SlotKind::Text, &["order_number"]);
    slot(&mut bot, "city", SlotKind::Text, &["city"]);
    slot(&mut bot, "nights", SlotKind::Number, &["number"]);
    flow(
        &mut bot,
        "welcome",
        vec![Trigger::FirstContact, intent("greet")],
        vec![say("Hello {{ contact.name | default('you') }}!")],
    );
    let kinds = vec![
        ask("order_number", digits()),
        http("orders/{{ slots.order_number }}", &[("status", "answer.body.status")], None),
        say("Order {{ slots.order_number }} is {{ slots.status }}."),
    ];
    let button = Trigger::Button("track_order".to_owned());
    flow(&mut bot, "track_order", vec![intent("track_order"), button], kinds);
    let kinds = vec![
        ask("city", text()),
        ask("nights", Expects::Number { min: Some(1.0), max: Some(30.0), whole: true }),
        say("{{ slots.nights }} nights in {{ slots.city }}"),
    ];
    flow(&mut bot, "book", vec![intent("book"), Trigger::Event("book".to_owned())], kinds);
    flow(
        &mut bot,
        "human",
        vec![intent("human"), Trigger::Button("human".to_owned())],
        vec![handoff("asked for it"), say("I am back.")],
    );
    flow(
        &mut bot,
        "page",
        vec![Trigger::Event("page_opened".to_owned())],
        vec![say("Page {{ message.entities.number }}")],
    );
    bot
}

#[test]
fn an_order_is_tracked_and_a_person_takes_over() {
    let mut talk = Talk::with(shop());
    assert_eq!(talk.opens(), ["Hello you!"]);
    assert_eq!(talk.hears("where is my order", meant("track_order", vec![])), ["order_number?"]);
    assert!(talk.says("4711").is_empty());
    assert_eq!(talk.answers(200, json!({ "status": "shipped" })), ["Order 4711 is shipped."]);
    assert_eq!(talk.hears("a person please", meant("human", vec![])), ["A person comes."]);
    assert!(talk.acts(ADA, Act::TakeOver).is_empty());
    assert!(talk.says("hello?").is_empty());
    let reply = |text: &str| Act::Reply { content: Content::text(text) };
    assert_eq!(talk.acts(ADA, reply("Hello, this is Ada.")), ["Hello, this is Ada."]);
    assert!(talk.acts(BOB, reply("Me too!")).is_empty());
    assert_eq!(talk.happened(), ["refused"], "what came too late is not said, and not lost");
    assert!(talk.acts(BOB, Act::HandBack).is_empty());
    assert_eq!(talk.happened(), ["refused"]);
    assert!(talk.acts(BOB, Act::Note { text: "regular".to_owned() }).is_empty());
    assert_eq!(talk.acts(ADA, Act::HandBack), ["I am back."]);
    assert_eq!(talk.state.lease, 3);
    assert_eq!(talk.state.next_step(&talk.bot), Some(NextStep::Idle));
}

#[test]
fn a_flow_put_aside_that_begins_anew_is_done_once() {
    let mut bot = shop();
    let kinds = vec![ask("nights", number()), http("orders", &[], None), say("Ordered.")];
    flow(&mut bot, "order", vec![intent("order")], kinds);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("I want to order", meant("order", vec![])), ["nights?"]);
    assert_eq!(talk.hears("where is my order", meant("track_order", vec![])), ["order_number?"]);
    assert_eq!(talk.hears("I want to order", meant("order", vec![])), ["nights?"]);
    assert!(talk.says("3").is_empty());
    assert_eq!(talk.answers(200, json!({})), ["Ordered.", "order_number?"], "the other goes on");
    assert!(talk.says("4711").is_empty());
    assert_eq!(talk.answers(200, json!({ "status": "here" })), ["Order 4711 is here."]);
    assert_eq!(talk.state.next_step(&talk.bot), Some(NextStep::Idle));
    let calls = talk.journal.iter().filter(|entry| matches!(entry.what, Happening::Called { .. }));
    assert_eq!(calls.count(), 2);
}

#[test]
fn one_message_fills_the_whole_form() {
    let mut talk = Talk::with(shop());
    let found = || vec![entity("city", "Bonn", "Bonn"), entity("number", "three", 3)];
    assert_eq!(talk.hears("three nights in Bonn", meant("book", found())), ["3 nights in Bonn"]);
    assert_eq!(talk.hears("book again", meant("book", vec![])), ["city?"], "a new run asks anew");
    assert_eq!(talk.hears("Ulm", named(vec![entity("city", "Ulm", "Ulm")])), ["nights?"]);
    assert_eq!(talk.says("99"), ["The number must be at most 30."]);
    assert_eq!(talk.says("2"), ["2 nights in Ulm"]);
    let many = vec![entity("city", "Bonn", "Bonn"), entity("number", "99", 99)];
    assert_eq!(
        talk.hears("99 nights in Bonn", meant("book", many)),
        ["The number must be at most 30.", "nights?"]
    );
}

#[test]
fn an_answer_may_answer_the_next_question_too() {
    let mut talk = Talk::with(shop());
    talk.hears("book", meant("book", vec![]));
    talk.bot.flows.get_mut("book").expect("a flow").nodes[0].kind = ask("city", options(&["Bonn", "Ulm"]));
    let found = vec![entity("number", "3", 3)];
    assert_eq!(talk.hears("Bonn for 3 nights", named(found)), ["3 nights in Bonn"]);
}

#[test]
fn the_first_message_is_greeted_only_if_nothing_else_fits() {
    assert_eq!(Talk::with(shop()).says("Hi!"), ["Hello you!"]);
    assert_eq!(Talk::with(shop()).says("hmm"), ["Hello you!", NOT_UNDERSTOOD]);
    assert_eq!(Talk::with(shop()).hears("track", meant("track_order", vec![])), ["order_number?"]);
    let mut talk = Talk::with(shop());
    let attributes = BTreeMap::from([("name".to_owned(), json!("Ada"))]);
    let open = Body::Opened { language: Some("de-AT".to_owned()), attributes };
    assert_eq!(talk.event(open.clone()), ["Hello Ada!"]);
    assert_eq!(talk.state.language, "de");
    assert!(talk.event(open).is_empty());
    assert_eq!(talk.says("hmm"), [NOT_UNDERSTOOD_IN_GERMAN]);
}

#[test]
fn what_nobody_has_told_of_a_person_is_nothing() {
    let check = |text: &str, stranger: &str, ada: &str| {
        let mut bot = empty_bot();
        flow(&mut bot, "welcome", vec![Trigger::FirstContact], vec![say(text)]);
        for (attributes, expected) in
            [(BTreeMap::new(), stranger), ([("name".to_owned(), json!("Ada"))].into(), ada)]
        {
            let mut talk = Talk::with(bot.clone());
            assert_eq!(talk.event(Body::Opened { language: None, attributes }), [expected], "{text}");
            assert!(talk.faults().is_empty(), "{text}");
        }
    };
    check("Hello {{ contact.name }}!", "Hello !", "Hello Ada!");
    check("Hello{% if contact.name %} {{ contact.name }}{% endif %}!", "Hello!", "Hello Ada!");
    check("Hello {{ contact.name or 'friend' }}!", "Hello friend!", "Hello Ada!");
    check("Hello {{ contact.name | default('friend') }}!", "Hello friend!", "Hello Ada!");
    for (condition, expected) in [
        ("contact.email == 'ada@a.example'", "no"),
        ("has(contact.email)", "no"),
        ("contact.email == null", "yes"),
    ] {
        let value = cel(&format!("{condition} ? 'yes' : 'no'"));
        let mut talk = Talk::with(one_flow(vec![set("x", value), say("{{ slots.x }}")]));
        assert_eq!(talk.says("go"), [expected], "{condition}");
    }
}

#[test]
fn nobody_is_greeted_because_a_platform_says_who_it_is() {
    let introduced = || {
        let attributes = BTreeMap::from([("name".to_owned(), json!("Ada"))]);
        Body::Introduced { language: Some("de".to_owned()), attributes }
    };
    let mut talk = Talk::with(shop());
    assert!(talk.event(introduced()).is_empty());
    assert_eq!((talk.state.language.as_str(), &talk.state.contact["name"]), ("de", &json!("Ada")));
    assert_eq!(talk.hears("track", meant("track_order", vec![])), ["order_number?"]);
    let mut talk = Talk::with(shop());
    assert!(talk.event(introduced()).is_empty());
    let welcomed = ["Hello Ada!", NOT_UNDERSTOOD_IN_GERMAN];
    assert_eq!(talk.says("hmm"), welcomed, "what is said first is still the first");
}

#[test]
fn documents_answer_before_a_misunderstanding() {
    let mut bot = shop();
    bot.knowledge.fallback = true;
    let mut talk = Talk::with(bot);
    let answer = "We do.\n\nSource: Shipping › Abroad";
    assert!(talk.says("do you ship to France?").is_empty());
    assert_eq!(talk.finds(vec![passage("We do.", 0.9)]), [answer]);
    assert!(talk.says("hmm").is_empty());
    assert_eq!(talk.finds(vec![passage("We do.", 0.1)]).len(), 1);
    assert_eq!(talk.repairs(), [RepairKind::MisunderstoodOnce]);
    talk.hears("track", meant("track_order", vec![]));
    assert!(talk.says("do you ship to France?").is_empty());
    assert_eq!(talk.finds(vec![passage("We do.", 0.9)]), [answer, "order_number?"]);
    assert_eq!(talk.says("dunno"), ["If you cannot answer that, you can also write: cancel, person."]);
    assert!(talk.says("what is it?").is_empty());
    assert_eq!(talk.finds(vec![]), ["That does not have the form I expected. Please try again."]);
    assert!(talk.says("4711").is_empty());
    assert_eq!(talk.answers(200, json!({ "status": "lost" })), ["Order 4711 is lost."]);
}

#[test]
fn while_a_question_is_open_only_what_asks_something_goes_to_the_documents() {
    let mut bot = shop();
    bot.knowledge.fallback = true;
    let mut talk = Talk::with(bot);
    talk.hears("track", meant("track_order", vec![]));
    assert_eq!(talk.says("I lost it"), ["If you cannot answer that, you can also write: cancel, person."]);
    let asking = Understanding { question: true, ..Understanding::default() };
    assert!(talk.hears("how much is the shipping", asking).is_empty());
    let answer = "We do.\n\nSource: Shipping › Abroad";
    assert_eq!(talk.finds(vec![passage("We do.", 0.9)]), [answer, "order_number?"]);
}

#[test]
fn what_is_asked_besides_is_answered_too() {
    let mut bot = shop();
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    flow(&mut bot, "costs", vec![intent("costs")], vec![say("5 euros")]);
    let mut talk = Talk::with(bot);
    let wants = |first: &str, also: &[&str]| Understanding {
        also: also.iter().map(|intent| besides(intent, (0, 0))).collect(),
        ..meant(first, vec![])
    };
    assert_eq!(talk.hears("costs and hours", wants("costs", &["hours"])), ["5 euros", "9 to 5"]);
    let said = Talk::with(talk.bot.clone()).hears("costs and a room", wants("costs", &["book"]));
    assert_eq!(said, ["5 euros", "city?"], "one that asks begins behind it");
    let unclear = Understanding { confident: false, ..wants("book", &["hours", "costs"]) };
    assert_eq!(talk.hears("hours and costs", unclear), ["9 to 5", "5 euros"]);
    assert_eq!(
        talk.hears("track it and hours", wants("track_order", &["hours"])),
        ["9 to 5", "order_number?"],
        "the question comes last"
    );
    assert_eq!(
        talk.hears("costs and hours", wants("costs", &["hours"])),
        ["5 euros", "9 to 5", "order_number?"],
        "what was open is asked again once"
    );
    assert!(talk.says("4711").is_empty());
}

#[test]
fn a_clause_that_answers_the_flow_is_no_second_wish() {
    let mut bot = shop();
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    let kinds = vec![ask("reason", options(&["small", "late"])), say("back it goes")];
    flow(&mut bot, "return", vec![intent("return")], kinds);
    let check = |begins: &str, clause: &str, expected: &[&str]| {
        let text = format!("{begins} {clause}");
        let place = (text.len() - clause.len(), text.len());
        let meaning = Understanding { also: vec![besides("hours", place)], ..meant("return", vec![]) };
        assert_eq!(Talk::with(bot.clone()).hears(&text, meaning), expected, "{text}");
    };
    check("send it back,", "it is too small", &["back it goes"]);
    check("send it back,", "is the small shop open?", &["9 to 5", "back it goes"]);
    check("send it back,", "tell me when the small shop opens", &["9 to 5", "back it goes"]);
    check("send it back, it is small,", "tell me the hours", &["9 to 5", "back it goes"]);
}

#[test]
fn an_unmatched_first_message_asks_the_documents_and_then_greets() {
    let mut bot = shop();
    bot.knowledge.fallback = true;
    let mut talk = Talk::with(bot);
    assert!(talk.says("hmm").is_empty());
    assert_eq!(talk.finds(vec![]), ["Hello you!", NOT_UNDERSTOOD]);
}

#[test]
fn buttons_start_flows_and_stand_for_words() {
    let mut talk = Talk::with(shop());
    assert_eq!(talk.presses("track_order"), ["order_number?"]);
    assert_eq!(talk.presses("human"), ["A person comes."]);
    assert_eq!(talk.acts(ADA, Act::HandBack), ["I am back.", "order_number?"]);
    assert!(talk.presses("4711").is_empty());
    assert_eq!(talk.answers(200, json!({ "status": "sent" })), ["Order 4711 is sent."]);
    assert_eq!(talk.presses("book"), ["city?"], "the name of an intent");
}

/// The page interrupts a call with a flow of its own.
fn interrupted() -> Talk {
    let mut talk = Talk::with(shop());
    talk.hears("4711", meant("track_order", vec![entity("order_number", "4711", "4711")]));
    assert_eq!(talk.event(Body::Custom { name: "book".to_owned(), data: json!(null) }), ["city?"]);
    talk
}

#[test]
fn a_call_that_is_answered_during_a_digression_goes_on_afterwards() {
    let mut talk = interrupted();
    assert!(talk.answers(200, json!({ "status": "sent" })).is_empty());
    assert_eq!(talk.hears("Bonn", named(vec![entity("city", "Bonn", "Bonn")])), ["nights?"]);
    assert_eq!(talk.says("2"), ["2 nights in Bonn", "Order 4711 is sent."]);
}

#[test]
fn a_call_that_fails_during_a_digression_gets_a_person_afterwards() {
    let mut talk = interrupted();
    assert!(talk.answers(500, json!({})).is_empty());
    assert_eq!(talk.hears("Bonn", named(vec![entity("city", "Bonn", "Bonn")])), ["nights?"]);
    let sorry = "Sorry, something went wrong on our side.";
    assert_eq!(talk.says("2"), ["2 nights in Bonn", sorry, HANDOFF]);
}

#[test]
fn numbers_press_unless_a_number_is_asked() {
    let mut bot = one_flow(vec![ask("count", number()), say("{{ slots.count }}")]);
    let offering = Content::Text {
        text: "count?".to_owned(),
        quick_replies: vec![crate::content::Button {
            title: "Nine".to_owned(),
            action: crate::content::Action::Value("9".to_owned()),
        }],
    };
    if let NodeKind::Ask(ask) = &mut bot.flows.get_mut("main").expect("a flow").nodes[0].kind {
        let variant = crate::bot::Variant::from(vec![offering]);
        let mut asked = response(&[]);
        asked.texts.insert("en".to_owned(), vec![variant]);
        ask.question = crate::bot::Saying::Inline(Box::new(asked));
    }
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.says("1"), ["1"]);
    talk.says("go");
    assert_eq!(talk.says("nine!"), ["9"]);
}

#[test]
fn a_number_is_that_of_the_message_that_came_last() {
    let offering = |replies: &[&str]| {
        let replies = replies.iter().map(|title| crate::content::Button {
            title: (*title).to_owned(),
            action: crate::content::Action::Value((*title).to_owned()),
        });
        let content = Content::Text { text: "choose".to_owned(), quick_replies: replies.collect() };
        let mut what = response(&[]);
        what.texts.insert("en".to_owned(), vec![crate::bot::Variant::from(vec![content])]);
        NodeKind::Say(crate::bot::Say { what: crate::bot::Saying::Inline(Box::new(what)) })
    };
    let check = |number: &str, expected: &str| {
        let mut bot = one_flow(vec![offering(&["a", "b", "c"]), offering(&["d", "e"])]);
        for name in ["a", "b", "c", "d", "e"] {
            flow(&mut bot, name, vec![Trigger::Button(name.to_owned())], vec![say(name)]);
        }
        let mut talk = Talk::with(bot);
        talk.says("go");
        assert_eq!(talk.says(number), [expected], "{number}");
    };
    check("1", "d");
    check("2", "e");
    check("3", "c");
    check("0", "Sorry, I did not understand that. Could you say it in other words?");
    check("4", "Sorry, I did not understand that. Could you say it in other words?");
}

#[test]
fn events_of_the_page_start_flows() {
    let mut talk = Talk::with(shop());
    let event = || Body::Custom { name: "page_opened".to_owned(), data: json!({ "number": 7 }) };
    assert_eq!(talk.event(event()), ["Page 7"]);
    talk.hears("track", meant("track_order", vec![]));
    assert_eq!(talk.event(event()), ["Page 7", "order_number?"]);
    assert!(talk.event(Body::Custom { name: "unknown".to_owned(), data: json!(null) }).is_empty());
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.event(event()).is_empty());
}

#[test]
fn a_closed_conversation_is_opened_by_a_message() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.acts(ADA, Act::TakeOver);
    talk.acts(ADA, Act::Close);
    assert_eq!(talk.state.next_step(&talk.bot), Some(NextStep::Closed));
    assert!(talk.state.timers.is_empty());
    assert!(talk.acts(ADA, Act::HandBack).is_empty());
    assert!(talk.event(Body::Custom { name: "page_opened".to_owned(), data: json!({}) }).is_empty());
    assert_eq!(talk.hears("track", meant("track_order", vec![])), ["order_number?"]);
    assert_eq!(talk.happened()[..3], ["reopened", "owner_changed", "received"]);
    assert_eq!(talk.state.owner, Owner::Bot);
}

#[test]
fn forgetting_leaves_numbers_only() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.says("4711");
    let (sequence, counter) = (talk.state.sequence, talk.state.counter);
    assert!(talk.event(Body::Forget).is_empty());
    assert!(talk.effects.contains(&Effect::Erase));
    assert_eq!(talk.happened(), ["erased"]);
    let state = serde_json::to_string(&talk.state).expect("a state is JSON");
    assert!(!state.contains("4711"), "{state}");
    assert_eq!((talk.state.sequence, talk.state.counter), (sequence + 1, counter));
    assert!(talk.answers(200, json!({ "status": "x" })).is_empty());
    talk.acts(ADA, Act::TakeOver);
    talk.event(Body::Forget);
    assert!(talk.says("hello").is_empty(), "Ada still talks");
}

#[test]
fn who_of_several_speaks_is_written_beside_what_they_say_and_no_further() {
    let mut talk = Talk::with(shop());
    talk.author = Some("Ann Lee".to_owned());
    talk.says("hello");
    talk.event(Body::Edited { id: "event-1".to_owned(), content: Content::text("hello there") });
    let wrote = |entry: &&Entry| entry.what.is_of_the_visitor();
    let (theirs, others): (Vec<&Entry>, Vec<&Entry>) = talk.journal.iter().partition(wrote);
    assert_eq!(theirs.len(), 2);
    assert!(theirs.iter().all(|entry| entry.author.as_deref() == Some("Ann Lee")), "{theirs:?}");
    assert!(others.iter().all(|entry| entry.author.is_none()), "{others:?}");
}

#[test]
fn only_what_the_person_says_opens_the_time_for_an_answer() {
    let mut talk = Talk::with(shop());
    let time = |text: &str| Some(text.parse().expect("a time"));
    talk.event(Body::Opened { language: None, attributes: BTreeMap::new() });
    assert_eq!(talk.state.said_at, None);
    let (early, late) = (time("2026-11-22T09:00:00Z"), time("2026-11-22T10:00:00Z"));
    for (said_at, expected) in [(late, late), (early, late), (None, late)] {
        talk.said_at = said_at;
        talk.says("hello");
        assert_eq!(talk.state.said_at, expected, "by the platform's clock, and never backwards");
    }
    talk.event(Body::Custom { name: "reaction".to_owned(), data: json!({}) });
    talk.event(Body::Forget);
    assert_eq!(talk.state.said_at, late, "being forgotten says nothing");
}

#[test]
fn a_running_flow_keeps_its_version() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.version = 2;
    assert!(talk.says("4711").is_empty());
    assert_eq!(talk.state.version, 1);
    talk.answers(200, json!({ "status": "x" }));
    talk.opens();
    assert_eq!(talk.state.version, 2);
}

#[test]
fn a_flow_that_is_gone_starts_clean() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.version = 2;
    talk.bot.flows.remove("track_order");
    assert_eq!(talk.says("4711"), ["Sorry, I did not understand that. Could you say it in other words?"]);
    assert_eq!(talk.faults().len(), 1);
    assert_eq!(talk.state.version, 2);
}

#[test]
fn every_word_of_the_bot_says_why() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.says("repeat");
    let whys = talk.journal.iter().filter_map(|entry| match &entry.what {
        Happening::Said { why, .. } => why.clone(),
        _ => None,
    });
    let whys = whys.map(|why| (why.flow, why.node, why.repair)).collect::<Vec<_>>();
    let here = || (Some("track_order".to_owned()), Some("steps[0]".to_owned()));
    assert_eq!(whys, [(here().0, here().1, None), (here().0, here().1, Some(RepairKind::Repeat))]);
}

#[test]
fn a_session_timer_runs_while_the_bot_waits_for_the_visitor() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    let first = talk.state.timers.clone();
    talk.acts(ADA, Act::Note { text: "x".to_owned() });
    assert_eq!(talk.state.timers, first);
    talk.says("hm");
    assert_eq!(talk.state.timers, first, "it is set again when it comes too early");
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.state.timers.is_empty());
    talk.acts(ADA, Act::HandBack);
    assert_eq!(talk.state.timers.len(), 1);
}
