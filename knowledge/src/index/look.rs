//! How does the index in a folder stand? Asked without opening it for writing, so that nothing of it changes.

use std::path::Path;

use studio_core::id::OrganisationId;
use tantivy::{
    IndexReader, ReloadPolicy, TantivyError, Term, collector::Count, query::TermQuery,
    schema::IndexRecordOption,
};

use super::schema::{Passages, schema};
use crate::derived::{fit, guarded};

/// What lies in the folder of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing yet.
    Nothing,
    /// It is damaged, or of another version of the studio. With the reason.
    Unfit(String),
    /// It can be asked, and holds these bots, by their keys.
    Whole(Vec<Holding>),
}

/// A bot in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub organisation: OrganisationId,
    pub bot: String,
    pub version: u32,
    /// [`super::checksum`] of its documents.
    pub checksum: String,
    /// Passages that it should have by the ledger.
    pub passages: u64,
    /// Passages that are there.
    pub counted: u64,
}

/// Looks at the index in `folder`, all of its files' checksums included.
pub fn look(folder: &Path) -> Look {
    match guarded(|| holdings(folder)) {
        Ok(None) => Look::Nothing,
        Ok(Some(holdings)) => Look::Whole(holdings),
        Err(reason) => Look::Unfit(reason),
    }
}

fn holdings(folder: &Path) -> Result<Option<Vec<Holding>>, String> {
    let Some((index, ledger)) = fit::<Passages>(folder)? else { return Ok(None) };
    let reader: Result<IndexReader, TantivyError> =
        index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
    let searcher = reader.map_err(|error| error.to_string())?.searcher();
    let (_, fields) = schema();
    let mut holdings = Vec::new();
    for (key, held) in ledger.bots {
        let (organisation, bot) =
            key.split_once('/').ok_or("unreadable ledger: a bot has no organisation")?;
        let of_bot = TermQuery::new(Term::from_field_text(fields.owner, &key), IndexRecordOption::Basic);
        let counted = searcher.search(&of_bot, &Count).map_err(|error| error.to_string())?;
        holdings.push(Holding {
            organisation: organisation.parse().map_err(|_| "unreadable ledger: an organisation is none")?,
            bot: bot.to_owned(),
            version: held.version,
            passages: held.passages(),
            checksum: held.checksum,
            counted: counted as u64,
        });
    }
    Ok(Some(holdings))
}
