//! Screens as they look.

mod changing;
mod hostile;
mod person;
mod scrolled;

use crossterm::event::KeyCode;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use serde_json::json;
use studio_core::api::{Conversation, Delivery, DeliveryState, FoundMessage, Message, Sender};

use super::*;
use crate::{
    api::decode,
    draft::{Draft, DraftKind},
    keys::{Context, Press},
    message::{Answer, Msg, Part},
    model::{Candidate, Deed, Doing, Help, Link, Notice, Pending, Room},
    samples,
    update::update,
    words::Language,
};

/// A model in which every screen has something to show; `words` stand wherever a visitor, a member or
/// an author can write.
fn model(width: u16, height: u16, words: &dyn Fn(&str) -> String) -> Model {
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
fn go(model: &mut Model, context: Context) {
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

fn draw(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.width, model.height)).expect("draws into memory");
    terminal.draw(|frame| view(model, frame)).expect("draws into memory");
    terminal.backend().buffer().clone()
}

fn shown(model: &Model) -> String {
    let mut terminal = Terminal::new(TestBackend::new(model.width, model.height)).expect("draws into memory");
    terminal.draw(|frame| view(model, frame)).expect("draws into memory");
    terminal.backend().to_string()
}

fn same(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_conversation_that_is_not_read_yet_says_so() {
    let mut model = model(120, 24, &same);
    go(&mut model, Context::Conversation);
    model.pending.clear();
    let conversation = samples::id("Ada's customer");
    model.room = Some(Room::new(conversation));
    assert!(!shown(&model).contains("No messages yet."));
    let answer = Answer::Messages { conversation, part: Part { after: 0, known: 0 }, result: Ok(Vec::new()) };
    update(&mut model, Msg::Answer(answer));
    assert!(shown(&model).contains("No messages yet."));
}

#[test]
fn a_conversation_that_waits_for_a_bot_says_so() {
    let mut model = model(120, 40, &same);
    go(&mut model, Context::Conversation);
    assert!(!shown(&model).contains("Waits for a bot"));
    let room = model.room.as_mut().expect("there is a room");
    room.detail.as_mut().expect("it is read").waits_for_bot = Some("shop".to_owned());
    let told = shown(&model);
    assert!(told.contains("Waits for a bot") && told.contains("shop does not run"), "{told}");
}

#[test]
fn what_is_written_to_the_visitor_is_called_so() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    update(&mut model, Msg::Key(Press::plain(KeyCode::Char('r'))));
    let drawn = shown(&model);
    assert!(drawn.contains(" Reply to the visitor ─") && drawn.contains(" Enter send "), "{drawn}");
}

#[test]
fn a_search_that_finds_nothing_says_where_it_looked() {
    let mut model = model(80, 24, &same);
    model.inbox.conversations.clear();
    assert!(shown(&model).contains("No conversations here."));
    model.inbox.query = Draft::new("sleeping");
    let told = shown(&model);
    assert!(told.contains("In no message, name or tag."), "{told}");
    model.inbox.found.incomplete = true;
    let told = shown(&model);
    assert!(told.contains("Not found; not all messages were searched yet."), "{told}");
}

#[test]
fn a_search_shows_the_words_that_it_found_in_place_of_the_last() {
    let mut model = model(120, 24, &same);
    go(&mut model, Context::Inbox);
    let found = model.visible()[0].id;
    model.inbox.query = Draft::new("sleeping");
    let snippet = "Can I wash my sleeping bag?".to_owned();
    let message = FoundMessage { conversation: found, sequence: 2, snippet };
    model.inbox.found.conversations.insert(found, Some(message));
    let told = shown(&model);
    assert!(told.contains("Can I wash my sleeping bag?") && !told.contains("not all messages"), "{told}");
    model.inbox.found.incomplete = true;
    assert!(shown(&model).contains("/sleeping  not all messages searched"));
}

#[test]
fn what_a_search_found_is_marked_and_seen_where_the_conversation_opens() {
    let mut model = model(120, 24, &same);
    go(&mut model, Context::Inbox);
    let id = samples::id("Ada's customer");
    let room = model.room.as_mut().expect("there is a room");
    for sequence in 11..200 {
        let text = if sequence == 60 { "may I wash it".to_owned() } else { format!("hello {sequence}") };
        room.messages.insert(sequence, samples::message(sequence, Sender::Visitor, &text));
    }
    let found = FoundMessage { conversation: id, sequence: 60, snippet: "may I wash it".to_owned() };
    model.inbox.found.conversations.insert(id, Some(found));
    model.inbox.selected = Some(id);
    update(&mut model, Msg::Key(Press::plain(KeyCode::Enter)));
    let told = shown(&model);
    let marked: Vec<_> = told.lines().filter(|line| line.contains('▸')).collect();
    assert!(marked.len() == 1 && marked[0].contains("< Visitor"), "{told}");
    for words in ["may I wash it", "hello 59", "hello 61"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn screens() {
    for (width, height) in [(80, 24), (120, 40)] {
        for context in Context::ALL {
            let mut model = model(width, height, &same);
            go(&mut model, context);
            insta::assert_snapshot!(format!("{context:?}_{width}x{height}"), shown(&model));
        }
    }
}

#[test]
fn the_help_says_that_it_goes_on_until_its_last_line_is_seen() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Help);
    let mut seen = Vec::new();
    while shown(&model).contains("more lines: PgDn") {
        assert!(seen.len() < 20, "it never ends: {seen:?}");
        seen.push(shown(&model));
        assert!(update(&mut model, Msg::Key(Press::plain(KeyCode::PageDown))).is_empty());
    }
    assert!(seen.len() > 1, "{seen:?}");
    seen.push(shown(&model));
    for line in help::lines(&model, model.help.expect("it is open")) {
        let line = line.to_string();
        assert!(seen.iter().any(|screen| screen.contains(line.trim_end())), "{line:?} was on no screen");
    }
}

#[test]
fn the_help_of_the_inbox_begins_with_its_keys_and_goes_on_with_its_signs() {
    let mut model = model(80, 40, &same);
    model.help = Some(Help { of: Context::Inbox, scroll: 0 });
    let shown = shown(&model);
    let place = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words} in {shown}"));
    assert!(place(" Keys: inbox") < place("   Enter      open"), "{shown}");
    assert!(place("   Enter      open") < place("   W          waits for a person"), "{shown}");
    assert!(place("   x          closed") < place("more lines: PgDn"), "{shown}");
}

#[test]
fn a_group_shows_who_said_what_and_what_became_of_it() {
    let mut model = model(120, 40, &same);
    go(&mut model, Context::Conversation);
    let room = model.room.as_mut().expect("there is a room");
    room.messages.clear();
    for (sequence, author, text) in
        [(2, "Ann Lee", "four thousand"), (3, "Ben", "oops"), (4, "Ann Lee", "hello")]
    {
        let mut message = samples::message(sequence, Sender::Visitor, text);
        (message.author, message.client_id) = (Some(author.to_owned()), Some(format!("m{sequence}")));
        room.messages.insert(sequence, message);
    }
    let at = samples::at(5);
    let content = Some(studio_core::content::Content::text("4711"));
    room.changes.insert("m2".to_owned(), studio_core::api::VisitorChange { at, content });
    room.changes.insert("m3".to_owned(), studio_core::api::VisitorChange { at, content: None });
    let shown = shown(&model);
    for words in ["< Ann Lee · edited", "4711", "< Ben · taken back"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("four thousand"), "{shown}");
    assert_eq!(shown.matches("edited").count() + shown.matches("taken back").count(), 2, "{shown}");
}

#[test]
fn the_mind_takes_the_place_of_a_narrow_conversation() {
    let mut model = model(70, 24, &same);
    go(&mut model, Context::Conversation);
    model.room.as_mut().expect("there is a room").mind = true;
    insta::assert_snapshot!("mind_70x24", shown(&model));
}

#[test]
fn intents_of_long_names_are_told_apart_beside_a_conversation() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let detail = model.room.as_mut().and_then(|room| room.detail.as_mut()).expect("a room");
    let understanding = detail.mind.understanding.as_mut().expect("something was said");
    for (scored, name) in understanding.intents.iter_mut().zip(["return_conditions", "return_status_now"]) {
        name.clone_into(&mut scored.intent);
    }
    let shown = shown(&model);
    for name in ["return_conditions  91% ~", "return_status_now   6% ~"] {
        assert!(shown.contains(name), "{shown}");
    }
}

#[test]
fn what_is_not_wanted_is_told() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let detail = model.room.as_mut().and_then(|room| room.detail.as_mut()).expect("a room");
    let understanding = detail.mind.understanding.as_mut().expect("something was said");
    understanding.denied = vec!["refund".to_owned()];
    understanding.confident = false;
    let shown = shown(&model);
    assert!(shown.contains("not wanted: refund") && !shown.contains("none of these"), "{shown}");
}

#[test]
fn states_at_the_edges() {
    let mut reconnecting = model(80, 24, &same);
    reconnecting.link = Link::Reconnecting { error: "connection refused".into(), at: samples::at(91) };
    insta::assert_snapshot!("reconnecting_80x24", shown(&reconnecting));
    let mut logged_out = model(80, 24, &same);
    logged_out.link = Link::LoggedOut;
    let drawn = shown(&logged_out);
    assert!(drawn.contains("✕ logged out") && !drawn.contains("● live"), "{drawn}");
    assert!(drawn.contains("to log in"), "{drawn}");
    let mut german = model(60, 12, &same);
    german.language = Language::German;
    german.notice = Some(Notice { text: "Wird übernommen.".into(), until: samples::at(99), stays: false });
    go(&mut german, Context::Conversation);
    insta::assert_snapshot!("german_60x12", shown(&german));
    let small = model(30, 6, &same);
    insta::assert_snapshot!("too_small_30x6", shown(&small));
}

#[test]
fn the_bar_shows_only_keys_that_do_something() {
    for (owner, width, expected) in [
        (Owner::Bot, 80, "r reply  t take over  n note  c close  e timeline  f files  Esc back  ? help"),
        (
            samples::owned(),
            80,
            "r reply  b hand back  n note  c close  e timeline  f files  Esc back  ? help",
        ),
        (Owner::Bot, 79, "r reply  t take over  n note  c close  m mind  e timeline  Esc back  ? help"),
    ] {
        let mut model = model(width, 24, &same);
        go(&mut model, Context::Conversation);
        model.room.as_mut().and_then(|room| room.detail.as_mut()).expect("a room").conversation.owner = owner;
        let shown = shown(&model);
        assert!(shown.contains(&format!("\" {expected} ")), "{width}\n{shown}");
    }
}

#[test]
fn the_bar_tells_how_a_search_ends() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Inbox);
    assert!(!shown(&model).contains("end search"));
    model.inbox.query = Draft::new("order");
    let shown = shown(&model);
    assert!(shown.contains("\" Enter open  Esc end search  1 all open "), "{shown}");
}

#[test]
fn what_became_of_a_message_stands_beside_it() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let mut told = samples::transcript(samples::message(
        8,
        Sender::Speaker { speaker: samples::ada() },
        "Hello, this is Ada.",
    ));
    let conversation = model.room.as_ref().expect("there is a room").id;
    for (state, uncertain, words) in [
        (DeliveryState::Waiting, false, "» Ada · waits"),
        (DeliveryState::Sent, true, "» Ada · sent, maybe twice"),
        (DeliveryState::Failed, false, "» Ada · not delivered"),
    ] {
        told.delivery = Some(Delivery { state, at: None, uncertain, losses: Vec::new(), error: None });
        let part = Part { after: 0, known: 0 };
        let answer = Answer::Messages { conversation, part, result: Ok(vec![told.clone()]) };
        update(&mut model, Msg::Answer(answer));
        assert!(shown(&model).contains(words), "{words}: {}", shown(&model));
    }
}

#[test]
fn any_size_is_drawn() {
    for (width, height) in
        [(1, 1), (5, 2), (39, 10), (40, 9), (40, 10), (41, 11), (99, 12), (100, 10), (250, 80)]
    {
        for context in Context::ALL {
            let mut model = model(width, height, &same);
            go(&mut model, context);
            model.room.as_mut().expect("there is a room").mind = height % 2 == 0;
            draw(&model);
        }
    }
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    for wanted in [false, true] {
        let mut model = model(120, 40, &same);
        model.color = wanted;
        go(&mut model, Context::Conversation);
        let colored = draw(&model).content.iter().any(|cell| cell.fg != ratatui::style::Color::Reset);
        assert_eq!(colored, wanted);
    }
}
