//! People on Discord, each in direct messages.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use studio_simulators::discord::{Settings, Simulator as Platform};
use tokio::net::TcpListener;

use super::{Fate, File, Shown, Simulator, items, text, words};

pub(super) fn start(listener: TcpListener, address: &str) {
    // Sessions are lost on purpose, and new ones opened.
    Platform::start(listener, Settings { identify_pause: Duration::ZERO, ..Settings::at(address) });
}

pub(super) fn settings(address: &str) -> String {
    format!("token = \"{}\"\napi_url = \"{address}/api/v10\"\n", Settings::at(address).token)
}

pub(super) struct Person {
    simulator: Simulator,
    name: String,
    id: String,
    channel: String,
}

impl Person {
    pub async fn new(simulator: Simulator, number: usize) -> anyhow::Result<Self> {
        let name = format!("person-{number}");
        // Somebody is known by what they do: they begin to write.
        let typing = simulator.act("type", &json!({ "from": name })).await?;
        let (id, channel) = (text(&typing, "user_id")?, text(&typing, "channel_id")?);
        Ok(Self { simulator, name, id, channel })
    }

    async fn said(&self) -> anyhow::Result<Vec<Value>> {
        let all = self.simulator.see(&format!("messages?channel={}", self.channel)).await?;
        Ok(items(&all).filter(|message| message["author"]["bot"] == true).cloned().collect())
    }

    async fn write(&self, body: Value) -> anyhow::Result<String> {
        text(&self.simulator.act("say", &body).await?, "id")
    }
}

impl super::Person for Person {
    fn thread(&self) -> String {
        self.channel.clone()
    }

    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        self.write(json!({ "from": self.name, "text": text })).boxed()
    }

    fn press<'a>(&'a self, title: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            let said = self.said().await?;
            let bears = |message: &&Value| words(&message["components"]).iter().any(|words| words == title);
            let message = said.iter().rev().find(bears).map(|message| message["id"].clone());
            let body = json!({ "from": self.name, "message": message, "choose": title });
            text(&self.simulator.act("press", &body).await?, "id")
        }
        .boxed()
    }

    fn send<'a>(&'a self, file: File<'a>) -> BoxFuture<'a, anyhow::Result<String>> {
        let File { name, media_type, bytes } = file;
        let file = json!({ "name": name, "media_type": media_type, "base64": STANDARD.encode(bytes) });
        self.write(json!({ "from": self.name, "files": [file] })).boxed()
    }

    fn form<'a>(&'a self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Option<String>>> {
        async move {
            let all = self.simulator.see("interactions").await?;
            let opened = items(&all).find(|known| {
                known["user"] == *self.id && words(&known["modal"]).iter().any(|words| words == question)
            });
            Ok(opened.map(|known| known["id"].to_string()))
        }
        .boxed()
    }

    fn submit<'a>(
        &'a self,
        _form: &'a str,
        answers: [(&'a str, &'a str); 2],
    ) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            let body = json!({ "from": self.name, "answers": BTreeMap::from(answers) });
            text(&self.simulator.act("submit", &body).await?, "id")
        }
        .boxed()
    }

    /// Discord is told nothing of messages that were read: it keeps them, and the studio reads on where it was.
    fn fate<'a>(&'a self, _: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>> {
        async move { Ok(Fate::Taken) }.boxed()
    }

    fn shown(&self) -> BoxFuture<'_, anyhow::Result<Vec<Shown>>> {
        async move {
            let said = self.said().await?;
            let shown = said.iter().map(|message| Shown {
                words: words(
                    &json!([{ "content": message["content"] }, message["embeds"], message["components"]]),
                ),
                text: message["content"].as_str().unwrap_or_default().to_owned(),
            });
            Ok(shown.collect())
        }
        .boxed()
    }

    fn files(&self) -> BoxFuture<'_, anyhow::Result<Vec<Vec<u8>>>> {
        async move {
            let mut files = Vec::new();
            for message in self.said().await? {
                for attachment in items(&message["attachments"]) {
                    files.push(self.simulator.download(&text(attachment, "url")?, None).await?);
                }
            }
            Ok(files)
        }
        .boxed()
    }
}
