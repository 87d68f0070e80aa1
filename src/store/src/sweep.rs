//! When do rows leave that have done their work?
//!
//! To delete a row costs the engine as much as to write three: it looks at the definitions of all tables, for each row
//! (docs/benchmarks.md). So turns delete nothing. A committed turn leaves its event's mark in the conversation's row, and the inbox row goes
//! later, together with many others and with what was delivered. Until then the mark says that the event
//! is done; it is dropped by the first turn after the row is gone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};
use studio_core::id::{ConversationId, OrganisationId};
use surrealdb::types::{Object, RecordId, SurrealValue, object};

use crate::{
    InboxKey, OutboxKey, Store,
    accept::MOST_ROWS,
    conversations,
    departures::{self, Departure},
    error::StoreError,
    keys::parse,
    transact::Probe,
};

/// Rows deleted in one transaction: some ten milliseconds, which nobody who waits for a processor notices.
const MOST_SWEPT: usize = 250;

/// The events whose turn this process committed and whose inbox row still stands, with their marks.
#[derive(Default)]
pub(crate) struct Unswept {
    rows: Mutex<Rows>,
}

type Rows = HashMap<(OrganisationId, ConversationId), Vec<(InboxKey, String)>>;

impl Unswept {
    pub(crate) fn add(&self, conversation: ConversationId, key: InboxKey, mark: String) {
        let mut rows = self.lock();
        let of_conversation = rows.entry((key.organisation, conversation)).or_default();
        if !of_conversation.iter().any(|(known, _)| *known == key) {
            of_conversation.push((key, mark));
        }
    }

    pub(crate) fn marks(&self, organisation: OrganisationId, conversation: ConversationId) -> Vec<String> {
        let rows = self.lock();
        rows.get(&(organisation, conversation)).into_iter().flatten().map(|(_, mark)| mark.clone()).collect()
    }

    pub(crate) fn holds(&self, conversation: ConversationId, key: &InboxKey) -> bool {
        self.lock()
            .get(&(key.organisation, conversation))
            .is_some_and(|rows| rows.iter().any(|(known, _)| known == key))
    }

    fn of(&self, organisation: OrganisationId) -> Vec<(ConversationId, InboxKey)> {
        let rows = self.lock();
        let mine = rows.iter().filter(|((of, _), _)| *of == organisation);
        mine.flat_map(|((_, conversation), keys)| keys.iter().map(|(key, _)| (*conversation, key.clone())))
            .collect()
    }

    fn remove(&self, swept: &[(ConversationId, InboxKey)]) {
        let mut rows = self.lock();
        for (conversation, key) in swept {
            let place = (key.organisation, *conversation);
            if let Some(keys) = rows.get_mut(&place) {
                keys.retain(|(kept, _)| kept != key);
                if keys.is_empty() {
                    rows.remove(&place);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for an event in its conversation's list of those that are done: 16 hexadecimal digits, short
/// because every turn writes them.
pub(crate) fn mark(key: &InboxKey) -> String {
    let mut hash = Sha256::new();
    hash.update(key.arrived.to_be_bytes());
    hash.update(&key.event.source);
    hash.update([0]);
    hash.update(&key.event.native);
    hex::encode(&hash.finalize()[..8])
}

impl Store {
    /// Deletes what has left, and the inbox rows of all turns that are committed by now.
    pub async fn sweep(
        &self,
        organisation: OrganisationId,
        delivered: &[OutboxKey],
    ) -> Result<(), StoreError> {
        self.sweep_and_note(organisation, delivered, &[]).await
    }

    /// The same, noting what is to be known of the messages among them.
    pub async fn sweep_and_note(
        &self,
        organisation: OrganisationId,
        delivered: &[OutboxKey],
        departures: &[Departure],
    ) -> Result<(), StoreError> {
        // Noted before the rows go: after a crash in between they are sent and noted again.
        let mut noting = departures.chunks(MOST_ROWS / 4).peekable();
        let done = self.unswept().of(organisation);
        let outbox = delivered.iter().map(|key| key.of(organisation));
        let mut ids: Vec<RecordId> = done.iter().map(|(_, key)| key.record()).chain(outbox).collect();
        // The last of them go with the deletion, in one transaction.
        while let Some(departures) = noting.next() {
            let mut bind = Object::new();
            let mut parts = departures::statements(organisation, departures, &mut bind)?;
            if noting.peek().is_none() && ids.len() <= MOST_SWEPT {
                parts.push("DELETE $ids RETURN NONE");
                bind.insert("ids", std::mem::take(&mut ids));
            }
            self.transact(&parts, bind, Probe::Repeat).await?;
        }
        for ids in ids.chunks(MOST_SWEPT) {
            let bind = || Ok(object! { ids: ids.to_vec() });
            self.transact_with(&["DELETE $ids RETURN NONE"], bind, Probe::Repeat).await?;
        }
        self.unswept().remove(&done);
        Ok(())
    }

    /// Deletes the inbox rows of turns that the process before committed.
    pub(crate) async fn finish_sweeping(&self) -> Result<(), StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Waiting {
            conversation: String,
        }
        // One that cannot be read is told of when it is to have its turn.
        let place = |id: &RecordId, row: Result<Waiting, StoreError>| {
            let key = InboxKey::read("inbox", id)?;
            Ok::<_, StoreError>((key, parse("inbox", &row?.conversation)?))
        };
        let all = "SELECT id, conversation FROM inbox ORDER BY id";
        let mut done = Vec::new();
        let waiting = self.each_row::<Waiting>("inbox", all, Object::new()).await?;
        let waiting: Vec<_> = waiting.into_iter().filter_map(|(id, row)| place(&id, row).ok()).collect();
        for page in waiting.chunks(MOST_ROWS) {
            let rows: Vec<_> = page
                .iter()
                .map(|(key, conversation)| {
                    let conversation = conversations::id(key.organisation, *conversation);
                    object! { inbox: key.record(), conversation: conversation, mark: mark(key) }
                })
                .collect();
            let text = "SELECT VALUE inbox FROM $rows WHERE (conversation.done ?? []) CONTAINS mark";
            let found: Vec<RecordId> = self.rows("inbox", text, object! { rows: rows }).await?;
            done.extend(found);
        }
        for ids in done.chunks(MOST_ROWS) {
            self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids.to_vec() }, Probe::Repeat).await?;
        }
        Ok(())
    }
}
