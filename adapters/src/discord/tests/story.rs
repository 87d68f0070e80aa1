//! A person is served on Discord, in direct messages, in a server and in a thread.

use axum::body::Bytes;
use studio_core::{
    content::{Action, Button, Card, Field, FieldKind, FieldOption, Form, Picture, Row, Section, Source},
    dialogue::Filled,
};

use super::*;
use crate::{
    host::MediaFacts,
    platform::{Edit, Outcome},
    testing::edit,
};

fn value(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

fn pressed(event: &Incoming) -> Option<(&str, &str)> {
    match &event.body {
        Body::Press { value, title } => Some((value, title)),
        _ => None,
    }
}

#[tokio::test]
async fn a_person_talks_presses_and_chooses() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;

    platform.say("ada", "Where is my order?").await;
    let event = studio.accepted("the message", |event| words(event) == Some("Where is my order?")).await;
    let shown = platform.shown("You said: Where is my order?").await;
    assert_eq!(shown["channel_id"], json!(event.thread));
    let told = studio.accepted("the name", |event| matches!(event.body, Body::Introduced { .. })).await;
    assert!(matches!(told.body, Body::Introduced { attributes, .. } if attributes["name"] == "ada"));

    let conversation = studio.conversation(&event.thread);
    let long = "y".repeat(300);
    let buttons = vec![value("Yes", "yes"), value("The long way", &long)];
    studio.memory.say(conversation, Content::Buttons { text: "Sure?".into(), buttons });
    let sure = platform.shown("Sure?").await;
    for (title, meant) in [("Yes", "yes"), ("The long way", long.as_str())] {
        platform.act("press", json!({"from": "ada", "message": sure["id"], "choose": title})).await;
        studio.accepted(title, |event| pressed(event) == Some((meant, title))).await;
    }

    let row = |number: usize| Row {
        title: format!("Tent {number}"),
        description: None,
        value: format!("tent:{number}"),
    };
    let section = |from: usize, title: &str| Section {
        title: Some(title.into()),
        rows: (from..from + 30).map(row).collect(),
    };
    let sections = vec![section(0, "Small ones"), section(30, "Large ones")];
    studio
        .memory
        .say(conversation, Content::List { text: "Which tent?".into(), button: "Show".into(), sections });
    let which = platform.shown("Which tent?").await;
    platform.act("press", json!({"from": "ada", "message": which["id"], "choose": "Tent 59"})).await;
    studio.accepted("the row", |event| pressed(event) == Some(("tent:59", "Tent 59"))).await;

    until("every interaction is acknowledged", async || {
        let interactions = platform.see("interactions").await;
        interactions.as_array().expect("a list").iter().all(|known| known["answer"] == 6)
    })
    .await;
    let attempts = studio.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(
        attempts.iter().all(|attempt| attempt.outcome == Outcome::Done && attempt.parts.len() == 1),
        "{attempts:?}"
    );
    assert_eq!(
        (studio.memory.reports(), studio.memory.moves()),
        (vec![], vec![]),
        "Discord tells nothing of either"
    );
    studio.end().await;
}

#[tokio::test]
async fn a_command_shows_thinking_until_its_reply_takes_that_place() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let commands = platform.see("state").await["commands"].clone();
    assert_eq!(commands[0]["description_localizations"]["de"], "Bestellung verfolgen");

    // The reply is faster than the acknowledgement at times, and slower at others.
    for (channel, delay) in [(Value::Null, 0), (json!("general"), 300)] {
        studio.memory.answer_after(Some(Duration::from_millis(delay)));
        platform.act("command", json!({"from": "ada", "channel": channel, "name": "track"})).await;
    }
    studio.accepted("the command", |event| words(event) == Some("/track")).await;
    until("both are answered in place", async || {
        let messages = platform.messages().await;
        let answers = messages.iter().filter(|message| message["content"] == "You said: /track");
        answers.filter(|answer| answer["type"] == 20 && answer["flags"] == 0).count() == 2
    })
    .await;
    assert_eq!(platform.messages().await.len(), 2, "nothing was said beside it");
    studio.end().await;
}

#[tokio::test]
async fn many_commands_in_a_channel_are_each_answered_in_their_own_place() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    studio.memory.hold_turns();
    let ask = async |person: usize| {
        let command = json!({"from": format!("person{person}"), "channel": "general", "name": "track"});
        platform.act("command", command).await;
    };
    for person in 0..6 {
        ask(person).await;
    }
    let lunch = json!({"from": "bob", "channel": "general", "text": "lunch?", "mention": true});
    platform.act("say", lunch).await;
    for person in 6..12 {
        ask(person).await;
    }
    until("all are acknowledged", async || {
        let messages = platform.messages().await;
        messages.iter().filter(|message| message["flags"] == 128).count() == 12
    })
    .await;
    studio.memory.take_turns();
    let shown = async |text: &str, kind: u64| {
        let messages = platform.messages().await;
        let fits =
            |message: &&Value| message["content"] == text && message["type"] == kind && message["flags"] == 0;
        messages.iter().filter(fits).count()
    };
    until("all are answered", async || {
        platform.messages().await.iter().filter(|message| message["author"]["bot"] == true).count() == 13
            && shown("You said: /track", 20).await == 12
            && shown("You said: lunch?", 0).await == 1
    })
    .await;
    studio.end().await;
}

#[tokio::test]
async fn commands_are_told_in_regional_languages() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let languages = ["en", "pt-BR", "zh-Hant", "he", "ar"];
    memory.offer(vec![Command {
        name: "track".into(),
        names: Vec::new(),
        description: languages.map(|language| (language.to_owned(), format!("in {language}"))).to_vec(),
    }]);
    let studio = Studio::new(&platform, &memory, "");
    platform.command_registered().await;
    let told = platform.see("state").await["commands"][0]["description_localizations"].clone();
    let expected = json!({
        "en-US": "in en", "en-GB": "in en", "pt-BR": "in pt-BR", "zh-TW": "in zh-Hant", "he": "in he", "ar": "in ar"});
    assert_eq!(told, expected);
    studio.end().await;
}

#[tokio::test]
async fn a_command_is_the_same_under_its_name_in_another_language() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let commands = platform.see("state").await["commands"].clone();
    assert_eq!(commands[0]["name_localizations"], json!({ "de": "verfolgen" }));
    platform.act("command", json!({"from": "ada", "name": "verfolgen", "locale": "de"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    let Body::Message { language, .. } = &event.body else { panic!("{event:?}") };
    assert_eq!(language.as_deref(), Some("de"));
    studio.end().await;
}

#[tokio::test]
async fn files_go_both_ways() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let file = json!({"name": "bill.pdf", "media_type": "application/pdf", "base64": "JVBERi0xLjc="});
    platform.act("say", json!({"from": "ada", "text": "My bill", "files": [file]})).await;
    let event = studio.accepted("the file", |event| !event.attachments.is_empty()).await;
    let attachment = &event.attachments[0];
    assert_eq!((attachment.name.as_str(), attachment.size), ("bill.pdf", 8));
    assert_eq!(studio.account.fetch(&attachment.native).await, Ok(Bytes::from_static(b"%PDF-1.7")));

    platform.fails(&json!({"address_expired": 1.0})).await;
    let fetched = studio.account.fetch(&attachment.native).await;
    assert_eq!(fetched, Ok(Bytes::from_static(b"%PDF-1.7")), "another address was asked for");
    platform.fails(&json!({})).await;

    let conversation = studio.conversation(&event.thread);
    let facts = MediaFacts { name: "Zelt grün.png".into(), media_type: "image/png".into(), size: 4 };
    let media =
        studio.memory.save_media(conversation, facts, Bytes::from_static(b"\x89PNG")).await.expect("memory");
    let source = Source::Media(media);
    studio.memory.say(
        conversation,
        Content::Image { source: source.clone(), alt: "A green tent".into(), caption: Some("Yours".into()) },
    );
    let shown = platform.shown("A green tent").await;
    assert_eq!(
        (&shown["content"], &shown["attachments"][0]["content_type"]),
        (&json!("Yours"), &json!("image/png"))
    );
    let url = shown["attachments"][0]["url"].as_str().expect("an address");
    let bytes = platform.client.get(url).send().await.expect("an answer").bytes().await.expect("bytes");
    assert_eq!(bytes, Bytes::from_static(b"\x89PNG"));
    let again = studio.account.fetch(&format!("{}/1/2", event.thread)).await;
    assert!(again.expect_err("there is none").to_string().contains("404"));
    assert!(studio.account.fetch("https://evil.example/x").await.is_err());
    studio.end().await;
}

#[tokio::test]
async fn a_change_takes_the_files_of_a_message_along() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    let conversation = studio.conversation(&event.thread);
    let keep = async |bytes: &'static [u8]| {
        let facts =
            MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: bytes.len() as u64 };
        let media = studio.memory.save_media(conversation, facts, Bytes::from_static(bytes)).await;
        Source::Media(media.expect("memory"))
    };
    let (green, red) = (keep(b"\x89PNG green").await, keep(b"\x89PNG red").await);
    let image =
        |source: &Source| Content::Image { source: source.clone(), alt: "A tent".into(), caption: None };
    studio.memory.say(conversation, image(&green));
    let part = platform.shown("A tent").await["id"].as_str().expect("an id").to_owned();
    let becomes = async |content: Content| {
        let edit = edit(&event.thread, std::slice::from_ref(&part), content);
        let attempt = studio.account.edit(&studio.memory, &edit).await;
        assert_eq!((&attempt.outcome, attempt.losses.len()), (&Outcome::Done, 0), "{attempt:?}");
        let all = platform.messages().await;
        let shown = all.into_iter().find(|message| message["id"] == json!(part)).expect("it is there");
        let mut files = Vec::new();
        for file in shown["attachments"].as_array().expect("a list") {
            let url = file["url"].as_str().expect("an address");
            files.push(
                platform.client.get(url).send().await.expect("an answer").bytes().await.expect("bytes"),
            );
        }
        (shown, files)
    };
    let (_, files) = becomes(image(&red)).await;
    assert_eq!(files, [Bytes::from_static(b"\x89PNG red")], "the new one in place of the old one");
    let card = Card {
        title: "A card".into(),
        text: None,
        image: Some(Picture { source: green.clone(), alt: "A tent".into() }),
        buttons: Vec::new(),
    };
    let (shown, files) = becomes(Content::Card(card)).await;
    assert_eq!((&shown["embeds"][0]["title"], files.len()), (&json!("A card"), 1), "{shown}");
    assert!(shown["embeds"][0]["image"]["url"].is_string(), "{shown}");
    let (shown, files) = becomes(Content::text("No tent")).await;
    assert_eq!((&shown["content"], files.len()), (&json!("No tent"), 0));
    studio.end().await;
}

#[tokio::test]
async fn what_was_said_is_changed_and_taken_back_by_both_sides() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let message = platform.say("ada", "Order 16").await;
    let event = studio.accepted("the message", |event| event.native == message).await;
    let shown = platform.shown("You said: Order 16").await;
    platform.act("edit", json!({"message": message, "text": "Order 17"})).await;
    let edited = studio.accepted("the edit", |event| matches!(&event.body, Body::Edited { .. })).await;
    assert_eq!(edited.body, Body::Edited { id: message.clone(), content: Content::text("Order 17") });
    platform.act("react", json!({"from": "ada", "message": shown["id"], "emoji": "👍"})).await;
    let reaction =
        |event: &Incoming| matches!(&event.body, Body::Custom { name, .. } if name == "reaction_added");
    studio.accepted("the reaction", reaction).await;
    platform.act("delete", json!({"message": message})).await;
    studio.accepted("the deletion", |event| event.body == Body::Deleted { id: message.clone() }).await;
    platform.act("type", json!({"from": "ada"})).await;
    until("she is seen typing", async || studio.memory.typed() > 0).await;

    let part = shown["id"].as_str().expect("an id").to_owned();
    let edit = edit(&event.thread, std::slice::from_ref(&part), Content::text("It is **there**"));
    assert_eq!(studio.account.edit(&studio.memory, &edit).await.outcome, Outcome::Done);
    assert_eq!(platform.shown("It is **there**").await["id"], shown["id"]);
    let long = Edit { content: Content::text("word ".repeat(900)), ..edit };
    let refused = studio.account.edit(&studio.memory, &long).await.outcome;
    assert!(matches!(refused, Outcome::Dead { reason } if reason.contains("needs 3 messages")));
    let parts = [part.clone()];
    for _ in 0..2 {
        assert_eq!(studio.account.retract(&event.thread, &parts).await.outcome, Outcome::Done);
    }
    assert!(!platform.messages().await.iter().any(|message| message["id"] == json!(part)));
    studio.account.typing(&event.thread).await;
    assert_eq!(
        platform.see("state").await["typing"][0][0],
        json!(event.thread.parse::<u64>().expect("an id"))
    );
    studio.end().await;
}

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
async fn a_channel_or_a_thread_that_is_renamed_is_called_so() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let thread = platform.act("thread", json!({"name": "bob's tent", "channel": "support"})).await;
    let general = platform
        .act("say", json!({"from": "bob", "channel": "general", "text": "a question", "mention": true}))
        .await["channel_id"]
        .clone();
    let told = |channel: &Value| {
        let all = studio.memory.accepted().into_iter().filter(|event| event.external == *channel);
        all.filter_map(|event| match event.body {
            Body::Introduced { attributes, .. } => attributes["name"].as_str().map(str::to_owned),
            _ => None,
        })
        .collect::<Vec<_>>()
    };
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
    studio.end().await;
}

#[tokio::test]
async fn a_form_is_opened_at_a_press_filled_in_and_read() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "I want to send it back").await;
    let event = studio.accepted("the message", |event| words(event).is_some()).await;
    let conversation = studio.conversation(&event.thread);
    let option = |value: &str| FieldOption { title: value.to_uppercase(), value: value.into() };
    let field =
        |name: &str, kind: FieldKind| Field { name: name.into(), label: format!("Your {name}"), kind };
    let form = Form {
        id: "9f2c".into(),
        title: "Send it back".into(),
        fields: vec![
            field("order", FieldKind::Number),
            field("size", FieldKind::Choice(vec![option("s"), option("l")])),
        ],
    };
    let opens =
        |form: &Form| Button { title: form.title.clone(), action: Action::Form(Box::new(form.clone())) };
    let forgotten = Form { id: "forgotten".into(), ..form.clone() };
    studio.memory.say(
        conversation,
        Content::Text { text: "Which order?".into(), quick_replies: vec![value("Yes", "yes"), opens(&form)] },
    );
    let asked = platform.shown("Which order?").await;
    let opened = async || {
        let interactions = platform.see("interactions").await;
        let all = interactions.as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|known| known["answer"] == 9).collect::<Vec<_>>()
    };
    platform.act("press", json!({"from": "ada", "message": asked["id"], "choose": "Send it back"})).await;
    until("the form is open", async || opened().await.len() == 1).await;
    let shown = opened().await[0]["modal"].clone();
    assert_eq!(
        (&shown["title"], shown["components"].as_array().map(Vec::len)),
        (&json!("Send it back"), Some(2))
    );
    platform.act("submit", json!({"from": "ada", "answers": {"order": "4711", "size": "l"}})).await;
    let filled = vec![Filled::new("order", "4711"), Filled::new("size", "l")];
    let wanted = Body::Submitted { form: "9f2c".into(), fields: filled };
    let event = studio.accepted("the form", |event| event.body == wanted).await;
    assert_eq!(studio.conversation(&event.thread), conversation);
    platform.shown("You filled in: 9f2c").await;

    // What is not known any more opens nothing, and is no failure for the person.
    studio
        .memory
        .say(conversation, Content::Buttons { text: "Once more?".into(), buttons: vec![opens(&forgotten)] });
    let again = platform.shown("Once more?").await;
    studio.memory.forget(conversation);
    platform.act("press", json!({"from": "ada", "message": again["id"], "choose": "Send it back"})).await;
    until("it is acknowledged in silence", async || {
        let interactions = platform.see("interactions").await;
        interactions
            .as_array()
            .is_some_and(|all| all.iter().any(|known| known["answer"] == 6 && known["type"] == 3))
    })
    .await;
    assert_eq!(opened().await.len(), 1);
    studio.end().await;
}
