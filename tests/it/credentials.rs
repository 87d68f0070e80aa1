//! Does anybody see a credential of a connection, whatever level the log has?

use std::net::SocketAddr;

use serde_json::json;
use studio_load::{
    credentials,
    platforms::{Stand, Way},
};
use studio_simulators::faults::Plan;

use crate::support::{
    Home, Running, eventually, free_port,
    http_client::{Member, http, runtime},
    platforms::{owner_and_agent, the_conversation},
};

/// Somebody talks to the bot by this way, until it asks for the number of an order.
fn talks(stand: &Stand) {
    let person = runtime().block_on(stand.person(7)).expect("somebody");
    let words = if stand.way.is_by_interactions() { "/track" } else { "where is my order?" };
    // A command is offered a little later than the connection listens.
    eventually("it can be said", || runtime().block_on(person.say(words)).ok());
    eventually("the bot asks", || {
        let shown = runtime().block_on(person.shown()).expect("the simulator answers");
        shown.iter().any(|shown| shown.words.iter().any(|text| text.contains("order number"))).then_some(())
    });
}

/// An agent writes there although the platform fails, so that what is said of failures stands in log and answers too.
fn fails(stand: &Stand, agent: &Member) {
    let plan = Plan { failed: 1.0, ..Plan::default() };
    runtime().block_on(stand.fail(&plan)).expect("the simulator lets it");
    let path = format!("/conversations/{}", the_conversation(agent, stand.way.name()));
    assert_eq!(agent.post(&format!("{path}/take-over"), &json!({})).status, 202);
    let reply = json!({ "content": { "type": "text", "text": "Hello, this is Ada." } });
    eventually("she may speak", || {
        (agent.post(&format!("{path}/replies"), &reply).status == 202).then_some(())
    });
}

/// All that a member is answered who may see connections.
fn answers(owner: &Member, studio: &Running) -> Vec<(String, String)> {
    let paths = ["/connections", "/unread", "/dead-letters", "/conversations"].map(str::to_owned);
    let of_each = Way::ALL.map(|way| format!("/connections/{}", way.name()));
    let told = paths.into_iter().chain(of_each);
    let mut told: Vec<(String, String)> = told
        .map(|path| {
            let answer = owner.get(&path);
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            (path, answer.body.to_string())
        })
        .collect();
    for path in ["/metrics", "/health/ready"] {
        let answer = runtime().block_on(async {
            http()
                .get(format!("{}{path}", studio.address))
                .bearer_auth(&owner.token)
                .send()
                .await?
                .text()
                .await
        });
        told.push((path.to_owned(), answer.expect("it answers")));
    }
    told
}

#[test]
fn no_credential_of_a_connection_stands_in_the_log_at_any_level_nor_in_an_answer() {
    let port = free_port();
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let stands = Way::ALL.map(|way| runtime().block_on(Stand::start(way, at)).expect("a simulator"));
    let connections: String = stands.iter().map(|stand| stand.settings("shop")).collect();
    let home = Home::at(port, &format!("[log]\nlevel = \"trace\"\n{connections}"), "");
    let settings = std::fs::read_to_string(home.path().join("studio.toml")).expect("written");
    let credentials = credentials::of(&settings);
    assert!(credentials.len() > stands.len(), "each connection has some, and that of the channel `http`");
    let studio = home.start();
    let mut log = studio.at_the_start.clone();
    let (owner, ada) = owner_and_agent(&home, &studio);
    for stand in &stands {
        let name = stand.way.name();
        eventually(&format!("{name} listens"), || {
            let standing = owner.get(&format!("/connections/{name}")).body["standing"].clone();
            // To Slack's signed POSTs it listens from the start; nobody says so before the first.
            (standing["listening"] == true || stand.way == Way::SlackEvents).then_some(())
        });
        talks(stand);
    }
    for stand in &stands {
        fails(stand, &ada);
    }
    let mut silent = Way::ALL.map(Way::name).to_vec();
    eventually("the log tells of a failure on each", || {
        let said = studio.said();
        for line in said.lines().filter(|line| line.contains("delivery.retry")) {
            silent.retain(|name| !line.contains(name));
        }
        log.push_str(&said);
        silent.is_empty().then_some(())
    });

    let mut found = Vec::new();
    for (place, answer) in answers(&owner, &studio) {
        found.extend(credentials::seen(&credentials, &place, &answer));
    }
    let (_, told) = home.asked(&["doctor"]);
    found.extend(credentials::seen(&credentials, "`studio doctor`", &told));
    log.push_str(&studio.terminate_and_tell().1);
    found.extend(credentials::seen(&credentials, "the log", &log));
    assert_eq!(found, Vec::<String>::new());
}
