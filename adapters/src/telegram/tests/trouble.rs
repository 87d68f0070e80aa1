//! What becomes of messages when something goes wrong: at Telegram, on the way, and with us?

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::SignedDuration;
use serde_json::json;
use studio_core::content::{Action, Button, Content, Source};
use studio_simulators::{faults::Plan, telegram::Settings};
use tokio_util::sync::CancellationToken;

use super::stage::{ADA, Stage, account, line, until};
use crate::{
    host::{AcceptError, Host as _},
    platform::{Leaving, Outcome, Scope},
    rate::Rate,
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
    until("it is set", || webhook.account.standing().listening.filter(|listening| *listening)).await;
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
    let attempt = stage.account.send(&stage.memory, &leaving(&stage, "7", Content::text("Hello"))).await;
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

fn leaving(stage: &Stage, thread: &str, content: Content) -> Leaving {
    use studio_core::{
        api::{Message, Sender},
        dialogue::Speaker,
    };
    let from = Sender::Speaker { speaker: Speaker::Bot };
    let message = Message {
        sequence: 1,
        at: stage.memory.now(),
        from,
        content,
        author: None,
        client_id: None,
        template: None,
        translated: false,
        translation: None,
    };
    Leaving {
        conversation: stage.conversation(thread),
        thread: thread.to_owned(),
        key: "k1".to_owned(),
        message,
        parts: Vec::new(),
        uncertain: false,
        last_heard: None,
        otherwise: Vec::new(),
    }
}

#[tokio::test]
async fn each_part_of_a_message_counts() {
    let stage = Stage::quiet("", Settings { limited: false, ..Settings::default() }).await;
    stage.act("start", json!({ "person": ADA }));
    stage.memory.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let long = Content::text("word ".repeat(2_500));
    let attempt = stage.account.send(&stage.memory, &leaving(&stage, "7", long)).await;
    assert_eq!(
        (attempt.parts.len(), stage.memory.turns()),
        (2, 1),
        "the server has counted the first itself"
    );
    let Outcome::Retry { after, scope, .. } = attempt.outcome else { panic!("{attempt:?}") };
    assert_eq!((after, scope), (Some(SignedDuration::from_hours(6)), Scope::Chat));
}

#[tokio::test]
async fn where_nothing_can_be_sent_it_is_said_what_to_do() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    stage.act("block", json!({ "person": ADA }));
    until("blocked", || stage.heard("7").contains(&r#"blocked {"chat":null}"#.to_owned()).then_some(()))
        .await;
    let check = async |thread: &str, content: Content, expected: &str| {
        let attempt = stage.account.send(&stage.memory, &leaving(&stage, thread, content)).await;
        let Outcome::Dead { reason } = &attempt.outcome else { panic!("{attempt:?}") };
        assert!(reason.starts_with(expected), "{reason:?} does not begin with {expected:?}");
    };
    let hello = || Content::text("Hello");
    check("7", hello(), "the person has blocked the bot").await;
    check("4711", hello(), "there is no such chat for this bot").await;
    check("web-session", hello(), "“web-session” is no chat of Telegram").await;
    stage.act("group", json!({"id": -1_001_000_000_000_i64, "title": "Camp", "forum": true, "topics": [5]}));
    check("-1001000000000/6", hello(), "the topic is closed or was deleted").await;
    stage.act("remove_bot", json!({ "chat": -1_001_000_000_000_i64 }));
    check("-1001000000000/5", hello(), "the bot is not in this group any more").await;
    stage.act("business", json!({"id": "b1", "owner": 8, "enabled": false}));
    stage.act("person", json!({ "id": 9 }));
    check("9@b1", hello(), "the business account is not connected").await;
    stage.act("unblock", json!({ "person": ADA }));
    let edit = crate::testing::edit("7", &["999".into()], hello());
    let Outcome::Dead { reason } = stage.account.edit(&stage.memory, &edit).await.outcome else {
        panic!("dead")
    };
    assert!(reason.starts_with("the message cannot be changed any more"), "{reason}");
}

#[tokio::test]
async fn what_telegram_does_not_take_goes_with_less() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let check = async |content: Content, expected: &str, losses: &[&str]| {
        let attempt = stage.account.send(&stage.memory, &leaving(&stage, "7", content)).await;
        assert_eq!(attempt.outcome, Outcome::Done);
        assert_eq!(stage.told(ADA).last().map(String::as_str), Some(expected));
        let said = attempt.losses.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(said, losses);
    };
    let local = Button { title: "Shop".into(), action: Action::Link("http://localhost/".into()) };
    check(
        Content::Buttons { text: "Look".into(), buttons: vec![local] },
        "Look\nShop: http://localhost/",
        &["link button “Shop” written into the text"],
    )
    .await;
    let image =
        |url: &str| Content::Image { source: Source::Url(url.into()), alt: "A tent".into(), caption: None };
    check(
        image("https://shop.example/missing.png"),
        "A tent: https://shop.example/missing.png",
        &["picture written as a link: “A tent”"],
    )
    .await;
    let file = |name: &str| Content::File {
        source: Source::Url(format!("https://shop.example/{name}")),
        name: name.into(),
        media_type: "text/plain".into(),
        size: 0,
    };
    check(file("bill.pdf"), "(no words)", &[]).await;
    check(
        file("bill.txt"),
        "bill.txt: https://shop.example/bill.txt",
        &["file written as a link: “bill.txt”"],
    )
    .await;
    let gone = Source::Media(studio_core::id::MediaId(ulid::Ulid(1)));
    check(
        Content::File { source: gone, name: "old.pdf".into(), media_type: "application/pdf".into(), size: 0 },
        "old.pdf",
        &["file lost, only its name is left: “old.pdf”"],
    )
    .await;
}

#[tokio::test]
async fn a_message_of_several_parts_goes_on_behind_those_that_left() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let mut leaving = leaving(&stage, "7", Content::text("word ".repeat(2000)));
    leaving.parts = vec!["1".into()];
    let attempt = stage.account.send(&stage.memory, &leaving).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 2));
    assert_eq!(attempt.losses.len(), 1, "{:?}", attempt.losses);
    assert_eq!(stage.told(ADA).len(), 2, "the first of three had left before");
}

#[tokio::test]
async fn a_group_that_moves_is_followed() {
    let stage = Stage::polling("").await;
    stage.act("group", json!({"id": -55, "title": "Camp"}));
    stage.act("say", json!({"person": ADA, "chat": -55, "text": "/hello"}));
    until("an answer", || (stage.told(-55).len() == 1).then_some(())).await;
    stage.act("migrate", json!({"chat": -55, "to": -1_001_000_000_055_i64}));
    let attempt =
        stage.account.send(&stage.memory, &leaving(&stage, "-55", Content::text("Still here"))).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    assert_eq!(stage.told(-1_001_000_000_055), ["Still here"]);
    let moved = ("tg".to_owned(), "-55".to_owned(), "-1001000000055".to_owned());
    until("it is told", || (stage.memory.moves().len() == 3).then_some(())).await;
    assert!(stage.memory.moves().iter().all(|found| *found == moved), "by the answer, and by both chats");
}

#[tokio::test]
async fn files_that_are_gone_or_too_large_say_so() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    stage.act("send", json!({"person": ADA, "kind": "voice", "content": "hm"}));
    let file = until("a voice", || stage.last().filter(|event| !event.attachments.is_empty())).await;
    assert_eq!(line(&file.body), "said voice.ogg");
    let native = &file.attachments[0].native;
    let error = stage.account.fetch("nonsense").await.expect_err("no file");
    assert!(error.to_string().contains("wrong file_id"), "{error}");
    stage.simulator.fail(Plan { media_expired: 1.0, ..Plan::default() });
    stage.account.fetch(native).await.expect_err("it is gone");
    stage.simulator.fail(Plan::default());
    assert_eq!(stage.account.fetch(native).await.expect("it is back"), "hm");
    let large =
        json!({"person": ADA, "kind": "document", "name": "big.bin", "content": "x".repeat((20 << 20) + 1)});
    stage.act("send", large);
    let file =
        until("a large file", || stage.last().filter(|event| line(&event.body) == "said big.bin")).await;
    let error = stage.account.fetch(&file.attachments[0].native).await.expect_err("too large");
    assert!(error.to_string().contains("larger than the 20 MB"), "{error}");
}

#[tokio::test]
async fn a_flood_in_one_chat_is_told_from_a_flood_everywhere() {
    let stage = Stage::polling("").await;
    for person in [7, 8] {
        stage.act("start", json!({ "person": person }));
    }
    until("both", || (stage.memory.accepted().len() == 2).then_some(())).await;
    stage.simulator.fail(Plan { too_many: 1.0, too_many_seconds: 5, ..Plan::default() });
    let mut scopes = Vec::new();
    // Two topics of a group are one chat.
    for thread in ["7", "7", "8", "-1001234/2", "-1001234/3", "9", "10"] {
        let attempt = stage.account.send(&stage.memory, &leaving(&stage, thread, Content::text("x"))).await;
        let Outcome::Retry { after, scope, .. } = attempt.outcome else { panic!("a retry") };
        scopes.push((after.map(|after| after.as_secs()), scope));
    }
    let (last, first) = scopes.split_last().expect("there are some");
    assert!(first.iter().all(|scope| *scope == (Some(5), Scope::Chat)), "each waits for itself: {first:?}");
    assert_eq!(*last, (Some(5), Scope::Connection), "five chats are the bot");
}
