//! The HTTP channel from outside.

mod fetched;
mod marks;
mod waiting;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use studio_core::{
    api::{DeliveryState, Message, Sender},
    content::Content,
    dialogue::{self, Speaker},
    id::{ConversationId, MemberId, OrganisationId},
};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use ulid::Ulid;

use super::*;
use crate::{
    host::{AcceptError, Host as _},
    testing::Memory,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn memory() -> Memory {
    fetching("reply_url = 'https://crm.example/replies'")
}

/// Whose replies are fetched, unless more is set.
fn fetching(more: &str) -> Memory {
    let connection = format!("name = 'crm'\nchannel = 'http'\nbot = 'shop'\nsecret = '{SECRET}'\n{more}");
    Memory::new(&[&connection])
}

struct Client {
    memory: Memory,
    router: Router,
    count: u32,
}

impl Client {
    fn new() -> Self {
        Self::of(memory())
    }

    fn of(memory: Memory) -> Self {
        let webhooks = crate::webhooks::router(memory.clone());
        Self { router: router(memory.clone()).merge(webhooks), memory, count: 0 }
    }

    fn signed(&mut self, payload: &str) -> axum::http::request::Builder {
        self.count += 1;
        let id = format!("msg_{}", self.count);
        let now = self.memory.now().as_second();
        let secrets = [SECRET.parse().expect("the secret of the test")];
        Request::builder()
            .header("webhook-signature", sign(&secrets, &id, now, payload.as_bytes()))
            .header("webhook-id", id)
            .header("webhook-timestamp", now)
    }

    async fn post(&mut self, query: &str, body: &Value) -> (StatusCode, Value) {
        self.post_text(query, &body.to_string()).await
    }

    async fn post_text(&mut self, query: &str, body: &str) -> (StatusCode, Value) {
        let request = self
            .signed(body)
            .method("POST")
            .uri(format!("/webhooks/crm{query}"))
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Posts it, and goes on meanwhile.
    fn waiting(&mut self, query: &str, body: &Value) -> JoinHandle<(StatusCode, HeaderMap, Value)> {
        let body = body.to_string();
        let request = self
            .signed(&body)
            .method("POST")
            .uri(format!("/webhooks/crm{query}"))
            .header("content-type", "application/json");
        let request = request.body(Body::from(body)).expect("a request");
        tokio::spawn(answered(self.router.clone(), request))
    }

    async fn get(&mut self, query: &str) -> (StatusCode, Value) {
        let request = self.signed(query).uri(format!("/http/crm/messages?{query}"));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let (status, _, answer) = answered(self.router.clone(), request).await;
        (status, answer)
    }
}

async fn answered(router: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let response: Response = router.oneshot(request).await.expect("routers do not fail");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a short body");
    (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn ids_of_two_conversations_never_meet() {
    let mut client = Client::new();
    let contact = json!({ "name": "Ada" });
    let bodies = [
        json!({"conversation": "a", "id": "b", "message": {"text": "One"}, "contact": contact}),
        json!({"conversation": "a:b", "id": "contact", "message": {"text": "Two"}}),
        json!({"conversation": "a:b+contact", "id": "contact", "message": {"text": "Three"}, "contact": contact}),
    ];
    for body in bodies {
        let (status, answer) = client.post("", &body).await;
        assert_eq!((status, &answer["repeat"]), (StatusCode::ACCEPTED, &json!(false)), "{body}");
        assert_eq!(answer["event"], body["id"]);
    }
    assert_eq!(client.memory.accepted().len(), 5);
}

#[tokio::test]
async fn a_message_is_stored_and_acknowledged_once() {
    let mut client = Client::new();
    let body = json!({"conversation": "order-17", "id": "m1", "message": {"text": "Hello"}});
    let (status, answer) = client.post("", &body).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(
        (&answer["conversation"], &answer["event"], &answer["repeat"]),
        (&json!("order-17"), &json!("m1"), &json!(false))
    );
    let (status, answer) = client.post("", &body).await;
    assert_eq!((status, &answer["repeat"]), (StatusCode::ACCEPTED, &json!(true)));
    let accepted = client.memory.accepted();
    assert_eq!(accepted.len(), 1);
    assert_eq!((accepted[0].thread.as_str(), accepted[0].native.as_str()), ("order-17", "order-17:m1"));

    // However it is written, it is the same; with other words it is another message under a known id.
    let (status, answer) = client
        .post_text("", r#"{ "message": {"text": "Hello"}, "id": "m1", "conversation": "order-17" }"#)
        .await;
    assert_eq!((status, &answer["repeat"]), (StatusCode::ACCEPTED, &json!(true)));
    for changed in [
        json!({"conversation": "order-17", "id": "m1", "message": {"text": "Goodbye"}}),
        json!({"conversation": "order-17", "id": "m1", "message": {"text": "Hello"}, "language": "de"}),
    ] {
        let (status, problem) = client.post("", &changed).await;
        assert_eq!(status, StatusCode::CONFLICT, "{changed}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("a new id")), "{problem}");
    }
    assert_eq!(client.memory.accepted().len(), 1);

    // The same id in another conversation is another message.
    let other = json!({"conversation": "order-18", "id": "m1", "message": {"text": "Hello"}});
    assert_eq!(client.post("", &other).await.1["repeat"], json!(false));
}

#[tokio::test]
async fn every_form_of_message_is_understood() {
    let mut client = Client::new();
    let forms = [
        json!({"text": "Hello"}),
        json!({"press": {"value": "yes"}}),
        json!({"file": {"url": "https://a.example/bill.pdf", "name": "bill.pdf", "media_type": "application/pdf"}}),
        json!({"location": {"latitude": 52.5163, "longitude": 13.3777}}),
        json!({"event": {"name": "order_page_opened", "data": {"order": 4711}}}),
        json!({"open": {}}),
        json!({"forget": {}}),
    ];
    for form in forms {
        let body =
            json!({"conversation": "c", "message": form, "contact": {"name": "Ada"}, "language": "de-AT"});
        let (status, answer) = client.post("", &body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    }
    let bodies = client.memory.accepted().into_iter().map(|incoming| incoming.body).collect::<Vec<_>>();
    assert_eq!(bodies.len(), 14, "each message is told after what is known of the person");
    assert!(
        matches!(&bodies[0], dialogue::Body::Introduced { attributes, .. } if attributes["name"] == "Ada")
    );
    assert!(matches!(&bodies[3], dialogue::Body::Press { value, title } if value == "yes" && title == "yes"));
    assert!(matches!(
        &bodies[7],
        dialogue::Body::Message { content: Content::Location { latitude_microdegrees: 52_516_300, .. }, .. }
    ));
    assert!(
        matches!(&bodies[11], dialogue::Body::Opened { language: Some(tag), attributes } if tag == "de-AT" && attributes.is_empty())
    );
    assert!(matches!(bodies[13], dialogue::Body::Forget));
}

#[tokio::test]
async fn what_is_wrong_in_a_body_is_said() {
    let mut client = Client::new();
    for (body, expected) in [
        (json!({"conversation": "c"}), "the body does not fit: `message` is missing"),
        (json!({"conversation": 7, "message": {"text": "a"}}), "the field conversation does not fit"),
        (json!({"conversation": "c", "message": {"text": ["a"]}}), "the field message.text does not fit"),
        (
            json!({"conversation": "c", "message": {"file": {"url": "https://a.example", "name": "a", "media_type": "a/b", "size": -1}}}),
            "the field message.file.size does not fit: a whole number that is not negative is needed",
        ),
        (
            json!({"conversation": "c", "message": {"location": {"latitude": "north", "longitude": 0}}}),
            "the field message.location.latitude does not fit",
        ),
        (
            json!({"conversation": "c", "message": {"text": "a"}, "contact": []}),
            "the field contact does not fit",
        ),
        (
            json!({"conversation": "c", "message": {"text": "a"}, "contact": {"name": 7}}),
            "contact.name must be a text",
        ),
        (
            json!({"conversation": "c", "message": {"text": "a"}, "contact": {"email": ["a@a.example"]}}),
            "contact.email must be a text",
        ),
        (
            json!({"conversation": "c", "message": {"text": "a"}, "contact": {"email_verified": "yes"}}),
            "contact.email_verified must be true or false",
        ),
        (json!({"conversation": "", "message": {"text": "a"}}), "conversation must be"),
        (json!({"conversation": "a\u{7}", "message": {"text": "a"}}), "none of them a control character"),
        (json!({"conversation": "c", "message": {"text": "   "}}), "the text has nothing to read"),
        (json!({"conversation": "c", "message": {"text": "\u{0}\u{7}"}}), "the text has nothing to read"),
        (json!({"conversation": "c", "message": {"text": "\u{200b}"}}), "the text has nothing to read"),
        (json!({"conversation": "c", "message": {"text": "a".repeat(10_001)}}), "at most 10000 characters"),
        (
            json!({"conversation": "c", "message": {"text": "a", "foo": 1}}),
            "message has no field `foo`: it must hold exactly one of text, press, file, location, event, open, forget",
        ),
        (json!({"conversation": "c", "message": {"text": "a"}, "id": "a:b"}), "id must be"),
        (json!({"conversation": "c", "message": {"text": "a"}, "bot": "x"}), "there is no field `bot` here"),
        (json!({"conversation": "c", "message": {"shout": "a"}}), "`shout` cannot be used"),
        (json!({"conversation": "c", "message": {}}), "exactly one of text, press"),
        (json!({"conversation": "c", "message": {"text": "a", "forget": {}}}), "exactly one of text, press"),
        (json!({"conversation": "c", "message": {"open": {"name": "Ada"}}}), "there is no field `name` here"),
        (json!({"conversation": "c", "message": "a"}), "exactly one of text, press"),
        (json!([{"conversation": "c", "message": {"text": "a"}}]), "the body must be an object"),
        (json!(["c", null, {"text": "a"}, {}, null]), "the body must be an object"),
        (json!("c"), "the body must be an object"),
        (
            json!({"conversation": "c", "message": {"press": ["a", "A"]}}),
            "the field message.press does not fit: an object is needed, not a list",
        ),
        (json!({"conversation": "c", "message": {"forget": []}}), "message.forget"),
        (
            json!({"conversation": "c", "message": {"file": {"url": "https://a.example", "name": "a", "media_type": "text/html\r\nx: y"}}}),
            "media_type",
        ),
        (
            json!({"conversation": "c", "message": {"file": {"url": "https://a.example", "name": "a", "media_type": "pdf"}}}),
            "media_type",
        ),
        (
            json!({"conversation": "c", "message": {"file": {"url": "file:///etc/passwd", "name": "a", "media_type": "a/b"}}}),
            "http or https",
        ),
        (
            json!({"conversation": "c", "message": {"location": {"latitude": 91, "longitude": 0}}}),
            "90 degrees",
        ),
    ] {
        let (status, problem) = client.post("", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(expected)), "{problem}");
    }
    assert!(client.memory.accepted().is_empty(), "nothing of this was stored");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said() {
    let mut client = Client::new();
    let good = json!({"conversation": "c", "message": {"text": "Hello"}});
    let text = good.to_string();
    let wrong_type =
        client.signed(&text).method("POST").uri("/webhooks/crm").header("content-type", "text/plain");
    let (status, _) = client.send(wrong_type.body(Body::from(text.clone())).expect("a request")).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let changed =
        client.signed(&text).method("POST").uri("/webhooks/crm").header("content-type", "application/json");
    let (status, problem) =
        client.send(changed.body(Body::from(format!("{text} "))).expect("a request")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!problem.to_string().contains("v1,"), "a refusal does not say what would be right");

    let large = "x".repeat((1 << 20) + 1);
    let request =
        client.signed(&large).method("POST").uri("/webhooks/crm").header("content-type", "application/json");
    let (status, _) = client.send(request.body(Body::from(large)).expect("a request")).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

    let nowhere =
        client.signed(&text).method("POST").uri("/webhooks/other").header("content-type", "application/json");
    assert_eq!(
        client.send(nowhere.body(Body::from(text)).expect("a request")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(client.post("?wait=soon", &good).await.0, StatusCode::BAD_REQUEST);
    for broken in [r#"{"conversation": "c", "#.to_owned(), format!("{good} and more"), String::new()] {
        let (status, problem) = client.post_text("", &broken).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{broken}");
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("the body is no JSON: "), "{broken}: {detail}");
    }
    for (method, path) in
        [("GET", "/webhooks/crm"), ("POST", "/http/crm/messages"), ("DELETE", "/webhooks/crm")]
    {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        let (status, problem) = client.send(request).await;
        assert_eq!(
            (status, &problem["status"]),
            (StatusCode::METHOD_NOT_ALLOWED, &json!(405)),
            "{method} {path}"
        );
    }
    assert!(client.memory.accepted().is_empty(), "nothing of this was stored");

    client.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_millis(1500) }));
    let (status, problem) = client.post("", &good).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["detail"], "the studio takes no messages for the moment; send the same again in 2 s");
}

#[tokio::test]
async fn names_of_files_are_cleaned() {
    let mut client = Client::new();
    for (number, (name, expected)) in
        [("../../bill.pdf", "bill.pdf"), ("bill\u{202e}fdp.exe", "billfdp.exe"), ("", "file")]
            .into_iter()
            .enumerate()
    {
        let file = json!({"url": "https://a.example/x", "name": name, "media_type": "application/pdf"});
        let (status, answer) =
            client.post("", &json!({"conversation": "c", "message": {"file": file}})).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        match &client.memory.accepted()[number].body {
            dialogue::Body::Message { content: Content::File { name, .. }, .. } => assert_eq!(name, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_reply_leaves_signed_and_the_same_each_time() {
    let connection = memory().http("crm").expect("the connection of the test");
    let at = Timestamp::from_second(1_700_000_000).expect("within jiff's range");
    let message = |from| OutboundMessage {
        conversation: ConversationId::of_thread(OrganisationId::FIRST, "crm", "order-17"),
        thread: "order-17".into(),
        message: Message {
            sequence: 7,
            at,
            from,
            content: Content::text("Here it is"),
            author: None,
            client_id: None,
            translated: false,
            translation: None,
            template: None,
        },
        uncertain: false,
    };
    let agent = Speaker::Member { member: MemberId(Ulid(1)), name: "Ada".into() };
    let spoken = message(Sender::Speaker { speaker: agent });
    let first = request(&connection, &spoken, at).expect("there is a reply_url");
    insta::with_settings!({ snapshot_path => "fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("reply", (first.url.as_str(), &first.headers, &first.body));
    });

    let later = at.saturating_add(SignedDuration::from_hours(2)).expect("whole hours");
    let again = OutboundMessage { uncertain: true, ..spoken };
    let second = request(&connection, &again, later).expect("there is a reply_url");
    assert!(!first.headers.contains_key("studio-uncertain"));
    assert_eq!(second.headers["studio-uncertain"], "true");
    assert_eq!((&first.body, &first.headers["webhook-id"]), (&second.body, &second.headers["webhook-id"]));
    let headers = second
        .headers
        .iter()
        .map(|(name, value)| (name.parse().expect("a header name"), value.parse().expect("a header value")));
    verify(&connection.secrets, &headers.collect(), second.body.as_bytes(), later)
        .expect("the receiver's own check");

    let note = message(Sender::Note { member: MemberId(Ulid(1)), name: "Ada".into() });
    assert_eq!(request(&connection, &note, at), None);
}

#[test]
fn answers_are_judged() {
    fn check(status: Option<u16>, expected: &str) {
        let judged = match judge(status, Some(SignedDuration::from_secs(7))) {
            Delivery::Done => "done".to_owned(),
            Delivery::Retry { after } => format!("retry {:?}", after.map(|after| after.as_secs())),
            Delivery::Dead { .. } => "dead".to_owned(),
        };
        assert_eq!(judged, expected, "{status:?}");
    }
    check(None, "retry None");
    check(Some(200), "done");
    check(Some(204), "done");
    check(Some(301), "dead");
    check(Some(400), "dead");
    check(Some(410), "dead");
    check(Some(408), "retry Some(7)");
    check(Some(429), "retry Some(7)");
    check(Some(500), "retry Some(7)");
    check(Some(503), "retry Some(7)");
}
