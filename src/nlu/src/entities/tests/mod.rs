//! Tables of what is found, by kind and language. "Now" is Wednesday, 15 July 2026, 10:00.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use studio_core::understanding::EntityLesson;

use super::*;
use crate::model::tests::now;

mod duckling;
mod languages;
mod own;
mod properties;
mod times;

fn finder(lessons: &[(&str, EntityLesson)]) -> Finder {
    let lessons = lessons.iter().map(|(name, lesson)| ((*name).to_owned(), lesson.clone())).collect();
    Finder::new(&lessons, &["en".to_owned(), "de".to_owned()], false).unwrap()
}

fn found(finder: &Finder, entity: &str, language: &str, text: &str) -> Vec<(String, Value)> {
    found_at(finder, entity, language, text, &now())
}

fn found_at(
    finder: &Finder,
    entity: &str,
    language: &str,
    text: &str,
    now: &jiff::Zoned,
) -> Vec<(String, Value)> {
    let finds = finder.find(&Reading::new(text), &Moment { language, now }, |word| word == "sent");
    finds
        .into_iter()
        .filter(|find| find.entity == entity || entity == "any")
        .map(|find| (find.text, find.value))
        .collect()
}

/// One kind, no entity of the bot: `(text, [(words, value)])`.
fn check(kind: &str, language: &str, cases: &[(&str, &[(&str, Value)])]) {
    let finder = finder(&[]);
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let expected: Vec<(String, Value)> =
            expected.iter().map(|(words, value)| ((*words).to_owned(), value.clone())).collect();
        let found = found(&finder, kind, language, text);
        if found != expected {
            wrong.push(format!("{text:?}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{kind} in {language}:\n{}", wrong.join("\n"));
}

#[test]
fn a_semicolon_parts_what_it_stands_between() {
    let languages = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr"].map(str::to_owned);
    let finder = Finder::new(&BTreeMap::new(), &languages, false).unwrap();
    for (language, text) in [
        ("en", "this weekend; tonight"),
        ("en", "half past; five o'clock"),
        ("en", "from monday; to friday"),
        ("en", "I have five; euros are fine"),
        ("en", "10 Main Street; London"),
        ("fr", "midi et quart; minuit"),
        ("de", "um halb; sechs Stück"),
        ("es", "la hora; y media docena"),
    ] {
        let over: Vec<(String, Value)> = found(&finder, "any", language, text)
            .into_iter()
            .filter(|(words, _)| words.contains(';'))
            .collect();
        assert!(over.is_empty(), "{text}: {over:?}");
    }
    assert_eq!(found(&finder, "time", "fr", "midi et quart; minuit").len(), 2);
}

#[test]
fn numbers_in_english() {
    check(
        "number",
        "en",
        &[
            ("order 4711 please", &[("4711", json!(4711))]),
            ("1,234.5 or 1,000", &[("1,234.5", json!(1234.5)), ("1,000", json!(1000))]),
            ("-5 and 5-10", &[("-5", json!(-5)), ("5", json!(5)), ("10", json!(10))]),
            ("minus four, minus 4", &[("minus four", json!(-4)), ("minus 4", json!(-4))]),
            ("1e3", &[]),
            ("twenty-five of them", &[("twenty-five", json!(25))]),
            ("I need two hundred and five", &[("two hundred and five", json!(205))]),
            ("5kg or 10k", &[("5", json!(5)), ("10k", json!(10_000))]),
            ("the 3rd, A4711, 4711a, which one", &[]),
            ("one please", &[("one", json!(1))]),
            ("１２", &[("１２", json!(12))]),
            ("नंबर ४७ or ١٢٫٥", &[("४७", json!(47)), ("١٢٫٥", json!(12.5))]),
            ("", &[]),
        ],
    );
}

#[test]
fn numbers_in_german() {
    check(
        "number",
        "de",
        &[
            ("1.234,5 und 1.000", &[("1.234,5", json!(1234.5)), ("1.000", json!(1000))]),
            ("3,5 Stück", &[("3,5", json!(3.5))]),
            ("fünfundzwanzig Stück", &[("fünfundzwanzig", json!(25))]),
            ("zweihundertdrei", &[("zweihundertdrei", json!(203))]),
            ("ein Hund", &[]),
            ("1'000 Franken sind es nicht", &[]),
        ],
    );
}

#[test]
fn contacts() {
    check(
        "email",
        "en",
        &[
            ("mail me at Ada.L@Example.ORG.", &[("Ada.L@Example.ORG", json!("Ada.L@example.org"))]),
            ("(ada+shop@example.co.uk)", &[("ada+shop@example.co.uk", json!("ada+shop@example.co.uk"))]),
            ("ada@ example", &[]),
            ("meet @ noon", &[]),
            ("ada(at)example(dot)org", &[("ada(at)example(dot)org", json!("ada@example.org"))]),
            ("it is Ada.L @ Example.ORG!", &[("Ada.L @ Example.ORG", json!("Ada.L@example.org"))]),
            ("a.b＠example.org", &[("a.b＠example.org", json!("a.b@example.org"))]),
            ("a@b.org @ c.org", &[("a@b.org", json!("a@b.org"))]),
            ("find us @ example.org", &[]),
        ],
    );
    check(
        "url",
        "en",
        &[
            (
                "see https://example.org/Path?q=1.",
                &[("https://example.org/Path?q=1", json!("https://example.org/Path?q=1"))],
            ),
            ("it's on example.com/shop", &[("example.com/shop", json!("https://example.com/shop"))]),
            ("www.example.museum!", &[("www.example.museum", json!("https://www.example.museum"))]),
            ("hello.how are you", &[]),
            ("javascript://alert", &[]),
        ],
    );
    check(
        "phone",
        "de",
        &[
            ("+49 170 1234567", &[("+49 170 1234567", json!("+491701234567"))]),
            ("call 0049 (0)30 / 123456-7", &[("0049 (0)30 / 123456-7", json!("+49301234567"))]),
            ("meine Nummer: 0170/1234567", &[("0170/1234567", json!("01701234567"))]),
            ("(555) 123-4567", &[("(555) 123-4567", json!("5551234567"))]),
            // No country has the code, or numbers of the length.
            ("+999 170 1234567", &[]),
            ("+1 555 0100", &[]),
            ("call 0012345678", &[]),
            ("+354 581 2345", &[("+354 581 2345", json!("+3545812345"))]),
            ("Bestellung 47114711", &[]),
            ("am 24.12.2026", &[]),
            ("2026-12-24", &[]),
            ("1.000.000", &[]),
            ("+12", &[]),
            ("A-0170123456", &[]),
        ],
    );
}

#[test]
fn money() {
    let of = |amount: Value, currency: &str| json!({ "amount": amount, "currency": currency });
    check(
        "money",
        "en",
        &[
            ("it cost $12.50", &[("$12.50", of(json!(12.5), "USD"))]),
            ("€1,200 or 30 euros", &[("€1,200", of(json!(1200), "EUR")), ("30 euros", of(json!(30), "EUR"))]),
            ("EUR 20 was charged", &[("EUR 20", of(json!(20), "EUR"))]),
            ("20eur", &[("20eur", of(json!(20), "EUR"))]),
            ("five dollars", &[("five dollars", of(json!(5), "USD"))]),
            ("twelve dollars fifty", &[("twelve dollars fifty", of(json!(12.5), "USD"))]),
            ("five dollars two", &[("five dollars", of(json!(5), "USD"))]),
            ("50 cents", &[("50 cents", of(json!(0.5), "USD"))]),
            ("$1.5 million", &[("$1.5 million", of(json!(1_500_000), "USD"))]),
            ("£5k", &[("£5k", of(json!(5000), "GBP"))]),
            ("a pound of flesh", &[]),
            ("euro 2024? the euro", &[]),
        ],
    );
    check(
        "money",
        "de",
        &[
            ("12,50 €", &[("12,50 €", of(json!(12.5), "EUR"))]),
            ("1.200,00 Euro", &[("1.200,00 Euro", of(json!(1200), "EUR"))]),
            ("fünf Euro", &[("fünf Euro", of(json!(5), "EUR"))]),
            ("5 Euro 20", &[("5 Euro 20", of(json!(5.2), "EUR"))]),
            ("5 Euro und 20 Cent", &[("5 Euro und 20 Cent", of(json!(5.2), "EUR"))]),
            ("einundzwanzig Euro fünfzig", &[("einundzwanzig Euro fünfzig", of(json!(21.5), "EUR"))]),
            ("12 Euro zwanzig bitte", &[("12 Euro zwanzig", of(json!(12.2), "EUR"))]),
            ("zwanzig Euro fünfzig Stück", &[("zwanzig Euro", of(json!(20), "EUR"))]),
            ("20 Cent", &[("20 Cent", of(json!(0.2), "EUR"))]),
            ("19.90€", &[("19.90€", of(json!(19.9), "EUR"))]),
            ("80 Franken", &[("80 Franken", of(json!(80), "CHF"))]),
        ],
    );
}

#[test]
fn a_grand_is_of_the_bots_country() {
    let of = |country: Option<&str>, text: &str| {
        let finder = Finder::new(&BTreeMap::new(), &["en".to_owned()], false).unwrap();
        found(&finder.in_country(country).unwrap(), "money", "en", text)
    };
    let money = |words: &str, amount: i64, currency: &str| {
        [(words.to_owned(), json!({ "amount": amount, "currency": currency }))]
    };
    assert_eq!(of(None, "5 grand"), money("5 grand", 5_000, "USD"));
    assert_eq!(of(Some("GB"), "5 grand"), money("5 grand", 5_000, "GBP"));
    assert_eq!(of(Some("AU"), "a tenner"), money("a tenner", 10, "AUD"));
    assert_eq!(of(Some("DE"), "a tenner"), money("a tenner", 10, "GBP"));
}

fn products(fuzzy: bool) -> EntityLesson {
    let values: BTreeMap<String, Vec<String>> = [
        ("backpack", &["Rucksack", "bag"][..]),
        ("tent", &["Zelt"]),
        ("t_shirt", &["T-Shirt", "Hemd"]),
        ("sleeping bag", &["Schlafsack"]),
        ("jacket", &["blaue Jacke", "Jacke"]),
    ]
    .into_iter()
    .map(|(value, synonyms)| {
        (value.to_owned(), synonyms.iter().map(|synonym| (*synonym).to_owned()).collect())
    })
    .collect();
    EntityLesson::List { values, fuzzy }
}

#[test]
fn lists() {
    let (strict, fuzzy) = (finder(&[("product", products(false))]), finder(&[("product", products(true))]));
    let check = |finder: &Finder, text: &str, expected: &[(&str, &str)]| {
        let found = found(finder, "product", "en", text);
        let expected: Vec<(String, Value)> =
            expected.iter().map(|(words, value)| ((*words).to_owned(), json!(value))).collect();
        assert_eq!(found, expected, "{text}");
    };
    for finder in [&strict, &fuzzy] {
        check(finder, "a BACKPACK and a tent", &[("BACKPACK", "backpack"), ("tent", "tent")]);
        check(finder, "my back pack", &[("back pack", "backpack")]);
        check(
            finder,
            "t shirt, tshirt, T-Shirt",
            &[("t shirt", "t_shirt"), ("tshirt", "t_shirt"), ("T-Shirt", "t_shirt")],
        );
        check(finder, "zwei Rucksäcke und Zelte", &[("Rucksäcke", "backpack"), ("Zelte", "tent")]);
        check(finder, "Rucksaecke", &[("Rucksaecke", "backpack")]);
        check(finder, "sleeping bag", &[("sleeping bag", "sleeping bag")]);
        check(finder, "unpacked, baggage, content", &[]);
        check(finder, "", &[]);
    }
    check(&strict, "my bakpack", &[]);
    check(
        &fuzzy,
        "my bakpack, rucksak, blauen Jacken",
        &[("bakpack", "backpack"), ("rucksak", "backpack"), ("blauen Jacken", "jacket")],
    );
    check(&fuzzy, "abckpack", &[("abckpack", "backpack")]);
    // short names, everyday words and words of the bot's own phrases are not misspellings
    check(&fuzzy, "a bug, a text, it was sent, I went", &[]);
    check(&fuzzy, "tnet", &[("tnet", "tent")]);
}

#[test]
fn patterns_give_their_first_group() {
    let finder = finder(&[
        ("order", EntityLesson::Pattern(r"\b[0-9]{4,8}\b".to_owned())),
        ("open", EntityLesson::Pattern("[0-9]{4,8}".to_owned())),
        ("code", EntityLesson::Pattern(r"code:\s*(\w+)".to_owned())),
    ]);
    assert_eq!(found(&finder, "order", "en", "it is 4711!"), [("4711".to_owned(), json!("4711"))]);
    assert_eq!(found(&finder, "number", "en", "it is 4711!"), [("4711".to_owned(), json!(4711))]);
    assert_eq!(found(&finder, "code", "en", "Code: ÄB7"), [("ÄB7".to_owned(), json!("ÄB7"))]);
    assert_eq!(found(&finder, "code", "en", "barcode: X1"), []);
    assert_eq!(
        found(&finder, "open", "en", "it is 123456789 or #4711."),
        [("4711".to_owned(), json!("4711"))]
    );
    let typed = "طلب ٤٧١١، ４７１２";
    let orders =
        [("٤٧١١", "4711"), ("４７１２", "4712")].map(|(text, value)| (text.to_owned(), json!(value)));
    assert_eq!(found(&finder, "order", "ar", typed), orders);
    assert_eq!(found(&finder, "open", "ar", typed), orders);
    let broken = BTreeMap::from([("x".to_owned(), EntityLesson::Pattern("(".to_owned()))]);
    let error = Finder::new(&broken, &[], false).unwrap_err().to_string();
    assert!(error.starts_with("entity `x` has a pattern that is not a regular expression"), "{error}");
}

#[test]
fn what_is_part_of_a_longer_find_goes() {
    let kinds = |text: &str| -> Vec<String> {
        let now = now();
        let finds = finder(&[]).find(&Reading::new(text), &Moment { language: "en", now: &now }, |_| false);
        finds.into_iter().map(|find| find.entity).collect()
    };
    let check = |text: &str, expected: &[&str]| assert_eq!(kinds(text), expected, "{text}");
    check("24.12.2026", &["date"]);
    check("on 24.12.", &["date"]);
    check("$12.50", &["money"]);
    check("see https://example.org/24/12 at 17:30", &["url", "time"]);
    check("+49 170 1234567", &["phone"]);
    check("ada42@example.org", &["email"]);
    check("tomorrow at 5 pm for 20 euros, call 0170 1234567", &["date", "time", "money", "phone"]);
}

#[test]
fn an_entity_of_the_bot_replaces_the_built_in_one() {
    let finder = finder(&[("number", EntityLesson::Pattern("N[0-9]+".to_owned()))]);
    assert_eq!(found(&finder, "number", "en", "4711 or N12"), [("N12".to_owned(), json!("N12"))]);
}

#[test]
fn national_numbers_are_those_of_the_region_that_is_spoken() {
    let check = |country: Option<&str>, language: &str, text: &str, expected: &str| {
        let finder = Finder::new(&BTreeMap::new(), &["de".to_owned()], false).unwrap();
        let found = found(&finder.in_country(country).unwrap(), "phone", language, text);
        assert_eq!(found, [(text.to_owned(), json!(expected))], "{country:?} {language}");
    };
    check(None, "de-AT", "0664 1234567", "+436641234567");
    check(None, "de_at", "0664 1234567", "+436641234567");
    check(None, "de", "0664 1234567", "06641234567");
    check(None, "zh-Hant-TW", "0912 345 678", "+886912345678");
    // The bot's own country is what its author says.
    check(Some("DE"), "de-AT", "0170 1234567", "+491701234567");
    // What is valid nowhere there keeps its digits.
    check(None, "en-US", "0170 1234567", "01701234567");
}

#[test]
fn national_numbers_are_those_of_the_bots_country() {
    let of = |country: &str| {
        Finder::new(&BTreeMap::new(), &["en".to_owned()], false).unwrap().in_country(Some(country)).unwrap()
    };
    let check = |country: &str, text: &str, expected: &[&str]| {
        let found: Vec<Value> =
            found(&of(country), "phone", "en", text).into_iter().map(|(_, value)| value).collect();
        let expected: Vec<Value> = expected.iter().map(|value| json!(value)).collect();
        assert_eq!(found, expected, "{country}: {text}");
    };
    check("DE", "0170 1234567", &["+491701234567"]);
    check("DE", "call +44 20 7946 0018", &["+442079460018"]);
    check("US", "(212) 555-0123", &["+12125550123"]);
    check("GB", "020 7946 0018", &["+442079460018"]);
    check("FR", "01 42 68 53 00", &["+33142685300"]);
    check("PL", "order 47114711", &[]);
    check("DE", "No:12 D:5 34000 Kadıköy", &[]);
    let finder = Finder::new(&BTreeMap::new(), &[], false).unwrap();
    let error = finder.in_country(Some("QQ")).unwrap_err().to_string();
    assert_eq!(error, "the country must be a code of ISO 3166-1 such as `DE`, not `QQ`");
}
