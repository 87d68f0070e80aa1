//! Socket Mode: hello, envelopes, acknowledgements, disconnect.

use std::time::Duration;

use axum::{
    extract::{
        Query, State as Shared,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use futures::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    select,
    sync::{mpsc, oneshot},
};

use super::{
    events::{Envelope, What},
    world::{APP, World},
};

/// docs.slack.dev, "Using Socket Mode": up to ten.
const MOST_SOCKETS: usize = 10;
const PING: Duration = Duration::from_secs(5);

/// A socket that is open: what is to be sent through it.
pub(super) struct Link(mpsc::UnboundedSender<Sent>);

enum Sent {
    Text(String),
    /// Closed in order.
    Close,
    /// Torn.
    Tear,
}

#[derive(Deserialize)]
pub(super) struct Ticket {
    #[serde(default)]
    ticket: String,
}

pub(super) async fn open(
    Shared(world): Shared<World>,
    Query(Ticket { ticket }): Query<Ticket>,
    upgrade: WebSocketUpgrade,
) -> Response {
    {
        let mut state = world.state();
        let Some(place) = state.tickets.iter().position(|known| *known == ticket) else {
            return (StatusCode::UNAUTHORIZED, "this address was used or never given out").into_response();
        };
        state.tickets.remove(place);
        if state.links.len() >= MOST_SOCKETS {
            return (StatusCode::FORBIDDEN, "too_many_websockets").into_response();
        }
    }
    upgrade.on_upgrade(move |socket| converse(world, socket))
}

async fn converse(world: World, socket: WebSocket) {
    let (out, mut waiting) = mpsc::unbounded_channel();
    let (number, open) = {
        let mut state = world.state();
        let number = state.next();
        state.links.insert(number, Link(out));
        (number, state.links.len())
    };
    let (mut writer, mut reader) = socket.split();
    let hello = json!({
        "type": "hello", "num_connections": open, "connection_info": { "app_id": APP },
        "debug_info": { "host": "simulator", "build_number": 1, "approximate_connection_time": 18060 },
    });
    let mut alive = writer.send(Message::text(hello.to_string())).await.is_ok();
    let mut ping = tokio::time::interval(PING);
    while alive {
        alive = select! {
            sent = waiting.recv() => match sent {
                Some(Sent::Text(text)) => writer.send(Message::text(text)).await.is_ok(),
                Some(Sent::Close) => writer.send(Message::Close(None)).await.is_ok(),
                Some(Sent::Tear) | None => false,
            },
            _ = ping.tick() => writer.send(Message::Ping("ping from simulator".into())).await.is_ok(),
            heard = reader.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    acknowledged(&world, &text);
                    true
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => true,
                // Answered in kind, then closed.
                Some(Ok(Message::Close(_))) => {
                    let _ = writer.flush().await;
                    false
                }
                Some(Err(_)) | None => false,
            },
        };
    }
    world.state().links.remove(&number);
}

fn acknowledged(world: &World, text: &str) {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(id) = said["envelope_id"].as_str() else { return };
    if let Some(waits) = world.state().awaited.remove(id) {
        // Nobody waits any more where it came too late.
        let _ = waits.send(said["payload"].clone());
    }
}

/// Sends an envelope by the newest socket, and waits for its acknowledgement: what it says besides.
pub(super) async fn hand_over(
    world: &World,
    envelope: &Envelope,
    number: usize,
    reason: &str,
) -> Option<Value> {
    let patience = world.inner().settings.patience;
    let (waits, acknowledged) = oneshot::channel();
    let id = {
        let mut state = world.state();
        let id = format!("envelope-{}", state.next());
        let mut frame = json!({
            "envelope_id": id, "payload": envelope.payload,
            "type": match envelope.what {
                What::Event => "events_api",
                What::Interaction => "interactive",
                What::Command => "slash_commands",
            },
            "accepts_response_payload": envelope.what != What::Event,
        });
        if envelope.what == What::Event {
            frame["retry_attempt"] = json!(number);
            frame["retry_reason"] = json!(reason);
        }
        let (_, link) = state.links.last_key_value()?;
        link.0.send(Sent::Text(frame.to_string())).ok()?;
        state.awaited.insert(id.clone(), waits);
        id
    };
    let heard = tokio::time::timeout(patience, acknowledged).await;
    world.state().awaited.remove(&id);
    heard.ok()?.ok()
}

/// Tears all sockets.
pub(super) fn drop_all(world: &World) {
    for link in world.state().links.values() {
        let _ = link.0.send(Sent::Tear);
    }
}

/// Says that the sockets of now will be closed, and closes them after `grace`.
pub(super) fn disconnect(world: &World, reason: &str, grace: Duration) {
    let frame =
        json!({ "type": "disconnect", "reason": reason, "debug_info": { "host": "simulator" } }).to_string();
    let old = world.state().links.values().map(|link| link.0.clone()).collect::<Vec<_>>();
    for link in &old {
        let _ = link.send(Sent::Text(frame.clone()));
    }
    tokio::spawn(async move {
        tokio::time::sleep(grace).await;
        for link in old {
            let _ = link.send(Sent::Close);
        }
    });
}
