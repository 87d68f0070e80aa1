//! Telegram's own description of its methods and types, as a judge of what we call, of what the stand-in answers, and of what
//! our fixtures hold.

use std::{collections::BTreeSet, sync::LazyLock};

use axum::body::Bytes;
use serde_json::{Value, json};
use studio_core::content::{Content, Source};
use studio_simulators::telegram::Settings;
use tokio_util::sync::CancellationToken;

use super::{
    stage::{ADA, Stage, account, until},
    story::story,
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Command, Outcome},
    telegram::{Receive, life::WANTED},
    testing::edit,
};

/// What the adapter calls, however it comes to it.
const CALLED: [&str; 20] = [
    "answerCallbackQuery",
    "deleteBusinessMessages",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageCaption",
    "editMessageText",
    "getFile",
    "getMe",
    "getUpdates",
    "getWebhookInfo",
    "sendAnimation",
    "sendChatAction",
    "sendDocument",
    "sendLocation",
    "sendMessage",
    "sendPhoto",
    "sendVenue",
    "setMyCommands",
    "setWebhook",
];

static DESCRIBED: LazyLock<Option<Value>> = LazyLock::new(|| {
    let file =
        studio_skipped::shared_data("what Telegram's own description judges", "specs/telegram_bot_api.json")?;
    let text = std::fs::read_to_string(file).expect("the description can be read");
    Some(serde_json::from_str(&text).expect("the description is JSON"))
});

/// Telegram's description of itself, where it is here.
pub fn described() -> Option<&'static Value> {
    DESCRIBED.as_ref()
}

/// Why Telegram would not take a call of this method with these fields. In a form, each is a text.
pub fn takes(spec: &Value, method: &str, fields: &Value) -> Result<(), String> {
    let described = &spec["methods"][method];
    if described.is_null() {
        return Err(format!("there is no method {method}"));
    }
    holds(&described["fields"], fields, &|kind: &str, value: &Value| {
        let read = || value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        is(spec, kind, value).or_else(|why| read().map_or(Err(why), |read| is(spec, kind, &read)))
    })
    .map_err(|why| format!("{method}: {why}"))
}

/// Why a value is none of this type.
pub fn is(spec: &Value, kind: &str, value: &Value) -> Result<(), String> {
    if let Some(kind) = kind.strip_prefix("Array of ") {
        let list = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
        return list.iter().try_for_each(|one| is(spec, kind, one));
    }
    let fits = match kind {
        "Integer" => value.is_i64() || value.is_u64(),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "InputFile" => value.as_str().is_some_and(|file| file.starts_with("attach://")),
        _ => {
            let described = &spec["types"][kind];
            return match described["subtypes"].as_array() {
                Some(kinds) if !kinds.is_empty() => any(kinds, |kind| is(spec, kind, value)),
                _ if described.is_null() => Err(format!("there is no type {kind}")),
                _ => holds(&described["fields"], value, &|kind: &str, value: &Value| is(spec, kind, value))
                    .map_err(|why| format!("{kind}: {why}")),
            };
        }
    };
    if fits { Ok(()) } else { Err(format!("{value} is no {kind}")) }
}

/// Whether an object has no field that is not described, each of a type that is named, and all that are needed.
fn holds(
    described: &Value,
    object: &Value,
    fits: &dyn Fn(&str, &Value) -> Result<(), String>,
) -> Result<(), String> {
    let described = described.as_array().map(Vec::as_slice).unwrap_or_default();
    let object = object.as_object().ok_or_else(|| format!("{object} is no object"))?;
    for (name, value) in object {
        let field = described.iter().find(|field| field["name"] == *name);
        let field = field.ok_or_else(|| format!("there is no field {name}"))?;
        let kinds = field["types"].as_array().expect("types");
        any(kinds, |kind| fits(kind, value)).map_err(|why| format!("{name}: {why}"))?;
    }
    let needed = described.iter().filter(|field| field["required"] == true);
    let mut missing =
        needed.filter_map(|field| field["name"].as_str()).filter(|name| !object.contains_key(*name));
    missing.next().map_or(Ok(()), |name| Err(format!("{name} is missing")))
}

/// Of several types one is enough; told is why the last is not.
fn any(kinds: &[Value], fits: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    let mut kinds = kinds.iter().filter_map(Value::as_str);
    let first = kinds.next().map_or_else(|| Err("there is no type".to_owned()), &fits);
    kinds.fold(first, |found, kind| found.or_else(|_| fits(kind)))
}

/// Why Telegram would not answer a call of this method so.
fn answers(spec: &Value, method: &str, answer: &Value) -> Result<(), String> {
    let judged = if answer["ok"] == true {
        let kinds = spec["methods"][method]["returns"].as_array().map(Vec::as_slice).unwrap_or_default();
        any(kinds, |kind| is(spec, kind, &answer["result"]))
    } else {
        let parameters = answer.get("parameters").map_or(Ok(()), |told| is(spec, "ResponseParameters", told));
        parameters
            .and_then(|()| is(spec, "Integer", &answer["error_code"]))
            .and_then(|()| is(spec, "String", &answer["description"]))
    };
    judged.map_err(|why| format!("an answer of {method}: {why}"))
}

/// What was called in a stand-in and what it answered, each judged.
///
/// # Panics
///
/// If Telegram would refuse a call, or not answer it so.
pub fn judge(calls: &[Value]) {
    let Some(spec) = described() else { return };
    for call in calls {
        let (method, answer) = (call["method"].as_str().expect("a method"), &call["answer"]);
        assert_eq!(takes(spec, method, &call["fields"]), Ok(()), "{}", call["fields"]);
        assert_eq!(answers(spec, method, answer), Ok(()), "{answer}");
    }
}

#[test]
fn the_judge_refuses_what_is_not_described() {
    let Some(spec) = described() else { return };
    let check = |method: &str, fields: Value, expected: Result<(), &str>| {
        assert_eq!(takes(spec, method, &fields), expected.map_err(str::to_owned), "{fields}");
    };
    check("sendMessage", json!({"chat_id": 7, "text": "hi"}), Ok(()));
    check("sendMessage", json!({"chat_id": "7", "text": "hi", "disable_notification": "true"}), Ok(()));
    check("sendMessage", json!({"chat_id": 7}), Err("sendMessage: text is missing"));
    check("sendMessage", json!({"chat_id": 7, "text": 5}), Err("sendMessage: text: 5 is no String"));
    check("sendMessage", json!({"chat_id": 7, "text": "", "x": 1}), Err("sendMessage: there is no field x"));
    check("sendPigeon", json!({}), Err("there is no method sendPigeon"));
    check("getFile", json!([]), Err("getFile: [] is no object"));
    let key = json!({"keyboard": [[{"title": "Yes"}]]});
    let wrong = takes(spec, "sendMessage", &json!({"chat_id": 7, "text": "?", "reply_markup": key}));
    assert!(wrong.is_err_and(|why| why.starts_with("sendMessage: reply_markup: ")));
    let ids = json!({"business_connection_id": "b", "message_ids": [{"message_id": 1}]});
    let wrong = takes(spec, "deleteBusinessMessages", &ids);
    assert!(wrong.is_err_and(|why| why.contains("is no Integer")));
}

#[test]
fn the_judge_refuses_answers_that_are_not_described() {
    let Some(spec) = described() else { return };
    let check = |method: &str, answer: Value, expected: Result<(), &str>| {
        assert_eq!(answers(spec, method, &answer), expected.map_err(str::to_owned), "{answer}");
    };
    let chat = json!({"id": ADA, "type": "private"});
    let message = json!({"message_id": 1, "date": 1, "chat": chat});
    check("sendMessage", json!({"ok": true, "result": message}), Ok(()));
    check("editMessageText", json!({"ok": true, "result": true}), Ok(()));
    check(
        "sendMessage",
        json!({"ok": true, "result": true}),
        Err("an answer of sendMessage: Message: true is no object"),
    );
    check(
        "getUpdates",
        json!({"ok": true, "result": [{"update_id": 1, "message": {"message_id": 1, "date": 1}}]}),
        Err("an answer of getUpdates: Update: message: Message: chat is missing"),
    );
    let refused =
        json!({"ok": false, "error_code": 429, "description": "", "parameters": {"retry_after": 1}});
    check("sendMessage", refused, Ok(()));
    check(
        "sendMessage",
        json!({"ok": false, "error_code": "429", "description": ""}),
        Err("an answer of sendMessage: \"429\" is no Integer"),
    );
}

/// The story by both ways in, and what it leaves out: every method that the adapter has is called, and each call judged
/// (by [`Stage`] as it ends).
#[tokio::test]
async fn every_method_that_we_call_is_one_that_telegram_describes() {
    let settings = Settings { limited: false, ..Settings::default() };
    let stage = Stage::quiet("receive = 'webhook'", settings).await;
    let command = Command {
        name: "track".into(),
        names: Vec::new(),
        description: vec![("en".into(), "Where is it?".into()), ("de".into(), "Wo ist es?".into())],
    };
    stage.memory.offer(vec![command]);
    stage.open_door().await;
    stage.start();
    until("the commands", || (stage.simulator.commands("de") != json!([])).then_some(())).await;
    stage.act("business", json!({"id": "b1", "owner": 8}));
    stage.act("say", json!({"person": 9, "business": "b1", "text": "Is it there?"}));
    until("an answer", || (stage.told(9) == ["You said: Is it there?"]).then_some(())).await;
    let ours = stage.simulator.said(Some(9))[0]["message"]["message_id"].to_string();
    assert_eq!(stage.account.retract(&stage.memory, "9@b1", &[ours]).await.outcome, Outcome::Done);
    files_and_places(&stage).await;

    // From here on by polling, with a bot that has no commands any more.
    stage.memory.offer(Vec::new());
    let mut config = stage.config.clone();
    config.receive = Receive::Polling;
    let (other, stop) = (account(&config), CancellationToken::new());
    tokio::spawn(other.run(stage.memory.clone(), stop.clone()));
    let gone = || stage.simulator.calls().iter().any(|call| call["method"] == "deleteWebhook");
    until("no webhook", || gone().then_some(())).await;
    until("no commands", || (stage.simulator.commands("de") == json!([])).then_some(())).await;
    stage.say("by polling");
    until("it is heard", || stage.heard("7").contains(&"said by polling".to_owned()).then_some(())).await;
    stop.cancel();

    let told = Stage::polling("").await;
    story(&told).await;
    let calls = [stage.simulator.calls(), told.simulator.calls()].concat();
    let called = calls.iter().filter_map(|call| call["method"].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(called.into_iter().collect::<Vec<_>>(), CALLED);
}

/// Files by address and of our own, places with a name and without, a caption that is changed.
async fn files_and_places(stage: &Stage) {
    stage.act("person", json!({"id": ADA, "first_name": "Ada"}));
    stage.act("start", json!({"person": ADA}));
    until("opened", || (!stage.heard("7").is_empty()).then_some(())).await;
    let conversation = stage.conversation("7");
    let kept = async |name: &str, media_type: &str, bytes: Bytes| {
        let facts = MediaFacts { name: name.into(), media_type: media_type.into(), size: bytes.len() as u64 };
        stage.memory.save_media(conversation, facts, bytes).await.expect("kept in memory")
    };
    let picture = kept("tent.png", "image/png", Bytes::from_static(b"\x89PNG\r\n\x1a\nthe rest")).await;
    let moving = kept("tent.gif", "image/gif", Bytes::from_static(b"GIF89athe rest")).await;
    let bill = kept("bill.pdf", "application/pdf", Bytes::from_static(b"%PDF bill")).await;
    let image = |media| Content::Image {
        source: Source::Media(media),
        alt: "A tent".into(),
        caption: Some("Here".into()),
    };
    let place = |label: Option<&str>| Content::Location {
        latitude_microdegrees: 52_516_275,
        longitude_microdegrees: 13_377_704,
        label: label.map(str::to_owned),
    };
    let file = Content::File {
        source: Source::Media(bill),
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: 9,
    };
    let all = [image(picture), image(moving), file, place(None), place(Some("Shop"))];
    let count = all.len();
    for content in all {
        stage.push("7", content);
    }
    until("all of it", || (stage.told(ADA).len() == count).then_some(())).await;
    let shown = stage.simulator.said(Some(ADA))[0]["message"]["message_id"].to_string();
    let there = Content::Image {
        source: Source::Media(picture),
        alt: "A tent".into(),
        caption: Some("There".into()),
    };
    let edit = edit("7", &[shown], there);
    assert_eq!(stage.account.edit(&stage.memory, &edit).await.outcome, Outcome::Done);
}

/// What others who try the stand-in call and the adapter does not, and all that people do (judged by [`Stage`] as it ends).
#[tokio::test]
async fn the_stand_in_answers_as_telegram_describes() {
    let stage = Stage::quiet("", Settings { limited: false, ..Settings::default() }).await;
    let wanted = json!(WANTED);
    stage.call("getUpdates", &json!({ "allowed_updates": wanted })).await;
    others_call(&stage).await;
    people_do(&stage);
    let refused = stage.call("sendMessage", &json!({"chat_id": -55, "text": "Still there?"})).await;
    assert_eq!(refused, json!(null), "the group has moved");

    let updates = stage.call("getUpdates", &json!({})).await;
    let kind = |update: &Value| update.as_object()?.keys().find(|name| *name != "update_id").cloned();
    let told = updates.as_array().into_iter().flatten().filter_map(kind).collect::<BTreeSet<_>>();
    let wanted = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
    assert_eq!(told, wanted.map(str::to_owned).collect::<BTreeSet<_>>(), "each kind was judged");
}

async fn others_call(stage: &Stage) {
    stage.act("start", json!({"person": ADA}));
    stage.act("business", json!({"id": "b1", "owner": 8}));
    let at = |name: &str| format!("https://shop.example/{name}");
    let caption = "A *tent*";
    let video =
        json!({"chat_id": ADA, "video": at("tent.mp4"), "caption": caption, "parse_mode": "MarkdownV2"});
    let video = stage.call("sendVideo", &video).await["message_id"].clone();
    let buy = json!({"inline_keyboard": [[{"text": "Buy", "callback_data": "buy"}]]});
    let keys = json!({"keyboard": [[{"text": "Yes"}]]});
    let photo = |name: &str| json!({"type": "photo", "media": at(name)});
    let thumb = json!({"type": "emoji", "emoji": "👍"});
    let track = json!({"command": "track", "description": "Where is it?"});
    for (method, fields) in [
        ("getMe", json!({})),
        ("getWebhookInfo", json!({})),
        ("sendAudio", json!({"chat_id": ADA, "audio": at("song.mp3")})),
        ("sendVoice", json!({"chat_id": ADA, "voice": at("hello.ogg")})),
        ("sendMediaGroup", json!({"chat_id": ADA, "media": [photo("one.png"), photo("two.png")]})),
        ("editMessageReplyMarkup", json!({"chat_id": ADA, "message_id": video, "reply_markup": buy})),
        ("setMessageReaction", json!({"chat_id": ADA, "message_id": video, "reaction": [thumb]})),
        ("sendSticker", json!({"chat_id": ADA, "sticker": at("tent.webp")})),
        ("sendContact", json!({"chat_id": ADA, "phone_number": "+4915112345678", "first_name": "Bob"})),
        ("sendPoll", json!({"chat_id": ADA, "question": "Which?", "options": [{"text": "Tent"}]})),
        ("forwardMessage", json!({"chat_id": ADA, "from_chat_id": ADA, "message_id": video})),
        ("copyMessage", json!({"chat_id": ADA, "from_chat_id": ADA, "message_id": video})),
        ("getChatMember", json!({"chat_id": ADA, "user_id": ADA})),
        ("setMyCommands", json!({"commands": [track]})),
        ("getMyCommands", json!({})),
        ("getChat", json!({"chat_id": ADA})),
        ("getBusinessConnection", json!({"business_connection_id": "b1"})),
        ("logOut", json!({})),
        ("close", json!({})),
    ] {
        assert_ne!(stage.call(method, &fields).await, json!(null), "{method}");
    }
    stage.act("press", json!({"person": ADA, "title": "Buy"}));
    stage.call("deleteMessages", &json!({"chat_id": ADA, "message_ids": [video]})).await;
    // Nobody but the person sees the keys in place of the letters.
    let asked = json!({"chat_id": ADA, "text": "Sure?", "reply_markup": keys});
    let asked = stage.call("sendMessage", &asked).await["message_id"].clone();
    stage.act("say", json!({"person": ADA, "text": "Yes", "reply_to": asked}));
    assert_eq!(stage.call("getFile", &json!({"file_id": "nonsense"})).await, json!(null));
}

fn people_do(stage: &Stage) {
    for kind in ["photo", "document", "voice", "audio", "video", "sticker"] {
        stage.act("send", json!({"person": ADA, "kind": kind, "caption": "See https://shop.example"}));
    }
    let place = json!({"latitude": 52.5, "longitude": 13.4, "title": "Shop", "address": "Elm 1"});
    for kind in ["location", "venue", "contact"] {
        let mut sent = place.clone();
        (sent["person"], sent["kind"], sent["phone"]) = (ADA.into(), kind.into(), "+4915112345678".into());
        stage.act("send", sent);
    }
    stage.act("album", json!({"person": ADA, "files": [{"kind": "photo"}, {"kind": "photo"}]}));
    let said = stage.act("say", json!({"person": ADA, "text": "/track @studio_bot"}))["message"].clone();
    stage.act("edit", json!({"person": ADA, "message": said, "text": "Where is it?"}));
    stage.act("react", json!({"person": ADA, "message": said, "emoji": "👍"}));
    stage.act("block", json!({"person": ADA}));
    stage.act("unblock", json!({"person": ADA}));

    let camp = -1_001_000_000_000_i64;
    stage.act("group", json!({"id": camp, "title": "Camp", "forum": true, "topics": [5]}));
    stage.act("say", json!({"person": ADA, "chat": camp, "topic": 5, "text": "Hello"}));
    for act in ["join", "leave"] {
        stage.act(act, json!({"person": ADA, "chat": camp}));
    }
    stage.act("rename", json!({"person": ADA, "chat": camp, "title": "The camp"}));
    stage.act("rename", json!({"person": ADA, "chat": camp, "topic": 5, "name": "Tents"}));
    stage.act("remove_bot", json!({"chat": camp}));
    stage.act("group", json!({"id": -55, "title": "Small"}));
    stage.act("migrate", json!({"chat": -55, "to": -1_001_000_000_055_i64}));

    let customer = json!({"person": 9, "business": "b1", "text": "Is it there?"});
    let said = stage.act("say", customer)["message"].clone();
    stage.act("edit", json!({"person": 9, "message": said, "text": "Is it there now?"}));
    stage.act("delete", json!({"person": 9, "business": "b1", "message": said}));
}
