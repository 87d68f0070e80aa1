//! How is a person forgotten?
//!
//! The turn that erases leaves a row in `erasure`, committed with it. The work is then done in steps,
//! each of them a transaction that may be repeated, and the row is deleted last; what was left undone
//! when a process ended is done when the store is opened, and what the database did not do behind the next
//! turn of anybody. So a conversation of any length is forgotten completely, and the promise is kept through
//! a crash.

use jiff::Timestamp;
use studio_core::{
    dialogue::Entry,
    id::{ContactId, ConversationId, OrganisationId},
};
use surrealdb::types::{Object, RecordId, SurrealValue, object};

use crate::{
    Store,
    accept::MOST_ROWS,
    contacts, conversations,
    error::StoreError,
    json,
    keys::{Parts, parse},
    merged,
    redact::{is_personal, redact},
    review, statistics,
    transact::Probe,
    unread, wishes,
};

/// Turns that are rewritten in one transaction.
const BATCH: u32 = 200;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    contact: String,
    before: u64,
    arrived: u64,
    at: String,
}

/// What is to be forgotten.
struct Erasure {
    id: RecordId,
    organisation: OrganisationId,
    conversation: ConversationId,
    contact: ContactId,
    /// Entries with smaller numbers.
    before: u64,
    /// Events that arrived earlier.
    arrived: u64,
    at: Timestamp,
}

/// An event that arrived before the wish may have had its turn behind it: what that says is not concerned.
pub(crate) const OUTBOX: &str = "SELECT VALUE id FROM outbox:[0]..[$arrived] \
    WHERE conversation = $conversation AND record::id(id)[1] = $organisation AND sequence < $before";
pub(crate) const DEAD: &str = "SELECT VALUE id FROM dead:[$organisation]..[$organisation, []] \
    WHERE conversation = $conversation";
pub(crate) const PARKED: &str = "SELECT VALUE id FROM parked:[$organisation]..[$organisation, []] \
    WHERE conversation = $conversation";
pub(crate) const SENDING: &str = "SELECT VALUE id FROM sending:[$organisation, $conversation]..\
    [$organisation, $conversation, $before]";
pub(crate) const PARTS: &str = "SELECT VALUE id FROM part:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE (sequence ?? 0) < $before";
/// They go before the parts that name them.
pub(crate) const TOLD: &str = "SELECT VALUE told FROM part:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE (sequence ?? 0) < $before AND told != NONE";
pub(crate) const UNSETTLED: &str = "SELECT VALUE id FROM unsettled:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE (place.sequence ?? 0) < $before";
pub(crate) const CHANGED: &str = "SELECT VALUE id FROM changed:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE sequence < $before";
pub(crate) const FETCHING: &str = "SELECT VALUE id FROM fetching:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE arrived < $arrived";
pub(crate) const TURNS: &str = "SELECT id, entries FROM type::record(turn:[$organisation, $conversation, $after]>..\
                        [$organisation, $conversation, $before]) ORDER BY id LIMIT $limit";

pub(crate) const WAITING: &str = "SELECT * FROM inbox:[0]..[$arrived] WHERE conversation = $conversation";

impl Store {
    /// Does what erasing turns have promised; returns how many persons were forgotten. Called by
    /// [`Store::commit_turns`] and when the store is opened.
    pub async fn finish_erasures(&self) -> Result<usize, StoreError> {
        let rows: Vec<Row> =
            self.rows("erasure", "SELECT * FROM erasure ORDER BY id LIMIT 100", Object::new()).await?;
        let count = rows.len();
        for row in rows {
            match self.erase(&row.read()?).await {
                // It stays to be done; the others are not its business.
                Err(error @ (StoreError::Corrupt { .. } | StoreError::Refused(_))) => {
                    tracing::error!(%error, "an erasure cannot be finished");
                }
                done => done?,
            }
        }
        Ok(count)
    }

    async fn erase(&self, erasure: &Erasure) -> Result<(), StoreError> {
        self.doubt_inbox();
        self.erase_journal(erasure).await?;
        self.erase_media(erasure.organisation, erasure.conversation, erasure.at).await?;
        self.erase_review(erasure).await?;
        self.erase_waiting(erasure).await?;
        self.erase_traces(erasure).await?;
        let contact = contacts::contact_id(erasure.organisation, erasure.contact);
        let merged = merged::id(erasure.organisation, erasure.contact);
        // Taken apart by it, the rest of the person may have to speak another language.
        let person = self.person(erasure.organisation, erasure.contact).await?.contact;
        let token = format!("erased {} {}", erasure.contact, erasure.at);
        let wishes: Vec<_> = [erasure.contact, person]
            .iter()
            .map(|one| wishes::row(erasure.organisation, *one, &token))
            .collect();
        let bind = object! { contact: contact, erasure: erasure.id.clone(), merged: merged, wishes: wishes };
        let parts = [
            wishes::PUT,
            "UPDATE $contact SET name = '', attributes = '{}' RETURN NONE",
            "DELETE $merged RETURN NONE",
            "DELETE $erasure RETURN NONE",
        ];
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    async fn erase_journal(&self, erasure: &Erasure) -> Result<(), StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Turn {
            id: RecordId,
            entries: String,
        }
        let mut after = 0;
        loop {
            let bind = object! {
                organisation: erasure.organisation.to_string(),
                conversation: erasure.conversation.to_string(),
                after: after,
                before: erasure.before,
                limit: BATCH,
            };
            let turns: Vec<Turn> = self.rows("turn", TURNS, bind).await?;
            let Some(last) = turns.last() else { return Ok(()) };
            let mut parts = Parts::of("turn", &last.id)?;
            parts.text()?;
            parts.text()?;
            after = parts.number()?;
            let mut rows = Vec::with_capacity(turns.len());
            for turn in turns {
                // What nobody can read may hold anything.
                let entries: Vec<Entry> = json::read("turn", &turn.entries).unwrap_or_else(|error| {
                    tracing::error!(%error, "erased as a whole");
                    Vec::new()
                });
                let entries: Vec<_> = entries.into_iter().map(redact).collect();
                let entries = json::write("turn", &entries)?;
                // Of who asks again and again most is erased already.
                if entries != turn.entries {
                    rows.push(object! { id: turn.id, entries: entries });
                }
            }
            if rows.is_empty() {
                continue;
            }
            let update = "FOR $row IN $rows { UPDATE $row.id SET entries = $row.entries RETURN NONE }";
            self.transact(&[update], object! { rows: rows }, Probe::Repeat).await?;
        }
    }

    /// What stands in the review list; behind the journal, so that nobody folds it again.
    async fn erase_review(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let bind = object! {
            organisation: erasure.organisation.to_string(),
            conversation: erasure.conversation.to_string(),
            before: erasure.before,
            projection: statistics::projection(erasure.organisation),
        };
        self.transact(&review::FORGET, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// What was said before and still waits somewhere: it is dropped, but for events that hold no text.
    async fn erase_waiting(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let conversation = erasure.conversation.to_string();
        let mut gone: Vec<RecordId> = Vec::new();
        for (table, text) in [("outbox", OUTBOX), ("dead", DEAD), ("parked", PARKED)] {
            let bind = object! {
                organisation: erasure.organisation.to_string(),
                conversation: conversation.clone(),
                arrived: erasure.arrived,
                before: erasure.before,
            };
            gone.extend(self.rows::<RecordId>(table, text, bind).await?);
        }
        for row in self.waiting_before(erasure).await? {
            if is_personal(&row.event) {
                gone.push(row.key.record());
            }
        }
        for ids in gone.chunks(MOST_ROWS) {
            self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids.to_vec() }, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// What is known of how the messages travelled: its sentences may say what was in them. Bodies that could not be
    /// read may be anybody's, so all of this connection's go.
    async fn erase_traces(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let mut bind = object! {
            organisation: erasure.organisation.to_string(),
            conversation: erasure.conversation.to_string(),
            contact: erasure.contact.to_string(),
            before: erasure.before,
            arrived: erasure.arrived,
        };
        let found: Vec<String> = self
            .rows("conversation", "SELECT VALUE filter.connection FROM $id", {
                object! { id: conversations::id(erasure.organisation, erasure.conversation) }
            })
            .await?;
        bind.insert("connection", found.into_iter().next().unwrap_or_default());
        let mut gone: Vec<RecordId> = Vec::new();
        for (table, text) in [
            ("sending", SENDING),
            ("part", TOLD),
            ("part", PARTS),
            ("unsettled", UNSETTLED),
            ("changed", CHANGED),
            ("fetching", FETCHING),
            ("unread", unread::IDS),
            ("verified", merged::VERIFIED),
        ] {
            gone.extend(self.rows::<RecordId>(table, text, bind.clone()).await?);
        }
        for ids in gone.chunks(MOST_ROWS) {
            self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids.to_vec() }, Probe::Repeat).await?;
        }
        Ok(())
    }

    async fn waiting_before(&self, erasure: &Erasure) -> Result<Vec<crate::InboxRow>, StoreError> {
        let bind = object! { arrived: erasure.arrived, conversation: erasure.conversation.to_string() };
        let rows: Vec<crate::accept::Row> = self.rows("inbox", WAITING, bind).await?;
        let rows = rows.into_iter().map(crate::accept::Row::read).collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().filter(|row| row.key.organisation == erasure.organisation).collect())
    }
}

impl Row {
    fn read(self) -> Result<Erasure, StoreError> {
        let mut parts = Parts::of("erasure", &self.id)?;
        Ok(Erasure {
            organisation: parts.parse()?,
            conversation: parts.parse()?,
            contact: parse("erasure", &self.contact)?,
            before: self.before,
            arrived: self.arrived,
            at: parse("erasure", &self.at)?,
            id: self.id,
        })
    }
}
