//! How does a connection to a platform stand, and does everybody who is asked say the same?

use serde_json::{Value, json};

use crate::support::{
    Home, eventually, free_port,
    http_client::{http, send},
    platforms::{Slack, Telegram, is_in_state, listens, scene},
};

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
    slack.greeted(&ada, "team");

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
fn a_connection_that_does_not_reach_its_platform_fails_and_says_so() {
    let api = format!("api = \"http://127.0.0.1:{}\"\n", free_port());
    let of = |name: &str, channel: &str, more: &str| {
        format!("[[connection]]\nname = \"{name}\"\nchannel = \"{channel}\"\nbot = \"shop\"\n{more}\n{api}")
    };
    let connections = [
        of("phone", "telegram", "token = \"1:a\""),
        of("guild", "discord", "token = \"MQ.only-for-the-form.of-a-token-that-opens-nothing\""),
        of("team", "slack", "bot_token = \"xoxb-1\"\nsigning_secret = \"8f742231b10e8888abcd99yyyzzz85a5\""),
        of(
            "wa",
            "whatsapp",
            "phone_number_id = \"1\"\naccount_id = \"2\"\ntoken = \"a\"\napp_secret = \"b\"\nverify_token = \"c\"",
        ),
    ];
    let (home, studio, ada) = scene(&connections.concat());
    let metrics = || {
        let asked = http().get(format!("{}/metrics", studio.address)).bearer_auth(&ada.token);
        send(asked).expect("it is up").body.as_str().map(str::to_owned).expect("a text")
    };
    for (name, methods) in [("phone", "POST"), ("guild", "POST"), ("team", "POST"), ("wa", "GET, POST")] {
        assert_ne!(is_in_state(&ada, name, "failing"), "", "{name}");
        let standing = ada.get(&format!("/connections/{name}")).body["standing"].clone();
        let nothing = json!({ "received": 0, "refused": 0, "ignored": 0, "unread": 0, "dropped": 0 });
        assert_eq!(standing["counts"], nothing, "{name}: nothing came yet");
        let address = format!("{}/webhooks/{name}", studio.address);
        let put = send(http().put(&address)).expect("it is up");
        assert_eq!((put.status, &put.headers["allow"]), (405, &methods.parse().expect("a value")), "{name}");
        let stranger = send(http().post(&address).json(&json!({}))).expect("it is up");
        assert_eq!(stranger.status, 401, "{name}: {stranger:?}");
    }
    for name in ["phone", "team", "wa"] {
        let told = format!("{{connection=\"{name}\",outcome=\"refused\"}} 1");
        assert!(metrics().contains(&told), "{told}: {}", metrics());
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
fn what_is_too_large_to_be_read_is_counted_and_told_once() {
    let (telegram, slack) = (Telegram::start(), Slack::start());
    let (discord, whatsapp) = (
        "[[connection]]\nname = \"guild\"\nchannel = \"discord\"\nbot = \"shop\"\ntoken = \"MQ.only-for-the-form.of-a-token-that-opens-nothing\"\n",
        "[[connection]]\nname = \"wa\"\nchannel = \"whatsapp\"\nbot = \"shop\"\nphone_number_id = \"1\"\n\
         account_id = \"2\"\ntoken = \"a\"\napp_secret = \"b\"\nverify_token = \"c\"\n",
    );
    let nowhere = format!("api = \"http://127.0.0.1:{}\"\n", free_port());
    let connections = [
        telegram.connection("phone"),
        slack.connection("team"),
        [discord, &nowhere].concat(),
        [whatsapp, &nowhere].concat(),
    ];
    let (_home, studio, ada) = scene(&connections.concat());
    let too_many = (3 << 20) + (64 << 10) + 1;
    let post = |name: &str| {
        let request = http().post(format!("{}/webhooks/{name}", studio.address));
        send(request.header("content-type", "application/json").body(vec![b' '; too_many]))
    };
    let refused =
        |name: &str| ada.get(&format!("/connections/{name}")).body["standing"]["counts"]["refused"].clone();
    for name in ["phone", "team", "guild", "wa"] {
        for _ in 0..2 {
            // The server may close before the last of it is written; that is a refusal too.
            assert!(post(name).ok().is_none_or(|answer| answer.status == 413), "{name}");
        }
        eventually("both are counted", || (refused(name) == 2).then_some(()));
    }
    let mut log = String::new();
    for channel in ["telegram", "slack", "discord", "whatsapp"] {
        let event = format!("{channel}.refused");
        let told = eventually(&event, || {
            log.push_str(&studio.said());
            let told = log.lines().filter(|line| line.contains(&event) && line.contains("not read")).count();
            (told > 0).then_some(told)
        });
        assert_eq!(told, 1, "{log}");
    }
}

#[test]
fn what_waited_for_a_token_leaves_as_soon_as_it_is_taken_again() {
    let slack = Slack::start();
    let (_home, _studio, ada) = scene(&slack.connection("team"));
    let channel = slack.greeted(&ada, "team");

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
