//! What another flow does meanwhile, and what is left of it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    bot::{Bot, Expects, NodeKind, SlotKind, Trigger, Wait},
    dialogue::{Act, Body, TimerKind, testing::*},
    understanding::{EntityMatch, Understanding},
};

const CORRECTED: &str = "All right, I have changed that.";

/// Takes a return, says where an order is, and notes an address.
fn shop() -> Bot {
    let mut bot = empty_bot();
    slot(&mut bot, "number", SlotKind::Text, &["number_of_order"]);
    let kinds = vec![
        ask("number", digits()),
        ask("reason", options(&["small", "late"])),
        ask("mail", Expects::Email),
        say("{{ slots.number }} goes back, {{ slots.reason }}, {{ slots.mail }}"),
    ];
    flow(&mut bot, "return", vec![intent("return")], kinds);
    let kinds = vec![
        ask("number", digits()),
        say("{{ slots.number }} comes"),
        choose(&[(Some("conversation.interrupted"), None)]),
        say("what else?"),
    ];
    flow(&mut bot, "track", vec![intent("track")], kinds);
    flow(&mut bot, "mail", vec![intent("mail")], vec![ask("mail", Expects::Email), say("noted")]);
    let kinds = vec![say("9 to 5"), choose(&[(Some("conversation.interrupted"), None)]), say("what else?")];
    flow(&mut bot, "hours", vec![intent("hours")], kinds);
    bot
}

/// Asks whether another flow is wanted.
fn offer(bot: &mut Bot, name: &str, wanted: NodeKind) {
    let kinds = vec![
        ask("wanted", Expects::YesNo),
        choose(&[(Some("slots.wanted"), Some(2)), (None, Some(3))]),
        wanted,
        say("bye"),
    ];
    flow(bot, name, vec![intent(name)], kinds);
}

fn number(number: &str) -> Vec<EntityMatch> {
    vec![entity("number_of_order", number, number)]
}

/// A conversation in which 4713 is to be sent back.
fn returning() -> Talk {
    let mut talk = Talk::with(shop());
    assert_eq!(talk.hears("return 4713", meant("return", number("4713"))), ["reason?"]);
    talk
}

#[test]
fn what_a_digression_fills_is_its_own() {
    let mut talk = returning();
    let said = talk.hears("where is 4711?", meant("track", number("4711")));
    assert_eq!(said, ["4711 comes", "reason?"]);
    assert_eq!(talk.slot("number"), json!("4713"));
    assert_eq!(talk.says("small"), ["mail?"]);
    assert_eq!(talk.says("ada@example.com"), ["4713 goes back, small, ada@example.com"]);
}

#[test]
fn what_a_digression_asks_for_is_its_own() {
    let mut talk = returning();
    assert_eq!(talk.hears("where is my order?", meant("track", vec![])), ["number?"]);
    assert_eq!(talk.says("4711"), ["4711 comes", "reason?"]);
    assert_eq!(talk.slot("number"), json!("4713"));
    talk.hears("where is my order?", meant("track", vec![]));
    assert_eq!(talk.says("never mind").last().map(String::as_str), Some("reason?"));
    assert_eq!(talk.slot("number"), json!("4713"), "also of one that is cancelled");
    talk.hears("where is my order?", meant("track", vec![]));
    assert_eq!(talk.says("late"), ["mail?"], "and of one that an answer ends");
    assert_eq!(talk.slot("number"), json!("4713"));
}

#[test]
fn what_a_flow_put_aside_knows_is_kept_as_secret() {
    let mut bot = empty_bot();
    slot(&mut bot, "mail", SlotKind::Email, &[]);
    bot.slots.get_mut("mail").expect("just made").sensitive = true;
    let kinds = vec![ask("mail", Expects::Email), ask("reason", options(&["small", "late"]))];
    flow(&mut bot, "return", vec![intent("return")], kinds);
    let kinds = vec![ask("mail", Expects::Email), ask("note", text()), say("noted")];
    flow(&mut bot, "mail", vec![intent("mail")], kinds);
    let mut talk = Talk::with(bot);
    talk.hears("a return", meant("return", vec![]));
    assert_eq!(talk.says("ada@example.com"), ["reason?"]);
    assert_eq!(talk.hears("another address", meant("mail", vec![])), ["mail?"]);
    assert_eq!(talk.says("bob@example.com"), ["note?"]);
    assert_eq!(talk.says("before it was ada@example.com"), ["noted", "reason?"]);
    let journal = serde_json::to_string(&talk.journal).expect("entries are JSON");
    assert!(journal.contains("before it was ***") && !journal.contains("ada@example.com"), "{journal}");
}

#[test]
fn what_is_named_in_passing_changes_nothing_of_a_flow_that_waits() {
    let mut bot = empty_bot();
    slot(&mut bot, "city", SlotKind::Text, &["city"]);
    let kinds = vec![ask("city", text()), wait(10), say("a room in {{ slots.city }}")];
    flow(&mut bot, "book", vec![intent("book")], kinds);
    let mut talk = Talk::with(bot);
    let city = |name: &str| vec![entity("city", name, name)];
    assert!(talk.hears("a room in Bonn", meant("book", city("Bonn"))).is_empty());
    talk.hears("Ulm is nice", named(city("Ulm")));
    assert_eq!(talk.slot("city"), json!("Bonn"));
    assert_eq!(talk.hears("no, Ulm", named(city("Ulm"))), [CORRECTED]);
    talk.hears("Bonn is nice", named(city("Bonn")));
    assert_eq!(talk.timer(TimerKind::Wait), ["a room in Ulm"]);
    talk.hears("Bonn is nice", named(city("Bonn")));
    assert_eq!(talk.slot("city"), json!("Bonn"), "nothing runs");
}

#[test]
fn a_correction_stays() {
    let mut talk = returning();
    talk.hears("where is 4711?", meant("track", number("4711")));
    let said = talk.hears("no, the number is 4712", named(number("4712")));
    assert_eq!(said, [CORRECTED, "reason?"], "of the flow that goes on");
    assert_eq!(talk.slot("number"), json!("4712"));
    assert_eq!(talk.hears("my address", meant("mail", vec![])), ["mail?"]);
    let said = talk.hears("no, the number is 4714", named(number("4714")));
    assert_eq!(said, [CORRECTED, "mail?"]);
    assert_eq!(talk.says("ada@example.com"), ["noted", "reason?"]);
    assert_eq!(talk.slot("number"), json!("4714"));
    let said = talk.says("small");
    assert_eq!(said, ["4714 goes back, small, ada@example.com"], "what it did not know is known now");
}

#[test]
fn what_else_is_not_asked_where_something_follows() {
    let track = || meant("track", number("4711"));
    let mut talk = Talk::with(shop());
    assert_eq!(talk.hears("where is 4711?", track()), ["4711 comes", "what else?"]);
    assert_eq!(returning().hears("where is 4711?", track()), ["4711 comes", "reason?"]);
    let both = Understanding { also: vec![besides("hours", (0, 0))], ..track() };
    assert_eq!(talk.hears("hours, and where is 4711?", both), ["9 to 5", "4711 comes", "what else?"]);

    let mut bot = shop();
    let kinds = vec![wait(10), say("still there?")];
    flow(&mut bot, "cart", vec![Trigger::Keyword("cart".to_owned())], kinds);
    let mut talk = Talk::with(bot);
    talk.says("cart");
    let said = talk.hears("where is 4711?", track());
    assert_eq!(said, ["4711 comes", "what else?"], "what waits for its time asks nothing now");
}

#[test]
fn a_digression_that_goes_to_what_it_interrupted_begins_it_anew_and_once() {
    let mut bot = shop();
    flow(&mut bot, "terms", vec![intent("terms")], vec![say("30 days"), jump_flow("return")]);
    let mut talk = Talk::with(bot);
    talk.hears("return 4713", meant("return", number("4713")));
    assert_eq!(talk.hears("what are the terms?", meant("terms", vec![])), ["30 days", "number?"]);
    assert!(talk.state.interrupted.is_empty());
    for words in ["4711", "small"] {
        talk.says(words);
    }
    assert_eq!(talk.says("ada@example.com"), ["4711 goes back, small, ada@example.com"]);
    assert!(talk.state.stack.is_empty(), "nothing is come back to");
}

/// Sends something to an address, which a flow of its own takes.
fn sending() -> Bot {
    let mut bot = empty_bot();
    let kinds = vec![ask("mail", Expects::Email), ask("zip", digits()), say("noted")];
    flow(&mut bot, "address", vec![Trigger::Button("address".to_owned())], kinds);
    let kinds = vec![call("address"), say("{{ slots.mail }}, {{ slots.zip }}")];
    flow(&mut bot, "send", vec![intent("send")], kinds);
    flow(&mut bot, "terms", vec![intent("terms")], vec![say("30 days"), jump_flow("address")]);
    bot
}

#[test]
fn a_caller_outlives_what_it_called_and_begins_anew() {
    let mut talk = Talk::with(sending());
    assert_eq!(talk.hears("send it", meant("send", vec![])), ["mail?"]);
    assert_eq!(talk.hears("what are the terms?", meant("terms", vec![])), ["30 days", "mail?"]);
    assert_eq!(talk.says("bob@example.com"), ["zip?"]);
    assert_eq!(talk.says("8033"), ["noted", "mail?"], "what was put aside is come back to");
    assert_eq!(talk.says("ada@example.com"), ["noted", "ada@example.com, 8033"]);

    talk.state.slots.clear();
    talk.hears("send it", meant("send", vec![]));
    assert_eq!(talk.says("ada@example.com"), ["zip?"]);
    assert_eq!(talk.presses("address"), ["mail?"]);
    assert_eq!(talk.says("bob@example.com"), ["zip?"]);
    assert_eq!(talk.says("4711"), ["noted", "bob@example.com, 4711"]);
    assert!(talk.state.stack.is_empty());
}

/// A bot with several things to ask for, two of which ask in their turn.
fn desk() -> Bot {
    let mut bot = shop();
    let kinds = vec![ask("number", digits()), say("{{ slots.number }} is cancelled")];
    flow(&mut bot, "cancel", vec![intent("cancel")], kinds);
    flow(&mut bot, "address", vec![intent("address")], vec![ask("street", text()), say("moved")]);
    flow(&mut bot, "human", vec![intent("human")], vec![handoff("asked")]);
    bot
}

fn wants(first: &str, also: &[&str]) -> Understanding {
    let also = also.iter().map(|intent| besides(intent, (0, 0))).collect();
    Understanding { also, ..meant(first, vec![]) }
}

#[test]
fn a_second_wish_that_asks_begins_behind_the_first() {
    const BOTH: &str = "cancel my order and change my address";
    let both = || wants("cancel", &["address", "hours"]);
    let mut talk = Talk::with(desk());
    assert_eq!(talk.hears(BOTH, both()), ["9 to 5", "number?"]);
    assert_eq!(talk.says("4711"), ["4711 is cancelled", "street?"]);
    let begun = talk.happened().iter().filter(|kind| *kind == "flow_started").count();
    assert_eq!(begun, 1, "it begins now");
    assert_eq!(talk.says("Almweg 5"), ["moved"]);
    assert!(talk.state.interrupted.is_empty());

    assert_eq!(talk.hears("my mail", meant("mail", vec![])), ["mail?"]);
    assert_eq!(talk.hears(BOTH, both()), ["9 to 5", "number?"]);
    assert_eq!(talk.says("4712"), ["4712 is cancelled", "street?"], "before what it interrupted");
    assert_eq!(talk.says("Almweg 6"), ["moved", "mail?"]);
    talk.hears(BOTH, both());
    assert_eq!(
        talk.says("never mind").last().map(String::as_str),
        Some("street?"),
        "only the first is stopped"
    );
    talk.says("start over");
    assert!(talk.state.interrupted.is_empty());
}

#[test]
fn what_only_tells_how_things_are_is_no_second_wish() {
    let check = |text: &str, language: &str, expected: &[&str]| {
        let mut talk = Talk::with(desk());
        talk.state.language = language.to_owned();
        let comma = text.find(',').expect("two clauses");
        let also = vec![besides("address", (comma + 1, text.len()))];
        talk.hears(text, Understanding { also, ..meant("cancel", vec![]) });
        assert_eq!(talk.says("4711"), expected, "{text}");
    };
    let first: &[&str] = &["4711 is cancelled"];
    let both: &[&str] = &["4711 is cancelled", "street?"];
    check("cancel my order, it went to my old address", "en", first);
    check("cancel my order, change my address", "en", both);
    check("cancel my order, it can go to another address?", "en", both);
    check("Bestellung stornieren, weil sie an die alte Adresse geht", "de", first);
    check("cancel my order, it should go to my new address", "en", both);
    check("cancel my order, it to my new address", "en", both);
    check("cancel my order, he wants to change his address", "en", both);
    check("Bestellung stornieren, es soll an die neue Adresse", "de", both);
    check("Bestellung stornieren, Sie können auch meine Adresse ändern", "de", both);
    check("Bestellung stornieren, sie ging an die alte Adresse", "de", first);

    let mut talk = Talk::with(desk());
    let text = "They were sent to my old street. Cancel the order.";
    let also = vec![besides("address", (0, 32)), besides("cancel", (33, text.len()))];
    assert_eq!(talk.hears(text, Understanding { also, ..Understanding::default() }), ["number?"]);
    assert_eq!(talk.says("4711"), ["4711 is cancelled"], "the wish comes before its reason");
}

/// Does something that takes its time, and notes an address.
fn patient(first: NodeKind) -> Talk {
    let mut bot = desk();
    flow(&mut bot, "slow", vec![intent("slow")], vec![first, say("done")]);
    Talk::with(bot)
}

#[test]
fn a_second_wish_begins_while_the_first_waits_long_and_behind_a_short_pause() {
    let both = || wants("slow", &["address", "mail"]);
    let mut talk = patient(wait(10));
    assert_eq!(talk.hears("do it and change my address and mail", both()), ["street?"]);
    assert_eq!(talk.says("Almweg 5"), ["moved", "mail?"]);
    assert_eq!(talk.says("ada@example.com"), ["noted"]);
    assert_eq!(talk.timer(TimerKind::Wait), ["done"]);

    let mut talk = patient(wait(10));
    talk.hears("do it and change my address", wants("slow", &["address"]));
    assert!(talk.timer(TimerKind::Wait).is_empty(), "the other flow asks");
    assert_eq!(talk.says("Almweg 5"), ["moved", "done"]);

    let mut talk = patient(NodeKind::Wait(Wait::For(SignedDuration::from_secs(5))));
    assert!(talk.hears("do it and change my address", wants("slow", &["address"])).is_empty());
    assert_eq!(talk.timer(TimerKind::Wait), ["done", "street?"]);
}

#[test]
fn what_waits_for_its_time_outlives_a_session() {
    let mut bot = desk();
    slot(&mut bot, "city", SlotKind::Text, &["city"]);
    let kinds = vec![ask("city", text()), wait(120), say("a room in {{ slots.city }}")];
    flow(&mut bot, "book", vec![intent("book")], kinds);
    let begun = |hours: i64| {
        let mut talk = Talk::with(bot.clone());
        talk.bot.session.timeout = SignedDuration::from_hours(hours);
        talk.hears("a room in Bonn", meant("book", vec![entity("city", "Bonn", "Bonn")]));
        assert_eq!(talk.hears("my address", meant("address", vec![])), ["street?"]);
        talk
    };
    let mut talk = begun(1);
    assert!(talk.timer(TimerKind::Session).is_empty());
    assert_eq!(talk.state.stack.len(), 1, "what asked is over, and what waits is come back to");
    assert_eq!(talk.timer(TimerKind::Wait), ["a room in Bonn"]);
    let mut talk = begun(3);
    assert!(talk.timer(TimerKind::Wait).is_empty(), "another flow asks");
    assert_eq!(talk.timer(TimerKind::Session), ["a room in Bonn"], "its time has come meanwhile");
    assert!(talk.state.stack.is_empty());
}

#[test]
fn what_waits_keeps_what_others_asked_and_were_answered() {
    let mut bot = desk();
    let kinds = vec![ask("city", text()), http("rooms", &[], None), jump_flow("later")];
    flow(&mut bot, "book", vec![intent("book")], kinds);
    let kinds = vec![wait(120), say("a room in {{ slots.city }}, {{ answer.status }}")];
    flow(&mut bot, "later", Vec::new(), kinds);
    bot.session.timeout = SignedDuration::from_hours(1);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("a room", meant("book", vec![])), ["city?"]);
    assert!(talk.says("Bonn").is_empty());
    assert!(talk.answers(200, Value::Null).is_empty());
    assert_eq!(talk.hears("my address", meant("address", vec![])), ["street?"]);
    assert!(talk.timer(TimerKind::Session).is_empty());
    assert_eq!(talk.timer(TimerKind::Wait), ["a room in Bonn, 200"]);
}

#[test]
fn a_wish_that_had_to_wait_itself_is_no_old_one() {
    let late = |enabled: bool| {
        let mut talk = patient(http("slow", &[("x", "answer.status")], None));
        talk.bot.repairs.timeout.enabled = enabled;
        talk
    };
    let minutes = SignedDuration::from_mins(40);
    let mut talk = late(true);
    talk.hears("do it", meant("slow", vec![]));
    let both = wants("hours", &["address"]);
    assert_eq!(talk.hears("when do you open, and change my address", both).len(), 1, "one moment, please");
    talk.now = talk.now.checked_add(minutes).expect("not the end of time");
    assert_eq!(talk.answers(200, Value::Null), ["done", "9 to 5", "street?"], "it was put off just now");
    assert!(talk.state.tags.is_empty());

    let mut talk = late(false);
    talk.hears("do it and change my address", wants("slow", &["address"]));
    talk.now = talk.now.checked_add(minutes).expect("not the end of time");
    assert_eq!(talk.answers(200, Value::Null), ["done", "street?"], "sessions do not end");
}

#[test]
fn a_second_wish_is_no_more_when_the_visitor_is_long_gone() {
    let check = |minutes: i64, expected: &[&str]| {
        let mut talk = patient(http("slow", &[("x", "answer.status")], None));
        assert!(talk.hears("do it and change my address", wants("slow", &["address"])).is_empty());
        talk.now = talk.now.checked_add(SignedDuration::from_mins(minutes)).expect("not the end of time");
        assert_eq!(talk.answers(200, Value::Null), expected);
        assert_eq!(talk.state.stack.len() + 1, expected.len(), "{minutes} minutes");
        assert!(talk.state.interrupted.is_empty());
        assert_eq!(talk.state.tags.contains("wish_lost"), expected.len() == 1, "it leaves a trace");
    };
    check(20, &["done", "street?"]);
    check(40, &["done"]);
}

#[test]
fn a_person_deals_with_all_that_is_wanted() {
    let mut talk = Talk::with(desk());
    assert_eq!(talk.hears("a person, and cancel my order", wants("human", &["cancel"])), ["A person comes."]);
    assert!(talk.state.interrupted.is_empty());
    assert!(talk.acts(ADA, Act::HandBack).is_empty());
}

#[test]
fn nothing_is_come_back_to_behind_a_flow_that_leaves() {
    let mut bot = desk();
    flow(&mut bot, "bye", vec![intent("bye")], vec![say("good-bye")]);
    bot.flows.get_mut("bye").expect("a flow").leaves = true;
    let mut talk = Talk::with(bot);
    talk.hears("a return", meant("return", vec![]));
    talk.hears("my mail", meant("mail", vec![]));
    assert_eq!(talk.hears("bye", meant("bye", vec![])), ["good-bye"]);
    assert!(talk.state.stack.is_empty() && talk.state.interrupted.is_empty());

    // Beside an answer it is said once that is taken.
    talk.hears("cancel my order", meant("cancel", vec![]));
    let text = "order 4711, and shall we say bye?";
    let asked = Understanding { also: vec![besides("bye", (16, text.len()))], ..Understanding::default() };
    assert_eq!(talk.hears(text, asked), ["4711 is cancelled", "good-bye"]);

    // What waits for its time waits on.
    let mut talk = patient(wait(10));
    flow(&mut talk.bot, "bye", vec![intent("bye")], vec![say("good-bye")]);
    talk.bot.flows.get_mut("bye").expect("a flow").leaves = true;
    talk.hears("do it", meant("slow", vec![]));
    assert_eq!(talk.hears("bye", meant("bye", vec![])), ["good-bye"]);
    assert_eq!(talk.timer(TimerKind::Wait), ["done"]);
}

#[test]
fn an_answer_before_a_good_bye_is_taken() {
    let mut bot = desk();
    flow(&mut bot, "bye", vec![intent("bye")], vec![say("good-bye")]);
    bot.flows.get_mut("bye").expect("a flow").leaves = true;
    flow(&mut bot, "label", vec![intent("label")], vec![ask("mailed", Expects::YesNo), say("a label")]);
    for (text, mailed) in
        [("yes, goodbye and have a good weekend", true), ("no, goodbye and have a good weekend", false)]
    {
        let mut talk = Talk::with(bot.clone());
        talk.hears("my mail", meant("mail", vec![]));
        assert_eq!(talk.hears("a label", meant("label", vec![])), ["mailed?"]);
        assert_eq!(talk.hears(text, meant("bye", vec![])), ["a label", "good-bye"], "{text}");
        assert_eq!(talk.slot("mailed"), json!(mailed));
        assert!(talk.state.stack.is_empty() && talk.state.interrupted.is_empty(), "{text}");
    }
}

#[test]
fn what_is_wanted_beside_what_is_under_way_is_not_lost() {
    let mut talk = Talk::with(desk());
    talk.hears("cancel my order", meant("cancel", vec![]));
    let both = wants("cancel", &["address"]);
    assert_eq!(talk.hears("cancel it and change my address", both), ["street?"]);
    assert_eq!(talk.says("Almweg 5"), ["moved", "number?"]);
    let text = "order 4711, and when do you open?";
    let asked = Understanding { also: vec![besides("hours", (16, text.len()))], ..meant("cancel", vec![]) };
    assert_eq!(talk.hears(text, asked), ["9 to 5", "4711 is cancelled"]);
}

#[test]
fn without_digressions_what_an_answer_asks_besides_comes_behind_the_flow() {
    let mut bot = desk();
    bot.repairs.digress.enabled = false;
    let mut talk = Talk::with(bot);
    talk.hears("a return", meant("return", vec![]));
    let text = "4713, and when do you open?";
    let asked = Understanding { also: vec![besides("hours", (6, text.len()))], ..Understanding::default() };
    assert_eq!(talk.hears(text, asked), ["reason?"]);
    assert_eq!(talk.says("small"), ["mail?"]);
    let said = talk.says("ada@example.com");
    assert_eq!(said, ["4713 goes back, small, ada@example.com", "9 to 5", "what else?"]);

    let mut talk = patient(wait(10));
    talk.bot.repairs.digress.enabled = false;
    let both = wants("slow", &["address"]);
    assert!(talk.hears("do it and change my address", both).is_empty(), "also behind a long wait");
    assert_eq!(talk.timer(TimerKind::Wait), ["done", "street?"]);
}

#[test]
fn who_asks_for_what_is_offered_accepts_it() {
    let mut bot = shop();
    offer(&mut bot, "cancel", jump_flow("return"));
    offer(&mut bot, "sale", call("mail"));
    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("cancel the order", meant("cancel", vec![])), ["wanted?"]);
    assert_eq!(talk.hears("where is 4711?", meant("track", number("4711"))), ["4711 comes", "wanted?"]);
    assert_eq!(talk.hears("send 4713 back", meant("return", number("4713"))), ["reason?"]);
    assert_eq!(talk.slot("wanted"), json!(true));
    talk.says("small");
    assert_eq!(talk.says("ada@example.com"), ["4713 goes back, small, ada@example.com"]);
    assert!(talk.state.stack.is_empty(), "the offer is not made again");

    talk.state.slots.clear();
    assert_eq!(talk.hears("a sale", meant("sale", vec![])), ["wanted?"]);
    assert_eq!(talk.hears("my address", meant("mail", vec![])), ["mail?"]);
    assert_eq!(talk.says("ada@example.com"), ["noted", "bye"], "behind a call the flow goes on");
}

#[test]
fn only_the_visitor_accepts_what_is_offered() {
    let mut bot = shop();
    offer(&mut bot, "sale", call("mail"));
    let triggers = &mut bot.flows.get_mut("mail").expect("a flow").triggers;
    triggers.extend([Trigger::Event("left".to_owned()), Trigger::Button("mail".to_owned())]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.hears("a sale", meant("sale", vec![])), ["wanted?"]);
    let left = Body::Custom { name: "left".to_owned(), data: Value::Null };
    assert_eq!(talk.event(left), ["mail?"]);
    assert_eq!(talk.slot("wanted"), Value::Null, "a page says so, and the visitor nothing");
    assert_eq!(talk.says("ada@example.com"), ["noted", "wanted?"]);
    assert_eq!(talk.presses("mail"), ["noted", "bye"]);
    assert_eq!(talk.slot("wanted"), json!(true));
}
