//! What is told late is told behind what followed it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Hook, does, started, until};

#[tokio::test]
async fn a_late_event_holds_up_none_that_follows_it() {
    let hook = Hook::new(200).await;
    // Each is told once, on a slow machine too.
    let address = started(|settings| {
        settings.events = Some(hook.url.clone());
        settings.patience = Duration::from_mins(1);
    })
    .await;
    let plan = async |plan: Value| {
        let request = reqwest::Client::new().put(format!("{address}/simulator/faults")).json(&plan);
        request.send().await.expect("an answer").error_for_status().expect("it is taken");
    };
    let say = async |text: &str| {
        assert_eq!(does(&address, "say", json!({ "user": "U0ANNA", "text": text })).await.0, 200);
    };
    let heard = || {
        let told = hook.told();
        told.iter().filter_map(|body| body["event"]["text"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    plan(json!({ "late": 1, "late_milliseconds": 600_000 })).await;
    say("first").await;
    plan(json!({})).await;
    say("second").await;
    until("the second is told", async || !heard().is_empty()).await;
    assert_eq!(heard(), ["second"]);
    assert_eq!(does(&address, "clock", json!({ "advance_seconds": 600 })).await.0, 200);
    until("the first is told", async || heard().len() > 1).await;
    assert_eq!(heard(), ["second", "first"]);
}
