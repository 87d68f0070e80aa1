//! What is given up is told.

use std::collections::BTreeMap;

use studio_core::{
    api::DeadLetterKind,
    bot::Method,
    dialogue::{Body, CallOutcome, CallRequest, Event, State},
    id::EventKey,
};

use super::scene::{FIRST, SECOND, arrive, at, commit, message, talk, turn};
use crate::{
    Arrival, LetterFilter, OutboxRow, Payload, Store, TurnOutcome,
    testing::{Fault, memory, run},
};

async fn call(store: &Store, thread: &str) -> OutboxRow {
    let row = arrive(store, FIRST, message(FIRST, thread, thread, "hi")).await;
    let mut turn = turn(&row, 0, State::default(), "a moment");
    turn.outgoing[0].payload = Payload::Call(CallRequest {
        call: 1,
        method: Method::Get,
        url: "https://shop.example/".to_owned(),
        headers: BTreeMap::new(),
        body: None,
        timeout_ms: 1_000,
    });
    match commit(store, FIRST, turn).await {
        TurnOutcome::Committed { outbox, .. } => outbox.into_iter().next().expect("a call"),
        other => panic!("not committed: {other:?}"),
    }
}

fn outcome(call: &OutboxRow) -> Arrival {
    let key = EventKey { source: "answer".to_owned(), native: format!("{}-1", call.conversation) };
    let body = Body::Answer { call: 1, outcome: CallOutcome::Failed("given up".to_owned()) };
    Arrival { event: Event::new(key, at(9), body), ..message(FIRST, &call.thread, "unused", "") }
}

#[test]
fn a_call_is_buried_and_its_conversation_told_in_one_transaction() {
    run(async {
        let store = memory().await.expect("opened");
        for (thread, fault) in [("a", Fault::None), ("b", Fault::AfterCommit), ("c", Fault::BeforeCommit)] {
            let call = call(&store, thread).await;
            store.inject(&[fault]);
            let told = store.bury_call(&call, "given up", at(9), outcome(&call)).await.expect("buried");
            let told = told.expect("an event waits");
            assert!(matches!(told.event.body, Body::Answer { call: 1, outcome: CallOutcome::Failed(_) }));
            let waiting = store.pending_inbox(None, 99).await.expect("read").rows;
            assert!(waiting.contains(&told), "{waiting:?}");
            let again = store.bury_call(&call, "given up", at(10), outcome(&call)).await.expect("told");
            assert!(again.is_none(), "{again:?}");
        }
        assert_eq!(
            store.dead_letters(FIRST, &LetterFilter::default(), None, 99).await.expect("read").items.len(),
            3
        );
        assert!(store.pending_outbox(None, 99, at(11)).await.expect("read").rows.is_empty());
    });
}

#[test]
fn a_call_that_was_answered_before_is_buried_and_its_conversation_told_nothing_more() {
    run(async {
        let store = memory().await.expect("opened");
        let call = call(&store, "a").await;
        arrive(&store, FIRST, outcome(&call)).await;
        let told = store.bury_call(&call, "given up", at(9), outcome(&call)).await.expect("buried");
        assert!(told.is_none(), "{told:?}");
        assert_eq!(
            store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("read").items.len(),
            1
        );
        assert!(store.pending_outbox(None, 9, at(10)).await.expect("read").rows.is_empty());
    });
}

#[test]
fn dead_letters_are_listed_of_a_conversation_and_of_a_connection() {
    run(async {
        let store = memory().await.expect("opened");
        for thread in ["a", "b"] {
            talk(&store, FIRST, thread, thread, "hi").await;
        }
        let rows = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        for row in &rows {
            store.bury(row, "gone", at(9), None).await.expect("buried").expect("was there");
        }
        let (conversation, connection) = (rows[0].conversation, rows[0].connection.clone());
        for (conversation, connection, expected) in [
            (None, None, 2),
            (Some(conversation), None, 1),
            (None, Some(connection.clone()), 2),
            (Some(conversation), Some(connection), 1),
            (Some(conversation), Some("other".to_owned()), 0),
        ] {
            let filter = LetterFilter { conversation, connection };
            let letters = store.dead_letters(FIRST, &filter, None, 9).await.expect("read").items;
            assert_eq!(letters.len(), expected, "{filter:?}");
        }
    });
}

#[test]
fn a_page_looks_at_a_bounded_number_of_dead_letters_and_the_next_goes_on() {
    run(async {
        let store = memory().await.expect("opened");
        for number in 0..7 {
            let thread = if number % 3 == 0 { "rare" } else { "often" };
            talk(&store, FIRST, thread, &format!("{number}"), "hi").await;
        }
        let rows = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        for (second, row) in (10..).zip(&rows) {
            store.bury(row, "gone", at(second), None).await.expect("buried").expect("was there");
        }
        let rare = LetterFilter { conversation: Some(rows[0].conversation), connection: None };
        let other = LetterFilter { conversation: None, connection: Some("other".to_owned()) };
        // Of the seven the first, the fourth and the last fit; a page looks at two at most.
        for (filter, limit, expected) in [
            (&rare, 9, &[1, 1, 0, 1][..]),
            (&rare, 1, &[1, 0, 1, 0, 1, 0][..]),
            (&other, 9, &[0, 0, 0, 0][..]),
            (&LetterFilter::default(), 9, &[2, 2, 2, 1][..]),
        ] {
            let (mut cursor, mut sizes, mut died): (Option<String>, _, _) = (None, Vec::new(), Vec::new());
            loop {
                let page = store.dead_letters_within(FIRST, filter, cursor.as_deref(), limit, 2).await;
                let page = page.expect("read");
                sizes.push(page.items.len());
                died.extend(page.items.iter().map(|letter| letter.died_at));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(died.is_sorted(), "{filter:?} {died:?}");
            assert_eq!(sizes, expected, "{filter:?} {limit}");
        }
    });
}

#[test]
fn a_dead_letter_says_which_message_it_is_and_of_a_call_nothing_that_may_be_secret() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "a", &"é".repeat(200)).await;
        call(&store, "b").await;
        for row in store.pending_outbox(None, 9, at(0)).await.expect("read").rows {
            store.bury(&row, "gone", at(9), None).await.expect("buried").expect("was there");
        }
        let mut letters =
            store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("read").items;
        letters.sort_by_key(|letter| letter.text.is_none());
        let [message, call] = letters.as_slice() else { panic!("{letters:?}") };
        let text = format!("you said {}…", "é".repeat(111));
        assert_eq!((message.kind, message.sequence), (Some(DeadLetterKind::Message), Some(2)));
        assert_eq!(message.text.as_ref(), Some(&text));
        assert_eq!((call.kind, call.sequence, &call.text), (Some(DeadLetterKind::Call), Some(2), &None));
    });
}

#[test]
fn what_cannot_be_delivered_is_kept_and_can_be_tried_again() {
    run(async {
        let store = memory().await.expect("opened");
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let outcome = commit(&store, FIRST, turn(&row, 0, State::default(), "hello")).await;
        let TurnOutcome::Committed { outbox, .. } = outcome else { panic!("{outcome:?}") };
        let key = &outbox[0].key;
        let parts = ["1.1".to_owned()];
        store.deliver_later(FIRST, key, 3, at(60), "503", &parts).await.expect("put off");
        let pending = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        assert_eq!((pending[0].attempts, pending[0].next_at), (3, at(60)));
        assert_eq!(pending[0].parts, parts, "it goes on behind what has left");
        // In the last try one more part left.
        let last =
            OutboxRow { attempts: 4, parts: vec!["1.1".to_owned(), "1.2".to_owned()], ..outbox[0].clone() };
        let letter = store.bury(&last, "gone", at(70), None).await.expect("buried").expect("was there");
        assert_eq!(store.bury(&last, "gone", at(70), None).await.expect("told"), None);
        assert!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.is_empty());
        let page = store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("read");
        assert_eq!((page.items[0].id.as_str(), page.items[0].error.as_str()), (letter.as_str(), "gone"));
        assert!(
            store
                .dead_letters(SECOND, &LetterFilter::default(), None, 9)
                .await
                .expect("read")
                .items
                .is_empty()
        );
        assert_eq!(store.replay_dead_letter(SECOND, &letter, at(80)).await.expect("none"), None);
        let back = store.replay_dead_letter(FIRST, &letter, at(80)).await.expect("back").expect("there");
        assert_eq!((&back.key, back.attempts, back.next_at), (key, 0, at(80)));
        let pending = store.pending_outbox(None, 9, at(80)).await.expect("read").rows;
        let again = [outbox[0].again, back.again, pending[0].again];
        assert_eq!(again, [false, true, true], "others may have left since");
        assert_eq!((&back.parts, back.uncertain), (&last.parts, true), "no part leaves twice unmarked");
        let refused = OutboxRow { attempts: 1, ..back.clone() };
        let bury = async |row: &OutboxRow| {
            store.bury(row, "refused", at(90), None).await.expect("buried").expect("was there")
        };
        let letter = bury(&refused).await;
        let back = store.replay_dead_letter(FIRST, &letter, at(91)).await.expect("back").expect("there");
        assert!(back.uncertain, "it was before");
        let letter = bury(&OutboxRow { uncertain: false, ..refused }).await;
        let back = store.replay_dead_letter(FIRST, &letter, at(92)).await.expect("back").expect("there");
        assert!(!back.uncertain, "what was refused at the first try has not arrived");
        assert_eq!(back.payload, outbox[0].payload);
        assert_eq!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.len(), 1);
        assert!(
            store
                .dead_letters(FIRST, &LetterFilter::default(), None, 9)
                .await
                .expect("read")
                .items
                .is_empty()
        );
    });
}
