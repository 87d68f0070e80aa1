//! What does a POST get back, and what becomes of it?

use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode},
    response::Response,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;
use studio_core::dialogue::Body;

use super::{
    inbound::{fixture, fixtures},
    scene::{NOW, SECRET, Scene, Way},
};
use crate::{
    fence::Fence,
    host::AcceptError,
    platform::ReplayError,
    slack::{Account, Config},
    testing::Memory,
};

pub(super) fn account(more: &str) -> Account {
    let config: Config = toml::from_str(&format!(
        "name = 'support'\nbot = 'shop'\nbot_token = 'xoxb-1'\napi = 'http://127.0.0.1:9/api'\n{more}"
    ))
    .expect("the connection of the test");
    config.account(&Fence::none(), |_| Err(std::io::Error::other("no files"))).expect("its credentials")
}

pub(super) fn sign(secret: &str, time: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(format!("v0:{time}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

pub(super) fn headers(time: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = |text: &str| HeaderValue::from_str(text).expect("a header of ASCII");
    headers.insert("x-slack-request-timestamp", value(time));
    headers.insert("x-slack-signature", value(signature));
    headers
}

pub(super) async fn post(account: &Account, host: &Memory, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let time = NOW.to_string();
    let headers = headers(&time, &sign(SECRET, &time, &body));
    account.webhook(host, &Method::POST, None, &headers, body).await
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a short answer");
    String::from_utf8(bytes.to_vec()).expect("an answer of text")
}

pub(super) fn signed() -> Account {
    account(&format!("signing_secret = '{SECRET}'"))
}

#[tokio::test]
async fn an_event_is_stored_and_its_repeat_acknowledged() {
    let (account, host) = (signed(), Memory::new(&[]));
    let told = [
        "message_im.json",
        "message_im.json",
        // A mention is told as two events.
        "message_mention.json",
        "app_mention.json",
        "reaction_added.json",
        "reaction_added.json",
        "press_button.form",
        "press_button.form",
        "command.form",
        "command.form",
    ];
    for (number, name) in told.into_iter().enumerate() {
        let (body, time) = (Bytes::from(fixture(name)), NOW.to_string());
        let mut headers = headers(&time, &sign(SECRET, &time, &body));
        if number % 2 == 1 {
            headers.insert("x-slack-retry-num", HeaderValue::from_static("1"));
            headers.insert("x-slack-retry-reason", HeaderValue::from_static("http_timeout"));
        }
        let response = account.webhook(&host, &Method::POST, None, &headers, body).await;
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        assert_eq!(text(response).await, "");
    }
    let natives = host.accepted().into_iter().map(|one| one.native).collect::<Vec<_>>();
    assert_eq!(
        natives,
        [
            "D024BE91L:1355517523.000005",
            "C024BE91L:1355517523.000005",
            "Ev123ABC456",
            "press:D024BE91L:1548261231.000200:U2147483697:1548426417.840180",
            "command:13345224609.738474920.8088930838d88f008e0",
        ]
    );
    assert_eq!(account.standing().clock_skew_seconds, Some(0));
    assert_eq!(account.standing().listening, Some(true));
}

#[tokio::test]
async fn after_a_long_silence_it_is_read_what_slack_gave_up_on() {
    let (account, host) = (signed(), Memory::new(&[]));
    let posted_after = async |minutes: i64, name: &str| {
        host.advance(SignedDuration::from_mins(minutes));
        let (body, time) =
            (Bytes::from(fixture(name)), crate::host::Host::now(&host).as_second().to_string());
        let headers = headers(&time, &sign(SECRET, &time, &body));
        let response = account.webhook(&host, &Method::POST, None, &headers, body).await;
        assert_eq!(response.status(), StatusCode::OK);
        account.notes().reading.is_missing()
    };
    assert!(!posted_after(0, "message_im.json").await);
    assert!(!posted_after(6, "message_mention.json").await);
    assert!(posted_after(8, "reaction_added.json").await);
}

#[tokio::test]
async fn the_address_is_proved_to_be_ours() {
    let (account, host) = (signed(), Memory::new(&[]));
    let response = post(&account, &host, fixture("url_verification.json")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        text(response).await,
        r#"{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#
    );
    assert_eq!(post(&account, &host, fixture("ssl_check.form")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_change_of_what_people_say_among_themselves_in_a_shared_channel_is_not_taken_in() {
    let (account, host) =
        (account(&format!("signing_secret = '{SECRET}'\nthreads = 'shared'")), Memory::new(&[]));
    let read = |name: &str| serde_json::from_slice::<Value>(&fixture(name)).expect("JSON");
    let mention = read("message_mention.json");
    assert_eq!(post(&account, &host, mention.to_string()).await.status(), StatusCode::OK);
    let before = host.accepted().len();
    let mut changed = read("message_changed.json");
    changed["event"]["channel"] = mention["event"]["channel"].clone();
    changed["event"]["message"]["ts"] = json!("1355517521.000001");
    assert_eq!(post(&account, &host, changed.to_string()).await.status(), StatusCode::OK);
    assert_eq!(host.accepted().len(), before, "it was not said to the bot");
    changed["event"]["message"]["ts"] = mention["event"]["ts"].clone();
    changed["event_id"] = json!("Ev2");
    assert_eq!(post(&account, &host, changed.to_string()).await.status(), StatusCode::OK);
    let last = host.accepted().pop().expect("an event").body;
    assert!(matches!(last, Body::Edited { .. }), "{last:?}");
}

#[tokio::test]
async fn what_comes_to_a_second_connection_of_the_app_is_kept_and_acknowledged() {
    let (account, host) = (signed(), Memory::new(&[]));
    host.have_twin(true);
    let told = ["message_im.json", "message_channel_thread.json", "press_button.form", "command.form"];
    for name in told {
        assert_eq!(post(&account, &host, fixture(name)).await.status(), StatusCode::OK, "{name}");
    }
    let kept = host.unread();
    let bodies = told.map(|name| Bytes::from(fixture(name)));
    assert_eq!(kept.iter().map(|(_, body, _)| body.clone()).collect::<Vec<_>>(), bodies, "as it came");
    assert!(kept.iter().all(|(_, _, why)| why.contains("another one is the same account")), "{kept:?}");
    let standing = account.standing();
    assert_eq!((host.accepted().len(), standing.counts.map(|counts| counts.unread)), (0, Some(4)));
    assert!(standing.last_error.is_some_and(|(_, why)| why.contains("remove one of the two")));
    let response = post(&account, &host, fixture("url_verification.json")).await;
    assert!(text(response).await.contains("challenge"), "it proves itself all the same");
    let nobody = HeaderMap::new();
    let refused =
        account.webhook(&host, &Method::POST, None, &nobody, fixture("message_im.json").into()).await;
    assert_eq!((refused.status(), host.unread().len()), (StatusCode::UNAUTHORIZED, 4));

    // Without room: what was said is read from the histories later, what stands in none comes again, and who presses sees that it
    // failed.
    host.cram(true);
    let without_room = [
        ("message_im.json", 200),
        ("message_mention.json", 200),
        ("app_mention.json", 200),
        ("message_changed.json", 503),
        ("message_deleted.json", 503),
        ("reaction_added.json", 503),
        ("member_joined_channel.json", 503),
        ("tokens_revoked.json", 503),
        ("app_uninstalled.json", 503),
        ("press_button.form", 503),
        ("command.form", 503),
    ];
    for (name, expected) in without_room {
        assert_eq!(post(&account, &host, fixture(name)).await.status().as_u16(), expected, "{name}");
    }
    let standing = account.standing();
    let dropped = standing.counts.map(|counts| counts.dropped);
    assert_eq!((host.unread().len(), dropped), (4, Some(10)), "the first is there already");
    assert!(standing.last_error.is_some_and(|(_, why)| why.contains("is not kept")));

    host.have_twin(false);
    account.replay(&host, kept[0].1.clone()).await.expect("it runs now");
    assert_eq!(host.accepted()[0].native, "D024BE91L:1355517523.000005");
}

#[tokio::test]
async fn what_is_not_stored_is_not_acknowledged() {
    let (account, host) = (signed(), Memory::new(&[]));
    for error in [
        AcceptError::Busy { retry_after: SignedDuration::from_secs(7) },
        AcceptError::Store("the disk is full".into()),
    ] {
        host.refuse(Some(error));
        let response = post(&account, &host, fixture("message_im.json")).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key("retry-after"));
    }
    // What will never be stored must not come again and again.
    for (error, name) in [
        (AcceptError::Conflict, "message_im.json"),
        (AcceptError::Refused("the bot is gone".into()), "message_im_thread.json"),
        (AcceptError::Refused("the bot is gone".into()), "message_im_thread.json"),
    ] {
        host.refuse(Some(error));
        assert_eq!(post(&account, &host, fixture(name)).await.status(), StatusCode::OK);
    }
    assert_eq!((host.accepted().len(), account.standing().counts.expect("they are counted").refused), (0, 2));
    let kept = host.unread();
    assert_eq!(kept.len(), 2, "each is kept as it came, once");
    assert!(kept[1].2.contains("the bot is gone"), "{}", kept[1].2);
    let again = account.replay(&host, kept[1].1.clone()).await;
    assert!(matches!(again, Err(ReplayError::Unread(_))), "{again:?}");
    host.refuse(None);
    account.replay(&host, kept[1].1.clone()).await.expect("it is taken by now");
    assert_eq!((host.accepted().len(), host.unread().len()), (1, 2));
}

#[tokio::test]
async fn what_slack_sends_for_the_last_time_is_acknowledged_where_it_is_not_lost() {
    let (account, host) = (signed(), Memory::new(&[]));
    let told = async |name: &str, number: &'static str| {
        let (body, time) = (Bytes::from(fixture(name)), NOW.to_string());
        let mut headers = headers(&time, &sign(SECRET, &time, &body));
        headers.insert("x-slack-retry-num", HeaderValue::from_static(number));
        account.webhook(&host, &Method::POST, None, &headers, body).await.status().as_u16()
    };
    host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(7) }));
    assert_eq!(told("message_im.json", "2").await, 503);
    assert_eq!((told("message_im.json", "3").await, host.unread().len()), (200, 0));
    assert!(account.notes().reading.is_missing(), "it is read from the histories");
    // What stands in no history.
    assert_eq!((told("assistant_thread_started.json", "2").await, host.unread().len()), (503, 0));
    assert_eq!((told("assistant_thread_started.json", "3").await, host.unread().len()), (200, 1));
    let (_, body, why) = host.unread().remove(0);
    assert!(why.contains("for the last time"), "{why}");
    assert!(account.standing().last_error.is_some_and(|(_, why)| why.contains("studio unread replay")));
    host.cram(true);
    let other = json!({ "type": "event_callback", "event_id": "Ev9", "event": { "type": "assistant_thread_started",
        "assistant_thread": { "user_id": "U1", "channel_id": "D1", "thread_ts": "1729999327.187299", "context": {} } } });
    let (other, time) = (Bytes::from(other.to_string()), NOW.to_string());
    let mut last = headers(&time, &sign(SECRET, &time, &other));
    last.insert("x-slack-retry-num", HeaderValue::from_static("3"));
    let answer = account.webhook(&host, &Method::POST, None, &last, other).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "there is no room");
    host.refuse(None);
    account.replay(&host, body).await.expect("it is taken by now");
    assert_eq!(host.accepted().len(), 1);
}

#[tokio::test]
async fn a_press_on_a_form_that_is_gone_is_what_stands_on_the_button() {
    let (account, host) = (signed(), Memory::new(&[]));
    host.refuse(Some(AcceptError::Store("the disk is full".into())));
    let refused = post(&account, &host, fixture("press_form.form")).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE, "it is stored first");
    host.refuse(None);
    assert_eq!(post(&account, &host, fixture("press_form.form")).await.status(), StatusCode::OK);
    let [said] = host.accepted().try_into().expect("what was pressed");
    assert!(
        matches!(&said.body, Body::Message { content, .. } if content.plain() == "All at once"),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_once_it_is_known_to_be_slacks() {
    let (account, host) = (signed(), Memory::new(&[]));
    for body in ["{\"broken", "{}", "hello", "payload=%7B%7D"] {
        assert_eq!(post(&account, &host, body).await.status(), StatusCode::OK, "{body}");
    }
    let unread = host.unread();
    assert_eq!(unread.len(), 4);
    assert_eq!((unread[0].0.as_str(), unread[0].1.as_ref()), ("support", &b"{\"broken"[..]));
    let told = account.standing().last_error;
    assert!(told.is_some());

    let time = NOW.to_string();
    for _ in 0..3 {
        let body = Bytes::from_static(b"{\"broken");
        let response = account.webhook(&host, &Method::POST, None, &headers(&time, "v0=00"), body).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(host.unread().len(), 4);
    let standing = account.standing();
    assert_eq!(standing.last_error, told, "anybody may call, and covers no error of Slack's");
    assert!(standing.unbelieved.reason().is_some_and(|why| why.contains("signing_secret")), "{standing:?}");
    assert_eq!(standing.counts.expect("they are counted").refused, 3);
}

#[tokio::test]
async fn what_means_nothing_is_counted_by_its_kind_and_what_nobody_knows_is_kept() {
    let (account, host) = (signed(), Memory::new(&[]));
    let counts = || account.standing().counts.expect("they are counted");
    let passed_over = fixtures().into_iter().filter(|(name, _)| name.starts_with("ignored_"));
    for (name, body) in
        passed_over.chain([("heard by chance".to_owned(), fixture("message_channel_thread.json"))])
    {
        let before = counts().ignored;
        assert_eq!(post(&account, &host, body).await.status(), StatusCode::OK, "{name}");
        assert_eq!((counts().ignored, host.unread().len()), (before + 1, 0), "{name}");
    }
    let kinds = counts().ignored_kinds;
    assert_eq!((kinds["app_home_opened"], kinds["shortcut"], kinds["block_actions"]), (1, 1, 1));
    assert_eq!(kinds.values().sum::<u64>(), counts().ignored);

    let event = json!({ "type": "something_slack_will_add", "event_ts": "1" });
    let unknown = json!({ "type": "event_callback", "event_id": "Ev1", "event": event }).to_string();
    assert_eq!(post(&account, &host, unknown.clone()).await.status(), StatusCode::OK);
    let unread = host.unread();
    let [(_, body, why)] = unread.as_slice() else { panic!("{unread:?}") };
    assert_eq!((body, why.contains("something_slack_will_add")), (&Bytes::from(unknown), true), "{why}");
    assert_eq!(counts().unread, 1);
    let (_, told) = account.standing().last_error.expect("it is told");
    assert!(told.contains("something_slack_will_add") && told.contains("studio unread replay"), "{told}");
    let again = account.replay(&host, body.clone()).await;
    assert!(matches!(again, Err(ReplayError::Unread(_))), "{again:?}");
    assert_eq!(host.unread().len(), 1, "it is not kept twice");
}

#[tokio::test]
async fn a_form_that_says_nothing_is_kept_and_nobody_has_said_it() {
    let (account, host) = (signed(), Memory::new(&[]));
    let body = fixture("form_submitted.form");
    let (_, payload) = url::form_urlencoded::parse(&body).next().expect("a payload");
    let mut submission: Value = serde_json::from_str(&payload).expect("JSON");
    submission["view"]["state"] = json!({ "values": {} });
    let payload = submission.to_string();
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish();
    assert_eq!(post(&account, &host, body.clone()).await.status(), StatusCode::OK);
    let unread = host.unread();
    let [(_, kept, why)] = unread.as_slice() else { panic!("{unread:?}") };
    assert_eq!((kept, why.as_str()), (&Bytes::from(body), "the form lacks its fields"));
    assert_eq!(host.accepted(), []);
}

#[tokio::test]
async fn it_fails_closed() {
    let host = Memory::new(&[]);
    let sockets = account("app_token = 'xapp-1'");
    assert_eq!(post(&sockets, &host, fixture("message_im.json")).await.status(), StatusCode::FORBIDDEN);
    let account = signed();
    let response = account.webhook(&host, &Method::GET, None, &HeaderMap::new(), Bytes::new()).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "POST");
    assert_eq!(host.accepted().len(), 0);
}

#[tokio::test]
async fn a_large_body_is_taken_once_it_is_known_to_be_slacks() {
    let (account, host) = (signed(), Memory::new(&[]));
    let body = Bytes::from(vec![b' '; 3 << 20]);
    let time = NOW.to_string();
    let response = account.webhook(&host, &Method::POST, None, &headers(&time, "v0=00"), body.clone()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!((host.unread().len(), account.standing().counts.expect("they are counted").refused), (0, 1));
    assert_eq!(post(&account, &host, body).await.status(), StatusCode::OK);
    assert_eq!((host.unread().len(), account.standing().counts.expect("they are counted").unread), (1, 1));

    let mut event: serde_json::Value =
        serde_json::from_slice(fixture("message_im.json").as_ref()).expect("a fixture of JSON");
    event["event"]["blocks"] = serde_json::json!(["x".repeat(2 << 20)]);
    assert_eq!(post(&account, &host, event.to_string()).await.status(), StatusCode::OK);
    assert_eq!(host.accepted().len(), 1);
}

#[tokio::test]
async fn uninstalling_and_limits_are_noted() {
    let (account, host) = (signed(), Memory::new(&[]));
    let said = |account: &Account| account.standing().last_error.map(|(_, error)| error).unwrap_or_default();
    assert_eq!(post(&account, &host, fixture("app_rate_limited.json")).await.status(), StatusCode::OK);
    assert!(said(&account).contains("holds events back since 2018-02-12T20:37:00Z"), "{}", said(&account));
    assert_eq!(
        post(&account, &host, fixture("tokens_revoked_of_people.json")).await.status(),
        StatusCode::OK
    );
    assert_eq!(account.standing().token_valid, None);
    assert_eq!(post(&account, &host, fixture("tokens_revoked.json")).await.status(), StatusCode::OK);
    assert_eq!(account.standing().token_valid, Some(false));
    assert!(said(&account).contains("install it again"), "{}", said(&account));
}

#[test]
fn every_call_can_move_between_threads() {
    fn moves<T: Send>(_: T) {}
    let (account, host) = (signed(), Memory::new(&[]));
    let content = studio_core::content::Content::text("hello");
    moves(account.edit(&host, &crate::testing::edit("D1", &[], content)));
    moves(account.retract(&host, "D1", &[]));
    moves(account.typing(&host, "D1"));
    moves(account.fetch(&host, "F1"));
    moves(account.examine(&host));
}

#[test]
fn the_manifest_knows_the_bots_commands_and_the_address() {
    let (account, host) = (signed(), Memory::new(&[]));
    host.offer(vec![crate::platform::Command {
        name: "order".into(),
        names: Vec::new(),
        description: vec![("en".into(), "Where is my order?".into())],
    }]);
    host.publish_at(url::Url::parse("https://studio.example/").expect("an address"));
    let manifest = account.manifest(&host);
    assert_eq!(manifest["display_information"]["name"], "The shop bot");
    assert_eq!(manifest["features"]["slash_commands"][0]["command"], "/order");
    let address = "https://studio.example/webhooks/support";
    assert_eq!(manifest["settings"]["event_subscriptions"]["request_url"], address);
    let sockets = super::webhook::account("app_token = 'xapp-1'").manifest(&host);
    assert!(sockets["settings"]["event_subscriptions"].get("request_url").is_none());
}

#[tokio::test]
async fn an_event_of_another_app_than_that_of_the_app_token_is_refused_with_what_to_do() {
    let other = account(&format!("signing_secret = '{SECRET}'\napp_token = 'xapp-1-A0OTHER1-1-x'"));
    let host = Memory::new(&[]);
    assert_eq!(post(&other, &host, fixture("message_im.json")).await.status(), StatusCode::OK);
    assert_eq!(host.accepted(), []);
    let standing = other.standing();
    assert_eq!(standing.counts.expect("it counts").refused, 1);
    let (_, error) = standing.last_error.expect("it is told");
    for words in ["another app", "A0OTHER1", "bot_token and app_token of the same app"] {
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_event_of_another_workspace_is_refused() {
    let scene = Scene::new(Way::Posts).await;
    let said = |team: &str, ts: &str| {
        json!({
            "type": "event_callback", "team_id": team, "api_app_id": "A0STUDIO1", "event_id": format!("Ev{ts}"),
            "event": { "type": "message", "channel_type": "im", "channel": "D0ANNA", "user": "U0ANNA", "text": "hello",
                "ts": format!("1700000000.{ts}") },
        })
        .to_string()
    };
    assert_eq!(post(&scene.account, &scene.host, said("TOTHER", "000001")).await.status(), StatusCode::OK);
    let standing = scene.account.standing();
    assert_eq!(standing.counts.expect("it counts").refused, 1);
    assert!(standing.last_error.is_some_and(|(_, error)| error.contains("another workspace")));
    assert_eq!(post(&scene.account, &scene.host, said("T0STUDIO1", "000002")).await.status(), StatusCode::OK);
    let natives = scene.accepted(1).await.into_iter().map(|one| one.native).collect::<Vec<_>>();
    assert_eq!(natives, ["D0ANNA:1700000000.000002"]);
}

#[tokio::test]
async fn the_clock_is_compared_before_anything_is_believed() {
    let scene = Scene::new(Way::Posts).await;
    assert_eq!(scene.account.standing().last_call, None);
    let skew = scene.account.standing().clock_skew_seconds.expect("an answer of Slack's has its time");
    assert!(skew > 300, "the server in memory lives in {NOW}: {skew}");
    let time = (NOW + skew).to_string();
    let headers = headers(&time, &sign(SECRET, &time, b"{}"));
    for _ in 0..3 {
        let body = Bytes::from_static(b"{}");
        let answer = scene.account.webhook(&scene.host, &Method::POST, None, &headers, body).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let standing = scene.account.standing();
    assert!(standing.unbelieved.reason().is_some_and(|why| why.contains("set the clock")), "{standing:?}");
}
