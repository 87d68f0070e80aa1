//! Replies that have left are changed and taken back.

use studio_core::{
    api::{Correction, RefusedChange, TranscriptMessage},
    content::{Action as Effect, Button, Content},
    dialogue::{Act, Happening, Refusal},
};

use super::*;

const OF: u64 = 20;

fn press(model: &mut Model, code: KeyCode) -> Vec<Command> {
    update(model, Msg::Key(Press::plain(code)))
}

fn reply(sequence: u64, text: &str) -> studio_core::api::Message {
    samples::message(sequence, Sender::Speaker { speaker: samples::ada() }, text)
}

fn by_channel(model: &mut Model, channel: &str) {
    let room = model.room.as_mut().expect("is open");
    channel.clone_into(&mut room.detail.as_mut().expect("is read").conversation.channel);
}

/// A conversation in which Ada said two things.
fn on(channel: &str) -> Model {
    let mut model = in_context(Context::Conversation);
    by_channel(&mut model, channel);
    let room = model.room.as_mut().expect("is open");
    room.messages.insert(10, reply(10, "It left yesterday."));
    room.messages.insert(OF, reply(OF, "It is 10 euros."));
    model
}

/// The last reply is chosen, and read.
fn read(model: &mut Model, content: Content) {
    let conversation = samples::id("ada");
    press(model, KeyCode::Char('u'));
    assert_eq!(press(model, KeyCode::Enter), [Command::ReadReply { conversation, of: OF }]);
    let result = Ok(Some(content));
    update(model, Msg::Answer(Answer::Reply { conversation, of: OF, result }));
}

/// More is written behind the words of the last reply.
fn rewritten(content: Content) -> Model {
    let mut model = on("telegram");
    read(&mut model, content);
    assert_eq!(model.context(), Context::Compose);
    update(&mut model, Msg::Paste(" Sorry!".to_owned()));
    model
}

fn text(model: &Model) -> &str {
    model.draft().expect("the box is open").text()
}

fn answered(model: &mut Model, content: Option<Content>, result: Result<(), ApiError>) {
    let conversation = samples::id("ada");
    update(model, Msg::Answer(Answer::Changed { conversation, of: OF, content, result }));
}

#[test]
fn the_words_of_a_reply_are_changed_and_all_else_of_it_stays() {
    let offer = |text: &str| Content::Text {
        text: text.to_owned(),
        quick_replies: vec![Button { title: "Fine".to_owned(), action: Effect::Value("fine".to_owned()) }],
    };
    let mut model = rewritten(offer("It is 10 euros 👍🏽."));
    let conversation = samples::id("ada");
    let content = Some(offer("It is 10 euros 👍🏽. Sorry!"));
    let change = Command::Change { conversation, of: OF, content: content.clone() };
    assert_eq!(press(&mut model, KeyCode::Enter), [change]);
    assert_eq!(model.context(), Context::Conversation);
    assert!(model.has_drafts(conversation), "until the studio has it");
    answered(&mut model, content, Ok(()));
    assert!(!model.has_drafts(conversation));
}

#[test]
fn a_reply_that_was_not_changed_says_why_and_what_was_written_stays() {
    let error = ApiError::Refused { status: 409, detail: "say it anew".into() };
    let content = Content::text("It is 10 euros.");
    let mut model = rewritten(content.clone());
    let sent = Some(Content::text("It is 10 euros. Sorry!"));
    press(&mut model, KeyCode::Enter);
    answered(&mut model, sent.clone(), Err(error));
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text == "Not changed: say it anew"));
    read(&mut model, content.clone());
    assert_eq!(text(&model), "It is 10 euros. Sorry!");

    // It lost the race to another's act.
    press(&mut model, KeyCode::Enter);
    answered(&mut model, sent.clone(), Ok(()));
    let act = Act::Correct { of: OF, content: sent };
    let (by, name, reason) = (samples::ADA, "Ada".to_owned(), Refusal::NotTheOwner);
    let what = Happening::Refused { by, name, act, reason };
    update(&mut model, turn(vec![Entry { sequence: 40, at: samples::at(40), author: None, what }]));
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("somebody else")));
    by_channel(&mut model, "telegram");
    read(&mut model, content);
    assert_eq!(text(&model), "It is 10 euros. Sorry!");
}

#[test]
fn who_leaves_keeps_what_was_written_and_nothing_where_nothing_was() {
    let conversation = samples::id("ada");
    let mut model = rewritten(Content::text("It is 10 euros."));
    press(&mut model, KeyCode::Esc);
    assert!(model.has_drafts(conversation) && model.context() == Context::Conversation);

    let mut model = on("telegram");
    read(&mut model, Content::text("It is 10 euros."));
    assert_eq!(press(&mut model, KeyCode::Enter), [], "it says that already");
    read(&mut model, Content::text("It is 10 euros."));
    press(&mut model, KeyCode::Esc);
    assert!(model.changes.is_empty());
}

#[test]
fn a_reply_is_taken_back_once_that_was_asked() {
    let conversation = samples::id("ada");
    for (key, expected) in
        [('y', vec![Command::Change { conversation, of: 10, content: None }]), ('n', Vec::new())]
    {
        let mut model = on("telegram");
        for code in [KeyCode::Char('u'), KeyCode::Up, KeyCode::Char('d')] {
            assert_eq!(press(&mut model, code), []);
        }
        assert_eq!(model.context(), Context::Confirm);
        assert_eq!(press(&mut model, KeyCode::Char(key)), expected);
        assert_eq!(model.context(), Context::Conversation);
    }
}

#[test]
fn what_cannot_be_changed_says_so() {
    let check = |model: &Model, words: &str| {
        let told = model.notice.as_ref().map(|notice| notice.text.as_str()).unwrap_or_default();
        assert!(told.contains(words) && !model.room.as_ref().expect("is open").has_box(), "{told}");
    };
    let mut of_the_web = on("web");
    press(&mut of_the_web, KeyCode::Char('u'));
    check(&of_the_web, "say it anew");
    let mut without = in_context(Context::Conversation);
    let room = without.room.as_mut().expect("is open");
    room.detail = None;
    press(&mut without, KeyCode::Char('u'));
    check(&without, "no reply");
    let mut of_a_file = on("telegram");
    read(&mut of_a_file, samples::file(OF, "bill.pdf").content);
    check(&of_a_file, "taken back");
}

/// What was read of the last reply.
fn is_read(model: &mut Model, correction: Option<Correction>, refused_change: Option<RefusedChange>) {
    let message = samples::transcript(reply(OF, "It is 10 euros."));
    let message = TranscriptMessage { correction, refused_change, ..message };
    let part = Part { after: OF - 1, known: 0 };
    let result = Ok(vec![message]);
    update(model, Msg::Answer(Answer::Messages { conversation: samples::id("ada"), part, result }));
}

#[test]
fn what_became_of_a_change_is_read_until_it_is_known() {
    let now = Some(Content::text("It is 12 euros."));
    let refused = |sequence| Some(RefusedChange { sequence, error: "it is too old".to_owned() });
    let made = || Some(Correction { content: now.clone(), losses: Vec::new() });
    for (correction, refused_change, known, failed) in [
        (None, None, false, None),
        (None, refused(30), false, None),
        (made(), None, true, None),
        (None, refused(40), true, Some("it is too old")),
    ] {
        let mut model = on("telegram");
        let (by, name) = (samples::ADA, "Ada".to_owned());
        let what = Happening::Corrected { by, name, of: OF, content: now.clone() };
        update(&mut model, turn(vec![Entry { sequence: 40, at: samples::at(40), author: None, what }]));
        let part = Part { after: OF - 1, known: 39 };
        let look = Command::LoadMessages { conversation: samples::id("ada"), part };
        let wait = |model: &mut Model, seconds| {
            let later = crate::model::later(model.now, seconds);
            update(model, Msg::Tick(later))
        };
        assert_eq!(wait(&mut model, 1), std::slice::from_ref(&look));
        assert_eq!(wait(&mut model, 1), [], "not that soon again");
        is_read(&mut model, correction, refused_change);
        let corrected = model.room.as_ref().and_then(|room| room.corrected.get(&OF)).expect("is known");
        assert_eq!((corrected.asked.is_none(), corrected.failed()), (known, failed));
        assert_eq!(wait(&mut model, 1), if known { Vec::new() } else { vec![look] });
    }
}

#[test]
fn what_was_taken_back_is_not_offered_again() {
    let mut model = on("telegram");
    is_read(&mut model, Some(Correction { content: None, losses: Vec::new() }), None);
    press(&mut model, KeyCode::Char('u'));
    assert_eq!(model.room.expect("is open").doing, Doing::Choosing(10));
}
