//! Every repair, by table.

mod cancel;
mod corrections;
mod courtesy;
mod denied;
mod open_question;
mod unknown;

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    bot::{Expects, Expression, NodeKind, Saying, SlotKind, Trigger},
    content::{Content, Source},
    dialogue::{testing::*, *},
    understanding::Understanding,
};

const ONCE: &str = "Sorry, I did not understand that. Could you say it in other words?";
const TWICE: &str =
    "I still do not understand. Please try again with a few simple words, or ask for a person.";
const HANDOFF: &str = "I am passing you on to a person. Somebody will be with you as soon as possible.";
const CANCELLED: &str = "All right, I have stopped that. What else can I do for you?";

/// A form that asks for a number and a mail address, a flow to digress into, a way to say hello.
fn form() -> crate::bot::Bot {
    let mut bot = empty_bot();
    slot(&mut bot, "number", SlotKind::Text, &["number_of_order"]);
    let kinds = vec![
        ask("number", digits()),
        ask("mail", Expects::Email),
        say("{{ slots.number }} {{ slots.mail }}"),
    ];
    flow(&mut bot, "form", vec![intent("form"), Trigger::Keyword("form".to_owned())], kinds);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    flow(&mut bot, "hello", vec![Trigger::FirstContact], vec![say("Hello!")]);
    bot
}

/// A message that says what is not wanted.
fn denying(intent: &str) -> Understanding {
    Understanding { denied: vec![intent.to_owned()], ..Understanding::default() }
}

#[test]
fn misunderstandings_end_with_a_person() {
    let mut talk = Talk::with(empty_bot());
    assert_eq!(talk.says("a"), [ONCE]);
    assert_eq!(talk.says("b"), [TWICE]);
    assert_eq!(talk.says("c"), [HANDOFF]);
    assert_eq!(talk.state.owner, Owner::Team { team: None });
    assert!(talk.says("d").is_empty());
    talk.acts(ADA, Act::HandBack);
    assert_eq!(talk.says("e"), [ONCE], "the count starts anew");
}

#[test]
fn a_first_message_that_is_not_understood_is_told_so_behind_the_welcome() {
    let mut talk = Talk::with(form());
    assert_eq!(talk.says("blargh"), ["Hello!", ONCE]);
    assert_eq!(talk.repairs(), [RepairKind::MisunderstoodOnce]);
    assert_eq!(talk.says("blargh"), [TWICE]);

    let mut talk = Talk::with(form());
    assert_eq!(talk.says("Guten Tag!"), ["Hello!"]);
    assert!(talk.repairs().is_empty(), "a greeting is understood");

    let mut bot = form();
    flow(&mut bot, "hello", vec![Trigger::FirstContact], vec![say("Hello!"), ask("name", text())]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("blargh"), ["Hello!", "name?"], "its own question is enough");
    assert_eq!(talk.repairs(), [RepairKind::MisunderstoodOnce], "it stands in the review all the same");
}

#[test]
fn a_file_that_nobody_asked_for_is_no_misunderstanding() {
    const WORDS: &str = "Thank you, that has arrived. I can only read text, though: what is it about?";
    let source = || Source::Url("https://files.example/1".to_owned());
    let file = || Content::File {
        source: source(),
        name: "tent.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 10,
    };
    let place = || Content::Location {
        latitude_microdegrees: 48_137_000,
        longitude_microdegrees: 11_575_000,
        label: None,
    };
    let sends = |talk: &mut Talk, content: Content| {
        talk.event(Body::Message { content, understanding: Understanding::default(), language: None })
    };
    let mut talk = Talk::with(form());
    assert_eq!(sends(&mut talk, file()), ["Hello!", WORDS]);
    assert_eq!(sends(&mut talk, place()), [WORDS]);
    assert_eq!(sends(&mut talk, file()), [WORDS]);
    assert_eq!(sends(&mut talk, file()), [WORDS], "nobody is fetched for it");
    assert!(talk.repairs().is_empty());
    assert_eq!(talk.says("blargh"), [ONCE], "nothing was counted");
    let captioned =
        Content::Image { source: source(), alt: "a tent".to_owned(), caption: Some("blargh".to_owned()) };
    assert_eq!(sends(&mut talk, captioned), [TWICE], "its words are not understood");

    let mut bot = form();
    flow(&mut bot, "fallback", vec![Trigger::Fallback], vec![say("What?")]);
    assert_eq!(sends(&mut Talk::with(bot), file()), ["What?"], "the author's flow comes first");
}

#[test]
fn an_understood_message_resets_the_count() {
    let mut talk = Talk::with(form());
    talk.opens();
    assert_eq!(talk.says("a"), [ONCE]);
    assert_eq!(talk.hears("when do you open", meant("hours", vec![])), ["9 to 5"]);
    assert_eq!(talk.says("b"), [ONCE]);
}

#[test]
fn misunderstandings_can_be_overridden() {
    let mut bot = form();
    bot.repairs.misunderstood_once.say = Some(saying("Hm?"));
    bot.repairs.misunderstood_twice.enabled = false;
    bot.repairs.misunderstood_often.flow = Some("hours".to_owned());
    let mut talk = Talk::with(bot);
    talk.opens();
    assert_eq!(talk.says("a"), ["Hm?"]);
    assert_eq!(talk.says("b"), ["Hm?"]);
    assert_eq!(talk.says("c"), ["9 to 5"]);
    assert_eq!(talk.says("d"), ["Hm?"]);
}

#[test]
fn a_fallback_flow_takes_the_place_of_all() {
    let mut bot = empty_bot();
    bot.knowledge.fallback = true;
    flow(&mut bot, "fallback", vec![Trigger::Fallback], vec![say("What?")]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("a"), ["What?"]);
    assert_eq!(talk.says("b"), ["What?"]);
    assert_eq!(talk.says("c"), ["What?"]);
}

#[test]
fn a_person_is_asked_for() {
    let check = |words: &str| {
        let mut talk = Talk::with(form());
        talk.says("form");
        assert_eq!(talk.says(words), [HANDOFF], "{words}");
        assert_eq!(talk.repairs(), [RepairKind::Person]);
        assert_eq!(talk.acts(ADA, Act::HandBack), ["number?"]);
    };
    check("Can I talk to a person?");
    check("a human please");
    check("I want to speak to a manager");
    check("I want to talk to your boss!");
    check("is anyone there?");
    check("Kann ich bitte mit Ihrem Chef sprechen?");
    check("ist da jemand");
    check("Ich möchte mit einem Menschen sprechen.");
    let mut bot = form();
    flow(&mut bot, "people", vec![intent("human")], vec![say("Sure."), handoff("wants one")]);
    let mut talk = Talk::with(bot);
    talk.opens();
    let said = talk.hears("a human please", meant("human", vec![]));
    assert_eq!(said, ["Sure.", "A person comes."], "the bot's own flow comes first");
    talk.acts(ADA, Act::HandBack);
    assert_eq!(talk.hears("a human please", meant("hours", vec![])), [HANDOFF], "one that does not");
}

#[test]
fn asking_for_a_person_can_be_overridden() {
    let mut bot = form();
    bot.repairs.person.say = Some(saying("They come."));
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("human"), ["They come."]);
    talk.acts(ADA, Act::HandBack);
    talk.bot.repairs.person.flow = Some("hours".to_owned());
    assert_eq!(talk.says("human"), ["9 to 5"]);
    talk.bot.repairs.person.enabled = false;
    assert_eq!(talk.says("human"), [ONCE]);
    let twice = "I still do not understand. Please try again with a few simple words.";
    assert_eq!(talk.says("human"), [twice], "nobody is promised");
}

#[test]
fn who_waits_for_a_person_may_withdraw() {
    const WITHDRAWN: &str = "All right, nobody needs to come. I am here for you again.";
    let mut bot = form();
    let kinds = vec![handoff("wants one"), say("Back again.")];
    flow(&mut bot, "people", vec![intent("people")], kinds);
    let mut talk = Talk::with(bot);
    talk.says("form");
    talk.hears("people", meant("people", vec![]));
    assert!(talk.says("hello?").is_empty(), "kept for the person");
    assert_eq!(talk.says("never mind"), [WITHDRAWN, "number?"], "the flow that asked for one ends");
    assert_eq!(talk.happened()[1..3], ["repaired", "owner_changed"]);
    assert_eq!(talk.state.owner, Owner::Bot);
    talk.says("human");
    assert_eq!(talk.says("cancel"), [WITHDRAWN, "number?"], "what was only interrupted goes on");
    talk.says("human");
    assert!(talk.hears("I don't want the hours", denying("hours")).is_empty(), "kept for the person");
    assert_eq!(talk.hears("I don't want people", denying("people")), [WITHDRAWN, "number?"]);
    talk.says("human");
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.says("never mind").is_empty(), "that is for Ada to read");
    talk.acts(ADA, Act::Assign { team: "support".to_owned() });
    assert_eq!(talk.says("cancel"), [WITHDRAWN, "number?"]);
}

#[test]
fn a_refused_value_belongs_to_the_question() {
    let guests = Expects::Number { min: Some(1.0), max: Some(12.0), whole: true };
    let mut bot = one_flow(vec![ask("guests", guests), say("{{ slots.guests }}")]);
    flow(&mut bot, "order", vec![intent("order")], vec![ask("number", digits())]);
    bot.knowledge.fallback = true;
    let check = |text: &str, numbers: &[(&str, i64)], exact: bool, expected: &str| {
        let mut talk = Talk::with(bot.clone());
        talk.says("go");
        let numbers = numbers.iter().map(|(words, number)| entity("number", words, *number));
        let mut understanding = meant("order", numbers.collect());
        if exact {
            understanding.intents[0].by = crate::understanding::Understander::Exact;
        }
        assert_eq!(talk.hears(text, understanding), [expected], "{text}");
    };
    let large = "The number must be at most 12.";
    check("99", &[("99", 99)], false, large);
    check("forty", &[("forty", 40)], false, large);
    check("4711", &[("4711", 4711)], true, large);
    check("50 people", &[("50", 50)], false, large);
    check("50 people please", &[("50", 50)], true, "number?");
    check("where is order 4711", &[("4711", 4711)], false, "guests?");
    check("4 adults and 2 children", &[("4", 4), ("2", 2)], false, "One number, please.");
    check("is it 4711 or 4712?", &[("4711", 4711), ("4712", 4712)], false, "number?");
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    assert_eq!(talk.hears("50 people", named(vec![])), [large], "no question to the documents");
}

#[test]
fn start_over_forgets_and_greets() {
    let mut talk = Talk::with(form());
    talk.says("form");
    talk.says("4711");
    assert_eq!(talk.says("start over"), ["Hello!"]);
    assert!(talk.state.slots.is_empty());
    talk.bot.flows.remove("hello");
    assert_eq!(talk.says("von vorn"), ["Let us start again. How can I help?"]);
    talk.bot.repairs.start_over.flow = Some("hours".to_owned());
    assert_eq!(talk.says("restart"), ["9 to 5"]);
}

#[test]
fn repeat_says_the_last_again() {
    let mut talk = Talk::with(form());
    assert_eq!(talk.says("repeat"), ["I have not said anything yet. How can I help?"]);
    talk.says("form");
    assert_eq!(talk.says("what did you say?"), ["number?"]);
    assert_eq!(talk.says("4711"), ["mail?"], "the question still stands");
    assert_eq!(talk.says("wie bitte?"), ["mail?"]);
    talk.bot.repairs.repeat.say = Some(saying("I said:"));
    for _ in 0..3 {
        assert_eq!(talk.says("repeat"), ["I said:", "mail?"]);
    }
    talk.bot.repairs.repeat.enabled = false;
    assert_eq!(talk.says("repeat").len(), 1);
    assert_ne!(talk.says("repeat"), ["mail?"]);
}

/// A return that has its order looked up by another flow, and a goodbye.
fn returns() -> crate::bot::Bot {
    let mut bot = empty_bot();
    slot(&mut bot, "number", SlotKind::Text, &["number_of_order"]);
    slot(&mut bot, "nights", SlotKind::Number, &["nights"]);
    let lookup =
        vec![set("found", Expression::Literal(json!(null))), ask("number", digits()), say("looked up")];
    flow(&mut bot, "look_up", vec![], lookup);
    flow(&mut bot, "outer", vec![], vec![call("look_up"), say("found {{ slots.number }}")]);
    let kinds = vec![call("outer"), ask("reason", options(&["broken", "small"])), say("back it goes")];
    flow(&mut bot, "return", vec![intent("return")], kinds);
    let kinds = vec![call("outer"), say("refund of {{ slots.number }}")];
    flow(&mut bot, "refund", vec![intent("refund")], kinds);
    let kinds =
        vec![ask("place", options(&["hut", "camp"])), ask("nights", number()), ask("mail", Expects::Email)];
    flow(&mut bot, "advice", vec![intent("advice")], kinds);
    bot
}

fn numbered(number: &str) -> Vec<crate::understanding::EntityMatch> {
    vec![entity("number_of_order", number, number)]
}

#[test]
fn digressions_come_back() {
    let mut talk = Talk::with(form());
    talk.says("form");
    assert_eq!(talk.hears("when do you open?", meant("hours", vec![])), ["9 to 5", "number?"]);
    assert_eq!(talk.repairs(), [RepairKind::Digress]);
    assert_eq!(talk.says("4711"), ["mail?"]);
    talk.bot.repairs.digress.say = Some(saying("Back to it."));
    let hours = meant("hours", vec![]);
    assert_eq!(talk.hears("when do you open?", hours.clone()), ["9 to 5", "Back to it.", "mail?"]);
    talk.bot.repairs.digress.enabled = false;
    assert_eq!(talk.hears("when do you open?", hours).len(), 1);
    assert_eq!(talk.says("ada@example.com"), ["4711 ada@example.com"]);
}

#[test]
fn what_an_earlier_flow_asked_is_corrected_by_its_name() {
    let bot = || {
        let mut bot = empty_bot();
        slot(&mut bot, "order_number", SlotKind::Text, &[]);
        let kinds = vec![ask("order_number", digits()), say("order {{ slots.order_number }}")];
        flow(&mut bot, "track", vec![intent("track")], kinds);
        let kinds = vec![ask("size", options(&["large", "small"])), say("{{ slots.size }} it is")];
        flow(&mut bot, "choose", vec![intent("choose")], kinds);
        bot
    };
    for (said, corrected) in [("no, the number is 4712", true), ("no, the weather is 4712", false)] {
        let mut talk = Talk::with(bot());
        talk.hears("track it", meant("track", vec![]));
        talk.says("4711");
        talk.hears("choose one", meant("choose", vec![]));
        talk.says("small");
        let heard = talk.says(said);
        assert_eq!(heard.last().is_some_and(|last| last == "order 4712"), corrected, "{heard:?}");
        assert_eq!(talk.slot("order_number"), json!(if corrected { "4712" } else { "4711" }), "{said}");
    }
}

#[test]
fn an_option_of_a_question_put_aside_answers_it() {
    let talk = || {
        let mut bot = returns();
        flow(
            &mut bot,
            "stock",
            vec![intent("stock")],
            vec![ask("goods", options(&["tents", "boots"])), say("yes")],
        );
        let mut talk = Talk::with(bot);
        talk.hears("return order 4711", meant("return", numbered("4711")));
        assert_eq!(talk.hears("the colour", meant("stock", vec![])), ["goods?"]);
        talk
    };
    assert_eq!(talk().says("The small"), ["back it goes"]);
    assert_eq!(talk().presses("broken"), ["back it goes"]);
    assert_eq!(talk().says("tents"), ["yes", "reason?"]);
    assert_eq!(talk().says("too small for me"), ["Please choose one of these: The tents, The boots."]);
    let mut talk = talk();
    talk.says("small");
    assert!(talk.state.stack.is_empty() && talk.state.interrupted.is_empty(), "the digression is over");
}

#[test]
fn a_sentence_with_the_value_asked_for_is_the_answer() {
    let check = |expects: Expects, words: &str, meaning: &str, exact: bool, expected: &str| {
        let mut bot = one_flow(vec![ask("asked", expects), say("{{ slots.asked }}")]);
        flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
        flow(&mut bot, "inner", vec![], vec![ask("asked", digits())]);
        flow(&mut bot, "order", vec![intent("order")], vec![say("Well."), call("inner")]);
        let mut talk = Talk::with(bot);
        talk.says("go");
        let found =
            [entity("phone", "0171 1234567", "01711234567"), entity("date", "24.12.2026", "2026-12-24")];
        let found = found.into_iter().filter(|found| words.contains(&found.text)).collect();
        let mut understanding = meant(meaning, found);
        if exact {
            understanding.intents[0].by = crate::understanding::Understander::Exact;
        }
        assert_eq!(talk.hears(words, understanding)[0], expected, "{words}");
    };
    let day = || Expects::Date { min: None, max: None };
    check(digits(), "my number is 4711", "order", false, "4711");
    check(digits(), "die Nummer ist 4711", "order", false, "4711");
    check(digits(), "the number is 4711, okay?", "order", false, "4711");
    check(Expects::Email, "my address is ada@example.com", "hours", false, "ada@example.com");
    check(Expects::Phone, "ring me at 0171 1234567", "hours", false, "01711234567");
    check(day(), "on 24.12.2026 please", "hours", false, "2026-12-24");
    check(number(), "we are open for 3", "hours", false, "3");
    check(digits(), "the hours of 4711", "hours", true, "9 to 5");
    check(digits(), "are you open on 24122026?", "hours", false, "9 to 5");
    check(digits(), "4711!", "hours", true, "4711");
    check(options(&["open", "shut"]), "when do you open", "hours", false, "9 to 5");
}

#[test]
fn free_text_yields_only_to_exact_words() {
    let mut bot = form();
    flow(&mut bot, "name", vec![Trigger::Keyword("name".to_owned())], vec![ask("name", text()), say("ok")]);
    let mut talk = Talk::with(bot);
    talk.says("name");
    let mut exact = meant("hours", vec![]);
    exact.intents[0].by = crate::understanding::Understander::Exact;
    assert_eq!(talk.hears("opening hours", exact), ["9 to 5", "name?"]);
    assert_eq!(talk.hears("Ada Open", meant("hours", vec![])), ["ok"]);
    assert_eq!(talk.slot("name"), json!("Ada Open"));
}

#[test]
fn digressions_do_not_pile_up() {
    let mut bot = empty_bot();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        flow(&mut bot, name, vec![Trigger::Keyword(name.to_owned())], vec![ask(name, number())]);
    }
    let mut talk = Talk::with(bot);
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        assert_eq!(talk.says(name), [format!("{name}?")]);
    }
    assert_eq!(talk.state.interrupted.len(), 5);
    assert_eq!(talk.says("1"), ["g?"]);
}

#[test]
fn silence_starts_clean() {
    let mut bot = form();
    slot(&mut bot, "name", SlotKind::Text, &[]);
    bot.slots.get_mut("name").expect("just made").keep = true;
    let mut talk = Talk::with(bot);
    talk.opens();
    assert!(talk.state.timers.is_empty(), "there is nothing to clean");
    talk.state.slots.insert("name".to_owned(), json!("Ada"));
    talk.says("form");
    talk.says("4711");
    assert_eq!(talk.state.timers.len(), 1);
    let heard = talk.now;
    talk.now = heard.checked_add(SignedDuration::from_mins(20)).expect("a time");
    talk.says("hm");
    assert_eq!(talk.state.timers.len(), 1, "it is not moved");
    assert!(talk.timer(TimerKind::Session).is_empty());
    assert!(!talk.state.stack.is_empty(), "too early: the visitor was heard since");
    assert_eq!(talk.state.timers.len(), 1, "it is set again");
    assert!(talk.timer(TimerKind::Session).is_empty());
    assert!(talk.now.duration_since(heard) >= SignedDuration::from_mins(50));
    assert!(talk.state.stack.is_empty());
    assert_eq!(talk.state.slots.keys().collect::<Vec<_>>(), ["name"]);
    assert_eq!(talk.repairs(), [RepairKind::Timeout]);
    assert!(talk.state.timers.is_empty());
    talk.bot.repairs.timeout.say = Some(Saying::Named("gone".to_owned()));
    talk.bot.responses.insert("gone".to_owned(), response(&[("en", &["Bye!"])]));
    talk.says("form");
    assert_eq!(talk.timer(TimerKind::Session), ["Bye!"]);
}
