//! What does something that Slack tells mean?

use std::collections::BTreeMap;

use serde_json::Value;
use studio_core::{
    dialogue::Body,
    id::{MediaId, OrganisationId},
};

use super::{
    Channels, Commands, Threads, interaction, kinds, message,
    payload::{Assistant, Envelope, Home, Joined, Payload, Reaction, value},
    place::{Place, is_id, is_time_stamp},
};
use crate::{host::Incoming, misread::named, platform::Attachment};

/// How a connection is set, as far as meaning goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Name of the connection.
    pub connection: String,
    pub threads: Threads,
    pub channels: Channels,
    pub commands: Commands,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Heard {
    /// To be stored, in this order.
    Events(Vec<Event>),
    /// The form of this id is to be opened with the trigger, which is good for three seconds. Nothing happened yet; where there is
    /// no such form any more, the words on the button were said.
    Form { place: Place, form: String, trigger: String, words: Box<Event> },
    /// Slack asks whether the address is ours: say this back.
    Challenge(String),
    /// Slack holds events back since this minute (seconds since 1970): too many came.
    Limited(i64),
    /// The app was removed from the workspace, or its token taken away; how, for a person.
    Revoked(&'static str),
    /// A channel is called otherwise from now on, as this event tells.
    Renamed { channel: String, name: String, event: String },
    /// None of the bot's business.
    Nothing,
}

/// Something that happened in a conversation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub place: Place,
    /// Who did it.
    pub person: String,
    /// Slack's own id of it, or one made of its ids.
    pub native: String,
    pub body: Body,
    pub attachments: Vec<Attachment>,
    /// It was not said to the bot: it counts only where the bot talks already.
    pub overheard: bool,
    /// Where an answer that only this person sees can be POSTed for half an hour.
    pub response_url: Option<String>,
}

impl Event {
    pub fn new(place: Place, person: &str, native: String, body: Body) -> Self {
        Self {
            place,
            person: person.to_owned(),
            native,
            body,
            attachments: Vec::new(),
            overheard: false,
            response_url: None,
        }
    }

    pub fn incoming(self, connection: &str) -> Incoming {
        Incoming {
            connection: connection.to_owned(),
            thread: self.place.to_string(),
            external: self.person,
            native: self.native,
            body: self.body,
            fingerprint: None,
            said_at: None,
            author: None,
            attachments: self.attachments,
        }
    }
}

/// What the studio calls a file of Slack's.
pub(super) fn media(connection: &str, file: &str) -> MediaId {
    MediaId::of_native(OrganisationId::FIRST, connection, file)
}

/// `me` is the bot's own user, where it is known. The error is a sentence on what cannot be read.
pub(super) fn hear(manner: &Manner, me: Option<&str>, payload: Payload) -> Result<Heard, String> {
    match payload {
        Payload::Event(envelope) => {
            let me = envelope.bot_user().or(me).map(str::to_owned);
            event(manner, me.as_deref(), *envelope)
        }
        Payload::Interaction(pressed) => interaction::pressed(manner, *pressed),
        Payload::Command(command) => {
            interaction::command(manner, *command).map(|one| Heard::Events(vec![one]))
        }
        Payload::Check => Ok(Heard::Nothing),
    }
}

fn event(manner: &Manner, me: Option<&str>, envelope: Envelope) -> Result<Heard, String> {
    match envelope.kind.as_str() {
        "url_verification" => {
            return envelope.challenge.map(Heard::Challenge).ok_or("it lacks the challenge".to_owned());
        }
        "app_rate_limited" => return Ok(Heard::Limited(envelope.minute_rate_limited.unwrap_or_default())),
        "event_callback" => {}
        kind => return Err(format!("what is sent as {} is not known", named(kind))),
    }
    let event_id = envelope.event_id.filter(|id| is_event_id(id)).ok_or("it lacks the event_id")?;
    let event = envelope.event.ok_or("it lacks the event")?;
    let kind = event.get("type").and_then(Value::as_str).ok_or("the event lacks its type")?;
    match kind {
        "channel_rename" | "group_rename" => {
            renamed(event_id, event.pointer("/channel/id"), event.pointer("/channel/name"))
        }
        "message" if is_rename(&event) => renamed(event_id, event.get("channel"), event.get("name")),
        "message" | "app_mention" => {
            let called = kind == "app_mention";
            message::said(manner, me, &event_id, called, value(event)?).map(Heard::Events)
        }
        "reaction_added" | "reaction_removed" => {
            let name = if kind == "reaction_added" { "reaction_added" } else { "reaction_removed" };
            reaction(manner, me, event_id, name, value(event)?).map(Heard::Events)
        }
        "app_home_opened" => value(event).map(home_opened),
        "assistant_thread_started" => assistant(manner, event_id, value(event)?, true),
        "assistant_thread_context_changed" => assistant(manner, event_id, value(event)?, false),
        "member_joined_channel" => {
            let Joined { user, channel, inviter } = value(event)?;
            let is_us = me == Some(user.as_str()) && is_id(&channel);
            let Some(inviter) = inviter.filter(|inviter| is_us && is_id(inviter)) else {
                return Ok(Heard::Nothing);
            };
            let data = serde_json::json!({ "channel": channel });
            let body = Body::Custom { name: "bot_joined_channel".to_owned(), data };
            Ok(Heard::Events(vec![Event::new(Place::channel(&channel), &inviter, event_id, body)]))
        }
        "app_uninstalled" => Ok(Heard::Revoked("the app was removed from the workspace")),
        "tokens_revoked" => {
            let tokens =
                event.get("tokens").and_then(Value::as_object).ok_or("the event lacks its tokens")?;
            let bots = tokens.get("bot").and_then(Value::as_array);
            // Tokens of people that were taken away are not ours.
            let ours = bots.is_some_and(|bots| !bots.is_empty());
            Ok(if ours { Heard::Revoked("the bot's token was taken away") } else { Heard::Nothing })
        }
        kind if kinds::event(kind).is_some() => Ok(Heard::Nothing),
        kind => Err(format!("events of the kind {} are not known", named(kind))),
    }
}

/// Subtypes of what Slack writes into a channel when it is called otherwise.
pub(super) const RENAMED: [&str; 2] = ["channel_name", "group_name"];

fn is_rename(message: &Value) -> bool {
    message.get("subtype").and_then(Value::as_str).is_some_and(|subtype| RENAMED.contains(&subtype))
}

fn renamed(event: String, channel: Option<&Value>, name: Option<&Value>) -> Result<Heard, String> {
    let channel = channel.and_then(Value::as_str).filter(|id| is_id(id));
    let name = name.and_then(Value::as_str).filter(|name| !name.is_empty());
    let (channel, name) = channel.zip(name).ok_or("the event lacks its channel or how that is called")?;
    Ok(Heard::Renamed { channel: channel.to_owned(), name: name.to_owned(), event })
}

fn reaction(
    manner: &Manner,
    me: Option<&str>,
    event_id: String,
    name: &str,
    reaction: Reaction,
) -> Result<Vec<Event>, String> {
    let Reaction { user, reaction, item } = reaction;
    if item.kind != "message" || me == Some(user.as_str()) {
        return Ok(Vec::new());
    }
    let (channel, ts) = ids(item.channel, item.ts)?;
    let place = match manner.threads {
        // Slack does not tell the thread of a message that was reacted to: it may be the first of one.
        Threads::Own if !channel.starts_with('D') => Place::thread(&channel, &ts),
        Threads::Own | Threads::Shared => Place::channel(&channel),
    };
    let data = serde_json::json!({ "reaction": reaction, "message": message::native(&channel, &ts) });
    let body = Body::Custom { name: name.to_owned(), data };
    let event = Event::new(place, &user, event_id, body);
    Ok(vec![Event { overheard: true, ..event }])
}

/// An agent hears by this that somebody opens their direct messages with it. Slack tells it each time; opened is opened.
fn home_opened(home: Home) -> Heard {
    let Home { user, channel, tab } = home;
    if tab.as_deref() != Some("messages") || !is_id(&user) || !is_id(&channel) {
        return Heard::Nothing;
    }
    let body = Body::Opened { language: None, attributes: BTreeMap::new() };
    let native = format!("opened:{channel}");
    Heard::Events(vec![Event::new(Place::channel(&channel), &user, native, body)])
}

fn assistant(
    manner: &Manner,
    event_id: String,
    assistant: Assistant,
    started: bool,
) -> Result<Heard, String> {
    let thread = assistant.assistant_thread;
    let (channel, ts) = ids(Some(thread.channel_id), Some(thread.thread_ts))?;
    let place = match manner.threads {
        Threads::Own => Place::thread(&channel, &ts),
        Threads::Shared => Place::channel(&channel),
    };
    let looks_at = thread.context.get("channel_id").and_then(Value::as_str);
    let body = if started {
        let attributes = looks_at.map(|id| ("slack_channel".to_owned(), id.into())).into_iter().collect();
        Body::Opened { language: None, attributes }
    } else {
        let data = serde_json::json!({ "channel": looks_at });
        Body::Custom { name: "assistant_context_changed".to_owned(), data }
    };
    Ok(Heard::Events(vec![Event::new(place, &thread.user_id, event_id, body)]))
}

/// A channel and a time stamp in it, as they must be.
pub(super) fn ids(channel: Option<String>, ts: Option<String>) -> Result<(String, String), String> {
    let channel = channel.filter(|id| is_id(id)).ok_or("the event lacks its channel")?;
    let ts = ts.filter(|ts| is_time_stamp(ts)).ok_or("the event lacks its time stamp")?;
    Ok((channel, ts))
}

pub(super) fn is_event_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
