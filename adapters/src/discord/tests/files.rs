//! Files and pictures, both ways.

use axum::body::Bytes;
use studio_core::content::{Card, Loss, Picture, Source};

use super::*;
use crate::{host::MediaFacts, testing::edit};

/// A file in the studio's own store; `called` are its name and its type.
async fn keep(
    studio: &Studio,
    conversation: ConversationId,
    called: (&str, &str),
    bytes: impl Into<Bytes>,
) -> Source {
    let (bytes, (name, media_type)) = (bytes.into(), called);
    let size = bytes.len() as u64;
    let facts = MediaFacts { name: name.into(), media_type: media_type.into(), size };
    Source::Media(studio.memory.save_media(conversation, facts, bytes).await.expect("memory"))
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

    let picture = json!({"name": "tent.png", "media_type": "image/png", "base64": "iVBORw0KGgo="});
    platform.act("say", json!({"from": "ada", "text": "My tent", "files": [picture]})).await;
    let is_picture = |event: &Incoming| {
        let Body::Message { content: Content::Image { source, alt, .. }, .. } = &event.body else {
            return false;
        };
        alt == "tent.png" && event.attachments.iter().any(|file| *source == Source::Media(file.media))
    };
    studio.accepted("the picture", is_picture).await;

    platform.fails(&json!({"address_expired": 1.0})).await;
    let fetched = studio.account.fetch(&attachment.native).await;
    assert_eq!(fetched, Ok(Bytes::from_static(b"%PDF-1.7")), "another address was asked for");
    platform.fails(&json!({})).await;

    let conversation = studio.conversation(&event.thread);
    let source = keep(&studio, conversation, ("Zelt grün.png", "image/png"), &b"\x89PNG"[..]).await;
    studio.memory.say(
        conversation,
        Content::Image { source, alt: "A green tent".into(), caption: Some("Yours".into()) },
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
async fn a_file_whose_answer_is_lost_is_there_once() {
    let (platform, studio, event) = greeted().await;
    platform.shown("You said: hello").await;
    let conversation = studio.conversation(&event.thread);
    let source = keep(&studio, conversation, ("tent.png", "image/png"), &b"\x89PNG"[..]).await;
    let image = Content::Image { source, alt: "A tent".into(), caption: None };
    let mut picture =
        Leaving { key: "picture".into(), ..leaving(conversation, &event.thread, from_bot(image)) };
    platform.fails(&json!({"lose_answer_of": "POST /channels/"})).await;
    let first = studio.account.send(&studio.memory, &picture).await;
    assert!(matches!(first.outcome, Outcome::Retry { .. }) && first.parts.is_empty(), "{first:?}");
    picture.uncertain = true;
    let again = studio.account.send(&studio.memory, &picture).await;
    assert_eq!((again.outcome, again.parts.len()), (Outcome::Done, 1));
    let messages = platform.messages().await;
    let pictures = messages.iter().filter(|message| message["attachments"][0]["description"] == "A tent");
    assert_eq!(pictures.count(), 1);
    studio.end().await;
}

#[tokio::test]
async fn a_change_takes_the_files_of_a_message_along() {
    let (platform, studio, event) = greeted().await;
    let conversation = studio.conversation(&event.thread);
    let tent =
        async |bytes: &'static [u8]| keep(&studio, conversation, ("tent.png", "image/png"), bytes).await;
    let (green, red) = (tent(b"\x89PNG green").await, tent(b"\x89PNG red").await);
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
async fn a_kept_picture_of_a_type_that_discord_does_not_show_is_a_file() {
    let (platform, studio, event) = greeted().await;
    let conversation = studio.conversation(&event.thread);
    let svg = keep(&studio, conversation, ("tent.svg", "image/svg+xml"), &b"<svg/>"[..]).await;
    let png = keep(&studio, conversation, ("tent.png", "image/png"), &b"\x89PNG"[..]).await;
    let card = |title: &str, source: &Source| {
        let image = Some(Picture { source: source.clone(), alt: "A tent".into() });
        Content::Card(Card { title: title.into(), text: None, image, buttons: Vec::new() })
    };
    let image = Content::Image { source: svg.clone(), alt: "A tent".into(), caption: None };
    // Whether there is an embed, and whether a picture is in it.
    for (number, (content, expected)) in [
        (card("Mine", &png), [true, true]),
        (card("Yours", &svg), [true, false]),
        (card(" ", &svg), [false, false]),
        (image, [false, false]),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("key {number}");
        let leaving = Leaving { key, ..leaving(conversation, &event.thread, from_bot(content)) };
        let Attempt { parts, losses, outcome } = studio.account.send(&studio.memory, &leaving).await;
        assert_eq!((outcome, parts.len()), (Outcome::Done, 1), "{number}");
        let all = platform.messages().await;
        let shown = all.into_iter().find(|message| message["id"] == json!(parts[0])).expect("it is there");
        assert_eq!(
            [&shown["embeds"][0], &shown["embeds"][0]["image"]].map(Value::is_object),
            expected,
            "{shown}"
        );
        assert_eq!(shown["attachments"][0]["description"], "A tent", "{shown}");
        let is_file = number > 0;
        let lost = is_file.then(|| Loss::ImageAsFile { alt: "A tent".into() });
        assert_eq!(losses, lost.into_iter().collect::<Vec<_>>(), "{shown}");
        assert_eq!(shown["attachments"][0]["filename"] == "tent.svg", is_file, "{shown}");
    }
    studio.end().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_named_instead() {
    let (platform, studio, event) = greeted().await;
    let conversation = studio.conversation(&event.thread);
    let source = keep(&studio, conversation, ("film.mp4", "video/mp4"), vec![0_u8; 11 << 20]).await;
    let file =
        Content::File { source, name: "film.mp4".into(), media_type: "video/mp4".into(), size: 11 << 20 };
    let attempt =
        studio.account.send(&studio.memory, &leaving(conversation, &event.thread, from_bot(file))).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    let lost = Loss::FileLost { name: "film.mp4".into() };
    assert_eq!(attempt.losses, [lost]);
    platform.shown("film.mp4").await;
    studio.end().await;
}
