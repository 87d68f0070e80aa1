//! What waits at a connection of the API that is given another token or deleted, and what goes with it.

use serde_json::{Value, json};
use studio_simulators::telegram;

use super::{KEY, change};
use crate::support::{
    Home, Running, eventually,
    http_client::{Member, http, send},
    platforms::{Telegram, bot, is_in_state, owner, the_conversation},
};

/// A studio whose API made the connection `phone` to a simulated Telegram; its settings, and a conversation that Ada has taken
/// over.
fn with_phone(platform: &Telegram) -> (Home, Running, Member, Value, String) {
    let ports = format!("[{}]", platform.simulator.address.rsplit(':').next().expect("a port"));
    let home = Home::new();
    bot(&home, "long");
    let studio = home.start_with(&[
        ("STUDIO_KEY", KEY),
        ("STUDIO_EGRESS_ALLOW_PRIVATE", r#"["127.0.0.0/8"]"#),
        ("STUDIO_EGRESS_ALLOW_PORTS", &ports),
    ]);
    let ada = owner(&home, &studio);
    let settings = json!({
        "name": "phone", "channel": "telegram", "bot": "shop", "token": telegram::Settings::default().token,
        "api": platform.simulator.address, "poll_seconds": 1,
    });
    let made = ada.post("/connections", &settings);
    assert_eq!(made.status, 201, "{made:?}");
    platform.greeted();
    let id = the_conversation(&ada, "phone");
    assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    eventually("Ada has it", || {
        let found = ada.get(&format!("/conversations/{id}")).body;
        (found["conversation"]["owner"]["name"] == "Ada").then_some(())
    });
    (home, studio, ada, settings, id)
}

/// Ada says who she is; the number of the message.
fn reply(ada: &Member, id: &str) -> u64 {
    let content = json!({ "content": { "type": "text", "text": "I am Ada." } });
    assert_eq!(ada.post(&format!("/conversations/{id}/replies"), &content).status, 202);
    eventually("it stands in the transcript", || said_by_ada(ada, id)?["sequence"].as_u64())
}

fn said_by_ada(ada: &Member, id: &str) -> Option<Value> {
    let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
    all.as_array()?.iter().find(|message| message["content"]["text"] == "I am Ada.").cloned()
}

#[test]
fn what_waits_leaves_as_soon_as_its_connection_is_given_a_token_that_is_taken() {
    let platform = Telegram::start();
    let (_home, _studio, ada, settings, id) = with_phone(&platform);
    assert_eq!(change(&ada, "phone", &json!({ "token": "1:of-another-bot" })).status, 200);
    is_in_state(&ada, "phone", "failing");
    reply(&ada, &id);
    eventually("what is to leave is kept back", || {
        let problem = is_in_state(&ada, "phone", "failing");
        problem.starts_with("nothing leaves for now").then_some(())
    });

    assert_eq!(change(&ada, "phone", &json!({ "token": settings["token"] })).status, 200);
    platform.hears(7, "I am Ada.");
    is_in_state(&ada, "phone", "running");
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn what_a_deleted_connection_left_behind_was_never_tried_and_says_so() {
    let platform = Telegram::start();
    let (_home, studio, ada, settings, id) = with_phone(&platform);
    assert_eq!(ada.post("/connections/phone/pause", &json!({})).status, 200);
    let sequence = reply(&ada, &id);
    let deleted = ada.ask(reqwest::Method::DELETE, "/connections/phone", &json!({}));
    assert_eq!(deleted.status, 204, "{deleted:?}");
    let letter = eventually("a dead letter", || {
        ada.get("/dead-letters").body["items"].get(0).cloned().filter(|letter| !letter.is_null())
    });
    assert_eq!((&letter["attempts"], &letter["sequence"]), (&json!(0), &json!(sequence)), "{letter}");
    let is_failed = || {
        let delivery = said_by_ada(&ada, &id).unwrap_or_default()["delivery"].clone();
        assert_eq!(
            (&delivery["state"], &delivery["uncertain"]),
            (&json!("failed"), &Value::Null),
            "{delivery}"
        );
        assert!(delivery["error"].as_str().is_some_and(|error| error.contains("make it anew")), "{delivery}");
    };
    is_failed();

    assert_eq!(ada.post("/connections", &settings).status, 201);
    is_failed();
    let replayed = ada.post("/dead-letters/replay", &json!({ "connection": "phone" }));
    assert_eq!((replayed.status, replayed.body), (202, json!({ "replayed": 1, "left": 0 })));
    platform.hears(7, "I am Ada.");
    assert!(studio.terminate().success());
}

#[test]
fn a_deleted_connection_takes_its_webhook_with_it_and_nobody_elses() {
    let platform = Telegram::start();
    let (_home, studio, ada, mut settings, _) = with_phone(&platform);
    let call = |method: &str, body: Value| {
        let token = &telegram::Settings::default().token;
        let request = http().post(format!("{}/bot{token}/{method}", platform.simulator.address)).json(&body);
        send(request).expect("it is up").body["result"].clone()
    };
    let leads_to = || call("getWebhookInfo", json!({}))["url"].clone();
    let is_set = || {
        eventually("the webhook is set", || {
            (leads_to() == format!("{}/webhooks/phone", studio.address)).then_some(())
        });
    };
    let delete = || {
        let deleted = ada.ask(reqwest::Method::DELETE, "/connections/phone", &json!({}));
        assert_eq!(deleted.status, 204, "{deleted:?}");
    };
    assert_eq!(change(&ada, "phone", &json!({ "receive": "webhook" })).status, 200);
    is_set();
    delete();
    assert_eq!(leads_to(), "");

    settings["receive"] = json!("webhook");
    assert_eq!(ada.post("/connections", &settings).status, 201);
    is_set();
    // Telegram lets a webhook be set once a second.
    let later = http().post(format!("{}/simulator/clock", platform.simulator.address));
    assert_eq!(send(later.json(&json!({ "seconds": 1 }))).expect("it is up").status, 200);
    let elsewhere = "http://127.0.0.1:9/elsewhere";
    assert_eq!(call("setWebhook", json!({ "url": elsewhere })), true);
    delete();
    assert_eq!(leads_to(), elsewhere);
}
