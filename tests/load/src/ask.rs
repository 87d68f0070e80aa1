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
    table::megabytes,
};

/// The model by which bots are understood where the settings say nothing.
const EMBEDDING: &str = "all-MiniLM-L6-v2";

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
    let model = models(home).await?.into_iter().find(|model| model.name == EMBEDDING);
    let run = model.and_then(|model| model.run);
    Ok(run.map(|run| Runs { texts: run.texts, unheard: run.late + run.refused }))
}

/// The models that are open, each with the memory that it took when it was opened, where the system tells that.
pub async fn opened(home: &Home) -> anyhow::Result<Vec<String>> {
    Ok(models(home).await?.iter().filter_map(told).collect())
}

fn told(model: &Model) -> Option<String> {
    let resident = model.run.as_ref()?.resident_bytes;
    Some(resident.map_or_else(|| model.name.clone(), |bytes| format!("{} {}", model.name, megabytes(bytes))))
}

async fn models(home: &Home) -> anyhow::Result<Vec<Model>> {
    let answer = stored::client(home)?.get("http://studio/api/v1/models").send().await?.error_for_status()?;
    Ok(answer.json::<Page<Model>>().await?.items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_open_is_told_with_what_it_took() {
        let told_of = |run: Value| {
            let model = json!({
                "name": "mine", "task": "names", "licence": "MIT", "repository": "", "revision": "", "bytes": 1,
                "state": "whole", "chosen": true, "run": run,
            });
            told(&serde_json::from_value(model).expect("a model"))
        };
        let run = json!({
            "bytes": 57_000_000, "waiting": 0, "texts": 1, "batches": 1, "busy_seconds": 0.1, "cache_hits": 0,
            "cached": 0, "refused": 0, "late": 0, "failures": 0, "restarts": 0, "waited_seconds": 0.1,
            "latencies": [],
        });
        assert_eq!(told_of(Value::Null), None);
        assert_eq!(told_of(run.clone()).as_deref(), Some("mine"));
        let mut known = run;
        known["resident_bytes"] = json!(86_000_000);
        assert_eq!(told_of(known).as_deref(), Some("mine 86 MB"));
    }
}
