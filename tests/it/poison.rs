//! A message that trips a bug is parked with its error; everything else goes on.

use serde_json::json;

use crate::{
    http_story::PASSWORD,
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor, http, send},
    },
};

#[test]
fn a_poison_message_is_parked_visible_and_replayable() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_POISON", "xyzzy")]);
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let poisoned = Visitor::new(&studio, "poisoned");
    let other = Visitor::new(&studio, "other");
    // Many bad ones, so that each lane has some: none may hold up the others.
    for number in 0..20 {
        Visitor::new(&studio, &format!("bad-{number}")).say("1", "xyzzy");
    }
    poisoned.say("1", "xyzzy");
    poisoned.say("2", "where is my order?");
    other.say("1", "where is my order?");
    other.hears("order number");
    // What was asked before such a message is still asked behind it.
    other.say("2", "xyzzy");
    other.say("3", "4711");
    let transcript = other.hears("anything else");
    assert!(transcript.iter().any(|line| line.contains("DHL")), "{transcript:#?}");
    // Its own conversation goes on with the next message too.
    poisoned.hears("order number");

    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let is_ours = |parked: &serde_json::Value| parked["event"]["native"] == "poisoned:poisoned-1";
    let parked = eventually("the message is parked", || {
        let parked = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        parked.into_iter().find(is_ours)
    });
    assert_eq!(parked["attempts"], 3, "{parked}");
    assert!(parked["error"].as_str().is_some_and(|error| error.contains("poisoned")), "{parked}");
    // What the visitor wrote was not masked by any flow yet: only owners read it here.
    assert_eq!(parked["payload"], serde_json::Value::Null);
    crate::http_story::add(&home, "grace@example.com", "Grace", "owner");
    let grace = Member::log_in(&studio, "grace@example.com", PASSWORD);
    let whole = grace.get("/parked").body["items"].to_string();
    assert!(whole.contains("xyzzy"), "{whole}");
    let path = format!(
        "/parked/{}/{}/replay",
        parked["event"]["source"].as_str().expect("a source"),
        parked["event"]["native"].as_str().expect("an id").replace(':', "%3A"),
    );
    assert_eq!(ada.post(&path, &json!({})).status, 202);
    eventually("it is parked again, for the bug is still there", || {
        let items = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        items.iter().any(is_ours).then_some(())
    });
    assert!(studio.terminate().success());

    // The bug is mended (the studio runs without the poison): the replayed message gets its turn.
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(ada.post(&path, &json!({})).status, 202);
    let visitor = Visitor::new(&studio, "poisoned");
    eventually("the message is in the conversation", || {
        visitor.transcript().iter().any(|line| line == "visitor: xyzzy").then_some(())
    });
    let left = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
    assert!(!left.iter().any(is_ours), "{left:?}");
}

/// Starts the studio until it stays up and has parked an event. How often it ended before is returned as well.
fn started_until_it_stays(home: &Home, environment: &[(&str, &str)]) -> (Running, usize) {
    for ends in 0..9 {
        let Ok(mut studio) = home.try_start(environment) else { continue };
        let mut said = studio.at_the_start.clone();
        let stays = eventually("it ends, or parks an event", || {
            said.push_str(&studio.said());
            if said.contains("pipeline.turn.parked") {
                Some(true)
            } else {
                studio.has_ended().then_some(false)
            }
        });
        if stays {
            return (studio, ends);
        }
    }
    panic!("it ends again and again");
}

#[test]
fn a_message_whose_turn_ends_the_process_is_parked_and_nobody_else_is() {
    // Where a single try is all, those that were tried together with it must not be parked with it.
    for attempts in ["3", "1"] {
        let home = Home::new();
        let studio = home.start_with(&[("STUDIO_HANG", "flow:order"), ("STUDIO_LIMITS_TURN", "10m")]);
        crate::http_story::add(&home, "ada@example.com", "Ada", "owner");
        let threads: Vec<String> = (0..12).map(|number| format!("other-{number}")).collect();
        let bad = Visitor::new(&studio, "bad");
        // All are acknowledged, none has its turn: each lane hangs.
        for thread in &threads[..6] {
            Visitor::new(&studio, thread).say("1", "where is my order?");
        }
        bad.say("1", "xyzzy order");
        bad.say("2", "where is my order?");
        for thread in &threads[6..] {
            Visitor::new(&studio, thread).say("1", "where is my order?");
        }
        studio.kill();

        let environment = [("STUDIO_ABORT", "xyzzy"), ("STUDIO_LIMITS_ATTEMPTS", attempts)];
        let (mut studio, ends) = started_until_it_stays(&home, &environment);
        assert_eq!(ends.to_string(), attempts, "it was tried as often as may be");
        for thread in &threads {
            let transcript = Visitor::new(&studio, thread).hears("order number");
            let said = transcript.iter().filter(|line| line.starts_with("visitor")).count();
            assert_eq!(said, 1, "{transcript:#?}");
        }
        // Its own conversation goes on with the next message.
        Visitor::new(&studio, "bad").hears("order number");
        let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
        let parked = ada.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        let [parked] = parked.as_slice() else { panic!("one is parked: {parked:#?}") };
        assert_eq!(parked["event"]["native"], "bad:bad-1");
        assert_eq!(parked["attempts"].to_string(), attempts);
        assert_eq!(parked["error"], "the studio ended during its turn");

        // It ends the studio once more, before or after the answer.
        let source = parked["event"]["source"].as_str().expect("a source");
        let path = format!("{}/api/v1/parked/{source}/bad%3Abad-1/replay", studio.address);
        let _ = send(http().post(path).bearer_auth(&ada.token).json(&json!({})));
        assert!(!studio.wait_for_end().success());
        drop(studio);
        let studio = home.start();
        let visitor = Visitor::new(&studio, "bad");
        eventually("the bug is mended, and the message has its turn", || {
            visitor.transcript().iter().any(|line| line == "visitor: xyzzy order").then_some(())
        });
    }
}
