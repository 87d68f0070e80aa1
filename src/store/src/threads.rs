//! Which threads have other names by now? A platform may call a thread by a new name: it is one conversation.

use studio_core::id::{ConversationId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::StoreError,
    keys::{Parts, parse, record},
    transact::Probe,
};

/// A thread's newer name, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadAlias {
    pub organisation: OrganisationId,
    pub connection: String,
    pub from: String,
    pub to: String,
    /// The conversation that went on under the new name.
    pub conversation: ConversationId,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    from: String,
    conversation: String,
}

pub(crate) const ALL: &str = "SELECT * FROM thread_alias ORDER BY id";

impl Store {
    /// From now on the thread has another name. Told again, nothing changes.
    pub async fn rename_thread(&self, alias: &ThreadAlias) -> Result<(), StoreError> {
        // By both names: several threads may have one name by now. Rows from before this was so lack `from` in their key.
        let key = array![
            alias.organisation.to_string(),
            alias.connection.clone(),
            alias.to.clone(),
            alias.from.clone()
        ];
        let row = object! {
            id: record("thread_alias", key),
            from: alias.from.clone(),
            conversation: alias.conversation.to_string(),
        };
        let insert = "INSERT INTO thread_alias $row ON DUPLICATE KEY UPDATE conversation = $input.conversation \
                      RETURN NONE";
        self.transact(&[insert], object! { row: row }, Probe::Repeat).await?;
        Ok(())
    }

    /// The newer names of all threads that have one, of all organisations: few, and read once at the start.
    pub async fn thread_aliases(&self) -> Result<Vec<ThreadAlias>, StoreError> {
        let rows: Vec<Row> = self.rows("thread_alias", ALL, surrealdb::types::Object::new()).await?;
        rows.into_iter()
            .map(|row| {
                let mut key = Parts::of("thread_alias", &row.id)?;
                Ok(ThreadAlias {
                    organisation: key.parse()?,
                    connection: key.text()?,
                    to: key.text()?,
                    from: row.from,
                    conversation: parse("thread_alias", &row.conversation)?,
                })
            })
            .collect()
    }
}
