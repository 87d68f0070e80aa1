//! Which names of threads last?

use surrealdb::types::{array, object};

use super::scene::{FIRST, in_folder, message};
use crate::{ThreadAlias, keys::record, testing::run, transact::Probe};

#[test]
fn all_names_that_lead_to_one_thread_last_those_of_earlier_versions_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let conversation = message(FIRST, "DE.1", "", "").conversation;
        let alias = |from: &str, to: &str| ThreadAlias {
            organisation: FIRST,
            connection: "wa".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            conversation,
        };
        let store = in_folder(&path).await;
        // As rows were keyed before: by the newer name alone.
        let row = object! {
            id: record("thread_alias", array![FIRST.to_string(), "wa".to_owned(), "DE.999".to_owned()]),
            from: "DE.0".to_owned(),
            conversation: conversation.to_string(),
        };
        let insert = ["INSERT INTO thread_alias $row RETURN NONE"];
        store.transact(&insert, object! { row: row }, Probe::Repeat).await.expect("written");
        for from in ["DE.1", "phone.7", "DE.1"] {
            store.rename_thread(&alias(from, "DE.999")).await.expect("told");
        }
        store.close().await;
        let store = in_folder(&path).await;
        let aliases = store.thread_aliases().await.expect("read");
        assert_eq!(aliases, ["DE.0", "DE.1", "phone.7"].map(|from| alias(from, "DE.999")));
    });
}
