//! What can be done in a person's place?
//!
//! | request | what happens |
//! |---|---|
//! | `POST /simulator/say` `{from, channel?, text, files?, mention?, reply_to?}` | a person writes; without a channel to the bot itself |
//! | `POST /simulator/press` `{from, message, choose}` | a button or option is chosen by its words or id; in menus of the server: a person, role or channel by name |
//! | `POST /simulator/command` `{from, channel?, name, locale?}` | a slash command, by the name that is shown in this locale |
//! | `POST /simulator/submit` `{from, answers}` | the form that was opened last for the person, by id of the field: a text, a yes or no, a value or name, or several |
//! | `POST /simulator/edit` `{message, text}`, `/delete` `{message}` | of a message |
//! | `POST /simulator/react` `{from, message, emoji, remove?}` | |
//! | `POST /simulator/type` `{from, channel?}` | |
//! | `POST /simulator/thread` `{name, channel}` | a thread in a channel |
//! | `POST /simulator/rename` `{channel, name}` | a channel or a thread is called otherwise |
//! | `POST /simulator/close` `{channel, closed}` | the bot is kept out: blocked, or without permission |

use std::time::Instant;

use axum::{Json, Router, extract::State, http::StatusCode, response::Response, routing::post};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Simulator,
    api::Wanted,
    posts::Post,
    presses,
    world::{BOT, GUILD, Interaction, World, merge, now, token},
};

pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/simulator/say", post(say))
        .route("/simulator/press", post(presses::press))
        .route("/simulator/command", post(command))
        .route("/simulator/submit", post(presses::submit))
        .route("/simulator/edit", post(edit))
        .route("/simulator/delete", post(delete))
        .route("/simulator/react", post(react))
        .route("/simulator/type", post(typing))
        .route("/simulator/thread", post(thread))
        .route("/simulator/rename", post(rename))
        .route("/simulator/close", post(close))
}

/// What a person cannot do.
pub struct Refused(pub String);

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": self.0 }))).into_response()
    }
}

pub type Done = Result<Json<Value>, Refused>;

fn place(world: &mut World, person: u64, channel: Option<&str>) -> Result<u64, Refused> {
    match channel {
        None => Ok(world.direct(person)),
        Some(name) => world.channel(name).ok_or_else(|| Refused(format!("there is no channel “{name}”"))),
    }
}

pub fn number(id: &str) -> Result<u64, Refused> {
    id.parse().map_err(|_| Refused(format!("“{id}” is no id")))
}

pub fn stands_in(world: &World, message: u64) -> Result<u64, Refused> {
    world.place_of(message).ok_or_else(|| Refused(format!("there is no message {message}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    from: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<Sent>,
    /// The bot is mentioned before the text.
    #[serde(default)]
    mention: bool,
    #[serde(default)]
    reply_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    name: String,
    media_type: String,
    #[serde(alias = "content")]
    base64: String,
}

async fn say(State(simulator): State<Simulator>, Json(say): Json<Say>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&say.from);
    let channel = place(&mut world, person, say.channel.as_deref())?;
    if say.text.chars().count() > 2000 || say.text.trim().is_empty() && say.files.is_empty() && !say.mention {
        return Err(Refused("a message has 1 to 2,000 characters, or a file".into()));
    }
    let mut attachments = Vec::new();
    for Sent { name, media_type, base64 } in &say.files {
        let bytes =
            STANDARD.decode(base64).map_err(|error| Refused(format!("{name} is not base 64: {error}")))?;
        attachments.push(simulator.keep_file(&mut world, channel, name, media_type, bytes, None));
    }
    let text = if say.mention { format!("<@{BOT}> {}", say.text) } else { say.text };
    let mentioned = say.mention || text.contains(&format!("<@{BOT}>"));
    let mut mentions = if mentioned { vec![world.users[&BOT].clone()] } else { Vec::new() };
    let mut more = json!({ "content": text.trim(), "attachments": attachments });
    if let Some(answered) = &say.reply_to {
        let answered = number(answered)?;
        let original = world.message_mut(channel, answered).cloned();
        let original =
            original.ok_or_else(|| Refused(format!("there is no message {answered} in this channel")))?;
        if !mentions.contains(&original["author"]) {
            mentions.push(original["author"].clone());
        }
        let reference =
            json!({"type": 0, "message_id": answered.to_string(), "channel_id": channel.to_string()});
        merge(
            &mut more,
            json!({ "type": 19, "message_reference": reference, "referenced_message": original }),
        );
    }
    more["mentions"] = Value::from(mentions);
    let message = world.write(channel, person, more);
    world.announce("MESSAGE_CREATE", channel, message.clone());
    Ok(Json(message))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Command {
    from: String,
    #[serde(default)]
    channel: Option<String>,
    /// As the person sees it in their language.
    name: String,
    /// Of the person's Discord, from now on.
    #[serde(default)]
    locale: Option<String>,
}

async fn command(State(simulator): State<Simulator>, Json(command): Json<Command>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&command.from);
    let channel = place(&mut world, person, command.channel.as_deref())?;
    if let Some(locale) = command.locale {
        world.locales.insert(person, locale);
    }
    let locale = world.locale(person);
    let shown = |known: &Value| {
        let translated = &known["name_localizations"][locale];
        if translated.is_null() { known["name"].clone() } else { translated.clone() }
    };
    let known = world.commands.iter().find(|known| shown(known) == json!(command.name)).cloned();
    let known = known.ok_or_else(|| Refused(format!("the bot offers no command “{}”", command.name)))?;
    let data = json!({ "id": known["id"], "name": known["name"], "type": 1 });
    Ok(Json(simulator.ask(&mut world, 2, person, channel, &data, None)))
}

impl Simulator {
    /// A slash command that is acknowledged as "thinking" and told to nobody: its interaction, for who posts it by
    /// themselves. `None` where the bot offers no such command.
    pub fn posted(&self, from: &str, name: &str) -> Option<Value> {
        let told = {
            let mut world = self.world();
            let person = world.person(from);
            let channel = world.direct(person);
            let known = world.commands.iter().find(|known| known["name"] == json!(name))?;
            let data = json!({ "id": known["id"], "name": known["name"], "type": 1 });
            Self::interaction(&mut world, 2, person, channel, &data, None)
        };
        let answer = Wanted { body: json!({ "type": 5 }), files: Vec::new() };
        self.answer(told["token"].as_str()?, answer).ok()?;
        Some(told)
    }

    /// Tells the bot of an interaction, by gateway or POST.
    pub fn ask(
        &self,
        world: &mut World,
        kind: u64,
        user: u64,
        channel: u64,
        data: &Value,
        source: Option<u64>,
    ) -> Value {
        let told = Self::interaction(world, kind, user, channel, data, source);
        let token = told["token"].as_str().unwrap_or_default().to_owned();
        match world.endpoint.clone() {
            Some(url) => {
                if let Some(interaction) = world.interactions.get_mut(&token) {
                    interaction.under_way = true;
                }
                let late = self.faults().next_late();
                let _ = self.0.posts.send(Post { url, token, body: told.clone(), late });
            }
            None => world.sessions.tell("INTERACTION_CREATE", true, &told),
        }
        json!({ "id": told["id"], "token": told["token"] })
    }

    fn interaction(
        world: &mut World,
        kind: u64,
        user: u64,
        channel: u64,
        data: &Value,
        source: Option<u64>,
    ) -> Value {
        let (id, token) = (world.id(), token());
        let mut told = json!({
            "id": id.to_string(), "application_id": BOT.to_string(), "type": kind, "token": token, "version": 1,
            "data": data, "channel_id": channel.to_string(), "channel": world.describe(channel),
            "app_permissions": "2248473465835073", "locale": world.locale(user), "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD.to_string()}, "attachment_size_limit": 10_485_760,
        });
        if world.is_direct(channel) {
            merge(&mut told, json!({ "user": world.users[&user], "context": 1 }));
        } else {
            let mut member = world.member(user);
            member["permissions"] = json!("2248473465835073");
            let guild = json!({"id": GUILD.to_string(), "locale": "en-US", "features": []});
            merge(
                &mut told,
                json!({ "member": member, "guild_id": GUILD.to_string(), "guild": guild, "guild_locale": "en-US", "context": 0 }),
            );
        }
        if let Some(message) = source.and_then(|source| world.message_mut(channel, source)) {
            told["message"] = message.clone();
        }
        let interaction = Interaction {
            id,
            token: token.clone(),
            kind,
            channel,
            user,
            made: Instant::now(),
            under_way: false,
            refused: false,
            answered: None,
            original: None,
            source,
            modal: None,
        };
        world.interactions.insert(token, interaction);
        told
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    message: String,
    text: String,
}

async fn edit(State(simulator): State<Simulator>, Json(edit): Json<Edit>) -> Done {
    let mut world = simulator.world();
    let message = number(&edit.message)?;
    let channel = stands_in(&world, message)?;
    let at = now().strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string();
    let bot = world.users[&BOT].clone();
    let Some(changed) = world.message_mut(channel, message) else { return Err(Refused("it is gone".into())) };
    let mentioned = edit.text.contains(&format!("<@{BOT}>"))
        || changed["referenced_message"]["author"]["id"] == bot["id"];
    let mut mentions = changed["mentions"].as_array().cloned().unwrap_or_default();
    mentions.retain(|user| user["id"] != bot["id"]);
    mentions.extend(mentioned.then_some(bot));
    merge(changed, json!({ "content": edit.text, "edited_timestamp": at, "mentions": mentions }));
    let changed = changed.clone();
    world.announce("MESSAGE_UPDATE", channel, changed.clone());
    Ok(Json(changed))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delete {
    message: String,
}

async fn delete(State(simulator): State<Simulator>, Json(delete): Json<Delete>) -> Done {
    let mut world = simulator.world();
    let message = number(&delete.message)?;
    let channel = stands_in(&world, message)?;
    Ok(Json(json!({ "deleted": world.take_back(channel, message) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct React {
    from: String,
    message: String,
    emoji: String,
    #[serde(default)]
    remove: bool,
}

async fn react(State(simulator): State<Simulator>, Json(react): Json<React>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&react.from);
    let message = number(&react.message)?;
    let channel = stands_in(&world, message)?;
    let author = world.message_mut(channel, message).map(|message| message["author"]["id"].clone());
    let mut event = json!({
        "user_id": person.to_string(), "channel_id": channel.to_string(), "message_id": react.message,
        "emoji": {"id": null, "name": react.emoji}, "burst": false, "type": 0,
    });
    let kind = if react.remove { "MESSAGE_REACTION_REMOVE" } else { "MESSAGE_REACTION_ADD" };
    if !react.remove {
        event["message_author_id"] = author.unwrap_or_default();
    }
    world.announce(kind, channel, event.clone());
    Ok(Json(event))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Type {
    from: String,
    #[serde(default)]
    channel: Option<String>,
}

async fn typing(State(simulator): State<Simulator>, Json(typing): Json<Type>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&typing.from);
    let channel = place(&mut world, person, typing.channel.as_deref())?;
    let event = json!({
        "channel_id": channel.to_string(), "user_id": person.to_string(), "timestamp": now().as_second(),
    });
    world.announce("TYPING_START", channel, event.clone());
    Ok(Json(event))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thread {
    name: String,
    channel: String,
}

async fn thread(State(simulator): State<Simulator>, Json(thread): Json<Thread>) -> Done {
    let mut world = simulator.world();
    let parent = world.channel(&thread.channel).ok_or_else(|| Refused("there is no such channel".into()))?;
    let id = world.id();
    let channel =
        super::world::Channel { name: thread.name, kind: 11, parent: Some(parent), ..Default::default() };
    world.channels.insert(id, channel);
    let mut told = world.describe(id).unwrap_or_default();
    told["newly_created"] = json!(true);
    world.sessions.tell("THREAD_CREATE", false, &told);
    Ok(Json(told))
}

async fn rename(State(simulator): State<Simulator>, Json(renamed): Json<Thread>) -> Done {
    let mut world = simulator.world();
    let id = world.channel(&renamed.channel).ok_or_else(|| Refused("there is no such channel".into()))?;
    let Some(channel) = world.channels.get_mut(&id).filter(|channel| channel.person.is_none()) else {
        return Err(Refused("direct messages have no name".into()));
    };
    channel.name = renamed.name;
    let kind = if channel.kind == 11 { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
    let told = world.describe(id).unwrap_or_default();
    world.sessions.tell(kind, false, &told);
    Ok(Json(told))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    channel: String,
    closed: bool,
}

async fn close(State(simulator): State<Simulator>, Json(close): Json<Close>) -> Done {
    let mut world = simulator.world();
    let channel = world.channel(&close.channel).and_then(|id| world.channels.get_mut(&id));
    channel.ok_or_else(|| Refused("there is no such channel".into()))?.closed = close.closed;
    Ok(Json(json!({})))
}
