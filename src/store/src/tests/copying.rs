//! A copy of all that is kept, and what is made of it again.

use std::{io::Cursor, iter};

use studio_core::id::{ConversationId, MediaId};
use tokio::io::AsyncReadExt as _;
use ulid::Ulid;

use super::{
    keeping::member,
    scene::{FIRST, SECOND, arrive, at, in_folder, message, talk},
};
use crate::{
    Address, Contents, ExportError, Imported, NewMedia, OpenError, Settings, Store, migrations,
    testing::{Fault, as_written, memory, run},
};
async fn furnish(store: &Store) {
    for organisation in [FIRST, SECOND] {
        for n in 0..5 {
            talk(store, organisation, "a", &n.to_string(), "hi \u{0} é \"").await;
        }
        arrive(store, organisation, message(organisation, "b", "waiting", "hi")).await;
    }
    store.create_member(FIRST, &member(1, "ada@example.org")).await.expect("created");
    let media = NewMedia {
        id: MediaId(Ulid(1)),
        conversation: ConversationId::of_thread(FIRST, "web", "a"),
        name: "a".to_owned(),
        media_type: "text/plain".to_owned(),
        created_at: at(0),
    };
    store.put_media(FIRST, &media, &[0, 255, 7]).await.expect("kept");
    store.project(&as_written).await.expect("counted");
}

#[test]
fn a_restored_copy_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = memory().await.expect("opened");
        furnish(&store).await;
        store.sweep(FIRST, &[]).await.expect("swept");
        store.sweep(SECOND, &[]).await.expect("swept");
        let mut copy = Vec::new();
        let exported = store.export(&mut copy, Some(&[7; 32])).await.expect("exported");
        assert_eq!((exported.rows["turn"], exported.rows["inbox"]), (10, 2));

        let restored = in_folder(&path).await;
        let imported = restored.import(&mut Cursor::new(&copy)).await.expect("imported");
        let migration = migrations::LATEST;
        assert_eq!(imported, Imported { contents: exported, secret: Some([7; 32]), migration });
        restored.finish_import().await.expect("finished");
        assert!(matches!(restored.import(&mut Cursor::new(&copy)).await, Err(ExportError::NotEmpty)));
        // It goes on where it was.
        talk(&restored, FIRST, "a", "next", "hi").await;
        let (_, bytes) = restored.media_bytes(FIRST, MediaId(Ulid(1))).await.expect("read").expect("there");
        assert_eq!(bytes, [0, 255, 7]);
        restored.close().await;
    });
}

#[test]
fn a_copy_is_of_one_moment_while_the_store_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        furnish(&store).await;
        let before = store.contents().await.expect("read");
        // The reader takes a byte: the copy has begun, and stands still in its first lines.
        let (mut writer, mut reader) = tokio::io::duplex(16);
        let copying = tokio::spawn({
            let store = store.clone();
            async move { store.export(&mut writer, None).await }
        });
        let first = reader.read_u8().await.expect("it has begun");
        talk(&store, FIRST, "a", "meanwhile", "hi").await;
        assert_ne!(store.contents().await.expect("read"), before);
        let mut copy = vec![first];
        reader.read_to_end(&mut copy).await.expect("copied");
        assert_eq!(copying.await.expect("no panic").expect("copied"), before);
        let last = copy.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().expect("a line");
        assert_eq!(Contents::of_footer(last), Some(before));
        store.close().await;
    });
}

#[test]
fn an_import_that_broke_off_keeps_the_store_from_being_used_until_it_is_done_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings::new(Address::Folder(folder.path().to_owned()));
    run(async move {
        let copy_of = async |threads: &[&str]| {
            let store = memory().await.expect("opened");
            for thread in threads {
                talk(&store, FIRST, thread, thread, "hi").await;
            }
            // Opening it would do so.
            store.sweep(FIRST, &[]).await.expect("swept");
            let mut copy = Vec::new();
            (store.export(&mut copy, None).await.expect("exported"), Cursor::new(copy))
        };
        let (_, mut first) = copy_of(&["a", "b"]).await;
        let (expected, mut second) = copy_of(&["c"]).await;

        let store = Store::open(&settings).await.expect("opened");
        // The mark is written, the rows are not.
        let faults: Vec<Fault> =
            [Fault::None].into_iter().chain(iter::repeat_n(Fault::BeforeCommit, 8)).collect();
        store.inject(&faults);
        let broken = store.import(&mut first).await;
        assert!(matches!(broken, Err(ExportError::Store(_))), "{broken:?}");
        store.inject(&[]);
        store.close().await;
        let opened = Store::open(&settings).await;
        assert!(matches!(opened, Err(OpenError::UnfinishedImport)), "{opened:?}");

        // All rows are there, and yet nobody said that it is finished.
        let store = Store::open_to_import(&settings).await.expect("opened");
        store.import(&mut first).await.expect("imported");
        store.close().await;
        let opened = Store::open(&settings).await;
        assert!(matches!(opened, Err(OpenError::UnfinishedImport)), "{opened:?}");

        let store = Store::open_to_import(&settings).await.expect("opened");
        assert_eq!(store.import(&mut second).await.expect("imported").contents, expected);
        store.finish_import().await.expect("finished");
        store.close().await;
        let store = Store::open(&settings).await.expect("opened");
        assert_eq!(store.contents().await.expect("read"), expected, "nothing of the first is left");
        store.close().await;
    });
}

#[test]
fn a_damaged_copy_is_refused_before_anything_is_written() {
    run(async {
        let store = memory().await.expect("opened");
        furnish(&store).await;
        let mut copy = Vec::new();
        store.export(&mut copy, Some(&[7; 32])).await.expect("exported");
        let copy = String::from_utf8(copy).expect("text");
        let lines: Vec<_> = copy.lines().collect();
        let check = async |copy: String, expected: &str| {
            let store = memory().await.expect("opened");
            let error = store.import(&mut Cursor::new(copy)).await.expect_err("refused").to_string();
            assert!(error.contains(expected), "{error}");
            assert!(store.contents().await.expect("read").rows.is_empty(), "{error}");
            assert!(!store.import_is_unfinished().await.expect("read"), "{error}");
        };
        check(lines[..lines.len() - 1].join("\n"), "damaged").await;
        check([&lines[..3], &lines[4..]].concat().join("\n"), "damaged").await;
        let changed = lines.iter().map(|line| line.replace("\"Ada\"", "\"Eve\"")).collect::<Vec<_>>();
        assert_ne!(changed, lines);
        check(changed.join("\n"), "damaged").await;
        check(format!("{copy}{}", lines[1]), "behind the last").await;
        check(lines[1..].join("\n"), "no header").await;
        let next = format!("\"migration\":{}", migrations::LATEST + 1);
        let newer = lines[0].replace(&format!("\"migration\":{}", migrations::LATEST), &next);
        check(newer, &format!("newer studio (of migration {}", migrations::LATEST + 1)).await;
        let other = lines[0].replace("\"format\":1", "\"format\":2");
        check(other, "of format 2, and this studio reads format 1 alone").await;
        check(format!("{}\n{{\"row\":{{\"table\":\"user\",\"row\":{{}}}}}}", lines[0]), "no such table")
            .await;
        check("nonsense".to_owned(), "no copy of a studio").await;
        check("{\"orders\": []}\n".to_owned(), "no copy of a studio").await;
        check(copy[..20].to_owned(), "line 1").await;
    });
}
