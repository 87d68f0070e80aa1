//! People on Slack, each in direct messages.

use std::time::Duration;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Map, Value, json};
use studio_simulators::slack::{Settings, serve};
use tokio::net::TcpListener;

use super::{Fate, File, Shown, Simulator, items, text, words};

pub(super) fn start(listener: TcpListener, events: Option<String>) {
    // As Slack does, in less time.
    let again_after = [0, 1_000, 5_000].map(Duration::from_millis);
    // More come here in an hour than Slack would tell.
    let settings = Settings {
        events,
        again_after,
        patience: Duration::from_secs(1),
        events_an_hour: usize::MAX,
        ..Settings::default()
    };
    tokio::spawn(serve(listener, settings));
}

pub(super) fn settings(address: &str, posted: bool) -> String {
    let Settings { bot_token, app_token, signing_secret, .. } = Settings::default();
    let way = if posted {
        format!("signing_secret = \"{signing_secret}\"")
    } else {
        format!("app_token = \"{app_token}\"")
    };
    format!("bot_token = \"{bot_token}\"\n{way}\napi = \"{address}/api\"\n")
}

pub(super) struct Person {
    simulator: Simulator,
    number: String,
}

impl Person {
    pub fn new(simulator: Simulator, number: usize) -> Self {
        Self { simulator, number: format!("0P{number:06}") }
    }

    fn user(&self) -> String {
        format!("U{}", self.number)
    }

    async fn said(&self) -> anyhow::Result<Vec<Value>> {
        let all = self.simulator.see(&format!("messages?channel=D{}", self.number)).await?;
        let own = items(&all).map(|message| &message["value"]);
        Ok(own.filter(|message| message["bot_id"].is_string()).cloned().collect())
    }

    async fn act(&self, act: &str, mut body: Value) -> anyhow::Result<String> {
        body["user"] = self.user().into();
        text(&self.simulator.act(act, &body).await?, "delivery")
    }
}

impl super::Person for Person {
    fn thread(&self) -> String {
        format!("D{}", self.number)
    }

    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        self.act("say", json!({ "text": text })).boxed()
    }

    fn press<'a>(&'a self, title: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            let said = self.said().await?;
            let bears = |message: &&Value| words(&message["blocks"]).iter().any(|words| words == title);
            let message =
                said.iter().rev().find(bears).with_context(|| format!("nothing bears “{title}”"))?;
            let body = json!({ "channel": self.thread(), "ts": message["ts"], "title": title });
            self.act("press", body).await
        }
        .boxed()
    }

    fn send<'a>(&'a self, file: File<'a>) -> BoxFuture<'a, anyhow::Result<String>> {
        let File { name, media_type, bytes } = file;
        let body = json!({ "name": name, "media_type": media_type, "content": STANDARD.encode(bytes) });
        self.act("file", body).boxed()
    }

    fn form<'a>(&'a self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Option<String>>> {
        async move {
            let all = self.simulator.see("views").await?;
            let mut views = all.as_object().into_iter().flatten();
            let asks = |view: &Value| words(&view["blocks"]).iter().any(|words| words == question);
            let own = views.find(|(_, opened)| opened["user"] == self.user() && asks(&opened["view"]));
            Ok(own.map(|(id, _)| id.clone()))
        }
        .boxed()
    }

    fn submit<'a>(
        &'a self,
        form: &'a str,
        answers: [(&'a str, &'a str); 2],
    ) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            let value = |(field, answer): (&str, &str)| (field.to_owned(), json!({ "value": answer }));
            let values: Map<String, Value> = answers.into_iter().map(value).collect();
            self.simulator.act("submit", &json!({ "view": form, "values": values })).await?;
            Ok(form.to_owned())
        }
        .boxed()
    }

    fn fate<'a>(&'a self, id: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>> {
        async move {
            let delivery = &self.simulator.see(&format!("deliveries?id={id}")).await?[0];
            Ok(if delivery["acknowledged"] == true {
                Fate::Taken
            } else if delivery["ended"] == true {
                Fate::GivenUp
            } else {
                Fate::Open
            })
        }
        .boxed()
    }

    fn shown(&self) -> BoxFuture<'_, anyhow::Result<Vec<Shown>>> {
        async move {
            let said = self.said().await?;
            let shown = said.iter().map(|message| {
                let blocks = words(&message["blocks"]);
                let text = message["text"].as_str().unwrap_or_default().to_owned();
                let words = if blocks.is_empty() { vec![text.clone()] } else { blocks };
                Shown { words, text }
            });
            Ok(shown.collect())
        }
        .boxed()
    }

    fn files(&self) -> BoxFuture<'_, anyhow::Result<Vec<Vec<u8>>>> {
        async move {
            let token = Settings::default().bot_token;
            let mut files = Vec::new();
            for message in self.said().await? {
                for file in items(&message["files"]) {
                    let url = text(file, "url_private")?;
                    files.push(self.simulator.download(&url, Some(&token)).await?);
                }
            }
            Ok(files)
        }
        .boxed()
    }
}
