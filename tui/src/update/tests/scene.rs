//! Where these tests begin.

use studio_core::{api::Sender, dialogue::Owner, id::EventKey};

use crate::{
    draft::{Draft, DraftKind},
    keys::{self, Context},
    model::{Candidate, Deed, Doing, Link, Model, Room, Screen},
    samples,
    words::Language,
};

pub(super) fn empty() -> Model {
    Model::new(Language::English, false, samples::at(10), 80, 24)
}

/// Three conversations in the list, Ada's own open, with its messages.
pub(super) fn busy() -> Model {
    let mut model = empty();
    model.me = Some(samples::me());
    model.link = Link::Connected;
    for (name, owner, minute) in
        [("ben", Owner::Bot, 3), ("cleo", Owner::Team { team: None }, 1), ("ada", samples::owned(), 2)]
    {
        let updated_at = samples::at(minute);
        let one = studio_core::api::Conversation { owner, updated_at, ..samples::conversation(name) };
        model.inbox.conversations.insert(one.id, one);
    }
    let mut room = Room::new(samples::id("ada"));
    let mut detail = samples::detail("ada");
    detail.conversation.owner = samples::owned();
    room.detail = Some(detail);
    for sequence in 2..40 {
        room.messages.insert(sequence, samples::message(sequence, Sender::Visitor, "hello"));
        room.entries.insert(sequence, samples::received(sequence, "hello"));
    }
    room.timeline_loaded = true;
    model.room = Some(room);
    model.failures.parked = (0..3).map(parked).collect();
    model
}

pub(super) fn parked(number: u64) -> studio_core::api::Parked {
    studio_core::api::Parked {
        event: EventKey { source: "web".into(), native: format!("n/{number}") },
        conversation: samples::id("ada"),
        attempts: 5,
        error: "the flow has a bug".into(),
        parked_at: samples::at(1),
        payload: serde_json::Value::Null,
    }
}

pub(super) fn in_context(context: Context) -> Model {
    let mut model = busy();
    let room = model.room.as_mut().expect("busy has a room");
    match context {
        Context::Inbox => {}
        Context::Search => {
            model.inbox.searching = true;
            model.inbox.query = Draft::new("one two");
            model.inbox.query.edit(keys::Edit::Left);
        }
        Context::Conversation => {
            model.screen = Screen::Conversation;
            room.scroll = 30;
            // A mind that is longer than the window.
            room.mind_scroll = 10;
            let slots = (0..40).map(|number| (format!("slot_{number}"), number.into()));
            room.detail.as_mut().expect("it is read").mind.slots = slots.collect();
        }
        Context::Choose => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Choosing(20);
            for sequence in [10, 20, 30] {
                let ada = Sender::Speaker { speaker: samples::ada() };
                room.messages.insert(sequence, samples::message(sequence, ada, "hello"));
            }
        }
        Context::Compose => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Writing(DraftKind::Reply);
            let mut draft = Draft::new("first line\nmiddle line\nlast line");
            draft.edit(keys::Edit::Up);
            draft.edit(keys::Edit::Left);
            model.drafts.insert((room.id, DraftKind::Reply), draft);
        }
        Context::Confirm => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Closing;
        }
        Context::Timeline => {
            model.screen = Screen::Timeline;
            room.timeline_scroll = 30;
        }
        Context::Files => {
            model.screen = Screen::Files;
            room.file = 1;
            for sequence in [3, 7, 9] {
                let file = samples::file(sequence, &format!("bill {sequence}.pdf"));
                room.messages.insert(sequence, file);
            }
        }
        Context::Person => {
            model.screen = Screen::Person;
            room.person.detail = Some(samples::person("ada"));
            room.person.selected = 1;
        }
        Context::Match => {
            model.screen = Screen::Person;
            room.person.deed = Deed::Seeking;
            room.person.query = Draft::new("one two");
            room.person.query.edit(keys::Edit::Left);
            let found = ["ben", "cleo", "dan"].map(samples::conversation);
            room.person.found = found.iter().map(Candidate::of_conversation).collect();
            room.person.chosen = 1;
        }
        Context::Templates => {
            model.screen = Screen::Templates;
            room.templates.known = samples::templates();
            room.templates.selected = 1;
        }
        Context::Failures => {
            model.screen = Screen::Failures;
            model.failures.selected = 1;
        }
        Context::Help => model.help = Some(crate::model::Help { of: Context::Inbox, scroll: 10 }),
    }
    if context == Context::Inbox {
        model.inbox.selected = Some(samples::id("ben"));
        model.inbox.query = Draft::new("order");
    }
    assert_eq!(model.context(), context);
    model
}
