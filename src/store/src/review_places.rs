//! Which of the messages that somebody should look at are the newest?
//!
//! The rows of `review` stand under their conversations, whose ids tell nothing of time. So each has a place under its bot, in a
//! key that counts time backwards: the list reads on from the newest and no further than it must, and forwards, as the engine
//! reads best (docs/decisions/0012-from-the-end.md). A place says by itself what decides whether a message is wanted.
//!
//! What was listed before migration 16 is given its places beside all else, the rows of some hundred in one transaction, which
//! notes how far it has come (`store.review.placing` in the log where that takes longer than a moment). Until then the list lacks
//! what has none.

use std::{cmp::Reverse, time::Duration};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use studio_core::{api::ReviewReason, id::OrganisationId};
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};
use tokio::time::{sleep, timeout};

use crate::{
    Reviewed, Store,
    accept::MOST_ROWS,
    error::StoreError,
    keys::{Parts, microseconds, record},
    review::Row,
};

/// Places of a bot that are looked at for a list, the newest.
const LOOKED_AT: usize = 100_000;
/// As many of them are read at once, at most.
const STEP: usize = 1_000;
/// Messages that are given their places in one transaction.
const BATCH: usize = 500;
/// How long a start waits for these: ample where there are few.
const AT_THE_START: Duration = Duration::from_secs(5);
/// Before the next try where somebody folds, or the database is away.
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) const NEWEST: &str = "SELECT id, wording, reason FROM type::record(\
    review_place:[$organisation, $bot, $moment, $conversation, $sequence]>..[$organisation, $bot, []]) \
    ORDER BY id LIMIT $limit";
/// Messages under their conversations.
pub(crate) const LISTED: &str = "SELECT * FROM type::record(\
    review:[$organisation, $conversation, $sequence]>..[$organisation, []]) ORDER BY id LIMIT $limit";
pub(crate) const PUT: &str = "INSERT INTO review_place $places ON DUPLICATE KEY UPDATE \
    wording = $input.wording, reason = $input.reason RETURN NONE";

/// One row an organisation is looked at.
const UNPLACED: &str = "SELECT id, unplaced FROM projection WHERE unplaced != NONE LIMIT 1";
const PLACE: &str = "FOR $row IN $rows { UPDATE $row.id SET place = $row.place RETURN NONE }";
const GO_ON: &str = "UPDATE $projection SET unplaced = $unplaced RETURN NONE";

/// Whether a message is wanted, by the digest of its wording and by what is doubtful about it.
pub type Wanted<'w> = &'w (dyn Fn(&str, ReviewReason) -> bool + Send + Sync);

/// What names a wording.
pub fn digest(key: &str) -> String {
    hex::encode(&Sha256::digest(key)[..8])
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PlaceRow {
    id: RecordId,
    wording: String,
    reason: String,
}

/// An organisation whose list has messages without a place.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Unplaced {
    id: RecordId,
    unplaced: Last,
}

/// The last message that was looked at under its conversation.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Last {
    conversation: String,
    sequence: u64,
}

/// The place of a message of a conversation.
pub(crate) fn id(
    organisation: &str,
    bot: &str,
    at: Timestamp,
    conversation: &str,
    sequence: u64,
) -> RecordId {
    let moment = format!("{:016x}", u64::MAX - microseconds(at));
    let key = array![organisation.to_owned(), bot.to_owned(), moment, conversation.to_owned(), sequence];
    record("review_place", key)
}

pub(crate) fn row(id: RecordId, key: &str, reason: &str) -> Value {
    object! { id: id, wording: digest(key), reason: reason.to_owned() }.into_value()
}

impl Store {
    /// The newest messages of a bot that somebody should look at and that are wanted, `most` of them at most. The newest 100,000
    /// are looked at.
    pub async fn reviewed(
        &self,
        organisation: OrganisationId,
        bot: &str,
        most: usize,
        wanted: Wanted<'_>,
    ) -> Result<Vec<Reviewed>, StoreError> {
        self.reviewed_within(organisation, bot, most, wanted, LOOKED_AT).await
    }

    /// The same, where so many are looked at.
    pub(crate) async fn reviewed_within(
        &self,
        organisation: OrganisationId,
        bot: &str,
        most: usize,
        wanted: Wanted<'_>,
        looked_at: usize,
    ) -> Result<Vec<Reviewed>, StoreError> {
        let ids = self.newest(organisation, bot, most, wanted, looked_at).await?;
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MOST_ROWS) {
            let bind = object! { ids: ids.to_vec() };
            // Who was forgotten meanwhile has none.
            let rows: Vec<Row> = self.rows("review", "SELECT * FROM $ids", bind).await?;
            for row in rows {
                found.push(row.read()?);
            }
        }
        found.sort_by_key(|one| (Reverse(one.at), one.conversation, one.sequence));
        Ok(found)
    }

    /// The messages of the newest places that are wanted.
    async fn newest(
        &self,
        organisation: OrganisationId,
        bot: &str,
        most: usize,
        wanted: Wanted<'_>,
        looked_at: usize,
    ) -> Result<Vec<RecordId>, StoreError> {
        let organisation = organisation.to_string();
        let mut ids = Vec::new();
        let mut left = looked_at;
        // Before all places.
        let (mut moment, mut conversation, mut sequence) = (String::new(), String::new(), 0_u64);
        loop {
            let limit = STEP.min(left);
            let bind = object! {
                organisation: organisation.clone(),
                bot: bot.to_owned(),
                moment: moment.clone(),
                conversation: conversation.clone(),
                sequence: sequence,
                limit: limit,
            };
            let rows: Vec<PlaceRow> = self.rows("review_place", NEWEST, bind).await?;
            left -= rows.len().min(left);
            let ended = rows.len() < limit || left == 0;
            for row in rows {
                let mut parts = Parts::of("review_place", &row.id)?;
                parts.text()?;
                parts.text()?;
                (moment, conversation, sequence) = (parts.text()?, parts.text()?, parts.number()?);
                let reason = ReviewReason::of(&row.reason)
                    .ok_or(StoreError::Corrupt { table: "review_place", what: row.reason })?;
                if ids.len() < most && wanted(&row.wording, reason) {
                    ids.push(record("review", array![organisation.clone(), conversation.clone(), sequence]));
                }
            }
            if ended || ids.len() >= most {
                return Ok(ids);
            }
        }
    }

    /// Gives places to what was listed before there were any: for a moment while the store is opened, then beside all else.
    pub(crate) async fn see_to_places(&self) {
        if timeout(AT_THE_START, place_all(self.downgrade())).await.is_err() {
            tracing::info!("store.review.placing");
            tokio::spawn(place_all(self.downgrade()));
        }
    }

    /// Gives the next messages their places; returns whether there may be more.
    pub(crate) async fn place_some(&self) -> Result<bool, StoreError> {
        // Who is forgotten, or folded anew, at this moment bumps the epoch: nothing of them is given a place afterwards.
        let _alone = self.projecting().await;
        let found: Vec<Unplaced> = self.rows("projection", UNPLACED, Object::new()).await?;
        let Some(Unplaced { id: projection, unplaced }) = found.into_iter().next() else { return Ok(false) };
        let organisation: OrganisationId = Parts::of("projection", &projection)?.parse()?;
        let epoch = self.epoch(organisation).await?;
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: unplaced.conversation,
            sequence: unplaced.sequence,
            limit: BATCH,
        };
        let listed = self.each_row::<Row>("review", LISTED, bind).await?;
        let is_last = listed.len() < BATCH;
        let (mut rows, mut places, mut next) = (Vec::new(), Vec::new(), Value::None);
        for (id, row) in listed {
            let mut parts = Parts::of("review", &id)?;
            parts.text()?;
            let (conversation, sequence) = (parts.text()?, parts.number()?);
            if !is_last {
                next = object! { conversation: conversation.clone(), sequence: sequence }.into_value();
            }
            match row.and_then(Row::read) {
                Ok(read) => {
                    let place =
                        self::id(&organisation.to_string(), &read.bot, read.at, &conversation, sequence);
                    places.push(self::row(place.clone(), &read.masked.key, read.reason.as_str()));
                    rows.push(object! { id: id, place: place }.into_value());
                }
                // It keeps no other from being listed.
                Err(error) => tracing::error!(%error, "store.review.unreadable"),
            }
        }
        let bind = object! { rows: rows, places: places, unplaced: next };
        self.bump(organisation, epoch, &[PLACE, PUT, GO_ON], bind).await?;
        Ok(true)
    }
}

/// Returns once all have their places, or where that cannot be seen to any more.
async fn place_all(open: impl Fn() -> Option<Store>) {
    loop {
        let Some(store) = open() else { return };
        let placed = store.place_some().await;
        drop(store);
        match placed {
            Ok(true) => {}
            Ok(false) | Err(StoreError::Closed) => return,
            // Where it was committed after all, the next one is behind it.
            Err(StoreError::Busy { .. } | StoreError::Unavailable(_) | StoreError::Unknown(_)) => {
                sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, "store.review.unplaced");
                return;
            }
        }
    }
}
