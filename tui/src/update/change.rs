//! How is a reply changed or taken back that has left?

use studio_core::{content::Content, id::ConversationId};

use super::scroll;
use crate::{
    error::ApiError,
    message::Command,
    model::{Change, Doing, Model, Room},
    words::Text,
};

/// Stands on the last reply.
pub fn choose(model: &mut Model) -> Vec<Command> {
    let Some(room) = &model.room else { return Vec::new() };
    let last = room.replies().next_back().map(|reply| reply.sequence);
    if room.keeps_what_left() {
        model.notify(model.say(Text::CannotChange));
    } else if let Some(last) = last {
        stand_on(model, last);
    } else {
        model.notify(model.say(Text::NoReplies));
    }
    Vec::new()
}

/// Chooses a reply and shows it.
pub fn stand_on(model: &mut Model, of: u64) {
    if let Some(room) = &mut model.room {
        room.doing = Doing::Choosing(of);
        room.mind = false;
    }
    scroll::show(model, of);
}

/// Reads the chosen reply as it is: what is on the screen was scrubbed.
pub fn rewrite(model: &Model) -> Vec<Command> {
    match &model.room {
        Some(Room { id, doing: Doing::Choosing(of), .. }) => {
            vec![Command::ReadReply { conversation: *id, of: *of }]
        }
        Some(_) | None => Vec::new(),
    }
}

/// Opens the box with the words of a reply, or with what was written in their place before.
pub fn write(model: &mut Model, conversation: ConversationId, of: u64, content: Option<Content>) {
    let Some(room) = &mut model.room else { return };
    // Somebody who waited no longer does something else.
    if room.id != conversation || room.doing != Doing::Choosing(of) {
        return;
    }
    let Some(content) = content else {
        room.doing = Doing::Reading;
        return;
    };
    let Some(change) = Change::of(content) else {
        model.notify(model.say(Text::OnlyTakenBack));
        return;
    };
    room.doing = Doing::Changing(of);
    model.changes.entry((conversation, of)).or_insert(change);
    scroll::show(model, of);
}

/// Sends what is written, and closes the box. It is kept until the studio has it.
pub fn send(model: &mut Model, of: u64) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let conversation = room.id;
    let Some(change) = model.changes.get(&(conversation, of)).filter(|change| !change.draft.is_empty())
    else {
        model.notify(model.say(Text::NothingWritten));
        return Vec::new();
    };
    room.doing = Doing::Reading;
    let Some(content) = change.after() else {
        model.changes.remove(&(conversation, of));
        model.notify(model.say(Text::NothingChanged));
        return Vec::new();
    };
    model.notify(model.say(Text::AskedChange));
    vec![Command::Change { conversation, of, content: Some(content) }]
}

/// Takes a reply back.
pub fn take_back(model: &mut Model, of: u64) -> Vec<Command> {
    let Some(room) = &model.room else { return Vec::new() };
    let conversation = room.id;
    model.notify(model.say(Text::AskedTakeBack));
    vec![Command::Change { conversation, of, content: None }]
}

/// The studio has it, or says why not: then what was written stands in the box the next time.
pub fn answered(
    model: &mut Model,
    conversation: ConversationId,
    of: u64,
    content: Option<&Content>,
    result: Result<(), ApiError>,
) {
    match (result, content) {
        (Ok(()), Some(_)) => {
            let room = model.room.as_ref().filter(|room| room.id == conversation);
            if room.is_none_or(|room| room.doing != Doing::Changing(of)) {
                model.changes.remove(&(conversation, of));
            }
        }
        (Ok(()), None) => {}
        (Err(error), content) => refused(model, content, &error.to_string()),
    }
}

/// Tells why a reply was not changed, or not taken back.
pub fn refused(model: &mut Model, content: Option<&Content>, why: &str) {
    let what = if content.is_some() { Text::NotChanged } else { Text::NotTakenBack };
    model.warn(format!("{}: {why}", model.say(what)));
}
