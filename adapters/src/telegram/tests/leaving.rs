//! What becomes of a message that cannot leave as it is?

use axum::body::Bytes;
use jiff::SignedDuration;
use serde_json::json;
use studio_core::content::{Action, Button, Card, Content, Picture, Source};
use studio_simulators::{faults::Plan, telegram::Settings};

use super::{
    stage::{ADA, Stage, line, until},
    words::{LOCAL, below, card, link, losses, yes},
};
use crate::{
    host::{Host as _, MediaFacts},
    platform::{Outcome, Scope},
    rate::Rate,
    testing::edit,
};

#[tokio::test]
async fn each_part_of_a_message_counts() {
    let stage = Stage::quiet("", Settings { limited: false, ..Settings::default() }).await;
    stage.act("start", json!({ "person": ADA }));
    stage.memory.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    let long = Content::text("word ".repeat(2_500));
    let attempt = stage.account.send(&stage.memory, &stage.leaving("7", long)).await;
    assert_eq!(
        (attempt.parts.len(), stage.memory.turns()),
        (2, 1),
        "the server has counted the first itself"
    );
    let Outcome::Retry { after, scope, .. } = attempt.outcome else { panic!("{attempt:?}") };
    assert_eq!((after, scope), (Some(SignedDuration::from_hours(6)), Scope::Chat));
}

#[tokio::test]
async fn where_nothing_can_be_sent_it_is_said_what_to_do() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    stage.act("block", json!({ "person": ADA }));
    until("blocked", || stage.heard("7").contains(&r#"blocked {"chat":null}"#.to_owned()).then_some(()))
        .await;
    let check = async |thread: &str, content: Content, expected: &str| {
        let attempt = stage.account.send(&stage.memory, &stage.leaving(thread, content)).await;
        let Outcome::Dead { reason } = &attempt.outcome else { panic!("{attempt:?}") };
        assert!(reason.starts_with(expected), "{reason:?} does not begin with {expected:?}");
    };
    let hello = || Content::text("Hello");
    let why = || stage.memory.why_unreachable(stage.conversation("7")).unwrap_or_default();
    until("it is told", || why().starts_with("the person has blocked the bot").then_some(())).await;
    let blocked = stage.account.send(&stage.memory, &stage.leaving("7", hello())).await.outcome;
    assert!(
        matches!(&blocked, Outcome::Unreachable { reason } if reason.starts_with("the person has blocked the bot")),
        "{blocked:?}"
    );
    check("4711", hello(), "there is no such chat for this bot").await;
    check("web-session", hello(), "“web-session” is no chat of Telegram").await;
    stage.act("group", json!({"id": -1_001_000_000_000_i64, "title": "Camp", "forum": true, "topics": [5]}));
    check("-1001000000000/6", hello(), "the topic is closed or was deleted").await;
    stage.act("remove_bot", json!({ "chat": -1_001_000_000_000_i64 }));
    check("-1001000000000/5", hello(), "the bot is not in this group any more").await;
    stage.act("business", json!({"id": "b1", "owner": 8, "enabled": false}));
    stage.act("person", json!({ "id": 9 }));
    check("9@b1", hello(), "the business account is not connected").await;
    stage.act("unblock", json!({ "person": ADA }));
    let change = edit("7", &["999".into()], hello());
    let Outcome::Dead { reason } = stage.account.edit(&stage.memory, &change).await.outcome else {
        panic!("dead")
    };
    assert!(reason.starts_with("the message cannot be changed any more"), "{reason}");
}

#[tokio::test]
async fn what_telegram_does_not_take_goes_with_less() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let check = async |content: Content, expected: &str, losses: &[&str]| {
        let attempt = stage.account.send(&stage.memory, &stage.leaving("7", content)).await;
        assert_eq!(attempt.outcome, Outcome::Done);
        assert_eq!(stage.told(ADA).last().map(String::as_str), Some(expected));
        assert_eq!(self::losses(&attempt), losses);
    };
    let local = Button { title: "Shop".into(), action: Action::Link("http://localhost/".into()) };
    check(
        Content::Buttons { text: "Look".into(), buttons: vec![local] },
        "Look\nShop: http://localhost/",
        &["link button “Shop” written into the text"],
    )
    .await;
    let image =
        |url: &str| Content::Image { source: Source::Url(url.into()), alt: "A tent".into(), caption: None };
    check(
        image("ftp://shop.example/tent.png"),
        "A tent: ftp://shop.example/tent.png",
        &["picture written as a link: “A tent”"],
    )
    .await;
    check(
        image("https://shop.example/missing.png"),
        "A tent: https://shop.example/missing.png",
        &["picture written as a link: “A tent”"],
    )
    .await;
    let file = |name: &str| Content::File {
        source: Source::Url(format!("https://shop.example/{name}")),
        name: name.into(),
        media_type: "text/plain".into(),
        size: 0,
    };
    check(file("bill.pdf"), "(no words)", &[]).await;
    check(
        file("bill.txt"),
        "bill.txt: https://shop.example/bill.txt",
        &["file written as a link: “bill.txt”"],
    )
    .await;
    let gone = Source::Media(studio_core::id::MediaId(ulid::Ulid(1)));
    let facts = MediaFacts { name: "old.pdf".into(), media_type: "application/pdf".into(), size: 0 };
    let empty = stage.memory.save_media(stage.conversation("7"), facts, Bytes::new()).await;
    for source in [gone, Source::Media(empty.expect("kept in memory"))] {
        check(
            Content::File { source, name: "old.pdf".into(), media_type: "application/pdf".into(), size: 0 },
            "old.pdf",
            &["file lost, only its name is left: “old.pdf”"],
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_written_in_place_of_a_button_is_divided_as_all_words_are() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let written = "link button “Open” written into the text".to_owned();

    let text = "a ".repeat(2_039) + "a";
    let buttons = vec![link(LOCAL), yes()];
    let long = Content::Buttons { text: text.clone(), buttons: buttons.clone() };
    let attempt = stage.account.send(&stage.memory, &stage.leaving("7", long)).await;
    assert_eq!((&attempt.outcome, attempt.parts.len()), (&Outcome::Done, 2));
    assert_eq!(losses(&attempt), [written.clone(), "text divided into 2 messages".to_owned()]);
    assert_eq!(
        stage.told(ADA).concat().replace(['\n', ' '], ""),
        format!("{text}Open:{LOCAL}").replace(' ', "")
    );
    assert_eq!(below(&stage), ["Yes"]);

    let card = card(&"b ".repeat(500), "https://shop.example/tent.png", buttons);
    let attempt = stage.account.send(&stage.memory, &stage.leaving("7", card)).await;
    assert_eq!((&attempt.outcome, attempt.parts.len()), (&Outcome::Done, 2));
    let undescribed = "description of a picture lost, the channel has no place for it: “A tent”".to_owned();
    assert_eq!(losses(&attempt), [undescribed, written, "caption sent as a message of its own".to_owned()]);
    let told = stage.told(ADA);
    let [.., picture, words] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(picture, "(no words)");
    assert!(words.starts_with("Alva\nb b ") && words.ends_with(&format!("Open: {LOCAL}")), "{words}");
    assert_eq!(below(&stage), ["Yes"]);

    // Of both messages nothing is left.
    let attempt = stage.account.retract(&stage.memory, "7", &attempt.parts).await;
    assert_eq!((attempt.outcome, stage.told(ADA).len()), (Outcome::Done, 2));
}

#[tokio::test]
async fn what_was_divided_for_a_refused_link_goes_on_behind_what_left() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    stage.memory.pace(Rate { count: 1, per: SignedDuration::from_hours(6) });
    stage.memory.take_turn("tg", stage.conversation("7"), "7").expect("one is free");
    let text = "a ".repeat(2_039) + "a";
    let mut leaving = stage.leaving("7", Content::Buttons { text, buttons: vec![link(LOCAL), yes()] });
    let attempt = stage.account.send(&stage.memory, &leaving).await;
    assert!(matches!(attempt.outcome, Outcome::Retry { .. }) && attempt.parts.len() == 1, "{attempt:?}");
    leaving.parts = attempt.parts;
    stage.memory.pace(Rate { count: 10, per: SignedDuration::from_secs(1) });
    let attempt = stage.account.send(&stage.memory, &leaving).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 1));
    let told = stage.told(ADA);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].ends_with(&format!("Open: {LOCAL}")), "{told:?}");
    leaving.parts.extend(attempt.parts);
    let attempt = stage.account.send(&stage.memory, &leaving).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 0), "all of it has left");
}

#[tokio::test]
async fn words_whose_marks_are_refused_go_without_also_below_a_picture_and_in_a_change() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    stage.simulator.fail(Plan { marks_refused: true, ..Plan::default() });
    let picture = "https://shop.example/tent.png";
    for (content, said, change, changed) in [
        (Content::text("It is **red**"), "It is red", Content::text("**3 < 4** & light"), "3 < 4 & light"),
        (
            card("Light and **dry**", picture, vec![]),
            "Alva\nLight and dry",
            card("**Sold out**", picture, vec![]),
            "Alva\nSold out",
        ),
    ] {
        let attempt = stage.account.send(&stage.memory, &stage.leaving("7", content)).await;
        assert_eq!(attempt.outcome, Outcome::Done);
        assert_eq!(stage.told(ADA).last().map(String::as_str), Some(said));
        let attempt = stage.account.edit(&stage.memory, &edit("7", &attempt.parts, change)).await;
        assert_eq!(attempt.outcome, Outcome::Done);
        assert_eq!(stage.told(ADA).last().map(String::as_str), Some(changed));
    }
}

/// Telegram takes no SVG as a photo, which the sample shop's pictures are.
#[tokio::test]
async fn a_card_whose_picture_is_no_photo_keeps_all_else() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let shop = link("https://shop.example/alva");
    let card = card("Light and dry", "https://shop.example/pictures/tent.svg", vec![yes(), shop]);
    let attempt = stage.account.send(&stage.memory, &stage.leaving("7", card)).await;
    assert_eq!((&attempt.outcome, attempt.parts.len()), (&Outcome::Done, 1));
    assert_eq!(losses(&attempt), ["picture written as a link: “A tent”"]);
    let expected = "Alva\nLight and dry\nA tent: https://shop.example/pictures/tent.svg";
    assert_eq!(stage.told(ADA), [expected]);
    assert_eq!(below(&stage), ["Yes", "Open"]);
}

#[tokio::test]
async fn a_message_of_several_parts_goes_on_behind_those_that_left() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let mut leaving = stage.leaving("7", Content::text("word ".repeat(2000)));
    leaving.parts = vec!["1".into()];
    let attempt = stage.account.send(&stage.memory, &leaving).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 2));
    assert_eq!(attempt.losses.len(), 1, "{:?}", attempt.losses);
    assert_eq!(stage.told(ADA).len(), 2, "the first of three had left before");
}

/// Telegram knows no repeats. Of a message of several parts none comes twice but the one whose answer was lost.
#[tokio::test]
async fn a_picture_or_a_file_whose_answer_is_lost_comes_once_more_and_no_other_does() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    until("opened", || (stage.heard("7").len() == 1).then_some(())).await;
    let kept = async |name: &str, media_type: &str, bytes: &'static [u8]| {
        let facts = MediaFacts { name: name.into(), media_type: media_type.into(), size: bytes.len() as u64 };
        let kept = stage.memory.save_media(stage.conversation("7"), facts, Bytes::from_static(bytes)).await;
        Source::Media(kept.expect("kept in memory"))
    };
    let tent = kept("tent.png", "image/png", b"\x89PNG\r\n\x1a\nthe rest").await;
    let bill = kept("bill.pdf", "application/pdf", b"%PDF bill").await;
    let card = |title: &str| Card {
        title: title.to_owned(),
        text: None,
        image: Some(Picture { source: tent.clone(), alt: "A tent".into() }),
        buttons: Vec::new(),
    };
    let album = Content::Carousel { cards: vec![card("Green"), card("Red")] };
    let (name, media_type) = ("bill.pdf".to_owned(), "application/pdf".to_owned());
    let file = Content::File { source: bill, name, media_type, size: 9 };
    for (content, method, parts, expected) in [(album, "sendPhoto", 2, 3), (file, "sendDocument", 1, 2)] {
        let before = stage.told(ADA).len();
        let mut leaving = stage.leaving("7", content);
        stage.simulator.fail(Plan { lose_answer_of: Some(method.to_owned()), ..Plan::default() });
        let first = stage.account.send(&stage.memory, &leaving).await;
        assert!(matches!(first.outcome, Outcome::Retry { .. }) && first.parts.is_empty(), "{first:?}");
        assert_eq!(stage.told(ADA).len(), before + 1, "{method}: it was done");
        leaving.uncertain = true;
        let again = stage.account.send(&stage.memory, &leaving).await;
        assert_eq!((again.outcome, again.parts.len()), (Outcome::Done, parts), "{method}");
        assert_eq!(stage.told(ADA).len(), before + expected, "{method}");
    }
}

#[tokio::test]
async fn a_group_that_moves_is_followed() {
    let stage = Stage::polling("").await;
    stage.act("group", json!({"id": -55, "title": "Camp"}));
    stage.act("say", json!({"person": ADA, "chat": -55, "text": "/hello"}));
    until("an answer", || (stage.told(-55).len() == 1).then_some(())).await;
    stage.act("migrate", json!({"chat": -55, "to": -1_001_000_000_055_i64}));
    let attempt = stage.account.send(&stage.memory, &stage.leaving("-55", Content::text("Still here"))).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    assert_eq!(stage.told(-1_001_000_000_055), ["Still here"]);
    let moved = ("tg".to_owned(), "-55".to_owned(), "-1001000000055".to_owned());
    until("it is told", || (stage.memory.moves().len() == 3).then_some(())).await;
    assert!(stage.memory.moves().iter().all(|found| *found == moved), "by the answer, and by both chats");
}

#[tokio::test]
async fn files_that_are_gone_or_too_large_say_so() {
    let stage = Stage::polling("").await;
    stage.act("start", json!({ "person": ADA }));
    stage.act("send", json!({"person": ADA, "kind": "voice", "content": "hm"}));
    let file = until("a voice", || stage.last().filter(|event| !event.attachments.is_empty())).await;
    assert_eq!(line(&file.body), "said voice.ogg");
    let native = &file.attachments[0].native;
    let error = stage.account.fetch("nonsense").await.expect_err("no file");
    assert!(error.to_string().contains("wrong file_id"), "{error}");
    stage.simulator.fail(Plan { media_expired: 1.0, ..Plan::default() });
    stage.account.fetch(native).await.expect_err("it is gone");
    stage.simulator.fail(Plan::default());
    assert_eq!(stage.account.fetch(native).await.expect("it is back"), "hm");
    let large =
        json!({"person": ADA, "kind": "document", "name": "big.bin", "content": "x".repeat((20 << 20) + 1)});
    stage.act("send", large);
    let file =
        until("a large file", || stage.last().filter(|event| line(&event.body) == "said big.bin")).await;
    let error = stage.account.fetch(&file.attachments[0].native).await.expect_err("too large");
    assert!(error.to_string().contains("larger than the 20 MB"), "{error}");
}

#[tokio::test]
async fn a_flood_in_one_chat_is_told_from_a_flood_everywhere() {
    let stage = Stage::polling("").await;
    for person in [7, 8] {
        stage.act("start", json!({ "person": person }));
    }
    until("both", || (stage.memory.accepted().len() == 2).then_some(())).await;
    stage.simulator.fail(Plan { too_many: 1.0, too_many_seconds: 5, ..Plan::default() });
    let mut scopes = Vec::new();
    // Two topics of a group are one chat.
    for thread in ["7", "7", "8", "-1001234/2", "-1001234/3", "9", "10"] {
        let attempt = stage.account.send(&stage.memory, &stage.leaving(thread, Content::text("x"))).await;
        let Outcome::Retry { after, scope, .. } = attempt.outcome else { panic!("a retry") };
        scopes.push((after.map(|after| after.as_secs()), scope));
    }
    let (last, first) = scopes.split_last().expect("there are some");
    assert!(first.iter().all(|scope| *scope == (Some(5), Scope::Chat)), "each waits for itself: {first:?}");
    assert_eq!(*last, (Some(5), Scope::Connection), "five chats are the bot");
}
