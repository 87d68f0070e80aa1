//! A client of the HTTP channel and of the API, written from their documentation alone.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::runtime::Runtime;

use super::{Running, SECRET, eventually};

/// One runtime for all clients of the tests.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
    })
}

/// An answer: status and body, JSON where it is JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

/// Sends a request and reads its answer; an error is a connection that failed.
pub fn send(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    runtime().block_on(async {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body, headers })
    })
}

pub fn http() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            runtime();
            reqwest::Client::builder()
                .timeout(std::time::Duration::from_mins(1))
                .pool_max_idle_per_host(0)
                .build()
                .expect("a client")
        })
        .clone()
}

/// The three headers of docs/http-channel.md: "the signature is the base 64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, with the
/// bytes behind `whsec_` as the key". Where there is no body, the query is signed.
fn signed(request: reqwest::RequestBuilder, id: &str, payload: &str) -> reqwest::RequestBuilder {
    #[expect(clippy::disallowed_methods, reason = "a client has no clock but the machine's")]
    let timestamp = jiff::Timestamp::now().as_second().to_string();
    let key = STANDARD.decode(SECRET.strip_prefix("whsec_").expect("as documented")).expect("base 64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length will do");
    mac.update([id, timestamp.as_str(), payload].join(".").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    request
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", format!("v1,{signature}"))
}

/// A visitor on the HTTP connection `crm`.
#[derive(Clone)]
pub struct Visitor {
    pub address: String,
    pub thread: String,
    /// That the channel says of each message.
    pub language: String,
}

impl Visitor {
    pub fn new(studio: &Running, thread: &str) -> Self {
        Self { address: studio.address.clone(), thread: thread.to_owned(), language: "en".to_owned() }
    }

    /// Posts a message under an id of its own.
    pub fn post(&self, id: &str, message: &Value, wait: u64) -> Result<Answer, reqwest::Error> {
        self.post_with(id, message, &json!({}), wait)
    }

    /// The same, telling who the person is.
    pub fn post_with(
        &self,
        id: &str,
        message: &Value,
        contact: &Value,
        wait: u64,
    ) -> Result<Answer, reqwest::Error> {
        let body = json!({
            "conversation": self.thread, "message": message, "contact": contact, "language": self.language,
        });
        let body = body.to_string();
        let id = format!("{}-{id}", self.thread);
        let request = http()
            .post(format!("{}/webhooks/crm?wait={wait}", self.address))
            .header("content-type", "application/json")
            .body(body.clone());
        send(signed(request, &id, &body))
    }

    /// Says something and waits until it is acknowledged.
    pub fn say(&self, id: &str, text: &str) {
        let answer = self.post(id, &json!({ "text": text }), 0).expect("it is up");
        assert!(matches!(answer.status, 200 | 202), "{answer:?}");
    }

    /// All messages so far.
    pub fn messages(&self) -> Vec<Value> {
        let query = format!("conversation={}&after=0&limit=200", self.thread);
        let url = format!("{}/http/crm/messages?{query}", self.address);
        let answer = send(signed(http().get(url), "fetch", &query)).expect("it is up");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["messages"].as_array().cloned().unwrap_or_default()
    }

    /// The messages as `visitor: …` and `bot: …`.
    pub fn transcript(&self) -> Vec<String> {
        self.messages()
            .iter()
            .map(|message| {
                let from = message["name"].as_str().or(message["from"].as_str()).unwrap_or("?").to_owned();
                let content = &message["content"];
                let text =
                    ["text", "caption", "alt", "title", "name"].iter().find_map(|key| content[*key].as_str());
                format!("{from}: {}", text.unwrap_or("?"))
            })
            .collect()
    }

    /// Waits until the last message has these words, and returns the transcript.
    pub fn hears(&self, words: &str) -> Vec<String> {
        eventually(&format!("{words:?} in the conversation {}", self.thread), || {
            let transcript = self.transcript();
            transcript
                .last()
                .is_some_and(|line| line.contains(words) && !line.starts_with("visitor"))
                .then_some(transcript)
        })
    }
}

/// A member's client of `/api/v1`.
pub struct Member {
    address: String,
    pub token: String,
}

impl Member {
    /// Logs in.
    pub fn log_in(studio: &Running, email: &str, password: &str) -> Self {
        let body = json!({ "email": email, "password": password });
        let answer =
            send(http().post(format!("{}/api/v1/sessions", studio.address)).json(&body)).expect("it is up");
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = answer.body["token"].as_str().expect("a token").to_owned();
        Self { address: studio.address.clone(), token }
    }

    pub fn get(&self, path: &str) -> Answer {
        send(http().get(format!("{}/api/v1{path}", self.address)).bearer_auth(&self.token)).expect("it is up")
    }

    /// What was understood of the first message of a conversation.
    pub fn understood(&self, conversation: &str) -> Value {
        let timeline = self.get(&format!("/conversations/{conversation}/timeline")).body;
        let mut entries = timeline["items"].as_array().into_iter().flatten();
        let received = entries.find(|entry| entry["what"]["type"] == "received");
        received.map(|entry| entry["what"]["understanding"].clone()).unwrap_or_default()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(path).json(body)).expect("it is up")
    }

    /// `PUT`, `DELETE` and other verbs.
    pub fn ask(&self, verb: reqwest::Method, path: &str, body: &Value) -> Answer {
        let request = http().request(verb, format!("{}/api/v1{path}", self.address));
        send(request.bearer_auth(&self.token).json(body)).expect("it is up")
    }

    pub fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        send(self.request(path).header("idempotency-key", key).json(body)).expect("it is up")
    }

    fn request(&self, path: &str) -> reqwest::RequestBuilder {
        http().post(format!("{}/api/v1{path}", self.address)).bearer_auth(&self.token)
    }
}
