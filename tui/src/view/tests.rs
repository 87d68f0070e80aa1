//! Screens as they look.

mod changing;
mod hostile;
mod person;
mod scene;
mod scrolled;

use crossterm::event::KeyCode;
use studio_core::api::{Delivery, DeliveryState, FoundMessage, Sender};

use self::scene::{draw, go, model, same, shown};
use super::*;
use crate::{
    draft::Draft,
    keys::{Context, Press},
    message::{Answer, Msg, Part},
    model::{Help, Link, Notice, Room},
    samples,
    update::update,
    words::Language,
};

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
