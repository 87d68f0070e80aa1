//! A row that cannot be read costs what it held, and nothing else.

use studio_core::id::ConversationId;

use super::scene::{FIRST, arrive, at, in_folder, message, talk};
use crate::{
    ConversationFilter, LetterFilter, Store, StoreError,
    testing::{memory, run},
};

const THREADS: [&str; 3] = ["a", "b", "c"];

fn conversation(thread: &str) -> ConversationId {
    ConversationId::of_thread(FIRST, "web", thread)
}

async fn spoil(store: &Store, statement: &'static str, thread: &str) {
    store.spoil(statement, conversation(thread)).await.expect("spoiled");
}

#[test]
fn a_conversation_that_cannot_be_read_keeps_no_other_from_being_read() {
    run(async {
        for statement in [
            "UPDATE conversation:[$organisation, $conversation] SET state = '{'",
            "UPDATE conversation:[$organisation, $conversation] SET summary = 'none'",
            "UPDATE conversation:[$organisation, $conversation] SET version = 'none'",
        ] {
            let store = memory().await.expect("opened");
            for thread in THREADS {
                talk(&store, FIRST, thread, thread, "hi").await;
            }
            spoil(&store, statement, "b").await;
            let found = store.conversations_by_id(FIRST, &THREADS.map(conversation)).await.expect("read");
            assert_eq!(found.len(), 3, "{statement}");
            for (id, found) in found {
                match found {
                    Ok(found) => assert!(found.conversation.id == id && id != conversation("b")),
                    Err(error) => {
                        assert_eq!(id, conversation("b"), "{statement}");
                        assert!(matches!(error, StoreError::Corrupt { table: "conversation", .. }));
                    }
                }
            }
            assert!(store.conversation(FIRST, conversation("b")).await.is_err(), "{statement}");
            assert!(store.conversation(FIRST, conversation("a")).await.expect("read").is_some());
        }
    });
}

#[test]
fn a_list_passes_over_a_conversation_that_cannot_be_read_and_goes_on_behind_it() {
    run(async {
        let store = memory().await.expect("opened");
        for thread in THREADS {
            talk(&store, FIRST, thread, thread, "hi").await;
        }
        spoil(&store, "UPDATE conversation:[$organisation, $conversation] SET summary = '{'", "b").await;
        for limit in [1, 2, 9] {
            let (mut listed, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let filter = ConversationFilter::default();
                let page =
                    store.conversations(FIRST, &filter, cursor.as_deref(), limit).await.expect("listed");
                listed.extend(page.items.into_iter().map(|item| item.id));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            listed.sort_unstable();
            let mut expected = [conversation("a"), conversation("c")];
            expected.sort_unstable();
            assert_eq!(listed, expected, "{limit} a page");
        }
    });
}

#[test]
fn a_turn_that_cannot_be_read_is_missing_and_the_others_are_there() {
    run(async {
        let store = memory().await.expect("opened");
        for native in ["1", "2", "3"] {
            talk(&store, FIRST, "a", native, native).await;
        }
        spoil(&store, "UPDATE turn:[$organisation, $conversation, 4] SET entries = '{'", "a").await;
        let page = store.journal(FIRST, conversation("a"), 0, 9).await.expect("read");
        let numbers: Vec<_> = page.entries.iter().map(|entry| entry.sequence).collect();
        assert_eq!((numbers, page.last), (vec![1, 2, 5, 6], Some(6)));
        assert!(page.entry(5).expect("read").is_some());
        // What may be in it is not taken for something that was erased.
        assert!(matches!(page.entry(4), Err(StoreError::Corrupt { table: "turn", .. })));
        // A page of nothing but it is not the end.
        let page = store.journal(FIRST, conversation("a"), 2, 1).await.expect("read");
        assert_eq!((page.entries.len(), page.last), (0, Some(4)));
        let end = store.journal(FIRST, conversation("a"), 6, 1).await.expect("read");
        assert_eq!((end.entries.len(), end.last), (0, None));
    });
}

#[test]
fn what_must_leave_and_cannot_be_read_is_a_dead_letter_and_the_others_leave() {
    run(async {
        for statement in [
            "UPDATE outbox SET kept = payload, payload = '{' WHERE conversation = $conversation",
            "UPDATE outbox SET kept = payload, payload = 7 WHERE conversation = $conversation",
        ] {
            let store = memory().await.expect("opened");
            for thread in THREADS {
                talk(&store, FIRST, thread, thread, "hi").await;
            }
            spoil(&store, statement, "b").await;
            let (mut left, mut after) = (Vec::new(), None);
            loop {
                let page = store.pending_outbox(after.as_ref(), 1, at(7)).await.expect("read");
                left.extend(page.rows.into_iter().map(|row| row.thread));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(left, ["a", "c"], "{statement}");
            let letters =
                store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("read").items;
            let [letter] = letters.as_slice() else { panic!("{letters:?}") };
            assert_eq!((letter.conversation, letter.died_at), (conversation("b"), at(7)));
            assert!(letter.error.contains("cannot be read"), "{}", letter.error);
            assert_eq!((letter.kind, letter.sequence, &letter.text), (None, Some(2), &None));
            let departed = store.departed(FIRST, conversation("b"), &[2]).await.expect("read");
            assert!(departed[&2].delivery.error.is_some(), "{departed:?}");
            // Mended, it can be replayed.
            assert!(store.replay_dead_letter(FIRST, &letter.id, at(8)).await.is_err());
            spoil(&store, "UPDATE dead SET row.payload = row.kept WHERE conversation = $conversation", "b")
                .await;
            let row = store.replay_dead_letter(FIRST, &letter.id, at(8)).await.expect("read");
            assert!(row.is_some_and(|row| row.uncertain && row.thread == "b"));
        }
    });
}

#[test]
fn an_event_that_cannot_be_read_keeps_no_other_from_its_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        for thread in THREADS {
            arrive(&store, FIRST, message(FIRST, thread, thread, "hi")).await;
        }
        spoil(&store, "UPDATE inbox SET conversation = 'none' WHERE conversation = $conversation", "a").await;
        spoil(&store, "UPDATE inbox SET attempts = 'none' WHERE conversation = $conversation", "b").await;
        store.close().await;
        let store = in_folder(&path).await;
        let rows = store.pending_inbox(None, 9).await.expect("read").rows;
        assert_eq!(rows.into_iter().map(|row| row.thread).collect::<Vec<_>>(), ["c"]);
        store.close().await;
    });
}
