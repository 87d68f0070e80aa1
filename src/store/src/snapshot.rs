//! How is all of the store read as it is at one moment?

use surrealdb::types::{Object, RecordId};

use crate::{
    Store,
    error::StoreError,
    find::{page, with_ids},
    handle::Reading,
};

/// The store at one moment. It keeps what is deleted meanwhile from being cleared away: end it soon.
pub(crate) struct Snapshot {
    transaction: Reading,
}

impl Store {
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let begun = self.handle()?.begin().await;
        let transaction = begun.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Snapshot { transaction })
    }
}

impl Snapshot {
    /// The next rows of a table by record id, with their ids.
    pub(crate) async fn page(
        &self,
        table: &'static str,
        after: Option<&RecordId>,
        limit: u32,
    ) -> Result<Vec<(RecordId, Object)>, StoreError> {
        let unread = |error: surrealdb::Error| StoreError::Unavailable(error.to_string());
        let (text, bind) = page(table, after, limit);
        let results = self.transaction.query(text, bind).await.map_err(unread)?;
        let rows = results.check().map_err(unread)?.take::<Vec<Object>>(0);
        with_ids(table, rows.map_err(|error| StoreError::Corrupt { table, what: error.to_string() })?)
    }

    pub(crate) async fn end(self) {
        if let Err(error) = self.transaction.cancel().await {
            tracing::warn!(%error, "store.snapshot.not_ended");
        }
    }
}
