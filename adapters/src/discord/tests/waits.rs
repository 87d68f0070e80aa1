//! A refusal for too much (429) that says in one place only for how long, or nowhere: it is waited for, nothing is lost by it, and whoever
//! it is not about goes on.

use std::time::Instant;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};

use super::*;
use crate::{platform::Scope, testing::serve};

const HTML: &str =
    "<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body>Error 1015</body></html>\n";
const JSON: &str = r#"{"message": "You are being rate limited.", "global": false}"#;

/// What messages are refused with, and which: all, or those in one channel.
#[derive(Clone)]
struct Refused {
    channel: Option<String>,
    header: Option<(&'static str, &'static str)>,
    body: &'static str,
}

/// Stands before a simulator, and refuses messages in its place.
#[derive(Clone)]
struct Front {
    platform: String,
    client: reqwest::Client,
    refused: Arc<Mutex<Option<Refused>>>,
    /// When messages were asked for in vain.
    in_vain: Arc<Mutex<Vec<Instant>>>,
}

impl Front {
    /// The front and its address.
    async fn before(platform: &Platform) -> (Self, String) {
        let front = Self {
            platform: platform.address.clone(),
            client: platform.client.clone(),
            refused: Arc::default(),
            in_vain: Arc::default(),
        };
        let address = serve(Router::new().fallback(pass).with_state(front.clone())).await;
        (front, format!("http://{address}/api/v10"))
    }

    fn refuse(&self, refused: Option<Refused>) {
        self.in_vain.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    fn in_vain(&self) -> Vec<Instant> {
        self.in_vain.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// With what this is refused.
    fn refuses(&self, method: &Method, path: &str) -> Option<Refused> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let is_message = *method == Method::POST && path.ends_with("/messages");
        let is_meant = refused.channel.as_ref().is_none_or(|channel| path.contains(channel.as_str()));
        (is_message && is_meant).then_some(refused)
    }
}

async fn pass(
    State(front): State<Front>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(Refused { header, body, .. }) = front.refuses(&method, uri.path()) {
        front.in_vain.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        if let Some((name, value)) = header {
            let value = value.parse().expect("a value");
            answer.headers_mut().insert(name, value);
        }
        return answer;
    }
    let mut request = front.client.request(method, format!("{}{uri}", front.platform)).body(body);
    for (name, value) in &headers {
        if ![header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(name) {
            request = request.header(name, value);
        }
    }
    let passed = request.send().await.expect("an answer");
    let (status, headers) = (passed.status(), passed.headers().clone());
    let mut answer = Response::new(Body::from(passed.bytes().await.expect("a body")));
    *answer.status_mut() = status;
    for (name, value) in &headers {
        if ![header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// What the bot has said in a channel, in its order.
async fn told(platform: &Platform, channel: &str) -> Vec<String> {
    let messages = platform.messages().await;
    let of_bot = messages.iter().filter(|message| {
        message["author"]["bot"] == true && message["channel_id"].as_str() == Some(channel)
    });
    of_bot.map(|message| message["content"].as_str().expect("words").to_owned()).collect()
}

#[tokio::test]
async fn each_is_waited_for_and_what_leaves_keeps_its_order() {
    let platform = Platform::new(|_| {}).await;
    let (front, address) = Front::before(&platform).await;
    let token = platform.simulator.settings().token.clone();
    let studio = Studio::start(&memory(), Arc::new(account_of(&token, &address, "")));
    platform.open_sessions(1).await;
    let mut threads = Vec::new();
    for person in ["ada", "bob"] {
        platform.say(person, &format!("{person} is here")).await;
        let words_of = format!("{person} is here");
        let event = studio.accepted(person, |event| words(event) == Some(words_of.as_str())).await;
        platform.shown(&format!("You said: {words_of}")).await;
        threads.push(event.thread);
    }
    let (ada, bob) = (threads[0].clone(), threads[1].clone());
    let here = "You said: ada is here".to_owned();
    let mut expected = vec![here];

    let cases = [
        (Some(("retry-after", "1")), JSON, 1_000),
        (Some(("x-ratelimit-reset-after", "1.25")), JSON, 1_250),
        (None, JSON, 5_000),
        (Some(("retry-after", "1")), HTML, 1_000),
    ];
    for (number, (header, body, milliseconds)) in cases.into_iter().enumerate() {
        front.refuse(Some(Refused { channel: Some(ada.clone()), header, body }));
        for part in 0..3 {
            let text = format!("part {part} of {number}");
            studio.memory.say(studio.conversation(&ada), Content::text(text.clone()));
            expected.push(text);
        }
        until("it was refused twice", async || front.in_vain().len() >= 2).await;
        if body != HTML {
            // The refusal is about one channel.
            let aside = format!("aside {number}");
            studio.memory.say(studio.conversation(&bob), Content::text(aside.clone()));
            platform.shown(&aside).await;
            assert!(!told(&platform, &ada).await.contains(&format!("part 0 of {number}")));
        }
        let asked = front.in_vain();
        for pair in asked.windows(2) {
            let waited = pair[1].duration_since(pair[0]);
            assert!(waited >= Duration::from_millis(milliseconds), "{header:?} {body}: {waited:?}");
        }
        front.refuse(None);
        platform.shown(&format!("part 2 of {number}")).await;
    }
    assert_eq!(told(&platform, &ada).await, expected, "each once and in its order");
    let attempts = studio.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let given_up =
        |attempt: &&Attempt| matches!(attempt.outcome, Outcome::Dead { .. } | Outcome::Unreachable { .. });
    assert_eq!(attempts.iter().filter(given_up).count(), 0);
    studio.end().await;
}

#[tokio::test]
async fn a_page_of_cloudflares_silences_its_connection_for_a_minute_and_no_other() {
    let platform = Platform::new(|_| {}).await;
    let (front, address) = Front::before(&platform).await;
    let ada = platform.act("say", json!({ "from": "ada", "text": "hello" })).await;
    let ada = ada["channel_id"].as_str().expect("a channel").to_owned();
    let (token, memory) = (platform.simulator.settings().token.clone(), memory());
    let account_by = |api: &str| account_of(&token, api, "way_in = 'interactions'");
    let message =
        |thread: &str| leaving(memory.conversation("dc", thread), thread, from_bot(Content::text("Hello")));
    for header in [None, Some(("retry-after", "tomorrow"))] {
        let account = account_by(&address);
        front.refuse(Some(Refused { channel: None, header, body: HTML }));
        for thread in [ada.as_str(), "700000000000000001"] {
            let attempt = account.send(&memory, &message(thread)).await;
            let Outcome::Retry { after: Some(after), scope: Scope::Connection, .. } = attempt.outcome else {
                panic!("{attempt:?}")
            };
            assert!(after > MINUTE / 2 && after <= MINUTE, "{after:?}");
        }
        assert_eq!(front.in_vain().len(), 1, "who is shut out does not ask");
    }
    let other = account_by(&format!("{}/api/v10", platform.address));
    let attempt = other.send(&memory, &message(&ada)).await;
    assert!(matches!(attempt.outcome, Outcome::Done), "{attempt:?}");
}
