//! Who is logged in?
//!
//! A session is found by the hash of its token; the row names its organisation and member.

use jiff::Timestamp;
use studio_core::id::{MemberId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::StoreError,
    keys::{microseconds, parse, record},
    transact::Probe,
};

/// A log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub organisation: OrganisationId,
    pub member: MemberId,
    pub created_at: Timestamp,
    /// The caller compares it with its clock.
    pub expires_at: Timestamp,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    organisation: String,
    member: String,
    created_at: String,
    expires_at: String,
}

fn id(token_hash: &str) -> RecordId {
    record("session", array![token_hash.to_owned()])
}

// Both look at every session: there are as many as members are logged in.
pub(crate) const END_ALL: &str =
    "DELETE session WHERE organisation = $organisation AND member = $member RETURN NONE";
pub(crate) const PRUNE: &str = "DELETE session WHERE expires < $now RETURN NONE";

impl Store {
    /// Keeps a session under the hash of its token.
    pub async fn create_session(&self, token_hash: &str, session: &Session) -> Result<(), StoreError> {
        let row = object! {
            id: id(token_hash),
            organisation: session.organisation.to_string(),
            member: session.member.to_string(),
            created_at: session.created_at.to_string(),
            expires_at: session.expires_at.to_string(),
            expires: microseconds(session.expires_at),
        };
        let insert = "INSERT INTO session $row RETURN NONE";
        self.transact(&[insert], object! { row: row }, Probe::Exists(id(token_hash))).await?;
        Ok(())
    }

    /// The session of a token, expired or not.
    pub async fn session(&self, token_hash: &str) -> Result<Option<Session>, StoreError> {
        let bind = object! { id: id(token_hash) };
        let rows: Vec<Row> = self.rows("session", "SELECT * FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(Session {
            organisation: parse("session", &row.organisation)?,
            member: parse("session", &row.member)?,
            created_at: parse("session", &row.created_at)?,
            expires_at: parse("session", &row.expires_at)?,
        }))
    }

    /// Log-out.
    pub async fn delete_session(&self, token_hash: &str) -> Result<(), StoreError> {
        self.transact(&["DELETE $id RETURN NONE"], object! { id: id(token_hash) }, Probe::Repeat).await?;
        Ok(())
    }

    /// Ends all sessions of a member.
    pub async fn end_sessions(
        &self,
        organisation: OrganisationId,
        member: MemberId,
    ) -> Result<(), StoreError> {
        let bind = object! { organisation: organisation.to_string(), member: member.to_string() };
        self.transact(&[END_ALL], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// Deletes the sessions of all organisations that ended before `now`.
    pub async fn prune_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        self.transact(&[PRUNE], object! { now: microseconds(now) }, Probe::Repeat).await?;
        Ok(())
    }
}
