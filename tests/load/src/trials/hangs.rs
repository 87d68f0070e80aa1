//! What if something that a turn waits for never comes?

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::Client;
use serde_json::{Value, json};
use studio_core::id::{ConversationId, OrganisationId};
use tokio::time::sleep;

use crate::{
    home::{HTTP, Home, SECRET},
    ledger::Ledger,
    receiver::HANGS,
    sign::signed,
    stored,
    visitor::CALL_FAILED,
};

/// A message with this word is thought about without end (`STUDIO_HANG`).
pub(super) const WORD: &str = "tarpit";

/// The service never answers: the flow takes its way for errors.
pub(super) async fn service(home: &Home, ledger: &Ledger) -> anyhow::Result<()> {
    let thread = "service-hangs";
    ledger.open(HTTP, thread);
    say(home, thread, "1", &format!("call {HANGS}")).await?;
    ledger.until_heard(thread, CALL_FAILED).await;
    ledger.close(thread);
    Ok(())
}

/// The event is given up and parked, and its conversation goes on with the next.
pub(super) async fn thought(home: &Home) -> anyhow::Result<()> {
    let thread = "thought-hangs";
    say(home, thread, "1", WORD).await?;
    say(home, thread, "2", "say on").await?;
    let client = stored::client(home)?;
    let id = ConversationId::of_thread(OrganisationId::FIRST, HTTP, thread);
    while stored::journal(&client, id).await?.is_empty() {
        sleep(Duration::from_millis(50)).await;
    }
    let parked = client.get("http://studio/api/v1/parked").send().await?.error_for_status()?.text().await?;
    let parked: Value = serde_json::from_str(&parked)?;
    let ours = |item: &Value| item["event"]["native"] == format!("{thread}:1");
    let items = parked["items"].as_array().context("a list")?;
    let Some(item) = items.iter().find(|item| ours(item)) else { bail!("it is not parked: {parked}") };
    if item["attempts"] != 3 {
        bail!("it was not tried three times: {item}");
    }
    Ok(())
}

async fn say(home: &Home, thread: &str, id: &str, text: &str) -> anyhow::Result<()> {
    let body = json!({ "conversation": thread, "id": id, "message": { "text": text } }).to_string();
    let request = Client::new().post(format!("http://{}/webhooks/{HTTP}", home.address));
    let request = request.header("content-type", "application/json").body(body.clone());
    signed(request, SECRET, &format!("{thread}-{id}"), &body).send().await?.error_for_status()?;
    Ok(())
}
