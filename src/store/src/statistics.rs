//! How many?
//!
//! Each turn is committed with a row in the feed. Counting takes rows from the feed, adds their turns
//! to the statistics and deletes them in one transaction, so every turn is counted exactly once: the
//! feed is the cursor. Every such transaction also bumps the organisation's epoch, by which two
//! processes that count, or count anew, find each other out.
//!
//! Counting anew adds up the whole journal but for the turns that still have a row in the feed; those
//! are counted afterwards as ever. So it is exact while the conversations go on.

use std::collections::BTreeMap;

use studio_core::{
    api::DayStatistics,
    dialogue::{Entry, Happening, RepairKind, Speaker},
    id::OrganisationId,
};
use surrealdb::types::{Object, RecordId, RecordIdKey, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    json,
    keys::{Parts, record},
    transact::Probe,
};

/// Turns that are counted in one transaction.
const BATCH: u32 = 500;

type Days = BTreeMap<(String, String), DayStatistics>;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TurnRow {
    id: RecordId,
    bot: String,
    entries: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    bot: String,
    day: String,
    conversations: u64,
    received: u64,
    said_by_bot: u64,
    said_by_members: u64,
    not_understood: u64,
    handoffs: u64,
    answered_from_documents: u64,
    ratings: u64,
    rating_sum: u64,
}

/// In the order of the checks: the epoch that was read is still the epoch.
const BUMP: [&str; 2] = [
    "IF ((SELECT VALUE epoch FROM $projection)[0] ?? 0) != $epoch { THROW 'epoch' }",
    "UPSERT $projection SET epoch = $epoch + 1 RETURN NONE",
];

const ADD: &str = "INSERT INTO statistics $days ON DUPLICATE KEY UPDATE \
    conversations += $input.conversations, received += $input.received, \
    said_by_bot += $input.said_by_bot, said_by_members += $input.said_by_members, \
    not_understood += $input.not_understood, handoffs += $input.handoffs, \
    answered_from_documents += $input.answered_from_documents, \
    ratings += $input.ratings, rating_sum += $input.rating_sum RETURN NONE";

pub(crate) const FEED: &str = "SELECT VALUE id FROM feed ORDER BY id LIMIT $limit";

pub(crate) const JOURNAL_PAGE: &str = "SELECT id, bot, entries FROM turn:[$organisation, $conversation, $sequence]>..\
                    [$organisation, []] ORDER BY id LIMIT $limit";

pub(crate) const DAYS: &str = "SELECT * FROM statistics:[$organisation]..[$organisation, []] ORDER BY id";

impl Store {
    /// Counts the turns that were committed since the last call, of all organisations; returns how
    /// many. To be called now and then: nothing is lost in between.
    pub async fn project(&self) -> Result<usize, StoreError> {
        let _alone = self.projecting().await;
        let mut counted = 0;
        loop {
            let batch = self.project_batch().await?;
            counted += batch;
            if batch < BATCH as usize {
                return Ok(counted);
            }
        }
    }

    async fn project_batch(&self) -> Result<usize, StoreError> {
        let feed: Vec<RecordId> = self.rows("feed", FEED, object! { limit: BATCH }).await?;
        let mut by_organisation: BTreeMap<OrganisationId, Vec<RecordId>> = BTreeMap::new();
        for id in &feed {
            by_organisation.entry(Parts::of("feed", id)?.parse()?).or_default().push(id.clone());
        }
        for (organisation, feed) in by_organisation {
            self.count(organisation, feed).await?;
        }
        Ok(feed.len())
    }

    async fn count(&self, organisation: OrganisationId, feed: Vec<RecordId>) -> Result<(), StoreError> {
        let epoch = self.epoch(organisation).await?;
        let turns: Vec<_> = feed.iter().map(|id| RecordId::new("turn", id.key.clone())).collect();
        let text = "SELECT id, bot, entries FROM $ids";
        let turns: Vec<TurnRow> = self.rows("turn", text, object! { ids: turns }).await?;
        let mut days = Days::new();
        for turn in turns {
            add(&mut days, &turn)?;
        }
        let bind = object! { days: rows(organisation, days), feed: feed };
        self.bump(organisation, epoch, &[ADD, "DELETE $feed RETURN NONE"], bind).await
    }

    /// Drops an organisation's statistics and adds up its whole journal.
    pub async fn rebuild_statistics(&self, organisation: OrganisationId) -> Result<(), StoreError> {
        let _alone = self.projecting().await;
        let epoch = self.epoch(organisation).await?;
        let mut days = Days::new();
        let mut after = array![organisation.to_string()];
        loop {
            let turns = self.journal_page(organisation, &after).await?;
            let Some(last) = turns.last() else { break };
            if let RecordIdKey::Array(key) = &last.id.key {
                after = key.clone();
            }
            let ids: Vec<_> = turns.iter().map(|turn| RecordId::new("feed", turn.id.key.clone())).collect();
            let waiting: Vec<RecordId> =
                self.rows("feed", "SELECT VALUE id FROM $ids", object! { ids: ids }).await?;
            let mut waiting: Vec<RecordIdKey> = waiting.into_iter().map(|id| id.key).collect();
            waiting.sort_unstable();
            for turn in turns {
                if waiting.binary_search(&turn.id.key).is_err() {
                    add(&mut days, &turn)?;
                }
            }
        }
        let bind = object! { days: rows(organisation, days), organisation: organisation.to_string() };
        let drop = "DELETE statistics:[$organisation]..[$organisation, []] RETURN NONE";
        self.bump(organisation, epoch, &[drop, ADD], bind).await
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

    async fn epoch(&self, organisation: OrganisationId) -> Result<u64, StoreError> {
        let bind = object! { id: projection(organisation) };
        let rows: Vec<u64> = self.rows("projection", "SELECT VALUE epoch FROM $id", bind).await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    async fn bump(
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
            Ok(_) => Ok(()),
            // Another process counted in between: what it did stands, the rest is for the next call.
            Err(Failure::Thrown(_)) => Err(StoreError::Busy { tries: 1 }),
            Err(failure) => Err(failure.into()),
        }
    }
}

fn projection(organisation: OrganisationId) -> RecordId {
    record("projection", array![organisation.to_string()])
}

fn add(days: &mut Days, turn: &TurnRow) -> Result<(), StoreError> {
    let entries: Vec<Entry> = json::read("turn", &turn.entries)?;
    for entry in &entries {
        let day = entry.at.strftime("%Y-%m-%d").to_string();
        let statistics = days.entry((turn.bot.clone(), day.clone())).or_insert_with(|| DayStatistics {
            day,
            bot: turn.bot.clone(),
            ..DayStatistics::default()
        });
        fold(statistics, entry);
    }
    Ok(())
}

/// Counts one entry. It looks at nothing that is erased when a person is forgotten.
fn fold(day: &mut DayStatistics, entry: &Entry) {
    if entry.sequence == 1 {
        day.conversations += 1;
    }
    match &entry.what {
        Happening::Received { .. } | Happening::Pressed { .. } => day.received += 1,
        Happening::Said { by: Speaker::Bot, content: _, why } => {
            day.said_by_bot += 1;
            if why.as_ref().is_some_and(|why| !why.sources.is_empty()) {
                day.answered_from_documents += 1;
            }
        }
        Happening::Said { by: Speaker::Member { .. }, .. } => day.said_by_members += 1,
        Happening::Repaired { repair } => match repair {
            RepairKind::MisunderstoodOnce
            | RepairKind::MisunderstoodTwice
            | RepairKind::MisunderstoodOften => day.not_understood += 1,
            RepairKind::Cancel
            | RepairKind::StartOver
            | RepairKind::Repeat
            | RepairKind::Correct
            | RepairKind::Digress
            | RepairKind::Timeout => {}
        },
        Happening::HandedOff { .. } => day.handoffs += 1,
        Happening::Rated { slot: _, score } => {
            day.ratings += 1;
            day.rating_sum += u64::from(*score);
        }
        Happening::Opened { .. }
        | Happening::Happened { .. }
        | Happening::Noted { .. }
        | Happening::SlotFilled { .. }
        | Happening::FlowStarted { .. }
        | Happening::FlowEnded { .. }
        | Happening::Searched { .. }
        | Happening::Called { .. }
        | Happening::Answered { .. }
        | Happening::OwnerChanged { .. }
        | Happening::Tagged { .. }
        | Happening::Waiting { .. }
        | Happening::Closed { .. }
        | Happening::Reopened
        | Happening::Faulted { .. }
        | Happening::Erased => {}
    }
}

fn rows(organisation: OrganisationId, days: Days) -> Vec<Value> {
    days.into_values()
        .map(|day| {
            object! {
                id: record("statistics", array![organisation.to_string(), day.bot.clone(), day.day.clone()]),
                bot: day.bot,
                day: day.day,
                conversations: day.conversations,
                received: day.received,
                said_by_bot: day.said_by_bot,
                said_by_members: day.said_by_members,
                not_understood: day.not_understood,
                handoffs: day.handoffs,
                answered_from_documents: day.answered_from_documents,
                ratings: day.ratings,
                rating_sum: day.rating_sum,
            }
            .into_value()
        })
        .collect()
}

impl Row {
    fn read(self) -> DayStatistics {
        DayStatistics {
            day: self.day,
            bot: self.bot,
            conversations: self.conversations,
            received: self.received,
            said_by_bot: self.said_by_bot,
            said_by_members: self.said_by_members,
            not_understood: self.not_understood,
            handoffs: self.handoffs,
            answered_from_documents: self.answered_from_documents,
            ratings: self.ratings,
            rating_sum: self.rating_sum,
        }
    }
}
