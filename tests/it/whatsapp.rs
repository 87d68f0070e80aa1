//! WhatsApp behind the server.

use serde_json::{Value, json};
use studio_simulators::whatsapp;

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, Running, eventually,
        http_client::{Member, http, send},
        platforms::{Simulator, is_in_state},
    },
};

mod instead;
mod late;
mod numbers;
mod templates;

const ADA: &str = "DE.13491208655302741918";

struct WhatsApp {
    simulator: Simulator,
    settings: whatsapp::Settings,
}

impl WhatsApp {
    fn start() -> Self {
        Self::start_as(whatsapp::Settings::default())
    }

    fn start_as(settings: whatsapp::Settings) -> Self {
        let simulator = Simulator::start(|listener| whatsapp::serve(listener, settings.clone()));
        Self { simulator, settings }
    }

    fn connection(&self, name: &str) -> String {
        let whatsapp::Settings { phone_number_id, account_id, token, app_secret, .. } = &self.settings;
        format!(
            "[[connection]]\nname = \"{name}\"\nchannel = \"whatsapp\"\nbot = \"shop\"\nphone_number_id = \"{phone_number_id}\"\n\
             account_id = \"{account_id}\"\ntoken = \"{token}\"\napp_secret = \"{app_secret}\"\nverify_token = \"a word\"\n\
             api = \"{}\"\nregister = false\n",
            self.simulator.address
        )
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = http()
            .post(format!("{}/{path}", self.simulator.address))
            .bearer_auth(&self.settings.token)
            .json(body);
        let answer = send(request).expect("it is up");
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.body
    }

    /// Tells it where the studio is.
    fn call(&self, studio: &Running, connection: &str) {
        let webhook = json!({ "webhook_configuration": {
            "override_callback_uri": format!("{}/webhooks/{connection}", studio.address),
            "verify_token": "a word",
        } });
        self.post(&format!("v23.0/{}/subscribed_apps", self.settings.account_id), &json!({}));
        self.post(&format!("v23.0/{}", self.settings.phone_number_id), &webhook);
    }

    fn ada(&self, what: &str, mut more: Value) {
        (more["do"], more["person"]) = (json!(what), json!(ADA));
        self.post("simulator/do", &more);
    }

    /// Somebody new says hello.
    fn greets(&self, id: &str, phone: &str, name: &str) {
        self.post("simulator/people", &json!({ "user_id": id, "phone": phone, "name": name }));
        self.post("simulator/do", &json!({ "do": "say", "person": id, "text": "hello" }));
    }

    fn said(&self) -> Vec<Value> {
        self.sent().iter().map(|said| said["message"].clone()).collect()
    }

    /// What was said, with what became of it.
    fn sent(&self) -> Vec<Value> {
        self.simulator.see(&format!("said?person={ADA}")).as_array().cloned().unwrap_or_default()
    }
}

/// A studio with Ada of the shop logged in, and a person called Ada who has said something.
fn start(whatsapp: &WhatsApp) -> (Home, Running, Member, String) {
    start_with(whatsapp, "")
}

/// With more connections.
fn start_with(whatsapp: &WhatsApp, more: &str) -> (Home, Running, Member, String) {
    start_in(whatsapp, Home::with(&[&whatsapp.connection("wa"), more].concat()))
}

/// In a home that is prepared.
fn start_in(whatsapp: &WhatsApp, home: Home) -> (Home, Running, Member, String) {
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.call(&studio, "wa");
    whatsapp.greets(ADA, "4915112345678", "Ada");
    let conversation = eventually("the conversation", || {
        let listed = member.get("/conversations?connection=wa").body;
        listed["items"][0]["id"].as_str().map(str::to_owned)
    });
    eventually("an answer", || (!whatsapp.said().is_empty()).then_some(()));
    (home, studio, member, conversation)
}

pub fn taken_over(member: &Member, conversation: &str) {
    assert_eq!(member.post(&format!("/conversations/{conversation}/take-over"), &json!({})).status, 202);
    eventually("it is taken over", || {
        let owner =
            member.get(&format!("/conversations/{conversation}")).body["conversation"]["owner"].clone();
        (owner["type"] == "member").then_some(())
    });
}

#[test]
fn what_could_not_be_read_is_read_anew() {
    let whatsapp = WhatsApp::start();
    let (home, _studio, member, _) = start(&whatsapp);
    let command = |arguments: &[&str]| home.asked(arguments);
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": whatsapp.settings.phone_number_id },
        "contacts": [{ "profile": { "name": "Ada" }, "wa_id": "4915112345678", "user_id": ADA }],
        "messages": [{ "id": "wamid.odd", "from": "4915112345678", "timestamp": "1749416383", "type": "hologram" }],
    });
    let change = json!({ "field": "messages", "value": value });
    let entry = json!({ "id": whatsapp.settings.account_id, "changes": [change] });
    whatsapp.post("simulator/raw", &json!({ "object": "whatsapp_business_account", "entry": [entry] }));
    let unread = eventually("it is kept", || {
        let listed = member.get("/unread").body;
        listed["items"][0]["id"].as_str().map(str::to_owned)
    });
    let replay = |id: &str| member.post(&format!("/unread/wa/{id}/replay"), &json!({}));
    let still = replay(&unread);
    assert_eq!(still.status, 422, "{still:?}");
    assert!(still.body["detail"].as_str().is_some_and(|why| why.contains("hologram")), "{still:?}");
    assert_eq!(replay("01ARZ3NDEKTSV4RRFFQ69G5FAV").status, 404);
    assert_eq!(member.get("/unread").body["items"].as_array().map(Vec::len), Some(1), "it is still there");
    // The same by the commands.
    let (good, told) = command(&["unread", "list"]);
    assert!(good && told.contains(&unread) && told.contains("hologram"), "{told}");
    assert_eq!(command(&["unread", "list", "--connection", "other"]), (true, String::new()));
    let (good, told) = command(&["unread", "show", "wa", &unread]);
    assert!(good && told.contains("\"type\": \"hologram\""), "{told}");
    let (good, told) = command(&["unread", "replay", "--all"]);
    assert!(!good && told.contains("0 of 1 were taken in."), "{told}");
    let (good, told) = command(&["unread", "replay", "wa", &unread]);
    assert!(!good && told.contains("hologram"), "{told}");
    assert_eq!(member.post("/connections/wa/pause", &json!({})).status, 200);
    assert_eq!(replay(&unread).status, 409, "a connection that rests takes nothing");
}

#[test]
fn of_two_connections_with_one_account_one_runs() {
    let whatsapp = WhatsApp::start();
    let home = Home::with(&[whatsapp.connection("first"), whatsapp.connection("second")].concat());
    let checked = |arguments: &[&str]| home.asked(arguments).1;
    let twin = "the connection first is the same account";
    let told = checked(&["check"]);
    assert!(told.contains(twin), "{told}");
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let state = |name: &str| member.get(&format!("/connections/{name}")).body;
    assert_eq!(state("first")["state"], "running");
    let second = state("second");
    assert!(
        second["state"] == "broken" && second["problem"].as_str().is_some_and(|why| why.contains(twin)),
        "{second}"
    );
    let told = checked(&["doctor"]);
    assert!(told.contains(twin) && told.contains("Simulated Shop"), "{told}");
    assert!(!told.contains(&whatsapp.settings.token), "{told}");
    for act in ["pause", "resume"] {
        assert_eq!(member.post(&format!("/connections/first/{act}"), &json!({})).status, 200);
    }
    assert!(studio.terminate().success());

    // It asks the platforms by itself where no server runs.
    let told = checked(&["doctor"]);
    assert!(
        told.contains("not running") && told.contains("Simulated Shop") && told.contains("token valid"),
        "{told}"
    );
    assert_eq!(told.matches(twin).count(), 1, "{told}");

    // A pause costs the first nothing of its place.
    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let states = ["first", "second"].map(|name| member.get(&format!("/connections/{name}")).body);
    assert!(states[0]["state"] == "running" && states[1]["state"] == "broken", "{states:?}");
}

#[test]
fn what_comes_to_the_second_of_two_connections_with_one_account_is_kept_until_it_runs() {
    let whatsapp = WhatsApp::start();
    let first = whatsapp.connection("first");
    let home = Home::with(&[first.as_str(), &whatsapp.connection("second")].concat());
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.call(&studio, "second");
    whatsapp.greets(ADA, "4915112345678", "Ada");
    let kept = eventually("it is kept", || {
        let listed = member.get("/unread").body["items"].clone();
        listed.as_array().filter(|kept| !kept.is_empty()).cloned()
    });
    let is_second =
        |kept: &Value| kept["connection"] == "second" && kept["why"].to_string().contains("same account");
    assert!(kept.iter().all(is_second), "{kept:?}");
    eventually("it is counted", || {
        let counts = member.get("/connections/second").body["standing"]["counts"].clone();
        (counts["unread"] == kept.len() && counts["received"] == 0).then_some(())
    });
    let (good, told) = home.asked(&["unread", "replay", "--all"]);
    assert!(!good, "it does not run yet: {told}");
    assert!(studio.terminate().success());

    let settings = home.path().join("studio.toml");
    let text = std::fs::read_to_string(&settings).expect("readable");
    std::fs::write(&settings, text.replace(&first, "")).expect("writable");
    let _studio = home.start();
    let (good, told) = home.asked(&["unread", "replay", "--all"]);
    assert!(good, "{told}");
    eventually("an answer", || (!whatsapp.said().is_empty()).then_some(()));
}

#[test]
fn a_connection_whose_messages_are_kept_back_fails_until_one_leaves() {
    let whatsapp = WhatsApp::start();
    let (home, _studio, member, _) = start(&whatsapp);
    is_in_state(&member, "wa", "running");
    let before = whatsapp.said().len();
    whatsapp.simulator.fail(&json!({ "too_many": 1.0, "too_many_seconds": 12 }));
    whatsapp.ada("say", json!({ "text": "hello" }));
    let problem = is_in_state(&member, "wa", "failing");
    assert!(problem.starts_with("nothing leaves for now") && problem.contains("130429"), "{problem}");
    let (status, out, err) = home.run(&["doctor"], &std::collections::BTreeMap::new());
    assert!(!status.success() && out.contains("nothing leaves for now"), "{out}{err}");

    whatsapp.simulator.fail(&json!({}));
    eventually("what waited leaves", || (whatsapp.said().len() > before).then_some(()));
    assert_eq!(is_in_state(&member, "wa", "running"), "");
}

#[test]
fn a_text_that_nobody_can_write_is_cut_and_keeps_nothing_waiting() {
    let whatsapp = WhatsApp::start();
    // A build that is not optimised thinks slowly.
    let (_home, _studio, member, conversation) = start_with(&whatsapp, "[limits]\nturn = \"1m\"\n");
    let before = whatsapp.said().len();
    whatsapp.ada("say", json!({ "text": "where is my order? ".repeat(25_000) }));
    let text = eventually("the text in the transcript", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let texts = all.as_array()?.iter().filter_map(|message| message["content"]["text"].as_str());
        texts.map(str::to_owned).find(|text| text.starts_with("where is my order? where"))
    });
    assert!(text.ends_with(" […]") && text.chars().count() < 66_000, "{} letters", text.chars().count());
    eventually("an answer", || (whatsapp.said().len() > before).then_some(()));
    assert_eq!(member.get("/parked").body["items"], json!([]));
}

#[test]
fn what_was_said_cannot_be_changed_nor_taken_back_and_the_api_says_so() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let content = json!({ "content": { "type": "text", "text": "I am Ada." } });
    assert_eq!(member.post(&format!("/conversations/{conversation}/replies"), &content).status, 202);
    let sequence = eventually("it has left", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let said = all.as_array()?.iter().find(|message| message["content"]["text"] == "I am Ada.")?;
        (said["delivery"]["state"] != "waiting").then(|| said["sequence"].clone())
    });
    let path = format!("/conversations/{conversation}/messages/{sequence}");
    for verb in [reqwest::Method::PATCH, reqwest::Method::DELETE] {
        let refused = member.ask(verb, &path, &content);
        let detail = refused.body["detail"].as_str().unwrap_or_default();
        assert!(refused.status == 409 && detail.contains("say it anew"), "{refused:?}");
    }
    let timeline = member.get(&format!("/conversations/{conversation}/timeline")).body.to_string();
    assert!(!timeline.contains("corrected"), "{timeline}");
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_list_has_the_words_of_the_language_of_its_conversation() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    let path = format!("/conversations/{conversation}");
    assert_eq!(member.post(&format!("{path}/language"), &json!({ "language": "de" })).status, 202);
    eventually("German is spoken", || {
        (member.get(&path).body["conversation"]["language"] == "de").then_some(())
    });
    taken_over(&member, &conversation);
    let button = |number: u32| json!({ "title": format!("Wahl {number}"), "action": { "value": format!("w{number}") } });
    let buttons = (1..=12).map(button).collect::<Vec<_>>();
    let content = json!({ "type": "buttons", "text": "Welche?", "buttons": buttons });
    let reply = member.post(&format!("{path}/replies"), &json!({ "content": content }));
    assert_eq!(reply.status, 202, "{reply:?}");
    let action = eventually("the list", || {
        let said = whatsapp.said().into_iter().find(|said| said["interactive"]["body"]["text"] == "Welche?");
        said.map(|said| said["interactive"]["action"].clone())
    });
    let last = &action["sections"][0]["rows"][9];
    assert_eq!((&action["button"], &last["title"]), (&json!("Auswählen"), &json!("Mehr")), "{action}");
}

#[test]
fn what_is_left_of_a_list_is_a_message_whoever_has_the_conversation() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let row = |number: u32| json!({ "title": format!("Row {number}"), "value": format!("row_{number}") });
    let sections = json!([{ "rows": (1..=12).map(row).collect::<Vec<_>>() }]);
    let list = json!({ "type": "list", "text": "Which?", "button": "Choose", "sections": sections });
    let reply = member.post(&format!("/conversations/{conversation}/replies"), &json!({ "content": list }));
    assert_eq!(reply.status, 202, "{reply:?}");
    // The last message, once its platform has told that of it.
    let newest = |first_row: &str, state: &str| {
        eventually(&format!("{first_row} is {state}"), || {
            let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
            let found = all.as_array()?.last()?.clone();
            let title = &found["content"]["sections"][0]["rows"][0]["title"];
            (*title == first_row && found["delivery"]["state"] == state).then_some(found)
        })
    };
    let whole = newest("Row 1", "delivered");
    let before = whatsapp.said().len();
    whatsapp.ada("press", json!({ "choice": "More" }));
    let rest = newest("Row 10", "delivered");
    assert_eq!(rest["delivery"].get("losses"), None, "{rest}");
    assert_eq!(rest["content"]["sections"][0]["rows"], json!((10..=12).map(row).collect::<Vec<_>>()));
    assert_eq!(whatsapp.said().len(), before + 1);
    let timeline = member.get(&format!("/conversations/{conversation}/timeline")).body.to_string();
    assert!(timeline.contains(&format!("\"more_of\":{}", whole["sequence"])), "{timeline}");

    // What does not arrive is a dead letter, as any message is.
    whatsapp.simulator.fail(&json!({ "refused": 1.0, "code": 131_026 }));
    whatsapp.ada("press", json!({ "choice": "More" }));
    let failed = newest("Row 10", "failed");
    let letters = member.get("/dead-letters").body["items"].clone();
    assert_eq!((&letters[0]["sequence"], &letters[1]), (&failed["sequence"], &Value::Null), "{letters}");
    assert!(letters[0]["error"].as_str().is_some_and(|error| error.contains("131026")), "{letters}");
}
