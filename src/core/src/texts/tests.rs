//! Texts of every language, by table and by rule.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::{check::Extent, *};
use crate::dialogue::{Courtesy, as_date, read_time};

/// Entries that a list must have: who wants a person says so in many ways.
const LEAST_WORDS: [(&str, usize); 12] = [
    ("cancel-words", 5),
    ("start-over-words", 4),
    ("repeat-words", 4),
    ("person-words", 12),
    ("correct-words", 4),
    ("yes-words", 6),
    ("no-words", 4),
    ("language-words", 5),
    ("greeting-words", 5),
    ("polite-words", 3),
    ("thanks-words", 2),
    ("unknown-words", 6),
];

#[test]
fn every_language_has_every_text() {
    let mut wrong = Vec::new();
    assert!(FILES.dirs().count() >= 55);
    for folder in FILES.dirs() {
        let language = folder.path().to_str().expect("UTF-8");
        assert_eq!(canonical(language), language);
        for (file, check) in [
            (DIALOGUE, check::check as fn(&str, &str, Extent) -> Vec<TextProblem>),
            (WIDGET, check_widget::check),
        ] {
            let source = compiled(language, file).unwrap_or_default();
            wrong.extend(
                check(language, source, Extent::Whole).iter().map(|it| format!("{language}/{file}:{it}")),
            );
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
        let courtesy = Courtesy::of(language);
        for (key, expected) in [("yes-words", true), ("no-words", false)] {
            for word in words([language], key) {
                assert_eq!(courtesy.says(&word), Some(expected), "{language}: {word}");
            }
        }
        let locales = Texts::new(Overrides::default()).locales;
        let time =
            |key| locales[language].text(key, &[("min", "19:30".to_owned()), ("max", "19:30".to_owned())]);
        for key in ["invalid-time", "invalid-time-early", "invalid-time-late"] {
            let told = time(key).expect("complete");
            let example = if language == "en" { "7:30 pm" } else { "19:30" };
            assert!(told.contains(example), "{language}: {told}");
            assert_eq!(read_time(example), read_time("19:30"), "{language}: {told}");
        }
        let written = locales[language]
            .text("invalid-date-early", &[("min", "2026-12-24".to_owned())])
            .expect("complete");
        let told = text(language, "invalid-date", &[]);
        if language == "en" {
            // English says the month, which is read where the entities are.
            for said in [&written, &told] {
                assert!(said.contains("24 December 2026"), "{said}");
            }
            continue;
        }
        let digits = |letter: char| letter.is_ascii_digit() || ". /-".contains(letter);
        let example = written.split(|letter| !digits(letter)).map(str::trim).max_by_key(|part| part.len());
        let example = example.unwrap_or_default().trim_end_matches(['-', ' ']);
        assert_eq!(as_date(example), Some(date(2026, 12, 24)), "{language}: {written}");
        assert!(
            told.contains(example.trim_end_matches('.')),
            "{language}: {told} has another form than {example}"
        );
    }
}

/// Whoever stops, repeats, wants a person or says yes is never taken for one who wants another of these.
#[test]
fn no_word_means_two_things() {
    for language in languages() {
        let mut seen = BTreeMap::new();
        for key in own::APART {
            for word in words([language], key) {
                let other = seen.insert(word.clone(), key);
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
fn a_language_names_itself() {
    let check = |language: &str, expected: &str| assert_eq!(name(language), expected, "{language}");
    check("de-AT", "Deutsch");
    check("en", "English");
    check("pt-BR", "Português (Brasil)");
    check("cy", "cy");
    let spoken = [("languages", "English, Deutsch".to_owned())];
    assert_eq!(
        text("fr-CA", "languages-spoken", &spoken),
        "Je ne peux répondre que dans ces langues : English, Deutsch."
    );
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
    let list = texts.near("de").find_map(|locale| locale.words("cancel-words")).expect("a list");
    assert_eq!(list.to_vec(), ["aus", "schluss"]);
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
        "button-choose = Eines davon auswählen\nbutton-more = Noch ein paar mehr zeigen",
        "de/dialogue.ftl:1: `button-choose`: it may have 20 characters\n\
         de/dialogue.ftl:2: `button-more`: it may have 24 characters",
    );
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

fn own(language: &str, part: TextPart, key: &str, text: &str) -> OwnText {
    OwnText { language: language.to_owned(), part, key: key.to_owned(), wording: Wording::of(text) }
}

#[test]
fn a_text_that_was_changed_counts_at_once_and_ours_comes_back() {
    let files =
        [("de/dialogue.ftl", "apology = Hoppla.\n")].map(|(path, text)| (path.to_owned(), text.to_owned()));
    let texts = Texts::new(Overrides::read(files).expect("right"));
    let counted = "{ $min ->\n    [one] Ein Zeichen.\n   *[other] { $min } Zeichen.\n}";
    let changed = [
        own("de", TextPart::Dialogue, "apology", "Verzeihung.\nWirklich."),
        own("de", TextPart::Dialogue, "invalid-text-short", counted),
        own("de", TextPart::Dialogue, "cancel-words", "aus | schluss"),
        own("de", TextPart::Widget, "send", "Los"),
        own("gsw", TextPart::Widget, "send", "Schicke"),
    ];
    for text in &changed {
        assert_eq!(problems(text), Vec::<String>::new(), "{text:?}");
    }
    let over = texts.under(&changed);
    assert_eq!(over.text("de-AT", "apology", &[]), "Verzeihung.\nWirklich.");
    let short = |min: &str| over.text("de", "invalid-text-short", &[("min", min.to_owned())]);
    assert_eq!((short("1"), short("3")), ("Ein Zeichen.".to_owned(), "3 Zeichen.".to_owned()));
    assert_eq!(over.near("de").find_map(|locale| locale.words("cancel-words")).expect("a list").len(), 2);
    assert_eq!((over.widget("de").1["send"].clone(), over.widget("gsw").0), ("Los".into(), "gsw"));
    assert!(Arc::ptr_eq(&texts.locales["fr"], &over.locales["fr"]), "what did not change is not read anew");
    let regional = texts.under(&[own("de-AT", TextPart::Dialogue, "apology", "Hoppala.")]);
    assert_eq!(regional.text("de-AT", "apology", &[]), "Hoppala.");
    let words = |texts: &Texts| texts.near("de-AT").find_map(|locale| locale.words("yes-words"));
    assert_eq!(words(&regional), words(&texts), "one text takes no other away");
    let back = over.under(&changed[3..4]);
    assert_eq!(back.text("de", "apology", &[]), "Hoppla.", "the operator's file lies below");
    assert_eq!(back.near("gsw").next().is_some(), over.near("gsw").next().is_none());
}

#[test]
fn a_changed_text_is_held_to_what_ours_are() {
    let check = |language: &str, part, key: &str, text: &str, expected: &str| {
        let found = problems(&own(language, part, key, text)).join("; ");
        assert_eq!(found, expected, "{language} {key}: {text}");
    };
    let dialogue = TextPart::Dialogue;
    check("de", dialogue, "apolgy", "x", "`apolgy` is no text of the studio; did you mean `apology`?");
    check("de", dialogue, "a\nb", "x", "`a\nb` is no text of the studio");
    check(
        "pt_br",
        dialogue,
        "apology",
        "x",
        "`pt_br` is not how a language is written; did you mean `pt-BR`?",
    );
    check("de", dialogue, "source", "Quelle", "`source`: { $source } is missing");
    check("de", dialogue, "apology", "{ $who }", "`apology`: { $who } is nothing that this text is given");
    let few = "{ $min ->\n [few] a { $min }\n *[other] b\n}";
    check(
        "de",
        dialogue,
        "invalid-text-short",
        few,
        "`invalid-text-short`: { $min } is missing in [other]; `invalid-text-short`: [few] is no form of this language; \
         `invalid-text-short`: the form [one] is missing",
    );
    let counted = |one: &str, few: &str, many: &str| {
        format!("{{ $min ->\n [one] {one}\n [few] {few}\n [many] {many}\n *[other] {{ $min }} znaku\n}}")
    };
    let number = "{ $min } zn";
    check("pl", dialogue, "invalid-text-short", &counted("Jeden znak", number, number), "");
    check(
        "pl",
        dialogue,
        "invalid-text-short",
        &counted(number, "Dwa znaki", "znaków"),
        "`invalid-text-short`: { $min } is missing in [few], [many]",
    );
    // 21 is one as well there.
    check(
        "ru",
        dialogue,
        "invalid-text-short",
        &counted("Один знак", number, number),
        "`invalid-text-short`: { $min } is missing in [one]",
    );
    let twice = "{ $min ->\n [one] a\n *[other] b\n} { $min }";
    check("de", dialogue, "invalid-text-short", twice, "");
    let unsaid = "{ $min ->\n [one] Ein Zeichen\n *[other] Mehr\n}";
    check(
        "de",
        dialogue,
        "invalid-text-short",
        unsaid,
        "`invalid-text-short`: { $min } is missing in [other]",
    );
    let plain = "{ $min } znaków";
    check(
        "pl",
        dialogue,
        "invalid-text-short",
        plain,
        "`invalid-text-short`: write a choice by the number that is counted: [few], [many], [one], [other]",
    );
    for language in ["de-AT", "tr", "ja"] {
        check(language, dialogue, "invalid-text-short", plain, "");
    }
    check("de", dialogue, "cancel-words", "aus | nein", "`nein` stands in `no-words` too");
    check("de", dialogue, "cancel-words", "Aus", "`cancel-words`: `Aus` is not in lower case");
    assert!(problems(&own("de", dialogue, "apology", " "))[0].contains("Fluent"));
    let message = problems(&own("de", dialogue, "apology", "a\nbusy = b"));
    assert_eq!(message, Vec::<String>::new(), "a line is a line, and no other message");
    check("de", TextPart::Widget, "typing", "…", "`typing` lacks {who}");
    check("de", TextPart::Widget, "tooLong", "{count} Zeichen", "");
    check(
        "de",
        TextPart::Widget,
        "openUnread",
        "{count} Nachrichten",
        "`openUnread` counts: write an object of texts, with the forms `one`, `other`",
    );
    let forms = |forms: &[(&str, &str)]| {
        let forms = forms.iter().map(|(form, text)| ((*form).to_owned(), (*text).to_owned())).collect();
        let wording = Wording { text: None, forms };
        OwnText { wording, ..own("de", TextPart::Widget, "tooLong", "") }
    };
    let whole = forms(&[("one", "{count} Zeichen"), ("other", "{count} Zeichen")]);
    assert_eq!(problems(&whole), Vec::<String>::new());
    assert_eq!(problems(&forms(&[("other", "{count} Zeichen")])), ["`tooLong` lacks the form `one`"]);
    let said = forms(&[("one", "Ein Zeichen"), ("other", "{count} Zeichen")]);
    assert_eq!(problems(&said), Vec::<String>::new());
    let unsaid = forms(&[("one", "Ein Zeichen"), ("other", "Mehr Zeichen")]);
    assert_eq!(problems(&unsaid), ["`tooLong` lacks {count} in `other`"]);
    let both = Wording { text: Some("x".to_owned()), ..whole.wording.clone() };
    assert_eq!(problems(&OwnText { wording: both, ..whole })[0], "write a text, or a text for each form");
}

/// What is shown beside a changed text could be written back as it is.
#[test]
fn what_stands_is_right_by_the_same_rules() {
    for language in languages() {
        let all = standing(language);
        assert!(all.len() > 60, "{language}: {}", all.len());
        for StandingText { part, key, wording, language: said } in all {
            assert_eq!(said, language, "{key}");
            let text = OwnText { language: language.to_owned(), part, key, wording };
            assert_eq!(problems(&text), Vec::<String>::new(), "{text:?}");
        }
    }
    let german = standing("de-CH");
    assert!(german.iter().all(|text| text.language == "de"));
}
