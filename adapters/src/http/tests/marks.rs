//! Of which connections is it noted how far messages have come?

use super::*;

/// What is POSTed is known by that.
#[tokio::test]
async fn only_what_is_fetched_alone_is_marked() {
    for (memory, is_marked) in [(fetching(""), true), (memory(), false)] {
        let mut client = Client::of(memory);
        let said = json!({"conversation": "c", "id": "1", "message": {"text": "one"}});
        let (status, answer) = client.post("?wait=5", &said).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let last = answer["messages"][0]["sequence"].as_u64().expect("a number");
        let expected = if is_marked { last } else { 0 };
        let conversation = client.memory.conversation("crm", "c");
        let memory = client.memory.clone();
        let reached = |state| memory.reached_to(conversation, state);
        assert_eq!(reached(DeliveryState::Sent), expected, "it is in the answer");
        client.get(&format!("conversation=c&after={last}")).await;
        assert_eq!((reached(DeliveryState::Sent), reached(DeliveryState::Delivered)), (expected, expected));
    }
}
