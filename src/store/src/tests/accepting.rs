//! Nothing that was accepted is lost, and nothing is accepted twice.

use studio_core::dialogue::{State, Timer, TimerKind};
use surrealdb::types::object;

use super::scene::{FIRST, SECOND, arrive, at, commit, in_folder, message, talk, turn};
use crate::{
    Accepted, Arrival, Parking, TurnOutcome,
    testing::{Fault, memory, run},
    transact::Probe,
};

fn is_new(accepted: &[Accepted]) -> Vec<bool> {
    accepted.iter().map(|accepted| matches!(accepted, Accepted::New(_))).collect()
}

#[test]
fn repeats_are_recognised_within_a_batch_and_across() {
    run(async {
        let store = memory().await.expect("opened");
        let batch =
            |natives: &[&str]| natives.iter().map(|native| message(FIRST, "a", native, "hi")).collect();
        let first = store.accept(FIRST, batch(&["1", "2", "1"])).await.expect("accepted");
        assert_eq!(is_new(&first), [true, true, false]);
        let second = store.accept(FIRST, batch(&["2", "3", "1", "4"])).await.expect("accepted");
        assert_eq!(is_new(&second), [false, true, false, true]);
        let third = store.accept(FIRST, batch(&["2", "3"])).await.expect("accepted");
        assert_eq!(is_new(&third), [false, false]);
        let other = store.accept(SECOND, vec![message(SECOND, "a", "1", "hi")]).await.expect("accepted");
        assert_eq!(is_new(&other), [true], "another organisation's events are others");
        let waiting = store.pending_inbox(None, 100).await.expect("read").rows;
        let natives: Vec<_> = waiting.iter().map(|row| row.key.event.native.as_str()).collect();
        assert_eq!(natives, ["1", "2", "3", "4", "1"]);
    });
}

#[test]
fn who_waits_behind_many_that_are_done_is_found() {
    run(async {
        let store = memory().await.expect("opened");
        for number in 0..5 {
            talk(&store, FIRST, &format!("done-{number}"), &number.to_string(), "hi").await;
        }
        let waits = arrive(&store, FIRST, message(FIRST, "waits", "waits", "hi")).await;
        let (mut found, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.pending_inbox(after.as_ref(), 2).await.expect("read");
            found.extend(page.rows);
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(pages > 3, "those that are done have not been swept: {pages}");
        assert_eq!(found, [waits]);
    });
}

#[test]
fn what_cannot_be_read_keeps_no_other_event_from_its_turn() {
    run(async {
        let store = memory().await.expect("opened");
        let spoilt = arrive(&store, FIRST, message(FIRST, "spoilt", "1", "hi")).await;
        let waits = arrive(&store, FIRST, message(FIRST, "waits", "2", "hi")).await;
        let bind = object! { id: spoilt.key.record() };
        store.transact(&["UPDATE $id SET event = '{'"], bind, Probe::Repeat).await.expect("spoilt");
        assert_eq!(store.pending_inbox(None, 9).await.expect("read").rows, [waits]);
    });
}

#[test]
fn a_timer_that_cannot_be_read_keeps_no_other_from_firing() {
    run(async {
        let store = memory().await.expect("opened");
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let mut first = turn(&row, 0, State::default(), "hello");
        for (number, seconds) in [(1, 10), (2, 20)] {
            first.remind.push((Timer { timer: number, kind: TimerKind::Wait }, at(seconds)));
        }
        assert!(matches!(commit(&store, FIRST, first).await, TurnOutcome::Committed { .. }));
        let spoil = "UPDATE timer SET kind = 'never' WHERE record::id(id)[3] = 1 RETURN NONE";
        store.transact(&[spoil], object! {}, Probe::Repeat).await.expect("spoilt");
        let fired = store.fire_due(at(60), 9).await.expect("fired");
        let native: Vec<_> = fired.iter().map(|row| row.key.event.native.as_str()).collect();
        assert!(native.len() == 1 && native[0].contains(".2."), "{native:?}");
        assert_eq!(store.next_timer_due().await.expect("read"), None, "it is not looked at again");
    });
}

#[test]
fn another_event_under_a_known_key_is_a_conflict() {
    run(async {
        let store = memory().await.expect("opened");
        let event = |native: &str, fingerprint| Arrival { fingerprint, ..message(FIRST, "a", native, "hi") };
        let accept = async |batch: Vec<Arrival>| {
            let accepted = store.accept(FIRST, batch).await.expect("nothing failed");
            let short = accepted.iter().map(|accepted| match accepted {
                Accepted::New(_) => "new",
                Accepted::Repeat => "repeat",
                Accepted::Conflict => "conflict",
            });
            short.collect::<Vec<_>>().join(" ")
        };
        let large = Some(u64::MAX);
        let batch = vec![event("1", large), event("1", large), event("1", Some(1)), event("2", None)];
        assert_eq!(accept(batch).await, "new repeat conflict new");
        let batch = vec![event("1", large), event("1", Some(1)), event("3", Some(3)), event("2", Some(2))];
        assert_eq!(
            accept(batch).await,
            "repeat conflict new repeat",
            "what was not said before cannot differ"
        );
        assert_eq!(store.pending_inbox(None, 100).await.expect("read").rows.len(), 3);
    });
}

#[test]
fn a_repeat_is_known_after_its_turn() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "1", "hi").await;
        let again = store.accept(FIRST, vec![message(FIRST, "a", "1", "hi")]).await.expect("accepted");
        assert_eq!(is_new(&again), [false]);
    });
}

#[test]
fn concurrent_repeats_are_accepted_once() {
    run(async {
        let store = memory().await.expect("opened");
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let batch = (0..20).map(|n| message(FIRST, "a", &n.to_string(), "hi")).collect();
                    is_new(&store.accept(FIRST, batch).await.expect("accepted"))
                })
            })
            .collect();
        let mut new = 0;
        for task in tasks {
            new += task.await.expect("ran").into_iter().filter(|is_new| *is_new).count();
        }
        assert_eq!(new, 20);
        assert_eq!(store.pending_inbox(None, 100).await.expect("read").rows.len(), 20);
    });
}

#[test]
fn a_lost_answer_is_found_out() {
    run(async {
        let store = memory().await.expect("opened");
        for fault in [Fault::AfterCommit, Fault::BeforeCommit, Fault::Denied] {
            store.inject(&[fault]);
            let native = format!("{fault:?}");
            arrive(&store, FIRST, message(FIRST, "a", &native, "hi")).await;
        }
        assert_eq!(store.pending_inbox(None, 100).await.expect("read").rows.len(), 3);
    });
}

#[test]
fn what_waits_survives_in_its_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        let batch = (0..5).map(|n| message(FIRST, "a", &n.to_string(), "hi")).collect();
        store.accept(FIRST, batch).await.expect("accepted");
        let before = store.pending_inbox(None, 100).await.expect("read").rows;
        store.close().await;
        let store = in_folder(&path).await;
        assert_eq!(store.pending_inbox(None, 100).await.expect("read").rows, before);
        let next = arrive(&store, FIRST, message(FIRST, "a", "5", "hi")).await;
        assert!(before.iter().all(|row| row.key < next.key), "a later one comes later");
        let second = store.pending_inbox(Some(&before[3].key), 1).await.expect("read").rows;
        assert_eq!(second, before[4..5]);
        store.close().await;
    });
}

#[test]
fn failures_are_counted_and_parked_events_come_back() {
    run(async {
        let store = memory().await.expect("opened");
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let keys = [row.key.clone()];
        store.note_attempts(FIRST, &keys, 3, "boom").await.expect("noted");
        assert_eq!(store.park(FIRST, &row, "boom", at(9)).await.expect("parked"), Parking::Parked);
        let gone = Parking::Done { outbox: Vec::new() };
        assert_eq!(store.park(FIRST, &row, "boom", at(9)).await.expect("parked once"), gone);
        assert!(store.pending_inbox(None, 9).await.expect("read").rows.is_empty());
        assert!(store.parked(SECOND, None, 9).await.expect("read").items.is_empty());
        let parked = store.parked(FIRST, None, 9).await.expect("read").items;
        assert_eq!((parked[0].attempts, parked[0].error.as_str()), (3, "boom"));
        assert_eq!(parked[0].payload, serde_json::to_value(&row.event).expect("JSON"));
        assert_eq!(store.replay_parked(SECOND, &row.key.event, at(9)).await.expect("none"), None);
        let back = store.replay_parked(FIRST, &row.key.event, at(9)).await.expect("back").expect("there");
        assert_eq!((back.attempts, &back.event), (0, &row.event));
        assert_eq!(store.pending_inbox(None, 9).await.expect("read").rows, [back]);
        assert_eq!(store.replay_parked(FIRST, &row.key.event, at(9)).await.expect("none"), None);
    });
}

#[test]
fn tries_are_noted_of_those_that_wait_and_make_nobody_anew() {
    run(async {
        let store = memory().await.expect("opened");
        let mut waiting = Vec::new();
        for thread in ["a", "b", "c"] {
            waiting.push(arrive(&store, FIRST, message(FIRST, thread, thread, "hi")).await);
        }
        let keys: Vec<_> = waiting.iter().map(|row| row.key.clone()).collect();
        assert_eq!(store.park(FIRST, &waiting[2], "boom", at(9)).await.expect("parked"), Parking::Parked);
        store.note_attempts(FIRST, &keys, 1, "boom").await.expect("noted");
        store.note_attempts(FIRST, &keys[1..2], 2, "bang").await.expect("noted");
        store.note_attempts(SECOND, &keys, 9, "others'").await.expect("noted");
        let rows = store.pending_inbox(None, 9).await.expect("read").rows;
        let tries: Vec<_> = rows.iter().map(|row| (row.attempts, row.error.as_deref())).collect();
        assert_eq!(tries, [(1, Some("boom")), (2, Some("bang"))]);
    });
}

#[test]
fn old_receipts_are_pruned_page_by_page() {
    run(async {
        let store = memory().await.expect("opened");
        for (organisation, thread) in [(FIRST, "a"), (SECOND, "b")] {
            let batch = (0..5).map(|n| message(organisation, thread, &n.to_string(), "hi")).collect();
            store.accept(organisation, batch).await.expect("accepted");
        }
        let early = store.prune_receipts(at(-1), None, 100).await.expect("pruned");
        assert_eq!((early.deleted, early.next), (0, None));
        let mut deleted = 0;
        let mut after = None;
        loop {
            let page = store.prune_receipts(at(60), after.as_ref(), 3).await.expect("pruned");
            deleted += page.deleted;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(deleted, 10);
    });
}
