//! A shop's documents in English and German: does the right passage come first, and is it known when there is none?

use studio_core::{id::OrganisationId, understanding::Passage};

use crate::{Document, Knowledge};

const DOCUMENTS: &[(&str, &str)] = &[
    (
        "en/delivery.md",
        "# Delivery\n\n## Delivery times\n\nOrders within Germany arrive after 2 to 3 working days. Deliveries to Austria and \
         Switzerland take 4 to 6 working days.\n\n## Shipping costs\n\nShipping costs 4.90 euros. Orders above 50 euros are \
         shipped free of charge.\n\n## Tracking a parcel\n\nAs soon as your parcel leaves our warehouse we send you an e-mail \
         with a tracking number.",
    ),
    (
        "en/returns.md",
        "# Returns\n\n## Sending something back\n\nYou can return unused goods within 30 days. Print the label from your \
         account and bring the parcel to any post office.\n\n## Refunds\n\nWe refund the price within 5 days after the goods \
         have come back, by the way you paid.\n\n## Damaged goods\n\nIf something arrives broken, send us a photo. We \
         replace it at once.",
    ),
    (
        "en/payment.md",
        "---\ntitle: Payment\n---\n\n## Ways to pay\n\nWe accept credit cards, PayPal, and payment by invoice.\n\n## Vouchers \
         and gift cards\n\nEnter the code of your voucher in the last step of the checkout. A gift card is valid for three \
         years.",
    ),
    (
        "en/shop.md",
        "# Our shop in Berlin\n\n## Opening hours\n\nMonday to Friday from 10 am to 7 pm, Saturdays until 4 pm. We are closed on \
         Sundays.\n\n## Getting here\n\nThe shop is at Torstrasse 12, five minutes on foot from the underground station.",
    ),
    (
        "en/care.md",
        "# Looking after your gear\n\n## Washing a rain jacket\n\nWash it at 30 degrees without softener, then proof it with a \
         spray.\n\n## Storing a tent\n\nA tent must be dry before it is packed away, or mould grows on the fabric.\n\n## Sizes \
         of backpacks\n\nFor a day 20 litres are enough, for a week in the mountains take 50 to 60 litres.",
    ),
    (
        "de/lieferung.md",
        "# Lieferung\n\n## Lieferzeiten\n\nBestellungen innerhalb Deutschlands kommen nach 2 bis 3 Werktagen an. Nach Österreich \
         und in die Schweiz dauert es 4 bis 6 Werktage.\n\n## Versandkosten\n\nDer Versand kostet 4,90 Euro. Ab 50 Euro \
         Bestellwert ist er kostenlos.\n\n## Sendungsverfolgung\n\nSobald Ihr Paket das Lager verlässt, bekommen Sie eine \
         E-Mail mit der Sendungsnummer.",
    ),
    (
        "de/rueckgabe.md",
        "# Rückgabe\n\n## Etwas zurückschicken\n\nUnbenutzte Ware nehmen wir 30 Tage lang zurück. Drucken Sie das \
         Rücksendeetikett in Ihrem Konto aus.\n\n## Erstattung\n\nWir erstatten den Kaufpreis binnen 5 Tagen, nachdem die Ware \
         bei uns eingetroffen ist.\n\n## Beschädigte Ware\n\nKommt etwas kaputt an, schicken Sie uns ein Foto. Wir ersetzen es \
         sofort.",
    ),
    (
        "de/laden.md",
        "# Unser Laden in Berlin\n\n## Öffnungszeiten\n\nMontag bis Freitag von 10 bis 19 Uhr, samstags bis 16 Uhr. Sonntags \
         geschlossen.\n\n## Anfahrt\n\nDer Laden liegt in der Torstraße 12, fünf Minuten von der U-Bahn.",
    ),
    (
        "de/gutscheine.md",
        "# Gutscheine\n\n## Gutschein einlösen\n\nGeben Sie den Code im letzten Schritt der Bestellung ein. Ein \
         Geschenkgutschein gilt drei Jahre.",
    ),
];

fn shop() -> Knowledge {
    let documents = DOCUMENTS.iter().map(|(path, text)| document(path, &path[..2], text));
    published(&documents.collect::<Vec<_>>())
}

pub(super) fn document(path: &str, language: &str, text: &str) -> Document {
    Document { path: path.to_owned(), language: language.to_owned(), text: text.to_owned() }
}

pub(super) fn published(documents: &[Document]) -> Knowledge {
    let knowledge = Knowledge::in_memory().expect("an index in memory");
    knowledge.publish(OrganisationId::FIRST, "shop", 1, documents).expect("published");
    knowledge
}

pub(super) fn ask(knowledge: &Knowledge, language: &str, question: &str) -> Vec<Passage> {
    knowledge.search(OrganisationId::FIRST, "shop", question, language, 3)
}

#[test]
fn the_right_passage_comes_first() {
    let knowledge = shop();
    let mut failures = Vec::new();
    let mut check = |language: &str, question: &str, document: &str, heading: &str| {
        let passages = ask(&knowledge, language, question);
        let right = passages.first().is_some_and(|first| {
            first.document == document
                && first.headings.last().map(String::as_str) == Some(heading)
                && first.coverage >= 0.5
        });
        if !right {
            let found: Vec<String> = passages
                .iter()
                .map(|p| format!("{} {:?} {:.2} {:.2}", p.document, p.headings, p.score, p.coverage))
                .collect();
            failures.push(format!("{question}: {found:#?}"));
        }
    };
    check("en", "How long does delivery take?", "en/delivery.md", "Delivery times");
    check("en", "what are your shipping costs", "en/delivery.md", "Shipping costs");
    check("en", "is shipping free?", "en/delivery.md", "Shipping costs");
    check("en", "where is my tracking number", "en/delivery.md", "Tracking a parcel");
    check("en", "I want to return my goods", "en/returns.md", "Sending something back");
    check("en", "can I get a refund", "en/returns.md", "Refunds");
    check("en", "it arrived broken", "en/returns.md", "Damaged goods");
    check("en", "do you accept paypal", "en/payment.md", "Ways to pay");
    check("en", "how do I use a voucher", "en/payment.md", "Vouchers and gift cards");
    check("en", "when are you open on saturday?", "en/shop.md", "Opening hours");
    check("en", "are you open today?", "en/shop.md", "Opening hours");
    check("en", "can I wash my rain jacket", "en/care.md", "Washing a rain jacket");
    check("en", "how do I store the tent", "en/care.md", "Storing a tent");
    // Misspelt, or not finished.
    check("en", "delivry times", "en/delivery.md", "Delivery times");
    check("en", "shiping costs", "en/delivery.md", "Shipping costs");
    check("en", "opening hou", "en/shop.md", "Opening hours");
    check("en", "washing a jakcet", "en/care.md", "Washing a rain jacket");
    check("de", "Wie lange ist die Lieferzeit?", "de/lieferung.md", "Lieferzeiten");
    check("de", "Was kostet der Versand?", "de/lieferung.md", "Versandkosten");
    check("de", "Wie hoch sind die Versandkosten", "de/lieferung.md", "Versandkosten");
    check("de", "Wo finde ich die Sendungsnummer?", "de/lieferung.md", "Sendungsverfolgung");
    check("de", "Ich möchte Ware zurückschicken", "de/rueckgabe.md", "Etwas zurückschicken");
    check("de", "Wann wird der Kaufpreis erstattet?", "de/rueckgabe.md", "Erstattung");
    check("de", "Die Ware ist kaputt", "de/rueckgabe.md", "Beschädigte Ware");
    check("de", "Wann habt ihr geöffnet, was sind die Öffnungszeiten?", "de/laden.md", "Öffnungszeiten");
    check("de", "oeffnungszeiten", "de/laden.md", "Öffnungszeiten");
    check("de", "offnungszeiten", "de/laden.md", "Öffnungszeiten");
    check("de", "Wo kann ich einen Gutschein einlösen?", "de/gutscheine.md", "Gutschein einlösen");
    // A part of a compound, and a compound of parts.
    check("de", "Geschenkgutscheine", "de/gutscheine.md", "Gutschein einlösen");
    check("de", "Habt ihr ein Etikett zum Rücksenden?", "de/rueckgabe.md", "Etwas zurückschicken");
    // Asked in one language, answered in the only one that knows.
    check("de", "PayPal", "en/payment.md", "Ways to pay");
    // The conversation is in English, the question is not.
    check("en", "Wie hoch sind denn bei euch die Versandkosten?", "de/lieferung.md", "Versandkosten");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_the_documents_do_not_say_has_low_coverage() {
    let knowledge = shop();
    let check = |language: &str, question: &str| {
        for passage in ask(&knowledge, language, question) {
            assert!(passage.coverage < 0.5, "{question}: {:.2} {}", passage.coverage, passage.text);
        }
    };
    check("en", "What is the capital of Mongolia?");
    check("en", "Tell me a joke about penguins");
    check("en", "do you sell used bicycles");
    check("en", "who won the football match yesterday");
    check("en", "can you book me a flight to Lisbon");
    check("en", "how are you?");
    check("de", "Was ist die Hauptstadt der Mongolei?");
    check("de", "Erzähl mir einen Witz");
    check("de", "Verkauft ihr gebrauchte Fahrräder?");
    check("de", "Wie wird das Wetter morgen in Hamburg?");
}

#[test]
fn an_answer_names_document_title_and_headings() {
    let passages = ask(&shop(), "en", "gift card");
    let first = &passages[0];
    assert_eq!(first.document, "en/payment.md");
    assert_eq!(first.title, "Payment");
    assert_eq!(first.headings, ["Vouchers and gift cards"]);
    assert!(first.text.starts_with("Enter the code"));
    assert_eq!(first.language, "en");
    assert!(first.score > 0.0 && first.coverage > 0.9 && first.coverage <= 1.0);
}

#[test]
fn any_text_can_be_asked() {
    let knowledge = shop();
    let long = "delivery ".repeat(10 * 1024 * 1024 / 9);
    let run = "x".repeat(10 * 1024 * 1024);
    let emoji = "👩‍👩‍👧‍👦".repeat(2_000);
    let hostile = [
        "",
        " ",
        "\0",
        "delivery\0times",
        "AND OR ((",
        "text:delivery^9999",
        "\"",
        "*",
        "\\",
        "[a TO z}",
        "-",
        "+-!(){}[]^\"~*?:\\/",
        "🚚",
        "👩‍👩‍👧‍👦 delivery",
        "\u{202e}yreviled",
        "a\u{300}\u{301}\u{302}",
        "İ",
        "ﷺ",
        "ΑΝΤΙΘΕΤΕ",
        "送料はいくらですか",
        "ค่าจัดส่ง",
        "12345678901234567890",
        "the of and",
        "' OR 1=1 --",
        "\u{10ffff}",
        "ß",
        "\u{feff}",
        &long,
        &run,
        &emoji,
    ];
    for question in hostile {
        for language in ["en", "de", "", "xx", "zh", "\0", "🚚", "english"] {
            for passage in knowledge.search(OrganisationId::FIRST, "shop", question, language, 3) {
                assert!((0.0..=1.0).contains(&passage.coverage) && passage.score.is_finite());
            }
        }
    }
    assert!(!ask(&knowledge, "en", &long).is_empty());
    assert!(knowledge.search(OrganisationId::FIRST, "shop", "delivery", "en", 0).is_empty());
}

#[test]
fn scripts_without_spaces_are_found() {
    let documents = [
        document(
            "ja.md",
            "ja",
            "# 配送\n\n## 送料\n\n送料は全国一律500円です。\n\n## 返品\n\n商品到着後30日以内に返品できます。",
        ),
        document("zh.md", "zh", "# 服务\n\n## 退货\n\n三十天内可以退货。\n\n## 运费\n\n满五十元免运费。"),
        document(
            "ko.md",
            "ko",
            "# 배송\n\n## 배송비\n\n배송비는 3000원입니다.\n\n## 반품\n\n30일 이내에 반품할 수 있습니다.",
        ),
        document("th.md", "th", "# บริการ\n\n## ค่าจัดส่ง\n\nค่าจัดส่ง 50 บาท\n\n## คืนสินค้า\n\nคืนสินค้าได้ภายใน 30 วัน"),
        document(
            "ru.md",
            "ru",
            "# Доставка\n\n## Сроки\n\nДоставим за три дня.\n\n## Ёлки\n\nЁлки привозим в декабре.",
        ),
        document(
            "fr.md",
            "fr",
            "# Livraison\n\n## Expédition\n\nL'expédition est gratuite.\n\n## Retours\n\nRetour sous 30 jours.",
        ),
    ];
    let knowledge = published(&documents);
    let check = |language: &str, question: &str, heading: &str| {
        let passages = ask(&knowledge, language, question);
        let first = passages.first().unwrap_or_else(|| panic!("nothing for {question}"));
        assert_eq!(first.headings, [heading], "{question}");
        assert!(first.coverage >= 0.5, "{question}: {}", first.coverage);
    };
    check("ja", "送料はいくらですか", "送料");
    check("ja", "返品したい", "返品");
    check("zh", "怎么退货？", "退货");
    check("zh", "运费多少", "运费");
    check("ko", "반품 방법", "반품");
    check("th", "ค่าจัดส่งเท่าไหร่ ค่าจัดส่ง", "ค่าจัดส่ง");
    check("ru", "елка", "Ёлки");
    check("fr", "expedition gratuite", "Expédition");
    check("fr", "l’expédition", "Expédition");
}

/// "allowed" asks, and the answer seldom says it.
#[test]
fn a_short_question_is_covered_by_its_topic() {
    let documents = [
        document(
            "en.md",
            "en",
            "# Our café\n\n## Animals\n\nDogs are welcome on the terrace.\n\n## Smoking\n\nNot inside, please.",
        ),
        document("de.md", "de", "# Unser Café\n\n## Tiere\n\nHunde sind auf der Terrasse willkommen."),
    ];
    let knowledge = published(&documents);
    for (language, question) in [("en", "are dogs allowed?"), ("de", "Sind Hunde erlaubt?")] {
        let passages = ask(&knowledge, language, question);
        assert!(passages.first().is_some_and(|first| first.coverage >= 0.55), "{question}: {passages:?}");
    }
    let passages = ask(&knowledge, "en", "are cats allowed?");
    assert!(passages.iter().all(|passage| passage.coverage < 0.55), "{passages:?}");
}

/// What people say all the time stands in many a passage and asks for none.
#[test]
fn what_is_no_question_about_anything_finds_nothing() {
    let documents = [
        document(
            "en/gear.md",
            "en",
            "# Gear\n\n## Sun and tents\n\nA tent will lose a third of its strength in six weeks of sun.\n\n## Gift cards\n\nA \
             present for people who would rather choose themselves. One card is valid for 3 years.\n\n## Storage\n\nNever \
             leave a sleeping bag pressed together.",
        ),
        document(
            "de/ausruestung.md",
            "de",
            "# Ausrüstung\n\n## Gutscheine\n\nFür Leute, die lieber selbst wählen. Eins gilt immer: 3 Jahre.\n\n## Lagern\n\n\
             Einen Schlafsack nie gepresst aufheben, er soll lange leben. Auch Menschen in Zelten schlafen gut.",
        ),
    ];
    let knowledge = published(&documents);
    let mut wrong = Vec::new();
    let mut nothing = |language: &str, question: &str| {
        let found = ask(&knowledge, language, question);
        if let Some(found) = found.into_iter().find(|passage| passage.coverage >= 0.3) {
            wrong.push(format!("{question}: {:.2} {}", found.coverage, found.text));
        }
    };
    for question in [
        "I love you",
        "one",
        "people",
        "People?",
        "who is the president",
        "3",
        "one two",
        "I hate people",
        "my car",
    ] {
        nothing("en", question);
    }
    for question in ["Ich liebe dich", "eins", "Leute", "Menschen", "wer ist der Präsident", "3"] {
        nothing("de", question);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let found = |language: &str, question: &str| {
        let passages = ask(&knowledge, language, question);
        assert!(passages.first().is_some_and(|first| first.coverage >= 0.55), "{question}: {passages:?}");
    };
    found("en", "storage");
    found("en", "do people like gift cards?");
    found("en", "sleping bag");
    found("de", "Schlafsäke");
}
