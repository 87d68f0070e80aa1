//! What the platforms say, and what is kept of the connections to them.

use studio_core::{
    api::{Correction, DeliveryState, RefusedChange},
    content::Content,
    id::MediaId,
};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, departure, message, report};
use crate::{
    Arrival, Departure, Fetch, FetchKey, NewFetch, PartReport, StoredConnection, ThreadAlias, Told,
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
