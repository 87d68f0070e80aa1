//! Interactions without a gateway: the address is set and tried, commands, presses and forms come in signed.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::any,
};

use super::*;
use crate::{host::AcceptError, testing::serve};

#[derive(Clone)]
struct Door(Arc<Account>, Memory);

async fn enter(
    State(Door(account, memory)): State<Door>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    account.webhook(&memory, &method, None, &headers, body).await
}

#[tokio::test]
async fn a_stranger_says_nothing_of_a_connection_with_a_gateway() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    until("Discord has told the key", async || studio.account.public_key().is_some()).await;
    let before = studio.account.standing().last_error;
    for _ in 0..3 {
        let (headers, body) = (HeaderMap::new(), Bytes::from_static(b"{}"));
        let answer = studio.account.webhook(&studio.memory, &Method::POST, None, &headers, body).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let standing = studio.account.standing();
    assert_eq!((standing.last_error, standing.unbelieved.reason()), (before, None));
    assert_eq!(standing.counts.map(|counts| counts.refused), Some(3));
    studio.end().await;
}

/// A command in a direct message: 901, of 101 in the channel 201.
fn command() -> String {
    let fixtures: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let command =
        fixtures.iter().find(|known| known["name"] == "a command in a direct message").expect("it is there");
    command["data"].to_string()
}

/// What Discord POSTs: this body, signed.
async fn post(platform: &Platform, account: &Account, memory: &Memory, body: &str) -> StatusCode {
    let at = memory.now().as_second().to_string();
    let signature = platform.simulator.sign(&at, body.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert("x-signature-timestamp", at.parse().expect("a header"));
    headers.insert("x-signature-ed25519", signature.parse().expect("a header"));
    account
        .webhook(memory, &Method::POST, None, &headers, Bytes::copy_from_slice(body.as_bytes()))
        .await
        .status()
}

#[tokio::test]
async fn a_signed_call_says_nothing_of_a_gateway() {
    let platform = Platform::new(|_| {}).await;
    let key = format!("public_key = '{}'", platform.simulator.public_key());
    let (account, memory) = (account(&platform, &key), memory());
    let answered = post(&platform, &account, &memory, r#"{"type": 1}"#).await;
    assert_eq!((answered, account.standing().listening), (StatusCode::OK, None));
}

#[tokio::test]
async fn what_comes_to_a_second_connection_of_the_bot_is_kept_and_acknowledged() {
    let platform = Platform::new(|_| {}).await;
    let key = format!("way_in = 'interactions'\npublic_key = '{}'", platform.simulator.public_key());
    let (account, memory) = (account(&platform, &key), memory());
    memory.have_twin(true);
    let ping = post(&platform, &account, &memory, r#"{"type": 1}"#).await;
    assert_eq!((ping, memory.unread().len()), (StatusCode::OK, 0), "the address is ours all the same");
    let body = command();
    assert_eq!(post(&platform, &account, &memory, &body).await, StatusCode::ACCEPTED);
    let kept = memory.unread();
    assert_eq!(
        kept.iter().map(|(_, body, _)| body.clone()).collect::<Vec<_>>(),
        [body.as_str()],
        "as it came"
    );
    assert!(kept[0].2.contains("another one is the same account"), "{kept:?}");
    let standing = account.standing();
    assert_eq!((memory.accepted().len(), standing.counts.map(|counts| counts.unread)), (0, Some(1)));
    assert!(standing.last_error.is_some_and(|(_, why)| why.contains("remove one of the two")));
    memory.cram(true);
    // What cannot be read gives way to nothing either.
    for body in [body.as_str(), "{"] {
        assert_eq!(post(&platform, &account, &memory, body).await, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    }
    let counts = account.standing().counts.map(|counts| (counts.unread, counts.dropped));
    assert_eq!((memory.unread().len(), counts), (1, Some((1, 2))));
}

#[tokio::test]
async fn who_presses_is_told_of_once_and_no_acknowledgement_waits_for_it() {
    let platform = Platform::new(|_| {}).await;
    let key = format!("way_in = 'interactions'\npublic_key = '{}'", platform.simulator.public_key());
    let (account, memory) = (account(&platform, &key), memory());
    let body = command();
    let press = async |id: &str, person: &str, channel: &str| {
        let quoted = |id: &str| format!("\"{id}\"");
        let body = body
            .replace(&quoted("901"), &quoted(id))
            .replace(&quoted("101"), &quoted(person))
            .replace(&quoted("201"), &quoted(channel));
        assert_eq!(post(&platform, &account, &memory, &body).await, StatusCode::OK);
    };
    let told = || {
        let all = memory.accepted().into_iter();
        all.filter(|event| matches!(event.body, Body::Introduced { .. }))
            .map(|event| event.external)
            .collect::<Vec<_>>()
    };
    press("901", "101", "201").await;
    press("902", "101", "201").await;
    assert_eq!(told(), Vec::<String>::new(), "both are acknowledged");
    let later = async {
        until("who pressed", async || told() == ["101"]).await;
        press("903", "101", "201").await;
        press("904", "102", "202").await;
        until("the other", async || told() == ["101", "102"]).await;
    };
    tokio::select! {
        () = account.tell_names(&memory) => {}
        () = later => {}
    }
}

/// A studio that Discord reaches by POST.
pub(super) async fn reachable(platform: &Platform) -> (Studio, String) {
    reachable_as(platform, account(platform, "way_in = 'interactions'")).await
}

async fn reachable_as(platform: &Platform, account: Account) -> (Studio, String) {
    let (account, memory) = (Arc::new(account), memory());
    let door = Router::new()
        .route("/webhooks/dc", any(enter))
        // The studio's own front lets through what a platform may send.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(Door(account.clone(), memory.clone()));
    let address = format!("http://{}/", serve(door).await);
    memory.publish_at(address.parse().expect("an address"));
    let studio = Studio::start(&memory, account);
    let address = studio.memory.webhook_address("dc").expect("it is published").to_string();
    let url = address.clone();
    until("the address is set", async || platform.see("state").await["endpoint"] == json!(url)).await;
    (studio, address)
}

#[test]
fn the_button_to_write_and_its_form_speak_the_language_of_the_conversation() {
    let made = |more: &str| {
        let text = format!("name = 'dc'\nbot = 'shop'\ntoken = '{MADE_UP}'\n{more}");
        let config: Config = toml::from_str(&text).expect("the connection of the test");
        let read = |_: &Path| Err(std::io::Error::other("no files"));
        config.account(&Fence::none(), read).expect("an account")
    };
    let label = |more: &str, language: &str| made(more).answer_label(language);
    assert_eq!(label("", "de"), None, "messages come in by themselves");
    assert_eq!(label("way_in = 'interactions'", "de-AT").as_deref(), Some("Antworten"));
    assert_eq!(label("way_in = 'interactions'", "").as_deref(), Some("Answer"));
    let own = "way_in = 'interactions'\nanswer_label = 'Write'";
    assert_eq!(label(own, "de").as_deref(), Some("Write"));

    let interactions: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let pressed = interactions.iter().find(|fixture| fixture["name"] == "the button to write");
    let mut pressed = pressed.expect("a press")["data"].clone();
    let account = made("way_in = 'interactions'");
    let title = |pressed: &Value| match account.reader().interaction(pressed) {
        Ok(interaction::Asked::ToWrite(form)) => form["title"].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(title(&pressed), "Antworten", "as the person's Discord is set where the button is not told");
    let button = json!({ "type": 2, "id": 7, "style": 2, "label": "Répondre", "custom_id": "answer" });
    let rows = pressed["message"]["components"].as_array_mut().expect("rows");
    rows.push(json!({ "type": 1, "id": 6, "components": [button] }));
    assert_eq!(title(&pressed), "Répondre", "as the button that was pressed");
}

#[tokio::test]
async fn a_conversation_goes_on_without_a_gateway() {
    let platform = Platform::new(|_| {}).await;
    let (studio, address) = reachable(&platform).await;
    platform.command_registered().await;
    platform.act("command", json!({"from": "ada", "channel": "general", "name": "track"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    let shown = platform.shown("You said: /track").await;
    assert_eq!((&shown["type"], &shown["flags"]), (&json!(20), &json!(0)), "it took the place of “thinking”");

    // Messages do not come in: the person writes into a form.
    platform.act("press", json!({"from": "ada", "message": shown["id"], "choose": "Answer"})).await;
    until("the form is open", async || {
        let interactions = platform.see("interactions").await;
        interactions.as_array().is_some_and(|all| all.iter().any(|known| known["answer"] == 9))
    })
    .await;
    platform.act("submit", json!({"from": "ada", "answers": {"text": "It is order 17"}})).await;
    let written = studio.accepted("the words", |event| words(event) == Some("It is order 17")).await;
    assert_eq!(written.thread, event.thread);
    platform.shown("You said: It is order 17").await;

    let buttons = vec![studio_core::content::Button {
        title: "Yes".into(),
        action: studio_core::content::Action::Value("yes".into()),
    }];
    let conversation = studio.conversation(&event.thread);
    studio.memory.say(conversation, Content::Buttons { text: "Sure?".into(), buttons });
    let sure = platform.shown("Sure?").await;
    platform.act("press", json!({"from": "ada", "message": sure["id"], "choose": "Yes"})).await;
    studio
        .accepted("the press", |event| matches!(&event.body, Body::Press { value, .. } if value == "yes"))
        .await;
    assert_eq!(platform.see("state").await["identified"], 0, "no gateway was opened");
    let standing = studio.account.examine(&studio.memory).await;
    assert_eq!((standing.listening, standing.webhook_set), (Some(true), Some(address)));
    studio.end().await;
}

#[tokio::test]
async fn a_connection_that_is_no_more_takes_its_address_back() {
    let platform = Platform::new(|_| {}).await;
    let (studio, address) = reachable(&platform).await;
    let account = Arc::clone(&studio.account);
    let memory = studio.memory.clone();
    studio.end().await;
    let other = "https://other.example/".parse().expect("an address");
    account.sign_off(&memory, &other).await;
    assert_eq!(platform.see("state").await["endpoint"], json!(address), "it is another's");
    account.sign_off(&memory, &address.parse().expect("an address")).await;
    assert_eq!(platform.see("state").await["endpoint"], json!(null));
}

#[tokio::test]
async fn a_connection_whose_address_is_another_fails_until_it_is_its_own() {
    let platform = Platform::new(|_| {}).await;
    let (studio, address) = reachable(&platform).await;
    until("Discord has taken it", async || studio.account.standing().webhook_set.is_some()).await;
    studio.account.sign_off(&studio.memory, &address.parse().expect("an address")).await;
    let standing = studio.account.examine(&studio.memory).await;
    let why = standing.life.reason().expect("a reason");
    assert!(
        standing.listening == Some(false) && why.contains("go to nowhere and not to the studio"),
        "{why}"
    );
    // Of an address of another program the host is told, for the rest may be a secret.
    set_endpoint(&platform, &format!("{address}?key=hunter2")).await;
    let standing = studio.account.examine(&studio.memory).await;
    let why = standing.life.reason().expect("a reason");
    assert!(why.contains("go to 127.0.0.1 and not") && !why.contains("hunter2"), "{why}");
    assert_eq!(standing.webhook_set.as_deref(), Some("127.0.0.1"));
    set_endpoint(&platform, &address).await;
    let standing = studio.account.examine(&studio.memory).await;
    assert_eq!((standing.listening, standing.life.reason()), (Some(true), None));
    studio.end().await;
}

/// As somebody does in the developer portal.
async fn set_endpoint(platform: &Platform, address: &str) {
    let set = platform.client.patch(format!("{}/api/v10/applications/@me", platform.address));
    let set = set.header("authorization", format!("Bot {}", platform.simulator.settings().token));
    let set = set.header("user-agent", "DiscordBot (https://studio.example, 1)");
    let set = set.json(&json!({ "interactions_endpoint_url": address })).send().await.expect("an answer");
    assert!(set.status().is_success(), "{set:?}");
}

#[tokio::test]
async fn a_connection_notices_by_itself_that_its_address_is_another() {
    let platform = Platform::new(|_| {}).await;
    let mut account = account(&platform, "way_in = 'interactions'");
    account.rest_of_watch = Duration::from_millis(500);
    account.rest_of_refused = Duration::from_millis(500);
    let (studio, address) = reachable_as(&platform, account).await;
    until("Discord has taken it", async || studio.account.standing().webhook_set.is_some()).await;
    studio.account.sign_off(&studio.memory, &address.parse().expect("an address")).await;
    until("it is noticed", async || {
        let life = studio.account.standing().life;
        life.reason().is_some_and(|why| why.contains("go to nowhere and not to the studio"))
    })
    .await;
    set_endpoint(&platform, &address).await;
    until("it is well again", async || {
        let standing = studio.account.standing();
        standing.listening == Some(true) && standing.life.reason().is_none()
    })
    .await;
    studio.end().await;
}

#[tokio::test]
async fn where_the_bot_has_no_voice_it_answers_by_the_interaction() {
    let platform = Platform::new(|_| {}).await;
    let (studio, _) = reachable(&platform).await;
    platform.command_registered().await;
    platform.act("close", json!({"channel": "general", "closed": true})).await;
    platform.act("command", json!({"from": "ada", "channel": "general", "name": "track"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    platform.shown("You said: /track").await;
    studio.memory.say(studio.conversation(&event.thread), Content::text("And one more thing"));
    let more = platform.shown("And one more thing").await;
    assert_eq!(more["channel_id"], json!(event.thread));
    studio.end().await;
}

#[tokio::test]
async fn only_what_is_signed_is_believed_and_a_repeat_is_stored_once() {
    let platform = Platform::new(|_| {}).await;
    let (studio, address) = reachable(&platform).await;
    let simulator = &platform.simulator;
    let now = studio.memory.now().as_second();
    let body = command();
    let post = async |timestamp: i64, signature: String, body: &str| {
        let request = platform.client.post(&address).body(body.to_owned());
        let request =
            request.header("x-signature-timestamp", timestamp).header("x-signature-ed25519", signature);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or(Value::Null))
    };
    let sign = |timestamp: i64, body: &str| simulator.sign(&timestamp.to_string(), body.as_bytes());

    for (what, timestamp, signature) in [
        ("wrong", now, sign(now, "another body")),
        ("stale", now - 400, sign(now - 400, &body)),
        ("from the future", now + 400, sign(now + 400, &body)),
        ("another time", now - 1, sign(now, &body)),
        ("empty", now, String::new()),
        ("cut", now, sign(now, &body)[..100].to_owned()),
    ] {
        let (status, problem) = post(timestamp, signature, &body).await;
        assert_eq!(status, 401, "{what}");
        assert!(!problem.to_string().contains(&sign(now, &body)), "what would be right is not told");
    }
    let bare = platform.client.post(&address).body(body.clone()).send().await.expect("an answer");
    assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(studio.memory.accepted(), []);
    let standing = studio.account.standing();
    assert!(standing.unbelieved.reason().is_some_and(|why| why.contains("not believed")), "{standing:?}");
    let covers = standing.last_error.is_some_and(|(_, error)| error.contains("not believed"));
    assert!(!covers, "anybody may call, and covers no error of Discord's");

    for _ in 0..2 {
        let (status, answer) = post(now, sign(now, &body), &body).await;
        assert_eq!((status, answer), (200, json!({"type": 5})));
    }
    let accepted = studio.memory.accepted();
    let commands = accepted.iter().filter(|event| words(event).is_some());
    assert_eq!(commands.count(), 1, "a replay within the window is known by its id");

    for (broken, kept) in
        [("{\"type\": 2", 1), ("{\"type\": 2, \"id\": 5}", 2), ("[]", 3), ("{\"type\": 99}", 4)]
    {
        let (status, _) = post(now, sign(now, broken), broken).await;
        assert_eq!(status, 202, "{broken}");
        assert_eq!(studio.memory.unread().len(), kept, "{broken}");
    }
    let large = " ".repeat(3 << 20);
    assert_eq!(post(now, "00".into(), &large).await.0, 401);
    assert_eq!(
        post(now, sign(now, &large), &large).await.0,
        202,
        "Discord is not to find the address broken"
    );
    assert_eq!(
        (studio.memory.unread().len(), studio.account.standing().counts.expect("they are counted").unread),
        (5, 5)
    );
    let other = platform.client.get(&address).send().await.expect("an answer");
    assert_eq!(
        (other.status().as_u16(), &other.headers()["allow"]),
        (405, &"POST".parse().expect("a header"))
    );

    // Discord gives up after three seconds, and nobody waits for a store that stands still.
    studio.memory.stall();
    let waiting = body.replace("\"901\"", "\"980\"");
    let begun = std::time::Instant::now();
    assert_eq!(post(now, sign(now, &waiting), &waiting).await.0, 503);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    studio.memory.resume();
    assert_eq!(post(now, sign(now, &waiting), &waiting).await.0, 200);

    studio.memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(2) }));
    let other = body.replace("\"901\"", "\"990\"");
    let answer = platform.client.post(&address).body(other.clone());
    let answer = answer.header("x-signature-timestamp", now).header("x-signature-ed25519", sign(now, &other));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &"2".parse().expect("a header"))
    );
    studio.end().await;
}
