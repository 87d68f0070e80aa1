//! Is what we send as Slack's own description of its Web API has it (`specs/slack_web_openapi_v2.json`)?
//!
//! It stands still since 2021: what came later is listed here, each with its page.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use studio_core::content::Content;

use super::scene::{DIRECT, Scene, Way};
use crate::testing::edit;

/// Methods that are younger than the description (docs.slack.dev/reference/methods).
const YOUNGER_METHODS: [&str; 4] = [
    "apps.connections.open",
    "assistant.threads.setStatus",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
];
/// Arguments that are younger: `metadata` (message metadata, 2022), `include_all_metadata` with it.
const YOUNGER_ARGUMENTS: [&str; 2] = ["metadata", "include_all_metadata"];

fn description() -> Option<Value> {
    let file = studio_skipped::shared_data(
        "slack: every_call_is_as_slack_describes_it",
        "specs/slack_web_openapi_v2.json",
    )?;
    let text = std::fs::read(file).expect("a file that can be read");
    Some(serde_json::from_slice(&text).expect("a description of JSON"))
}

#[tokio::test]
async fn every_call_is_as_slack_describes_it() {
    let Some(description) = description() else { return };
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let sent = scene.tell(DIRECT, Content::text("hello")).await;
    let edit = edit(DIRECT, &sent.parts, Content::text("changed"));
    scene.account.edit(&scene.host, &edit).await;
    scene.account.retract(&scene.host, DIRECT, &sent.parts).await;
    scene.tell("C0GENERAL@U0ANNA", Content::text("for you")).await;
    scene.tell("C0ELSEWHERE@U0ANNA", Content::text("for you")).await;
    scene.account.examine(&scene.host).await;
    scene.account.fetch(&scene.host, "F0NOWHERE").await.expect_err("there is no such file");
    scene.account.read_since(&scene.host, jiff::Timestamp::UNIX_EPOCH).await.expect("histories");

    let calls = scene.sees("calls").await;
    let mut judged = BTreeMap::new();
    for call in calls.as_array().into_iter().flatten() {
        let method = call["method"].as_str().expect("a name");
        if YOUNGER_METHODS.contains(&method) {
            continue;
        }
        let described = &description["paths"][format!("/{method}")];
        let verb = described.as_object().and_then(|verbs| verbs.values().next());
        let verb = verb.unwrap_or_else(|| panic!("{method} is not described"));
        let parameters = verb["parameters"].as_array().cloned().unwrap_or_default();
        for (name, value) in call["arguments"].as_object().into_iter().flatten() {
            let known = parameters.iter().find(|parameter| parameter["name"] == json!(name));
            if known.is_none() && YOUNGER_ARGUMENTS.contains(&name.as_str()) {
                continue;
            }
            let known = known.unwrap_or_else(|| panic!("{method} has no argument {name}"));
            let fits = match known["type"].as_str() {
                Some("integer" | "number") => value.as_str().is_none_or(|text| text.parse::<f64>().is_ok()),
                Some("boolean") => value.is_boolean() || matches!(value.as_str(), Some("true" | "false")),
                // Lists travel as JSON where the whole request does.
                _ => value.is_string() || value.is_array(),
            };
            assert!(fits, "{method}: {name} = {value} is no {}", known["type"]);
        }
        for parameter in parameters.iter().filter(|parameter| parameter["required"] == json!(true)) {
            let name = parameter["name"].as_str().expect("a name");
            // The token goes in the header.
            let there = name == "token" || !call["arguments"][name].is_null();
            assert!(there, "{method} lacks {name}");
        }
        *judged.entry(method.to_owned()).or_insert(0) += 1;
    }
    for method in [
        "auth.test",
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "chat.postEphemeral",
        "conversations.open",
        "conversations.history",
        "users.conversations",
        "files.info",
    ] {
        assert!(judged.contains_key(method), "{method} was never called: {judged:?}");
    }
}
