//! Slack's own clients: `slack_sdk`, `@slack/socket-mode`, `@slack/bolt`; and what they do not ask.

mod histories;
mod judged;
mod late;
mod scopes;

use std::{
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use studio_simulators::{
    peers,
    slack::{Histories, Settings, World, serve_world},
};
use tokio::net::TcpListener;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/");

async fn started(change: impl FnOnce(&mut Settings)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
    let mut settings = Settings { again_after: [Duration::from_millis(50); 3], ..Settings::default() };
    settings.patience = Duration::from_secs(1);
    change(&mut settings);
    let world = World::new(&settings, &address);
    tokio::spawn(serve_world(listener, world));
    address
}

async fn agrees(command: Option<Command>, script: &str, arguments: &[&str], test: &str) {
    let Some(mut command) = command else { return peers::skip(test) };
    command.arg(format!("{SCRIPTS}{script}")).args(arguments);
    let output = tokio::process::Command::from(command).output().await.expect("the peer starts");
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(output.status.success(), "{script} {arguments:?}: {said:?}");
}

#[tokio::test]
async fn slack_sdk_uses_the_web_api() {
    let address = started(|_| {}).await;
    agrees(peers::python(), "slack.py", &["web_api", &address], "slack::slack_sdk_uses_the_web_api").await;
}

#[tokio::test]
async fn slack_sdk_listens_by_socket_mode() {
    let address = started(|_| {}).await;
    agrees(
        peers::python(),
        "slack.py",
        &["socket_mode", &address],
        "slack::slack_sdk_listens_by_socket_mode",
    )
    .await;
}

#[tokio::test]
async fn slacks_node_package_listens_by_socket_mode() {
    // Until its next socket is open, it takes this package between 5 and 12 seconds.
    let address = started(|settings| settings.again_after = [Duration::from_secs(5); 3]).await;
    let test = "slack::slacks_node_package_listens_by_socket_mode";
    agrees(peers::node(), "slack.js", &["socket_mode", &address], test).await;
}

#[tokio::test]
async fn bolt_is_told_by_posts() {
    // Free a moment ago.
    let port =
        TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("bound").port();
    let events = format!("http://127.0.0.1:{port}/slack/events");
    let address = started(|settings| settings.events = Some(events)).await;
    agrees(peers::node(), "slack.js", &["bolt", &address, &port.to_string()], "slack::bolt_is_told_by_posts")
        .await;
}

#[tokio::test]
async fn a_call_without_token_or_with_a_foreign_body_is_refused() {
    let address = started(|_| {}).await;
    let http = reqwest::Client::new();
    let post = async |method: &str, kind: &str, token: &str, body: &str| {
        let request = http.post(format!("{address}/api/{method}")).header("content-type", kind);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "Slack's refusals are 200");
        answer.json::<Value>().await.expect("JSON")
    };
    let json_kind = "application/json; charset=utf-8";
    let bot = "xoxb-simulator";
    for (kind, token, body, expected) in [
        (json_kind, "", "{}", "not_authed"),
        (json_kind, "xoxb-other", "{}", "invalid_auth"),
        (json_kind, "xapp-simulator", "{}", "not_allowed_token_type"),
        (json_kind, bot, "{", "invalid_json"),
        (json_kind, bot, "[]", "json_not_object"),
        ("text/plain", bot, "channel=C0GENERAL", "invalid_post_type"),
        (json_kind, bot, "{}", "channel_not_found"),
    ] {
        let answer = post("chat.postMessage", kind, token, body).await;
        assert_eq!(answer, json!({ "ok": false, "error": expected }));
    }
    // Methods that read take no JSON.
    let history = post("conversations.history", json_kind, bot, r#"{"channel": "C0GENERAL"}"#).await;
    assert_eq!(history["error"], "channel_not_found");
}

#[tokio::test]
async fn no_event_has_the_id_of_one_before_a_restart() {
    let http = reqwest::Client::new();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let told =
            http.post(format!("{}/simulator/event", started(|_| {}).await)).json(&json!({ "type": "x" }));
        let told: Value = told.send().await.expect("an answer").json().await.expect("JSON");
        ids.push(told["event_id"].as_str().expect("an id").to_owned());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_message_that_is_told_stands_in_its_channel_and_a_hidden_one_does_not() {
    let address = started(|_| {}).await;
    let message = |ts: &str| json!({ "type": "message", "user": "U0ANNA", "text": "la", "ts": ts });
    for (ts, is_hidden) in [("1700000000.000001", false), ("1700000000.000002", true)] {
        let mut told = message(ts);
        told["channel"] = json!("C0GENERAL");
        if is_hidden {
            told["hidden"] = json!(true);
        }
        assert_eq!(does(&address, "event", told).await.0, 200);
    }
    let expected = json!([{ "value": message("1700000000.000001"), "only": null }]);
    assert_eq!(sees(&address, "messages?channel=C0GENERAL").await, expected);
}

/// What a method answers; its error is this one, or it has none.
async fn asks(address: &str, method: &str, body: Value, expected: &str) -> Value {
    let request =
        reqwest::Client::new().post(format!("{address}/api/{method}")).bearer_auth("xoxb-simulator");
    let answer: Value = request.json(&body).send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["error"].as_str().unwrap_or_default(), expected, "{method} {body}: {answer}");
    answer
}

#[tokio::test]
async fn what_slack_refuses_is_refused() {
    let address = started(|_| {}).await;
    let check =
        async |method: &str, body: Value, expected: &str| asks(&address, method, body, expected).await;
    let button = |style: &str| {
        let text = json!({ "type": "plain_text", "text": "Yes" });
        let button = json!({ "type": "button", "action_id": "a", "text": text, "style": style });
        json!({ "channel": "U0ANNA", "blocks": [{ "type": "actions", "elements": [button] }] })
    };
    check("chat.postMessage", button("primary"), "").await;
    check("chat.postMessage", button("blue"), "invalid_blocks").await;
    let rows = |count: usize| {
        let text = json!({ "type": "plain_text", "text": "x".repeat(75) });
        let rows =
            (0..count).map(|row| json!({ "text": text, "value": format!("{row:075}") })).collect::<Vec<_>>();
        let select = json!({ "type": "static_select", "action_id": "a", "options": rows });
        json!({ "channel": "U0ANNA", "blocks": [{ "type": "actions", "elements": [select] }] })
    };
    check("chat.postMessage", rows(60), "").await;
    check("chat.postMessage", rows(70), "msg_blocks_too_long").await;
    let markdown = |length: usize| {
        let text = "\n".repeat(length - 1) + "x";
        json!({ "channel": "U0ANNA", "blocks": [{ "type": "markdown", "text": text }] })
    };
    check("chat.postMessage", markdown(12_000), "").await;
    check("chat.postMessage", markdown(12_001), "invalid_blocks").await;
    let image = |url: &str| {
        let image = json!({ "type": "image", "image_url": url, "alt_text": "a" });
        json!({ "channel": "U0ANNA", "blocks": [image] })
    };
    check("chat.postMessage", image("https://shop.example/a.png"), "").await;
    check("chat.postMessage", image("https://10.0.0.1/a.png"), "invalid_blocks").await;
    let whisper = |user: &str| json!({ "channel": "C0GENERAL", "user": user, "text": "a" });
    check("chat.postEphemeral", whisper("U0ANNA"), "").await;
    check("chat.postEphemeral", whisper("nobody"), "user_not_in_channel").await;
    check("conversations.open", json!({ "users": "U0ANNA" }), "").await;
    check("conversations.open", json!({ "users": "Unknown" }), "user_not_found").await;
    for nobody in ["Unknown", "U0BOT0001"] {
        check("chat.postMessage", json!({ "channel": nobody, "text": "a" }), "channel_not_found").await;
    }
    let said = check("chat.postMessage", json!({ "channel": "C0GENERAL", "text": "a" }), "").await;
    let status = |ts: &Value| json!({ "channel_id": "C0GENERAL", "thread_ts": ts, "status": "…" });
    check("assistant.threads.setStatus", status(&said["ts"]), "").await;
    check("assistant.threads.setStatus", status(&json!("1.000001")), "invalid_thread_ts").await;
    check("auth.test?token=xoxb-simulator", json!({}), "invalid_auth").await;
}

#[tokio::test]
async fn too_many_calls_have_to_wait() {
    let address = started(|_| {}).await;
    let http = reqwest::Client::new();
    for (method, body) in
        [("chat.postMessage", "channel=C0GENERAL&text=hello"), ("users.info", "user=U0ANNA")]
    {
        let call = async || {
            let request = http.post(format!("{address}/api/{method}")).bearer_auth("xoxb-simulator");
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
            request.send().await.expect("an answer")
        };
        for _ in 0..40 {
            assert_eq!(call().await.status(), 200, "{method}");
        }
        let mut refused = None;
        for _ in 0..1_000 {
            let answer = call().await;
            if answer.status() == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("it was too much");
        assert!(refused.headers().contains_key("retry-after"), "{method}");
        assert_eq!(refused.json::<Value>().await.expect("JSON")["error"], "ratelimited");
    }
}

/// A bot's address: it answers events with this status, and the challenge where the status is 200. `seen` has number and
/// reason of each try.
struct Hook {
    url: String,
    status: Arc<AtomicU16>,
    seen: Arc<Mutex<Vec<String>>>,
    /// What came, where it was JSON.
    told: Arc<Mutex<Vec<Value>>>,
    /// What it says besides.
    says: Arc<Mutex<Value>>,
}

impl Hook {
    async fn new(status: u16) -> Self {
        let (status, seen) = (Arc::new(AtomicU16::new(status)), Arc::<Mutex<Vec<String>>>::default());
        let (told, says) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<Mutex<Value>>::default());
        let (answer, noted, words) = (Arc::clone(&status), Arc::clone(&seen), Arc::clone(&says));
        let bodies = Arc::clone(&told);
        let hear = async move |headers: HeaderMap, body: Bytes| {
            let status = StatusCode::from_u16(answer.load(Ordering::SeqCst)).expect("a status");
            // Presses and forms come as a form.
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            if body["type"] == "url_verification" {
                return (status, body["challenge"].as_str().unwrap_or_default().to_owned());
            }
            bodies.lock().expect("no test panicked").push(body);
            let header = |name: &str| {
                headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned()
            };
            let said = format!("{} {}", header("x-slack-retry-num"), header("x-slack-retry-reason"));
            noted.lock().expect("no test panicked").push(said);
            (status, words.lock().expect("no test panicked").to_string())
        };
        let router = axum::Router::new().route("/", axum::routing::post(hear));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("bound"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, status, seen, told, says }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn says(&self, words: Value) {
        *self.says.lock().expect("no test panicked") = words;
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no test panicked").clone()
    }

    fn told(&self) -> Vec<Value> {
        self.told.lock().expect("no test panicked").clone()
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !holds().await {
        assert!(Instant::now() < end, "never so: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What a person or Slack does.
async fn does(address: &str, what: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{address}/simulator/{what}")).json(&body);
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
}

async fn sees(address: &str, what: &str) -> Value {
    let answer = reqwest::get(format!("{address}/simulator/{what}")).await.expect("an answer");
    answer.json().await.expect("JSON")
}

fn hello() -> Value {
    json!({ "user": "U0ANNA", "text": "hello" })
}

#[tokio::test]
async fn an_event_has_four_tries_and_says_why_it_comes_again() {
    let hook = Hook::new(500).await;
    let address = started(|settings| {
        settings.events = Some(hook.url.clone());
        settings.again_after = Settings::default().again_after;
    })
    .await;
    assert_eq!(does(&address, "say", hello()).await.0, 200);
    for (tries, seconds) in [(2, 60), (3, 300), (4, 0)] {
        until("it is told again", async || hook.seen().len() >= tries).await;
        assert_eq!(does(&address, "clock", json!({ "advance_seconds": seconds })).await.0, 200);
    }
    until("Slack gives up", async || sees(&address, "deliveries").await[0]["ended"] == true).await;
    assert_eq!(hook.seen(), ["- -", "1 http_error", "2 http_error", "3 http_error"]);
}

#[tokio::test]
async fn an_address_is_taken_that_knows_the_challenge() {
    let (hook, address) = (Hook::new(500).await, started(|_| {}).await);
    let events = json!({ "url": hook.url });
    assert_eq!(does(&address, "events", events.clone()).await.0, 422);
    assert_eq!(sees(&address, "subscription").await, json!({ "url": null, "off": false }));
    hook.answers(200);
    assert_eq!(does(&address, "events", events).await, (200, json!({ "verified": true })));
    assert_eq!(does(&address, "say", hello()).await.0, 200);
    until("it is told", async || sees(&address, "deliveries").await[0]["acknowledged"] == true).await;
    assert_eq!(hook.seen(), ["- -"]);
}

#[tokio::test]
async fn an_app_that_takes_nothing_for_an_hour_is_told_no_more_until_its_address_is_set_again() {
    let hook = Hook::new(200).await;
    let address = started(|settings| {
        settings.events = Some(hook.url.clone());
        settings.spared_below = 3;
    })
    .await;
    let tells = async || {
        let told = does(&address, "event", json!({ "type": "x" })).await.1;
        let deliveries = format!("deliveries?id={}", told["event_id"].as_str().expect("an id"));
        let ended = async || sees(&address, &deliveries).await[0]["ended"] == true;
        until("it is told, or Slack gives up", ended).await;
        sees(&address, &deliveries).await[0].clone()
    };
    let is_off = async || sees(&address, "subscription").await["off"] == true;
    assert_eq!(tells().await["acknowledged"], true);
    hook.answers(500);
    for _ in 0..4 {
        assert_eq!(tells().await["tries"], 4);
    }
    assert!(!is_off().await, "1 of 17 tries was good");
    does(&address, "clock", json!({ "advance_seconds": 3_600 })).await;
    for _ in 0..2 {
        tells().await;
        assert!(!is_off().await, "too few to be judged");
    }
    tells().await;
    assert!(is_off().await);
    let untold = tells().await;
    assert_eq!((&untold["tries"], &untold["acknowledged"]), (&json!(0), &json!(false)));

    hook.answers(200);
    assert_eq!(does(&address, "events", json!({ "url": hook.url })).await.0, 200);
    assert!(!is_off().await);
    assert_eq!(tells().await["acknowledged"], true);
}

/// As apps have it that are sold outside the Marketplace.
#[tokio::test]
async fn histories_are_read_once_a_minute_and_fifteen_messages_at_a_time() {
    let address = started(|settings| settings.histories = Some(Histories::default())).await;
    for _ in 0..16 {
        assert_eq!(does(&address, "say", hello()).await.0, 200);
    }
    let read = async || {
        let history = format!("{address}/api/conversations.history?channel=D0ANNA&limit=100");
        reqwest::Client::new().get(history).bearer_auth("xoxb-simulator").send().await.expect("an answer")
    };
    let first: Value = read().await.json().await.expect("JSON");
    assert_eq!((first["messages"].as_array().map(Vec::len), &first["has_more"]), (Some(15), &json!(true)));
    let second = read().await;
    assert_eq!(second.status(), 429);
    let after = second.headers()["retry-after"].to_str().ok().and_then(|after| after.parse::<u64>().ok());
    assert!(after.is_some_and(|seconds| (55..=60).contains(&seconds)), "{after:?}");
}

#[tokio::test]
async fn a_form_stays_open_until_the_app_takes_it() {
    let hook = Hook::new(200).await;
    let address = started(|settings| settings.events = Some(hook.url.clone())).await;
    let typed = does(&address, "command", json!({ "user": "U0ANNA", "command": "/address" })).await.1;
    let text = |text: &str| json!({ "type": "plain_text", "text": text });
    let view = |title: &str| {
        let element = json!({ "type": "plain_text_input", "action_id": "a" });
        let block =
            json!({ "type": "input", "block_id": "street", "label": text("Street"), "element": element });
        json!({ "type": "modal", "title": text(title), "submit": text("Send"), "blocks": [block] })
    };
    let opens = json!({ "trigger_id": typed["trigger_id"], "view": view("First") });
    let id = asks(&address, "views.open", opens, "").await["view"]["id"].clone();
    let name = id.as_str().expect("an id").to_owned();
    let open = async || sees(&address, "views").await[&name].clone();
    let submit =
        async |values: Value| does(&address, "submit", json!({ "view": id, "values": values })).await.0;
    let filled = || json!({ "street": { "value": "Elm 1" } });

    assert_eq!(submit(json!({})).await, 422);
    assert_eq!(open().await["user"], "U0ANNA", "what Slack's own window refuses stays open");
    let wrong = json!({ "street": "there is no such street" });
    for (status, words, expected) in [
        (200, json!({ "response_action": "errors", "errors": wrong }), wrong.clone()),
        (200, json!({ "response_action": "errors", "errors": { "town": "unknown" } }), trouble()),
        (200, json!({ "response_action": "nonsense" }), trouble()),
        (500, Value::Null, trouble()),
    ] {
        hook.answers(status);
        hook.says(words.clone());
        assert_eq!(submit(filled()).await, 200, "{words}");
        until("it is open again", async || !open().await.is_null()).await;
        assert_eq!(open().await["errors"], expected, "{words}");
    }
    hook.answers(200);
    hook.says(json!({ "response_action": "update", "view": view("Second") }));
    assert_eq!(submit(filled()).await, 200);
    until("it is another", async || open().await["view"]["title"]["text"] == "Second").await;
    hook.says(Value::Null);
    assert_eq!(submit(filled()).await, 200);
    let deliveries = format!("deliveries?id={name}");
    let is_done = async || {
        let all = sees(&address, &deliveries).await;
        all.as_array().is_some_and(|all| all.len() == 6 && all.iter().all(|one| one["ended"] == true))
    };
    until("the app has it", is_done).await;
    assert_eq!(sees(&address, "views").await, json!({}));
}

fn trouble() -> Value {
    json!("We had some trouble connecting. Try again?")
}
