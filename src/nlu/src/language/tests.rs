//! How often is the language of a text found, by the length of the text?

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Written for this test: everyday sentences, the same in all languages. The profiles have not seen them.
const SAMPLE: &str = include_str!("sample.tsv");

fn languages(codes: &[&str]) -> Languages {
    Languages::new(&codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>())
}

#[derive(Default)]
struct Tally {
    texts: usize,
    /// The likeliest is right.
    right: usize,
    clear: usize,
    /// What is called clear is right.
    right_when_clear: usize,
}

fn percent(part: usize, whole: usize) -> usize {
    100 * part / whole.max(1)
}

fn tally(bot: impl Fn(&str) -> Languages) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in SAMPLE.lines() {
        let [language, length, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{line}` has not three columns");
        };
        let tally = tallies.entry(length).or_default();
        tally.texts += 1;
        let Some(guess) = bot(language).guess(text, None) else { continue };
        let right = kind(&guess.language) == kind(language);
        tally.right += usize::from(right);
        if guess.is_clear(None) {
            tally.clear += 1;
            tally.right_when_clear += usize::from(right);
        }
        if !right {
            println!("{language}: {text} is taken for {} ({:.2})", guess.language, guess.probability);
        }
    }
    print_tallies(&tallies);
    tallies
}

fn print_tallies(tallies: &BTreeMap<&str, Tally>) {
    println!("length   texts  right %  clear %  right % when clear");
    for (length, tally) in tallies {
        let right = percent(tally.right, tally.texts);
        let clear = percent(tally.clear, tally.texts);
        let sure = percent(tally.right_when_clear, tally.clear);
        println!("{length:8} {:5} {right:8} {clear:8} {sure:8}", tally.texts);
    }
}

fn check(tallies: &BTreeMap<&str, Tally>, expected: [(&str, usize, usize); 3]) {
    for (length, right, right_when_clear) in expected {
        let tally = &tallies[length];
        let found = percent(tally.right, tally.texts);
        assert!(found >= right, "{length}: {found} % right");
        let found = percent(tally.right_when_clear, tally.clear);
        assert!(found >= right_when_clear, "{length}: {found} % right of what is called clear");
    }
}

#[test]
fn among_all_languages_the_right_one_is_found() {
    let all = SAMPLE.lines().filter_map(|line| line.split('\t').next());
    let kinds: BTreeSet<String> = all.map(kind).collect();
    assert!(kinds.len() >= 55, "{} languages", kinds.len());
    let open = tally(|_| languages(&[]));
    check(&open, [("short", 85, 91), ("medium", 92, 96), ("long", 95, 96)]);
}

/// Why whatlang alone is not enough; printed beside ours, and held to being worse.
#[test]
fn whatlang_alone_finds_fewer() {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in SAMPLE.lines() {
        let columns = line.split('\t').collect::<Vec<_>>();
        let tally = tallies.entry(columns[1]).or_default();
        tally.texts += 1;
        let info = whatlang::detect(columns[2]);
        let right = info.as_ref().is_some_and(|info| of_code(columns[0]) == Some(info.lang()));
        tally.right += usize::from(right);
        if info.is_some_and(|info| info.is_reliable()) {
            tally.clear += 1;
            tally.right_when_clear += usize::from(right);
        }
    }
    print_tallies(&tallies);
    for (length, most) in [("short", 60), ("medium", 80), ("long", 85)] {
        let found = percent(tallies[length].right, tallies[length].texts);
        assert!(found <= most, "{length}: {found} %: is ours still needed?");
    }
}

#[test]
fn among_a_bots_own_languages_the_right_one_is_found() {
    let bot = tally(|language| languages(&["en", "de", "es", "fr", "it", "pt", "tr", "pl", "ar", language]));
    check(&bot, [("short", 89, 94), ("medium", 94, 97), ("long", 96, 96)]);
}

#[test]
fn the_language_is_clear_or_nothing_is_said() {
    let check = |codes: &[&str], text: &str, before: Option<&str>, expected: Option<&str>| {
        assert_eq!(languages(codes).clear(text, before).as_deref(), expected, "{text}");
    };
    let both = ["en", "de"];
    check(&both, "where is the order that I placed last week?", None, Some("en"));
    check(&both, "Wo ist meine Bestellung von letzter Woche?", None, Some("de"));
    check(&both, "Where is my order?", Some("de"), Some("en"));
    check(&both, "Wo ist meine Bestellung?", Some("en"), Some("de"));
    check(&both, "ok", Some("de"), None);
    check(&both, "", None, None);
    check(&both, "4711 4711 4711 4711", None, None);
    check(&both, "👍👍👍", None, None);
    check(&both, "\u{200b}\u{202e}\u{200b}", None, None);
    check(&["en", "el"], "πού είναι", None, Some("el"));
    check(&["en", "ja"], "ありがとう", None, Some("ja"));
    let alone = languages(&["en"]).clear("Wo ist meine Bestellung von letzter Woche?", Some("en"));
    assert_eq!(alone.as_deref(), Some("de"), "what a bot of one language did not understand is named");
    check(&["en", "xx"], "where is the order that I placed last week?", None, Some("en"));
    // One that the bot does not speak is named as well.
    check(&both, "Où est la commande que j'ai passée la semaine dernière ?", None, Some("fr"));
    // A variety of a language is that of the bot.
    check(&["en", "pt-BR"], "Onde está o pedido que eu fiz na semana passada?", None, Some("pt-BR"));
    check(&["en", "zh-TW"], "請問我的訂單在哪裡", None, Some("zh-TW"));
    // A few words that are as good in the language of the conversation do not turn it.
    let near = ["en", "es", "it"];
    let found = languages(&near).clear("un vestido azul marino", Some("es"));
    assert_ne!(found.as_deref(), Some("it"));
    check(&near, "Dov'è il mio ordine che ho fatto la settimana scorsa?", Some("es"), Some("it"));
    // Languages that only whatlang knows.
    check(&["en", "ka", "km"], "តើការបញ្ជាទិញរបស់ខ្ញុំនៅឯណា", None, Some("km"));
    check(&["ru", "be"], "Дзе знаходзіцца мой заказ, які я зрабіў на мінулым тыдні?", None, Some("be"));
}

#[test]
fn one_word_again_and_again_says_no_more_than_once() {
    let bot = languages(&["en", "de", "it"]);
    for text in ["no", "no no", "No, no, no!", &"no ".repeat(3_300), "NO no nO no"] {
        assert_eq!(bot.clear(text, Some("en")), None, "{text:.20}");
        assert_eq!(bot.guess(text, None), None, "{text:.20}");
    }
    let found = |text: &str| bot.clear(text, Some("en"));
    assert_eq!(found("nein nein nein, wo ist meine Bestellung?"), found("nein, wo ist meine Bestellung?"));
    assert_eq!(found("no no no no, wo ist meine Bestellung?").as_deref(), Some("de"));
    let twice = "das ist das das ist es";
    assert_eq!(said_once(twice), twice);
    assert_eq!(said_once("so so so gut gut"), "so gut gut");
}

/// What is written in few words, in the languages whose days, amounts and numbers are known.
const SHORT_MESSAGES: [(&str, &[&str]); 9] = [
    (
        "en",
        &[
            "tomorrow at half past seven",
            "next friday morning please",
            "two tents and a backpack",
            "is it still in stock",
        ],
    ),
    (
        "de",
        &[
            "übermorgen um halb acht abends",
            "nächsten freitag vormittag",
            "zwei zelte und ein rucksack",
            "in der frist",
        ],
    ),
    (
        "fr",
        &["après-demain à sept heures et demie", "vendredi prochain le matin", "deux tentes et un sac à dos"],
    ),
    (
        "es",
        &[
            "pasado mañana a las siete y media",
            "el próximo viernes por la mañana",
            "dos tiendas y una mochila",
        ],
    ),
    ("it", &["dopodomani alle sette e mezza", "venerdì prossimo di mattina", "due tende e uno zaino"]),
    ("pt", &["depois de amanhã às sete e meia", "na próxima sexta de manhã", "duas tendas e uma mochila"]),
    (
        "nl",
        &[
            "overmorgen om half acht 's avonds",
            "volgende week vrijdag om tien",
            "twee tenten en een rugzak",
            "half acht",
        ],
    ),
    ("pl", &["pojutrze o wpół do ósmej wieczorem", "w przyszły piątek rano", "dwa namioty i plecak"]),
    ("tr", &["öbür gün akşam yedi buçukta", "gelecek cuma sabahı", "iki çadır ve bir sırt çantası"]),
];

#[test]
fn a_short_message_is_not_taken_for_another_language_than_was_told() {
    let bot = languages(&["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr"]);
    let (mut others, mut followed) = (0, 0);
    for (language, texts) in SHORT_MESSAGES {
        for text in texts {
            let found = bot.clear(text, Some(language));
            assert!(found.as_deref().is_none_or(|found| found == language), "{language}: {text}: {found:?}");
            for told in ["en", "de", "nl"].into_iter().filter(|told| *told != language) {
                others += 1;
                followed += usize::from(bot.clear(text, Some(told)).as_deref() == Some(language));
            }
        }
    }
    assert!(followed * 4 >= others * 3, "a change is seen in {followed} of {others}");
    // Half the words of both languages are in it: without anything that was told, nothing is said.
    assert_ne!(bot.clear("overmorgen om half acht 's avonds", None).as_deref(), Some("en"));
}

#[test]
fn any_text_has_a_language_or_none() {
    let bot = languages(&["en", "de", "ar"]);
    let long = "a".repeat(1 << 20);
    for text in ["\0", "\u{301}\u{301}\u{301}", "ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ", "'\u{2019}'''", &long] {
        let guess = bot.guess(text, Some("xx"));
        assert!(guess.is_none_or(|guess| guess.probability.is_finite()), "{} bytes", text.len());
    }
}

#[test]
fn words_of_any_language_are_plausible_and_beaten_keys_are_not() {
    for word in [
        "order",
        "bestellung",
        "rücksendung",
        "größe",
        "commande",
        "zamówienie",
        "siparişim",
        "εγγραφή",
        "заказ",
        "reimbursement",
        "ordr",
        "lorem",
        "注文",
        "ትዕዛዝ",
        "",
    ] {
        assert!(is_plausible(word), "{word}");
    }
    for beaten in ["asdkjh", "kjsdhf", "zxcvb", "fghjkl", "hgfjdk", "xkcd", "dsfgsdfg"] {
        assert!(!is_plausible(beaten), "{beaten}");
    }
}
