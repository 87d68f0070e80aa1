//! What becomes of what is said to a person who has blocked the bot?

use serde_json::{Value, json};

use crate::support::{
    eventually,
    platforms::{Telegram, scene, the_conversation},
};

#[test]
fn who_has_blocked_the_bot_is_written_to_once_they_are_heard_again() {
    let telegram = Telegram::start();
    let (_home, _studio, ada) = scene(&telegram.connection("phone"));
    telegram.greeted();
    let id = the_conversation(&ada, "phone");
    let said = |words: &str| {
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        let mut all = all.as_array().cloned().unwrap_or_default().into_iter();
        all.find(|message| message["content"]["text"].as_str().is_some_and(|text| text.contains(words)))
    };
    let reply = |words: &str| {
        let content = json!({ "content": { "type": "text", "text": words } });
        eventually("she may speak", || {
            (ada.post(&format!("/conversations/{id}/replies"), &content).status == 202).then_some(())
        });
    };
    let fails = |words: &str| {
        eventually("it is known to have failed", || {
            let delivery = said(words)?["delivery"].clone();
            (delivery["state"] == "failed").then_some(delivery)
        })
    };
    let tries = || {
        let calls = telegram.simulator.see("calls")["calls"].clone();
        let calls: Vec<Value> = calls.as_array().cloned().unwrap_or_default();
        calls.iter().filter(|call| call["method"] == "sendMessage").count()
    };
    let dead = || ada.get("/dead-letters").body["items"].as_array().map_or(0, Vec::len);

    assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    telegram.act("block", &json!({ "person": 7 }));
    // Whichever tells it first: the event, or the refusal.
    reply("Are you there?");
    fails("Are you there?");
    let before = (tries(), dead());
    reply("Shall I wait?");
    let delivery = fails("Shall I wait?");
    let why = delivery["error"].as_str().unwrap_or_default();
    assert!(why.starts_with("the person has blocked the bot"), "{delivery}");
    assert_eq!((tries(), dead()), before, "it is not tried, and is no dead letter");

    telegram.act("unblock", &json!({ "person": 7 }));
    telegram.act("say", &json!({ "person": 7, "text": "here I am" }));
    eventually("the person is heard", || said("here I am"));
    reply("Welcome back");
    telegram.hears(7, "Welcome back");
}
