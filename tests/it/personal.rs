//! What a bot masks is not stored; what only its slots may have is nowhere else; what cannot wait stands first.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{
    Home, eventually,
    http_client::{Member, Visitor},
};

const CARD: &str = "4111 1111 1111 1111";
const MAIL: &str = "ada.l@example.org";

const BOT: &str = "\
name: shop
title: Shop
languages: [en]
privacy: { card: mask, email: slots }
slots:
  mail: { kind: email }
";
const INTENTS: &str = "\
write:
  phrases: { en: [write to me, send me a letter] }
";
const FLOWS: &str = "\
write:
  description: asks for an address
  when: [{ intent: write }]
  steps:
    - ask: mail
      question: { en: To which address? }
    - choose:
        - if: slots.mail == 'ada.l@example.org'
          then:
            - say: { en: Written. }
angry:
  description: somebody is angry
  when: [fallback]
  steps:
    - choose:
        - if: message.sentiment < -0.3 && message.personal == []
          then:
            - say: { en: I am sorry. }
            - handoff
        - else:
            - say: { en: \"Read: {{ message.text }}, {{ message.personal | join(', ') }}\" }
";

fn home(settings: &str) -> Home {
    let home = Home::with(settings);
    let bot = home.path().join("bots/shop");
    for (file, text) in [("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", FLOWS)] {
        let file = bot.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    home
}

/// Files below a folder in which these bytes stand.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path()) {
        if entry.is_dir() {
            found.extend(holding(&entry, bytes));
        } else if fs::read(&entry).is_ok_and(|held| held.windows(bytes.len()).any(|window| window == bytes)) {
            found.push(entry.display().to_string());
        }
    }
    found
}

#[test]
fn what_a_bot_masks_is_not_stored() {
    let home = home("[log]\nlevel = \"debug\"");
    let studio = home.start();
    crate::http_story::add_member(&home, "boss@example.com", "Boss");
    let boss = Member::log_in(&studio, "boss@example.com", crate::http_story::PASSWORD);
    let visitor = Visitor::new(&studio, "masked");
    visitor.say("1", &format!("my card is {CARD}, take it"));
    visitor.hears("Read: my card is [card], take it, card");
    visitor.say("1", &format!("my card is {CARD}, take it"));
    visitor.say("2", "write to me");
    visitor.hears("To which address?");
    visitor.say("3", &format!("it is {MAIL}, thanks"));
    let transcript = visitor.hears("Written.");
    assert!(transcript.contains(&"visitor: it is [email], thanks".to_owned()), "{transcript:#?}");
    let id = boss.get("/conversations").body["items"][0]["id"].as_str().expect("a conversation").to_owned();
    for path in ["", "/messages", "/timeline?limit=500"] {
        let told = boss.get(&format!("/conversations/{id}{path}")).body.to_string();
        assert!(!told.contains(CARD) && !told.contains(MAIL), "{path}: {told}");
    }
    let said = studio.said();
    assert!(studio.terminate().success());
    assert!(!said.contains(CARD) && !said.contains(MAIL), "{said}");
    assert_eq!(holding(&home.path().join("data"), CARD.as_bytes()), [] as [String; 0]);
}

#[test]
fn what_cannot_wait_stands_before_what_is_newer_and_is_counted() {
    let home = home("");
    let studio = home.start();
    crate::http_story::add_member(&home, "boss@example.com", "Boss");
    let boss = Member::log_in(&studio, "boss@example.com", crate::http_story::PASSWORD);
    let urgent = Visitor::new(&studio, "urgent");
    urgent.say("1", "This is terrible, I need help immediately!");
    eventually("the bot is sorry", || {
        urgent.transcript().iter().any(|line| line == "bot: I am sorry.").then_some(())
    });
    let later = Visitor::new(&studio, "later");
    later.say("1", "Do you have tents?");
    later.hears("Read: Do you have tents?");
    let items = boss.get("/conversations").body["items"].as_array().cloned().expect("a list");
    let shown: Vec<(&Value, &Value)> = items.iter().map(|item| (&item["urgent"], &item["preview"])).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(items[0]["urgent"], json!(true), "{shown:?}");
    assert!(items[0]["mood"].as_f64().is_some_and(|mood| mood < -0.3), "{}", items[0]);
    assert!(items[1]["urgent"].is_null() && items[1]["mood"].is_null(), "{}", items[1]);

    let path = format!("/conversations/{}", items[0]["id"].as_str().expect("an id"));
    let detail = boss.get(&path).body;
    let sentiment = &detail["mind"]["understanding"]["sentiment"];
    assert_eq!((&sentiment["by"], &sentiment["label"]), (&json!("lexicon"), &json!("negative")), "{detail}");
    let timeline = boss.get(&format!("{path}/timeline?limit=500")).body;
    let received = timeline["items"]
        .as_array()
        .expect("entries")
        .iter()
        .find(|entry| entry["what"]["type"] == "received");
    assert_eq!(received.expect("a message")["what"]["understanding"]["urgent"], json!(true));

    let counted = eventually("the figures", || {
        let days = boss.get("/statistics?from=2000-01-01&to=2100-01-01").body["items"].as_array().cloned()?;
        days.into_iter().find(|day| day["received"] == json!(2))
    });
    for (figure, expected) in
        [("negative", 1), ("positive", 0), ("urgent", 1), ("questions", 1), ("profane", 0)]
    {
        assert_eq!(counted[figure], json!(expected), "{figure}: {counted}");
    }
    assert!(counted["sentiment_sum"].as_i64().is_some_and(|sum| (-100..-30).contains(&sum)), "{counted}");

    // Who hands it back has dealt with it.
    assert_eq!(boss.post(&format!("{path}/take-over"), &json!({})).status, 202);
    eventually("Boss has it", || {
        (boss.get(&path).body["conversation"]["owner"]["name"] == "Boss").then_some(())
    });
    assert_eq!(boss.post(&format!("{path}/hand-back"), &json!({})).status, 202);
    eventually("it is urgent no more", || {
        boss.get(&path).body["conversation"]["urgent"].is_null().then_some(())
    });
    assert!(studio.terminate().success());
}
