//! How does Telegram tell a bot what happened: when it asks, or by calling its webhook?

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    api::{Answered, answer, refusal, too_many},
    read::Given,
    world::{State, Update, Webhook, World},
};
use crate::{addresses::is_private, faults::Faults, halves};

/// Longest wait of a poll, in seconds, and most updates of one.
const LONGEST_POLL: i64 = 50;
const MOST_UPDATES: i64 = 100;
/// Ports that a webhook may have, elsewhere than on this machine.
const PORTS: [u16; 4] = [443, 80, 88, 8443];
/// How long an update that changes its place waits for those of other chats; within a chat Telegram keeps the order.
const SWAP: Duration = Duration::from_millis(300);
/// Longest wait for the answer of a webhook, longest pause after one that failed, and the longest that it may ask for
/// (telegram-bot-api, `WebhookActor.cpp`).
const WEBHOOK_PATIENCE: Duration = Duration::from_mins(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_RETRY_AFTER: u64 = 3_600;
/// How long an update waits for the bot, and how long a webhook may say that it is gone before it is removed.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
const GONE_FOR: SignedDuration = SignedDuration::from_hours(23);
/// Between two settings of the webhook.
const SET_EVERY: SignedDuration = SignedDuration::from_secs(1);

pub async fn poll(world: &World, given: &Given) -> Answered {
    let limit = given.number("limit").unwrap_or(MOST_UPDATES).clamp(1, MOST_UPDATES);
    let timeout = given.number("timeout").unwrap_or(0).clamp(0, LONGEST_POLL);
    let until = tokio::time::Instant::now() + Duration::from_secs(timeout.unsigned_abs());
    let mine = begin_poll(world, given)?;
    loop {
        let news = world.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        let late_by = {
            let (mut state, now) = (world.state(), world.now());
            forget_old(&mut state, now);
            if state.webhook.is_some() {
                return Err(conflict(
                    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
                ));
            }
            if state.poll != mine {
                return Err(conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            let limit = usize::try_from(limit).unwrap_or(1);
            // Whoever confirms an update confirms all before it: what is behind a late one waits with it.
            let in_time = state.updates.iter().take_while(|update| update.late_by(now).is_zero());
            let batch = in_time.take(limit).cloned().collect::<Vec<_>>();
            let late_by = state.updates.front().map(|update| update.late_by(now));
            drop(state);
            if !batch.is_empty() {
                return Ok(Value::Array(told(&world.faults, batch)));
            }
            late_by
        };
        let late_until = late_by.map(|late_by| tokio::time::Instant::now() + late_by);
        let next = late_until.map_or(until, |late_until| late_until.min(until));
        tokio::select! {
            () = news => {}
            () = tokio::time::sleep_until(next) => {
                if next == until {
                    return Ok(json!([]));
                }
            }
        }
    }
}

fn begin_poll(world: &World, given: &Given) -> Result<u64, super::api::Refusal> {
    let allowed = given.json("allowed_updates")?;
    let mut state = world.state();
    if state.webhook.is_some() {
        return Err(conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ));
    }
    if let Some(allowed) = allowed {
        let names = allowed.as_array().into_iter().flatten();
        state.allowed = Some(names.filter_map(|name| name.as_str().map(str::to_owned)).collect());
    }
    // Whatever lies before the offset is done; a negative one counts from the end.
    if let Some(offset) = given.number("offset") {
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let too_many = state.updates.len().saturating_sub(keep);
            state.updates.drain(..too_many);
        } else if offset <= state.next_update {
            // One that lies beyond all updates says nothing (tdlib/td `TQueue.cpp`, “Specified from_id is in the future”).
            state.updates.retain(|update| update.id >= offset);
        }
    }
    state.poll += 1;
    let mine = state.poll;
    drop(state);
    world.news.notify_waiters();
    Ok(mine)
}

/// Drops what nobody fetched in time.
fn forget_old(state: &mut State, now: Timestamp) {
    let before = state.updates.len();
    state.updates.retain(|update| !is_old(update, now));
    state.dropped += before - state.updates.len();
}

fn is_old(update: &Update, now: Timestamp) -> bool {
    now.duration_since(update.at) >= KEPT_FOR
}

fn conflict(why: &str) -> super::api::Refusal {
    refusal(409, &format!("Conflict: {why}"))
}

/// The updates of a batch, with what goes wrong. Those of a chat keep their order.
fn told(faults: &Faults, batch: Vec<Update>) -> Vec<Value> {
    let mut told = Vec::new();
    // The chat of the last one.
    let mut last = None;
    for update in batch {
        let fault = faults.next_event();
        let body = json(&update);
        let goes_before = fault.swapped && last.is_some_and(|chat| chat != update.chat);
        let place = if goes_before { told.len().saturating_sub(1) } else { told.len() };
        if goes_before {
            faults.note_swapped();
        } else {
            last = Some(update.chat);
        }
        if fault.repeated {
            told.push(body.clone());
        }
        told.insert(place, body);
    }
    told
}

fn json(update: &Update) -> Value {
    let mut body = json!({ "update_id": update.id });
    body[&update.kind] = update.body.clone();
    body
}

pub fn set_webhook(world: &World, given: &Given) -> Answered {
    let address = given.text("url").unwrap_or_default();
    if address.is_empty() {
        return Ok(delete_webhook(world, given));
    }
    let bad = |why: &str| refusal(400, &format!("Bad Request: bad webhook: {why}"));
    let url = url::Url::parse(&address).map_err(|_| bad("invalid URL specified"))?;
    // A simulator stands on the machine of the bot: there, no certificate is asked for.
    let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !local {
        return Err(bad("An HTTPS URL must be provided for webhook"));
    }
    if !local && !PORTS.contains(&url.port_or_known_default().unwrap_or_default()) {
        return Err(bad("Webhook can be set up only on ports 80, 88, 443 or 8443"));
    }
    if is_private(&url) {
        let address = url.host_str().unwrap_or_default();
        return Err(bad(&format!("IP address {address} is reserved")));
    }
    let secret = given.text("secret_token");
    if let Some(secret) = &secret {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if secret.is_empty() || secret.len() > 256 || !secret.bytes().all(letters) {
            return Err(refusal(400, "Bad Request: secret token contains unallowed characters"));
        }
    }
    let max_connections = given.number("max_connections").unwrap_or(40);
    if !(1..=100).contains(&max_connections) {
        return Err(refusal(400, "Bad Request: max_connections must be between 1 and 100"));
    }
    let allowed = given.json("allowed_updates")?;
    let mut state = world.state();
    let now = world.now();
    let set_before = state.webhook_set.is_some_and(|at| now.duration_since(at) < SET_EVERY);
    if world.settings.limited && set_before {
        return Err(too_many(1));
    }
    state.webhook_set = Some(now);
    if let Some(allowed) = allowed {
        let names = allowed.as_array().into_iter().flatten();
        state.allowed = Some(names.filter_map(|name| name.as_str().map(str::to_owned)).collect());
    }
    if given.flag("drop_pending_updates") {
        state.updates.clear();
    }
    state.webhook =
        Some(Webhook { url: address, secret, max_connections, last_error: None, gone_since: None });
    drop(state);
    world.news.notify_waiters();
    Ok(json!(true))
}

pub fn delete_webhook(world: &World, given: &Given) -> Value {
    let mut state = world.state();
    state.webhook = None;
    if given.flag("drop_pending_updates") {
        state.updates.clear();
    }
    drop(state);
    world.news.notify_waiters();
    json!(true)
}

pub fn webhook_info(world: &World) -> Value {
    let mut state = world.state();
    forget_old(&mut state, world.now());
    let mut info = json!({
        "url": state.webhook.as_ref().map_or("", |webhook| webhook.url.as_str()),
        "has_custom_certificate": false,
        "pending_update_count": state.updates.len(),
    });
    if let Some(webhook) = &state.webhook {
        info["max_connections"] = webhook.max_connections.into();
        if let Some((at, error)) = &webhook.last_error {
            info["last_error_date"] = (*at).into();
            info["last_error_message"] = error.as_str().into();
        }
    }
    if let Some(allowed) = state.allowed.as_ref().filter(|allowed| !allowed.is_empty()) {
        info["allowed_updates"] = allowed.clone().into();
    }
    info
}

/// Calls the webhook while one is set: chats side by side, each in its own order, what failed again before what follows.
pub fn start_webhooks(world: Arc<World>) {
    tokio::spawn(async move {
        let client = reqwest::Client::builder().timeout(WEBHOOK_PATIENCE).build().expect("a client of HTTP");
        let busy = Arc::new(std::sync::Mutex::new(HashSet::new()));
        loop {
            let news = world.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            for update in due(&world, &busy) {
                let (world, client, busy) = (Arc::clone(&world), client.clone(), Arc::clone(&busy));
                tokio::spawn(async move {
                    deliver(&world, &client, &update).await;
                    busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&update.chat);
                    world.news.notify_waiters();
                });
            }
            news.await;
        }
    });
}

/// The first update of each chat that is not being told of.
fn due(world: &World, busy: &std::sync::Mutex<HashSet<i64>>) -> Vec<Update> {
    let mut state = world.state();
    forget_old(&mut state, world.now());
    let Some(webhook) = &state.webhook else { return Vec::new() };
    let most = usize::try_from(webhook.max_connections).unwrap_or(1);
    let mut busy = busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut due = Vec::new();
    for update in &state.updates {
        if busy.len() < most && busy.insert(update.chat) {
            due.push(update.clone());
        }
    }
    due
}

/// Whether an answer to a webhook may call this method at once (telegram-bot-api, `WebhookActor.cpp`).
fn may_be_answered(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    !matches!(method.as_str(), "setwebhook" | "deletewebhook" | "close" | "logout")
        && !method.starts_with("get")
}

/// Calls the webhook once.
async fn post(
    world: &World,
    client: &reqwest::Client,
    webhook: &Webhook,
    update: &Update,
) -> reqwest::Result<reqwest::Response> {
    let body = halves::body(json(update).to_string(), world.faults.next_trickle());
    let request = client.post(&webhook.url).header("content-type", "application/json").body(body);
    let request = match &webhook.secret {
        Some(secret) => request.header("X-Telegram-Bot-Api-Secret-Token", secret),
        None => request,
    };
    request.send().await
}

/// Tells an update once more that was taken long ago, as where the answer to its last telling was lost on its way.
async fn echo(world: Arc<World>, client: reqwest::Client, update: Update, after: Duration) {
    world.wait(after).await;
    let Some(webhook) = world.state().webhook.clone() else { return };
    if post(&world, &client, &webhook, &update).await.is_ok_and(|answer| answer.status().is_success()) {
        world.faults.note_echoed();
    }
}

async fn deliver(world: &Arc<World>, client: &reqwest::Client, update: &Update) {
    world.wait(update.late_by(world.now())).await;
    let mut pause = world.settings.webhook_pause;
    let fault = world.faults.next_event();
    if fault.swapped {
        tokio::time::sleep(SWAP).await;
    }
    let mut repeats = usize::from(fault.repeated);
    while !is_old(update, world.now()) {
        let Some(webhook) = world.state().webhook.clone() else { return };
        let (error, is_gone) = match post(world, client, &webhook, update).await {
            Ok(response) if response.status().is_success() => {
                if let Ok(Value::Object(mut fields)) = response.json::<Value>().await
                    && let Some(method) =
                        fields.remove("method").and_then(|name| name.as_str().map(str::to_owned))
                {
                    if may_be_answered(&method) {
                        answer(world, &method, &Given { fields, ..Given::default() }).await;
                    } else {
                        tracing::warn!(method, "simulator.answer_ignored");
                    }
                }
                if repeats > 0 {
                    repeats -= 1;
                    continue;
                }
                let mut state = world.state();
                state.updates.retain(|waiting| waiting.id != update.id);
                if let Some(webhook) = &mut state.webhook {
                    webhook.gone_since = None;
                }
                drop(state);
                if let Some(after) = world.faults.next_echo() {
                    tokio::spawn(echo(Arc::clone(world), client.clone(), update.clone(), after));
                }
                return;
            }
            Ok(response) => {
                let after = response.headers().get("retry-after");
                let after = after.and_then(|after| after.to_str().ok()?.parse::<u64>().ok());
                pause = after.map_or(pause, |after| Duration::from_secs(after.min(LONGEST_RETRY_AFTER)));
                let error = format!("Wrong response from the webhook: {}", response.status());
                (error, response.status().as_u16() == 410)
            }
            Err(error) => (error.without_url().to_string(), false),
        };
        note_failure(world, error, is_gone);
        world.wait(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A webhook that says for long that it is gone is removed.
fn note_failure(world: &World, error: String, is_gone: bool) {
    let (mut state, now) = (world.state(), world.now());
    let Some(webhook) = &mut state.webhook else { return };
    webhook.last_error = Some((now.as_second(), error));
    if !is_gone {
        webhook.gone_since = None;
    } else if now.duration_since(*webhook.gone_since.get_or_insert(now)) > GONE_FOR {
        tracing::warn!("simulator.webhook_removed");
        state.webhook = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Plan;

    #[test]
    fn updates_change_their_places_and_those_of_a_chat_keep_their_order() {
        let faults = Faults::default();
        faults.set(Plan { swapped: 1.0, ..Plan::default() });
        let check = |chats: &[i64], expected: &[i64]| {
            let update = |(id, chat): (i64, &i64)| Update {
                id,
                at: Timestamp::UNIX_EPOCH,
                chat: *chat,
                kind: "message".to_owned(),
                body: json!({}),
                late_until: None,
            };
            let told = told(&faults, (1..).zip(chats).map(update).collect());
            let ids: Vec<i64> = told.iter().filter_map(|update| update["update_id"].as_i64()).collect();
            assert_eq!(ids, expected, "{chats:?}");
        };
        check(&[7, 7, 7], &[1, 2, 3]);
        check(&[7, 8, 7], &[2, 1, 3]);
        check(&[7, 8, 8], &[2, 3, 1]);
    }

    #[test]
    fn an_answer_says_something_and_changes_nothing_of_the_webhook() {
        for (method, expected) in [
            ("sendMessage", true),
            ("answerCallbackQuery", true),
            ("setMyCommands", true),
            ("setWebhook", false),
            ("deleteWebhook", false),
            ("getMe", false),
            ("GetUpdates", false),
            ("close", false),
            ("logOut", false),
        ] {
            assert_eq!(may_be_answered(method), expected, "{method}");
        }
    }
}
