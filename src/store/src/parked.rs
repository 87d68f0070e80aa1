//! Which events failed every time?

use jiff::Timestamp;
use serde_json::Value as Json;
use studio_core::{
    api::{Page, Parked},
    id::{EventKey, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    InboxRow, OutboxRow, Store,
    accept::Row,
    conversations,
    error::{Failure, StoreError},
    json,
    keys::{InboxKey, Parts, microseconds, parse, record},
    sweep::mark,
    transact::Probe,
};

/// What became of an event that was to be parked.
#[derive(Debug, PartialEq)]
pub enum Parking {
    Parked,
    /// It waits no more: its turn is committed, or it was forgotten. These have not left, unless they are on their way.
    Done {
        outbox: Vec<OutboxRow>,
    },
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ParkedRow {
    id: RecordId,
    row: Row,
    error: String,
    parked_at: String,
}

pub(crate) const PARKED: &str = "SELECT * FROM type::record(parked:[$organisation, $source, $native]>..[$organisation, []]) \
                    ORDER BY id LIMIT $limit";

impl Store {
    /// Takes an event out of the inbox for good, with its last error, unless it no longer waits there. Its conversation goes
    /// on with the next event.
    pub async fn park(
        &self,
        organisation: OrganisationId,
        row: &InboxRow,
        error: &str,
        parked_at: Timestamp,
    ) -> Result<Parking, StoreError> {
        let key = InboxKey { organisation, ..row.key.clone() };
        let parked = id(organisation, &key.event);
        let mark = mark(&key);
        let bind = object! {
            inbox: key.record(),
            of: conversations::id(organisation, row.conversation),
            mark: mark.clone(),
            parked: parked.clone(),
            error: error.to_owned(),
            parked_at: parked_at.to_string(),
        };
        let parts = [
            "LET $row = (SELECT * FROM $inbox)[0]",
            "IF $row = NONE { THROW 'gone' }",
            "IF count((SELECT VALUE id FROM $of WHERE (done ?? []) CONTAINS $mark)) > 0 { THROW 'done' }",
            "INSERT INTO parked { id: $parked, row: $row, conversation: $row.conversation, error: $error, \
             parked_at: $parked_at } RETURN NONE",
            "DELETE $inbox RETURN NONE",
        ];
        match self.transact(&parts, bind, Probe::Exists(parked)).await {
            Ok(()) => Ok(Parking::Parked),
            Err(Failure::Thrown(why)) => {
                let mark = (why == "done").then_some(mark);
                let outbox = self.already_done(row.conversation, key, mark, parked_at).await?;
                Ok(Parking::Done { outbox })
            }
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
