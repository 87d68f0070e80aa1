//! How far does a list or a text move?

use super::{HISTORY, change};
use crate::{
    keys::Motion,
    message::{Command, InboxRequest, Part},
    model::{Deed, Doing, Model, PersonOf, Room, Screen},
    view,
};

pub fn scroll(model: &mut Model, motion: Motion) -> Vec<Command> {
    let page = usize::from(model.height.saturating_sub(4)).max(1);
    if let Some(help) = model.help {
        let lines = view::help::lines(model, help).len();
        let most = lines.saturating_sub(page);
        let scroll = moved(help.scroll.min(most), motion, page, most);
        model.help = Some(crate::model::Help { scroll, ..help });
        return Vec::new();
    }
    match model.screen {
        Screen::Inbox => inbox(model, motion, page),
        Screen::Conversation => transcript(model, motion, page),
        Screen::Timeline => timeline(model, motion, page),
        Screen::Files => {
            if let Some(room) = &mut model.room {
                let most = room.files().len().saturating_sub(1);
                room.file = moved(room.file, motion, page, most);
            }
            Vec::new()
        }
        Screen::Person => {
            if let Some(room) = &mut model.room {
                person(&mut room.person, motion, page);
            }
            super::person::earlier(model)
        }
        Screen::Templates => {
            if let Some(room) = &mut model.room {
                let most = room.templates.known.len().saturating_sub(1);
                room.templates.selected = moved(room.templates.selected, motion, page, most);
            }
            Vec::new()
        }
        Screen::Failures => {
            let most = model.failures.len().saturating_sub(1);
            model.failures.selected = moved(model.failures.selected, motion, page / 2, most);
            Vec::new()
        }
    }
}

/// A place between 0, the first, and `most`, the last.
fn moved(place: usize, motion: Motion, page: usize, most: usize) -> usize {
    match motion {
        Motion::Up => place.saturating_sub(1),
        Motion::Down => place + 1,
        Motion::PageUp => place.saturating_sub(page),
        Motion::PageDown => place + page,
        Motion::First => 0,
        Motion::Last => most,
    }
    .min(most)
}

/// The same for a place that counts from the end.
fn moved_from_end(place: usize, motion: Motion, page: usize, most: usize) -> usize {
    most - moved(most - place.min(most), motion, page, most)
}

fn inbox(model: &mut Model, motion: Motion, page: usize) -> Vec<Command> {
    let visible = model.visible();
    let Some(most) = visible.len().checked_sub(1) else { return Vec::new() };
    let place = visible.iter().position(|one| Some(one.id) == model.inbox.selected).unwrap_or(0);
    let place = moved(place, motion, page, most);
    let selected = visible[place].id;
    model.inbox.selected = Some(selected);
    let inbox = &mut model.inbox;
    if place == most && !inbox.loading && inbox.next_cursor.is_some() {
        inbox.loading = true;
        inbox.pages = 0;
        return vec![Command::LoadInbox(InboxRequest {
            closed: matches!(inbox.filter, crate::keys::Filter::Closed),
            query: inbox.asked.clone(),
            cursor: inbox.next_cursor.clone(),
            generation: inbox.generation,
        })];
    }
    Vec::new()
}

fn person(person: &mut PersonOf, motion: Motion, page: usize) {
    match person.deed {
        Deed::Seeking | Deed::Merging(_) => {
            let most = person.found.len().saturating_sub(1);
            person.chosen = moved(person.chosen, motion, page, most);
        }
        Deed::Reading | Deed::Parting(_) => {
            let most = person.rows().saturating_sub(1);
            person.selected = moved(person.selected, motion, page, most);
        }
    }
}

fn transcript(model: &mut Model, motion: Motion, page: usize) -> Vec<Command> {
    if let Some(Doing::Choosing(of)) = model.room.as_ref().map(|room| room.doing) {
        another_reply(model, motion, page, of);
        return Vec::new();
    }
    if view::conversation::has_mind_alone(model) {
        mind(model, motion);
        return Vec::new();
    }
    let most = view::conversation::most_scroll(model);
    let Some(room) = &mut model.room else { return Vec::new() };
    room.scroll = moved_from_end(room.scroll, motion, page, most);
    let first = room.messages.first_key_value().map_or(0, |(first, _)| *first);
    if room.scroll == most && matches!(motion, Motion::Up | Motion::PageUp | Motion::First) && first > 1 {
        let part = Part { after: first.saturating_sub(HISTORY), known: 0 };
        return vec![Command::LoadMessages { conversation: room.id, part }];
    }
    Vec::new()
}

/// Moves in the mind; by half of what is seen of it, so that something of what was read stays.
pub fn mind(model: &mut Model, motion: Motion) {
    let (seen, most) = view::conversation::seen_of_mind(model);
    if let Some(room) = &mut model.room {
        room.mind_scroll = moved(room.mind_scroll.min(most), motion, (seen / 2).max(1), most);
    }
}

/// Stands on another reply than this.
fn another_reply(model: &mut Model, motion: Motion, page: usize, of: u64) {
    let replies = model.room.iter().flat_map(Room::replies);
    let replies: Vec<u64> = replies.map(|reply| reply.sequence).collect();
    let Some(most) = replies.len().checked_sub(1) else { return };
    let place = replies.iter().position(|reply| *reply == of).unwrap_or(most);
    change::stand_on(model, replies[moved(place, motion, page, most)]);
}

/// Moves the transcript to a message.
pub fn show(model: &mut Model, sequence: u64) {
    let Some(scroll) = view::conversation::scroll_to(model, sequence) else { return };
    if let Some(room) = &mut model.room {
        room.scroll = scroll;
    }
}

/// Moves the transcript to the message that a search found, as soon as it is read.
pub fn show_found(model: &mut Model) {
    let found = model.room.as_ref().filter(|room| room.seek).and_then(|room| room.found);
    let Some(scroll) = found.and_then(|found| view::conversation::scroll_to(model, found)) else { return };
    if let Some(room) = &mut model.room {
        (room.scroll, room.seek) = (scroll, false);
    }
}

fn timeline(model: &mut Model, motion: Motion, page: usize) -> Vec<Command> {
    let most = view::timeline::most_scroll(model);
    let Some(room) = &mut model.room else { return Vec::new() };
    room.timeline_scroll = moved_from_end(room.timeline_scroll, motion, page, most);
    let first = room.entries.first_key_value().map_or(0, |(first, _)| *first);
    if room.timeline_scroll == most
        && matches!(motion, Motion::Up | Motion::PageUp | Motion::First)
        && first > 1
    {
        let part = Part { after: first.saturating_sub(HISTORY), known: 0 };
        return vec![Command::LoadTimeline { conversation: room.id, part }];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (place, motion, expected) in [
            (0, Motion::Up, 0),
            (5, Motion::Up, 4),
            (9, Motion::Down, 9),
            (3, Motion::PageDown, 7),
            (8, Motion::PageDown, 9),
            (3, Motion::PageUp, 0),
            (3, Motion::First, 0),
            (3, Motion::Last, 9),
        ] {
            assert_eq!(moved(place, motion, 4, 9), expected, "{place} {motion:?}");
            assert_eq!(
                moved_from_end(9 - place, motion, 4, 9),
                9 - expected,
                "{place} {motion:?} from the end"
            );
        }
    }
}
