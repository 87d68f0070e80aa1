//! What is read in each language: `cases/<code>.txt` holds lines `mark text`. `+`, `-` and `0` say how it feels, `u` that it is
//! urgent, `?` that it asks, `p` that it swears; `-u`, `-?` and `-p` that it does not.

use proptest::prelude::*;

use super::*;
use crate::files::language_files;

const FILES: [(&str, &str); 9] = language_files!("cases/", ".txt");

fn felt(text: &str, languages: &[&str]) -> Feelings {
    read(&Reading::new(text), None, languages.iter().copied())
}

fn sign(feelings: Feelings) -> i8 {
    i8::from(feelings.sentiment > 0.0) - i8::from(feelings.sentiment < 0.0)
}

#[test]
fn every_language_tells_good_from_bad_urgent_asked_and_rude() {
    let mut wrong = Vec::new();
    for (code, file) in FILES {
        for line in file.lines().filter(|line| !line.is_empty()) {
            let (mark, text) = line.split_once(' ').expect("a mark and a text");
            let Feelings { sentiment, urgent, question, profane, .. } = felt(text, &[code]);
            let right = match mark {
                "+" => sentiment > 0.0,
                "-" => sentiment < 0.0,
                "0" => sign(felt(text, &[code])) == 0,
                "u" => urgent,
                "-u" => !urgent,
                "?" => question,
                "-?" => !question,
                "p" => profane,
                "-p" => !profane,
                _ => panic!("{mark} is no mark"),
            };
            if !right {
                wrong.push(format!("{code} {mark} {text}: {sentiment} {urgent} {question} {profane}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_bad_is_told_from_what_is_good() {
    let check = |text: &str, expected: bool| {
        let feelings = felt(text, &["en", "de"]);
        assert_eq!(feelings.not_bad, expected, "{text}: {feelings:?}");
    };
    check("not bad at all", true);
    check("I am not unhappy", true);
    check("das ist nicht schlecht", true);
    check("ich bin nicht unzufrieden", true);
    check("this is good", false);
    check("ich bin sehr zufrieden", false);
    check("I am not happy", false);
    check("das ist schlecht", false);
    check("not bad, but your service is terrible and the worst", false);
    check("", false);
}

#[test]
fn words_work_together() {
    let order = |texts: &[&str]| {
        let scores: Vec<f64> = texts.iter().map(|text| felt(text, &["en"]).sentiment).collect();
        assert!(scores.is_sorted_by(|one, next| one < next), "{texts:?}: {scores:?}");
    };
    order(&[
        "it is very bad",
        "it is bad",
        "it is a little bad",
        "it is good",
        "it is very good",
        "it is VERY GOOD",
    ]);
    order(&["it is very bad", "it is not very good", "it is fine", "it is good"]);
    order(&["it is bad!!!", "it is bad!", "it is bad"]);
    order(&["good, but terrible", "terrible, but good"]);
    // A negation reaches over no comma.
    assert!(felt("no, good", &["en"]).sentiment > 0.0);
    assert!(felt("I said no. Great shop", &["en"]).sentiment > 0.0);
}

#[test]
fn the_language_that_knows_the_words_is_read() {
    let both = ["en", "de"];
    assert!(felt("Das ist leider kaputt", &both).sentiment < 0.0);
    assert!(felt("this is broken", &both).sentiment < 0.0);
    // "die" is an article.
    assert_eq!(sign(felt("die Bestellung", &["de", "en"])), 0);
    // Where the language is clear no other is asked.
    let reading = Reading::new("die die die");
    assert_eq!(sign(read(&reading, Some("de"), both.into_iter())), 0);
    assert!(read(&reading, Some("en"), both.into_iter()).sentiment < 0.0);
}

#[test]
fn signs_need_no_language() {
    let check = |text: &str, expected: i8| assert_eq!(sign(felt(text, &["ja"])), expected, "{text}");
    check("ありがとう 😊", 1);
    check("ひどい 😡", -1);
    check("ありがとう", 0);
    check("ok :-)", 1);
    check("oh no :(", -1);
    check("http://example.com/:)x", 0);
    assert!(felt("営業時間は何時ですか", &["ja"]).question);
    assert!(felt("هل لديكم توصيل؟", &["ar"]).question);
    assert!(felt("🆘", &["ja"]).urgent);
}

fn anything() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = FILES.iter().flat_map(|(_, file)| file.split_whitespace()).collect();
    let strange = prop::sample::select(vec![
        "İ",
        "ß",
        "ﬁ",
        "👩‍👩‍👧",
        "\u{200b}",
        "\u{202e}",
        "f*ck",
        "***",
        "s h i t",
        ":)",
        "not",
        "🖕",
        "n't",
        "''",
        "????",
    ]);
    let any = prop_oneof![4 => prop::sample::select(words), 1 => strange];
    let piece = prop_oneof![6 => any.prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => "[a-z*$@!0-9' ]{0,12}"];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_text_has_feelings_within_bounds(text in anything(), code in prop::sample::select(vec!["en", "de", "fr", "tr", "pl", "xx"])) {
        let feelings = felt(&text, &[code, "en"]);
        prop_assert!((-1.0..=1.0).contains(&feelings.sentiment), "{}", feelings.sentiment);
        let hundredths = feelings.sentiment * 100.0;
        prop_assert!((hundredths - hundredths.round()).abs() < 1e-9, "two digits");
        prop_assert_eq!(feelings, felt(&text, &[code, "en"]));
    }
}

#[test]
fn long_and_hostile_texts_are_read_in_time() {
    for text in [
        "not good ".repeat(200_000),
        "f u c k ".repeat(100_000),
        "s*".repeat(100_000),
        "! ".repeat(500_000),
        "a ".repeat(100_000),
    ] {
        felt(&text, &["en", "de", "fr"]);
    }
}

/// `cargo test -p studio-nlu --release feelings_speed -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn feelings_speed() {
    let texts: Vec<(&str, &str)> = FILES
        .iter()
        .flat_map(|(code, file)| file.lines().filter_map(|line| Some((*code, line.split_once(' ')?.1))))
        .collect();
    for (code, text) in &texts {
        felt(text, &[code]);
    }
    let start = std::time::Instant::now();
    for _ in 0..100 {
        for (code, text) in &texts {
            std::hint::black_box(read(&Reading::new(text), Some(code), std::iter::empty()));
        }
    }
    let with = start.elapsed();
    let start = std::time::Instant::now();
    for _ in 0..100 {
        for (_, text) in &texts {
            std::hint::black_box(Reading::new(text).tokens.len());
        }
    }
    let count = u32::try_from(texts.len() * 100).unwrap();
    println!(
        "{:?} a message for feelings, {:?} for reading it",
        with.saturating_sub(start.elapsed()) / count,
        start.elapsed() / count
    );
}
