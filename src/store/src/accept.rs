//! Has this event come before, and where does it wait?
//!
//! The receipt's record id is the guard against repeats; it outlives the inbox row.

use std::collections::{HashMap, hash_map::Entry};

use jiff::Timestamp;
use studio_core::{
    dialogue::Event,
    id::{ConversationId, EventKey, OrganisationId},
};
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    fetching::{self, NewFetch},
    json,
    keys::{InboxKey, microseconds, parse, record},
    transact::Probe,
};

/// Most rows in one transaction.
pub(crate) const MOST_ROWS: usize = 1_000;
/// Most payload in one transaction, in bytes.
pub(crate) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// An event on its way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    pub conversation: ConversationId,
    pub connection: String,
    pub channel: String,
    /// The platform's own name of the thread.
    pub thread: String,
    /// The platform's own name of the person; `None` for the studio's own events.
    pub external: Option<String>,
    pub event: Event,
    /// What a repeat must be alike in, where the channel says so.
    pub fingerprint: Option<u64>,
    /// Files that its content names and that the platform still has.
    pub attachments: Vec<NewFetch>,
}

/// An event that waits for its turn.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxRow {
    pub key: InboxKey,
    pub conversation: ConversationId,
    pub connection: String,
    pub channel: String,
    pub thread: String,
    pub external: Option<String>,
    pub event: Event,
    /// Turns that were tried and failed.
    pub attempts: u32,
    /// Why the last one failed.
    pub error: Option<String>,
}

/// A page of what waits in the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxPage {
    pub rows: Vec<InboxRow>,
    /// Where to go on; `None` at the end. A page may be empty and not the last one.
    pub next: Option<InboxKey>,
}

/// What became of an arrival. `New` and `Repeat` mean that it is stored, and may be acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    New(Box<InboxRow>),
    /// It has come before.
    Repeat,
    /// Another event has come under its key; this one was not stored.
    Conflict,
}

/// What [`Store::prune_receipts`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    pub deleted: usize,
    /// Where to go on; `None` at the end.
    pub next: Option<(OrganisationId, EventKey)>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(crate) struct Row {
    pub id: RecordId,
    pub conversation: String,
    pub connection: String,
    pub channel: String,
    pub thread: String,
    pub external: Option<String>,
    pub event: String,
    pub attempts: u32,
    pub error: Option<String>,
}

impl Row {
    pub(crate) fn read(self) -> Result<InboxRow, StoreError> {
        Ok(InboxRow {
            key: InboxKey::read("inbox", &self.id)?,
            conversation: parse("inbox", &self.conversation)?,
            connection: self.connection,
            channel: self.channel,
            thread: self.thread,
            external: self.external,
            event: json::read("inbox", &self.event)?,
            attempts: self.attempts,
            error: self.error,
        })
    }
}

impl InboxRow {
    pub(crate) fn row(&self) -> Result<Value, StoreError> {
        Ok(object! {
            id: self.key.record(),
            arrived: self.key.arrived,
            conversation: self.conversation.to_string(),
            connection: self.connection.clone(),
            channel: self.channel.clone(),
            thread: self.thread.clone(),
            external: self.external.clone(),
            event: json::write("inbox", &self.event)?,
            attempts: self.attempts,
            error: self.error.clone(),
        }
        .into_value())
    }

    pub(crate) fn receipt(&self) -> RecordId {
        receipt(self.key.organisation, &self.key.event)
    }

    pub(crate) fn receipt_row(&self, fingerprint: Option<u64>) -> Value {
        let mut row = object! { id: self.receipt(), arrived: self.key.arrived };
        if let Some(fingerprint) = fingerprint {
            row.insert("fingerprint", fingerprint.cast_signed());
        }
        row.into_value()
    }
}

fn receipt(organisation: OrganisationId, event: &EventKey) -> RecordId {
    record("receipt", array![organisation.to_string(), event.source.clone(), event.native.clone()])
}

/// An event that is being accepted.
struct Arriving {
    row: InboxRow,
    /// Taken by the first try to store it; a later one makes it anew.
    value: Option<Value>,
    fingerprint: Option<u64>,
    attachments: Vec<NewFetch>,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    New,
    /// Stored by an earlier try of this very transaction, whose answer was lost.
    Landed,
    Repeat,
    Conflict,
}

impl Arriving {
    fn value(&mut self) -> Result<Value, StoreError> {
        self.value.take().map_or_else(|| self.row.row(), Ok)
    }

    /// Its receipt is there already.
    fn meet_receipt(&mut self, known: &Known) {
        if known.arrived == self.row.key.arrived {
            self.outcome = Outcome::Landed;
        } else {
            self.meet(known.fingerprint.map(i64::cast_unsigned));
        }
    }

    /// Its key is known already, with this fingerprint.
    fn meet(&mut self, known: Option<u64>) {
        let differs = self.fingerprint.zip(known).is_some_and(|(mine, known)| mine != known);
        self.outcome = if differs { Outcome::Conflict } else { Outcome::Repeat };
    }
}

/// What a receipt says of an event that came before.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Known {
    id: RecordId,
    arrived: u64,
    fingerprint: Option<i64>,
}

/// Statements that put events into the inbox and fail if one has a receipt.
pub(crate) const INSERT: [&str; 2] =
    ["INSERT INTO receipt $receipts RETURN NONE", "INSERT INTO inbox $inbox RETURN NONE"];

pub(crate) const PENDING: &str = "SELECT * FROM inbox ORDER BY id LIMIT $limit";
pub(crate) const PENDING_AFTER: &str = "SELECT * FROM type::record(inbox:[$arrived, $organisation, $source, $native]>..) ORDER BY id LIMIT $limit";
pub(crate) const RECEIPTS: &str = "SELECT id, arrived FROM receipt ORDER BY id LIMIT $limit";
pub(crate) const RECEIPTS_AFTER: &str = "SELECT id, arrived FROM type::record(receipt:[$organisation, $source, $native]>..) ORDER BY id LIMIT $limit";

impl Store {
    /// Stores events, in their order. Once this returns they may be acknowledged.
    ///
    /// Transactions hold at most 1,000 rows or 8 MiB; a longer list becomes several, in order, and
    /// after an error the first ones may be stored: send the list again, repeats are recognised.
    pub async fn accept(
        &self,
        organisation: OrganisationId,
        arrivals: Vec<Arrival>,
    ) -> Result<Vec<Accepted>, StoreError> {
        let mut accepted = Vec::with_capacity(arrivals.len());
        let mut batch = Vec::new();
        let mut bytes = 0;
        for arrival in arrivals {
            let (fingerprint, attachments) = (arrival.fingerprint, arrival.attachments.clone());
            let row = self.arrive(organisation, arrival);
            let value = row.row()?;
            bytes += size(&value);
            batch.push(Arriving { row, value: Some(value), fingerprint, attachments, outcome: Outcome::New });
            if batch.len() * 2 >= MOST_ROWS || bytes >= MOST_BYTES {
                accepted.extend(self.accept_batch(std::mem::take(&mut batch)).await?);
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            accepted.extend(self.accept_batch(batch).await?);
        }
        Ok(accepted)
    }

    pub(crate) fn arrive(&self, organisation: OrganisationId, arrival: Arrival) -> InboxRow {
        let arrived = self.next_arrival(microseconds(arrival.event.at));
        InboxRow {
            key: InboxKey { arrived, organisation, event: arrival.event.key.clone() },
            conversation: arrival.conversation,
            connection: arrival.connection,
            channel: arrival.channel,
            thread: arrival.thread,
            external: arrival.external,
            event: arrival.event,
            attempts: 0,
            error: None,
        }
    }

    async fn accept_batch(&self, mut batch: Vec<Arriving>) -> Result<Vec<Accepted>, StoreError> {
        let mut seen = HashMap::new();
        for arriving in &mut batch {
            match seen.entry(arriving.row.key.event.clone()) {
                Entry::Vacant(place) => _ = place.insert(arriving.fingerprint),
                Entry::Occupied(first) => arriving.meet(*first.get()),
            }
        }
        // The insert finds repeats by record id inside the transaction. Only then is it asked which
        // ones they were; another process may add one in between, so it may have to be asked again.
        for _ in 0..4 {
            let mut fresh: Vec<_> =
                batch.iter_mut().filter(|arriving| arriving.outcome == Outcome::New).collect();
            let Some(first) = fresh.first().map(|arriving| &arriving.row) else { break };
            let ours = object! { id: first.receipt(), arrived: first.key.arrived };
            let probe = Probe::Ask("RETURN (SELECT VALUE arrived FROM $id)[0] == $arrived", ours);
            let mut parts = INSERT.to_vec();
            if fresh.iter().any(|arriving| !arriving.attachments.is_empty()) {
                parts.push(fetching::INSERT);
            }
            let stored = self.transact_with(&parts, || bound(&mut fresh), probe).await;
            match stored {
                Ok(()) => return Ok(batch.into_iter().map(accepted).collect()),
                Err(Failure::Exists) => {
                    let known = self.receipts(batch.iter().map(|arriving| arriving.row.receipt()).collect());
                    let known = known.await?;
                    for arriving in &mut batch {
                        let mine = arriving.row.receipt();
                        if arriving.outcome == Outcome::New
                            && let Some(known) = known.iter().find(|known| known.id == mine)
                        {
                            arriving.meet_receipt(known);
                        }
                    }
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        if batch.iter().any(|arriving| arriving.outcome == Outcome::New) {
            return Err(StoreError::Busy { tries: 4 });
        }
        Ok(batch.into_iter().map(accepted).collect())
    }

    async fn receipts(&self, ids: Vec<RecordId>) -> Result<Vec<Known>, StoreError> {
        self.rows("receipt", "SELECT id, arrived, fingerprint FROM $ids", object! { ids: ids }).await
    }

    /// The waiting events of all organisations in the order of their arrival, after a place in it. `limit` rows are looked
    /// at; those whose turn is committed do not wait. One that cannot be read is told of and passed over: it must not keep
    /// the others from their turns.
    pub async fn pending_inbox(&self, after: Option<&InboxKey>, limit: u32) -> Result<InboxPage, StoreError> {
        let (text, mut bind) = match after {
            None => (PENDING, Object::new()),
            Some(key) => (
                PENDING_AFTER,
                object! {
                    arrived: key.arrived,
                    organisation: key.organisation.to_string(),
                    source: key.event.source.clone(),
                    native: key.event.native.clone(),
                },
            ),
        };
        bind.insert("limit", limit);
        let found = self.each_row::<Row>("inbox", text, bind).await?;
        let next = match found.last() {
            Some((last, _)) if found.len() >= limit as usize => Some(InboxKey::read("inbox", last)?),
            Some(_) | None => None,
        };
        let mut rows = Vec::with_capacity(found.len());
        for (id, row) in found {
            match row.and_then(Row::read) {
                Ok(row) if self.unswept().holds(row.conversation, &row.key) => {}
                Ok(row) => rows.push(row),
                Err(error) => tracing::error!(?id, %error, "store.inbox.unreadable"),
            }
        }
        Ok(InboxPage { rows, next })
    }

    /// Whether an event was accepted before, whatever became of it.
    pub async fn has_come(&self, organisation: OrganisationId, event: &EventKey) -> Result<bool, StoreError> {
        let ids = vec![receipt(organisation, event)];
        Ok(!self.receipts(ids).await?.is_empty())
    }

    /// Notes of events how often they were tried, and what came of it. Those that no longer wait are left alone.
    pub async fn note_attempts(
        &self,
        organisation: OrganisationId,
        keys: &[InboxKey],
        attempts: u32,
        error: &str,
    ) -> Result<(), StoreError> {
        for keys in keys.chunks(MOST_ROWS) {
            let ids: Vec<_> =
                keys.iter().map(|key| InboxKey { organisation, ..key.clone() }.record()).collect();
            let bind = object! { ids: ids, attempts: attempts, error: error.to_owned() };
            let update = "UPDATE $ids SET attempts = $attempts, error = $error RETURN NONE";
            self.transact(&[update], bind, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// Deletes receipts of events that arrived before `before` (30 days ago, say), looking at
    /// `limit` receipts of all organisations from `after` on. Platforms repeat within hours.
    pub async fn prune_receipts(
        &self,
        before: Timestamp,
        after: Option<&(OrganisationId, EventKey)>,
        limit: u32,
    ) -> Result<Pruned, StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Receipt {
            id: RecordId,
            arrived: u64,
        }
        let (text, mut bind) = match after {
            None => (RECEIPTS, Object::new()),
            Some((organisation, event)) => (
                RECEIPTS_AFTER,
                object! {
                    organisation: organisation.to_string(),
                    source: event.source.clone(),
                    native: event.native.clone(),
                },
            ),
        };
        bind.insert("limit", limit);
        let receipts: Vec<Receipt> = self.rows("receipt", text, bind).await?;
        let next = match receipts.last() {
            Some(last) if receipts.len() >= limit as usize => {
                let mut parts = crate::keys::Parts::of("receipt", &last.id)?;
                Some((parts.parse()?, EventKey { source: parts.text()?, native: parts.text()? }))
            }
            _ => None,
        };
        let before = microseconds(before);
        let old: Vec<_> = receipts
            .into_iter()
            .filter(|receipt| receipt.arrived < before)
            .map(|receipt| receipt.id)
            .collect();
        let deleted = old.len();
        for ids in old.chunks(MOST_ROWS) {
            self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids.to_vec() }, Probe::Repeat).await?;
        }
        Ok(Pruned { deleted, next })
    }
}

/// What [`INSERT`] and, where there are files, [`fetching::INSERT`] put in.
fn bound(fresh: &mut [&mut Arriving]) -> Result<Object, StoreError> {
    let (mut receipts, mut inbox, mut fetching) = (Vec::new(), Vec::new(), Vec::new());
    for arriving in fresh {
        receipts.push(arriving.row.receipt_row(arriving.fingerprint));
        inbox.push(arriving.value()?);
        fetching.extend(arriving.attachments.iter().map(|file| fetching::row(&arriving.row, file)));
    }
    let mut bind = object! { receipts: receipts, inbox: inbox };
    if !fetching.is_empty() {
        bind.insert("fetching", fetching);
    }
    Ok(bind)
}

fn accepted(arriving: Arriving) -> Accepted {
    match arriving.outcome {
        Outcome::New | Outcome::Landed => Accepted::New(Box::new(arriving.row)),
        Outcome::Repeat => Accepted::Repeat,
        Outcome::Conflict => Accepted::Conflict,
    }
}

/// About how many bytes a row is.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value)).sum(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 16,
    }
}
