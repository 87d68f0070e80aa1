//! Is a socket's envelope acknowledged only once it is stored, and is the next socket open before the last is closed?

use std::time::Duration;

use serde_json::{Value, json};
use studio_core::content::{Action, Button, Content, Field, FieldKind, Form};

use super::scene::{ANNA, DIRECT, Scene, Way, soon};
use crate::platform::Outcome;

#[tokio::test]
async fn an_envelope_is_acknowledged_once_it_is_durable() {
    let scene = Scene::new(Way::Sockets).await;
    scene.host.stall();
    scene.say("hello").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let delivery = async || scene.sees("deliveries").await[0].clone();
    assert_eq!(delivery().await["acknowledged"], json!(false), "nothing is durable yet");
    assert_eq!(scene.stored().len(), 0);
    scene.host.resume();
    scene.until("it is acknowledged", async || delivery().await["acknowledged"] == json!(true)).await;
    assert_eq!(scene.stored().len(), 1);
}

#[tokio::test]
async fn an_envelope_that_comes_twice_is_stored_once() {
    let scene = Scene::new(Way::Sockets).await;
    scene.breaks(json!({ "repeated": 1.0 })).await;
    for text in ["one", "two"] {
        scene.say(text).await;
    }
    let told = async || {
        scene
            .sees("deliveries")
            .await
            .as_array()
            .map_or(0, |all| all.iter().filter_map(|one| one["tries"].as_u64()).sum::<u64>())
    };
    scene.until("both were told twice", async || told().await == 4).await;
    assert_eq!(scene.accepted(2).await.len(), 2);
}

#[tokio::test]
async fn the_next_socket_is_open_before_the_last_is_closed() {
    let scene = Scene::new(Way::Sockets).await;
    let opened = async || {
        let calls = scene.sees("calls").await;
        calls
            .as_array()
            .into_iter()
            .flatten()
            .filter(|call| call["method"] == "apps.connections.open")
            .count()
    };
    assert_eq!(opened().await, 1);
    scene.does("disconnect", json!({ "reason": "warning", "grace_milliseconds": 500 })).await;
    scene.until("a second socket is open", async || scene.account.notes().sockets == 2).await;
    scene.say("in between").await;
    scene.accepted(1).await;
    scene.until("the first is closed", async || scene.account.notes().sockets == 1).await;
    scene.say("afterwards").await;
    scene.accepted(2).await;
    assert_eq!(opened().await, 2);
    assert_eq!(scene.account.standing().last_error, None);
}

#[tokio::test]
async fn a_socket_that_is_torn_is_opened_again() {
    let scene = Scene::new(Way::Sockets).await;
    scene.breaks(json!({ "dropped": 1.0 })).await;
    scene.say("before").await;
    scene.accepted(1).await;
    scene.until("it is noticed", async || scene.account.standing().last_error.is_some()).await;
    scene.breaks(json!({})).await;
    scene.until("it is open again", async || scene.account.standing().listening == Some(true)).await;
    scene.say("after").await;
    scene.accepted(2).await;
}

#[tokio::test]
async fn socket_mode_that_was_turned_off_says_what_to_do() {
    let scene = Scene::new(Way::Sockets).await;
    scene.does("disconnect", json!({ "reason": "link_disabled" })).await;
    scene.until("it is noticed", async || scene.account.standing().last_error.is_some()).await;
    let (_, error) = scene.account.standing().last_error.expect("just seen");
    assert!(error.contains("turn on Socket Mode"), "{error}");
    let standing = scene.account.standing();
    assert_eq!((standing.listening, standing.life.reason()), (Some(false), Some(error.as_str())));
    // What is said meanwhile is read from the histories.
    scene.say("is anybody there?").await;
    scene.accepted(1).await;
}

#[tokio::test]
async fn a_refused_token_of_the_app_stays_refused_while_the_bots_is_taken() {
    let scene = Scene::new(Way::Sockets).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    scene.breaks(json!({ "app_token_revoked": true })).await;
    scene.does("disconnect", json!({ "reason": "warning", "grace_milliseconds": 10 })).await;
    scene.until("it is noticed", async || scene.account.standing().token_valid == Some(false)).await;
    assert_eq!(scene.tell(DIRECT, Content::text("hello")).await.outcome, Outcome::Done);
    let refused = async || {
        let standing = scene.account.examine(&scene.host).await;
        assert_eq!(standing.token_valid, Some(standing.refused_tokens.is_empty()), "{standing:?}");
        standing.refused_tokens.into_iter().map(|refused| (refused.token, refused.reason)).collect::<Vec<_>>()
    };
    let found = refused().await;
    let [("app_token", reason)] = found.as_slice() else { panic!("{found:?}") };
    assert!(reason.contains("token_revoked") && reason.contains("connections:write"), "{reason}");

    scene.breaks(json!({ "token_revoked": true })).await;
    let found = refused().await;
    let [("bot_token", reason)] = found.as_slice() else { panic!("{found:?}") };
    assert!(reason.contains("set its new bot_token"), "{reason}");
    scene.breaks(json!({})).await;
    assert!(refused().await.is_empty());
}

/// Slack asks for a wait of so many seconds before it gives out an address, and the socket that was open is closed.
async fn made_deaf(scene: &Scene, seconds: u64) {
    scene.breaks(json!({ "too_many": 1.0, "too_many_seconds": seconds })).await;
    scene.does("disconnect", json!({ "reason": "warning" })).await;
    scene.until("it is deaf", async || scene.account.standing().listening == Some(false)).await;
    let is_refused = async || {
        let latest = scene.account.standing().life.latest().map(str::to_owned);
        latest.is_some_and(|why| why.contains("asked too often"))
    };
    scene.until("no address is given out", is_refused).await;
}

#[tokio::test]
async fn a_socket_that_has_to_wait_is_open_as_soon_as_slack_lets_it() {
    let scene = Scene::new(Way::Sockets).await;
    made_deaf(&scene, 1).await;
    scene.say("is anybody there?").await;
    scene.breaks(json!({})).await;
    scene.until("it hears again", async || scene.account.standing().listening == Some(true)).await;
    assert_eq!(scene.account.standing().life.latest(), None);
    scene.accepted(1).await;
}

#[tokio::test]
async fn who_asks_opens_a_socket_that_waits() {
    let scene = Scene::new(Way::Sockets).await;
    made_deaf(&scene, 3_600).await;
    assert_eq!(scene.account.standing().life.reason(), None, "once may be chance");
    let standing = scene.account.examine(&scene.host).await;
    assert!(standing.life.reason().is_some_and(|why| why.contains("asked too often")), "{standing:?}");
    assert_eq!(
        scene.account.standing().life.reason(),
        standing.life.reason(),
        "who looks later sees the same"
    );
    scene.breaks(json!({})).await;
    let standing = scene.account.examine(&scene.host).await;
    assert_eq!((standing.listening, standing.life.latest()), (Some(true), None));
}

#[tokio::test]
async fn a_form_that_is_slow_to_open_keeps_nobody_waiting() {
    let scene = Scene::new(Way::Sockets).await;
    scene.say("where shall it go to?").await;
    scene.accepted(1).await;
    let field = Field { name: "street".into(), label: "Your street".into(), kind: FieldKind::Line };
    let form = Form { id: "9f2c".into(), title: "Your address".into(), fields: vec![field] };
    let button = Button { title: form.title.clone(), action: Action::Form(Box::new(form)) };
    let asked =
        scene.tell(DIRECT, Content::Buttons { text: "Where to?".into(), buttons: vec![button] }).await;
    scene.breaks(json!({ "slow": 1.0, "slow_milliseconds": 60_000 })).await;
    let press = json!({ "user": ANNA, "channel": DIRECT, "ts": asked.parts[0], "title": "Your address" });
    scene.does("press", press).await;
    scene.say("hello?").await;
    scene.accepted(2).await;
    assert_eq!(scene.account.standing().last_error, None, "the form is still being opened");
    let acknowledged = async || {
        let deliveries = scene.sees("deliveries").await;
        deliveries.as_array().is_some_and(|all| all.iter().all(|one| one["acknowledged"] == json!(true)))
    };
    scene.until("all is acknowledged", acknowledged).await;
    scene.until("it is given up", async || scene.account.standing().last_error.is_some()).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_acknowledged() {
    let scene = Scene::new(Way::Sockets).await;
    scene.does("event", json!({ "type": "message", "user": "U1", "text": { "no": "text" } })).await;
    scene
        .until("it is acknowledged", async || {
            scene.sees("deliveries").await[0]["acknowledged"] == json!(true)
        })
        .await;
    let unread = scene.host.unread();
    let [(connection, body, why)] = unread.as_slice() else { panic!("{unread:?}") };
    assert_eq!(
        (connection.as_str(), why.as_str()),
        ("support", "the field text must be a text, and is an object")
    );
    let kept: Value = serde_json::from_slice(body).expect("the frame as it came");
    assert_eq!(kept["payload"]["event"]["text"], json!({ "no": "text" }));
}

#[tokio::test]
async fn a_stop_ends_it_at_once() {
    let scene = Scene::new(Way::Sockets).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let account = scene.account.clone();
    let running = tokio::spawn(account.run(scene.host.clone(), scene.stop.clone()));
    scene.stop.cancel();
    soon(running).await.expect("it ends without a panic");
    scene.until("the sockets are closed", async || scene.account.standing().listening == Some(false)).await;
    assert!(scene.texts(DIRECT).await.is_empty());
}
