//! Is a group on a messaging platform one conversation, in which everybody is called by name?

use serde_json::{Value, json};

use crate::{
    http_story::PASSWORD,
    support::{
        eventually,
        http_client::Member,
        platforms::{Telegram, conversations, scene, the_conversation},
    },
};

#[test]
fn a_group_that_moved_goes_on_as_the_same_conversation() {
    let telegram = Telegram::start();
    let (home, studio, ada) = scene(&format!("{}groups = \"all\"\n", telegram.connection("phone")));
    telegram.act("group", &json!({ "id": -55, "title": "Friends" }));
    telegram.act("say", &json!({ "person": 7, "chat": -55, "text": "hello" }));
    telegram.hears(-55, "Good day");
    let moved = -1_001_000_055_i64 * 1_000;
    telegram.act("migrate", &json!({ "chat": -55, "to": moved }));
    telegram.act("say", &json!({ "person": 7, "chat": moved, "text": "after" }));
    telegram.hears(moved, "That was all.");
    assert_eq!(conversations(&ada, "phone").len(), 1, "one conversation under two names");
    let mut log = String::new();
    eventually("the log tells it", || {
        log += &studio.said();
        log.contains("connection.thread.moved").then_some(())
    });
    // What was on its way to the reader of the log is read by then.
    log += &studio.kill_and_tell();
    assert_eq!(log.matches("connection.thread.moved").count(), 1, "Telegram tells it twice: {log}");
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    telegram.act("say", &json!({ "person": 7, "chat": moved, "text": "hello" }));
    telegram.hears(moved, "Good day");
    assert_eq!(conversations(&ada, "phone").len(), 1);
}

#[test]
fn a_group_shows_who_said_what_and_what_they_changed_until_it_is_forgotten() {
    let telegram = Telegram::start();
    let (_home, _studio, ada) = scene(&format!("{}groups = \"all\"\n", telegram.connection("phone")));
    telegram.act("group", &json!({ "id": -55, "title": "Friends" }));
    telegram.act("person", &json!({ "id": 7, "first_name": "Ann", "last_name": "Lee" }));
    telegram.act("person", &json!({ "id": 8, "first_name": "Ben" }));
    let said = telegram.act("say", &json!({ "person": 7, "chat": -55, "text": "hello" }));
    telegram.act("say", &json!({ "person": 8, "chat": -55, "text": "after" }));
    telegram.hears(-55, "That was all.");
    let id = the_conversation(&ada, "phone");
    let transcript = || {
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        all.as_array().cloned().unwrap_or_default()
    };
    let of_people =
        || transcript().into_iter().filter(|message| message["from"]["type"] == "visitor").collect();
    let both: Vec<Value> = of_people();
    let authors: Vec<_> = both.iter().map(|message| message["author"].as_str().unwrap_or_default()).collect();
    assert_eq!(authors, ["Ann Lee", "Ben"], "{both:#?}");

    let edit = json!({ "person": 7, "chat": -55, "message": said["message"], "text": "hello there" });
    telegram.act("edit", &edit);
    let changed = eventually("the change", || {
        let first: Vec<Value> = of_people();
        first.first().filter(|message| message["change"].is_object()).cloned()
    });
    assert_eq!(changed["change"]["content"]["text"], "hello there", "{changed}");
    assert_eq!(changed["content"]["text"], "hello", "what the bot heard stays");
    assert_eq!(telegram.texts(-55).len(), 2, "a change is not answered anew");
}

#[test]
fn a_change_that_drops_the_bots_name_is_shown_and_what_others_change_is_not() {
    let telegram = Telegram::start();
    let (_home, _studio, ada) = scene(&telegram.connection("phone"));
    telegram.act("group", &json!({ "id": -55, "title": "Friends" }));
    let say = |text: &str| {
        telegram.act("say", &json!({ "person": 7, "chat": -55, "text": text }))["message"].clone()
    };
    let asked = say("@studio_bot hello");
    telegram.hears(-55, "Good day");
    let lunch = say("lunch?");
    for (message, text) in [(&lunch, "lunch at one?"), (&asked, "hello there")] {
        telegram.act("edit", &json!({ "person": 7, "chat": -55, "message": message, "text": text }));
    }
    let id = conversations(&ada, "phone")[0]["id"].as_str().expect("an id").to_owned();
    let change = eventually("the change", || {
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        let first = all.as_array()?.iter().find(|message| message["from"]["type"] == "visitor")?;
        first["change"].is_object().then(|| first["change"]["content"]["text"].clone())
    });
    assert_eq!(change, "hello there");
    let timeline = ada.get(&format!("/conversations/{id}/timeline")).body.to_string();
    assert!(timeline.contains("hello there") && !timeline.contains("lunch"), "{timeline}");
}

#[test]
fn a_group_is_a_contact_of_its_own_and_its_topics_are_called_by_their_names() {
    let telegram = Telegram::start();
    let (_home, _studio, ada) = scene(&format!("{}groups = \"all\"\n", telegram.connection("phone")));
    let camp = -1_001_000_055_i64 * 1_000;
    let topics = json!([{ "id": 5, "name": "Tents" }, { "id": 6, "name": "Boots" }]);
    telegram.act("group", &json!({ "id": camp, "title": "Camp", "forum": true, "topics": topics }));
    telegram.act("person", &json!({ "id": 7, "first_name": "Otto" }));
    for topic in [5, 6] {
        telegram.act("say", &json!({ "person": 7, "chat": camp, "topic": topic, "text": "hello" }));
    }
    telegram.act("say", &json!({ "person": 7, "text": "hello" }));
    let found = eventually("three conversations", || {
        let found = conversations(&ada, "phone");
        (found.len() == 3 && found.iter().all(|one| one["preview"] != "")).then_some(found)
    });
    let contact = |name: &str| {
        let one = found.iter().find(|one| one["contact_name"] == name);
        one.unwrap_or_else(|| panic!("no {name}: {found:#?}"))["contact"].clone()
    };
    let group = contact("Camp · Tents");
    assert_eq!(group, contact("Camp · Boots"));
    assert_ne!(group, contact("Otto"));
    let told = ada.get(&format!("/contacts/{}", group.as_str().unwrap_or_default())).body;
    assert_eq!(told["name"], "Camp", "{told}");
}

#[test]
fn a_reaction_is_heard_in_the_topic_of_its_message_also_after_a_start() {
    let telegram = Telegram::start();
    let (home, studio, ada) = scene(&format!("{}groups = \"all\"\n", telegram.connection("phone")));
    let camp = -1_001_000_055_i64 * 1_000;
    let topics = json!([{ "id": 5, "name": "Tents" }, { "id": 6, "name": "Boots" }]);
    telegram.act("group", &json!({ "id": camp, "title": "Camp", "forum": true, "topics": topics }));
    for topic in [5, 6] {
        telegram.act("say", &json!({ "person": 7, "chat": camp, "topic": topic, "text": "hello" }));
    }
    let of_topic = |ada: &Member, name: &str| {
        eventually(name, || {
            let found = conversations(ada, "phone").into_iter().find(|one| one["contact_name"] == name)?;
            found["id"].as_str().map(str::to_owned)
        })
    };
    let ids = ["Camp · Tents", "Camp · Boots"].map(|name| of_topic(&ada, name));
    // How a message is called stands in the store once it is known to have left.
    for id in &ids {
        eventually("the bot's message has left", || {
            let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
            all.as_array()?.iter().any(|message| message["delivery"]["state"] == "sent").then_some(())
        });
    }
    let react = |topic: i64| {
        let said = telegram.said(camp);
        let of_topic = said.iter().find(|said| said["message"]["message_thread_id"] == topic);
        let number = of_topic.expect("it was said there")["message"]["message_id"].clone();
        telegram.act("react", &json!({ "person": 7, "chat": camp, "message": number, "emoji": "👍" }));
    };
    let reactions = |ada: &Member, id: &str| {
        let timeline = ada.get(&format!("/conversations/{id}/timeline")).body.to_string();
        timeline.matches("\"reaction\"").count()
    };
    react(6);
    eventually("the reaction", || (reactions(&ada, &ids[1]) > 0).then_some(()));
    assert_eq!(reactions(&ada, &ids[0]), 0, "it is of another topic");

    assert!(studio.terminate().success());
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    react(5);
    eventually("the reaction after a start", || (reactions(&ada, &ids[0]) > 0).then_some(()));
    assert_eq!(conversations(&ada, "phone").len(), 2, "none is begun by it");
    assert!(studio.terminate().success());
}
