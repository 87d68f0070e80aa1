//! A person is served on Discord in direct messages.

use studio_core::{
    content::{Action, Button, Field, FieldKind, FieldOption, Form, Row, Section},
    dialogue::Filled,
};

use super::*;
use crate::{platform::Edit, testing::edit};

fn value(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

fn pressed(event: &Incoming) -> Option<(&str, &str)> {
    match &event.body {
        Body::Press { value, title } => Some((value, title)),
        _ => None,
    }
}

#[tokio::test]
async fn a_person_talks_presses_and_chooses() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;

    platform.say("ada", "Where is my order?").await;
    let event = studio.accepted("the message", |event| words(event) == Some("Where is my order?")).await;
    let shown = platform.shown("You said: Where is my order?").await;
    assert_eq!(shown["channel_id"], json!(event.thread));
    let told = studio.accepted("the name", |event| matches!(event.body, Body::Introduced { .. })).await;
    assert!(matches!(told.body, Body::Introduced { attributes, .. } if attributes["name"] == "ada"));

    let conversation = studio.conversation(&event.thread);
    let long = "y".repeat(300);
    let buttons = vec![value("Yes", "yes"), value("The long way", &long)];
    studio.memory.say(conversation, Content::Buttons { text: "Sure?".into(), buttons });
    let sure = platform.shown("Sure?").await;
    for (title, meant) in [("Yes", "yes"), ("The long way", long.as_str())] {
        platform.act("press", json!({"from": "ada", "message": sure["id"], "choose": title})).await;
        studio.accepted(title, |event| pressed(event) == Some((meant, title))).await;
    }

    let row = |number: usize| Row {
        title: format!("Tent {number}"),
        description: None,
        value: format!("tent:{number}"),
    };
    let section = |from: usize, title: &str| Section {
        title: Some(title.into()),
        rows: (from..from + 30).map(row).collect(),
    };
    let sections = vec![section(0, "Small ones"), section(30, "Large ones")];
    studio
        .memory
        .say(conversation, Content::List { text: "Which tent?".into(), button: "Show".into(), sections });
    let which = platform.shown("Which tent?").await;
    platform.act("press", json!({"from": "ada", "message": which["id"], "choose": "Tent 59"})).await;
    studio.accepted("the row", |event| pressed(event) == Some(("tent:59", "Tent 59"))).await;

    until("every interaction is acknowledged", async || {
        let interactions = platform.see("interactions").await;
        interactions.as_array().expect("a list").iter().all(|known| known["answer"] == 6)
    })
    .await;
    let attempts = studio.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(
        attempts.iter().all(|attempt| attempt.outcome == Outcome::Done && attempt.parts.len() == 1),
        "{attempts:?}"
    );
    assert_eq!(
        (studio.memory.reports(), studio.memory.moves()),
        (vec![], vec![]),
        "Discord tells nothing of either"
    );
    studio.end().await;
}

#[tokio::test]
async fn what_was_said_is_changed_and_taken_back_by_both_sides() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let message = platform.say("ada", "Order 16").await;
    let event = studio.accepted("the message", |event| event.native == message).await;
    let shown = platform.shown("You said: Order 16").await;
    platform.act("edit", json!({"message": message, "text": "Order 17"})).await;
    let edited = studio.accepted("the edit", |event| matches!(&event.body, Body::Edited { .. })).await;
    assert_eq!(edited.body, Body::Edited { id: message.clone(), content: Content::text("Order 17") });
    platform.act("react", json!({"from": "ada", "message": shown["id"], "emoji": "👍"})).await;
    let reaction =
        |event: &Incoming| matches!(&event.body, Body::Custom { name, .. } if name == "reaction_added");
    studio.accepted("the reaction", reaction).await;
    platform.act("delete", json!({"message": message})).await;
    studio.accepted("the deletion", |event| event.body == Body::Deleted { id: message.clone() }).await;
    platform.act("type", json!({"from": "ada"})).await;
    until("she is seen typing", async || studio.memory.typed() > 0).await;

    let part = shown["id"].as_str().expect("an id").to_owned();
    let edit = edit(&event.thread, std::slice::from_ref(&part), Content::text("It is **there**"));
    assert_eq!(studio.account.edit(&studio.memory, &edit).await.outcome, Outcome::Done);
    assert_eq!(platform.shown("It is **there**").await["id"], shown["id"]);
    let long = Edit { content: Content::text("word ".repeat(900)), ..edit };
    let longer = studio.account.edit(&studio.memory, &long).await;
    assert_eq!((&longer.outcome, longer.parts.len(), &longer.parts[0]), (&Outcome::Done, 3, &part));
    // Nobody heard so: as long as Discord knows the nonces, and when it may have forgotten them.
    for uncertain in [false, true] {
        let again = studio.account.edit(&studio.memory, &Edit { uncertain, ..long.clone() }).await;
        assert_eq!((&again.outcome, &again.parts), (&Outcome::Done, &longer.parts), "{uncertain}");
    }
    let there = async || {
        let shown = platform.messages().await;
        let of_it = longer.parts.iter().filter(|part| shown.iter().any(|one| one["id"] == json!(part)));
        of_it.cloned().collect::<Vec<_>>()
    };
    assert_eq!(there().await, longer.parts);
    let short = Edit { content: Content::text("Short"), parts: longer.parts.clone(), ..long };
    assert_eq!(studio.account.edit(&studio.memory, &short).await.outcome, Outcome::Done);
    let parts = [part.clone()];
    assert_eq!(there().await, parts);
    for _ in 0..2 {
        assert_eq!(studio.account.retract(&event.thread, &parts).await.outcome, Outcome::Done);
    }
    assert!(!platform.messages().await.iter().any(|message| message["id"] == json!(part)));
    studio.account.typing(&event.thread).await;
    assert_eq!(
        platform.see("state").await["typing"][0][0],
        json!(event.thread.parse::<u64>().expect("an id"))
    );
    studio.end().await;
}

#[tokio::test]
async fn a_form_is_opened_at_a_press_filled_in_and_read() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.say("ada", "I want to send it back").await;
    let event = studio.accepted("the message", |event| words(event).is_some()).await;
    let conversation = studio.conversation(&event.thread);
    let option = |value: &str| FieldOption { title: value.to_uppercase(), value: value.into() };
    let field =
        |name: &str, kind: FieldKind| Field { name: name.into(), label: format!("Your {name}"), kind };
    let form = Form {
        id: "9f2c".into(),
        title: "Send it back".into(),
        fields: vec![
            field("order", FieldKind::Number),
            field("size", FieldKind::Choice(vec![option("s"), option("l")])),
        ],
    };
    let opens =
        |form: &Form| Button { title: form.title.clone(), action: Action::Form(Box::new(form.clone())) };
    let forgotten = Form { id: "forgotten".into(), ..form.clone() };
    studio.memory.say(
        conversation,
        Content::Text { text: "Which order?".into(), quick_replies: vec![value("Yes", "yes"), opens(&form)] },
    );
    let asked = platform.shown("Which order?").await;
    let opened = async || {
        let interactions = platform.see("interactions").await;
        let all = interactions.as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|known| known["answer"] == 9).collect::<Vec<_>>()
    };
    platform.act("press", json!({"from": "ada", "message": asked["id"], "choose": "Send it back"})).await;
    until("the form is open", async || opened().await.len() == 1).await;
    let shown = opened().await[0]["modal"].clone();
    assert_eq!(
        (&shown["title"], shown["components"].as_array().map(Vec::len)),
        (&json!("Send it back"), Some(2))
    );
    platform.act("submit", json!({"from": "ada", "answers": {"order": "4711", "size": "l"}})).await;
    let filled = vec![Filled::new("order", "4711"), Filled::new("size", "l")];
    let wanted = Body::Submitted { form: "9f2c".into(), fields: filled };
    let event = studio.accepted("the form", |event| event.body == wanted).await;
    assert_eq!(studio.conversation(&event.thread), conversation);
    platform.shown("You filled in: 9f2c").await;

    // What is not known any more opens nothing, and is no failure for the person: the words on the button were said.
    studio
        .memory
        .say(conversation, Content::Buttons { text: "Once more?".into(), buttons: vec![opens(&forgotten)] });
    let again = platform.shown("Once more?").await;
    studio.memory.forget(conversation);
    platform.act("press", json!({"from": "ada", "message": again["id"], "choose": "Send it back"})).await;
    until("it is acknowledged in silence", async || {
        let interactions = platform.see("interactions").await;
        interactions
            .as_array()
            .is_some_and(|all| all.iter().any(|known| known["answer"] == 6 && known["type"] == 3))
    })
    .await;
    assert_eq!(opened().await.len(), 1);
    studio.accepted("the words on the button", |event| words(event) == Some("Send it back")).await;
    studio.end().await;
}
