//! What the platforms say, and what is kept of the connections to them.

use std::collections::BTreeSet;

use serde_json::json;
use studio_core::{
    api::{Correction, DeliveryState, Page, RefusedChange, Unread},
    content::Content,
    dialogue::State,
    id::{ContactId, MediaId, MemberId},
};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, departure, message, report, talk, turn};
use crate::{
    Arrival, ConversationFilter, Departure, Fetch, FetchKey, FirstContact, Keeping, Merging, NewFetch,
    PartReport, Store, StoredConnection, ThreadAlias, Told, Turn, TurnOutcome, UnreadBody,
    testing::{memory, run},
};

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

        assert!(store.departed(SECOND, conversation, &[7, 9]).await.expect("read").is_empty());
        let delivery = async |sequence: u64| {
            store.departed(FIRST, conversation, &[sequence]).await.expect("read")[&sequence].delivery.clone()
        };
        assert_eq!(delivery(7).await.losses, ["picture written as a link"]);
        assert_eq!((delivery(7).await.uncertain, delivery(9).await.uncertain), (false, true));
    });
}

/// A message of the second conversation of a chat in which the platform counts all of them.
fn told(numbers: &[&str]) -> Told {
    Told {
        connection: "web".to_owned(),
        chat: "camp".to_owned(),
        thread: "camp/5".to_owned(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
    }
}

#[test]
fn a_message_is_found_by_its_chat_and_its_number_there() {
    run(async {
        let store = memory().await.expect("opened");
        let threads = async |organisation, chat: &str, number: &str| {
            store.threads_told(organisation, "web", chat, number).await.expect("read")
        };
        let left = Departure { told: Some(told(&["4", "5"])), ..departure(7, &["4+", "5"]) };
        for _ in 0..2 {
            store.sweep_and_note(FIRST, &[], std::slice::from_ref(&left)).await.expect("noted");
        }
        for number in ["4", "5"] {
            assert_eq!(threads(FIRST, "camp", number).await, ["camp/5"], "{number}");
        }
        for (organisation, chat, number) in [(FIRST, "camp", "45"), (FIRST, "ca", "4"), (SECOND, "camp", "4")]
        {
            assert_eq!(threads(organisation, chat, number).await, Vec::<String>::new(), "{chat} {number}");
        }
        // A change that needs one more, and another one that says nothing of that.
        let conversation = left.conversation;
        let longer = Correction { content: Some(Content::text("longer")), losses: Vec::new() };
        let parts = ["4+", "5+", "6"].map(str::to_owned);
        for told in [Some(told(&["4", "5", "6"])), None] {
            let noted = store.note_correction(FIRST, conversation, 7, &longer, &parts, told.as_ref()).await;
            noted.expect("noted");
        }
        assert_eq!(threads(FIRST, "camp", "6").await, ["camp/5"]);
    });
}

#[test]
fn the_parts_of_a_message_that_was_changed_are_those_of_the_change() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let parts = async || store.departed(FIRST, conversation, &[7]).await.expect("read")[&7].parts.clone();
        let change = async |words: Option<&str>, parts: &[&str]| {
            let correction = Correction { content: words.map(Content::text), losses: Vec::new() };
            let parts: Vec<_> = parts.iter().map(|part| (*part).to_owned()).collect();
            let noted = store.note_correction(FIRST, conversation, 7, &correction, &parts, None).await;
            noted.expect("noted");
        };
        store.sweep_and_note(FIRST, &[], &[departure(7, &["x1"])]).await.expect("noted");
        change(Some("longer"), &["x1", "x2"]).await;
        assert_eq!(parts().await, ["x1", "x2"]);
        change(Some("short"), &["x1"]).await;
        assert_eq!(parts().await, ["x1"]);
        change(None, &[]).await;
        assert_eq!(parts().await, ["x1"], "what was taken back is still known");
    });
}

#[test]
fn a_change_that_was_refused_is_told_until_another_is_made() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let told = async || {
            store.departed(FIRST, conversation, &[7]).await.expect("read")[&7].refused_change.clone()
        };
        store.sweep_and_note(FIRST, &[], &[departure(7, &["x1"])]).await.expect("noted");
        assert_eq!(told().await, None);
        let refused = RefusedChange { sequence: 9, error: "it is too old".to_owned() };
        store.note_refused_change(FIRST, conversation, 7, &refused).await.expect("noted");
        assert_eq!(told().await, Some(refused));
        let losses = vec!["picture written as a link".to_owned()];
        let shorter = Correction { content: Some(Content::text("shorter")), losses };
        store.note_correction(FIRST, conversation, 7, &shorter, &[], None).await.expect("noted");
        let departed = store.departed(FIRST, conversation, &[7]).await.expect("read");
        assert_eq!(departed[&7].correction, Some(shorter));
        assert_eq!(told().await, None);
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

fn unread(n: u128, why: &str) -> UnreadBody {
    UnreadBody {
        connection: "shop".to_owned(),
        id: Ulid(n),
        bytes: vec![0, 255, 7],
        why: why.to_owned(),
        at: at(0),
        native: None,
    }
}

#[test]
fn what_comes_often_drives_nothing_else_out() {
    run(async {
        let store = memory().await.expect("opened");
        store.keep_unread(FIRST, &unread(1, "no JSON")).await.expect("kept");
        for n in 2..=130 {
            store.keep_unread(FIRST, &unread(n, "a new kind")).await.expect("kept");
        }
        store.keep_unread(FIRST, &unread(131, "no JSON")).await.expect("kept");
        let listed = store.unread(FIRST, None, 200).await.expect("read").items;
        let ids = listed.into_iter().map(|one| one.id).collect::<Vec<_>>();
        let expected = std::iter::once(1).chain(33..=131).map(|n| Ulid(n).to_string());
        assert_eq!(ids, expected.collect::<Vec<_>>());
    });
}

#[test]
fn what_is_put_aside_gives_way_to_nothing_and_is_refused_where_there_is_no_room() {
    run(async {
        let store = memory().await.expect("opened");
        for n in 1..=100 {
            assert!(store.put_aside(FIRST, &unread(n, "it does not run")).await.expect("kept"), "{n}");
        }
        let more = unread(101, "it does not run");
        assert!(!store.put_aside(FIRST, &more).await.expect("asked"), "there is no room");
        for n in 201..=302 {
            let kept = store.keep_unread(FIRST, &unread(n, "no JSON")).await.expect("kept");
            assert_eq!(kept, Keeping::Kept { gave_way: usize::from(n > 300) }, "{n}");
        }
        let mut ids = Vec::new();
        let mut after: Option<Ulid> = None;
        loop {
            let page = store.unread(FIRST, after.map(|last| ("shop", last)), 200).await.expect("read");
            ids.extend(page.items.iter().map(|one| one.id.clone()));
            let Some(last) = page.items.last().filter(|_| page.next_cursor.is_some()) else { break };
            after = Some(Ulid::from_string(&last.id).expect("an id"));
        }
        let expected = (1..=100).chain(203..=302).map(|n| Ulid(n).to_string());
        assert_eq!(ids, expected.collect::<Vec<_>>());
        store.delete_unread(FIRST, "shop", Ulid(1)).await.expect("deleted");
        assert!(store.put_aside(FIRST, &more).await.expect("kept"), "there is room again");
    });
}

#[test]
fn what_is_told_again_takes_no_second_place_of_what_is_put_aside() {
    run(async {
        let store = memory().await.expect("opened");
        let told = |n: u128| UnreadBody { native: Some("Ev1".to_owned()), ..unread(n, "it does not run") };
        let tries = (1..=3).map(|n| {
            let (store, body) = (store.clone(), told(n));
            tokio::spawn(async move { store.put_aside(FIRST, &body).await })
        });
        for one in tries.collect::<Vec<_>>() {
            assert!(one.await.expect("no panic").expect("kept"));
        }
        assert_eq!(store.unread(FIRST, None, 200).await.expect("read").items.len(), 1, "at one time");
        for n in 4..=102 {
            assert!(store.put_aside(FIRST, &unread(n, "it does not run")).await.expect("kept"), "{n}");
        }
        assert!(!store.put_aside(FIRST, &unread(103, "it does not run")).await.expect("asked"));
        assert!(store.put_aside(FIRST, &told(104)).await.expect("known"), "it is there");
        assert_eq!(store.keep_unread(FIRST, &told(105)).await.expect("known"), Keeping::Before);
        assert_eq!(store.unread(FIRST, None, 200).await.expect("read").items.len(), 100);
    });
}

#[test]
fn what_could_not_be_read_is_kept_and_bounded() {
    run(async {
        let store = memory().await.expect("opened");
        let body = |n: u128| unread(n, "no JSON");
        for n in 1..=102 {
            store.keep_unread(FIRST, &body(n)).await.expect("kept");
        }
        let listed = store.unread(FIRST, None, 200).await.expect("read").items;
        assert_eq!((listed.len(), listed[0].id.as_str(), listed[0].size), (100, &*Ulid(3).to_string(), 3));
        assert_eq!(store.unread_body(FIRST, "shop", Ulid(3)).await.expect("read"), Some(body(3)));
        assert_eq!(store.unread_body(SECOND, "shop", Ulid(3)).await.expect("read"), None);
        store.delete_unread(FIRST, "shop", Ulid(3)).await.expect("deleted");
        assert_eq!(store.unread_body(FIRST, "shop", Ulid(3)).await.expect("read"), None);
        assert!(store.unread(SECOND, None, 200).await.expect("read").items.is_empty());
    });
}

#[test]
fn what_is_found_again_is_kept_once_and_drives_nothing_out() {
    run(async {
        let store = memory().await.expect("opened");
        let found = |n: u128| UnreadBody { native: Some("D1:1".to_owned()), ..unread(n, "a new kind") };
        let kept = Keeping::Kept { gave_way: 0 };
        assert_eq!(store.keep_unread(FIRST, &found(1)).await.expect("kept"), kept);
        for n in 2..=100 {
            assert_eq!(store.keep_unread(FIRST, &unread(n, "no JSON")).await.expect("kept"), kept);
        }
        assert_eq!(store.keep_unread(FIRST, &found(101)).await.expect("known"), Keeping::Before);
        let listed = store.unread(FIRST, None, 200).await.expect("read").items;
        assert_eq!((listed.len(), listed[0].id.as_str()), (100, &*Ulid(1).to_string()));
        assert_eq!(store.unread_body(FIRST, "shop", Ulid(1)).await.expect("read"), Some(found(1)));
        let elsewhere = UnreadBody { connection: "wa".to_owned(), ..found(102) };
        assert_eq!(store.keep_unread(FIRST, &elsewhere).await.expect("kept"), kept, "of another connection");
        store.delete_unread(FIRST, "shop", Ulid(1)).await.expect("deleted");
        assert_eq!(store.keep_unread(FIRST, &found(103)).await.expect("kept"), kept);
    });
}

#[test]
fn what_could_not_be_read_is_listed_page_by_page_across_the_connections() {
    run(async {
        let store = memory().await.expect("opened");
        for (connection, n) in [("shop", 1), ("shop", 2), ("wa", 1), ("wa", 3)] {
            let body = UnreadBody { connection: connection.to_owned(), ..unread(n, "no JSON") };
            store.keep_unread(FIRST, &body).await.expect("kept");
        }
        let page = async |after| store.unread(FIRST, after, 3).await.expect("read");
        let ids = |page: &Page<Unread>| {
            page.items.iter().map(|one| format!("{}/{}", one.connection, one.id)).collect::<Vec<_>>()
        };
        let first = page(None).await;
        let place = |connection: &str, n: u128| format!("{connection}/{}", Ulid(n));
        assert_eq!(ids(&first), [place("shop", 1), place("shop", 2), place("wa", 1)]);
        assert_eq!(first.next_cursor, Some(place("wa", 1)));
        let second = page(Some(("wa", Ulid(1)))).await;
        assert_eq!((ids(&second), second.next_cursor), (vec![place("wa", 3)], None));
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

/// What is known of who speaks in a thread changes to this.
async fn has_phone(store: &Store, thread: &str, phone: &str) {
    let row = arrive(store, FIRST, message(FIRST, thread, &format!("{thread} {phone}"), "hi")).await;
    let (version, state) = match store.conversation(FIRST, row.conversation).await.expect("read") {
        Some(found) => (found.version, found.state),
        None => (0, State::default()),
    };
    let known = FirstContact {
        external: thread.to_owned(),
        name: thread.to_owned(),
        attributes: [("phone", json!(phone)), ("phone_verified", json!(true))]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        told: true,
    };
    let turn = Turn { contact: Some(known), ..turn(&row, version, state, "hello") };
    let outcome = commit(store, FIRST, turn).await;
    assert!(matches!(outcome, TurnOutcome::Committed { .. }), "{outcome:?}");
}

#[test]
fn an_address_is_whose_it_is_known_to_be_until_that_contact_has_another() {
    run(async {
        let store = memory().await.expect("opened");
        let (old, new) = ("4915112345678", "4915199999999");
        has_phone(&store, "a", old).await;
        has_phone(&store, "b", old).await;
        let [a, b] = ["a", "b"].map(|thread| ContactId::of_identity(FIRST, "web", thread));
        let claim = async |address: &str, contact| {
            store.claim_address(FIRST, "phone", address, contact).await.expect("noted")
        };
        assert_eq!(claim(old, a).await, None);
        assert_eq!(claim(old, a).await, None, "told again");
        assert_eq!(claim(old, b).await, Some(a));
        has_phone(&store, "a", new).await;
        assert_eq!(claim(new, a).await, None);
        assert_eq!(claim(old, b).await, None, "the number is another person's by now");
        assert_eq!(claim(old, a).await, Some(b));
        has_phone(&store, "b", new).await;
        assert_eq!(claim(new, b).await, Some(a));
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
