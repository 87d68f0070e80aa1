//! People on WhatsApp.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use studio_simulators::whatsapp::{Settings, serve};
use tokio::net::TcpListener;

use super::{Fate, File, Shown, Simulator, items, text, words};

pub(super) fn start(listener: TcpListener) {
    let settings = Settings { first_retry: Duration::from_millis(50), ..Settings::default() };
    tokio::spawn(serve(listener, settings));
}

pub(super) fn settings(address: &str) -> String {
    let Settings { phone_number_id, account_id, token, app_secret, .. } = Settings::default();
    format!(
        "phone_number_id = \"{phone_number_id}\"\naccount_id = \"{account_id}\"\ntoken = \"{token}\"\n\
         app_secret = \"{app_secret}\"\nverify_token = \"a-word-that-meta-says\"\napi = \"{address}\"\n"
    )
}

pub(super) struct Person {
    simulator: Simulator,
    id: String,
}

impl Person {
    pub async fn new(simulator: Simulator, number: usize) -> anyhow::Result<Self> {
        let id = format!("DE.{}", 13_491_208_655_302_741_918 + number as u128);
        let phone = (4_915_112_340_000 + number as u64).to_string();
        let person = json!({ "user_id": id, "phone": phone, "name": format!("Person {number}") });
        simulator.act("people", &person).await?;
        Ok(Self { simulator, id })
    }

    async fn act(&self, mut deed: Value) -> anyhow::Result<String> {
        deed["person"] = self.id.as_str().into();
        text(&self.simulator.act("do", &deed).await?, "id")
    }

    async fn said(&self) -> anyhow::Result<Vec<Value>> {
        let said = self.simulator.see(&format!("said?person={}", self.id)).await?;
        Ok(items(&said).map(|said| said["message"].clone()).collect())
    }
}

impl super::Person for Person {
    fn thread(&self) -> String {
        self.id.clone()
    }

    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        self.act(json!({ "do": "say", "text": text })).boxed()
    }

    /// Meta puts what happens at once into one POST, statuses among it.
    fn say_all<'a>(&'a self, texts: &'a [&'a str]) -> BoxFuture<'a, anyhow::Result<Vec<String>>> {
        async move {
            self.simulator.act("hold", &json!({})).await?;
            let mut ids = Vec::new();
            for text in texts {
                ids.push(self.say(text).await?);
            }
            self.simulator.act("release", &json!({})).await?;
            Ok(ids)
        }
        .boxed()
    }

    fn press<'a>(&'a self, title: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        self.act(json!({ "do": "press", "choice": title })).boxed()
    }

    fn send<'a>(&'a self, file: File<'a>) -> BoxFuture<'a, anyhow::Result<String>> {
        let File { name, media_type, bytes } = file;
        let base64 = STANDARD.encode(bytes);
        let mut deed = json!({ "do": "send_file", "media_type": media_type, "base64": base64 });
        let (kind, named) =
            if media_type.starts_with("image/") { ("image", "caption") } else { ("document", "name") };
        (deed["kind"], deed[named]) = (kind.into(), name.into());
        self.act(deed).boxed()
    }

    fn fate<'a>(&'a self, id: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>> {
        async move {
            let state = self.simulator.see("state").await?;
            let taken = items(&state["taken_messages"]).any(|taken| taken == id);
            Ok(if taken { Fate::Taken } else { Fate::Open })
        }
        .boxed()
    }

    fn shown(&self) -> BoxFuture<'_, anyhow::Result<Vec<Shown>>> {
        async move {
            let said = self.said().await?;
            let shown = said.iter().map(|message| {
                let bodies = [&message["text"]["body"], &message["interactive"]["body"]["text"]];
                let text = bodies.into_iter().find_map(Value::as_str).unwrap_or_default();
                Shown { words: words(message), text: text.to_owned() }
            });
            Ok(shown.collect())
        }
        .boxed()
    }

    fn files(&self) -> BoxFuture<'_, anyhow::Result<Vec<Vec<u8>>>> {
        async move {
            let Settings { token, .. } = Settings::default();
            let address = &self.simulator.address;
            let mut files = Vec::new();
            for message in self.said().await? {
                let Some(id) = message["document"]["id"].as_str() else { continue };
                let place = self.simulator.download(&format!("{address}/v23.0/{id}"), Some(&token)).await?;
                let place: Value = serde_json::from_slice(&place)?;
                files.push(self.simulator.download(&text(&place, "url")?, Some(&token)).await?);
            }
            Ok(files)
        }
        .boxed()
    }
}
