//! What is told to whoever fetches?

use super::*;

#[tokio::test]
async fn messages_are_fetched_by_cursor() {
    let mut client = Client::of(fetching(""));
    for text in ["one", "two"] {
        client.post("", &json!({"conversation": "a b", "id": text, "message": {"text": text}})).await;
    }
    let (status, page) = client.get("conversation=a%20b&limit=3").await;
    assert_eq!(status, StatusCode::OK);
    let told = page["messages"].as_array().expect("a list").iter();
    let told = told.map(|message| (message["from"].as_str(), message["id"].as_str())).collect::<Vec<_>>();
    assert_eq!(told, [(Some("visitor"), Some("one")), (Some("bot"), None), (Some("visitor"), Some("two"))]);
    let (_, rest) = client.get(&format!("conversation=a%20b&after={}", page["next"])).await;
    assert_eq!(rest["messages"][0]["content"]["text"], "You said: two");
    let conversation = client.memory.conversation("crm", "a b");
    let memory = client.memory.clone();
    let reached = |state| json!(memory.reached_to(conversation, state));
    let both = || (reached(DeliveryState::Sent), reached(DeliveryState::Delivered));
    assert_eq!(both(), (rest["next"].clone(), page["next"].clone()), "what was asked behind is there");
    let (_, end) = client.get(&format!("conversation=a%20b&after={}", rest["next"])).await;
    assert_eq!((&end["messages"], &end["next"]), (&json!([]), &rest["next"]));
    assert_eq!(both(), (rest["next"].clone(), rest["next"].clone()));

    // A signature opens the conversation that it was made for, and no other.
    let request = client.signed("conversation=mine").uri("/http/crm/messages?conversation=yours");
    let (status, _) = client.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.get("conversation=a&first=1").await.0, StatusCode::BAD_REQUEST);
    for (limit, expected) in [
        (0, StatusCode::UNPROCESSABLE_ENTITY),
        (1, StatusCode::OK),
        (200, StatusCode::OK),
        (201, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(client.get(&format!("conversation=a&limit={limit}")).await.0, expected, "{limit}");
    }
}

#[tokio::test]
async fn to_be_forgotten_begins_no_conversation() {
    let mut client = Client::new();
    let forget = json!({"conversation": "c", "message": {"forget": {}}, "contact": {"name": "Ada"}});
    for query in ["", "?wait=5"] {
        let (status, answer) = client.post(query, &forget).await;
        assert_eq!((status, &answer["repeat"]), (StatusCode::ACCEPTED, &json!(false)), "{answer}");
        assert_eq!(client.memory.accepted().len(), 0, "nothing was said that could be forgotten");
    }
    client.post("", &json!({"conversation": "c", "message": {"text": "Hello"}})).await;
    client.post("", &forget).await;
    let last = client.memory.accepted().pop();
    assert!(last.is_some_and(|last| matches!(last.body, dialogue::Body::Forget)));
}

#[tokio::test]
async fn whoever_fetches_learns_that_all_was_forgotten() {
    let mut client = Client::new();
    let say = |text: &str| json!({"conversation": "c", "id": text, "message": {"text": text}});
    client.post("", &say("one")).await;
    let (_, page) = client.get("conversation=c").await;
    let place = page["next"].as_u64().expect("a number");
    client.post("", &json!({"conversation": "c", "message": {"forget": {}}})).await;

    let (_, page) = client.get(&format!("conversation=c&after={place}")).await;
    assert_eq!((&page["erased"], &page["messages"]), (&json!(true), &json!([])));
    let (_, page) = client.get(&format!("conversation=c&after={}", page["next"])).await;
    assert_eq!((page.get("erased"), &page["messages"]), (None, &json!([])), "it is told once");

    // One who comes late learns it with what was said since.
    client.post("", &say("two")).await;
    let (_, page) = client.get(&format!("conversation=c&after={place}&limit=1")).await;
    assert_eq!((&page["erased"], &page["messages"][0]["content"]["text"]), (&json!(true), &json!("two")));
    let (_, page) = client.get(&format!("conversation=c&after={}", page["next"])).await;
    assert_eq!(
        (page.get("erased"), &page["messages"][0]["content"]["text"]),
        (None, &json!("You said: two"))
    );
    let (_, page) = client.get("conversation=c").await;
    assert_eq!((page.get("erased"), page["messages"].as_array().map(Vec::len)), (None, Some(2)));
}

#[tokio::test]
async fn whoever_is_beyond_the_end_is_told_where_it_is_and_deletes_nothing() {
    let mut client = Client::new();
    let say = |text: &str| json!({"conversation": "c", "id": text, "message": {"text": text}});
    client.post("", &say("one")).await;
    let (_, page) = client.get("conversation=c").await;
    let end = page["next"].clone();
    for erased_before in [false, true] {
        let (_, page) = client.get("conversation=c&after=5000").await;
        assert_eq!((page.get("erased"), &page["messages"]), (None, &json!([])), "{erased_before}: {page}");
        let next = page["next"].as_u64().expect("a number");
        assert!(erased_before || page["next"] == end, "{page}");
        // What is said from here on is not missed.
        let text = format!("after-{erased_before}");
        client.post("", &say(&text)).await;
        let (_, page) = client.get(&format!("conversation=c&after={next}")).await;
        assert_eq!((page.get("erased"), &page["messages"][0]["content"]["text"]), (None, &json!(text)));
        client.post("", &json!({"conversation": "c", "message": {"forget": {}}})).await;
    }
    let (_, page) = client.get("conversation=nobody&after=3").await;
    assert_eq!(page, json!({ "messages": [], "next": 0 }));
}
