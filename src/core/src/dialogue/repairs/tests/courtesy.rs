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
    let mut talk = Talk::with(one_flow(kinds));
    talk.says("go");
    assert_eq!(talk.says("cancel, please"), ["cancel"]);
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
