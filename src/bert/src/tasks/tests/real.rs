//! Models of real weights, where they were fetched.

use studio_core::{
    models::{NameKind, Tagger as _},
    translation::Translator as _,
};

use super::patient;
use crate::{
    catalogue::{default_folder, find},
    tasks::{Names, Translations},
};

/// The folder of a model, or word that a test was skipped.
fn folder(name: &str, what: &str) -> Option<std::path::PathBuf> {
    let folder = default_folder().join(find(name).unwrap().name);
    if folder.exists() {
        return Some(folder);
    }
    studio_skipped::skipped(what, &format!("a model (studio models pull {name})"));
    None
}

#[test]
fn ten_sentences_of_chinese_are_right_in_english() {
    let Some(folder) = folder("opus-mt-zh-en", "the translation of Chinese by real weights") else { return };
    let model = Translations::open(&folder, patient()).unwrap();
    let check = |text: &str, expected: &[&str]| {
        let translated = model.translate("zh-CN", "en", &[text.to_owned()]).unwrap().remove(0);
        let words = translated.to_lowercase();
        let right = expected.iter().all(|one| one.split('|').any(|word| words.contains(word)));
        assert!(right, "{text}: {translated}, expected {expected:?}");
    };
    check("我的订单在哪里？", &["where", "my order", "?"]);
    check("我想退货。", &["i want", "return"]);
    check("我可以用信用卡付款吗？", &["can i pay", "credit card", "?"]);
    check("包裹已经到了，但是坏了。", &["package|parcel", "arrived|here", "but", "broken|damaged"]);
    check("我住在北京。", &["i live in beijing"]);
    check("请给我打电话。", &["please", "call me"]);
    check("谢谢你的帮助。", &["thank", "your help"]);
    check("明天天气会很好。", &["weather", "fine|good|nice|great", "tomorrow"]);
    check("我需要和一个人说话。", &["i need to", "talk|speak", "someone|person"]);
    check("你们几点开门？", &["what time|when", "open", "?"]);
    let two = ["你好！我住在北京。\n谢谢你的帮助。".to_owned()];
    let translated = model.translate("zh", "en", &two).unwrap();
    let lines: Vec<&str> = translated[0].lines().collect();
    assert!(lines.len() == 2 && lines[0].contains("! I live") && lines[1].starts_with("Thank"), "{lines:?}");
}

#[test]
fn people_places_and_organisations_are_found() {
    let Some(folder) = folder("tinybert-ner", "names found by real weights") else { return };
    let model = Names::open(&folder, &["en"], patient()).unwrap();
    let check = |text: &str, expected: &[(&str, NameKind)]| {
        let names = model.names_now(text, Some("en")).unwrap().unwrap();
        let found: Vec<(&str, NameKind)> =
            names.iter().map(|name| (&text[name.start..name.end], name.kind)).collect();
        assert_eq!(found, expected, "{text}");
    };
    check(
        "My name is Sarah Connor and I live in Berlin.",
        &[("Sarah Connor", NameKind::Person), ("Berlin", NameKind::Place)],
    );
    check("this is john smith calling about my order", &[("john smith", NameKind::Person)]);
    check("Can you ship to Paris, France?", &[("Paris", NameKind::Place), ("France", NameKind::Place)]);
    check(
        "I work for Microsoft and met Angela Merkel",
        &[("Microsoft", NameKind::Organisation), ("Angela Merkel", NameKind::Person)],
    );
    check(
        "please send it to peter müller, new york",
        &[("peter müller", NameKind::Person), ("new york", NameKind::Place)],
    );
    for text in ["where is my order", "I want to return the blue shirt on Monday", "Hi"] {
        check(text, &[]);
    }
}
