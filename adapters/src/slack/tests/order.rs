//! What was refused stands before what was said after it, though Slack sends it again later.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::dialogue::Body;

use super::{
    inbound::fixture,
    webhook::{post, signed},
};
use crate::{host::AcceptError, testing::Memory};

fn no_room() -> AcceptError {
    AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }
}

fn told(event: &Value) -> String {
    let id = event["event_ts"].as_str().unwrap_or_default().replace('.', "");
    json!({ "type": "event_callback", "event_id": format!("Ev{id}"), "event": event }).to_string()
}

/// Direct messages of Anna or Ben.
fn direct(channel: &str, number: u32) -> String {
    let ts = format!("1700000000.{number:06}");
    told(&json!({
        "type": "message", "channel_type": "im", "channel": channel, "user": "U0ANNA", "text": "hello", "ts": ts,
        "event_ts": ts,
    }))
}

fn natives(host: &Memory) -> Vec<String> {
    host.accepted().into_iter().map(|one| one.native).collect()
}

#[tokio::test]
async fn what_is_said_later_waits_for_no_repeat_and_comes_behind() {
    let (account, host) = (signed(), Memory::new(&[]));
    let says =
        async |channel: &str, number: u32| post(&account, &host, direct(channel, number)).await.status();
    host.refuse(Some(no_room()));
    assert_eq!(says("D0ANNA", 1).await, StatusCode::SERVICE_UNAVAILABLE);
    host.refuse(None);
    assert_eq!(says("D0ANNA", 2).await, StatusCode::OK);
    let expected = ["D0ANNA:1700000000.000001", "D0ANNA:1700000000.000002"];
    assert_eq!(natives(&host), expected);
    // What Slack sends again is recognised.
    for number in [1, 2] {
        assert_eq!(says("D0ANNA", number).await, StatusCode::OK);
    }
    assert_eq!(natives(&host), expected);
}

#[tokio::test]
async fn a_conversation_without_room_keeps_its_order_and_no_other_waiting() {
    let (account, host) = (signed(), Memory::new(&[]));
    let says =
        async |channel: &str, number: u32| post(&account, &host, direct(channel, number)).await.status();
    host.fill(Some("D0ANNA"));
    for number in [1, 2] {
        assert_eq!(says("D0ANNA", number).await, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(says("D0BEN", 3).await, StatusCode::OK);
    host.fill(None);
    // The second one comes again first.
    for number in [2, 1] {
        assert_eq!(says("D0ANNA", number).await, StatusCode::OK);
    }
    let expected = ["D0BEN:1700000000.000003", "D0ANNA:1700000000.000001", "D0ANNA:1700000000.000002"];
    assert_eq!(natives(&host), expected);
}

/// Without what began it, what is said in a thread would be for others, and a change one of nothing.
#[tokio::test]
async fn what_belongs_to_a_mention_that_was_refused_is_heard_behind_it() {
    let at = |ts: &str, more: Value| {
        let mut event =
            json!({ "type": "message", "channel": "C0GENERAL", "user": "U0ANNA", "event_ts": ts });
        for (field, value) in more.as_object().into_iter().flatten() {
            event[field] = value.clone();
        }
        told(&event)
    };
    let began = "1700000000.000001";
    let mention =
        at(began, json!({ "type": "app_mention", "text": "<@U0BOT> where is my order?", "ts": began }));
    let later = "1700000000.000002";
    let reply = at(later, json!({ "text": "number 4711", "ts": later, "thread_ts": began }));
    let message = |text: &str| json!({ "type": "message", "user": "U0ANNA", "text": text, "ts": began });
    let change = at(
        later,
        json!({
            "subtype": "message_changed", "message": message("where is my parcel?"),
            "previous_message": message("<@U0BOT> where is my order?"),
        }),
    );
    for next in [reply, change] {
        let (account, host) = (signed(), Memory::new(&[]));
        host.refuse(Some(no_room()));
        assert_eq!(post(&account, &host, mention.clone()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        host.refuse(None);
        assert_eq!(post(&account, &host, next.clone()).await.status(), StatusCode::OK);
        let accepted = host.accepted();
        let [first, second] = accepted.as_slice() else { panic!("{next}: {accepted:?}") };
        assert_eq!(first.native, format!("C0GENERAL:{began}"), "{next}");
        assert!(matches!(second.body, Body::Message { .. } | Body::Edited { .. }), "{next}: {second:?}");
    }
}

/// Slack sends no press again: who pressed sees that it failed, and does it again.
#[tokio::test]
async fn a_press_that_failed_is_not_made_later() {
    let (account, host) = (signed(), Memory::new(&[]));
    host.refuse(Some(no_room()));
    let pressed = post(&account, &host, fixture("press_button.form")).await.status();
    assert_eq!(pressed, StatusCode::SERVICE_UNAVAILABLE);
    host.refuse(None);
    assert_eq!(post(&account, &host, fixture("message_im.json")).await.status(), StatusCode::OK);
    assert_eq!(natives(&host), ["D024BE91L:1355517523.000005"]);
}
