//! What can be seen of the bot, and of how it was told? `/simulator/…`

use axum::{
    Json,
    extract::{Query, State as Shared},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::world::{Call, Delivery, Message, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    channel: String,
}

/// All messages of a channel, with who alone sees them.
pub(super) async fn messages(
    Shared(world): Shared<World>,
    Query(wanted): Query<Wanted>,
) -> Json<Vec<Message>> {
    let state = world.state();
    let channel = state.channels.get(&wanted.channel);
    Json(channel.into_iter().flat_map(|channel| channel.messages.values().cloned()).collect())
}

pub(super) async fn calls(Shared(world): Shared<World>) -> Json<Vec<Call>> {
    Json(world.state().calls.clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Of one event alone.
    #[serde(default)]
    id: Option<String>,
}

pub(super) async fn deliveries(
    Shared(world): Shared<World>,
    Query(Which { id }): Query<Which>,
) -> Json<Vec<Delivery>> {
    let state = world.state();
    let wanted = |delivery: &&Delivery| id.as_ref().is_none_or(|id| *id == delivery.id);
    Json(state.deliveries.iter().filter(wanted).cloned().collect())
}

/// Where events go, and whether Slack has turned them off.
pub(super) async fn subscription(Shared(world): Shared<World>) -> Json<Value> {
    let subscription = &world.state().subscription;
    Json(json!({ "url": subscription.address, "off": subscription.is_off }))
}

/// What the assistant showed while it worked.
pub(super) async fn statuses(Shared(world): Shared<World>) -> Json<Vec<Value>> {
    Json(world.state().statuses.clone())
}

/// Forms that are open.
pub(super) async fn views(Shared(world): Shared<World>) -> Json<Value> {
    Json(json!(world.state().views))
}

/// The app's home, by who sees it.
pub(super) async fn homes(Shared(world): Shared<World>) -> Json<Value> {
    Json(json!(world.state().homes))
}
