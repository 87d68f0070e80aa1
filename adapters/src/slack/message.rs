//! What does a message on Slack mean: was it said to the bot, and what was said?

use studio_core::{
    content::{Content, Source},
    dialogue::Body,
};

use super::{
    Channels, Threads,
    inbound::{Event, Manner, RENAMED, ids, media},
    kinds::is_silent,
    payload::{File, Message},
    place::{Place, is_id, is_time_stamp},
    text::{addressed, words},
};
use crate::{file_name, misread::named, platform::Attachment};

/// Subtypes of a message that holds something said; of one that tells what became of another.
pub(super) const WRITTEN: [&str; 3] = ["file_share", "me_message", "thread_broadcast"];
pub(super) const CHANGED: &str = "message_changed";
pub(super) const DELETED: &str = "message_deleted";

/// The id of a message: Slack tells of one that mentions the bot twice, under two event ids, and of its later
/// changes by its place alone. This is the same each time.
pub(super) fn native(channel: &str, ts: &str) -> String {
    format!("{channel}:{ts}")
}

/// The events of a `message` or, where the bot was `called`, an `app_mention`.
pub(super) fn said(
    manner: &Manner,
    me: Option<&str>,
    event_id: &str,
    called: bool,
    message: Message,
) -> Result<Vec<Event>, String> {
    match message.subtype.as_deref() {
        None => written(manner, me, called, authored(message)?),
        Some(subtype) if WRITTEN.contains(&subtype) => written(manner, me, called, authored(message)?),
        Some(CHANGED) => changed(manner, me, event_id, message),
        Some(DELETED) => deleted(manner, me, event_id, message),
        Some(subtype) if is_silent(subtype) || RENAMED.contains(&subtype) => Ok(Vec::new()),
        Some(subtype) => {
            let why = format!("messages of the subtype {} are not known", named(subtype));
            let is_said = is_said(&message);
            // What people say among themselves is passed over, whatever it is.
            let events = written(manner, me, called, message)?;
            let is_for_others = is_said && events.iter().all(|event| event.overheard);
            if is_for_others { Ok(Vec::new()) } else { Err(why) }
        }
    }
}

/// What a person or a program wrote says who.
fn authored(message: Message) -> Result<Message, String> {
    let has_author = message.user.as_deref().is_some_and(is_id) || message.bot_id.is_some();
    if has_author { Ok(message) } else { Err("the event lacks its user".to_owned()) }
}

/// Whether it holds words or files of somebody's; Slack's own messages have no author, or nothing that was said.
fn is_said(message: &Message) -> bool {
    let has_author = message.user.is_some() || message.bot_id.is_some();
    let has_words = message.text.as_ref().is_some_and(|text| !text.trim().is_empty());
    has_author && (has_words || message.files.as_ref().is_some_and(|files| !files.is_empty()))
}

fn written(manner: &Manner, me: Option<&str>, called: bool, message: Message) -> Result<Vec<Event>, String> {
    let Some(person) = person(me, &message).map(str::to_owned) else { return Ok(Vec::new()) };
    let (channel, ts) = ids(message.channel.clone(), message.ts.clone())?;
    let place = place(manner, &channel, &ts, message.thread_ts.as_deref());
    let text = message.text.as_deref().unwrap_or_default();
    let (text, named) = me.map_or((text.to_owned(), false), |me| addressed(text, me));
    let to_the_bot = called || named || place.is_direct() || manner.channels == Channels::All;
    let in_a_thread = manner.threads == Threads::Own && message.thread_ts.is_some();
    if !to_the_bot && !in_a_thread {
        return Ok(Vec::new());
    }

    let mut text = words(&text);
    let (files, links): (Vec<_>, Vec<_>) =
        message.files.unwrap_or_default().into_iter().partition(|file| !file.is_external);
    for link in links {
        add(&mut text, &link_to(&link));
    }
    if text.is_empty() {
        for shared in message.attachments.unwrap_or_default() {
            add(&mut text, &words(shared.text.or(shared.fallback).as_deref().unwrap_or_default()));
        }
    }
    let mut attached = files.iter().filter_map(|file| attach(manner, file)).collect::<Vec<_>>();
    let name = native(&channel, &ts);
    let event = |native: String, body: Body, attachments: Vec<Attachment>| Event {
        attachments,
        overheard: !to_the_bot,
        ..Event::new(place.clone(), &person, native, body)
    };

    // One picture and words about it are one message.
    if let [(Content::Image { caption, .. }, _)] = attached.as_mut_slice() {
        *caption = Some(std::mem::take(&mut text)).filter(|text| !text.is_empty());
    }
    let only_files = text.is_empty();
    let mut events = Vec::new();
    for (index, (content, attachment)) in attached.into_iter().enumerate() {
        let native =
            if only_files && index == 0 { name.clone() } else { format!("{name}:{}", attachment.native) };
        events.push(event(native, Body::said(content, None), vec![attachment]));
    }
    if !only_files {
        events.push(event(name, Body::said(Content::text(text), None), Vec::new()));
    } else if events.is_empty() && (called || named) {
        // Only the bot's name: someone calls it.
        let opened = Body::Opened { language: None, attributes: std::collections::BTreeMap::new() };
        events.push(event(name, opened, Vec::new()));
    }
    Ok(events)
}

fn changed(manner: &Manner, me: Option<&str>, event_id: &str, event: Message) -> Result<Vec<Event>, String> {
    let now = event.message.ok_or("the event lacks the changed message")?;
    let before = event.previous_message.unwrap_or_default();
    let (channel, ts) = ids(event.channel, now.ts.clone())?;
    if now.subtype.as_deref() == Some("tombstone") {
        // What hangs on it stays, and so does its place.
        return taken_back(manner, me, event_id, Message { channel: Some(channel), ts: Some(ts), ..*before });
    }
    let Some(person) = person(me, &now) else { return Ok(Vec::new()) };
    // Slack changes messages itself, for previews of links and counts of replies.
    if now.text == before.text {
        return Ok(Vec::new());
    }
    let place = place(manner, &channel, &ts, now.thread_ts.as_deref());
    let text = now.text.as_deref().unwrap_or_default();
    let text = words(&me.map_or(text.to_owned(), |me| addressed(text, me).0));
    let body = Body::Edited { id: native(&channel, &ts), content: Content::text(text) };
    let event = Event::new(place, person, event_id.to_owned(), body);
    Ok(vec![Event { overheard: true, ..event }])
}

fn deleted(manner: &Manner, me: Option<&str>, event_id: &str, event: Message) -> Result<Vec<Event>, String> {
    let before = event.previous_message.unwrap_or_default();
    taken_back(manner, me, event_id, Message { channel: event.channel, ts: event.deleted_ts, ..*before })
}

/// Whatever a message was told as is taken back.
fn taken_back(
    manner: &Manner,
    me: Option<&str>,
    event_id: &str,
    before: Message,
) -> Result<Vec<Event>, String> {
    let event = |(index, told): (usize, Event)| {
        let native = if index == 0 { event_id.to_owned() } else { format!("{event_id}:{index}") };
        let event = Event::new(told.place, &told.person, native, Body::Deleted { id: told.native });
        Event { overheard: true, ..event }
    };
    Ok(written(manner, me, true, before)?.into_iter().enumerate().map(event).collect())
}

/// Who wrote it; `None` for the bot itself and other bots.
fn person<'a>(me: Option<&str>, message: &'a Message) -> Option<&'a str> {
    let user = message.user.as_deref().filter(|user| is_id(user) && *user != "USLACKBOT")?;
    (message.bot_id.is_none() && me != Some(user)).then_some(user)
}

/// The conversation that a message belongs to.
fn place(manner: &Manner, channel: &str, ts: &str, thread: Option<&str>) -> Place {
    let thread = thread.filter(|thread| is_time_stamp(thread));
    match (manner.threads, thread) {
        (Threads::Own, Some(thread)) => Place::thread(channel, thread),
        // In a channel, what is said to the bot begins a thread; a direct message is a conversation as it is.
        (Threads::Own, None) if !channel.starts_with('D') => Place::thread(channel, ts),
        (Threads::Own | Threads::Shared, _) => Place::channel(channel),
    }
}

/// A file as the studio knows it; `None` where Slack has only its grave.
fn attach(manner: &Manner, file: &File) -> Option<(Content, Attachment)> {
    let id = file.id.as_deref().filter(|id| is_id(id))?;
    if matches!(file.mode.as_deref(), Some("tombstone" | "hidden_by_limit")) {
        return None;
    }
    let media = media(&manner.connection, id);
    let name = file_name::clean(file.name.as_deref().or(file.title.as_deref()).unwrap_or_default(), &[]);
    let known = file.mimetype.as_deref().filter(|kind| {
        kind.len() <= 127 && kind.contains('/') && kind.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let media_type = known.unwrap_or("application/octet-stream").to_owned();
    let size = file.size.unwrap_or_default();
    let source = Source::Media(media);
    let content = if media_type.starts_with("image/") {
        let alt = file.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&name);
        Content::Image { source, alt: alt.chars().take(2_000).collect(), caption: None }
    } else {
        Content::File { source, name: name.clone(), media_type: media_type.clone(), size }
    };
    Some((content, Attachment { media, native: id.to_owned(), name, media_type, size }))
}

/// A file that lies elsewhere, and that only its own service gives out.
fn link_to(file: &File) -> String {
    let name = file.title.as_deref().or(file.name.as_deref()).unwrap_or_default();
    match file.url_private.as_deref() {
        Some(url) => format!("{name} {url}").trim().to_owned(),
        None => name.to_owned(),
    }
}

fn add(text: &mut String, line: &str) {
    if !text.is_empty() && !line.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}
