//! Where several talk: groups, topics and the chats of a business.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::stage::{ADA, Stage, line, until};
use crate::platform::Outcome;

/// A supergroup.
const CAMP: i64 = -1_001_000_000_001;

#[tokio::test]
async fn groups_topics_and_business_chats_are_conversations_of_their_own() {
    let stage = Stage::polling("").await;
    stage.act(
        "group",
        json!({"id": CAMP, "title": "Camp", "forum": true, "topics": [5, {"id": 6, "name": "Tents"}]}),
    );
    for (topic, text) in [(5, "@studio_bot blue?"), (6, "@studio_bot red?"), (6, "by the way")] {
        stage.act("say", json!({"person": ADA, "chat": CAMP, "topic": topic, "text": text}));
    }
    stage.act(
        "group",
        json!({"id": -1_001_000_000_000_i64, "title": "Camp", "forum": true, "topics": [5, 6]}),
    );
    for (topic, text) in [(5, "@studio_bot blue?"), (6, "/red@studio_bot now")] {
        stage
            .act("say", json!({"person": ADA, "chat": -1_001_000_000_000_i64, "topic": topic, "text": text}));
    }
    stage.act("business", json!({"id": "b1", "owner": 8}));
    let said = stage.act("say", json!({"person": 9, "business": "b1", "text": "Is it there?"}));
    stage.act("delete", json!({"person": 9, "business": "b1", "message": said["message"]}));
    until("all", || stage.heard("9@b1").iter().any(|line| line.starts_with("deleted")).then_some(())).await;
    let called = |topic: &str| format!(r#"introduced {{"name":"Camp","topic":"{topic}"}}"#);
    assert_eq!(stage.heard("-1001000000001/5"), [called("Topic 5"), "said blue?".to_owned()]);
    assert_eq!(stage.heard("-1001000000001/6"), [called("Tents"), "said red?".to_owned()]);
    assert_eq!(stage.heard("-1001000000000/6"), [called("Topic 6"), "said /red now".to_owned()]);
    let owner =
        [r#"introduced {"name":"Person 8"}"#, r#"business_connected {"connection":"b1","may_reply":true}"#];
    assert_eq!(stage.heard("8"), owner);
    let customer = stage.heard("9@b1");
    assert_eq!(customer[1..], ["said Is it there?".to_owned(), format!("deleted {}", said["message"])]);
    until("answers", || (stage.told(9) == ["You said: Is it there?"]).then_some(())).await;
    let said = stage.simulator.said(Some(9));
    let ours = [said[0]["message"]["message_id"].to_string()];
    stage.act("age", json!({"chat": 9, "hours": 49}));
    let refused = stage.account.retract(&stage.memory, "9@b1", &ours).await.outcome;
    assert!(matches!(&refused, Outcome::Dead { reason } if reason.contains("48 hours")), "{refused:?}");
    let said = stage.simulator.said(None);
    let topics =
        said.iter().filter(|said| said["chat"] == CAMP).map(|said| &said["message"]["message_thread_id"]);
    assert_eq!(topics.collect::<Vec<_>>(), [&json!(5), &json!(6)]);
    assert!(said.iter().any(|said| said["message"]["business_connection_id"] == "b1"));
}

#[tokio::test]
async fn a_group_or_a_topic_that_is_called_otherwise_is_so_among_us() {
    let stage = Stage::polling("").await;
    stage.act(
        "group",
        json!({"id": CAMP, "title": "Camp", "forum": true, "topics": [{"id": 6, "name": "Tents"}]}),
    );
    let say = |topic: Value, text: &str| {
        stage.act("say", json!({"person": ADA, "chat": CAMP, "topic": topic, "text": text}))
    };
    // Where nothing was said nothing begins by it.
    stage.act("rename", json!({"person": ADA, "chat": CAMP, "topic": 6, "name": "Bags"}));
    say(Value::Null, "@studio_bot hello");
    hears(&stage, "-1001000000001", "said hello").await;
    assert_eq!(stage.heard("-1001000000001/6"), Vec::<String>::new());

    say(json!(6), "@studio_bot red?");
    hears(&stage, "-1001000000001/6", "said red?").await;
    assert_eq!(stage.heard("-1001000000001/6")[0], r#"introduced {"name":"Camp","topic":"Bags"}"#);
    stage.act("rename", json!({"person": ADA, "chat": CAMP, "topic": 6, "name": "Boots"}));
    hears(&stage, "-1001000000001/6", r#"introduced {"name":"Camp","topic":"Boots"}"#).await;

    // There and back again.
    for (title, line) in [
        ("Camping", r#"introduced {"name":"Camping"}"#),
        ("Camp", r#"introduced {"name":"Camp"}"#),
        ("Camping", r#"introduced {"name":"Camping"}"#),
    ] {
        stage.act("rename", json!({"person": ADA, "chat": CAMP, "title": title}));
        hears(&stage, "-1001000000001", line).await;
    }
    // A topic hears of it by what is said there next, to whomever, and keeps its own name.
    say(json!(6), "by the way");
    hears(&stage, "-1001000000001/6", r#"introduced {"name":"Camping","topic":"Boots"}"#).await;
    assert_eq!(stage.dead(), Vec::<String>::new());
}

/// Waits until this is what was stored last of the thread.
async fn hears(stage: &Stage, thread: &str, line: &str) {
    let last = || stage.heard(thread).pop();
    until(line, || last().filter(|heard| heard == line)).await;
}

#[tokio::test]
async fn what_telegram_does_not_delete_is_not_taken_back() {
    let stage = Stage::polling("").await;
    stage.act("group", json!({"id": -1_001, "title": "Camp"}));
    let theirs = stage.act("say", json!({"person": ADA, "chat": -1_001, "text": "@studio_bot blue?"}));
    until("an answer", || (stage.told(-1_001) == ["You said: blue?"]).then_some(())).await;
    let said = stage.simulator.said(Some(-1_001));
    let ours = said[0]["message"]["message_id"].to_string();
    let retract = async |parts: &[String]| stage.account.retract(&stage.memory, "-1001", parts).await.outcome;
    let both = [ours.clone(), theirs["message"].to_string()];
    let refused = retract(&both).await;
    assert!(matches!(&refused, Outcome::Dead { reason } if reason.contains("48 hours")), "{refused:?}");
    assert_eq!(stage.told(-1_001), Vec::<String>::new());
    assert_eq!(retract(&[ours]).await, Outcome::Done, "it is gone already");
}

#[tokio::test]
async fn a_change_of_what_was_said_to_the_bot_is_heard_whatever_it_says_now() {
    let stage = Stage::polling("").await;
    let camp = -1_001_i64;
    stage.act("group", json!({"id": camp, "title": "Camp"}));
    let say = |text: &str| stage.act("say", json!({"person": ADA, "chat": camp, "text": text}));
    let edit = |message: &Value, text: &str| {
        stage.act("edit", json!({"person": ADA, "chat": camp, "message": message, "text": text}));
    };
    let asked = say("@studio_bot opening hours?")["message"].clone();
    hears(&stage, "-1001", "said opening hours?").await;
    let among_others = say("lunch?")["message"].clone();
    edit(&among_others, "lunch at one?");
    edit(&asked, "opening hours please?");
    hears(&stage, "-1001", &format!("edited {asked}: opening hours please?")).await;
    edit(&asked, "/opening@other_bot");
    hears(&stage, "-1001", &format!("edited {asked}: /opening@other_bot")).await;
    assert!(!stage.heard("-1001").iter().any(|line| line.contains("lunch")), "{:?}", stage.heard("-1001"));
}

#[tokio::test]
async fn an_album_in_a_group_is_for_the_bot_if_any_part_of_it_is() {
    let stage = Stage::polling("").await;
    let camp = -1_001_i64;
    stage.act("group", json!({"id": camp, "title": "Camp"}));
    let album = |caption: &str| {
        let files = json!([
            {"kind": "photo", "content": "one"}, {"kind": "photo", "content": "two", "caption": caption},
            {"kind": "photo", "content": "three"},
        ]);
        stage.act("album", json!({"person": ADA, "chat": camp, "files": files}))
    };
    let holiday = album("our last holiday");
    let asked = album("@studio_bot which of these?");
    until("the parts are kept", || (stage.simulator.pending() == 0).then_some(())).await;
    stage.memory.advance(SignedDuration::from_secs(2));
    let heard = until("the album", || stage.last().filter(|event| event.attachments.len() == 3)).await;
    assert_eq!(
        (line(&heard.body).as_str(), heard.attachments.len()),
        ("said photo.jpg | photo.jpg: which of these? | photo.jpg", 3)
    );
    stage.act("say", json!({"person": ADA, "chat": camp, "text": "@studio_bot and?"}));
    until("the next", || (stage.heard("-1001").len() == 3).then_some(())).await;
    assert_eq!(stage.heard("-1001")[2], "said and?", "the holiday is nobody's business");

    for (album, words) in [(&holiday, "in May"), (&asked, "the red one")] {
        let message = &album["messages"][2]["message"];
        stage.act("edit", json!({"person": ADA, "chat": camp, "message": message, "text": words}));
    }
    let first = &asked["messages"][0]["message"];
    let whole = "photo.jpg | photo.jpg: which of these? | photo.jpg: the red one";
    hears(&stage, "-1001", &format!("edited {first}: {whole}")).await;
    assert_eq!(stage.heard("-1001").len(), 4, "{:?}", stage.heard("-1001"));
}

#[tokio::test]
async fn a_change_of_an_album_that_is_not_for_the_bot_changes_none_that_is() {
    let stage = Stage::polling("").await;
    stage.act("group", json!({"id": CAMP, "title": "Camp"}));
    let tell = |kind: &str, number: u64, album: &str, file: &str, words: &str| {
        let mut message = json!({
            "message_id": number, "date": 1, "from": {"id": 7, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": CAMP, "type": "supergroup", "title": "Camp"}, "media_group_id": album,
            "photo": [{"file_id": file, "file_unique_id": file, "width": 9, "height": 9, "file_size": 9}],
            "caption": words,
        });
        if words.starts_with('@') {
            message["caption_entities"] = json!([{"type": "mention", "offset": 0, "length": 11}]);
        }
        stage.act("update", json!({ kind: message }));
    };
    // Both were sent at the same time: their numbers alternate.
    tell("message", 101, "asked", "A", "@studio_bot which?");
    tell("message", 103, "asked", "B", "or this one");
    tell("message", 102, "holiday", "C", "in May");
    tell("message", 104, "holiday", "D", "in June");
    until("the parts are kept", || (stage.simulator.pending() == 0).then_some(())).await;
    stage.memory.advance(SignedDuration::from_secs(2));
    hears(&stage, "-1001000000001", "said photo.jpg: which? | photo.jpg: or this one").await;
    stage.act("say", json!({"person": ADA, "chat": CAMP, "text": "@studio_bot and?"}));
    hears(&stage, "-1001000000001", "said and?").await;
    tell("edited_message", 102, "holiday", "E", "in April");
    tell("edited_message", 103, "asked", "B", "or that one");
    let whole = "edited 101: photo.jpg: which? | photo.jpg: or that one";
    hears(&stage, "-1001000000001", whole).await;
    let changes = stage.heard("-1001000000001").into_iter().filter(|line| line.starts_with("edited"));
    assert_eq!(changes.collect::<Vec<_>>(), [whole]);
}
