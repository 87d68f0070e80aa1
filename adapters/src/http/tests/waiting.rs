//! Who waits gets the reply with the answer.

use std::time::Duration;

use studio_core::dialogue::Owner;

use super::*;
use crate::host::UnderWay;

#[tokio::test]
async fn the_reply_comes_with_the_answer_if_it_comes_in_time() {
    let mut client = Client::new();
    client.memory.answer_after(Some(Duration::from_millis(50)));
    let first =
        json!({"conversation": "c", "id": "m1", "message": {"text": "one"}, "contact": {"name": "Ada"}});
    let (status, answer) = client.post("?wait=5", &first).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["messages"][0]["content"], json!({"type": "text", "text": "You said: one"}));
    assert_eq!(answer["messages"][0]["from"], "bot");

    // A repeat of the request is answered with the reply that was given.
    let (status, repeated) = client.post("?wait=5", &first).await;
    assert_eq!((status, &repeated["messages"]), (StatusCode::OK, &answer["messages"]));

    let event = json!({"conversation": "c", "message": {"event": {"name": "paid"}}});
    let (status, answer) = client.post("?wait=5", &event).await;
    assert_eq!(
        (status, &answer["messages"][0]["content"]["text"]),
        (StatusCode::OK, &json!("It happened: paid"))
    );

    client.memory.answer_after(None);
    // A turn in which nothing is said is over as well.
    for (id, message) in [("m2", json!({"text": "two"})), ("e2", json!({"event": {"name": "shipped"}}))] {
        let silent = json!({"conversation": "c", "id": id, "message": message});
        let waiting = client.waiting("?wait=30", &silent);
        let (status, _, answer) = soon(waiting).await;
        assert_eq!((status, answer.get("messages")), (StatusCode::ACCEPTED, None));
        assert_eq!(answer["owner"], json!({"type": "bot"}));
    }
}

/// The answer, long before the end of the time that its request would wait.
async fn soon(waiting: JoinHandle<(StatusCode, HeaderMap, Value)>) -> (StatusCode, HeaderMap, Value) {
    let answer = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    answer.expect("nothing more is waited for").expect("it is answered")
}

#[tokio::test]
async fn who_waits_is_told_that_a_person_has_the_conversation() {
    let mut client = Client::new();
    client.memory.answer_after(None);
    let conversation = client.memory.conversation("crm", "c");
    let said = |id: &str| json!({"conversation": "c", "id": id, "message": {"text": id}});
    client.memory.hand_over(conversation, Owner::Team { team: None });
    let (status, answer) = client.post("?wait=1", &said("one")).await;
    assert_eq!((status, &answer["owner"]), (StatusCode::ACCEPTED, &json!({"type": "waiting"})));

    // Whoever takes it may answer in time.
    let waiting = client.waiting("?wait=30", &said("two"));
    while client.memory.accepted().len() < 2 {
        tokio::task::yield_now().await;
    }
    let ada = Owner::Member { member: MemberId(Ulid(1)), name: "Ada".into() };
    client.memory.hand_over(conversation, ada);
    let speaker = Speaker::Member { member: MemberId(Ulid(1)), name: "Ada".into() };
    client.memory.push(conversation, Sender::Speaker { speaker }, Content::text("Hello!"), None);
    let (status, _, answer) = soon(waiting).await;
    assert_eq!((status, texts(&answer)), (StatusCode::OK, vec!["Hello!"]));
    assert_eq!(answer["owner"], json!({"type": "agent", "name": "Ada"}));

    // Nobody is waited for any more once the next message is there.
    let waiting = client.waiting("?wait=30", &said("three"));
    while client.memory.accepted().len() < 3 {
        tokio::task::yield_now().await;
    }
    client.post("", &said("four")).await;
    assert_eq!(soon(waiting).await.0, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn who_waits_for_an_event_gets_no_reply_to_another() {
    let mut client = Client::new();
    client.memory.hold_turns();
    let before = json!({"conversation": "c", "id": "m1", "message": {"text": "one"}});
    let paid = json!({"conversation": "c", "id": "e1", "message": {"event": {"name": "paid"}}});
    let after = json!({"conversation": "c", "id": "m2", "message": {"text": "two"}});
    assert_eq!(client.post("", &before).await.0, StatusCode::ACCEPTED);
    let waiting = client.waiting("?wait=20", &paid);
    // It has subscribed and is stored once the next one is stored behind it.
    while client.memory.accepted().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.post("", &after).await.0, StatusCode::ACCEPTED);
    client.memory.take_turns();
    let (status, _, answer) = waiting.await.expect("it is answered");
    assert_eq!((status, texts(&answer)), (StatusCode::OK, vec!["It happened: paid"]));
    // Told again, it is answered as it was.
    let (status, again) = client.post("?wait=5", &paid).await;
    assert_eq!((status, &again["messages"]), (StatusCode::OK, &answer["messages"]));
}

fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["content"]["text"].as_str()).collect()
}

#[tokio::test]
async fn the_reply_is_whole_when_the_bot_has_done_what_it_was_at() {
    let mut client = Client::new();
    let said = |id: &str| json!({"conversation": "c", "id": id, "message": {"text": id}});
    let conversation = client.memory.conversation("crm", "c");
    client.memory.go_on(conversation, UnderWay::Call);
    let waiting = client.waiting("?wait=30", &said("one"));
    while client.memory.accepted().is_empty() {
        tokio::task::yield_now().await;
    }
    client.memory.say_quietly(conversation, Content::text("It is on its way."));
    client.memory.go_on(conversation, UnderWay::Nothing);
    let (status, _, answer) = waiting.await.expect("it is answered");
    assert_eq!((status, texts(&answer)), (StatusCode::OK, vec!["You said: one", "It is on its way."]));
    assert_eq!(answer.get("more"), None);

    // A pause that ends later, and a service that does not answer in time.
    let now = client.memory.now();
    client.memory.go_on(conversation, UnderWay::Pause { until: now + SignedDuration::from_mins(1) });
    let (status, answer) = client.post("?wait=30", &said("two")).await;
    assert_eq!((status, texts(&answer)), (StatusCode::OK, vec!["You said: two"]));
    assert_eq!(answer["more"], json!(true));
    client.memory.go_on(conversation, UnderWay::Call);
    let (status, answer) = client.post("?wait=1", &said("three")).await;
    assert_eq!((status, texts(&answer)), (StatusCode::OK, vec!["You said: three"]));
    assert_eq!(answer["more"], json!(true));

    // One that ends in time is waited for.
    client.memory.go_on(conversation, UnderWay::Pause { until: now + SignedDuration::from_secs(2) });
    let waiting = client.waiting("?wait=30", &said("four"));
    while client.memory.accepted().len() < 4 {
        tokio::task::yield_now().await;
    }
    client.memory.say_quietly(conversation, Content::text("Here I am."));
    client.memory.go_on(conversation, UnderWay::Nothing);
    let (_, _, answer) = waiting.await.expect("it is answered");
    assert_eq!(texts(&answer), ["You said: four", "Here I am."]);
}

#[tokio::test]
async fn whoever_cannot_wait_is_told_so() {
    let mut client = Client::new();
    client.memory.answer_after(None);
    let said = |number: usize| json!({"conversation": format!("c{number}"), "message": {"text": "Hello"}});
    for number in 0..256 {
        let conversation = client.memory.conversation("crm", &format!("c{number}"));
        client.memory.hand_over(conversation, Owner::Team { team: None });
    }
    let mut waiting: Vec<_> = (0..256).map(|number| client.waiting("?wait=30", &said(number))).collect();
    while client.memory.accepted().len() < waiting.len() {
        tokio::task::yield_now().await;
    }
    let (status, headers, answer) = client.waiting("?wait=30", &said(256)).await.expect("it is answered");
    assert_eq!((status, answer.get("messages")), (StatusCode::ACCEPTED, None));
    assert_eq!(headers["studio-wait"], "full");
    let (_, headers, _) = client.waiting("", &said(257)).await.expect("it is answered");
    assert!(!headers.contains_key("studio-wait"), "it did not want to wait");
    // As soon as one has its answer, there is a place.
    let first = client.memory.conversation("crm", "c0");
    client.memory.say(first, Content::text("Here I am."));
    let (status, headers, _) = waiting.remove(0).await.expect("it is answered");
    assert_eq!((status, headers.contains_key("studio-wait")), (StatusCode::OK, false));
    client.memory.answer_after(Some(Duration::ZERO));
    assert_eq!(client.post("?wait=30", &said(258)).await.0, StatusCode::OK);
    for waiting in waiting {
        waiting.abort();
    }
}

#[tokio::test]
async fn a_request_that_waits_ends_when_the_server_goes() {
    let mut client = Client::new();
    client.memory.hold_turns();
    let memory = client.memory.clone();
    let body = json!({"conversation": "c", "message": {"text": "Hello"}});
    let waiting = tokio::spawn(async move { client.post("?wait=30", &body).await });
    while memory.accepted().is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::timeout(Duration::from_secs(10), memory.leave()).await.expect("nobody holds it up");
    assert_eq!(waiting.await.expect("an answer").0, StatusCode::ACCEPTED);
}
