//! What a search finds, and where it leads.

use studio_core::{
    api::{FoundMessage, Search},
    dialogue::Happening,
};

use super::*;

#[test]
fn a_search_ends_in_the_list_as_well() {
    let mut model = busy();
    model.screen = Screen::Inbox;
    act::act(&mut model, Action::Search);
    update(&mut model, Msg::Paste("BE".to_owned()));
    update(&mut model, Msg::Key(Press::plain(KeyCode::Enter)));
    assert_eq!((model.context(), model.visible().len()), (Context::Inbox, 1));
    update(&mut model, Msg::Key(Press::plain(KeyCode::Esc)));
    assert_eq!((model.context(), model.visible().len()), (Context::Inbox, 3));
}

#[test]
fn what_a_search_found_is_shown_until_it_is_forgotten_or_the_search_ends() {
    let mut model = busy();
    let ada = samples::conversation("ada");
    let words = |model: &Model| model.inbox.words(&samples::conversation("ada")).to_owned();
    model.inbox.query = Draft::new("sleeping");
    let Command::LoadInbox(request) = load_inbox(&mut model) else { panic!("asks for the list") };
    let message = FoundMessage { conversation: ada.id, sequence: 3, snippet: "my sleeping bag".to_owned() };
    let search = Some(Search { complete: false, messages: vec![message] });
    let result = Ok(ConversationPage { search, ..page(vec![ada.clone()]) });
    update(&mut model, Msg::Answer(Answer::Inbox { request, result }));
    let names: Vec<&str> = model.visible().iter().map(|one| one.contact_name.as_str()).collect();
    assert_eq!(names, ["ada"]);
    assert_eq!((words(&model).as_str(), model.inbox.found.incomplete), ("my sleeping bag", true));
    let erased = Entry { sequence: 41, at: samples::at(1), author: None, what: Happening::Erased };
    update(&mut model, turn(vec![erased]));
    assert_eq!(words(&model), ada.preview);
    load_inbox(&mut model);
    assert!(!model.inbox.found.incomplete && model.inbox.found.conversations.is_empty());
}

#[test]
fn why_a_search_was_refused_goes_with_the_next_one() {
    let mut model = busy();
    model.inbox.query = Draft::new("bot:xx");
    let Command::LoadInbox(request) = load_inbox(&mut model) else { panic!("asks for the list") };
    let error = ApiError::Refused { status: 422, detail: "there is no bot `xx`".into() };
    update(&mut model, Msg::Answer(Answer::Inbox { request, result: Err(error) }));
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("no bot `xx`")));
    model.inbox.query = Draft::new("bot:shop");
    let now = model.now;
    let asked = update(&mut model, Msg::Tick(now));
    assert!(
        matches!(&asked[..], [Command::LoadInbox(request), ..] if request.query == "bot:shop"),
        "{asked:?}"
    );
    assert_eq!(model.notice, None);
}

/// What is read of the open conversation where a search found a message of this number in it.
fn read_for(model: &mut Model, name: &str, sequence: u64) -> Vec<Part> {
    let conversation = samples::id(name);
    let found = FoundMessage { conversation, sequence, snippet: "hello".to_owned() };
    model.inbox.found.conversations.insert(conversation, Some(found));
    let mut commands = open(model, conversation);
    if commands.contains(&Command::LoadDetail(conversation)) {
        let mut detail = samples::detail(name);
        detail.conversation.sequence = 5_000;
        let result = Ok(Box::new(detail));
        commands.extend(update(model, Msg::Answer(Answer::Detail { conversation, result })));
    }
    let parts = commands.into_iter().filter_map(|command| match command {
        Command::LoadMessages { part, .. } => Some(part),
        _ => None,
    });
    parts.collect()
}

#[test]
fn a_conversation_opens_at_the_message_that_a_search_found_in_it() {
    let room = |model: &Model| {
        let room = model.room.as_ref().expect("there is one");
        (room.found, room.seek, room.scroll > 0)
    };
    let mut model = busy();
    read_for(&mut model, "ada", 3);
    assert_eq!(room(&model), (Some(3), false, true), "it is held");
    let up = Part { after: 0, known: 0 };
    assert!(read_for(&mut model, "ada", 1).contains(&up), "it stands above what is held");
    assert!(room(&model).1, "it is waited for");

    let mut model = busy();
    let part = Part { after: 2_470, known: 0 };
    assert_eq!(read_for(&mut model, "ben", 2_500), [part]);
    let messages = |numbers: std::ops::Range<u64>| {
        let told = |number| samples::transcript(samples::message(number, Sender::Visitor, "hello"));
        let result = Ok(numbers.map(told).collect());
        Msg::Answer(Answer::Messages { conversation: samples::id("ben"), part, result })
    };
    let rest = Part { after: 4_470, known: 0 };
    let asked = update(&mut model, messages(2_471..4_471));
    assert_eq!(asked, [Command::LoadMessages { conversation: samples::id("ben"), part: rest }]);
    assert!(room(&model).1, "what stands below it would move it away");
    assert_eq!(update(&mut model, messages(4_471..5_001)), Vec::new());
    assert_eq!(room(&model), (Some(2_500), false, true));

    model.inbox.found = Found::default();
    open(&mut model, samples::id("ben"));
    assert_eq!(room(&model).0, None, "without a search nothing is marked");
}
