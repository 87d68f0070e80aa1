//! What has become of a message on a platform, and can it be changed and taken back?

use serde_json::{Value, json};

use crate::support::{
    Home, Running, eventually,
    http_client::{Member, http, send},
    platforms::{Slack, Telegram, bot, owner, scene, the_conversation},
    terminal::Terminal,
};

#[test]
fn a_message_says_what_became_of_it_and_can_be_changed_and_taken_back() {
    let slack = Slack::start();
    let (home, studio, ada) = scene(&slack.connection("team"));
    let channel = slack.greeted(&ada, "team");
    let id = the_conversation(&ada, "team");
    let said = |words: &str| {
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        let found = all
            .as_array()
            .into_iter()
            .flatten()
            .find(|message| message["content"]["text"].as_str().is_some_and(|text| text.contains(words)));
        found.cloned().unwrap_or_default()
    };
    let is_sent = |words: &str| {
        eventually("it is known to have left", || (said(words)["delivery"]["state"] == "sent").then_some(()));
    };
    is_sent("Good day");
    assert_eq!(said("hello")["delivery"], Value::Null, "of what came, nothing is sent");
    assert_eq!((&said("hello")["channel"], &said("hello")["connection"]), (&json!("slack"), &json!("team")));

    assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    let content = json!({ "content": { "type": "text", "text": "I am Ada." } });
    eventually("she may speak", || {
        (ada.post(&format!("/conversations/{id}/replies"), &content).status == 202).then_some(())
    });
    slack.hears(&channel, "I am Ada.");
    is_sent("I am Ada.");
    let sequence = said("I am Ada")["sequence"].clone();
    let url = format!("{}/api/v1/conversations/{id}/messages/{sequence}", studio.address);
    let content = json!({ "content": { "type": "text", "text": "I am Ada Lovelace." } });
    let changed = send(http().patch(&url).bearer_auth(&ada.token).json(&content)).expect("it is up");
    assert_eq!(changed.status, 202, "{changed:?}");
    slack.hears(&channel, "I am Ada Lovelace.");
    eventually("the transcript tells", || {
        (said("I am Ada")["correction"]["content"]["text"] == "I am Ada Lovelace.").then_some(())
    });
    let button = |title: &str| json!({ "title": title, "action": { "value": title } });
    let offer = json!({ "type": "text", "text": "Tea?", "quick_replies": [button("Yes"), button("No")] });
    let request = http().patch(&url).bearer_auth(&ada.token).json(&json!({ "content": offer }));
    assert_eq!(send(request).expect("it is up").status, 202);
    eventually("what the change loses is told", || {
        let losses = said("I am Ada")["correction"]["losses"].clone();
        (losses == json!(["2 quick replies shown as buttons, which stay"])).then_some(())
    });
    slack.hears(&channel, "Tea?");
    let taken = send(http().delete(&url).bearer_auth(&ada.token)).expect("it is up");
    assert_eq!(taken.status, 202, "{taken:?}");
    eventually("it is gone", || {
        (!slack.texts(&channel).iter().any(|text| text.contains("Tea?"))).then_some(())
    });
    let of_a_visitor = format!("{}/api/v1/conversations/{id}/messages/1", studio.address);
    assert_eq!(send(http().delete(&of_a_visitor).bearer_auth(&ada.token)).expect("up").status, 404);

    let tested = ada.post("/connections/team/test", &json!({})).body;
    assert_eq!((&tested["state"], &tested["standing"]["token_valid"]), (&json!("running"), &json!(true)));
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    assert!(status.success() && out.contains("team (slack)"), "{out}{err}");
    for told in [tested.to_string(), out, studio.said()] {
        for secret in [&slack.settings.bot_token, &slack.settings.app_token] {
            assert!(!told.contains(secret.as_str()), "{told}");
        }
    }
}

#[test]
fn a_reply_is_changed_and_taken_back_at_the_console() {
    let telegram = Telegram::start();
    let (home, _studio, ada) = scene(&telegram.connection("phone"));
    telegram.greeted();
    let mut console = Terminal::console(&home);
    console.wait_for("● live");
    console.wait_for("telegram");
    console.press("\r");
    console.wait_for("Good day");
    console.press("t");
    console.wait_for("· you");
    console.press("It costs 10 euros.\r");
    telegram.hears(7, "10 euros");
    let message = |words: &str| -> Value {
        let said = telegram.said(7);
        said.into_iter().find(|said| said["message"]["text"] == words).unwrap_or_default()
    };
    let first = message("It costs 10 euros.")["message"]["message_id"].clone();

    choose(&mut console);
    console.press("\r");
    console.wait_for("What the reply is to say");
    console.press(&"\x7f".repeat("euros.".len()));
    console.press("francs.\r");
    telegram.hears(7, "It costs 10 francs.");
    let changed = message("It costs 10 francs.");
    assert_eq!(changed["message"]["message_id"], first);
    assert_eq!(changed["edited"].as_array().map(Vec::len), Some(1), "{changed}");
    console.wait_for("· edited");

    take_back(&mut console);
    eventually("it is deleted", || (message("It costs 10 francs.")["deleted"] == true).then_some(()));
    console.wait_for("· taken back");

    // Telegram deletes nothing that is older than two days.
    console.press("r");
    console.wait_for("Enter send");
    console.press("It is blue.\r");
    telegram.hears(7, "It is blue.");
    telegram.act("age", &json!({ "chat": 7, "hours": 49 }));
    take_back(&mut console);
    console.wait_for("Not changed: the message cannot be");
    assert_eq!(message("It is blue.")["deleted"], false);
    eventually("a dead letter", || {
        (ada.get("/dead-letters").body["items"][0]["kind"] == "change").then_some(())
    });
    console.press("\x1b");
    console.wait_for("q quit");
    console.press("q");
    assert_eq!(console.ended(), 0);
}

/// Stands on the last reply that an agent wrote.
fn choose(console: &mut Terminal) {
    console.wait_for("u change");
    console.press("u");
    console.wait_for("Enter edit");
}

fn take_back(console: &mut Terminal) {
    choose(console);
    console.press("d");
    console.wait_for("Take this reply back");
    console.press("y");
}

/// A conversation that Ada has taken over.
struct Desk<'a> {
    ada: &'a Member,
    studio: &'a Running,
    id: String,
}

impl<'a> Desk<'a> {
    /// Takes over the one conversation of a connection.
    fn take_over(ada: &'a Member, studio: &'a Running, connection: &str) -> Self {
        let id = the_conversation(ada, connection);
        assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
        eventually("Ada has it", || {
            let found = ada.get(&format!("/conversations/{id}")).body;
            (found["conversation"]["owner"]["name"] == "Ada").then_some(())
        });
        Self { ada, studio, id }
    }

    /// Says something; the number of the message, which may still be leaving.
    fn say(&self, text: &str) -> u64 {
        let content = json!({ "content": { "type": "text", "text": text } });
        assert_eq!(self.ada.post(&format!("/conversations/{}/replies", self.id), &content).status, 202);
        eventually("it stands in the transcript", || {
            let all = self.messages();
            all.iter().find(|message| message["content"]["text"] == text)?["sequence"].as_u64()
        })
    }

    /// The transcript as it stands now.
    fn messages(&self) -> Vec<Value> {
        let all = self.ada.get(&format!("/conversations/{}/messages", self.id)).body["items"].clone();
        all.as_array().cloned().unwrap_or_default()
    }

    fn change(&self, sequence: u64, text: &str) {
        self.change_into(sequence, &json!({ "content": { "type": "text", "text": text } }));
    }

    fn change_into(&self, sequence: u64, content: &Value) {
        let url = format!("{}/api/v1/conversations/{}/messages/{sequence}", self.studio.address, self.id);
        let changed = send(http().patch(&url).bearer_auth(&self.ada.token).json(content)).expect("it is up");
        assert_eq!(changed.status, 202, "{changed:?}");
    }
}

#[test]
fn a_message_is_changed_that_is_just_leaving() {
    let slack = Slack::start();
    let (_home, studio, ada) = scene(&slack.connection("team"));
    let channel = slack.greeted(&ada, "team");
    let desk = Desk::take_over(&ada, &studio, "team");
    // It has the change behind it when it has left, and nobody has noted yet how Slack calls it.
    slack.fail(&json!({ "slow": 1.0, "slow_milliseconds": 500 }));
    for number in 0..3 {
        let sequence = desk.say(&format!("It costs {number} euros."));
        desk.change(sequence, &format!("It costs {number} francs."));
        slack.hears(&channel, &format!("{number} francs"));
    }
    assert!(slack.texts(&channel).iter().all(|text| !text.contains("euros")));
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_change_is_made_once_however_often_the_store_is_too_busy_to_note_it() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    bot(&home, "long");
    let studio = home.start_with(&[("STUDIO_BUSY", "corrected,corrected")]);
    let ada = owner(&home, &studio);
    let channel = slack.greeted(&ada, "team");
    let desk = Desk::take_over(&ada, &studio, "team");
    let sequence = desk.say("It costs 10 euros.");
    slack.hears(&channel, "10 euros");
    desk.change(sequence, "It costs 10 francs.");
    let message = eventually("it is noted", || {
        let found = desk.messages().into_iter().find(|message| message["sequence"] == sequence)?;
        (found["correction"]["content"]["text"] == "It costs 10 francs.").then_some(found)
    });
    assert_eq!(message["refused_change"], Value::Null, "{message}");
    let calls = slack.simulator.see("calls");
    let changes = calls.as_array().into_iter().flatten().filter(|call| call["method"] == "chat.update");
    assert_eq!(changes.count(), 1, "{calls}");
    let said = studio.said();
    assert!(said.contains("delivery.correction.not_noted"), "{said}");
}

#[test]
fn what_a_change_adds_to_a_message_goes_with_its_next_change() {
    let telegram = Telegram::start();
    let (_home, studio, ada) = scene(&telegram.connection("phone"));
    telegram.greeted();
    let desk = Desk::take_over(&ada, &studio, "phone");
    let sequence = desk.say("In short: yes.");
    telegram.hears(7, "In short");
    // More than one message of Telegram holds.
    desk.change(sequence, &format!("In long: {}", "yes and no. ".repeat(500)));
    let standing = || -> Vec<String> {
        let said = telegram.said(7);
        let said = said.iter().filter(|said| said["deleted"] == false);
        said.map(|said| said["message"]["text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    eventually("two messages", || {
        (standing().iter().filter(|text| text.contains("yes and no")).count() == 2).then_some(())
    });
    desk.change(sequence, "In short: no.");
    eventually("one message again", || {
        let standing = standing();
        let long = standing.iter().any(|text| text.contains("yes and no"));
        (!long && standing.iter().any(|text| text == "In short: no.")).then_some(())
    });
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn what_cannot_be_changed_stays_and_a_change_of_it_is_told_with_the_message() {
    let telegram = Telegram::start();
    let (_home, studio, ada) = scene(&telegram.connection("phone"));
    telegram.greeted();
    let desk = Desk::take_over(&ada, &studio, "phone");
    // Too long a label stands below the place, in a message of its own.
    let there = |latitude_microdegrees: i32, label: &str| {
        let place = json!({
            "type": "location", "latitude_microdegrees": latitude_microdegrees,
            "longitude_microdegrees": 13_377_704, "label": label.repeat(40),
        });
        json!({ "content": place })
    };
    let replies = format!("/conversations/{}/replies", desk.id);
    assert_eq!(ada.post(&replies, &there(52_516_275, "left ")).status, 202);
    telegram.hears(7, "left left");
    let message = || desk.messages().pop().unwrap_or_default();
    let sequence = eventually("its number", || message()["sequence"].as_u64());
    desk.change_into(sequence, &there(52_516_275, "right "));
    telegram.hears(7, "right right");
    eventually("the change is known", || {
        let label = message()["correction"]["content"]["label"].clone();
        label.as_str().is_some_and(|label| label.starts_with("right")).then_some(())
    });
    desk.change_into(sequence, &there(48_000_000, "there "));
    let why = eventually("why the place is as it was", || {
        message()["refused_change"]["error"].as_str().map(str::to_owned)
    });
    assert!(why.starts_with("only words can be changed on Telegram"), "{why}");
    telegram.hears(7, "right right");
    desk.change_into(sequence, &there(52_516_275, "back "));
    telegram.hears(7, "back back");
    eventually("it is made", || message()["refused_change"].is_null().then_some(()));
}
