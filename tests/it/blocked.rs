//! What becomes of what is said to a person who has blocked the bot?

use serde_json::{Value, json};

use crate::{
    http_story::PASSWORD,
    support::{
        eventually,
        http_client::Member,
        platforms::{Telegram, scene, the_conversation},
    },
};

/// The conversation of the person who blocks the bot, as Ada sees it.
struct Seen<'a> {
    ada: &'a Member,
    id: &'a str,
}

impl Seen<'_> {
    fn said(&self, words: &str) -> Option<Value> {
        let all = self.ada.get(&format!("/conversations/{}/messages", self.id)).body["items"].clone();
        let mut all = all.as_array().cloned().unwrap_or_default().into_iter();
        all.find(|message| message["content"]["text"].as_str().is_some_and(|text| text.contains(words)))
    }

    fn reply(&self, words: &str) {
        let content = json!({ "content": { "type": "text", "text": words } });
        eventually("she may speak", || {
            let answer = self.ada.post(&format!("/conversations/{}/replies", self.id), &content);
            (answer.status == 202).then_some(())
        });
    }

    /// Why it did not arrive.
    fn fails(&self, words: &str) -> String {
        eventually("it is known to have failed", || {
            let delivery = self.said(words)?["delivery"].clone();
            let why = delivery["error"].as_str().unwrap_or_default().to_owned();
            (delivery["state"] == "failed").then_some(why)
        })
    }

    fn dead(&self) -> usize {
        self.ada.get("/dead-letters").body["items"].as_array().map_or(0, Vec::len)
    }

    /// Why, and since when, the person cannot be written to.
    fn unreachable(&self) -> Value {
        let conversation = self.ada.get(&format!("/conversations/{}", self.id)).body;
        let contact = conversation["conversation"]["contact"].as_str().expect("a contact").to_owned();
        let identities = self.ada.get(&format!("/contacts/{contact}")).body["identities"].clone();
        identities[0]["unreachable"].clone()
    }
}

fn tries(telegram: &Telegram) -> usize {
    let calls = telegram.simulator.see("calls")["calls"].clone();
    let calls: Vec<Value> = calls.as_array().cloned().unwrap_or_default();
    calls.iter().filter(|call| call["method"] == "sendMessage").count()
}

const BLOCKED: &str = "the person has blocked the bot";

#[test]
fn who_has_blocked_the_bot_is_written_to_once_they_are_heard_again() {
    let telegram = Telegram::start();
    let (home, studio, ada) = scene(&telegram.connection("phone"));
    telegram.greeted();
    let id = the_conversation(&ada, "phone");
    let seen = Seen { ada: &ada, id: &id };
    assert_eq!(seen.unreachable(), Value::Null);

    assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    telegram.act("block", &json!({ "person": 7 }));
    // Whichever tells it first: the event, or the refusal.
    seen.reply("Are you there?");
    seen.fails("Are you there?");
    eventually("it is kept", || {
        seen.unreachable()["reason"].as_str().filter(|why| why.starts_with(BLOCKED)).map(str::len)
    });
    let before = (tries(&telegram), seen.dead());
    seen.reply("Shall I wait?");
    let why = seen.fails("Shall I wait?");
    assert!(why.starts_with(BLOCKED), "{why}");
    assert_eq!((tries(&telegram), seen.dead()), before, "it is not tried, and is no dead letter");

    // A start knows it as well.
    assert!(studio.terminate().success());
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let seen = Seen { ada: &ada, id: &id };
    let since = seen.unreachable()["since"].clone();
    assert!(since.is_string(), "{since}");
    seen.reply("And now?");
    let why = seen.fails("And now?");
    assert!(why.starts_with(BLOCKED), "{why}");
    assert_eq!((tries(&telegram), seen.dead()), before, "nor after a start");

    telegram.act("unblock", &json!({ "person": 7 }));
    telegram.act("say", &json!({ "person": 7, "text": "here I am" }));
    eventually("the person is heard", || seen.said("here I am"));
    assert_eq!(seen.unreachable(), Value::Null, "it ends before what is heard is stored");
    seen.reply("Welcome back");
    telegram.hears(7, "Welcome back");
    assert!(studio.terminate().success());
}
