//! What is kept where things go wrong: nothing is lost, nothing is said twice, the order holds.

use std::{collections::BTreeMap, time::Duration};

use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    content::{Content, Loss, Source},
    dialogue::Body,
    id::MediaId,
};

use super::scene::{ANNA, DIRECT, GENERAL, Scene, Way, soon};
use crate::{
    fence::Fence,
    host::{AcceptError, Host as _, MediaFacts},
    platform::{Edit, Outcome, Scope},
    testing::{Memory, edit, from_bot, serve, untried},
};

pub(super) fn words(body: &Body) -> Option<String> {
    match body {
        Body::Message { content, .. } => Some(content.plain()),
        _ => None,
    }
}

/// Everything at once: repeats and swaps, refusals, errors, answers that are lost.
async fn survives(way: Way) {
    let scene =
        Scene::with(way, "", |settings| settings.again_after = [10, 500, 2_000].map(Duration::from_millis))
            .await;
    let mut left = BTreeMap::new();
    scene
        .breaks(json!({
            "seed": 7, "too_many": 0.15, "failed": 0.15, "answer_lost": 0.2, "slow": 0.1, "slow_milliseconds": 5,
            "repeated": 0.3, "swapped": 0.2, "dropped": if way == Way::Sockets { 0.05 } else { 0.0 },
        }))
        .await;
    for number in 0..30 {
        scene.say(&format!("message {number}")).await;
    }
    let told = async |is_so: fn(&Value) -> bool| {
        let deliveries = scene.sees("deliveries").await;
        deliveries.as_array().map_or(0, |all| all.iter().filter(|one| is_so(one)).count())
    };
    let tried = async || told(|one| one["tries"].as_u64() > Some(0)).await >= 29;
    scene.until("all but one, which is held back to be swapped, were told", tried).await;
    scene.breaks(json!({})).await;
    scene.say("the last").await;
    let settled = async || {
        told(|one| one["acknowledged"] == json!(true) || one["tries"].as_u64() >= Some(4)).await == 31
    };
    scene.until("everything came, or Slack gave up", settled).await;
    // What it gave up on, while a socket was torn and could not be opened again, is read from the history.
    soon(scene.account.read_since(&scene.host, scene.host.now())).await.expect("histories that can be read");
    let stored = scene.accepted(31).await;
    scene.breaks(json!({ "seed": 8, "too_many": 0.15, "failed": 0.15, "answer_lost": 0.25 })).await;
    let looked = async || {
        let calls = scene.sees("calls").await;
        calls
            .as_array()
            .into_iter()
            .flatten()
            .filter(|call| call["method"] == "conversations.history")
            .count()
    };
    let before = looked().await;
    let mut said = stored.iter().filter_map(|one| words(&one.body)).collect::<Vec<_>>();
    scene.deliver(DIRECT, &mut left).await;

    let expected = said.iter().map(|text| format!("You said: {text}")).collect::<Vec<_>>();
    assert_eq!(scene.texts(DIRECT).await, expected, "each once, in order");
    said.sort();
    said.dedup();
    assert_eq!(said.len(), 31, "each is stored once");
    assert!(looked().await > before, "no answer was lost, so nothing was proved");
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_said_twice_by_posts() {
    survives(Way::Posts).await;
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_said_twice_by_sockets() {
    survives(Way::Sockets).await;
}

#[tokio::test]
async fn a_process_that_ended_while_it_sent_says_nothing_twice() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    scene.host.say(scene.conversation(DIRECT), Content::text("long ".repeat(4_000)));
    let messages = scene.host.messages(scene.conversation(DIRECT), 0, 100).await.expect("in memory");
    let long = messages.last().expect("it was just said").clone();
    let mut leaving = scene.leaving(DIRECT, long);
    let first = scene.account.send(&scene.host, &leaving).await;
    assert_eq!(first.parts.len(), 2);
    // The process ended before it could note any of it, or one of two parts.
    for known in [&[][..], &first.parts[..1]] {
        leaving.uncertain = true;
        leaving.parts = known.to_vec();
        let again = scene.account.send(&scene.host, &leaving).await;
        assert_eq!((again.outcome, again.parts.as_slice()), (Outcome::Done, &first.parts[known.len()..]));
    }
    assert_eq!(scene.texts(DIRECT).await.len(), 2);
}

/// A file of these bytes is kept for Anna's conversation.
async fn kept(scene: &Scene, bytes: &'static str) -> MediaId {
    let facts = MediaFacts {
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: bytes.len() as u64,
    };
    scene.host.save_media(scene.conversation(DIRECT), facts, bytes.into()).await.expect("in memory")
}

fn bill(media: MediaId) -> Content {
    Content::File {
        source: Source::Media(media),
        name: "bill.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 3,
    }
}

/// Where to upload to, the bytes, and that they belong to a message: the answer to each of the three may be lost, and any at random.
#[tokio::test]
async fn a_file_is_there_once_whichever_of_its_answers_are_lost() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let media = kept(&scene, "pdf").await;
    let mut expected = 0;
    for (plan, count) in [
        (json!({ "lose_answer_of": "files.getUploadURLExternal" }), 1),
        (json!({ "lose_answer_of": "/upload" }), 1),
        (json!({ "lose_answer_of": "files.completeUploadExternal" }), 1),
        (json!({ "seed": 3, "answer_lost": 0.25, "failed": 0.1 }), 8),
    ] {
        scene.breaks(plan.clone()).await;
        for _ in 0..count {
            scene.host.say(scene.conversation(DIRECT), bill(media));
            let messages = scene.host.messages(scene.conversation(DIRECT), 0, 100).await.expect("in memory");
            let last = messages.last().expect("it was just said").clone();
            let parts = scene.send_until_done(DIRECT, last).await;
            assert!(parts.len() == 1 && parts[0].starts_with("file:"), "{plan}: {parts:?}");
        }
        assert_eq!(scene.sees("faults").await["lose_answer_of"], Value::Null, "{plan}: it was lost");
        expected += count;
        let shown = scene.shown(DIRECT).await;
        let files = shown.iter().filter(|message| message["value"]["files"].is_array());
        assert_eq!(files.count(), expected, "{plan}");
    }
}

/// Slack has no history of what one person alone sees: nobody can look whether it arrived.
#[tokio::test]
async fn what_one_person_sees_may_come_twice_after_a_lost_answer_and_is_not_lost() {
    let scene = Scene::new(Way::Posts).await;
    let thread = format!("{GENERAL}@{ANNA}");
    let typed = json!({ "user": ANNA, "channel": GENERAL, "command": "/order", "text": "17" });
    scene.does("command", typed).await;
    scene.accepted(1).await;
    scene.breaks(json!({ "lose_answer_of": "/response" })).await;
    let first = scene.tell(&thread, Content::text("It is on its way.")).await;
    assert!(matches!(first.outcome, Outcome::Retry { scope: Scope::Chat, .. }), "{first:?}");
    assert_eq!((first.parts.len(), scene.shown(GENERAL).await.len()), (0, 1), "it was done");
    let messages = scene.host.messages(scene.conversation(&thread), 0, 100).await.expect("in memory");
    let mut leaving = scene.leaving(&thread, messages.last().expect("it was just said").clone());
    // So the studio marks every try behind one that failed.
    leaving.uncertain = true;
    let again = scene.account.send(&scene.host, &leaving).await;
    assert_eq!((again.outcome, again.parts), (Outcome::Done, vec!["ephemeral".to_owned()]));
    let shown = scene.shown(GENERAL).await;
    assert_eq!(shown.len(), 2, "once more and no oftener");
    assert!(shown.iter().all(|message| message["only"] == json!(ANNA)), "{shown:?}");
}

#[tokio::test]
async fn what_a_test_was_not_told_is_asked_again_soon() {
    let scene = Scene::new(Way::Posts).await;
    scene.breaks(json!({ "failed": 1.0 })).await;
    let standing = scene.account.examine(&scene.host).await;
    assert!(standing.life.reason().is_some_and(|why| why.contains("status 500")), "{standing:?}");
    scene.breaks(json!({})).await;
    scene.until("it is well again", async || scene.account.standing().life.latest().is_none()).await;
}

#[tokio::test]
async fn a_file_that_is_gone_or_not_taken_leaves_as_its_name() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let check = async |content: Content, expected: &str, losses: &[Loss]| {
        let attempt = scene.tell(DIRECT, content).await;
        assert_eq!((attempt.outcome, attempt.losses.as_slice()), (Outcome::Done, losses));
        assert_eq!(scene.texts(DIRECT).await.last().map(String::as_str), Some(expected));
    };
    let tent = |media: MediaId, caption: Option<&str>| Content::Image {
        source: Source::Media(media),
        alt: "A tent".to_owned(),
        caption: caption.map(str::to_owned),
    };
    let no_file = [Loss::FileLost { name: "bill.pdf".to_owned() }];
    let no_picture = [Loss::ImageLost { alt: "A tent".to_owned() }];
    let gone = MediaId(ulid::Ulid(1));
    check(bill(gone), "bill.pdf", &no_file).await;
    check(tent(gone, Some("Look")), "Look\nA tent", &no_picture).await;

    let empty = kept(&scene, "").await;
    check(bill(empty), "bill.pdf", &no_file).await;
    check(tent(empty, None), "A tent", &no_picture).await;
    let told = scene.account.standing().last_error.map(|(_, error)| error);
    assert_eq!(told.as_deref(), Some("Slack takes no empty file: its name goes in its place"));

    let whole = kept(&scene, "pdf").await;
    scene.breaks(json!({ "files_disabled": true })).await;
    check(bill(whole), "bill.pdf", &no_file).await;
    check(tent(whole, None), "A tent", &no_picture).await;
    scene.breaks(json!({})).await;
    check(bill(whole), "", &[]).await;
}

#[tokio::test]
async fn a_part_that_a_change_adds_is_there_once_though_answers_are_lost() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let short = scene.tell(DIRECT, Content::text("short")).await.parts;
    for round in 0..10 {
        scene.breaks(json!({ "seed": round, "answer_lost": 0.4 })).await;
        let content = Content::text("more ".repeat(4_000));
        let mut longer =
            Edit { key: format!("edit{round}"), at: scene.host.now(), ..edit(DIRECT, &short, content) };
        let mut done = false;
        for _ in 0..200 {
            let attempt = scene.account.edit(&scene.host, &longer).await;
            if attempt.parts.len() > longer.parts.len() {
                longer.parts = attempt.parts;
            }
            match attempt.outcome {
                Outcome::Done => {
                    done = true;
                    break;
                }
                Outcome::Retry { .. } => tokio::time::sleep(Duration::from_millis(2)).await,
                Outcome::Dead { reason } | Outcome::Unreachable { reason } => panic!("dead: {reason}"),
            }
        }
        assert!(done, "round {round}");
        scene.breaks(json!({})).await;
        assert_eq!((longer.parts.len(), scene.texts(DIRECT).await.len()), (2, 2), "round {round}");
        let back = edit(DIRECT, &longer.parts, Content::text("short"));
        assert_eq!(scene.account.edit(&scene.host, &back).await.outcome, Outcome::Done);
    }
}

#[tokio::test]
async fn what_is_refused_says_what_to_do() {
    let scene = Scene::new(Way::Posts).await;
    let dead = |outcome: &Outcome, expected: &str| match outcome {
        Outcome::Dead { reason } => {
            assert!(reason.contains(expected), "{reason:?} does not say {expected:?}");
        }
        other => panic!("{other:?}"),
    };
    let hello = || Content::text("hello");
    scene.say("hello").await;
    scene.accepted(1).await;
    dead(&scene.tell("C0NOWHERE", hello()).await.outcome, "invite it with /invite");
    dead(&scene.tell("C0ELSEWHERE", hello()).await.outcome, "not_in_channel");
    dead(&scene.tell(&format!("{DIRECT}:1.2"), hello()).await.outcome, "the message is gone");
    dead(&scene.tell("nonsense", hello()).await.outcome, "names no conversation on Slack");

    scene.breaks(json!({ "too_many": 1.0, "too_many_seconds": 17 })).await;
    // Messages are counted by channel; five of them that must wait are the workspace.
    let of_a_thread = format!("{DIRECT}:1700000000.000100");
    for (thread, expected) in [
        (DIRECT, Scope::Chat),
        (of_a_thread.as_str(), Scope::Chat),
        (GENERAL, Scope::Chat),
        ("C0ONE", Scope::Chat),
        ("C0TWO", Scope::Chat),
        ("C0THREE", Scope::Connection),
    ] {
        let outcome = scene.tell(thread, hello()).await.outcome;
        let Outcome::Retry { after, scope, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!((after, scope), (Some(SignedDuration::from_secs(17)), expected), "{thread}");
    }
    scene.breaks(json!({ "failed": 1.0 })).await;
    let outcome = scene.tell(DIRECT, hello()).await.outcome;
    assert!(
        matches!(&outcome, Outcome::Retry { scope: Scope::Chat, error, .. } if error.contains("status 500")),
        "{outcome:?}"
    );

    // A picture that cannot be fetched is a link, also in a change.
    scene.breaks(json!({})).await;
    let image = |alt: &str| Content::Image {
        source: Source::Url("https://pictures.invalid/tent.png".into()),
        alt: alt.into(),
        caption: None,
    };
    let attempt = scene.tell(DIRECT, image("A tent")).await;
    assert_eq!(
        (attempt.outcome, attempt.losses),
        (Outcome::Done, vec![Loss::ImageAsLink { alt: "A tent".into() }])
    );
    let change = edit(DIRECT, &attempt.parts, image("Two tents"));
    let changed = scene.account.edit(&scene.host, &change).await;
    assert_eq!(
        (changed.outcome, changed.losses),
        (Outcome::Done, vec![Loss::ImageAsLink { alt: "Two tents".into() }])
    );

    // The token is taken away in mid-run.
    scene.does("uninstall", json!({})).await;
    scene.until("it is known", async || scene.account.standing().token_valid == Some(false)).await;
    // What is to be said waits, and leaves once there is another one.
    let outcome = scene.tell(DIRECT, hello()).await.outcome;
    let Outcome::Retry { after: Some(after), scope: Scope::Connection, error } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(after >= SignedDuration::from_mins(1), "{after}");
    assert!(error.contains("install the app in the workspace again"), "{error}");
    let standing = scene.account.examine(&scene.host).await;
    assert_eq!(standing.token_valid, Some(false));
    assert!(standing.last_error.is_some_and(|(_, error)| error.contains("account_inactive")));
}

#[tokio::test]
async fn an_event_that_is_not_stored_comes_again() {
    for way in [Way::Posts, Way::Sockets] {
        let scene = Scene::with(way, "", |settings| {
            // The last try for a machine that has much else to do.
            settings.again_after = [200, 3_000, 30_000].map(Duration::from_millis);
            settings.patience = Duration::from_millis(500);
        })
        .await;
        scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
        scene.say("hello").await;
        scene
            .until("it was tried", async || scene.sees("deliveries").await[0]["tries"].as_u64() >= Some(2))
            .await;
        assert_eq!(scene.sees("deliveries").await[0]["acknowledged"], json!(false));
        scene.host.refuse(None);
        scene.accepted(1).await;
        scene
            .until("it is acknowledged", async || {
                scene.sees("deliveries").await[0]["acknowledged"] == json!(true)
            })
            .await;
    }
}

/// Slack turns the events off where most of them come to nothing: only a studio that has no room for an hour comes to that.
#[tokio::test]
async fn no_event_makes_slack_turn_the_events_off() {
    let scene = Scene::with(Way::Posts, "", |settings| settings.spared_below = 1).await;
    let is_off = async || scene.sees("subscription").await["off"] == json!(true);
    let mut events = vec![
        json!({}),
        json!([]),
        json!(null),
        json!("x".repeat(1 << 20)),
        json!({ "type": 7 }),
        json!({ "type": "unheard_of" }),
        json!({ "type": "message", "channel": [], "ts": {} }),
        (0..100).fold(json!(1), |inner, _| json!({ "type": inner })),
    ];
    for file in
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/slack/fixtures")).expect("a folder")
    {
        let told = std::fs::read(file.expect("a file").path()).expect("readable");
        let told = serde_json::from_slice::<Value>(&told).unwrap_or_default();
        events.extend(told.get("event").cloned());
    }
    for event in &events {
        scene.does("event", event.clone()).await;
    }
    let all_are_taken = async || {
        let deliveries = scene.sees("deliveries").await;
        let is_taken = |one: &Value| one["acknowledged"] == json!(true) && one["tries"] == json!(1);
        deliveries.as_array().is_some_and(|all| all.len() == events.len() && all.iter().all(is_taken))
    };
    scene.until("all are taken, each at once", all_are_taken).await;
    assert!(!is_off().await);

    scene.host.advance(SignedDuration::from_hours(1));
    scene.does("clock", json!({ "advance_seconds": 3_600 })).await;
    scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    scene.say("hello").await;
    scene.until("Slack turns the events off", is_off).await;
}

#[tokio::test]
async fn what_is_no_answer_of_slacks_is_tried_again() {
    use axum::{Router, http::StatusCode, routing::any};
    let outcome = async |api: &str| {
        let config: crate::slack::Config = toml::from_str(&format!(
            "name = 'support'\nbot = 'shop'\nbot_token = 'xoxb-1'\nsigning_secret = 's'\napi = '{api}'"
        ))
        .expect("the connection of the test");
        let account = config
            .account(&Fence::none(), |_| Err(std::io::Error::other("no files")))
            .expect("its credentials");
        let host = Memory::new(&[]);
        let conversation = host.conversation("support", "D1");
        let leaving = untried(conversation, "D1", "key".to_owned(), from_bot(Content::text("hello")));
        account.send(&host, &leaving).await.outcome
    };
    let check = |outcome: Outcome, expected: &str| match outcome {
        Outcome::Retry { error, .. } => {
            assert!(error.contains(expected), "{error:?} does not say {expected:?}");
            assert!(!error.contains("secret words"), "{error}");
        }
        other => panic!("{other:?}"),
    };
    for (status, kind, body, expected) in [
        (200, "text/html", "<html>secret words", "not as documented"),
        (200, "application/json", "{\"secret words", "no JSON"),
        (200, "application/json", "{\"ok\": true, \"secret words\": 1}", "not as documented"),
        (200, "what?", "{}", "chat.postMessage"),
        (302, "text/html", "", "status 302"),
        (404, "text/html", "secret words", "status 404"),
        (503, "text/html", "secret words", "status 503"),
    ] {
        let answer = async move || {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [("content-type", kind)], body)
        };
        let address = serve(Router::new().fallback(any(answer))).await;
        check(outcome(&format!("http://{address}/api")).await, expected);
    }
    check(outcome("http://127.0.0.1:9/api").await, "could not be reached");
    // No TLS there.
    let address = serve(Router::new()).await;
    check(outcome(&format!("https://{address}/api")).await, "could not be reached");
}
