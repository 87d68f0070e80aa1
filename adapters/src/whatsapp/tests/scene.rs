//! A connection between a studio in memory and a simulator, over loopback.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, Method},
    response::Response,
    routing::any,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    api::{Message, Sender},
    content::{Content, Template},
    id::ConversationId,
};
use studio_simulators::whatsapp::{Settings, router};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::super::{Account, Config};
use crate::{
    fence::Fence,
    host::Host as _,
    platform::{Attempt, Command, Leaving, Outcome},
    testing::{Memory, serve, untried},
};

pub const ADA: &str = "DE.13491208655302741918";

pub struct Scene {
    pub host: Memory,
    pub account: Arc<Account>,
    pub simulator: Url,
    client: reqwest::Client,
    stop: CancellationToken,
}

/// An account whose API is at this address, with the secrets of the simulator.
pub fn account(api: &Url) -> Account {
    let settings = Settings::default();
    let config: Config = toml::from_str(&format!(
        "name = 'shop'\nbot = 'shop'\nphone_number_id = '{}'\naccount_id = '{}'\ntoken = '{}'\napp_secret = '{}'\n\
         verify_token = 'a word'\napi = '{api}'",
        settings.phone_number_id, settings.account_id, settings.token, settings.app_secret
    ))
    .expect("the connection of the tests");
    assert_eq!(config.problems(), Vec::<String>::new());
    config.account(&Fence::none(), |_| Err(std::io::Error::other("no files"))).expect("all is there")
}

impl Scene {
    /// Simulator and connection run, events flow, and Ada is there.
    pub async fn start() -> Self {
        let settings = Settings { first_retry: Duration::from_millis(50), ..Settings::default() };
        let simulator =
            Url::parse(&format!("http://{}/", serve(router(settings)).await)).expect("an address");
        let host = Memory::new(&[]);
        host.answer_after(None);
        let account = Arc::new(account(&simulator));
        let webhooks = Router::new()
            .route("/webhooks/shop", any(webhook))
            .with_state((Arc::clone(&account), host.clone()));
        host.publish_at(Url::parse(&format!("http://{}/", serve(webhooks).await)).expect("an address"));
        host.offer(vec![Command {
            name: "help".into(),
            names: Vec::new(),
            description: vec![("en".into(), "What can I do?".into())],
        }]);
        let stop = CancellationToken::new();
        tokio::spawn(Arc::clone(&account).run(host.clone(), stop.clone()));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let scene = Self { host, account, simulator, client, stop };
        scene.until("registered", || async { scene.get("state").await["commands"][0].is_object() }).await;
        scene.post("people", json!({ "user_id": ADA, "phone": "4915112345678", "name": "Ada" })).await;
        scene
    }

    pub fn conversation(&self) -> ConversationId {
        self.host.conversation("shop", ADA)
    }

    pub async fn get(&self, path: &str) -> Value {
        let url = self.simulator.join(&format!("simulator/{path}")).expect("an address");
        let answer = self.client.get(url).send().await.expect("the simulator answers");
        answer.json().await.expect("JSON")
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let url = self.simulator.join(&format!("simulator/{path}")).expect("an address");
        let answer = self.client.post(url).json(&body).send().await.expect("the simulator answers");
        assert!(answer.status().is_success(), "{path} {body}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.unwrap_or_default()
    }

    pub async fn faults(&self, plan: Value) {
        let url = self.simulator.join("simulator/faults").expect("an address");
        let answer = self.client.put(url).json(&plan).send().await.expect("the simulator answers");
        assert!(answer.status().is_success(), "{plan}");
    }

    /// Ada does something; returns the id of her message.
    pub async fn ada(&self, what: &str, mut more: Value) -> String {
        more["do"] = json!(what);
        more["person"] = json!(ADA);
        self.post("do", more).await["id"].as_str().unwrap_or_default().to_owned()
    }

    /// What the bot has said to Ada.
    pub async fn said(&self) -> Vec<Value> {
        let said = self.get(&format!("said?person={ADA}")).await;
        let said = said.as_array().expect("a list").iter();
        said.map(|said| said["message"].clone()).collect()
    }

    /// Waits until so many events were stored.
    pub async fn stored(&self, count: usize) {
        self.until("stored", || async { self.host.accepted().len() >= count }).await;
    }

    pub async fn until<F: Future<Output = bool>>(&self, what: &str, mut holds: impl FnMut() -> F) {
        for _ in 0..1_000 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}: it did not come to that; the connection stands so: {:?}", self.account.standing());
    }

    pub async fn messages(&self) -> Vec<Message> {
        self.host.messages(self.conversation(), 0, 10_000).await.expect("in memory")
    }

    pub fn leaving(&self, message: Message) -> Leaving {
        let last_heard = self.host.accepted().iter().filter_map(|incoming| incoming.said_at).max();
        let key = format!("key{}", message.sequence);
        Leaving { last_heard, ..untried(self.conversation(), ADA, key, message) }
    }

    /// The bot says something, and it leaves as the studio lets it leave: again until it is done or dead.
    pub async fn say(&self, content: Content) -> Attempt {
        self.host.say_quietly(self.conversation(), content);
        let message = self.messages().await.pop().expect("it was just said");
        assert!(matches!(message.from, Sender::Speaker { .. }));
        self.deliver(self.leaving(message)).await
    }

    /// Sends an approved message in place of what is leaving.
    pub async fn tell(&self, leaving: &Leaving, key: &str, template: &Template) -> Attempt {
        let message = Message { template: Some(Box::new(template.clone())), ..leaving.message.clone() };
        let leaving = Leaving { key: key.to_owned(), message, ..leaving.clone() };
        self.account.send(&self.host, &leaving).await
    }

    /// Ada asks for what is left of a list, and it leaves as any other message.
    pub async fn more(&self) -> Attempt {
        let before = self.host.accepted().len();
        self.ada("press", json!({ "choice": "More" })).await;
        self.stored(before + 1).await;
        let message = self.messages().await.pop().expect("it was just said");
        self.deliver(self.leaving(message)).await
    }

    pub async fn deliver(&self, mut leaving: Leaving) -> Attempt {
        let mut all = Vec::new();
        for _ in 0..100 {
            let attempt = self.account.send(&self.host, &leaving).await;
            all.extend(attempt.parts.clone());
            leaving.parts.extend(attempt.parts.clone());
            match &attempt.outcome {
                Outcome::Done | Outcome::Dead { .. } | Outcome::Unreachable { .. } => {
                    return Attempt { parts: all, ..attempt };
                }
                // A fraction of what it asks for: long enough for a status, which the simulator tells at once.
                Outcome::Retry { after, .. } => {
                    let doubt = after.is_some_and(|after| after >= SignedDuration::from_secs(10));
                    tokio::time::sleep(Duration::from_millis(if doubt { 700 } else { 5 })).await;
                }
            }
        }
        panic!("it never left: {:?}", self.account.standing());
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn webhook(
    State((account, host)): State<(Arc<Account>, Memory)>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    account.webhook(&host, &method, query.as_deref(), &headers, body).await
}
