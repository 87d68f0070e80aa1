//! Who asks to be forgotten is forgotten: by the transcript, the API, the export, and by what failed.

use serde_json::json;

use crate::support::{
    Home, eventually,
    http_client::{Member, Visitor},
};

const WORD: &str = "zorropark";

#[test]
fn everything_said_is_forgotten_everywhere() {
    let home = Home::new();
    let studio = home.start();
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let visitor = Visitor::new(&studio, "forget");
    visitor.say("1", &format!("my name is {WORD}, where is my order?"));
    visitor.hears("order number");
    let id = ada.get("/conversations").body["items"][0]["id"].as_str().expect("a conversation").to_owned();
    let answer = visitor.post("2", &json!({ "forget": {} }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
    eventually("the visitor's transcript is empty", || visitor.transcript().is_empty().then_some(()));
    for path in ["", "/messages", "/timeline?limit=500"] {
        // The rows go right behind the turn that promises it.
        eventually(&format!("nothing is left at {path:?}"), || {
            let told = ada.get(&format!("/conversations/{id}{path}")).body.to_string();
            (!told.contains(WORD)).then_some(())
        });
    }
    let timeline = ada.get(&format!("/conversations/{id}/timeline?limit=500")).body;
    let received: Vec<_> = (timeline["items"].as_array().expect("entries").iter())
        .filter(|entry| entry["what"]["type"] == "received")
        .map(|entry| entry["what"]["understanding"].clone())
        .collect();
    assert_eq!(
        received,
        [json!({ "intents": [], "confident": false, "entities": [] })],
        "what was understood of it"
    );
    // The conversation goes on as a new one would.
    visitor.say("3", "where is my order?");
    visitor.hears("order number");
    assert!(studio.terminate().success());

    let (status, out, err) = home.run(&["export", "all.jsonl"], &std::collections::BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    let export = std::fs::read_to_string(home.path().join("all.jsonl")).expect("readable");
    assert!(export.contains("where is my order?"), "the export holds what was said since");
    assert!(!export.contains(WORD), "the export still holds what was to be forgotten");
}

#[test]
fn who_is_forgotten_waits_for_nobody() {
    let home = Home::new();
    let studio = home.start();
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let visitor = Visitor::new(&studio, "waits");
    visitor.say("1", "I want to talk to a person");
    let waiting = || ada.get("/conversations?owner=team").body["items"].as_array().map_or(0, Vec::len);
    eventually("it waits for a person", || (waiting() == 1).then_some(()));
    let answer = visitor.post("2", &json!({ "forget": {} }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
    eventually("nobody waits any more", || (waiting() == 0).then_some(()));
    visitor.say("3", "where is my order?");
    visitor.hears("order number");
}
