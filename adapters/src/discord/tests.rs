//! The Discord channel from outside: our real client against the simulated platform, with a server in memory.

mod asked;
mod catching_up;
mod commands;
mod faults;
mod fetching;
mod files;
mod fixtures;
mod prism;
mod properties;
mod restarts;
mod servers;
mod signatures;
mod specification;
mod story;
mod trouble;
mod waits;
mod webhook;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use studio_core::{
    api::{Message, Sender},
    content::Content,
    dialogue::Body,
    id::ConversationId,
};
use studio_simulators::discord::{Settings, Simulator};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{bot_token::MADE_UP, *};
use crate::{
    fence::Fence,
    host::{Host as _, Incoming},
    platform::{Attempt, Command, Leaving, Outcome},
    testing::{Memory, from_bot, untried},
};

/// Nothing here takes longer.
const SOON: Duration = Duration::from_mins(1);

/// A simulator and its address.
struct Platform {
    simulator: Simulator,
    address: String,
    client: reqwest::Client,
}

impl Platform {
    async fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
        let mut settings = Settings::at(address.clone());
        // Sessions are lost on purpose, and new ones opened.
        settings.identify_pause = Duration::ZERO;
        change(&mut settings);
        let simulator = Simulator::start(listener, settings);
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { simulator, address, client }
    }

    /// Something is done in a person's place.
    async fn act(&self, what: &str, body: Value) -> Value {
        let url = format!("{}/simulator/{what}", self.address);
        let answer = self.client.post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what} {body}: {:?}", answer.text().await);
        answer.json().await.expect("JSON")
    }

    /// What goes wrong from now on.
    async fn fails(&self, plan: &Value) {
        let url = format!("{}/simulator/faults", self.address);
        self.client.put(url).json(plan).send().await.expect("an answer");
    }

    async fn see(&self, what: &str) -> Value {
        let answer = self.client.get(format!("{}/simulator/{what}", self.address)).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    async fn say(&self, from: &str, text: &str) -> String {
        let said = self.act("say", json!({"from": from, "text": text})).await;
        said["id"].as_str().expect("an id").to_owned()
    }

    async fn messages(&self) -> Vec<Value> {
        self.see("messages").await.as_array().cloned().expect("a list")
    }

    /// The newest message of the bot that holds these words.
    async fn shown(&self, words: &str) -> Value {
        let mut found = None;
        until(&format!("“{words}” is shown"), async || {
            let messages = self.messages().await;
            let holds =
                |message: &&Value| message["author"]["bot"] == true && message.to_string().contains(words);
            found = messages.iter().rev().find(holds).cloned();
            found.is_some()
        })
        .await;
        found.expect("it was found")
    }

    async fn command_registered(&self) {
        until("the command is registered", async || {
            self.see("state").await["commands"][0]["name"] == "track"
        })
        .await;
    }

    async fn open_sessions(&self, count: u64) {
        until("the gateway is open", async || self.see("state").await["open"] == count).await;
    }
}

/// A connection that runs, and what delivers for it.
struct Studio {
    memory: Memory,
    account: Arc<Account>,
    stop: CancellationToken,
    running: Vec<JoinHandle<()>>,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

impl Studio {
    fn new(platform: &Platform, memory: &Memory, more: &str) -> Self {
        Self::start(memory, Arc::new(account(platform, more)))
    }

    fn start(memory: &Memory, account: Arc<Account>) -> Self {
        let stop = CancellationToken::new();
        let attempts = Arc::default();
        let mut running = vec![tokio::spawn(account.clone().run(memory.clone(), stop.clone()))];
        let delivering = deliver(memory.clone(), account.clone(), Arc::clone(&attempts));
        let ended = stop.clone();
        running.push(tokio::spawn(async move {
            tokio::select! {
                () = delivering => {}
                () = ended.cancelled() => {}
            }
        }));
        Self { memory: memory.clone(), account, stop, running, attempts }
    }

    async fn end(self) {
        self.stop.cancel();
        for task in self.running {
            timeout(Duration::from_secs(10), task).await.expect("it ends promptly").expect("no panic");
        }
    }

    /// As with its process: nothing more is kept.
    fn kill(self) {
        self.running.iter().for_each(JoinHandle::abort);
    }

    fn conversation(&self, thread: &str) -> ConversationId {
        self.memory.conversation("dc", thread)
    }

    /// Waits until something was accepted that fits, and returns it.
    async fn accepted(&self, what: &str, fits: impl Fn(&Incoming) -> bool) -> Incoming {
        let mut found = None;
        until(what, async || {
            found = self.memory.accepted().into_iter().find(|event| fits(event));
            found.is_some()
        })
        .await;
        found.expect("it was found")
    }
}

/// A connection that is open, and Ada's first message to it.
async fn greeted() -> (Platform, Studio, Incoming) {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    (platform, studio, event)
}

fn account(platform: &Platform, more: &str) -> Account {
    account_at(platform, "api/v10", more)
}

/// `path` is where the connection takes the API to be.
fn account_at(platform: &Platform, path: &str, more: &str) -> Account {
    let Platform { simulator, address, .. } = platform;
    account_of(&simulator.settings().token, &format!("{address}/{path}"), more)
}

fn account_of(token: &str, api: &str, more: &str) -> Account {
    let text = format!("name = 'dc'\nbot = 'shop'\ntoken = '{token}'\napi = '{api}'\n{more}");
    let config: Config = toml::from_str(&text).expect("the connection of the test");
    assert_eq!(config.problems(), Vec::<String>::new());
    config.account(&Fence::none(), |_: &Path| Err(std::io::Error::other("no files"))).expect("an account")
}

/// A server in memory whose clock is right.
#[expect(clippy::disallowed_methods, reason = "signatures of the simulator bear the real time")]
fn memory() -> Memory {
    let memory = Memory::new(&[]);
    memory.advance(Timestamp::now().duration_since(memory.now()));
    memory.offer(vec![Command {
        name: "track".into(),
        names: vec![("de".into(), "verfolgen".into())],
        description: vec![
            ("en".into(), "Track an order".into()),
            ("de".into(), "Bestellung verfolgen".into()),
        ],
    }]);
    memory
}

/// Sends what the bot says, in the order of each conversation, until it has left: what the server does.
async fn deliver(memory: Memory, account: Arc<Account>, attempts: Arc<Mutex<Vec<Attempt>>>) {
    let mut started = BTreeMap::new();
    loop {
        for event in memory.accepted() {
            let conversation = memory.conversation("dc", &event.thread);
            started.entry(event.thread.clone()).or_insert_with(|| {
                tokio::spawn(deliver_to(
                    memory.clone(),
                    account.clone(),
                    attempts.clone(),
                    conversation,
                    event.thread,
                ))
            });
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn deliver_to(
    memory: Memory,
    account: Arc<Account>,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    conversation: ConversationId,
    thread: String,
) {
    let mut after = 0;
    loop {
        let said = memory.messages(conversation, after, 100).await.expect("memory");
        for message in said {
            after = message.sequence;
            if matches!(message.from, Sender::Speaker { .. }) {
                send(&memory, &account, &attempts, leaving(conversation, &thread, message)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn send(memory: &Memory, account: &Account, attempts: &Mutex<Vec<Attempt>>, mut leaving: Leaving) {
    loop {
        let attempt = account.send(memory, &leaving).await;
        attempts.lock().unwrap_or_else(PoisonError::into_inner).push(attempt.clone());
        leaving.parts.extend(attempt.parts);
        match attempt.outcome {
            Outcome::Done | Outcome::Dead { .. } | Outcome::Unreachable { .. } => return,
            Outcome::Retry { after, .. } => {
                let after = after.and_then(|after| Duration::try_from(after).ok());
                tokio::time::sleep(after.unwrap_or(Duration::from_millis(100)).min(Duration::from_secs(6)))
                    .await;
            }
        }
    }
}

fn leaving(conversation: ConversationId, thread: &str, message: Message) -> Leaving {
    let key = format!("{}{:05}", &conversation.to_string()[..20], message.sequence);
    untried(conversation, thread, key, message)
}

fn words(event: &Incoming) -> Option<&str> {
    match &event.body {
        Body::Message { content: Content::Text { text, .. }, .. } => Some(text),
        _ => None,
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(SOON, waiting).await.is_ok(), "never came: {what}");
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
