//! What a connection really asks of Meta, taken down in Meta's place and judged by its own description of its API.
//!
//! Of what is asked, the description lacks a single thing: the address from which a file is downloaded, which Meta names each time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, Method, Uri, header},
    routing::any,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use studio_core::{
    api::Message,
    content::{Content, Header, Parameters, Source, Template},
};
use studio_simulators::whatsapp::Settings;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    super::{Account, sendable::HEADS},
    content::picture,
    prism::{Judged, judge_all},
    scene::{ADA, account},
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Command, Leaving, Outcome},
    testing::{Memory, from_bot, serve, untried},
};

/// What the connection calls, however it comes to it.
const CALLED: [&str; 9] = [
    "GET /v23.0/{account}/message_templates",
    "GET /v23.0/{account}/subscribed_apps",
    "GET /v23.0/{file}",
    "GET /v23.0/{number}",
    "POST /v23.0/{account}/subscribed_apps",
    "POST /v23.0/{number}",
    "POST /v23.0/{number}/conversational_automation",
    "POST /v23.0/{number}/media",
    "POST /v23.0/{number}/messages",
];

/// Meta's id of every file.
const FILE: &str = "4490709327384033";
const DOWNLOAD: &str = "/download";
const STUDIO: &str = "https://studio.example/";

type Calls = Arc<Mutex<Vec<Value>>>;

/// In Meta's place: takes everything, and takes it down as the judge is told it.
async fn api(
    State(calls): State<Calls>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().expect("a text"));
    if uri.path() == DOWNLOAD {
        return Json(json!("the file"));
    }
    let shown =
        json!({ "authorization": text(header::AUTHORIZATION), "user-agent": text(header::USER_AGENT) });
    let mut call = json!({
        "name": format!("{method} {uri}"), "method": method.as_str(), "path": uri.to_string(), "headers": shown,
    });
    match text(header::CONTENT_TYPE) {
        Some(kind) if kind.starts_with("multipart/") => {
            call["form"] = json!({ "type": kind, "hex": hex::encode(&body) });
        }
        Some(_) => call["body"] = serde_json::from_slice(&body).expect("JSON"),
        None => assert!(body.is_empty(), "a body of no type"),
    }
    calls.lock().expect("not poisoned").push(call);
    let host = text(header::HOST).expect("a host");
    Json(answer(&method, uri.path().trim_start_matches("/v23.0/"), host))
}

fn answer(method: &Method, path: &str, host: &str) -> Value {
    let edge = path.split_once('/').map(|(_, edge)| edge);
    match (method.as_str(), edge) {
        ("GET", Some("message_templates")) => {
            json!({ "data": kinds().iter().map(Kind::listed).collect::<Vec<_>>() })
        }
        ("GET", Some("subscribed_apps")) => json!({ "data": [{ "whatsapp_business_api_data": {} }] }),
        ("GET", None) if path == FILE => json!({ "url": format!("http://{host}{DOWNLOAD}"), "id": FILE }),
        ("GET", None) => json!({
            "display_phone_number": "15550783881", "verified_name": "Shop", "quality_rating": "GREEN",
            "webhook_configuration": { "phone_number": format!("{STUDIO}webhooks/shop") },
        }),
        ("POST", Some("media")) => json!({ "id": FILE }),
        ("POST", Some("messages")) => json!({ "messages": [{ "id": "wamid.A" }] }),
        _ => json!({ "success": true }),
    }
}

/// What was called, by the names of the things in its path.
fn named(call: &Value) -> String {
    let Settings { phone_number_id, account_id, .. } = Settings::default();
    let path = call["path"].as_str().expect("a path").split('?').next().unwrap_or_default();
    let path = path.replace(&phone_number_id, "{number}").replace(&account_id, "{account}");
    format!("{} {}", call["method"].as_str().expect("a method"), path.replace(FILE, "{file}"))
}

/// A connection whose API is the stand-in of this file.
struct Recorded {
    calls: Calls,
    account: Arc<Account>,
    host: Memory,
}

impl Recorded {
    async fn start() -> Self {
        let calls = Calls::default();
        let router = Router::new().route("/{*path}", any(api)).with_state(Arc::clone(&calls));
        let address = Url::parse(&format!("http://{}/", serve(router).await)).expect("an address");
        Self { calls, account: Arc::new(account(&address)), host: Memory::new(&[]) }
    }

    fn calls(&self) -> Vec<Value> {
        self.calls.lock().expect("not poisoned").clone()
    }

    /// Waits until this was called.
    async fn called(&self, wanted: &str) {
        for _ in 0..1_000 {
            if self.calls().iter().any(|call| named(call) == wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{wanted} was never called: {:?}", self.account.standing());
    }

    async fn keep(&self, name: &str, media_type: &str, bytes: &'static [u8]) -> Source {
        let facts = MediaFacts { name: name.into(), media_type: media_type.into(), size: bytes.len() as u64 };
        let conversation = self.host.conversation("shop", ADA);
        let kept = self.host.save_media(conversation, facts, Bytes::from_static(bytes)).await;
        Source::Media(kept.expect("in memory"))
    }

    async fn send(&self, key: &str, message: Message) {
        let leaving = untried(self.host.conversation("shop", ADA), ADA, key.to_owned(), message);
        // The clock of the stand-in is the machine's, which no test reads.
        let leaving = Leaving { last_heard: Some(Timestamp::MAX), ..leaving };
        assert_eq!(self.account.send(&self.host, &leaving).await.outcome, Outcome::Done, "{key}");
    }
}

/// A kind of template that is sent from here (`sendable.rs`).
struct Kind {
    name: String,
    category: &'static str,
    components: Vec<Value>,
    parameters: Parameters,
}

impl Kind {
    fn headed(format: &str, text: Option<&str>, header: Header) -> Self {
        let mut head = json!({ "type": "HEADER", "format": format });
        if let Some(text) = text {
            head["text"] = json!(text);
        }
        let name = format!("head_{}", format.to_lowercase());
        let mut kind = Self::of(name, head);
        kind.parameters.header = Some(header);
        kind
    }

    fn pressed(button: &Value, value: Option<&str>) -> Self {
        let name = format!("button_{}", button["type"].as_str().expect("a kind").to_lowercase());
        let mut kind = Self::of(name, json!({ "type": "BUTTONS", "buttons": [button] }));
        kind.parameters.buttons = value.into_iter().map(|value| (0, value.to_owned())).collect();
        kind
    }

    fn of(name: String, component: Value) -> Self {
        let body = json!({ "type": "BODY", "text": "Hi {{first_name}}" });
        let values = BTreeMap::from([("first_name".to_owned(), "Ada".to_owned())]);
        let parameters = Parameters { header: None, body: values, buttons: BTreeMap::new() };
        Self { name, category: "UTILITY", components: vec![body, component], parameters }
    }

    /// As Meta lists it.
    fn listed(&self) -> Value {
        let Self { name, category, components, .. } = self;
        json!({
            "name": name, "language": "en", "status": "APPROVED", "category": category, "components": components,
        })
    }
}

fn kinds() -> Vec<Kind> {
    let at = |path: &str| Source::Url(format!("https://shop.example/{path}"));
    let place = Header::Location {
        latitude_microdegrees: 52_516_300,
        longitude_microdegrees: -13_377_700,
        name: "Shop".into(),
        address: "Pariser Platz, Berlin".into(),
    };
    let button = |kind: &str| json!({ "type": kind, "text": "Go" });
    let tracks = json!({ "type": "URL", "text": "Track", "url": "https://shop.example/{{1}}" });
    let mut code = Kind::pressed(&tracks, Some("123456"));
    code.name = "code".to_owned();
    code.category = "AUTHENTICATION";
    vec![
        Kind::headed("TEXT", Some("Order {{1}}"), Header::Text("17".into())),
        Kind::headed("IMAGE", None, Header::Image(picture())),
        Kind::headed("VIDEO", None, Header::Video(at("tent.mp4"))),
        Kind::headed("DOCUMENT", None, Header::Document { source: at("bill.pdf"), name: "bill.pdf".into() }),
        Kind::headed("LOCATION", None, place),
        Kind::pressed(&button("QUICK_REPLY"), Some("yes")),
        Kind::pressed(&tracks, Some("t/17")),
        Kind::pressed(&button("COPY_CODE"), Some("SAVE10")),
        Kind::pressed(&button("PHONE_NUMBER"), None),
        Kind::pressed(&button("VOICE_CALL"), None),
        Kind::pressed(&button("CATALOG"), None),
        code,
    ]
}

#[tokio::test]
async fn meta_takes_all_that_a_connection_asks() {
    let meta = Recorded::start().await;
    meta.host.publish_at(Url::parse(STUDIO).expect("an address"));
    meta.host.offer(vec![Command {
        name: "help".into(),
        names: Vec::new(),
        description: vec![("en".into(), "What can I do?".into())],
    }]);
    let stop = CancellationToken::new();
    let running = tokio::spawn(Arc::clone(&meta.account).run(meta.host.clone(), stop.clone()));
    for call in [
        "GET /v23.0/{number}",
        "GET /v23.0/{account}/message_templates",
        "POST /v23.0/{number}/conversational_automation",
    ] {
        meta.called(call).await;
    }
    stop.cancel();
    running.await.expect("it ends");

    meta.account.examine(&meta.host).await;
    {
        let mut known = meta.account.known();
        known.last_message.insert(ADA.to_owned(), "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRB".to_owned());
        known.phones.insert(ADA.to_owned(), "4915112345678".to_owned());
    }
    meta.account.typing(&meta.host, ADA).await;
    meta.send("words", from_bot(Content::text("Hello"))).await;
    let tent = meta.keep("tent.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff").await;
    let said = |kind: &Kind, header: Option<Header>| {
        let parameters = Parameters { header, ..kind.parameters.clone() };
        let template = Template { name: kind.name.clone(), language: "en".into(), parameters, when: None };
        Message { template: Some(Box::new(template)), ..from_bot(Content::text("Hi Ada")) }
    };
    let kinds = kinds();
    for kind in &kinds {
        meta.send(&kind.name, said(kind, kind.parameters.header.clone())).await;
    }
    // A file of our own in the head, which is uploaded before.
    let pictured = kinds.iter().find(|kind| kind.name == "head_image").expect("one has a picture");
    meta.send("uploaded", said(pictured, Some(Header::Image(tent)))).await;
    let file = meta.account.fetch(&meta.host, FILE).await.expect("it is there");
    assert_eq!(file, b"\"the file\"".as_slice());
    let address = meta.host.webhook_address("shop").expect("it is published");
    meta.account.sign_off(&meta.host, &address).await;

    let calls = meta.calls();
    let called = calls.iter().map(named).collect::<BTreeSet<_>>();
    assert_eq!(called.into_iter().collect::<Vec<_>>(), CALLED);
    let templates = calls.iter().filter(|call| call["body"]["type"] == "template");
    assert_eq!(templates.clone().count(), kinds.len() + 1);
    for head in HEADS {
        let head = format!("head_{}", head.to_lowercase());
        assert!(templates.clone().any(|call| call["body"]["template"]["name"] == head), "{head}");
    }
    let Some(judged) = judge_all("meta_takes_all_that_a_connection_asks", &calls) else { return };
    assert_eq!(judged.len(), calls.len());
    for (Judged { name, status, problems }, call) in judged.iter().zip(&calls) {
        assert_eq!(*status, 200, "{name}: {}\n{problems:#}", call["body"]);
    }
}

#[tokio::test]
async fn meta_takes_what_we_upload() {
    let meta = Recorded::start().await;
    let files: [(&str, &str, &'static [u8]); 4] = [
        ("tent.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff"),
        ("the bill.pdf", "application/pdf", b"%PDF-1.7"),
        ("voice.ogg", "audio/ogg; codecs=opus", b"OggS\x00"),
        ("film.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    ];
    for (name, media_type, bytes) in files {
        let source = meta.keep(name, media_type, bytes).await;
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        let content = if media_type.starts_with("image/") {
            Content::Image { source, alt: name.clone(), caption: None }
        } else {
            Content::File { source, name: name.clone(), media_type, size: 0 }
        };
        meta.send(&name, from_bot(content)).await;
    }
    let uploads = meta.calls().into_iter().filter(|call| call["form"].is_object()).collect::<Vec<_>>();
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

/// The judge is one of calls without a body as well.
#[test]
fn meta_takes_no_other_calls() {
    let number = "/v23.0/106540352242922";
    let wrong = [
        json!({ "name": "no token", "method": "GET", "path": number, "headers": { "authorization": null } }),
        json!({ "name": "no such edge", "method": "GET", "path": format!("{number}/nothing") }),
        json!({ "name": "no address", "path": number, "body": { "webhook_configuration": { "verify_token": "x" } } }),
        json!({ "name": "a bad address", "path": number, "body": { "webhook_configuration": { "override_callback_uri": "x y" } } }),
        json!({ "name": "a bad command", "path": format!("{number}/conversational_automation"),
            "body": { "commands": [{ "command_name": "x y", "command_description": "" }] } }),
    ];
    let Some(judged) = judge_all("meta_takes_no_other_calls", &wrong) else { return };
    for Judged { name, status, .. } in judged {
        assert!((400..500).contains(&status), "{name}: {status}");
    }
}
