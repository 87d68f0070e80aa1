//! One conversation in four languages, as people see it.

use std::fs;

use serde_json::{Value, json};

use super::NOTHING;
use crate::{
    http_story::add,
    support::{Home, browser::Browser, eventually, http_client::Member, page::Page},
};

const BOT: &str = "\
name: shop
title: Weltladen
languages: [en, ar, ja, de, es]
slots:
  number: { kind: text }
";

const INTENTS: &str = "\
order:
  phrases:
    en: [where is my order, I want to know where my parcel is, track my order]
    ar: [أين طلبي, أريد أن أعرف أين طلبي, متى يصل الطرد الخاص بي]
    ja: [注文した荷物はどこですか, 荷物の配送状況を知りたい, 注文の状況を教えてください]
    de: [wo ist meine Bestellung, ich möchte wissen wo mein Paket ist, Bestellung verfolgen]
    es: [dónde está mi pedido, quiero saber dónde está mi paquete, seguir mi pedido]
hours:
  phrases:
    en: [when are you open, what are your opening hours]
    ar: [متى تفتحون, ما هي ساعات العمل]
    ja: [営業時間を教えてください, 何時に開きますか]
    de: [wann habt ihr geöffnet, wie sind die Öffnungszeiten]
    es: [cuándo abren, cuál es el horario de apertura]
";

const FLOWS: &str = "\
hello:
  when: [first contact]
  steps:
    - say:
        en: Welcome!
        ar: أهلا وسهلا!
        ja: いらっしゃいませ！
        de: Willkommen!
        es: ¡Bienvenido!
order:
  when: [intent: order]
  steps:
    - ask: number
      kind: regex
      pattern: '[0-9]{4}'
      question:
        en: What is your order number?
        ar: ما رقم طلبك؟
        ja: ご注文番号を教えてください。
        de: Wie lautet Ihre Bestellnummer?
        es: ¿Cuál es su número de pedido?
    - say:
        en: Order {{ slots.number }} arrives tomorrow.
        ar: يصل الطلب {{ slots.number }} (DHL) غدا.
        ja: ご注文 {{ slots.number }} は明日届きます。
        de: Bestellung {{ slots.number }} kommt morgen an.
        es: El pedido {{ slots.number }} llega mañana.
    - set: { number: null }
hours:
  when: [intent: hours]
  steps:
    - say:
        en: From 9 to 18.
        ar: من 9 إلى 18.
        ja: 9時から18時までです。
        de: Von 9 bis 18 Uhr.
        es: De 9 a 18.
";

fn open(test: &str) -> Option<(Home, crate::support::Running, Browser)> {
    let browser = Browser::open(test)?;
    let page = Page::serve();
    let home = Home::with_web("", &format!("origins = [\"{}\"]", page.origin));
    for (file, text) in [("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", FLOWS)] {
        let path = home.path().join("bots/shop").join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    let studio = home.start();
    page.show(&studio, "data-language=\"ar\"");
    let arab = json!({ "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Chrome", "acceptLanguage": "ar" });
    browser.command("Emulation.setUserAgentOverride", arab);
    browser.go(&page.origin);
    browser.click(".launcher");
    Some((home, studio, browser))
}

/// Of the latest bubble with these words: how it is written, and at which side of the chat it stands, in line with
/// all others of who speaks.
fn drawn(visitor: &Browser, words: &str) -> Value {
    visitor.script(
        "const bubble = [...root.querySelectorAll('.bubble')].reverse().find(node => node.textContent.includes(arguments[0]));
         const who = bubble.closest('.message').classList.contains('visitor') ? 'visitor' : 'bot';
         const place = node => node.getBoundingClientRect(), log = place(root.querySelector('.log'));
         const first = place(root.querySelector(`.message.${who} .bubble`)), own = place(bubble);
         const left = own.left === first.left && own.left - log.left < 60 && who === 'visitor';
         const right = own.right === first.right && log.right - own.right < 60 && who === 'bot';
         return [getComputedStyle(bubble).direction, left ? 'left' : right ? 'right' : 'elsewhere']",
        &[json!(words)],
    )
}

#[test]
fn a_conversation_in_arabic_japanese_german_and_spanish() {
    let Some((home, studio, visitor)) = open("four languages") else { return };
    visitor.hears_after(0, "أهلا وسهلا!");
    let direction = |written: &str| {
        visitor.script(
            "const input = root.querySelector('#input');
             input.value = arguments[0];
             const direction = getComputedStyle(input).direction;
             input.value = '';
             return direction",
            &[json!(written)],
        )
    };
    assert_eq!(["", "hello", "أين"].map(direction), [json!("rtl"), json!("ltr"), json!("rtl")]);
    visitor.asks("أين طلبي؟ أريد أن أعرف متى يصل", "ما رقم طلبك؟");
    // What does not fit is said by the studio itself, in the language of the conversation.
    visitor.asks("لا أعرف", "إذا تعذّر عليك الجواب");
    visitor.asks("4711", "يصل الطلب 4711");
    // In a chat that is drawn from right to left, visitors stand on the left.
    assert_eq!(drawn(&visitor, "أين طلبي؟"), json!(["rtl", "left"]));
    assert_eq!(drawn(&visitor, "يصل الطلب"), json!(["rtl", "right"]));
    // The number and the name of the carrier stand where they are read, between the words around them.
    let order = visitor.script(
        "const bubble = [...root.querySelectorAll('.bubble')].find(node => node.textContent.includes('4711 (DHL)'));
         const walker = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
         const text = walker.nextNode(), at = words => {
             const start = text.data.indexOf(words), range = document.createRange();
             range.setStart(text, start); range.setEnd(text, start + words.length);
             return range.getBoundingClientRect().left;
         };
         return [at('يصل') > at('4711'), at('4711') > at('DHL'), at('DHL') > at('غدا')]",
        &[],
    );
    assert_eq!(order, json!([true, true, true]), "read from the right");

    visitor.asks("注文した荷物はどこですか", "ご注文番号を教えてください。");
    visitor.asks("4712", "ご注文 4712 は明日届きます。");
    assert_eq!(drawn(&visitor, "ご注文 4712"), json!(["ltr", "right"]));

    visitor.asks("ich möchte wissen wo mein Paket ist", "Wie lautet Ihre Bestellnummer?");
    visitor.asks("xyz", "Das hat nicht die erwartete Form.");
    visitor.asks("weiß nicht", "Wenn Sie das nicht beantworten können");
    visitor.asks("4713", "Bestellung 4713 kommt morgen an.");
    assert_eq!(drawn(&visitor, "Bestellung 4713"), json!(["ltr", "right"]));

    visitor.asks("quiero saber dónde está mi paquete", "¿Cuál es su número de pedido?");
    // A wish for another language is followed at once, and the question is asked again in it.
    visitor.asks("auf Deutsch bitte", "Wie lautet Ihre Bestellnummer?");
    visitor.asks("en español, por favor", "A partir de ahora, en español.");
    visitor.asks("4714", "El pedido 4714 llega mañana.");
    assert_eq!(visitor.complaints(), NOTHING);

    // A member sets the language; the timeline knows each change and why.
    add(&home, "ada@example.com", "Ada", "admin");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let id = ada.get("/conversations").body["items"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/conversations/{id}/language");
    assert_eq!(ada.post(&path, &json!({ "language": "<b>" })).status, 422);
    assert_eq!(ada.post(&path, &json!({ "language": "ja-JP" })).status, 202);
    let changes = || {
        let timeline = ada.get(&format!("/conversations/{id}/timeline?limit=200")).body;
        let entries = timeline["items"].as_array().cloned().unwrap_or_default();
        let changed = entries.iter().filter(|entry| entry["what"]["type"] == "language_changed");
        changed
            .map(|entry| {
                format!("{} {}", entry["what"]["language"], entry["what"]["because"]).replace('"', "")
            })
            .collect::<Vec<_>>()
    };
    let expected = ["ja written", "de written", "es written", "de asked", "es asked", "ja set"];
    eventually("the language is set", || (changes() == expected).then_some(()));
}
