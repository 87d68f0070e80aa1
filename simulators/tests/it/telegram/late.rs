//! What is told late keeps its place where the platform numbers what it tells.

use std::{
    sync::{Arc, atomic::AtomicU16},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use studio_simulators::{faults::Plan, telegram::Simulator};

use super::{call, hook, simulator};

/// Somebody says something, of which the bot is told ten minutes later; and others say something then.
fn said(simulator: &Simulator, late: i64, others: &[i64]) -> Vec<Value> {
    let say = |person: i64| {
        let said = simulator.act("say", &json!({ "person": person, "text": "hello" }));
        said.expect("it is said")["update"].clone()
    };
    simulator.fail(Plan { late: 1.0, late_milliseconds: 600_000, ..Plan::default() });
    let mut updates = vec![say(late)];
    simulator.fail(Plan::default());
    updates.extend(others.iter().map(|person| say(*person)));
    updates
}

fn ten_minutes_pass(simulator: &Simulator) {
    simulator.act("clock", &json!({ "seconds": 600 })).expect("time passes");
}

/// Whoever confirms an update confirms all before it.
#[tokio::test]
async fn what_is_behind_a_late_update_waits_with_it_where_the_bot_asks() {
    let (simulator, address) = simulator().await;
    let expected = said(&simulator, 7, &[8]);
    let told = async || {
        let answer = call(&address, "getUpdates", json!({ "timeout": 0 })).await;
        let told = answer["result"].as_array().expect("a list").iter();
        told.map(|update| update["update_id"].clone()).collect::<Vec<_>>()
    };
    assert!(told().await.is_empty());
    ten_minutes_pass(&simulator);
    assert_eq!(told().await, expected);
}

#[tokio::test]
async fn a_late_update_holds_up_those_of_its_chat_alone_by_webhook() {
    let (simulator, address) = simulator().await;
    let (url, mut heard) = hook(&Arc::new(AtomicU16::new(200))).await;
    assert_eq!(call(&address, "setWebhook", json!({ "url": url })).await["result"], true);
    let updates = said(&simulator, 7, &[7, 8]);
    heard.recv().await.expect("one is told");
    let until_left = async |count: usize| {
        let end = Instant::now() + Duration::from_mins(1);
        while simulator.pending() != count {
            assert!(Instant::now() < end, "{} are left", simulator.pending());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    until_left(2).await;
    let state = reqwest::get(format!("{address}/simulator/state")).await.expect("an answer");
    let state: Value = state.json().await.expect("JSON");
    assert_eq!(state["waiting"], json!(updates[..2]));
    assert!(heard.try_recv().is_err(), "those of one chat keep their order");
    ten_minutes_pass(&simulator);
    until_left(0).await;
}
