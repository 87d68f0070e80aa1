//! What happens to what the operator writes?

use crossterm::event::{KeyCode, KeyModifiers};

use super::{change, person, templates};
use crate::{
    draft::{Draft, DraftKind},
    keys::{Context, Edit, Press},
    message::Command,
    model::{Doing, Model, Pending, Screen, later},
    words::Text,
};

pub fn typed(model: &mut Model, press: Press) -> Vec<Command> {
    match press {
        Press { code: KeyCode::Char(character), modifiers: KeyModifiers::NONE } => {
            insert(model, character.encode_utf8(&mut [0; 4]))
        }
        Press { .. } => Vec::new(),
    }
}

pub fn insert(model: &mut Model, text: &str) -> Vec<Command> {
    let several = model.context() == Context::Compose && !is_filling(model);
    if let Some(draft) = current(model)
        && !draft.insert(text, several)
    {
        model.notify(model.say(Text::TooLong));
    }
    tell_typing(model)
}

/// The visitor sees it for 5 seconds (`POST …/typing`), so it is told again a little earlier.
fn tell_typing(model: &mut Model) -> Vec<Command> {
    let now = model.now;
    let speaks = model.room.as_ref().and_then(|room| room.detail.as_ref());
    let speaks = speaks.is_some_and(|detail| model.is_me(&detail.conversation.owner));
    match &mut model.room {
        Some(room)
            if speaks
                && room.writing() == Some(DraftKind::Reply)
                && room.told_typing.is_none_or(|until| until <= now) =>
        {
            room.told_typing = Some(later(now, 4));
            vec![Command::TellTyping(room.id)]
        }
        Some(_) | None => Vec::new(),
    }
}

/// What fills a gap is one line.
fn is_filling(model: &Model) -> bool {
    model.room.as_ref().is_some_and(|room| room.doing == Doing::Filling)
}

pub fn edit(model: &mut Model, edit: Edit) -> Vec<Command> {
    if edit == Edit::NewLine && is_filling(model) {
        return Vec::new();
    }
    if let Some(draft) = current(model) {
        draft.edit(edit);
    }
    Vec::new()
}

/// Sends what is written, shows it at once as pending, and closes the box: every text is begun by a key of its own, so that
/// no key of a command is taken for words to the visitor.
pub fn send(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    if let Doing::Changing(of) = room.doing {
        return change::send(model, of);
    }
    if room.doing == Doing::Filling {
        return templates::go_on(model);
    }
    let Some(kind) = room.writing() else { return Vec::new() };
    if room.taking && kind == DraftKind::Reply {
        model.notify(model.say(Text::AskedTakeOver));
        return Vec::new();
    }
    let Some(draft) = model.drafts.get(&(room.id, kind)).filter(|draft| !draft.is_empty()) else {
        model.notify(model.say(Text::NothingWritten));
        return Vec::new();
    };
    let text = draft.text().trim().to_owned();
    model.drafts.remove(&(room.id, kind));
    model.sent += 1;
    room.doing = Doing::Reading;
    room.told_typing = None;
    room.scroll = 0;
    let after = room.messages.last_key_value().map_or(0, |(last, _)| *last);
    let (conversation, number) = (room.id, model.sent);
    let pending =
        Pending { number, conversation, kind, text: text.clone(), at: model.now, after, accepted: false };
    model.pending.push(pending);
    vec![Command::Send { conversation, number, kind, text }]
}

/// Closes a box or a question; what was written stays.
pub fn leave(model: &mut Model) {
    if model.screen == Screen::Person {
        person::leave(model);
        return;
    }
    if is_filling(model) {
        templates::go_back(model);
        return;
    }
    let Some(room) = &mut model.room else { return };
    if let Doing::Changing(of) = std::mem::replace(&mut room.doing, Doing::Reading)
        && let Some(change) = model.changes.get(&(room.id, of))
        && change.after().is_none()
    {
        model.changes.remove(&(room.id, of));
    }
}

/// The text that keys go into.
fn current(model: &mut Model) -> Option<&mut Draft> {
    match model.context() {
        Context::Search => Some(&mut model.inbox.query),
        Context::Match => model.room.as_mut().map(|room| &mut room.person.query),
        Context::Compose if is_filling(model) => model.room.as_mut()?.templates.filling.as_mut()?.draft_mut(),
        Context::Compose => {
            let room = model.room.as_ref()?;
            if let Doing::Changing(of) = room.doing {
                return model.changes.get_mut(&(room.id, of)).map(|change| &mut change.draft);
            }
            Some(model.drafts.entry((room.id, room.writing()?)).or_default())
        }
        Context::Inbox
        | Context::Conversation
        | Context::Choose
        | Context::Confirm
        | Context::Timeline
        | Context::Files
        | Context::Person
        | Context::Templates
        | Context::Failures
        | Context::Help => None,
    }
}
