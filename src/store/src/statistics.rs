//! How many? And, folded with the figures, the review list (`review`).
//!
//! The turns of one transaction are committed with a row in the feed that names them. Counting takes
//! rows from the feed, adds their turns to the statistics and deletes them in one transaction, so every
//! turn is counted exactly once: the feed is the cursor. Every such transaction also bumps the
//! organisation's epoch, by which two processes that count, or count anew, find each other out.
//!
//! Counting anew adds up the whole journal, then takes off the turns that stand in the feed by then and
//! were seen: those are counted afterwards as ever. So it is exact while the conversations go on.

mod days;

use std::collections::BTreeMap;

use studio_core::{api::DayStatistics, dialogue::Entry, id::OrganisationId};
use surrealdb::types::{Object, RecordId, RecordIdKey, SurrealValue, Value, array, object};

use self::days::{ADD, Row, add, less, rows};
use crate::{
    InboxKey, Store,
    accept::MOST_ROWS,
    error::{Failure, StoreError},
    json,
    keys::{Parts, record},
    review::{self, Mask},
    transact::Probe,
};

/// Rows of the feed that are counted in one transaction.
const ROWS: u32 = 400;
/// Turns of the journal that are read at once.
const BATCH: u32 = 500;

type Days = BTreeMap<(String, String), DayStatistics>;

/// What turns were folded into.
#[derive(Default)]
struct Folded {
    days: Days,
    /// Rows of the review list, and those of their places.
    review: Vec<(Value, Value)>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TurnRow {
    id: RecordId,
    bot: String,
    entries: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct FeedRow {
    id: RecordId,
    turns: Vec<RecordId>,
}

/// In the order of the checks: the epoch that was read is still the epoch.
const BUMP: [&str; 2] = [
    "IF ((SELECT VALUE epoch FROM $projection)[0] ?? 0) != $epoch { THROW 'epoch' }",
    "UPSERT $projection SET epoch = $epoch + 1 RETURN NONE",
];

pub(crate) const FEED: &str = "SELECT id, turns FROM feed ORDER BY id LIMIT $limit";
pub(crate) const FEED_OF: &str = "SELECT id, turns FROM feed:[$organisation]..[$organisation, []]";

pub(crate) const JOURNAL_PAGE: &str = "SELECT id, bot, entries FROM type::record(turn:[$organisation, $conversation, $sequence]>..\
                    [$organisation, []]) ORDER BY id LIMIT $limit";

pub(crate) const DAYS: &str = "SELECT * FROM statistics:[$organisation]..[$organisation, []] ORDER BY id";

impl Store {
    /// Counts the turns that were committed since the last call, of all organisations; returns how
    /// many. To be called now and then: nothing is lost in between.
    pub async fn project(&self, mask: Mask<'_>) -> Result<usize, StoreError> {
        let _alone = self.projecting().await;
        let mut counted = 0;
        loop {
            let batch = self.project_batch(mask).await?;
            counted += batch;
            if batch == 0 {
                return Ok(counted);
            }
        }
    }

    async fn project_batch(&self, mask: Mask<'_>) -> Result<usize, StoreError> {
        let feed: Vec<FeedRow> = self.rows("feed", FEED, object! { limit: ROWS }).await?;
        let mut by_organisation: BTreeMap<OrganisationId, Vec<FeedRow>> = BTreeMap::new();
        let mut turns = 0;
        for row in feed {
            turns += row.turns.len();
            by_organisation.entry(Parts::of("feed", &row.id)?.parse()?).or_default().push(row);
        }
        for (organisation, feed) in by_organisation {
            self.count(organisation, feed, mask).await?;
        }
        Ok(turns)
    }

    async fn count(
        &self,
        organisation: OrganisationId,
        feed: Vec<FeedRow>,
        mask: Mask<'_>,
    ) -> Result<(), StoreError> {
        let mut epoch = self.epoch(organisation).await?;
        let mut folded = Folded::default();
        let mut ids = Vec::with_capacity(feed.len());
        for row in feed {
            for turn in self.turns_of(row.turns).await? {
                folded.add(organisation, &turn, mask)?;
            }
            ids.push(row.id);
        }
        // Written twice they are the same, so they need not be in the transaction that counts.
        self.list(organisation, &mut epoch, folded.review).await?;
        let bind = object! { days: rows(organisation, folded.days), feed: ids };
        self.bump(organisation, epoch, &[ADD, "DELETE $feed RETURN NONE"], bind).await
    }

    /// Writes rows of the review list. Each time the epoch is bumped: a person who is forgotten at this moment bumps it too,
    /// and what was read before that is not written after it.
    async fn list(
        &self,
        organisation: OrganisationId,
        epoch: &mut u64,
        review: Vec<(Value, Value)>,
    ) -> Result<(), StoreError> {
        for rows in review.chunks(MOST_ROWS) {
            let (review, places): (Vec<Value>, Vec<Value>) = rows.iter().cloned().unzip();
            let bind = object! { review: review, places: places };
            self.bump(organisation, *epoch, &review::PUT, bind).await?;
            *epoch += 1;
        }
        Ok(())
    }

    async fn turns_of(&self, turns: Vec<RecordId>) -> Result<Vec<TurnRow>, StoreError> {
        self.rows("turn", "SELECT id, bot, entries FROM $ids", object! { ids: turns }).await
    }

    /// Drops an organisation's statistics and its review list, and folds its whole journal.
    pub async fn project_anew(&self, organisation: OrganisationId, mask: Mask<'_>) -> Result<(), StoreError> {
        let _alone = self.projecting().await;
        let mut epoch = self.epoch(organisation).await?;
        let mut folded = Folded::default();
        let mut after = array![organisation.to_string()];
        // The last turn seen of each conversation.
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        loop {
            let turns = self.journal_page(organisation, &after).await?;
            let Some(last) = turns.last() else { break };
            if let RecordIdKey::Array(key) = &last.id.key {
                after = key.clone();
            }
            for turn in &turns {
                let (conversation, sequence) = place(&turn.id)?;
                seen.insert(conversation, sequence);
                folded.add(organisation, turn, mask)?;
            }
        }
        let bind = object! { organisation: organisation.to_string() };
        let feed: Vec<FeedRow> = self.rows("feed", FEED_OF, bind).await?;
        let mut waiting = Days::new();
        for row in feed {
            let mut counted = Vec::new();
            for turn in row.turns {
                let (conversation, sequence) = place(&turn)?;
                if seen.get(&conversation).is_some_and(|last| sequence <= *last) {
                    counted.push(turn);
                }
            }
            for turn in self.turns_of(counted).await? {
                add(&mut waiting, &turn, &entries(&turn));
            }
        }
        let days = rows(organisation, less(folded.days, &waiting));
        let bind = object! { days: days, organisation: organisation.to_string() };
        let drop = "DELETE statistics:[$organisation]..[$organisation, []] RETURN NONE";
        let parts = [&[drop][..], &review::DROP, &[ADD]].concat();
        self.bump(organisation, epoch, &parts, bind).await?;
        epoch += 1;
        self.list(organisation, &mut epoch, folded.review).await
    }

    async fn journal_page(
        &self,
        organisation: OrganisationId,
        after: &surrealdb::types::Array,
    ) -> Result<Vec<TurnRow>, StoreError> {
        let part = |index: usize| after.get(index).cloned();
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: part(1).unwrap_or_else(|| Value::String(String::new())),
            sequence: part(2).unwrap_or_else(|| 0_u64.into_value()),
            limit: BATCH,
        };
        self.rows("turn", JOURNAL_PAGE, bind).await
    }

    /// The days of an organisation from `from` to `to`, both `YYYY-MM-DD` and included, of one bot or
    /// of all.
    pub async fn statistics(
        &self,
        organisation: OrganisationId,
        bot: Option<&str>,
        from: &str,
        to: &str,
    ) -> Result<Vec<DayStatistics>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Row> = self.rows("statistics", DAYS, bind).await?;
        let wanted = |row: &Row| {
            bot.is_none_or(|bot| bot == row.bot) && row.day.as_str() >= from && row.day.as_str() <= to
        };
        Ok(rows.into_iter().filter(wanted).map(Row::read).collect())
    }

    pub(crate) async fn epoch(&self, organisation: OrganisationId) -> Result<u64, StoreError> {
        let bind = object! { id: projection(organisation) };
        let rows: Vec<u64> = self.rows("projection", "SELECT VALUE epoch FROM $id", bind).await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    /// Changes what is folded, unless somebody else did since the epoch was read.
    pub(crate) async fn bump(
        &self,
        organisation: OrganisationId,
        epoch: u64,
        parts: &[&'static str],
        mut bind: Object,
    ) -> Result<(), StoreError> {
        let ours = object! { projection: projection(organisation), epoch: epoch };
        for (name, value) in ours.clone() {
            bind.insert(name, value);
        }
        let all: Vec<_> = BUMP.iter().chain(parts).copied().collect();
        let probe = Probe::Ask("RETURN (SELECT VALUE epoch FROM $projection)[0] == $epoch + 1", ours);
        match self.transact(&all, bind, probe).await {
            Ok(()) => Ok(()),
            // Another process counted in between: what it did stands, the rest is for the next call.
            Err(Failure::Thrown(_)) => Err(StoreError::Busy { tries: 1 }),
            Err(failure) => Err(failure.into()),
        }
    }
}

/// The feed's row for the turns of one transaction, whose first turn took this event.
pub(crate) fn fed(first: &InboxKey, turns: Vec<RecordId>) -> Value {
    let event = &first.event;
    let organisation = first.organisation.to_string();
    let key = array![organisation, first.arrived, event.source.clone(), event.native.clone()];
    object! { id: record("feed", key), turns: turns }.into_value()
}

/// Conversation and last sequence number of a turn.
fn place(turn: &RecordId) -> Result<(String, u64), StoreError> {
    let mut parts = Parts::of("turn", turn)?;
    parts.text()?;
    Ok((parts.text()?, parts.number()?))
}

pub(crate) fn projection(organisation: OrganisationId) -> RecordId {
    record("projection", array![organisation.to_string()])
}

impl Folded {
    fn add(
        &mut self,
        organisation: OrganisationId,
        turn: &TurnRow,
        mask: Mask<'_>,
    ) -> Result<(), StoreError> {
        let entries = entries(turn);
        add(&mut self.days, turn, &entries);
        self.review.extend(review::fold(organisation, &turn.id, &turn.bot, &entries, mask)?);
        Ok(())
    }
}

/// A turn that cannot be read counts for nothing, and keeps no other from being counted.
fn entries(turn: &TurnRow) -> Vec<Entry> {
    json::read("turn", &turn.entries).unwrap_or_else(|error| {
        tracing::error!(%error, turn = ?turn.id.key, "a turn is not counted");
        Vec::new()
    })
}
