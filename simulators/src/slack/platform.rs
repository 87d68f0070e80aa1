//! What does Slack itself do on demand? `/simulator/…`

use std::time::Duration;

use axum::{Json, extract::State as Shared, http::StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    events, hourly,
    limits::{Histories, Limits},
    people::{Done, refuse},
    socket,
    subscription::Subscription,
    world::{BOT_USER, World},
};
use crate::faults::Plan;

/// Anything that Slack could tell: the inner object of an event. A message stands in its channel from then on.
pub(super) async fn event(Shared(world): Shared<World>, Json(event): Json<Value>) -> Done {
    world.state().keep_told(&event);
    let id = events::tell(&world, &event);
    Ok(Json(json!({ "event_id": id })))
}

/// The page of the app asks whether the address is the bot's.
pub(super) async fn verify(Shared(world): Shared<World>) -> Done {
    let address = world.state().subscription.address.clone();
    let address = address.ok_or_else(|| refuse("events go by sockets"))?;
    let is_ours = events::verify(&world, &address).await.map_err(refuse)?;
    Ok(Json(json!({ "verified": is_ours })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subscribe {
    url: String,
}

/// The page of the app is given an address, which must be the bot's; events that were turned off are turned on again.
pub(super) async fn subscribe(Shared(world): Shared<World>, Json(asked): Json<Subscribe>) -> Done {
    if !events::verify(&world, &asked.url).await.map_err(refuse)? {
        return Err(refuse("the address does not answer with the challenge"));
    }
    world.state().subscription = Subscription::new(Some(asked.url));
    Ok(Json(json!({ "verified": true })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitHistories {
    seconds: u64,
    objects: usize,
}

/// The app is one that has the lower limits of histories.
pub(super) async fn limit_histories(Shared(world): Shared<World>, Json(asked): Json<LimitHistories>) -> Done {
    if asked.seconds == 0 || asked.objects == 0 {
        return Err(refuse("seconds and objects are at least 1"));
    }
    let every = Duration::from_secs(asked.seconds);
    world.state().limits = Limits::new(Some(Histories { every, objects: asked.objects }));
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scopes {
    without: Vec<String>,
}

/// The app is installed anew, without some of the scopes that it asks for.
pub(super) async fn take_scopes(Shared(world): Shared<World>, Json(asked): Json<Scopes>) -> Done {
    let all = &world.inner().settings.scopes;
    if let Some(unknown) = asked.without.iter().find(|scope| !all.contains(scope)) {
        return Err(refuse(format!("the app has no scope {unknown}: it has {}", all.join(", "))));
    }
    let left = all.iter().filter(|scope| !asked.without.contains(scope)).cloned().collect();
    world.state().scopes = left;
    Ok(Json(json!({})))
}

/// The app is removed from the workspace.
pub(super) async fn uninstall(Shared(world): Shared<World>) -> Done {
    world.state().revoked = Some("account_inactive");
    let ts = world.state().ts();
    events::tell(
        &world,
        &json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": [BOT_USER] }, "event_ts": ts }),
    );
    events::tell(&world, &json!({ "type": "app_uninstalled", "event_ts": ts }));
    Ok(Json(json!({})))
}

/// Too many events came.
pub(super) async fn rate_limit(Shared(world): Shared<World>) -> Done {
    let minute = hourly::minute(world.state().now());
    events::limited(&world, minute);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flood {
    channel: String,
    seconds: i64,
}

/// Too much was said in a channel: nothing more can be for so long.
pub(super) async fn flood(Shared(world): Shared<World>, Json(flood): Json<Flood>) -> Done {
    let mut state = world.state();
    let now = state.now();
    let until = now.saturating_add(SignedDuration::from_secs(flood.seconds)).unwrap_or(now);
    state.flooded.insert(flood.channel, until);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disconnect {
    /// `warning`, `refresh_requested` or `link_disabled`.
    reason: String,
    #[serde(default)]
    grace_milliseconds: u64,
}

/// Slack closes the sockets that are open.
pub(super) async fn disconnect(Shared(world): Shared<World>, Json(asked): Json<Disconnect>) -> Done {
    socket::disconnect(&world, &asked.reason, Duration::from_millis(asked.grace_milliseconds));
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    advance_seconds: u64,
}

pub(super) async fn clock(Shared(world): Shared<World>, Json(clock): Json<Clock>) -> Done {
    world.advance(Duration::from_secs(clock.advance_seconds));
    let now = world.state().now();
    Ok(Json(json!({ "now": now })))
}

pub(super) async fn set_faults(Shared(world): Shared<World>, Json(plan): Json<Plan>) -> StatusCode {
    world.faults().set(plan);
    StatusCode::NO_CONTENT
}

pub(super) async fn faults(Shared(world): Shared<World>) -> Json<Plan> {
    Json(world.faults().plan())
}
