//! The story of a connection, played against the simulator.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use studio_core::{
    content::{Content, Parameters, Source, Template},
    dialogue::Body,
};

use super::{
    super::TemplateError,
    content::{rows, value},
    scene::{ADA, Scene},
};
use crate::{
    host::{Host as _, Incoming, MediaFacts},
    platform::{FetchError, Outcome, Progress},
    testing::edit,
};

const PDF: &[u8] = b"%PDF-1.4 a small invoice";

fn last(scene: &Scene) -> Incoming {
    scene.host.accepted().pop().expect("something came in")
}

#[tokio::test]
async fn words_buttons_and_lists_go_back_and_forth() {
    let scene = Scene::start().await;
    let id = scene.ada("say", json!({ "text": "Grüße 👍" })).await;
    scene.stored(2).await;
    let [known, said] = scene.host.accepted().try_into().expect("who it is, and what was said");
    assert!(
        matches!(known.body, Body::Introduced { attributes, .. } if attributes["name"] == "Ada" && attributes["phone"] == "4915112345678")
    );
    assert_eq!((said.thread.as_str(), said.external.as_str(), said.native), (ADA, ADA, id));
    assert!(matches!(said.body, Body::Message { content, .. } if content == Content::text("Grüße 👍")));

    let long = "x".repeat(300);
    let buttons = vec![value("Yes", "yes"), value("No", &long)];
    let attempt = scene.say(Content::Buttons { text: "**Sure?**".into(), buttons }).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 1));
    let shown = scene.said().await.pop().expect("it arrived");
    assert_eq!(shown["interactive"]["body"]["text"], "*Sure?*");
    assert_eq!((&shown["recipient"], shown.get("to")), (&json!(ADA), None), "by id, never by phone");
    for (title, expected) in [("Yes", "yes"), ("No", long.as_str())] {
        let before = scene.host.accepted().len();
        scene.ada("press", json!({ "choice": title })).await;
        scene.stored(before + 1).await;
        assert!(
            matches!(last(&scene).body, Body::Press { value, title: told } if value == expected && told == title)
        );
    }

    scene.say(rows(25)).await;
    for (page, row) in [(2, "Row 11"), (3, "Row 25")] {
        assert_eq!(scene.more().await.outcome, Outcome::Done);
        assert_eq!(scene.said().await.len(), page + 1);
        let before = scene.host.accepted().len();
        scene.ada("press", json!({ "choice": row })).await;
        scene.stored(before + 1).await;
        let number = row.trim_start_matches("Row ");
        assert!(matches!(last(&scene).body, Body::Press { value, .. } if value == format!("row_{number}")));
    }
    // The first row of the first page is still good.
    scene.ada("press", json!({ "choice": "Row 1" })).await;
    scene
        .until("the press came", || async {
            matches!(last(&scene).body, Body::Press { value, .. } if value == "row_1")
        })
        .await;

    scene.account.typing(&scene.host, ADA).await;
    assert_eq!(scene.get("marks").await.as_array().expect("a list").last().expect("a mark")["typing"], true);
}

#[tokio::test]
async fn what_was_offered_long_ago_comes_back_as_it_was_meant() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let long = "x".repeat(300);
    scene.say(Content::Buttons { text: "Sure?".into(), buttons: vec![value("Yes", &long)] }).await;
    scene.say(rows(25)).await;
    for number in 0..1_200 {
        scene.host.say_quietly(scene.conversation(), Content::text(format!("News {number}")));
    }
    let before = scene.host.accepted().len();
    scene.ada("press", json!({ "choice": "Yes" })).await;
    scene.stored(before + 1).await;
    assert!(matches!(last(&scene).body, Body::Press { value, .. } if value == long));
    // So does what is left of a list.
    assert_eq!(scene.more().await.outcome, Outcome::Done);
    assert!(matches!(last(&scene).body, Body::More { .. }));
    scene.ada("press", json!({ "choice": "Row 11" })).await;
    scene
        .until("the press came", || async {
            matches!(last(&scene).body, Body::Press { value, .. } if value == "row_11")
        })
        .await;
}

#[tokio::test]
async fn files_go_both_ways() {
    let scene = Scene::start().await;
    let file = json!({ "kind": "document", "media_type": "application/pdf", "base64": STANDARD.encode(PDF), "name": "bill.pdf", "caption": "My bill" });
    scene.ada("send_file", file).await;
    scene.stored(3).await;
    let [_, sent, caption] = scene.host.accepted().try_into().expect("person, file, caption");
    let [attachment] = sent.attachments.as_slice() else { panic!("{sent:?}") };
    let Body::Message { content, .. } = &sent.body else { panic!("{sent:?}") };
    let expected = Content::File {
        source: Source::Media(attachment.media),
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: 0,
    };
    assert_eq!(*content, expected);
    assert!(matches!(caption.body, Body::Message { content, .. } if content == Content::text("My bill")));
    let fetched = scene.account.fetch(&scene.host, &attachment.native).await.expect("it is there");
    assert_eq!(fetched, PDF);

    // What is gone is gone, and what Meta forgets for a moment is tried again.
    let gone = scene.account.fetch(&scene.host, "404404").await.expect_err("no such file");
    assert!(matches!(gone, FetchError::Dead(_)), "{gone:?}");
    scene.faults(json!({ "media_expired": 1.0 })).await;
    let expired = scene.account.fetch(&scene.host, &attachment.native).await.expect_err("expired");
    assert!(matches!(expired, FetchError::Dead(_)), "{expired:?}");
    // An address that has run out is no file that is gone.
    scene.faults(json!({ "address_expired": 1.0 })).await;
    let later = scene.account.fetch(&scene.host, &attachment.native).await.expect_err("the address ran out");
    assert!(matches!(later, FetchError::Retry { .. }), "{later:?}");
    assert_eq!(scene.account.fetch(&scene.host, &attachment.native).await.expect("a new address"), PDF);
    scene.faults(json!({ "failed": 1.0 })).await;
    let later = scene.account.fetch(&scene.host, &attachment.native).await.expect_err("Meta fails");
    assert!(matches!(later, FetchError::Retry { .. }), "{later:?}");
    scene.faults(json!({})).await;

    let facts = MediaFacts { name: "invoice.pdf".into(), media_type: "application/pdf".into(), size: 24 };
    let media = scene.host.save_media(scene.conversation(), facts, PDF.into()).await.expect("in memory");
    let ours = Content::File {
        source: Source::Media(media),
        name: "invoice.pdf".into(),
        media_type: "application/pdf".into(),
        size: 24,
    };
    let before = scene.get("state").await["media"].as_u64().expect("a number");
    assert_eq!(scene.say(ours.clone()).await.outcome, Outcome::Done);
    assert_eq!(scene.say(ours).await.outcome, Outcome::Done);
    assert_eq!(scene.get("state").await["media"], before + 1, "it was uploaded once");
    let shown = scene.said().await.pop().expect("it arrived");
    assert_eq!(shown["document"]["filename"], "invoice.pdf");
    let uploaded = shown["document"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(scene.account.fetch(&scene.host, &uploaded).await.expect("it is there"), PDF);

    // A picture of a type that WhatsApp does not show is told in words.
    let facts = MediaFacts { name: "tent.svg".into(), media_type: "image/svg+xml".into(), size: 5 };
    let drawing =
        scene.host.save_media(scene.conversation(), facts, "<svg>".into()).await.expect("in memory");
    let source = Source::Media(drawing);
    let attempt = scene.say(Content::Image { source, alt: "A tent".into(), caption: None }).await;
    assert_eq!((attempt.outcome, attempt.losses.len()), (Outcome::Done, 1));
    assert_eq!(scene.said().await.pop().expect("it arrived")["text"]["body"], "A tent");
}

#[tokio::test]
async fn edits_deletions_reactions_and_places_are_told() {
    let scene = Scene::start().await;
    let first = scene.ada("say", json!({ "text": "In red" })).await;
    scene.ada("edit", json!({ "message": first, "text": "In blue" })).await;
    scene.ada("delete", json!({ "message": first })).await;
    scene.ada("react", json!({ "message": "wamid.OURS", "emoji": "👍" })).await;
    scene.ada("send_place", json!({ "latitude": 52.5163, "longitude": 13.3777, "name": "Gate" })).await;
    scene.stored(6).await;
    let bodies = scene.host.accepted().into_iter().skip(2).map(|incoming| incoming.body).collect::<Vec<_>>();
    assert_eq!(bodies[0], Body::Edited { id: first.clone(), content: Content::text("In blue") });
    assert_eq!(bodies[1], Body::Deleted { id: first });
    let reaction = json!({ "message": "wamid.OURS", "emoji": "👍" });
    assert_eq!(bodies[2], Body::Custom { name: "reaction".into(), data: reaction });
    let place = Content::Location {
        latitude_microdegrees: 52_516_300,
        longitude_microdegrees: 13_377_700,
        label: Some("Gate".into()),
    };
    assert!(matches!(&bodies[3], Body::Message { content, .. } if *content == place));

    let edit = edit(ADA, &["wamid.X".into()], Content::text("x"));
    assert!(matches!(scene.account.edit(&edit).outcome, Outcome::Dead { .. }), "WhatsApp cannot");
    assert!(matches!(scene.account.retract(ADA, &["wamid.X".into()]).outcome, Outcome::Dead { .. }));
}

#[tokio::test]
async fn states_of_delivery_are_reported() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    let attempt = scene.say(Content::text("Hello yourself")).await;
    scene.ada("read", json!({})).await;
    scene.until("read", || async { scene.host.reports().len() == 3 }).await;
    let reports = scene.host.reports();
    let told =
        reports.iter().map(|(_, report)| (report.thread.as_str(), report.part.clone(), report.progress));
    let expected = [Progress::Sent, Progress::Delivered, Progress::Read];
    assert_eq!(told.collect::<Vec<_>>(), expected.map(|progress| (ADA, attempt.parts[0].clone(), progress)));

    scene.ada("block", json!({})).await;
    scene.say(Content::text("Still there?")).await;
    scene.until("failed", || async { scene.host.reports().len() == 4 }).await;
    let (_, failed) = scene.host.reports().pop().expect("a report");
    assert_eq!(failed.progress, Progress::Failed);
    assert!(failed.error.is_some_and(|error| error.contains("131026") && error.contains("reach the person")));
}

#[tokio::test]
async fn after_a_day_only_approved_templates_leave() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.host.say_quietly(scene.conversation(), Content::text("Are you still interested?"));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    assert!(leaving.last_heard.is_some(), "the message tells when it was said");
    leaving.last_heard = None;
    let attempt = scene.account.send(&scene.host, &leaving).await;
    assert!(matches!(attempt.outcome, Outcome::Dead { reason } if reason.contains("never written")));
    leaving = scene.leaving(leaving.message);

    // By Meta's clock, whatever ours shows: it is years behind here.
    scene.post("clock", json!({ "seconds": 86_390 })).await;
    scene.account.examine(&scene.host).await;
    assert_eq!(scene.account.send(&scene.host, &leaving).await.outcome, Outcome::Done, "seconds before");
    let said = scene.said().await.len();
    // Nothing that is no message opens it again.
    scene.ada("react", json!({ "message": "wamid.OURS", "emoji": "👍" })).await;
    scene.stored(3).await;
    scene.post("clock", json!({ "seconds": 20 })).await;
    scene.account.examine(&scene.host).await;
    leaving = scene.leaving(leaving.message);
    let attempt = scene.account.send(&scene.host, &leaving).await;
    assert!(matches!(attempt.outcome, Outcome::Dead { reason } if reason.contains("approved template")));
    assert_eq!(scene.said().await.len(), said, "nothing left");

    scene.until("the templates are known", || async { scene.account.templates().is_some() }).await;
    let mut template = Template {
        name: "hello_world".into(),
        language: "en_US".into(),
        parameters: Parameters::default(),
        when: None,
    };
    let read = scene.account.checked(&scene.host, &template).await.expect("it is approved");
    assert!(read.contains("Welcome"), "{read}");
    let attempt = scene.tell(&leaving, "t1", &template).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 1));
    assert_eq!(scene.said().await.pop().expect("it arrived")["template"]["name"], "hello_world");
    template.parameters.body.insert("1".into(), "Ada".into());
    let refused = scene.account.checked(&scene.host, &template).await.expect_err("it has no gap");
    assert!(matches!(&refused, TemplateError::Unfit(why) if why.contains("no parameter 1")), "{refused}");
    let attempt = scene.tell(&leaving, "t2", &template).await;
    assert!(matches!(attempt.outcome, Outcome::Dead { reason } if reason.contains("no parameter 1")));
    template.parameters.body.clear();

    // A template that Meta pauses is not sent any more, without anyone asking.
    let paused = json!({ "name": "hello_world", "language": "en_US", "status": "PAUSED" });
    scene.post("template", paused).await;
    let known = |status: &'static str| {
        let account = scene.account.clone();
        move || {
            let templates = account.templates().expect("they were read");
            async move { templates[0].status == status }
        }
    };
    scene.until("paused", known("PAUSED")).await;
    let attempt = scene.tell(&leaving, "t3", &template).await;
    assert!(matches!(attempt.outcome, Outcome::Dead { reason } if reason.contains("is paused")));

    // One that is made meanwhile is known as well, and its gaps are filled.
    let body = json!({ "type": "BODY", "text": "Hello {{1}}, your order {{2}} is on its way." });
    let made =
        json!({ "name": "order_sent", "language": "en_US", "status": "APPROVED", "components": [body] });
    scene.post("template", made).await;
    let is_known = || {
        let templates = scene.account.templates().expect("they were read");
        async move { templates.iter().any(|known| known.name == "order_sent") }
    };
    scene.until("the new one is known", is_known).await;
    template.name = "order_sent".into();
    template.parameters.body = [("1".into(), "Ada".into()), ("2".into(), "4711".into())].into();
    let read = scene.account.checked(&scene.host, &template).await.expect("it is approved");
    assert!(read.contains("Hello Ada, your order 4711 is on its way."), "{read}");
    assert_eq!(scene.tell(&leaving, "t4", &template).await.outcome, Outcome::Done);
}

#[tokio::test]
async fn a_batch_in_any_order_is_told_in_the_order_of_time() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.post("hold", json!({})).await;
    for text in ["one", "two", "three"] {
        scene.ada("say", json!({ "text": text })).await;
        scene.post("clock", json!({ "seconds": 2 })).await;
    }
    scene.say(Content::text("In between")).await;
    scene.ada("read", json!({})).await;
    scene.post("release", json!({ "reverse": true })).await;
    scene.stored(5).await;
    let said = scene.host.accepted().into_iter().skip(2).map(|incoming| match incoming.body {
        Body::Message { content, .. } => content.plain(),
        other => panic!("{other:?}"),
    });
    assert_eq!(said.collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(scene.host.reports().len(), 3, "the statuses of the same batch");
}

#[tokio::test]
async fn a_new_number_is_the_same_conversation() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.ada("change_number", json!({ "user_id": "DE.777", "phone": "4915199999999" })).await;
    scene.until("moved", || async { !scene.host.moves().is_empty() }).await;
    assert_eq!(scene.host.moves(), [("shop".to_owned(), ADA.to_owned(), "DE.777".to_owned())]);
    scene
        .until("told", || async {
            matches!(last(&scene).body, Body::Custom { name, .. } if name == "number_changed")
        })
        .await;
    assert_eq!(last(&scene).thread, "DE.777");
    let all = scene.host.accepted();
    let number = &all[all.len() - 2];
    let Body::Introduced { attributes, .. } = &number.body else { panic!("{number:?}") };
    assert_eq!(json!(attributes), json!({ "phone": "4915199999999", "phone_verified": true }));
}

#[tokio::test]
async fn a_number_that_another_id_has_by_now_is_no_longer_the_first_ones() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let ben = json!({ "user_id": "DE.888", "phone": "4915112345678", "name": "Ben" });
    scene.post("people", ben).await;
    let says = async |text: &str| {
        scene.post("do", json!({ "do": "say", "person": "DE.888", "text": text })).await;
    };
    says("Hello").await;
    scene.stored(5).await;
    says("Are you there?").await;
    scene.stored(7).await;
    let told = scene.host.accepted().into_iter().skip(2).filter_map(|incoming| match incoming.body {
        Body::Introduced { attributes, .. } => Some((incoming.thread, json!(attributes))),
        _ => None,
    });
    let expected = [
        (ADA, json!({ "phone_verified": false })),
        ("DE.888", json!({ "name": "Ben" })),
        ("DE.888", json!({ "name": "Ben", "phone": "4915112345678", "phone_verified": true })),
    ];
    assert_eq!(
        told.collect::<Vec<_>>(),
        expected.map(|(thread, attributes)| (thread.to_owned(), attributes))
    );
}

#[tokio::test]
async fn who_asks_is_told_how_it_stands() {
    let scene = Scene::start().await;
    let standing = scene.account.examine(&scene.host).await;
    assert_eq!(standing.identity.as_deref(), Some("Simulated Shop, 15550783881 (quality GREEN)"));
    assert_eq!((standing.token_valid, standing.listening), (Some(true), Some(true)));
    assert_eq!(standing.last_call, None, "Meta has not called yet");
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.until("Meta called", || async { scene.account.standing().last_call.is_some() }).await;
    assert!(standing.webhook_set.is_some_and(|address| address.ends_with("/webhooks/shop")));
    assert!(standing.clock_skew_seconds.is_some());
    assert_eq!(scene.get("state").await["commands"][0]["command_name"], "help");

    // The address is taken away, or another one's.
    scene.host.publish_at("http://127.0.0.1:9/".parse().expect("an address"));
    let standing = scene.account.examine(&scene.host).await;
    let (_, error) = standing.last_error.expect("an error");
    assert!(standing.listening == Some(false) && error.contains("not to this studio"), "{error}");
    // The rest of another program's address may hold a secret.
    assert!(error.contains("to 127.0.0.1,") && !error.contains("/webhooks/"), "{error}");
    assert_eq!(standing.webhook_set.as_deref(), Some("127.0.0.1"));

    let kinds = || scene.account.known().told.kinds();
    let before = kinds();
    scene.faults(json!({ "token_revoked": true })).await;
    let standing = scene.account.examine(&scene.host).await;
    assert_eq!(standing.token_valid, Some(false));
    assert_eq!(kinds(), before + 1, "whatever was asked, the log is told once");
    let (_, error) = standing.last_error.expect("an error");
    assert!(error.contains("make a new one"), "{error}");
    assert!(!error.contains("token-of-the-simulator"));
}

#[tokio::test]
async fn a_connection_that_is_no_more_takes_its_address_back() {
    let scene = Scene::start().await;
    let address = scene.host.webhook_address("shop").expect("it is published");
    let other = "https://other.example/".parse().expect("an address");
    scene.account.sign_off(&scene.host, &other).await;
    assert_eq!(scene.get("state").await["callbacks"][0], address.as_str(), "it is another's");
    scene.account.sign_off(&scene.host, &address).await;
    assert!(scene.get("state").await["callbacks"][0].is_null());
}

#[tokio::test]
async fn it_says_who_it_is_without_being_asked() {
    let scene = Scene::start().await;
    scene.until("it is known", || async { scene.account.standing().identity.is_some() }).await;
    assert_eq!(scene.account.standing().life.latest(), None);
}

#[tokio::test]
async fn a_number_that_meta_does_not_know_is_named() {
    let scene = Scene::start().await;
    let settings = studio_simulators::whatsapp::Settings::default();
    let config: crate::whatsapp::Config = toml::from_str(&format!(
        "name = 'shop'\nbot = 'shop'\nphone_number_id = '1'\naccount_id = '{}'\ntoken = '{}'\napp_secret = '{}'\n\
         verify_token = 'a word'\napi = '{}'\nregister = false",
        settings.account_id, settings.token, settings.app_secret, scene.simulator
    ))
    .expect("a connection");
    let read = |_: &std::path::Path| Err(std::io::Error::other("no files"));
    let account =
        std::sync::Arc::new(config.account(&crate::fence::Fence::none(), read).expect("all is there"));
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(std::sync::Arc::clone(&account).run(scene.host.clone(), stop.clone()));
    scene.until("it fails for good", || async { account.standing().life.reason().is_some() }).await;
    let standing = account.standing();
    let why = standing.life.reason().expect("just seen");
    assert!(why.contains("phone_number_id"), "{why}");
    stop.cancel();
}
