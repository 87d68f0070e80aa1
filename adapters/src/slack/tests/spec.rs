//! Is what we send as Slack's own description of its Web API has it (`specs/slack_web_openapi_v2.json`)?
//!
//! It stands still since 2021: what came later is listed here, each with its page.

use std::collections::BTreeSet;

use axum::body::Bytes;
use serde_json::{Value, json};
use studio_core::content::{Action, Button, Content, Field, FieldKind, Form, Source};

use super::scene::{ANNA, DIRECT, GENERAL, Scene, Way};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Leaving, Outcome},
    testing::edit,
};

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

/// What must be among the calls: all that the studio asks of Slack and the description knows.
const CALLED: [&str; 14] = [
    "auth.test",
    "chat.delete",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.open",
    "conversations.replies",
    "files.delete",
    "files.info",
    "users.conversations",
    "users.info",
    "views.open",
];

/// Waits until a method was called that the studio calls by itself.
async fn called(scene: &Scene, method: &str) {
    let is_there = async || {
        let calls = scene.sees("calls").await;
        calls.as_array().into_iter().flatten().any(|call| call["method"] == method)
    };
    scene.until(method, is_there).await;
}

/// A form is opened at a press.
async fn form(scene: &Scene) {
    let field = Field { name: "street".into(), label: "Your street".into(), kind: FieldKind::Line };
    let form = Form { id: "9f2c".into(), title: "Your address".into(), fields: vec![field] };
    let opens = Button { title: form.title.clone(), action: Action::Form(Box::new(form)) };
    let asked = Content::Buttons { text: "Where to?".into(), buttons: vec![opens] };
    let on = scene.tell(DIRECT, asked).await.parts.remove(0);
    let press = json!({ "user": ANNA, "channel": DIRECT, "ts": on, "title": "Your address" });
    scene.does("press", press).await;
    called(scene, "views.open").await;
}

/// A file is sent and taken back.
async fn file(scene: &Scene) {
    let (name, media_type) = ("bill.pdf".to_owned(), "application/pdf".to_owned());
    let facts = MediaFacts { name: name.clone(), media_type: media_type.clone(), size: 9 };
    let bytes = Bytes::from_static(b"%PDF-1.7 ");
    let kept = scene.host.save_media(scene.conversation(DIRECT), facts, bytes).await.expect("in memory");
    let sent = scene.tell(DIRECT, Content::File { source: Source::Media(kept), name, media_type, size: 9 });
    let gone = scene.account.retract(&scene.host, DIRECT, &sent.await.parts).await;
    assert_eq!((gone.outcome, gone.parts.len()), (Outcome::Done, 1));
}

/// An answer in the thread of a message may have left before: it is looked for there.
async fn doubt(scene: &Scene, ts: &str) {
    let thread = format!("{DIRECT}:{ts}");
    let conversation = scene.conversation(&thread);
    scene.host.say(conversation, Content::text("in the thread"));
    let messages = scene.host.messages(conversation, 0, 1_000).await.expect("messages in memory");
    let last = messages.last().expect("it was just said").clone();
    let leaving = Leaving { uncertain: true, ..scene.leaving(&thread, last) };
    assert_eq!(scene.account.send(&scene.host, &leaving).await.outcome, Outcome::Done);
}

#[tokio::test]
async fn every_call_is_as_slack_describes_it() {
    let Some(description) = description() else { return };
    let scene = Scene::new(Way::Posts).await;
    let ts = scene.say("hello").await;
    scene.accepted(1).await;
    called(&scene, "users.info").await;
    let mention = json!({ "user": ANNA, "channel": GENERAL, "text": "<@U0BOT0001> where is my order?" });
    scene.does("say", mention).await;
    called(&scene, "conversations.info").await;
    doubt(&scene, &ts).await;
    form(&scene).await;
    file(&scene).await;
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
    let mut judged = BTreeSet::new();
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
                // Lists and views travel as JSON where the whole request does.
                _ => value.is_string() || value.is_array() || value.is_object(),
            };
            assert!(fits, "{method}: {name} = {value} is no {}", known["type"]);
        }
        for parameter in parameters.iter().filter(|parameter| parameter["required"] == json!(true)) {
            let name = parameter["name"].as_str().expect("a name");
            // The token goes in the header.
            let there = name == "token" || !call["arguments"][name].is_null();
            assert!(there, "{method} lacks {name}");
        }
        judged.insert(method.to_owned());
    }
    assert_eq!(judged.iter().map(String::as_str).collect::<Vec<_>>(), CALLED);
}
