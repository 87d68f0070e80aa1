//! Which contacts are one person?

use studio_core::{
    api::{ContactDetail, Page, TranscriptMessage},
    id::ConversationId,
};

use super::{answer::failed, load_detail};
use crate::{
    error::ApiError,
    message::Command,
    model::{Candidate, Deed, Model, Room, Screen},
    words::Text,
};

pub fn open(model: &mut Model) -> Vec<Command> {
    let Some(room) = model.room.as_mut().filter(|room| room.detail.is_some()) else {
        model.notify(model.say(Text::Loading));
        return Vec::new();
    };
    room.person.deed = Deed::Reading;
    room.person.selected = 0;
    model.screen = Screen::Person;
    load(model)
}

pub fn load(model: &Model) -> Vec<Command> {
    let Some(room) = &model.room else { return Vec::new() };
    let load = |contact| Command::LoadPerson { conversation: room.id, contact };
    room.contact().map(load).into_iter().collect()
}

/// Begins to look for another contact, with what was looked for last.
pub fn seek(model: &mut Model) -> Vec<Command> {
    if let Some(room) = &mut model.room {
        room.person.deed = Deed::Seeking;
    }
    Vec::new()
}

/// Asks the server for what is written by now.
pub fn look(room: &mut Room) -> Option<Command> {
    let person = &mut room.person;
    let query = person.query.text().trim().to_owned();
    if person.deed != Deed::Seeking || person.looking || person.asked == query {
        return None;
    }
    person.asked.clone_from(&query);
    if query.is_empty() {
        person.found.clear();
        return None;
    }
    person.looking = true;
    Some(Command::FindContacts { conversation: room.id, query })
}

/// Asks whether the person is really the contact that was chosen.
pub fn pick(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    match room.person.found.get(room.person.chosen).cloned() {
        Some(candidate) => room.person.deed = Deed::Merging(candidate),
        None => model.notify(model.say(Text::NoContact)),
    }
    Vec::new()
}

/// Asks whether the contact that the operator stands on is really another person.
pub fn part(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    match room.person.part() {
        Some(contact) => room.person.deed = Deed::Parting(contact),
        None => model.notify(model.say(Text::NoPart)),
    }
    Vec::new()
}

/// The question was answered with yes.
pub fn confirmed(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let conversation = room.id;
    match (std::mem::take(&mut room.person.deed), room.contact()) {
        (Deed::Merging(into), Some(contact)) => {
            model.notify(model.say(Text::AskedMerge));
            vec![Command::Merge { conversation, contact, into: into.contact }]
        }
        (Deed::Parting(contact), _) => {
            model.notify(model.say(Text::AskedUnmerge));
            vec![Command::Unmerge { conversation, contact }]
        }
        (Deed::Merging(_), None) | (Deed::Reading | Deed::Seeking, _) => Vec::new(),
    }
}

/// Steps back from a question or a search.
pub fn leave(model: &mut Model) {
    if let Some(room) = &mut model.room {
        room.person.deed = match room.person.deed {
            Deed::Merging(_) => Deed::Seeking,
            Deed::Reading | Deed::Seeking | Deed::Parting(_) => Deed::Reading,
        };
    }
}

pub fn read(
    model: &mut Model,
    conversation: ConversationId,
    result: Result<Box<ContactDetail>, ApiError>,
) -> Vec<Command> {
    match result {
        Ok(detail) => {
            let Some(room) = of(model, conversation) else { return Vec::new() };
            room.person.detail = Some(*detail);
            room.person.stay_within();
            room.person.reading = true;
            let load = |contact| Command::LoadSaid { conversation, contact, cursor: None };
            return room.contact().map(load).into_iter().collect();
        }
        Err(error) => failed(model, &error),
    }
    Vec::new()
}

/// Reads what was said before all that is shown, once the operator has come to its end.
pub fn earlier(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let Some(contact) = room.contact() else { return Vec::new() };
    let person = &mut room.person;
    let is_at_end = person.selected + 1 >= person.rows();
    if person.deed != Deed::Reading || !is_at_end || person.reading || person.earlier.is_none() {
        return Vec::new();
    }
    person.reading = true;
    vec![Command::LoadSaid { conversation: room.id, contact, cursor: person.earlier.clone() }]
}

/// Shows what was said on all channels, behind what is shown already.
pub fn said(
    model: &mut Model,
    conversation: ConversationId,
    cursor: Option<&String>,
    result: Result<Page<TranscriptMessage>, ApiError>,
) {
    let Some(room) = of(model, conversation) else { return };
    let person = &mut room.person;
    if cursor.is_some() && cursor != person.earlier.as_ref() {
        // All was read anew meanwhile.
        return;
    }
    person.reading = false;
    match result {
        Ok(page) => {
            if cursor.is_none() {
                person.said.clear();
            }
            person.said.extend(page.items.into_iter().rev());
            person.earlier = page.next_cursor;
            person.stay_within();
        }
        Err(error) => failed(model, &error),
    }
}

/// Shows who was found, without those that are this person already.
pub fn found(model: &mut Model, conversation: ConversationId, result: Result<Vec<Candidate>, ApiError>) {
    let Some(room) = of(model, conversation) else { return };
    room.person.looking = false;
    match result {
        Ok(mut found) => {
            found.retain(|one| !room.is_of(one.contact));
            room.person.found = found;
            room.person.chosen = 0;
        }
        Err(error) => failed(model, &error),
    }
}

/// Reads the person anew, and the conversation with it: its name may be another.
pub fn changed(
    model: &mut Model,
    conversation: ConversationId,
    result: Result<(), ApiError>,
) -> Vec<Command> {
    if let Err(error) = result {
        model.warn(format!("{}: {error}", model.say(Text::NotDone)));
        return Vec::new();
    }
    model.notify(model.say(Text::PersonChanged));
    let mut commands = Vec::new();
    if let Some(room) = of(model, conversation) {
        // Who was found may be this person by now, or no longer.
        room.person.found.clear();
        room.person.asked.clear();
        commands.extend(load_detail(room));
        commands.extend(load(model));
    }
    commands
}

fn of(model: &mut Model, conversation: ConversationId) -> Option<&mut Room> {
    model.room.as_mut().filter(|room| room.id == conversation)
}
