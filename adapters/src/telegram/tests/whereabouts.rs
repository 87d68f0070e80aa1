//! Of a message that is gone, or that somebody reacts to, Telegram tells only the chat and the number.

use serde_json::{Value, json};
use studio_core::content::{Action, Button, Content};

use super::stage::{ADA, Stage, until};

/// A supergroup.
const CAMP: i64 = -1_001_000_000_001;
const PRESSED: &str = "pressed yes (Yes)";

/// Has the bot offer something; the number of the message once it is known to have left.
async fn offered(stage: &Stage, thread: &str, chat: i64) -> i64 {
    let before = stage.sent.lock().expect("not poisoned").len();
    let yes = Button { title: "Yes".into(), action: Action::Value("yes".into()) };
    stage.push(thread, Content::Buttons { text: "Shall I?".into(), buttons: vec![yes] });
    until("the offer has left", || {
        let said = stage.simulator.said(Some(chat));
        let offer = said.iter().rev().find(|said| said["message"]["text"] == "Shall I?")?;
        let number = offer["message"]["message_id"].as_i64()?;
        let sent = stage.sent.lock().expect("not poisoned");
        let has_left = sent[before..].iter().any(|attempt| attempt.parts.contains(&number.to_string()));
        has_left.then_some(number)
    })
    .await
}

/// Somebody presses a button below a message that is gone.
fn press(stage: &Stage, person: i64, chat: &Value, message: i64) {
    let query = json!({
        "id": "4383", "chat_instance": "1", "data": "yes",
        "from": {"id": person, "is_bot": false, "first_name": "Ada"},
        "message": {"message_id": message, "date": 0, "chat": chat},
    });
    stage.act("update", json!({ "callback_query": query }));
}

async fn hears(stage: &Stage, thread: &str, line: &str) {
    until(line, || stage.heard(thread).pop().filter(|heard| heard == line)).await;
}

/// The last that is heard in a thread is a reaction on this message.
async fn hears_of(stage: &Stage, thread: &str, message: &Value) {
    let number = format!("\"{message}\"");
    let is_of_it = |heard: &String| heard.starts_with("reaction") && heard.contains(&number);
    until("the reaction", || stage.heard(thread).pop().filter(is_of_it)).await;
}

fn forum(stage: &Stage) {
    stage.act("group", json!({"id": CAMP, "title": "Camp", "forum": true, "topics": [5, 6]}));
}

async fn called_in(stage: &Stage, topic: i64) {
    stage.act("say", json!({"person": ADA, "chat": CAMP, "topic": topic, "text": "@studio_bot hi"}));
    hears(stage, &format!("{CAMP}/{topic}"), "said hi").await;
}

#[tokio::test]
async fn a_button_below_a_message_that_is_gone_is_pressed_where_it_was_said() {
    let stage = Stage::polling("").await;
    forum(&stage);
    let chat = json!({"id": CAMP, "type": "supergroup", "title": "Camp", "is_forum": true});
    // Of a forum of which nothing is known.
    press(&stage, ADA, &chat, 900);
    let mut offers = Vec::new();
    for topic in [5, 6] {
        called_in(&stage, topic).await;
        offers.push((topic, offered(&stage, &format!("{CAMP}/{topic}"), CAMP).await));
    }
    press(&stage, ADA, &chat, 901);
    for (topic, message) in offers {
        press(&stage, ADA, &chat, message);
        hears(&stage, &format!("{CAMP}/{topic}"), PRESSED).await;
    }
    assert_eq!(stage.heard(&CAMP.to_string()), Vec::<String>::new(), "nobody spoke outside the topics");
}

#[tokio::test]
async fn a_button_below_a_message_of_a_business_that_is_gone_is_pressed_there() {
    let stage = Stage::polling("").await;
    stage.act("business", json!({"id": "b1", "owner": 8}));
    stage.act("say", json!({"person": 9, "business": "b1", "text": "Is it there?"}));
    hears(&stage, "9@b1", "said Is it there?").await;
    let message = offered(&stage, "9@b1", 9).await;
    let chat = json!({"id": 9, "type": "private", "first_name": "Person 9"});
    press(&stage, 9, &chat, 901);
    press(&stage, 9, &chat, message);
    hears(&stage, "9@b1", PRESSED).await;
    assert_eq!(stage.heard("9"), Vec::<String>::new(), "the customer never wrote to the bot");
}

#[tokio::test]
async fn what_people_of_a_group_react_to_among_themselves_is_not_heard() {
    let stage = Stage::polling("").await;
    let group = -1_002;
    stage.act("group", json!({"id": group, "title": "Friends"}));
    let say = |text: &str| stage.act("say", json!({"person": ADA, "chat": group, "text": text}));
    let react = |chat: i64, message: &Value| {
        stage.act("react", json!({"person": ADA, "chat": chat, "message": message, "emoji": "👍"}));
    };
    let aside = say("by the way");
    react(group, &aside["message"]);
    let asked = say("@studio_bot hi");
    hears(&stage, "-1002", "said hi").await;
    react(group, &aside["message"]);
    react(group, &asked["message"]);
    hears_of(&stage, "-1002", &asked["message"]).await;
    let ours = json!(offered(&stage, "-1002", group).await);
    react(group, &ours);
    hears_of(&stage, "-1002", &ours).await;
    let heard = stage.heard("-1002");
    let reactions = heard.iter().filter(|line| line.starts_with("reaction")).count();
    assert_eq!(reactions, 2, "{heard:?}");

    forum(&stage);
    called_in(&stage, 6).await;
    let ours = json!(offered(&stage, &format!("{CAMP}/6"), CAMP).await);
    react(CAMP, &json!(902));
    react(CAMP, &ours);
    hears_of(&stage, &format!("{CAMP}/6"), &ours).await;
    assert_eq!(stage.heard(&CAMP.to_string()), Vec::<String>::new());
}
