//! Every form of message that we make, judged by Meta's own description of its API; `recorded.rs` has what is really asked.

use std::{io::Write as _, path::Path, process::Stdio};

use serde::Deserialize;
use serde_json::{Value, json};
use studio_core::content::{Content, Source};
use studio_simulators::peers;

use super::{
    super::{
        Words,
        outbound::{Found, Recipient, envelope, render, rest},
    },
    content::{card, picture, rows, value},
};

#[derive(Debug, Deserialize)]
pub struct Judged {
    pub name: String,
    pub status: u16,
    pub problems: Value,
}

/// Judges messages; `None` where the judge or the description is missing.
fn judge(test: &str, messages: &[(String, Value)]) -> Option<Vec<Judged>> {
    let asked = messages
        .iter()
        .map(|(name, body)| json!({ "name": name, "path": "/v23.0/106540352242922/messages", "body": body }));
    judge_all(test, &asked.collect::<Vec<_>>())
}

/// The same of any requests, as the judge is told them (`simulators/peers/whatsapp_prism.js`).
pub fn judge_all(test: &str, asked: &[Value]) -> Option<Vec<Judged>> {
    let description = studio_skipped::shared_data(test, "specs/whatsapp_business_messaging_v23.yaml")?;
    let Some(mut node) = peers::node() else {
        peers::skip(test);
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../simulators/peers/whatsapp_prism.js");
    let asked = json!(asked).to_string();
    let mut child = node
        .args([script, description])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    child.stdin.take().expect("a pipe").write_all(asked.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "prism does not run here");
    Some(serde_json::from_slice(&output.stdout).expect("its judgements"))
}

const KEY: [u8; 32] = [42; 32];

fn message(kind: &str, object: Value) -> Value {
    message_to(&Recipient::User("DE.13491208655302741918".to_owned()), kind, object)
}

fn message_to(recipient: &Recipient, kind: &str, object: Value) -> Value {
    envelope(recipient, "01J9Z3K7T2N8Q4R6V0W1X5Y9A.0", kind, object)
}

fn messages() -> Vec<(String, Value)> {
    let buttons =
        |count: usize| (1..=count).map(|n| value(&format!("Choice {n}"), &format!("c{n}"))).collect();
    let file = |media_type: &str| Content::File {
        source: Source::Url("https://shop.example/file".into()),
        name: "file".into(),
        media_type: media_type.into(),
        size: 0,
    };
    let contents = [
        Content::text("Hello, see https://shop.example"),
        Content::text("word ".repeat(2_000)),
        Content::Text { text: "Sure?".into(), quick_replies: buttons(3) },
        Content::Buttons { text: "**Which?**".into(), buttons: buttons(7) },
        Content::Buttons { text: String::new(), buttons: buttons(2) },
        rows(1),
        rows(10),
        rows(25),
        Content::Card(card("Tent", buttons(2))),
        Content::Card(card("Tent", Vec::new())),
        Content::Carousel { cards: vec![card("Tent", buttons(1)), card("Bag", buttons(5))] },
        Content::Image { source: picture(), alt: "A tent".into(), caption: Some("Tent".into()) },
        file("application/pdf"),
        file("audio/ogg"),
        file("video/mp4"),
        Content::Location {
            latitude_microdegrees: 1,
            longitude_microdegrees: -1,
            label: Some("Shop".into()),
        },
    ];
    let (mut requests, mut further) = (Vec::new(), 0);
    // By address and by the id of an upload, to a person's id and to a number.
    let files = [Found::Link("https://shop.example/file".into()), Found::Id("4490709327384033".into())];
    for content in &contents {
        let words = Words::default();
        let rests = (0..).map_while(|number| rest(content, &KEY, number)).collect::<Vec<_>>();
        further += rests.len();
        let all = [content].into_iter().chain(&rests);
        for part in all.flat_map(|content| render(content, &words, &KEY).parts) {
            let forms = if part.file().is_some() { files.len() } else { 1 };
            for file in files.iter().take(forms) {
                let (kind, object) = part.json(part.file().map(|_| file));
                requests.push((format!("{part:?}"), message(kind, object.clone())));
                let phone = Recipient::Phone("4915112345678".to_owned());
                requests.push((format!("{part:?}"), message_to(&phone, kind, object)));
            }
        }
    }
    assert!(further >= 2, "the pages that follow the first of a long list are among them");
    requests
}

#[test]
fn meta_takes_what_we_send() {
    let requests = messages();
    let Some(judged) = judge("meta_takes_what_we_send", &requests) else { return };
    assert_eq!(judged.len(), requests.len());
    for (Judged { name, status, problems }, (_, body)) in judged.iter().zip(&requests) {
        assert_eq!(*status, 200, "{name}: {body}\n{problems:#}");
    }
}

/// The judge is one: it refuses what Meta would.
#[test]
fn meta_takes_nothing_else() {
    let button = |title: &str| json!({ "type": "reply", "reply": { "id": "1", "title": title } });
    let buttons = |buttons: Vec<Value>| json!({ "type": "button", "body": { "text": "?" }, "action": { "buttons": buttons } });
    let row = json!({ "id": "1", "title": "a title of more than 24 letters" });
    let template = |component: Value| {
        let language = json!({ "policy": "deterministic", "code": "en" });
        message("template", json!({ "name": "x", "language": language, "components": [component] }))
    };
    let head = |parameter: Value| template(json!({ "type": "header", "parameters": [parameter] }));
    let pressed = |kind: &str, parameter: Value| {
        template(json!({ "type": "button", "sub_type": kind, "index": "0", "parameters": [parameter] }))
    };
    let wrong = [
        head(json!({ "type": "image" })),
        head(json!({ "type": "telepathy" })),
        head(json!({ "type": "location", "location": { "latitude": "1", "longitude": "1" } })),
        pressed("copy_code", json!({ "type": "coupon_code" })),
        pressed("flow", json!({ "type": "payload", "payload": "x" })),
        message("interactive", buttons(vec![button("Yes"); 4])),
        message("interactive", buttons(vec![button("a title of 21 letters")])),
        message(
            "interactive",
            json!({ "type": "list", "body": { "text": "?" }, "action": { "button": "Choose", "sections": [{ "rows": [row] }] } }),
        ),
        message("image", json!({ "caption": "no file" })),
        message("text", json!({ "body": "x", "markup": "none" })),
        message("hologram", json!({})),
        json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "type": "text", "text": { "body": "to nobody" } }),
        json!({ "messaging_product": "whatsapp", "status": "seen", "message_id": "wamid.A" }),
        json!({ "messaging_product": "whatsapp", "status": "read" }),
    ];
    let requests = wrong.into_iter().map(|body| (body.to_string(), body)).collect::<Vec<_>>();
    let Some(judged) = judge("meta_takes_nothing_else", &requests) else { return };
    for Judged { name, status, .. } in judged {
        assert_eq!(status, 422, "{name}");
    }
}
