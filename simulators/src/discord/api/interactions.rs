//! Answers to commands, presses and forms.

use std::time::Instant;

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Simulator, check, forms,
        world::{BOT, EPHEMERAL, Interaction, LOADING, World},
    },
    boxed, invalid,
    messages::{Wanted, change},
    refusal, unknown_message,
};

/// A token is good for 15 minutes.
const GOOD_FOR_SECONDS: u64 = 15 * 60;

pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/interactions/{interaction}/{token}/callback", post(callback))
        .route("/webhooks/{application}/{token}", post(follow_up))
        .route("/webhooks/{application}/{token}/messages/{message}", get(one).patch(edit).delete(delete))
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    with_response: String,
}

async fn callback(
    State(simulator): State<Simulator>,
    Path((interaction, token)): Path<(u64, String)>,
    Query(wish): Query<Wish>,
    request: Request,
) -> Response {
    let wanted = match Wanted::read(request).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let known = simulator.world().interactions.get(&token).is_some_and(|known| known.id == interaction);
    if !known {
        return unknown_interaction();
    }
    if let Err(refused) = simulator.answer(&token, wanted) {
        return *refused;
    }
    if !is_yes(&wish.with_response) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let world = simulator.world();
    let Some(interaction) = world.interactions.get(&token) else { return unknown_interaction() };
    let place = world.channels.get(&interaction.channel);
    let message = interaction.original.and_then(|id| place?.messages.get(&id));
    let alone =
        interaction.original.is_some_and(|id| place.is_some_and(|place| place.only.contains_key(&id)));
    Json(json!({
        "interaction": {"id": interaction.id.to_string(), "type": interaction.kind,
            "response_message_id": interaction.original.map(|id| id.to_string()),
            "response_message_loading": interaction.answered.is_some_and(|(kind, _)| kind == 5),
            "response_message_ephemeral": alone},
        "resource": {"type": interaction.answered.map(|(kind, _)| kind), "message": message},
    }))
    .into_response()
}

impl Simulator {
    /// Takes the first answer to an interaction.
    pub fn answer(&self, token: &str, mut wanted: Wanted) -> Result<(), Box<Response>> {
        let kind = wanted.body["type"].as_u64().unwrap_or_default();
        wanted.body = std::mem::take(&mut wanted.body["data"]);
        let mut world = self.world();
        let Some(Interaction { kind: asked, channel, user, source, made, answered, .. }) =
            world.interactions.get(token)
        else {
            return Err(Box::new(unknown_interaction()));
        };
        let (asked, channel, user, source, after) = (*asked, *channel, *user, *source, made.elapsed());
        if answered.is_some() {
            let why = "Interaction has already been acknowledged.";
            return Err(Box::new(refusal(StatusCode::BAD_REQUEST, 40_060, why)));
        }
        if after > self.settings().patience {
            return Err(Box::new(unknown_interaction()));
        }
        let fits = match kind {
            4 | 5 => true,
            6 | 7 => source.is_some(),
            9 => asked != 5,
            _ => false,
        };
        if !fits {
            let error = json!([{ "code": "BASE_TYPE_CHOICES", "message": format!("Value {kind} is not allowed here.") }]);
            let errors = json!({ "message": "Invalid Form Body", "code": 50_035, "errors": { "type": { "_errors": error } } });
            return Err(Box::new(invalid(errors)));
        }
        let mut modal = None;
        let mut original = None;
        let alone = only(&wanted, user);
        match kind {
            4 => {
                check::message(&wanted.body, wanted.files.len()).map_err(boxed)?;
                let fields = wanted.fields(self, &mut world, channel);
                original = Some(world.reply(channel, fields, alone));
            }
            5 => original = Some(world.reply(channel, json!({ "flags": LOADING, "type": 20 }), alone)),
            7 => {
                let source = source.unwrap_or_default();
                let changed = change(self, &mut world, channel, source, wanted)?;
                world.announce("MESSAGE_UPDATE", channel, changed);
            }
            9 => {
                forms::form(&wanted.body).map_err(boxed)?;
                modal = Some(wanted.body);
            }
            _ => original = source,
        }
        if let Some(interaction) = world.interactions.get_mut(token) {
            interaction.answered = Some((kind, after.as_millis()));
            interaction.original = original;
            interaction.modal = modal;
        }
        Ok(())
    }
}

/// Who alone is to see an answer.
fn only(wanted: &Wanted, user: u64) -> Option<u64> {
    wanted.body["flags"].as_u64().is_some_and(|flags| flags & EPHEMERAL != 0).then_some(user)
}

impl World {
    /// A message of the bot, for all or for one person alone; its id.
    fn reply(&mut self, channel: u64, mut fields: Value, alone: Option<u64>) -> u64 {
        if alone.is_some() {
            fields["flags"] = json!(fields["flags"].as_u64().unwrap_or_default() | EPHEMERAL);
        }
        let message = self.write(channel, BOT, fields);
        let id = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        if let Some((person, channel)) = alone.zip(self.channels.get_mut(&channel)) {
            channel.only.insert(id, person);
        }
        self.announce("MESSAGE_CREATE", channel, message);
        id
    }
}

#[derive(Deserialize)]
struct Waiting {
    #[serde(default)]
    wait: String,
}

async fn follow_up(
    State(simulator): State<Simulator>,
    Path((application, token)): Path<(u64, String)>,
    Query(waiting): Query<Waiting>,
    request: Request,
) -> Response {
    let wanted = match Wanted::read(request).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let mut world = simulator.world();
    let Some(Interaction { channel, user, .. }) = good(&world, application, &token) else {
        return unknown_webhook();
    };
    let (channel, alone) = (*channel, only(&wanted, *user));
    if let Err(errors) = check::message(&wanted.body, wanted.files.len()) {
        return invalid(errors);
    }
    let mut fields = wanted.fields(&simulator, &mut world, channel);
    fields["webhook_id"] = Value::from(BOT.to_string());
    fields["application_id"] = Value::from(BOT.to_string());
    let id = world.reply(channel, fields, alone);
    let message = world.channels.get(&channel).and_then(|channel| channel.messages.get(&id));
    if is_yes(&waiting.wait) { Json(message).into_response() } else { StatusCode::NO_CONTENT.into_response() }
}

async fn one(
    State(simulator): State<Simulator>,
    Path((application, token, message)): Path<(u64, String, String)>,
) -> Response {
    let world = simulator.world();
    match find(&world, application, &token, &message) {
        Ok((channel, id)) => {
            Json(world.channels.get(&channel).and_then(|channel| channel.messages.get(&id))).into_response()
        }
        Err(refused) => *refused,
    }
}

async fn edit(
    State(simulator): State<Simulator>,
    Path((application, token, message)): Path<(u64, String, String)>,
    request: Request,
) -> Response {
    let wanted = match Wanted::read(request).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let mut world = simulator.world();
    let (channel, id) = match find(&world, application, &token, &message) {
        Ok(found) => found,
        Err(refused) => return *refused,
    };
    match change(&simulator, &mut world, channel, id, wanted) {
        Ok(_) => {
            let Some(message) = world.message_mut(channel, id) else { return unknown_message() };
            message["flags"] = json!(message["flags"].as_u64().unwrap_or_default() & !LOADING);
            let changed = message.clone();
            world.announce("MESSAGE_UPDATE", channel, changed.clone());
            Json(changed).into_response()
        }
        Err(refused) => *refused,
    }
}

async fn delete(
    State(simulator): State<Simulator>,
    Path((application, token, message)): Path<(u64, String, String)>,
) -> Response {
    let mut world = simulator.world();
    match find(&world, application, &token, &message) {
        Ok((channel, id)) => {
            world.take_back(channel, id);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refused) => *refused,
    }
}

fn good<'a>(world: &'a World, application: u64, token: &str) -> Option<&'a Interaction> {
    let known = world.interactions.get(token).filter(|_| application == BOT)?;
    let fresh = Instant::now().duration_since(known.made).as_secs() < GOOD_FOR_SECONDS;
    (fresh && known.answered.is_some()).then_some(known)
}

/// The channel and id of `@original` or another message.
fn find(world: &World, application: u64, token: &str, message: &str) -> Result<(u64, u64), Box<Response>> {
    let known = good(world, application, token).ok_or_else(|| Box::new(unknown_webhook()))?;
    let id = if message == "@original" { known.original } else { message.parse().ok() };
    let exists = |id: &u64| {
        world.channels.get(&known.channel).is_some_and(|channel| channel.messages.contains_key(id))
    };
    id.filter(exists).map(|id| (known.channel, id)).ok_or_else(|| Box::new(unknown_message()))
}

/// discord.py writes `1`.
fn is_yes(text: &str) -> bool {
    matches!(text, "true" | "True" | "1")
}

fn unknown_interaction() -> Response {
    refusal(StatusCode::NOT_FOUND, 10_062, "Unknown interaction")
}

fn unknown_webhook() -> Response {
    refusal(StatusCode::NOT_FOUND, 10_015, "Unknown Webhook")
}
