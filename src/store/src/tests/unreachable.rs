//! Who cannot be written to is known also after a start.

use studio_core::id::{ContactId, OrganisationId};

use super::scene::{FIRST, SECOND, at, message, talk};
use crate::{
    Store, Unreachable,
    testing::{memory, run},
};

const BLOCKED: &str = "the person has blocked the bot";

async fn of(store: &Store, organisation: OrganisationId, thread: &str) -> Vec<Option<Unreachable>> {
    let contact = ContactId::of_identity(organisation, "web", thread);
    let known = store.identities(organisation, contact).await.expect("read");
    known.into_iter().map(|identity| identity.unreachable).collect()
}

#[test]
fn who_cannot_be_written_to_is_known_until_they_can() {
    run(async {
        let store = memory().await.expect("opened");
        for (organisation, thread) in [(FIRST, "a"), (FIRST, "b"), (SECOND, "a")] {
            talk(&store, organisation, thread, thread, "hello").await;
        }
        let conversation = |thread: &str| message(FIRST, thread, "", "").conversation;
        let blocked = |seconds| Unreachable { since: at(seconds), why: BLOCKED.to_owned() };
        for seconds in [1, 2] {
            store.note_unreachable(FIRST, conversation("a"), &blocked(seconds)).await.expect("noted");
        }
        assert_eq!(store.unreachable(9).await.expect("read"), [(conversation("a"), blocked(2))]);
        assert_eq!(of(&store, FIRST, "a").await, [Some(blocked(2))]);
        let identity = store.identity(FIRST, "web", "a").await.expect("read").expect("there");
        assert_eq!(identity.unreachable, Some(blocked(2)));
        assert_eq!((of(&store, FIRST, "b").await, of(&store, SECOND, "a").await), (vec![None], vec![None]));

        // It is about the person, and a turn does not change it.
        talk(&store, FIRST, "a", "a2", "hello again").await;
        assert_eq!(of(&store, FIRST, "a").await, [Some(blocked(2))]);

        store.note_unreachable(FIRST, conversation("b"), &blocked(3)).await.expect("noted");
        assert_eq!(store.unreachable(1).await.expect("read").len(), 1);
        for _ in 0..2 {
            store.note_reachable(FIRST, conversation("a")).await.expect("noted");
        }
        assert_eq!(store.unreachable(9).await.expect("read"), [(conversation("b"), blocked(3))]);
        assert_eq!(of(&store, FIRST, "a").await, [None]);
        assert_eq!(of(&store, FIRST, "b").await, [Some(blocked(3))]);
    });
}

#[test]
fn whose_first_turn_is_not_committed_yet_is_known_as_well() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        let blocked = Unreachable { since: at(1), why: BLOCKED.to_owned() };
        store.note_unreachable(FIRST, conversation, &blocked).await.expect("noted");
        assert_eq!(store.unreachable(9).await.expect("read"), [(conversation, blocked)]);
    });
}
