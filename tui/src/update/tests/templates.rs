//! How an approved template is chosen, filled and sent.

use studio_core::{api::Accepted, content::Template};

use super::{empty, in_context};
use crate::{
    draft::Draft,
    error::ApiError,
    keys::{Action, Context, Press},
    message::{Answer, Command, Msg},
    model::{Doing, Model, Screen},
    samples,
    update::{act, update},
};

/// Ada's conversation, on this channel.
fn on(channel: &str) -> Model {
    let mut model = in_context(Context::Conversation);
    let room = model.room.as_mut().expect("busy has a room");
    let conversation = &mut room.detail.as_mut().expect("is read").conversation;
    channel.clone_into(&mut conversation.channel);
    "phone".clone_into(&mut conversation.connection);
    model
}

fn write(model: &mut Model, text: &str) {
    update(model, Msg::Paste(text.to_owned()));
}

/// What is sent once all is filled.
fn template(commands: &[Command]) -> &Template {
    let [Command::SendTemplate { conversation, template }] = commands else { panic!("{commands:?}") };
    assert_eq!(*conversation, samples::id("ada"));
    template
}

#[test]
fn a_template_is_chosen_filled_and_sent() {
    let conversation = samples::id("ada");
    let mut model = on("whatsapp");
    let asked = act::act(&mut model, Action::Templates);
    assert_eq!(asked, [Command::LoadTemplates { conversation, connection: "phone".to_owned() }]);
    let mut known = samples::templates();
    known[0].status = "PAUSED".to_owned();
    update(&mut model, Msg::Answer(Answer::Templates { conversation, result: Ok(known) }));
    let names: Vec<_> =
        model.room.iter().flat_map(|room| &room.templates.known).map(|one| &*one.name).collect();
    assert_eq!(names, ["order_sent", "visit"], "what is not approved cannot be sent");
    assert_eq!(model.context(), Context::Templates);

    act::act(&mut model, Action::PickTemplate);
    assert_eq!(model.context(), Context::Compose);
    assert_eq!(act::act(&mut model, Action::Send), [], "the gap is open");
    write(&mut model, "Ada\nLovelace");
    assert_eq!(act::act(&mut model, Action::Send), []);
    write(&mut model, "17");
    // Back to the first gap, and on again: what was written is there.
    act::act(&mut model, Action::Leave);
    assert_eq!(model.draft().map(Draft::text), Some("Ada Lovelace"), "a gap is one line");
    assert_eq!(act::act(&mut model, Action::Send), []);
    let sent = act::act(&mut model, Action::Send);
    let filled = template(&sent);
    assert_eq!((&*filled.name, &*filled.language), ("order_sent", "en"));
    assert_eq!((&*filled.parameters.body["1"], &*filled.parameters.body["2"]), ("Ada Lovelace", "17"));
    assert_eq!(act::act(&mut model, Action::Send), [], "it is on its way");

    // What the server refuses stays as it was filled.
    let error = ApiError::Refused { status: 409, detail: "take the conversation over first".into() };
    update(&mut model, Msg::Answer(Answer::TemplateSent { conversation, result: Err(error) }));
    assert!(
        model.notice.as_ref().is_some_and(|notice| notice.text.contains("take the conversation over first"))
    );
    let sent = act::act(&mut model, Action::Send);
    assert_eq!(template(&sent).parameters.body.len(), 2);
    let accepted: Accepted =
        serde_json::from_value(serde_json::json!({ "event": { "source": "web", "native": "1" } }))
            .expect("as the server answers");
    update(&mut model, Msg::Answer(Answer::TemplateSent { conversation, result: Ok(accepted) }));
    let room = model.room.as_ref().expect("it is open");
    assert!(room.doing == Doing::Reading && room.templates.filling.is_none());
    assert_eq!(model.context(), Context::Conversation);
}

#[test]
fn one_without_gaps_is_sent_by_the_key_that_chooses_and_back_leads_to_the_list() {
    let mut model = in_context(Context::Templates);
    model.room.as_mut().expect("busy has a room").templates.selected = 2;
    act::act(&mut model, Action::PickTemplate);
    write(&mut model, "nothing to fill");
    act::act(&mut model, Action::Leave);
    assert_eq!((model.context(), model.screen), (Context::Templates, Screen::Templates));
    act::act(&mut model, Action::PickTemplate);
    let sent = act::act(&mut model, Action::Send);
    assert_eq!((&*template(&sent).name, template(&sent).parameters.body.len()), ("visit", 0));
}

#[test]
fn where_there_are_none_it_is_told() {
    for channel in ["web", "telegram"] {
        let mut model = on(channel);
        assert_eq!(update(&mut model, Msg::Key(Press::plain(crossterm::event::KeyCode::Char('a')))), []);
        assert_eq!(model.context(), Context::Conversation, "{channel}");
        assert!(model.notice.is_some_and(|notice| notice.text.contains("needs no templates")), "{channel}");
    }
    assert_eq!(act::act(&mut empty(), Action::Templates), []);
    let mut model = in_context(Context::Templates);
    let room = model.room.as_mut().expect("busy has a room");
    room.templates.known[1].header = Some("image".to_owned());
    act::act(&mut model, Action::PickTemplate);
    assert_eq!(model.context(), Context::Templates);
    assert!(model.notice.is_some_and(|notice| notice.text.contains("by the API")));
    let mut model = in_context(Context::Templates);
    let room = model.room.as_mut().expect("busy has a room");
    room.templates.known[room.templates.selected].unsendable = Some("it opens a form (FLOW)".to_owned());
    act::act(&mut model, Action::PickTemplate);
    assert_eq!(model.context(), Context::Templates);
    assert!(model.notice.is_some_and(|notice| notice.text == "it opens a form (FLOW)"));
}
