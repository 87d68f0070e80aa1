//! What stands on the screens of these tests, and how they are drawn.

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use serde_json::json;
use studio_core::{
    api::{Conversation, Message, Sender},
    dialogue::Owner,
};

use crate::{
    api::decode,
    draft::{Draft, DraftKind},
    keys::Context,
    model::{Candidate, Deed, Doing, Help, Link, Model, Pending, Room, Screen},
    samples,
    view::view,
    words::Language,
};

/// A model in which every screen has something to show; `words` stand wherever a visitor, a member or
/// an author can write.
pub(super) fn model(width: u16, height: u16, words: &dyn Fn(&str) -> String) -> Model {
    let mut model = Model::new(Language::English, false, samples::at(90), width, height);
    model.me = Some(scrubbed(&samples::me(), words));
    model.link = Link::Connected;
    for (name, owner, unanswered, minute) in [
        ("Grace Hopper", Owner::Team { team: Some("support".into()) }, true, 60),
        ("田中さくら", Owner::Bot, false, 88),
        ("Ada's customer", samples::owned(), true, 30),
        ("שרה", Owner::Member { member: samples::ADA, name: "Ben".into() }, false, -3_000),
    ] {
        let owner = if name == "שרה" {
            Owner::Member { member: studio_core::id::MemberId(ulid::Ulid(8)), name: "Ben".into() }
        } else {
            owner
        };
        let one = Conversation {
            owner,
            unanswered,
            waiting_since: (name == "Grace Hopper").then(|| samples::at(45)),
            urgent: name == "Grace Hopper",
            updated_at: samples::at(minute),
            ..samples::conversation(name)
        };
        model.inbox.conversations.insert(one.id, scrubbed(&one, words));
    }
    let mut room = Room::new(samples::id("Ada's customer"));
    let mut detail = samples::detail("Ada's customer");
    detail.conversation.owner = samples::owned();
    detail.conversation.tags.insert("vip".into());
    detail.conversation.mood = Some(-0.48);
    detail.conversation.trend = Some(studio_core::feeling::Trend::Worsening);
    room.detail = Some(scrubbed(&detail, words));
    let bot = Sender::Speaker { speaker: studio_core::dialogue::Speaker::Bot };
    let ada = Sender::Speaker { speaker: samples::ada() };
    let note = Sender::Note { member: samples::ADA, name: "Ada".into() };
    let messages = [
        samples::message(
            2,
            Sender::Visitor,
            "where is my order? I have been waiting since the day before yesterday",
        ),
        Message { content: samples::offer(), ..samples::message(4, bot, "") },
        samples::message(6, Sender::Visitor, "4711 👍\n日本語 too"),
        samples::message(7, note, "a regular"),
        samples::message(8, ada, "Hello, this is Ada."),
        samples::file(9, "bill.pdf"),
        samples::file(10, "a picture of my tent.png"),
    ];
    for message in messages {
        room.messages.insert(message.sequence, scrubbed(&message, words));
    }
    let entries = [
        samples::received(2, "where is my order?"),
        samples::said(3, studio_core::dialogue::Speaker::Bot, "What is the number of your order?"),
        samples::said(4, samples::ada(), "Hello, this is Ada."),
    ];
    for entry in entries {
        room.entries.insert(entry.sequence, scrubbed(&entry, words));
    }
    room.timeline_loaded = true;
    room.person.detail = Some(scrubbed(&samples::person("Ada's customer"), words));
    let conversation = room.id;
    model.room = Some(room);
    let text = words("It left today.");
    model.pending = vec![Pending {
        number: 1,
        conversation,
        kind: DraftKind::Reply,
        text,
        at: samples::at(89),
        after: 8,
        accepted: true,
    }];
    let mut draft = Draft::default();
    let _ = draft.insert(&words("Your parcel\nis on 日本 time"), true);
    model.drafts.insert((conversation, DraftKind::Note), draft);
    let parked = json!({
        "event": {"source": "web", "native": "n1"}, "conversation": conversation, "attempts": 5,
        "error": words("the condition does not evaluate"), "parked_at": samples::at(80), "payload": {}
    });
    model.failures.parked = vec![scrubbed(&parked, &|text| text.to_owned())];
    let dead = json!({
        "id": "d1", "conversation": conversation, "connection": "shop-http", "attempts": 8,
        "error": words("404 Not Found"), "died_at": samples::at(70)
    });
    model.failures.dead = vec![scrubbed(&dead, &|text| text.to_owned())];
    model
}

/// As it comes from the server, with other words: through JSON, which scrubs.
fn scrubbed<T: serde::de::DeserializeOwned>(
    value: &impl serde::Serialize,
    words: &dyn Fn(&str) -> String,
) -> T {
    let mut value = serde_json::to_value(value).expect("serialises");
    replace(&mut value, words);
    decode(value.to_string().as_bytes()).expect("still of this shape")
}

fn replace(value: &mut serde_json::Value, words: &dyn Fn(&str) -> String) {
    const WORDS: [&str; 15] = [
        "text",
        "contact_name",
        "preview",
        "title",
        "name",
        "language",
        "channel",
        "external",
        "expecting",
        "intent",
        "error",
        "flow",
        "node",
        "response",
        "order_number",
    ];
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    serde_json::Value::String(text) if WORDS.contains(&name.as_str()) => *text = words(text),
                    other => replace(other, words),
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                match item {
                    // Stack, sources, tags.
                    serde_json::Value::String(text) => *text = words(text),
                    other => replace(other, words),
                }
            }
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// Goes to a screen.
pub(super) fn go(model: &mut Model, context: Context) {
    let room = model.room.as_mut().expect("there is a room");
    match context {
        Context::Inbox => {}
        Context::Search => model.inbox.searching = true,
        Context::Conversation => model.screen = Screen::Conversation,
        Context::Choose => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Choosing(8);
        }
        Context::Compose => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Writing(DraftKind::Note);
        }
        Context::Confirm => {
            model.screen = Screen::Conversation;
            room.doing = Doing::Closing;
        }
        Context::Timeline => model.screen = Screen::Timeline,
        Context::Files => {
            model.screen = Screen::Files;
            room.file = 1;
        }
        Context::Person => {
            model.screen = Screen::Person;
            room.person.selected = 1;
        }
        Context::Match => {
            model.screen = Screen::Person;
            room.person.deed = Deed::Seeking;
            room.person.query = Draft::new("hopper");
            let found = model.inbox.conversations.values().map(Candidate::of_conversation);
            room.person.found = found.collect();
        }
        Context::Templates => {
            model.screen = Screen::Templates;
            room.templates.known = samples::templates();
            room.templates.selected = 1;
        }
        Context::Failures => model.screen = Screen::Failures,
        Context::Help => model.help = Some(Help { of: Context::Conversation, scroll: 0 }),
    }
}

pub(super) fn draw(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.width, model.height)).expect("draws into memory");
    terminal.draw(|frame| view(model, frame)).expect("draws into memory");
    terminal.backend().buffer().clone()
}

pub(super) fn shown(model: &Model) -> String {
    let mut terminal = Terminal::new(TestBackend::new(model.width, model.height)).expect("draws into memory");
    terminal.draw(|frame| view(model, frame)).expect("draws into memory");
    terminal.backend().to_string()
}

pub(super) fn same(text: &str) -> String {
    text.to_owned()
}
