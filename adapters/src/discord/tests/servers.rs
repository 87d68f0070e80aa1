//! Where several talk: channels of servers and threads.

use axum::{
    Json, Router,
    http::{StatusCode, Uri},
};

use super::*;
use crate::testing::serve;

#[tokio::test]
async fn in_a_server_the_bot_listens_where_it_is_spoken_to_and_a_thread_is_a_conversation() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let say = |channel: Value, text: &'static str, mention: bool| {
        platform.act("say", json!({"from": "bob", "channel": channel, "text": text, "mention": mention}))
    };
    say(json!("general"), "lunch?", false).await;
    say(json!("general"), "a question", true).await;
    let in_channel = studio.accepted("the mention", |event| words(event) == Some("a question")).await;
    let thread = platform.act("thread", json!({"name": "bob's tent", "channel": "support"})).await;
    say(thread["id"].clone(), "in a thread", true).await;
    let in_thread = studio.accepted("the thread", |event| words(event) == Some("in a thread")).await;
    assert_eq!(json!(in_thread.thread), thread["id"]);
    assert_ne!(in_thread.thread, in_channel.thread);
    let answer = platform.shown("You said: in a thread").await;
    assert_eq!(answer["channel_id"], thread["id"]);
    let reply = json!({"from": "bob", "channel": thread["id"], "text": "yes", "reply_to": answer["id"]});
    platform.act("say", reply).await;
    studio.accepted("the reply", |event| words(event) == Some("yes")).await;
    assert!(!studio.memory.accepted().iter().any(|event| words(event) == Some("lunch?")));
    studio.end().await;
}

#[tokio::test]
async fn a_change_of_what_was_said_to_the_bot_is_heard_whatever_it_says_now() {
    let all = "guild_messages = 'all'";
    for (more, expected) in [("", "…"), (all, "opening hours please?")] {
        let platform = Platform::new(|_| {}).await;
        let studio = Studio::new(&platform, &memory(), more);
        platform.open_sessions(1).await;
        let ask = json!({"from": "bob", "channel": "general", "text": "opening hours?", "mention": true});
        let asked = platform.act("say", ask).await["id"].clone();
        studio.accepted("the question", |event| words(event) == Some("opening hours?")).await;
        let lunch = json!({"from": "bob", "channel": "general", "text": "lunch?"});
        let lunch = platform.act("say", lunch).await["id"].clone();
        platform.act("edit", json!({"message": lunch, "text": "lunch at one?"})).await;
        platform.act("edit", json!({"message": asked, "text": "opening hours please?"})).await;
        let is_change = |event: &Incoming| matches!(&event.body, Body::Edited { id, .. } if *id == asked);
        let changed = studio.accepted("the change", is_change).await;
        let Body::Edited { content, .. } = &changed.body else { panic!("{changed:?}") };
        assert_eq!(content.plain(), expected);
        if more.is_empty() {
            let all = studio.memory.accepted();
            let all = all.iter().filter(|event| matches!(event.body, Body::Edited { .. }));
            assert_eq!(all.count(), 1, "what others say among themselves is not heard");
        }
        studio.end().await;
    }
}

/// How the conversation of a channel was told that it is called, one after the other.
fn titles(memory: &Memory, channel: &Value) -> Vec<String> {
    let all = memory.accepted().into_iter().filter(|event| event.thread == *channel);
    all.filter_map(|event| match event.body {
        Body::Introduced { attributes, .. } => attributes["name"].as_str().map(str::to_owned),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn a_channel_keeps_the_name_of_its_server_over_a_restart() {
    let (platform, memory) = (Platform::new(|_| {}).await, memory());
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let say = |channel: Value, text: &'static str| {
        platform.act("say", json!({"from": "bob", "channel": channel, "text": text, "mention": true}))
    };
    let general = say(json!("general"), "a question").await["channel_id"].clone();
    let known =
        platform.act("thread", json!({"name": "bob's tent", "channel": "support"})).await["id"].clone();
    let title = |name: &str| format!("The simulated server · {name}");
    until("the channel's name", async || titles(&memory, &general) == [title("#general")]).await;
    studio.end().await;

    // A session that is resumed tells of no server.
    let studio = Studio::new(&platform, &memory, "");
    until("the session goes on", async || platform.see("state").await["resumed"] == 1).await;
    platform.act("command", json!({"from": "bob", "channel": "general", "name": "track"})).await;
    until("its name once more", async || titles(&memory, &general).len() == 2).await;
    let new = platform.act("thread", json!({"name": "ada's tent", "channel": "support"})).await["id"].clone();
    for (thread, name) in [(&known, "bob's tent"), (&new, "ada's tent")] {
        say(thread.clone(), "in a thread").await;
        until(name, async || titles(&memory, thread) == [title(name)]).await;
    }
    say(json!("general"), "another question").await;
    studio.accepted("the question", |event| words(event) == Some("another question")).await;
    studio.end().await;
    assert_eq!(titles(&memory, &general), [title("#general"), title("#general")]);
}

/// A connection, and what answers in Discord's place: by the path, and how often that was asked.
async fn answered_by(answer: fn(&str, u32) -> (u16, Value)) -> Account {
    let asked = Arc::new(Mutex::new(BTreeMap::<String, u32>::new()));
    let router = Router::new().fallback(async move |uri: Uri| {
        let path = uri.path().trim_start_matches("/api/v10/");
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        let times = asked.entry(path.to_owned()).or_default();
        *times += 1;
        let (status, body) = answer(path, *times);
        (StatusCode::from_u16(status).expect("a status"), Json(body))
    });
    account_of(MADE_UP, &format!("http://{}/api/v10", serve(router).await), "")
}

#[tokio::test]
async fn a_name_that_cannot_be_learned_keeps_no_other_waiting() {
    let account = answered_by(|path, _| match path {
        "guilds/1" => (200, json!({ "id": "1", "name": "Outdoor" })),
        "channels/6" => (200, json!({ "id": "6", "type": 0, "name": "help" })),
        _ => (500, Value::Null),
    })
    .await;
    let memory = memory();
    for channel in [5, 6] {
        assert_eq!(account.names.news(1, channel, "9"), None);
    }
    tokio::select! {
        () = account.tell_names(&memory) => {}
        () = until("the other", async || titles(&memory, &json!("6")) == ["Outdoor · #help"]) => {}
    }
    assert_eq!(titles(&memory, &json!("5")), Vec::<String>::new());
    assert_eq!(account.standing().last_error, None, "it covers no error yet");
}

#[tokio::test]
async fn only_what_discord_itself_does_not_tell_is_not_asked_for_again() {
    let account = answered_by(|path, times| match (path, times) {
        ("guilds/1", 1) => (408, json!({})),
        ("guilds/1", _) => (403, json!({ "code": 50_001, "message": "Missing Access" })),
        (_, 1) => (413, json!({})),
        _ => (200, json!({ "id": "6", "type": 11, "name": "My tent" })),
    })
    .await;
    let memory = memory();
    assert_eq!(account.names.news(1, 6, "9"), None);
    tokio::select! {
        () = account.tell_names(&memory) => {}
        () = until("the name", async || titles(&memory, &json!("6")) == ["My tent"]) => {}
    }
}

#[tokio::test]
async fn a_channel_or_a_thread_that_is_renamed_is_called_so() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let thread = platform.act("thread", json!({"name": "bob's tent", "channel": "support"})).await;
    let general = platform
        .act("say", json!({"from": "bob", "channel": "general", "text": "a question", "mention": true}))
        .await["channel_id"]
        .clone();
    let told = |channel: &Value| titles(&studio.memory, channel);
    let mut expected = vec!["The simulated server · #general".to_owned()];
    until("the channel's name", async || told(&general) == expected).await;
    // There and back again.
    for name in ["lounge", "general", "lounge"] {
        platform.act("rename", json!({"channel": general, "name": name})).await;
        expected.push(format!("The simulated server · #{name}"));
        until("the new name", async || told(&general) == expected).await;
    }
    // Where nothing was said nothing begins by it.
    platform.act("rename", json!({"channel": thread["id"], "name": "ada's tent"})).await;
    let say = json!({"from": "bob", "channel": thread["id"], "text": "in a thread", "mention": true});
    platform.act("say", say).await;
    let titles = ["ada's tent", "cleo's tent"].map(|name| format!("The simulated server · {name}"));
    until("the thread's name", async || told(&thread["id"]) == titles[..1]).await;
    platform.act("rename", json!({"channel": thread["id"], "name": "cleo's tent"})).await;
    until("its new name", async || told(&thread["id"]) == titles).await;
    studio.end().await;
}

#[tokio::test]
async fn a_reaction_taken_back_from_somebody_elses_message_begins_nothing() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let said = platform.act("say", json!({"from": "bob", "channel": "general", "text": "lunch?"})).await;
    for remove in [false, true] {
        let react = json!({"from": "ada", "message": said["id"], "emoji": "👍", "remove": remove});
        platform.act("react", react).await;
    }
    let ask = json!({"from": "bob", "channel": "general", "text": "a question", "mention": true});
    platform.act("say", ask).await;
    studio.accepted("the mention", |event| words(event) == Some("a question")).await;
    let all = studio.memory.accepted();
    let is_reaction = |event: &Incoming| matches!(event.body, Body::Custom { .. });
    assert!(!all.iter().any(is_reaction), "{all:?}");
    studio.end().await;
}

#[tokio::test]
async fn nobody_is_introduced_where_several_talk() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    for (from, text) in [("ada", "where is it?"), ("bob", "and mine?")] {
        platform.act("say", json!({"from": from, "channel": "general", "text": text, "mention": true})).await;
        studio.accepted(text, |event| words(event) == Some(text)).await;
    }
    platform.say("bob", "between us").await;
    let alone = studio.accepted("the message", |event| words(event) == Some("between us")).await;
    let is_channel = |event: &Incoming| event.native.starts_with("channel:");
    let is_name = |event: &Incoming| matches!(event.body, Body::Introduced { .. }) && !is_channel(event);
    let told = studio.accepted("the name", is_name).await;
    assert_eq!((&told.thread, &told.external), (&alone.thread, &alone.external));
    let all = studio.memory.accepted();
    assert_eq!(all.iter().filter(|event| is_name(event)).count(), 1, "{all:?}");
    let shared = all.iter().find(|event| words(event) == Some("and mine?")).expect("it was stored");
    let channels = all.iter().filter(|event| is_channel(event)).collect::<Vec<_>>();
    let [channel] = channels.as_slice() else { panic!("told of once: {channels:?}") };
    assert_eq!((&channel.thread, &channel.external), (&shared.thread, &shared.thread));
    assert!(
        matches!(&channel.body, Body::Introduced { attributes, .. } if attributes["name"] == "The simulated server · #general"),
        "{channel:?}"
    );
    assert!(studio.account.is_shared(&shared.thread) && !studio.account.is_shared(&alone.thread));

    // Who presses in a conversation of two need not have written.
    platform.command_registered().await;
    for channel in [Value::Null, json!("general")] {
        platform.act("command", json!({"from": "cleo", "channel": channel, "name": "track"})).await;
    }
    until("both commands", async || {
        let stored = studio.memory.accepted();
        let shared: Vec<_> = stored
            .iter()
            .filter(|event| words(event) == Some("/track"))
            .map(|event| studio.account.is_shared(&event.thread))
            .collect();
        shared.len() == 2 && shared.iter().filter(|shared| **shared).count() == 1
    })
    .await;
    let is_cleo = |event: &Incoming| matches!(&event.body, Body::Introduced { attributes, .. } if attributes.get("discord") == Some(&json!("cleo")));
    let told = studio.accepted("who pressed", is_cleo).await;
    assert!(!studio.account.is_shared(&told.thread) && told.native.ends_with(":cleo:cleo"), "{told:?}");
    studio.end().await;
}
