//! A turn is stored whole or not at all, once, and one bad turn does not hold up others.

use serde_json::json;
use studio_core::dialogue::{Body, Event, State, Timer, TimerKind};

use super::scene::{FIRST, SECOND, arrive, at, commit, in_folder, message, talk, turn};
use crate::{
    Parking, TurnOutcome,
    testing::{Fault, memory, run},
};

#[test]
fn a_turn_is_stored_with_all_it_caused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let timer = Timer { timer: 1, kind: TimerKind::Session };
        let mut first = turn(&row, 0, State::default(), "hello");
        first.remind = vec![(timer, at(100))];
        let TurnOutcome::Committed { version: 1, outbox } = commit(&store, FIRST, first.clone()).await else {
            panic!("not committed");
        };
        store.close().await;
        let store = in_folder(&path).await;
        assert!(store.pending_inbox(None, 9).await.expect("read").rows.is_empty());
        let found = store.conversation(FIRST, row.conversation).await.expect("read").expect("there");
        assert_eq!(
            (found.version, &found.state, &found.conversation),
            (1, &first.state, &first.conversation)
        );
        let page = store.journal(FIRST, row.conversation, 0, 9).await.expect("read");
        let stored = serde_json::to_string(&first.entries).expect("JSON");
        assert_eq!((page.entries, page.bytes), (first.entries.clone(), stored.len()));
        assert_eq!(
            store.journal(FIRST, row.conversation, 1, 9).await.expect("read").entries,
            first.entries[1..]
        );
        assert_eq!(store.journal(FIRST, row.conversation, 2, 9).await.expect("read").entries, []);
        let pending = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        assert!(pending[0].uncertain, "the process before may have sent it");
        assert_eq!((pending[0].key.clone(), pending.len()), (outbox[0].key.clone(), 1));
        assert_eq!(pending[0].payload, outbox[0].payload);
        assert_eq!(store.next_timer_due().await.expect("read"), Some(at(100)));
        let contact = store.contact(FIRST, first.conversation.contact).await.expect("read").expect("there");
        assert_eq!(contact.name, "Visitor a");
        let identity = store.identity(FIRST, "web", "a").await.expect("read").expect("there");
        assert_eq!(identity.contact, contact.id);
        store.sweep(FIRST, &[outbox[0].key.clone()]).await.expect("deleted");
        assert!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.is_empty());
        store.close().await;
    });
}

#[test]
fn one_bad_turn_does_not_hold_up_the_others() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "outdated", "0", "hi").await;
        let mut turns = Vec::new();
        for thread in ["good", "done", "outdated", "broken", "fine"] {
            let row = arrive(&store, FIRST, message(FIRST, thread, &format!("{thread}-1"), "hi")).await;
            turns.push(turn(&row, 0, State::default(), "hello"));
        }
        // A journal entry with this number is there already, although the version is right.
        talk(&store, FIRST, "broken", "broken-0", "hi").await;
        turns[3].expected_version = 1;
        assert!(matches!(commit(&store, FIRST, turns[1].clone()).await, TurnOutcome::Committed { .. }));
        let outcomes = store.commit_turns(FIRST, &turns).await.expect("told");
        assert!(matches!(outcomes[0], TurnOutcome::Committed { version: 1, .. }), "{outcomes:?}");
        assert!(matches!(outcomes[1], TurnOutcome::AlreadyDone { .. }), "{outcomes:?}");
        assert!(matches!(outcomes[2], TurnOutcome::Outdated { version: 1 }), "{outcomes:?}");
        assert!(matches!(outcomes[3], TurnOutcome::Failed(_)), "{outcomes:?}");
        assert!(matches!(outcomes[4], TurnOutcome::Committed { version: 1, .. }), "{outcomes:?}");
        let waiting = store.pending_inbox(None, 9).await.expect("read").rows;
        assert_eq!(waiting.len(), 2, "the outdated and the broken one wait");
    });
}

#[test]
fn turns_of_one_conversation_follow_each_other_in_one_call() {
    run(async {
        let store = memory().await.expect("opened");
        let one = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let two = arrive(&store, FIRST, message(FIRST, "a", "2", "there")).await;
        let first = turn(&one, 0, State::default(), "hello");
        let second = turn(&two, 1, first.state.clone(), "again");
        let outcomes = store.commit_turns(FIRST, &[first, second]).await.expect("told");
        assert!(matches!(outcomes[1], TurnOutcome::Committed { version: 2, .. }), "{outcomes:?}");
        assert_eq!(store.journal(FIRST, one.conversation, 0, 9).await.expect("read").entries.len(), 4);
    });
}

#[test]
fn a_lost_answer_does_not_double_a_turn() {
    run(async {
        let store = memory().await.expect("opened");
        for (thread, fault) in [("a", Fault::AfterCommit), ("b", Fault::BeforeCommit)] {
            let row = arrive(&store, FIRST, message(FIRST, thread, thread, "hi")).await;
            let first = turn(&row, 0, State::default(), "hello");
            store.inject(&[fault]);
            assert!(matches!(commit(&store, FIRST, first.clone()).await, TurnOutcome::Committed { .. }));
            let TurnOutcome::AlreadyDone { outbox } = commit(&store, FIRST, first).await else {
                panic!("done twice");
            };
            assert_eq!(outbox.len(), 1, "what the caller never heard of can still be sent");
        }
        assert_eq!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.len(), 2);
    });
}

#[test]
fn a_turn_that_is_committed_is_not_parked() {
    run(async {
        let store = memory().await.expect("opened");
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        commit(&store, FIRST, turn(&row, 0, State::default(), "hello")).await;
        for swept in [false, true] {
            let parking = store.park(FIRST, &row, "boom", at(9)).await.expect("told");
            let Parking::Done { outbox } = parking else { panic!("{parking:?}") };
            assert_eq!(outbox.len(), 1, "what nobody was told of can still be sent; swept: {swept}");
            assert!(store.parked(FIRST, None, 9).await.expect("read").items.is_empty());
            store.sweep(FIRST, &[]).await.expect("swept");
        }
        assert!(store.pending_inbox(None, 9).await.expect("read").rows.is_empty());
    });
}

#[test]
fn a_lost_request_beside_a_turn_done_before_is_not_taken_for_committed() {
    run(async {
        let store = memory().await.expect("opened");
        let mut turns = Vec::new();
        for thread in ["done", "new"] {
            let row = arrive(&store, FIRST, message(FIRST, thread, thread, "hi")).await;
            turns.push(turn(&row, 0, State::default(), "hello"));
        }
        commit(&store, FIRST, turns[0].clone()).await;
        store.inject(&[Fault::BeforeCommit]);
        let outcomes = store.commit_turns(FIRST, &turns).await.expect("told");
        assert!(matches!(outcomes[0], TurnOutcome::AlreadyDone { .. }), "{outcomes:?}");
        assert!(matches!(outcomes[1], TurnOutcome::Committed { .. }), "{outcomes:?}");
        let found = store.conversation(FIRST, turns[1].conversation.id).await.expect("read");
        assert!(found.is_some(), "it is stored");
    });
}

#[test]
fn two_lanes_cannot_both_move_a_conversation() {
    run(async {
        let store = memory().await.expect("opened");
        for round in 0..10 {
            let thread = round.to_string();
            let one = arrive(&store, FIRST, message(FIRST, &thread, &format!("{round}a"), "hi")).await;
            let two = arrive(&store, FIRST, message(FIRST, &thread, &format!("{round}b"), "hi")).await;
            let (one, two) = (turn(&one, 0, State::default(), "one"), turn(&two, 0, State::default(), "two"));
            let (one, two) = tokio::join!(commit(&store, FIRST, one), commit(&store, FIRST, two));
            let won = [&one, &two].iter().filter(|o| matches!(o, TurnOutcome::Committed { .. })).count();
            let lost =
                [&one, &two].iter().filter(|o| matches!(o, TurnOutcome::Outdated { version: 1 })).count();
            assert_eq!((won, lost), (1, 1), "{one:?} {two:?}");
        }
    });
}

#[test]
fn due_timers_become_events_once() {
    run(async {
        let store = memory().await.expect("opened");
        let wait = |timer| Timer { timer, kind: TimerKind::Wait };
        for (organisation, thread) in [(FIRST, "a"), (SECOND, "a")] {
            let row = arrive(&store, organisation, message(organisation, thread, "1", "hi")).await;
            let mut first = turn(&row, 0, State::default(), "hello");
            first.remind = vec![(wait(1), at(10)), (wait(2), at(20)), (wait(3), at(30))];
            commit(&store, organisation, first.clone()).await;
            let row = arrive(&store, organisation, message(organisation, thread, "2", "hi")).await;
            let mut second = turn(&row, 1, first.state, "hello");
            second.unremind = vec![(wait(2), at(20))];
            commit(&store, organisation, second).await;
        }
        assert_eq!(store.fire_due(at(9), 100).await.expect("fired"), []);
        let (one, two) = tokio::join!(store.fire_due(at(25), 100), store.fire_due(at(25), 100));
        let fired = [one.expect("fired"), two.expect("fired")].concat();
        assert_eq!(fired.len(), 2, "one of each organisation");
        for row in &fired {
            assert_eq!(row.event.body, Body::Timer { timer: 1, kind: TimerKind::Wait });
            assert_eq!((row.thread.as_str(), row.event.at), ("a", at(25)));
        }
        let mut waiting = store.pending_inbox(None, 9).await.expect("read").rows;
        waiting.sort_by_key(|row| row.key.clone());
        let mut fired = fired;
        fired.sort_by_key(|row| row.key.clone());
        assert_eq!(waiting, fired);
        assert_eq!(store.next_timer_due().await.expect("read"), Some(at(30)));
    });
}

#[test]
fn odd_payloads_come_back_unchanged() {
    let odd = json!({
        "": {"": null, "a.b": [[], {}, null], "$id": "inbox:1"},
        "numbers": [1e308, 5e-324, 0.1, 0.1 + 0.2, -0.0, u64::MAX, i64::MIN, 1.0, 1],
        "text": "quote \" nul \u{0} esc \u{1b} 😀 \u{202e} e\u{301}",
        "looks like": ["2024-01-01T00:00:00Z", "1h", "NONE", "person:tobie", "u'0'"],
    });
    run(async move {
        let store = memory().await.expect("opened");
        let mut arrival = message(FIRST, "a", "\u{0}'\"`⟩ ]", "hi");
        arrival.event =
            Event { body: Body::Custom { name: "odd".to_owned(), data: odd.clone() }, ..arrival.event };
        let row = arrive(&store, FIRST, arrival).await;
        assert_eq!(store.pending_inbox(None, 9).await.expect("read").rows, std::slice::from_ref(&row));
        let mut state = State { answer: odd.clone(), message: odd.clone(), ..State::default() };
        state.slots.insert("a.b".to_owned(), odd.clone());
        state.slots.insert(String::new(), json!(null));
        state.timers.insert(u64::MAX, (TimerKind::Wait, at(1)));
        let first = turn(&row, 0, state, "hello");
        commit(&store, FIRST, first.clone()).await;
        let found = store.conversation(FIRST, row.conversation).await.expect("read").expect("there");
        assert_eq!(found.state, first.state);
    });
}

#[test]
fn a_turn_is_done_even_where_its_event_was_not_swept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        let one = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let two = arrive(&store, FIRST, message(FIRST, "a", "2", "there")).await;
        let three = arrive(&store, FIRST, message(FIRST, "a", "3", "again")).await;
        let first = turn(&one, 0, State::default(), "hello");
        let second = turn(&two, 1, first.state.clone(), "you");
        store.commit_turns(FIRST, &[first, second.clone()]).await.expect("told");
        // The process ends before it sweeps; both events stand in the inbox.
        store.close().await;
        let store = in_folder(&path).await;
        assert_eq!(store.pending_inbox(None, 9).await.expect("read").rows, std::slice::from_ref(&three));
        let again = turn(&one, 2, second.state.clone(), "hello");
        assert!(matches!(commit(&store, FIRST, again).await, TurnOutcome::AlreadyDone { .. }));
        let third = turn(&three, 2, second.state.clone(), "yes");
        assert!(matches!(
            commit(&store, FIRST, third.clone()).await,
            TurnOutcome::Committed { version: 3, .. }
        ));
        // It is recognised by the list alone, and swept only after its turn.
        let again = turn(&three, 3, third.state.clone(), "yes");
        assert!(matches!(commit(&store, FIRST, again.clone()).await, TurnOutcome::AlreadyDone { .. }));
        store.sweep(FIRST, &[]).await.expect("swept");
        assert!(matches!(commit(&store, FIRST, again).await, TurnOutcome::AlreadyDone { .. }));
        assert_eq!(store.journal(FIRST, one.conversation, 0, 9).await.expect("read").entries.len(), 6);
        store.close().await;
    });
}
