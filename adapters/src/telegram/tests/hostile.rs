//! Who may call the webhook, and with what?

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_simulators::{faults::Plan, telegram::Settings};

use super::stage::{ADA, Stage, account, until};
use crate::{
    credential::Credential,
    fence::Fence,
    host::{AcceptError, Host as _},
    platform::ReplayError,
    telegram::{Account, Config},
};

const HEADER: &str = "x-telegram-bot-api-secret-token";

async fn call(stage: &Stage, headers: &[(&str, &str)], body: impl Into<Bytes>) -> StatusCode {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value"))
    };
    let headers = headers.iter().map(pair).collect::<HeaderMap>();
    stage.account.webhook(&stage.memory, &Method::POST, None, &headers, body.into()).await.status()
}

fn secret(stage: &Stage) -> String {
    stage.account.secret(&stage.memory).expose().to_owned()
}

fn text(id: u64) -> String {
    json!({"update_id": id, "message": {
        "message_id": 1, "date": 1, "text": "Hello", "from": {"id": ADA, "is_bot": false, "first_name": "Ada"},
        "chat": {"id": ADA, "type": "private", "first_name": "Ada"},
    }})
    .to_string()
}

/// A message of Ada's that holds nothing but this.
fn empty(more: &Value) -> Value {
    let mut message = json!({
        "message_id": 1, "date": 1, "from": {"id": ADA, "is_bot": false, "first_name": "Ada"},
        "chat": {"id": ADA, "type": "private", "first_name": "Ada"},
    });
    let fields = message.as_object_mut().expect("an object");
    fields.extend(more.as_object().cloned().expect("an object"));
    json!({ "update_id": 950, "message": message })
}

#[tokio::test]
async fn only_who_shows_the_secret_is_heard() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    let good = secret(&stage);
    assert_eq!(good.len(), 43, "32 bytes");
    assert_eq!(call(&stage, &[(HEADER, &good)], text(1)).await, StatusCode::OK);
    assert_eq!(stage.heard("7").len(), 2);
    assert_eq!(call(&stage, &[(HEADER, &good)], text(1)).await, StatusCode::OK, "a repeat is acknowledged");
    assert_eq!(stage.heard("7").len(), 2);

    let other =
        Stage::quiet("receive = 'webhook'\n", Settings { token: "2:AA".into(), ..Settings::default() }).await;
    let mut changed = good.clone();
    changed.replace_range(0..1, if good.starts_with('A') { "B" } else { "A" });
    let (longer, shorter, others) = (format!("{good}x"), good[..42].to_owned(), secret(&other));
    let upper = good.to_uppercase();
    let bearer = format!("Bearer {good}");
    for headers in [
        vec![],
        vec![(HEADER, "")],
        vec![(HEADER, changed.as_str())],
        vec![(HEADER, longer.as_str())],
        vec![(HEADER, shorter.as_str())],
        vec![(HEADER, others.as_str())],
        vec![(HEADER, upper.as_str())],
        vec![("authorization", bearer.as_str())],
        vec![("x-hub-signature-256", good.as_str())],
    ] {
        assert_eq!(call(&stage, &headers, text(2)).await, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
    assert_eq!(stage.heard("7").len(), 2, "nothing of this was stored");
    let standing = stage.account.standing();
    assert!(standing.unbelieved.reason().is_some_and(|why| why.contains("without the secret")));
    assert_eq!(standing.last_error, None, "anybody may call, and covers no error that Telegram told");
    assert_eq!(standing.counts.map(|counts| counts.refused), Some(9));
    let method =
        stage.account.webhook(&stage.memory, &Method::GET, None, &HeaderMap::new(), Bytes::new()).await;
    assert_eq!(method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.headers()[header::ALLOW], "POST");
}

#[tokio::test]
async fn a_stranger_says_nothing_of_a_connection_that_polls() {
    let stage = Stage::quiet("", Settings::default()).await;
    for _ in 0..3 {
        assert_eq!(call(&stage, &[], text(1)).await, StatusCode::UNAUTHORIZED);
    }
    let standing = stage.account.standing();
    assert_eq!((standing.last_error.as_ref(), standing.unbelieved.reason()), (None, None));
    assert_eq!(standing.counts.map(|counts| counts.refused), Some(3));
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_acknowledged() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    let good = secret(&stage);
    let unreadable = [
        "{".to_owned(),
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "\u{0}".to_owned(),
        r#"{"update_id": 1, "teleported": {}}"#.to_owned(),
        r#"{"update_id": 2, "message": {}}"#.to_owned(),
        r#"{"update_id": -1, "message": {}}"#.to_owned(),
        r#"{"update_id": 99999999999, "message": {}}"#.to_owned(),
        r#"{"update_id": 3, "message": "text"}"#.to_owned(),
        r#"{"update_id": 4}"#.to_owned(),
        r#"{"update_id": 5, "message_reaction": {"chat": {"id": 7, "type": "private", "first_name": "A"}, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}}"#.to_owned(),
        r#"{"update_id": 5, "message_reaction": {"chat": {"id": 7, "type": "private", "first_name": "A"}, "message_id": 1, "user": null, "date": 1, "old_reaction": [], "new_reaction": []}}"#.to_owned(),
        "[".repeat(100_000),
        format!("{{\"update_id\": 6, \"message\": {}1{}}}", "{\"a\":".repeat(100), "}".repeat(100)),
        format!("\"{}\"", "x".repeat(3 << 20)),
        empty(&json!({ "hologram": { "a": 1 } })).to_string(),
    ];
    for (index, body) in unreadable.iter().enumerate() {
        let status = call(&stage, &[(HEADER, &good)], body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{}", body.chars().take(80).collect::<String>());
        assert_eq!(stage.memory.unread().len(), index + 1);
    }
    assert!(stage.memory.accepted().is_empty());
    let (connection, body, why) = stage.memory.unread()[5].clone();
    assert_eq!((connection.as_str(), &body[..]), ("tg", r#"{"update_id":1,"teleported":{}}"#.as_bytes()));
    assert!(why.contains("holds “teleported”"), "{why}");
    let standing = stage.account.standing();
    let (_, told) = standing.last_error.expect("it is told");
    assert!(told.contains("holds “hologram”") && told.contains("studio unread replay"), "{told}");
    assert_eq!(standing.counts.map(|counts| counts.unread), Some(17));
    let again = stage.account.replay(&stage.memory, stage.memory.unread()[16].1.clone()).await;
    assert!(matches!(&again, Err(ReplayError::Unread(why)) if why.contains("hologram")), "{again:?}");
    assert_eq!(stage.memory.unread().len(), 17, "it is not kept twice");
}

#[tokio::test]
async fn what_means_nothing_is_counted_by_its_kind_and_kept_nowhere() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    stage.account.examine(&stage.memory).await;
    let good = secret(&stage);
    let ignored: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../fixtures/ignored.json")).expect("JSON");
    let counts = || stage.account.standing().counts.expect("they are counted");
    // What of a kind that means nothing cannot be read means nothing either.
    let newer = ["poll", "managed_bot"].map(|kind| json!({ "update_id": 900, kind: { "more": [] } }));
    let silent = empty(&json!({ "poll_option_added": { "option_text": "Tent" } }));
    for update in ignored.into_values().chain(newer).chain([silent]) {
        let before = counts().ignored;
        assert_eq!(call(&stage, &[(HEADER, &good)], update.to_string()).await, StatusCode::OK);
        assert_eq!(counts().ignored, before + 1, "{update}");
    }
    assert_eq!((stage.memory.unread().len(), stage.memory.accepted().len()), (0, 0));
    let kinds = counts().ignored_kinds;
    assert_eq!((kinds["poll"], kinds["managed_bot"], kinds["channel_post"]), (2, 1, 1));
    assert_eq!(kinds.values().sum::<u64>(), counts().ignored);
}

/// Telegram drops after a day what it cannot get through, and everything behind it waits: nothing may fail for ever.
#[tokio::test]
async fn no_update_makes_the_webhook_fail() {
    let stage = Stage::webhook("").await;
    until("it listens", || stage.account.standing().listening.filter(|listening| *listening)).await;
    let nonsense = [
        json!({}),
        json!([]),
        json!(null),
        json!("text"),
        json!({ "message_id": -1, "date": "now" }),
        json!({ "text": "x".repeat(1 << 20) }),
        (0..100).fold(json!(1), |inner, _| json!({ "a": inner })),
    ];
    for kind in ["message", "edited_message", "callback_query", "my_chat_member", "business_message"] {
        for content in &nonsense {
            stage.act("update", json!({ kind: content }));
        }
    }
    assert!(stage.simulator.pending() > 0);
    until("all is taken", || (stage.simulator.pending() == 0).then_some(())).await;
    let webhook = stage.simulator.webhook();
    assert!(webhook["last_error_message"].is_null(), "{webhook}");
    stage.say("hello");
    until("it hears", || stage.heard("7").contains(&"said hello".to_owned()).then_some(())).await;
}

#[tokio::test]
async fn a_server_that_is_busy_asks_for_the_same_again() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    let good = secret(&stage);
    stage.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(7) }));
    let headers = [(HEADER.parse().expect("a name"), good.parse().expect("a value"))].into_iter().collect();
    let answer = stage.account.webhook(&stage.memory, &Method::POST, None, &headers, text(1).into()).await;
    assert_eq!(
        (answer.status(), &answer.headers()[header::RETRY_AFTER]),
        (StatusCode::SERVICE_UNAVAILABLE, &"7".parse().expect("a value"))
    );
    let noted = || stage.account.standing().last_error.map(|(_, error)| error);
    assert_eq!(noted().as_deref(), Some("an update must come again: the studio is busy"));
    stage.memory.pause(true);
    assert_eq!(call(&stage, &[(HEADER, &good)], text(1)).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(noted().as_deref(), Some("an update must come again: the connection is paused"));
    stage.memory.pause(false);
    stage.memory.refuse(Some(AcceptError::Refused("it is closed".into())));
    assert_eq!(call(&stage, &[(HEADER, &good)], text(1)).await, StatusCode::OK, "it will never be taken");
    stage.memory.refuse(None);
    assert_eq!(call(&stage, &[(HEADER, &good)], text(2)).await, StatusCode::OK);
    // The number of an update comes again with another one: it is another event.
    let other = text(2).replace("\"message_id\":1", "\"message_id\":2").replace("Hello", "Other");
    assert_eq!(call(&stage, &[(HEADER, &good)], other).await, StatusCode::OK);
    assert_eq!(stage.heard("7")[1..], ["said Hello", "said Other"]);
}

#[tokio::test]
async fn what_comes_to_a_second_connection_of_the_bot_is_kept_and_acknowledged() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    let good = secret(&stage);
    stage.memory.have_twin(true);
    assert_eq!(call(&stage, &[(HEADER, &good)], text(1)).await, StatusCode::OK);
    assert_eq!(call(&stage, &[], text(2)).await, StatusCode::UNAUTHORIZED);
    let kept = stage.memory.unread();
    assert_eq!(kept.iter().map(|(_, body, _)| body.clone()).collect::<Vec<_>>(), [text(1)], "as it came");
    assert!(kept[0].2.contains("another one is the same account"), "{kept:?}");
    let standing = stage.account.standing();
    assert_eq!((stage.memory.accepted().len(), standing.counts.map(|counts| counts.unread)), (0, Some(1)));
    assert!(standing.last_error.is_some_and(|(_, why)| why.contains("remove one of the two")));
    stage.memory.cram(true);
    assert_eq!(call(&stage, &[(HEADER, &good)], text(3)).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.memory.unread().len(), 1, "Telegram has it still");
    assert_eq!(stage.account.standing().counts.map(|counts| counts.dropped), Some(1));

    stage.memory.have_twin(false);
    stage.account.replay(&stage.memory, kept[0].1.clone()).await.expect("it runs now");
    assert!(stage.heard("7").contains(&"said Hello".to_owned()));
}

#[tokio::test]
async fn a_group_waits_until_it_is_known_how_the_bot_is_called() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    let post = async |account: &Account, body: String| {
        let secret = account.secret(&stage.memory).expose().parse().expect("a value");
        let headers = [(HEADER.parse().expect("a name"), secret)].into_iter().collect();
        account.webhook(&stage.memory, &Method::POST, None, &headers, body.into()).await.status()
    };
    let username = Settings::default().username;
    let called = |id: u64, words: &str| {
        json!({"update_id": id, "message": {
            "message_id": id, "date": 1, "text": format!("@{username} {words}"),
            "entities": [{"type": "mention", "offset": 0, "length": username.len() + 1}],
            "from": {"id": ADA, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": -100_500, "type": "supergroup", "title": "Tents"},
        }})
        .to_string()
    };
    assert_eq!(post(&stage.account, text(1)).await, StatusCode::OK, "in private all is for the bot");
    assert_eq!(post(&stage.account, called(2, "hello")).await, StatusCode::SERVICE_UNAVAILABLE);
    stage.account.examine(&stage.memory).await;
    assert_eq!(post(&stage.account, called(2, "hello")).await, StatusCode::OK);
    let called_so = r#"introduced {"name":"Tents"}"#;
    assert_eq!(stage.heard("-100500"), [called_so, "said hello"]);

    // The next life knows it from the one before.
    let next = account(&stage.config);
    assert_eq!(post(&next, called(3, "again")).await, StatusCode::OK);
    assert_eq!(stage.heard("-100500"), [called_so, "said hello", "said again"]);
    // Another bot is called otherwise.
    let mut config = stage.config.clone();
    config.token = Credential::new("2:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw");
    assert_eq!(post(&account(&config), called(4, "you")).await, StatusCode::SERVICE_UNAVAILABLE);
}

/// Telegram sends the message again, and its change beside it.
#[tokio::test]
async fn a_change_to_others_of_a_message_that_must_come_again_waits_for_it() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    stage.account.examine(&stage.memory).await;
    let good = secret(&stage);
    let username = Settings::default().username;
    let update = |id: u64, kind: &str, text: &str| {
        let mut message = json!({
            "message_id": 5, "date": 1, "text": text, "from": {"id": ADA, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": -100_500, "type": "supergroup", "title": "Tents"},
        });
        if text.starts_with('@') {
            message["entities"] = json!([{"type": "mention", "offset": 0, "length": username.len() + 1}]);
        } else {
            message["edit_date"] = json!(2);
        }
        json!({"update_id": id, kind: message}).to_string()
    };
    let said = update(2, "message", &format!("@{username} hello"));
    let changed = update(3, "edited_message", "hello you");
    let post = async |body: &str| call(&stage, &[(HEADER, &good)], body.to_owned()).await;
    stage.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    assert_eq!(post(&said).await, StatusCode::SERVICE_UNAVAILABLE);
    stage.memory.refuse(None);
    assert_eq!(post(&changed).await, StatusCode::SERVICE_UNAVAILABLE, "what it changes is not here yet");
    // The next life knows it from the one before.
    let next = account(&stage.config);
    let headers = [(HEADER.parse().expect("a name"), good.parse().expect("a value"))].into_iter().collect();
    let answer = next.webhook(&stage.memory, &Method::POST, None, &headers, changed.clone().into()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let told = next.standing().last_error;
    assert!(told.is_some_and(|(_, why)| why.contains("the message that it changes must come again first")));
    for body in [&said, &changed] {
        assert_eq!(post(body).await, StatusCode::OK);
    }
    assert_eq!(stage.heard("-100500")[1..], ["said hello", "edited 5: hello you"]);
}

/// The store is busy then, and each list holds all of them.
#[tokio::test]
async fn messages_that_must_come_again_are_kept_by_one_for_all_that_came_meanwhile() {
    let stage = Stage::quiet("receive = 'webhook'", Settings::default()).await;
    stage.account.examine(&stage.memory).await;
    let username = Settings::default().username;
    let before = stage.memory.remembered();
    stage.memory.stall();
    let refused = (1..=20).map(|number| {
        let (account, memory) = (Arc::clone(&stage.account), stage.memory.clone());
        let update = json!({"update_id": number, "message": {
            "message_id": number, "date": 1, "text": format!("@{username} hello"),
            "from": {"id": ADA, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": -100_500, "type": "supergroup", "title": "Tents"},
            "entities": [{"type": "mention", "offset": 0, "length": username.len() + 1}],
        }});
        tokio::spawn(async move { account.note_late(&memory, &update, true).await })
    });
    let refused = refused.collect::<Vec<_>>();
    until("all are known", || (stage.account.state().late.len() == 20).then_some(())).await;
    stage.memory.resume();
    for one in refused {
        one.await.expect("it is noted");
    }
    let kept = stage.memory.recall("tg", "telegram.late").await.expect("in memory").expect("it is kept");
    let kept: Vec<String> = serde_json::from_str(&kept).expect("a list");
    assert_eq!(kept.len(), 20, "the newest list stays");
    assert_eq!(stage.memory.remembered() - before, 2, "the first, and one for the others");
}

#[test]
fn settings_name_their_mistakes_and_hide_their_secrets() {
    let read = |more: &str| toml::from_str::<Config>(&format!("name = 'tg'\nbot = 'shop'\n{more}"));
    let check = |more: &str, expected: &str| {
        let said = match read(more) {
            Ok(config) => config.problems().join("; "),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
    };
    check("", "needs token or token_file");
    check("token = '1:a'\ntoken_file = '/run/token'", "has both token and token_file");
    check("token = 'secret'", "has not the form 123456789:AA");
    check("token = '1:a/b'", "has not the form");
    check("token = '1:a'\napi = 'ftp://a.example'", "http or https");
    check("token = '1:a'\npoll_seconds = 51", "1 to 50");
    check("token = '1:a'\nmax_connections = 0", "1 to 100");
    check("token = '1:a'\ngroups = 'some'", "unknown variant `some`");
    check("token = '1:a'\nproxy = 'x'", "unknown field `proxy`");
    let config = read("token = '110201543:AAHdqTcv'").expect("the shortest connection");
    assert_eq!(config.problems(), Vec::<String>::new());
    assert_eq!(config.api.as_str(), "https://api.telegram.org/");
    assert!(!format!("{config:?}").contains("AAHdqTcv"));
    let file = read("token_file = '/run/token'").expect("a connection");
    assert_eq!(file.problems(), Vec::<String>::new());
    assert!(file.account(&Fence::none(), |_| Ok("110201543:AAHdqTcv\n".to_owned())).is_ok());
    let error =
        file.account(&Fence::none(), |_| Ok("nonsense".to_owned())).err().expect("no token").to_string();
    assert!(error.contains("has not the form") && !error.contains("nonsense"), "{error}");
}

#[tokio::test]
async fn an_update_that_comes_in_halves_and_once_more_long_after_is_taken_once() {
    let stage = Stage::webhook("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (!stage.heard("7").is_empty()).then_some(())).await;
    stage.simulator.fail(Plan {
        trickled: 1.0,
        trickled_milliseconds: 200,
        echoed: 1.0,
        echoed_milliseconds: 500,
        ..Plan::default()
    });
    for text in ["one", "two", "three"] {
        stage.say(text);
    }
    until("each came once more", || (stage.simulator.met().echoed >= 3).then_some(())).await;
    assert!(stage.simulator.met().trickled >= 6, "{:?}", stage.simulator.met());
    let mut heard = stage.heard("7");
    heard.retain(|line| line.starts_with("said "));
    assert_eq!(heard, ["said one", "said two", "said three"]);
}
