//! What we send, judged by Meta's own description of its API.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Uri, header},
    routing::any,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use studio_core::content::{Content, Parameters, Source, Template};
use studio_simulators::peers;
use url::Url;

use super::{
    super::{
        KnownTemplate, Words,
        outbound::{Found, Recipient, envelope, read_mark, render, rest},
        template::Fill as _,
    },
    content::{card, picture, rows, value},
    scene::{ADA, account},
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Leaving, Outcome},
    testing::{Memory, from_bot, serve, untried},
};

#[derive(Debug, Deserialize)]
struct Judged {
    name: String,
    status: u16,
    problems: Value,
}

/// Judges requests to these paths; `None` where the judge or the description is missing.
fn judge(test: &str, requests: &[(String, &str, Value)]) -> Option<Vec<Judged>> {
    let asked = requests.iter().map(|(name, path, body)| {
        json!({ "name": name, "path": format!("/v23.0/106540352242922/{path}").replace("//", "/").trim_end_matches('/'), "body": body })
    });
    judge_all(test, &asked.collect::<Vec<_>>())
}

/// The same of requests as the judge is told them.
fn judge_all(test: &str, asked: &[Value]) -> Option<Vec<Judged>> {
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

fn messages() -> Vec<(String, &'static str, Value)> {
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
                requests.push((format!("{part:?}"), "messages", message(kind, object.clone())));
                let phone = Recipient::Phone("4915112345678".to_owned());
                requests.push((format!("{part:?}"), "messages", message_to(&phone, kind, object)));
            }
        }
    }
    assert!(further >= 2, "the pages that follow the first of a long list are among them");
    requests.push(("read".to_owned(), "messages", read_mark("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRB")));
    let known: KnownTemplate = serde_json::from_value(json!({
        "name": "order", "language": "en_US", "status": "APPROVED",
        "components": [
            { "type": "BODY", "text": "Hi {{1}}" },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Track", "url": "https://shop.example/{{1}}" }] },
        ],
    }))
    .expect("a template");
    let parameters = Parameters {
        header: None,
        body: BTreeMap::from([("1".to_owned(), "Ada".to_owned())]),
        buttons: BTreeMap::from([(0, "17".to_owned())]),
    };
    let template = Template { name: "order".into(), language: "en_US".into(), parameters, when: None };
    requests.push(("template".to_owned(), "messages", message("template", template.render(&known, None))));
    let commands =
        json!({ "commands": [{ "command_name": "help", "command_description": "What can I do?" }] });
    requests.push(("commands".to_owned(), "conversational_automation", commands));
    let webhook = json!({ "webhook_configuration": { "override_callback_uri": "https://studio.example/webhooks/shop", "verify_token": "a word" } });
    requests.push(("webhook".to_owned(), "", webhook));
    requests
}

#[test]
fn meta_takes_what_we_send() {
    let requests = messages();
    let Some(judged) = judge("meta_takes_what_we_send", &requests) else { return };
    assert_eq!(judged.len(), requests.len());
    for (Judged { name, status, problems }, (_, _, body)) in judged.iter().zip(&requests) {
        assert_eq!(*status, 200, "{name}: {body}\n{problems:#}");
    }
}

type Uploads = Arc<Mutex<Vec<Value>>>;

/// In Meta's place: takes everything, and keeps uploads as the judge is told them.
async fn api(State(uploads): State<Uploads>, uri: Uri, headers: HeaderMap, body: Bytes) -> Json<Value> {
    if !uri.path().ends_with("/media") {
        return Json(json!({ "messages": [{ "id": "wamid.A" }] }));
    }
    let kind = headers[header::CONTENT_TYPE].to_str().expect("a text");
    let form = json!({ "type": kind, "hex": hex::encode(&body) });
    let upload = json!({ "name": uri.path(), "path": uri.path(), "form": form });
    uploads.lock().expect("not poisoned").push(upload);
    Json(json!({ "id": "4490709327384033" }))
}

#[tokio::test]
async fn meta_takes_what_we_upload() {
    let uploads = Uploads::default();
    let router = Router::new().route("/{*path}", any(api)).with_state(Arc::clone(&uploads));
    let address = Url::parse(&format!("http://{}/", serve(router).await)).expect("an address");
    let (account, host) = (account(&address), Memory::new(&[]));
    let conversation = host.conversation("shop", ADA);
    let files: [(&str, &str, &'static [u8]); 4] = [
        ("tent.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff"),
        ("the bill.pdf", "application/pdf", b"%PDF-1.7"),
        ("voice.ogg", "audio/ogg; codecs=opus", b"OggS\x00"),
        ("film.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    ];
    for (number, (name, media_type, bytes)) in files.into_iter().enumerate() {
        let facts = MediaFacts { name: name.into(), media_type: media_type.into(), size: bytes.len() as u64 };
        let kept = host.save_media(conversation, facts, Bytes::from_static(bytes)).await.expect("in memory");
        let (source, name, media_type) = (Source::Media(kept), name.to_owned(), media_type.to_owned());
        let content = if media_type.starts_with("image/") {
            Content::Image { source, alt: name, caption: None }
        } else {
            Content::File { source, name, media_type, size: 0 }
        };
        let leaving = untried(conversation, ADA, format!("key{number}"), from_bot(content));
        // The clock of the stand-in is the machine's, which no test reads.
        let leaving = Leaving { last_heard: Some(Timestamp::MAX), ..leaving };
        assert_eq!(account.send(&host, &leaving).await.outcome, Outcome::Done);
    }
    let uploads = uploads.lock().expect("not poisoned").clone();
    assert_eq!(uploads.len(), files.len());
    let Some(judged) = judge_all("meta_takes_what_we_upload", &uploads) else { return };
    for Judged { name, status, problems } in judged {
        assert_eq!(status, 200, "{name}: {problems:#}");
    }

    let part = |head: &str, body: &str| {
        format!("--x\r\nContent-Disposition: form-data; name={head}\r\n\r\n{body}\r\n")
    };
    let (product, kind) = (part("\"messaging_product\"", "whatsapp"), part("\"type\"", "image/png"));
    let file = part("\"file\"; filename=\"a.png\"\r\nContent-Type: image/png", "PNG");
    let wrong = [[&product, &kind], [&product, &file], [&kind, &file]].map(|parts| {
        let form = format!("{}{}--x--\r\n", parts[0], parts[1]);
        let form = json!({ "type": "multipart/form-data; boundary=x", "hex": hex::encode(form) });
        json!({ "name": "wrong", "path": "/v23.0/106540352242922/media", "form": form })
    });
    let judged = judge_all("meta_takes_what_we_upload", &wrong).expect("the judge is here");
    assert!(judged.iter().all(|judged| judged.status >= 400), "{judged:?}");
}

/// The judge is one: it refuses what Meta would.
#[test]
fn meta_takes_nothing_else() {
    let button = |title: &str| json!({ "type": "reply", "reply": { "id": "1", "title": title } });
    let buttons = |buttons: Vec<Value>| json!({ "type": "button", "body": { "text": "?" }, "action": { "buttons": buttons } });
    let row = json!({ "id": "1", "title": "a title of more than 24 letters" });
    let wrong = [
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
    let requests = wrong.into_iter().map(|body| (body.to_string(), "messages", body)).collect::<Vec<_>>();
    let Some(judged) = judge("meta_takes_nothing_else", &requests) else { return };
    for Judged { name, status, .. } in judged {
        assert_eq!(status, 422, "{name}");
    }
}
