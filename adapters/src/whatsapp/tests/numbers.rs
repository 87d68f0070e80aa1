//! Whose is a number, and which conversation is theirs?

use serde_json::{Value, json};
use studio_core::content::Content;

use super::{
    super::{people::Person, send::phone_key},
    scene::ADA,
    webhook::{ada, nowhere, payload, post, text},
};
use crate::{
    host::{Host as _, Incoming},
    platform::ReachError,
    testing::Memory,
};

const NUMBER: &str = "4915112345678";

/// The thread of Ada's number.
fn by_phone(host: &Memory) -> String {
    Person::of(&host.token_key(), None, Some(NUMBER), None).expect("a number").thread
}

/// Ada has another number and another id.
pub fn has_new_number() -> Value {
    let system = json!({ "body": "Ada changed", "type": "user_changed_number", "wa_id": "4915199999999", "user_id": "DE.999" });
    json!({ "id": "wamid.2", "from": NUMBER, "timestamp": "1749416400", "type": "system", "system": system })
}

/// Somebody else writes from Ada's number.
fn by_ben(id: &str) -> Value {
    let mut said = text(id, "Hi");
    (said["from_user_id"], said["timestamp"]) = (json!("DE.888"), json!("1749416500"));
    said
}

fn ben() -> Value {
    json!({ "profile": { "name": "Ben" }, "wa_id": NUMBER, "user_id": "DE.888" })
}

fn told_lost(host: &Memory) -> Vec<Incoming> {
    host.accepted().into_iter().filter(|incoming| incoming.native.starts_with("lost:")).collect()
}

#[tokio::test]
async fn someone_known_by_phone_becomes_known_by_id() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let by_phone = json!({ "profile": { "name": "Ada" }, "wa_id": "4915112345678" });
    let old = json!({ "id": "wamid.1", "from": "4915112345678", "timestamp": "1", "type": "text", "text": { "body": "Old" } });
    post(&account, &host, &payload(&by_phone, &old)).await;
    let thread = host.accepted().pop().expect("the message").thread;
    assert!(thread.starts_with("phone.") && !thread.contains("4915112345678"), "{thread}");
    // What the same person says later comes with an id, perhaps to another process.
    for account in [nowhere(), nowhere()] {
        post(&account, &host, &payload(&ada(), &text("wamid.2", "New"))).await;
    }
    assert_eq!(host.moves(), [("shop".to_owned(), thread, ADA.to_owned())], "once");
    assert_eq!(host.accepted().pop().expect("the message").thread, ADA);
}

/// Meta tells of a new number by the old one alone, and may tell it again.
#[tokio::test]
async fn a_new_number_is_told_by_the_old_one() {
    let host = Memory::new(&[]);
    post(&nowhere(), &host, &payload(&ada(), &text("wamid.1", "Hello"))).await;
    for _ in 0..2 {
        // Another process, which knows nothing in memory.
        post(&nowhere(), &host, &payload(&json!({}), &has_new_number())).await;
        assert_eq!(host.moves(), [("shop".to_owned(), ADA.to_owned(), "DE.999".to_owned())]);
        let accepted = host.accepted();
        assert_eq!(accepted.len(), 4, "the person, the message, the person's new number, and that it is new");
        assert!(accepted[2..].iter().all(|incoming| incoming.thread == "DE.999"), "{accepted:?}");
    }
    let reached = nowhere().reach(&host, Some("+49 151 99999999"), None).await.expect("a number");
    assert_eq!(reached.thread, "DE.999");
}

#[tokio::test]
async fn who_is_known_by_id_and_written_to_by_number_stays_in_their_conversation() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let talks = host.conversation("shop", ADA);
    post(&account, &host, &payload(&ada(), &text("wamid.1", "Hello"))).await;
    for account in [account, nowhere()] {
        let reached = account.reach(&host, Some("+49 151 12345678"), None).await.expect("a number");
        assert_eq!(reached.thread, ADA);
        let found = [ADA, by_phone(&host).as_str()].map(|thread| host.conversation("shop", thread));
        assert_eq!((found, host.moves().len()), ([talks; 2], 0));
    }
}

#[tokio::test]
async fn who_talks_by_id_and_was_written_to_by_number_goes_on_where_they_talk() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let talks = host.conversation("shop", ADA);
    let hidden = json!({ "profile": { "name": "Ada" }, "user_id": ADA });
    let mut said = text("wamid.1", "Hello");
    said["from"] = json!(null);
    post(&account, &host, &payload(&hidden, &said)).await;
    let reached = account.reach(&host, Some("+49 151 12345678"), None).await.expect("a number");
    assert_eq!(reached.thread, by_phone(&host), "nobody knows yet whose it is");
    host.say_quietly(host.conversation("shop", &reached.thread), Content::text("Hello, number"));
    post(&account, &host, &payload(&ada(), &text("wamid.2", "It is me"))).await;
    let found = [ADA, reached.thread.as_str()].map(|thread| host.conversation("shop", thread));
    assert_eq!((found, host.moves().len()), ([talks; 2], 0));
    let mut news = has_new_number();
    news["id"] = json!("wamid.4");
    post(&account, &host, &payload(&json!({}), &news)).await;
    assert_eq!(host.newest("shop", &reached.thread), "DE.999");
}

#[tokio::test]
async fn a_number_that_is_left_and_taken_in_one_webhook_is_the_new_ones() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    post(&account, &host, &payload(&ada(), &text("wamid.1", "Hello"))).await;
    let changes = [payload(&ben(), &by_ben("wamid.3")), payload(&json!({}), &has_new_number())];
    let mut changes = changes.map(|body| serde_json::from_slice::<Value>(&body).expect("JSON"));
    let later = changes[1]["entry"][0]["changes"][0].take();
    let mut both = changes[0].take();
    both["entry"][0]["changes"].as_array_mut().expect("a list").push(later);
    post(&account, &host, both.to_string().as_bytes()).await;
    assert_eq!(host.moves(), [("shop".to_owned(), ADA.to_owned(), "DE.999".to_owned())]);
    assert!(told_lost(&host).is_empty(), "she had left it before");
    let kept = host.recall("shop", &phone_key(&by_phone(&host))).await.expect("in memory");
    assert_eq!(kept.as_deref(), Some("DE.888"));
}

#[tokio::test]
async fn who_has_a_number_keeps_it_where_its_first_owner_is_told_late_to_have_left_it() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    post(&account, &host, &payload(&ada(), &text("wamid.1", "Hello"))).await;
    post(&account, &host, &payload(&ben(), &by_ben("wamid.3"))).await;
    assert_eq!(told_lost(&host).len(), 1);
    let mut late = has_new_number();
    late["from_user_id"] = json!(ADA);
    post(&account, &host, &payload(&json!({}), &late)).await;
    let reached = account.reach(&host, Some("+49 151 12345678"), None).await.expect("a number");
    assert_eq!(reached.thread, "DE.888");
}

#[tokio::test]
async fn a_number_that_was_left_reaches_nobody_else_than_who_has_it() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let number = Some("+49 151 12345678");
    let reached = account.reach(&host, number, None).await.expect("a number");
    assert_eq!(reached.thread, by_phone(&host));
    post(&account, &host, &payload(&ada(), &text("wamid.1", "Hello"))).await;
    let mut left = has_new_number();
    left["from_user_id"] = json!(ADA);
    post(&account, &host, &payload(&json!({}), &left)).await;
    for account in [account, nowhere()] {
        let refused = account.reach(&host, number, None).await;
        assert!(
            matches!(&refused, Err(ReachError::Unfit(why)) if why.contains("another one") && !why.contains("  ")),
            "{refused:?}"
        );
    }
    post(&nowhere(), &host, &payload(&ben(), &by_ben("wamid.3"))).await;
    let reached = nowhere().reach(&host, number, None).await.expect("it is Ben's by now");
    assert_eq!(reached.thread, "DE.888");
    assert_eq!(host.newest("shop", &by_phone(&host)), "DE.999", "what waits under it is for Ada");
}
