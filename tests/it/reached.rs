//! How far has a message come that its visitor fetches?

use serde_json::{Value, json};

use crate::{
    http_story::PASSWORD,
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        platforms::{conversations, owner},
        widget::Session,
    },
};

/// The id of the only conversation of a connection.
fn conversation(member: &Member, connection: &str) -> String {
    eventually("the conversation", || {
        Some(conversations(member, connection).first()?["id"].as_str()?.to_owned())
    })
}

/// The last message of a conversation that the bot said.
fn last_of_the_bot(member: &Member, id: &str) -> Option<Value> {
    let all = member.get(&format!("/conversations/{id}/messages")).body["items"].clone();
    let all = all.as_array()?;
    all.iter().rev().find(|message| message["from"]["speaker"]["type"] == "bot").cloned()
}

fn says(member: &Member, id: &str, words: &str) {
    eventually(words, || {
        let text = last_of_the_bot(member, id)?["content"]["text"].as_str()?.contains(words);
        text.then_some(())
    });
}

/// Waits until that message has come so far; its number.
fn comes_to(member: &Member, id: &str, state: &str) -> u64 {
    eventually(&format!("it is {state}"), || {
        let found = last_of_the_bot(member, id)?;
        (found["delivery"]["state"] == state).then(|| found["sequence"].as_u64())?
    })
}

#[test]
fn a_message_of_the_widget_says_how_far_it_has_come_after_a_restart_as_well() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let visitor = Session::open(&studio);
    assert_eq!(visitor.post(&json!({ "type": "message", "id": "m1", "text": "where is my order?" })), 202);
    let id = conversation(&ada, "web");
    says(&ada, &id, "order number");
    comes_to(&ada, &id, "waiting");

    let socket = visitor.socket(0);
    let sequence = comes_to(&ada, &id, "sent");
    drop(socket);
    let again = visitor.socket(sequence);
    comes_to(&ada, &id, "delivered");
    drop(again);
    assert_eq!(visitor.post(&json!({ "type": "read", "sequence": sequence })), 204);
    comes_to(&ada, &id, "read");
    let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
    let said = all.as_array().expect("a list").iter().find(|message| message["from"]["type"] == "visitor");
    assert_eq!(said.expect("it was said").get("delivery"), None, "of what came, nothing is sent");

    assert!(studio.terminate().success());
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(comes_to(&ada, &id, "read"), sequence);
    // What is read up to a place that is not there yet is not all that comes.
    assert_eq!(visitor.post(&json!({ "type": "read", "sequence": 1_000_000 })), 204);
    assert_eq!(visitor.post(&json!({ "type": "message", "id": "m2", "text": "4711" })), 202);
    assert!(comes_to(&ada, &id, "waiting") > sequence);
}

#[test]
fn a_message_that_another_program_fetches_is_sent_once_it_was_fetched() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let visitor = Visitor::new(&studio, "fetching");
    visitor.say("1", "where is my order?");
    let id = conversation(&ada, "crm");
    says(&ada, &id, "order number");
    comes_to(&ada, &id, "waiting");
    visitor.hears("order number");
    comes_to(&ada, &id, "sent");
}
