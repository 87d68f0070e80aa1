//! Whoever only reads a store leaves in it what is there to be done.

use std::path::Path;

use super::scene::{FIRST, arrive, commit, in_folder, message, talk, turn};
use crate::{
    Address, ExportError, OpenError, Settings, Store,
    testing::{Fault, run},
};

/// What befalls a file.
type Damage = fn(&mut Vec<u8>);

#[test]
fn a_store_that_is_read_is_not_migrated_and_its_copy_is_brought_up_where_it_is_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path.join("store")).await;
        talk(&store, FIRST, "a", "1", "hi").await;
        let whole = store.contents().await.expect("read");
        let back = "DELETE migration WHERE number >= 7; REMOVE TABLE evaluation; REMOVE TABLE self_test; \
                    REMOVE TABLE wish_due; REMOVE TABLE apart; REMOVE TABLE changed; \
                    REMOVE TABLE unsettled; REMOVE INDEX conversation_contact ON conversation; \
                    REMOVE TABLE reached; REMOVE TABLE unreachable; REMOVE TABLE chat_part; \
                    REMOVE TABLE review_place";
        store.spoil(back, message(FIRST, "a", "1", "hi").conversation).await.expect("as it was before");
        store.close().await;

        let settings = Settings::new(Address::Folder(path.join("store")));
        for attempt in 0..2 {
            let store = Store::open_to_read(&settings).await.expect("opened");
            let pending: Vec<_> = store.pending_migrations().iter().map(|one| one.number).collect();
            assert_eq!(pending, [7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
            let mut copy = Vec::new();
            assert_eq!(store.export(&mut copy, None).await.expect("copied"), whole);
            store.close().await;
            let mut copy = std::io::Cursor::new(copy);
            // Its tables are those of this binary already.
            let other = in_folder(&path.join("other")).await;
            let refused = other.import(&mut copy).await;
            assert!(matches!(refused, Err(ExportError::Older { copy: 6, store: 16 })), "{refused:?}");
            other.close().await;

            let settings = Settings::new(Address::Folder(path.join(format!("new-{attempt}"))));
            let new = Store::open_to_import(&settings).await.expect("opened");
            // The marks, the tables of six migrations, and then it breaks off.
            new.inject(&[&[Fault::None; 8][..], &[Fault::BeforeCommit; 9][..]].concat());
            let broken = new.import(&mut copy).await;
            assert!(matches!(broken, Err(ExportError::Store(_))), "{broken:?}");
            new.inject(&[]);
            new.close().await;
            let refused = Store::open_to_read(&settings).await;
            assert!(matches!(refused, Err(OpenError::UnfinishedImport)), "{refused:?}");
            let refused = Store::open(&settings).await;
            assert!(matches!(refused, Err(OpenError::UnfinishedImport)), "{refused:?}");

            let new = Store::open_to_import(&settings).await.expect("opened");
            let imported = new.import(&mut copy).await.expect("imported");
            assert_eq!((imported.migration, imported.is_migrated()), (6, true));
            assert_eq!(imported.contents, whole);
            new.finish_import().await.expect("finished");
            new.close().await;
            let new = Store::open(&settings).await.expect("opened");
            assert_eq!(new.contents().await.expect("read").rows["turn"], whole.rows["turn"]);
            talk(&new, FIRST, "a", "2", "hi").await;
            new.close().await;
        }
        let store = Store::open(&settings).await.expect("opened");
        assert!(store.pending_migrations().is_empty());
        // What had done its work is swept meanwhile.
        assert_eq!(store.contents().await.expect("read").rows["turn"], whole.rows["turn"]);
        store.close().await;
        let store = Store::open_to_read(&settings).await.expect("opened");
        assert!(store.pending_migrations().is_empty());
        store.close().await;
    });
}

#[test]
fn an_erasure_that_was_begun_is_left_to_the_studio() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        talk(&store, FIRST, "a", "1", "a secret word").await;
        let row = arrive(&store, FIRST, message(FIRST, "a", "2", "forget me")).await;
        let found = store.conversation(FIRST, row.conversation).await.expect("read").expect("there");
        let mut turn = turn(&row, found.version, found.state, "gone");
        turn.erase = true;
        // Committed; what follows is not.
        store.inject(&[&[Fault::None][..], &[Fault::BeforeCommit; 9][..]].concat());
        commit(&store, FIRST, turn).await;
        store.close().await;

        let settings = Settings::new(Address::Folder(path));
        let holds =
            async |store: &Store| !store.find_text(FIRST, "a secret word").await.expect("asked").is_empty();
        for _ in 0..2 {
            let store = Store::open_to_read(&settings).await.expect("opened");
            assert!(holds(&store).await, "it was erased by who only reads");
            store.close().await;
        }
        let store = Store::open(&settings).await.expect("opened");
        assert!(!holds(&store).await);
        store.close().await;
    });
}

/// A copy of a closed store in which the tables are damaged.
fn damaged(store: &Path, to: &Path, damage: fn(&mut Vec<u8>)) {
    std::fs::create_dir_all(to).expect("writable");
    for entry in std::fs::read_dir(store).expect("readable").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            damaged(&from, &to, damage);
            continue;
        }
        let mut bytes = std::fs::read(&from).expect("readable");
        if from.extension().is_some_and(|kind| kind == "sst") {
            damage(&mut bytes);
        }
        std::fs::write(to, bytes).expect("writable");
    }
}

#[test]
fn a_damaged_store_says_so_at_once_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let whole = path.join("whole");
        let store = in_folder(&whole).await;
        talk(&store, FIRST, "a", "1", "hi").await;
        store.close().await;
        let blocks = |bytes: &mut Vec<u8>| {
            let half = bytes.len() / 2;
            bytes[..half].iter_mut().skip(200).step_by(5).for_each(|byte| *byte ^= 0x5a);
        };
        let cases: [(&str, Damage); 3] =
            [("blocks", blocks), ("half", |bytes| bytes.truncate(bytes.len() / 2)), ("nothing", Vec::clear)];
        for (name, damage) in cases {
            for read in [true, false] {
                let folder = path.join(format!("{name}-{read}"));
                damaged(&whole, &folder, damage);
                let settings = Settings::new(Address::Folder(folder));
                let begun = std::time::Instant::now();
                let opened =
                    if read { Store::open_to_read(&settings).await } else { Store::open(&settings).await };
                let error = opened.expect_err("it is damaged");
                assert!(matches!(error, OpenError::Damaged { .. }), "{name}: {error}");
                assert!(error.to_string().contains("`studio import FILE`"), "{error}");
                assert!(begun.elapsed().as_secs() < 60, "{name}: it took {:?}", begun.elapsed());
            }
        }
    });
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_reading_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let settings = Settings::new(Address::Folder(path));
        for _ in 0..2 {
            match Store::open_to_read(&settings).await {
                Ok(store) => {
                    assert_eq!(store.pending_migrations().first().map(|first| first.number), Some(1));
                    store.close().await;
                }
                Err(error) => assert!(matches!(error, OpenError::Other(_)), "{error}"),
            }
        }
    });
}
