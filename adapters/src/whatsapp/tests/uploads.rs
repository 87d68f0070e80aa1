//! How long Meta keeps a file, and what is done once it does no longer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::json;
use studio_core::{
    content::{Content, Header, Parameters, Source, Template},
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
async fn a_template_whose_file_meta_keeps_no_longer_takes_a_new_upload() {
    let scene = Scene::start().await;
    heard(&scene, "Hello").await;
    let components =
        json!([{ "type": "HEADER", "format": "DOCUMENT" }, { "type": "BODY", "text": "Your bill" }]);
    let made = json!({ "name": "bill", "language": "en", "status": "APPROVED", "components": components });
    scene.post("template", made).await;
    let is_known = || async {
        scene.account.templates().is_some_and(|known| known.iter().any(|one| one.name == "bill"))
    };
    scene.until("the template is known", is_known).await;
    let facts = MediaFacts { name: "bill.pdf".into(), media_type: "application/pdf".into(), size: 24 };
    let media = scene.host.save_media(scene.conversation(), facts, PDF.into()).await.expect("in memory");
    let header = Header::Document { source: Source::Media(media), name: "bill.pdf".into() };
    let parameters = Parameters { header: Some(header), ..Parameters::default() };
    let template = Template { name: "bill".into(), language: "en".into(), parameters, when: None };
    scene.host.say_quietly(scene.conversation(), Content::text("Your bill"));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let mut ids = Vec::new();
    for key in ["first", "second", "a month later"] {
        if key == "a month later" {
            scene.post("clock", json!({ "seconds": 31 * DAY })).await;
        }
        assert_eq!(scene.tell(&leaving, key, &template).await.outcome, Outcome::Done, "{key}");
        let said = scene.said().await.pop().expect("it arrived");
        let document = &said["template"]["components"][0]["parameters"][0]["document"];
        ids.push(document["id"].as_str().expect("an id").to_owned());
    }
    assert_eq!(ids[0], ids[1], "it was uploaded once");
    assert_ne!(ids[1], ids[2], "it was uploaded anew");
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
