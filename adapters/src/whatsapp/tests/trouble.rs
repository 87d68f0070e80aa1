//! What if Meta fails, limits, repeats, reorders, or does not answer? Nothing acknowledged is lost, and what we say
//! arrives once and in its order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    content::{Card, Content, Loss, Picture, Source},
    dialogue::Body,
    policy::delivery::{Form, Otherwise},
};
use url::Url;

use super::{
    content::value,
    scene::{ADA, Scene, account},
};
use crate::{
    host::{AcceptError, Host as _, MediaFacts},
    platform::{FetchError, Leaving, Outcome, Scope},
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

/// What is not taken comes again for seven days: nothing but a lack of room may ever be refused.
#[tokio::test]
async fn no_event_is_refused() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "hello" })).await;
    scene.stored(2).await;
    let mut events = vec![json!({}), json!(null), json!("x".repeat(1 << 20)), json!({ "entry": {} })];
    for payloads in [include_str!("../fixtures/unread.json"), include_str!("../fixtures/ignored.json")] {
        let payloads: BTreeMap<String, Value> = serde_json::from_str(payloads).expect("a fixture");
        events.extend(payloads.into_values());
    }
    let before = scene.get("state").await["posted"].as_u64().expect("a number");
    for event in &events {
        scene.post("raw", event.clone()).await;
    }
    let all = before + events.len() as u64;
    scene.until("all is taken", || async { scene.get("state").await["taken"] == all }).await;
    assert_eq!(scene.get("state").await["posted"], all, "each at once");
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
async fn a_file_is_there_once_whichever_answer_is_lost() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    for (edge, expected) in [("media", 1), ("messages", 2)] {
        let facts = MediaFacts { name: "bill.pdf".into(), media_type: "application/pdf".into(), size: 9 };
        let kept = scene.host.save_media(scene.conversation(), facts, "%PDF bill".into()).await;
        let source = Source::Media(kept.expect("in memory"));
        let (name, media_type) = ("bill.pdf".to_owned(), "application/pdf".to_owned());
        scene.host.say_quietly(scene.conversation(), Content::File { source, name, media_type, size: 9 });
        let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
        scene.faults(json!({ "lose_answer_of": edge })).await;
        let first = scene.account.send(&scene.host, &leaving).await;
        assert!(matches!(first.outcome, Outcome::Retry { scope: Scope::Chat, .. }), "{edge}: {first:?}");
        if edge == "messages" {
            let tag = format!("{}.0", leaving.key);
            let told = || scene.host.reports().iter().any(|(_, report)| report.tag.as_deref() == Some(&*tag));
            scene.until("its status came", || async { told() }).await;
        }
        let again = scene.account.send(&scene.host, &Leaving { uncertain: true, ..leaving }).await;
        assert_eq!((again.outcome, again.losses), (Outcome::Done, Vec::new()), "{edge}");
        let said = scene.said().await;
        assert_eq!(said.len(), expected, "{edge}");
        assert!(said.iter().all(|message| message["type"] == "document"), "{said:?}");
    }
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

    // Who was known by a number and is known by an id since has none left, and an id is no number.
    let thread = format!("phone.{}", "0".repeat(32));
    scene.host.remember("shop", &format!("phone:{thread}"), ADA.to_owned()).await.expect("in memory");
    let message = scene.messages().await.pop().expect("it was said");
    let leaving = Leaving { thread, key: "by id".into(), ..scene.leaving(message) };
    match scene.account.send(&scene.host, &leaving).await.outcome {
        Outcome::Dead { reason } => assert!(reason.contains("131062"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.said().await.len(), 1);
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
async fn a_list_has_the_words_of_its_language() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let buttons = (1..=12).map(|number| value(&format!("Wahl {number}"), &format!("c{number}"))).collect();
    scene.say(Content::Buttons { text: "Welche?".into(), buttons }).await;
    let message = scene.messages().await.pop().expect("it was said");
    let german = Leaving { key: "german".into(), language: "de".into(), ..scene.leaving(message) };
    assert_eq!(scene.deliver(german).await.outcome, Outcome::Done);
    let action = scene.said().await.pop().expect("it was sent")["interactive"]["action"].clone();
    assert_eq!(
        (&action["button"], &action["sections"][0]["rows"][9]["title"]),
        (&json!("Auswählen"), &json!("Mehr"))
    );
}

#[tokio::test]
async fn what_is_left_of_a_list_is_a_message_of_its_own() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let buttons = (1..=30).map(|number| value(&format!("Choice {number}"), &format!("c{number}"))).collect();
    let list = scene.say(Content::Buttons { text: "**Which?**".into(), buttons }).await;
    assert!(list.losses.contains(&Loss::ListPaged { rows: 30, pages: 4 }), "{list:?}");
    let of = scene.messages().await.pop().expect("it was said").sequence;

    let next = scene.more().await;
    assert_eq!(next.losses, [Loss::ListPaged { rows: 21, pages: 3 }], "what is lost is told of each");
    let asked = scene.host.accepted().pop().expect("the press");
    assert!(matches!(asked.body, Body::More { of: told, .. } if told == of), "{asked:?}");
    let said_at = asked.said_at.expect("whoever presses may be answered for a day");
    let page = scene.said().await.pop().expect("it was sent")["interactive"].clone();
    assert_eq!(page["body"]["text"], "*Which?*");
    let rows = page["action"]["sections"][0]["rows"].clone();
    assert_eq!((&rows[0]["title"], &rows[0]["id"]), (&json!("Choice 10"), &json!("c10")));
    assert_eq!((&rows[9]["title"], &rows[9]["description"]), (&json!("More"), &json!("+12")));

    // It keeps to the window, as all that leaves.
    let message = scene.messages().await.pop().expect("it was said");
    let long_ago = said_at.checked_sub(SignedDuration::from_hours(25)).expect("a time");
    let late = Leaving { key: "late".into(), last_heard: Some(long_ago), ..scene.leaving(message) };
    match scene.account.send(&scene.host, &late).await.outcome {
        Outcome::Dead { reason } => assert!(reason.contains("more than 24 hours"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_meta_refuses_later_leaves_in_the_form_that_it_asks_for() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let picture = Content::Image {
        source: Source::Url("https://shop.example/tent.png".into()),
        alt: "A tent".into(),
        caption: None,
    };
    scene.host.say_quietly(scene.conversation(), picture);
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    let otherwise = |key: &str, form: Form| {
        let why = "Meta refused it".to_owned();
        Leaving { key: key.to_owned(), otherwise: vec![Otherwise { part: 0, form, why }], ..leaving.clone() }
    };
    let simpler = scene.account.send(&scene.host, &otherwise("simpler", Form::Simpler)).await;
    assert_eq!(simpler.outcome, Outcome::Done);
    assert_eq!(simpler.losses, [Loss::ImageAsLink { alt: "A tent".into() }]);
    let by_phone = scene.account.send(&scene.host, &otherwise("by phone", Form::ByPhone)).await;
    let lost = Loss::DescriptionLost { alt: "A tent".into() };
    assert_eq!((by_phone.outcome, by_phone.losses), (Outcome::Done, vec![lost]));
    let said = scene.said().await;
    assert_eq!((&said[0]["type"], &said[0]["recipient"]), (&json!("text"), &json!(ADA)));
    assert_eq!((&said[1]["type"], &said[1]["to"]), (&json!("image"), &json!("4915112345678")));

    // A text has no simpler form, and another process knows no number.
    scene.host.say_quietly(scene.conversation(), Content::text("Words"));
    let words = scene.messages().await.pop().expect("it was said");
    let words = Leaving { message: words, ..otherwise("words", Form::Simpler) };
    let unknown = account(&scene.simulator).send(&scene.host, &otherwise("unknown", Form::ByPhone)).await;
    for attempt in [scene.account.send(&scene.host, &words).await, unknown] {
        assert_eq!(attempt.outcome, Outcome::Dead { reason: "Meta refused it".to_owned() });
    }
    assert_eq!(scene.said().await.len(), 2);
}

#[tokio::test]
async fn a_list_that_nobody_knows_any_more_has_no_further_page() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let buttons = (1..=12).map(|number| value(&format!("Choice {number}"), &format!("c{number}"))).collect();
    scene.say(Content::Buttons { text: "Which?".into(), buttons }).await;
    scene.host.forget(scene.conversation());
    scene.ada("press", json!({ "choice": "More" })).await;
    scene.ada("say", json!({ "text": "And now?" })).await;
    scene.stored(3).await;
    assert_eq!((scene.host.accepted().len(), scene.said().await.len()), (3, 1));
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
async fn an_api_that_cannot_be_reached_or_is_not_metas_is_waited_for() {
    let scene = Scene::start().await;
    scene.host.say_quietly(scene.conversation(), Content::text("Hello?"));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    leaving.last_heard = Some(scene.host.now());
    let nowhere = Url::parse("http://127.0.0.1:9/").expect("an address");
    let elsewhere = scene.simulator.join("else/where").expect("an address");
    for (api, why) in [(nowhere, "cannot be reached"), (elsewhere, "404 Not Found without a code of Meta's")]
    {
        let account = account(&api);
        match account.send(&scene.host, &leaving).await.outcome {
            Outcome::Retry { scope: Scope::Connection, error, .. } => assert!(error.contains(why), "{error}"),
            other => panic!("{other:?}"),
        }
        let fetched = account.fetch(&scene.host, "1013859600285441").await;
        assert!(
            matches!(&fetched, Err(FetchError::Retry { error, .. }) if error.contains(why)),
            "{fetched:?}"
        );
    }
}

#[tokio::test]
async fn a_webhook_that_leads_to_another_program_is_told_by_its_host_with_what_to_do() {
    let scene = Scene::start().await;
    let own = scene.host.webhook_address("shop").expect("it has one");
    // What Meta calls is another address than the studio's by now.
    scene.host.publish_at(Url::parse("http://127.0.0.1:9/").expect("an address"));
    let standing = scene.account.examine(&scene.host).await;
    let told = format!("{:?}", standing.life);
    for words in
        ["Meta sends events to 127.0.0.1, and not to this studio", "pause and resume this connection"]
    {
        assert!(told.contains(words), "{told}");
    }
    assert!(!told.contains("webhooks/shop"), "the host alone: {told}");
    assert_eq!(standing.listening, Some(false));
    scene.host.publish_at(own.join("/").expect("an address"));
    let standing = scene.account.examine(&scene.host).await;
    assert!(!format!("{:?}", standing.life).contains("Meta sends events to"), "{standing:?}");
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
    // Of what it is said to be, and how large, no ending needs to tell.
    let told = |media_type: &str, size: u64| Content::File {
        source: Source::Url("https://shop.example/file".into()),
        name: "a file".into(),
        media_type: media_type.into(),
        size,
    };
    for (media_type, size) in [("application/x-tar", 9), ("audio/mpeg", 17 << 20), ("", 101 << 20)] {
        let losses = scene.say(told(media_type, size)).await.losses;
        assert_eq!(losses, [Loss::FileAsLink { name: "a file".into() }], "{media_type} {size}");
    }
    let card = Card {
        title: "Tent".into(),
        text: None,
        image: Some(Picture {
            source: Source::Url("https://shop.example/tent.svg".into()),
            alt: "A tent".into(),
        }),
        buttons: vec![value("Buy", "buy")],
    };
    let attempt = scene.say(Content::Card(card)).await;
    assert_eq!(
        (attempt.outcome, attempt.losses),
        (Outcome::Done, vec![Loss::ImageAsLink { alt: "A tent".into() }])
    );
    let shown = scene.said().await.pop().expect("it arrived")["interactive"].clone();
    assert_eq!(shown["body"]["text"], "*Tent*\nA tent: https://shop.example/tent.svg");
    assert_eq!((shown["action"]["buttons"].as_array().map(Vec::len), shown.get("header")), (Some(1), None));
    assert_eq!(scene.say(told("audio/mpeg", 9)).await.losses, [Loss::NameLost { name: "a file".into() }]);
    let losses = scene.say(picture("https://shop.example/tent.png")).await.losses;
    assert_eq!(losses, [Loss::DescriptionLost { alt: "A tent".into() }]);
    let kinds = scene.said().await.iter().map(|said| said["type"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds, ["text", "text", "text", "text", "text", "interactive", "audio", "image"]);
}
