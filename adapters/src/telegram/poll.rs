//! How are updates fetched?
//!
//! Telegram takes an update for done once one behind it is asked for. So it is asked only when
//! everything up to there was accepted or is held (`held.rs`), and what was under way when a process ended comes again.

use std::time::Duration;

use serde_json::Value;
use teloxide_core::payloads::GetUpdates;

use super::{
    call::{CallError, Refusal},
    life::{Account, PATIENCE, WANTED, pause, why},
    register,
};
use crate::host::Host;

/// Most updates at a time, as Telegram allows.
const BATCH: u8 = 100;
/// How long we stay away at first, and at most, when another program reads.
const FIRST_REST: Duration = Duration::from_mins(1);
const LONGEST_REST: Duration = Duration::from_mins(15);

pub(super) async fn run<H: Host>(account: &Account, host: &H) {
    remove_webhook(account, host).await;
    let (mut offset, mut tries, mut rest, mut is_away) = (None, 0, FIRST_REST, false);
    loop {
        match fetch(account, host, offset, is_away).await {
            Ok(updates) => {
                (tries, rest, is_away) = (0, FIRST_REST, false);
                account.hears(host);
                account.take_all(host, &updates).await;
                let last = updates.iter().filter_map(|update| update["update_id"].as_i64()).max();
                // Telegram numbers anew after a quiet week: the next may be smaller than those before.
                offset = last.map(|id| id + 1).or(offset);
            }
            Err(CallError::Refused(refusal)) if refusal.code == 409 => {
                is_away = true;
                account.steps_down(host, &step_down(&refusal, rest));
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
            Err(CallError::Refused(Refusal { retry_after: Some(after), .. })) => {
                tokio::time::sleep(after.unsigned_abs()).await;
            }
            Err(error) => {
                let why = why("could not fetch updates", &error);
                account.is_deaf(&why);
                account.note(host, &why);
                account.rest(pause(host, tries)).await;
                tries += 1;
            }
        }
    }
}

async fn fetch<H: Host>(
    account: &Account,
    host: &H,
    offset: Option<i64>,
    is_away: bool,
) -> Result<Vec<Value>, CallError> {
    // The first answer tells that updates are on their way: it comes at once. Who stepped down asks for long: a short question
    // is answered also while another program reads, and takes what that one is about to get.
    let is_heard = is_away || account.state().standing.listening == Some(true);
    let seconds = if is_heard { account.config.poll_seconds } else { 0 };
    let method = GetUpdates {
        offset: offset.and_then(|offset| i32::try_from(offset).ok()),
        limit: Some(BATCH),
        timeout: Some(seconds),
        allowed_updates: Some(WANTED.to_vec()),
    };
    account.call(host, &method, PATIENCE + Duration::from_secs(seconds.into())).await
}

/// While a webhook is set nothing can be fetched. What waits for it stays; another program's is left to it.
async fn remove_webhook<H: Host>(account: &Account, host: &H) {
    let (mut tries, mut rest) = (0, FIRST_REST);
    loop {
        match register::clear(account, host).await {
            Ok(None) => return,
            Ok(Some(place)) => {
                account.steps_down(host, &taken(&place, rest));
                account.rest(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
            Err(error) => {
                let why = why("could not remove the webhook", &error);
                account.is_deaf(&why);
                account.note(host, &why);
                account.rest(pause(host, tries)).await;
                tries += 1;
            }
        }
    }
}

/// What to do where another program has set a webhook.
pub(super) const REMOVE: &str = "Only one may read: stop the other and remove its webhook (deleteWebhook), or give this connection a bot of its own";

fn taken(place: &str, rest: Duration) -> String {
    let minutes = rest.as_secs() / 60;
    format!(
        "another program has set a webhook for this bot, at {place}: stepping down for {minutes} min. {REMOVE}"
    )
}

fn step_down(refusal: &Refusal, rest: Duration) -> String {
    let minutes = rest.as_secs() / 60;
    let who = if refusal.description.contains("webhook") {
        "another program has set a webhook for this bot"
    } else {
        "another program reads this bot's updates"
    };
    format!(
        "{who}: stepping down for {minutes} min. Only one may read: stop the other (or another connection \
         with the same token), or give this connection a bot of its own ({})",
        refusal.description
    )
}
