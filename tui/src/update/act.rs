//! What does an action of the table of keys do?

use studio_core::dialogue::Status;

use super::{change, load_inbox, load_room, open, person, scroll, templates, write};
use crate::{
    draft::DraftKind,
    keys::{Action, Filter},
    message::{Command, Order, Part, SaveFile},
    model::{Doing, Help, Model, Screen, WIDE},
    words::Text,
};

pub fn act(model: &mut Model, action: Action) -> Vec<Command> {
    match action {
        Action::Quit => {
            model.ended = true;
            Vec::new()
        }
        Action::MakeWay => {
            model.makes_way = true;
            Vec::new()
        }
        Action::Help => {
            model.help = Some(Help { of: model.context(), scroll: 0 });
            Vec::new()
        }
        Action::Back => back(model),
        Action::Move(motion) => scroll::scroll(model, motion),
        Action::Open => match selected(model) {
            Some(id) => open(model, id),
            None => Vec::new(),
        },
        Action::Show(filter) => show(model, filter),
        Action::Search => {
            model.inbox.searching = true;
            Vec::new()
        }
        Action::SearchDone => {
            model.inbox.searching = false;
            Vec::new()
        }
        Action::SearchClear => {
            model.inbox.searching = false;
            model.inbox.query = crate::draft::Draft::default();
            Vec::new()
        }
        Action::Reload => reload(model),
        Action::Failures => {
            model.screen = Screen::Failures;
            model.failures.loading = true;
            vec![Command::LoadFailures]
        }
        Action::Replay => replay(model),
        Action::Reply => compose(model, DraftKind::Reply),
        Action::Note => compose(model, DraftKind::Note),
        Action::Choose => change::choose(model),
        Action::Rewrite => change::rewrite(model),
        Action::TakeBack => {
            if let Some(room) = &mut model.room
                && let Doing::Choosing(of) = room.doing
            {
                room.doing = Doing::TakingBack(of);
            }
            Vec::new()
        }
        Action::TakeOver => take_over(model),
        Action::HandBack => order(model, Order::HandBack, Text::AskedHandBack),
        Action::Close => {
            if let Some(room) = &mut model.room {
                let closed =
                    room.detail.as_ref().is_some_and(|detail| detail.conversation.status == Status::Closed);
                if closed {
                    model.notify(model.say(Text::StatusClosed));
                } else {
                    room.doing = Doing::Closing;
                }
            }
            Vec::new()
        }
        Action::Yes => confirmed(model),
        Action::No | Action::Leave => {
            write::leave(model);
            Vec::new()
        }
        Action::Mind => {
            if let Some(room) = &mut model.room {
                room.mind = !room.mind;
            }
            Vec::new()
        }
        Action::MoveMind(motion) => {
            scroll::mind(model, motion);
            Vec::new()
        }
        Action::Timeline => timeline(model),
        Action::Files => files(model),
        Action::Person => person::open(model),
        Action::Merge => person::seek(model),
        Action::Unmerge => person::part(model),
        Action::Pick => person::pick(model),
        Action::Templates => templates::open(model),
        Action::PickTemplate => templates::pick(model),
        Action::Save => save(model, false),
        Action::SaveAndOpen => save(model, true),
        Action::Send => write::send(model),
        Action::Edit(edit) => write::edit(model, edit),
    }
}

fn confirmed(model: &mut Model) -> Vec<Command> {
    if model.screen == Screen::Person {
        return person::confirmed(model);
    }
    let Some(room) = &mut model.room else { return Vec::new() };
    match std::mem::replace(&mut room.doing, Doing::Reading) {
        Doing::Closing => order(model, Order::Close, Text::AskedClose),
        Doing::TakingBack(of) => change::take_back(model, of),
        Doing::Reading | Doing::Writing(_) | Doing::Choosing(_) | Doing::Changing(_) | Doing::Filling => {
            Vec::new()
        }
    }
}

pub fn selected(model: &Model) -> Option<studio_core::id::ConversationId> {
    let visible = model.visible();
    visible
        .iter()
        .find(|conversation| Some(conversation.id) == model.inbox.selected)
        .or(visible.first())
        .map(|conversation| conversation.id)
}

fn back(model: &mut Model) -> Vec<Command> {
    if model.help.take().is_some() {
        return Vec::new();
    }
    if model.screen == Screen::Conversation
        && model.width < WIDE
        && let Some(room) = &mut model.room
        && std::mem::take(&mut room.mind)
    {
        return Vec::new();
    }
    model.screen = match model.screen {
        Screen::Timeline | Screen::Files | Screen::Person | Screen::Templates => Screen::Conversation,
        Screen::Conversation | Screen::Inbox | Screen::Failures => Screen::Inbox,
    };
    Vec::new()
}

fn show(model: &mut Model, filter: Filter) -> Vec<Command> {
    model.inbox.filter = filter;
    model.inbox.selected = None;
    vec![load_inbox(model)]
}

fn reload(model: &mut Model) -> Vec<Command> {
    let mut commands = Vec::new();
    match model.screen {
        Screen::Inbox => commands.push(load_inbox(model)),
        Screen::Conversation | Screen::Timeline | Screen::Files => {
            let again = |room| load_room(room, u64::MAX);
            commands.extend(model.room.as_mut().map(again).unwrap_or_default());
        }
        Screen::Person => commands.extend(person::load(model)),
        Screen::Templates => commands.extend(templates::load(model)),
        Screen::Failures => {
            model.failures.loading = true;
            commands.push(Command::LoadFailures);
        }
    }
    commands
}

fn save(model: &mut Model, open: bool) -> Vec<Command> {
    let Some(room) = &model.room else { return Vec::new() };
    let files = room.files();
    let Some(file) = files.get(room.file).or(files.last()) else { return Vec::new() };
    let file = SaveFile {
        conversation: room.id,
        media: file.media,
        name: file.name.to_owned(),
        folder: model.folder.clone(),
        open,
    };
    model.notify(model.say(Text::AskedSave));
    vec![Command::SaveFile(file)]
}

fn replay(model: &mut Model) -> Vec<Command> {
    let failures = &model.failures;
    let parked =
        failures.parked.get(failures.selected).map(|parked| Command::ReplayParked(parked.event.clone()));
    let dead = failures
        .selected
        .checked_sub(failures.parked.len())
        .and_then(|index| failures.dead.get(index))
        .map(|dead| Command::ReplayDeadLetter(dead.id.clone()));
    match parked.or(dead) {
        Some(command) => {
            model.notify(model.say(Text::AskedReplay));
            vec![command]
        }
        None => Vec::new(),
    }
}

fn compose(model: &mut Model, kind: DraftKind) -> Vec<Command> {
    if let Some(room) = &mut model.room {
        room.doing = Doing::Writing(kind);
        room.mind = false;
        room.scroll = 0;
    }
    Vec::new()
}

/// Who takes over wants to speak: what is typed from here on is the reply, which can be sent once the turn has come.
fn take_over(model: &mut Model) -> Vec<Command> {
    compose(model, DraftKind::Reply);
    // A key cannot tell which turn is its own.
    let is_member = model.me.as_ref().is_some_and(|me| me.member.is_some());
    if let Some(room) = &mut model.room {
        room.taking = is_member;
    }
    order(model, Order::TakeOver, Text::AskedTakeOver)
}

fn order(model: &mut Model, order: Order, notice: Text) -> Vec<Command> {
    let Some(room) = &model.room else { return Vec::new() };
    let command = Command::Act { conversation: room.id, order };
    model.notify(model.say(notice));
    vec![command]
}

fn files(model: &mut Model) -> Vec<Command> {
    if let Some(room) = &mut model.room {
        room.file = 0;
        model.screen = Screen::Files;
    }
    Vec::new()
}

fn timeline(model: &mut Model) -> Vec<Command> {
    if model.screen == Screen::Timeline {
        model.screen = Screen::Conversation;
        return Vec::new();
    }
    model.screen = Screen::Timeline;
    let Some(room) = &mut model.room else { return Vec::new() };
    room.timeline_scroll = 0;
    if room.timeline_loaded {
        return Vec::new();
    }
    let last = room.detail.as_ref().map_or(0, |detail| detail.conversation.sequence);
    let part = Part { after: last.saturating_sub(super::HISTORY), known: 0 };
    vec![Command::LoadTimeline { conversation: room.id, part }]
}
