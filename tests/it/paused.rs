//! What becomes of what a platform sends while a connection is paused?

use serde_json::json;
use studio_load::platforms::{Fate, Way};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        eventually,
        http_client::{Member, runtime},
        platforms::shop,
    },
};

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
