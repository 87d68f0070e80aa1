//! What becomes of what a platform sends while a connection is paused?

use serde_json::{Value, json};
use studio_load::platforms::{Fate, Way};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, eventually,
        http_client::{Member, runtime},
        lines,
        platforms::{Slack, Telegram, bot, listens, owner, shop, the_conversation},
    },
};

/// It has a button to press.
const OFFER: &str = "offer:\n  when: [ keyword: offer ]\n  steps:\n    - say:\n        en:\n          text: Sure?\n          \
                     buttons: [ { title: \"Yes\", value: \"sure\" } ]\n";

#[test]
fn slack_is_answered_while_its_connection_is_paused_and_what_was_said_is_heard_later() {
    let way = Way::SlackEvents;
    let (stand, home, studio) = shop(way);
    add(&home, "olga@example.com", "Olga", "owner");
    let owner = Member::log_in(&studio, "olga@example.com", PASSWORD);
    let person = runtime().block_on(stand.person(7)).expect("somebody");
    let says = |text: &str| runtime().block_on(person.say(text)).expect("the simulator lets them");
    let is_taken = |id: &str| {
        eventually("Slack is answered", || {
            let fate = runtime().block_on(person.fate(id)).expect("the simulator answers");
            assert_ne!(fate, Fate::GivenUp, "Slack would turn the app off");
            (fate == Fate::Taken).then_some(())
        });
    };
    let hears = |words: &str| {
        eventually(&format!("{words:?} is heard"), || {
            let shown = runtime().block_on(person.shown()).expect("the simulator answers");
            shown.iter().any(|shown| shown.words.iter().any(|text| text.contains(words))).then_some(())
        });
    };
    is_taken(&says("where is my order?"));
    hears("order number");

    let order = |verb: &str| owner.post(&format!("/connections/{}/{verb}", way.name()), &json!({})).status;
    assert_eq!(order("pause"), 200);
    is_taken(&says("4711"));
    let kept = owner.get("/unread").body["items"].clone();
    let kept = kept.as_array().cloned().unwrap_or_default();
    assert!(kept.iter().any(|unread| unread["why"].to_string().contains("paused")), "{kept:?}");

    assert_eq!(order("resume"), 200);
    hears("on its way with DHL");
    assert!(studio.terminate().success());
}

/// Telegram keeps what is refused for a day, tells it again, and forgets no address for a 503; a press it is answered at once all the same.
#[test]
fn telegram_holds_what_a_paused_webhook_does_not_take_and_the_wheel_on_a_button_stops() {
    let (telegram, slack) = (Telegram::start(), Slack::start());
    let phone = format!("{}receive = \"webhook\"\n", telegram.connection("phone"));
    let home = Home::with(&format!("{phone}{}", slack.connection("team")));
    bot(&home, "long");
    home.write_bot("shop", &[("flows/offer.yaml", OFFER)]);
    let studio = home.start();
    let ada = owner(&home, &studio);
    for connection in ["phone", "team"] {
        listens(&ada, connection);
    }
    let state = |field: &str| telegram.simulator.see("state")[field].clone();
    let says = |text: &str| telegram.act("say", &json!({ "person": 7, "text": text }));
    let address = json!(format!("{}/webhooks/phone", studio.address));
    telegram.act("start", &json!({ "person": 7 }));
    let offer = says("offer")["message"].clone();
    telegram.hears(7, "Sure?");
    eventually("Telegram need tell it no more", || (state("pending") == 0).then_some(()));
    let before = telegram.texts(7);

    assert_eq!(ada.post("/connections/phone/pause", &json!({})).status, 200);
    let query = telegram.act("press", &json!({ "person": 7, "title": "Yes" }))["query"].clone();
    says("hello");
    says("after");
    telegram.act("edit", &json!({ "person": 7, "message": offer, "text": "offer, please" }));
    eventually("the wheel stops", || {
        let queries = state("queries");
        let pressed = queries.as_array()?.iter().find(|asked| asked["id"] == query)?;
        (!pressed["answer"].is_null()).then_some(())
    });
    let channel = slack.say("U0ANNA", "after");
    slack.hears(&channel, "That was all");

    // Nothing that was refused is forgotten, on either side of a kill, and nothing leaves.
    studio.kill();
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(ada.get("/connections/phone").body["state"], "paused");
    listens(&ada, "team");
    slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");
    assert_eq!((state("pending"), state("dropped"), state("webhook")), (json!(4), json!(0), address.clone()));
    assert_eq!(telegram.texts(7), before);

    assert_eq!(ada.post("/connections/phone/resume", &json!({})).status, 200);
    eventually("all is taken", || {
        // It would try again within a minute.
        telegram.act("clock", &json!({ "seconds": 5 }));
        (state("pending") == 0).then_some(())
    });
    assert_eq!((state("dropped"), state("webhook")), (json!(0), address));
    let texts = telegram.hears(7, "That was all");
    assert_eq!(texts.iter().filter(|text| text.contains("Good day")).count(), 1, "{texts:?}");
    let path = format!("/conversations/{}/messages", the_conversation(&ada, "phone"));
    let heard: Vec<Value> = eventually("the edit stands with its message", || {
        let heard = ada.get(&path).body["items"].as_array()?.clone();
        heard.iter().any(|message| message["change"]["content"]["text"] == "offer, please").then_some(heard)
    });
    let mut heard = lines(&heard);
    heard.retain(|line| line.starts_with("visitor"));
    let expected = ["offer", "Yes", "hello", "after"].map(|text| format!("visitor: {text}"));
    assert!(heard.ends_with(&expected), "each once and in its order: {heard:?}");
    assert!(studio.terminate().success());
}
