//! Contacts are made one person, and taken apart.

use studio_core::{api::Page, dialogue::Happening, id::ContactId};

use super::*;

fn press(model: &mut Model, code: KeyCode) -> Vec<Command> {
    update(model, Msg::Key(Press::plain(code)))
}

fn wait(model: &mut Model) -> Vec<Command> {
    let later = crate::model::later(model.now, 1);
    update(model, Msg::Tick(later))
}

/// Another contact was looked for, and these were found.
fn found(model: &mut Model, query: &str, names: &[&str]) {
    let conversation = samples::id("ada");
    press(model, KeyCode::Char('m'));
    update(model, Msg::Paste(query.to_owned()));
    let query = query.to_owned();
    assert_eq!(wait(model), [Command::FindContacts { conversation, query }]);
    assert_eq!(wait(model), [], "asked once");
    let all = names.iter().map(|name| Candidate::of_conversation(&samples::conversation(name)));
    let result = Ok(all.collect());
    update(model, Msg::Answer(Answer::Contacts { conversation, result }));
}

fn is_found(model: &Model) -> Vec<ContactId> {
    model.room.as_ref().expect("is open").person.found.iter().map(|one| one.contact).collect()
}

#[test]
fn a_person_is_made_one_with_the_contact_that_was_chosen_once_that_was_asked() {
    let (conversation, contact) = (samples::id("ada"), samples::contact("ada"));
    let merge = |name| Command::Merge { conversation, contact, into: samples::contact(name) };
    for (key, expected, then) in [
        (KeyCode::Char('y'), vec![merge("cleo")], Context::Person),
        (KeyCode::Char('n'), Vec::new(), Context::Match),
    ] {
        let mut model = in_context(Context::Person);
        found(&mut model, "parcel", &["ben", "cleo"]);
        press(&mut model, KeyCode::Down);
        assert_eq!(press(&mut model, KeyCode::Enter), [], "not before it was asked");
        assert_eq!(model.context(), Context::Confirm);
        assert_eq!(press(&mut model, key), expected);
        assert_eq!(model.context(), then);
    }
}

#[test]
fn what_was_said_on_all_channels_is_read_on_where_the_operator_comes_to_its_end() {
    let (conversation, contact) = (samples::id("ada"), samples::contact("ada"));
    let mut model = in_context(Context::Person);
    let load = |cursor: Option<&str>| {
        vec![Command::LoadSaid { conversation, contact, cursor: cursor.map(str::to_owned) }]
    };
    let person = Ok(Box::new(samples::person("ada")));
    assert_eq!(update(&mut model, Msg::Answer(Answer::Person { conversation, result: person })), load(None));
    let told = |model: &mut Model, cursor: Option<&str>, sequences: [u64; 2], next: Option<&str>| {
        let said = sequences.map(|sequence| samples::message(sequence, Sender::Visitor, "hello"));
        let page = Page { items: said.map(samples::transcript).into(), next_cursor: next.map(str::to_owned) };
        let cursor = cursor.map(str::to_owned);
        update(model, Msg::Answer(Answer::PersonSaid { conversation, cursor, result: Ok(page) }))
    };
    let shown = |model: &Model| {
        let said = &model.room.as_ref().expect("is open").person.said;
        said.iter().map(|message| message.sequence).collect::<Vec<_>>()
    };
    assert_eq!(told(&mut model, None, [8, 9], Some("8")), []);
    assert_eq!(press(&mut model, KeyCode::Down), []);
    assert_eq!(press(&mut model, KeyCode::End), load(Some("8")));
    assert_eq!(press(&mut model, KeyCode::End), [], "it is being read");
    told(&mut model, Some("8"), [6, 7], None);
    assert_eq!(shown(&model), [9, 8, 7, 6], "the last first");
    assert_eq!(press(&mut model, KeyCode::End), [], "there is no more");
    told(&mut model, Some("other"), [1, 2], None);
    assert_eq!(shown(&model), [9, 8, 7, 6], "of another reading");
    let on = model.room.as_ref().and_then(|room| room.person.message()).map(|message| message.sequence);
    assert_eq!(on, Some(6));
}

#[test]
fn what_is_found_late_is_not_what_was_agreed_to() {
    let mut model = in_context(Context::Person);
    found(&mut model, "parcel", &["ben"]);
    press(&mut model, KeyCode::Enter);
    let conversation = samples::id("ada");
    let late = vec![Candidate::of_conversation(&samples::conversation("dan"))];
    update(&mut model, Msg::Answer(Answer::Contacts { conversation, result: Ok(late) }));
    let sent = press(&mut model, KeyCode::Char('y'));
    assert!(matches!(sent[..], [Command::Merge { into, .. }] if into == samples::contact("ben")), "{sent:?}");
}

#[test]
fn a_contact_that_is_this_person_already_is_not_offered() {
    let mut model = in_context(Context::Person);
    found(&mut model, "parcel", &["ada", "ben"]);
    assert_eq!(is_found(&model), [samples::contact("ben")]);
    let mut alone = in_context(Context::Person);
    found(&mut alone, "parcel", &["ada"]);
    press(&mut alone, KeyCode::Enter);
    assert_eq!(alone.context(), Context::Match);
    assert!(alone.notice.is_some_and(|notice| notice.text.contains("No other contact")));
}

#[test]
fn a_part_of_a_person_is_taken_out_and_what_stands_for_all_is_not() {
    let conversation = samples::id("ada");
    let mut model = in_context(Context::Person);
    let contact = samples::person("ada").identities[1].contact;
    assert_eq!(press(&mut model, KeyCode::Char('u')), []);
    assert_eq!(model.context(), Context::Confirm);
    assert_eq!(press(&mut model, KeyCode::Char('y')), [Command::Unmerge { conversation, contact }]);

    press(&mut model, KeyCode::Home);
    press(&mut model, KeyCode::Char('u'));
    assert_eq!(model.context(), Context::Person);
    assert!(model.notice.is_some_and(|notice| notice.text.contains("one of those can be taken apart")));
}

#[test]
fn what_has_changed_is_read_anew_and_what_was_refused_is_told() {
    let (conversation, contact) = (samples::id("ada"), samples::contact("ada"));
    let mut model = in_context(Context::Person);
    found(&mut model, "parcel", &["ben"]);
    press(&mut model, KeyCode::Esc);
    let done = Msg::Answer(Answer::PersonChanged { conversation, result: Ok(()) });
    let load = Command::LoadPerson { conversation, contact };
    assert_eq!(update(&mut model, done), [Command::LoadDetail(conversation), load]);
    assert_eq!(is_found(&model), [], "who was found may be this person by now");
    press(&mut model, KeyCode::Char('m'));
    assert_eq!(wait(&mut model), [Command::FindContacts { conversation, query: "parcel".into() }]);
    let error = ApiError::Refused { status: 409, detail: "they are one person already".into() };
    let refused = Msg::Answer(Answer::PersonChanged { conversation, result: Err(error) });
    assert_eq!(update(&mut model, refused), []);
    assert!(model.notice.is_some_and(|notice| notice.text.ends_with("they are one person already")));
}

#[test]
fn nothing_of_a_person_who_was_erased_stays() {
    let mut model = in_context(Context::Person);
    found(&mut model, "parcel", &["ben"]);
    update(&mut model, turn(vec![Entry { what: Happening::Erased, ..samples::received(40, "") }]));
    let person = &model.room.as_ref().expect("is open").person;
    assert!(
        person.detail.is_none() && person.found.is_empty() && person.query.text().is_empty(),
        "{person:?}"
    );
}
