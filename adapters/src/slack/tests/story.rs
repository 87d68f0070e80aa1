//! A visitor is served: words, buttons, lists, files, changes, threads, commands, the assistant.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    content::{Action, Button, Card, Content, Field, FieldKind, Form, Loss, Picture, Row, Section, Source},
    dialogue::{Body, Filled},
};

use super::{
    super::turns::Turns,
    scene::{ANNA, DIRECT, GENERAL, Scene, Way},
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::Outcome,
    rate::Rate,
    testing::{edit, edit_of},
};

fn button(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

#[tokio::test]
async fn a_visitor_is_served_in_direct_messages() {
    for way in [Way::Posts, Way::Sockets] {
        let scene = Scene::new(way).await;
        let mut left = BTreeMap::new();
        let ts = scene.say("where is <my> order?").await;
        let stored = scene.accepted(1).await;
        assert_eq!((stored[0].thread.as_str(), stored[0].external.as_str()), (DIRECT, ANNA));
        assert_eq!(stored[0].native, format!("{DIRECT}:{ts}"));
        scene.deliver(DIRECT, &mut left).await;
        assert_eq!(scene.texts(DIRECT).await.len(), 1, "{way:?}");

        // Buttons, one of whose values no button of Slack's carries.
        let long = "return because ".repeat(30);
        let buttons = vec![button("Track", "track"), button("Return", &long)];
        let attempt = scene.tell(DIRECT, Content::Buttons { text: "What now?".into(), buttons }).await;
        assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
        let on = attempt.parts[0].clone();
        for (title, value, count) in [("Track", "track", 2), ("Return", long.as_str(), 3)] {
            scene.does("press", json!({ "user": ANNA, "channel": DIRECT, "ts": on, "title": title })).await;
            let stored = scene.accepted(count).await;
            let pressed = Body::Press { value: value.to_owned(), title: title.to_owned() };
            assert_eq!(stored[count - 1].body, pressed, "{way:?}");
        }

        // A list of a hundred rows is one select.
        let row = |number: usize| Row {
            title: format!("Row {number}"),
            description: None,
            value: format!("{number}{}", "x".repeat(number * 3)),
        };
        let sections = vec![Section { title: Some("All".into()), rows: (1..=100).map(row).collect() }];
        let list = Content::List { text: "Which?".into(), button: "Choose".into(), sections };
        let attempt = scene.tell(DIRECT, list).await;
        assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
        for (count, number) in [(4, 1), (5, 57), (6, 100)] {
            let title = format!("Row {number}");
            let press = json!({ "user": ANNA, "channel": DIRECT, "ts": attempt.parts[0], "title": title });
            scene.does("press", press).await;
            let stored = scene.accepted(count).await;
            assert_eq!(stored[count - 1].body, Body::Press { value: row(number).value, title });
        }
        // Who she is was asked for, once.
        let is_profile = |native: &str| native == format!("profile:{DIRECT}:{ANNA}");
        scene
            .until("she is known", async || scene.host.accepted().iter().any(|one| is_profile(&one.native)))
            .await;
        let all = scene.host.accepted().into_iter().filter(|one| is_profile(&one.native)).collect::<Vec<_>>();
        let [profile] = all.as_slice() else { panic!("{all:?}") };
        let Body::Introduced { language, attributes } = &profile.body else { panic!("{profile:?}") };
        assert_eq!((language.as_deref(), &attributes["name"]), (Some("en-US"), &json!("u0anna")));

        // Slack tells no delivery states, and gives no conversation another name.
        assert!(scene.host.reports().is_empty() && scene.host.moves().is_empty());
    }
}

#[tokio::test]
async fn a_channel_that_is_renamed_is_called_so() {
    let scene = Scene::new(Way::Posts).await;
    let mention = json!({ "user": ANNA, "channel": GENERAL, "text": "<@U0BOT0001> where is my order?" });
    let said = scene.does("say", mention).await;
    let thread = format!("{GENERAL}:{}", said["ts"].as_str().expect("a time stamp"));
    let titles = || {
        let all = scene.host.accepted().into_iter().filter(|one| one.external == GENERAL);
        all.map(|one| {
            assert_eq!(one.thread, thread, "nothing was said elsewhere");
            let Body::Introduced { attributes, .. } = one.body else { panic!("{:?}", one.body) };
            attributes["name"].as_str().expect("a name").to_owned()
        })
        .collect::<Vec<_>>()
    };
    let mut expected = vec!["#general".to_owned()];
    scene.until("the channel is known", async || titles() == expected).await;
    // There and back again; Slack tells it as a message as well.
    for (old, name) in [("general", "lounge"), ("lounge", "general"), ("general", "lounge")] {
        let renamed =
            json!({ "type": "channel_rename", "channel": { "id": GENERAL, "name": name, "created": 1 } });
        scene.does("event", renamed).await;
        let told = json!({
            "type": "message", "subtype": "channel_name", "channel": GENERAL, "user": ANNA, "old_name": old,
            "name": name, "ts": "1700000001.000100", "text": "renamed", "channel_type": "channel",
        });
        scene.does("event", told).await;
        expected.push(format!("#{name}"));
        scene.until("the channel is called so", async || titles() == expected).await;
    }
}

#[tokio::test]
async fn files_go_both_ways() {
    let scene = Scene::new(Way::Posts).await;
    let picture = Bytes::from_static(b"\x89PNG a picture");
    let sent = json!({
        "user": ANNA, "name": "../tent.png", "media_type": "image/png", "content": STANDARD.encode(&picture),
        "text": "is it this one?",
    });
    scene.does("file", sent).await;
    let stored = scene.accepted(1).await;
    let [attachment] = stored[0].attachments.as_slice() else { panic!("{stored:?}") };
    assert_eq!((attachment.name.as_str(), attachment.media_type.as_str()), ("tent.png", "image/png"));
    let Body::Message { content: Content::Image { source, caption, .. }, .. } = &stored[0].body else {
        panic!("{:?}", stored[0].body)
    };
    assert_eq!(*source, Source::Media(attachment.media));
    assert_eq!(caption.as_deref(), Some("is it this one?"));
    assert_eq!(scene.account.fetch(&attachment.native).await, Ok(picture));

    // What the token of another app cannot have, what is gone.
    scene.breaks(json!({ "media_expired": 1.0 })).await;
    let gone = scene.account.fetch(&attachment.native).await.expect_err("it expired");
    assert_eq!(gone.to_string(), "the file is gone from Slack");
    assert!(scene.account.fetch("https://evil.example/x").await.is_err());
    scene.breaks(json!({})).await;

    let conversation = scene.conversation(DIRECT);
    let facts = MediaFacts { name: "bill.pdf".into(), media_type: "application/pdf".into(), size: 9 };
    let bytes = Bytes::from_static(b"%PDF-1.7 ");
    let media = scene.host.save_media(conversation, facts, bytes.clone()).await.expect("kept in memory");
    let file = Content::File {
        source: Source::Media(media),
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: 9,
    };
    let attempt = scene.tell(DIRECT, file).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    let id = attempt.parts[0].strip_prefix("file:").expect("a file's name").to_owned();
    let shown = scene.shown(DIRECT).await;
    let of_bot = &shown.last().expect("the file is there")["value"]["files"][0];
    assert_eq!((of_bot["id"].as_str(), of_bot["title"].as_str()), (Some(id.as_str()), Some("bill.pdf")));
    assert_eq!(scene.account.fetch(&id).await, Ok(bytes));

    let image = Content::Image {
        source: Source::Media(media),
        alt: "A bill".into(),
        caption: Some("**Yours**".into()),
    };
    scene.tell(DIRECT, image).await;
    assert_eq!(scene.texts(DIRECT).await.last().map(String::as_str), Some("*Yours*"));
    let gone = scene.account.retract(DIRECT, &[format!("file:{id}")]).await;
    assert_eq!(gone.outcome, Outcome::Done);
    assert!(scene.account.fetch(&id).await.is_err());
}

#[tokio::test]
async fn changes_go_both_ways() {
    let scene = Scene::new(Way::Posts).await;
    let ts = scene.say("order 17").await;
    scene.accepted(1).await;
    scene.does("edit", json!({ "channel": DIRECT, "ts": ts, "text": "order 18" })).await;
    let stored = scene.accepted(2).await;
    let id = stored[0].native.clone();
    assert_eq!(stored[1].body, Body::Edited { id: id.clone(), content: Content::text("order 18") });
    scene.does("delete", json!({ "channel": DIRECT, "ts": ts })).await;
    assert_eq!(scene.accepted(3).await[2].body, Body::Deleted { id });

    // Two parts become one, one becomes two.
    let first = scene.tell(DIRECT, Content::text("long ".repeat(4_000))).await;
    assert_eq!((first.parts.len(), first.losses), (2, vec![Loss::TextSplit { into: 2 }]));
    let edit = async |parts: &[String], text: &str| {
        scene.account.edit(&scene.host, &edit(DIRECT, parts, Content::text(text))).await
    };
    let shorter = edit(&first.parts, "short").await;
    assert_eq!((shorter.outcome, shorter.parts.as_slice()), (Outcome::Done, &first.parts[..1]));
    assert_eq!(scene.texts(DIRECT).await, ["short"]);
    let longer = edit(&shorter.parts, &"more ".repeat(4_000)).await;
    assert_eq!((longer.outcome, longer.parts.len()), (Outcome::Done, 2));
    let gone = scene.account.retract(DIRECT, &longer.parts).await;
    assert_eq!(gone.outcome, Outcome::Done);
    assert_eq!(scene.texts(DIRECT).await, Vec::<String>::new());
    // What is gone already is taken back.
    assert_eq!(scene.account.retract(DIRECT, &longer.parts).await.outcome, Outcome::Done);
    let late = edit(&longer.parts, "late").await.outcome;
    assert!(matches!(&late, Outcome::Dead { reason } if reason.contains("message_not_found")), "{late:?}");
    // Our own changes come back as events, and nothing comes of them.
    assert_eq!(scene.stored().len(), 3);
}

#[tokio::test]
async fn a_change_that_slack_does_not_make_is_no_success_and_changes_nothing() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let conversation = scene.conversation(DIRECT);
    let facts = MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: 4 };
    let media = scene.host.save_media(conversation, facts, Bytes::from_static(b"\x89PNG")).await;
    let source = Source::Media(media.expect("kept in memory"));
    let image = Content::Image { source, alt: "A tent".into(), caption: None };
    let words = scene.tell(DIRECT, Content::text("your tent")).await.parts;
    let shown = scene.tell(DIRECT, image.clone()).await;
    assert_eq!(shown.outcome, Outcome::Done);
    let picture = shown.parts;
    assert!(picture[0].starts_with("file:"), "{picture:?}");
    let before = scene.shown(DIRECT).await;
    for (parts, content) in
        [(&picture, Content::text("no tent")), (&picture, image.clone()), (&words, image.clone())]
    {
        let attempt = scene.account.edit(&scene.host, &edit(DIRECT, parts, content)).await;
        assert!(
            matches!(&attempt.outcome, Outcome::Dead { reason } if reason.contains("send a new one")),
            "{attempt:?}"
        );
    }
    assert_eq!(scene.shown(DIRECT).await, before);
}

#[tokio::test]
async fn a_file_stays_where_the_rest_of_a_message_is_changed() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let facts = MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: 4 };
    let kept = scene.host.save_media(scene.conversation(DIRECT), facts, Bytes::from_static(b"\x89PNG")).await;
    let source = Source::Media(kept.expect("kept in memory"));
    let card = |text: &str| {
        let image = Some(Picture { source: source.clone(), alt: "A tent".into() });
        Content::Card(Card { title: "Alva".into(), text: Some(text.into()), image, buttons: Vec::new() })
    };
    let said = scene.tell(DIRECT, card("Light and dry")).await;
    assert_eq!((&said.outcome, said.parts.len()), (&Outcome::Done, 2));
    let before = card("Light and dry");
    let change = edit_of(&before, DIRECT, &said.parts, card("Sold out"));
    let changed = scene.account.edit(&scene.host, &change).await;
    assert_eq!((changed.outcome, &changed.parts), (Outcome::Done, &said.parts));
    let texts = scene.texts(DIRECT).await;
    assert!(texts.iter().any(|text| text.contains("Sold out")), "{texts:?}");
    // Of another file nothing is changed.
    let other = Content::Image { source: source.clone(), alt: "A bag".into(), caption: None };
    let attempt = scene.account.edit(&scene.host, &edit_of(&before, DIRECT, &said.parts, other)).await;
    assert!(
        matches!(&attempt.outcome, Outcome::Dead { reason } if reason.contains("Slack lets nobody change one")),
        "{attempt:?}"
    );
    assert_eq!(scene.texts(DIRECT).await, texts);
}

#[tokio::test]
async fn parts_that_a_change_adds_count_as_those_of_a_message_do() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let said = scene.tell(DIRECT, Content::text("short")).await;
    scene.host.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let mut change = edit(DIRECT, &said.parts, Content::text("more ".repeat(8_000)));
    let longer = scene.account.edit(&scene.host, &change).await;
    assert!(matches!(longer.outcome, Outcome::Retry { .. }), "{longer:?}");
    // What stands there is changed by another method than what is added is said by.
    assert_eq!((longer.parts.len(), scene.host.turns()), (3, 1), "the server has counted the change");
    scene.host.pace(Rate { count: 10, per: SignedDuration::from_secs(1) });
    change.parts = longer.parts;
    let whole = scene.account.edit(&scene.host, &change).await;
    assert_eq!((&whole.outcome, &whole.parts[..3]), (&Outcome::Done, &change.parts[..]));
    assert_eq!(scene.texts(DIRECT).await.len(), whole.parts.len());
}

/// Two more than the tier of `chat.delete` lets through at once.
#[tokio::test]
async fn what_is_taken_back_waits_for_its_turn() {
    let began = tokio::time::Instant::now();
    let scene = Scene::asking(Turns::new(began), Way::Posts, "", |_| {}).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    // Long before anybody said anything here.
    let gone = (0..7).map(|number| format!("1600000000.{number:06}")).collect::<Vec<_>>();
    let began = Instant::now();
    let taken = scene.account.retract(DIRECT, &gone).await;
    assert_eq!((taken.outcome, taken.parts), (Outcome::Done, gone));
    assert!(began.elapsed() > Duration::from_secs(2));
    let calls = scene.sees("calls").await;
    let calls = calls.as_array().into_iter().flatten();
    let asked = calls.filter(|call| call["method"] == "chat.delete").collect::<Vec<_>>();
    assert_eq!(asked.len(), 7);
    assert!(asked.iter().all(|call| call["error"] == "message_not_found"), "{asked:?}");
}

#[tokio::test]
async fn a_mention_begins_a_thread_that_goes_on() {
    let scene = Scene::new(Way::Posts).await;
    let mut left = BTreeMap::new();
    let said = |text: &str, thread: Option<&str>| {
        let mut body = json!({ "user": ANNA, "channel": GENERAL, "text": text });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        body
    };
    scene.does("say", said("good morning", None)).await;
    let called = scene.does("say", said("<@U0BOT0001> where is my order?", None)).await;
    let thread_ts = called["ts"].as_str().expect("a time stamp");
    let thread = format!("{GENERAL}:{thread_ts}");
    // Told twice, as a message and as a mention, and stored once.
    let stored = scene.accepted(1).await;
    assert_eq!(stored[0].thread, thread);
    scene.deliver(&thread, &mut left).await;
    scene.does("say", said("and the other one?", Some(thread_ts))).await;
    scene.accepted(2).await;
    scene.deliver(&thread, &mut left).await;
    let shown = scene.shown(GENERAL).await;
    let texts = shown.iter().map(|one| (one["value"]["thread_ts"].as_str(), one["value"]["text"].as_str()));
    assert_eq!(
        texts.collect::<Vec<_>>(),
        [
            (Some(thread_ts), Some("You said: where is my order?")),
            (Some(thread_ts), Some("You said: and the other one?")),
        ]
    );
    // Other people's threads, and reactions to what the bot has no part in, are none of its business.
    let other = scene.does("say", said("lunch?", None)).await;
    scene.does("say", said("yes", other["ts"].as_str())).await;
    let react = |ts: &Value| json!({ "user": ANNA, "channel": GENERAL, "ts": ts, "reaction": "thumbsup" });
    scene.does("react", react(&other["ts"])).await;
    scene.does("react", react(&called["ts"])).await;
    let stored = scene.accepted(3).await;
    let data = json!({ "reaction": "thumbsup", "message": thread });
    assert_eq!(stored[2].body, Body::Custom { name: "reaction_added".into(), data });
    assert_eq!(scene.stored().len(), 3);
}

#[tokio::test]
async fn nobody_is_introduced_where_several_talk() {
    let scene = Scene::new(Way::Posts).await;
    let said = |user: &str, text: &str, thread: &Value| json!({ "user": user, "channel": GENERAL, "text": text, "thread_ts": thread });
    let called = scene.does("say", said(ANNA, "<@U0BOT0001> where is my order?", &Value::Null)).await;
    scene.accepted(1).await;
    let mut left = BTreeMap::new();
    scene.deliver(&format!("{GENERAL}:{}", called["ts"].as_str().expect("a time stamp")), &mut left).await;
    scene.does("say", said("U0BEN", "and mine?", &called["ts"])).await;
    scene.accepted(2).await;
    scene.say("between us").await;
    scene.accepted(3).await;
    let profiles = || {
        let all = scene.host.accepted().into_iter().map(|one| one.native);
        all.filter(|native| native.starts_with("profile:")).collect::<Vec<_>>()
    };
    // People are asked for in the order in which they spoke.
    scene.until("she is known", async || !profiles().is_empty()).await;
    assert_eq!(profiles(), [format!("profile:{DIRECT}:{ANNA}")]);
    // The channel is, by its own name.
    let all = scene.host.accepted();
    let told = all.iter().find(|one| one.native.starts_with("channel:")).expect("how the channel is called");
    assert_eq!((told.thread.split(':').next(), told.external.as_str()), (Some(GENERAL), GENERAL));
    assert!(
        matches!(&told.body, Body::Introduced { attributes, .. } if attributes["name"] == "#general"),
        "{told:?}"
    );

    // Who of them spoke stands with each message: the id until Slack has told the name.
    let authors = || scene.host.accepted().into_iter().filter_map(|one| one.author).collect::<Vec<_>>();
    assert_eq!(authors()[..2], [ANNA, "U0BEN"]);
    scene
        .until("Ben has a name", async || {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let before = authors().len();
            scene.does("say", said("U0BEN", "again", &called["ts"])).await;
            scene.until("it is stored", async || authors().len() > before).await;
            authors().last().is_some_and(|name| !name.starts_with("U0"))
        })
        .await;
}

#[tokio::test]
async fn what_is_said_in_a_thread_before_its_first_turn_is_over_is_heard() {
    let scene = Scene::new(Way::Posts).await;
    let said = |text: &str, thread: &Value| json!({ "user": ANNA, "channel": GENERAL, "text": text, "thread_ts": thread });
    scene.host.hold_turns();
    let called = scene.does("say", said("<@U0BOT0001> where is my order?", &Value::Null)).await;
    scene.accepted(1).await;
    scene.does("say", said("it is number 4711", &called["ts"])).await;
    // Nobody called the bot here.
    let other = scene.does("say", said("lunch?", &Value::Null)).await;
    scene.does("say", said("yes", &other["ts"])).await;
    let stored = scene.accepted(2).await;
    assert_eq!(stored[1].thread, stored[0].thread);
    let acknowledged = async || {
        let deliveries = scene.sees("deliveries").await;
        deliveries.as_array().is_some_and(|all| all.iter().all(|one| one["acknowledged"] == json!(true)))
    };
    scene.until("all is acknowledged", acknowledged).await;
    assert_eq!(scene.stored().len(), 2);
    scene.host.take_turns();
    let messages =
        scene.host.messages(scene.conversation(&stored[0].thread), 0, 100).await.expect("in memory");
    assert_eq!(messages.len(), 4, "both are answered");
}

#[tokio::test]
async fn a_command_is_answered_for_its_eyes_alone() {
    let scene = Scene::new(Way::Posts).await;
    let mut left = BTreeMap::new();
    let thread = format!("{GENERAL}@{ANNA}");
    let typed = json!({ "user": ANNA, "channel": GENERAL, "command": "/order", "text": "17" });
    scene.does("command", typed.clone()).await;
    let stored = scene.accepted(1).await;
    assert_eq!(stored[0].thread, thread);
    assert!(matches!(&stored[0].body, Body::Message { content, .. } if content.plain() == "/order 17"));
    // Six messages: five by the address that came with the command, then by Slack's method.
    scene.deliver(&thread, &mut left).await;
    for number in 2..=6 {
        let attempt = scene.tell(&thread, Content::text(format!("{number}"))).await;
        assert_eq!((attempt.outcome, attempt.parts), (Outcome::Done, vec!["ephemeral".to_owned()]));
    }
    let shown = scene.shown(GENERAL).await;
    assert_eq!(shown.len(), 6);
    assert!(shown.iter().all(|message| message["only"] == json!(ANNA)), "{shown:?}");
    let methods = scene.sees("calls").await;
    let methods =
        methods.as_array().into_iter().flatten().filter(|call| call["method"] == "chat.postEphemeral");
    assert_eq!(methods.count(), 1);

    // A press on what only one person sees stays there.
    scene.does("command", typed).await;
    scene.accepted(2).await;
    let buttons = vec![button("Yes", "yes")];
    scene.tell(&thread, Content::Buttons { text: "Sure?".into(), buttons }).await;
    let shown = scene.shown(GENERAL).await;
    let on = shown.last().expect("the buttons are there")["value"]["ts"].clone();
    scene.does("press", json!({ "user": ANNA, "channel": GENERAL, "ts": on, "title": "Yes" })).await;
    let stored = scene.accepted(3).await;
    assert_eq!(
        (stored[2].thread.as_str(), &stored[2].body),
        (thread.as_str(), &Body::Press { value: "yes".into(), title: "Yes".into() })
    );

    let late = scene.account.retract(&thread, &["ephemeral".to_owned()]).await.outcome;
    assert!(matches!(late, Outcome::Dead { reason } if reason.contains("vanishes by itself")));
    // Where the bot is not, the person is written to directly.
    let elsewhere = format!("C0ELSEWHERE@{ANNA}");
    let attempt = scene.tell(&elsewhere, Content::text("hello")).await;
    assert!(attempt.parts[0].starts_with("D0ANNA:"), "{attempt:?}");
    assert_eq!(scene.texts(DIRECT).await, ["hello"]);
    // And reads there what a change adds, too.
    let longer = edit(&elsewhere, &attempt.parts, Content::text("more ".repeat(4_000)));
    let changed = scene.account.edit(&scene.host, &longer).await;
    assert_eq!((&changed.outcome, changed.parts.len()), (&Outcome::Done, 2), "{changed:?}");
    assert!(changed.parts.iter().all(|part| part.starts_with("D0ANNA:")), "{changed:?}");
    assert_eq!(scene.texts(DIRECT).await.len(), 2);
    assert_eq!(scene.account.retract(&elsewhere, &changed.parts).await.outcome, Outcome::Done);
    assert_eq!(scene.texts(DIRECT).await.len(), 0);
}

#[tokio::test]
async fn a_form_is_opened_at_a_press_filled_in_and_read() {
    for way in [Way::Posts, Way::Sockets] {
        let scene = Scene::new(way).await;
        scene.say("where shall it go to?").await;
        scene.accepted(1).await;
        let field =
            |name: &str, kind: FieldKind| Field { name: name.into(), label: format!("Your {name}"), kind };
        let fields = vec![field("street", FieldKind::Line), field("number", FieldKind::Number)];
        let form = Form { id: "9f2c".into(), title: "Your address".into(), fields };
        let opens =
            |form: &Form| Button { title: form.title.clone(), action: Action::Form(Box::new(form.clone())) };
        let asked = Content::Buttons { text: "Where to?".into(), buttons: vec![opens(&form)] };
        let attempt = scene.tell(DIRECT, asked).await;
        let on = attempt.parts[0].clone();
        scene
            .does("press", json!({ "user": ANNA, "channel": DIRECT, "ts": on, "title": "Your address" }))
            .await;
        let views = async || scene.sees("views").await.as_object().cloned().unwrap_or_default();
        scene.until("a form is open", async || !views().await.is_empty()).await;
        let view = views().await.keys().next().expect("one is open").clone();
        let values = json!({ "street": { "value": "Elm 1" }, "number": { "value": "17" } });
        scene.does("submit", json!({ "view": view, "values": values })).await;
        let stored = scene.accepted(2).await;
        assert_eq!(stored[1].thread, DIRECT);
        let Body::Submitted { form: id, fields } = &stored[1].body else { panic!("{:?}", stored[1].body) };
        let mut fields = fields.clone();
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!(id, "9f2c");
        assert_eq!(fields, [Filled::new("number", "17"), Filled::new("street", "Elm 1")]);
    }
}

#[tokio::test]
async fn the_assistant_shows_that_it_works() {
    let scene = Scene::new(Way::Posts).await;
    let mut left = BTreeMap::new();
    let opened = scene.does("assistant", json!({ "user": ANNA })).await;
    let ts = opened["thread_ts"].as_str().expect("a time stamp");
    let thread = format!("{DIRECT}:{ts}");
    let stored = scene.accepted(1).await;
    assert_eq!(stored[0].thread, thread);
    assert!(
        matches!(&stored[0].body, Body::Opened { attributes, .. } if attributes["slack_channel"] == GENERAL)
    );
    scene.does("say", json!({ "user": ANNA, "text": "hello", "thread_ts": ts })).await;
    scene.accepted(2).await;
    scene.account.typing(&thread).await;
    // Without a thread, Slack has no way to show it.
    scene.account.typing(DIRECT).await;
    scene.deliver(&thread, &mut left).await;
    let statuses = scene.sees("statuses").await;
    assert_eq!(statuses, json!([{ "channel": DIRECT, "thread_ts": ts, "status": "is typing…" }]));
    assert_eq!(scene.texts(DIRECT).await, ["You said: hello"]);
}
