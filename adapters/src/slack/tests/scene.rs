//! A studio in memory, a simulated workspace, and the real client between them, over loopback.

use std::{collections::BTreeMap, future::Future, path::Path as File, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery},
    http::{HeaderMap, Method},
    routing::any,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use studio_core::{
    api::{Message, Sender},
    content::Content,
    id::ConversationId,
};
use studio_simulators::slack::{Settings, World, serve_world};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::super::{Account, Config, manifest::SCOPES, turns::Turns};
use crate::{
    fence::Fence,
    host::{Host as _, Incoming},
    platform::{Attempt, Leaving, Outcome},
    testing::{Memory, serve, untried},
};

pub(super) const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// The time of the server in memory, and of the workspace.
pub(super) const NOW: i64 = 1_700_000_000;
pub(super) const ANNA: &str = "U0ANNA";
pub(super) const DIRECT: &str = "D0ANNA";
pub(super) const GENERAL: &str = "C0GENERAL";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Posts,
    Sockets,
}

pub(super) struct Scene {
    pub host: Memory,
    pub account: Arc<Account>,
    /// Where the workspace is.
    pub slack: String,
    pub stop: CancellationToken,
    http: reqwest::Client,
}

impl Scene {
    pub async fn new(way: Way) -> Self {
        Self::with(way, "", |_| {}).await
    }

    /// Slack is asked as often as one likes.
    pub async fn with(way: Way, more: &str, change: impl FnOnce(&mut Settings)) -> Self {
        Self::asking(Turns::unlimited(), way, more, change).await
    }

    pub async fn asking(turns: Turns, way: Way, more: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let slack = format!("http://{}", listener.local_addr().expect("the port that was taken"));
        let credential = match way {
            Way::Posts => format!("signing_secret = '{SECRET}'"),
            Way::Sockets => "app_token = 'xapp-simulator'".to_owned(),
        };
        let config: Config = toml::from_str(&format!(
            "name = 'support'\nbot = 'shop'\nbot_token = 'xoxb-simulator'\napi = '{slack}/api'\n{credential}\n{more}"
        ))
        .expect("the connection of the test");
        let mut account = config
            .account(&Fence::none(), |_: &File| Err(std::io::Error::other("no files")))
            .expect("its credentials");
        account.turns = turns;
        let (host, account) = (Memory::new(&[]), Arc::new(account));

        let mut settings = Settings {
            signing_secret: SECRET.to_owned(),
            now: Some(Timestamp::from_second(NOW).expect("within jiff's range")),
            again_after: [10, 20, 40].map(Duration::from_millis),
            patience: Duration::from_secs(2),
            // What the manifest asks for must do.
            scopes: SCOPES.map(str::to_owned).to_vec(),
            ..Settings::default()
        };
        if way == Way::Posts {
            let address = serve(webhooks(host.clone(), account.clone())).await;
            settings.events = Some(format!("http://{address}/webhooks/support"));
        }
        change(&mut settings);
        let world = World::new(&settings, &slack);
        tokio::spawn(serve_world(listener, world));
        let stop = CancellationToken::new();
        let scene = Self { host, account, slack, stop, http: reqwest::Client::new() };
        tokio::spawn(scene.account.clone().run(scene.host.clone(), scene.stop.clone()));
        if way == Way::Sockets {
            scene
                .until("the socket is open", async || scene.account.standing().listening == Some(true))
                .await;
        }
        scene.until("Slack said who we are", async || scene.account.standing().identity.is_some()).await;
        scene
    }

    /// `POST /simulator/<what>`.
    pub async fn does(&self, what: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/simulator/{what}", self.slack)).json(&body).send().await;
        let answer = answer.expect("the simulator answers");
        let status = answer.status();
        let text = answer.text().await.expect("an answer of text");
        assert!(status.is_success(), "{what}: {status} {text}");
        serde_json::from_str(&text).expect("an answer of JSON")
    }

    /// `GET /simulator/<what>`.
    pub async fn sees(&self, what: &str) -> Value {
        let answer = self.http.get(format!("{}/simulator/{what}", self.slack)).send().await;
        answer.expect("the simulator answers").json().await.expect("an answer of JSON")
    }

    pub async fn breaks(&self, plan: Value) {
        let answer = self.http.put(format!("{}/simulator/faults", self.slack)).json(&plan).send().await;
        assert!(answer.expect("the simulator answers").status().is_success(), "a plan of faults");
    }

    /// Anna writes to the bot.
    pub async fn say(&self, text: &str) -> String {
        let said = self.does("say", json!({ "user": ANNA, "text": text })).await;
        said["ts"].as_str().expect("a time stamp").to_owned()
    }

    /// What everyone, or only one person, sees in a channel; the bot's messages alone.
    pub async fn shown(&self, channel: &str) -> Vec<Value> {
        let all = self.sees(&format!("messages?channel={channel}")).await;
        let all = all.as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|message| message["value"]["bot_id"] == json!("B0BOT0001")).collect()
    }

    pub async fn texts(&self, channel: &str) -> Vec<String> {
        let shown = self.shown(channel).await;
        shown.iter().map(|message| message["value"]["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn conversation(&self, thread: &str) -> ConversationId {
        self.host.conversation("support", thread)
    }

    /// Waits until so many events are stored.
    pub async fn accepted(&self, count: usize) -> Vec<Incoming> {
        let what = format!("{count} events are stored");
        self.until(&what, async || self.stored().len() >= count).await;
        self.stored()
    }

    /// What is stored, but for who the people are and how channels are called: that comes whenever Slack has told it.
    pub fn stored(&self) -> Vec<Incoming> {
        let all = self.host.accepted().into_iter();
        let is_told_later = |native: &str| native.starts_with("profile:") || native.starts_with("channel:");
        all.filter(|one| !is_told_later(&one.native)).collect()
    }

    pub async fn until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !is_so().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(Duration::from_mins(3), waiting).await.is_err() {
            let bodies =
                self.host.accepted().into_iter().map(|one| (one.native, one.body)).collect::<Vec<_>>();
            panic!("never so: {what}; standing {:?}; stored {bodies:?}", self.account.standing());
        }
    }

    /// The studio's outbox: what is said in a conversation leaves in its order, each message until it is gone.
    pub async fn deliver(&self, thread: &str, left: &mut BTreeMap<u64, Vec<String>>) {
        let messages =
            self.host.messages(self.conversation(thread), 0, 1_000).await.expect("messages in memory");
        for message in messages {
            if !matches!(message.from, Sender::Speaker { .. }) || left.contains_key(&message.sequence) {
                continue;
            }
            let sequence = message.sequence;
            let parts = self.send_until_done(thread, message).await;
            left.insert(sequence, parts);
        }
    }

    pub async fn send_until_done(&self, thread: &str, message: Message) -> Vec<String> {
        let mut leaving = self.leaving(thread, message);
        for _ in 0..60 {
            let attempt = self.account.send(&self.host, &leaving).await;
            leaving.parts.extend(attempt.parts);
            match attempt.outcome {
                Outcome::Done => return leaving.parts,
                Outcome::Retry { .. } => tokio::time::sleep(Duration::from_millis(2)).await,
                Outcome::Dead { reason } | Outcome::Unreachable { reason } => panic!("dead: {reason}"),
            }
        }
        panic!("never gone: {:?}", leaving.message.content)
    }

    pub fn leaving(&self, thread: &str, message: Message) -> Leaving {
        let conversation = self.conversation(thread);
        let key = format!("{}{}", &conversation.to_string()[..12], message.sequence);
        untried(conversation, thread, key, message)
    }

    /// The bot says something; one try to send it.
    pub async fn tell(&self, thread: &str, content: Content) -> Attempt {
        let conversation = self.conversation(thread);
        self.host.say(conversation, content);
        let messages = self.host.messages(conversation, 0, 1_000).await.expect("messages in memory");
        let last = messages.last().expect("it was just said").clone();
        self.account.send(&self.host, &self.leaving(thread, last)).await
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn webhooks(host: Memory, account: Arc<Account>) -> Router {
    let receive = async move |Path(name): Path<String>,
                              method: Method,
                              RawQuery(query): RawQuery,
                              headers: HeaderMap,
                              body: Bytes| {
        assert_eq!(name, account.name());
        account.webhook(&host, &method, query.as_deref(), &headers, body).await
    };
    Router::new().route("/webhooks/{name}", any(receive))
}

/// For what must end soon, on a machine that may be busy.
pub(super) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(3), what).await.expect("within three minutes")
}
