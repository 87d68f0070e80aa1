//! Files of a conversation are kept whole, and go when nothing names them.

use jiff::Timestamp;
use studio_core::{
    content::{Content, Source},
    dialogue::{Body, State},
    id::{ConversationId, MediaId},
};
use surrealdb::types::{RecordId, object};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, message, turn};
use crate::{
    Arrival, NewMedia, Parking, StoreError,
    testing::{memory, run},
};
#[test]
fn files_are_kept_whole() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = ConversationId::of_thread(FIRST, "web", "a");
        for size in [0_usize, 1, 1024 * 1024, 5 * 1024 * 1024 + 3, 10] {
            let media = NewMedia {
                id: MediaId(Ulid(1)),
                conversation,
                name: "a.bin".to_owned(),
                media_type: "application/octet-stream".to_owned(),
                created_at: at(0),
            };
            let bytes: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap_or(0)).collect();
            store.put_media(FIRST, &media, &bytes).await.expect("kept");
            let (found, read) = store.media_bytes(FIRST, media.id).await.expect("read").expect("there");
            assert_eq!((found.size, read == bytes), (size as u64, true), "{size}");
            assert_eq!(store.media(SECOND, media.id).await.expect("read"), None);
        }
        assert_eq!(store.media_of(FIRST, conversation).await.expect("read").len(), 1);
        store.delete_media(FIRST, MediaId(Ulid(1))).await.expect("deleted");
        assert_eq!(store.media_of(FIRST, conversation).await.expect("read"), []);
        assert!(store.contents().await.expect("counted").rows.is_empty(), "no chunk is left");
    });
}

/// A message of this thread with a file that was uploaded before it.
fn with_file(thread: &str, media: MediaId) -> Arrival {
    let mut arrival = message(FIRST, thread, thread, "");
    if let Body::Message { content, .. } = &mut arrival.event.body {
        let source = Source::Media(media);
        *content = Content::File { source, name: "a.bin".to_owned(), media_type: String::new(), size: 0 };
    }
    arrival
}

#[test]
fn a_file_that_was_never_sent_goes_and_one_that_anything_names_does_not() {
    run(async {
        let store = memory().await.expect("opened");
        let media = |number: u128| MediaId(Ulid(number));
        let upload = async |number: u128, thread: &str, created_at: Timestamp| {
            let media = NewMedia {
                id: media(number),
                conversation: ConversationId::of_thread(FIRST, "web", thread),
                name: "a.bin".to_owned(),
                media_type: "application/octet-stream".to_owned(),
                created_at,
            };
            store.put_media(FIRST, &media, b"bytes").await.expect("kept");
        };
        for (number, thread) in [(1, "said"), (2, "waits"), (3, "parked"), (4, "said"), (5, "late")] {
            upload(number, thread, at(0)).await;
        }
        upload(6, "new", at(90)).await;
        let row = arrive(&store, FIRST, with_file("said", media(1))).await;
        commit(&store, FIRST, turn(&row, 0, State::default(), "thanks")).await;
        arrive(&store, FIRST, with_file("waits", media(2))).await;
        let row = arrive(&store, FIRST, with_file("parked", media(3))).await;
        assert_eq!(store.park(FIRST, &row, "boom", at(9)).await.expect("parked"), Parking::Parked);

        // Pages of two, so that all of them are seen.
        let prune = async |now: Timestamp, before: Timestamp, doomed_before: Timestamp| {
            let (mut after, mut deleted) = (None, 0);
            loop {
                let page = store.prune_unsent(before, doomed_before, now, after.as_ref(), 2).await;
                let page = page.expect("pruned");
                deleted += page.deleted;
                after = page.next;
                if after.is_none() {
                    return deleted;
                }
            }
        };
        let there = async || {
            let mut found = Vec::new();
            for number in 1..=6 {
                found.extend(store.media(FIRST, media(number)).await.expect("read").map(|_| number));
            }
            found
        };
        assert_eq!(prune(at(100), at(50), at(99)).await, 0, "nothing goes at once");
        assert_eq!(there().await, [1, 2, 3, 6], "what was never sent cannot be named any more");
        // A message that was just being stored.
        arrive(&store, FIRST, with_file("late", media(5))).await;
        assert_eq!(prune(at(200), at(50), at(150)).await, 1);
        assert_eq!(there().await, [1, 2, 3, 5, 6]);
        assert_eq!(prune(at(300), at(50), at(250)).await, 0);
        assert_eq!(prune(at(300), at(250), at(250)).await, 0, "the new one begins");
        assert_eq!(prune(at(400), at(350), at(350)).await, 1);
        assert_eq!(there().await, [1, 2, 3, 5]);
        let rows = store.contents().await.expect("counted").rows;
        assert_eq!((rows["media"], rows["media_chunk"], rows["conversation_media"]), (4, 4, 4));
    });
}

#[test]
fn a_file_whose_conversation_is_erased_while_it_is_written_does_not_stay() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = ConversationId::of_thread(FIRST, "web", "a");
        let media = NewMedia {
            id: MediaId(Ulid(1)),
            conversation,
            name: "a.bin".to_owned(),
            media_type: "application/octet-stream".to_owned(),
            created_at: at(0),
        };
        let writer = store.clone();
        let writing =
            tokio::spawn(async move { writer.put_media(FIRST, &media, &vec![7; 48 * 1024 * 1024]).await });
        let named = "SELECT VALUE id FROM conversation_media LIMIT 1";
        while store.rows::<RecordId>("conversation_media", named, object! {}).await.expect("read").is_empty()
        {
        }
        store.erase_media(FIRST, conversation, at(1)).await.expect("erased");
        assert!(matches!(writing.await.expect("no panic"), Err(StoreError::Refused(_))));
        assert!(store.contents().await.expect("counted").rows.is_empty());
    });
}
