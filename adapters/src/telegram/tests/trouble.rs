//! What becomes of messages when something goes wrong: at Telegram, on the way, and with us?

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::SignedDuration;
use serde_json::json;
use studio_core::content::Content;
use studio_simulators::{faults::Plan, telegram::Settings};
use tokio_util::sync::CancellationToken;

use super::stage::{ADA, Stage, account, until};
use crate::{
    host::{AcceptError, Host as _},
    platform::{Outcome, Scope},
};

const PEOPLE: [i64; 3] = [7, 8, 9];
const EACH: usize = 8;

/// All that was said is stored once and in order, and is answered in order, at least once.
async fn nothing_is_lost(stage: &Stage) {
    for person in PEOPLE {
        stage.act("start", json!({ "person": person }));
    }
    let plan = Plan {
        seed: 5,
        too_many: 0.08,
        too_many_seconds: 1,
        failed: 0.08,
        answer_lost: 0.05,
        repeated: 0.3,
        swapped: 0.2,
        ..Plan::default()
    };
    stage.simulator.fail(plan);
    for number in 0..EACH {
        for person in PEOPLE {
            stage.act("say", json!({"person": person, "text": format!("{number}")}));
        }
    }
    until("everything is stored", || {
        let whole = |person: &i64| stage.heard(&person.to_string()).len() > EACH;
        PEOPLE.iter().all(whole).then_some(())
    })
    .await;
    stage.simulator.fail(Plan::default());
    until("everything is answered", || {
        let whole = |person: &i64| {
            let told = stage.told(*person);
            (0..EACH).all(|number| told.contains(&format!("You said: {number}")))
        };
        PEOPLE.iter().all(whole).then_some(())
    })
    .await;
    let mut natives = BTreeMap::<String, usize>::new();
    for event in stage.memory.accepted() {
        *natives.entry(event.native).or_default() += 1;
    }
    assert!(natives.values().all(|count| *count == 1), "nothing is stored twice");
    assert_eq!(stage.dead(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_lost_by_polling() {
    let stage = Stage::polling("").await;
    nothing_is_lost(&stage).await;
}

#[tokio::test]
async fn nothing_is_lost_by_webhook_and_the_order_holds() {
    let stage = Stage::webhook("").await;
    nothing_is_lost(&stage).await;
    for person in PEOPLE {
        let said = stage.heard(&person.to_string()).into_iter().filter(|line| line.starts_with("said"));
        let expected = (0..EACH).map(|number| format!("said {number}"));
        assert_eq!(said.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        // Telegram knows no repeats: what was sent again because the answer was lost follows itself.
        let mut told = stage.told(person);
        told.dedup();
        let expected = (0..EACH).map(|number| format!("You said: {number}"));
        assert_eq!(told, expected.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn order_holds_where_answers_are_refused_for_a_while() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    for number in 0..6 {
        stage.say(&format!("{number}"));
    }
    until("all is stored", || (stage.heard("7").len() == 7).then_some(())).await;
    stage.simulator.fail(Plan {
        seed: 1,
        too_many: 0.5,
        too_many_seconds: 0,
        failed: 0.2,
        ..Plan::default()
    });
    until("all is answered", || (stage.told(ADA).len() == 6).then_some(())).await;
    let expected = (0..6).map(|number| format!("You said: {number}")).collect::<Vec<_>>();
    assert_eq!(stage.told(ADA), expected);
}

#[tokio::test]
async fn an_update_is_done_only_once_it_is_stored() {
    for receive in ["polling", "webhook"] {
        let stage = if receive == "polling" { Stage::polling("").await } else { Stage::webhook("").await };
        stage.act("start", json!({ "person": ADA }));
        until("opened", || (stage.simulator.pending() == 0).then_some(())).await;
        stage.memory.refuse(Some(AcceptError::Store("the disk is full".into())));
        stage.say("one");
        stage.say("two");
        until("it waits", || stage.account.standing().last_error).await;
        assert_eq!(stage.simulator.pending(), 2, "{receive}: Telegram keeps what was not stored");
        stage.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!((stage.simulator.pending(), stage.heard("7").len()), (2, 1));
        stage.memory.refuse(None);
        until("both", || (stage.heard("7")[1..] == ["said one", "said two"]).then_some(())).await;
        until("done", || (stage.simulator.pending() == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn updates_that_are_numbered_anew_are_done_as_well() {
    let stage = Stage::polling("").await;
    stage.say("before");
    until("it is stored and done", || (stage.simulator.pending() == 0).then_some(())).await;
    stage.act("renumber", json!({ "next": 5_000 }));
    // More than are told at once: who stays at the first of them never hears the last.
    for number in 0..120 {
        stage.say(&format!("after {number}"));
    }
    until("the last is heard", || stage.heard("7").contains(&"said after 119".to_owned()).then_some(()))
        .await;
    until("all are done", || (stage.simulator.pending() == 0).then_some(())).await;
}

#[tokio::test]
async fn a_conversation_in_which_too_much_waits_keeps_no_other_waiting() {
    let stage = Stage::polling("").await;
    stage.act("person", json!({"id": 8, "first_name": "Bob"}));
    until("Ada is there", || {
        stage.say("first");
        (!stage.heard("7").is_empty()).then_some(())
    })
    .await;
    stage.memory.fill(Some("7"));
    for number in 0..130 {
        stage.say(&format!("flood {number}"));
        if number % 10 == 0 {
            stage.act("say", json!({"person": 8, "text": format!("calm {number}")}));
        }
    }
    until("Bob is heard to the end", || stage.heard("8").contains(&"said calm 120".to_owned()).then_some(()))
        .await;
    assert!(!stage.heard("7").iter().any(|line| line.contains("flood")));
    // What is held outlives the process.
    stage.stop();
    let second = account(&stage.config);
    stage.memory.fill(None);
    let stop = CancellationToken::new();
    let life = tokio::spawn(Arc::clone(&second).run(stage.memory.clone(), stop.clone()));
    let heard = until("Ada is heard", || {
        let heard = stage.heard("7");
        heard.contains(&"said flood 129".to_owned()).then_some(heard)
    })
    .await;
    let floods = heard.iter().filter(|line| line.contains("flood")).cloned().collect::<Vec<_>>();
    assert_eq!(floods, (0..130).map(|number| format!("said flood {number}")).collect::<Vec<_>>());
    stop.cancel();
    let _ = life.await;
}

/// A kill at any place: between storing and confirming, and between the parts of an album.
#[tokio::test]
async fn a_kill_loses_nothing_and_doubles_nothing() {
    let stage = Stage::quiet("", Settings { limited: false, ..Settings::default() }).await;
    stage.act("start", json!({ "person": ADA }));
    let files = json!([{"kind": "photo", "content": "1"}, {"kind": "photo", "content": "2"}, {"kind": "photo", "content": "3"}]);
    stage.act("album", json!({"person": ADA, "files": files}));
    // Each life ends a little later than the one before it.
    for life in 0..25_u64 {
        let account = account(&stage.config);
        let living = stage.live(&account);
        tokio::time::sleep(Duration::from_millis(4 * life)).await;
        living.abort();
        if life % 5 == 0 {
            stage.say(&format!("{life}"));
        }
        if life == 12 {
            stage.memory.advance(SignedDuration::from_secs(2));
        }
    }
    stage.memory.advance(SignedDuration::from_secs(2));
    stage.start();
    until("all", || {
        (stage.simulator.pending() == 0 && stage.heard("7").contains(&"said 20".to_owned())).then_some(())
    })
    .await;
    let mut heard = stage.heard("7");
    // Each new process may tell of the person again, which the store knows.
    heard.retain(|line| !line.starts_with("opened") && !line.starts_with("introduced"));
    let mut expected = vec!["said photo.jpg | photo.jpg | photo.jpg".to_owned()];
    expected.extend([0, 5, 10, 15, 20].map(|life| format!("said {life}")));
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn the_second_reader_makes_the_first_step_down_and_say_so() {
    let stage = Stage::polling("poll_seconds = 20").await;
    stage.act("start", json!({ "person": ADA }));
    until("it listens", || (stage.heard("7").len() == 1).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let rival = account(&stage.config);
    let rival_life = stage.live(&rival);
    let (_, error) = until("it steps down", || stage.account.standing().last_error).await;
    assert!(error.starts_with("another program reads this bot's updates: stepping down"), "{error}");
    let standing = stage.account.standing();
    assert_eq!((standing.listening, standing.life.reason()), (Some(false), Some(error.as_str())));
    stage.say("to the other");
    until("the other reads", || stage.heard("7").contains(&"said to the other".to_owned()).then_some(()))
        .await;
    rival_life.abort();

    let webhook = Stage::webhook("").await;
    let own = webhook.memory.webhook_address("tg").map(String::from);
    until("it is set", || webhook.account.standing().webhook_set.filter(|set| Some(set) == own.as_ref()))
        .await;
    let thief = Stage::quiet("", Settings::default()).await;
    let mut config = webhook.config.clone();
    config.receive = crate::telegram::Receive::Webhook;
    thief.memory.publish_at("http://127.0.0.1:9/".parse().expect("an address"));
    let other = account(&config);
    let life = tokio::spawn(std::sync::Arc::clone(&other).run(thief.memory.clone(), Default::default()));
    until("it is taken over", || other.standing().listening.filter(|listening| *listening)).await;
    life.abort();
    let standing = webhook.account.examine(&webhook.memory).await;
    let (_, error) = standing.last_error.expect("an error");
    assert!(error.contains("leads elsewhere (127.0.0.1)"), "{error}");
    assert_eq!(standing.webhook_set.as_deref(), Some("127.0.0.1"));
    assert_eq!((standing.listening, standing.life.reason()), (Some(false), Some(error.as_str())));
}

#[tokio::test]
async fn polling_leaves_another_programs_webhook_alone_and_says_so() {
    let stage = Stage::quiet("", Settings::default()).await;
    let thief = Stage::quiet("", Settings::default()).await;
    thief.memory.publish_at("http://127.0.0.1:9/".parse().expect("an address"));
    let mut config = stage.config.clone();
    config.receive = crate::telegram::Receive::Webhook;
    let other = account(&config);
    let life = tokio::spawn(std::sync::Arc::clone(&other).run(thief.memory.clone(), Default::default()));
    let kept = async || thief.memory.recall("tg", "webhook").await.expect("in memory").is_some();
    until("it is set", || other.standing().listening.filter(|listening| *listening)).await;
    while !kept().await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    life.abort();

    stage.start();
    let (_, error) = until("it steps down", || stage.account.standing().last_error).await;
    let expected = "another program has set a webhook for this bot, at 127.0.0.1: stepping down";
    assert!(error.starts_with(expected), "{error}");
    let standing = stage.account.standing();
    assert_eq!((standing.listening, standing.life.reason()), (Some(false), Some(error.as_str())));
    assert_eq!(other.examine(&thief.memory).await.listening, Some(true), "it is left to the other");

    // Its own is removed, also one of an address that it has no more.
    thief.memory.publish_at("http://127.0.0.1:10/".parse().expect("an address"));
    let own = account(&stage.config);
    let life = tokio::spawn(std::sync::Arc::clone(&own).run(thief.memory.clone(), Default::default()));
    until("it reads", || own.standing().listening.filter(|listening| *listening)).await;
    life.abort();
}

#[tokio::test]
async fn a_token_that_is_revoked_is_told_and_nothing_is_given_up() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    stage.simulator.fail(Plan { token_revoked: true, ..Plan::default() });
    let (_, error) = until("an error", || stage.account.standing().last_error).await;
    assert!(error.contains("401: Unauthorized; the token is not valid (any more)"), "{error}");
    assert!(!error.contains("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"), "{error}");
    assert_eq!(stage.account.standing().token_valid, Some(false));
    let attempt = stage.account.send(&stage.memory, &stage.leaving("7", Content::text("Hello"))).await;
    assert!(
        matches!(attempt.outcome, Outcome::Retry { scope: Scope::Connection, after: Some(_), .. }),
        "{attempt:?}"
    );
    // In the same words, so that the log has it once.
    let Outcome::Retry { error: kept_back, .. } = &attempt.outcome else { panic!("{attempt:?}") };
    let told = stage.account.standing().last_error.map(|(_, told)| told);
    assert_eq!((told.as_ref(), kept_back), (Some(&error), &error));
    stage.simulator.fail(Plan::default());
    stage.say("back");
    until("it goes on", || stage.heard("7").contains(&"said back".to_owned()).then_some(())).await;
}

#[tokio::test]
async fn a_token_that_is_taken_again_is_so_as_soon_as_somebody_asks() {
    let stage = Stage::polling("").await;
    until("it listens", || stage.account.standing().listening.filter(|listening| *listening)).await;
    stage.simulator.fail(Plan { token_revoked: true, ..Plan::default() });
    until("it fails", || stage.account.standing().life.reason().map(str::to_owned)).await;
    stage.simulator.fail(Plan::default());
    let standing = stage.account.examine(&stage.memory).await;
    assert_eq!((standing.token_valid, standing.life.reason()), (Some(true), None));
    until("it listens again", || stage.account.standing().listening.filter(|listening| *listening)).await;
}

#[tokio::test]
async fn it_listens_before_the_first_long_poll_ends() {
    let stage = Stage::polling("poll_seconds = 50").await;
    until("it listens", || stage.account.standing().listening.filter(|listening| *listening)).await;
}

#[tokio::test]
async fn what_telegram_says_of_the_webhook_covers_nothing_that_came_later() {
    let stage = Stage::webhook("").await;
    until("it listens", || stage.account.standing().listening.filter(|listening| *listening)).await;
    stage.memory.refuse(Some(AcceptError::Store("the disk is full".into())));
    stage.say("one");
    until("Telegram knows", || stage.simulator.webhook()["last_error_message"].is_string().then_some(()))
        .await;
    stage.memory.refuse(None);
    until("it is stored", || stage.heard("7").contains(&"said one".to_owned()).then_some(())).await;
    // Later than whatever the clock of the stand-in says.
    stage.memory.advance(SignedDuration::from_hours(24 * 3_650));
    stage.account.send(&stage.memory, &stage.leaving("4711", Content::text("Hello"))).await;
    let (_, error) = stage.account.examine(&stage.memory).await.last_error.expect("an error");
    assert!(error.contains("chat not found"), "{error}");
}
