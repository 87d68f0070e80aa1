//! Do `python-telegram-bot` and `grammy` get along with the simulator of Telegram?

mod late;

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use studio_simulators::{
    faults::Plan,
    peers,
    telegram::{Settings, Simulator},
};
use tokio::sync::mpsc::UnboundedReceiver;

/// A simulator on a port of this machine.
async fn simulator() -> (Simulator, String) {
    let simulator = Simulator::new(Settings::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (simulator, format!("http://{address}"))
}

async fn check(program: Option<Command>, script: &str, what: &[&str]) {
    let Some(mut program) = program else { return peers::skip(&format!("telegram {script} {what:?}")) };
    let (_simulator, address) = simulator().await;
    let script = format!("{}/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    program.args([script.as_str(), &address, &Settings::default().token]).args(what);
    // A proxy of the machine has no business with what is on it.
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program.env_remove(name);
    }
    let output =
        tokio::task::spawn_blocking(move || program.output()).await.expect("no panic").expect("it starts");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.trim_end().ends_with("ok"), "{told}\n{errors}");
}

#[test]
fn no_id_comes_again_after_a_restart() {
    let said = [(); 2].map(|()| {
        let simulator = Simulator::new(Settings::default());
        simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said")
    });
    for id in ["message", "update"] {
        assert!(said[0][id].is_i64(), "{said:?}");
        assert_ne!(said[0][id], said[1][id]);
    }
}

#[tokio::test]
async fn what_the_bot_did_not_ask_for_is_said_not_to_be_told() {
    let (simulator, address) = simulator().await;
    call(&address, "getUpdates", json!({ "allowed_updates": ["message"] })).await;
    for (act, body) in [
        ("update", json!({ "poll_answer": {} })),
        ("react", json!({ "person": 7, "message": 1, "emoji": "👍" })),
    ] {
        let answer = simulator.act(act, &body).expect("it happens");
        let why = answer["untold"].as_str().unwrap_or_default();
        assert!(answer["update"].is_null() && why.contains("allowed_updates"), "{answer}");
    }
    let said = simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    assert!(said["update"].is_i64() && said.get("untold").is_none(), "{said}");
    assert_eq!(simulator.pending(), 1);
}

#[tokio::test]
async fn who_presses_a_quick_reply_is_told_to_say_its_words() {
    let (simulator, address) = simulator().await;
    simulator.act("start", &json!({ "person": 7 })).expect("the chat is opened");
    let keyboard = json!({ "keyboard": [[{ "text": "Yes" }, { "text": "No" }]] });
    call(&address, "sendMessage", json!({ "chat_id": 7, "text": "Sure?", "reply_markup": keyboard })).await;
    let press =
        |title: &str| simulator.act("press", &json!({ "person": 7, "title": title })).expect_err("no button");
    assert!(press("No").contains("quick reply") && press("No").contains("`say`"), "{}", press("No"));
    assert!(!press("Maybe").contains("quick reply"), "{}", press("Maybe"));
}

#[tokio::test]
async fn who_shares_a_number_shares_their_own_unless_it_is_said_whose_it_is() {
    let (simulator, address) = simulator().await;
    let updates = format!("{address}/bot{}/getUpdates", Settings::default().token);
    for (more, expected) in
        [(json!({}), json!(7)), (json!({ "user": 8 }), json!(8)), (json!({ "user": null }), Value::Null)]
    {
        let mut body = json!({ "person": 7, "kind": "contact", "phone": "+49 170 1" });
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        simulator.act("send", &body).expect("it is sent");
        let told = reqwest::get(&updates).await.expect("an answer").json::<Value>().await.expect("JSON");
        let last = told["result"].as_array().and_then(|all| all.last()).expect("an update").clone();
        assert_eq!(last["message"]["contact"]["user_id"], expected, "{body}");
    }
}

#[test]
fn a_forum_is_a_supergroup() {
    let simulator = Simulator::new(Settings::default());
    let group = |id: i64| simulator.act("group", &json!({ "id": id, "forum": true }));
    for id in [-1234, -1_000_000_000_000] {
        let refused = group(id).expect_err("it is none");
        assert!(refused.contains("-1000000000001 or lower"), "{refused}");
    }
    let forum = group(-1_001_234_567_890).expect("it is one");
    assert_eq!((&forum["type"], &forum["is_forum"]), (&json!("supergroup"), &json!(true)));
}

/// What a method answers; it is refused with these words, or taken where there are none.
async fn answers(address: &str, method: &str, body: Value, expected: &str) -> Value {
    let answer = call(address, method, body.clone()).await;
    let description = answer["description"].as_str().unwrap_or_default();
    assert_eq!(description.is_empty(), expected.is_empty(), "{method} {body}: {answer}");
    assert!(description.contains(expected), "{method} {body}: {answer}");
    answer["result"].clone()
}

#[tokio::test]
async fn what_telegram_refuses_is_refused() {
    let (simulator, address) = simulator().await;
    let said = simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    let check =
        async |method: &str, body: Value, expected: &str| answers(&address, method, body, expected).await;
    let reply = |id: &Value| json!({ "chat_id": 7, "text": "a", "reply_parameters": { "message_id": id } });
    check("sendMessage", reply(&said["message"]), "").await;
    check("sendMessage", reply(&json!(0)), "message to be replied not found").await;
    let photo = |host: &str| json!({ "chat_id": 7, "photo": format!("https://{host}/a.png") });
    check("sendPhoto", photo("shop.example"), "").await;
    check("sendPhoto", photo("192.168.0.1"), "failed to get HTTP URL content").await;
    let drawing = json!({ "chat_id": 7, "photo": "https://shop.example/a.svg?size=2" });
    check("sendPhoto", drawing, "wrong file identifier/HTTP URL specified").await;
    let react = |id: &Value, emoji: &str| json!({ "chat_id": 7, "message_id": id, "reaction": [{ "type": "emoji", "emoji": emoji }] });
    check("setMessageReaction", react(&said["message"], "👍"), "").await;
    check("setMessageReaction", react(&json!(0), "👍"), "message to react not found").await;
    check("setMessageReaction", react(&said["message"], "❤\u{fe0f}"), "").await;
    for unknown in ["", "🛖", "yes"] {
        check("setMessageReaction", react(&said["message"], unknown), "REACTION_INVALID").await;
    }
    let album = |kinds: &[&str]| {
        let ending = |kind: &str| if kind == "photo" { "jpg" } else { "pdf" };
        let item = |kind: &&str| json!({ "type": kind, "media": format!("https://shop.example/a.{}", ending(kind)) });
        json!({ "chat_id": 7, "media": kinds.iter().map(item).collect::<Vec<_>>() })
    };
    check("sendMediaGroup", album(&["photo", "video"]), "").await;
    check("sendMediaGroup", album(&["photo"]), "2 to 10 items").await;
    check("sendMediaGroup", album(&["photo", "document"]), "can't be mixed").await;
    let marked = |text: &str| json!({ "chat_id": 7, "text": text, "parse_mode": "MarkdownV2" });
    check("sendMessage", marked("*Yes\\!*"), "").await;
    check(
        "sendMessage",
        marked("ü *Yes"),
        "can't parse entities: Can't find end of Bold entity at byte offset 3",
    )
    .await;
    let caption = json!({ "type": "photo", "media": "https://shop.example/a.png", "caption": "1.", "parse_mode": "MarkdownV2" });
    check(
        "sendMediaGroup",
        json!({ "chat_id": 7, "media": [caption, caption] }),
        "Character '.' is reserved",
    )
    .await;
    let ours = simulator.said(Some(7))[0]["message"]["message_id"].clone();
    let newer = simulator.said(Some(7))[1]["message"]["message_id"].clone();
    check("deleteMessages", json!({ "chat_id": 7, "message_ids": [newer, 1] }), "").await;
    simulator.act("age", &json!({ "chat": 7, "hours": 49 })).expect("it is old");
    check("deleteMessages", json!({ "chat_id": 7, "message_ids": [ours] }), "can't be deleted for everyone")
        .await;
    check("deleteMessage", json!({ "chat_id": 7, "message_id": ours }), "can't be deleted for everyone")
        .await;
    check("setWebhook", json!({ "url": "https://10.0.0.1/" }), "IP address 10.0.0.1 is reserved").await;
}

/// Effects, places that move, keys that sell, and to whom commands are offered.
#[tokio::test]
async fn what_stands_beside_a_message_is_judged_too() {
    let (simulator, address) = simulator().await;
    simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    simulator.act("group", &json!({ "id": -55 })).expect("it is made");
    let check =
        async |method: &str, body: Value, expected: &str| answers(&address, method, body, expected).await;
    let with = |chat: i64, effect: &str| json!({ "chat_id": chat, "text": "a", "message_effect_id": effect });
    let party = "5046509860389126442";
    let shown = check("sendMessage", with(7, party), "").await;
    assert_eq!(shown["effect_id"], party);
    check("sendMessage", with(7, "123"), "EFFECT_ID_INVALID").await;
    check("sendMessage", with(-55, party), "can't use message effects in the chat").await;
    // Telegram reads no number in it, and no effect therefore.
    assert_eq!(check("sendMessage", with(7, "zzz"), "").await["effect_id"], json!(null));

    let place = |field: &str, number: i64| {
        let mut place = json!({ "chat_id": 7, "latitude": 52.5, "longitude": 13.4 });
        place[field] = number.into();
        place
    };
    for (field, number, expected) in [
        ("live_period", 60, ""),
        ("live_period", 0x7fff_ffff, ""),
        ("live_period", 5, "wrong live location period specified"),
        ("live_period", 86_401, "wrong live location period specified"),
        ("heading", 361, "wrong live location heading specified"),
        ("proximity_alert_radius", 100_001, "wrong live location proximity alert radius specified"),
    ] {
        check("sendLocation", place(field, number), expected).await;
    }
    let buy = json!({ "inline_keyboard": [[{ "text": "Buy", "pay": true }]] });
    let sold = json!({ "chat_id": 7, "text": "a", "reply_markup": buy });
    check("sendMessage", sold, "BUTTON_TYPE_INVALID").await;

    let scoped =
        |scope: Value| json!({ "commands": [{ "command": "a", "description": "b" }], "scope": scope });
    for (scope, expected) in [
        (json!({ "type": "all_private_chats" }), ""),
        (json!({ "type": "chat", "chat_id": 7 }), ""),
        (json!({ "type": "chat_member", "chat_id": -55, "user_id": 7 }), ""),
        (json!({ "type": "bogus" }), "can't parse BotCommandScope: Unsupported type specified"),
        (json!({ "type": "chat" }), "Can't find field \"chat_id\""),
        (json!({ "type": "chat", "chat_id": 8 }), "chat not found"),
        (json!({ "type": "chat_member", "chat_id": -55, "user_id": 0 }), "Invalid user_id specified"),
        (json!("default"), "can't parse BotCommandScope"),
    ] {
        check("setMyCommands", scoped(scope), expected).await;
    }
    // By its number or by a text of it, a chat is the same.
    let of_chat = json!({ "scope": { "chat_id": "7", "type": "chat" } });
    assert_eq!(check("getMyCommands", of_chat, "").await[0]["command"], "a");
}

#[tokio::test]
async fn stickers_contacts_and_polls_are_taken() {
    let (simulator, address) = simulator().await;
    simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    let check =
        async |method: &str, body: Value, expected: &str| answers(&address, method, body, expected).await;
    let sticker = |name: &str| json!({ "chat_id": 7, "sticker": format!("https://shop.example/{name}") });
    let shown = check("sendSticker", sticker("a.webp"), "").await;
    let again = json!({ "chat_id": 7, "sticker": shown["sticker"]["file_id"] });
    assert_eq!(check("sendSticker", again, "").await["sticker"]["type"], "regular");
    check("sendSticker", sticker("a.png"), "wrong type of the web page content").await;
    check("sendSticker", json!({ "chat_id": 7 }), "there is no sticker in the request").await;

    let contact = json!({ "chat_id": 7, "phone_number": "+4915112345678", "first_name": "Ada" });
    assert_eq!(check("sendContact", contact, "").await["contact"]["first_name"], "Ada");
    let nameless = json!({ "chat_id": 7, "phone_number": "+4915112345678" });
    check("sendContact", nameless, "parameter \"first_name\" is required").await;

    let poll = |options: Vec<Value>| json!({ "chat_id": 7, "question": "Which?", "options": options });
    let tent = || json!({ "text": "Tent" });
    let shown = check("sendPoll", poll(vec![tent(), json!("Bag")]), "").await["poll"].clone();
    assert_eq!((&shown["options"][1]["text"], &shown["is_anonymous"]), (&json!("Bag"), &json!(true)));
    check("sendPoll", poll(Vec::new()), "poll must have at least one answer option").await;
    check("sendPoll", poll(vec![tent(); 13]), "poll can't have more than 12 options").await;
    check("sendPoll", poll(vec![json!({ "text": " " })]), "text must be non-empty").await;
    check("sendPoll", poll(vec![json!("x".repeat(101))]), "poll options length must not exceed 100").await;
    let quiz = |right: Value| {
        let mut quiz = poll(vec![tent(); 2]);
        (quiz["type"], quiz["correct_option_ids"]) = (json!("quiz"), right);
        quiz
    };
    assert_eq!(check("sendPoll", quiz(json!([1])), "").await["poll"]["type"], "quiz");
    check("sendPoll", quiz(json!([2])), "wrong correct option ID specified").await;
    check("sendPoll", quiz(json!(null)), "wrong correct option ID specified").await;
}

#[tokio::test]
async fn what_was_said_is_said_again_and_members_are_known() {
    let (simulator, address) = simulator().await;
    let said = simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    simulator.act("group", &json!({ "id": -55 })).expect("it is made");
    let came = simulator.act("join", &json!({ "person": 8, "chat": -55 })).expect("they come");
    let check =
        async |method: &str, body: Value, expected: &str| answers(&address, method, body, expected).await;
    let of =
        |chat: i64, message: &Value| json!({ "chat_id": -55, "from_chat_id": chat, "message_id": message });
    let shown = check("forwardMessage", of(7, &said["message"]), "").await;
    assert_eq!((&shown["text"], &shown["forward_origin"]["sender_user"]["id"]), (&json!("hello"), &json!(7)));
    let change = json!({ "chat_id": -55, "message_id": shown["message_id"], "text": "a" });
    check("editMessageText", change, "message can't be edited").await;
    check("forwardMessage", of(7, &json!(0)), "message to forward not found").await;
    check("forwardMessage", of(9, &said["message"]), "chat not found").await;
    check("forwardMessage", of(-55, &came["message"]), "message can't be forwarded").await;
    let kept = json!({ "chat_id": 7, "text": "Only here", "protect_content": true });
    let kept = check("sendMessage", kept, "").await["message_id"].clone();
    check("copyMessage", of(7, &kept), "message can't be copied").await;

    let photo = json!({ "chat_id": 7, "photo": "https://shop.example/a.png", "caption": "A tent" });
    let photo = check("sendPhoto", photo, "").await["message_id"].clone();
    let mut copy = of(7, &photo);
    let first = check("copyMessage", copy.clone(), "").await["message_id"].clone();
    copy["caption"] = "Another".into();
    let second = check("copyMessage", copy, "").await["message_id"].clone();
    let shown = simulator.said(Some(-55));
    let caption = |id: &Value| {
        let found = shown.iter().find(|said| said["message"]["message_id"] == *id);
        found.expect("it was said")["message"]["caption"].clone()
    };
    assert_eq!((caption(&first), caption(&second)), (json!("A tent"), json!("Another")));
    check("copyMessage", of(7, &json!(0)), "message to copy not found").await;

    let member = |user: i64| json!({ "chat_id": -55, "user_id": user });
    let status = async |user: i64| check("getChatMember", member(user), "").await["status"].clone();
    assert_eq!((status(8).await, status(7).await), (json!("member"), json!("left")));
    simulator.act("leave", &json!({ "person": 8, "chat": -55 })).expect("they leave");
    assert_eq!(status(8).await, "left");
    check("getChatMember", member(99), "member not found").await;
    check("getChatMember", member(0), "invalid user_id specified").await;
}

/// A webhook that answers with this status, and when it was called.
async fn hook(status: &Arc<AtomicU16>) -> (String, UnboundedReceiver<Instant>) {
    let (told, heard) = tokio::sync::mpsc::unbounded_channel();
    let status = Arc::clone(status);
    let hear = async move || {
        // A test that has ended hears nothing any more.
        let _ = told.send(Instant::now());
        axum::http::StatusCode::from_u16(status.load(Ordering::SeqCst)).expect("a status")
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}/", listener.local_addr().expect("the port that was taken"));
    let router = axum::Router::new().route("/", axum::routing::post(hear));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

async fn call(address: &str, method: &str, body: Value) -> Value {
    let url = format!("{address}/bot{}/{method}", Settings::default().token);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answer = client.post(url).json(&body).send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

/// By webhook an update changes its place by waiting: others pass it.
#[tokio::test]
async fn updates_are_swapped_by_webhook_too() {
    let (simulator, address) = simulator().await;
    let (url, mut heard) = hook(&Arc::new(AtomicU16::new(200))).await;
    assert_eq!(call(&address, "setWebhook", json!({ "url": url })).await["result"], true);
    simulator.fail(Plan { swapped: 1.0, ..Plan::default() });
    let begun = Instant::now();
    simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    let heard = heard.recv().await.expect("it is told");
    assert!(heard - begun >= Duration::from_millis(300), "{:?}", heard - begun);
}

#[tokio::test]
async fn a_webhook_is_set_once_a_second() {
    let (simulator, address) = simulator().await;
    let set = async || call(&address, "setWebhook", json!({ "url": "https://bot.example/" })).await;
    assert_eq!(set().await["result"], true);
    let refused = set().await;
    assert_eq!((&refused["error_code"], &refused["parameters"]["retry_after"]), (&json!(429), &json!(1)));
    simulator.act("clock", &json!({ "seconds": 1 })).expect("time passes");
    assert_eq!(set().await["result"], true);
}

#[tokio::test]
async fn what_is_changed_counts_as_what_is_said_does() {
    let (simulator, address) = simulator().await;
    simulator.act("start", &json!({ "person": 7 })).expect("they begin");
    let said = call(&address, "sendMessage", json!({ "chat_id": 7, "text": "0" })).await;
    let message = said["result"]["message_id"].clone();
    let change = async |number: u32| {
        let text = number.to_string();
        call(&address, "editMessageText", json!({ "chat_id": 7, "message_id": message, "text": text })).await
    };
    for number in 1..20 {
        let changed = change(number).await;
        assert_eq!(changed["ok"], true, "{changed}");
    }
    assert_eq!(change(20).await["error_code"], 429);
}

/// What waits for a day is dropped, whichever way the bot is told.
#[tokio::test]
async fn an_update_waits_for_a_day() {
    let hours = |hours: u64| json!({ "seconds": hours * 3_600 });
    let (simulator, address) = simulator().await;
    let say = || simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    say();
    simulator.act("clock", &hours(23)).expect("time passes");
    let fresh = say()["update"].clone();
    simulator.act("clock", &hours(1)).expect("time passes");
    let waiting = call(&address, "getUpdates", json!({})).await["result"].clone();
    assert_eq!(waiting.as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(waiting[0]["update_id"], fresh);

    let (url, mut heard) = hook(&Arc::new(AtomicU16::new(500))).await;
    assert_eq!(call(&address, "setWebhook", json!({ "url": url })).await["result"], true);
    heard.recv().await.expect("it is told");
    simulator.act("clock", &hours(22)).expect("time passes");
    heard.recv().await.expect("it is told again");
    assert_eq!(call(&address, "getWebhookInfo", json!({})).await["result"]["pending_update_count"], 1);
    simulator.act("clock", &hours(1)).expect("time passes");
    let info = call(&address, "getWebhookInfo", json!({})).await["result"].clone();
    assert_eq!(info["pending_update_count"], 0);
    assert!(info["last_error_message"].as_str().is_some_and(|error| error.contains("500")), "{info}");
}

/// 410 for 23 hours without another answer between removes the webhook.
#[tokio::test]
async fn a_webhook_that_says_for_long_that_it_is_gone_is_removed() {
    let (simulator, address) = simulator().await;
    let status = Arc::new(AtomicU16::new(410));
    let (url, mut heard) = hook(&status).await;
    assert_eq!(call(&address, "setWebhook", json!({ "url": url })).await["result"], true);
    let leads_to = async || call(&address, "getWebhookInfo", json!({})).await["result"]["url"].clone();
    let pass =
        |hours: u64| simulator.act("clock", &json!({ "seconds": hours * 3_600 })).expect("time passes");
    let say = || simulator.act("say", &json!({ "person": 7, "text": "hello" })).expect("it is said");
    say();
    heard.recv().await.expect("it is told");
    pass(22);
    heard.recv().await.expect("it is told again");
    // Another answer: the hours are counted anew.
    status.store(500, Ordering::SeqCst);
    heard.recv().await.expect("it is told again");
    heard.recv().await.expect("it is told again");
    status.store(410, Ordering::SeqCst);
    pass(2);
    say();
    heard.recv().await.expect("the second is told");
    heard.recv().await.expect("the second is told again");
    assert_eq!(leads_to().await, url);
    pass(23);
    heard.recv().await.expect("it is told for the last time");
    for _ in 0..3_000 {
        if leads_to().await == "" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the webhook stands: {}", leads_to().await);
}

#[tokio::test]
async fn python_telegram_bot_finds_methods_and_errors_as_it_knows_them() {
    check(peers::python(), "telegram_bot.py", &["methods"]).await;
}

#[tokio::test]
async fn python_telegram_bot_understands_groups_albums_and_business_chats() {
    check(peers::python(), "telegram_bot.py", &["groups"]).await;
}

#[tokio::test]
async fn python_telegram_bot_is_refused_as_a_second_reader_and_as_a_flood() {
    check(peers::python(), "telegram_bot.py", &["readers"]).await;
}

#[tokio::test]
async fn a_bot_of_python_telegram_bot_lives_by_polling() {
    check(peers::python(), "telegram_bot.py", &["polling"]).await;
}

#[tokio::test]
async fn a_bot_of_python_telegram_bot_lives_by_webhook() {
    check(peers::python(), "telegram_bot.py", &["webhook"]).await;
}

#[tokio::test]
async fn a_bot_of_grammy_lives_by_polling() {
    check(peers::node(), "telegram.js", &[]).await;
}
