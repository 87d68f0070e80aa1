//! What waits until Slack's limit of a method lets it be called.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use serde_json::json;
use studio_core::content::Content;

use super::{
    super::turns::Turns,
    scene::{DIRECT, GENERAL, Scene, Way},
};
use crate::{
    platform::{Outcome, Scope},
    testing::edit,
};

/// Two more than the tier of `chat.delete` lets through at once.
#[tokio::test]
async fn what_is_taken_back_waits_for_its_turn() {
    let began = tokio::time::Instant::now();
    let scene = Scene::asking(Turns::new(began), Way::Posts, "", |_| {}).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    // Long before anybody said anything here.
    let gone = (0..7).map(|number| format!("1600000000.{number:06}")).collect::<Vec<_>>();
    let began = Instant::now();
    let taken = scene.account.retract(&scene.host, DIRECT, &gone).await;
    assert_eq!((taken.outcome, taken.parts), (Outcome::Done, gone));
    assert!(began.elapsed() > Duration::from_secs(2));
    let calls = scene.sees("calls").await;
    let calls = calls.as_array().into_iter().flatten();
    let asked = calls.filter(|call| call["method"] == "chat.delete").collect::<Vec<_>>();
    assert_eq!(asked.len(), 7);
    assert!(asked.iter().all(|call| call["error"] == "message_not_found"), "{asked:?}");
}

/// As many places as tries that wait, each for some minutes.
#[tokio::test]
async fn what_waits_for_its_turn_keeps_no_place_of_another_channel() {
    let began = tokio::time::Instant::now();
    let scene = Scene::asking(Turns::new(began), Way::Posts, "", |_| {}).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    scene.host.limit_places(2);
    let taken_back = [1_600_000_000, 1_600_000_001].map(|second| {
        let (account, host) = (Arc::clone(&scene.account), scene.host.clone());
        let thread = format!("{GENERAL}:{second}.000000");
        let gone = (0..100).map(|number| format!("{second}.{number:06}")).collect::<Vec<_>>();
        tokio::spawn(async move { host.in_a_place(account.retract(&host, &thread, &gone)).await })
    });
    let burst_is_over = async || {
        let calls = scene.sees("calls").await;
        calls.as_array().into_iter().flatten().filter(|call| call["method"] == "chat.delete").count() >= 5
    };
    scene.until("both wait for their turns", burst_is_over).await;
    let said = scene.host.in_a_place(scene.tell(DIRECT, Content::text("at once"))).await;
    assert_eq!(said.outcome, Outcome::Done);
    assert_eq!(scene.texts(DIRECT).await, ["at once"]);
    for waiting in taken_back {
        assert!(!waiting.is_finished(), "it has more to take back");
        waiting.abort();
    }
}

/// Slack may count otherwise than its page says, and another program may call with the same token.
#[tokio::test]
async fn a_method_that_slack_refuses_rests_alone_and_goes_on_after_its_time() {
    let began = tokio::time::Instant::now();
    let scene = Scene::asking(Turns::new(began), Way::Posts, "", |_| {}).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let first = scene.tell(DIRECT, Content::text("first")).await.parts;
    let second = scene.tell(DIRECT, Content::text("second")).await.parts;
    let deleted = async || {
        let calls = scene.sees("calls").await;
        calls.as_array().into_iter().flatten().filter(|call| call["method"] == "chat.delete").count()
    };

    let minutes = SignedDuration::from_mins(5);
    scene.breaks(json!({ "too_many_of": "chat.delete", "too_many_seconds": 300 })).await;
    let refused = scene.account.retract(&scene.host, DIRECT, &first).await.outcome;
    assert!(
        matches!(&refused, Outcome::Retry { after, scope: Scope::Chat, .. } if *after == Some(minutes)),
        "{refused:?}"
    );
    assert_eq!(scene.sees("faults").await["too_many_of"], json!(null), "Slack would do it now");
    let early = scene.account.retract(&scene.host, DIRECT, &first).await.outcome;
    assert!(
        matches!(&early, Outcome::Retry { after: Some(after), scope: Scope::Chat, .. } if *after <= minutes),
        "{early:?}"
    );
    assert_eq!(deleted().await, 0, "and is not asked");

    scene.breaks(json!({ "too_many_of": "chat.update", "too_many_seconds": 2 })).await;
    let asked = Instant::now();
    let change = edit(DIRECT, &second, Content::text("changed"));
    let refused = scene.account.edit(&scene.host, &change).await.outcome;
    let two = Some(SignedDuration::from_secs(2));
    assert!(
        matches!(&refused, Outcome::Retry { after, scope: Scope::Chat, .. } if *after == two),
        "{refused:?}"
    );
    assert_eq!(scene.tell(GENERAL, Content::text("elsewhere")).await.outcome, Outcome::Done);
    assert_eq!(scene.texts(GENERAL).await, ["elsewhere"]);
    assert_eq!(scene.account.edit(&scene.host, &change).await.outcome, Outcome::Done);
    assert!(asked.elapsed() >= Duration::from_secs(2));
    assert_eq!(scene.texts(DIRECT).await, ["first", "changed"]);
}
