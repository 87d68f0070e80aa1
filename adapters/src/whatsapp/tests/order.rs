//! What was refused stands before what was said after it, though Meta sends it again later.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use studio_core::dialogue::Body;

use super::{
    numbers::has_new_number,
    scene::ADA,
    webhook::{ada, nowhere, payload, post, text},
};
use crate::{
    host::{AcceptError, Host as _},
    testing::Memory,
};

/// The ids of what was said, in the order in which it was stored.
fn said(host: &Memory) -> Vec<String> {
    let said = host.accepted().into_iter().filter(|one| matches!(one.body, Body::Message { .. }));
    said.map(|one| one.native).collect()
}

fn from_ada(id: &str) -> Vec<u8> {
    payload(&ada(), &text(id, "hello"))
}

#[tokio::test]
async fn what_is_said_later_waits_for_no_repeat_and_comes_behind() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    assert_eq!(post(&account, &host, &from_ada("wamid.1")).await, StatusCode::SERVICE_UNAVAILABLE);
    host.refuse(None);
    assert_eq!(post(&account, &host, &from_ada("wamid.2")).await, StatusCode::OK);
    assert_eq!(said(&host), ["wamid.1", "wamid.2"]);
    // What Meta sends again is recognised.
    for id in ["wamid.1", "wamid.2"] {
        assert_eq!(post(&account, &host, &from_ada(id)).await, StatusCode::OK);
    }
    assert_eq!(said(&host), ["wamid.1", "wamid.2"]);
}

#[tokio::test]
async fn a_conversation_without_room_keeps_its_order_and_no_other_waiting() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    host.fill(Some(ADA));
    for id in ["wamid.1", "wamid.2"] {
        assert_eq!(post(&account, &host, &from_ada(id)).await, StatusCode::SERVICE_UNAVAILABLE);
    }
    let mut hello = text("wamid.3", "hello");
    (hello["from"], hello["from_user_id"]) = (json!("4915112345679"), json!("DE.2"));
    let ben = json!({ "profile": { "name": "Ben" }, "wa_id": "4915112345679", "user_id": "DE.2" });
    assert_eq!(post(&account, &host, &payload(&ben, &hello)).await, StatusCode::OK);
    host.fill(None);
    // The second one comes again first.
    for id in ["wamid.2", "wamid.1"] {
        assert_eq!(post(&account, &host, &from_ada(id)).await, StatusCode::OK);
    }
    assert_eq!(said(&host), ["wamid.3", "wamid.1", "wamid.2"]);
}

/// Less is taken of what says nothing: words must not wait for it.
#[tokio::test]
async fn a_reaction_that_was_refused_keeps_no_words_waiting() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let reaction = json!({
        "id": "wamid.1", "from_user_id": ADA, "timestamp": "1749416383", "type": "reaction",
        "reaction": { "message_id": "wamid.0", "emoji": "👍" },
    });
    let reaction = payload(&ada(), &reaction);
    host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    assert_eq!(post(&account, &host, &reaction).await, StatusCode::SERVICE_UNAVAILABLE);
    host.refuse(None);
    assert_eq!(post(&account, &host, &from_ada("wamid.2")).await, StatusCode::OK);
    let natives = || host.accepted().into_iter().map(|one| one.native).filter(|id| id.starts_with("wamid."));
    assert_eq!(natives().collect::<Vec<_>>(), ["wamid.2"]);
    assert_eq!(post(&account, &host, &reaction).await, StatusCode::OK);
    assert_eq!(natives().collect::<Vec<_>>(), ["wamid.2", "wamid.1"]);
}

/// Taken before, it would begin a conversation of its own.
#[tokio::test]
async fn what_was_refused_of_a_new_name_stands_behind_the_move_to_it() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    assert_eq!(post(&account, &host, &from_ada("wamid.1")).await, StatusCode::OK);
    let talks = host.conversation("shop", ADA);
    let mut hello = text("wamid.3", "hello");
    (hello["from"], hello["from_user_id"]) = (json!("4915199999999"), json!("DE.999"));
    let renamed = json!({ "profile": { "name": "Ada" }, "wa_id": "4915199999999", "user_id": "DE.999" });
    host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    let refused = post(&account, &host, &payload(&renamed, &hello)).await;
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    host.refuse(None);
    assert_eq!(post(&account, &host, &payload(&json!({}), &has_new_number())).await, StatusCode::OK);
    let messages = host.messages(talks, 0, 100).await.expect("in memory");
    let said = messages.into_iter().filter_map(|message| message.client_id).collect::<Vec<_>>();
    assert_eq!(said, ["wamid.1", "wamid.3"]);
}
