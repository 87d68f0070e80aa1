//! Members, sessions, keys, bots, files, dead letters, and the copy of all of it.

use std::{collections::BTreeMap, io::Cursor, iter};

use jiff::Timestamp;
use studio_core::{
    api::{ApiKey, Role},
    content::{Content, Source},
    dialogue::{Body, State},
    id::{ApiKeyId, ConversationId, MediaId, MemberId},
};
use surrealdb::types::{RecordId, object};
use tokio::io::AsyncReadExt as _;
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, in_folder, message, talk, turn};
use crate::{
    Address, Arrival, Contents, ExportError, Imported, Member, MemberError, NewMedia, NewMember, OpenError,
    OutboxRow, Removal, Session, Settings, Store, StoreError, TurnOutcome, migrations,
    testing::{Fault, as_written, memory, run},
};

fn member(n: u128, email: &str) -> NewMember {
    let member = Member {
        id: MemberId(Ulid(n)),
        email: email.to_owned(),
        name: "Ada".to_owned(),
        role: Role::Agent,
        created_at: at(0),
    };
    NewMember { member, password_hash: "$argon2id$…".to_owned() }
}

#[test]
fn members_log_in_by_an_address_that_is_theirs_alone() {
    run(async {
        let store = memory().await.expect("opened");
        let ada = member(1, "Ada@example.org");
        store.create_member(FIRST, &ada).await.expect("created");
        for (organisation, email) in [(FIRST, "ada@example.org"), (SECOND, " ADA@EXAMPLE.ORG")] {
            let taken = store.create_member(organisation, &member(2, email)).await;
            assert!(matches!(taken, Err(MemberError::EmailTaken)), "{email}");
        }
        let found = store.credentials("ADA@example.org ").await.expect("read").expect("there");
        assert_eq!((found.organisation, &found.member), (FIRST, &ada.member));
        assert!(store.credentials("").await.expect("read").is_none());
        assert_eq!(store.members(FIRST).await.expect("read"), std::slice::from_ref(&ada.member));
        assert_eq!(store.members(SECOND).await.expect("read"), []);
        assert_eq!(store.member(SECOND, ada.member.id).await.expect("read"), None);

        let session =
            Session { organisation: FIRST, member: ada.member.id, created_at: at(0), expires_at: at(100) };
        store.create_session("hash", &session).await.expect("created");
        store.create_session("other", &session).await.expect("created");
        assert_eq!(store.session("hash").await.expect("read"), Some(session));
        assert_eq!(store.session("").await.expect("read"), None);
        store.delete_session("hash").await.expect("deleted");
        assert_eq!(store.session("hash").await.expect("read"), None);
        assert!(!store.set_password(SECOND, ada.member.id, "new").await.expect("not theirs"));
        assert!(store.set_password(FIRST, ada.member.id, "new").await.expect("set"));
        assert_eq!(store.session("other").await.expect("read"), None, "a new password ends sessions");
        assert_eq!(store.delete_member(FIRST, ada.member.id).await.expect("deleted"), Removal::Removed);
        assert_eq!(store.delete_member(FIRST, ada.member.id).await.expect("gone"), Removal::Absent);
        assert!(store.credentials("ada@example.org").await.expect("read").is_none());
        store.create_member(SECOND, &member(3, "ada@example.org")).await.expect("free again");
    });
}

#[test]
fn expired_sessions_are_pruned() {
    run(async {
        let store = memory().await.expect("opened");
        let session = |seconds| Session {
            organisation: FIRST,
            member: MemberId(Ulid(1)),
            created_at: at(0),
            expires_at: at(seconds),
        };
        store.create_session("short", &session(10)).await.expect("created");
        store.create_session("long", &session(100)).await.expect("created");
        store.prune_sessions(at(50)).await.expect("pruned");
        assert_eq!(store.session("short").await.expect("read"), None);
        assert!(store.session("long").await.expect("read").is_some());
    });
}

#[test]
fn keys_open_their_organisation_until_they_are_revoked() {
    run(async {
        let store = memory().await.expect("opened");
        let key = |n| ApiKey {
            id: ApiKeyId(Ulid(n)),
            name: "ci".to_owned(),
            role: Role::Analyst,
            prefix: "st_ab".to_owned(),
            created_at: at(0),
            expires_at: at(9),
            made_by: None,
        };
        store.create_api_key(FIRST, &key(1), "h1").await.expect("created");
        store.create_api_key(SECOND, &key(1), "h2").await.expect("created");
        let found = store.api_key("h2").await.expect("read").expect("there");
        assert_eq!((found.organisation, found.key), (SECOND, key(1)));
        assert_eq!(store.api_keys(FIRST).await.expect("read"), [key(1)]);
        assert!(store.delete_api_key(FIRST, key(1).id).await.expect("deleted"));
        assert!(!store.delete_api_key(FIRST, key(1).id).await.expect("gone"));
        assert_eq!(store.api_key("h1").await.expect("read"), None);
        assert!(store.api_key("h2").await.expect("read").is_some());
    });
}

#[test]
fn an_owner_is_always_left_and_keys_end_with_who_made_them() {
    run(async {
        let store = memory().await.expect("opened");
        let owner = |n, email: &str| {
            let mut owner = member(n, email);
            owner.member.role = Role::Owner;
            owner
        };
        let (ada, bob) = (owner(1, "ada@example.org"), owner(2, "bob@example.org"));
        for (organisation, owner) in [(FIRST, &ada), (FIRST, &bob), (SECOND, &owner(3, "eve@example.org"))] {
            store.create_member(organisation, owner).await.expect("created");
        }
        store.create_member(FIRST, &member(4, "dan@example.org")).await.expect("created");
        for (n, made_by) in [(1, Some(ada.member.id)), (2, Some(bob.member.id)), (3, None)] {
            let key = ApiKey {
                id: ApiKeyId(Ulid(n)),
                name: "ci".to_owned(),
                role: Role::Owner,
                prefix: "st_ab".to_owned(),
                created_at: at(0),
                expires_at: at(9),
                made_by,
            };
            store.create_api_key(FIRST, &key, &n.to_string()).await.expect("created");
        }
        assert_eq!(store.delete_member(FIRST, ada.member.id).await.expect("done"), Removal::Removed);
        assert_eq!(store.api_key("1").await.expect("read"), None);
        let left: Vec<_> = store.api_keys(FIRST).await.expect("read").iter().map(|key| key.id.0.0).collect();
        assert_eq!(left, [2, 3]);
        assert_eq!(store.delete_member(FIRST, bob.member.id).await.expect("kept"), Removal::LastOwner);
        assert!(store.member(FIRST, bob.member.id).await.expect("read").is_some());
        assert!(store.api_key("2").await.expect("read").is_some());
    });
}

#[test]
fn owners_who_remove_each_other_at_the_same_moment_leave_one() {
    run(async {
        for _ in 0..10 {
            let store = memory().await.expect("opened");
            let owners = [1, 2].map(|n| {
                let mut new = member(n, &format!("{n}@example.org"));
                new.member.role = Role::Owner;
                new
            });
            for new in &owners {
                store.create_member(FIRST, new).await.expect("created");
            }
            let [one, two] = owners.map(|new| {
                let (store, id) = (store.clone(), new.member.id);
                tokio::spawn(async move { store.delete_member(FIRST, id).await })
            });
            let (one, two) = tokio::join!(one, two);
            let done = [one, two].map(|done| done.expect("no panic").expect("decided"));
            assert!(done.contains(&Removal::LastOwner) && done.contains(&Removal::Removed), "{done:?}");
            assert_eq!(store.members(FIRST).await.expect("read").len(), 1);
        }
    });
}

#[test]
fn publishing_the_same_files_again_is_no_new_version() {
    run(async {
        let store = memory().await.expect("opened");
        let files = |text: &str| BTreeMap::from([("flows/a.b.yaml".to_owned(), text.to_owned())]);
        let publish = async |text: &str| {
            let done = store.publish(FIRST, "shop", &files(text), text, at(0)).await.expect("published");
            (done.version, done.is_new)
        };
        assert_eq!(publish("one").await, (1, true));
        assert_eq!(publish("one").await, (1, false));
        assert_eq!(publish("two").await, (2, true));
        assert_eq!(publish("one").await, (3, true), "an older state is published anew");
        let current = store.bot(FIRST, "shop").await.expect("read").expect("there");
        assert_eq!((current.version, current.files), (3, files("one")));
        let old = store.bot_version(FIRST, "shop", 2).await.expect("read").expect("there");
        assert_eq!(old.files, files("two"));
        assert_eq!(store.bots(FIRST).await.expect("read"), [("shop".to_owned(), 3)]);
        assert_eq!(store.bot(SECOND, "shop").await.expect("read"), None);
        assert_eq!(store.bots(SECOND).await.expect("read"), []);
    });
}

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
        assert!(store.park(FIRST, &row.key, "boom", at(9)).await.expect("parked"));

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

#[test]
fn what_cannot_be_delivered_is_kept_and_can_be_tried_again() {
    run(async {
        let store = memory().await.expect("opened");
        let row = arrive(&store, FIRST, message(FIRST, "a", "1", "hi")).await;
        let outcome = commit(&store, FIRST, turn(&row, 0, State::default(), "hello")).await;
        let TurnOutcome::Committed { outbox, .. } = outcome else { panic!("{outcome:?}") };
        let key = &outbox[0].key;
        let parts = ["1.1".to_owned()];
        store.deliver_later(FIRST, key, 3, at(60), "503", &parts).await.expect("put off");
        let pending = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        assert_eq!((pending[0].attempts, pending[0].next_at), (3, at(60)));
        assert_eq!(pending[0].parts, parts, "it goes on behind what has left");
        // In the last try one more part left.
        let last =
            OutboxRow { attempts: 4, parts: vec!["1.1".to_owned(), "1.2".to_owned()], ..outbox[0].clone() };
        let letter = store.bury(&last, "gone", at(70), None).await.expect("buried").expect("was there");
        assert_eq!(store.bury(&last, "gone", at(70), None).await.expect("told"), None);
        assert!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.is_empty());
        let page = store.dead_letters(FIRST, None, 9).await.expect("read");
        assert_eq!((page.items[0].id.as_str(), page.items[0].error.as_str()), (letter.as_str(), "gone"));
        assert!(store.dead_letters(SECOND, None, 9).await.expect("read").items.is_empty());
        assert_eq!(store.replay_dead_letter(SECOND, &letter, at(80)).await.expect("none"), None);
        let back = store.replay_dead_letter(FIRST, &letter, at(80)).await.expect("back").expect("there");
        assert_eq!((&back.key, back.attempts, back.next_at), (key, 0, at(80)));
        assert_eq!((&back.parts, back.uncertain), (&last.parts, true), "no part leaves twice unmarked");
        let refused = OutboxRow { attempts: 1, ..back.clone() };
        let bury = async |row: &OutboxRow| {
            store.bury(row, "refused", at(90), None).await.expect("buried").expect("was there")
        };
        let letter = bury(&refused).await;
        let back = store.replay_dead_letter(FIRST, &letter, at(91)).await.expect("back").expect("there");
        assert!(back.uncertain, "it was before");
        let letter = bury(&OutboxRow { uncertain: false, ..refused }).await;
        let back = store.replay_dead_letter(FIRST, &letter, at(92)).await.expect("back").expect("there");
        assert!(!back.uncertain, "what was refused at the first try has not arrived");
        assert_eq!(back.payload, outbox[0].payload);
        assert_eq!(store.pending_outbox(None, 9, at(0)).await.expect("read").rows.len(), 1);
        assert!(store.dead_letters(FIRST, None, 9).await.expect("read").items.is_empty());
    });
}

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
        check(format!("{}\n{{\"row\":{{\"table\":\"user\",\"row\":{{}}}}}}", lines[0]), "no such table")
            .await;
        check("nonsense".to_owned(), "line 1").await;
    });
}
