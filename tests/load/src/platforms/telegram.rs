//! People on Telegram, each in a private chat.

use std::time::Duration;

use anyhow::bail;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use studio_simulators::telegram::{Settings, serve};
use tokio::net::TcpListener;

use super::{Fate, File, Shown, Simulator, items, words};

pub(super) fn start(listener: TcpListener) {
    let settings = Settings { webhook_pause: Duration::from_millis(100), ..Settings::default() };
    tokio::spawn(serve(listener, settings));
}

pub(super) fn settings(address: &str, receive: &str) -> String {
    let token = Settings::default().token;
    format!("token = \"{token}\"\napi = \"{address}\"\npoll_seconds = 1\nreceive = \"{receive}\"\n")
}

pub(super) struct Person {
    simulator: Simulator,
    id: i64,
}

impl Person {
    pub async fn new(simulator: Simulator, number: usize) -> anyhow::Result<Self> {
        let id = 1_000 + i64::try_from(number)?;
        let person = json!({ "id": id, "first_name": format!("Person {number}"), "language": "en" });
        simulator.act("person", &person).await?;
        Ok(Self { simulator, id })
    }

    async fn act(&self, act: &str, mut body: Value) -> anyhow::Result<String> {
        body["person"] = self.id.into();
        Ok(self.simulator.act(act, &body).await?["update"].to_string())
    }

    async fn said(&self) -> anyhow::Result<Vec<Value>> {
        let said = self.simulator.see(&format!("said?chat={}", self.id)).await?;
        Ok(items(&said["said"])
            .filter(|said| said["deleted"] == false)
            .map(|said| said["message"].clone())
            .collect())
    }

    async fn bot(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let token = Settings::default().token;
        let address = &self.simulator.address;
        self.simulator.download(&format!("{address}/{}", path.replace("TOKEN", &token)), None).await
    }
}

impl super::Person for Person {
    fn thread(&self) -> String {
        self.id.to_string()
    }

    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        self.act("say", json!({ "text": text })).boxed()
    }

    fn press<'a>(&'a self, title: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            // What stands in place of the letters' keyboard is said by its press.
            let said = self.said().await?;
            let keys = said.last().map(|last| last["reply_markup"]["keyboard"].clone()).unwrap_or_default();
            if items(&keys).flat_map(items).any(|key| key["text"] == title || *key == title) {
                return self.say(title).await;
            }
            self.act("press", json!({ "title": title })).await
        }
        .boxed()
    }

    fn send<'a>(&'a self, file: File<'a>) -> BoxFuture<'a, anyhow::Result<String>> {
        let File { name, media_type, bytes } = file;
        let base64 = STANDARD.encode(bytes);
        let body = if media_type.starts_with("image/") {
            json!({ "kind": "photo", "caption": name, "base64": base64 })
        } else {
            json!({ "kind": "document", "name": name, "media_type": media_type, "base64": base64 })
        };
        async move { self.act("send", body).await }.boxed()
    }

    fn fate<'a>(&'a self, id: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>> {
        async move {
            let state = self.simulator.see("state").await?;
            let id: Value = serde_json::from_str(id)?;
            let waits = items(&state["waiting"]).any(|update| *update == id);
            Ok(if waits { Fate::Open } else { Fate::Taken })
        }
        .boxed()
    }

    fn shown(&self) -> BoxFuture<'_, anyhow::Result<Vec<Shown>>> {
        async move {
            let said = self.said().await?;
            let shown = said.iter().map(|message| {
                let text = message["text"].as_str().or(message["caption"].as_str());
                Shown { words: words(message), text: text.unwrap_or_default().to_owned() }
            });
            Ok(shown.collect())
        }
        .boxed()
    }

    fn files(&self) -> BoxFuture<'_, anyhow::Result<Vec<Vec<u8>>>> {
        async move {
            let mut files = Vec::new();
            for message in self.said().await? {
                let Some(id) = message["document"]["file_id"].as_str() else { continue };
                let found = self.bot(&format!("botTOKEN/getFile?file_id={id}")).await?;
                let found: Value = serde_json::from_slice(&found)?;
                let Some(path) = found["result"]["file_path"].as_str() else {
                    bail!("no such file: {found}")
                };
                files.push(self.bot(&format!("file/botTOKEN/{path}")).await?);
            }
            Ok(files)
        }
        .boxed()
    }
}
