//! What we send, and what the simulator answers, judged by Discord's own description of its API.

use std::collections::BTreeSet;

use studio_core::{
    content::{Action, Button, Card, Field, FieldKind, FieldOption, Form, Picture, Row, Section, Source},
    id::MediaId,
};

use super::*;
use crate::{discord::modal, testing::edit};

struct Description(Value);

/// An operation of the description.
struct Operation<'a> {
    template: &'a str,
    told: &'a Value,
}

fn description(test: &str) -> Option<Description> {
    let file = studio_skipped::shared_data(&format!("discord: {test}"), "specs/discord_openapi.json")?;
    let told = std::fs::read_to_string(file).expect("a file that can be read");
    Some(Description(serde_json::from_str(&told).expect("JSON")))
}

impl Description {
    fn operation(&self, method: &str, path: &str) -> Operation<'_> {
        let asked = path.split('/').collect::<Vec<_>>();
        let fits = |template: &str| {
            let wanted = template.split('/').collect::<Vec<_>>();
            let same = |(want, have): (&&str, &&str)| want.starts_with('{') || want == have;
            wanted.len() == asked.len() && wanted.iter().zip(&asked).all(same)
        };
        let paths = self.0["paths"].as_object().expect("paths");
        let found = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .min_by_key(|(template, _)| template.matches('{').count());
        let (template, told) = found.unwrap_or_else(|| panic!("{path} is not described"));
        let told =
            told.get(method.to_lowercase()).unwrap_or_else(|| panic!("{method} {template} is not described"));
        Operation { template, told }
    }

    /// What is wrong with a value, by the schema that stands at the place.
    fn judge(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut whole = schema.clone();
        whole["components"] = self.0["components"].clone();
        let validator = jsonschema::draft202012::new(&whole).expect("a schema");
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }
}

/// What the studio asks of Discord, however it comes to it.
const ASKED: [&str; 18] = [
    "DELETE /channels/{channel_id}/messages/{message_id}",
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "GET /applications/@me",
    "GET /applications/{application_id}/commands",
    "GET /channels/{channel_id}",
    "GET /channels/{channel_id}/messages",
    "GET /channels/{channel_id}/messages/{message_id}",
    "GET /gateway/bot",
    "GET /guilds/{guild_id}",
    "GET /users/@me",
    "PATCH /applications/@me",
    "PATCH /channels/{channel_id}/messages/{message_id}",
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "POST /channels/{channel_id}/messages",
    "POST /channels/{channel_id}/typing",
    "POST /interactions/{interaction_id}/{interaction_token}/callback",
    "POST /webhooks/{webhook_id}/{webhook_token}",
    "PUT /applications/{application_id}/commands",
];

fn everything() -> Vec<Content> {
    let value =
        |title: &str, value: &str| Button { title: title.into(), action: Action::Value(value.into()) };
    let link = Button { title: "Shop".into(), action: Action::Link("https://shop.example".into()) };
    let row = |number: usize| Row {
        title: format!("Row {number}"),
        description: Some("of many".into()),
        value: format!("row:{number}"),
    };
    let picture = |source: Source| Some(Picture { source, alt: "A tent".into() });
    let card = |source: Source| Card {
        title: "Tent".into(),
        text: Some("For two".into()),
        image: picture(source),
        buttons: vec![value("Buy", "buy"), link.clone()],
    };
    let (address, kept) =
        (Source::Url("https://shop.example/t.png".into()), Source::Media(MediaId(ulid::Ulid(100))));
    let section =
        |from: usize| Section { title: Some("Some".into()), rows: (from..from + 30).map(row).collect() };
    vec![
        Content::text("**Hello**"),
        Content::text("word ".repeat(900)),
        Content::Text {
            text: "Yes?".into(),
            quick_replies: vec![value("Yes", "y"), value("No", &"n".repeat(200))],
        },
        Content::Buttons { text: "Sure?".into(), buttons: vec![value("Yes", "y"), link.clone()] },
        Content::List {
            text: "Which?".into(),
            button: "Show".into(),
            sections: vec![section(0), section(30)],
        },
        Content::Card(card(address.clone())),
        Content::Card(card(kept.clone())),
        Content::Carousel { cards: vec![card(address.clone()), card(address.clone())] },
        Content::Image { source: address, alt: "A tent".into(), caption: Some("Look".into()) },
        Content::Image { source: kept.clone(), alt: "A tent".into(), caption: None },
        Content::File { source: kept, name: "t.png".into(), media_type: "image/png".into(), size: 4 },
        Content::Location { latitude_microdegrees: 1, longitude_microdegrees: 2, label: None },
    ]
}

/// Everything that the studio says, changes and takes back, a command and a press.
pub(super) async fn everything_is_said(platform: &Platform, studio: &Studio) {
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    let conversation = studio.conversation(&event.thread);
    let facts = crate::host::MediaFacts { name: "t.png".into(), media_type: "image/png".into(), size: 4 };
    studio
        .memory
        .save_media(conversation, facts, axum::body::Bytes::from_static(b"\x89PNG"))
        .await
        .expect("memory");
    platform.command_registered().await;
    platform.act("command", json!({"from": "ada", "name": "track"})).await;
    platform.shown("You said: /track").await;
    for content in everything() {
        studio.memory.say(conversation, content);
    }
    let last = platform.shown("openstreetmap").await;
    let sure = platform.shown("Sure?").await;
    platform.act("press", json!({"from": "ada", "message": sure["id"], "choose": "Yes"})).await;
    platform.shown("You pressed: y").await;
    let part = last["id"].as_str().expect("an id").to_owned();
    let edit = edit(&event.thread, std::slice::from_ref(&part), Content::text("Changed"));
    studio.account.edit(&studio.memory, &edit).await;
    studio.account.typing(&event.thread).await;
    studio.account.retract(&event.thread, &[part]).await;
}

#[tokio::test]
async fn what_we_send_and_what_the_simulator_answers_is_as_discord_describes_it() {
    let test = "what_we_send_and_what_the_simulator_answers_is_as_discord_describes_it";
    let Some(description) = description(test) else { return };
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    everything_is_said(&platform, &studio).await;
    let option = FieldOption { title: "Small".into(), value: "s".into() };
    let fields = [FieldKind::Line, FieldKind::Paragraph, FieldKind::Choice(vec![option])];
    let fields = fields.into_iter().enumerate();
    let fields =
        fields.map(|(at, kind)| Field { name: format!("f{at}"), label: "What is it? ".repeat(9), kind });
    let form = Form { id: "9f2c".into(), title: "All at once".into(), fields: fields.collect() };
    asked::by_gateway(&platform, &studio, form).await;
    studio.end().await;
    let reached = Platform::new(|_| {}).await;
    asked::by_address(&reached).await;
    let requests = [platform.see("requests").await, reached.see("requests").await];

    let mut judged = BTreeSet::new();
    let mut faults = BTreeSet::new();
    let mut modals = 0;
    for request in requests.iter().flat_map(|all| all.as_array().expect("a list")) {
        let (method, path) =
            (request["method"].as_str().expect("text"), request["path"].as_str().expect("text"));
        let Operation { template, told } = description.operation(method, path);
        judged.insert(format!("{method} {template}"));
        let wanted = &told["requestBody"]["content"]["application/json"]["schema"];
        if !request["body"].is_null() {
            let said = description.judge(wanted, &request["body"]);
            faults.extend(said.into_iter().map(|fault| format!("sent to {method} {template}: {fault}")));
        }
        modals += usize::from(template.ends_with("/callback") && request["body"]["type"] == 9);
        let status = request["status"].to_string();
        // In a channel in which the bot has no voice.
        let is_voiceless = status == "403" && request["answer"]["code"] == 50_001;
        assert!(status.starts_with('2') || is_voiceless, "{request}");
        let answer = &told["responses"][&status]["content"]["application/json"]["schema"];
        if answer.is_object() {
            let said = description.judge(answer, &request["answer"]);
            faults.extend(said.into_iter().map(|fault| format!("answered to {method} {template}: {fault}")));
        }
    }
    let callback = description.operation("POST", "/interactions/1/a/callback");
    assert_eq!(modals, 1, "the form was opened");
    // The answer to a POST of Discord's.
    let answer = json!({"type": 9, "data": modal::to_write_in("Answer")});
    let wanted = &callback.told["requestBody"]["content"]["application/json"]["schema"];
    faults.extend(description.judge(wanted, &answer).into_iter().map(|fault| format!("a form: {fault}")));
    assert_eq!(faults, BTreeSet::new());
    assert_eq!(judged.into_iter().collect::<Vec<_>>(), ASKED);
}

/// What the gateway tells of is not described, but the things that it tells of are.
#[test]
fn messages_channels_and_servers_of_the_fixtures_are_as_discord_describes_them() {
    let test = "messages_channels_and_servers_of_the_fixtures_are_as_discord_describes_them";
    let Some(description) = description(test) else { return };
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let lists = [&fixtures["heard"], &fixtures["ignored"], &fixtures["session"]];
    let mut faults = Vec::new();
    for event in lists.into_iter().filter_map(Value::as_array).flatten() {
        let thing = match event["kind"].as_str().expect("a kind") {
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" => "MessageResponse",
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" => "GuildChannelResponse",
            "THREAD_CREATE" | "THREAD_UPDATE" => "ThreadResponse",
            "GUILD_CREATE" | "GUILD_UPDATE" => "GuildResponse",
            _ => continue,
        };
        let schema = json!({ "$ref": format!("#/components/schemas/{thing}") });
        // Discord's documents know the type of a reference by which a message is forwarded; its description does not.
        let said = description.judge(&schema, &event["data"]).into_iter();
        let said = said.filter(|fault| !fault.starts_with("/message_reference/type"));
        faults.extend(said.map(|fault| format!("{}: {fault}", event["name"])));
    }
    assert_eq!(faults, Vec::<String>::new());
}
