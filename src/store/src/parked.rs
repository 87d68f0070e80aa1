//! Which events failed every time?

use jiff::Timestamp;
use serde_json::Value as Json;
use studio_core::{
    api::{Page, Parked},
    id::{EventKey, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    InboxRow, Store,
    accept::Row,
    error::{Failure, StoreError},
    json,
    keys::{InboxKey, Parts, microseconds, parse, record},
    transact::Probe,
};

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ParkedRow {
    id: RecordId,
    row: Row,
    error: String,
    parked_at: String,
}

pub(crate) const PARKED: &str = "SELECT * FROM parked:[$organisation, $source, $native]>..[$organisation, []] \
                    ORDER BY id LIMIT $limit";

impl Store {
    /// Takes an event out of the inbox for good, with its last error; `false` if it no longer
    /// waits there. Its conversation goes on with the next event.
    pub async fn park(
        &self,
        organisation: OrganisationId,
        key: &InboxKey,
        error: &str,
        parked_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = InboxKey { organisation, ..key.clone() };
        let parked = id(organisation, &key.event);
        let bind = object! {
            inbox: key.record(),
            parked: parked.clone(),
            error: error.to_owned(),
            parked_at: parked_at.to_string(),
        };
        let parts = [
            "LET $row = (SELECT * FROM $inbox)[0]",
            "IF $row = NONE { THROW 'gone' }",
            "INSERT INTO parked { id: $parked, row: $row, conversation: $row.conversation, error: $error, \
             parked_at: $parked_at } RETURN NONE",
            "DELETE $inbox RETURN NONE",
        ];
        match self.transact(&parts, bind, Probe::Exists(parked)).await {
            Ok(()) => Ok(true),
            Err(Failure::Thrown(_)) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }

    /// The parked events of an organisation, by source and native id.
    pub async fn parked(
        &self,
        organisation: OrganisationId,
        after: Option<&EventKey>,
        limit: u32,
    ) -> Result<Page<Parked>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            source: after.map(|key| key.source.clone()).unwrap_or_default(),
            native: after.map(|key| key.native.clone()).unwrap_or_default(),
            limit: limit,
        };
        let rows: Vec<ParkedRow> = self.rows("parked", PARKED, bind).await?;
        let full = rows.len() >= limit as usize;
        let items = rows.into_iter().map(ParkedRow::read).collect::<Result<Vec<_>, _>>()?;
        let next_cursor = if full { items.last().map(|last| last.event.to_string()) } else { None };
        Ok(Page { items, next_cursor })
    }

    /// Puts a parked event back into the inbox, behind what waits there, as if it had never been
    /// tried; `None` if there is none.
    pub async fn replay_parked(
        &self,
        organisation: OrganisationId,
        event: &EventKey,
        now: Timestamp,
    ) -> Result<Option<InboxRow>, StoreError> {
        let parked = id(organisation, event);
        let bind = object! { parked: parked.clone() };
        let found: Vec<ParkedRow> = self.rows("parked", "SELECT * FROM $parked", bind).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        let found = found.row.read()?;
        let key = InboxKey { arrived: self.next_arrival(microseconds(now)), ..found.key };
        let row = InboxRow { key, attempts: 0, error: None, ..found };
        let parts = [
            "IF count((DELETE $parked RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO inbox $row RETURN NONE",
        ];
        let bind = object! { parked: parked, row: row.row()? };
        match self.transact(&parts, bind, Probe::Exists(row.key.record())).await {
            Ok(()) => Ok(Some(row)),
            Err(Failure::Thrown(_)) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl ParkedRow {
    fn read(self) -> Result<Parked, StoreError> {
        let mut parts = Parts::of("parked", &self.id)?;
        parts.text()?;
        Ok(Parked {
            event: EventKey { source: parts.text()?, native: parts.text()? },
            conversation: parse("parked", &self.row.conversation)?,
            attempts: self.row.attempts,
            error: self.error,
            parked_at: parse("parked", &self.parked_at)?,
            payload: json::read::<Json>("parked", &self.row.event)?,
        })
    }
}

fn id(organisation: OrganisationId, event: &EventKey) -> RecordId {
    record("parked", array![organisation.to_string(), event.source.clone(), event.native.clone()])
}
