//! The payloads of Discord's documents: what each means, and what means nothing to us.

use studio_core::content::{Action, Button, Field, FieldKind, Form};

use super::{
    super::{
        frame::Dispatch,
        interactions::{self, Response},
        kinds::{self, HEARD},
        lanes::Turn,
        replay::Raw,
        storing::Storing,
    },
    *,
};
use crate::{
    platform::ReplayError,
    testing::spoilt::{SAID, quotes, spoilt},
};

struct Reading {
    memory: Memory,
    storing: Storing<Memory>,
    sequence: u64,
}

fn reading() -> Reading {
    let config =
        format!("name = 'dc'\nbot = 'shop'\ntoken = '{MADE_UP}'\napi_url = 'http://127.0.0.1:9/api/v10'");
    let config: Config = toml::from_str(&config).expect("the connection of the test");
    let account = config
        .account(&Fence::none(), |_: &Path| Err(std::io::Error::other("no files")))
        .expect("an account");
    let me = life::Identity {
        user: 900_000_000_000_000_001,
        name: "studio-bot".into(),
        application: "900000000000000001".into(),
    };
    account.known_as(me, None);
    account.names.server(&json!({ "id": "801", "name": "Outdoor" }));
    let memory = Memory::new(&[]);
    memory.answer_after(None);
    let storing = Storing {
        account: Arc::new(account),
        host: memory.clone(),
        stop: CancellationToken::new(),
        reading: tokio::sync::Semaphore::new(1),
    };
    Reading { memory, storing, sequence: 0 }
}

impl Reading {
    /// What the event added.
    async fn hear(&mut self, event: &Value) -> Vec<Incoming> {
        let before = self.memory.accepted().len();
        self.sequence += 1;
        let kind = event["kind"].as_str().expect("a kind").to_owned();
        let dispatch = Dispatch { sequence: self.sequence, kind, data: event["data"].clone() };
        self.storing.happened("session", dispatch).await.expect("nobody stops it");
        self.memory.accepted().split_off(before)
    }
}

/// An event as the fixtures tell of it.
fn told(event: &Incoming) -> Value {
    assert_eq!(event.connection, "dc");
    let mut body = serde_json::to_value(&event.body).expect("JSON");
    if body["type"] == "message" {
        body["understanding"] = json!({});
    }
    for field in body.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
        field["understanding"] = json!({});
    }
    if let Some(source) = body.pointer_mut("/content/source/media") {
        let attachment = event.attachments.first().expect("the file can be fetched");
        assert_eq!(*source, json!(attachment.media));
        *source = json!("*");
    }
    let native = match event.native.strip_prefix("reaction:session:") {
        Some(_) => "reaction:session:*",
        None => &event.native,
    };
    json!({ "native": native, "thread": event.thread, "external": event.external, "body": body })
}

#[tokio::test]
async fn every_event_that_we_handle_is_read_and_the_others_are_passed_over() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let list = |name: &str| fixtures[name].as_array().cloned().expect("a list");
    let mut reading = reading();
    for event in list("heard") {
        let events = reading.hear(&event).await.iter().map(told).collect::<Vec<_>>();
        assert_eq!(json!(events), event["events"], "{}", event["name"]);
    }
    assert!(list("ignored").len() >= 10);
    let ignored = |reading: &Reading| reading.storing.account.standing().counts.expect("they are counted");
    for event in list("ignored") {
        let kind = kinds::known(event["kind"].as_str().expect("a kind")).expect("a kind that is known");
        let mut expected = ignored(&reading);
        expected.ignore(kind);
        assert_eq!(reading.hear(&event).await, [], "{}", event["name"]);
        assert_eq!(ignored(&reading), expected, "{}", event["name"]);
    }
    for event in list("gone") {
        let channel = event["data"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let known = |reading: &Reading| reading.storing.account.places.of(channel).is_some();
        assert!(known(&reading), "{}", event["name"]);
        assert_eq!(reading.hear(&event).await, [], "{}", event["name"]);
        assert!(!known(&reading), "{}", event["name"]);
    }
    assert_eq!(reading.memory.unread().len(), 0, "what we do not handle is not unreadable");
    for (count, event) in list("unread").iter().enumerate() {
        assert_eq!(reading.hear(event).await, [], "{}", event["name"]);
        let unread = reading.memory.unread();
        assert_eq!(unread.len(), count + 1, "{} is kept", event["name"]);
        let kept: Value = serde_json::from_slice(&unread[count].1).expect("JSON");
        assert_eq!(kept["d"], event["data"]);
        let again = reading.storing.account.replay(&reading.memory, unread[count].1.clone()).await;
        assert!(matches!(again, Err(ReplayError::Unread(_))), "{}: {again:?}", event["name"]);
        assert_eq!(reading.memory.unread().len(), count + 1, "it is not kept twice");
    }
}

/// A kind that the code knows and of which there is no fixture fails here.
#[test]
fn there_is_a_fixture_of_every_kind_that_is_heard() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let lists = [&fixtures["heard"], &fixtures["gone"]];
    let events = lists.into_iter().filter_map(Value::as_array).flatten().collect::<Vec<_>>();
    let kinds = HEARD.into_iter().map(|(kind, _)| kind);
    let missing = kinds.filter(|kind| !events.iter().any(|event| event["kind"] == *kind));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
    let interactions: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let kinds = interactions.iter().filter_map(|fixture| fixture["data"]["type"].as_u64());
    let kinds = kinds.collect::<std::collections::BTreeSet<_>>();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5], "Discord has no others");
}

#[tokio::test]
async fn what_was_kept_is_taken_once_it_can_be_read() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let reading = reading();
    let Reading { storing, memory, .. } = &reading;
    for (event, sequence) in fixtures["heard"].as_array().expect("a list").iter().zip(1..) {
        let before = memory.accepted().len();
        let kind = event["kind"].as_str().expect("a kind");
        let frame = Raw { kind, told: Some(("session", sequence)), data: &event["data"] }.frame();
        let replayed = storing.account.replay(memory, frame.to_string().into()).await;
        assert_eq!(replayed, Ok(()), "{}", event["name"]);
        let events = memory.accepted().split_off(before).iter().map(told).collect::<Vec<_>>();
        assert_eq!(json!(events), event["events"], "{}", event["name"]);
    }
    let interactions: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    for fixture in interactions {
        let before = memory.accepted().len();
        let replayed = storing.account.replay(memory, fixture["data"].to_string().into()).await;
        let event = memory.accepted().split_off(before).first().map(told).unwrap_or_default();
        assert_eq!(event, fixture["event"], "{}", fixture["name"]);
        // A repeat is known by its id, and adds nothing.
        let again = fixture["name"].as_str().is_some_and(|name| name.ends_with("again"));
        assert_eq!(replayed.is_ok(), again || !event.is_null(), "{}: {replayed:?}", fixture["name"]);
    }
    let broken = storing.account.replay(memory, "{".into()).await;
    assert!(matches!(broken, Err(ReplayError::Unread(_))), "{broken:?}");
}

/// One that is still there cannot be opened any more.
#[tokio::test]
async fn a_kept_press_on_a_form_that_is_gone_is_taken_as_the_words_on_its_button() {
    let interactions: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let button = interactions.iter().find(|fixture| fixture["name"] == "a button").expect("a press");
    let pressed = button["data"].to_string().replace("0=track:17", "0&9f2c");
    let Reading { storing, memory, .. } = reading();
    let conversation = memory.conversation("dc", "201");
    let order = Field { name: "order".into(), label: "Which order?".into(), kind: FieldKind::Number };
    let form = Form { id: "9f2c".into(), title: "Send it back".into(), fields: vec![order] };
    let opens = Button { title: form.title.clone(), action: Action::Form(Box::new(form)) };
    memory.say(conversation, Content::Buttons { text: "Once more?".into(), buttons: vec![opens] });
    let replayed = storing.account.replay(&memory, pressed.clone().into()).await;
    assert!(matches!(replayed, Err(ReplayError::Unread(_))), "{replayed:?}");
    assert_eq!(memory.accepted().len(), 0);
    memory.forget(conversation);
    assert_eq!(storing.account.replay(&memory, pressed.into()).await, Ok(()));
    let event = memory.accepted().first().map(told).expect("it is taken");
    assert_eq!(
        (&event["native"], &event["body"]["content"]),
        (&json!("903"), &json!({ "type": "text", "text": "Track it" }))
    );
}

/// What people say must stand in no log, whatever form it comes in.
#[tokio::test]
async fn what_cannot_be_read_of_a_list_is_kept_once_however_often_it_is_fetched() {
    let Reading { memory, storing, .. } = reading();
    let data = json!({ "id": "306", "type": 99 });
    let fetched = Raw { kind: "MESSAGE_CREATE", told: None, data: &data };
    for _ in 0..2 {
        storing.keep_unread(fetched, "it is of tomorrow".to_owned()).await.expect("nobody stops it");
    }
    let counts = storing.account.standing().counts.expect("they are counted");
    assert_eq!((memory.unread().len(), counts.unread), (1, 1));
}

#[tokio::test]
async fn nothing_that_was_said_stands_in_the_reasons_why_it_was_not_read() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let interactions: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let Reading { memory, storing, .. } = reading();
    for event in fixtures["heard"].as_array().expect("a list") {
        let kind = event["kind"].as_str().expect("a kind");
        for (data, sequence) in spoilt(&event["data"]).into_iter().zip(1..) {
            let dispatch = Dispatch { sequence, kind: kind.to_owned(), data };
            storing.happened("session", dispatch).await.expect("nobody stops it");
        }
    }
    let of_events = memory.unread().len();
    for data in interactions.iter().flat_map(|fixture| spoilt(&fixture["data"])) {
        let taken = interactions::take(&storing.account, &memory, &data, &Turn::alone()).await;
        taken.expect("it is stored or kept");
    }
    let unread = memory.unread();
    assert!(of_events > 100 && unread.len() > of_events + 100, "{of_events} of {}", unread.len());
    for (_, body, why) in &unread {
        assert!(!quotes(why), "{why}: {}", String::from_utf8_lossy(body));
    }
    let broken = storing.account.replay(&memory, format!("{{\"{SAID}").into()).await;
    assert_eq!(broken, Err(ReplayError::Unread("it is no JSON at line 1, column 32".to_owned())));
}

#[tokio::test]
async fn files_can_be_fetched_by_what_is_told_of_them() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let mut reading = reading();
    let with_files = fixtures["heard"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|event| event["name"] == "words and two files");
    let events = reading.hear(with_files.expect("the fixture")).await;
    let natives = events.iter().flat_map(|event| &event.attachments).map(|file| file.native.as_str());
    assert_eq!(natives.collect::<Vec<_>>(), ["201/306/401", "201/306/402"]);
}

#[tokio::test]
async fn every_interaction_is_read_and_acknowledged_as_it_must_be() {
    let fixtures: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let Reading { memory, storing, .. } = reading();
    for fixture in &fixtures {
        let before = memory.accepted().len();
        let response = interactions::take(&storing.account, &memory, &fixture["data"], &Turn::alone())
            .await
            .expect("it is stored");
        let kind = match response {
            Response::Say(mut response) => {
                let data = response.as_object_mut().and_then(|response| response.remove("data"));
                assert_eq!(data.is_some(), response["type"] == 9, "{}", fixture["name"]);
                response
            }
            Response::Silence => Value::Null,
        };
        assert_eq!(kind, fixture["response"], "{}", fixture["name"]);
        let mut events = memory.accepted().split_off(before);
        events.retain(|event| !matches!(event.body, Body::Introduced { .. }));
        assert_eq!(events.first().map(told).unwrap_or_default(), fixture["event"], "{}", fixture["name"]);
        assert!(events.len() <= 1);
    }
    assert_eq!(memory.unread().len(), 0);
    for odd in [json!({"type": 77, "id": "1"}), json!({"id": "1"}), json!({"type": 2, "id": "1"}), json!([])]
    {
        assert!(matches!(
            interactions::take(&storing.account, &memory, &odd, &Turn::alone()).await,
            Ok(Response::Silence)
        ));
    }
    for (name, place) in
        [("a command on a person", "/data/type"), ("a menu of people", "/data/component_type")]
    {
        let fixture = fixtures.iter().find(|fixture| fixture["name"] == name).expect("the fixture");
        let mut data = fixture["data"].clone();
        *data.pointer_mut(place).expect("its type") = json!(99);
        let taken = interactions::take(&storing.account, &memory, &data, &Turn::alone()).await;
        assert!(matches!(taken, Ok(Response::Silence)), "{name}");
    }
    let form = fixtures.iter().find(|fixture| fixture["name"] == "a form").expect("the fixture");
    let mut empty = form["data"].clone();
    empty["data"]["components"] = json!([]);
    let taken = interactions::take(&storing.account, &memory, &empty, &Turn::alone()).await;
    assert!(matches!(taken, Ok(Response::Silence)), "nothing was filled in");
    assert_eq!(memory.unread().len(), 7, "each is kept for a later look");
    let ignored = storing.account.standing().counts.expect("they are counted").ignored_kinds;
    let expected = [
        ("APPLICATION_COMMAND", 1),
        ("APPLICATION_COMMAND_AUTOCOMPLETE", 1),
        ("MESSAGE_COMPONENT", 2),
        ("MODAL_SUBMIT", 1),
    ];
    assert_eq!(ignored, std::collections::BTreeMap::from(expected));
}

#[tokio::test]
async fn who_wants_every_message_hears_every_message() {
    let fixtures: Value = serde_json::from_str(include_str!("../fixtures/events.json")).expect("JSON");
    let mut reading = reading();
    let lunch = fixtures["ignored"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|event| event["name"] == "a server's message that is not for the bot");
    let lunch = lunch.expect("the fixture");
    for (policy, expected) in
        [(GuildMessages::Mentions, 0), (GuildMessages::None, 0), (GuildMessages::All, 1)]
    {
        let config = reading.storing.account.config.clone();
        let config = Config { guild_messages: policy, ..config };
        let account = config
            .account(&Fence::none(), |_: &Path| Err(std::io::Error::other("no files")))
            .expect("an account");
        reading.storing.account = Arc::new(account);
        assert_eq!(reading.hear(lunch).await.len(), expected, "{policy:?}");
    }
}
