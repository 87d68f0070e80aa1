//! What changes when the live stream tells something?

use jiff::Timestamp;
use studio_core::{
    api::{Conversation, LiveFrame, Message, Sender, VisitorChange},
    content::Content,
    dialogue::{Act, Entry, Happening, Owner, Speaker, Status},
    id::ConversationId,
};

use super::{MOST_CONVERSATIONS, answer::return_to_draft, change, connected, load_detail, lost};
use crate::{
    draft::{Draft, DraftKind},
    error::ApiError,
    message::{Command, LiveNews},
    model::{AskedChange, Change, Doing, Link, Model, Pending, PersonOf, Room, later},
    scrub,
    words::Text,
};

pub fn news(model: &mut Model, news: LiveNews) -> Vec<Command> {
    match news {
        LiveNews::Frame(frame) => match frame {
            LiveFrame::Welcome { position: _, caught_up } => welcome(model, caught_up),
            LiveFrame::Turn { position: _, conversation, entries } => {
                return turn(model, *conversation, entries);
            }
            LiveFrame::Typing { conversation, who } => typing(model, conversation, who),
            // The stream ends and `link` comes back with the place it left off.
            LiveFrame::TooSlow => {}
        },
        LiveNews::Gap => {
            read_again(model);
            model.notify(model.say(Text::MissedSome));
        }
        LiveNews::Unreadable(error) => {
            read_again(model);
            if let Some(error) = error {
                model.warn(error.to_string());
            }
        }
        LiveNews::Lost { error: ApiError::Unauthorised(_), .. } => model.link = Link::LoggedOut,
        LiveNews::Lost { error, retry_in } => lost(model, error.to_string(), retry_in.as_secs().max(1)),
    }
    Vec::new()
}

fn welcome(model: &mut Model, caught_up: bool) {
    // The first welcome may come after the first list was read, so that turns lie between.
    if !caught_up || model.link == Link::Connecting {
        read_again(model);
    }
    connected(model);
}

fn read_again(model: &mut Model) {
    model.inbox.stale = true;
    if let Some(room) = &mut model.room {
        room.stale = true;
    }
}

fn turn(model: &mut Model, conversation: Conversation, entries: Vec<Entry>) -> Vec<Command> {
    let id = conversation.id;
    let mut commands = Vec::new();
    for message in entries.iter().filter_map(Message::of) {
        settle(&mut model.pending, id, &message);
    }
    for entry in &entries {
        give_back(model, id, entry);
    }
    if entries.iter().any(|entry| entry.what == Happening::Erased) {
        model.inbox.found.conversations.entry(id).and_modify(|found| *found = None);
        model.changes.retain(|(conversation, _), _| *conversation != id);
    }
    if let Some(room) = model.room.as_mut().filter(|room| room.id == id) {
        for entry in entries {
            take_in(room, entry, model.now);
        }
        if let Some(detail) = &mut room.detail
            && detail.conversation.sequence <= conversation.sequence
        {
            detail.conversation.clone_from(&conversation);
        }
        // The frame does not carry the mind.
        commands.extend(load_detail(room));
    }
    model.inbox.told.insert(id);
    keep(model, conversation);
    commands
}

/// Takes a conversation into the list, unless the list knows a later state of it.
pub fn keep(model: &mut Model, conversation: Conversation) {
    let known = model.inbox.conversations.get(&conversation.id);
    if known.is_some_and(|known| known.sequence > conversation.sequence) {
        return;
    }
    is_done(model, &conversation);
    let inbox = &mut model.inbox;
    inbox.conversations.insert(conversation.id, conversation);
    if inbox.conversations.len() > MOST_CONVERSATIONS {
        let last = inbox.conversations.values().min_by_key(|one| one.rank()).map(|one| one.id);
        if let Some(last) = last {
            inbox.conversations.remove(&last);
        }
    }
}

/// What was asked for has come: the line that says that it was asked for goes.
fn is_done(model: &mut Model, conversation: &Conversation) {
    let mine = model.is_me(&conversation.owner);
    let Some(room) = model.room.as_mut().filter(|room| room.id == conversation.id) else { return };
    room.taking &= !mine;
    let done = [
        (mine, Text::AskedTakeOver),
        (conversation.owner == Owner::Bot, Text::AskedHandBack),
        (conversation.status == Status::Closed, Text::AskedClose),
    ];
    for (_, asked) in done.into_iter().filter(|(done, _)| *done) {
        let asked = model.say(asked);
        model.notice.take_if(|notice| notice.text == asked);
    }
}

fn take_in(room: &mut Room, entry: Entry, now: Timestamp) {
    // `messages` has the gaps that other entries leave, `entries` has none: a hole is seen only there.
    let last = room.entries.last_key_value().map(|(last, _)| *last);
    if room.timeline_loaded && last.is_some_and(|last| entry.sequence > last + 1) {
        room.stale = true;
    }
    if entry.what == Happening::Erased {
        erase(room, entry.sequence);
    }
    if let Happening::Edited { id, content } = &entry.what {
        room.changes.insert(id.clone(), VisitorChange { at: entry.at, content: Some(content.clone()) });
    } else if let Happening::Deleted { id } = &entry.what {
        room.changes.insert(id.clone(), VisitorChange { at: entry.at, content: None });
    } else if let Happening::Corrected { of, content, .. } = &entry.what {
        let (sequence, content) = (entry.sequence, content.clone());
        let asked = AskedChange { sequence, content, look_at: later(now, 1), wait: 1 };
        room.corrected.entry(*of).or_default().asked = Some(asked);
    }
    if let Some(message) = Message::of(&entry) {
        add_message(room, message);
    }
    if room.timeline_loaded {
        room.entries.insert(entry.sequence, entry);
    }
}

/// All before this number is gone.
pub fn erase(room: &mut Room, sequence: u64) {
    room.erased = room.erased.max(sequence);
    room.messages = room.messages.split_off(&sequence);
    room.deliveries = room.deliveries.split_off(&sequence);
    room.changes.clear();
    room.corrected = room.corrected.split_off(&sequence);
    if room.chosen().is_some_and(|of| of < sequence) {
        room.doing = Doing::Reading;
    }
    room.entries = room.entries.split_off(&sequence);
    room.found = room.found.filter(|found| *found > sequence);
    room.typing = None;
    room.person = PersonOf::default();
}

/// Adds a message to the transcript.
pub fn add_message(room: &mut Room, message: Message) {
    if matches!(message.from, Sender::Visitor) {
        room.typing = None;
    }
    room.messages.insert(message.sequence, message);
}

/// Drops what was pending and is now a message: the oldest of the same words.
pub fn settle(pending: &mut Vec<Pending>, conversation: ConversationId, message: &Message) {
    let kind = match &message.from {
        Sender::Visitor | Sender::Speaker { speaker: Speaker::Bot } => return,
        Sender::Speaker { speaker: Speaker::Member { .. } } => DraftKind::Reply,
        Sender::Note { .. } => DraftKind::Note,
    };
    let text = message.content.plain();
    let same = pending.iter().position(|pending| {
        pending.conversation == conversation
            && pending.kind == kind
            && pending.after < message.sequence
            && scrub::text(&pending.text).trim() == text.trim()
    });
    if let Some(same) = same {
        pending.remove(same);
    }
}

/// What I wrote and what lost the race to another's act stands in the draft again.
fn give_back(model: &mut Model, conversation: ConversationId, entry: &Entry) {
    let Happening::Refused { by, name: _, act, reason } = &entry.what else { return };
    if model.me.as_ref().and_then(|me| me.member) != Some(*by) {
        return;
    }
    let why = model.say((*reason).into());
    if let Act::Reply { content } = act {
        let said = content.plain();
        let mine = model.pending.iter().find(|pending| {
            pending.conversation == conversation
                && pending.kind == DraftKind::Reply
                && scrub::text(&pending.text).trim() == said.trim()
        });
        if let Some(number) = mine.map(|pending| pending.number) {
            return_to_draft(model, number, why);
        }
    } else if let Act::Correct { of, content } = act {
        keep_change(model, conversation, *of, content.as_ref());
        change::refused(model, content.as_ref(), why);
    }
}

/// What a reply was to say stands in the box the next time.
fn keep_change(model: &mut Model, conversation: ConversationId, of: u64, content: Option<&Content>) {
    let room = model.room.as_ref().filter(|room| room.id == conversation);
    let before = room.and_then(|room| room.messages.get(&of).map(|reply| room.says(reply).clone()));
    if let (Some(content), Some(mut change)) = (content, before.and_then(Change::of)) {
        change.draft = Draft::new(&content.plain());
        model.changes.entry((conversation, of)).or_insert(change);
    }
}

fn typing(model: &mut Model, conversation: ConversationId, who: String) {
    let until = later(model.now, 5);
    if let Some(room) = model.room.as_mut().filter(|room| room.id == conversation) {
        room.typing = Some((who, until));
    }
}
