//! What has become of a message on a platform, and can it be changed and taken back?

use serde_json::{Value, json};

use crate::support::{
    Running, eventually,
    http_client::{Member, http, send},
    platforms::{Slack, Telegram, conversations, listens, scene},
};

#[test]
fn a_message_says_what_became_of_it_and_can_be_changed_and_taken_back() {
    let slack = Slack::start();
    let (home, studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");
    let id = eventually("the conversation", || {
        conversations(&ada, "team").first().and_then(|found| found["id"].as_str().map(str::to_owned))
    });
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
    let taken = send(http().delete(&url).bearer_auth(&ada.token)).expect("it is up");
    assert_eq!(taken.status, 202, "{taken:?}");
    eventually("it is gone", || {
        (!slack.texts(&channel).iter().any(|text| text.contains("I am Ada"))).then_some(())
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

/// A conversation that Ada has taken over.
struct Desk<'a> {
    ada: &'a Member,
    studio: &'a Running,
    id: String,
}

impl<'a> Desk<'a> {
    /// Takes over the one conversation of a connection.
    fn take_over(ada: &'a Member, studio: &'a Running, connection: &str) -> Self {
        let id = eventually("the conversation", || {
            conversations(ada, connection).first().and_then(|found| found["id"].as_str().map(str::to_owned))
        });
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
            let all = self.ada.get(&format!("/conversations/{}/messages", self.id)).body["items"].clone();
            let found = all.as_array()?.iter().find(|message| message["content"]["text"] == text)?;
            found["sequence"].as_u64()
        })
    }

    fn change(&self, sequence: u64, text: &str) {
        let url = format!("{}/api/v1/conversations/{}/messages/{sequence}", self.studio.address, self.id);
        let content = json!({ "content": { "type": "text", "text": text } });
        let changed = send(http().patch(&url).bearer_auth(&self.ada.token).json(&content)).expect("it is up");
        assert_eq!(changed.status, 202, "{changed:?}");
    }
}

#[test]
fn a_message_is_changed_that_is_just_leaving() {
    let slack = Slack::start();
    let (_home, studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");
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
fn what_a_change_adds_to_a_message_goes_with_its_next_change() {
    let telegram = Telegram::start();
    let (_home, studio, ada) = scene(&telegram.connection("phone"));
    telegram.act("start", &json!({ "person": 7 }));
    telegram.act("say", &json!({ "person": 7, "text": "hello" }));
    telegram.hears(7, "Good day");
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
