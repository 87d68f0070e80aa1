//! Several wishes in one message.

use studio_core::understanding::Besides;

use super::{noting::Noting, *};

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

/// None of the clauses is a phrase, and of so few phrases words are never sure: the vector of each decides.
#[test]
fn the_transformer_hears_each_clause_and_both_wishes_are_named_by_it() {
    let mut lessons = Lessons { threshold: Some(0.1), ..shop() };
    let cancel = ["cancel my order", "I want to cancel", "please cancel my order", "cancel the order please"];
    lessons.phrases.insert("cancel_order".to_owned(), cancel.map(str::to_owned).to_vec());
    let heard = Arc::new(Noting::default());
    let model = train(&lessons, Some(heard.clone())).unwrap();
    let check = |text: &str, clauses: [(&str, &str); 2]| {
        heard.runs();
        let understood = model.understand(text, "en", &now());
        let asked: Vec<Vec<String>> = heard.runs().into_iter().flatten().map(|(_, parts)| parts).collect();
        assert!(asked.contains(&clauses.map(|(_, words)| words.to_owned()).to_vec()), "{text}: {asked:?}");
        let first = understood.intent().map(|best| best.intent.clone()).unwrap_or_default();
        let mut named: Vec<&str> = understood.also.iter().map(|besides| besides.intent.as_str()).collect();
        named.push(&first);
        for (intent, _) in clauses {
            assert!(named.contains(&intent), "{text}: {named:?}");
        }
        // Whatever the whole is taken for, what is wanted besides stands at its own words.
        assert!(!understood.also.is_empty(), "{text}: {understood:?}");
        for besides in &understood.also {
            assert_eq!(besides.by, Understander::Semantic, "{text}");
            let of_clause = (besides.intent.as_str(), &text[besides.start..besides.end]);
            assert!(clauses.contains(&of_clause), "{text}: {of_clause:?}");
        }
    };
    let (cancel, hours) =
        (("cancel_order", "cancel my whole order"), ("opening_hours", "when exactly are you open"));
    check("cancel my whole order and when exactly are you open", [cancel, hours]);
    let (hours, cancel) = (("opening_hours", "When exactly are you open"), ("cancel_order", cancel.1));
    check("When exactly are you open and cancel my whole order", [hours, cancel]);
}
