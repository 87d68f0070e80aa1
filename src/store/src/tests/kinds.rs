//! Does the embedded database find again what a transaction has read of its tables?

use std::sync::Arc;

use surrealdb_datastore::{
    cache::tx::{Entry, Lookup, TransactionCache},
    catalog::{DatabaseId, NamespaceId},
};

type Kind = fn(NamespaceId, DatabaseId) -> Lookup<'static>;

#[test]
fn what_a_transaction_has_read_is_found_again() {
    let (namespace, database) = (NamespaceId(1), DatabaseId(2));
    let kinds: [(&str, Kind); 6] = [
        ("a table", |namespace, database| Lookup::Tb(namespace, database, "inbox")),
        ("a table by its name", |_, _| Lookup::TbByName("studio", "studio", "inbox")),
        ("the tables", Lookup::Tbs),
        ("what tables refer to", Lookup::DbReferenceTargets),
        ("sequences", Lookup::Sqs),
        ("fields of a table", |namespace, database| Lookup::Fds(namespace, database, "inbox")),
    ];
    let cache = TransactionCache::new(100);
    for (what, kind) in kinds {
        cache.insert(kind(namespace, database), Entry::Any(Arc::new(what)));
    }
    for (what, kind) in kinds {
        let found =
            cache.get(&kind(namespace, database)).and_then(|entry| entry.try_into_type::<&str>().ok());
        assert_eq!(found.as_deref(), Some(&what), "was tools/setup-engine run for this version?");
    }
}
