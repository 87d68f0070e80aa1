//! A row of the store that cannot be read costs its own conversation something, and nobody else anything.

use std::fs;

use serde_json::{Value, json};
use studio_core::id::{ConversationId, OrganisationId};

use crate::support::{
    Home, Running, eventually, free_port,
    http_client::{Member, Visitor},
};

fn conversation(thread: &str) -> ConversationId {
    ConversationId::of_thread(OrganisationId::FIRST, "crm", thread)
}

/// Runs statements on the store of a stopped studio, each on the rows of one conversation.
pub fn spoil(home: &Home, statements: &[(&'static str, &str)]) {
    spoil_of(home, statements.iter().map(|(statement, thread)| (*statement, conversation(thread))).collect());
}

/// As [`spoil`], by the ids of conversations.
pub fn spoil_of(home: &Home, statements: Vec<(&'static str, ConversationId)>) {
    let folder = home.path().join("data/store");
    studio_store::testing::run(async move {
        let settings = studio_store::Settings::new(studio_store::Address::Folder(folder));
        let store = studio_store::Store::open(&settings).await.expect("opened");
        for (statement, conversation) in statements {
            store.spoil(statement, conversation).await.expect("it is a statement");
        }
        store.close().await;
    });
}

fn log_in(home: &Home, studio: &Running) -> Member {
    crate::http_story::add_member(home, "ada@example.com", "Ada");
    Member::log_in(studio, "ada@example.com", crate::http_story::PASSWORD)
}

fn items(member: &Member, path: &str) -> Vec<Value> {
    let answer = member.get(path);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().cloned().expect("items")
}

#[test]
fn events_of_a_conversation_that_cannot_be_read_are_parked_and_all_others_have_their_turns() {
    let home = Home::new();
    let studio = home.start();
    for thread in ["spoiled", "sound"] {
        let visitor = Visitor::new(&studio, thread);
        visitor.say("1", "where is my order?");
        visitor.hears("order number");
    }
    assert!(studio.terminate().success());
    spoil(
        &home,
        &[("UPDATE conversation:[$organisation, $conversation] SET kept = state, state = '{'", "spoiled")],
    );

    let studio = home.start();
    let ada = log_in(&home, &studio);
    Visitor::new(&studio, "spoiled").say("2", "4711");
    // Many, so that each lane has some.
    let others: Vec<_> = (0..20).map(|number| Visitor::new(&studio, &format!("other-{number}"))).collect();
    for visitor in &others {
        visitor.say("1", "where is my order?");
    }
    for visitor in &others {
        visitor.hears("order number");
    }
    let sound = Visitor::new(&studio, "sound");
    sound.say("2", "4711");
    eventually("the order's state", || {
        sound.transcript().iter().any(|line| line.contains("DHL")).then_some(())
    });
    let parked = eventually("the event is parked", || items(&ada, "/parked").first().cloned());
    assert_eq!(parked["event"]["native"], "spoiled:spoiled-2", "{parked}");
    let error = parked["error"].as_str().unwrap_or_default();
    assert!(error.contains(&conversation("spoiled").to_string()), "{error}");
    assert!(studio.terminate().success());

    // Mended, the conversation goes on where it was.
    spoil(&home, &[("UPDATE conversation:[$organisation, $conversation] SET state = kept", "spoiled")]);
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", crate::http_story::PASSWORD);
    let source = parked["event"]["source"].as_str().expect("a source");
    let path = format!("/parked/{source}/spoiled%3Aspoiled-2/replay");
    assert_eq!(ada.post(&path, &json!({})).status, 202);
    let visitor = Visitor::new(&studio, "spoiled");
    eventually("the order's state", || {
        visitor.transcript().iter().any(|line| line.contains("DHL")).then_some(())
    });
    assert!(studio.terminate().success());
}

#[test]
fn rows_that_cannot_be_read_keep_neither_the_studio_from_starting_nor_lists_from_being_read() {
    let closed = free_port();
    let home =
        Home::with(&format!("[egress]\nallow_private = [\"127.0.0.1/32\"]\nallow_ports = [{closed}]\n"));
    let path = home.path().join("studio.toml");
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, format!("{text}reply_url = \"http://127.0.0.1:{closed}/\"\n")).expect("writable");
    let studio = home.start();
    // Nobody takes their replies, which wait in the outbox.
    for thread in ["letter", "summary", "turn", "sound"] {
        let visitor = Visitor::new(&studio, thread);
        visitor.say("1", "where is my order?");
        visitor.hears("order number");
    }
    Visitor::new(&studio, "turn").say("2", "4711");
    eventually("the order's state", || {
        let transcript = Visitor::new(&studio, "turn").transcript();
        transcript.iter().any(|line| line.contains("DHL")).then_some(())
    });
    assert!(studio.terminate().success());
    spoil(
        &home,
        &[
            ("UPDATE outbox SET payload = '{' WHERE conversation = $conversation", "letter"),
            ("UPDATE conversation:[$organisation, $conversation] SET summary = '{'", "summary"),
            (
                "UPDATE turn:[$organisation, $conversation]..[$organisation, $conversation, []] SET entries = '{' WHERE first = 1",
                "turn",
            ),
        ],
    );

    let studio = home.start();
    let ada = log_in(&home, &studio);
    // The payload that cannot be read is a dead letter at the start; the replies of the turn that cannot be, when they are tried again.
    let [payload, turn] = ["letter", "turn"].map(|thread| conversation(thread).to_string());
    let letters = items(&ada, "/dead-letters");
    assert!(letters.iter().any(|letter| letter["conversation"] == payload.as_str()), "{letters:?}");
    for letter in letters {
        assert!([&payload, &turn].map(|id| json!(id)).contains(&letter["conversation"]), "{letter}");
        assert!(letter["error"].as_str().is_some_and(|error| error.contains("cannot be read")), "{letter}");
    }
    let listed: Vec<_> =
        items(&ada, "/conversations").iter().map(|item| item["id"].as_str().map(str::to_owned)).collect();
    assert_eq!(listed.len(), 3, "{listed:?}");
    assert!(!listed.contains(&Some(conversation("summary").to_string())), "{listed:?}");
    let read = items(&ada, &format!("/conversations/{}/messages", conversation("turn")));
    let read = Value::from(read).to_string();
    assert!(read.contains("DHL") && !read.contains("where is my order"), "{read}");
    let transcript = Visitor::new(&studio, "turn").transcript();
    assert!(transcript.iter().any(|line| line.contains("DHL")), "{transcript:?}");
    assert!(studio.terminate().success());
}
