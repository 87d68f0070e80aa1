//! What stands in a channel, in its threads and in the lists, and what is told when it changes.

use serde_json::{Value, json};

use super::{Hook, asks, does, sees, started, until};

/// What a person writes in the channel `C0GENERAL`; its time stamp.
async fn says(address: &str, mut fields: Value) -> String {
    fields["user"] = json!("U0ANNA");
    fields["channel"] = json!("C0GENERAL");
    let (status, said) = does(address, "say", fields).await;
    assert_eq!(status, 200, "{said}");
    said["ts"].as_str().expect("a time stamp").to_owned()
}

/// The texts of what a method reads.
async fn reads(address: &str, query: &str) -> Vec<String> {
    let page = asks(address, query, json!({}), "").await;
    let messages = page["messages"].as_array().into_iter().flatten();
    messages.map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_history_is_read_between_two_moments_and_a_list_page_by_page() {
    let address = started(|_| {}).await;
    let mut all = Vec::new();
    for text in ["one", "two", "three"] {
        all.push(says(&address, json!({ "text": text })).await);
    }
    let [one, _, three] = all.as_slice() else { panic!("{all:?}") };
    let history = |more: &str| format!("conversations.history?channel=C0GENERAL&{more}");
    let check = async |more: &str, expected: &[&str]| {
        assert_eq!(reads(&address, &history(more)).await, expected, "{more}");
    };
    check("", &["three", "two", "one"]).await;
    check(&format!("oldest={one}&latest={three}"), &["two"]).await;
    check(&format!("oldest={one}&latest={three}&inclusive=true"), &["three", "two", "one"]).await;
    check(&format!("latest={three}"), &["two", "one"]).await;
    asks(&address, &history("latest=now"), json!({}), "invalid_ts_latest").await;

    asks(&address, "conversations.open", json!({ "users": "U0ANNA" }), "").await;
    let page_of = |more: &str| format!("users.conversations?types=im,public_channel&limit=1{more}");
    let first = asks(&address, &page_of(""), json!({}), "").await;
    let cursor = first["response_metadata"]["next_cursor"].as_str().expect("there are more");
    let second = asks(&address, &page_of(&format!("&cursor={cursor}")), json!({}), "").await;
    let ids = [&first, &second].map(|page| page["channels"][0]["id"].clone());
    assert_eq!(
        (ids, &second["response_metadata"]["next_cursor"]),
        ([json!("C0GENERAL"), json!("D0ANNA")], &json!(""))
    );
    asks(&address, &page_of("&cursor=elsewhere"), json!({}), "invalid_cursor").await;
    asks(&address, "users.conversations?limit=0", json!({}), "invalid_limit").await;
    asks(&address, "users.info?user=Unknown", json!({}), "user_not_found").await;
}

#[tokio::test]
async fn an_answer_may_stand_in_the_channel_as_well() {
    let address = started(|_| {}).await;
    let root = says(&address, json!({ "text": "question" })).await;
    says(&address, json!({ "text": "aside", "thread_ts": root })).await;
    says(&address, json!({ "text": "told to all", "thread_ts": root, "broadcast": true })).await;
    let answer =
        json!({ "channel": "C0GENERAL", "text": "of the bot", "thread_ts": root, "reply_broadcast": true });
    let said = asks(&address, "chat.postMessage", answer, "").await;
    assert_eq!(
        (&said["message"]["subtype"], &said["message"]["root"]["text"]),
        (&json!("thread_broadcast"), &json!("question"))
    );
    let history = reads(&address, "conversations.history?channel=C0GENERAL").await;
    assert_eq!(history, ["of the bot", "told to all", "question"]);
    let thread = format!("conversations.replies?channel=C0GENERAL&ts={root}");
    assert_eq!(reads(&address, &thread).await, ["question", "aside", "told to all", "of the bot"]);
    let alone = json!({ "user": "U0ANNA", "channel": "C0GENERAL", "text": "to whom?", "broadcast": true });
    assert_eq!(does(&address, "say", alone).await.0, 422);
}

#[tokio::test]
async fn a_deleted_message_on_which_answers_hang_leaves_its_grave() {
    let hook = Hook::new(200).await;
    let address = started(|settings| settings.events = Some(hook.url.clone())).await;
    let root = says(&address, json!({ "text": "question" })).await;
    let answer = json!({ "channel": "C0GENERAL", "text": "answer", "thread_ts": root });
    let answer = asks(&address, "chat.postMessage", answer, "").await["ts"].clone();
    let at = |ts: &Value| json!({ "channel": "C0GENERAL", "ts": ts });
    assert_eq!(does(&address, "delete", at(&json!(root))).await.0, 200);
    let stands = async || sees(&address, "messages?channel=C0GENERAL").await;
    let grave = stands().await[0]["value"].clone();
    assert_eq!((&grave["subtype"], &grave["reply_count"]), (&json!("tombstone"), &json!(1)), "{grave}");
    assert_eq!(does(&address, "delete", at(&json!(root))).await.0, 422, "it is gone already");
    asks(&address, "chat.delete", at(&json!(root)), "message_not_found").await;

    asks(&address, "chat.delete", at(&answer), "").await;
    assert_eq!(stands().await, json!([]), "nothing hangs on the grave any more");
    until("all is told", async || hook.told().len() == 4).await;
    let told: [Value; 4] = hook.told().try_into().expect("four events");
    let [_, _, buried, deleted] = told.map(|envelope| envelope["event"].clone());
    assert_eq!((&buried["subtype"], &buried["message"]), (&json!("message_changed"), &grave));
    assert_eq!(buried["previous_message"]["text"], "question");
    assert_eq!((&deleted["subtype"], &deleted["deleted_ts"]), (&json!("message_deleted"), &answer));
}

#[tokio::test]
async fn a_thread_whose_answers_are_deleted_is_none_any_more() {
    let address = started(|_| {}).await;
    let root = says(&address, json!({ "text": "question" })).await;
    let mut answers = Vec::new();
    for text in ["first", "second"] {
        answers.push(says(&address, json!({ "text": text, "thread_ts": root })).await);
    }
    let left = async |ts: &str| {
        let gone = json!({ "channel": "C0GENERAL", "ts": ts });
        assert_eq!(does(&address, "delete", gone).await.0, 200);
        sees(&address, "messages?channel=C0GENERAL").await[0]["value"].clone()
    };
    let one = left(&answers[1]).await;
    assert_eq!((&one["reply_count"], &one["latest_reply"]), (&json!(1), &json!(answers[0])));
    let none = left(&answers[0]).await;
    assert_eq!((&none["reply_count"], &none["thread_ts"]), (&Value::Null, &Value::Null), "{none}");
}

#[tokio::test]
async fn what_people_react_stands_with_the_message_once_for_each() {
    let address = started(|_| {}).await;
    let ts = says(&address, json!({ "text": "look" })).await;
    let react = async |user: &str, remove: bool| {
        let reaction =
            json!({ "user": user, "channel": "C0GENERAL", "ts": ts, "reaction": "eyes", "remove": remove });
        does(&address, "react", reaction).await.0
    };
    let shown = async || sees(&address, "messages?channel=C0GENERAL").await[0]["value"]["reactions"].clone();
    assert_eq!((react("U0ANNA", false).await, react("U0ANNA", false).await), (200, 422));
    let own = json!({ "channel": "C0GENERAL", "timestamp": ts, "name": "eyes" });
    asks(&address, "reactions.add", own.clone(), "").await;
    assert_eq!(shown().await, json!([{ "name": "eyes", "users": ["U0ANNA", "U0BOT0001"], "count": 2 }]));
    assert_eq!((react("U0ANNA", true).await, react("U0ANNA", true).await), (200, 422));
    asks(&address, "reactions.remove", own, "").await;
    assert_eq!(shown().await, Value::Null);
}
