//! Every kind of node, by table.

mod asked_elsewhere;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    bot::{Complaint, Expects, Expression, MisfitKind, NodeKind, Saying, SlotKind, Variant, Wait},
    content::Content,
    dialogue::{testing::*, *},
    understanding::Passage,
};

const APOLOGY: &str = "Sorry, something went wrong on our side.";
const HANDOFF: &str = "I am passing you on to a person. Somebody will be with you as soon as possible.";

/// Runs a flow and compares what it says, and the slot `x` in the end.
fn check(kinds: Vec<NodeKind>, visitor: &[&str], said: &[&str], x: impl Into<Value>) {
    let mut talk = Talk::with(one_flow(kinds));
    let mut heard = talk.says("go");
    for text in visitor {
        heard.extend(talk.says(text));
    }
    assert_eq!(heard, said, "{visitor:?}");
    assert_eq!(talk.slot("x"), x.into());
}

#[test]
fn say_fills_in_what_is_known() {
    check(
        vec![set("x", Expression::Literal(json!("Ada"))), say("Hi {{ slots.x }} on {{ channel }}!")],
        &[],
        &["Hi Ada on web!"],
        json!("Ada"),
    );
    check(vec![say("{% if slots.x %}never{% endif %}"), set("x", cel("1 + 1"))], &[], &[], json!(2));
}

#[test]
fn say_varies_and_repeats_itself_in_a_replay() {
    let mut bot = one_flow(vec![NodeKind::Say(crate::bot::Say { what: Saying::Named("greet".to_owned()) })]);
    let mut greet = response(&[("en", &["one", "two", "three"]), ("de", &["eins"])]);
    let on_http = Variant::from(vec![Content::text("over http"), Content::text("in two")]);
    greet.channels.insert("http".to_owned(), BTreeMap::from([("en".to_owned(), vec![on_http])]));
    bot.responses.insert("greet".to_owned(), greet);
    let mut talk = Talk::with(bot.clone());
    let mut heard = (0..40).flat_map(|_| talk.says("go")).collect::<Vec<_>>();
    heard.sort();
    heard.dedup();
    assert_eq!(heard, ["one", "three", "two"]);
    talk.channel = "http";
    assert_eq!(talk.says("go"), ["over http", "in two"]);
    talk.state.language = "de".to_owned();
    assert_eq!(talk.says("go"), ["eins"]);
    talk.bot.responses.clear();
    assert_eq!(talk.says("go").len(), 2);
    assert_eq!(talk.faults(), ["there is no response `greet`"]);
}

#[test]
fn ask_takes_a_fitting_answer() {
    check(vec![ask("x", digits()), say("{{ slots.x }}!")], &["4711"], &["x?", "4711!"], json!("4711"));
    check(vec![ask("x", digits()), say("{{ slots.x }}!")], &["it is 4711"], &["x?", "4711!"], json!("4711"));
    check(vec![ask("x", number())], &["12,5"], &["x?"], json!(12.5));
    check(vec![ask("x", Expects::YesNo)], &["no, thanks"], &["x?"], json!(false));
    let filled = || set("x", Expression::Literal(json!("1")));
    check(vec![filled(), ask("x", digits()), say("done")], &[], &["done"], json!("1"));
    let NodeKind::Ask(mut again) = ask("x", digits()) else { unreachable!("an ask") };
    again.always = true;
    check(vec![filled(), NodeKind::Ask(again)], &["4712"], &["x?"], json!("4712"));
}

#[test]
fn ask_gives_up_after_its_retries() {
    let wrong = "That does not have the form I expected. Please try again.";
    check(vec![ask("x", digits())], &["a", "b", "c"], &["x?", wrong, wrong, HANDOFF], Value::Null);
    let mut question = question("x", digits());
    question.invalid = complaints(&[(None, 1, "digits!")]);
    question.retries = 1;
    question.otherwise = Some(1);
    let kinds = vec![NodeKind::Ask(Box::new(question)), say("then not")];
    check(kinds, &["a", "b"], &["x?", "digits!", "then not"], Value::Null);
}

fn complaints(all: &[(Option<MisfitKind>, u32, &str)]) -> Vec<Complaint> {
    let complaint = |&(kind, attempt, text): &(_, _, &str)| Complaint { kind, attempt, saying: saying(text) };
    all.iter().map(complaint).collect()
}

#[test]
fn ask_says_what_is_wrong_by_kind_and_attempt() {
    let mut question = question("x", Expects::Number { min: Some(1.0), max: Some(9.0), whole: true });
    question.retries = 4;
    question.invalid = complaints(&[
        (None, 1, "Hm?"),
        (None, 3, "Really?"),
        (Some(MisfitKind::NotANumber), 1, "A number!"),
        (Some(MisfitKind::TooLarge), 2, "Less!"),
    ]);
    let said = ["x?", "Hm?", "Less!", "A number!", "Really?"];
    check(vec![NodeKind::Ask(Box::new(question))], &["12", "12", "x", "0", "7"], &said, json!(7));
}

#[test]
fn ask_offers_its_options() {
    let mut talk = Talk::with(one_flow(vec![ask("x", options(&["red", "blue"])), say("ok")]));
    talk.says("go");
    let offered = talk.state.offered.iter().map(|offer| offer.title.as_str()).collect::<Vec<_>>();
    assert_eq!(offered, ["The red", "The blue"]);
    assert_eq!(talk.says("2"), ["ok"]);
    assert_eq!(talk.slot("x"), json!("blue"));
    assert_eq!(talk.says("go"), ["x?"], "a new run asks anew");
    assert_eq!(talk.presses("red"), ["ok"]);
    talk.says("go");
    assert_eq!(talk.says("green"), ["Please choose one of these: The red, The blue."]);
    assert_eq!(talk.state.offered.len(), 2);
}

#[test]
fn ask_takes_a_file() {
    let expects = Expects::File { types: vec!["image/*".to_owned()], max_bytes: 100 };
    let mut talk = Talk::with(one_flow(vec![ask("x", expects), say("thanks for {{ slots.x.name }}")]));
    talk.says("go");
    assert_eq!(talk.says("here"), ["Please send a file."]);
    let content = Content::File {
        source: crate::content::Source::Url("https://files.example/1".to_owned()),
        name: "tent.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: 10,
    };
    let sent = talk.event(Body::Message { content, understanding: named(vec![]), language: None });
    assert_eq!(sent, ["thanks for tent.png"]);
}

#[test]
fn a_picture_is_as_large_as_the_platform_tells() {
    let media = crate::id::MediaId(ulid::Ulid(1));
    let sent = |told: Option<u64>| {
        let expects = Expects::File { types: vec!["image/*".to_owned()], max_bytes: 5_000_000 };
        let mut talk = Talk::with(one_flow(vec![ask("x", expects), say("thanks for {{ slots.x.name }}")]));
        talk.says("go");
        talk.sizes = told.map(|size| (media, size)).into_iter().collect();
        let source = crate::content::Source::Media(media);
        let content = Content::Image { source, alt: "a tent".to_owned(), caption: None };
        let said = talk.event(Body::Message { content, understanding: named(vec![]), language: None });
        (said.concat(), talk.slot("x")["size"].clone())
    };
    assert_eq!(sent(Some(10)), ("thanks for a tent".to_owned(), json!(10)));
    assert_eq!(sent(None), ("thanks for a tent".to_owned(), Value::Null));
    assert_eq!(
        sent(Some(6_000_000)),
        ("The file is too large. It may have at most 5 MB.".to_owned(), Value::Null)
    );
}

#[test]
fn choose_takes_the_first_branch_that_holds() {
    let kinds = |value: i64| {
        let branches = [(Some("slots.x > 2"), Some(3)), (Some("slots.x == 2"), None), (None, Some(2))];
        vec![set("x", Expression::Literal(json!(value))), choose(&branches), say("else"), say("end")]
    };
    check(kinds(3), &[], &["end"], json!(3));
    check(kinds(2), &[], &[], json!(2));
    check(kinds(1), &[], &["else", "end"], json!(1));
    check(vec![choose(&[(Some("false"), Some(0))]), say("after")], &[], &["after"], Value::Null);
    check(vec![choose(&[(Some("slots.x > 2"), Some(0))])], &[], &[APOLOGY, HANDOFF], Value::Null);
}

#[test]
fn set_fills_and_empties() {
    let template = Expression::Template("{{ slots.x }}{{ slots.x }}".to_owned());
    check(vec![set("x", cel("'ab'")), set("x", template)], &[], &[], json!("abab"));
    check(vec![set("x", cel("'ab'")), set("x", Expression::Literal(Value::Null))], &[], &[], Value::Null);
    check(vec![set("x", cel("nothing"))], &[], &[APOLOGY, HANDOFF], Value::Null);
}

#[test]
fn values_cannot_grow_without_bound() {
    let double = || set("x", cel("slots.x + slots.x"));
    let mut kinds = vec![set("x", Expression::Literal(json!("0123456789")))];
    kinds.extend((0..30).map(|_| double()));
    let mut talk = Talk::with(one_flow(kinds));
    assert_eq!(talk.says("go"), [APOLOGY, HANDOFF]);
    assert!(talk.faults()[0].contains("bytes"));
}

#[test]
fn call_comes_back() {
    let mut bot = one_flow(vec![call("inner"), say("{{ slots.x }} again")]);
    flow(&mut bot, "inner", vec![], vec![ask("x", text()), NodeKind::End, say("never")]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("go"), ["x?"]);
    assert_eq!(talk.state.stack.len(), 2);
    assert_eq!(talk.says("hello"), ["hello again"]);
    assert!(talk.state.stack.is_empty());
    talk.bot.flows.remove("inner");
    assert_eq!(talk.says("go"), [APOLOGY, HANDOFF]);
}

#[test]
fn endless_recursion_and_loops_are_stopped() {
    check(vec![call("main")], &[], &[APOLOGY, HANDOFF], Value::Null);
    check(vec![jump(0)], &[], &[APOLOGY, HANDOFF], Value::Null);
    check(vec![jump_flow("main")], &[], &[APOLOGY, HANDOFF], Value::Null);
    check(vec![jump(17)], &[], &[APOLOGY, HANDOFF], Value::Null);
}

#[test]
fn what_goes_round_by_itself_ends_with_a_person() {
    let mut talk = Talk::with(one_flow(vec![http("a", &[], Some(0))]));
    talk.says("go");
    let sent = (0..99).flat_map(|_| talk.answers(500, json!(null))).collect::<Vec<_>>();
    assert!(sent.is_empty() && talk.state.owner == Owner::Bot, "{sent:?}");
    assert_eq!(talk.answers(500, json!(null)), [APOLOGY, HANDOFF]);
    assert_eq!(talk.faults().len(), 1);

    let round = |seconds: i64| {
        let wait = NodeKind::Wait(Wait::For(SignedDuration::from_secs(seconds)));
        let mut talk = Talk::with(one_flow(vec![wait, jump(0)]));
        talk.says("go");
        let rounds = (0..300).take_while(|_| talk.timer(TimerKind::Wait).is_empty()).count();
        (rounds, talk.state.owner == Owner::Bot)
    };
    let (rounds, ends) = (99, false);
    assert_eq!(round(1), (rounds, ends));
    assert_eq!(round(60), (300, true), "once a minute keeps nobody busy");

    let mut talk = Talk::with(one_flow(vec![search(Some(0))]));
    talk.says("go");
    let rounds = (0..300).take_while(|_| talk.finds(vec![]).is_empty()).count();
    assert_eq!(rounds, 99);
}

#[test]
fn a_person_between_calls_lets_them_go_on() {
    let mut talk = Talk::with(one_flow(vec![http("a", &[], None), ask("x", text()), jump(0)]));
    talk.says("go");
    for _ in 0..150 {
        assert_eq!(talk.answers(200, json!(null)).len(), 1);
        talk.says("more");
        talk.state.slots.clear();
    }
    assert!(talk.faults().is_empty());
}

#[test]
fn jump_goes_elsewhere() {
    let mut bot = one_flow(vec![jump(2), say("never"), jump_flow("other"), say("never")]);
    flow(&mut bot, "other", vec![], vec![say("other")]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("go"), ["other"]);
    assert_eq!(
        talk.happened(),
        ["received", "flow_started", "flow_ended", "flow_started", "said", "flow_ended"]
    );
}

#[test]
fn a_flow_that_goes_to_itself_asks_anew() {
    let mut talk = Talk::with(one_flow(vec![ask("x", digits()), jump_flow("main")]));
    assert_eq!(talk.says("go"), ["x?"]);
    assert_eq!(talk.says("4711"), ["x?"]);
}

#[test]
fn a_flow_gone_to_forgets_its_earlier_answers_but_not_those_of_this_run() {
    let mut bot = one_flow(vec![ask("x", digits()), ask("sure", Expects::YesNo), jump_flow("other")]);
    let kinds = vec![ask("x", digits()), ask("y", digits()), say("{{ slots.x }} {{ slots.y }}")];
    flow(&mut bot, "other", vec![intent("other")], kinds);
    let mut talk = Talk::with(bot);
    talk.hears("other", meant("other", vec![]));
    talk.says("1111");
    assert_eq!(talk.says("2222"), ["1111 2222"]);
    assert_eq!(talk.says("go"), ["x?"]);
    assert_eq!(talk.says("3333"), ["sure?"]);
    assert_eq!(talk.says("yes"), ["y?"], "x is known from the flow that was left");
    assert_eq!(talk.says("4444"), ["3333 4444"]);
}

#[test]
fn it_is_known_why_the_bot_gave_up() {
    let last = |talk: &Talk, count: usize| {
        let said = talk.journal.iter().filter_map(|entry| match &entry.what {
            Happening::Said { why: Some(why), .. } => Some((why.flow.clone(), why.node.clone(), why.repair)),
            _ => None,
        });
        let all = said.collect::<Vec<_>>();
        all[all.len() - count..].to_vec()
    };
    let mut talk = Talk::with(one_flow(vec![say("so"), set("x", cel("nothing"))]));
    assert_eq!(talk.says("go"), ["so", APOLOGY, HANDOFF]);
    let fault = (Some("main".to_owned()), Some("steps[1]".to_owned()), None);
    assert_eq!(last(&talk, 2), [fault.clone(), fault]);

    let mut talk = Talk::with(empty_bot());
    for _ in 0..3 {
        talk.says("blargh");
    }
    assert_eq!(last(&talk, 1), [(None, None, Some(RepairKind::MisunderstoodOften))]);
    let mut talk = Talk::with(empty_bot());
    assert_eq!(talk.says("a person, please"), [HANDOFF]);
    assert_eq!(last(&talk, 1), [(None, None, Some(RepairKind::Person))]);
}

#[test]
fn handoff_waits_for_a_person_and_goes_on_after_it() {
    let mut talk =
        Talk::with(one_flow(vec![handoff("about {{ slots.x }}"), say("back"), set("x", cel("1"))]));
    assert_eq!(talk.says("go"), ["A person comes."]);
    assert_eq!(talk.state.owner, Owner::Team { team: Some("support".to_owned()) });
    assert_eq!(talk.state.next_step(&talk.bot), Some(NextStep::Person));
    assert!(talk.says("hello?").is_empty());
    assert_eq!(talk.acts(ADA, Act::HandBack), ["back"]);
    assert_eq!(talk.slot("x"), json!(1));
    assert_eq!(talk.state.lease, 2);
}

#[test]
fn a_handoff_that_nobody_takes_comes_back_to_the_bot() {
    let mut bot = one_flow(vec![handoff("a"), say("back"), ask("x", text()), say("Sorry, all are out.")]);
    let nobody = "I am sorry, nobody was free to take over. I am here for you again.";
    bot.handoff.wait = Some(SignedDuration::from_mins(10));
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    assert_eq!(talk.timer(TimerKind::Handoff), [nobody, "back", "x?"]);
    assert_eq!((&talk.state.owner, talk.state.lease), (&Owner::Bot, 2));
    assert!(talk.state.timers.values().all(|(kind, _)| *kind == TimerKind::Session));

    bot.handoff.say = Some(saying("Nobody."));
    let NodeKind::Handoff(node) = &mut bot.flows.get_mut("main").expect("a flow").nodes[0].kind else {
        panic!("a handoff");
    };
    node.wait = Some(SignedDuration::from_mins(2));
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    let due = talk.state.timers.values().next().expect("a timer").1;
    assert_eq!(due.duration_since(talk.now).as_secs(), 119, "the step's own time counts");
    assert_eq!(talk.timer(TimerKind::Handoff), ["Nobody.", "back", "x?"]);

    let NodeKind::Handoff(node) = &mut bot.flows.get_mut("main").expect("a flow").nodes[0].kind else {
        panic!("a handoff");
    };
    node.nobody = Some(3);
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.timer(TimerKind::Handoff), ["Sorry, all are out."]);
}

#[test]
fn a_handoff_that_somebody_takes_stays_with_them() {
    let mut bot = one_flow(vec![handoff("a"), say("back")]);
    bot.handoff.wait = Some(SignedDuration::from_mins(10));
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.state.timers.is_empty());
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    talk.event(Body::Forget);
    assert_eq!(talk.happened(), ["owner_changed", "erased"]);
    assert_eq!(talk.state.owner, Owner::Bot);
    assert!(talk.state.timers.is_empty(), "what is forgotten is not left waiting");
    assert_eq!(talk.says("go").len(), 1, "the bot goes on as with anybody new");
    let mut talk = Talk::with(bot);
    talk.says("go");
    talk.acts(ADA, Act::Close);
    assert!(talk.state.timers.is_empty());
}

#[test]
fn rate_takes_a_score() {
    let question = "How satisfied are you, from 1 (not at all) to 5 (very)?";
    let thanks = "Thank you for your feedback!";
    check(vec![rate("x"), say("end")], &["4"], &[question, thanks, "end"], json!(4));
    check(
        vec![rate("x"), say("end")],
        &["great", "super"],
        &[question, "Please answer with a number from 1 to 5.", "All right. What can I do for you?", "end"],
        Value::Null,
    );
    let NodeKind::Rate(mut own) = rate("x") else { unreachable!("a rate") };
    own.retries = 2;
    own.invalid = complaints(&[
        (None, 1, "1 to 5!"),
        (None, 2, "Really?"),
        (Some(MisfitKind::TooLarge), 1, "5 is most!"),
    ]);
    own.given_up = Some(saying("Then not."));
    let said = [question, "5 is most!", "Really?", "Then not.", "end"];
    check(vec![NodeKind::Rate(own.clone()), say("end")], &["9", "great", "10"], &said, Value::Null);
    let said = [question, "1 to 5!", "5 is most!", thanks];
    check(vec![NodeKind::Rate(own)], &["great", "10", "4"], &said, json!(4));
    let invalid = "Please answer with a number from 1 to 5.";
    for text in ["4.5", "4,5", "2.5 stars", "-4", "4 5"] {
        check(vec![rate("x")], &[text, "5"], &[question, invalid, thanks], json!(5));
    }
    let mut talk = Talk::with(one_flow(vec![rate("x")]));
    talk.says("go");
    assert_eq!(talk.presses("5"), [thanks]);
    assert!(talk.happened().contains(&"rated".to_owned()));
    for (text, words) in [("five", "five"), ("five stars", "five"), ("I give you five points", "five")] {
        let mut talk = Talk::with(one_flow(vec![rate("x")]));
        talk.says("go");
        let found = crate::dialogue::testing::named(vec![entity("number", words, 5.0)]);
        assert_eq!(talk.hears(text, found), [thanks], "{text}");
        assert_eq!(talk.slot("x"), json!(5), "{text}");
    }
}

#[test]
fn tag_marks_once() {
    let mut talk = Talk::with(one_flow(vec![tag("complaint"), tag("complaint"), say("{{ tags[0] }}")]));
    assert_eq!(talk.says("go"), ["complaint"]);
    assert_eq!(talk.happened().iter().filter(|kind| *kind == "tagged").count(), 1);
}

#[test]
fn wait_goes_on_later() {
    let mut talk = Talk::with(one_flow(vec![wait(60), say("still there?")]));
    assert!(talk.says("go").is_empty());
    assert!(talk.state.timers.values().all(|(kind, _)| *kind == TimerKind::Wait), "the session waits too");
    assert_eq!(talk.timer(TimerKind::Wait), ["still there?"]);
    assert!(talk.event(Body::Timer { timer: 1, kind: TimerKind::Wait }).is_empty());
}

#[test]
fn wait_until_a_time() {
    let until = |text: &str| NodeKind::Wait(Wait::Until(Expression::Template(text.to_owned())));
    let due = |text: &str| {
        let mut talk = Talk::with(one_flow(vec![until(text), say("now")]));
        let said = talk.says("go");
        (talk.state.timers.values().next().map(|(_, at)| at.to_string()), said)
    };
    assert_eq!(due("2026-11-24T10:00{{ '' }}"), (Some("2026-11-24T09:00:00Z".to_owned()), vec![]));
    assert_eq!(due("2026-11-24T10:00:00Z{{ '' }}").0.as_deref(), Some("2026-11-24T10:00:00Z"));
    assert_eq!(due("2026-11-24{{ '' }}").0.as_deref(), Some("2026-11-23T23:00:00Z"));
    assert_eq!(due("2020-01-01{{ '' }}"), (None, vec!["now".to_owned()]));
    assert_eq!(due("soon{{ '' }}").1, [APOLOGY, HANDOFF]);
    assert_eq!(due("2126-01-01{{ '' }}").1, [APOLOGY, HANDOFF]);
}

#[test]
fn end_ends_the_flow() {
    check(vec![say("a"), NodeKind::End, say("b")], &[], &["a"], Value::Null);
}

#[test]
fn sensitive_answers_stay_out_of_the_journal() {
    let mut bot = one_flow(vec![
        ask("email", Expects::Email),
        http("mail/{{ slots.email }}", &[], None),
        say("done"),
        handoff("mail to {{ slots.email }}"),
    ]);
    slot(&mut bot, "email", SlotKind::Email, &["email"]);
    bot.slots.get_mut("email").expect("just made").sensitive = true;
    let mut talk = Talk::with(bot);
    talk.says("go");
    let address = entity("email", "ada@example.com", "ada@example.com");
    talk.hears("it is ada@example.com", named(vec![address]));
    talk.answers(200, json!({}));
    assert_eq!(talk.slot("email"), json!("ada@example.com"));
    let journal = serde_json::to_string(&talk.journal).expect("entries are JSON");
    assert!(!journal.contains("ada@example.com"), "{journal}");
    assert!(!journal.contains("ada%40example.com"), "{journal}");
    assert!(journal.contains("it is ***"), "{journal}");
}

#[test]
fn a_sensitive_value_that_is_said_again_stays_out_of_the_journal() {
    let mut bot =
        one_flow(vec![ask("email", Expects::Email), ask("trouble", text()), say("{{ slots.email }}")]);
    slot(&mut bot, "email", SlotKind::Email, &["email"]);
    bot.slots.get_mut("email").expect("just made").sensitive = true;
    let mut talk = Talk::with(bot);
    talk.says("go");
    let address = |text: &str| named(vec![entity("email", text, "ada@example.com")]);
    talk.hears("ada@example.com", address("ada@example.com"));
    let said = talk.hears("mail to Ada@Example.com or ada@example.com fails", address("Ada@Example.com"));
    assert_eq!(said, ["ada@example.com"], "the visitor sees it");
    talk.says("did you write to ada@example.com?");
    let heard = talk.journal.iter().filter(|entry| !matches!(entry.what, Happening::Said { .. }));
    let heard = serde_json::to_string(&heard.collect::<Vec<_>>()).expect("entries are JSON");
    assert!(!heard.to_lowercase().contains("ada@example.com"), "{heard}");
    assert!(heard.contains("did you write to ***?"), "{heard}");
}
