//! Wherever something is found, in whatever script: the places are those of the words in the original text.

use proptest::prelude::*;

use super::*;

/// Words of many scripts, marks, emoji and signs that change their length when they are normalised.
pub(super) fn noise() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "مرحبا",
        "שלום",
        "こんにちは",
        "你好",
        "привет",
        "สวัสดี",
        "नमस्ते",
        "e\u{301}",
        "İ",
        "ß",
        "ﬁ",
        "👩‍👩‍👧",
        "🇩🇪",
        "\u{200b}",
        "\u{202e}",
        "１２",
        "٤٧١١",
        "๔७۴",
        "²",
        "ŉ",
        "Ǆ",
        "ﷺ",
        "½",
        "K",
        "ẞ",
        "a",
        "-",
        "'",
        "%",
        "°",
        "'s",
        "(",
        "\"",
    ]);
    let any = prop_oneof![4 => words.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(any, 0..6).prop_map(|words| words.join(" "))
}

pub(super) fn expressions() -> impl Strategy<Value = String> {
    let texts: Vec<&'static str> = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr"]
        .into_iter()
        .flat_map(languages::cases)
        .map(|case| case.text)
        .collect();
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn everyone() -> Finder {
    let languages: Vec<String> = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr"]
        .iter()
        .map(|code| (*code).to_owned())
        .collect();
    Finder::new(&BTreeMap::new(), &languages, false).unwrap()
}

/// What is the same wherever it stands, in whatever language of conversation: words, kind, and value.
fn anywhere() -> impl Strategy<Value = (&'static str, &'static str, Value)> {
    prop::sample::select(vec![
        ("17:30", "time", json!("17:30")),
        ("€12.50", "money", json!({ "amount": 12.5, "currency": "EUR" })),
        ("24.12.2026", "date", json!("2026-12-24")),
        ("2 kg", "quantity", json!({ "amount": 2, "unit": "kg" })),
        ("ada@example.org", "email", json!("ada@example.org")),
        ("https://example.org/a", "url", json!("https://example.org/a")),
        ("DE89 3704 0044 0532 0130 00", "iban", json!("DE89370400440532013000")),
    ])
}

/// Kinds of which the words alone say the value, whatever stands around them.
const BY_THEMSELVES: [&str; 3] = ["email", "url", "iban"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn places_are_those_of_the_words(before in noise(), text in expressions(), behind in noise(), language in prop::sample::select(vec!["en", "de", "tr", "fr", "ar", ""])) {
        let whole = format!("{before} {text} {behind}");
        let now = now();
        let (everyone, moment) = (everyone(), Moment { language, now: &now });
        let finds = everyone.find(&Reading::new(&whole), &moment, |_| false);
        let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
        for found in &finds {
            prop_assert!(found.start < found.end, "{found:?} in {whole:?}");
            prop_assert_eq!(whole.get(found.start..found.end), Some(found.text.as_str()), "in {:?}", whole);
            // Those of one kind stand one behind the other.
            let end = ends.insert(&found.entity, found.end).unwrap_or_default();
            prop_assert!(end <= found.start, "{found:?} overlaps in {whole:?}");
            if BY_THEMSELVES.contains(&found.entity.as_str()) {
                let again = everyone.find(&Reading::new(&found.text), &moment, |_| false);
                let is_same = |other: &EntityMatch| {
                    let place = (other.start, other.end);
                    other.entity == found.entity && other.value == found.value && place == (0, found.text.len())
                };
                prop_assert!(again.iter().any(is_same), "{found:?} in {whole:?}, but {again:?} by itself");
            }
        }
    }

    #[test]
    fn what_is_put_somewhere_is_found_there(
        before in noise(),
        (words, kind, value) in anywhere(),
        behind in noise(),
        language in prop::sample::select(vec!["en", "de", "tr", "fr", "ar", ""]),
    ) {
        let now = now();
        // A semicolon parts what it stands between.
        let whole = format!("{before} ; {words} ; {behind}");
        let start = before.len() + " ; ".len();
        let finds = everyone().find(&Reading::new(&whole), &Moment { language, now: &now }, |_| false);
        let is_it = |found: &EntityMatch| {
            found.entity == kind && found.value == value && (found.start, found.end) == (start, start + words.len())
        };
        prop_assert!(finds.iter().any(is_it), "{kind} at {start} of {whole:?}: {finds:?}");
    }

    #[test]
    fn what_stands_before_moves_the_place_and_nothing_else(before in prop::sample::select(vec!["你好， ", "مرحبا. ", "👩‍👩‍👧! ", "e\u{301}! ", "ﷺ. ", "ﬁ, "])) {
        let now = now();
        let moment = Moment { language: "en", now: &now };
        for text in ["17:30 tomorrow", "€12.50", "ada@example.org", "DE89 3704 0044 0532 0130 00", "two kg", "4111 1111 1111 1111"] {
            let plain = everyone().find(&Reading::new(text), &moment, |_| false);
            let moved = everyone().find(&Reading::new(&format!("{before}{text}")), &moment, |_| false);
            let of = |finds: &[EntityMatch], by: usize| -> Vec<(String, String, usize, usize)> {
                finds.iter().map(|it| (it.entity.clone(), it.value.to_string(), it.start + by, it.end + by)).collect()
            };
            prop_assert_eq!(of(&plain, before.len()), of(&moved, 0), "{}{}", before, text);
        }
    }

    #[test]
    fn no_number_of_any_unit_makes_it_stumble(
        lead in prop::sample::select(vec!["in", "within", "the next", "the last", "for", "from today for", "vor", "innerhalb von", "in den nächsten", "q", ""]),
        // Numbers of every length, not of every size.
        number in "-?[0-9]{1,20}|[0-9]{1,3}([.,][0-9]{3}){1,5}|[0-9]{1,4}([.,][0-9])?",
        word in prop::sample::select(vec!["", "hundred", "thousand", "million", "billion", "Tausend", "Millionen", "Milliarden", "dozen"]),
        unit in prop::sample::select(vec!["seconds", "minutes", "hours", "days", "weeks", "fortnights", "months", "quarters", "years", "weekends", "Stunden", "Tagen", "Wochen", "Monaten", "Jahren", "Quartal"]),
        behind in prop::sample::select(vec!["", "ago", "from now", "after easter", "and 9999999999 months", "2027"]),
    ) {
        let now = now();
        for text in [
            format!("{lead} {number} {word} {unit} {behind}"),
            format!("{lead} {word} {unit} {behind}"),
            format!("{lead}{number} {behind}"),
        ] {
            for language in ["en", "de"] {
                everyone().find(&Reading::new(&text), &Moment { language, now: &now }, |_| false);
            }
        }
    }

    #[test]
    fn nothing_makes_it_stumble(text in "\\PC{0,120}|[0-9:.,/ -]{0,60}|([a-z]{1,4}[0-9' .:-]{0,3}){0,30}") {
        let now = now();
        for language in ["en", "fr", "tr"] {
            everyone().find(&Reading::new(&text), &Moment { language, now: &now }, |_| false);
        }
    }
}
