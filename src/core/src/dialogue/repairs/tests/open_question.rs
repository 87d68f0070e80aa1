//! The open question is said again where the visitor needs it, and never as if nothing had been heard.

use super::*;
use crate::understanding::Understander;

const WRONG: &str = "That does not have the form I expected. Please try again.";

#[test]
fn the_open_question_is_among_what_is_repeated() {
    let mut talk = Talk::with(form());
    talk.says("form");
    assert_eq!(talk.says("xyz"), [WRONG]);
    for _ in 0..2 {
        assert_eq!(talk.says("repeat"), [WRONG, "number?"]);
    }
    assert_eq!(talk.says("I don't know").len(), 1);
    assert_eq!(talk.says("say that again")[1], "number?");
    assert_eq!(talk.says("4711"), ["mail?"]);

    let mut talk = Talk::with(one_flow(vec![rate("csat"), say("Bye.")]));
    let asked = talk.says("go");
    let wrong = talk.says("blue");
    assert_eq!(talk.says("repeat"), [wrong, asked].concat());
}

#[test]
fn the_options_stand_below_the_repeated_question_once() {
    let mut talk = Talk::with(one_flow(vec![ask("size", options(&["s", "l"])), say("done")]));
    talk.says("go");
    assert_eq!(talk.says("blue").len(), 1);
    talk.says("repeat");
    let titles: Vec<&str> = talk.state.offered.iter().map(|offer| offer.title.as_str()).collect();
    assert_eq!(titles, ["The s", "The l"]);
}

#[test]
fn that_something_was_changed_is_said_once() {
    let mut talk = Talk::with(form());
    talk.says("form");
    talk.says("1234");
    assert_eq!(talk.says("no, the number is 4711"), ["All right, I have changed that.", "mail?"]);
    assert_eq!(talk.says("repeat"), ["mail?"]);
    let mut talk = Talk::with(one_flow(vec![ask("number", digits())]));
    talk.says("go");
    talk.says("1234");
    assert_eq!(talk.says("no, the number is 4711"), ["All right, I have changed that."]);
    assert_eq!(talk.says("repeat"), ["All right, I have changed that."], "there is nothing else");
}

#[test]
fn a_digression_into_the_same_question_is_heard() {
    let mut bot = form();
    flow(&mut bot, "refund", vec![intent("refund")], vec![ask("number", digits()), say("it is on its way")]);
    flow(&mut bot, "name", vec![intent("name")], vec![ask("name", text()), say("ok")]);
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("form"), ["number?"]);
    assert_eq!(talk.hears("my refund", meant("refund", vec![])), ["All right.", "number?"]);
    assert_eq!(talk.says("cancel"), ["All right.", "number?"]);
    assert_eq!(
        talk.hears("my name", meant("name", vec![])),
        ["name?"],
        "another question shows it by itself"
    );
}

#[test]
fn who_asks_again_for_what_is_under_way_hears_the_question_again() {
    let exact = || {
        let mut exact = meant("form", vec![]);
        exact.intents[0].by = Understander::Exact;
        exact
    };
    let mut talk = Talk::with(form());
    talk.bot.knowledge.fallback = true;
    talk.says("form");
    for _ in 0..5 {
        assert_eq!(talk.hears("the form?", exact()), ["number?"], "it is no try");
        assert_eq!(talk.hears("I want the form", meant("form", vec![])), ["number?"]);
    }
    assert_eq!(talk.hears("the form 12", meant("form", vec![])), [WRONG], "that may be an answer");
    assert_eq!(talk.hears("where is 4711", meant("form", vec![])), ["mail?"]);
}
