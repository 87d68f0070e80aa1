//! A message with two wishes: the API names both, each with its words.

use serde_json::Value;

use crate::{
    http_story::{PASSWORD, add_member},
    learning,
    support::{
        eventually,
        http_client::{Member, Visitor},
    },
};

#[test]
fn a_message_with_two_wishes_names_both_in_its_understanding() {
    const SAID: &str = "track my order and when do you close?";
    let home = learning::home();
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    Visitor::new(&studio, "two").say("1", SAID);
    let understanding = eventually("it is understood", || {
        let items = ada.get("/conversations").body["items"].as_array().cloned()?;
        let id = items.first()?["id"].as_str()?.to_owned();
        Some(ada.understood(&id)).filter(Value::is_object)
    });
    let also = understanding["also"].as_array().cloned().unwrap_or_default();
    let place = |besides: &Value, end: &str| {
        besides[end].as_u64().and_then(|at| usize::try_from(at).ok()).expect("a place")
    };
    let wishes = also.iter().map(|besides| {
        let intent = besides["intent"].as_str().unwrap_or_default();
        (intent, &SAID[place(besides, "start")..place(besides, "end")])
    });
    let wishes: Vec<(&str, &str)> = wishes.collect();
    let both = [("track_order", "track my order"), ("opening_hours", "when do you close?")];
    assert!(!wishes.is_empty() && wishes.iter().all(|wish| both.contains(wish)), "{understanding}");
    let best = understanding["intents"][0]["intent"].as_str().filter(|_| understanding["confident"] == true);
    for (intent, _) in both {
        let is_named = best == Some(intent) || wishes.iter().any(|(other, _)| *other == intent);
        assert!(is_named, "{intent}: {understanding}");
    }
}
