//! From a bot's files to a translator and back.

use proptest::prelude::*;

use super::*;
use crate::{
    bot::{Severity, load},
    content::{Action, Content},
};

fn files(more: &[(&str, &str)]) -> Files {
    let own = [
        (
            "bot.yaml",
            "name: shop\ntitle: Shop\nlanguages: [en, de, fr]\nslots:\n  day: { kind: text }\nrepairs:\n  cancel: { words: { en: [halt] }, say: { en: Stopped. } }\n",
        ),
        (
            "flows/all.yaml",
            "order:\n  when: [keyword: go]\n  steps:\n    - say: { en: \"Hello {{ slots.day }}!\", de: \"Hallo {{ slots.day }}!\" }\n    - ask: day\n      kind: choice\n      options:\n        - { value: monday, title: { en: Monday, de: Montag }, synonyms: [mon] }\n        - { value: friday, title: { en: Friday, de: Freitag } }\n      question: which_day\n",
        ),
        (
            "responses/all.yaml",
            "which_day:\n  en:\n    - text: Which day?\n      quick_replies: [today, { title: Later, value: later }]\n    - And [when](https://a.example)?\n  channels:\n    whatsapp: { en: Day? }\n",
        ),
    ];
    let all = own.iter().chain(more).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Files(all.collect())
}

fn all(listing: &Listing) -> Vec<(&str, &str)> {
    listing.texts.iter().map(|text| (text.within.as_str(), text.source.as_str())).collect()
}

/// Every text, upper case but for placeholders.
fn translated(listing: &Listing, translate: impl Fn(&str) -> String) -> Vec<Returned> {
    let returned = listing.texts.iter().zip(2..).map(|(text, line)| Returned {
        line,
        within: text.within.clone(),
        source: text.source.clone(),
        target: translate(&text.source),
        unfinished: false,
    });
    returned.collect()
}

#[test]
fn what_the_author_has_not_written_is_listed() {
    let french = listing(&files(&[]), "fr").expect("spoken");
    assert_eq!(
        all(&french),
        [
            ("bot", "Stopped."),
            ("flows/order", "Hello {{ slots.day }}!"),
            ("flows/order", "Monday"),
            ("flows/order", "Friday"),
            ("responses/which_day", "Which day?"),
            ("responses/which_day", "today"),
            ("responses/which_day", "Later"),
            ("responses/which_day", "And [when](https://a.example)?"),
            ("responses/which_day", "Day?"),
        ]
    );
    assert_eq!((french.missing(), french.stale.len()), (9, 0));
    let german = listing(&files(&[]), "de").expect("spoken");
    assert_eq!(german.texts.len(), 6, "the rest is written by the author: {german:?}");
    assert_eq!(listing(&files(&[]), "en"), Err(TranslationError::First("en".to_owned())));
    let error = listing(&files(&[]), "it").expect_err("not spoken").to_string();
    assert_eq!(error, "the bot speaks no `it`: add it to `languages` in bot.yaml, which has en, de, fr");
}

#[test]
fn a_bot_says_what_was_translated() {
    let bot = files(&[]);
    let french = listing(&bot, "fr").expect("spoken");
    let translate = |text: &str| format!("FR {text}");
    let taken = take_in(&bot, "fr", &translated(&french, translate)).expect("right");
    assert_eq!((taken.changed, taken.missing, taken.stale.len()), (9, 0, 0));
    let bot = files(&[("translations/fr.yaml", &taken.file)]);
    let loaded = load(&bot);
    // "mon" is one day of the English bot, and a word of every French sentence: that was so before.
    let of_french = loaded.problems.iter().filter(|it| it.message.contains("`fr`"));
    let made: Vec<_> = of_french.filter(|it| it.code != "function-word").collect();
    assert!(made.is_empty(), "{made:?}");
    let said = &loaded.bot.expect("no error").responses["which_day"].texts["fr"];
    let Content::Text { text, quick_replies } = &said[0].messages[0] else { panic!("{said:?}") };
    assert_eq!(text, "FR Which day?");
    let buttons: Vec<_> = quick_replies.iter().map(|it| (it.title.as_str(), it.action.clone())).collect();
    // What comes back to the bot stays what it was.
    let value = |value: &str| Action::Value(value.to_owned());
    assert_eq!(buttons, [("FR today", value("today")), ("FR Later", value("later"))]);
    let again = listing(&bot, "fr").expect("spoken");
    assert_eq!((again.texts.len(), again.missing()), (9, 0));
}

#[test]
fn an_approved_template_goes_with_a_translation_where_it_is_in_its_language() {
    let sent = (
        "responses/sent.yaml",
        "sent:\n  en:\n    - { text: Sent., template: { name: sent, language: en_US } }\n    - { text: Gone., template: { name: gone } }\n",
    );
    let french = listing(&files(&[sent]), "fr").expect("spoken");
    let returned = translated(&french, |text| format!("FR {text}"));
    let file = take_in(&files(&[sent]), "fr", &returned).expect("right").file;
    let bot = load(&files(&[sent, ("translations/fr.yaml", &file)])).bot.expect("no error");
    let named = |language: &str| {
        let variants = bot.responses["sent"].texts[language].iter();
        let names =
            variants.map(|variant| variant.approved.iter().map(|one| one.name.clone()).collect::<String>());
        names.collect::<Vec<_>>()
    };
    assert_eq!(named("en"), ["sent", "gone"]);
    assert_eq!(named("fr"), ["", "gone"]);
}

#[test]
fn a_translation_of_what_has_changed_is_stale_and_not_said() {
    let french = listing(&files(&[]), "fr").expect("spoken");
    let taken =
        take_in(&files(&[]), "fr", &translated(&french, str::to_uppercase)).expect_err("placeholders");
    assert!(taken.to_string().contains("3: the translation has lost `{{slots.day}}`"), "{taken}");
    let returned = translated(&french, |text| format!("FR {text}"));
    let file = take_in(&files(&[]), "fr", &returned).expect("right").file;
    let mut bot = files(&[("translations/fr.yaml", &file)]);
    let responses = bot.0.get_mut("responses/all.yaml").expect("there");
    *responses = responses.replace("Which day?", "What day?");
    let listed = listing(&bot, "fr").expect("spoken");
    assert_eq!(listed.missing(), 1);
    assert_eq!(listed.stale.iter().map(|text| text.source.as_str()).collect::<Vec<_>>(), ["Which day?"]);
    let loaded = load(&bot);
    let says = loaded.bot.expect("no error").responses["which_day"].texts.contains_key("fr");
    assert!(!says, "half a message is not said");
    // The translator's old file comes late: what fits is taken, what does not is named.
    let late = take_in(&bot, "fr", &returned).expect("right");
    assert_eq!(late.stale, ["6: responses/which_day does not say this any more: Which day?"]);
    assert_eq!((late.changed, late.missing), (0, 1));
}

#[test]
fn a_translation_keeps_placeholders_and_addresses() {
    let check = |source: &str, target: &str, expected: Option<&str>| {
        assert_eq!(wrong(source, target).as_deref(), expected, "{target}");
    };
    check("Hi {{ name }}", "Salut {{name}}", None);
    check("Hi {{ name }}", "Salut {{ nom }}", Some("the translation has lost `{{name}}`"));
    check("Hi", "Salut {{ name }}", Some("the translation has `{{name}}`, and the text has not"));
    check("{% if a %}x{% endif %}", "{% endif %}x{% if a %}", None);
    check(
        "see [us](https://a.example)",
        "voir [nous](https://b.example)",
        Some("the translation has lost `](https://a.example)`"),
    );
    check("{{ a }} {{ a }}", "{{ a }}", Some("the translation has lost `{{a}}`"));
    check("a {{ b", "{{ a", None);
    assert!(wrong("a", &"b".repeat(LONGEST + 1)).is_some_and(|wrong| wrong.contains("65537 bytes")));
}

#[test]
fn a_broken_file_of_translations_is_a_problem_with_its_line() {
    let found = |path: &str, text: &str| {
        let loaded = load(&files(&[(path, text)]));
        let own = loaded.problems.into_iter().filter(|it| it.file == path && it.severity == Severity::Error);
        own.map(|it| format!("{} {}", it.code, it.line)).collect::<Vec<_>>()
    };
    let entry = "- in: bot\n  source: 'Stopped {{ a }}.'\n  target: Fini.\n";
    assert_eq!(found("translations/fr.yaml", entry), ["broken-translation 3"]);
    assert_eq!(found("translations/it.yaml", "[]"), ["unknown-language 0"]);
    assert_eq!(found("translations/fr.yaml", "- in: bot\n  target: x\n"), ["missing-field 1"]);
    assert_eq!(found("translations/fr.yaml", "[]"), Vec::<String>::new());
}

#[test]
fn broken_files_of_translators_are_refused_with_the_line() {
    let check = |read: Result<Vec<Returned>, TranslationError>, expected: &str| {
        let error = read.expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check(csv::read(""), "1: the first row must name the columns in, source, target");
    check(csv::read("in,source\na,b\n"), "1: the first row must name the columns");
    check(csv::read("in,source,target\na,b,c\na,b\n"), "3: the row has 2 columns");
    check(xliff::read("", "de"), "1: ");
    check(xliff::read("<a/>", "de"), "1: this is no XLIFF 1.2");
    check(xliff::read("<xliff version=\"1.2\">\n<a>\n</xliff>", "de"), "3: ");
    let unit = |inside: &str| format!("<xliff version=\"1.2\"><file><body>\n{inside}</body></file></xliff>");
    check(
        xliff::read(&unit("<trans-unit><source>a</source></trans-unit>"), "de"),
        "2: a unit needs its `resname`",
    );
    let nested = "\n<trans-unit resname=\"bot\"><source>a</source><target>b <g>c</g></target></trans-unit>";
    check(xliff::read(&unit(nested), "de"), "3: elements stand within the text");
    // A file of the other kinds, of a spreadsheet, without anything.
    let semicolons = csv::read("\u{feff}in;source;target\r\nbot;\"a;b\";c\r\n").expect("right");
    assert_eq!((semicolons[0].source.as_str(), semicolons[0].line), ("a;b", 2));
    assert_eq!(xliff::read(&unit(""), "de"), Ok(Vec::new()));
}

#[test]
fn a_file_of_another_language_is_refused_and_what_is_unfinished_is_left_out() {
    let file = |head: &str, units: &str| {
        format!("<xliff version=\"1.2\">\n<file{head}><body>{units}</body></file></xliff>")
    };
    let into = |language: &str| file(&format!(" target-language=\"{language}\""), "");
    let told = xliff::read(&into("de"), "fr").expect_err("another language").to_string();
    assert!(
        told.starts_with("2: the file is a translation into `de`: take it in by `--language de`"),
        "{told}"
    );
    for (language, same) in [("fr", "fr"), ("fr-FR", "fr"), ("FR", "fr"), ("pt_BR", "pt-br"), ("pt", "pt-br")]
    {
        assert_eq!(xliff::read(&into(language), same), Ok(Vec::new()), "{language} is {same}");
    }
    for (language, other) in [("pt-PT", "pt-br"), ("french", "fr")] {
        assert!(xliff::read(&into(language), other).is_err(), "{language} is not {other}");
    }
    for head in ["", " target-language=\"\""] {
        assert_eq!(xliff::read(&file(head, ""), "fr"), Ok(Vec::new()), "the attribute may be missing");
    }

    let unit = |source: &str, state: &str, target: &str| {
        format!(
            "<trans-unit resname=\"responses/which_day\"><source>{source}</source>\
             <target{state}>{target}</target></trans-unit>"
        )
    };
    let units = [
        unit("today", "", "aujourd'hui"),
        unit("Later", " state=\"needs-review-translation\"", "Plus tard"),
        unit("Day?", " state=\"needs-translation\"", "Day?"),
        unit("Which day?", " state=\"new\"", "Which day?"),
        // Nothing is there that could be left out.
        unit("And [when](https://a.example)?", " state=\"initial\"", ""),
    ];
    let returned = xliff::read(&file("", &units.concat()), "fr").expect("right");
    let taken = take_in(&files(&[]), "fr", &returned).expect("right");
    assert_eq!((taken.changed, taken.unfinished, taken.missing), (2, 2, 7), "{}", taken.file);
    assert!(taken.file.contains("Plus tard") && !taken.file.contains("Day?"), "{}", taken.file);
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[^\\p{C}]{1,30}", "[a-z {}%<>&;,\"'\\n\\r\\t\\\\-]{1,30}", any::<String>()]
        .prop_filter("something", |text| !text.trim().is_empty())
}

proptest! {
    /// Whatever the texts are: what leaves comes back, and the translations are what the bot then says.
    #[test]
    fn texts_come_back_as_they_left(texts in proptest::collection::vec((words(), proptest::option::of(words())), 0..6)) {
        let texts: Vec<Translatable> = texts
            .into_iter()
            .map(|(source, target)| Translatable { within: "responses/a \"b\" & <c>".to_owned(), source, target })
            .collect();
        let plain = |returned: Vec<Returned>| -> Vec<Translatable> {
            let plain = returned.into_iter().map(|it| {
                let target = Some(it.target).filter(|target| !target.is_empty());
                Translatable { within: it.within, source: it.source, target }
            });
            plain.collect()
        };
        prop_assert_eq!(&plain(csv::read(&csv::write(&texts)).expect("our own file")), &texts);
        if let Ok(file) = xliff::write("a & b", ("en", "de"), &texts) {
            prop_assert_eq!(&plain(xliff::read(&file, "de").expect("our own file")), &texts);
        }
        let file = written(texts.iter());
        let entries = Translations::entries(&file, 0, &mut Problems::default()).expect("our own file");
        let read: Vec<(String, String)> = entries.into_iter().map(|it| (it.source.value, it.target.value)).collect();
        let kept: Vec<(String, String)> = texts.into_iter().filter_map(|it| Some((it.source, it.target?))).collect();
        prop_assert_eq!(read, kept);
    }

    #[test]
    fn any_file_is_read_or_refused(text in any::<String>()) {
        let _ = (csv::read(&text), xliff::read(&text, "de"), placeholders(&text));
    }
}
