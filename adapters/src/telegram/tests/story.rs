//! A person and a bot on Telegram, from the first word to the last: by polling and by webhook.

use axum::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::content::{Action, Button, Content, Loss, Row, Section, Source};

use super::stage::{ADA, Stage, until};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Command, Outcome},
    testing::edit,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest";

fn value(title: &str, value: &str) -> Button {
    Button { title: title.to_owned(), action: Action::Value(value.to_owned()) }
}

pub(super) async fn story(stage: &Stage) {
    stage.act("person", json!({"id": ADA, "first_name": "Ada", "username": "ada", "language": "de"}));
    stage.act("start", json!({"person": ADA, "payload": "spring"}));
    until("opened", || (!stage.heard("7").is_empty()).then_some(())).await;
    assert_eq!(stage.heard("7"), [r#"opened {"name":"Ada","start":"spring","username":"ada"}"#]);

    // Words, and the answer to them.
    stage.say("Where is my order?");
    until("an answer", || (stage.told(ADA) == ["You said: Where is my order?"]).then_some(())).await;

    // Buttons: a value that fits, and one that travels by token.
    let long = "n".repeat(200);
    stage.push(
        "7",
        Content::Buttons { text: "**Sure?**".into(), buttons: vec![value("Yes", "yes"), value("No", &long)] },
    );
    until("buttons", || (stage.told(ADA).len() == 2).then_some(())).await;
    for (title, meant) in [("Yes", "yes"), ("No", long.as_str())] {
        let pressed = stage.act("press", json!({"person": ADA, "title": title}));
        until("a press", || stage.heard("7").contains(&format!("pressed {meant} ({title})")).then_some(()))
            .await;
        until("the wheel stops", || answered(stage, &pressed["query"]).then_some(())).await;
    }

    // A keyboard in place of the letters: what is written is what was meant.
    let replies = vec![value("A tent", "sku:1"), value("A bag", "sku:2")];
    stage.push("7", Content::Text { text: "Which?".into(), quick_replies: replies });
    until("a keyboard", || keyboard(stage).then_some(())).await;
    stage.say("A bag");
    until("the key", || stage.heard("7").contains(&"pressed sku:2 (A bag)".to_owned()).then_some(())).await;

    // A list is written with numbers, and its rows are keys.
    let row = |title: &str| Row { title: title.into(), description: None, value: title.into() };
    let sections = vec![Section { title: Some("Tents".into()), rows: vec![row("Blue"), row("Red")] }];
    stage.push("7", Content::List { text: "All of them".into(), button: "Open".into(), sections });
    until("a list", || stage.told(ADA).iter().any(|told| told.contains("1. Blue\n2. Red")).then_some(()))
        .await;
    stage.act("press", json!({"person": ADA, "title": "Red"}));
    until("the row", || stage.heard("7").contains(&"pressed Red (Red)".to_owned()).then_some(())).await;

    // Files, both ways.
    stage.act(
        "send",
        json!({"person": ADA, "kind": "document", "name": "bill.pdf", "media_type": "application/pdf",
        "content": "%PDF bill", "caption": "my bill"}),
    );
    until("a file", || {
        stage.heard("7").ends_with(&["said bill.pdf".to_owned(), "said my bill".to_owned()]).then_some(())
    })
    .await;
    let file =
        stage.memory.accepted().into_iter().rev().find_map(|event| event.attachments.into_iter().next());
    let file = file.expect("an attachment");
    assert_eq!((file.name.as_str(), file.media_type.as_str(), file.size), ("bill.pdf", "application/pdf", 9));
    assert_eq!(stage.account.fetch(&file.native).await, Ok(Bytes::from_static(b"%PDF bill")));
    let facts =
        MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: PNG.len() as u64 };
    let kept =
        stage.memory.save_media(stage.conversation("7"), facts, PNG.into()).await.expect("kept in memory");
    stage.push(
        "7",
        Content::Image { source: Source::Media(kept), alt: "A tent".into(), caption: Some("*Here*".into()) },
    );
    let photo = until("a photo", || {
        let said = stage.simulator.said(Some(ADA));
        said.into_iter().map(|said| said["message"].clone()).find(|message| message["caption"] == "Here")
    })
    .await;
    let sizes = photo["photo"].as_array().expect("sizes");
    let back = stage.account.fetch(sizes[0]["file_id"].as_str().expect("an id")).await;
    assert_eq!(back, Ok(Bytes::from_static(PNG)));

    // He changes what he wrote; we change and take back what we wrote.
    let said = stage.say("order 4712");
    stage.act("edit", json!({"person": ADA, "message": said["message"], "text": "order 4711"}));
    until("an edit", || {
        stage.heard("7").contains(&format!("edited {}: order 4711", said["message"])).then_some(())
    })
    .await;
    until("the answer before it", || {
        stage.told(ADA).contains(&"You said: order 4712".to_owned()).then_some(())
    })
    .await;
    let ours = message_id(stage, "You said: order 4712");
    let edit = edit("7", std::slice::from_ref(&ours), Content::text("You said: **4711**"));
    assert_eq!(stage.account.edit(&stage.memory, &edit).await.outcome, Outcome::Done);
    assert_eq!(
        stage.account.edit(&stage.memory, &edit).await.outcome,
        Outcome::Done,
        "the same again is no error"
    );
    assert!(stage.told(ADA).contains(&"You said: 4711".to_owned()));
    stage.account.typing("7").await;
    assert_eq!(stage.account.retract(&stage.memory, "7", &[ours]).await.outcome, Outcome::Done);
    assert!(!stage.told(ADA).contains(&"You said: 4711".to_owned()));
    assert_eq!(stage.dead(), Vec::<String>::new());
    let actions =
        stage.simulator.calls().into_iter().filter(|call| call["method"] == "sendChatAction").count();
    assert_eq!(actions, 1);
    assert_eq!(stage.memory.reports(), [], "Telegram does not tell how far a message has come");
}

/// Whether the press of this name was answered.
pub(super) fn answered(stage: &Stage, query: &Value) -> bool {
    let calls = stage.simulator.calls();
    let mut answers = calls.iter().filter(|call| call["method"] == "answerCallbackQuery");
    answers.any(|call| call["fields"]["callback_query_id"] == *query && call["answer"]["ok"] == true)
}

fn keyboard(stage: &Stage) -> bool {
    let said = stage.simulator.said(Some(ADA));
    said.last().is_some_and(|said| said["message"]["reply_markup"]["keyboard"][0][1]["text"] == "A bag")
}

fn message_id(stage: &Stage, text: &str) -> String {
    let said = stage.simulator.said(Some(ADA));
    let found = said.iter().find(|said| said["message"]["text"] == text).expect("it was said");
    found["message"]["message_id"].to_string()
}

#[tokio::test]
async fn a_story_by_polling() {
    let stage = Stage::polling("").await;
    story(&stage).await;
    let standing = stage.account.examine(&stage.memory).await;
    assert_eq!(standing.identity.as_deref(), Some("Studio (@studio_bot)"));
    assert_eq!(
        (standing.token_valid, standing.listening, standing.pending),
        (Some(true), Some(true), Some(0))
    );
    assert_eq!(standing.way_in.as_deref(), Some("long polling"));
    assert!(standing.last_event.is_some() && standing.last_error.is_none(), "{standing:?}");
    assert_eq!(standing.last_call, None, "it is asked, and does not call");
}

#[tokio::test]
async fn a_story_by_webhook() {
    let stage = Stage::webhook("").await;
    story(&stage).await;
    let standing = stage.account.examine(&stage.memory).await;
    assert_eq!((standing.way_in.as_deref(), standing.listening), (Some("webhook"), Some(true)));
    assert!(standing.last_error.is_none(), "{standing:?}");
    assert!(standing.last_call.is_some(), "{standing:?}");
    let set =
        stage.simulator.calls().into_iter().find(|call| call["method"] == "setWebhook").expect("it was set");
    let secret = set["fields"]["secret_token"].as_str().expect("a secret");
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, secret);
    assert_eq!(bytes.expect("base 64").len(), 32);
}

/// From one way in to the other nothing is lost: what came in between waits at Telegram.
#[tokio::test]
async fn the_way_in_can_be_switched() {
    let stage = Stage::webhook("").await;
    stage.act("start", json!({"person": ADA}));
    until("the first", || (stage.heard("7").len() == 1).then_some(())).await;
    stage.stop();
    stage
        .memory
        .refuse(Some(crate::host::AcceptError::Busy { retry_after: SignedDuration::from_millis(50) }));
    stage.say("in between");
    stage.memory.refuse(None);
    let mut config = stage.config.clone();
    config.receive = crate::telegram::Receive::Polling;
    let other = super::stage::account(&config);
    let stop = tokio_util::sync::CancellationToken::new();
    let life = tokio::spawn(other.run(stage.memory.clone(), stop.clone()));
    until("what came in between", || stage.heard("7").contains(&"said in between".to_owned()).then_some(()))
        .await;
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(2), life)
        .await
        .expect("it ends promptly")
        .expect("no panic");
}

#[tokio::test]
async fn an_album_is_one_message() {
    let stage = Stage::webhook("").await;
    stage.act("start", json!({"person": ADA}));
    let files = json!([
        {"kind": "photo", "content": "one", "caption": "Which of these?"}, {"kind": "photo", "content": "two"},
        {"kind": "video", "content": "three", "name": "walk.mp4"},
    ]);
    stage.act("album", json!({"person": ADA, "files": files}));
    until("the parts are kept", || (stage.simulator.pending() == 0).then_some(())).await;
    assert_eq!(stage.heard("7").len(), 1, "it may not be whole yet");
    stage.memory.advance(SignedDuration::from_secs(2));
    let album = until("the album", || stage.last().filter(|event| event.attachments.len() == 3)).await;
    assert_eq!(super::stage::line(&album.body), "said photo.jpg: Which of these? | photo.jpg | walk.mp4");
    let mut contents = Vec::new();
    for file in &album.attachments {
        contents.push(stage.account.fetch(&file.native).await.expect("the file"));
    }
    assert_eq!(contents, ["one", "two", "three"]);

    // Whatever comes next in the conversation comes behind it, however soon.
    stage.act("album", json!({"person": ADA, "files": [{"kind": "photo"}, {"kind": "photo"}]}));
    stage.say("and?");
    until("both", || (stage.heard("7").last().map(String::as_str) == Some("said and?")).then_some(())).await;
    assert_eq!(stage.heard("7")[2], "said photo.jpg | photo.jpg");
}

#[tokio::test]
async fn a_change_of_one_of_an_album_leaves_the_others_as_they_are() {
    let stage = Stage::webhook("").await;
    stage.act("start", json!({"person": ADA}));
    let files = json!([
        {"kind": "photo", "content": "one", "caption": "Which?"}, {"kind": "photo", "content": "two"},
        {"kind": "photo", "content": "three"},
    ]);
    let told = stage.act("album", json!({"person": ADA, "files": files}));
    until("the parts are kept", || (stage.simulator.pending() == 0).then_some(())).await;
    stage.memory.advance(SignedDuration::from_secs(2));
    until("the album", || stage.last().filter(|event| event.attachments.len() == 3)).await;
    let number = |place: usize| told["messages"][place]["message"].clone();
    for (place, words, expected) in [
        (1, "This one", "photo.jpg: Which? | photo.jpg: This one | photo.jpg"),
        (0, "Which of these?", "photo.jpg: Which of these? | photo.jpg: This one | photo.jpg"),
    ] {
        stage.act("edit", json!({"person": ADA, "message": number(place), "text": words}));
        let line = format!("edited {}: {expected}", number(0));
        until(words, || stage.heard("7").pop().filter(|heard| *heard == line)).await;
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_for_telegram_is_named() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({"person": ADA}));
    until("opened", || (!stage.heard("7").is_empty()).then_some(())).await;
    let conversation = stage.memory.conversation("tg", "7");
    let size = (50 << 20) + 1;
    let facts = MediaFacts { name: "film.bin".into(), media_type: "application/octet-stream".into(), size };
    let bytes = Bytes::from(vec![0; usize::try_from(size).expect("it fits")]);
    let media = stage.memory.save_media(conversation, facts, bytes).await.expect("kept in memory");
    stage.memory.say(
        conversation,
        Content::File {
            source: Source::Media(media),
            name: "film.bin".into(),
            media_type: "application/octet-stream".into(),
            size,
        },
    );
    until("its name", || stage.told(7).iter().any(|told| told == "film.bin").then_some(())).await;
    let attempt = until("the attempt", || {
        let sent = stage.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        sent.iter().find(|attempt| !attempt.losses.is_empty()).cloned()
    })
    .await;
    let lost = Loss::FileLost { name: "film.bin".into() };
    assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, vec![lost]));
}

#[tokio::test]
async fn a_webhook_that_was_removed_is_set_again_and_one_that_was_taken_over_is_not() {
    let stage = Stage::webhook("").await;
    until("it listens", || stage.account.standing().listening.filter(|listening| *listening)).await;
    assert_eq!(stage.call("deleteWebhook", &json!({})).await, json!(true));
    super::super::register::look(&stage.account, &stage.memory).await;
    let ours = stage.call("getWebhookInfo", &json!({})).await["url"].clone();
    assert!(ours.as_str().is_some_and(|url| url.ends_with("/webhooks/tg")), "{ours}");
    assert_eq!(stage.account.standing().listening, Some(true));
    // The studio had another address before: the webhook that leads there is its own.
    let before = "http://127.0.0.1:9/webhooks/tg";
    assert_eq!(stage.call("setWebhook", &json!({ "url": before })).await, json!(true));
    let connection = stage.account.name();
    stage.memory.remember(connection, "webhook", before.to_owned()).await.expect("kept");
    super::super::register::look(&stage.account, &stage.memory).await;
    assert_eq!(stage.call("getWebhookInfo", &json!({})).await["url"], ours);
    assert_eq!(stage.account.standing().listening, Some(true));
    let other = json!({ "url": "http://127.0.0.1:9/elsewhere" });
    assert_eq!(stage.call("setWebhook", &other).await, json!(true));
    super::super::register::look(&stage.account, &stage.memory).await;
    assert_eq!(stage.call("getWebhookInfo", &json!({})).await["url"], other["url"]);
    assert_eq!(stage.account.standing().listening, Some(false));
}

/// An update that tells of a picture, by the number of its message.
fn picture(update: u64, kind: &str, number: u64, group: Option<&str>, caption: &str) -> Value {
    let mut message = json!({
        "message_id": number, "date": 1, "from": {"id": 7, "is_bot": false, "first_name": "Ada"},
        "chat": {"id": 7, "type": "private", "first_name": "Ada"},
        "photo": [{"file_id": format!("A{number}"), "file_unique_id": format!("B{number}"), "width": 9, "height": 9,
            "file_size": 9}],
        "caption": caption,
    });
    if let Some(group) = group {
        message["media_group_id"] = group.into();
    }
    json!({"update_id": update, kind: message})
}

#[tokio::test]
async fn a_change_of_an_album_waits_for_the_turn_of_the_change_before() {
    let stage = Stage::quiet("", studio_simulators::telegram::Settings::default()).await;
    let take = async |update: Value| stage.account.replay(&stage.memory, update.to_string().into()).await;
    take(picture(1, "message", 11, Some("g"), "one")).await.expect("taken");
    take(picture(2, "message", 12, Some("g"), "two")).await.expect("taken");
    // Whatever comes next ends the album.
    take(picture(3, "message", 13, None, "and?")).await.expect("taken");
    stage.memory.hold_turns();
    take(picture(4, "edited_message", 11, Some("g"), "red")).await.expect("taken");
    let second = picture(5, "edited_message", 12, Some("g"), "blue");
    let early = take(second.clone()).await;
    assert!(
        matches!(&early, Err(crate::platform::ReplayError::Later(why)) if why.contains("its turn first")),
        "{early:?}"
    );
    stage.memory.take_turns();
    take(second).await.expect("taken");
    let both = "edited 11: photo.jpg: red | photo.jpg: blue";
    assert_eq!(stage.heard("7").pop().as_deref(), Some(both));
}

#[tokio::test]
async fn what_is_refused_is_kept_as_it_came() {
    let stage = Stage::quiet("", studio_simulators::telegram::Settings::default()).await;
    let update = |id: u64, group: Option<&str>| picture(id, "message", id, group, "hello");
    let take = async |update: &Value| {
        stage.account.replay(&stage.memory, update.to_string().into()).await.expect("taken");
    };
    stage.memory.refuse(Some(crate::host::AcceptError::Refused("too large".to_owned())));
    take(&update(1, None)).await;
    take(&update(2, Some("g"))).await;
    take(&update(3, Some("g"))).await;
    // Whatever comes next ends the album.
    take(&update(4, None)).await;
    let kept = stage.memory.unread();
    let ids: Vec<_> = kept
        .iter()
        .map(|(_, body, why)| {
            assert!(why.contains("too large"), "{why}");
            serde_json::from_slice::<Value>(body).expect("as it came")["update_id"].clone()
        })
        .collect();
    assert_eq!(ids, [json!(1), json!(2), json!(3), json!(4)]);

    // Once it can be taken, all of it is.
    stage.memory.refuse(None);
    for (_, body, _) in kept {
        stage.account.replay(&stage.memory, body).await.expect("taken");
    }
    let heard = stage.heard("7");
    assert!(
        heard.ends_with(&["said photo.jpg: hello | photo.jpg: hello".to_owned(), "said hello".to_owned()]),
        "{heard:?}"
    );
}

#[tokio::test]
async fn a_key_with_a_title_that_was_cut_is_known_after_a_restart() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let replies = vec![value(&"A tent ".repeat(12), "sku:1"), value("A bag", "sku:2")];
    stage.push("7", Content::Text { text: "Which?".into(), quick_replies: replies });
    let shown = || {
        let said = stage.simulator.said(Some(ADA));
        said.last()?["message"]["reply_markup"]["keyboard"][0][0]["text"].as_str().map(str::to_owned)
    };
    let title = until("a keyboard", shown).await;
    assert!(title.chars().count() <= 64, "{title}");
    // What a restart leaves.
    stage.account.state().keyboards.clear();
    stage.say(&title);
    until("the key", || stage.heard("7").contains(&format!("pressed sku:1 ({title})")).then_some(())).await;
}

#[tokio::test]
async fn commands_are_told_in_each_language_and_only_when_they_change() {
    let command = |name: &str, text: &str| Command {
        name: name.into(),
        names: Vec::new(),
        description: vec![
            ("en".into(), text.into()),
            ("de".into(), format!("{text} auf Deutsch")),
            ("pt-BR".into(), format!("{text} em português")),
            ("zh-Hant".into(), format!("{text} 中文")),
        ],
    };
    let stage = Stage::quiet("", studio_simulators::telegram::Settings::default()).await;
    stage.memory.offer(vec![command("track", "Where is it?")]);
    stage.start();
    let told = |language: &str| stage.simulator.commands(language)[0]["description"].clone();
    until("the commands", || (told("zh") == "Where is it? 中文").then_some(())).await;
    assert_eq!(told(""), "Where is it?");
    assert_eq!(told("de"), "Where is it? auf Deutsch");
    assert_eq!(told("pt"), "Where is it? em português");
    let count = || stage.simulator.calls().iter().filter(|call| call["method"] == "setMyCommands").count();
    assert_eq!(count(), 4);

    // The next process knows that they are set.
    let again = super::stage::account(&stage.config);
    let life = stage.live(&again);
    until("it lives", || again.standing().listening).await;
    assert_eq!(count(), 4);
    life.abort();
    stage.memory.offer(Vec::new());
    let third = super::stage::account(&stage.config);
    stage.live(&third);
    until("they are gone", || (stage.simulator.commands("de") == json!([])).then_some(())).await;
}
