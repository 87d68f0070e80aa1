//! Does the library that Slack's users know read the same payloads, and write the same blocks?

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use super::inbound::{fixture, fixtures, is_form};
use crate::slack::payload::Payload;

/// What a fixture holds, as the library wants it.
fn tree(name: &str, body: &[u8]) -> Value {
    if !is_form(name) {
        return serde_json::from_slice(body).expect("a fixture of JSON");
    }
    let fields = url::form_urlencoded::parse(body).collect::<Vec<_>>();
    match fields.iter().find(|(name, _)| name == "payload") {
        Some((_, payload)) => serde_json::from_str(payload).expect("a payload of JSON"),
        None => fields.iter().map(|(name, value)| (name.to_string(), json!(value))).collect(),
    }
}

#[test]
fn the_fixtures_are_what_the_library_reads_too() {
    for (name, body) in fixtures() {
        let tree = tree(&name, &body);
        let read = match name.as_str() {
            "ssl_check.form" => continue,
            name if name.starts_with("command") => serde_json::from_value::<SlackCommandEvent>(tree)
                .map(|_| ())
                .map_err(|error| error.to_string()),
            name if is_form(name) => serde_json::from_value::<SlackInteractionEvent>(tree)
                .map(|_| ())
                .map_err(|error| error.to_string()),
            _ => {
                serde_json::from_value::<SlackPushEvent>(tree).map(|_| ()).map_err(|error| error.to_string())
            }
        };
        // Of these the library wants fields that Slack's documents do not promise, or does not know the kind.
        let strict = [
            "ignored_team_join.json",
            "ignored_user_change.json",
            "ignored_emoji_changed.json",
            "message_group_name.json",
        ];
        assert!(read.is_ok() || strict.contains(&name.as_str()), "{name}: {read:?}");
    }
}

#[test]
fn one_odd_field_that_nobody_needs_costs_no_message() {
    let image: Value = serde_json::from_slice(&fixture("message_image.json")).expect("a fixture of JSON");
    let mut lost = Vec::new();
    for (name, odd) in [
        ("/event/text", json!("is it this one?")),
        ("/event/files/0/created", json!("yesterday")),
        ("/event/files/0/editable", json!("no")),
        ("/event/files/0/permalink", json!("")),
        ("/event/files/0/reactions", json!({})),
        ("/event/reactions", json!({})),
        ("/event/client_msg_id", json!(7)),
        ("/event/user_profile", json!({ "avatar_hash": 1 })),
        ("/authorizations/0/team_id", Value::Null),
        ("/event_time", json!("now")),
    ] {
        let mut event = image.clone();
        let (parent, field) = name.rsplit_once('/').expect("a path");
        event.pointer_mut(parent).expect("the parent is there")[field] = odd;
        let read = serde_json::from_value::<SlackPushEvent>(event.clone());
        let words = match read {
            Ok(SlackPushEvent::EventCallback(callback)) => match callback.event {
                SlackEventCallbackBody::Message(message) => message.content.and_then(|content| content.text),
                _ => None,
            },
            Ok(_) | Err(_) => None,
        };
        if words.as_deref() != Some("is it this one?") {
            lost.push(name);
        }
        let ours = Payload::read(event.to_string().as_bytes());
        assert!(matches!(ours, Ok(Payload::Event(_))), "{name}: {ours:?}");
    }
    assert!(!lost.contains(&"/event/text"), "nothing is odd here: {lost:?}");
    assert!(!lost.is_empty(), "the library reads all of them by now: its types could be used");
}
