//! What changes when something happens, and what is to be done about it?
//!
//! `update` is pure: the same model and message give the same model and commands.

mod act;
mod answer;
mod change;
mod live;
mod person;
mod scroll;
mod templates;
#[cfg(test)]
mod tests;
mod write;

use jiff::Timestamp;
use studio_core::id::ConversationId;

use crate::{
    keys::{self, Action, Context, Press},
    message::{Command, InboxRequest, Msg, Part},
    model::{Asked, Found, Link, Model, Room, Screen, TOLD, later},
    words::Text,
};

/// Most conversations that are kept in the list.
const MOST_CONVERSATIONS: usize = 1_000;
/// Messages and events that are read of a conversation at first, and each time one goes further up.
pub(crate) const HISTORY: u64 = 300;
/// Journal entries that are read before a message that a search found.
const AROUND: u64 = 30;
/// Journal entries before the last that are read again with what is new.
const AGAIN: u64 = 50;
/// Seconds for which nobody can have read what is told.
const UNREAD: i64 = 1;
/// Most seconds between two looks at what became of a change.
const LONGEST_WAIT: i64 = 60;

/// What to do at the very start.
pub fn start(model: &mut Model) -> Vec<Command> {
    vec![Command::LoadMe, load_inbox(model)]
}

/// Takes in one message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Command> {
    match msg {
        Msg::Key(press) => key(model, press),
        Msg::Paste(text) => write::insert(model, &text),
        Msg::Resized { width, height } => {
            (model.width, model.height) = (width, height);
            Vec::new()
        }
        Msg::Tick(now) => tick(model, now),
        Msg::Live(news) => live::news(model, news),
        Msg::Answer(answer) => answer::answer(model, answer),
    }
}

fn key(model: &mut Model, press: Press) -> Vec<Command> {
    let now = model.now;
    // Somebody is there to read it.
    if let Some(notice) = &mut model.notice {
        notice.stays = false;
    }
    model.notice.take_if(|notice| notice.until <= now);
    let context = model.context();
    match keys::action(context, press) {
        Some(action) => {
            if !goes_on(action) {
                // It told of what was done before. What has only just come was not read yet.
                model.notice.take_if(|notice| notice.until <= later(now, TOLD - UNREAD));
            }
            act::act(model, action)
        }
        None if context.writes() => write::typed(model, press),
        None => {
            let is_of_one = keys::action(Context::Conversation, press).is_some();
            if context == Context::Inbox && is_of_one && act::selected(model).is_some() {
                model.notify(model.say(Text::OpenFirst));
            }
            Vec::new()
        }
    }
}

/// Whether an action leaves the operator where they are, with what they are told.
fn goes_on(action: Action) -> bool {
    matches!(action, Action::Move(_) | Action::MoveMind(_) | Action::Edit(_) | Action::MakeWay)
}

fn tick(model: &mut Model, now: Timestamp) -> Vec<Command> {
    model.now = now;
    model.notice.take_if(|notice| !notice.stays && notice.until <= now);
    let mut commands = Vec::new();
    // A burst of gaps is answered by one reading.
    if model.inbox.stale && !model.inbox.loading {
        commands.push(load_inbox(model));
        commands.extend(model.me.is_none().then_some(Command::LoadMe));
    }
    if model.inbox.asked != model.inbox.query.text() && !model.inbox.loading {
        commands.push(load_inbox(model));
    }
    if let Some(room) = &mut model.room {
        room.typing.take_if(|(_, until)| *until <= now);
        commands.extend(person::look(room));
        if std::mem::take(&mut room.stale) {
            commands.extend(load_room(room, u64::MAX));
        }
        if model.link == Link::Connected {
            commands.extend(look(room, now));
        }
    }
    commands
}

/// Reads what became of changes that are under way: no frame tells it. Less and less often, where it takes long.
fn look(room: &mut Room, now: Timestamp) -> Option<Command> {
    let mut first = None;
    for (of, corrected) in &mut room.corrected {
        if let Some(asked) = corrected.asked.as_mut().filter(|asked| asked.look_at <= now) {
            asked.wait = (asked.wait * 2).min(LONGEST_WAIT);
            asked.look_at = later(now, asked.wait);
            first = first.or(Some(*of));
        }
    }
    let (last, _) = room.messages.last_key_value()?;
    let part = Part { after: first?.saturating_sub(1), known: *last };
    Some(Command::LoadMessages { conversation: room.id, part })
}

fn load_inbox(model: &mut Model) -> Command {
    if let Some(refused) = model.inbox.refused.take() {
        model.notice.take_if(|notice| notice.text == refused);
    }
    let inbox = &mut model.inbox;
    inbox.generation += 1;
    inbox.loading = true;
    inbox.stale = false;
    inbox.pages = 0;
    inbox.told.clear();
    inbox.asked = inbox.query.text().to_owned();
    inbox.found = Found::default();
    Command::LoadInbox(InboxRequest {
        closed: matches!(inbox.filter, keys::Filter::Closed),
        query: inbox.asked.clone(),
        cursor: None,
        generation: inbox.generation,
    })
}

fn open(model: &mut Model, id: ConversationId) -> Vec<Command> {
    model.screen = Screen::Conversation;
    model.inbox.selected = Some(id);
    let found = model.inbox.message_of(id).map(|found| found.sequence);
    if model.room.as_ref().is_none_or(|room| room.id != id) {
        model.room = Some(Room::new(id));
    }
    let Some(room) = &mut model.room else { return Vec::new() };
    room.mind = false;
    room.found = found.filter(|found| *found > room.erased);
    room.seek = room.found.is_some();
    let mut commands = load_room(room, AGAIN);
    commands.extend(load_found(room));
    scroll::show_found(model);
    commands
}

/// Reads further up, to the message that a search found above all that is held.
fn load_found(room: &Room) -> Option<Command> {
    let (first, _) = room.messages.first_key_value()?;
    let found = room.found.filter(|found| found < first)?;
    let part = Part { after: found.saturating_sub(AROUND), known: 0 };
    Some(Command::LoadMessages { conversation: room.id, part })
}

/// Reads what is new in the open conversation, and again so many entries before: what became of the latest may have
/// changed, and after a gap anything may.
fn load_room(room: &mut Room, again: u64) -> Vec<Command> {
    let mut commands = Vec::from_iter(load_detail(room));
    let part = |first: u64, last: u64| Part {
        after: last.saturating_sub(again).max(first.saturating_sub(1)),
        known: last,
    };
    if let (Some((first, _)), Some((last, _))) =
        (room.messages.first_key_value(), room.messages.last_key_value())
    {
        let part = part(*first, *last);
        commands.push(Command::LoadMessages { conversation: room.id, part });
    }
    if room.timeline_loaded {
        let first = room.entries.first_key_value().map_or(0, |(first, _)| *first);
        let last = room.entries.last_key_value().map_or(0, |(last, _)| *last);
        commands.push(Command::LoadTimeline { conversation: room.id, part: part(first, last) });
    }
    commands
}

fn load_detail(room: &mut Room) -> Option<Command> {
    let free = room.detail_asked == Asked::Not;
    room.detail_asked = if free { Asked::Once } else { Asked::AndAgain };
    free.then_some(Command::LoadDetail(room.id))
}

fn connected(model: &mut Model) {
    if matches!(model.link, Link::Reconnecting { .. }) {
        model.notify(model.language.say(Text::Connected));
    }
    model.link = Link::Connected;
}

fn lost(model: &mut Model, error: String, seconds: u64) {
    let at = later(model.now, i64::try_from(seconds).unwrap_or(i64::MAX));
    model.link = Link::Reconnecting { error, at };
}
