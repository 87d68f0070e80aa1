//! What a bot masks is not stored; what only its slots may have is nowhere else; what cannot wait stands first.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{
    Home, eventually,
    http_client::{Member, Visitor},
    platforms::{Slack, listens, owner},
    widget::Session,
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
    shop(Home::with(settings))
}

fn shop(home: Home) -> Home {
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
    // So are the titles of what was pressed, and names of files.
    let press = json!({ "press": { "value": "pay", "title": format!("Pay with {CARD}") } });
    let name = format!("card {CARD} front.pdf");
    let file = json!({ "file": { "url": "https://files.example/1", "name": name, "media_type": "application/pdf" } });
    for (number, message) in [("4", press), ("5", file)] {
        let answer = visitor.post(number, &message, 0).expect("it is up");
        assert!(matches!(answer.status, 200 | 202), "{answer:?}");
    }
    eventually("both are shown masked", || {
        let transcript = visitor.transcript();
        let has = |line: &str| transcript.iter().any(|shown| shown == line);
        (has("visitor: Pay with [card]") && has("visitor: card [card] front.pdf")).then_some(())
    });
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

/// What is masked as an address is an answer to the question for one.
#[test]
fn an_address_in_disguise_is_masked_and_fills_the_slot() {
    let home = home("");
    let studio = home.start();
    for (name, written) in [
        ("brackets", "ada.l(at)example(dot)org"),
        ("apart", "ada.l @ example.org"),
        ("wide", "ada.l＠example.org"),
    ] {
        let visitor = Visitor::new(&studio, name);
        visitor.say("1", "write to me");
        visitor.hears("To which address?");
        visitor.say("2", written);
        let transcript = visitor.hears("Written.");
        assert!(transcript.contains(&"visitor: [email]".to_owned()), "{transcript:#?}");
    }
    assert!(studio.terminate().success());
}

#[test]
fn names_of_files_are_kept_masked() {
    let slack = Slack::start();
    let uploads = "uploads = { max_bytes = 1000, types = [\"text/plain\"] }";
    let home = shop(Home::with_web(&slack.connection("team"), uploads));
    let studio = home.start();
    let ada = owner(&home, &studio);
    listens(&ada, "team");
    let name = format!("card {CARD} front.txt");
    let content = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "a copy");
    slack.act(
        "file",
        &json!({ "user": "U0ANNA", "name": name, "media_type": "text/plain", "content": content }),
    );
    let session = Session::open(&studio);
    let uploaded = session.upload(&name, "another copy");
    assert_eq!(uploaded["name"], "card [card] front.txt");
    let frame = json!({ "type": "message", "id": "1", "file": uploaded["media"] });
    assert_eq!(session.post(&frame), 202);
    let shown = |items: &Value| -> Option<Value> {
        let mut contents = items.as_array()?.iter().map(|message| &message["content"]);
        contents.find(|content| !content["source"]["media"].is_null()).cloned()
    };
    eventually("both are shown masked and have come", || {
        let all = ada.get("/conversations").body["items"].clone();
        let files = all.as_array()?.iter().filter_map(|conversation| {
            let id = conversation["id"].as_str()?;
            let file = shown(&ada.get(&format!("/conversations/{id}/messages")).body["items"])?;
            let media = file["source"]["media"].as_str()?.to_owned();
            assert_eq!(file["name"], "card [card] front.txt", "{file}");
            (ada.get(&format!("/conversations/{id}/media/{media}")).status == 200).then_some(())
        });
        (files.count() == 2).then_some(())
    });
    assert!(studio.terminate().success());
    assert_eq!(holding(&home.path().join("data"), CARD.as_bytes()), [] as [String; 0]);
}

/// What a page may send of a button that the bot never offered.
#[test]
fn a_value_that_nobody_offered_is_masked() {
    let home = home("");
    let studio = home.start();
    crate::http_story::add_member(&home, "boss@example.com", "Boss");
    let boss = Member::log_in(&studio, "boss@example.com", crate::http_story::PASSWORD);
    let visitor = Visitor::new(&studio, "presses");
    let press = json!({ "press": { "value": format!("my card is {CARD}") } });
    let answer = visitor.post("1", &press, 0).expect("it is up");
    assert!(matches!(answer.status, 200 | 202), "{answer:?}");
    eventually("it is shown masked", || {
        visitor.transcript().contains(&"visitor: my card is [card]".to_owned()).then_some(())
    });
    let id = boss.get("/conversations").body["items"][0]["id"].as_str().expect("a conversation").to_owned();
    let told = boss.get(&format!("/conversations/{id}/timeline?limit=500")).body.to_string();
    assert!(told.contains("my card is [card]") && !told.contains(CARD), "{told}");
    assert!(studio.terminate().success());
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
