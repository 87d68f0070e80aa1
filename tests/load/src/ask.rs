//! How is the bot of a connection asked, and what did the embedding model have to do with it?

use std::net::SocketAddr;

use anyhow::bail;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use studio_core::api::{Model, Page};

use crate::{
    home::{Home, SECRET},
    sign::signed,
    stored,
};

/// A message, and for how many seconds its answer is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Of the channel `http`, with [`SECRET`].
    pub connection: &'q str,
    pub thread: &'q str,
    pub id: &'q str,
    pub text: &'q str,
    pub seconds: u32,
}

/// The connection by which a bot is asked, of the bot's name.
pub fn connection(bot: &str) -> String {
    format!("[[connection]]\nname = \"{bot}\"\nchannel = \"http\"\nbot = \"{bot}\"\nsecret = \"{SECRET}\"\n")
}

/// What the bot of a studio at this address says to a message within its time.
pub async fn ask(
    client: &Client,
    studio: SocketAddr,
    question: Question<'_>,
) -> anyhow::Result<(Vec<String>, StatusCode)> {
    let Question { connection, thread, id, text, seconds } = question;
    let body = json!({ "conversation": thread, "id": id, "message": { "text": text } }).to_string();
    let address = format!("http://{studio}/webhooks/{connection}?wait={seconds}");
    let request = client.post(address).header("content-type", "application/json").body(body.clone());
    let answer = signed(request, SECRET, &format!("{thread}-{id}"), &body).send().await?;
    let status = answer.status();
    if !status.is_success() {
        bail!("a message was answered with {status}: {}", answer.text().await?);
    }
    let answer: Value = serde_json::from_str(&answer.text().await?)?;
    let messages = answer["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |message: &Value| message["content"]["text"].as_str().map(str::to_owned);
    Ok((messages.iter().filter_map(text).collect(), status))
}

/// What the embedding model did so far.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    pub texts: u64,
    /// Askers that had no answer.
    pub unheard: u64,
}

/// Nothing where there is no model.
pub async fn runs(home: &Home) -> anyhow::Result<Option<Runs>> {
    let answer = stored::client(home)?.get("http://studio/api/v1/models").send().await?.error_for_status()?;
    let models: Page<Model> = answer.json().await?;
    let run = models.items.into_iter().filter(|model| model.chosen).find_map(|model| model.run);
    Ok(run.map(|run| Runs { texts: run.texts, unheard: run.late + run.refused }))
}
