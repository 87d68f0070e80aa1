//! How does an update get from Telegram into the studio? The same way from a poll and from the webhook.

use std::time::Duration;

use axum::body::Bytes;
use jiff::SignedDuration;
use serde_json::Value;
use studio_core::{content::Content, dialogue::Body};
use teloxide_core::types::{Update, UpdateKind};

use super::{
    album::{self, Album, Pen},
    inbound::{Ear, Heard, Meaning, Pressed, blocks, read, unknown},
    judge::BLOCKED,
    kinds,
    life::{Account, pause},
    outbound::render,
    place::Place,
    send::keys_shown,
    token::{is_token, meant},
    whereabouts::Whereabouts,
};
use crate::{
    host::{AcceptError, Acceptance, Host, HostError, Incoming},
    misread::{self, KEPT},
    platform::ReplayError,
};

/// How often is looked whether an album is whole.
const LOOK: Duration = Duration::from_millis(200);
/// Messages that are looked through for the keyboard that a conversation shows.
const RECENT: u64 = 40;

/// It was not stored and must come again.
#[derive(Debug)]
pub(super) struct Later {
    pub after: Option<SignedDuration>,
    pub why: String,
}

impl From<HostError> for Later {
    fn from(error: HostError) -> Self {
        Self { after: None, why: error.to_string() }
    }
}

impl Account {
    /// What was kept because it could not be read; Telegram had shown its secret.
    pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
        let raw = misread::json(&body).map_err(ReplayError::Unread)?;
        if kinds::passed(&raw).is_some() {
            return Ok(());
        }
        let update = read(&raw).map_err(|error| ReplayError::Unread(error.to_string()))?;
        if self.hear(host, &update).meaning == Meaning::Empty
            && let Some(error) = unknown(&raw)
        {
            return Err(ReplayError::Unread(error.to_string()));
        }
        // A part of an album that was not taken is known.
        let mut pen = self.pen.lock().await;
        let opened = self.open(host, &mut pen).await;
        opened.map_err(|error| ReplayError::Later(error.to_string()))?.again(update.id.0.into());
        drop(pen);
        self.take(host, &raw).await.map_err(|later| ReplayError::Later(later.why))
    }

    /// Takes an update, however often it must be tried.
    pub(super) async fn take_patiently<H: Host>(&self, host: &H, update: &Value) {
        let mut tries = 0;
        while let Err(Later { after, why }) = self.take(host, update).await {
            self.note(host, &format!("an update must wait: {why}"));
            let wait = after.map_or_else(|| pause(host, tries), SignedDuration::unsigned_abs);
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    /// Returns once the update is durable, or known to mean nothing.
    pub(super) async fn take<H: Host>(&self, host: &H, raw: &Value) -> Result<(), Later> {
        self.state().standing.last_event = Some(host.now());
        if let Some(kind) = kinds::passed(raw) {
            self.count(|counts| counts.ignore(kind));
            return Ok(());
        }
        let update = match read(raw) {
            Ok(update) => update,
            Err(unread) => return self.keep(host, raw.to_string().into(), &unread.to_string()).await,
        };
        self.wait_for_name(host, &update).await?;
        let place = match self.whereabouts(host, &update).await? {
            Whereabouts::Told => None,
            Whereabouts::At(place) => Some(place),
            Whereabouts::Nowhere => {
                self.count(|counts| counts.ignore(kinds::heard(raw)));
                return Ok(());
            }
        };
        let Heard { person, meaning } = self.hear_in(host, &update, place.as_ref());
        let (thread, album) = match &meaning {
            Meaning::Events(events) => (events.first().map(|event| event.thread.clone()), None),
            Meaning::Part { album, events, .. } => {
                (events.first().map(|event| event.thread.clone()), Some(album.as_str()))
            }
            Meaning::Pressed(pressed) => (Some(pressed.incoming.thread.clone()), None),
            Meaning::Changed { event, .. } => (Some(event.thread.clone()), None),
            Meaning::PartChanged(part) => (Some(part.event.thread.clone()), None),
            Meaning::Moved { from, .. } => (Some(from.clone()), None),
            Meaning::Renamed | Meaning::Overheard => {
                self.count(|counts| counts.ignore(kinds::heard(raw)));
                return match person {
                    Some(group) => self.name_group(host, group, meaning == Meaning::Renamed).await,
                    None => Ok(()),
                };
            }
            Meaning::Empty | Meaning::Nothing => {
                if meaning == Meaning::Empty
                    && let Some(error) = unknown(raw)
                {
                    return self.keep(host, raw.to_string().into(), &error.to_string()).await;
                }
                self.count(|counts| counts.ignore(kinds::heard(raw)));
                return Ok(());
            }
        };
        let thread = thread.unwrap_or_default();
        {
            let mut pen = self.pen.lock().await;
            let pen = self.open(host, &mut pen).await?;
            if pen.knows(update.id.0.into()) {
                return Ok(());
            }
            for whole in pen.before(&thread, album) {
                self.accept_album(host, pen, &whole).await?;
            }
        }
        if let Some(person) = person
            && self.meets(&person.native)
        {
            if introduces_itself(&thread, &meaning) {
                self.has_met(person.native);
            } else {
                self.tell_of(host, person).await?;
            }
        }
        match meaning {
            Meaning::Events(events) => self.take_events(host, events, raw).await?,
            Meaning::Part { album, .. } => self.pen_in(host, &album, &thread, &update, raw).await?,
            Meaning::Pressed(pressed) => self.press(host, *pressed, raw).await?,
            Meaning::Changed { message, event } => {
                if !self.changed(host, &message, *event, raw).await? {
                    return Ok(());
                }
            }
            Meaning::PartChanged(part) => {
                if !self.part_changed(host, *part, raw).await? {
                    return Ok(());
                }
            }
            Meaning::Moved { from, to } => host.moved(self.name(), &from, &to).await?,
            Meaning::Renamed | Meaning::Overheard | Meaning::Empty | Meaning::Nothing => {}
        }
        self.count(|counts| counts.received += 1);
        Ok(())
    }

    async fn take_events<H: Host>(&self, host: &H, events: Vec<Incoming>, raw: &Value) -> Result<(), Later> {
        for event in events {
            let event = self.with_key_pressed(host, event).await?;
            self.accept(host, event, &[raw]).await?;
        }
        Ok(())
    }

    /// Nobody said that: what is not taken is told with what they say next.
    async fn tell_of<H: Host>(&self, host: &H, mut person: Incoming) -> Result<(), Later> {
        let native = person.native.clone();
        let topic = topic_key(&person.thread);
        if let Some(told) = topic_of(&mut person.body)
            && let Some(name) = host.recall(self.name(), &topic).await?
        {
            *told = name.into();
        }
        if self.accept(host, person, &[]).await? {
            self.has_met(native);
        }
        Ok(())
    }

    /// Keeps a part of an album until the others are there.
    async fn pen_in<H: Host>(
        &self,
        host: &H,
        album: &str,
        thread: &str,
        update: &Update,
        raw: &Value,
    ) -> Result<(), Later> {
        let mut pen = self.pen.lock().await;
        let open = self.open(host, &mut pen).await?;
        open.put(album, thread, update.id.0.into(), raw.clone(), host.now());
        let kept = open.write();
        if let Err(error) = host.remember(self.name(), album::KEY, kept).await {
            // What is kept may or may not hold it: it is read again before anything else.
            *pen = None;
            return Err(error.into());
        }
        self.penned.notify_one();
        Ok(())
    }

    /// Tells a conversation how its group is called; where nothing was said nothing begins by it. The new name of a topic is kept:
    /// what is said there names the one that it was made with.
    async fn name_group<H: Host>(&self, host: &H, mut group: Incoming, renamed: bool) -> Result<(), Later> {
        if renamed && let Some(name) = topic_of(&mut group.body).and_then(|name| name.as_str()) {
            host.remember(self.name(), &topic_key(&group.thread), name.to_owned()).await?;
        }
        let conversation = host.conversation(self.name(), &group.thread);
        if self.meets(&group.native) && host.has_begun(conversation).await? {
            self.tell_of(host, group).await?;
        }
        Ok(())
    }

    /// In a group only its name tells whether the bot is spoken to.
    async fn wait_for_name<H: Host>(&self, host: &H, update: &Update) -> Result<(), Later> {
        let (UpdateKind::Message(message) | UpdateKind::EditedMessage(message)) = &update.kind else {
            return Ok(());
        };
        if !Place::of(message).is_group() || self.knows_itself(host).await? {
            return Ok(());
        }
        let why = "Telegram was not asked yet how the bot is called".to_owned();
        Err(Later { after: Some(SignedDuration::from_secs(1)), why })
    }

    pub(super) fn hear<H: Host>(&self, host: &H, update: &Update) -> Heard {
        self.hear_in(host, update, None)
    }

    fn hear_in<H: Host>(&self, host: &H, update: &Update, found: Option<&Place>) -> Heard {
        let username = self.state().username.clone();
        let commands = host.face(self.bot()).map(|face| face.commands).unwrap_or_default();
        let commands = commands.into_iter().map(|command| command.name).collect::<Vec<_>>();
        let ear = Ear {
            connection: self.name(),
            bot: self.id,
            username: username.as_deref(),
            groups: self.config.groups,
            commands: &commands,
            key: &host.token_key(),
            found,
        };
        ear.hear(update)
    }

    /// Whether it is stored; where it never will be, the updates that told it are kept as they came.
    pub(super) async fn accept<H: Host>(
        &self,
        host: &H,
        event: Incoming,
        told_by: &[&Value],
    ) -> Result<bool, Later> {
        let mut accepted = offer(host, event.clone()).await;
        if accepted == Err(AcceptError::Conflict) {
            // Telegram counts anew after a quiet week: the number came again with another update.
            let native = format!("{}:{:016x}", event.native, event.fingerprint.unwrap_or_default());
            accepted = offer(host, Incoming { native, ..event }).await;
        }
        match accepted {
            Ok(_) => Ok(true),
            Err(AcceptError::Busy { retry_after }) => {
                let why = if host.is_paused(self.name()) {
                    "the connection is paused"
                } else {
                    "the studio is busy"
                };
                Err(Later { after: Some(retry_after), why: why.to_owned() })
            }
            Err(AcceptError::Store(why)) => Err(Later { after: None, why }),
            Err(error @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                let why = format!("an update was not taken: {error}");
                for raw in told_by {
                    host.keep_unread(self.name(), raw.to_string().into(), &why).await?;
                }
                self.count(|counts| counts.refused += 1);
                self.note(host, &why);
                Ok(false)
            }
        }
    }

    /// Kept as it came, for a later look.
    pub(super) async fn keep<H: Host>(&self, host: &H, body: Bytes, why: &str) -> Result<(), Later> {
        self.note(host, &format!("an update was not taken in: {why}; {KEPT}"));
        host.keep_unread(self.name(), body, why).await?;
        self.count(|counts| counts.unread += 1);
        Ok(())
    }

    /// Finds what a button means, and stores it.
    async fn press<H: Host>(&self, host: &H, pressed: Pressed, raw: &Value) -> Result<(), Later> {
        let Pressed { data, title, mut incoming } = pressed;
        let known = if is_token(&data) || title.is_none() {
            meant(host, self.name(), &incoming.thread, &data).await?
        } else {
            None
        };
        incoming.body = match (known, title) {
            (Some((value, offered)), title) => Body::Press { value, title: title.unwrap_or(offered) },
            (None, title) if !is_token(&data) => {
                Body::Press { title: title.unwrap_or_else(|| data.clone()), value: data }
            }
            // The message that offered it is gone: what the person read is all that is left of it.
            (None, title) => Body::said(Content::text(title.unwrap_or_else(|| "…".to_owned())), None),
        };
        self.accept(host, incoming, &[raw]).await.map(drop)
    }

    /// A key in place of the letters writes its title: the value that is meant is found here.
    async fn with_key_pressed<H: Host>(&self, host: &H, mut event: Incoming) -> Result<Incoming, Later> {
        let Body::Message { content: Content::Text { text, .. }, .. } = &event.body else { return Ok(event) };
        if event.thread.starts_with('-') || text.chars().count() > 64 {
            return Ok(event);
        }
        let known = self.state().keyboards.get(&event.thread).cloned();
        let keys = if let Some(keys) = known {
            keys
        } else {
            let keys = self.recent_keys(host, &event.thread).await?;
            self.shows(&event.thread, keys.clone());
            keys
        };
        if let Some((title, value)) = keys.into_iter().find(|(title, _)| title == text.trim()) {
            event.body = Body::Press { value, title };
        }
        Ok(event)
    }

    async fn recent_keys<H: Host>(&self, host: &H, thread: &str) -> Result<Vec<(String, String)>, HostError> {
        let conversation = host.conversation(self.name(), thread);
        let sequence = host.standing(conversation).await?.sequence;
        let limit = usize::try_from(RECENT).expect("a small number");
        let messages = host.messages(conversation, sequence.saturating_sub(RECENT), limit).await?;
        let Ok(place) = thread.parse::<Place>() else { return Ok(Vec::new()) };
        let key = host.token_key();
        let style = self.style(&place, &key);
        let shown = messages.iter().rev().find_map(|message| {
            let Content::Text { quick_replies, .. } = &message.content else { return None };
            if quick_replies.is_empty() {
                return None;
            }
            // As it was shown: Telegram writes a title that was cut.
            render(&message.content, style).pieces.iter().rev().find_map(keys_shown)
        });
        Ok(shown.unwrap_or_default())
    }

    /// Accepts albums that are whole, for as long as the connection lives.
    pub(super) async fn watch_pen<H: Host>(&self, host: &H) {
        let mut tries = 0;
        loop {
            match self.empty_pen(host).await {
                Ok(true) => self.penned.notified().await,
                Ok(false) => tokio::time::sleep(LOOK).await,
                Err(Later { after, why }) => {
                    self.note(host, &format!("an album must wait: {why}"));
                    let wait = after.map_or_else(|| pause(host, tries), SignedDuration::unsigned_abs);
                    tokio::time::sleep(wait).await;
                    tries += 1;
                    continue;
                }
            }
            tries = 0;
        }
    }

    /// Whether the pen is empty now.
    async fn empty_pen<H: Host>(&self, host: &H) -> Result<bool, Later> {
        let mut pen = self.pen.lock().await;
        let pen = self.open(host, &mut pen).await?;
        let mut waits = None;
        for whole in pen.whole(host.now()) {
            // One that must wait keeps no other waiting.
            if let Err(later) = self.accept_album(host, pen, &whole).await {
                waits = waits.or(Some(later));
            }
        }
        waits.map_or(Ok(pen.is_empty()), Err)
    }

    pub(super) async fn open<'p, H: Host>(
        &self,
        host: &H,
        pen: &'p mut Option<Pen>,
    ) -> Result<&'p mut Pen, HostError> {
        if pen.is_none() {
            *pen = Some(Pen::read(host.recall(self.name(), album::KEY).await?.as_deref()));
        }
        Ok(pen.get_or_insert_default())
    }

    /// See the steps in `album.rs`.
    async fn accept_album<H: Host>(&self, host: &H, pen: &mut Pen, album: &Album) -> Result<(), Later> {
        let parts = album.parts.iter().filter_map(|(_, raw)| read(raw).ok()).collect::<Vec<_>>();
        for part in &parts {
            self.wait_for_name(host, part).await?;
        }
        pen.seal(album);
        host.remember(self.name(), album::KEY, pen.write()).await?;
        let (mut events, mut is_meant) = (Vec::new(), false);
        for part in &parts {
            match self.hear(host, part).meaning {
                Meaning::Part { events: of_part, concerns, .. } => {
                    events.push(of_part);
                    is_meant |= concerns;
                }
                Meaning::Events(of_part) => {
                    events.push(of_part);
                    is_meant = true;
                }
                Meaning::Pressed(_)
                | Meaning::Changed { .. }
                | Meaning::PartChanged(_)
                | Meaning::Moved { .. }
                | Meaning::Renamed
                | Meaning::Overheard
                | Meaning::Empty
                | Meaning::Nothing => {}
            }
        }
        if is_meant {
            let told_by = album.parts.iter().map(|(_, raw)| raw).collect::<Vec<_>>();
            for event in album::assemble(events) {
                self.accept(host, event, &told_by).await?;
            }
        } else {
            let kind = album.parts.first().map_or("message", |(_, raw)| kinds::heard(raw));
            self.count(|counts| counts.ignore(kind));
        }
        pen.finish(album, is_meant);
        Ok(host.remember(self.name(), album::KEY, pen.write()).await?)
    }
}

/// Whether what somebody says to the bot alone says already who they are.
fn introduces_itself(thread: &str, meaning: &Meaning) -> bool {
    let introduces = |event: &Incoming| matches!(event.body, Body::Opened { .. } | Body::Introduced { .. });
    let is_group = thread.starts_with('-');
    !is_group && matches!(meaning, Meaning::Events(events) if events.first().is_some_and(introduces))
}

/// Under which the name is remembered that a topic was given since it was made.
fn topic_key(thread: &str) -> String {
    format!("topic:{thread}")
}

async fn offer<H: Host>(host: &H, event: Incoming) -> Result<Acceptance, AcceptError> {
    if blocks(&event) { host.accept_block(event, BLOCKED).await } else { host.accept(event).await }
}

/// How an introduction calls the topic.
fn topic_of(body: &mut Body) -> Option<&mut Value> {
    let Body::Introduced { attributes, .. } = body else { return None };
    attributes.get_mut("topic")
}
