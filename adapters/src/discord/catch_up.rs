//! What was said while nobody listened?
//!
//! A session that cannot be resumed has lost what happened meanwhile. Then each channel is read from shortly before its last
//! known message on, oldest first, before anything newer of it is stored. Channels in which the bot was never spoken to are
//! read from the newest message that was heard anywhere, if something was said in them since. Presses and commands
//! cannot be fetched; Discord told those who pressed that it failed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use serenity::model::channel::Message;

use super::{
    config::GuildMessages,
    inbound::{first_id, made_at},
    lanes::Missing,
    life::Account,
    replay::Raw,
    rest::{Payload, Refusal, Route},
    storing::{Stopped, Storing},
};
use crate::{host::Host, pause};

/// The most that a request gives.
const PAGE: usize = 100;
const UNKNOWN_CHANNEL: u64 = 10_003;
/// Between two tries to read a channel.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// So long before another one a message may have been said that Discord tells behind it.
const PASSED: SignedDuration = SignedDuration::from_secs(10);
/// Nothing older is read a second time: the studio forgets which events it has taken after 30 days, and would answer it anew.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Text and announcement channels, threads: where people write.
const WRITTEN: [u64; 5] = [0, 5, 10, 11, 12];

/// From where a channel is read on whose newest known message is this one. Where Discord told a later message first and the session was lost before
/// the earlier one was told or stored, that one lies before the newest. Repeats are known by their ids.
pub(super) fn shortly_before(message: u64, now: Timestamp) -> u64 {
    let recent = made_at(message).filter(|at| now.duration_since(*at) < READ_AGAIN);
    recent.map_or(message, |at| first_id(at - PASSED))
}

/// Which channels of a server that is told of are to be read, and from where on: those that are not known and have
/// something new where `all` is wanted, and those that could not be read before.
pub(super) fn of_guild(account: &Account, guild: &Value, all: bool) -> Vec<(u64, Missing)> {
    let places = &account.places;
    let heard = places.heard();
    // At the very first start there is nothing to catch up with.
    let all = all && heard > 0 && account.config.guild_messages != GuildMessages::None;
    // Clocks of different servers make ids: a second more does no harm, repeats are known by their ids.
    let since = made_at(heard).map_or(heard, |at| first_id(at - SignedDuration::from_secs(1)));
    let own = guild["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(1);
    let lists = [&guild["channels"], &guild["threads"]];
    let channels = lists.into_iter().filter_map(Value::as_array).flatten();
    let wanted = channels.filter_map(|channel| {
        let number = |field: &str| channel[field].as_str().and_then(|id| id.parse::<u64>().ok());
        let (id, newest) = (number("id")?, number("last_message_id").unwrap_or(0));
        let written = channel["type"].as_u64().is_some_and(|kind| WRITTEN.contains(&kind));
        let after = match places.of(id) {
            Some(place) => place.unread.then_some(place.message),
            None => (all && written && newest > since).then_some(since),
        };
        after.map(|after| (id, Missing { guild: own, after: Some(after), ticket: None }))
    });
    wanted.collect()
}

/// Reads a channel from a message on. One that is closed to us keeps its place.
pub(super) async fn read_on<H: Host>(
    storing: &Storing<H>,
    channel: u64,
    guild: u64,
    mut after: u64,
) -> Result<(), Stopped> {
    let mut failures = 0;
    loop {
        let route =
            Route::messages(Method::GET, &channel.to_string(), &format!("?after={after}&limit={PAGE}"));
        let ask = async {
            let _place = storing.reading.acquire().await;
            storing.account.rest.call(&route, Payload::None).await
        };
        let asked = tokio::select! {
            asked = ask => asked,
            () = storing.stop.cancelled() => return Err(Stopped),
        };
        let page = match asked {
            Ok(answer) => answer.body,
            Err(Refusal::Limited { after, .. }) => {
                storing.rest(after).await?;
                continue;
            }
            Err(Refusal::Refused { code: UNKNOWN_CHANNEL, .. }) => {
                storing.account.places.gone(channel);
                return Ok(());
            }
            Err(error @ Refusal::Refused { .. }) if !error.is_foreign() => {
                let error =
                    format!("a channel is not read for what was missed until the bot may read it: {error}");
                storing.account.failed(&storing.host, error);
                storing.account.places.was_read(channel, guild, after, false);
                return Ok(());
            }
            Err(error @ (Refusal::Failed(_) | Refusal::Refused { .. })) => {
                let error = format!("a channel cannot be read: {}", error.advised());
                storing.account.failed(&storing.host, error);
                storing.rest(pause::after(&storing.host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await?;
                failures += 1;
                continue;
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
            storing.account.places.was_read(channel, guild, newest, true);
            return Ok(());
        }
        after = newest;
    }
}

async fn said<H: Host>(storing: &Storing<H>, message: &Value) -> Result<(), Stopped> {
    let raw = Raw { kind: "MESSAGE_CREATE", told: None, data: message };
    match raw.read::<Message>() {
        Ok(read) => storing.said(&read, raw).await,
        Err(error) => storing.keep_unread(raw, error).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_a_second_time_that_the_studio_may_not_know_any_more() {
        let said = Timestamp::from_second(1_800_000_000).expect("a time");
        let message = first_id(said) + 7;
        let check = |later: SignedDuration, expected: u64| {
            assert_eq!(shortly_before(message, said + later), expected, "{later:?} later");
        };
        check(SignedDuration::ZERO, first_id(said - PASSED));
        check(READ_AGAIN - SignedDuration::from_secs(1), first_id(said - PASSED));
        check(READ_AGAIN, message);
        // Clocks differ.
        check(SignedDuration::from_secs(-5), first_id(said - PASSED));
    }
}
