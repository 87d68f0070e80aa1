//! How does Meta tell a bot what happened? By signed POSTs, again and again until they are answered with 200.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::Sha256;
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

use super::World;
use crate::halves;

/// Meta goes on for seven days, ever more seldom, and then tells nobody any more.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an event that changes its place waits for the one that follows it.
const SWAP: Duration = Duration::from_millis(300);

/// Something to be told.
pub struct Told {
    pub event: Value,
    /// Until when it waits, while what follows it is told.
    pub late_until: Option<Timestamp>,
}

/// Sends what is told, in its order, until the simulator stops. One that is not taken is sent again later, and holds up
/// no other.
pub async fn deliver(world: Arc<World>, mut events: UnboundedReceiver<Told>) {
    while let Some(told) = events.recv().await {
        let Some(event) = in_time(&world, told) else { continue };
        let fault = world.faults.next_event();
        if fault.swapped
            && let Ok(Some(next)) = timeout(SWAP, events.recv()).await
            && let Some(next) = in_time(&world, next)
        {
            send(&world, next).await;
            world.faults.note_swapped();
        }
        if fault.repeated {
            send(&world, event.clone()).await;
        }
        send(&world, event).await;
    }
}

/// What is to be told now; what is late is sent by itself when its time has come.
fn in_time(world: &Arc<World>, Told { event, late_until }: Told) -> Option<Value> {
    let Some(until) = late_until else { return Some(event) };
    let world = Arc::clone(world);
    tokio::spawn(async move {
        world.wait_until(until).await;
        send(&world, event).await;
    });
    None
}

async fn send(world: &Arc<World>, event: Value) {
    let body = escaped(&event.to_string());
    let first = world.now();
    if post(world, &body).await {
        note(world, &event);
        echo(world, body);
        return;
    }
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let later = |from: Timestamp, by: SignedDuration| from.saturating_add(by).unwrap_or(Timestamp::MAX);
        let end = later(first, GIVEN_UP_AFTER);
        let (mut last, mut pause) = (first, world.settings.first_retry);
        loop {
            let next = later(last, SignedDuration::try_from(pause).unwrap_or(GIVEN_UP_AFTER));
            world.wait_until(next.min(end)).await;
            last = world.now();
            if last >= end {
                break;
            }
            if post(&world, &body).await {
                note(&world, &event);
                return;
            }
            pause = pause.saturating_mul(2);
        }
        world.state().given_up += 1;
        tracing::warn!("simulator.event_given_up");
    });
}

/// Perhaps tells once more, and long after, what was taken.
fn echo(world: &Arc<World>, body: String) {
    let Some(after) = world.faults.next_echo() else { return };
    let after = SignedDuration::try_from(after).unwrap_or_default();
    let (world, now) = (Arc::clone(world), world.now());
    tokio::spawn(async move {
        world.wait_until(now.saturating_add(after).unwrap_or(now)).await;
        if post(&world, &body).await {
            world.faults.note_echoed();
        }
    });
}

/// The messages of people that it tells of have been taken.
fn note(world: &World, event: &Value) {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let changes = list(event, "entry").into_iter().flat_map(|entry| list(&entry, "changes"));
    let messages = changes.flat_map(|change| list(&change["value"], "messages"));
    let ids = messages.filter_map(|message| message["id"].as_str().map(str::to_owned));
    world.state().taken_messages.extend(ids.collect::<Vec<_>>());
}

/// Whether there is nothing more to do with it.
async fn post(world: &World, body: &str) -> bool {
    let callback = {
        let state = world.state();
        if !state.subscribed {
            return true;
        }
        state.callbacks.iter().flatten().next().cloned()
    };
    let Some(callback) = callback else { return true };
    world.state().posted += 1;
    let request = world.client.post(callback).header("content-type", "application/json");
    let request = request.header("user-agent", "facebookexternalua");
    let signature = format!("sha256={}", sign(&world.settings.app_secret, body.as_bytes()));
    let body = halves::body(body.to_owned(), world.faults.next_trickle());
    let answer = request.header("x-hub-signature-256", signature).body(body).send().await;
    let taken = answer.is_ok_and(|answer| answer.status().as_u16() == 200);
    if taken {
        world.state().taken += 1;
    }
    taken
}

/// The hex of HMAC-SHA256.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// As Meta writes JSON: all that is not ASCII as `\u` and four lower-case digits.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                // Writing to a text never fails.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_escaped() {
        let text = escaped(r#"{"body":"Grüße 👍"}"#);
        assert_eq!(text, r#"{"body":"Gr\u00fc\u00dfe \ud83d\udc4d"}"#);
        let read: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["body"], "Grüße 👍");
    }

    #[test]
    fn a_signature_is_that_of_openssl() {
        // printf 'hello' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            sign("secret", b"hello"),
            "88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0b"
        );
    }
}
