//! Several talk in a channel: its name, mentions, threads, and who is who.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use studio_core::dialogue::Body;

use super::scene::{ANNA, DIRECT, GENERAL, Scene, Way};
use crate::host::Host as _;

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
