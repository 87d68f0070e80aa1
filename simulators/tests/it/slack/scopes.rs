//! What a token has no scope for is refused, as Slack refuses it.

use serde_json::{Value, json};
use studio_simulators::slack::SCOPES;

use super::{asks, does, started};

/// The methods that need this scope alone, with what would be asked of them.
fn asked_with(scope: &str) -> Vec<(&'static str, Value)> {
    let nothing = || json!({});
    match scope {
        "channels:history" => vec![("conversations.history?channel=C0GENERAL", nothing())],
        "channels:read" => {
            vec![("conversations.info?channel=C0GENERAL", nothing()), ("users.conversations", nothing())]
        }
        "chat:write" => vec![("chat.postMessage", json!({ "channel": "C0GENERAL", "text": "hello" }))],
        "files:read" => vec![("files.info?file=F1", nothing())],
        "files:write" => vec![("files.getUploadURLExternal?filename=a.txt&length=1", nothing())],
        "groups:history" => vec![("conversations.history?channel=G0GROUP", nothing())],
        "groups:read" => vec![("users.conversations?types=im,private_channel", nothing())],
        "im:history" => vec![("conversations.replies?channel=D0ANNA&ts=1700000000.000001", nothing())],
        "im:read" => vec![
            ("conversations.info?channel=D0ANNA", nothing()),
            ("users.conversations?types=im", nothing()),
        ],
        "im:write" => vec![("conversations.open", json!({ "users": "U0ANNA" }))],
        "mpim:read" => vec![("users.conversations?types=mpim", nothing())],
        "reactions:write" => {
            let reaction =
                json!({ "channel": "C0GENERAL", "timestamp": "1700000000.000001", "name": "eyes" });
            vec![("reactions.add", reaction.clone()), ("reactions.remove", reaction)]
        }
        "users:read" => vec![("users.info?user=U0ANNA", nothing())],
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn what_a_token_has_no_scope_for_is_refused_and_says_what_is_needed() {
    let address = started(|_| {}).await;
    let mut count = 0;
    for scope in SCOPES {
        assert_eq!(does(&address, "scopes", json!({ "without": [scope] })).await.0, 200, "{scope}");
        let rest: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        for (method, body) in asked_with(scope) {
            let answer = asks(&address, method, body, "missing_scope").await;
            assert_eq!(
                (&answer["needed"], &answer["provided"]),
                (&json!(scope), &json!(rest.join(","))),
                "{method}"
            );
            count += 1;
        }
        asks(&address, "auth.test", json!({}), "").await;
    }
    assert_eq!(count, 16);
    let (status, why) = does(&address, "scopes", json!({ "without": ["chat:shout"] })).await;
    assert!(status == 422 && why.to_string().contains("chat:shout"), "{status} {why}");
}

#[tokio::test]
async fn either_of_two_scopes_shows_that_somebody_types() {
    let address = started(|_| {}).await;
    let said =
        asks(&address, "chat.postMessage", json!({ "channel": "C0GENERAL", "text": "hello" }), "").await;
    let status = json!({ "channel_id": "C0GENERAL", "thread_ts": said["ts"], "status": "is typing…" });
    for (without, expected) in [
        (vec!["assistant:write"], ""),
        (vec!["chat:write"], ""),
        (vec!["assistant:write", "chat:write"], "missing_scope"),
    ] {
        does(&address, "scopes", json!({ "without": without })).await;
        asks(&address, "assistant.threads.setStatus", status.clone(), expected).await;
    }
}

#[tokio::test]
async fn addresses_and_what_apps_keep_are_told_with_their_scopes_alone() {
    let address = started(|_| {}).await;
    does(&address, "email", json!({ "user": "U0ANNA", "email": "anna@shop.example", "confirmed": true }))
        .await;
    let kept = json!({ "event_type": "kept", "event_payload": { "key": "k" } });
    let body = json!({ "channel": "C0GENERAL", "text": "hello", "metadata": kept });
    asks(&address, "chat.postMessage", body, "").await;
    let told = async || {
        let user = asks(&address, "users.info?user=U0ANNA", json!({}), "").await;
        let history = "conversations.history?channel=C0GENERAL&include_all_metadata=true";
        let page = asks(&address, history, json!({}), "").await;
        (user["user"]["profile"]["email"].clone(), page["messages"][0]["metadata"].clone())
    };
    assert_eq!(told().await, (json!("anna@shop.example"), kept.clone()));
    does(&address, "scopes", json!({ "without": ["users:read.email"] })).await;
    assert_eq!(told().await, (Value::Null, kept));
    does(&address, "scopes", json!({ "without": ["metadata.message:read"] })).await;
    assert_eq!(told().await, (json!("anna@shop.example"), Value::Null));
}
