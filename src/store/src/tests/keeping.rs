//! Members, sessions, keys, and bots.

use std::collections::BTreeMap;

use studio_core::{
    api::{ApiKey, Role},
    id::{ApiKeyId, MemberId},
};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, at};
use crate::{
    Member, MemberError, NewMember, Removal, Session,
    testing::{memory, run},
};

pub(super) fn member(n: u128, email: &str) -> NewMember {
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
