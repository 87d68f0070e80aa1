//! What was said while the studio was away, or its session lost.

use super::*;
use crate::host::AcceptError;

/// The texts that were accepted, in their order.
fn heard(memory: &Memory, start: &str) -> Vec<String> {
    let accepted = memory.accepted();
    accepted.iter().filter_map(words).filter(|text| text.starts_with(start)).map(str::to_owned).collect()
}

async fn count(platform: &Platform, what: &str) -> u64 {
    platform.see("state").await[what].as_u64().expect("a number")
}

async fn listings(platform: &Platform) -> usize {
    let requests = platform.see("requests").await;
    let lists = |request: &&Value| {
        request["method"] == "GET" && request["path"].as_str().is_some_and(|path| path.ends_with("/messages"))
    };
    requests.as_array().expect("a list").iter().filter(lists).count()
}

/// A studio to which Ada said something, and which is away since; with what it heard.
async fn left() -> (Platform, Memory, Incoming) {
    let (platform, memory) = (Platform::new(|_| {}).await, memory());
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "before").await;
    let event = studio.accepted("the message", |event| words(event) == Some("before")).await;
    studio.end().await;
    (platform, memory, event)
}

#[tokio::test]
async fn a_restart_resumes_the_session_and_hears_what_was_said_meanwhile() {
    let (platform, memory, _) = left().await;
    for number in 0..3 {
        platform.say("ada", &format!("meanwhile {number}")).await;
    }
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("what was said last", |event| words(event) == Some("meanwhile 2")).await;
    assert_eq!(heard(&memory, "meanwhile"), ["meanwhile 0", "meanwhile 1", "meanwhile 2"]);
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (1, 1));
    assert_eq!(listings(&platform).await, 0, "nothing had to be fetched");
    studio.end().await;
}

#[tokio::test]
async fn where_no_session_may_be_begun_any_more_the_old_one_goes_on_and_the_token_is_not_risked() {
    let platform = Platform::new(|settings| settings.sessions_a_day = 1).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "before").await;
    studio.accepted("the message", |event| words(event) == Some("before")).await;
    studio.end().await;

    platform.say("ada", "meanwhile").await;
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("what was said meanwhile", |event| words(event) == Some("meanwhile")).await;
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (1, 1));

    platform.act("gateway", json!({"forget": true})).await;
    until("it is told", async || {
        let told = studio.account.standing().last_error;
        told.is_some_and(|(_, why)| why.contains("are used up") && why.contains("min"))
    })
    .await;
    assert_eq!(count(&platform, "identified").await, 1);
    assert_eq!(studio.account.standing().token_valid, Some(true));
    studio.end().await;
}

#[tokio::test]
async fn a_session_that_is_gone_is_made_good_from_the_lists() {
    let (platform, memory, _) = left().await;
    platform.act("gateway", json!({"forget": true})).await;
    for number in 100..230 {
        platform.say("ada", &format!("meanwhile {number}")).await;
    }
    for (text, mention) in [("general chatter", false), ("meanwhile in general", true)] {
        platform
            .act("say", json!({"from": "bob", "channel": "general", "text": text, "mention": mention}))
            .await;
    }
    let studio = Studio::new(&platform, &memory, "");
    let last = "meanwhile in general";
    studio.accepted("the channel that was never spoken in", |event| words(event) == Some(last)).await;
    studio.accepted("what was said last", |event| words(event) == Some("meanwhile 229")).await;
    platform.say("ada", "meanwhile live").await;
    studio.accepted("what is said now", |event| words(event) == Some("meanwhile live")).await;
    let mut expected = (100..230).map(|number| format!("meanwhile {number}")).collect::<Vec<_>>();
    expected.push("meanwhile live".to_owned());
    let mut told = heard(&memory, "meanwhile");
    told.retain(|text| text != last);
    assert_eq!(told, expected, "each once and in order");
    assert_eq!(
        heard(&memory, "general chatter"),
        [""; 0],
        "what is not for the bot is not, when fetched either"
    );
    assert_eq!(count(&platform, "identified").await, 2);
    studio.end().await;
}

#[tokio::test]
async fn a_session_whose_address_is_gone_is_begun_anew_and_made_good() {
    let (platform, memory, _) = left().await;
    platform.say("ada", "meanwhile").await;
    let kept = memory.recall("dc", "session").await.expect("in memory").expect("it was kept");
    let mut session: Value = serde_json::from_str(&kept).expect("a session");
    // Nobody listens there.
    session["url"] = json!("ws://127.0.0.1:9/gateway");
    memory.remember("dc", "session", session.to_string()).await.expect("in memory");
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("what was said meanwhile", |event| words(event) == Some("meanwhile")).await;
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (2, 0));
    studio.end().await;
}

#[tokio::test]
async fn what_was_told_behind_a_later_message_is_read_where_the_session_was_lost_in_between() {
    let (platform, memory, event) = left().await;
    platform.act("gateway", json!({"forget": true})).await;
    platform.say("ada", "meanwhile earlier").await;
    let later = platform.say("ada", "meanwhile later").await;
    let key = format!("place:{}", event.thread);
    let kept = memory.recall("dc", &key).await.expect("in memory").expect("it was kept");
    let mut place: Value = serde_json::from_str(&kept).expect("a place");
    place["message"] = json!(later.parse::<u64>().expect("a number"));
    memory.remember("dc", &key, place.to_string()).await.expect("in memory");
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("the earlier one", |event| words(event) == Some("meanwhile earlier")).await;
    studio.accepted("the later one", |event| words(event) == Some("meanwhile later")).await;
    assert_eq!(heard(&memory, "meanwhile"), ["meanwhile earlier", "meanwhile later"]);
    studio.end().await;
}

#[tokio::test]
async fn a_direct_channel_is_known_from_its_first_message_on() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "before").await;
    studio.accepted("the message", |event| words(event) == Some("before")).await;
    studio.kill();

    platform.act("gateway", json!({"forget": true})).await;
    platform.say("ada", "meanwhile").await;
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("what was said meanwhile", |event| words(event) == Some("meanwhile")).await;
    assert_eq!(heard(&memory, "before"), ["before"]);
    studio.end().await;
}

#[tokio::test]
async fn whatever_the_gateway_does_the_session_goes_on() {
    let platform = Platform::new(|settings| settings.heartbeat = Duration::from_millis(400)).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    for (number, (act, resumed)) in [
        (json!({"reconnect": true}), true),
        (json!({"break": true}), true),
        (json!({"close": 4000}), true),
        (json!({"invalid": true}), true),
        (json!({"invalid": false}), false),
        (json!({"close": 4009, "forget": true}), false),
    ]
    .into_iter()
    .enumerate()
    {
        platform.open_sessions(1).await;
        let before = (count(&platform, "identified").await, count(&platform, "resumed").await);
        platform.act("gateway", act.clone()).await;
        until(&format!("it comes back after {act}"), async || {
            let now = (count(&platform, "identified").await, count(&platform, "resumed").await);
            if resumed { now == (before.0, before.1 + 1) } else { now.0 == before.0 + 1 }
        })
        .await;
        let text = format!("after {number}");
        platform.say("ada", &text).await;
        studio.accepted(&text, |event| words(event) == Some(&text)).await;
    }
    // A connection that is dead without a word: heartbeats are not acknowledged any more.
    let before = count(&platform, "resumed").await;
    platform.act("gateway", json!({"silent": true})).await;
    until("the silence is noticed", async || count(&platform, "resumed").await > before).await;
    platform.act("gateway", json!({"silent": false})).await;
    platform.say("ada", "after the silence").await;
    studio.accepted("the last", |event| words(event) == Some("after the silence")).await;
    studio.end().await;
}

#[tokio::test]
async fn a_channel_that_is_closed_to_the_bot_is_read_on_once_it_is_open_again() {
    let (platform, memory, event) = left().await;
    platform.act("gateway", json!({"forget": true})).await;
    platform.say("ada", "meanwhile one").await;
    platform.act("close", json!({"channel": event.thread, "closed": true})).await;
    let studio = Studio::new(&platform, &memory, "");
    until("it cannot be read", async || {
        let error = studio.account.standing().last_error;
        error.is_some_and(|(_, error)| error.contains("not read for what was missed"))
    })
    .await;
    studio.end().await;

    platform.act("close", json!({"channel": event.thread, "closed": false})).await;
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "meanwhile two").await;
    studio.accepted("what is said now", |event| words(event) == Some("meanwhile two")).await;
    assert_eq!(heard(&memory, "meanwhile"), ["meanwhile one", "meanwhile two"]);
    studio.end().await;
}

#[tokio::test]
async fn a_channel_that_another_than_discord_refuses_is_not_taken_for_a_closed_one() {
    let platform = Platform::new(|_| {}).await;
    let account = Arc::new(account_at(&platform, "elsewhere", ""));
    let place = places::Place { message: 306, person: 7, guild: 0, unread: false };
    account.places.spoken(201, place);
    let stop = CancellationToken::new();
    let (ours, host, reading) = (Arc::clone(&account), memory(), tokio::sync::Semaphore::new(1));
    let storing = storing::Storing { account: ours, host, stop: stop.clone(), reading };
    let reading = tokio::spawn(async move { catch_up::read_on(&storing, 201, 0, place.message).await });
    until("it is noted", async || account.standing().last_error.is_some()).await;
    let (_, error) = account.standing().last_error.expect("an error");
    assert!(error.contains("404") && error.contains("is api right?"), "{error}");
    assert_eq!((account.places.of(201), reading.is_finished()), (Some(place), false), "it is asked again");
    stop.cancel();
    let ended = timeout(SOON, reading).await.expect("it ends promptly").expect("no panic");
    assert_eq!(ended, Err(storing::Stopped));
}

#[tokio::test]
async fn what_was_said_elsewhere_before_the_newest_known_message_is_fetched_as_well() {
    let (platform, memory, _) = left().await;
    platform.act("gateway", json!({"forget": true})).await;
    let called =
        json!({"from": "bob", "channel": "general", "text": "meanwhile in general", "mention": true});
    platform.act("say", called).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    platform.say("ada", "meanwhile and newer").await;
    let studio = Studio::new(&platform, &memory, "");
    for text in ["meanwhile and newer", "meanwhile in general"] {
        studio.accepted(text, |event| words(event) == Some(text)).await;
    }
    studio.end().await;
}

#[tokio::test]
async fn one_busy_conversation_keeps_nobody_else_waiting_and_loses_nothing() {
    let platform = Platform::new(|settings| settings.heartbeat = Duration::from_millis(500)).await;
    let memory = memory();
    memory.answer_after(None);
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    memory.fill(Some(&event.thread));
    let expected = (0..620).map(|number| format!("ada {number}")).collect::<Vec<_>>();
    for text in &expected {
        platform.say("ada", text).await;
    }
    platform.say("bob", "hello from bob").await;
    studio.accepted("another's", |event| words(event) == Some("hello from bob")).await;
    assert_eq!(heard(&memory, "ada"), [""; 0]);
    memory.fill(None);
    studio.accepted("the last of all", |event| words(event) == Some("ada 619")).await;
    assert_eq!(heard(&memory, "ada"), expected, "each once and in order");
    assert!(listings(&platform).await > 0, "what found no room was fetched");
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (1, 0));
    studio.end().await;
}

#[tokio::test]
async fn what_the_studio_never_takes_is_kept_as_it_came() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    memory.refuse(Some(AcceptError::Refused("there is no connection dc".into())));
    let id = platform.say("ada", "hello").await;
    until("it is kept", async || memory.unread().len() == 1).await;
    let (_, body, why) = memory.unread().remove(0);
    assert!(String::from_utf8_lossy(&body).contains(&id) && why.contains("no connection"), "{why}");
    assert_eq!(studio.account.standing().counts.expect("they are counted").refused, 1);
    memory.refuse(None);
    studio.account.replay(&memory, body).await.expect("it is taken now");
    assert_eq!(heard(&memory, "hello"), ["hello"]);
    studio.end().await;
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_kept_and_does_not_come_again() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    let tell = async |frame: &str| platform.act("gateway", json!({ "raw": frame })).await;
    let says = async |text: &str| {
        platform.say("ada", text).await;
        studio.accepted(text, |event| words(event) == Some(text)).await;
    };
    tell(r#"{"op":"zero","t":"MESSAGE_CREATE","s":{s},"d":{}}"#).await;
    until("it is kept", async || memory.unread().len() == 1).await;
    let (_, body, why) = memory.unread().remove(0);
    assert!(String::from_utf8_lossy(&body).contains("zero") && why.contains("cannot be read"), "{why}");
    says("behind it").await;
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (1, 0));
    let standing = studio.account.standing();
    assert_eq!(standing.counts.expect("they are counted").unread, 1);
    assert!(standing.last_error.is_some_and(|(_, error)| error.contains("cannot be read")));

    platform.act("gateway", json!({"break": true})).await;
    until("the session is resumed", async || count(&platform, "resumed").await == 1).await;
    says("resumed").await;
    assert_eq!(memory.unread().len(), 1, "it is not told again");

    // A kind that Discord adds costs no session, however often it comes.
    let added = async |kept: usize| {
        tell(r#"{"op":99,"t":null,"s":null,"d":{}}"#).await;
        until("it is kept", async || memory.unread().len() == kept).await;
    };
    added(2).await;
    added(3).await;
    says("still").await;
    assert_eq!((count(&platform, "identified").await, count(&platform, "resumed").await), (1, 1));
    // What was said may have been read from a list: the frame that tells it has come once one behind it has.
    added(4).await;

    // Two in a row, of which nobody knows the numbers: what they were is read from the lists.
    for _ in 0..2 {
        tell("no JSON").await;
    }
    until("a new session is opened", async || count(&platform, "identified").await == 2).await;
    says("anew").await;
    assert_eq!((memory.unread().len(), count(&platform, "resumed").await), (6, 1));
    studio.end().await;
}
