//! What the platforms say, and what is kept of the connections to them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::DeliveryState,
    content::Content,
    id::{ContactId, MediaId, MemberId},
};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, message, talk};
use crate::{
    Arrival, ConversationFilter, Departure, Fetch, FetchKey, LateRefusal, Merging, NewFetch, PartReport,
    Store, StoredConnection, ThreadAlias, UnreadBody,
    testing::{memory, run},
};

fn departure(sequence: u64, parts: &[&str]) -> Departure {
    Departure {
        conversation: message(FIRST, "a", "", "").conversation,
        sequence,
        parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        uncertain: sequence == 9,
        losses: vec!["picture written as a link".to_owned()],
        error: None,
        at: at(0),
    }
}

async fn report(store: &Store, part: &str, state: DeliveryState, error: Option<&str>, seconds: i64) {
    let report = PartReport {
        conversation: message(FIRST, "a", "", "").conversation,
        part: part.to_owned(),
        tag: None,
        state,
        error: error.map(str::to_owned),
        again: None,
        at: at(seconds),
    };
    store.note_reports(FIRST, &[report]).await.expect("noted");
}

#[test]
fn a_part_is_known_again_by_what_was_sent_with_it() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let note = async |part: &str, tag: Option<&str>| {
            let report = PartReport {
                conversation,
                part: part.to_owned(),
                tag: tag.map(str::to_owned),
                state: DeliveryState::Sent,
                error: None,
                again: None,
                at: at(1),
            };
            store.note_reports(FIRST, &[report]).await.expect("noted");
        };
        let part = async |organisation, tag: &str| {
            store.part_of_tag(organisation, conversation, tag).await.expect("read")
        };
        note("x1", Some("key.0")).await;
        note("x2", Some("key.1")).await;
        // A later report that does not tell it takes nothing away.
        note("x1", None).await;
        assert_eq!(part(FIRST, "key.0").await.as_deref(), Some("x1"));
        assert_eq!(part(FIRST, "key.1").await.as_deref(), Some("x2"));
        assert_eq!(part(FIRST, "key.2").await, None);
        assert_eq!(part(SECOND, "key.0").await, None);
    });
}

#[test]
fn how_far_a_message_has_come_only_grows() {
    use DeliveryState::{Delivered, Failed, Read, Sent};
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let state = async |sequence: u64| {
            let found = store.departed(FIRST, conversation, &[sequence]).await.expect("read");
            found.get(&sequence).map(|departed| {
                (departed.delivery.state, departed.delivery.error.clone(), departed.delivery.at)
            })
        };
        // Said before the message is known to have left.
        report(&store, "x1", Delivered, None, 5).await;
        assert_eq!(state(7).await, None);
        let noted = [departure(7, &["x1", "x2"]), departure(9, &["y"])];
        store.sweep_and_note(FIRST, &[], &noted).await.expect("noted");
        assert_eq!(state(7).await, Some((Sent, None, Some(at(0)))), "the slower part counts");
        report(&store, "x2", Read, None, 6).await;
        assert_eq!(state(7).await, Some((Delivered, None, Some(at(6)))));
        // Late, and again.
        for late in [Sent, Failed, Delivered] {
            report(&store, "x2", late, Some("late"), 9).await;
        }
        assert_eq!(state(7).await, Some((Delivered, None, Some(at(6)))));
        report(&store, "y", Failed, Some("blocked"), 3).await;
        assert_eq!(state(9).await, Some((Failed, Some("blocked".to_owned()), Some(at(3)))));
        report(&store, "y", Read, None, 4).await;
        assert_eq!(state(9).await, Some((Read, None, Some(at(4)))), "something better was heard");

        assert_eq!(store.message_of_part(FIRST, conversation, "x2").await.expect("read"), Some(7));
        assert_eq!(store.message_of_part(FIRST, conversation, "z").await.expect("read"), None);
        assert_eq!(store.message_of_part(SECOND, conversation, "x2").await.expect("read"), None);
        assert!(store.departed(SECOND, conversation, &[7, 9]).await.expect("read").is_empty());
        let delivery = async |sequence: u64| {
            store.departed(FIRST, conversation, &[sequence]).await.expect("read")[&sequence].delivery.clone()
        };
        assert_eq!(delivery(7).await.losses, ["picture written as a link"]);
        assert_eq!((delivery(7).await.uncertain, delivery(9).await.uncertain), (false, true));
    });
}

#[test]
fn the_parts_of_a_message_that_was_changed_are_those_of_the_change() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let parts = async || store.departed(FIRST, conversation, &[7]).await.expect("read")[&7].parts.clone();
        let change = async |words: Option<&str>, parts: &[&str]| {
            let (content, parts) = (words.map(Content::text), parts.iter().map(|part| (*part).to_owned()));
            let parts: Vec<_> = parts.collect();
            let noted = store.note_correction(FIRST, conversation, 7, content.as_ref(), &parts).await;
            noted.expect("noted");
        };
        store.sweep_and_note(FIRST, &[], &[departure(7, &["x1"])]).await.expect("noted");
        change(Some("longer"), &["x1", "x2"]).await;
        assert_eq!(parts().await, ["x1", "x2"]);
        assert_eq!(store.message_of_part(FIRST, conversation, "x2").await.expect("read"), Some(7));
        change(Some("short"), &["x1"]).await;
        assert_eq!(parts().await, ["x1"]);
        change(None, &[]).await;
        assert_eq!(parts().await, ["x1"], "what was taken back is still known");
    });
}

#[test]
fn files_are_noted_with_their_event_until_they_are_here() {
    run(async {
        let store = memory().await.expect("opened");
        let file = |n: u128| NewFetch {
            media: MediaId(Ulid(n)),
            native: format!("file-{n}"),
            name: "bill.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 7,
        };
        let arrival = Arrival { attachments: vec![file(1), file(2)], ..message(FIRST, "a", "1", "") };
        let row = arrive(&store, FIRST, arrival.clone()).await;
        store.accept(FIRST, vec![arrival]).await.expect("a repeat");
        let due = async |seconds, resting: &[&str], held: &[FetchKey]| {
            let resting = resting.iter().map(|name| (*name).to_owned()).collect();
            store.due_fetches(at(seconds), resting, held.iter().copied(), 9).await.expect("read")
        };
        let pending = due(0, &["other"], &[]).await;
        assert_eq!(due(0, &["web"], &[]).await, [], "its connection rests");
        let held = (FIRST, row.conversation, MediaId(Ulid(1)));
        assert_eq!(due(0, &[], &[held]).await, pending[1..], "somebody is at it");
        let files: Vec<_> = pending.iter().map(|fetch| fetch.file.clone()).collect();
        assert_eq!(files, [file(1), file(2)]);
        assert_eq!((pending[0].conversation, pending[0].organisation), (row.conversation, FIRST));
        store.fetched(FIRST, row.conversation, MediaId(Ulid(1))).await.expect("told");
        let later =
            Fetch { attempts: 1, next_at: at(60), error: Some("503".to_owned()), ..pending[1].clone() };
        store.fetch_later(&later).await.expect("noted");
        assert_eq!(due(59, &[], &[]).await, []);
        assert_eq!(due(60, &[], &[]).await, std::slice::from_ref(&later));
        store.fetch_later(&Fetch { given_up: true, ..later.clone() }).await.expect("noted");
        assert_eq!(due(60, &[], &[]).await, []);
        let found = store.fetch(FIRST, row.conversation, MediaId(Ulid(2))).await.expect("read");
        assert!(found.is_some_and(|fetch| fetch.given_up && fetch.error.as_deref() == Some("503")));
    });
}

#[test]
fn what_could_not_be_read_is_kept_and_bounded() {
    run(async {
        let store = memory().await.expect("opened");
        let body = |n: u128| UnreadBody {
            connection: "shop".to_owned(),
            id: Ulid(n),
            bytes: vec![0, 255, 7],
            why: "no JSON".to_owned(),
            at: at(0),
        };
        for n in 1..=102 {
            store.keep_unread(FIRST, &body(n)).await.expect("kept");
        }
        let listed = store.unread(FIRST).await.expect("read").items;
        assert_eq!((listed.len(), listed[0].id.as_str(), listed[0].size), (100, &*Ulid(3).to_string(), 3));
        assert_eq!(store.unread_body(FIRST, "shop", Ulid(3)).await.expect("read"), Some(body(3)));
        assert_eq!(store.unread_body(SECOND, "shop", Ulid(3)).await.expect("read"), None);
        store.delete_unread(FIRST, "shop", Ulid(3)).await.expect("deleted");
        assert_eq!(store.unread_body(FIRST, "shop", Ulid(3)).await.expect("read"), None);
        assert!(store.unread(SECOND).await.expect("read").items.is_empty());
    });
}

#[test]
fn contacts_are_merged_and_taken_apart() {
    run(async {
        let store = memory().await.expect("opened");
        for thread in ["a", "b", "c"] {
            talk(&store, FIRST, thread, thread, "hi").await;
        }
        let [a, b, c] = ["a", "b", "c"].map(|thread| ContactId::of_identity(FIRST, "web", thread));
        let person = async |contact| {
            let person = store.person(FIRST, contact).await.expect("read");
            (person.contact, person.parts.len())
        };
        let merge =
            async |part, into| store.merge_contacts(FIRST, part, into, None, at(0)).await.expect("merged");
        assert_eq!(person(a).await, (a, 1));
        assert_eq!(merge(a, b).await, Merging::Merged);
        assert_eq!(merge(b, a).await, Merging::Already);
        assert_eq!(merge(a, c).await, Merging::Merged, "the person of a is that of b");
        for part in [a, b, c] {
            assert_eq!(person(part).await, (c, 3));
        }
        assert_eq!(merge(c, a).await, Merging::Already);
        assert_eq!(merge(a, ContactId(Ulid(1))).await, Merging::Unknown);
        assert_eq!(store.person(SECOND, a).await.expect("read").contact, a);
        let claim = async |address: &str, contact| {
            store.claim_address(FIRST, "email", address, contact).await.expect("noted")
        };
        assert_eq!(claim("ada@example.org", a).await, None);
        assert_eq!(claim("ada@example.org", a).await, None, "told again");
        assert_eq!(claim("ada@example.org", b).await, Some(a));
        assert_eq!(claim("bob@example.org", b).await, None);
        let identities = store.identities(FIRST, a).await.expect("read");
        assert_eq!((identities[0].connection.as_str(), identities[0].external.as_str()), ("web", "a"));
        let filter = ConversationFilter { contacts: Some(vec![a, c]), ..Default::default() };
        let found = store.conversations(FIRST, &filter, None, 9).await.expect("listed");
        assert_eq!(found.items.len(), 2);
        let due = store.due_wishes().await.expect("read");
        let wholes: std::collections::BTreeSet<_> = due.iter().map(|due| due.contact).collect();
        assert_eq!(wholes, std::collections::BTreeSet::from([b, c]), "who stands for the person after each");
        for due in &due {
            store.settle_wish(due).await.expect("settled");
        }
        assert!(store.unmerge_contact(FIRST, b, at(1)).await.expect("taken apart"));
        let again = store.due_wishes().await.expect("read");
        assert!(
            again.iter().any(|due| due.contact == b) && again.len() == 2,
            "both are looked at: {again:?}"
        );
        for old in &due {
            store.settle_wish(old).await.expect("nothing to do");
        }
        assert_eq!(store.due_wishes().await.expect("read"), again, "it is due again since then");
        assert!(!store.unmerge_contact(FIRST, b, at(2)).await.expect("nothing to do"));
        assert_eq!((person(a).await, person(c).await), ((b, 2), (c, 1)));

        // What somebody took apart, somebody alone makes one again.
        let by_themselves =
            async |part, into| store.merge_contacts(FIRST, part, into, None, at(3)).await.expect("decided");
        for (part, into) in [(b, c), (c, b), (a, c)] {
            assert_eq!(by_themselves(part, into).await, Merging::Apart);
        }
        talk(&store, FIRST, "d", "d", "hi").await;
        let d = ContactId::of_identity(FIRST, "web", "d");
        assert_eq!(by_themselves(d, a).await, Merging::Merged, "others are none of its business");
        assert_eq!(by_themselves(c, d).await, Merging::Apart, "not by way of another either");
        let somebody = Some(MemberId(Ulid(9)));
        let merging = store.merge_contacts(FIRST, b, c, somebody, at(4)).await.expect("decided");
        assert_eq!((merging, person(d).await), (Merging::Merged, (c, 4)));
    });
}

#[test]
fn merges_of_the_same_moment_make_no_circle() {
    run(async {
        let store = memory().await.expect("opened");
        for round in 0..10 {
            let threads = ["a", "b", "c"].map(|name| format!("{name}{round}"));
            for thread in &threads {
                talk(&store, FIRST, thread, thread, "hi").await;
            }
            let [a, b, c] = threads.each_ref().map(|thread| ContactId::of_identity(FIRST, "web", thread));
            let merge = |part, into| {
                let store = store.clone();
                tokio::spawn(async move { store.merge_contacts(FIRST, part, into, None, at(0)).await })
            };
            let (one, two, three) = tokio::join!(merge(a, b), merge(b, c), merge(c, a));
            for done in [one, two, three] {
                done.expect("no panic").expect("decided");
            }
            let mut wholes = BTreeSet::new();
            for contact in [a, b, c] {
                let person = store.person(FIRST, contact).await.expect("read");
                assert_eq!(person.parts.len(), 3, "{round}: {person:?}");
                wholes.insert(person.contact);
            }
            assert_eq!(wholes.len(), 1, "{round}: one person");
        }
    });
}

#[test]
fn connections_their_memory_and_their_threads_are_kept() {
    run(async {
        let store = memory().await.expect("opened");
        let connection = StoredConnection {
            organisation: FIRST,
            name: "shop".to_owned(),
            channel: "telegram".to_owned(),
            bot: "tents".to_owned(),
            sealed: vec![1, 2, 3],
            paused: false,
            created_at: at(0),
        };
        assert!(store.create_connection(&connection).await.expect("kept"));
        assert!(!store.create_connection(&connection).await.expect("there is one"));
        store.pause_connection(FIRST, "shop", true, at(1)).await.expect("paused");
        let paused = StoredConnection { paused: true, ..connection.clone() };
        assert_eq!(store.stored_connections().await.expect("read"), [paused], "its settings stay");
        store.pause_connection(FIRST, "of_settings", true, at(1)).await.expect("paused");
        let made = StoredConnection { name: "of_settings".to_owned(), ..connection.clone() };
        assert!(store.create_connection(&made).await.expect("kept"), "the settings have it no more");
        assert!(!store.create_connection(&made).await.expect("there is one"));
        store.delete_connection(FIRST, "of_settings").await.expect("deleted");
        for value in ["7", "8"] {
            store.remember(FIRST, "shop", "offset", value).await.expect("kept");
        }
        assert_eq!(store.recall(FIRST, "shop", "offset").await.expect("read").as_deref(), Some("8"));
        assert_eq!(store.recall(SECOND, "shop", "offset").await.expect("read"), None);
        let alias = ThreadAlias {
            organisation: FIRST,
            connection: "shop".to_owned(),
            from: "-1".to_owned(),
            to: "-100".to_owned(),
            conversation: message(FIRST, "a", "", "").conversation,
        };
        for _ in 0..2 {
            store.rename_thread(&alias).await.expect("told");
        }
        assert_eq!(store.thread_aliases().await.expect("read"), [alias]);
        store.delete_connection(FIRST, "shop").await.expect("deleted");
        assert!(store.stored_connections().await.expect("read").is_empty());
        assert_eq!(store.recall(FIRST, "shop", "offset").await.expect("read"), None);
    });
}

#[test]
fn what_a_platform_refuses_later_is_a_dead_letter_that_goes_on_at_that_part() {
    use DeliveryState::{Delivered, Failed};
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let letters = async || store.dead_letters(FIRST, None, 9).await.expect("listed").items;
        let settle = async |part: &str| {
            store.settle_refused(FIRST, conversation, part, at(20), 1.0).await.expect("decided")
        };
        let keys: Vec<_> = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let keys: Vec<_> = keys.into_iter().map(|row| row.key).collect();

        report(&store, "x2", Failed, Some("more than 24 hours"), 5).await;
        assert_eq!(settle("x2").await, LateRefusal::Waits, "it is not known yet to have left");
        let left = [departure(2, &["x1", "x2", "x3"])];
        store.sweep_and_note(FIRST, &keys, &left).await.expect("noted");
        let early = store.refused_early(FIRST, &left).await.expect("read");
        assert_eq!(early, [(conversation, "x2".to_owned())]);
        let settled = settle("x2").await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "it does not pass by itself: {settled:?}");
        assert_eq!(settle("x2").await, LateRefusal::Settled, "told again");
        for part in ["x1", "y"] {
            assert_eq!(settle(part).await, LateRefusal::Settled, "nobody refused {part}");
        }
        let found = letters().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].error.as_str(), found[0].died_at), ("more than 24 hours", at(5)));
        assert_eq!((found[0].conversation, found[0].connection.as_str()), (conversation, "web"));

        let row = store
            .replay_dead_letter(FIRST, &found[0].id, at(9))
            .await
            .expect("replayed")
            .expect("it is there");
        assert_eq!((row.sequence, row.parts, row.uncertain), (2, vec!["x1".to_owned()], true));
        assert_eq!(settle("x2").await, LateRefusal::Settled, "it is on its way again");
        let left = [departure(2, &["x1", "x4"])];
        store.sweep_and_note(FIRST, &[row.key], &left).await.expect("noted");
        assert_eq!(settle("x2").await, LateRefusal::Settled);
        report(&store, "x4", Delivered, None, 12).await;
        report(&store, "x4", Failed, Some("late news"), 13).await;
        assert_eq!((settle("x4").await, letters().await), (LateRefusal::Settled, vec![]), "it has arrived");
    });
}

#[test]
fn what_is_refused_for_a_moment_leaves_again_a_few_times_and_says_so() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let outbox = async || store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let refuse = async |part: &str, now: Timestamp| {
            let report = PartReport {
                conversation,
                part: part.to_owned(),
                tag: Some("key.0".to_owned()),
                state: DeliveryState::Failed,
                error: Some("too many".to_owned()),
                again: Some(SignedDuration::from_secs(4)),
                at: now,
            };
            store.note_reports(FIRST, &[report]).await.expect("noted");
            store.settle_refused(FIRST, conversation, part, now, 0.0).await.expect("decided")
        };
        let leave = async |part: &str| {
            let keys: Vec<_> = outbox().await.into_iter().map(|row| row.key).collect();
            let left = [departure(2, &[part])];
            store.sweep_and_note(FIRST, &keys, &left).await.expect("noted");
        };
        let letters = async || store.dead_letters(FIRST, None, 9).await.expect("listed").items;
        for number in 1..=5 {
            let part = format!("x{number}");
            leave(&part).await;
            let LateRefusal::Again(row) = refuse(&part, at(number * 60)).await else {
                panic!("{part} is to leave again")
            };
            assert!(row.is_uncertain() && row.key.is_late() && row.again, "{row:?}");
            assert_eq!((row.sequence, row.next_at), (2, at(number * 60 + 4)));
            let found = outbox().await;
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((&found[0].key, found[0].next_at), (&row.key, row.next_at));
            let known = store.departed(FIRST, conversation, &[2]).await.expect("read");
            assert!(known.is_empty(), "it has not left: {known:?}");
            assert_eq!(refuse(&part, at(number * 60)).await, LateRefusal::Settled, "told again");
        }
        assert_eq!(letters().await, []);
        leave("x6").await;
        let settled = refuse("x6", at(400)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "often enough: {settled:?}");
        assert_eq!((letters().await.len(), outbox().await.len()), (1, 0));
    });
}

#[test]
fn what_was_said_long_ago_leaves_no_more_by_itself() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let keys = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let keys: Vec<_> = keys.into_iter().map(|row| row.key).collect();
        store.sweep_and_note(FIRST, &keys, &[departure(2, &["x1"])]).await.expect("noted");
        let report = PartReport {
            conversation,
            part: "x1".to_owned(),
            tag: Some("key.0".to_owned()),
            state: DeliveryState::Failed,
            error: Some("too many".to_owned()),
            again: Some(SignedDuration::from_secs(4)),
            at: at(5),
        };
        store.note_reports(FIRST, &[report]).await.expect("noted");
        let settled = store.settle_refused(FIRST, conversation, "x1", at(6 * 3_600), 0.0).await;
        assert!(matches!(settled, Ok(LateRefusal::Buried(_))), "{settled:?}");
    });
}

#[test]
fn what_was_refused_waits_to_be_settled_until_it_is() {
    use DeliveryState::Failed;
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let unsettled = async || {
            let all = store.unsettled().await.expect("read");
            assert!(all.iter().all(|one| (one.organisation, one.conversation) == (FIRST, conversation)));
            all.into_iter().map(|one| (one.part, one.sequence)).collect::<Vec<_>>()
        };
        let settle = async |part: &str| {
            store.settle_refused(FIRST, conversation, part, at(20), 1.0).await.expect("decided")
        };
        for part in ["x1", "y"] {
            report(&store, part, Failed, Some("more than 24 hours"), 5).await;
        }
        assert_eq!(settle("x1").await, LateRefusal::Waits);
        let keys = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let keys: Vec<_> = keys.into_iter().map(|row| row.key).collect();
        store.sweep_and_note(FIRST, &keys, &[departure(2, &["x1"])]).await.expect("noted");
        let both = [("x1".to_owned(), Some(2)), ("y".to_owned(), None)];
        assert_eq!(unsettled().await, both, "a process may end here");
        assert!(matches!(settle("x1").await, LateRefusal::Buried(_)));
        assert_eq!(unsettled().await, both[1..]);
        report(&store, "x1", Failed, Some("more than 24 hours"), 5).await;
        assert_eq!(settle("x1").await, LateRefusal::Settled, "told again");
        assert_eq!(unsettled().await, both[1..]);
        store.drop_unknown_refusals(at(5 + 24 * 3_600)).await.expect("nothing to drop yet");
        assert_eq!(unsettled().await, both[1..]);
        store.drop_unknown_refusals(at(6 + 24 * 3_600)).await.expect("dropped");
        assert_eq!(unsettled().await, [], "somebody else sent it");
    });
}
