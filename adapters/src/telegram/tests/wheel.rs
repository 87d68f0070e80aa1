//! The wheel on a button that was pressed stops, whatever becomes of the press.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use studio_core::content::{Action, Button, Content};
use studio_simulators::faults::Plan;

use super::{
    stage::{ADA, Stage, until},
    story::answered,
};
use crate::host::AcceptError;

/// The bot has offered a button.
async fn offer(stage: &Stage) {
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (!stage.heard("7").is_empty()).then_some(())).await;
    let yes = Button { title: "Yes".into(), action: Action::Value("yes".into()) };
    stage.push("7", Content::Buttons { text: "Sure?".into(), buttons: vec![yes] });
    until("a button", || (stage.told(ADA) == ["Sure?"]).then_some(())).await;
}

/// Telegram's name of the press.
fn press(stage: &Stage) -> Value {
    stage.act("press", json!({"person": ADA, "title": "Yes"}))["query"].clone()
}

fn presses(stage: &Stage) -> usize {
    stage.heard("7").iter().filter(|line| *line == "pressed yes (Yes)").count()
}

async fn stops(stage: &Stage, query: &Value) {
    until("the wheel stops", || answered(stage, query).then_some(())).await;
}

async fn are_stored(stage: &Stage, count: usize) {
    until("the presses are stored", || (presses(stage) == count).then_some(())).await;
}

#[tokio::test]
async fn it_stops_although_nothing_can_be_stored_or_too_much_waits_in_the_chat() {
    for stage in [Stage::polling("").await, Stage::webhook("").await] {
        offer(&stage).await;
        stage.memory.refuse(Some(AcceptError::Store("the disk is full".into())));
        stops(&stage, &press(&stage)).await;
        assert_eq!(presses(&stage), 0);
        stage.memory.refuse(None);
        are_stored(&stage, 1).await;

        stage.memory.fill(Some("7"));
        stops(&stage, &press(&stage)).await;
        assert_eq!(presses(&stage), 1);
        stage.memory.fill(None);
        are_stored(&stage, 2).await;
    }
}

#[tokio::test]
async fn it_stops_for_a_press_that_is_held_behind_another() {
    let stage = Stage::polling("").await;
    offer(&stage).await;
    stage.memory.fill(Some("7"));
    for _ in 0..3 {
        stops(&stage, &press(&stage)).await;
    }
    assert_eq!(presses(&stage), 0);
    stage.memory.fill(None);
    are_stored(&stage, 3).await;
}

#[tokio::test]
async fn it_stops_where_the_press_is_put_away() {
    let stage = Stage::webhook("").await;
    offer(&stage).await;
    stage.memory.have_twin(true);
    stops(&stage, &press(&stage)).await;
    until("it is put aside", || (stage.memory.unread().len() == 1).then_some(())).await;
    stage.memory.have_twin(false);
    // Nobody is said to have pressed.
    stage.act("update", json!({ "callback_query": { "id": "4385", "chat_instance": "1", "data": "yes" } }));
    until("it is answered", || {
        let calls = stage.simulator.calls();
        calls.iter().any(|call| call["fields"]["callback_query_id"] == "4385").then_some(())
    })
    .await;
    until("it is kept", || (stage.memory.unread().len() == 2).then_some(())).await;
    assert_eq!(presses(&stage), 0);
}

#[tokio::test]
async fn it_stops_after_the_time_that_telegram_asks_for_and_the_press_does_not_wait() {
    let stage = Stage::polling("").await;
    offer(&stage).await;
    let too_many_of = Some("answerCallbackQuery".to_owned());
    stage.simulator.fail(Plan { too_many_of, too_many_seconds: 2, ..Plan::default() });
    let asked = Instant::now();
    let query = press(&stage);
    are_stored(&stage, 1).await;
    stops(&stage, &query).await;
    assert!(asked.elapsed() >= Duration::from_secs(2));
}
