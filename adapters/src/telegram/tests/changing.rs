//! What becomes of a message that is changed?

use jiff::SignedDuration;
use serde_json::json;
use studio_core::content::Content;

use super::{
    stage::{ADA, Stage, until},
    words::{LOCAL, below, card, link, losses, yes},
};
use crate::{
    platform::{Attempt, Outcome, Scope},
    rate::Rate,
    testing::{edit, edit_of},
};

#[tokio::test]
async fn a_change_with_a_link_that_is_refused_writes_it_into_the_text() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let said = stage.account.send(&stage.memory, &stage.leaving("7", Content::text("Look"))).await;
    let written = "link button “Open” written into the text".to_owned();

    let look = Content::Buttons { text: "Look here".into(), buttons: vec![link(LOCAL), yes()] };
    let changed = stage.account.edit(&stage.memory, &edit("7", &said.parts, look)).await;
    assert_eq!((&changed.outcome, losses(&changed)), (&Outcome::Done, vec![written.clone()]));
    assert_eq!(stage.told(ADA), [format!("Look here\nOpen: {LOCAL}")]);
    assert_eq!((&changed.parts, below(&stage)), (&said.parts, vec!["Yes".to_owned()]));

    // Where that is too much for one message, the rest follows, before what stood behind it.
    let text = "a ".repeat(2_039) + "a";
    let long = Content::Buttons { text, buttons: vec![link(LOCAL), yes()] };
    let longer = stage.account.edit(&stage.memory, &edit("7", &changed.parts, long)).await;
    assert_eq!((&longer.outcome, longer.parts.len()), (&Outcome::Done, 2));
    assert_eq!(losses(&longer), [written, "text divided into 2 messages".to_owned()]);
    let told = stage.told(ADA);
    assert!(told.len() == 2 && told[1].ends_with(&format!("Open: {LOCAL}")), "{told:?}");
    assert_eq!(below(&stage), ["Yes"]);

    let shorter = stage.account.edit(&stage.memory, &edit("7", &longer.parts, Content::text("Look"))).await;
    assert_eq!((shorter.outcome, shorter.parts), (Outcome::Done, said.parts));
    assert_eq!(stage.told(ADA), ["Look"]);
}

#[tokio::test]
async fn a_change_of_what_left_as_words_stays_words() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let picture = "https://shop.example/pictures/tent.svg";
    let said = stage.leaving("7", card("Light and dry", picture, vec![yes()]));
    let said = stage.account.send(&stage.memory, &said).await;
    let change = edit("7", &said.parts, card("Light, dry and green", picture, vec![yes(), link(LOCAL)]));
    let changed = stage.account.edit(&stage.memory, &change).await;
    assert_eq!((&changed.outcome, &changed.parts), (&Outcome::Done, &said.parts));
    let given_up = ["link button “Open” written into the text", "picture written as a link: “A tent”"];
    assert_eq!(losses(&changed), given_up);
    let told = stage.told(ADA);
    let [told] = told.as_slice() else { panic!("{told:?}") };
    for words in ["Light, dry and green", picture, LOCAL] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(below(&stage), ["Yes"]);
}

#[tokio::test]
async fn new_words_for_a_picture_stand_below_it() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let change = async |parts: &[String], text: String| {
        stage.account.edit(&stage.memory, &edit("7", parts, Content::text(text))).await
    };
    let card = card("Light and dry", "https://shop.example/tent.png", vec![yes()]);
    let said = stage.account.send(&stage.memory, &stage.leaving("7", card)).await;
    let changed = change(said.parts.as_slice(), "It is **sold out**".into()).await;
    assert_eq!((&changed.outcome, &changed.parts), (&Outcome::Done, &said.parts));
    assert_eq!(losses(&changed), ["the picture or file that was sent stays, with the new words below it"]);
    assert_eq!((stage.told(ADA), below(&stage)), (vec!["It is sold out".to_owned()], Vec::new()));

    let place =
        Content::Location { latitude_microdegrees: 52_516_275, longitude_microdegrees: 0, label: None };
    let place = stage.account.send(&stage.memory, &stage.leaving("7", place)).await;
    for (parts, text) in
        [(said.parts.as_slice(), "word ".repeat(300)), (place.parts.as_slice(), "Here".into())]
    {
        let changed = change(parts, text).await;
        let Outcome::Dead { reason } = &changed.outcome else { panic!("{changed:?}") };
        assert!(reason.starts_with("what was sent has no text that could be changed so"), "{reason}");
    }
}

#[tokio::test]
async fn parts_that_a_change_adds_count_as_those_of_a_message_do() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let said = stage.account.send(&stage.memory, &stage.leaving("7", Content::text("Short"))).await;
    stage.memory.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let mut change = edit("7", &said.parts, Content::text("word ".repeat(2_500)));
    let longer = stage.account.edit(&stage.memory, &change).await;
    assert_eq!((longer.parts.len(), stage.memory.turns()), (2, 1), "the server has counted the change");
    let Outcome::Retry { after, scope, .. } = longer.outcome else { panic!("{longer:?}") };
    assert_eq!((after, scope), (Some(SignedDuration::from_hours(6)), Scope::Chat));
    // It goes on behind them.
    stage.memory.pace(Rate { count: 10, per: SignedDuration::from_secs(1) });
    change.parts = longer.parts;
    let whole = stage.account.edit(&stage.memory, &change).await;
    assert_eq!((&whole.outcome, &whole.parts[..2]), (&Outcome::Done, &change.parts[..]));
    let told = stage.told(ADA);
    assert_eq!((told.len(), told.concat().matches("word").count()), (whole.parts.len(), 2_500));
}

#[tokio::test]
async fn each_message_that_a_change_touches_counts() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let long = stage.leaving("7", Content::text("word ".repeat(2_500)));
    let said = stage.account.send(&stage.memory, &long).await;
    let all = said.parts.len();
    assert!(all > 2, "{said:?}");
    let few = || stage.memory.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let waits = |outcome: &Outcome| matches!(outcome, Outcome::Retry { scope: Scope::Chat, .. });

    few();
    let change = edit("7", &said.parts, Content::text("mild ".repeat(2_500)));
    let changed = stage.account.edit(&stage.memory, &change).await;
    assert!(waits(&changed.outcome) && changed.parts[..] == said.parts[..2], "{changed:?}");
    assert_eq!(stage.memory.turns(), 1, "the server has counted the change");

    few();
    let gone = stage.account.retract(&stage.memory, "7", &said.parts).await;
    assert!(waits(&gone.outcome), "{gone:?}");
    assert_eq!((stage.told(ADA).len(), stage.memory.turns()), (all - 2, 2));
    stage.memory.pace(Rate { count: 100, per: SignedDuration::from_secs(1) });
    let gone = stage.account.retract(&stage.memory, "7", &said.parts).await;
    assert_eq!((gone.outcome, stage.told(ADA).len()), (Outcome::Done, 0));
}

#[tokio::test]
async fn what_is_no_words_stays_where_the_rest_of_a_message_is_changed() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let refused = |attempt: &Attempt, expected: &str| {
        let Outcome::Dead { reason } = &attempt.outcome else { panic!("{attempt:?}") };
        assert!(reason.starts_with(expected), "{reason}");
    };
    // Too long a label stands in a message of its own.
    let there = |latitude_microdegrees, label: &str| Content::Location {
        latitude_microdegrees,
        longitude_microdegrees: 13_377_704,
        label: Some(label.repeat(40)),
    };
    let left = there(52_516_275, "left ");
    let said = stage.account.send(&stage.memory, &stage.leaving("7", left.clone())).await;
    assert_eq!(said.parts.len(), 2);
    let right = edit_of(&left, "7", &said.parts, there(52_516_275, "right "));
    let changed = stage.account.edit(&stage.memory, &right).await;
    assert_eq!((changed.outcome, &changed.parts), (Outcome::Done, &said.parts));
    let told = stage.told(ADA);
    assert!(told.len() == 2 && told[1].starts_with("right right"), "{told:?}");
    let elsewhere = edit_of(&left, "7", &said.parts, there(48_000_000, "there "));
    refused(&stage.account.edit(&stage.memory, &elsewhere).await, "only words can be changed on Telegram");
    assert_eq!(stage.told(ADA), told, "nothing of it is changed");

    let cards = |text: &str, picture: &str| {
        let card = |text: &str, picture: &str| match card(text, picture, vec![]) {
            Content::Card(card) => card,
            other => panic!("{other:?}"),
        };
        Content::Carousel { cards: vec![card("Light", "https://shop.example/tent.png"), card(text, picture)] }
    };
    let (bag, other) = ("https://shop.example/bag.png", "https://shop.example/other.png");
    let warm = cards("Warm", bag);
    let said = stage.account.send(&stage.memory, &stage.leaving("7", warm.clone())).await;
    assert_eq!(said.parts.len(), 2);
    let change = edit_of(&warm, "7", &said.parts, cards("Sold out", bag));
    assert_eq!(stage.account.edit(&stage.memory, &change).await.outcome, Outcome::Done);
    assert_eq!(stage.told(ADA)[2..], ["Alva\nLight", "Alva\nSold out"]);
    let change = edit_of(&warm, "7", &said.parts, cards("Back again", other));
    refused(&stage.account.edit(&stage.memory, &change).await, "of a picture only the words below it");
    assert_eq!(stage.told(ADA)[2..], ["Alva\nLight", "Alva\nSold out"]);
}
