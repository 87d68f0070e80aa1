//! What is answered to whom, and what is stored before?

use std::collections::BTreeSet;

use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;
use studio_core::{content::Content, dialogue::Body};
use studio_simulators::whatsapp::Settings;
use url::Url;

use super::{
    super::{Account, value::Ids},
    content::value,
    scene::{ADA, account},
};
use crate::{
    host::{AcceptError, Host as _},
    platform::{Counts, ReplayError},
    testing::Memory,
};

pub fn nowhere() -> Account {
    account(&Url::parse("http://127.0.0.1:9/").expect("an address"))
}

pub fn signed(body: &[u8]) -> HeaderMap {
    let mut mac = Hmac::<Sha256>::new_from_slice(Settings::default().app_secret.as_bytes()).expect("a key");
    mac.update(body);
    let value = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    HeaderMap::from_iter([("x-hub-signature-256".parse().expect("a name"), value.parse().expect("a value"))])
}

pub async fn post(account: &Account, host: &Memory, body: &[u8]) -> StatusCode {
    let answer =
        account.webhook(host, &Method::POST, None, &signed(body), Bytes::copy_from_slice(body)).await;
    answer.status()
}

pub fn payload(contact: &Value, message: &Value) -> Vec<u8> {
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": Settings::default().phone_number_id },
        "contacts": [contact],
        "messages": [message],
    });
    let change = json!({ "field": "messages", "value": value });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [change] }] })
        .to_string()
        .into_bytes()
}

pub fn text(id: &str, body: &str) -> Value {
    json!({ "id": id, "from": "4915112345678", "from_user_id": ADA, "timestamp": "1749416383", "type": "text", "text": { "body": body } })
}

pub fn ada() -> Value {
    json!({ "profile": { "name": "Ada" }, "wa_id": "4915112345678", "user_id": ADA })
}

#[tokio::test]
async fn meta_may_check_the_address() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let get = async |query: Option<&str>| {
        let answer = account.webhook(&host, &Method::GET, query, &HeaderMap::new(), Bytes::new()).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, headers, String::from_utf8(body.to_vec()).expect("a text"))
    };
    let (status, headers, body) =
        get(Some("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a%20word")).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "1158201444"));
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    for query in [
        None,
        Some(""),
        Some("hub.mode=subscribe&hub.challenge=1&hub.verify_token=another"),
        Some("hub.mode=subscribe&hub.challenge=1"),
        Some("hub.mode=subscribe&hub.verify_token=a%20word"),
        Some("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a%20word"),
        Some("hub.challenge=1&hub.verify_token=a%20word"),
    ] {
        let (status, _, body) = get(query).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{query:?}");
        assert!(!body.contains("a word"), "a refusal does not say what would be right");
    }
    let long = format!("hub.mode=subscribe&hub.challenge={}&hub.verify_token=a%20word", "1".repeat(513));
    assert_eq!(get(Some(&long)).await.0, StatusCode::FORBIDDEN);
    let standing = account.standing();
    assert_eq!((standing.counts.map(|counts| counts.refused), standing.last_error), (Some(8), None));
}

#[tokio::test]
async fn only_meta_may_tell_anything() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let body = payload(&ada(), &text("wamid.1", "Hello"));
    let right = signed(&body);
    let answer = async |method: Method, headers: &HeaderMap, body: &[u8]| {
        account.webhook(&host, &method, None, headers, Bytes::copy_from_slice(body)).await
    };
    assert_eq!(answer(Method::POST, &HeaderMap::new(), &body).await.status(), StatusCode::UNAUTHORIZED);
    let mut changed = body.clone();
    changed.push(b' ');
    let refused = answer(Method::POST, &right, &changed).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let told = to_bytes(refused.into_body(), 1 << 20).await.expect("a body");
    let right_hex =
        right["x-hub-signature-256"].to_str().expect("a text").trim_start_matches("sha256=").to_owned();
    assert!(!String::from_utf8_lossy(&told).contains(&right_hex[..16]), "a refusal reveals nothing");
    let mut twice = right.clone();
    twice.append("x-hub-signature-256", HeaderValue::from_static("sha256=00"));
    assert_eq!(answer(Method::POST, &twice, &body).await.status(), StatusCode::UNAUTHORIZED);
    let put = answer(Method::PUT, &right, &body).await;
    assert_eq!(
        (put.status(), put.headers()["allow"].as_bytes()),
        (StatusCode::METHOD_NOT_ALLOWED, b"GET, POST".as_slice())
    );
    let large = vec![b' '; (3 << 20) + 1];
    assert_eq!(answer(Method::POST, &signed(&large), &large).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(host.accepted().is_empty(), "nothing of this was stored");
    assert_eq!(answer(Method::POST, &right, &body).await.status(), StatusCode::OK);
    assert_eq!(host.accepted().len(), 2);
}

#[tokio::test]
async fn what_comes_to_a_second_connection_of_the_number_is_kept_and_acknowledged() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let body = payload(&ada(), &text("wamid.1", "Hello"));
    host.have_twin(true);
    assert_eq!(post(&account, &host, &body).await, StatusCode::OK);
    let kept = host.unread();
    assert_eq!(kept.iter().map(|(_, kept, _)| kept.to_vec()).collect::<Vec<_>>(), [body], "as it came");
    assert!(kept[0].2.contains("another one is the same account"), "{kept:?}");
    assert_eq!((host.accepted().len(), account.standing().counts.map(|counts| counts.unread)), (0, Some(1)));
    let unsigned = account.webhook(&host, &Method::POST, None, &HeaderMap::new(), Bytes::new()).await;
    assert_eq!((unsigned.status(), host.unread().len()), (StatusCode::UNAUTHORIZED, 1));

    // How far messages of the other one have come is not worth the room.
    let status =
        json!({ "id": "wamid.5", "status": "read", "timestamp": "1749416383", "recipient_user_id": ADA });
    let mut statuses: Value = serde_json::from_slice(&payload(&ada(), &json!({}))).expect("JSON");
    let value = &mut statuses["entry"][0]["changes"][0]["value"];
    (value["messages"], value["statuses"]) = (json!([]), json!([status, status]));
    let statuses = statuses.to_string().into_bytes();
    assert_eq!(post(&account, &host, &statuses).await, StatusCode::OK);
    let counts = account.standing().counts.expect("they are there from the start");
    assert_eq!((host.unread().len(), counts.ignored_kinds), (1, [("statuses", 2)].into()));

    // What is not kept is not acknowledged.
    host.cram(true);
    let later = payload(&ada(), &text("wamid.2", "Anybody?"));
    let answer = account.webhook(&host, &Method::POST, None, &signed(&later), later.into()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(post(&account, &host, &statuses).await, StatusCode::OK);
    let (_, told) = account.standing().last_error.expect("it is told");
    assert!(told.contains("as much is kept as there is room for"), "{told}");
    assert_eq!(account.standing().counts.map(|counts| counts.dropped), Some(1));

    host.have_twin(false);
    account.replay(&host, kept[0].1.clone()).await.expect("it runs now");
    assert!(host.accepted().iter().any(|incoming| incoming.native == "wamid.1"));
}

#[tokio::test]
async fn what_is_signed_and_cannot_be_read_is_kept_and_acknowledged() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let mut long = payload(&ada(), &text("wamid.long", &"x".repeat(3_000_000)));
    long.truncate(3 << 20);
    let bodies: [&[u8]; 4] = [b"{\"object\": \"whatsapp_business", b"", b"\xff\xfe", b"[1, 2]"];
    for body in bodies {
        assert_eq!(post(&account, &host, body).await, StatusCode::OK);
    }
    assert_eq!(host.unread().len(), 4);
    assert_eq!(host.unread()[0].1, bodies[0], "as it came");
    let (_, told) = account.standing().last_error.expect("it is told");
    assert!(told.contains(&host.unread()[3].2) && told.contains("studio unread replay"), "{told}");
    assert_eq!(post(&account, &host, &long).await, StatusCode::OK, "3 MB are read");
    assert_eq!((host.unread().len(), host.accepted().len()), (4, 2));
    let unsigned = account.webhook(&host, &Method::POST, None, &HeaderMap::new(), Bytes::new()).await;
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
    let odd = Bytes::from_static(b"{\"object\": \"page\", \"entry\": []}");
    assert_eq!(post(&account, &host, &odd).await, StatusCode::OK);
    let standing = account.standing();
    let ignored_kinds = [("object", 1)].into();
    let expected = Counts { received: 1, refused: 1, ignored: 1, ignored_kinds, unread: 4, dropped: 0 };
    assert_eq!(standing.counts, Some(expected));
    assert!(standing.last_event.is_some());
}

#[tokio::test]
async fn what_is_unread_for_one_reason_is_told_once_whosever_message_it_is() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    for letter in 'a'..='l' {
        // Meta's ids may have no digit.
        let mut odd = text(&format!("wamid.{letter}gBmuGsAgfncitssKtUZmkaznH"), "Hello");
        odd["type"] = json!("hologram");
        assert_eq!(post(&account, &host, &payload(&ada(), &odd)).await, StatusCode::OK);
        let mut words = text(&format!("wamid.{letter}"), "Hello");
        words["text"] = json!(format!("my PIN is {letter}"));
        assert_eq!(post(&account, &host, &payload(&ada(), &words)).await, StatusCode::OK);
    }
    let reasons = host.unread().into_iter().map(|(_, _, why)| why).collect::<BTreeSet<_>>();
    let expected = [
        "a message cannot be read: the field text must be an object, and is a text",
        "a message is of the kind “hologram”, which is not known",
    ];
    assert_eq!(reasons.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!((host.unread().len(), account.known().told.kinds()), (24, 2));
    let mut both: Value = serde_json::from_slice(&payload(&ada(), &text("wamid.1", "One"))).expect("JSON");
    let odd = json!({ "id": "wamid.2", "from_user_id": ADA, "timestamp": "1749416383", "type": "hologram" });
    both["entry"][0]["changes"][0]["value"]["messages"] = json!([odd, { "id": 7 }, odd]);
    assert_eq!(post(&account, &host, both.to_string().as_bytes()).await, StatusCode::OK);
    let why = host.unread().pop().expect("it is kept").2;
    assert_eq!(why.matches("hologram").count(), 1, "{why}");
    assert_eq!(account.known().told.kinds(), 3, "each reason for itself");
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_kept_and_covers_no_error() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let tell = async |status: Value| {
        let mut told: Value = serde_json::from_slice(&payload(&ada(), &json!({}))).expect("JSON");
        let value = &mut told["entry"][0]["changes"][0]["value"];
        (value["messages"], value["statuses"]) = (json!([]), json!([status]));
        assert_eq!(post(&account, &host, told.to_string().as_bytes()).await, StatusCode::OK);
    };
    let mut status = json!({
        "id": "wamid.5", "status": "hologram", "timestamp": "1749416383", "recipient_user_id": ADA,
    });
    account.note_error(host.now(), "the token ends soon".to_owned());
    tell(status.clone()).await;
    let [(_, body, why)] = host.unread().try_into().expect("it is kept");
    assert!(why.contains("hologram"), "{why}");
    let still = account.replay(&host, body).await;
    assert!(matches!(&still, Err(ReplayError::Unread(why)) if why.contains("hologram")), "{still:?}");
    // How a payment fares is known, and says nothing of the message: it did not fail.
    (status["type"], status["status"]) = (json!("payment"), json!("failed"));
    tell(status).await;
    let standing = account.standing();
    assert_eq!(standing.last_error.map(|(_, error)| error).as_deref(), Some("the token ends soon"));
    let counts = standing.counts.expect("they are there from the start");
    assert_eq!((counts.unread, counts.ignored_kinds), (1, [("payment", 1)].into()));
    assert!(host.reports().is_empty() && host.unread().len() == 1);
}

#[tokio::test]
async fn what_is_refused_is_kept_as_it_came() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let body = payload(&ada(), &text("wamid.1", "hello"));
    host.refuse(Some(AcceptError::Refused("too large".to_owned())));
    assert_eq!(post(&account, &host, &body).await, StatusCode::OK, "it would be refused again");
    let kept = host.unread();
    let [(_, kept, why)] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(kept == &body && why.contains("too large"), "{why}");
    host.refuse(None);
    account.replay(&host, kept.clone()).await.expect("it is taken now");
    let bodies: Vec<_> = host.accepted().into_iter().map(|one| one.body).collect();
    assert!(
        matches!(bodies.as_slice(), [Body::Introduced { attributes, .. }, Body::Message { .. }]
            if attributes["phone_verified"] == true),
        "{bodies:?}"
    );
}

#[tokio::test]
async fn what_was_kept_unread_is_taken_once_it_can_be_read() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let unread = account.replay(&host, Bytes::from_static(b"[1, 2]")).await.expect_err("no webhook");
    assert!(matches!(unread, ReplayError::Unread(_)), "{unread}");
    let mut odd = text("wamid.1", "Hello");
    odd["type"] = json!("hologram");
    assert_eq!(post(&account, &host, &payload(&ada(), &odd)).await, StatusCode::OK);
    let kept = host.unread()[0].1.clone();
    let unread = account.replay(&host, kept).await.expect_err("still unknown");
    assert!(matches!(&unread, ReplayError::Unread(why) if why.contains("hologram")), "{unread}");
    // As a newer studio reads it; what was taken is recognised.
    let known = Bytes::from(payload(&ada(), &text("wamid.1", "Hello")));
    for _ in 0..2 {
        assert_eq!(account.replay(&host, known.clone()).await, Ok(()));
        assert_eq!((host.unread().len(), host.accepted().len()), (1, 2));
    }
    host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    let later = Bytes::from(payload(&ada(), &text("wamid.3", "Again")));
    assert!(matches!(account.replay(&host, later).await, Err(ReplayError::Later(_))));
}

#[tokio::test]
async fn a_repeat_is_acknowledged_and_stored_once() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let body = payload(&ada(), &text("wamid.1", "Hello"));
    for _ in 0..3 {
        assert_eq!(post(&account, &host, &body).await, StatusCode::OK);
    }
    assert_eq!(host.accepted().len(), 2, "the person and the message");
    // Another process knows nothing in memory, and still tells it once.
    assert_eq!(post(&nowhere(), &host, &body).await, StatusCode::OK);
    assert_eq!(host.accepted().len(), 2);
}

#[tokio::test]
async fn only_what_may_succeed_later_is_asked_for_again() {
    let check = async |error: AcceptError, expected: StatusCode| {
        let (account, host) = (nowhere(), Memory::new(&[]));
        host.refuse(Some(error.clone()));
        let body = payload(&ada(), &text("wamid.1", "Hello"));
        let answer =
            account.webhook(&host, &Method::POST, None, &signed(&body), Bytes::from(body.clone())).await;
        assert_eq!(answer.status(), expected, "{error:?}");
        assert_eq!(answer.headers().contains_key("retry-after"), expected == StatusCode::SERVICE_UNAVAILABLE);
    };
    check(AcceptError::Busy { retry_after: SignedDuration::from_secs(2) }, StatusCode::SERVICE_UNAVAILABLE)
        .await;
    check(AcceptError::Store("full".into()), StatusCode::SERVICE_UNAVAILABLE).await;
    check(AcceptError::Conflict, StatusCode::OK).await;
    check(AcceptError::Refused("the bot is gone".into()), StatusCode::OK).await;
}

#[tokio::test]
async fn a_conversation_that_is_busy_keeps_no_other_of_the_webhook_waiting() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let mut body: Value = serde_json::from_slice(&payload(&ada(), &text("wamid.1", "One"))).expect("JSON");
    let value = &mut body["entry"][0]["changes"][0]["value"];
    let bob = |id: &str, said: &str| {
        let mut message = text(id, said);
        message["from"] = json!("4915199999999");
        message["from_user_id"] = json!("DE.2");
        message
    };
    value["messages"] = json!([
        text("wamid.1", "One"),
        bob("wamid.2", "Calm"),
        text("wamid.3", "Two"),
        bob("wamid.4", "More")
    ]);
    value["statuses"] = json!([{ "id": "wamid.5", "status": "delivered", "timestamp": "1749416383", "recipient_user_id": "DE.2", "recipient_id": "4915199999999" }]);
    let body = body.to_string().into_bytes();
    let said = || {
        let accepted = host.accepted().into_iter();
        accepted.filter(|one| one.native.starts_with("wamid.")).map(|one| one.native).collect::<Vec<_>>()
    };
    host.fill(Some(ADA));
    for _ in 0..2 {
        assert_eq!(post(&account, &host, &body).await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(said(), ["wamid.2", "wamid.4"]);
    }
    assert!(!host.reports().is_empty());
    host.fill(None);
    assert_eq!(post(&account, &host, &body).await, StatusCode::OK);
    assert_eq!(said(), ["wamid.2", "wamid.4", "wamid.1", "wamid.3"]);
}

#[tokio::test]
async fn a_token_comes_back_as_its_value_or_as_the_words_on_it() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    host.answer_after(None);
    let long = "x".repeat(500);
    let conversation = host.conversation("shop", ADA);
    host.say_quietly(
        conversation,
        Content::Buttons { text: "?".into(), buttons: vec![value("Long", &long)] },
    );
    let id = Ids::new(&host.token_key()).of(&long);
    let press = |native: &str, id: &str| {
        let reply = json!({ "type": "button_reply", "button_reply": { "id": id, "title": "Long" } });
        json!({ "id": native, "from_user_id": ADA, "timestamp": "1", "type": "interactive", "interactive": reply })
    };
    post(&account, &host, &payload(&ada(), &press("wamid.1", &id))).await;
    post(&account, &host, &payload(&ada(), &press("wamid.2", "~v0.0000000000000001"))).await;
    let bodies = host.accepted().into_iter().skip(1).map(|incoming| incoming.body).collect::<Vec<_>>();
    assert_eq!(bodies[0], Body::Press { value: long, title: "Long".into() });
    assert!(matches!(&bodies[1], Body::Message { content, .. } if *content == Content::text("Long")));
}

#[tokio::test]
async fn a_wrong_app_secret_is_told_until_a_call_is_believed() {
    let (account, host) = (nowhere(), Memory::new(&[]));
    let body = payload(&ada(), &text("wamid.1", "hello"));
    for _ in 0..3 {
        let answer =
            account.webhook(&host, &Method::POST, None, &signed(b"other"), Bytes::from(body.clone())).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let standing = account.standing();
    assert!(standing.unbelieved.reason().is_some_and(|why| why.contains("app_secret")), "{standing:?}");
    assert_eq!(standing.last_error, None, "anybody may call, and covers no error that Meta told");
    assert_eq!(post(&account, &host, &body).await, StatusCode::OK);
    assert_eq!(account.standing().unbelieved.latest(), None);
}
