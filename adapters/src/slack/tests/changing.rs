//! What is said is changed and taken back, by both sides.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use jiff::SignedDuration;
use serde_json::json;
use studio_core::{
    content::{Card, Content, Loss, Picture, Source},
    dialogue::Body,
};

use super::{
    super::turns::Turns,
    scene::{DIRECT, Scene, Way},
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::Outcome,
    rate::Rate,
    testing::{edit, edit_of},
};

#[tokio::test]
async fn changes_go_both_ways() {
    let scene = Scene::new(Way::Posts).await;
    let ts = scene.say("order 17").await;
    scene.accepted(1).await;
    scene.does("edit", json!({ "channel": DIRECT, "ts": ts, "text": "order 18" })).await;
    let stored = scene.accepted(2).await;
    let id = stored[0].native.clone();
    assert_eq!(stored[1].body, Body::Edited { id: id.clone(), content: Content::text("order 18") });
    scene.does("delete", json!({ "channel": DIRECT, "ts": ts })).await;
    assert_eq!(scene.accepted(3).await[2].body, Body::Deleted { id });

    // Two parts become one, one becomes two.
    let first = scene.tell(DIRECT, Content::text("long ".repeat(4_000))).await;
    assert_eq!((first.parts.len(), first.losses), (2, vec![Loss::TextSplit { into: 2 }]));
    let edit = async |parts: &[String], text: &str| {
        scene.account.edit(&scene.host, &edit(DIRECT, parts, Content::text(text))).await
    };
    let shorter = edit(&first.parts, "short").await;
    assert_eq!((shorter.outcome, shorter.parts.as_slice()), (Outcome::Done, &first.parts[..1]));
    assert_eq!(scene.texts(DIRECT).await, ["short"]);
    let longer = edit(&shorter.parts, &"more ".repeat(4_000)).await;
    assert_eq!((longer.outcome, longer.parts.len()), (Outcome::Done, 2));
    let gone = scene.account.retract(DIRECT, &longer.parts).await;
    assert_eq!(gone.outcome, Outcome::Done);
    assert_eq!(scene.texts(DIRECT).await, Vec::<String>::new());
    // What is gone already is taken back.
    assert_eq!(scene.account.retract(DIRECT, &longer.parts).await.outcome, Outcome::Done);
    let late = edit(&longer.parts, "late").await.outcome;
    assert!(matches!(&late, Outcome::Dead { reason } if reason.contains("message_not_found")), "{late:?}");
    // Our own changes come back as events, and nothing comes of them.
    assert_eq!(scene.stored().len(), 3);
}

#[tokio::test]
async fn a_change_that_slack_does_not_make_is_no_success_and_changes_nothing() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let conversation = scene.conversation(DIRECT);
    let facts = MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: 4 };
    let media = scene.host.save_media(conversation, facts, Bytes::from_static(b"\x89PNG")).await;
    let source = Source::Media(media.expect("kept in memory"));
    let image = Content::Image { source, alt: "A tent".into(), caption: None };
    let words = scene.tell(DIRECT, Content::text("your tent")).await.parts;
    let shown = scene.tell(DIRECT, image.clone()).await;
    assert_eq!(shown.outcome, Outcome::Done);
    let picture = shown.parts;
    assert!(picture[0].starts_with("file:"), "{picture:?}");
    let before = scene.shown(DIRECT).await;
    for (parts, content) in
        [(&picture, Content::text("no tent")), (&picture, image.clone()), (&words, image.clone())]
    {
        let attempt = scene.account.edit(&scene.host, &edit(DIRECT, parts, content)).await;
        assert!(
            matches!(&attempt.outcome, Outcome::Dead { reason } if reason.contains("send a new one")),
            "{attempt:?}"
        );
    }
    assert_eq!(scene.shown(DIRECT).await, before);
}

#[tokio::test]
async fn a_file_stays_where_the_rest_of_a_message_is_changed() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let facts = MediaFacts { name: "tent.png".into(), media_type: "image/png".into(), size: 4 };
    let kept = scene.host.save_media(scene.conversation(DIRECT), facts, Bytes::from_static(b"\x89PNG")).await;
    let source = Source::Media(kept.expect("kept in memory"));
    let card = |text: &str| {
        let image = Some(Picture { source: source.clone(), alt: "A tent".into() });
        Content::Card(Card { title: "Alva".into(), text: Some(text.into()), image, buttons: Vec::new() })
    };
    let said = scene.tell(DIRECT, card("Light and dry")).await;
    assert_eq!((&said.outcome, said.parts.len()), (&Outcome::Done, 2));
    let before = card("Light and dry");
    let change = edit_of(&before, DIRECT, &said.parts, card("Sold out"));
    let changed = scene.account.edit(&scene.host, &change).await;
    assert_eq!((changed.outcome, &changed.parts), (Outcome::Done, &said.parts));
    let texts = scene.texts(DIRECT).await;
    assert!(texts.iter().any(|text| text.contains("Sold out")), "{texts:?}");
    // Of another file nothing is changed.
    let other = Content::Image { source: source.clone(), alt: "A bag".into(), caption: None };
    let attempt = scene.account.edit(&scene.host, &edit_of(&before, DIRECT, &said.parts, other)).await;
    assert!(
        matches!(&attempt.outcome, Outcome::Dead { reason } if reason.contains("Slack lets nobody change one")),
        "{attempt:?}"
    );
    assert_eq!(scene.texts(DIRECT).await, texts);
}

#[tokio::test]
async fn parts_that_a_change_adds_count_as_those_of_a_message_do() {
    let scene = Scene::new(Way::Posts).await;
    scene.say("hello").await;
    scene.accepted(1).await;
    let said = scene.tell(DIRECT, Content::text("short")).await;
    scene.host.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let mut change = edit(DIRECT, &said.parts, Content::text("more ".repeat(8_000)));
    let longer = scene.account.edit(&scene.host, &change).await;
    assert!(matches!(longer.outcome, Outcome::Retry { .. }), "{longer:?}");
    // What stands there is changed by another method than what is added is said by.
    assert_eq!((longer.parts.len(), scene.host.turns()), (3, 1), "the server has counted the change");
    scene.host.pace(Rate { count: 10, per: SignedDuration::from_secs(1) });
    change.parts = longer.parts;
    let whole = scene.account.edit(&scene.host, &change).await;
    assert_eq!((&whole.outcome, &whole.parts[..3]), (&Outcome::Done, &change.parts[..]));
    assert_eq!(scene.texts(DIRECT).await.len(), whole.parts.len());
}

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
    let taken = scene.account.retract(DIRECT, &gone).await;
    assert_eq!((taken.outcome, taken.parts), (Outcome::Done, gone));
    assert!(began.elapsed() > Duration::from_secs(2));
    let calls = scene.sees("calls").await;
    let calls = calls.as_array().into_iter().flatten();
    let asked = calls.filter(|call| call["method"] == "chat.delete").collect::<Vec<_>>();
    assert_eq!(asked.len(), 7);
    assert!(asked.iter().all(|call| call["error"] == "message_not_found"), "{asked:?}");
}
