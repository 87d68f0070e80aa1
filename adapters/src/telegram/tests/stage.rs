//! A connection that lives against the simulator over loopback, with a server in memory that works off
//! its outbox: in order within a conversation, again where the error says so.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use serde_json::{Value, json};
use studio_core::{
    api::{Message, Sender},
    content::Content,
    dialogue::{Body, Speaker},
    id::ConversationId,
};
use studio_simulators::telegram::{Settings, Simulator};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    fence::Fence,
    host::{Host as _, Incoming},
    platform::{Attempt, Leaving, Outcome},
    telegram::{Account, Config},
    testing::{Memory, from_bot, serve, untried},
};

pub const ADA: i64 = 7;

pub struct Stage {
    pub memory: Memory,
    pub account: Arc<Account>,
    pub simulator: Simulator,
    pub sent: Arc<Mutex<Vec<Attempt>>>,
    pub config: Config,
    stop: CancellationToken,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
        // Whatever a test has us call, and whatever is answered, is what Telegram describes.
        if !std::thread::panicking() {
            super::specification::judge(&self.simulator.calls());
        }
    }
}

impl Stage {
    /// A connection that polls, with more lines of settings.
    pub async fn polling(settings: &str) -> Self {
        let stage = Self::quiet(settings, Settings { limited: false, ..Settings::default() }).await;
        stage.start();
        stage
    }

    /// A connection whose webhook is called.
    pub async fn webhook(settings: &str) -> Self {
        let pause = Duration::from_millis(50);
        let simulator = Settings { limited: false, webhook_pause: pause, ..Settings::default() };
        let stage = Self::quiet(&format!("receive = 'webhook'\n{settings}"), simulator).await;
        stage.open_door().await;
        stage.start();
        stage
    }

    /// Nothing lives yet.
    pub async fn quiet(settings: &str, simulator: Settings) -> Self {
        let token = simulator.token.clone();
        let simulator = Simulator::new(simulator);
        let address = serve(simulator.router()).await;
        let poll = if settings.contains("poll_seconds") { "" } else { "poll_seconds = 2\n" };
        let config: Config = toml::from_str(&format!(
            "name = 'tg'\nbot = 'shop'\ntoken = '{token}'\napi = 'http://{address}'\n{poll}{settings}"
        ))
        .expect("the settings of the test");
        assert_eq!(config.problems(), Vec::<String>::new());
        let account = account(&config);
        let (memory, stop, sent) = (Memory::new(&[]), CancellationToken::new(), Arc::default());
        Self { memory, account, simulator, sent, config, stop }
    }

    /// Serves the webhook at an address that Telegram can reach.
    pub async fn open_door(&self) -> Url {
        let door = Router::new()
            .route("/webhooks/tg", any(door))
            .with_state((Arc::clone(&self.account), self.memory.clone()));
        let address: Url = format!("http://{}", serve(door).await).parse().expect("an address");
        self.memory.publish_at(address.clone());
        address
    }

    /// The connection begins to live, and the outbox to be worked off.
    pub fn start(&self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(work_off(self.memory.clone(), Arc::clone(&self.account), Arc::clone(&self.sent)));
        self.live(&self.account)
    }

    pub fn live(&self, account: &Arc<Account>) -> tokio::task::JoinHandle<()> {
        tokio::spawn(Arc::clone(account).run(self.memory.clone(), self.stop.clone()))
    }

    pub fn stop(&self) {
        self.stop.cancel();
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write the body where they call")]
    pub fn act(&self, act: &str, body: Value) -> Value {
        self.simulator.act(act, &body).unwrap_or_else(|error| panic!("{act} {body}: {error}"))
    }

    pub fn say(&self, text: &str) -> Value {
        self.act("say", json!({"person": ADA, "text": text}))
    }

    /// What the stand-in answers to another program with the same token; null where it refuses.
    pub async fn call(&self, method: &str, fields: &Value) -> Value {
        let address = format!("{}bot{}/{method}", self.account.api(), Settings::default().token);
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer = client.post(address).json(fields).send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")["result"].clone()
    }

    pub fn conversation(&self, thread: &str) -> ConversationId {
        self.memory.conversation("tg", thread)
    }

    pub fn push(&self, thread: &str, content: Content) {
        let from = Sender::Speaker { speaker: Speaker::Bot };
        self.memory.push(self.conversation(thread), from, content, None);
    }

    /// Words or captions of what the bot has said there.
    pub fn told(&self, chat: i64) -> Vec<String> {
        let said = self.simulator.said(Some(chat)).into_iter();
        said.filter(|said| said["deleted"] == false)
            .map(|said| {
                let message = &said["message"];
                let words = message["text"].as_str().or(message["caption"].as_str());
                words.unwrap_or("(no words)").to_owned()
            })
            .collect()
    }

    /// Everything that was stored of a thread, told in a line each.
    pub fn heard(&self, thread: &str) -> Vec<String> {
        let accepted = self.memory.accepted();
        accepted.iter().filter(|event| event.thread == thread).map(|event| line(&event.body)).collect()
    }

    /// What was stored last.
    pub fn last(&self) -> Option<Incoming> {
        self.memory.accepted().pop()
    }

    pub fn dead(&self) -> Vec<String> {
        let sent = self.sent.lock().expect("not poisoned");
        let dead = sent.iter().filter_map(|attempt| match &attempt.outcome {
            Outcome::Dead { reason } | Outcome::Unreachable { reason } => Some(reason.clone()),
            Outcome::Done | Outcome::Retry { .. } => None,
        });
        dead.collect()
    }

    /// A message of the bot that is to leave for this thread.
    pub fn leaving(&self, thread: &str, content: Content) -> Leaving {
        let message = Message { at: self.memory.now(), ..from_bot(content) };
        untried(self.conversation(thread), thread, "k1".to_owned(), message)
    }
}

pub fn account(config: &Config) -> Arc<Account> {
    config.account(&Fence::none(), |_| Err(std::io::Error::other("no files"))).expect("the token of the test")
}

/// Telegram's number of a message, out of the id that the studio gives it.
fn number(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}

pub fn line(body: &Body) -> String {
    match body {
        Body::Introduced { attributes, .. } => format!("introduced {}", json!(attributes)),
        Body::Opened { attributes, .. } => format!("opened {}", json!(attributes)),
        Body::Message { content, .. } => format!("said {}", content.plain()),
        Body::Press { value, title } => format!("pressed {value} ({title})"),
        Body::Edited { id, content } => format!("edited {}: {}", number(id), content.plain()),
        Body::Deleted { id } => format!("deleted {}", number(id)),
        Body::Custom { name, data } => format!("{name} {data}"),
        other => format!("{other:?}"),
    }
}

/// Waits until something holds, at most 20 s.
pub async fn until<T>(what: &str, mut holds: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = holds() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

async fn door(
    State((account, memory)): State<(Arc<Account>, Memory)>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    account.webhook(&memory, &method, None, &headers, body).await
}

/// As the server does it: each conversation by itself, one message after the other.
async fn work_off(memory: Memory, account: Arc<Account>, sent: Arc<Mutex<Vec<Attempt>>>) {
    let mut places = BTreeMap::<String, u64>::new();
    loop {
        for event in memory.accepted() {
            places.entry(event.thread).or_default();
        }
        for (thread, place) in &mut places {
            let conversation = memory.conversation("tg", thread);
            for message in memory.messages(conversation, *place, 100).await.expect("kept in memory") {
                *place = message.sequence;
                if message.from == (Sender::Speaker { speaker: Speaker::Bot }) {
                    let key = format!("k{}", message.sequence);
                    let mut leaving = untried(conversation, thread, key, message);
                    deliver(&memory, &account, &mut leaving, &sent).await;
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn deliver(memory: &Memory, account: &Account, leaving: &mut Leaving, sent: &Mutex<Vec<Attempt>>) {
    loop {
        let attempt = account.send(memory, leaving).await;
        leaving.parts.extend(attempt.parts.clone());
        memory.has_left(&leaving.thread, &attempt.parts);
        let outcome = attempt.outcome.clone();
        sent.lock().expect("not poisoned").push(attempt);
        match outcome {
            Outcome::Done | Outcome::Dead { .. } | Outcome::Unreachable { .. } => return,
            Outcome::Retry { after, .. } => {
                let wait = after.map_or(Duration::from_millis(30), jiff::SignedDuration::unsigned_abs);
                tokio::time::sleep(wait).await;
            }
        }
    }
}
