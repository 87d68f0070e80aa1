//! Does the library that Slack's users know read the same payloads, and write the same blocks?

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use super::inbound::{fixture, fixtures};
use crate::slack::payload::Payload;

/// What a fixture holds, as the library wants it.
fn tree(name: &str, body: &[u8]) -> Value {
    if name.ends_with(".json") {
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
            name if name.ends_with(".form") => serde_json::from_value::<SlackInteractionEvent>(tree)
                .map(|_| ())
                .map_err(|error| error.to_string()),
            _ => {
                serde_json::from_value::<SlackPushEvent>(tree).map(|_| ()).map_err(|error| error.to_string())
            }
        };
        // Of these the library wants fields that Slack's documents do not promise.
        let strict = ["ignored_team_join.json", "ignored_user_change.json", "ignored_emoji_changed.json"];
        assert!(read.is_ok() || strict.contains(&name.as_str()), "{name}: {read:?}");
    }
}

#[test]
fn one_odd_field_that_nobody_needs_costs_no_message() {
    let mut odd: Value = serde_json::from_slice(&fixture("message_image.json")).expect("a fixture of JSON");
    odd["event"]["files"][0]["permalink"] = json!("");
    assert!(serde_json::from_value::<SlackPushEvent>(odd.clone()).is_err(), "the library reads it by now");
    assert!(Payload::read(odd.to_string().as_bytes()).is_ok());
}
