//! Which contacts are one person?

use std::collections::BTreeSet;

use serde_json::json;
use studio_core::{
    dialogue::State,
    id::{ContactId, MemberId},
};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, message, talk, turn};
use crate::{
    ConversationFilter, FirstContact, Merging, Store, Turn, TurnOutcome,
    testing::{memory, run},
};

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
