//! What can be seen from outside, and what can be done to the gateway?
//!
//! | request | what happens |
//! |---|---|
//! | `POST /simulator/gateway` `{close?, reconnect?, invalid?, break?, forget?, silent?, raw?}` | what the gateway does |
//! | `GET /simulator/messages?channel=` | all that was said, with time stamps |
//! | `GET /simulator/interactions?id=` | how each was answered, and after how long; whether its maker sees that it failed |
//! | `GET /simulator/state` | sessions, commands, typing |
//! | `GET /simulator/requests` | what bots asked, and what was answered |

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Simulator;

pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/simulator/gateway", post(gateway))
        .route("/simulator/messages", get(messages))
        .route("/simulator/interactions", get(interactions))
        .route("/simulator/state", get(state))
        .route("/simulator/requests", get(requests))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gateway {
    /// Closes with this code.
    #[serde(default)]
    close: Option<u16>,
    /// Asks to come again.
    #[serde(default)]
    reconnect: bool,
    /// Says that the session is gone; `true` where it can be resumed.
    #[serde(default)]
    invalid: Option<bool>,
    /// Breaks the connections without a word.
    #[serde(default, rename = "break")]
    broken: bool,
    /// Lets no session be resumed.
    #[serde(default)]
    forget: bool,
    /// Acknowledges no heartbeat from now on.
    #[serde(default)]
    silent: Option<bool>,
    /// Tells each session this frame, whatever it is, as its next event; `{s}` in it stands for its number.
    #[serde(default)]
    raw: Option<String>,
}

async fn gateway(State(simulator): State<Simulator>, Json(gateway): Json<Gateway>) -> Json<Value> {
    let mut world = simulator.world();
    if let Some(silent) = gateway.silent {
        world.sessions.silent = silent;
    }
    if let Some(frame) = &gateway.raw {
        world.sessions.tell_raw(frame);
    }
    if gateway.reconnect {
        world.sessions.send_all(&json!({ "op": 7, "d": null }));
    }
    if let Some(resumable) = gateway.invalid {
        world.sessions.send_all(&json!({ "op": 9, "d": resumable }));
    }
    if let Some(code) = gateway.close {
        world.sessions.close_all(code, "As the test wishes.");
    }
    if gateway.broken {
        world.sessions.break_all();
    }
    if gateway.forget || gateway.invalid == Some(false) {
        world.sessions.forget();
    }
    Json(json!({ "open": world.sessions.open() }))
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    channel: Option<String>,
}

/// Those that one person alone sees say who: `only`.
async fn messages(State(simulator): State<Simulator>, Query(which): Query<Which>) -> Json<Value> {
    let world = simulator.world();
    let wanted = which.channel.as_deref().and_then(|name| world.channel(name));
    let shown = world.channels.iter().filter(|(id, _)| which.channel.is_none() || wanted == Some(**id));
    let messages = shown.flat_map(|(_, channel)| {
        channel.messages.iter().map(move |(id, message)| {
            let mut message = message.clone();
            if let Some(person) = channel.only.get(id) {
                message["only"] = person.to_string().into();
            }
            message
        })
    });
    let mut messages = messages.collect::<Vec<_>>();
    messages.sort_by_key(|message| message["id"].as_str().and_then(|id| id.parse::<u64>().ok()));
    Json(Value::from(messages))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    id: Option<u64>,
}

async fn interactions(State(simulator): State<Simulator>, Query(asked): Query<Asked>) -> Json<Value> {
    let world = simulator.world();
    let patience = simulator.settings().patience;
    let all = world.interactions.values();
    let mut all = all.filter(|known| asked.id.is_none_or(|id| id == known.id)).collect::<Vec<_>>();
    all.sort_by_key(|interaction| interaction.id);
    let told = all.into_iter().map(|known| {
        json!({
            "id": known.id.to_string(), "user": known.user.to_string(), "type": known.kind, "token": known.token,
            "answer": known.answered.map(|(kind, _)| kind),
            "after_milliseconds": known.answered.map(|(_, after)| u64::try_from(after).unwrap_or(u64::MAX)),
            "modal": known.modal, "failed": known.has_failed(patience),
        })
    });
    Json(Value::from(told.collect::<Vec<_>>()))
}

async fn state(State(simulator): State<Simulator>) -> Json<Value> {
    let world = simulator.world();
    Json(json!({
        "open": world.sessions.open(), "identified": world.sessions.identified, "resumed": world.sessions.resumed,
        "commands": world.commands, "typing": world.typing, "endpoint": world.endpoint,
        "public_key": simulator.public_key(),
    }))
}

async fn requests(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!(simulator.0.requests.all()))
}
