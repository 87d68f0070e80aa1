//! What was said while nobody listened?
//!
//! A session that cannot be resumed has lost what happened meanwhile. Then each channel is read from its last known
//! message on, oldest first. Channels in which the bot was never spoken to are read from the newest message
//! that was heard anywhere, if something was said in them since. Presses and commands cannot be fetched; Discord
//! told those who pressed that it failed.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use serenity::model::channel::Message;

use super::{
    config::GuildMessages,
    inbound::{first_id, made_at},
    rest::{Payload, Refusal, Route},
    storing::{Stopped, Storing, keep_unread},
};
use crate::host::Host;

/// The most that a request gives.
const PAGE: usize = 100;
/// Text and announcement channels, threads: where people write.
const WRITTEN: [u64; 5] = [0, 5, 10, 11, 12];

/// Reads on in every channel that is known.
pub async fn known<H: Host>(storing: &Storing<H>) -> Result<(), Stopped> {
    for (channel, place) in storing.account.places.all() {
        read_on(storing, channel, place.guild, place.message).await?;
    }
    Ok(())
}

/// Reads on in those channels of a server that are not known and have something new.
pub async fn guild<H: Host>(storing: &Storing<H>, guild: &Value) -> Result<(), Stopped> {
    let heard = storing.account.places.heard();
    // At the very first start there is nothing to catch up with.
    if heard == 0 || storing.account.config.guild_messages == GuildMessages::None {
        return Ok(());
    }
    // Clocks of different servers make ids: a second more does no harm, repeats are known by their ids.
    let since = made_at(heard).map_or(heard, |at| first_id(at - jiff::SignedDuration::from_secs(1)));
    let own = guild["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(1);
    let lists = [&guild["channels"], &guild["threads"]];
    for channel in lists.into_iter().filter_map(Value::as_array).flatten() {
        let number = |field: &str| channel[field].as_str().and_then(|id| id.parse::<u64>().ok());
        let written = channel["type"].as_u64().is_some_and(|kind| WRITTEN.contains(&kind));
        if let (Some(id), Some(newest)) = (number("id"), number("last_message_id"))
            && written
            && newest > since
            && storing.account.places.of(id).is_none()
        {
            read_on(storing, id, own, since).await?;
        }
    }
    Ok(())
}

async fn read_on<H: Host>(
    storing: &Storing<H>,
    channel: u64,
    guild: u64,
    mut after: u64,
) -> Result<(), Stopped> {
    let mut pause = Duration::from_secs(1);
    loop {
        let route =
            Route::messages(Method::GET, &channel.to_string(), &format!("?after={after}&limit={PAGE}"));
        let asked = tokio::select! {
            asked = storing.account.rest.call(&route, Payload::None) => asked,
            () = storing.stop.cancelled() => return Err(Stopped),
        };
        let page = match asked {
            Ok(answer) => answer.body,
            Err(Refusal::Limited { after, .. }) => {
                storing.rest(after).await?;
                continue;
            }
            Err(Refusal::Failed(error)) => {
                storing.account.failed(&storing.host, format!("a channel cannot be read: {error}"));
                storing.rest(pause).await?;
                pause = (pause * 2).min(Duration::from_mins(1));
                continue;
            }
            Err(error @ Refusal::Refused { .. }) => {
                // Gone, or closed to us.
                storing.account.failed(&storing.host, format!("a channel is no longer read: {error}"));
                storing.account.places.gone(channel);
                return Ok(());
            }
        };
        let mut messages = page.as_array().cloned().unwrap_or_default();
        let id = |message: &Value| message["id"].as_str().and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
        messages.sort_by_key(id);
        let (newest, count) = (messages.last().map_or(after, id), messages.len());
        for mut message in messages {
            // A list does not say it, as an event does.
            if guild > 0 {
                message["guild_id"] = Value::from(guild.to_string());
            }
            said(storing, &message).await?;
        }
        if count < PAGE || newest <= after {
            return Ok(());
        }
        after = newest;
    }
}

async fn said<H: Host>(storing: &Storing<H>, message: &Value) -> Result<(), Stopped> {
    match serde_json::from_value::<Message>(message.clone()) {
        Ok(message) => storing.said(&message).await,
        Err(error) => {
            let error = format!("a message that was fetched cannot be read: {error}");
            keep_unread(&storing.account, &storing.host, message, error).await;
            Ok(())
        }
    }
}
