//! The studio on a messaging platform, which a simulator stands in for: what only the server can promise.

use serde_json::{Value, json};

use crate::{
    http_story::PASSWORD,
    support::{
        Home, Running, eventually, free_port,
        http_client::{Member, http, send},
        platforms::{Slack, Telegram, bot, conversations, is_in_state, listens, owner, scene},
    },
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

#[test]
fn a_storm_on_one_connection_slows_only_that_one() {
    let (stormy, calm) = (Slack::start(), Slack::start());
    let (_home, _studio, ada) = scene(&[stormy.connection("stormy"), calm.connection("calm")].concat());
    for (slack, name) in [(&stormy, "stormy"), (&calm, "calm")] {
        listens(&ada, name);
        let channel = slack.say("U0ANNA", "hello");
        slack.hears(&channel, "Good day");
    }
    stormy.fail(&json!({ "too_many": 0.9, "too_many_seconds": 1, "seed": 7 }));
    let channels: Vec<_> = ["U0BEN", "U0CLEO", "U0DAN"]
        .iter()
        .map(|user| {
            stormy.say(user, "hello");
            stormy.say(user, "after")
        })
        .collect();
    let begun = std::time::Instant::now();
    let channel = calm.say("U0ANNA", "after");
    calm.hears(&channel, "That was all");
    assert!(begun.elapsed().as_secs() < 20, "it took {:?}", begun.elapsed());
    std::thread::sleep(std::time::Duration::from_secs(3));
    stormy.fail(&json!({}));
    for channel in channels {
        let texts = stormy.hears(&channel, "That was all");
        let place = |words: &str| texts.iter().position(|text| text.contains(words));
        assert!(place("Good day") < place("That was all"), "{texts:?}");
        let count = |words: &str| texts.iter().filter(|text| text.contains(words)).count();
        assert_eq!((count("Good day"), count("That was all")), (1, 1), "{texts:?}");
    }
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]), "to wait is no failure");
}

#[test]
fn two_flooded_channels_keep_no_other_waiting() {
    let slack = Slack::start();
    let (_home, _studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let flooded = ["U0BEN", "U0CLEO"].map(|user| {
        let channel = slack.say(user, "hello");
        slack.hears(&channel, "Good day");
        slack.act("flood", &json!({ "channel": channel, "seconds": 600 }));
        slack.say(user, "after")
    });
    for channel in &flooded {
        eventually("Slack refuses it", || {
            let calls = slack.simulator.see("calls");
            let mut calls = calls.as_array()?.iter();
            let is_it = |call: &Value| {
                call["error"] == "ratelimited" && call["arguments"]["channel"] == channel.as_str()
            };
            calls.any(is_it).then_some(())
        });
    }
    let channel = slack.say("U0ANNA", "after");
    slack.hears(&channel, "That was all");
    is_in_state(&ada, "team", "running");
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]), "to wait is no failure");
    assert!(
        flooded.iter().all(|channel| !slack.texts(channel).iter().any(|text| text.contains("That was all")))
    );
}

#[test]
fn a_message_of_many_parts_goes_on_behind_those_that_left_before_a_kill() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    let sentence =
        |number: usize| format!("Sentence {number} tells something that is worth a line of its own. ");
    let story: String = (0..1_600).map(sentence).collect();
    bot(&home, story.trim_end());
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "put_off:1")]);
    listens(&owner(&home, &studio), "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");
    slack.fail(&json!({ "too_many": 0.4, "too_many_seconds": 1, "seed": 7 }));
    slack.say("U0ANNA", "long");
    slack.say("U0ANNA", "after");
    assert!(!studio.wait_for_end().success(), "killed when Slack asked to wait in the middle of it");
    drop(studio);
    let before = slack.texts(&channel).len();
    assert!(before > 1, "some of it has left: {before}");
    slack.fail(&json!({}));

    let studio = home.start();
    let texts = slack.hears(&channel, "That was all.");
    assert!(texts.len() > before, "{before}");
    let all = texts.join(" ");
    let mut last = 0;
    for number in 0..1_600 {
        let sentence = format!("Sentence {number} tells");
        assert_eq!(all.matches(&sentence).count(), 1, "{sentence} of {} messages", texts.len());
        let place = all.find(&sentence).expect("it is there");
        assert!(place >= last, "in order");
        last = place;
    }
    assert!(texts.last().is_some_and(|last| last.contains("That was all")), "and what follows comes behind");
    assert!(studio.terminate().success());
}

#[test]
fn a_file_is_fetched_after_a_kill_between_its_event_and_its_bytes() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    bot(&home, "long");
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "fetched:1")]);
    listens(&owner(&home, &studio), "team");
    let text = "a bill in words";
    let content = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    let file =
        json!({ "user": "U0ANNA", "name": "bill.txt", "media_type": "text/plain", "content": content });
    slack.act("file", &file);
    assert!(!studio.wait_for_end().success(), "killed with the bytes in hand");
    drop(studio);
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let (id, media) = eventually("the file in the transcript", || {
        let id = conversations(&ada, "team").first()?["id"].as_str()?.to_owned();
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        let media =
            all.as_array()?.iter().find_map(|message| message["content"]["source"]["media"].as_str())?;
        Some((id, media.to_owned()))
    });
    let bytes = eventually("its bytes", || {
        let answer = ada.get(&format!("/conversations/{id}/media/{media}"));
        (answer.status == 200).then_some(answer.body)
    });
    assert_eq!(bytes, json!(text));
}

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
    studio.kill();
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    telegram.act("say", &json!({ "person": 7, "chat": moved, "text": "hello" }));
    telegram.hears(moved, "Good day");
    assert_eq!(conversations(&ada, "phone").len(), 1);
}

#[test]
fn a_connection_whose_token_is_refused_fails_until_it_is_taken() {
    let telegram = Telegram::start();
    let (home, _studio, ada) = scene(&telegram.connection("phone"));
    listens(&ada, "phone");
    is_in_state(&ada, "phone", "running");

    telegram.simulator.fail(&json!({ "token_revoked": true }));
    let problem = is_in_state(&ada, "phone", "failing");
    assert!(problem.contains("@BotFather"), "{problem}");
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    assert!(!status.success() && out.contains("@BotFather"), "{out}{err}");

    telegram.simulator.fail(&json!({}));
    is_in_state(&ada, "phone", "running");
}

#[test]
fn what_a_test_finds_is_told_alike_by_all_who_are_asked() {
    let slack = Slack::start();
    let (home, _studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let seen = || ada.get("/connections/team").body;
    slack.fail(&json!({ "too_many": 1.0, "too_many_seconds": 3_600 }));
    slack.act("disconnect", &json!({ "reason": "warning" }));
    eventually("it says that no events come", || {
        let seen = seen();
        let says =
            |why: &str| why.contains("asked too often") && why.starts_with("no events are on their way");
        (seen["state"] == "running" && seen["problem"].as_str().is_some_and(says)).then_some(())
    });
    let tested = ada.post("/connections/team/test", &json!({})).body;
    let later = seen();
    for told in [&tested, &later] {
        assert_eq!(
            (&told["state"], &told["standing"]["listening"]),
            (&json!("failing"), &json!(false)),
            "{told}"
        );
    }
    assert_eq!(tested["problem"], later["problem"]);
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    let problem = later["problem"].as_str().expect("a problem");
    assert!(!status.success() && out.contains(problem), "{out}{err}");

    slack.fail(&json!({}));
    let tested = ada.post("/connections/team/test", &json!({})).body;
    for told in [&tested, &seen()] {
        assert_eq!(
            (&told["state"], &told["standing"]["listening"]),
            (&json!("running"), &json!(true)),
            "{told}"
        );
        assert_eq!(told["problem"], Value::Null, "{told}");
    }
}

#[test]
fn without_a_server_nothing_is_missed_that_only_a_server_does() {
    let (slack, telegram) = (Slack::start(), Telegram::start());
    let home = Home::with(&[slack.connection("team"), telegram.connection("phone")].concat());
    let (_, told) = home.asked(&["doctor"]);
    for name in ["team (slack)", "phone (telegram)"] {
        let line = told.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{told}"));
        assert!(line.contains("token valid"), "{line}");
        assert!(!line.contains("no events are on their way") && !line.contains("last error"), "{line}");
    }
}

#[test]
fn a_refused_token_of_slacks_app_is_told_though_the_bots_is_taken() {
    let slack = Slack::start();
    let (home, _studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");

    slack.fail(&json!({ "app_token_revoked": true }));
    slack.act("disconnect", &json!({ "reason": "warning", "grace_milliseconds": 10 }));
    let problem = is_in_state(&ada, "team", "failing");
    assert!(problem.contains("app_token is refused"), "{problem}");
    let tested = ada.post("/connections/team/test", &json!({})).body;
    assert_eq!(tested["standing"]["refused_tokens"][0]["token"], "app_token", "{tested}");
    assert_eq!((&tested["state"], &tested["standing"]["token_valid"]), (&json!("failing"), &json!(false)));
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    assert!(!status.success() && out.contains("app_token is refused"), "{out}{err}");

    slack.fail(&json!({}));
    let tested = ada.post("/connections/team/test", &json!({})).body;
    assert_eq!((&tested["state"], &tested["standing"]["token_valid"]), (&json!("running"), &json!(true)));
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
    let id = eventually("the conversation", || {
        conversations(&ada, "phone").first().and_then(|found| found["id"].as_str().map(str::to_owned))
    });
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
fn a_connection_that_does_not_reach_its_platform_fails_and_says_so() {
    let api = format!("api = \"http://127.0.0.1:{}\"\n", free_port());
    let of = |name: &str, channel: &str, more: &str| {
        format!("[[connection]]\nname = \"{name}\"\nchannel = \"{channel}\"\nbot = \"shop\"\n{more}\n{api}")
    };
    let connections = [
        of("phone", "telegram", "token = \"1:a\""),
        of("guild", "discord", "token = \"MQ.a.b\""),
        of("team", "slack", "bot_token = \"xoxb-1\"\nsigning_secret = \"8f742231b10e8888abcd99yyyzzz85a5\""),
        of(
            "wa",
            "whatsapp",
            "phone_number_id = \"1\"\naccount_id = \"2\"\ntoken = \"a\"\napp_secret = \"b\"\nverify_token = \"c\"",
        ),
    ];
    let (home, _studio, ada) = scene(&connections.concat());
    for name in ["phone", "guild", "team", "wa"] {
        assert_ne!(is_in_state(&ada, name, "failing"), "", "{name}");
        let standing = ada.get(&format!("/connections/{name}")).body["standing"].clone();
        let nothing = json!({ "received": 0, "refused": 0, "ignored": 0, "unread": 0 });
        assert_eq!(standing["counts"], nothing, "{name}: nothing came yet");
    }
    for name in ["phone", "guild"] {
        let standing = ada.get(&format!("/connections/{name}")).body["standing"].clone();
        assert_eq!(standing["listening"], false, "{name}: who asks for events knows that none come");
    }
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    let bad = out.lines().filter(|line| line.contains("BAD  connection")).count();
    assert!(!status.success() && bad == 4, "{out}{err}");
}

#[test]
fn what_waited_for_a_token_leaves_as_soon_as_it_is_taken_again() {
    let slack = Slack::start();
    let (_home, _studio, ada) = scene(&slack.connection("team"));
    listens(&ada, "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");

    slack.fail(&json!({ "token_revoked": true }));
    slack.say("U0ANNA", "hello again");
    eventually("what is to leave is kept back", || {
        let problem = is_in_state(&ada, "team", "failing");
        problem.starts_with("nothing leaves for now").then_some(())
    });
    let before = slack.texts(&channel).len();
    slack.fail(&json!({}));
    let tested = ada.post("/connections/team/test", &json!({})).body;
    assert_eq!((&tested["state"], &tested["standing"]["token_valid"]), (&json!("running"), &json!(true)));
    eventually("what waited leaves", || (slack.texts(&channel).len() > before).then_some(()));
}
