//! One key, one act: a repeat is done once, another act under the same key is refused.

use serde_json::{Value, json};

use crate::{
    http_story::add_member,
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        widget::Session,
    },
};

#[test]
fn a_key_stands_for_one_act() {
    let home = Home::new();
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let visitor = Visitor::new(&studio, "keys");
    visitor.say("1", "hello");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let id = eventually("the conversation", || {
        ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    });
    let act = |verb: &str, key: &str, body: &Value| {
        ada.post_with_key(&format!("/conversations/{id}/{verb}"), key, body)
    };
    let first = act("take-over", "k1", &json!({}));
    assert_eq!(first.status, 202, "{first:?}");
    eventually("Ada has it", || {
        let owner = ada.get(&format!("/conversations/{id}")).body["conversation"]["owner"].clone();
        (owner["name"] == "Ada").then_some(())
    });
    // It would be refused if it were judged anew: Ada has the conversation already.
    let again = act("take-over", "k1", &json!({}));
    assert_eq!((again.status, &again.body), (202, &first.body));
    let reply = |text: &str| json!({ "content": { "type": "text", "text": text } });
    for _ in 0..2 {
        assert_eq!(act("replies", "k2", &reply("I am here.")).status, 202);
    }
    visitor.hears("I am here.");
    let other = act("replies", "k2", &reply("I am there."));
    assert_eq!(other.status, 422, "{other:?}");
    assert!(
        other.body["detail"].as_str().is_some_and(|detail| detail.contains("Idempotency-Key")),
        "{other:?}"
    );
    assert_eq!(act("notes", "k1", &json!({ "text": "a note" })).status, 422);
    assert_eq!(act("notes", "k3", &json!({ "text": "a note" })).status, 202);
    let messages = eventually("the note", || {
        let messages = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        messages.to_string().contains("a note").then_some(messages)
    });
    assert_eq!(messages.to_string().matches("I am here.").count(), 1, "{messages}");
}

#[test]
fn an_id_of_the_widget_stands_for_one_message() {
    let home = Home::new();
    let mut studio = home.start();
    let session = Session::open(&studio);
    let message = |text: &str| json!({ "type": "message", "id": "m1", "text": text });
    assert_eq!(session.post(&message("hello")), 202);
    for _ in 0..2 {
        assert_eq!(session.post(&message("hello")), 202);
        assert_eq!(session.post(&message("goodbye")), 409);
        studio.kill();
        studio = home.start();
    }
    let mut socket = session.socket(0);
    socket.say(&message("goodbye"));
    assert_eq!(socket.hears("conflict")["id"], "m1");
}
