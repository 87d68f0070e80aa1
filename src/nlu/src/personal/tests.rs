use std::collections::BTreeMap;

use proptest::prelude::*;
use studio_core::{
    privacy::{PersonalKind, masked},
    understanding::{EntityLesson, Lessons},
};

use crate::{Model, train};

fn model(entities: BTreeMap<String, EntityLesson>) -> Model {
    let languages = vec!["en".to_owned(), "de".to_owned()];
    train(&Lessons { entities, languages, ..Lessons::default() }, None).expect("there is nothing to learn")
}

fn now() -> jiff::Zoned {
    jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC)
}

fn mask(text: &str) -> String {
    masked(text, &model(BTreeMap::new()).personal(text, "en", &now(), &|_| true)).0
}

#[test]
fn personal_data_is_masked_and_nothing_else() {
    let check = |text: &str, expected: &str| assert_eq!(mask(text), expected);
    check("write to Ada.L@example.org, please", "write to [email], please");
    check(
        "write to Ada.L (at) example (dot) org or zoltan.kodaly @ example.com",
        "write to [email] or [email]",
    );
    check("write to a.b＠example.org", "write to [email]");
    check("my SSN is 078-05-1120", "my SSN is [national_id]");
    check("my NI number is QQ123456C", "my NI number is [national_id]");
    check("my order is AB123456C", "my order is AB123456C");
    check("call +49 170 1234567 or (415) 555-2671", "call [phone] or [phone]");
    // No country has the code: whoever wrote it meant some number of theirs.
    check("call +999 170 1234567", "call [phone]");
    check("my card is 4111 1111 1111 1111.", "my card is [card].");
    check("IBAN: DE89 3704 0044 0532 0130 00", "IBAN: [iban]");
    check("from 192.168.0.17 and 2001:db8::8a2e:370:7334", "from [ip] and [ip]");
    check("my name is Ada Lovelace", "my name is [person]");
    check("I am Zoltan Kodaly", "I am [person]");
    check("my name is Hans-Dieter von der Heide", "my name is [person]");
    check("I'm [person] and I am late", "I'm [person] and I am late");
    check("My name is [person]", "My name is [person]");
    check("my name is [person], I am at [address]", "my name is [person], I am at [address]");
    check("I live at 10 Downing Street, London SW1A 2AA", "I live at [address]");
    check("Meine Steuer-ID ist 86095742719", "Meine Steuer-ID ist [national_id]");
    check("ｃａｒｄ ４１１１１１１１１１１１１１１１", "ｃａｒｄ [card]");
    check("بطاقتي ٤١١١ ١١١١ ١١١١ ١١١١.", "بطاقتي [card].");
    check("卡号4111 1111 1111 1111，谢谢", "卡号[card]，谢谢");
    check(
        "order 4711 of 24.12.2026 at 10:30, version 1.2.3",
        "order 4711 of 24.12.2026 at 10:30, version 1.2.3",
    );
    check("4111 1111 1111 1112", "4111 1111 1111 1112");
    check("", "");
}

#[test]
fn a_national_number_is_one_of_the_countries_of_the_languages() {
    let bot = |languages: &[&str]| {
        let languages = languages.iter().map(|code| (*code).to_owned()).collect();
        train(&Lessons { languages, ..Lessons::default() }, None).expect("there is nothing to learn")
    };
    let check = |languages: &[&str], text: &str, expected: &str| {
        let found = bot(languages).personal(text, languages[0], &now(), &|_| true);
        assert_eq!(masked(text, &found).0, expected);
    };
    check(&["es"], "mi teléfono es 612 345 678", "mi teléfono es [phone]");
    check(&["en", "pl"], "mój numer to 601 234 567", "mój numer to [phone]");
    check(&["pt-BR"], "meu telefone é (11) 91234-5678", "meu telefone é [phone]");
    check(&["en"], "articles 612 345 678", "articles 612 345 678");
    check(&["es"], "el pedido 612345678", "el pedido 612345678");
}

#[test]
fn names_are_masked_in_languages_that_the_bot_does_not_speak() {
    let languages = vec!["en".to_owned()];
    let bot = train(&Lessons { languages, ..Lessons::default() }, None).expect("there is nothing to learn");
    let check = |text: &str, expected: &str| {
        let found = bot.personal(text, "en", &now(), &|_| true);
        assert_eq!(masked(text, &found).0, expected);
    };
    check("Guten Tag, mein Name ist Karl Schmidt", "Guten Tag, mein Name ist [person]");
    check("Bonjour, je m'appelle Jean Dupont", "Bonjour, je m'appelle [person]");
    check("Buongiorno, mi chiamo Mario Rossi", "Buongiorno, mi chiamo [person]");
    // Whatever the rest is in.
    check("Hello, where is my order? Me llamo Juan Pérez", "Hello, where is my order? Me llamo [person]");
    check("Hello, where is my order? Nombre: Juan Pérez", "Hello, where is my order? Nombre: [person]");
    check(
        "Hello, where is my order? Nazywam się Jan Nowak",
        "Hello, where is my order? Nazywam się [person]",
    );
    check(
        "Hello, where is my order? JE M’APPELLE Jean Dupont",
        "Hello, where is my order? JE M’APPELLE [person]",
    );
    // What introduces other things as well counts in the language of the message.
    check(
        "Hallo, hier ist Anna Schmidt, ich habe eine Frage zu meiner Bestellung",
        "Hallo, hier ist [person], ich habe eine Frage zu meiner Bestellung",
    );
    check(
        "Guten Tag, ich möchte bitte mit Frau Müller sprechen",
        "Guten Tag, ich möchte bitte mit Frau [person] sprechen",
    );
    check(
        "Bitte liefern Sie es an die Kölner Straße 12, 60327 Frankfurt am Main",
        "Bitte liefern Sie es an die [address]",
    );
    for nobody in [
        "I'd like a Pan Pizza and a Soy Milk Latte, please",
        "mein Name ist falsch geschrieben",
        "Guten Tag, hier ist alles kaputt",
    ] {
        check(nobody, nobody);
    }
}

#[test]
fn a_name_in_another_language_is_an_entity_too() {
    let languages = vec!["en".to_owned()];
    let bot = train(&Lessons { languages, ..Lessons::default() }, None).expect("there is nothing to learn");
    let understood = bot.understand("Guten Tag, mein Name ist Karl Schmidt", "en", &now());
    let people: Vec<&str> = understood
        .entities
        .iter()
        .filter(|found| found.entity == "person")
        .map(|found| found.text.as_str())
        .collect();
    assert_eq!(people, ["Karl Schmidt"]);
    assert_eq!(understood.personal, [PersonalKind::Person]);
}

#[test]
fn addresses_are_found_whole_and_masked_whole() {
    let file = include_str!("../entities/cases/addresses.txt");
    let lines: Vec<(&str, &str)> = file.lines().filter_map(|line| line.split_once(": ")).collect();
    let mut wrong = Vec::new();
    for code in ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr"] {
        let languages = vec![code.to_owned()];
        let model =
            train(&Lessons { languages, ..Lessons::default() }, None).expect("there is nothing to learn");
        let addresses = lines.iter().filter(|(language, _)| *language == code);
        assert!(addresses.clone().count() >= 5, "{code}");
        for (_, address) in addresses {
            let understood = model.understand(address, code, &now());
            let found: Vec<&str> = understood
                .entities
                .iter()
                .filter(|find| find.entity == "address")
                .map(|find| find.text.as_str())
                .collect();
            let masked = masked(address, &model.personal(address, code, &now(), &|_| true)).0;
            if found != [*address] || masked != "[address]" {
                wrong.push(format!("{address}: found {found:?}, masked {masked:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Dots are what is read in place of a mask.
#[test]
fn no_name_is_found_behind_a_mask() {
    let model = model(BTreeMap::new());
    for text in [
        "my name is ........ call me tomorrow",
        "my name is ........, call me",
        "mein Name ist ........, Anruf genügt",
    ] {
        let entities = model.understand(text, "en", &now()).entities;
        assert!(!entities.iter().any(|found| found.entity == "person"), "{text}: {entities:?}");
    }
}

#[test]
fn the_language_is_that_of_the_words_beside_names_and_addresses() {
    let model = model(BTreeMap::new());
    let heard = |text: &str| model.understand(text, "en", &now()).language;
    for text in ["", "deliver to "] {
        let text = format!("{text}Friedrich-Ebert-Straße 12, 3. Stock, 40210 Düsseldorf");
        assert_ne!(heard(&text).as_deref(), Some("de"), "{text}");
    }
    let own = "Bitte liefern Sie es an die Kölner Straße 12, 60327 Frankfurt am Main";
    assert_eq!(heard(own).as_deref(), Some("de"));
}

#[test]
fn numbers_with_a_checksum_are_found_beside_other_digits() {
    let check = |text: &str, expected: &str| assert_eq!(mask(text), expected);
    check("my card is 4111 1111 1111 1111 12/27", "my card is [card] 12/27");
    check("4111 1111 1111 1111 123", "[card] 123");
    check("4111-1111-1111-1111-123", "[card]-123");
    check("order 4711 4111 1111 1111 1111", "order 4711 [card]");
    check("4111 1111 1111 1111 4111 1111 1111 1111", "[card] [card]");
    check("card 378282246310005 1234", "card [card] 1234");
    check("transfer from DE89370400440532013000 to DE02120300000000202051", "transfer from [iban] to [iban]");
    check("no12 DE89 3704 0044 0532 0130 00", "no12 [iban]");
    check("DE89 3704 0044 0532 0130 00 BE68 5390 0754 7034", "[iban] [iban]");
    check("article 4711-4712-4713-4714", "article 4711-4712-4713-4714");
}

#[test]
fn numbers_with_a_checksum_are_masked_whatever_parts_their_groups() {
    for between in ["  ", ".", "\n", "/", "_", ",", " - ", " – ", "\u{a0}\u{a0}"] {
        let parted = |number: &str| number.replace(' ', between);
        let card = parted("4111 1111 1111 1111");
        assert_eq!(mask(&format!("it is {card}, or so")), "it is [card], or so", "{between:?}");
        let account = parted("DE89 3704 0044 0532 0130 00");
        assert_eq!(mask(&format!("to {account}, or so")), "to [iban], or so", "{between:?}");
    }
    assert_eq!(mask("4111 1111 1111 1111/12/27"), "[card]/12/27");
    assert_eq!(mask("账号DE89 3704 0044 0532 0130 00谢谢"), "账号[iban]谢谢");
    assert_eq!(mask("orders 4711, 4712, 4713 and 4714"), "orders 4711, 4712, 4713 and 4714");
}

#[test]
fn an_order_number_of_the_bot_is_no_telephone_number() {
    let pattern = EntityLesson::Pattern("0[0-9]{9}".to_owned());
    let own = model([("order_number".to_owned(), pattern)].into());
    let find = |model: &Model| model.personal("it is 0123456789", "en", &now(), &|_| true).len();
    assert_eq!((find(&own), find(&model(BTreeMap::new()))), (0, 1));
}

#[test]
fn long_texts_are_masked_to_their_end() {
    for before in [8_150, 8_180, 8_192, 8_200, 60_000] {
        let text = format!("{} 4111 1111 1111 1111 a@example.org", "ä ".repeat(before / 3));
        let masked = mask(&text);
        assert!(masked.ends_with(" [card] [email]"), "{before}");
    }
}

#[test]
fn only_what_is_wanted_is_found() {
    let text = "a@example.org 4111 1111 1111 1111";
    let found = model(BTreeMap::new()).personal(text, "en", &now(), &|kind| kind == PersonalKind::Card);
    assert_eq!(masked(text, &found).0, "a@example.org [card]");
}

fn anything() -> impl Strategy<Value = String> {
    let data = prop::sample::select(vec![
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "a@example.org",
        "+49 170 1234567",
        "10.0.0.1",
        "fe80::1",
        "86095742719",
        "my name is Ada Lovelace",
        "10 Downing Street, London",
        "مرحبا",
        "你好",
        "שלום",
        "İ",
        "ﬁ",
        "👩‍👩‍👧",
        "\u{202e}",
        "e\u{301}",
        "１２３４５６７",
        "²",
        "K",
        "ẞ",
        "::::",
        "....",
    ]);
    let piece = prop_oneof![5 => data.prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => "[0-9 .:@-]{0,24}"];
    let joint = prop::sample::select(vec![" ", "", ", ", "\n"]);
    prop::collection::vec((piece, joint), 0..10)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, joint)| piece + joint).collect())
}

proptest! {
    #[test]
    fn places_are_right_in_every_script_and_do_not_overlap(text in anything()) {
        thread_local!(static MODEL: Model = model(BTreeMap::new()));
        let found = MODEL.with(|model| model.personal(&text, "en", &now(), &|_| true));
        let mut end = 0;
        for personal in &found {
            prop_assert!(personal.start >= end && personal.end > personal.start);
            prop_assert!(text.get(personal.start..personal.end).is_some());
            end = personal.end;
        }
        let (masked, places) = masked(&text, &found);
        prop_assert_eq!(places.len(), found.len());
        for place in places {
            prop_assert_eq!(&masked[place.start..place.end], place.kind.mask());
        }
    }
}
