//! How is what could not be read kept, and read anew?
//!
//! What the gateway told is kept as a frame of the gateway, with its session beside it; a message that was fetched as if it had
//! been told. Interactions are kept as they came. What of them was stored before is known by its id, and not run again.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serenity::model::{
    channel::{Message, Reaction},
    event::{MessageDeleteBulkEvent, MessageDeleteEvent, MessageUpdateEvent, TypingStartEvent},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    frame::Dispatch,
    inbound::Reader,
    interaction::{Asked, Event},
    interactions::meant,
    kinds::{self, Heard},
    life::Account,
    storing::{READING_AT_ONCE, Stopped, Storing},
    value,
};
use crate::{
    host::{AcceptError, Host, HostError},
    misread::{self, named},
    platform::ReplayError,
};

/// How long the studio is offered what was read.
const PATIENCE: Duration = Duration::from_secs(10);
/// A dispatch, among the frames of the gateway.
const DISPATCH: u64 = 0;

/// An event as it came.
#[derive(Clone, Copy)]
pub(super) struct Raw<'d> {
    pub kind: &'d str,
    /// By which session, and under which number there; not of what was fetched.
    pub told: Option<(&'d str, u64)>,
    pub data: &'d Value,
}

impl Raw<'_> {
    /// The event as the library knows it. The error is a sentence for the log, without anything of what was said.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, String> {
        misread::value(self.data).map_err(|why| self.cannot_be_read(&why))
    }

    pub fn frame(self) -> Value {
        let (session, sequence) = self.told.unzip();
        json!({ "op": DISPATCH, "t": self.kind, "s": sequence, "d": self.data, "session_id": session })
    }

    /// Why it still cannot be read, where it cannot.
    fn unread(self, reader: &Reader<'_>) -> Result<(), String> {
        match Heard::of(self.kind) {
            Some(Heard::Said) => self.read::<Message>().and_then(|message| reader.known_type(&message)),
            Some(Heard::Edited) => self.read::<MessageUpdateEvent>().map(drop),
            Some(Heard::Deleted) => self.read::<MessageDeleteEvent>().map(drop),
            Some(Heard::ManyDeleted) => self.read::<MessageDeleteBulkEvent>().map(drop),
            Some(Heard::Reaction { .. }) => self.read::<Reaction>().map(drop),
            Some(Heard::Typing) => self.read::<TypingStartEvent>().map(drop),
            Some(Heard::Changed | Heard::Gone) => self.id().map(drop),
            None => self.known(),
        }
    }

    /// The id of what the event tells of.
    pub fn id(self) -> Result<u64, String> {
        let id = misread::field::<String>(self.data, "id").map_err(|why| self.cannot_be_read(&why))?;
        let id = id.parse::<u64>().ok().filter(|id| *id > 0);
        id.ok_or_else(|| self.cannot_be_read("the field id must be a number above 0"))
    }

    /// An error where nobody knows what such an event means, or where one of a server does not say of which.
    pub fn known(self) -> Result<(), String> {
        if kinds::OF_SERVERS.contains(&self.kind) {
            return self.id().map(drop);
        }
        match kinds::known(self.kind) {
            Some(_) => Ok(()),
            None => Err(format!("events of the kind {} are not known", named(self.kind))),
        }
    }

    fn cannot_be_read(self, why: &str) -> String {
        format!("an event of the kind {} cannot be read: {why}", named(self.kind))
    }
}

impl Account {
    /// What was kept because it could not be read, or was not taken: it was signed, or came by our own socket.
    pub async fn replay<H: Host>(self: &Arc<Self>, host: &H, body: Bytes) -> Result<(), ReplayError> {
        let body = misread::json(&body).map_err(ReplayError::Unread)?;
        if body["op"] != DISPATCH {
            return self.replay_interaction(host, &body).await;
        }
        let kind = body["t"].as_str().unwrap_or_default();
        let (session, sequence) = (body["session_id"].as_str(), body["s"].as_u64());
        let raw = Raw { kind, told: session.zip(sequence), data: &body["d"] };
        raw.unread(&self.reader()).map_err(ReplayError::Unread)?;
        let storing = Storing {
            account: Arc::clone(self),
            host: host.clone(),
            stop: CancellationToken::new(),
            reading: Semaphore::new(READING_AT_ONCE),
        };
        let dispatch = Dispatch {
            sequence: sequence.unwrap_or_default(),
            kind: kind.to_owned(),
            data: body["d"].clone(),
        };
        let stored = storing.happened(session.unwrap_or_default(), dispatch);
        match tokio::time::timeout(PATIENCE, stored).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Stopped)) | Err(_) => Err(ReplayError::Later("the studio is too busy".to_owned())),
        }
    }

    /// Its maker waits no more: nothing is acknowledged, and the answer is a message of its own.
    async fn replay_interaction<H: Host>(&self, host: &H, data: &Value) -> Result<(), ReplayError> {
        let asked = self.reader().interaction(data).map_err(ReplayError::Unread)?;
        let store_failed = |HostError(why)| ReplayError::Later(why);
        let too_late =
            || ReplayError::Unread("it asked for something that nobody waits for any more".to_owned());
        let event = match asked {
            Asked::Event(event) => event,
            // Where the form is gone the words on its button were said.
            Asked::Form { id, words } => {
                let incoming = &words.incoming;
                let conversation = host.conversation(&incoming.connection, &incoming.thread);
                let form = value::find_form(host, conversation, &id).await.map_err(store_failed)?;
                if form.and_then(|form| form.on("discord")).is_some() {
                    return Err(too_late());
                }
                words
            }
            Asked::Ping | Asked::ToWrite(_) | Asked::Nothing => return Err(too_late()),
        };
        let Event { mut incoming, token, .. } = *event;
        if let Some(token) = token {
            let conversation = host.conversation(&incoming.connection, &incoming.thread);
            let found = value::find(host, conversation, &token).await.map_err(store_failed)?;
            incoming.body = meant(incoming.body, found);
        }
        match host.accept(incoming).await {
            Ok(_) => {
                self.count(|counts| counts.received += 1);
                Ok(())
            }
            Err(refused @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                Err(ReplayError::Unread(refused.to_string()))
            }
            Err(later @ (AcceptError::Busy { .. } | AcceptError::Store(_))) => {
                Err(ReplayError::Later(later.to_string()))
            }
        }
    }
}
