//! What if something that a turn waits for never comes?

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use studio_core::id::{ConversationId, OrganisationId};
use tokio::time::sleep;

use crate::{
    home::{HTTP, Home, SECRET},
    ledger::Ledger,
    receiver::HANGS,
    sign::signed_off,
    stored,
    visitor::CALL_FAILED,
};

/// What is thought, or searched, about a message with this word never comes to an end (`STUDIO_HANG`).
pub(super) const WORD: &str = "tarpit";

/// The service never answers: the flow takes its way for errors. How many calls it heard.
pub(super) async fn service(home: &Home, ledger: &Ledger) -> anyhow::Result<u64> {
    let thread = "service-hangs";
    ledger.open(HTTP, thread);
    say(home, thread, "1", &format!("call {HANGS}")).await?;
    ledger.until_heard(thread, CALL_FAILED).await;
    ledger.close(thread);
    let heard = ledger.calls().keys.values().filter(|text| text.contains(HANGS)).count();
    Ok(heard.try_into()?)
}

/// A call is made that is answered by nobody.
pub(super) async fn call(home: &Home, ledger: &Ledger) -> anyhow::Result<()> {
    say(home, "service-hangs", "1", &format!("call {HANGS}")).await?;
    while !ledger.calls().keys.values().any(|text| text.contains(HANGS)) {
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// The event is given up and parked after one try, and its conversation goes on with the next.
pub(super) async fn thought(home: &Home) -> anyhow::Result<()> {
    let thread = "thought-hangs";
    say(home, thread, "1", WORD).await?;
    say(home, thread, "2", "say on").await?;
    parked(home, HTTP, thread).await
}

/// Once the next event of a conversation had its turn, the first is parked, and one failure of it is counted.
pub(super) async fn parked(home: &Home, connection: &str, thread: &str) -> anyhow::Result<()> {
    let client = stored::client(home)?;
    let id = ConversationId::of_thread(OrganisationId::FIRST, connection, thread);
    while stored::journal(&client, id).await?.is_empty() {
        sleep(Duration::from_millis(50)).await;
    }
    let parked = client.get("http://studio/api/v1/parked").send().await?.error_for_status()?.text().await?;
    let parked: Value = serde_json::from_str(&parked)?;
    let ours = |item: &Value| item["event"]["native"] == format!("{thread}:1");
    let items = parked["items"].as_array().context("a list")?;
    let Some(item) = items.iter().find(|item| ours(item)) else { bail!("it is not parked: {parked}") };
    ensure!(item["attempts"] == 1, "it did not fail once: {item}");
    Ok(())
}

pub(super) async fn say(home: &Home, thread: &str, id: &str, text: &str) -> anyhow::Result<()> {
    let status = post(home, thread, id, text).await?;
    ensure!(status.is_success(), "{text:?} was answered with {status}");
    Ok(())
}

/// What a message is answered with.
pub(super) async fn post(home: &Home, thread: &str, id: &str, text: &str) -> anyhow::Result<StatusCode> {
    post_by(&Client::new(), home, thread, id, text).await
}

/// The same over a connection that this client may have already.
pub(super) async fn post_by(
    client: &Client,
    home: &Home,
    thread: &str,
    id: &str,
    text: &str,
) -> anyhow::Result<StatusCode> {
    post_off(client, home, thread, (id, text), 0).await
}

/// The same of a client whose clock is off by so many seconds.
pub(super) async fn post_off(
    client: &Client,
    home: &Home,
    thread: &str,
    (id, text): (&str, &str),
    seconds: i64,
) -> anyhow::Result<StatusCode> {
    let body = json!({ "conversation": thread, "id": id, "message": { "text": text } }).to_string();
    let request = client.post(format!("http://{}/webhooks/{HTTP}", home.address));
    let request = request.header("content-type", "application/json").body(body.clone());
    let answer = signed_off(request, SECRET, &format!("{thread}-{id}"), &body, seconds).send().await?;
    let status = answer.status();
    // Read to its end, so that the connection is kept.
    answer.bytes().await?;
    Ok(status)
}
