//! What is stopped, and what goes on behind it.

use super::*;

#[test]
fn cancel_ends_what_runs() {
    let check = |words: &str| {
        let mut talk = Talk::with(form());
        talk.says("form");
        assert_eq!(talk.says(words), [CANCELLED], "{words}");
        assert!(talk.state.stack.is_empty());
        assert_eq!(talk.repairs(), [RepairKind::Cancel]);
    };
    check("cancel");
    check("Never mind!");
    check("abbrechen");
}

#[test]
fn with_nothing_to_cancel_all_is_well() {
    const NOTHING: &str = "All right. What can I do for you?";
    let mut talk = Talk::with(form());
    talk.opens();
    assert_eq!(talk.says("never mind"), [NOTHING]);
    assert_eq!(talk.hears("stop!", meant("form", vec![])), [NOTHING], "it only sounds like the form");
    let mut exact = meant("hours", vec![]);
    exact.intents[0].by = crate::understanding::Understander::Exact;
    assert_eq!(talk.hears("stop", exact), ["9 to 5"], "the author's own words");
    assert_eq!(talk.says("blargh"), [ONCE]);
    talk.bot.repairs.cancel.say = Some(saying("Fine."));
    assert_eq!(talk.says("egal"), ["Fine."]);
    talk.bot.repairs.cancel.enabled = false;
    assert_eq!(talk.says("never mind"), [ONCE]);
}

#[test]
fn cancel_comes_back_to_what_it_interrupted() {
    let mut bot = form();
    flow(&mut bot, "name", vec![intent("name")], vec![ask("name", text())]);
    let mut talk = Talk::with(bot);
    talk.says("form");
    assert_eq!(talk.hears("my name", meant("name", vec![])), ["name?"]);
    assert_eq!(talk.says("cancel"), ["All right.", "number?"]);
}

#[test]
fn what_the_author_says_of_what_is_over_is_not_said_of_what_goes_on() {
    let mut bot = form();
    bot.repairs.cancel.say = Some(saying("We leave it there."));
    flow(&mut bot, "name", vec![intent("name")], vec![ask("name", text())]);
    flow(&mut bot, "people", vec![intent("people")], vec![handoff("wants one")]);
    let mut talk = Talk::with(bot);
    talk.says("form");
    talk.hears("my name", meant("name", vec![]));
    assert_eq!(talk.says("cancel"), ["All right.", "number?"]);
    talk.hears("people", meant("people", vec![]));
    let withdrawn = "All right, nobody needs to come. I am here for you again.";
    assert_eq!(talk.says("never mind"), [withdrawn, "number?"]);
    assert_eq!(talk.says("cancel"), ["We leave it there."]);
    talk.hears("people", meant("people", vec![]));
    assert_eq!(talk.says("never mind"), ["We leave it there."], "nothing goes on");
}

#[test]
fn cancel_by_own_words_intent_and_flow() {
    let mut bot = form();
    bot.repairs.cancel.words = [("en".to_owned(), vec!["Enough!".to_owned()])].into();
    bot.repairs.cancel.intent = Some("stop_it".to_owned());
    bot.repairs.cancel.flow = Some("hours".to_owned());
    let mut talk = Talk::with(bot);
    talk.says("form");
    assert_eq!(talk.says("cancel").len(), 1, "an answer that does not fit");
    assert!(!talk.state.stack.is_empty());
    assert_eq!(talk.says("enough"), ["9 to 5"]);
    talk.says("form");
    assert_eq!(talk.hears("do away with it", meant("stop_it", vec![])), ["9 to 5"]);
    talk.says("form");
    assert_eq!(talk.says("abbrechen"), ["9 to 5"], "the German words are the studio's still");
    talk.bot.repairs.cancel.enabled = false;
    talk.says("form");
    talk.says("enough");
    assert!(!talk.state.stack.is_empty());
}
