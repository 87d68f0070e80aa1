//! What `update` does, as tables.

mod changing;
mod missed;
mod persons;
mod scene;
mod searching;
mod sending;
mod templates;

use std::time::Duration;

use crossterm::event::KeyCode;
use studio_core::{
    api::{ConversationPage, LiveFrame, LivePosition, Sender},
    dialogue::{Entry, Owner, Status},
    id::EventKey,
};

use self::scene::{busy, empty, in_context, parked};
use super::*;
use crate::{
    draft::{Draft, DraftKind},
    error::ApiError,
    keys::{Action, BINDINGS, Context, Filter},
    message::{Answer, LiveNews, Order, SaveFile},
    model::{Candidate, Doing},
    samples,
    words::Language,
};

#[test]
fn every_key_of_the_table_does_something_where_it_is_listed() {
    for binding in BINDINGS {
        for context in binding.contexts {
            for press in binding.keys {
                let before = in_context(*context);
                let mut after = before.clone();
                let commands = update(&mut after, Msg::Key(*press));
                let changed = format!("{before:?}") != format!("{after:?}");
                assert!(changed || !commands.is_empty(), "{} does nothing in {context:?}", binding.shown);
            }
        }
    }
}

#[test]
fn a_key_that_is_not_in_the_table_writes_or_does_nothing() {
    for context in Context::ALL {
        let before = in_context(context);
        let mut after = before.clone();
        let commands = update(&mut after, Msg::Key(Press::plain(KeyCode::Char('ü'))));
        assert!(commands.iter().all(|command| matches!(command, Command::TellTyping(_))), "{commands:?}");
        assert_eq!(format!("{before:?}") != format!("{after:?}"), context.writes(), "{context:?}");
    }
}

#[test]
fn a_key_of_a_conversation_says_in_the_list_that_it_must_be_opened() {
    let open_first = Language::English.say(Text::OpenFirst);
    for letter in ['t', 'r', 'n', 'b', 'p', 'u', 'c', 'm', 'e'] {
        let mut model = in_context(Context::Inbox);
        assert_eq!(update(&mut model, Msg::Key(Press::plain(KeyCode::Char(letter)))), Vec::new());
        assert_eq!(model.notice.map(|notice| notice.text).as_deref(), Some(open_first), "{letter}");
    }
    let mut model = empty();
    update(&mut model, Msg::Key(Press::plain(KeyCode::Char('t'))));
    assert_eq!(model.notice, None, "there is none to be opened");
}

#[test]
fn what_was_told_goes_with_the_next_act() {
    let enter = || Msg::Key(Press::plain(KeyCode::Enter));
    let mut model = busy();
    model.warn("not done");
    let next = crate::model::later(model.now, 1);
    update(&mut model, Msg::Tick(next));
    update(&mut model, enter());
    assert_eq!((model.screen, model.notice), (Screen::Conversation, None));
    let mut model = busy();
    model.warn("not done");
    update(&mut model, enter());
    assert!(model.notice.is_some(), "nobody can have read it");
}

#[test]
fn acts_become_commands() {
    let conversation = samples::id("ada");
    let save = |open| {
        let (media, name, folder) = (samples::BILL, "bill 7.pdf".to_owned(), ".".into());
        Command::SaveFile(SaveFile { conversation, media, name, folder, open })
    };
    for (context, action, expected) in [
        (Context::Conversation, Action::TakeOver, Command::Act { conversation, order: Order::TakeOver }),
        (Context::Conversation, Action::HandBack, Command::Act { conversation, order: Order::HandBack }),
        (Context::Confirm, Action::Yes, Command::Act { conversation, order: Order::Close }),
        (Context::Choose, Action::Rewrite, Command::ReadReply { conversation, of: 20 }),
        (Context::Inbox, Action::Failures, Command::LoadFailures),
        (Context::Inbox, Action::Open, Command::LoadDetail(samples::id("ben"))),
        (Context::Files, Action::Save, save(false)),
        (Context::Files, Action::SaveAndOpen, save(true)),
        (
            Context::Conversation,
            Action::Person,
            Command::LoadPerson { conversation, contact: samples::contact("ada") },
        ),
        (Context::Failures, Action::Replay, Command::ReplayParked(parked(1).event)),
    ] {
        let mut model = in_context(context);
        let commands = act::act(&mut model, action);
        assert_eq!(commands.first(), Some(&expected), "{context:?} {action:?}");
    }
}

fn owned(owner: Owner) -> Msg {
    let conversation = studio_core::api::Conversation { sequence: 41, owner, ..samples::conversation("ada") };
    let position = LivePosition { epoch: 1, number: 1 };
    let entries = Vec::new();
    Msg::Live(LiveNews::Frame(LiveFrame::Turn { position, conversation: Box::new(conversation), entries }))
}

#[test]
fn who_takes_over_writes_at_once_and_sends_when_it_is_done() {
    let mut model = in_context(Context::Conversation);
    model.room.as_mut().and_then(|room| room.detail.as_mut()).expect("is read").conversation.owner =
        Owner::Bot;
    act::act(&mut model, Action::TakeOver);
    for letter in "back".chars() {
        update(&mut model, Msg::Key(Press::plain(KeyCode::Char(letter))));
    }
    assert_eq!(act::act(&mut model, Action::Send), Vec::new(), "not before the turn");
    assert!(model.notice.is_some());
    update(&mut model, owned(Owner::Member { member: samples::ADA, name: "Ada".to_owned() }));
    assert_eq!(model.notice, None, "it is done");
    let sent = act::act(&mut model, Action::Send);
    assert!(matches!(&sent[..], [Command::Send { text, .. }] if text == "back"), "{sent:?}");
    assert_eq!(model.context(), Context::Conversation);
    update(&mut model, Msg::Key(Press::plain(KeyCode::Char('n'))));
    update(&mut model, Msg::Paste("private".to_owned()));
    let sent = act::act(&mut model, Action::Send);
    assert!(
        matches!(&sent[..], [Command::Send { text, kind: DraftKind::Note, .. }] if text == "private"),
        "{sent:?}"
    );

    // What could not be done is told, and what was written stays.
    let mut model = in_context(Context::Conversation);
    act::act(&mut model, Action::TakeOver);
    update(&mut model, Msg::Paste("hello".to_owned()));
    let error = ApiError::Refused { status: 503, detail: "too busy".into() };
    let (conversation, order) = (samples::id("ada"), Order::TakeOver);
    update(&mut model, Msg::Answer(Answer::Acted { conversation, order, result: Err(error) }));
    assert_eq!(model.context(), Context::Compose, "what is typed on is no command");
    assert_eq!(model.drafts[&(samples::id("ada"), DraftKind::Reply)].text(), "hello");
    assert!(model.notice.is_some_and(|notice| notice.text.contains("too busy")));
}

#[test]
fn a_line_that_says_what_was_asked_for_goes_when_it_is_done() {
    let mut model = in_context(Context::Conversation);
    act::act(&mut model, Action::HandBack);
    update(&mut model, owned(Owner::Member { member: samples::ADA, name: "Ada".to_owned() }));
    assert!(model.notice.is_some());
    update(&mut model, owned(Owner::Bot));
    assert_eq!(model.notice, None);
}

#[test]
fn back_leads_from_the_mind_to_the_conversation_first_and_it_is_not_kept() {
    for (width, expected) in [(70, Screen::Conversation), (120, Screen::Inbox)] {
        let mut model = in_context(Context::Conversation);
        model.width = width;
        act::act(&mut model, Action::Mind);
        act::act(&mut model, Action::Back);
        assert_eq!(model.screen, expected, "{width}");
        act::act(&mut model, Action::Back);
        assert_eq!(model.screen, Screen::Inbox);
        open(&mut model, samples::id("ada"));
        assert!(!model.room.expect("is open").mind);
    }
}

#[test]
fn closing_asks_first_and_no_means_no() {
    let mut model = in_context(Context::Conversation);
    assert_eq!(act::act(&mut model, Action::Close), Vec::new());
    assert_eq!(model.context(), Context::Confirm);
    assert_eq!(act::act(&mut model, Action::No), Vec::new());
    assert_eq!(model.context(), Context::Conversation);
}

#[test]
fn the_inbox_shows_who_waits_first_and_keeps_to_its_filter() {
    for (filter, query, expected) in [
        (Filter::Open, "", vec!["cleo", "ben", "ada"]),
        (Filter::Mine, "", vec!["ada"]),
        (Filter::Waiting, "", vec!["cleo"]),
        (Filter::Closed, "", vec![]),
        (Filter::Open, "BE", vec!["ben"]),
        (Filter::Open, "order", vec!["cleo", "ben", "ada"]),
        (Filter::Open, "channel:web be", vec!["ben"]),
        (Filter::Open, "tag:order", vec![]),
    ] {
        let mut model = busy();
        model.inbox.filter = filter;
        model.inbox.query = Draft::new(query);
        let names: Vec<&str> = model.visible().iter().map(|one| one.contact_name.as_str()).collect();
        assert_eq!(names, expected, "{filter:?} {query}");
    }
}

fn turn(entries: Vec<Entry>) -> Msg {
    let conversation = studio_core::api::Conversation { sequence: 41, ..samples::conversation("ada") };
    let position = LivePosition { epoch: 1, number: 1 };
    Msg::Live(LiveNews::Frame(LiveFrame::Turn { position, conversation: Box::new(conversation), entries }))
}

#[test]
fn the_visitor_is_told_of_typing_now_and_then_and_only_by_who_speaks() {
    let ada = samples::id("ada");
    let told = vec![Command::TellTyping(ada)];
    let a = || Msg::Key(Press::plain(KeyCode::Char('a')));
    let mut model = in_context(Context::Compose);
    assert_eq!(update(&mut model, a()), told);
    assert_eq!(update(&mut model, a()), Vec::new());
    let later = crate::model::later(model.now, 4);
    update(&mut model, Msg::Tick(later));
    assert_eq!(update(&mut model, Msg::Paste("all of it".to_owned())), told);
    act::act(&mut model, Action::Send);
    act::act(&mut model, Action::Reply);
    assert_eq!(update(&mut model, a()), told, "a new reply is told at once");

    let mut note = in_context(Context::Conversation);
    act::act(&mut note, Action::Note);
    assert_eq!(update(&mut note, a()), Vec::new());
    let mut of_another = in_context(Context::Compose);
    let room = of_another.room.as_mut().expect("is open");
    room.detail.as_mut().expect("is read").conversation.owner = Owner::Bot;
    assert_eq!(update(&mut of_another, a()), Vec::new());
}

#[test]
fn what_is_told_goes_after_5_seconds_and_what_failed_not_before_somebody_is_there() {
    let key = || Msg::Key(Press::plain(KeyCode::Down));
    for (stays, seconds, pressed, shown) in [
        (false, 4, false, true),
        (false, 4, true, true),
        (false, 5, false, false),
        (true, 4, true, true),
        (true, 600, false, true),
        (true, 5, true, false),
    ] {
        let mut model = busy();
        if stays {
            model.warn("not done");
        } else {
            model.notify("done");
        }
        let later = crate::model::later(model.now, seconds);
        update(&mut model, Msg::Tick(later));
        if pressed {
            update(&mut model, key());
        }
        assert_eq!(model.notice.is_some(), shown, "{stays} {seconds} {pressed}");
    }
    let mut model = busy();
    model.warn("not done");
    update(&mut model, key());
    let later = crate::model::later(model.now, 5);
    update(&mut model, Msg::Tick(later));
    assert_eq!(model.notice, None, "somebody went on with something else");
}

#[test]
fn a_welcome_without_all_that_was_missed_reads_again() {
    for (caught_up, link, stale) in [
        (true, Link::Connecting, true),
        (true, Link::Reconnecting { error: String::new(), at: samples::at(1) }, false),
        (false, Link::Reconnecting { error: String::new(), at: samples::at(1) }, true),
    ] {
        let mut model = busy();
        model.link = link;
        let position = LivePosition { epoch: 1, number: 1 };
        let frame = LiveFrame::Welcome { position, caught_up };
        update(&mut model, Msg::Live(LiveNews::Frame(frame)));
        assert_eq!((model.inbox.stale, &model.link), (stale, &Link::Connected));
    }
}

#[test]
fn a_lost_connection_is_told() {
    let mut model = busy();
    let error = ApiError::Unreachable("broken pipe".into());
    update(&mut model, Msg::Live(LiveNews::Lost { error, retry_in: Duration::from_secs(4) }));
    assert!(matches!(model.link, Link::Reconnecting { ref error, .. } if error.contains("broken pipe")));
}

#[test]
fn a_login_that_has_ended_is_told_and_tried_no_more() {
    let ended = || ApiError::Unauthorised("the login has ended".into());
    let retry_in = Duration::from_secs(4);
    for msg in [Msg::Live(LiveNews::Lost { error: ended(), retry_in }), Msg::Answer(Answer::Me(Err(ended())))]
    {
        let mut model = busy();
        model.link = Link::Connected;
        update(&mut model, msg);
        assert_eq!(model.link, Link::LoggedOut);
    }
}

fn page(items: Vec<studio_core::api::Conversation>) -> ConversationPage {
    ConversationPage { items, ..ConversationPage::default() }
}

#[test]
fn a_list_forgets_what_left_it_and_keeps_what_was_told_since() {
    let mut model = busy();
    let Command::LoadInbox(request) = load_inbox(&mut model) else { panic!("asks for the list") };
    model.inbox.told.insert(samples::id("ben"));
    let result = Ok(page(vec![samples::conversation("dan")]));
    update(&mut model, Msg::Answer(Answer::Inbox { request: request.clone(), result }));
    let names: Vec<&str> = model.visible().iter().map(|one| one.contact_name.as_str()).collect();
    assert_eq!(names, ["ben", "dan"]);
    // An empty page that is not the last one says nothing of those that it does not have.
    let Command::LoadInbox(request) = load_inbox(&mut model) else { panic!("asks for the list") };
    let result = Ok(ConversationPage { next_cursor: Some("more".to_owned()), ..page(Vec::new()) });
    update(&mut model, Msg::Answer(Answer::Inbox { request: request.clone(), result }));
    assert_eq!(model.visible().len(), 2);
    // The answer to an older question changes nothing.
    load_inbox(&mut model);
    let result = Ok(page(Vec::new()));
    update(&mut model, Msg::Answer(Answer::Inbox { request, result }));
    assert_eq!(model.visible().len(), 2);
}

#[test]
fn who_waits_longest_stands_first() {
    let mut model = busy();
    for (name, since, changed) in [("late", 8, 9), ("long", 1, 2), ("soon", 5, 10)] {
        let one = studio_core::api::Conversation {
            owner: Owner::Team { team: None },
            waiting_since: Some(samples::at(since)),
            updated_at: samples::at(changed),
            ..samples::conversation(name)
        };
        model.inbox.conversations.insert(one.id, one);
    }
    let names: Vec<&str> = model.visible().iter().map(|one| one.contact_name.as_str()).collect();
    // Of cleo an earlier version wrote no moment.
    assert_eq!(names, ["long", "soon", "late", "cleo", "ben", "ada"]);
}

#[test]
fn a_later_state_is_not_replaced_by_an_earlier_one() {
    let mut model = busy();
    let closed = studio_core::api::Conversation {
        status: Status::Closed,
        sequence: 9,
        ..samples::conversation("ben")
    };
    live::keep(&mut model, closed);
    live::keep(&mut model, samples::conversation("ben"));
    assert_eq!(model.inbox.conversations[&samples::id("ben")].status, Status::Closed);
}

#[test]
fn the_list_is_bounded() {
    let mut model = busy();
    for number in 0..MOST_CONVERSATIONS + 10 {
        live::keep(&mut model, samples::conversation(&number.to_string()));
    }
    assert_eq!(model.inbox.conversations.len(), MOST_CONVERSATIONS);
}

#[test]
fn a_burst_of_turns_asks_for_the_mind_twice() {
    let mut model = in_context(Context::Conversation);
    let ask = vec![Command::LoadDetail(samples::id("ada"))];
    assert_eq!(update(&mut model, turn(Vec::new())), ask);
    for _ in 0..5 {
        assert_eq!(update(&mut model, turn(Vec::new())), Vec::new());
    }
    let answer = || {
        Msg::Answer(Answer::Detail {
            conversation: samples::id("ada"),
            result: Ok(Box::new(samples::detail("ada"))),
        })
    };
    assert_eq!(update(&mut model, answer()), ask);
    assert_eq!(update(&mut model, answer()), Vec::new());
}
