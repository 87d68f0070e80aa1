//! A bug that panics in a task of the pipeline costs nobody anything but its own event: the task goes on.

use serde_json::json;

use crate::{
    http_story::{PASSWORD, add},
    kill::waiter,
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor, http, send},
    },
};

/// It stops in good order, with nothing that still seems to be under way, and has told of the bug.
fn ends_and_has_told(studio: Running) {
    let at_the_start = studio.at_the_start.clone();
    let (status, said) = studio.terminate_and_tell();
    let said = format!("{at_the_start}{said}");
    assert!(status.success(), "{said}");
    assert!(said.contains("pipeline.task.panicked"), "{said}");
    assert!(!said.contains("server.drain.cut"), "{said}");
}

/// Waits until the visitor is told how the order stands, and returns the transcript.
fn is_told(visitor: &Visitor) -> Vec<String> {
    eventually("the order's state", || {
        let transcript = visitor.transcript();
        transcript.iter().any(|line| line.contains("DHL")).then_some(transcript)
    })
}

#[test]
fn a_bug_at_each_stage_loses_nothing_and_doubles_nothing() {
    for point in ["accepted", "stepped", "committed", "sending", "sent", "swept"] {
        let home = Home::new();
        // The only thing that is sent here is the call that asks for the order; replies are fetched.
        let passage = if point.starts_with("sen") { 1 } else { 2 };
        let studio = home.start_with(&[("STUDIO_PANIC", &format!("{point}:{passage}"))]);
        let visitor = Visitor::new(&studio, "panic");
        visitor.say("1", "where is my order?");
        visitor.hears("order number");
        // Whoever is told that it was not taken sends it again.
        let message = json!({ "text": "4711" });
        eventually(&format!("{point}: it is taken"), || {
            let answer = visitor.post("2", &message, 0).ok()?;
            matches!(answer.status, 200 | 202).then_some(())
        });
        let transcript = is_told(&visitor);
        // All lanes run.
        for number in 0..12 {
            Visitor::new(&studio, &format!("other-{number}")).say("1", "where is my order?");
        }
        for number in 0..12 {
            Visitor::new(&studio, &format!("other-{number}")).hears("order number");
        }
        for words in ["visitor: where is my order?", "visitor: 4711", "DHL"] {
            let count = transcript.iter().filter(|line| line.contains(words)).count();
            assert_eq!(count, 1, "{point}: {transcript:#?}");
        }
        ends_and_has_told(studio);
    }
}

#[test]
fn a_bug_behind_the_way_of_a_message_stops_no_timer() {
    for point in ["fired", "projected"] {
        let home = waiter();
        let studio = home.start_with(&[("STUDIO_PANIC", point)]);
        let visitor = Visitor::new(&studio, "wait");
        visitor.say("1", "wait");
        let transcript = visitor.hears("Here I am again");
        assert_eq!(transcript.len(), 3, "{point}: {transcript:#?}");
        visitor.say("2", "wait");
        eventually(&format!("{point}: the next timer fires"), || {
            let lines = visitor.transcript();
            let times = lines.iter().filter(|line| line.contains("Here I am again")).count();
            (times == 2).then_some(())
        });
        ends_and_has_told(studio);
    }
}

#[test]
fn a_bug_behind_the_commit_of_the_last_try_parks_nothing() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_PANIC", "committed:2"), ("STUDIO_LIMITS_ATTEMPTS", "1")]);
    add(&home, "grace@example.com", "Grace", "owner");
    let visitor = Visitor::new(&studio, "panic");
    visitor.say("1", "where is my order?");
    visitor.hears("order number");
    visitor.say("2", "4711");
    let transcript = is_told(&visitor);
    assert_eq!(transcript.iter().filter(|line| line.contains("visitor: 4711")).count(), 1, "{transcript:#?}");
    let grace = Member::log_in(&studio, "grace@example.com", PASSWORD);
    assert_eq!(grace.get("/parked").body["items"], json!([]));
    ends_and_has_told(studio);
}

#[test]
fn what_was_not_tried_yet_when_the_delivering_ended_is_tried() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_PANIC", "sendable,sendable")]);
    add(&home, "grace@example.com", "Grace", "owner");
    let visitor = Visitor::new(&studio, "panic");
    visitor.say("1", "where is my order?");
    visitor.hears("order number");
    visitor.say("2", "4711");
    is_told(&visitor);
    let grace = Member::log_in(&studio, "grace@example.com", PASSWORD);
    assert_eq!(grace.get("/dead-letters").body["items"], json!([]));
    ends_and_has_told(studio);
}

#[test]
fn what_was_being_tried_when_the_delivering_ended_is_a_dead_letter_once_the_store_takes_it() {
    let home = Home::new();
    let environment = [("STUDIO_PANIC", "sending,noting"), ("STUDIO_BUSY", "burying")];
    let studio = home.start_with(&environment);
    add(&home, "grace@example.com", "Grace", "owner");
    let visitor = Visitor::new(&studio, "panic");
    visitor.say("1", "where is my order?");
    visitor.hears("order number");
    // The call that asks for the order is the first thing that leaves.
    visitor.say("2", "4711");
    let grace = Member::log_in(&studio, "grace@example.com", PASSWORD);
    let letter = eventually("the call is given up", || {
        grace.get("/dead-letters").body["items"].as_array().and_then(|items| items.first().cloned())
    });
    assert!(
        letter["error"].as_str().is_some_and(|error| error.starts_with("a bug of the studio")),
        "{letter}"
    );
    // Its flow goes on by the branch of what failed, and others are served.
    eventually("the flow goes on", || (visitor.transcript().len() > 3).then_some(()));
    let other = Visitor::new(&studio, "other");
    other.say("1", "where is my order?");
    other.hears("order number");
    other.say("2", "4711");
    is_told(&other);
    ends_and_has_told(studio);
}

#[test]
fn a_message_that_ends_its_lane_is_parked_and_nobody_else_is() {
    // Where a single try is all, those that were tried together with it must not be parked with it.
    for attempts in ["3", "1"] {
        let home = Home::new();
        let environment = [("STUDIO_POISON_BEHIND", "xyzzy"), ("STUDIO_LIMITS_ATTEMPTS", attempts)];
        let studio = home.start_with(&environment);
        add(&home, "grace@example.com", "Grace", "owner");
        let threads: Vec<String> = (0..12).map(|number| format!("other-{number}")).collect();
        let bad = Visitor::new(&studio, "bad");
        for thread in &threads[..6] {
            Visitor::new(&studio, thread).say("1", "where is my order?");
        }
        bad.say("1", "xyzzy");
        bad.say("2", "where is my order?");
        for thread in &threads[6..] {
            Visitor::new(&studio, thread).say("1", "where is my order?");
        }
        for thread in &threads {
            let transcript = Visitor::new(&studio, thread).hears("order number");
            let said = transcript.iter().filter(|line| line.starts_with("visitor")).count();
            assert_eq!(said, 1, "{transcript:#?}");
        }
        // Its own conversation goes on with the next message.
        bad.hears("order number");
        let grace = Member::log_in(&studio, "grace@example.com", PASSWORD);
        let parked = grace.get("/parked").body["items"].as_array().cloned().unwrap_or_default();
        let [parked] = parked.as_slice() else { panic!("one is parked: {parked:#?}") };
        assert_eq!(parked["event"]["native"], "bad:bad-1");
        assert_eq!(parked["attempts"].to_string(), attempts);
        assert!(
            parked["error"].as_str().is_some_and(|error| error.starts_with("a bug of the studio")),
            "{parked}"
        );
        let figures = send(http().get(format!("{}/metrics", studio.address)).bearer_auth(&grace.token));
        let figures = figures.expect("it is up").body;
        let told = |figures: &str| {
            figures.contains("\nstudio_pipeline_panics_total ") && !figures.contains("panics_total 0\n")
        };
        assert!(figures.as_str().is_some_and(told), "{figures}");
        ends_and_has_told(studio);
    }
}
