//! A message that trips a bug is parked with its error; everything else goes on.

use serde_json::json;

use crate::support::{
    Home, eventually,
    http_client::{Member, Visitor},
};

#[test]
fn a_poison_message_is_parked_visible_and_replayable() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_POISON", "xyzzy")]);
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let poisoned = Visitor::new(&studio, "poisoned");
    let other = Visitor::new(&studio, "other");
    // Many bad ones, so that each lane has some: none may hold up the others.
    for number in 0..20 {
        Visitor::new(&studio, &format!("bad-{number}")).say("1", "xyzzy");
    }
    poisoned.say("1", "xyzzy");
    poisoned.say("2", "where is my order?");
    other.say("1", "where is my order?");
    other.hears("order number");
    // Its own conversation goes on with the next message too.
    poisoned.hears("order number");

    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let is_ours = |parked: &serde_json::Value| parked["event"]["native"] == "poisoned:poisoned-1";
    let parked = eventually("the message is parked", || {
        let parked = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        parked.into_iter().find(is_ours)
    });
    assert_eq!(parked["attempts"], 3, "{parked}");
    assert!(parked["error"].as_str().is_some_and(|error| error.contains("poisoned")), "{parked}");
    // What the visitor wrote was not masked by any flow yet: only owners read it here.
    assert_eq!(parked["payload"], serde_json::Value::Null);
    crate::http_story::add(&home, "grace@example.com", "Grace", "owner");
    let grace = Member::log_in(&studio, "grace@example.com", "correct horse battery");
    let whole = grace.get("/parked").body["items"].to_string();
    assert!(whole.contains("xyzzy"), "{whole}");
    let path = format!(
        "/parked/{}/{}/replay",
        parked["event"]["source"].as_str().expect("a source"),
        parked["event"]["native"].as_str().expect("an id").replace(':', "%3A"),
    );
    assert_eq!(ada.post(&path, &json!({})).status, 202);
    eventually("it is parked again, for the bug is still there", || {
        let items = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        items.iter().any(is_ours).then_some(())
    });
    assert!(studio.terminate().success());

    // The bug is mended (the studio runs without the poison): the replayed message gets its turn.
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    assert_eq!(ada.post(&path, &json!({})).status, 202);
    let visitor = Visitor::new(&studio, "poisoned");
    eventually("the message is in the conversation", || {
        visitor.transcript().iter().any(|line| line == "visitor: xyzzy").then_some(())
    });
    let left = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
    assert!(!left.iter().any(is_ours), "{left:?}");
}
