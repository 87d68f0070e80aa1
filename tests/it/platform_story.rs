//! The first story on each messaging platform: the person on a simulated platform, the agent by the API.

use std::{
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use studio_load::platforms::{File, Person, Shown, Way};

use crate::support::{
    PATIENCE, eventually,
    http_client::{http, runtime},
    lines,
    platforms::{listens, owner, owner_and_agent, shop},
};

const BILL: &[u8] = b"%PDF-1.7 what a tent costs";

/// The person, who does one thing after another and reads what comes of it.
struct Customer {
    person: Arc<dyn Person>,
}

impl Customer {
    fn shown(&self) -> Vec<Shown> {
        runtime().block_on(self.person.shown()).expect("the simulator answers")
    }

    /// Does something and waits until the bot has answered with these words.
    fn does(&self, what: impl Future<Output = anyhow::Result<String>>, words: &str) {
        let before = self.shown().len();
        runtime().block_on(what).expect("the simulator lets them");
        self.hears(before, words);
    }

    fn asks(&self, text: &str, words: &str) {
        self.does(self.person.say(text), words);
    }

    fn presses(&self, title: &str, words: &str) {
        self.does(self.person.press(title), words);
    }

    fn says(&self, text: &str) {
        runtime().block_on(self.person.say(text)).expect("the simulator lets them");
    }

    /// Waits until one of the messages after the first `before` has these words; how many there are by then.
    fn hears(&self, before: usize, words: &str) -> usize {
        let end = Instant::now() + PATIENCE;
        loop {
            let shown = self.shown();
            let mut new = shown.iter().skip(before);
            if new.any(|shown| shown.words.iter().any(|text| text.contains(words))) {
                return shown.len();
            }
            assert!(Instant::now() < end, "{words:?} was not said behind {before} messages: {shown:#?}");
            sleep(Duration::from_millis(50));
        }
    }
}

/// The story, which is the same everywhere.
fn play(way: Way) {
    let (stand, home, studio) = shop(way);
    let (owner, ada) = owner_and_agent(&home, &studio);
    eventually("its events are on their way", || {
        let connection = owner.get(&format!("/connections/{}", way.name())).body;
        // To Slack's signed POSTs it listens from the start; nobody says so before the first.
        (connection["standing"]["listening"] == true || way == Way::SlackEvents).then_some(())
    });
    let person = runtime().block_on(stand.person(7)).expect("somebody");
    let customer = Customer { person };

    // Answers from the shop's own documents, and says from which.
    customer.asks("Can I wash my down sleeping bag in the machine?", "30 °C");
    customer.hears(0, "Sleeping bags");
    let greeted =
        customer.shown().iter().flat_map(|shown| &shown.words).any(|text| text.contains("Welcome to"));
    assert!(!greeted, "who asks at once is answered at once");

    // An order is looked up after a valid number was given.
    customer.asks("where is my order?", "What is your order number?");
    customer.asks("12", "does not look like an order number");
    customer.asks("4711", "on its way with DHL");

    // A button answers a question; in the middle of the next, a person is asked for.
    customer.asks("which tent should I buy?", "What is the gear for?");
    customer.presses("Trekking", "How many nights");
    customer.asks("I want to talk to a person", "colleague");

    // An agent takes over by the API, and answers.
    let id = eventually("the conversation waits for a person", || {
        let waiting = ada.get("/conversations?owner=team").body;
        waiting["items"][0]["id"].as_str().map(str::to_owned)
    });
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let who_has_it = || ada.get(&format!("/conversations/{id}")).body["conversation"]["owner"].clone();
    let messages = || -> Vec<Value> {
        ada.get(&path("messages?limit=500")).body["items"].as_array().cloned().unwrap_or_default()
    };
    assert_eq!(ada.post(&path("take-over"), &json!({})).status, 202);
    eventually("Ada has the conversation", || (who_has_it()["name"] == "Ada").then_some(()));
    let before = customer.shown().len();
    let reply = json!({ "content": { "type": "text", "text": "Hello, this is Ada." } });
    assert_eq!(ada.post(&path("replies"), &reply).status, 202);
    let count = customer.hears(before, "Hello, this is Ada.");

    // While she has it, the bot is silent.
    customer.says("what are your opening hours?");
    eventually("the question is in the transcript", || {
        lines(&messages()).last().is_some_and(|last| last.contains("opening hours")).then_some(())
    });
    assert_eq!(customer.shown().len(), count);

    // A file comes, and goes back.
    let bill = File { name: "bill.pdf", media_type: "application/pdf", bytes: BILL };
    runtime().block_on(customer.person.send(bill)).expect("the simulator lets them");
    let content = eventually("the file is in the transcript", || {
        messages().into_iter().find(|message| message["content"]["type"] == "file")
    });
    let media = content["content"]["source"]["media"].as_str().expect("it is kept").to_owned();
    let url = format!("{}/api/v1/conversations/{id}/media/{media}", studio.address);
    eventually("its bytes", || {
        let bytes = runtime().block_on(async {
            let answer = http().get(&url).bearer_auth(&ada.token).send().await.ok()?;
            answer.error_for_status().ok()?.bytes().await.ok()
        });
        (bytes? == BILL).then_some(())
    });
    let back = json!({ "content": {
        "type": "file", "source": { "media": media }, "name": "bill.pdf", "media_type": "application/pdf",
        "size": BILL.len(),
    } });
    let sent = ada.post(&path("replies"), &back);
    assert_eq!(sent.status, 202, "{sent:?}");
    eventually("the same file on the platform", || {
        let files = runtime().block_on(customer.person.files()).expect("the simulator answers");
        files.iter().any(|bytes| bytes == BILL).then_some(())
    });

    // She hands back, and the bot goes on where it was.
    let before = customer.shown().len();
    assert_eq!(ada.post(&path("hand-back"), &json!({})).status, 202);
    customer.hears(before, "How many nights");
    customer.asks("3", "how much would you like to spend");
    customer.asks("500 euros", "Fjell 1");
    customer.presses("In stock?", "What are you looking for?");
    customer.presses("Tents", "Alva 2 and Alva 4 are in stock");

    // What was said is what was seen, each once, and nothing of it is doubted.
    let told = messages();
    let said = told.iter().filter(|message| message["from"]["type"] == "speaker");
    for message in said {
        eventually("it is known to have left", || {
            let now = messages();
            let now = now.iter().find(|now| now["sequence"] == message["sequence"])?;
            let state = now["delivery"]["state"].as_str()?.to_owned();
            assert!(now["delivery"]["uncertain"].is_null() && state != "failed", "{now}");
            (state != "waiting").then_some(())
        });
    }
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
    for words in ["on its way with DHL", "Hello, this is Ada.", "What is the gear for?"] {
        let shown = customer.shown();
        let times = shown.iter().filter(|shown| shown.words.iter().any(|text| text.contains(words)));
        assert_eq!(times.count(), 1, "{words}: {shown:#?}");
    }
    assert!(studio.terminate().success());
}

#[test]
fn the_story_is_played_on_telegram_by_polling() {
    play(Way::TelegramPolling);
}

#[test]
fn the_story_is_played_on_telegram_by_webhook() {
    play(Way::TelegramWebhook);
}

#[test]
fn the_story_is_played_on_discord_by_its_gateway() {
    play(Way::DiscordGateway);
}

#[test]
fn the_story_is_played_on_slack_by_posted_events() {
    play(Way::SlackEvents);
}

#[test]
fn the_story_is_played_on_slack_by_socket_mode() {
    play(Way::SlackSockets);
}

#[test]
fn the_story_is_played_on_whatsapp() {
    play(Way::WhatsApp);
}

#[test]
fn a_clean_stop_keeps_the_session_of_the_gateway() {
    let way = Way::DiscordGateway;
    let (_stand, home, studio) = shop(way);
    let olga = owner(&home, &studio);
    listens(&olga, way.name());
    let (status, said) = studio.terminate_and_tell();
    assert!(status.success() && !said.contains("is not kept"), "{said}");
}
