//! Texts of every language, by table and by rule.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::dialogue::{as_date, yes_or_no};

/// Entries that a list must have: who wants a person says so in many ways.
const LEAST_WORDS: [(&str, usize); 8] = [
    ("cancel-words", 5),
    ("start-over-words", 4),
    ("repeat-words", 4),
    ("person-words", 12),
    ("correct-words", 4),
    ("yes-words", 6),
    ("no-words", 4),
    ("language-words", 5),
];

#[test]
fn every_language_has_every_text() {
    let mut wrong = Vec::new();
    for folder in FILES.dirs() {
        let language = folder.path().to_str().expect("UTF-8");
        assert_eq!(canonical(language), language);
        for (file, check) in [
            (DIALOGUE, check::check as fn(&str, &str, bool) -> Vec<TextProblem>),
            (WIDGET, check_widget::check),
        ] {
            let source = compiled(language, file).unwrap_or_default();
            wrong.extend(check(language, source, true).iter().map(|it| format!("{language}/{file}:{it}")));
        }
        for (key, least) in LEAST_WORDS {
            let count = words([language], key).count();
            if count < least {
                wrong.push(format!("{language}: `{key}` has {count} entries, and should have {least}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A bot asks for a date or a word in its language, and takes what its own text gave as the example.
#[test]
fn what_a_text_gives_as_an_example_is_understood() {
    for language in languages() {
        let written = Texts::new(Overrides::default()).locales[language]
            .text("invalid-date-early", &[("min", "2026-12-24".to_owned())])
            .expect("complete");
        let digits = |letter: char| letter.is_ascii_digit() || ". /-".contains(letter);
        let example = written.split(|letter| !digits(letter)).map(str::trim).max_by_key(|part| part.len());
        let example = example.unwrap_or_default().trim_end_matches(['-', ' ']);
        assert_eq!(as_date(example), Some(date(2026, 12, 24)), "{language}: {written}");
        let told = text(language, "invalid-date", &[]);
        assert!(
            told.contains(example.trim_end_matches('.')),
            "{language}: {told} has another form than {example}"
        );
        let own = [language.to_owned()];
        for (key, expected) in [("yes-words", true), ("no-words", false)] {
            for word in words([language], key) {
                assert_eq!(yes_or_no(word, &own), Some(expected), "{language}: {word}");
            }
        }
    }
}

/// Whoever stops, repeats, wants a person or says yes is never taken for one who wants another of these.
#[test]
fn no_word_means_two_things() {
    let apart = [
        "cancel-words",
        "start-over-words",
        "repeat-words",
        "person-words",
        "yes-words",
        "no-words",
        "language-words",
    ];
    for language in languages() {
        let mut seen = BTreeMap::new();
        for key in apart {
            for word in words([language], key) {
                let other = seen.insert(word, key);
                assert_eq!(other, None, "{language}: `{word}` stands in `{key}` too");
            }
        }
    }
}

#[test]
fn texts_fall_back_along_their_chain() {
    let check = |language: &str, key: &str, expected: &str| {
        assert_eq!(text(language, key, &[("min", "3".to_owned())]), expected, "{language} {key}");
    };
    check("de-AT", "invalid-yes-no", "Bitte antworten Sie mit Ja oder Nein.");
    check("xx", "invalid-yes-no", "Please answer with yes or no.");
    check("", "invalid-yes-no", "Please answer with yes or no.");
    check("en", "no-such-key", "Sorry, something went wrong on our side.");
    check("de", "no-such-key", "Entschuldigung, bei uns ist etwas schiefgegangen.");
    check("en", "invalid-number-small", "The number must be at least 3.");
    check("pt-BR", "invalid-yes-no", "Responda sim ou não, por favor.");
    check("pt-AO", "invalid-file", "Envie um ficheiro, por favor.");
    check("nn-NO", "invalid-yes-no", "Svar med ja eller nei.");
    check("zh", "invalid-yes-no", "请回答“是”或“否”。");
    assert!(speaks("en-GB") && speaks("de_AT") && !speaks("xx"));
    assert_eq!(widget("de-AT").0, "de");
    assert_eq!(widget("xx").0, "en");
}

#[test]
fn words_are_normalised_and_of_the_asked_languages_only() {
    assert!(words(["en"], "cancel-words").any(|word| word == "never mind"));
    assert!(words(["en", "de"], "cancel-words").any(|word| word == "abbrechen"));
    assert!(words(["de-CH"], "cancel-words").any(|word| word == "abbrechen"));
    assert_eq!(words(["xx"], "cancel-words").count(), 0);
}

#[test]
fn what_is_counted_has_its_form() {
    let check = |language: &str, min: &str, expected: &str| {
        assert_eq!(
            text(language, "invalid-text-short", &[("min", min.to_owned())]),
            expected,
            "{language} {min}"
        );
    };
    check("en", "1", "Please write at least 1 character.");
    check("en", "2", "Please write at least 2 characters.");
    check("en", "12000", "Please write at least 12,000 characters.");
    check("ru", "1", "Напишите, пожалуйста, не меньше 1 символа.");
    check("ru", "12000", "Напишите, пожалуйста, не меньше 12\u{a0}000 символов.");
    check("pl", "3", "Proszę wpisać co najmniej 3 znaki.");
    check("sr-Latn", "2", "Napišite najmanje 2 znaka.");
    check("sl", "2", "Napišite vsaj 2 znaka.");
    check("cs", "5", "Napište prosím alespoň 5 znaků.");
    check("fr", "0", "Veuillez écrire au moins 0 caractère.");
    check("zh-TW", "2", "請至少輸入 2 個字元。");
    check("ar", "3", "يرجى كتابة 3 أحرف على الأقل.");
    check("ar", "11", "يرجى كتابة 11 حرفًا على الأقل.");
}

#[test]
fn operators_write_texts_of_their_own() {
    let files = [
        ("de/dialogue.ftl", "apology = Hoppla.\ncancel-words = aus | Schluss\n"),
        ("de/widget.json", "{ \"send\": \"Ab damit\" }"),
        ("gsw/widget.json", "{ \"send\": \"Schicke\" }"),
        ("de-AT/dialogue.ftl", "apology = Jessas.\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.replace("Schluss", "schluss")));
    let texts = Texts::new(Overrides::read(files).expect("right"));
    assert_eq!(texts.text("de", "apology", &[]), "Hoppla.");
    assert_eq!(texts.text("de-AT", "apology", &[]), "Jessas.");
    assert_eq!(texts.text("de-AT", "rate-thanks", &[]), "Vielen Dank für Ihre Rückmeldung!");
    let list = texts.own("de").expect("German").words("cancel-words").cloned().collect::<Vec<_>>();
    assert_eq!(list, ["aus", "schluss"]);
    let (language, words) = texts.widget("de-AT");
    assert_eq!((language, &words["send"], &words["you"]), ("de", &"Ab damit".into(), &"Sie".into()));
    let (language, words) = texts.widget("gsw-CH");
    assert_eq!((language, &words["send"], &words["you"]), ("gsw", &"Schicke".into(), &"You".into()));
}

#[test]
fn what_is_wrong_with_the_operators_texts_is_said() {
    let check = |path: &str, text: &str, expected: &str| {
        let read = Overrides::read([(path.to_owned(), text.to_owned())]);
        assert_eq!(read.expect_err(path).join("\n"), expected, "{path}: {text}");
    };
    check(
        "dialogue.ftl",
        "",
        "dialogue.ftl:1: write it into the folder of its language, such as `de/dialogue.ftl`",
    );
    check(
        "pt_br/dialogue.ftl",
        "",
        "pt_br/dialogue.ftl:1: `pt_br` is not how a language is written; did you mean `pt-BR`?",
    );
    check("de/words.txt", "", "de/words.txt:1: texts stand in `dialogue.ftl` and `widget.json` only");
    check(
        "de/dialogue.ftl",
        "\napolgy = x",
        "de/dialogue.ftl:2: `apolgy` is no text of the studio; did you mean `apology`?",
    );
    check(
        "de/dialogue.ftl",
        "apology = { $name }",
        "de/dialogue.ftl:1: `apology`: { $name } is nothing that this text is given",
    );
    check(
        "de/dialogue.ftl",
        "# x\ninvalid-text-short =\n    { $min ->\n        [few] a\n       *[other] b\n    }",
        "de/dialogue.ftl:2: `invalid-text-short`: [few] is no form of this language\n\
         de/dialogue.ftl:2: `invalid-text-short`: the form [one] is missing",
    );
    check(
        "de/dialogue.ftl",
        "yes-words = ja | Jo",
        "de/dialogue.ftl:1: `yes-words`: `Jo` is not in lower case",
    );
    check("de/dialogue.ftl", "yes-words = ja | | jo", "de/dialogue.ftl:1: `yes-words`: an entry is empty");
    check(
        "de/dialogue.ftl",
        "date-format = %d.%m",
        "de/dialogue.ftl:1: `date-format`: write a day (%d or %-d), a month (%m or %-m) and a year (%Y)",
    );
    check(
        "de/dialogue.ftl",
        "number-format = 1.5",
        "de/dialogue.ftl:1: `number-format`: write an example such as 1,234.5 or 1.234,5",
    );
    check(
        "de/dialogue.ftl",
        "apology = { apology }",
        "de/dialogue.ftl:1: `apology`: only { $name } and a choice by a number may stand in braces",
    );
    check("de/widget.json", "{\n  \"sent\": \"x\"\n}", "de/widget.json:2: `sent` is no text of the widget");
    check("de/widget.json", "{ \"typing\": \"{you} …\" }", "de/widget.json:1: `typing` is given no {you}");
    check(
        "de/widget.json",
        "{ \"send\": 3 }",
        "de/widget.json:1: `send` is neither a text nor an object of texts",
    );
    check(
        "de/widget.json",
        "{ \"tooLong\": { \"few\": \"x\", \"other\": \"y\" } }",
        "de/widget.json:1: `tooLong` has the form `few`, which is none of this language\nde/widget.json:1: `tooLong` lacks the form `one`",
    );
    let read = Overrides::read([("de/widget.json".to_owned(), "{".to_owned())]).expect_err("no JSON");
    assert!(read[0].starts_with("de/widget.json:1: cannot be read as an object of JSON: "), "{read:?}");
    let read =
        Overrides::read([("de/dialogue.ftl".to_owned(), "a = b\n= x".to_owned())]).expect_err("no Fluent");
    assert!(read[0].starts_with("de/dialogue.ftl:2: cannot be read as Fluent: "), "{read:?}");
}
