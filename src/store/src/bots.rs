//! Which version of a bot is published?

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::id::OrganisationId;
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    json,
    keys::{parse, record},
    transact::Probe,
};

/// A published version; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotRow {
    pub bot: String,
    /// From 1.
    pub version: u32,
    pub checksum: String,
    /// Path below the bot's folder to text.
    pub files: BTreeMap<String, String>,
    pub published_at: Timestamp,
}

/// What [`Store::publish`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    pub version: u32,
    /// `false`: the current version has this checksum already.
    pub is_new: bool,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Current {
    bot: String,
    version: u32,
    checksum: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    bot: String,
    version: u32,
    checksum: String,
    files: String,
    published_at: String,
}

fn id(organisation: OrganisationId, bot: &str) -> RecordId {
    record("bot", array![organisation.to_string(), bot.to_owned()])
}

fn version_id(organisation: OrganisationId, bot: &str, version: u32) -> RecordId {
    record("bot_version", array![organisation.to_string(), bot.to_owned(), version])
}

pub(crate) const BOTS: &str = "SELECT * FROM bot:[$organisation]..[$organisation, []] ORDER BY id";

impl Store {
    /// Makes these files the current version of a bot. The same checksum as the current one's is no
    /// new version.
    pub async fn publish(
        &self,
        organisation: OrganisationId,
        bot: &str,
        files: &BTreeMap<String, String>,
        checksum: &str,
        published_at: Timestamp,
    ) -> Result<Published, StoreError> {
        for _ in 0..5 {
            let bind = object! { id: id(organisation, bot) };
            let current: Vec<Current> = self.rows("bot", "SELECT * FROM $id", bind).await?;
            let before = match current.first() {
                Some(current) if current.checksum == checksum => {
                    return Ok(Published { version: current.version, is_new: false });
                }
                Some(current) => current.version,
                None => 0,
            };
            let version = before + 1;
            let row = object! {
                id: version_id(organisation, bot, version),
                bot: bot.to_owned(),
                version: version,
                checksum: checksum.to_owned(),
                files: json::write("bot_version", files)?,
                published_at: published_at.to_string(),
            };
            let parts = [
                "IF ((SELECT VALUE version FROM $id)[0] ?? 0) != $before { THROW 'version' }",
                "INSERT INTO bot_version $row RETURN NONE",
                "UPSERT $id SET bot = $bot, version = $version, checksum = $checksum RETURN NONE",
            ];
            let bind = object! {
                id: id(organisation, bot),
                before: before,
                bot: bot.to_owned(),
                version: version,
                checksum: checksum.to_owned(),
                row: row,
            };
            let ours = object! {
                id: version_id(organisation, bot, version),
                checksum: checksum.to_owned(),
            };
            let probe = Probe::Ask("RETURN (SELECT VALUE checksum FROM $id)[0] == $checksum", ours);
            match self.transact(&parts, bind, probe).await {
                Ok(()) => return Ok(Published { version, is_new: true }),
                // Someone else published in between: compare with theirs.
                Err(Failure::Thrown(_) | Failure::Exists) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(StoreError::Busy { tries: 5 })
    }

    /// The names of an organisation's bots with their current versions.
    pub async fn bots(&self, organisation: OrganisationId) -> Result<Vec<(String, u32)>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Current> = self.rows("bot", BOTS, bind).await?;
        Ok(rows.into_iter().map(|row| (row.bot, row.version)).collect())
    }

    /// The current version of a bot.
    pub async fn bot(&self, organisation: OrganisationId, bot: &str) -> Result<Option<BotRow>, StoreError> {
        let bind = object! { id: id(organisation, bot) };
        let current: Vec<Current> = self.rows("bot", "SELECT * FROM $id", bind).await?;
        match current.first() {
            Some(current) => self.bot_version(organisation, bot, current.version).await,
            None => Ok(None),
        }
    }

    /// One version of a bot, current or not: running flows belong to theirs.
    pub async fn bot_version(
        &self,
        organisation: OrganisationId,
        bot: &str,
        version: u32,
    ) -> Result<Option<BotRow>, StoreError> {
        let bind = object! { id: version_id(organisation, bot, version) };
        let rows: Vec<Row> = self.rows("bot_version", "SELECT * FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(BotRow {
            bot: row.bot,
            version: row.version,
            checksum: row.checksum,
            files: json::read("bot_version", &row.files)?,
            published_at: parse("bot_version", &row.published_at)?,
        }))
    }
}
