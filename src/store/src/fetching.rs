//! Which files does a platform still have for us? Noted with the event that names them, until they are kept or gone.

use jiff::Timestamp;
use studio_core::id::{ConversationId, MediaId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{
    InboxRow, Store,
    error::StoreError,
    keys::{Parts, parse, record},
    transact::Probe,
};

/// A file that came with an event and is not here yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFetch {
    pub media: MediaId,
    /// What the platform calls it.
    pub native: String,
    pub name: String,
    pub media_type: String,
    /// Bytes, 0 where unknown.
    pub size: u64,
}

/// What names a file that is to be fetched.
pub type FetchKey = (OrganisationId, ConversationId, MediaId);

/// A file that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    pub organisation: OrganisationId,
    pub conversation: ConversationId,
    pub connection: String,
    pub file: NewFetch,
    pub attempts: u32,
    /// Not to be tried before.
    pub next_at: Timestamp,
    /// Why it failed last.
    pub error: Option<String>,
    /// It is not tried any more.
    pub given_up: bool,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    connection: String,
    native: String,
    name: String,
    media_type: String,
    size: u64,
    attempts: u32,
    next_at: String,
    error: Option<String>,
    given_up: bool,
}

pub(crate) const INSERT: &str = "INSERT IGNORE INTO fetching $fetching RETURN NONE";
// A look at all that wait: they are few, unless a platform is away.
pub(crate) const DUE: &str = "SELECT * FROM fetching WHERE given_up = false AND next_at <= $now \
    AND connection NOT IN $resting AND id NOT IN $held ORDER BY id LIMIT $limit";

fn id(organisation: OrganisationId, conversation: ConversationId, media: MediaId) -> RecordId {
    record("fetching", array![organisation.to_string(), conversation.to_string(), media.to_string()])
}

pub(crate) fn row(event: &InboxRow, file: &NewFetch) -> Value {
    object! {
        id: id(event.key.organisation, event.conversation, file.media),
        arrived: event.key.arrived,
        connection: event.connection.clone(),
        native: file.native.clone(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        attempts: 0,
        next_at: event.event.at.to_string(),
        error: Option::<String>::None,
        given_up: false,
    }
    .into_value()
}

impl Store {
    /// Up to `limit` files of all organisations that are to be fetched by now: none of those that are `held` already, and none
    /// of connections that rest.
    pub async fn due_fetches(
        &self,
        now: Timestamp,
        resting: Vec<String>,
        held: impl IntoIterator<Item = FetchKey>,
        limit: usize,
    ) -> Result<Vec<Fetch>, StoreError> {
        let held =
            held.into_iter().map(|(organisation, conversation, media)| id(organisation, conversation, media));
        let bind =
            object! { now: now.to_string(), resting: resting, held: held.collect::<Vec<_>>(), limit: limit };
        let rows: Vec<Row> = self.rows("fetching", DUE, bind).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How the fetching of a file stands; `None` once it is here, or where there never was one.
    pub async fn fetch(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        media: MediaId,
    ) -> Result<Option<Fetch>, StoreError> {
        let bind = object! { id: id(organisation, conversation, media) };
        let rows: Vec<Row> = self.rows("fetching", "SELECT * FROM $id", bind).await?;
        rows.into_iter().next().map(Row::read).transpose()
    }

    /// Notes what `fetch` says: it failed, and is tried again or given up.
    pub async fn fetch_later(&self, fetch: &Fetch) -> Result<(), StoreError> {
        let bind = object! {
            id: id(fetch.organisation, fetch.conversation, fetch.file.media),
            attempts: fetch.attempts,
            next_at: fetch.next_at.to_string(),
            error: fetch.error.clone(),
            given_up: fetch.given_up,
        };
        let update = "UPDATE $id SET attempts = $attempts, next_at = $next_at, error = $error, \
                      given_up = $given_up RETURN NONE";
        self.transact(&[update], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// It is kept, or not wanted any more.
    pub async fn fetched(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        media: MediaId,
    ) -> Result<(), StoreError> {
        let bind = object! { id: id(organisation, conversation, media) };
        self.transact(&["DELETE $id RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }
}

impl Row {
    fn read(self) -> Result<Fetch, StoreError> {
        let mut key = Parts::of("fetching", &self.id)?;
        Ok(Fetch {
            organisation: key.parse()?,
            conversation: key.parse()?,
            file: NewFetch {
                media: key.parse()?,
                native: self.native,
                name: self.name,
                media_type: self.media_type,
                size: self.size,
            },
            connection: self.connection,
            attempts: self.attempts,
            next_at: parse("fetching", &self.next_at)?,
            error: self.error,
            given_up: self.given_up,
        })
    }
}
