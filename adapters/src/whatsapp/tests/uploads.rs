//! How long Meta keeps a file, and what is done once it does no longer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::json;
use studio_core::{
    content::{Content, Source},
    dialogue::Body,
};

use super::scene::Scene;
use crate::{
    host::{Host as _, MediaFacts},
    platform::{FetchError, Outcome},
};

const PDF: &[u8] = b"%PDF-1.4 a small invoice";
const DAY: i64 = 86_400;

/// Ada writes, and it is heard.
async fn heard(scene: &Scene, text: &str) {
    scene.ada("say", json!({ "text": text })).await;
    let wanted = Content::text(text);
    let is_there = || async {
        let accepted = scene.host.accepted();
        accepted
            .iter()
            .any(|incoming| matches!(&incoming.body, Body::Message { content, .. } if *content == wanted))
    };
    scene.until("heard", is_there).await;
}

/// The bot sends a document; returns under which of Meta's ids it left.
async fn sent(scene: &Scene, document: Content) -> String {
    let attempt = scene.say(document).await;
    assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
    let shown = scene.said().await.pop().expect("it arrived");
    shown["document"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn an_upload_that_meta_keeps_no_longer_is_made_anew() {
    let scene = Scene::start().await;
    heard(&scene, "Hello").await;
    let facts = MediaFacts { name: "bill.pdf".into(), media_type: "application/pdf".into(), size: 24 };
    let media = scene.host.save_media(scene.conversation(), facts, PDF.into()).await.expect("in memory");
    let bill = || Content::File {
        source: Source::Media(media),
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: 24,
    };
    let mut ids = vec![sent(&scene, bill()).await];
    assert_eq!(sent(&scene, bill()).await, ids[0], "it was uploaded once");
    // By our own clock as well as by Meta's, and where Meta alone knows the id no more.
    for (text, ours) in [("A month later", 31), ("And another", 0)] {
        scene.post("clock", json!({ "seconds": 31 * DAY })).await;
        scene.host.advance(SignedDuration::from_secs(ours * DAY));
        heard(&scene, text).await;
        let anew = sent(&scene, bill()).await;
        assert!(!ids.contains(&anew), "{text}: {anew} was one of {ids:?}");
        assert_eq!(scene.account.fetch(&scene.host, &anew).await.expect("it is there"), PDF);
        ids.push(anew);
    }
}

#[tokio::test]
async fn what_a_person_sent_a_week_ago_is_gone() {
    let scene = Scene::start().await;
    let file = json!({ "kind": "document", "media_type": "application/pdf", "base64": STANDARD.encode(PDF), "name": "bill.pdf" });
    scene.ada("send_file", file).await;
    scene.stored(2).await;
    let sent = scene.host.accepted().pop().expect("person, file");
    let [attachment] = sent.attachments.as_slice() else { panic!("{sent:?}") };
    scene.post("clock", json!({ "seconds": 6 * DAY })).await;
    let fetched = scene.account.fetch(&scene.host, &attachment.native).await.expect("it is there");
    assert_eq!(fetched, PDF);
    scene.post("clock", json!({ "seconds": 2 * DAY })).await;
    let gone = scene.account.fetch(&scene.host, &attachment.native).await.expect_err("it is gone");
    assert!(matches!(gone, FetchError::Dead(_)), "{gone:?}");
}
