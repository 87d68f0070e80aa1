//! What is asked fits the scopes that the manifest has, and one that is missing is told with what to do.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Body};
use studio_simulators::slack;

use super::{
    super::manifest::SCOPES,
    scene::{ANNA, DIRECT, Scene, Way},
};
use crate::platform::Outcome;

#[test]
fn the_simulator_knows_each_scope_of_the_manifest() {
    let (ours, known) = (BTreeSet::from(SCOPES), BTreeSet::from(slack::SCOPES));
    let beyond: Vec<&str> = known.difference(&ours).copied().collect();
    assert_eq!(beyond, ["reactions:write"], "other clients react");
    assert!(ours.is_subset(&known));
}

/// What is known of Anna once she has spoken.
async fn told_of_anna(without: &[&str]) -> Value {
    let scene = Scene::new(Way::Posts).await;
    scene.does("scopes", json!({ "without": without })).await;
    scene.does("email", json!({ "user": ANNA, "email": "anna@shop.example", "confirmed": true })).await;
    scene.say("hello").await;
    let told = || {
        let mut all = scene.host.accepted().into_iter().filter(|one| one.external == ANNA);
        all.find_map(|one| {
            let Body::Introduced { attributes, .. } = one.body else { return None };
            Some(json!(attributes))
        })
    };
    scene.until("she is known", async || told().is_some()).await;
    told().expect("it was there")
}

#[tokio::test]
async fn an_address_is_known_by_its_scope_and_the_rest_without_it() {
    let with = told_of_anna(&[]).await;
    assert_eq!((&with["email"], &with["email_verified"]), (&json!("anna@shop.example"), &json!(true)));
    let without = told_of_anna(&["users:read.email"]).await;
    assert_eq!((&without["name"], without.get("email")), (&with["name"], None));
}

#[tokio::test]
async fn a_missing_scope_is_told_with_what_to_do() {
    let scene = Scene::new(Way::Posts).await;
    scene.does("scopes", json!({ "without": ["chat:write", "users:read"] })).await;
    scene.say("hello").await;
    let told = |sentence: &str, scope: &str| {
        let (needed, advice) = (format!("needed: {scope}"), "give the app the scopes of docs/slack.md");
        sentence.contains("missing_scope") && sentence.contains(&needed) && sentence.contains(advice)
    };
    scene
        .until("it is told that people have no names", async || {
            let last = scene.account.standing().last_error;
            last.is_some_and(|(_, error)| told(&error, "users:read"))
        })
        .await;
    let attempt = scene.tell(DIRECT, Content::text("hello")).await;
    let Outcome::Dead { reason } = attempt.outcome else { panic!("{:?}", attempt.outcome) };
    assert!(told(&reason, "chat:write"), "{reason}");
}
