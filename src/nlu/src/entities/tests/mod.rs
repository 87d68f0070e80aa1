//! Tables of what is found, by kind and language. "Now" is Wednesday, 15 July 2026, 10:00.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use studio_core::understanding::EntityLesson;

use super::*;
use crate::model::tests::now;

mod languages;
mod properties;

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
fn on_a_sunday_this_weekend_is_the_one_that_ends() {
    let sunday: jiff::Zoned = "2026-07-19T12:00:00+00:00[UTC]".parse().unwrap();
    let finder = finder(&[]);
    for (kind, text, value) in [
        ("interval", "this weekend", json!({ "from": "2026-07-18", "to": "2026-07-19" })),
        ("interval", "on the weekend", json!({ "from": "2026-07-18", "to": "2026-07-19" })),
        ("interval", "next weekend", json!({ "from": "2026-07-25", "to": "2026-07-26" })),
        ("date", "this weekend", json!("2026-07-19")),
    ] {
        let found = found_at(&finder, kind, "en", text, &sunday);
        assert_eq!(found, [(text.to_owned(), value)], "{kind}");
    }
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
fn dates_in_english() {
    check(
        "date",
        "en",
        &[
            ("2026-12-24", &[("2026-12-24", json!("2026-12-24"))]),
            ("12/24/2026", &[("12/24/2026", json!("2026-12-24"))]),
            ("24/12/2026", &[("24/12/2026", json!("2026-12-24"))]),
            ("on 3/4/27", &[("3/4/27", json!("2027-04-03"))]),
            ("any day but friday, so not on 3/4/27", &[]),
            ("not today, tomorrow", &[("tomorrow", json!("2026-07-16"))]),
            ("24.12.2026.", &[("24.12.2026", json!("2026-12-24"))]),
            ("tomorrow", &[("tomorrow", json!("2026-07-16"))]),
            ("the day after tomorrow", &[("day after tomorrow", json!("2026-07-17"))]),
            ("next friday", &[("next friday", json!("2026-07-17"))]),
            ("Friday next week", &[("Friday next week", json!("2026-07-24"))]),
            ("on wednesday", &[("wednesday", json!("2026-07-22"))]),
            ("this wednesday", &[("this wednesday", json!("2026-07-15"))]),
            ("last monday", &[("last monday", json!("2026-07-13"))]),
            ("in 3 days", &[("in 3 days", json!("2026-07-18"))]),
            ("in a week", &[("in a week", json!("2026-07-22"))]),
            ("in three weeks on tuesday", &[("in three weeks on tuesday", json!("2026-08-04"))]),
            ("tuesday in three weeks", &[("tuesday in three weeks", json!("2026-08-04"))]),
            ("on friday in 1 week", &[("friday in 1 week", json!("2026-07-24"))]),
            ("in two weeks", &[("in two weeks", json!("2026-07-29"))]),
            ("two weeks ago", &[("two weeks ago", json!("2026-07-01"))]),
            ("December 24", &[("December 24", json!("2026-12-24"))]),
            ("March 3rd, 2027", &[("March 3rd, 2027", json!("2027-03-03"))]),
            ("the 24th of December", &[("24th of December", json!("2026-12-24"))]),
            ("twenty-first of May", &[("twenty-first of May", json!("2027-05-21"))]),
            ("next week", &[("next week", json!("2026-07-20"))]),
            ("this weekend", &[("this weekend", json!("2026-07-18"))]),
            ("end of the month", &[("end of the month", json!("2026-07-31"))]),
            (
                "from 2026-08-01 to 2026-08-05",
                &[("2026-08-01", json!("2026-08-01")), ("2026-08-05", json!("2026-08-05"))],
            ),
            ("2026-02-30", &[]),
            ("may I ask", &[]),
            ("1/2 cup", &[]),
            ("in 99999999999 days", &[]),
            ("in 20000 years", &[]),
            ("in 20,000 years", &[]),
            ("20000 years ago", &[]),
            ("in 32000 quarters", &[]),
            ("in 9999999999 hours", &[]),
        ],
    );
}

#[test]
fn dates_in_german() {
    check(
        "date",
        "de",
        &[
            ("am 24.12.2026", &[("24.12.2026", json!("2026-12-24"))]),
            ("24.12.", &[("24.12", json!("2026-12-24"))]),
            ("am 1.3.27", &[("1.3.27", json!("2027-03-01"))]),
            ("nicht am Freitag, außer heute", &[]),
            ("3/4/2026", &[("3/4/2026", json!("2026-04-03"))]),
            ("24. Dezember", &[("24. Dezember", json!("2026-12-24"))]),
            ("3. März 2027", &[("3. März 2027", json!("2027-03-03"))]),
            ("ersten Mai", &[("ersten Mai", json!("2027-05-01"))]),
            ("morgen", &[("morgen", json!("2026-07-16"))]),
            ("Übermorgen bitte", &[("Übermorgen", json!("2026-07-17"))]),
            ("Guten Morgen", &[]),
            ("nächsten Freitag", &[("nächsten Freitag", json!("2026-07-17"))]),
            ("Freitag nächste Woche", &[("Freitag nächste Woche", json!("2026-07-24"))]),
            ("letzten Montag", &[("letzten Montag", json!("2026-07-13"))]),
            ("in drei Tagen", &[("in drei Tagen", json!("2026-07-18"))]),
            ("in einer Woche", &[("in einer Woche", json!("2026-07-22"))]),
            ("in drei Wochen am Dienstag", &[("in drei Wochen am Dienstag", json!("2026-08-04"))]),
            ("Dienstag in drei Wochen", &[("Dienstag in drei Wochen", json!("2026-08-04"))]),
            ("vor zwei Wochen", &[("vor zwei Wochen", json!("2026-07-01"))]),
            (
                "gestern und vorgestern",
                &[("gestern", json!("2026-07-14")), ("vorgestern", json!("2026-07-13"))],
            ),
            ("nächste Woche", &[("nächste Woche", json!("2026-07-20"))]),
            ("am Wochenende", &[("am Wochenende", json!("2026-07-18"))]),
            ("Ende des Monats", &[("Ende des Monats", json!("2026-07-31"))]),
            ("1.000 Stück", &[]),
            ("vor 20.000 Jahren", &[]),
        ],
    );
}

#[test]
fn what_lies_beyond_the_calendar_is_no_stretch_of_time() {
    check(
        "interval",
        "en",
        &[
            ("the next 20000 years", &[]),
            ("within 300000 months", &[]),
            ("within 20001 years", &[]),
            ("within 9000000 days", &[]),
            ("the next 200000000 hours", &[]),
            ("within 9999999999999 seconds", &[]),
            ("Q4000000000000000000", &[]),
            ("Q9223372036854775807 2027", &[]),
        ],
    );
    check("interval", "de", &[("in den nächsten 20.000 Jahren", &[]), ("innerhalb von 20.001 Jahren", &[])]);
    check("duration", "en", &[("for 300000000000 years", &[]), ("for 9000000000000000 months", &[])]);
}

#[test]
fn times_in_english() {
    check(
        "time",
        "en",
        &[
            ("at 5 pm", &[("5 pm", json!("17:00"))]),
            ("5:30pm", &[("5:30pm", json!("17:30"))]),
            ("5pm or 12am", &[("5pm", json!("17:00")), ("12am", json!("00:00"))]),
            ("at 5 p.m.", &[("5 p.m", json!("17:00"))]),
            ("17:30", &[("17:30", json!("17:30"))]),
            ("noon", &[("noon", json!("12:00"))]),
            ("midnight", &[("midnight", json!("00:00"))]),
            ("half past five", &[("half past five", json!("05:30"))]),
            ("quarter to six", &[("quarter to six", json!("05:45"))]),
            ("ten past five in the afternoon", &[("ten past five in the afternoon", json!("17:10"))]),
            ("five o'clock", &[("five o'clock", json!("05:00"))]),
            ("this evening at six", &[("six", json!("18:00"))]),
            ("tomorrow at 9", &[("9", json!("09:00"))]),
            ("in an hour", &[("in an hour", json!("11:00"))]),
            ("in 2 hours", &[("in 2 hours", json!("12:00"))]),
            ("call me in half an hour", &[("in half an hour", json!("10:30"))]),
            ("in an hour and a half", &[("in an hour and a half", json!("11:30"))]),
            ("in twenty minutes please", &[("in twenty minutes", json!("10:20"))]),
            ("in 30 hours, in 3 days", &[]),
            ("at 5 euros each", &[]),
            ("25:70", &[]),
            ("I have 5 bags", &[]),
        ],
    );
}

#[test]
fn times_in_german() {
    check(
        "time",
        "de",
        &[
            ("um 17:30 Uhr", &[("17:30 Uhr", json!("17:30"))]),
            ("17.30 Uhr", &[("17.30 Uhr", json!("17:30"))]),
            ("17 Uhr", &[("17 Uhr", json!("17:00"))]),
            ("17 Uhr 30", &[("17 Uhr 30", json!("17:30"))]),
            ("halb sechs", &[("halb sechs", json!("05:30"))]),
            ("halb sechs abends", &[("halb sechs abends", json!("17:30"))]),
            ("viertel nach fünf", &[("viertel nach fünf", json!("05:15"))]),
            ("dreiviertel sechs", &[("dreiviertel sechs", json!("05:45"))]),
            ("fünf vor halb sechs", &[("fünf vor halb sechs", json!("05:25"))]),
            ("fünf Uhr nachmittags", &[("fünf Uhr nachmittags", json!("17:00"))]),
            ("heute Abend um acht", &[("acht", json!("20:00"))]),
            ("Mitternacht", &[("Mitternacht", json!("00:00"))]),
            ("in einer Stunde", &[("in einer Stunde", json!("11:00"))]),
            ("in zwei Stunden", &[("in zwei Stunden", json!("12:00"))]),
            ("in einer halben Stunde", &[("in einer halben Stunde", json!("10:30"))]),
            ("in anderthalb Stunden", &[("in anderthalb Stunden", json!("11:30"))]),
            ("in 20 Minuten", &[("in 20 Minuten", json!("10:20"))]),
            ("um 5 am Freitag", &[("5", json!("05:00"))]),
            ("17.30", &[]),
            ("eine Viertelstunde", &[]),
        ],
    );
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
fn the_month_stands_first_where_the_bot_says_so() {
    let american = Finder::new(&BTreeMap::new(), &["en".to_owned()], true).unwrap();
    let check =
        |text: &str, expected: &str| assert_eq!(found(&american, "date", "en", text)[0].1, json!(expected));
    check("on 3/4/27", "2027-03-04");
    check("24/12/2026", "2026-12-24");
    check("3.4.2027", "2027-04-03");
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
    let finder = Finder::new(&BTreeMap::new(), &[], false).unwrap();
    let error = finder.in_country(Some("QQ")).unwrap_err().to_string();
    assert_eq!(error, "the country must be a code of ISO 3166-1 such as `DE`, not `QQ`");
}
