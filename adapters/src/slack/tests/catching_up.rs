//! What was said while nothing came in is read from the histories.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::api::Sender;
use studio_simulators::slack::{Histories, Settings};

use super::{
    faults::words,
    scene::{ANNA, DIRECT, NOW, Scene, Way, soon},
};
use crate::{
    host::{AcceptError, Host as _},
    platform::ReplayError,
};

/// Slack has given up on so many events after the first.
async fn given_up(scene: &Scene, events: usize) {
    let all_were_tried = async || {
        let deliveries = scene.sees("deliveries").await;
        let is_so =
            |all: &Vec<Value>| all.len() == events + 1 && all[1..].iter().all(|one| one["tries"] == json!(4));
        deliveries.as_array().is_some_and(is_so)
    };
    scene.until("Slack has given up", all_were_tried).await;
}

/// As they may be by apps that are sold outside Slack's Marketplace, in less time.
#[tokio::test]
async fn histories_that_may_be_read_seldom_are_read_to_their_end() {
    let lower = Histories { every: Duration::from_secs(3), objects: 2 };
    let scene = Scene::with(Way::Posts, "", |settings| settings.histories = Some(lower)).await;
    scene.say("before").await;
    scene.accepted(1).await;
    scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    let words_said = (0..5).map(|number| format!("message {number}")).collect::<Vec<_>>();
    for text in &words_said {
        scene.say(text).await;
    }
    given_up(&scene, 5).await;
    scene.host.refuse(None);
    soon(scene.account.read_since(&scene.host, scene.host.now())).await.expect("histories that can be read");
    let stored = scene.stored().iter().filter_map(|one| words(&one.body)).collect::<Vec<_>>();
    assert_eq!(stored[1..], words_said);
    let calls = scene.sees("calls").await;
    let refused = calls.as_array().into_iter().flatten().filter(|call| call["error"] == "ratelimited");
    assert!(refused.count() > 0, "it was never too much, so nothing was proved");
}

#[tokio::test]
async fn what_slack_holds_back_because_too_much_came_in_an_hour_is_read_from_the_histories() {
    let scene = Scene::with(Way::Posts, "", |settings| settings.events_an_hour = 3).await;
    let words_said = ["one", "two", "three", "four"];
    for text in words_said {
        scene.say(text).await;
    }
    let stored = scene.accepted(4).await;
    assert_eq!(stored.iter().filter_map(|one| words(&one.body)).collect::<Vec<_>>(), words_said);
    let told = scene.account.standing().last_error;
    assert!(told.is_some_and(|(_, why)| why.contains("holds events back")));

    // Of what is said in the same minute Slack says nothing more.
    for (text, passed) in [("five", SignedDuration::from_mins(2)), ("six", SignedDuration::from_hours(1))] {
        let before = scene.stored().len();
        scene.say(text).await;
        scene.host.advance(passed);
        soon(scene.account.until_missing(&scene.host)).await;
        let mark = scene.account.notes().reading.begin().expect("it is missing");
        soon(scene.account.read_since(&scene.host, mark)).await.expect("histories that can be read");
        scene.account.notes().reading.end(true);
        let stored = scene.accepted(before + 1).await;
        assert_eq!(words(&stored[before].body).as_deref(), Some(text));
    }
}

#[tokio::test]
async fn what_was_said_in_a_standstill_is_read_later() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("before").await;
    scene.accepted(1).await;
    // Slack gives up: nothing comes in for long.
    scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    let thread = scene.say("in between").await;
    scene.does("say", json!({ "user": ANNA, "text": "in a thread", "thread_ts": thread })).await;
    let called = json!({ "user": ANNA, "channel": "C0GENERAL", "text": "<@U0BOT0001> are you there?" });
    scene.does("say", called).await;
    given_up(&scene, 4).await;
    scene.host.refuse(None);
    scene.does("rate_limit", json!({})).await;
    let mark = scene.host.now();
    // Slack could not be asked yet who we are.
    scene.account.notes().bot_user = None;
    soon(scene.account.read_since(&scene.host, mark)).await.expect("histories that can be read");
    let said = scene.stored().iter().filter_map(|one| words(&one.body)).collect::<Vec<_>>();
    assert_eq!(said, ["before", "are you there?", "in between", "in a thread"]);
    let standing = scene.account.standing();
    assert!(standing.last_error.is_some_and(|(_, error)| error.contains("holds events back")));
    // Messages of people alone.
    let messages = scene.host.messages(scene.conversation(DIRECT), 0, 100).await.expect("in memory");
    assert!(messages.iter().any(|message| matches!(message.from, Sender::Visitor)));
}

/// A workspace in which events reach nobody, so that all that is said is found in the histories.
async fn unheard() -> Scene {
    let nowhere = |settings: &mut Settings| settings.events = Some("http://127.0.0.1:9/".to_owned());
    Scene::with(Way::Posts, "", nowhere).await
}

#[tokio::test]
async fn what_is_found_and_cannot_be_read_is_kept_once_and_read_anew_when_it_can_be() {
    let scene = unheard().await;
    scene.say("before").await;
    let ts = format!("{NOW}.999999");
    let sung = json!({
        "type": "message", "subtype": "sung", "channel": DIRECT, "channel_type": "im", "user": ANNA, "text": "la", "ts": ts,
    });
    scene.does("event", sung).await;
    for round in 0..2 {
        soon(scene.account.read_since(&scene.host, scene.host.now())).await.expect("histories");
        assert_eq!(scene.host.unread().len(), 1, "round {round}");
        // Counts change in a history.
        scene.does("say", json!({ "user": ANNA, "text": "who sings?", "thread_ts": ts })).await;
    }
    assert_eq!(scene.account.standing().counts.expect("they are counted").unread, 1);
    let (_, body, why) = scene.host.unread().remove(0);
    assert!(why.contains("subtype sung"), "{why}");
    let again = scene.account.replay(&scene.host, body.clone()).await;
    assert_eq!(again, Err(ReplayError::Unread(why)));

    // As if an update knew what is sung.
    let mut told: Value = serde_json::from_slice(&body).expect("an envelope of JSON");
    told["event"]["subtype"] = json!("me_message");
    scene.account.replay(&scene.host, told.to_string().into()).await.expect("it can be read");
    let native = format!("{DIRECT}:{ts}");
    let stored = scene.stored().into_iter().find(|one| one.native == native).expect("it is stored");
    assert_eq!(words(&stored.body).as_deref(), Some("la"));
}

#[tokio::test]
async fn what_is_found_and_refused_is_kept_once_and_taken_when_it_may_be() {
    let scene = unheard().await;
    let ts = scene.say("hello").await;
    scene.host.refuse(Some(AcceptError::Refused("the bot is gone".into())));
    for _ in 0..2 {
        soon(scene.account.read_since(&scene.host, scene.host.now())).await.expect("histories");
    }
    let unread = scene.host.unread();
    let [(_, body, why)] = unread.as_slice() else { panic!("{unread:?}") };
    assert!(why.contains("the bot is gone"), "{why}");
    let again = scene.account.replay(&scene.host, body.clone()).await;
    assert_eq!(again, Err(ReplayError::Unread(why.clone())));
    scene.host.refuse(None);
    scene.account.replay(&scene.host, body.clone()).await.expect("it is taken");
    let stored = scene.stored().into_iter().map(|one| one.native).collect::<Vec<_>>();
    assert_eq!(stored, [format!("{DIRECT}:{ts}")]);
}

#[tokio::test]
async fn what_slack_gave_up_on_is_read_though_the_first_rounds_fail_and_the_studio_is_busy() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("before").await;
    scene.accepted(1).await;
    scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_millis(200) }));
    scene.say("in between").await;
    let tries = async |place: usize| scene.sees("deliveries").await[place]["tries"].as_u64();
    scene.until("Slack has given up", async || tries(1).await == Some(4)).await;
    scene.breaks(json!({ "failed": 1.0 })).await;
    // A round has begun by then, and could read nothing.
    tokio::time::sleep(Duration::from_secs(9)).await;
    scene.breaks(json!({})).await;
    let read = async || {
        let calls = scene.sees("calls").await;
        calls.to_string().contains("conversations.history")
    };
    scene.until("the histories are read", read).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(scene.stored().len(), 1, "the studio is still busy");
    scene.host.refuse(None);
    let stored = scene.accepted(2).await;
    assert_eq!(words(&stored[1].body).as_deref(), Some("in between"));
}
