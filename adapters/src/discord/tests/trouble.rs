//! What goes wrong for good, and what is said of it.

use super::*;
use crate::{
    host::AcceptError,
    platform::{FetchError, Outcome, Scope},
};

#[tokio::test]
async fn a_revoked_token_is_told_and_discord_is_left_alone() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let url = format!("{}/simulator/faults", platform.address);
    platform.client.put(&url).json(&json!({"token_revoked": true})).send().await.expect("an answer");
    until("it is noted", async || studio.account.standing().token_valid == Some(false)).await;
    let standing = studio.account.standing();
    let (_, error) = standing.last_error.expect("an error");
    assert!(error.contains("Reset Token"), "{error}");
    assert_eq!(standing.listening, Some(false));
    let asked = platform.see("requests").await.as_array().map(Vec::len);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(
        platform.see("requests").await.as_array().map(Vec::len) <= asked.map(|asked| asked + 1),
        "it is not asked again and again"
    );

    let examined = studio.account.examine(&studio.memory).await;
    assert_eq!(examined.token_valid, Some(false));
    let conversation = studio.conversation("700000000000000001");
    let message = from_bot(Content::text("Hello"));
    let attempt =
        studio.account.send(&studio.memory, &leaving(conversation, "700000000000000001", message)).await;
    assert!(
        matches!(attempt.outcome, Outcome::Retry { after: Some(after), .. } if after > MINUTE),
        "{attempt:?}"
    );

    // Taken again it is so as soon as somebody asks, long before it is tried by itself.
    platform.client.put(&url).json(&json!({})).send().await.expect("an answer");
    let examined = studio.account.examine(&studio.memory).await;
    assert_eq!((examined.token_valid, examined.life.reason()), (Some(true), None));
    platform.open_sessions(1).await;
    studio.end().await;
}

#[tokio::test]
async fn a_token_that_was_reset_is_known_by_what_leaves_where_there_is_no_gateway() {
    let platform = Platform::new(|_| {}).await;
    let (account, memory) = (account(&platform, "way_in = 'interactions'"), memory());
    assert_eq!(account.examine(&memory).await.token_valid, Some(true));
    platform.fails(&json!({ "token_revoked": true })).await;
    let thread = "700000000000000001";
    let conversation = memory.conversation("dc", thread);
    account.send(&memory, &leaving(conversation, thread, from_bot(Content::text("Hello")))).await;
    let standing = account.standing();
    assert_eq!(standing.token_valid, Some(false));
    assert!(standing.last_error.is_some_and(|(_, error)| error.contains("Reset Token")));
}

#[tokio::test]
async fn a_token_that_was_refused_for_a_while_is_tried_again() {
    let platform = Platform::new(|_| {}).await;
    let url = format!("{}/simulator/faults", platform.address);
    let revoke = async |is_so: bool| {
        let plan = json!({ "token_revoked": is_so });
        platform.client.put(&url).json(&plan).send().await.expect("an answer");
    };
    let mut account = account(&platform, "");
    account.rest_of_refused = Duration::from_millis(200);
    let memory = memory();
    // At the start, and in mid-run.
    revoke(true).await;
    let studio = Studio::start(&memory, Arc::new(account));
    for words_of in ["first", "second"] {
        until("it is noted", async || studio.account.standing().token_valid == Some(false)).await;
        revoke(false).await;
        platform.open_sessions(1).await;
        platform.say("ada", words_of).await;
        studio.accepted("the message", |event| words(event) == Some(words_of)).await;
        assert_eq!(studio.account.standing().token_valid, Some(true));
        revoke(true).await;
    }
    studio.end().await;
}

/// Cloudflare answers in Discord's place then, in HTML; and whoever goes on asking is not let in again.
#[tokio::test]
async fn an_address_that_is_shut_out_asks_nothing_until_it_may() {
    let platform = Platform::new(|_| {}).await;
    let (account, memory) = (account(&platform, "way_in = 'interactions'"), memory());
    platform.act("bans", json!({ "after": 1, "seconds": 600 })).await;
    let nameless = platform.client.get(format!("{}/api/v10/users/@me", platform.address)).send().await;
    assert_eq!(nameless.expect("an answer").status(), 403, "that was one too many");
    let asked = async || platform.see("requests").await.as_array().map(Vec::len);
    let before = asked().await;
    for thread in ["700000000000000001", "700000000000000002"] {
        let conversation = memory.conversation("dc", thread);
        let attempt =
            account.send(&memory, &leaving(conversation, thread, from_bot(Content::text("Hello")))).await;
        let Outcome::Retry { after: Some(after), scope: Scope::Connection, .. } = attempt.outcome else {
            panic!("{attempt:?}")
        };
        assert!(after > MINUTE * 9, "{after:?}");
    }
    assert_eq!(asked().await, before.map(|before| before + 1), "it is told once, and asks no more");
}

#[tokio::test]
async fn what_a_test_was_not_told_is_asked_again_soon() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    until("it listens", async || studio.account.standing().listening == Some(true)).await;
    let url = format!("{}/simulator/faults", platform.address);
    platform.client.put(&url).json(&json!({ "failed": 1.0 })).send().await.expect("an answer");
    let standing = studio.account.examine(&studio.memory).await;
    assert!(standing.life.reason().is_some_and(|why| why.contains("500")), "{standing:?}");
    platform.client.put(&url).json(&json!({})).send().await.expect("an answer");
    until("it is well again", async || studio.account.standing().life.latest().is_none()).await;
    studio.end().await;
}

#[tokio::test]
async fn an_address_that_is_not_discords_is_doubted() {
    let platform = Platform::new(|_| {}).await;
    let (account, memory) = (account_at(&platform, "elsewhere", ""), memory());
    let (_, error) = account.examine(&memory).await.last_error.expect("an error");
    assert!(error.contains("404") && error.contains("is api right?"), "{error}");

    // Nothing is given up for it: neither what leaves, with or without a place of its own, nor a file.
    let thread = "700000000000000001";
    let conversation = memory.conversation("dc", thread);
    let leaving = leaving(conversation, thread, from_bot(Content::text("Hello")));
    let send = async || {
        let outcome = account.send(&memory, &leaving).await.outcome;
        let Outcome::Retry { scope: Scope::Connection, error, .. } = &outcome else { panic!("{outcome:?}") };
        assert!(error.contains("is api right?"), "{error}");
    };
    send().await;
    let (interaction, token) = ("901".to_owned(), "a token".to_owned());
    let reply = interaction::ReplyTo { interaction, application: "9".into(), token };
    account.deferred.put(thread, reply, true, memory.now());
    send().await;
    assert!(account.deferred.is_shown(thread), "its place is not given up");
    let fetched = account.fetch("201/306/401").await;
    assert!(
        matches!(&fetched, Err(FetchError::Retry { error, .. }) if error.contains("is api right?")),
        "{fetched:?}"
    );
}

#[tokio::test]
async fn an_intent_that_is_off_is_named() {
    let platform = Platform::new(|settings| settings.message_content = false).await;
    let studio = Studio::new(&platform, &memory(), "guild_messages = 'all'");
    until("it is noted", async || studio.account.standing().last_error.is_some()).await;
    let (_, error) = studio.account.standing().last_error.expect("an error");
    assert!(error.contains("Message Content Intent"), "{error}");
    assert_eq!(studio.account.standing().token_valid, Some(true));
    studio.end().await;
}

#[tokio::test]
async fn the_standing_says_who_and_how() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    studio.accepted("the message", |event| words(event) == Some("hello")).await;
    let standing = studio.account.examine(&studio.memory).await;
    assert_eq!(standing.identity.as_deref(), Some("studio-bot (application 900000000000000001)"));
    assert_eq!((standing.token_valid, standing.listening), (Some(true), Some(true)));
    assert_eq!(standing.way_in.as_deref(), Some("gateway"));
    assert!(standing.last_event.is_some());
    assert!(standing.clock_skew_seconds.is_some_and(|skew| skew.abs() < 60), "{standing:?}");
    assert!(!format!("{standing:?}").contains("opens-nothing"), "no credential is shown");
    studio.end().await;
}

#[tokio::test]
async fn a_person_who_blocked_the_bot_is_not_written_to_again() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    platform.shown("You said: hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    platform.act("close", json!({"channel": event.thread, "closed": true})).await;
    let conversation = studio.conversation(&event.thread);
    let send = |content: Content, thread: &str| {
        let leaving = leaving(conversation, thread, from_bot(content));
        let (account, memory) = (studio.account.clone(), studio.memory.clone());
        async move { account.send(&memory, &leaving).await.outcome }
    };
    let check = |outcome: Outcome, expected: &str| match outcome {
        Outcome::Dead { reason } => assert!(reason.contains(expected), "{reason}"),
        other => panic!("{other:?}"),
    };
    let blocked = send(Content::text("Hello"), &event.thread).await;
    assert!(
        matches!(&blocked, Outcome::Unreachable { reason } if reason.contains("blocked it")),
        "{blocked:?}"
    );
    check(send(Content::text("Hello"), "123").await, "no longer exists");
    check(send(Content::text("Hello"), "../users/@me").await, "no channel of Discord");
    platform.act("close", json!({"channel": "general", "closed": true})).await;
    check(send(Content::text("Hello"), "700000000000000001").await, "cannot see the channel");
    studio.end().await;
}

#[tokio::test]
async fn a_busy_studio_takes_the_message_later_and_no_press_is_acknowledged_that_is_not_stored() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    studio.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_millis(200) }));
    platform.say("ada", "one").await;
    platform.say("ada", "two").await;
    platform.act("command", json!({"from": "ada", "name": "track"})).await;
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    assert_eq!(studio.memory.accepted(), []);
    assert_eq!(platform.see("interactions").await[0]["answer"], Value::Null);
    studio.memory.refuse(None);
    studio.accepted("the second", |event| words(event) == Some("two")).await;
    let texts = studio.memory.accepted();
    let texts = texts.iter().filter_map(words).collect::<Vec<_>>();
    assert_eq!(texts, ["one", "two"]);
    studio.end().await;
}

#[tokio::test]
async fn what_is_pressed_and_what_is_said_are_stored_in_the_order_in_which_they_came() {
    // A machine may be slow.
    let platform = Platform::new(|settings| settings.patience = SOON).await;
    let memory = memory();
    // What the bot says would come in as well.
    memory.answer_after(None);
    let mut account = account(&platform, "");
    account.time_to_store = SOON;
    let studio = Studio::start(&memory, Arc::new(account));
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let track = || platform.act("command", json!({"from": "ada", "name": "track"}));
    let count = |text: &str| memory.accepted().iter().filter(|event| words(event) == Some(text)).count();
    // The first is refused once, so that what comes behind it is offered before it is offered again.
    let refuse = || {
        memory.advance(SignedDuration::from_secs(1));
        memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_millis(500) }));
    };
    let is_offered = async || {
        until("it is offered", async || studio.account.standing().last_event == Some(memory.now())).await;
        memory.refuse(None);
    };
    platform.say("ada", "hello").await;
    until("the channel is known", async || count("hello") == 1).await;

    refuse();
    platform.say("ada", "one").await;
    is_offered().await;
    track().await;
    until("both are stored", async || count("one") + count("/track") == 2).await;

    refuse();
    track().await;
    is_offered().await;
    platform.say("ada", "two").await;
    track().await;
    until("all are stored", async || count("two") + count("/track") == 4).await;
    let stored = memory.accepted();
    let stored = stored.iter().filter_map(words).collect::<Vec<_>>();
    assert_eq!(stored, ["hello", "one", "/track", "/track", "two", "/track"]);
    until("every interaction is acknowledged", async || {
        let interactions = platform.see("interactions").await;
        interactions.as_array().is_some_and(|all| all.iter().all(|known| known["answer"] == 5))
    })
    .await;
    studio.end().await;
}

#[tokio::test]
async fn what_was_not_stored_at_the_end_is_heard_at_the_next_start() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(30) }));
    platform.say("ada", "one").await;
    platform.say("ada", "two").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    studio.end().await;
    assert_eq!(memory.accepted(), []);
    memory.refuse(None);
    let studio = Studio::new(&platform, &memory, "");
    studio.accepted("the second", |event| words(event) == Some("two")).await;
    let texts = memory.accepted();
    assert_eq!(texts.iter().filter_map(words).collect::<Vec<_>>(), ["one", "two"]);
    studio.end().await;
}

#[test]
fn mistakes_in_the_settings_are_named() {
    fn check(text: &str, expected: &str) {
        let text = format!("name = 'dc'\nbot = 'shop'\n{text}");
        let said = match toml::from_str::<Config>(&text) {
            Ok(config) => config.problems().join("; "),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
    }
    check("", "needs token or token_file");
    check("token = 'a'\ntoken_file = '/x'", "both token and token_file");
    check("token = ''", "cannot be empty");
    check("token = 'Bot a'", "without “Bot” before it");
    check("token = 'a'\npublic_key = 'abc'", "must be the 64 hexadecimal digits");
    let weak = format!("token = 'a'\npublic_key = '01{}'", "0".repeat(62));
    check(&weak, "is no key");
    check(&format!("token = 'a'\npublic_key = '{}'", "44".repeat(32)), "is no key");
    check("token = 'a'\napi = 'ftp://a.example'", "http or https");
    // Its name before.
    check("token = 'a'\napi_url = 'ftp://a.example'", "http or https");
    check("token = 'a'\nway_in = 'polling'", "unknown variant `polling`");
    check("token = 'a'\nguild_messages = 'some'", "unknown variant `some`");
    check("token = 'a'\nanswer_label = ' '", "1 to 80 characters");
    check("token = 'a'\nintents = 3", "unknown field `intents`");
    let config: Config = toml::from_str(&format!("name = 'dc'\nbot = 'shop'\ntoken = '{MADE_UP}'"))
        .expect("the shortest connection");
    assert_eq!(config.problems(), Vec::<String>::new());
    assert!(!format!("{config:?}").contains(MADE_UP));
    let config: Config =
        toml::from_str("name = 'dc'\nbot = 'shop'\ntoken_file = '/secret'").expect("a file in its place");
    let account = |held: &str| config.account(&Fence::none(), |_| Ok(held.to_owned()));
    assert!(account(&format!("{MADE_UP}\n")).is_ok());
    let error = account(&format!("Bot {MADE_UP}")).err().expect("a file is looked into as well").to_string();
    assert!(error.contains("without “Bot” before it") && !error.contains(MADE_UP), "{error}");
}
