//! Words that call for a repair among words of courtesy, and a no with thanks.

use super::*;
use crate::understanding::Understander;

/// Clearly understood as the flow to digress into, by words alone.
fn hours() -> Understanding {
    meant("hours", vec![])
}

#[test]
fn courtesy_around_the_words_of_a_repair_is_passed_over() {
    let check = |words: &str, expected: &[&str]| {
        let mut talk = Talk::with(form());
        talk.says("form");
        assert_eq!(talk.hears(words, hours()), expected, "{words}");
    };
    for words in [
        "no, cancel",
        "please cancel",
        "cancel please",
        "ok cancel",
        "never mind, thanks",
        "never mind, forget it",
        "I changed my mind",
        "cancel it",
        "nein, abbrechen",
        "abbrechen bitte",
        "stopp bitte",
        "brechen Sie bitte ab",
        "lassen wir das",
    ] {
        check(words, &[CANCELLED]);
    }
    for words in ["start again please", "von vorn bitte", "no no, start over"] {
        check(words, &["Hello!"]);
    }
    for words in ["can you repeat?", "können Sie das bitte wiederholen", "Kannst du das wiederholen?"] {
        check(words, &["number?"]);
    }
    check("yes, a person please", &[HANDOFF]);
    for words in ["don't cancel", "please do not stop", "bitte nicht abbrechen", "cancel the hours please"] {
        check(words, &["9 to 5", "number?"]);
    }
}

#[test]
fn the_authors_own_phrase_comes_before_a_repair_among_courtesy() {
    let mut exact = hours();
    exact.intents[0].by = Understander::Exact;
    let mut talk = Talk::with(form());
    talk.says("form");
    assert_eq!(talk.hears("cancel please", exact.clone()), ["9 to 5", "number?"]);
    assert_eq!(talk.hears("cancel", exact), [CANCELLED], "the whole of it is the studio's");
}

#[test]
fn something_else_than_what_runs_may_be_to_be_cancelled() {
    let mut bot = form();
    let kinds = vec![ask("sure", Expects::YesNo), say("no booking any more")];
    flow(&mut bot, "cancel_booking", vec![intent("cancel_booking")], kinds);
    let wish = || meant("cancel_booking", vec![]);
    for words in ["cancel my booking", "please cancel my booking", "no, cancel my booking"] {
        let mut talk = Talk::with(bot.clone());
        talk.says("form");
        assert_eq!(talk.hears(words, wish()), ["sure?"], "{words}");
        assert_eq!(talk.says("yes"), ["no booking any more", "number?"], "the form goes on");
    }
    let mut talk = Talk::with(bot);
    talk.says("form");
    assert_eq!(talk.hears("cancel, please", wish()), [CANCELLED], "what runs");
}

#[test]
fn the_authors_own_words_stand_among_courtesy_too() {
    let mut bot = form();
    bot.repairs.cancel.words = [("en".to_owned(), vec!["Enough!".to_owned()])].into();
    let mut talk = Talk::with(bot);
    talk.says("form");
    assert_eq!(talk.says("cancel please").len(), 1);
    assert!(!talk.state.stack.is_empty(), "theirs take the place of ours");
    assert_eq!(talk.says("enough, thanks"), [CANCELLED]);
    talk.says("form");
    assert_eq!(talk.says("bitte abbrechen, danke"), [CANCELLED], "the German words are the studio's still");
}

#[test]
fn an_option_that_is_called_as_a_repair_is_chosen_among_courtesy_too() {
    let kinds = vec![ask("what", options(&["keep", "cancel"])), say("{{ slots.what }}")];
    let mut bot = one_flow(kinds);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.says("cancel, please"), ["cancel"]);
    talk.says("go");
    assert_eq!(
        talk.hears("cancel, please", hours()),
        ["cancel"],
        "also where the words are like those of a flow"
    );
    talk.says("go");
    assert_eq!(talk.hears("cancel my booking", hours()), ["9 to 5", "what?"]);
    assert_eq!(talk.says("keep"), ["keep"]);
    talk.says("go");
    assert_eq!(talk.says("stop, please"), [CANCELLED]);
}

#[test]
fn courtesy_is_passed_over_where_nothing_runs() {
    let mut talk = Talk::with(form());
    talk.opens();
    assert_eq!(talk.hears("ok, never mind, thanks", hours()), ["All right. What can I do for you?"]);
}

#[test]
fn who_declines_with_thanks_wants_to_stop() {
    let check = |words: &str, expected: &[&str]| {
        let mut asked = question("number", digits());
        asked.unknown = Some(1);
        let mut bot = one_flow(vec![NodeKind::Ask(Box::new(asked)), say("Then by your name.")]);
        flow(&mut bot, "hours", vec![Trigger::Keyword("thanks no".to_owned())], vec![say("9 to 5")]);
        let mut talk = Talk::with(bot);
        talk.says("go");
        assert_eq!(talk.says(words), expected, "{words}");
    };
    check("no thanks", &[CANCELLED]);
    check("No, thank you very much!", &[CANCELLED]);
    check("nein danke", &[CANCELLED]);
    check("no", &["Then by your name."]);
    check("I don't have it, thanks", &["Then by your name."]);
    check("thanks, no", &["9 to 5", "number?"]);

    let mut talk = Talk::with(one_flow(vec![ask("sure", Expects::YesNo), say("{{ slots.sure }}")]));
    talk.says("go");
    assert_eq!(talk.says("no thanks"), ["false"], "here it is the answer");
    let mut talk = Talk::with(one_flow(vec![ask("note", text()), say("{{ slots.note }}")]));
    talk.says("go");
    assert_eq!(talk.says("no thanks"), ["no thanks"], "any words are");
    let mut talk = Talk::with(one_flow(vec![rate("csat"), say("Bye.")]));
    talk.says("go");
    assert_eq!(talk.says("no thanks"), [CANCELLED]);
    let mut talk = Talk::with(form());
    talk.bot.repairs.cancel.enabled = false;
    talk.says("form");
    assert_ne!(talk.says("no thanks"), [CANCELLED]);
}

#[test]
fn courtesy_is_no_misunderstanding() {
    const ANYTHING: &str = "All right. What can I do for you?";
    let mut talk = Talk::with(form());
    talk.opens();
    talk.bot.knowledge.fallback = true;
    for words in ["hello", "Hallo!", "bye", "thanks!", "ok", "Danke!", "no, thanks", "👍"] {
        assert_eq!(talk.says(words), [ANYTHING], "{words}");
    }
    assert!(talk.repairs().is_empty());
    talk.bot.knowledge.fallback = false;
    assert_eq!(talk.says("blargh"), [ONCE], "nothing was counted");
    assert_eq!(talk.says("thanks"), [ANYTHING]);
    assert_eq!(talk.says("blargh"), [TWICE], "and nothing forgiven");
    assert_eq!(talk.hears("thanks", hours()), ["9 to 5"], "what the author wrote comes first");

    let mut talk = Talk::with(empty_bot());
    assert_eq!(talk.says("hello"), [ANYTHING], "there is no welcome");
    let mut talk = Talk::with(form());
    assert_eq!(talk.says("thank you"), ["Hello!"], "the first message is welcomed");
    let mut bot = form();
    flow(&mut bot, "fallback", vec![Trigger::Fallback], vec![say("What?")]);
    assert_eq!(Talk::with(bot).says("thanks"), ["What?"], "and so does a fallback of the author's");
}

#[test]
fn thanks_is_no_wrong_answer_to_yes_or_no() {
    let mut talk = Talk::with(one_flow(vec![ask("sure", Expects::YesNo), say("{{ slots.sure }}")]));
    talk.says("go");
    for words in ["Vielen Dank", "thanks", "hello", "thank you very much"] {
        assert_eq!(talk.says(words), ["sure?"], "{words}");
    }
    assert_eq!(talk.says("blue"), ["Please answer with yes or no."]);
    assert_eq!(talk.says("yes, thanks"), ["true"]);
}

#[test]
fn a_no_before_another_wish_is_an_answer() {
    let mut bot = one_flow(vec![ask("sure", Expects::YesNo), say("sure: {{ slots.sure }}")]);
    flow(&mut bot, "order", vec![intent("order")], vec![ask("number", digits()), say("cancelled")]);
    flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
    let wish = || meant("order", vec![]);
    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    assert_eq!(talk.hears("no, cancel the order", wish()), ["number?"]);
    assert_eq!(talk.slot("sure"), json!(false));
    assert_eq!(talk.says("4711"), ["cancelled", "sure: false"], "what ran goes on behind it");

    let mut talk = Talk::with(bot.clone());
    talk.says("go");
    assert_eq!(talk.hears("cancel the order", wish()), ["number?"]);
    assert_eq!(talk.says("4711"), ["cancelled", "sure?"], "without a no the question is still open");

    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.hears("no, when do you open?", hours()), ["9 to 5", "sure?"], "only asked in passing");
}
