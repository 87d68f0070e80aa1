//! What is sent is pending, and nothing that was written is lost.

use studio_core::{
    api::Accepted,
    content::Content,
    dialogue::{Act, Happening, Refusal, Speaker},
};

use super::*;

/// Writes "On its way." into the open conversation and sends it.
fn sent() -> (Model, u64) {
    let mut model = in_context(Context::Conversation);
    act::act(&mut model, Action::Reply);
    update(&mut model, Msg::Paste("On its way. ".to_owned()));
    let commands = act::act(&mut model, Action::Send);
    let [Command::Send { number, text, kind: DraftKind::Reply, .. }] = commands.as_slice() else {
        panic!("not sent: {commands:?}")
    };
    assert_eq!(text, "On its way.");
    (model, *number)
}

#[test]
fn a_reply_is_pending_until_its_turn_comes() {
    let (mut model, number) = sent();
    assert_eq!(model.pending.len(), 1);
    let event = EventKey { source: "act".into(), native: "1".into() };
    update(&mut model, Msg::Answer(Answer::Sent { number, result: Ok(Accepted { event }) }));
    assert!(model.pending[0].accepted);
    // Neither another's words nor those of the bot settle it.
    let commands = update(&mut model, turn(vec![samples::said(40, Speaker::Bot, "On its way.")]));
    assert_eq!(model.pending.len(), 1);
    assert_eq!(commands, vec![Command::LoadDetail(samples::id("ada"))]);
    update(&mut model, turn(vec![samples::said(41, samples::ada(), "On its way.")]));
    assert_eq!(model.pending, Vec::new());
    let room = model.room.expect("still open");
    assert!(room.messages.contains_key(&41) && room.entries.contains_key(&41));
}

#[test]
fn a_pending_reply_is_settled_also_while_another_conversation_is_open() {
    let (mut model, _) = sent();
    open(&mut model, samples::id("ben"));
    update(&mut model, turn(vec![samples::said(41, samples::ada(), "On its way.")]));
    assert_eq!(model.pending, Vec::new());
}

#[test]
fn what_could_not_be_sent_is_in_the_draft_again() {
    let (mut model, number) = sent();
    let key = (samples::id("ada"), DraftKind::Reply);
    model.drafts.insert(key, Draft::new("and more"));
    open(&mut model, samples::id("ben"));
    let error = ApiError::Refused { status: 409, detail: "take over first".into() };
    update(&mut model, Msg::Answer(Answer::Sent { number, result: Err(error) }));
    assert_eq!(model.pending, Vec::new());
    assert_eq!(model.drafts[&key].text(), "On its way.\nand more");
    assert!(model.notice.is_some_and(|notice| notice.text.contains("take over first")));
}

#[test]
fn a_reply_that_lost_the_race_is_in_the_draft_again() {
    let (mut model, _) = sent();
    let refused = Happening::Refused {
        by: samples::ADA,
        name: "Ada".to_owned(),
        act: Act::Reply { content: Content::text("On its way.") },
        reason: Refusal::NotTheOwner,
    };
    update(&mut model, turn(vec![Entry { sequence: 41, at: samples::at(41), author: None, what: refused }]));
    assert_eq!(model.pending, Vec::new());
    assert_eq!(model.drafts[&(samples::id("ada"), DraftKind::Reply)].text(), "On its way.");
    assert!(model.notice.is_some_and(|notice| notice.text.contains("somebody else")));
}

#[test]
fn leaving_keeps_the_draft_and_nothing_is_not_sent() {
    let mut model = in_context(Context::Compose);
    act::act(&mut model, Action::Leave);
    act::act(&mut model, Action::Reply);
    assert_eq!(model.drafts.len(), 1);
    act::act(&mut model, Action::Note);
    assert_eq!(act::act(&mut model, Action::Send), Vec::new());
    assert!(model.notice.is_some());
}
