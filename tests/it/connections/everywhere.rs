//! A connection to each platform is made by the API, asked how it is, paused, let go on and deleted; its platform hears of it.

use std::net::SocketAddr;

use serde_json::{Value, json};
use studio_load::platforms::{Person, Stand, Way};
use studio_simulators::telegram;

use super::KEY;
use crate::support::{
    Home, Running, eventually, free_port,
    http_client::{Member, http, runtime, send},
    platforms::{bot, is_in_state, listens, owner},
};

/// One of each platform, by webhooks: those are what a connection that ends has to take back.
const WAYS: [Way; 4] = [Way::TelegramWebhook, Way::DiscordPosts, Way::SlackEvents, Way::WhatsApp];
const SECRETS: [&str; 5] = ["token", "bot_token", "signing_secret", "app_secret", "verify_token"];

/// The settings of a connection, as the API takes them.
fn settings(stand: &Stand) -> Value {
    let all: Value = toml::from_str(&stand.settings("shop")).expect("settings");
    all["connection"][0].clone()
}

/// Where the platform sends events, as it says itself; Slack tells nobody.
fn leads_to(stand: &Stand) -> Value {
    let see = |what: &str| runtime().block_on(stand.simulator.see(what)).expect("the simulator answers");
    match stand.way {
        Way::TelegramPolling | Way::TelegramWebhook => {
            let token = telegram::Settings::default().token;
            let asked = http().get(format!("{}/bot{token}/getWebhookInfo", stand.simulator.address));
            let url = send(asked).expect("it is up").body["result"]["url"].clone();
            if url == "" { Value::Null } else { url }
        }
        Way::DiscordGateway | Way::DiscordPosts => see("state")["endpoint"].clone(),
        Way::WhatsApp => see("state")["callbacks"][0].clone(),
        Way::SlackEvents | Way::SlackSockets => Value::Null,
    }
}

/// The person says hello, and is greeted.
fn talks(stand: &Stand, person: &dyn Person) {
    let greetings = || {
        let shown = runtime().block_on(person.shown()).expect("the simulator answers");
        shown.iter().filter(|shown| shown.words.iter().any(|words| words.contains("Good day"))).count()
    };
    let before = greetings();
    let hello = if stand.way.is_by_interactions() { "/hello" } else { "hello" };
    eventually("it can be said", || runtime().block_on(person.say(hello)).ok());
    eventually(&format!("a greeting on {}", stand.way.name()), || (greetings() > before).then_some(()));
}

/// Right behind a pause the standing may still be that from before. Nothing is said too early for it: the platform keeps the address all the
/// while, and what it sends is taken in as soon as the connection is no longer paused.
fn is_there(ada: &Member, stand: &Stand, address: &str) {
    let name = stand.way.name();
    is_in_state(ada, name, "running");
    // To Slack's signed POSTs it listens from the start; nobody says so before the first, nor which address Slack has.
    if stand.way != Way::SlackEvents {
        listens(ada, name);
        eventually(&format!("events of {name} come here"), || (leads_to(stand) == address).then_some(()));
    }
}

fn lives(ada: &Member, studio: &Running, stand: &Stand) {
    let name = stand.way.name();
    let (path, address) = (format!("/connections/{name}"), format!("{}/webhooks/{name}", studio.address));
    let person = runtime().block_on(stand.person(7)).expect("somebody");
    let settings = settings(stand);
    let made = ada.post("/connections", &settings);
    assert_eq!((made.status, &made.body["source"]), (201, &json!("api")), "{name}: {made:?}");
    is_there(ada, stand, &address);
    let tested = ada.post(&format!("{path}/test"), &json!({}));
    assert_eq!(
        (tested.status, &tested.body["standing"]["token_valid"]),
        (200, &json!(true)),
        "{name}: {tested:?}"
    );
    for secret in SECRETS.iter().filter_map(|secret| settings[*secret].as_str()) {
        for answer in [&made, &tested] {
            assert!(!answer.body.to_string().contains(secret), "{name}: {answer:?}");
        }
    }
    talks(stand, &*person);

    let manifest = ada.get(&format!("{path}/manifest"));
    if stand.way == Way::SlackEvents {
        let commands = manifest.body["features"]["slash_commands"].clone();
        let mut commands = commands.as_array().into_iter().flatten();
        assert!(commands.any(|one| one["command"] == "/hello" && one["url"] == *address), "{manifest:?}");
        assert_eq!(manifest.body["settings"]["event_subscriptions"]["request_url"], *address);
        assert_eq!(manifest.body["display_information"]["name"], "Shop");
    } else {
        assert_eq!(manifest.status, 404, "{name}: {manifest:?}");
    }

    assert_eq!(ada.post(&format!("{path}/pause"), &json!({})).status, 200, "{name}");
    assert_eq!(ada.get(&path).body["state"], "paused", "{name}");
    assert_eq!(ada.post(&format!("{path}/resume"), &json!({})).status, 200, "{name}");
    is_there(ada, stand, &address);
    talks(stand, &*person);

    let delete = || ada.ask(reqwest::Method::DELETE, &path, &json!({})).status;
    assert_eq!(delete(), 204, "{name}");
    assert_eq!(leads_to(stand), Value::Null, "{name}: nothing is to come here any more");
    assert_eq!((delete(), ada.get(&path).status), (404, 404), "{name}");
    let called = http().post(address).header("content-type", "application/json").body("{}");
    assert_eq!(send(called).expect("it is up").status, 404, "{name}");
    let said = ada.get(&format!("/conversations?connection={name}")).body;
    assert_eq!(said["items"].as_array().map(Vec::len), Some(1), "{name}: what was said stays: {said}");
}

#[test]
fn a_connection_to_each_platform_lives_by_the_api_and_takes_its_webhook_with_it() {
    let port = free_port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let stands = WAYS.map(|way| runtime().block_on(Stand::start(way, address)).expect("a simulator"));
    let ports: Vec<&str> =
        stands.iter().filter_map(|stand| stand.simulator.address.rsplit(':').next()).collect();
    let ports = format!("[{}]", ports.join(", "));
    let home = Home::at(port, "", "");
    bot(&home, "long");
    let studio = home.start_with(&[
        ("STUDIO_KEY", KEY),
        ("STUDIO_EGRESS_ALLOW_PRIVATE", r#"["127.0.0.0/8"]"#),
        ("STUDIO_EGRESS_ALLOW_PORTS", &ports),
    ]);
    let ada = owner(&home, &studio);
    for stand in &stands {
        lives(&ada, &studio, stand);
    }
    assert!(studio.terminate().success());
}
