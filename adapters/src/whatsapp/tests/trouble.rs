//! What if Meta fails, limits, repeats, reorders, or does not answer? Nothing acknowledged is lost, and what we say
//! arrives once and in its order.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;
use studio_core::{
    content::{Content, Loss, Source},
    dialogue::Body,
};
use url::Url;

use super::{
    content::value,
    scene::{ADA, Scene, account},
};
use crate::{
    host::{AcceptError, Host as _},
    platform::{Leaving, Outcome, Scope},
    rate::Rate,
};

#[tokio::test]
async fn with_everything_going_wrong_each_message_arrives_once_and_in_order() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "0" })).await;
    scene.stored(2).await;
    let plan = json!({
        "seed": 7, "too_many": 0.15, "too_many_seconds": 0, "failed": 0.15, "answer_lost": 0.15,
        "slow": 0.1, "slow_milliseconds": 20, "repeated": 0.3, "swapped": 0.2,
    });
    scene.faults(plan).await;
    for number in 1..=20 {
        scene.ada("say", json!({ "text": number.to_string() })).await;
        let attempt = scene.say(Content::text(format!("Answer {number}"))).await;
        assert_eq!(attempt.outcome, Outcome::Done, "{number}");
    }
    scene.stored(22).await;
    scene.faults(json!({})).await;

    let heard = scene.host.accepted().into_iter().filter_map(|incoming| match incoming.body {
        Body::Message { content, .. } => Some(content.plain()),
        _ => None,
    });
    let heard = heard.collect::<Vec<_>>();
    assert_eq!(heard.len(), 21, "none twice: {heard:?}");
    assert_eq!(heard.iter().collect::<BTreeSet<_>>().len(), 21, "none lost: {heard:?}");

    let said = scene.said().await;
    let said = said.iter().map(|message| message["text"]["body"].as_str().unwrap_or_default().to_owned());
    let expected = (1..=20).map(|number| format!("Answer {number}"));
    assert_eq!(said.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn what_the_studio_has_no_room_for_comes_again() {
    let scene = Scene::start().await;
    scene.host.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    for text in ["one", "two"] {
        scene.ada("say", json!({ "text": text })).await;
    }
    scene.until("refused", || async { scene.get("state").await["posted"].as_u64() >= Some(3) }).await;
    assert!(scene.host.accepted().is_empty());
    scene.host.refuse(None);
    scene.stored(3).await;
    scene.host.refuse(Some(AcceptError::Store("the disk is full".into())));
    scene.ada("say", json!({ "text": "three" })).await;
    scene.until("tried", || async { scene.get("state").await["posted"].as_u64() >= Some(6) }).await;
    scene.host.refuse(None);
    scene.stored(4).await;
}

#[tokio::test]
async fn a_message_that_may_have_left_is_not_sent_twice() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.host.say_quietly(scene.conversation(), Content::text("Once"));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    assert_eq!(scene.account.send(&scene.host, &leaving).await.outcome, Outcome::Done);
    scene.until("its status came", || async { scene.host.reports().len() == 2 }).await;

    // The process died before the answer was kept, and after the status was: another one knows that it has left.
    let second = account(&scene.simulator);
    let uncertain = Leaving { uncertain: true, ..leaving };
    let again = second.send(&scene.host, &uncertain).await;
    assert_eq!((again.outcome, again.parts.len(), again.losses), (Outcome::Done, 1, Vec::new()));
    assert_eq!(scene.said().await.len(), 1);

    // One of which nothing was heard leaves at the second try, and says that it may have left before.
    let never = Leaving { key: "another".into(), ..uncertain };
    let first = second.send(&scene.host, &never).await;
    assert!(matches!(first.outcome, Outcome::Retry { scope: Scope::Chat, after: Some(_), .. }), "{first:?}");
    let again = second.send(&scene.host, &never).await;
    assert_eq!((again.outcome, again.losses), (Outcome::Done, vec![Loss::SentAgain]));
    assert_eq!(scene.said().await.len(), 2);
}

#[tokio::test]
async fn what_meta_has_refused_is_no_doubt() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.host.say_quietly(scene.conversation(), Content::text("Once"));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    scene.faults(json!({ "too_many": 1.0, "too_many_seconds": 0 })).await;
    assert!(matches!(scene.account.send(&scene.host, &leaving).await.outcome, Outcome::Retry { .. }));
    scene.faults(json!({})).await;
    // The studio marks every second try.
    leaving.uncertain = true;
    let again = scene.account.send(&scene.host, &leaving).await;
    assert_eq!((again.outcome, again.losses), (Outcome::Done, Vec::new()));
}

#[tokio::test]
async fn what_needs_a_phone_number_leaves_by_it() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.faults(json!({ "refused": 1.0, "code": 131_062 })).await;
    let attempt = scene.say(Content::text("By phone")).await;
    assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
    assert_eq!(scene.said().await[0]["to"], "4915112345678");
}

#[tokio::test]
async fn what_passes_by_itself_waits_and_what_does_not_is_dead() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.host.say_quietly(scene.conversation(), Content::text("Once"));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let outcome = async |code: i64| {
        scene.faults(json!({ "refused": 1.0, "code": code })).await;
        scene.account.send(&scene.host, &leaving).await.outcome
    };
    for code in [80_007, 131_048] {
        let told = outcome(code).await;
        assert!(matches!(&told, Outcome::Retry { after: Some(_), scope: Scope::Connection, .. }), "{told:?}");
    }
    for (code, advice) in [(131_042, "set a way to pay"), (131_049, "24 hours"), (131_050, "send none")] {
        let told = outcome(code).await;
        assert!(matches!(&told, Outcome::Dead { reason } if reason.contains(advice)), "{told:?}");
    }
    scene.faults(json!({})).await;
    assert_eq!(scene.account.send(&scene.host, &leaving).await.outcome, Outcome::Done);
}

#[tokio::test]
async fn pages_keep_to_what_may_leave() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    let buttons = (1..=30).map(|number| value(&format!("Choice {number}"), &format!("c{number}"))).collect();
    scene.say(Content::Buttons { text: "Which?".into(), buttons }).await;
    scene.host.pace(Rate { count: 1, per: SignedDuration::from_secs(6) });
    for _ in 0..3 {
        scene.ada("press", json!({ "choice": "More" })).await;
    }
    scene.until("one page is shown", || async { scene.said().await.len() == 2 }).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!((scene.said().await.len(), scene.host.turns()), (2, 1), "the others wait for their turn");
    scene.host.advance(SignedDuration::from_secs(6));
    // Whatever is asked for makes it look again.
    scene.ada("press", json!({ "choice": "More" })).await;
    scene.until("another page is shown", || async { scene.said().await.len() == 3 }).await;
    assert_eq!(scene.host.turns(), 2);
}

#[tokio::test]
async fn a_message_of_parts_goes_on_where_it_stopped() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let text = (1..=900).map(|number| format!("Sentence {number}.")).collect::<Vec<_>>().join(" ");
    scene.host.say_quietly(scene.conversation(), Content::text(text.clone()));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let all = scene.account.send(&scene.host, &leaving).await;
    assert!(all.parts.len() >= 3 && !all.losses.is_empty(), "{all:?}");
    leaving.key = "again".into();
    leaving.parts = all.parts[..2].to_vec();
    let rest = scene.account.send(&scene.host, &leaving).await;
    assert_eq!(rest.parts.len(), all.parts.len() - 2);
    let said = scene.said().await;
    let first =
        said[..all.parts.len()].iter().map(|message| message["text"]["body"].as_str().unwrap_or_default());
    assert_eq!(first.collect::<Vec<_>>().join(" "), text, "nothing is missing");
    assert_eq!(said[all.parts.len()]["text"], said[2]["text"], "it went on behind the second part");
}

#[tokio::test]
async fn of_a_message_of_parts_none_is_sent_twice_after_a_kill() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let text = (1..=900).map(|number| format!("Sentence {number}.")).collect::<Vec<_>>().join(" ");
    scene.host.say_quietly(scene.conversation(), Content::text(text));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let all = scene.account.send(&scene.host, &leaving).await;
    assert!(all.parts.len() >= 3, "{all:?}");
    let told = || async {
        let reports = scene.host.reports();
        all.parts.iter().all(|part| reports.iter().any(|(_, report)| report.part == *part))
    };
    scene.until("the status of each came", told).await;
    // All of them have left, and the process ended before it could note one.
    let next = account(&scene.simulator);
    let again = next.send(&scene.host, &Leaving { uncertain: true, ..leaving.clone() }).await;
    assert_eq!((again.outcome, &again.parts), (Outcome::Done, &all.parts));
    assert_eq!(scene.said().await.len(), all.parts.len());

    // What this process was refused itself is no doubt, nor is what comes behind it.
    let refused = Leaving { key: "refused".into(), ..leaving };
    scene.faults(json!({ "too_many": 1.0, "too_many_seconds": 0 })).await;
    assert!(matches!(next.send(&scene.host, &refused).await.outcome, Outcome::Retry { .. }));
    scene.faults(json!({})).await;
    let again = next.send(&scene.host, &Leaving { uncertain: true, ..refused }).await;
    assert_eq!(
        (again.outcome, again.losses, again.parts.len()),
        (Outcome::Done, all.losses, all.parts.len())
    );
}

#[tokio::test]
async fn one_person_who_gets_too_much_holds_up_nobody_else() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.host.say_quietly(scene.conversation(), Content::text("Spam"));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let mut waits = Vec::new();
    for number in 0..48 {
        let one = Leaving { key: format!("spam{number}"), ..leaving.clone() };
        match scene.account.send(&scene.host, &one).await.outcome {
            Outcome::Done => assert!(number < 46, "{number}"),
            Outcome::Retry { after, scope: Scope::Chat, error } => {
                assert!(error.contains("131056"), "{error}");
                waits.push(after.expect("a time").as_secs());
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits[..2], [4, 16], "longer each time: {waits:?}");

    scene.faults(json!({ "too_many": 1.0, "too_many_seconds": 9 })).await;
    match scene.account.send(&scene.host, &leaving).await.outcome {
        Outcome::Retry { after, scope: Scope::Connection, .. } => {
            assert_eq!(after, Some(SignedDuration::from_secs(9)));
        }
        other => panic!("{other:?}"),
    }
    scene.faults(json!({ "token_revoked": true })).await;
    match scene.account.send(&scene.host, &leaving).await.outcome {
        Outcome::Retry { scope: Scope::Connection, error, .. } => {
            assert!(error.contains("make a new one"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.account.standing().token_valid, Some(false));
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_is_waited_for() {
    let scene = Scene::start().await;
    let nowhere = account(&Url::parse("http://127.0.0.1:9/").expect("an address"));
    scene.host.say_quietly(scene.conversation(), Content::text("Hello?"));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    leaving.last_heard = Some(scene.host.now());
    match nowhere.send(&scene.host, &leaving).await.outcome {
        Outcome::Retry { scope: Scope::Connection, error, .. } => {
            assert!(error.contains("cannot be reached"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

/// A page that was asked for outlives the process.
#[tokio::test]
async fn a_page_that_was_asked_for_is_shown_after_a_restart() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    let buttons = (1..=12).map(|number| value(&format!("Choice {number}"), &format!("c{number}"))).collect();
    scene.say(Content::Buttons { text: "Which?".into(), buttons }).await;
    scene.faults(json!({ "failed": 1.0 })).await;
    scene.ada("press", json!({ "choice": "More" })).await;
    let remembered = || async {
        let kept = scene.host.recall("shop", "pages").await.expect("in memory");
        kept.is_some_and(|kept| kept.contains(ADA))
    };
    scene.until("the page is remembered", remembered).await;

    let second = std::sync::Arc::new(account(&scene.simulator));
    scene.faults(json!({})).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(second.run(scene.host.clone(), stop.clone()));
    scene.until("shown", || async { scene.said().await.len() >= 2 }).await;
    let page = scene.said().await.remove(1);
    assert_eq!(page["interactive"]["action"]["sections"][0]["rows"][0]["title"], "Choice 10");
    let pages = || async {
        let kept = scene.host.recall("shop", "pages").await.expect("in memory").expect("it is kept");
        serde_json::from_str::<Vec<serde_json::Value>>(&kept).expect("JSON")
    };
    scene.until("it is known that it is shown", || async { pages().await[0]["shown"] == json!(true) }).await;
    assert!(pages().await[0]["heard"].is_string(), "it is known when it was asked for");
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(5), running)
        .await
        .expect("it ends promptly")
        .expect("it does not panic");
}

#[tokio::test]
async fn an_address_of_a_file_that_meta_does_not_take_is_written_out() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let picture =
        |url: &str| Content::Image { source: Source::Url(url.into()), alt: "A tent".into(), caption: None };
    let attempt = scene.say(picture("https://shop.example/tent.GIF?size=2")).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    assert_eq!(attempt.losses, [Loss::ImageAsLink { alt: "A tent".into() }]);
    let file = Content::File {
        source: Source::Url("https://shop.example/all.zip".into()),
        name: "all.zip".into(),
        media_type: "application/zip".into(),
        size: 0,
    };
    assert_eq!(scene.say(file).await.losses, [Loss::FileAsLink { name: "all.zip".into() }]);
    assert_eq!(scene.say(picture("https://shop.example/tent.png")).await.losses, Vec::new());
    let kinds = scene.said().await.iter().map(|said| said["type"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds, ["text", "text", "image"]);
}

#[tokio::test]
async fn a_page_does_not_leave_when_the_window_has_closed() {
    let scene = Scene::start().await;
    let page = json!({
        "thread": ADA, "native": "wamid.old", "list": 1, "number": 1, "heard": "2020-01-01T00:00:00Z"});
    let kept = json!([page]).to_string();
    scene.host.remember("shop", "pages", kept).await.expect("in memory");
    let second = std::sync::Arc::new(account(&scene.simulator));
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(std::sync::Arc::clone(&second).run(scene.host.clone(), stop.clone()));
    let told = || async {
        let error = second.standing().last_error;
        error.is_some_and(|(_, error)| error.contains("not shown") && error.contains("more than 24 hours"))
    };
    scene.until("it is told", told).await;
    assert_eq!(scene.said().await, Vec::<serde_json::Value>::new());
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(5), running)
        .await
        .expect("it ends promptly")
        .expect("it does not panic");
}

#[tokio::test]
async fn a_press_that_finds_no_room_comes_again_and_none_is_dropped() {
    let nowhere = account(&Url::parse("http://127.0.0.1:9/").expect("an address"));
    let host = crate::testing::Memory::new(&[]);
    let page =
        |number: usize| json!({ "thread": ADA, "native": format!("wamid.{number}"), "list": 1, "number": 1 });
    let mut pages = (0..1_000).map(page).collect::<Vec<_>>();
    // One that the process before has shown waits for nothing, and is not shown again.
    pages.push(json!({ "thread": ADA, "native": "wamid.shown", "list": 1, "number": 1, "shown": true }));
    let kept = serde_json::Value::from(pages).to_string();
    host.remember("shop", "pages", kept.clone()).await.expect("in memory");
    let ask = async |native: &str| nowhere.ask_page(&host, ADA.into(), native.into(), 1, 1, None).await;
    let full = ask("wamid.new").await.expect_err("there is no room");
    assert_eq!(full.status, axum::http::StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.retry_after.is_some());
    for known in ["wamid.0", "wamid.shown"] {
        assert_eq!(ask(known).await, Ok(()), "{known}");
    }
    assert_eq!(host.recall("shop", "pages").await, Ok(Some(kept)));
}
