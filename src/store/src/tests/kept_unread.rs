//! What of the platforms could not be read, and what is put aside.

use studio_core::api::{Page, Unread};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, at};
use crate::{
    Keeping, UnreadBody,
    testing::{memory, run},
};

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
