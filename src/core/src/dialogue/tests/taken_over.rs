//! Conversations that a person takes over and gives back.

use serde_json::json;

use super::stories::shop;
use crate::{
    bot::NodeKind,
    dialogue::{testing::*, *},
    id::MemberId,
};

#[test]
fn a_question_interrupted_by_a_person_is_asked_again() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.says("4711").is_empty());
    assert_eq!(talk.slot("order_number"), json!(null));
    assert_eq!(talk.acts(ADA, Act::HandBack), ["order_number?"]);
    assert!(talk.says("4711").is_empty());
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.answers(200, json!({ "status": "shipped" })).is_empty(), "not a word while Ada talks");
    talk.acts(ADA, Act::Assign { team: "support".to_owned() });
    assert_eq!(talk.acts(BOB, Act::HandBack), ["Order 4711 is shipped."]);
}

#[test]
fn who_has_the_conversation_gives_it_back_to_those_who_wait_and_nobody_else() {
    let mut talk = Talk::with(shop());
    talk.hears("track", meant("track_order", vec![]));
    talk.acts(ADA, Act::TakeOver);
    let release = || Act::Release { team: Some("support".to_owned()) };
    talk.acts(BOB, release());
    assert_eq!(talk.happened(), ["refused"]);
    talk.acts(ADA, release());
    assert_eq!(talk.state.owner, Owner::Team { team: Some("support".to_owned()) });
    assert_eq!(talk.acts(BOB, Act::HandBack), ["order_number?"], "the bot goes on where it was");
}

#[test]
fn whoever_a_member_passes_it_to_is_waited_for_as_long() {
    let nobody = "Nobody is there now.";
    let assigned = vec![(BOB, Act::Assign { team: "sales".to_owned() })];
    let released = vec![(ADA, Act::TakeOver), (ADA, Act::Release { team: None })];
    for (how, acts) in [("assigned", assigned), ("released", released)] {
        let mut bot = shop();
        let NodeKind::Handoff(handoff) = &mut bot.flows.get_mut("human").unwrap().nodes[0].kind else {
            panic!("a handoff")
        };
        (handoff.wait, handoff.nobody) = (Some(jiff::SignedDuration::from_mins(5)), Some(1));
        bot.flows.get_mut("human").unwrap().nodes[1].kind = say(nobody);
        let mut talk = Talk::with(bot);
        talk.hears("a person please", meant("human", vec![]));
        for (by, act) in acts {
            talk.acts(by, act);
        }
        assert_eq!(talk.timer(TimerKind::Handoff), [nobody], "{how}");
        assert_eq!(talk.state.owner, Owner::Bot);
    }
}

#[test]
fn a_call_that_fails_while_a_person_talks_is_over() {
    let mut talk = Talk::with(shop());
    talk.hears("4711", meant("track_order", vec![entity("order_number", "4711", "4711")]));
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.answers(500, json!({})).is_empty());
    assert!(talk.acts(ADA, Act::HandBack).is_empty());
    assert_eq!(talk.state.next_step(&talk.bot), Some(NextStep::Idle));
}

#[test]
fn an_answer_still_out_is_waited_for_after_hand_back() {
    let mut talk = Talk::with(shop());
    talk.hears("4711", meant("track_order", vec![entity("order_number", "4711", "4711")]));
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.acts(ADA, Act::HandBack).is_empty());
    assert_eq!(talk.answers(200, json!({ "status": "here" })), ["Order 4711 is here."]);
}

#[test]
fn a_timer_that_fires_while_a_person_talks_goes_on_at_hand_back() {
    let mut talk = Talk::with(one_flow(vec![wait(10), say("later")]));
    talk.says("go");
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.timer(TimerKind::Wait).is_empty());
    assert_eq!(talk.acts(ADA, Act::HandBack), ["later"]);
    talk.says("go");
    talk.acts(ADA, Act::TakeOver);
    assert!(talk.acts(ADA, Act::HandBack).is_empty());
    assert_eq!(talk.timer(TimerKind::Wait), ["later"]);
}

#[test]
fn who_closes_what_another_has_taken_meanwhile_is_told_so() {
    let close = |owner: Option<MemberId>, by: MemberId, overrules: bool| {
        let mut talk = Talk::with(shop());
        if let Some(owner) = owner {
            talk.acts(owner, Act::TakeOver);
        }
        if overrules {
            talk.overrules(by, Act::Close)
        } else {
            talk.acts(by, Act::Close)
        };
        (talk.state.status, talk.happened().join(" "))
    };
    assert_eq!(close(Some(BOB), ADA, false), (Status::Open, "refused".to_owned()));
    assert_eq!(close(Some(BOB), ADA, true), (Status::Closed, "closed".to_owned()));
    assert_eq!(close(Some(ADA), ADA, false), (Status::Closed, "closed".to_owned()));
    assert_eq!(close(None, ADA, false), (Status::Closed, "closed".to_owned()));
    // What is closed already stays so, whoever had it.
    let mut talk = Talk::with(shop());
    talk.acts(BOB, Act::TakeOver);
    talk.acts(BOB, Act::Close);
    talk.acts(ADA, Act::Close);
    assert!(talk.happened().is_empty());
}
