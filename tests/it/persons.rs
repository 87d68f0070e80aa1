//! Who is whom, where several talk?

use serde_json::{Value, json};

use crate::support::{
    eventually,
    platforms::{Slack, conversations, listens, scene},
};

#[test]
fn what_is_told_of_a_second_speaker_is_nothing_of_the_first() {
    let slack = Slack::start();
    let (_home, _studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let direct = slack.say("U0ANNA", "hello");
    slack.hears(&direct, "Good day");
    let anna = eventually("her name", || {
        let id = conversations(&ada, "team").first()?["contact"].as_str()?.to_owned();
        let contact = ada.get(&format!("/contacts/{id}")).body;
        (contact["attributes"]["username"] == "u0anna").then_some(contact)
    });

    let ts = slack
        .act("say", &json!({ "user": "U0ANNA", "channel": "C0GENERAL", "text": "<@U0BOT0001> hello" }))["ts"]
        .clone();
    slack.hears("C0GENERAL", "Good day");
    slack.act("say", &json!({ "user": "U0BEN", "channel": "C0GENERAL", "text": "after", "thread_ts": ts }));
    slack.hears("C0GENERAL", "That was all");
    // Ben is known where he talks alone: who was to be introduced before him is by then.
    slack.hears(&slack.say("U0BEN", "hello"), "Good day");
    let all = eventually("Ben's name", || {
        let all = conversations(&ada, "team");
        all.iter().any(|one| one["contact_name"] == "u0ben").then_some(all)
    });
    let of = |contact: &Value| all.iter().filter(|one| one["contact"] == *contact).count();
    assert_eq!((all.len(), of(&anna["id"])), (3, 1), "{all:?}");
    let shared = all.iter().find(|one| one["contact_name"] == "#general");
    assert_eq!(shared.map(|shared| of(&shared["contact"])), Some(1), "{all:?}");
    let now = ada.get(&format!("/contacts/{}", anna["id"].as_str().expect("an id"))).body;
    for what in ["name", "attributes", "identities"] {
        assert_eq!(now[what], anna[what], "{what}");
    }
}
