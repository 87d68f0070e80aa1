//! How does Slack tell a bot what happened? By signed POSTs with four tries, or by sockets.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    forms,
    hourly::Share,
    socket,
    subscription::Try,
    world::{APP, BOT_USER, Delivery, TEAM, World, kind},
};
use crate::halves;

/// How long an event that changes its place waits for the one that follows it.
const SWAP: Duration = Duration::from_millis(300);

/// Something to be told.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub id: String,
    pub what: What,
    pub payload: Value,
}

/// Which way it goes: as JSON, or as a form with or without `payload`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Event,
    Interaction,
    Command,
}

/// A message that was written; says the id of its event.
pub(super) fn message(world: &World, channel: &str, message: &Value) -> String {
    let mut event = message.clone();
    event["channel"] = json!(channel);
    event["channel_type"] = json!(kind(channel));
    event["event_ts"] = message["ts"].clone();
    event.as_object_mut().and_then(|fields| fields.remove("metadata"));
    tell(world, &event)
}

pub(super) fn changed(world: &World, channel: &str, after: &Value, before: &Value) {
    let ts = world.state().ts();
    tell(
        world,
        &json!({
            "type": "message", "subtype": "message_changed", "channel": channel, "channel_type": kind(channel),
            "message": after, "previous_message": before, "hidden": true, "ts": ts, "event_ts": ts,
        }),
    );
}

/// A message was deleted. Where answers hang on it, Slack tells that it has become its grave.
pub(super) fn deleted(world: &World, channel: &str, before: &Value, grave: Option<&Value>) {
    if let Some(grave) = grave {
        return changed(world, channel, grave, before);
    }
    let ts = world.state().ts();
    tell(
        world,
        &json!({
            "type": "message", "subtype": "message_deleted", "channel": channel, "channel_type": kind(channel),
            "previous_message": before, "deleted_ts": before["ts"], "hidden": true, "ts": ts, "event_ts": ts,
        }),
    );
}

/// Something that happened, in the envelope of the Events API; says its id.
pub(super) fn tell(world: &World, event: &Value) -> String {
    let (id, now, share) = {
        let mut state = world.state();
        let now = state.now();
        let share = state.hourly.take(world.inner().settings.events_an_hour, now);
        (format!("Ev{:09}", state.next()), now, share)
    };
    match share {
        Share::Told => {}
        Share::Limited(minute) => {
            limited(world, minute);
            return id;
        }
        Share::Kept => return id,
    }
    let payload = json!({
        "token": "verification", "team_id": TEAM, "api_app_id": APP, "event": event, "type": "event_callback",
        "event_id": id, "event_time": now.as_second(), "is_ext_shared_channel": false,
        "authorizations": [{
            "enterprise_id": null, "team_id": TEAM, "user_id": BOT_USER, "is_bot": true, "is_enterprise_install": false,
        }],
    });
    send(world, Envelope { id: id.clone(), what: What::Event, payload });
    id
}

/// Too many events came; from this minute on they are held back.
pub(super) fn limited(world: &World, minute: i64) {
    let id = format!("limit-{}", world.state().next());
    let payload = json!({
        "token": "verification", "type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": minute, "api_app_id": APP,
    });
    send(world, Envelope { id, what: What::Event, payload });
}

pub(super) fn send(world: &World, envelope: Envelope) {
    {
        let mut state = world.state();
        let delivery = Delivery { id: envelope.id.clone(), tries: 0, acknowledged: false, ended: false };
        state.deliveries.push(delivery);
    }
    if let Some(after) = world.faults().next_late() {
        let now = world.state().now();
        let after = SignedDuration::try_from(after).unwrap_or_default();
        tokio::spawn(later(world.clone(), envelope, now.saturating_add(after).unwrap_or(now)));
        return;
    }
    // The receiver lives as long as the world.
    let _ = world.inner().queue.send(envelope);
}

/// Tells of it only then; meanwhile what follows it is told.
async fn later(world: World, envelope: Envelope, at: Timestamp) {
    world.wait_until(at).await;
    first(&world, envelope).await;
}

/// Tells what happened, one after the other; what was not acknowledged is told again later, beside the others.
pub(super) async fn deliver(world: World, mut waiting: UnboundedReceiver<Envelope>) {
    loop {
        let held = world.state().swapped.is_some();
        let envelope = tokio::select! {
            next = waiting.recv() => next,
            () = tokio::time::sleep(SWAP), if held => {
                // Nothing followed it.
                let late = world.state().swapped.take();
                if let Some(late) = late {
                    first(&world, late).await;
                }
                continue;
            }
        };
        let Some(envelope) = envelope else { return };
        let fault = world.faults().next_event();
        if fault.swapped {
            let before = world.state().swapped.replace(envelope);
            if let Some(before) = before {
                first(&world, before).await;
            }
            continue;
        }
        let late = world.state().swapped.take();
        if late.is_some() {
            world.faults().note_swapped();
        }
        if fault.repeated {
            first(&world, envelope.clone()).await;
        }
        first(&world, envelope).await;
        if let Some(late) = late {
            first(&world, late).await;
        }
        if fault.dropped {
            socket::drop_all(&world);
        }
    }
}

async fn first(world: &World, envelope: Envelope) {
    let (done, reason) = attempt(world, &envelope, 0, "").await;
    // Presses and commands have one try: the person sees that it failed.
    if !done && envelope.what == What::Event {
        tokio::spawn(again(world.clone(), envelope, reason));
    } else {
        mark(world, &envelope.id, |delivery| delivery.ended = true);
        if done && envelope.what == What::Event {
            echo(world, envelope);
        }
    }
}

/// Perhaps tells once more, and long after, what was taken: Slack takes an answer for lost that was late.
fn echo(world: &World, envelope: Envelope) {
    let is_by_posts = world.state().subscription.address.is_some();
    let Some(after) = world.faults().next_echo().filter(|_| is_by_posts) else { return };
    let after = SignedDuration::try_from(after).unwrap_or_default();
    let (world, now) = (world.clone(), world.state().now());
    tokio::spawn(async move {
        world.wait_until(now.saturating_add(after).unwrap_or(now)).await;
        let address = world.state().subscription.address.clone();
        let Some(address) = address else { return };
        if post(&world, &address, &envelope, 1, "http_timeout").await.said.is_some() {
            world.faults().note_echoed();
        }
    });
}

async fn again(world: World, envelope: Envelope, mut reason: &'static str) {
    let mut last = world.state().now();
    for (number, pause) in world.inner().settings.again_after.into_iter().enumerate() {
        let pause = SignedDuration::try_from(pause).unwrap_or_default();
        world.wait_until(last.saturating_add(pause).unwrap_or(last)).await;
        last = world.state().now();
        let (done, why) = attempt(&world, &envelope, number + 1, reason).await;
        if done {
            break;
        }
        reason = why;
    }
    mark(&world, &envelope.id, |delivery| delivery.ended = true);
}

/// Whether Slack need not come again, and why it does.
async fn attempt(world: &World, envelope: &Envelope, number: usize, reason: &str) -> (bool, &'static str) {
    let is_event = envelope.what == What::Event;
    let address = {
        let subscription = &world.state().subscription;
        if is_event && subscription.is_off {
            return (true, "");
        }
        subscription.address.clone()
    };
    mark(world, &envelope.id, |delivery| delivery.tries += 1);
    let Posted { said, enough, why } = if let Some(address) = address {
        let posted = post(world, &address, envelope, number, reason).await;
        if is_event {
            note(world, number == 0, posted.said.is_some());
        }
        posted
    } else {
        let said = socket::hand_over(world, envelope, number, reason).await;
        Posted { said, enough: false, why: "timeout" }
    };
    if said.is_some() {
        mark(world, &envelope.id, |delivery| delivery.acknowledged = true);
    }
    if envelope.what == What::Interaction {
        forms::answered(world, envelope, said.as_ref());
    }
    (said.is_some() || enough, why)
}

fn note(world: &World, is_first: bool, acknowledged: bool) {
    let mut state = world.state();
    let at = state.now();
    state.subscription.count(Try { at, is_first, acknowledged }, world.inner().settings.spared_below);
}

fn mark(world: &World, id: &str, change: impl Fn(&mut Delivery)) {
    world.state().deliveries.iter_mut().filter(|delivery| delivery.id == id).for_each(change);
}

/// What became of one try.
struct Posted {
    /// What the acknowledgement says besides; `None` where there was none.
    said: Option<Value>,
    /// Whether the bot wants it no more all the same.
    enough: bool,
    /// Why there was none.
    why: &'static str,
}

async fn post(world: &World, address: &str, envelope: &Envelope, number: usize, reason: &str) -> Posted {
    let settings = &world.inner().settings;
    let (kind, body) = written(envelope);
    let now = world.state().now().as_second();
    let mut request = world
        .inner()
        .http
        .post(address)
        .timeout(settings.patience)
        .header("content-type", kind)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("x-slack-request-timestamp", now.to_string())
        .header("x-slack-signature", sign(&settings.signing_secret, now, body.as_bytes()));
    if number > 0 {
        request =
            request.header("x-slack-retry-num", number.to_string()).header("x-slack-retry-reason", reason);
    }
    let failed = |why| Posted { said: None, enough: false, why };
    let body = halves::body(body, world.faults().next_trickle());
    match request.body(body).send().await {
        Ok(answer) => {
            let enough = answer.headers().get("x-slack-no-retry").is_some_and(|value| value == "1");
            let is_taken = answer.status().is_success();
            let text = answer.text().await.unwrap_or_default();
            let said = is_taken.then(|| serde_json::from_str(&text).unwrap_or_default());
            Posted { said, enough, why: "http_error" }
        }
        Err(error) if error.is_timeout() => failed("http_timeout"),
        Err(error) if error.is_redirect() => failed("too_many_redirects"),
        Err(_) => failed("connection_failed"),
    }
}

/// As Slack writes it: events as JSON, the others as forms.
fn written(envelope: &Envelope) -> (&'static str, String) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    match envelope.what {
        What::Event => ("application/json", envelope.payload.to_string()),
        What::Interaction => (FORM, form.append_pair("payload", &envelope.payload.to_string()).finish()),
        What::Command => {
            for (name, value) in envelope.payload.as_object().into_iter().flatten() {
                form.append_pair(name, value.as_str().unwrap_or_default());
            }
            (FORM, form.finish())
        }
    }
}

/// The header `X-Slack-Signature`.
pub(super) fn sign(secret: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("v0:{seconds}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// Asks whether the address is the bot's, as the page of the app does when it is set; says what was answered.
pub(super) async fn verify(world: &World, address: &str) -> Result<bool, String> {
    let settings = &world.inner().settings;
    let challenge = format!("challenge{}", world.state().next());
    let body =
        json!({ "token": "verification", "challenge": challenge, "type": "url_verification" }).to_string();
    let now = world.state().now().as_second();
    let request = world
        .inner()
        .http
        .post(address)
        .timeout(Duration::from_secs(3))
        .header("content-type", "application/json")
        .header("x-slack-request-timestamp", now.to_string())
        .header("x-slack-signature", sign(&settings.signing_secret, now, body.as_bytes()));
    let answer = request.body(body).send().await.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Ok(false);
    }
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    Ok(text.trim() == challenge || json["challenge"] == json!(challenge))
}
