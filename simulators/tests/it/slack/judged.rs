//! What may be shown, hung below a message, reacted with and said later.

use serde_json::{Value, json};

use super::{asks, does, sees, started, until};

/// A message of these blocks to one person.
fn shows(blocks: &Value) -> Value {
    json!({ "channel": "U0ANNA", "blocks": blocks })
}

fn option(title: &str) -> Value {
    json!({ "text": { "type": "plain_text", "text": title }, "value": title })
}

#[tokio::test]
async fn blocks_are_judged_by_their_kind() {
    let address = started(|_| {}).await;
    let check = async |blocks: Value, is_taken: bool| {
        let expected = if is_taken { "" } else { "invalid_blocks" };
        asks(&address, "chat.postMessage", shows(&blocks), expected).await
    };
    let rich = |part: Value| json!([{ "type": "rich_text", "elements": [part] }]);
    let section = |run: Value| json!({ "type": "rich_text_section", "elements": [run] });
    let words = json!({ "type": "text", "text": "Hello ", "style": { "bold": true } });
    check(rich(section(words.clone())), true).await;
    check(rich(section(json!({ "type": "user", "user_id": "U0ANNA" }))), true).await;
    check(rich(section(json!({ "type": "link" }))), false).await;
    check(rich(section(json!({ "type": "hologram" }))), false).await;
    let list = |style: &str| json!({ "type": "rich_text_list", "style": style, "elements": [section(words.clone())] });
    check(rich(list("bullet")), true).await;
    check(rich(list("stars")), false).await;
    check(rich(words.clone()), false).await;

    let cell = json!({ "type": "raw_text", "text": "Tent" });
    let table = |rows: Value| json!({ "type": "table", "rows": rows });
    check(json!([table(json!([[cell, rich(section(words.clone()))[0]]]))]), true).await;
    check(json!([table(json!([]))]), false).await;
    check(json!([table(json!([vec![&cell; 21]]))]), false).await;
    let two = json!([table(json!([[cell]])), table(json!([[cell]]))]);
    asks(&address, "chat.postMessage", shows(&two), "invalid_attachments").await;

    let video = |url: &str| {
        let title = json!({ "type": "plain_text", "text": "How to pitch it" });
        let picture = "https://shop.example/a.png";
        json!([{ "type": "video", "title": title, "alt_text": "a", "video_url": url, "thumbnail_url": picture }])
    };
    check(video("https://shop.example/a"), true).await;
    check(video("http://shop.example/a"), false).await;
    let context = |url: &str| {
        let image = json!({ "type": "image", "image_url": url, "alt_text": "a" });
        json!([{ "type": "context", "elements": [image, { "type": "mrkdwn", "text": "A tent" }] }])
    };
    check(context("https://shop.example/a.png"), true).await;
    check(context("ftp://shop.example/a.png"), false).await;
}

#[tokio::test]
async fn elements_are_judged_by_their_kind() {
    let address = started(|_| {}).await;
    let check = async |element: Value, is_taken: bool| {
        let expected = if is_taken { "" } else { "invalid_blocks" };
        let blocks = json!([{ "type": "actions", "elements": [element] }]);
        asks(&address, "chat.postMessage", shows(&blocks), expected).await
    };
    let element =
        |kind: &str, field: &str, value: Value| json!({ "type": kind, "action_id": "a", field: value });
    check(element("users_select", "initial_user", json!("U0ANNA")), true).await;
    check(element("hologram", "value", json!("a")), false).await;
    for kind in ["checkboxes", "radio_buttons", "multi_static_select", "static_select"] {
        check(element(kind, "options", json!([option("Tent")])), true).await;
        check(element(kind, "options", json!([])), false).await;
    }
    let many = (0..11).map(|number| option(&number.to_string())).collect::<Vec<_>>();
    check(element("checkboxes", "options", json!(many)), false).await;
    check(element("multi_users_select", "max_selected_items", json!(0)), false).await;
    for (kind, field, value, is_taken) in [
        ("datepicker", "initial_date", json!("2026-11-30"), true),
        ("datepicker", "initial_date", json!("nonsense"), false),
        ("datepicker", "initial_date", json!("2026-11-31"), false),
        ("timepicker", "initial_time", json!("08:30"), true),
        ("timepicker", "initial_time", json!("25:00"), false),
        ("datetimepicker", "initial_date_time", json!(1_796_025_600), true),
        ("datetimepicker", "initial_date_time", json!("tomorrow"), false),
    ] {
        check(element(kind, field, value), is_taken).await;
    }
    check(json!({ "type": "image", "image_url": "https://shop.example/a.png", "alt_text": "a" }), false)
        .await;
    check(json!({ "type": "rich_text_input", "action_id": "a" }), true).await;
    let beside = |element: Value| {
        let words = json!({ "type": "mrkdwn", "text": "When?" });
        shows(&json!([{ "type": "section", "text": words, "accessory": element }]))
    };
    for (kind, expected) in
        [("datepicker", ""), ("datetimepicker", "invalid_blocks"), ("plain_text_input", "invalid_blocks")]
    {
        let element = json!({ "type": kind, "action_id": "a" });
        asks(&address, "chat.postMessage", beside(element), expected).await;
    }
    // What is chosen among several is told as a list, beside the words of a section as well.
    let choice = element("multi_static_select", "options", json!([option("Tent"), option("Bag")]));
    let words = json!({ "type": "plain_text", "text": "Which?" });
    let blocks = json!([{ "type": "section", "text": words, "accessory": choice }]);
    let shown = asks(&address, "chat.postMessage", shows(&blocks), "").await;
    let press = json!({ "user": "U0ANNA", "channel": shown["channel"], "ts": shown["ts"], "title": "Bag" });
    assert_eq!(does(&address, "press", press).await.0, 200);
}

#[tokio::test]
async fn a_block_shows_pictures_that_the_bot_sees() {
    let address = started(|_| {}).await;
    let image = |file: Value| shows(&json!([{ "type": "image", "slack_file": file, "alt_text": "a" }]));
    let hand_over = async |channel: &str, name: &str, media_type: &str| {
        let file = json!({
            "user": "U0ANNA", "channel": channel, "name": name, "media_type": media_type, "content": "iVBORw==",
        });
        assert_eq!(does(&address, "file", file).await.0, 200);
        let shown = sees(&address, &format!("messages?channel={channel}")).await;
        shown.as_array().and_then(|all| all.last()).expect("it was just sent")["value"]["files"][0].clone()
    };
    asks(&address, "conversations.open", json!({ "users": "U0ANNA" }), "").await;
    let sent = hand_over("D0ANNA", "a.png", "image/png").await;
    for named in [
        json!({ "id": sent["id"] }),
        json!({ "url": sent["url_private"] }),
        json!({ "url": sent["permalink"] }),
    ] {
        asks(&address, "chat.postMessage", image(named), "").await;
    }
    let bill = hand_over("D0ANNA", "bill.pdf", "application/pdf").await;
    let elsewhere = hand_over("C0ELSEWHERE", "b.png", "image/png").await;
    for named in [
        json!({ "id": "F0NOWHERE" }),
        json!({ "url": "https://files.slack.com/a.png" }),
        json!({ "id": sent["id"], "url": sent["url_private"] }),
        json!({ "id": bill["id"] }),
        json!({ "url": elsewhere["permalink"] }),
        json!("a.png"),
    ] {
        let refused = asks(&address, "chat.postMessage", image(named), "invalid_blocks").await;
        let why = refused["errors"][0].as_str();
        assert!(why.is_some_and(|error| error.contains("invalid slack file")), "{refused}");
    }
    let info = |file: &Value| format!("files.info?file={}", file["id"].as_str().expect("an id"));
    asks(&address, &info(&sent), json!({}), "").await;
    asks(&address, &info(&elsewhere), json!({}), "file_not_found").await;
}

#[tokio::test]
async fn a_message_may_be_of_attachments_alone() {
    let address = started(|_| {}).await;
    let with = |attachments: Value| json!({ "channel": "U0ANNA", "attachments": attachments });
    let shown = asks(&address, "chat.postMessage", with(json!([{ "text": "A tent" }])), "").await;
    assert_eq!(shown["message"]["attachments"][0]["id"], 1);
    // A change that names none keeps them.
    let change = json!({ "channel": shown["channel"], "ts": shown["ts"], "text": "Changed" });
    let changed = asks(&address, "chat.update", change.clone(), "").await;
    assert_eq!(changed["message"]["attachments"], shown["message"]["attachments"]);
    let mut without = change;
    without["attachments"] = json!([]);
    let changed = asks(&address, "chat.update", without, "").await;
    assert_eq!(changed["message"]["attachments"], Value::Null);
    for (attachments, expected) in [
        (json!("nope"), "invalid_attachments"),
        (json!({}), "invalid_attachments"),
        (json!(["nope"]), "invalid_attachments"),
        (json!([{ "blocks": [{ "type": "hologram" }] }]), "invalid_blocks"),
        (json!(vec![json!({ "text": "a" }); 101]), "too_many_attachments"),
        (json!([]), "no_text"),
    ] {
        asks(&address, "chat.postMessage", with(attachments), expected).await;
    }
}

#[tokio::test]
async fn a_bot_reacts_shows_its_home_and_says_something_later() {
    let address = started(|_| {}).await;
    let check =
        async |method: &str, body: Value, expected: &str| asks(&address, method, body, expected).await;
    let said = check("chat.postMessage", json!({ "channel": "C0GENERAL", "text": "a" }), "").await;
    let react = |ts: &Value, name: &str| json!({ "channel": "C0GENERAL", "timestamp": ts, "name": name });
    check("reactions.add", react(&said["ts"], "thumbsup::skin-tone-2"), "").await;
    check("reactions.add", react(&said["ts"], "thumbsup::skin-tone-2"), "already_reacted").await;
    check("reactions.add", react(&said["ts"], "Thumbs up"), "invalid_name").await;
    check("reactions.add", react(&json!("1.000001"), "eyes"), "message_not_found").await;
    check("reactions.add", react(&json!("then"), "eyes"), "bad_timestamp").await;
    check("reactions.add", json!({ "channel": "C0GENERAL", "name": "eyes" }), "no_item_specified").await;
    check("reactions.remove", react(&said["ts"], "eyes"), "no_reaction").await;
    let shown = sees(&address, "messages?channel=C0GENERAL").await;
    assert_eq!(shown[0]["value"]["reactions"][0]["count"], 1);
    check("reactions.remove", react(&said["ts"], "thumbsup::skin-tone-2"), "").await;

    let home = |kind: &str| json!({ "type": kind, "blocks": [{ "type": "divider" }] });
    let publish = |kind: &str| json!({ "user_id": "U0ANNA", "view": home(kind) });
    let first = check("views.publish", publish("home"), "").await["view"]["hash"].clone();
    check("views.publish", publish("modal"), "invalid_arguments").await;
    let mut again = publish("home");
    again["hash"] = first;
    check("views.publish", again.clone(), "").await;
    check("views.publish", again, "hash_conflict").await;
    assert_eq!(sees(&address, "homes").await["U0ANNA"]["type"], "home");

    let does_so = does(&address, "clock", json!({ "advance_seconds": 0 })).await.1;
    let now =
        does_so["now"].as_str().expect("a time").parse::<jiff::Timestamp>().expect("a time").as_second();
    let later = |seconds: i64| json!({ "channel": "C0GENERAL", "text": format!("in {seconds}"), "post_at": now + seconds });
    check("chat.scheduleMessage", later(-60), "time_in_past").await;
    check("chat.scheduleMessage", later(121 * 86_400), "time_too_far").await;
    check("chat.scheduleMessage", json!({ "channel": "C0GENERAL", "text": "a" }), "invalid_time").await;
    check("chat.scheduleMessage", later(3_600), "").await;
    let gone = check("chat.scheduleMessage", later(3_599), "").await["scheduled_message_id"].clone();
    let gone = json!({ "channel": "C0GENERAL", "scheduled_message_id": gone });
    check("chat.deleteScheduledMessage", gone.clone(), "").await;
    check("chat.deleteScheduledMessage", gone, "invalid_scheduled_message_id").await;
    let listed = check("chat.scheduledMessages.list", json!({}), "").await;
    assert_eq!(listed["scheduled_messages"].as_array().map(Vec::len), Some(1));
    assert_eq!(does(&address, "clock", json!({ "advance_seconds": 3_601 })).await.0, 200);
    let texts = async || {
        let shown = sees(&address, "messages?channel=C0GENERAL").await;
        let texts = shown.as_array().into_iter().flatten().map(|message| message["value"]["text"].clone());
        texts.collect::<Vec<_>>()
    };
    until("it is said", async || texts().await == ["a", "in 3600"]).await;
}
