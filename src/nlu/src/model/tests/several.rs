//! Several wishes in one message.

use studio_core::understanding::Besides;

use super::*;

/// A shop that acts on its own phrases alone, so that a message as a whole is none, and each clause that is a phrase is clear.
fn strict() -> Model {
    let phrases = owned(&[
        (
            "cancel_order",
            &["cancel my order", "storniere meine Bestellung", "I no longer want what I ordered"],
        ),
        ("opening_hours", &["what are your hours", "wann habt ihr offen", "opening days and closing days"]),
        ("return_item", &["I want to return this", "ich möchte das zurückgeben", "how do I send it back"]),
    ]);
    let languages = vec!["en".to_owned(), "de".to_owned()];
    train(&Lessons { phrases, languages, threshold: Some(1.0), ..Lessons::default() }, None).unwrap()
}

/// What is wanted besides the message as a whole, with the words that say so.
fn besides<'t>(understood: &Understanding, text: &'t str) -> Vec<(String, &'t str)> {
    let of = |besides: &Besides| (besides.intent.clone(), &text[besides.start..besides.end]);
    understood.also.iter().map(of).collect()
}

#[test]
fn each_clause_is_heard_in_its_order() {
    let model = strict();
    let check = |language: &str, text: &str, expected: &[(&str, &str)]| {
        let understood = model.understand(text, language, &now());
        let expected: Vec<(String, &str)> =
            expected.iter().map(|(intent, words)| ((*intent).to_owned(), *words)).collect();
        assert_eq!(besides(&understood, text), expected, "{text}: {:?}", understood.intents);
        assert!(!understood.confident, "{text}: the whole is none of the phrases");
    };
    let (cancel, hours) = ("cancel_order", "opening_hours");
    check(
        "en",
        "cancel my order and what are your hours?",
        &[(cancel, "cancel my order"), (hours, "what are your hours?")],
    );
    check(
        "en",
        "What are your hours? Also cancel my order.",
        &[(hours, "What are your hours?"), (cancel, "cancel my order.")],
    );
    check(
        "de",
        "storniere meine Bestellung und wann habt ihr offen?",
        &[(cancel, "storniere meine Bestellung"), (hours, "wann habt ihr offen?")],
    );
    check(
        "de",
        "Wann habt ihr offen, und storniere meine Bestellung",
        &[(hours, "Wann habt ihr offen,"), (cancel, "storniere meine Bestellung")],
    );
    // What belongs to the clause before it, or says nothing by itself, parts nothing.
    check("en", "what are your hours and days", &[]);
    check("de", "wann habt ihr offen und zu", &[]);
    check("en", "cancel my order and the purple monkey", &[]);
}

#[test]
fn a_phrase_with_a_joint_is_one_wish() {
    let understood = strict().understand("Opening days and closing days", "en", &now());
    assert_eq!(understood.intent().map(|best| best.intent.as_str()), Some("opening_hours"));
    assert_eq!(understood.also, []);
}

#[test]
fn both_wishes_are_named_whatever_the_whole_is_taken_for() {
    let mut lessons = shop();
    let cancel = [
        "cancel my order",
        "I want to cancel",
        "please cancel my order",
        "cancel the order please",
        "storniere meine Bestellung",
        "ich möchte meine Bestellung stornieren",
        "bitte stornieren",
    ];
    lessons.phrases.insert("cancel_order".to_owned(), cancel.map(str::to_owned).to_vec());
    let model = train(&lessons, None).unwrap();
    let check = |language: &str, text: &str, expected: &[&str]| {
        let understood = model.understand(text, language, &now());
        let best = understood.intent().map(|best| best.intent.as_str());
        let mut named: Vec<&str> =
            best.into_iter().chain(understood.also.iter().map(|besides| besides.intent.as_str())).collect();
        named.sort_unstable();
        assert_eq!(named, expected, "{text}: {:?}, {:?}", understood.intents, understood.also);
    };
    let both = ["cancel_order", "opening_hours"];
    check("en", "cancel my order and what are your opening hours?", &both);
    check("de", "Storniere meine Bestellung. Wann habt ihr geöffnet?", &both);
}
