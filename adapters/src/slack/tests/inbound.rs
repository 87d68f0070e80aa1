//! Do the payloads of Slack's documents mean what they should?

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf, sync::LazyLock};

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Body};

use super::super::{
    Channels, Commands, Threads,
    inbound::{Event, Heard, Manner, RENAMED, hear},
    kinds::HEARD,
    message::{CHANGED, DELETED, WRITTEN},
    payload::Payload,
};
use crate::testing::spoilt::{places, quotes, spoilt};

pub(super) fn manner() -> Manner {
    Manner {
        connection: "support".to_owned(),
        threads: Threads::Own,
        channels: Channels::Mentions,
        commands: Commands::Private,
    }
}

/// Name and body of each fixture, in the order of their names.
pub(super) fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/slack/fixtures");
    let files = fs::read_dir(folder).expect("the folder of the fixtures");
    let mut all = files
        .map(|file| {
            let path = file.expect("a file of the folder").path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let mut body = fs::read(path).expect("a readable file");
            if is_form(&name) {
                // Forms have no line end.
                body.truncate(body.trim_ascii_end().len());
            }
            (name, body)
        })
        .collect::<Vec<_>>();
    all.sort();
    all
}

/// Whether a fixture is a form rather than JSON.
pub(super) fn is_form(name: &str) -> bool {
    name.rsplit('.').next() == Some("form")
}

pub(super) fn fixture(name: &str) -> Vec<u8> {
    let found = fixtures().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("there is no fixture {name}")).1
}

fn heard(manner: &Manner, name: &str, body: &[u8]) -> Heard {
    let payload = Payload::read(body).unwrap_or_else(|why| panic!("{name}: {why}"));
    hear(manner, None, payload).unwrap_or_else(|why| panic!("{name}: {why}"))
}

fn told(event: &Event) -> String {
    let body = match &event.body {
        Body::Message { content, .. } => match content {
            Content::Text { text, .. } => format!("says {text:?}"),
            Content::Image { alt, caption, .. } => format!("shows {alt:?}, {caption:?}"),
            Content::File { name, media_type, size, .. } => format!("sends {name:?}, {media_type}, {size}"),
            other => format!("{other:?}"),
        },
        Body::Edited { id, content } => format!("changes {id} to {:?}", content.plain()),
        Body::Deleted { id } => format!("takes back {id}"),
        Body::Press { value, title } => format!("presses {value:?} ({title})"),
        Body::Opened { attributes, .. } => format!("opens {}", serde_json::json!(attributes)),
        Body::Submitted { form, fields } => format!("fills in {form}: {}", serde_json::json!(fields)),
        Body::Custom { name, data } => format!("{name} {data}"),
        other => format!("{other:?}"),
    };
    let overheard = if event.overheard { " (overheard)" } else { "" };
    let files = event.attachments.iter().map(|file| file.native.as_str()).collect::<Vec<_>>();
    let files = if files.is_empty() { String::new() } else { format!(" [{}]", files.join(", ")) };
    let more = if event.response_url.is_some() { " +url" } else { "" };
    format!("{} {} {}: {body}{files}{overheard}{more}", event.place, event.person, event.native)
}

#[test]
fn all_that_a_message_was_told_as_is_taken_back_with_it() {
    let events = |event: &Value| {
        let envelope = json!({"type": "event_callback", "event_id": "Ev1", "event": event}).to_string();
        match heard(&manner(), "a message", envelope.as_bytes()) {
            Heard::Events(events) => events,
            other => panic!("{other:?}"),
        }
    };
    let file = |id: &str, kind: &str| json!({"id": id, "name": "tent", "mimetype": kind, "mode": "hosted"});
    let (bill, tent) = (file("F1", "application/pdf"), file("F2", "image/png"));
    let check = |text: &str, files: &[&Value], parts: usize| {
        let said = json!({
            "type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "1700000000.000100",
            "text": text, "files": files,
        });
        let deleted = json!({
            "type": "message", "subtype": "message_deleted", "channel": "D1", "ts": "1700000001.000100",
            "deleted_ts": "1700000000.000100", "previous_message": said,
        });
        let told = events(&said).into_iter().map(|event| event.native).collect::<Vec<_>>();
        assert_eq!(told.len(), parts, "{told:?}");
        let (natives, ids): (BTreeSet<_>, Vec<_>) = events(&deleted)
            .into_iter()
            .map(|event| match event.body {
                Body::Deleted { id } => (event.native, id),
                other => panic!("{other:?}"),
            })
            .unzip();
        assert_eq!((natives.len(), ids), (parts, told), "each has an id of its own");
    };
    check("Look", &[], 1);
    check("Look", &[&tent], 1);
    check("Look", &[&bill, &tent], 3);
    check("", &[&bill, &tent], 2);
}

#[test]
fn every_event_means_what_it_should() {
    let mut table = String::new();
    for (name, body) in fixtures() {
        let lines = match heard(&manner(), &name, &body) {
            Heard::Events(events) => events.iter().map(told).collect(),
            Heard::Form { form, trigger, words, .. } => {
                vec![format!("opens {form} by {trigger}, or {}", told(&words))]
            }
            other => vec![format!("{other:?}")],
        };
        let lines = if lines.is_empty() { vec!["nothing".to_owned()] } else { lines };
        for line in lines {
            writeln!(table, "{name:34} {line}").expect("a string takes all");
        }
    }
    insta::assert_snapshot!(table);
}

/// Whether it is heard that something happened.
fn means_something(heard: &Heard) -> bool {
    match heard {
        Heard::Nothing => false,
        Heard::Events(events) => !events.is_empty(),
        Heard::Form { .. }
        | Heard::Challenge(_)
        | Heard::Limited(_)
        | Heard::Revoked(_)
        | Heard::Renamed { .. } => true,
    }
}

/// An event that the app asks for, or a kind of message that the code knows, of which there is no fixture that means
/// something fails here.
#[test]
fn there_is_a_fixture_of_every_kind_that_is_heard() {
    let (mut events, mut subtypes, mut interactions) = (Vec::new(), Vec::new(), Vec::new());
    for (name, body) in fixtures() {
        if !means_something(&heard(&manner(), &name, &body)) {
            continue;
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if is_form(&name) {
            let mut fields = url::form_urlencoded::parse(&body);
            let payload = fields.find(|(field, _)| field == "payload");
            let payload = payload.map(|(_, text)| serde_json::from_str::<Value>(&text).expect("JSON"));
            interactions.push(payload.map_or_else(|| "command".to_owned(), |payload| text(&payload["type"])));
            continue;
        }
        let envelope: Value = serde_json::from_slice(&body).expect("a fixture of JSON");
        let event = &envelope["event"];
        let of = match event["channel_type"].as_str() {
            Some("im") => "message.im",
            Some("mpim") => "message.mpim",
            Some("group") => "message.groups",
            _ => "message.channels",
        };
        let kind = text(&event["type"]);
        events.push(if kind == "message" { of.to_owned() } else { kind });
        events.push(text(&envelope["type"]));
        subtypes.push(text(&event["subtype"]));
    }
    let missing = |known: &[&'static str], found: &[String]| {
        known.iter().copied().filter(|kind| !found.iter().any(|one| one == kind)).collect::<Vec<_>>()
    };
    let none = Vec::<&str>::new();
    assert_eq!(missing(&HEARD, &events), none);
    assert_eq!(missing(&["app_rate_limited", "event_callback", "url_verification"], &events), none);
    assert_eq!(missing(&["block_actions", "command", "view_submission"], &interactions), none);
    for known in [&WRITTEN[..], &RENAMED, &[CHANGED, DELETED]] {
        assert_eq!(missing(known, &subtypes), none);
    }
}

#[test]
fn what_is_none_of_its_business_is_passed_over() {
    let ignored = fixtures().into_iter().filter(|(name, _)| name.starts_with("ignored_")).collect::<Vec<_>>();
    assert!(ignored.len() >= 10, "only {} fixtures", ignored.len());
    for (name, body) in ignored {
        let heard = heard(&manner(), &name, &body);
        assert!(!means_something(&heard), "{name}: {heard:?}");
    }
}

#[test]
fn threads_channels_and_commands_are_as_they_are_set() {
    let check = |manner: &Manner, name: &str, expected: &[&str]| {
        let Heard::Events(events) = heard(manner, name, &fixture(name)) else { panic!("{name} is an event") };
        let places = events.iter().map(|event| event.place.to_string()).collect::<Vec<_>>();
        assert_eq!(places, expected, "{name}");
    };
    let own = manner();
    check(&own, "message_mention.json", &["C024BE91L:1355517523.000005"]);
    check(&own, "message_channel.json", &[]);
    check(&own, "app_home_opened.json", &["D0LAN2Q65"]);
    check(&own, "command.form", &["C024BE91L@U2147483697"]);
    let shared = Manner { threads: Threads::Shared, ..manner() };
    check(&shared, "message_mention.json", &["C024BE91L"]);
    check(&shared, "message_channel_thread.json", &[]);
    check(&shared, "message_im_thread.json", &["D024BE91L"]);
    check(&shared, "press_select.form", &["C024BE91L"]);
    check(&shared, "assistant_thread_started.json", &["D123ABC456"]);
    let all = Manner { channels: Channels::All, commands: Commands::Public, ..manner() };
    check(&all, "message_channel.json", &["C024BE91L:1355517523.000005"]);
    check(&all, "command.form", &["C024BE91L"]);
}

#[test]
fn a_mention_is_the_same_message_however_it_is_told() {
    let native = |name: &str| match heard(&manner(), name, &fixture(name)) {
        Heard::Events(events) => {
            events.into_iter().map(|event| (event.native, event.body)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(native("message_mention.json"), native("app_mention.json"));
}

#[test]
fn what_cannot_be_read_is_said_without_what_was_in_it() {
    let check = |body: &str, expected: &str| {
        let said = Payload::read(body.as_bytes()).and_then(|payload| hear(&manner(), None, payload));
        let said = said.expect_err(body);
        assert_eq!(said, expected);
        assert!(!said.contains("secret words"), "{said}");
    };
    check("{\"secret words", "it is no JSON at line 1, column 14");
    check("", "it is neither an event, an interaction nor a slash command");
    check("[]", "it is neither an event, an interaction nor a slash command");
    check("{}", "it lacks the field type");
    check(r#"{"type": 5}"#, "the field type must be a text, and is a whole number");
    check(r#"{"type": "event_callback"}"#, "it lacks the event_id");
    check(r#"{"type": "event_callback", "event_id": "Ev1"}"#, "it lacks the event");
    check(r#"{"type": "event_callback", "event_id": "Ev1", "event": {}}"#, "the event lacks its type");
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "user": "U1", "text": "secret words"}}"#,
        "the event lacks its channel",
    );
    for user in ["", r#""user": "nobody", "#] {
        let message = format!(
            r#"{{"type": "event_callback", "event_id": "Ev1", "event": {{"type": "message", {user}"channel": "D1", "ts": "1700000000.000100", "text": "secret words"}}}}"#
        );
        check(&message, "the event lacks its user");
    }
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "user": "U1", "text": {"secret words": 1}}}"#,
        "the field text must be a text, and is an object",
    );
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "channel_rename", "channel": {"id": "C1"}}}"#,
        "the event lacks its channel or how that is called",
    );
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "tokens_revoked"}}"#,
        "the event lacks its tokens",
    );
    check(r#"{"type": "telepathy"}"#, "what is sent as telepathy is not known");
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "something_slack_will_add"}}"#,
        "events of the kind something_slack_will_add are not known",
    );
    check(
        r#"{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "subtype": "sung", "channel": "D1", "user": "U1", "ts": "1700000000.000100", "text": "secret words"}}"#,
        "messages of the subtype sung are not known",
    );
    check(
        "payload=%7B%22type%22%3A%22gaze%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%7D",
        "interactions of the kind gaze are not known",
    );
    check("command=%2Forder&user_id=U1", "channel_id is missing");
    check("payload=%7B%22type%22%3A%22block_actions%22%7D", "it lacks the field user");
}

#[test]
fn what_people_say_among_themselves_is_passed_over_and_another_new_kind_is_not() {
    let hears = |subtype: &str, more: Value| {
        let mut event =
            json!({ "type": "message", "subtype": subtype, "channel": "C1", "ts": "1700000000.000100" });
        for (name, value) in more.as_object().expect("an object") {
            event[name] = value.clone();
        }
        let envelope = json!({ "type": "event_callback", "event_id": "Ev1", "event": event }).to_string();
        Payload::read(envelope.as_bytes()).and_then(|payload| hear(&manner(), Some("U0BOT"), payload))
    };
    let (passed, unknown) =
        (Ok(Heard::Events(Vec::new())), Err("messages of the subtype sung are not known".to_owned()));
    let file = json!([{ "id": "F1", "name": "tent", "mode": "hosted" }]);
    for among_themselves in [
        json!({ "user": "U1", "text": "la" }),
        json!({ "user": "U1", "files": file }),
        json!({ "bot_id": "B1", "text": "la" }),
    ] {
        assert_eq!(hears("sung", among_themselves), passed);
    }
    for new in [
        json!({ "user": "U1", "text": "la <@U0BOT>" }),
        json!({ "user": "U1" }),
        json!({ "user": "U1", "text": " ", "files": [] }),
        json!({ "text": "the channel sings" }),
        json!({}),
    ] {
        assert_eq!(hears("sung", new), unknown);
    }
    for silent in ["share_shortcut", "tabbed_canvas_updated", "channel_canvas_updated", "channel_join"] {
        assert_eq!(hears(silent, json!({ "user": "U1", "channel": "D1", "text": "la" })), passed, "{silent}");
    }
}

static ALL: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(fixtures);

/// What people say must stand in no log, whatever form it comes in.
#[test]
fn nothing_that_was_said_stands_in_the_reasons_why_it_was_not_read() {
    let mut reasons = 0;
    for (name, body) in ALL.iter().filter(|(name, _)| !is_form(name)) {
        for odd in spoilt(&serde_json::from_slice(body).expect("a fixture of JSON")) {
            let read = Payload::read(odd.to_string().as_bytes());
            if let Err(why) = read.and_then(|payload| hear(&manner(), None, payload)) {
                assert!(!quotes(&why), "{name}: {why} of {odd}");
                reasons += 1;
            }
        }
    }
    assert!(reasons > 100, "{reasons} could not be read");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_comes_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        odd in prop::sample::select(vec![
            json!(null), json!(true), json!(-1), json!(1e300), json!(""), json!("\u{202e}<@U0BOT|"), json!("1.2"),
            json!([]), json!([[{}]]), json!({}), json!({"type": "message"}),
        ]),
        cut in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let (name, body) = which.get(&ALL);
        let hears = |body: &[u8]| {
            let heard = Payload::read(body).and_then(|payload| hear(&manner(), Some("U0BOT"), payload));
            if let Ok(Heard::Events(events)) = heard {
                for event in events {
                    let name = event.place.to_string();
                    assert_eq!(super::super::place::Place::parse(&name), Some(event.place.clone()), "{name}");
                    assert!(!event.native.is_empty());
                }
            }
        };
        if !is_form(name) {
            let mut tree: Value = serde_json::from_slice(body).expect("a fixture of JSON");
            let found = places(&tree);
            *tree.pointer_mut(place.get::<String>(&found)).expect("a place of this tree") = odd;
            hears(tree.to_string().as_bytes());
        }
        let mut broken = body.clone();
        let at = cut.index(broken.len());
        broken[at] = byte;
        hears(&broken);
        hears(&body[..at]);
    }
}
