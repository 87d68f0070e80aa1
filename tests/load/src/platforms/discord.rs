//! People on Discord, each in direct messages. Where the bot has no gateway they begin with a command, and write into the form that the button
//! below its messages opens.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use studio_simulators::discord::{Settings, Simulator as Platform};
use tokio::{net::TcpListener, time::sleep};

use super::{BEGIN, Fate, File, LOOK, Shown, Simulator, Way, items, text, words};

/// The button that opens the form to write in, as it is called by default, and the field in that form.
const ANSWER: &str = "Answer";
const FIELD: &str = "text";
/// What stands in place of the answer to a command for as long as there is none.
const LOADING: u64 = 1 << 7;
/// The answer to an interaction that opens a form.
const FORM: u64 = 9;

pub(super) fn start(listener: TcpListener, address: &str) {
    // Sessions are lost on purpose, and new ones opened.
    Platform::start(listener, Settings { identify_pause: Duration::ZERO, ..Settings::at(address) });
}

pub(super) fn settings(address: &str, way_in: &str) -> String {
    let token = Settings::at(address).token;
    format!("token = \"{token}\"\napi_url = \"{address}/api/v10\"\nway_in = \"{way_in}\"\n")
}

pub(super) struct Person {
    simulator: Simulator,
    name: String,
    id: String,
    channel: String,
    way: Way,
}

impl Person {
    pub async fn new(simulator: Simulator, number: usize, way: Way) -> anyhow::Result<Self> {
        let name = format!("person-{number}");
        // Somebody is known by what they do: they begin to write.
        let typing = simulator.act("type", &json!({ "from": name })).await?;
        let (id, channel) = (text(&typing, "user_id")?, text(&typing, "channel_id")?);
        Ok(Self { simulator, name, id, channel, way })
    }

    async fn said(&self) -> anyhow::Result<Vec<Value>> {
        let all = self.simulator.see(&format!("messages?channel={}", self.channel)).await?;
        let is_said = |message: &&Value| {
            let flags = message["flags"].as_u64().unwrap_or_default();
            message["author"]["bot"] == true && flags & LOADING == 0
        };
        Ok(items(&all).filter(is_said).cloned().collect())
    }

    /// What is known of an interaction.
    async fn interaction(&self, id: &str) -> anyhow::Result<Value> {
        let found = self.simulator.see(&format!("interactions?id={id}")).await?;
        found.get(0).cloned().with_context(|| format!("there is no interaction {id}"))
    }

    /// Presses the button that opens the form to write in; whether it opened.
    async fn opens_answer(&self) -> anyhow::Result<bool> {
        let id = super::Person::press(self, ANSWER).await?;
        loop {
            let known = self.interaction(&id).await?;
            if known["failed"] == true || known["answer"].is_u64() {
                return Ok(known["answer"] == FORM);
            }
            sleep(LOOK).await;
        }
    }

    async fn write(&self, body: Value) -> anyhow::Result<String> {
        text(&self.simulator.act("say", &body).await?, "id")
    }
}

impl super::Person for Person {
    fn thread(&self) -> String {
        self.channel.clone()
    }

    fn can_write(&self) -> BoxFuture<'_, anyhow::Result<bool>> {
        async move {
            if !self.way.is_by_interactions() {
                return Ok(true);
            }
            if self.said().await?.is_empty() {
                let state = self.simulator.see("state").await?;
                let mut names = items(&state["commands"]).map(|command| command["name"].as_str());
                return Ok(names.any(|name| name == BEGIN.strip_prefix('/')));
            }
            self.opens_answer().await
        }
        .boxed()
    }

    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>> {
        async move {
            if !self.way.is_by_interactions() {
                return self.write(json!({ "from": self.name, "text": text })).await;
            }
            if let Some(name) = text.strip_prefix('/') {
                let body = json!({ "from": self.name, "name": name });
                return super::text(&self.simulator.act("command", &body).await?, "id");
            }
            let body = json!({ "from": self.name, "answers": { FIELD: text } });
            super::text(&self.simulator.act("submit", &body).await?, "id")
        }
        .boxed()
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
    fn fate<'a>(&'a self, id: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>> {
        async move {
            if !self.way.is_by_interactions() {
                return Ok(Fate::Taken);
            }
            let known = self.interaction(id).await?;
            Ok(if known["answer"].is_u64() {
                Fate::Taken
            } else if known["failed"] == true {
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
