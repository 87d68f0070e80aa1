//! What can be done in a person's place? `/simulator/…`

use axum::{Json, extract::State as Shared, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    calls,
    events::{self, Envelope, What},
    files,
    reactions::{self, Reaction},
    world::{APP, BOT_USER, File, Message, Response, State, TEAM, World, kind},
};

pub(super) type Done = Result<Json<Value>, (StatusCode, String)>;

pub(super) fn refuse(why: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::UNPROCESSABLE_ENTITY, why.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    user: String,
    /// Without one: the direct messages with the bot.
    #[serde(default)]
    channel: Option<String>,
    text: String,
    #[serde(default)]
    thread_ts: Option<String>,
    /// What is said in a thread stands in its channel as well.
    #[serde(default)]
    broadcast: bool,
}

/// Someone writes a message.
pub(super) async fn say(Shared(world): Shared<World>, Json(said): Json<Say>) -> Done {
    let mut fields = json!({ "text": said.text, "client_msg_id": "simulator" });
    if said.broadcast {
        if said.thread_ts.is_none() {
            return Err(refuse(
                "only what is said in a thread can stand in the channel as well: thread_ts is missing",
            ));
        }
        fields["subtype"] = json!(calls::BROADCAST);
    }
    write(&world, &said.user, said.channel, said.thread_ts, fields)
}

fn write(world: &World, user: &str, channel: Option<String>, thread: Option<String>, fields: Value) -> Done {
    let mut state = world.state();
    let channel = place(&mut state, user, channel)?;
    let ts = state.ts();
    let mut message = fields;
    for (name, value) in
        [("type", json!("message")), ("user", json!(user)), ("ts", json!(ts)), ("team", json!(TEAM))]
    {
        message[name] = value;
    }
    if let Some(thread) = thread {
        if state.message(&channel, &thread).is_none() {
            return Err(refuse("there is no message that this thread could hang on"));
        }
        message["thread_ts"] = json!(thread);
    }
    state.keep(&channel, &ts, message.clone(), None);
    let mut delivery = None;
    let hears = state.channels.get(&channel).is_some_and(|channel| channel.bot_is_in);
    drop(state);
    let called = message["text"].as_str().is_some_and(|text| text.contains(&format!("<@{BOT_USER}")));
    // Of channels that it is not in, a bot hears nothing.
    if hears {
        delivery = Some(events::message(world, &channel, &message));
        if called && kind(&channel) != "im" {
            let mut mention = message.clone();
            mention["type"] = json!("app_mention");
            mention["channel"] = json!(channel);
            mention["event_ts"] = json!(ts);
            mention.as_object_mut().and_then(|fields| fields.remove("subtype"));
            events::tell(world, &mention);
        }
    }
    Ok(Json(json!({ "channel": channel, "ts": ts, "delivery": delivery })))
}

fn place(state: &mut State, user: &str, channel: Option<String>) -> Result<String, (StatusCode, String)> {
    if !user.starts_with('U') || user == BOT_USER {
        return Err(refuse("a person's id begins with U, such as U0ANNA"));
    }
    match channel {
        None => Ok(state.direct(user)),
        Some(channel) if state.channels.contains_key(&channel) => Ok(channel),
        Some(channel) => {
            let known = state.channels.keys().cloned().collect::<Vec<_>>().join(", ");
            Err(refuse(format!("there is no channel {channel}; there are {known}")))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    user: String,
    email: String,
    /// Whether the person has shown that it is theirs.
    confirmed: bool,
}

/// Someone has an address.
pub(super) async fn email(Shared(world): Shared<World>, Json(address): Json<Address>) -> Json<Value> {
    let Address { user, email, confirmed } = address;
    world.state().emails.insert(user, (email, confirmed));
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    user: String,
    #[serde(default)]
    channel: Option<String>,
    /// With its slash.
    command: String,
    #[serde(default)]
    text: String,
}

/// Someone types a slash command.
pub(super) async fn command(Shared(world): Shared<World>, Json(typed): Json<Typed>) -> Done {
    let mut state = world.state();
    let channel = place(&mut state, &typed.user, typed.channel)?;
    let trigger = trigger(&mut state, &typed.user);
    let response = response(&world, &mut state, &channel, &typed.user);
    let id = format!("command-{}", state.next());
    drop(state);
    let payload = json!({
        "token": "verification", "team_id": TEAM, "team_domain": "simulated", "channel_id": channel,
        "channel_name": if channel.starts_with('D') { "directmessage" } else { "general" },
        "user_id": typed.user, "user_name": typed.user.to_lowercase(), "command": typed.command, "text": typed.text,
        "api_app_id": APP, "is_enterprise_install": "false", "response_url": response, "trigger_id": trigger,
    });
    events::send(&world, Envelope { id: id.clone(), what: What::Command, payload });
    Ok(Json(json!({ "channel": channel, "trigger_id": trigger, "delivery": id })))
}

pub(super) fn trigger(state: &mut State, user: &str) -> String {
    let id = format!("{}.{}.trigger", state.next(), state.now().as_second());
    let until = state.now().saturating_add(SignedDuration::from_secs(3)).unwrap_or(state.now());
    state.triggers.insert(id.clone(), (user.to_owned(), until));
    id
}

fn response(world: &World, state: &mut State, channel: &str, user: &str) -> String {
    let id = format!("R{:09}", state.next());
    let until = state.now().saturating_add(SignedDuration::from_mins(30)).unwrap_or(state.now());
    let response = Response { channel: channel.to_owned(), user: user.to_owned(), uses: 5, until };
    state.responses.insert(id.clone(), response);
    format!("{}/response/{id}", world.inner().address)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pressed {
    user: String,
    channel: String,
    ts: String,
    /// What is written on the button or the option.
    title: String,
}

/// Someone presses a button, or chooses from a select.
pub(super) async fn press(Shared(world): Shared<World>, Json(pressed): Json<Pressed>) -> Done {
    let mut state = world.state();
    let Message { value: message, only } =
        state.message(&pressed.channel, &pressed.ts).cloned().ok_or(refuse("there is no such message"))?;
    if only.as_ref().is_some_and(|only| *only != pressed.user) {
        return Err(refuse("this person does not see the message"));
    }
    let Some(mut action) = found(&message["blocks"], &pressed.title) else {
        return Err(refuse("there is no button or option with this title in the message"));
    };
    let number = state.next();
    action["action_ts"] = json!(state.ts());
    let trigger = trigger(&mut state, &pressed.user);
    let response = response(&world, &mut state, &pressed.channel, &pressed.user);
    drop(state);
    let mut container = json!({
        "type": "message", "message_ts": pressed.ts, "channel_id": pressed.channel, "is_ephemeral": only.is_some(),
    });
    if let Some(thread) = message.get("thread_ts") {
        container["thread_ts"] = thread.clone();
    }
    let mut payload = json!({
        "type": "block_actions", "api_app_id": APP, "token": "verification", "trigger_id": trigger,
        "user": { "id": pressed.user, "username": pressed.user.to_lowercase(), "team_id": TEAM },
        "team": { "id": TEAM, "domain": "simulated" }, "enterprise": null, "is_enterprise_install": false,
        "container": container, "channel": { "id": pressed.channel, "name": "general" },
        "state": { "values": {} }, "response_url": response, "actions": [action],
    });
    // Of what only one person sees, Slack does not send the message along.
    if only.is_none() {
        payload["message"] = message;
    }
    let id = format!("press-{number}");
    events::send(&world, Envelope { id: id.clone(), what: What::Interaction, payload });
    Ok(Json(json!({ "trigger_id": trigger, "delivery": id })))
}

/// The action of a press on what bears this title.
fn found(blocks: &Value, title: &str) -> Option<Value> {
    let bears = |text: &Value| text["text"] == json!(title);
    for block in blocks.as_array()? {
        let elements = block["elements"].as_array().into_iter().flatten();
        for element in elements.chain(block.get("accessory")) {
            let base = json!({ "action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"] });
            if element["type"] == json!("button") && bears(&element["text"]) {
                let mut action = base;
                action["text"] = element["text"].clone();
                if let Some(value) = element.get("value") {
                    action["value"] = value.clone();
                }
                return Some(action);
            }
            let groups = element["option_groups"].as_array().into_iter().flatten();
            let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
            let mut options = element["options"].as_array().into_iter().flatten().chain(grouped);
            if let Some(option) = options.find(|option| bears(&option["text"])) {
                let mut action = base;
                let several = matches!(element["type"].as_str(), Some("checkboxes" | "multi_static_select"));
                if several {
                    action["selected_options"] = json!([option]);
                } else {
                    action["selected_option"] = option.clone();
                }
                return Some(action);
            }
            if element["type"] == "users_select" && calls::is_person(title) {
                let mut action = base;
                action["selected_user"] = json!(title);
                return Some(action);
            }
        }
    }
    None
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    user: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    text: String,
    name: String,
    media_type: String,
    /// Base 64.
    #[serde(alias = "base64")]
    content: String,
}

/// Someone sends a file.
pub(super) async fn file(Shared(world): Shared<World>, Json(sent): Json<Sent>) -> Done {
    let bytes = STANDARD.decode(&sent.content).map_err(|_| refuse("content is no base 64"))?;
    let channel = place(&mut world.state(), &sent.user, sent.channel)?;
    let id = format!("F{:09}", world.state().next());
    let mut value = files::of(&world, &id, &sent.name, &sent.media_type, &sent.user, bytes.len() as u64);
    files::share(&mut value, &channel);
    let file = File { value: value.clone(), length: bytes.len(), bytes: Some(bytes.into()), completed: true };
    world.state().files.insert(id, file);
    let fields = json!({ "text": sent.text, "subtype": "file_share", "files": [value], "upload": false });
    write(&world, &sent.user, Some(channel), sent.thread_ts, fields)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    channel: String,
    ts: String,
    #[serde(default)]
    text: String,
}

/// Someone changes their message.
pub(super) async fn edit(Shared(world): Shared<World>, Json(changed): Json<Changed>) -> Done {
    let mut state = world.state();
    let edited = json!({ "user": "U0", "ts": format!("{}.000000", state.now().as_second()) });
    let channel = state.channels.get_mut(&changed.channel);
    let message = channel.and_then(|channel| channel.messages.get_mut(&changed.ts));
    let message = message.filter(|message| message.value.get("bot_id").is_none());
    let message = message.ok_or(refuse("there is no such message of a person"))?;
    let before = message.value.clone();
    message.value["text"] = json!(changed.text);
    message.value["edited"] = edited;
    message.value["edited"]["user"] = before["user"].clone();
    let after = message.value.clone();
    drop(state);
    events::changed(&world, &changed.channel, &after, &before);
    Ok(Json(json!({})))
}

/// Someone deletes their message.
pub(super) async fn delete(Shared(world): Shared<World>, Json(changed): Json<Changed>) -> Done {
    let gone = world.state().delete(&changed.channel, &changed.ts);
    let (before, grave) = gone.ok_or(refuse("there is no such message"))?;
    events::deleted(&world, &changed.channel, &before, grave.as_ref());
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct React {
    user: String,
    channel: String,
    ts: String,
    reaction: String,
    #[serde(default)]
    remove: bool,
}

/// Someone reacts to a message.
pub(super) async fn react(Shared(world): Shared<World>, Json(react): Json<React>) -> Done {
    let React { user, channel, ts, reaction, remove } = &react;
    let reaction = Reaction { user, channel, ts, name: reaction };
    reactions::react(&world, reaction, !remove).map_err(|refusal| refuse(refusal.error))?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    user: String,
}

/// Someone opens a thread with the assistant.
pub(super) async fn assistant(Shared(world): Shared<World>, Json(who): Json<Who>) -> Done {
    let mut state = world.state();
    let channel = state.direct(&who.user);
    let ts = state.ts();
    let message = json!({
        "type": "message", "subtype": "assistant_app_thread", "user": BOT_USER, "text": "New chat", "ts": ts, "thread_ts": ts,
    });
    state.keep(&channel, &ts, message, None);
    drop(state);
    let context = json!({ "channel_id": super::world::GENERAL, "team_id": TEAM, "enterprise_id": null });
    events::tell(
        &world,
        &json!({
            "type": "assistant_thread_started", "event_ts": ts,
            "assistant_thread": { "user_id": who.user, "context": context, "channel_id": channel, "thread_ts": ts },
        }),
    );
    Ok(Json(json!({ "channel": channel, "thread_ts": ts })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invite {
    user: String,
    channel: String,
}

/// Someone invites the bot into a channel.
pub(super) async fn invite(Shared(world): Shared<World>, Json(invite): Json<Invite>) -> Done {
    let mut state = world.state();
    let ts = state.ts();
    state.channels.entry(invite.channel.clone()).or_default().bot_is_in = true;
    drop(state);
    events::tell(
        &world,
        &json!({
            "type": "member_joined_channel", "user": BOT_USER, "channel": invite.channel, "inviter": invite.user,
            "channel_type": if invite.channel.starts_with('G') { "G" } else { "C" }, "team": TEAM, "event_ts": ts,
        }),
    );
    Ok(Json(json!({})))
}
