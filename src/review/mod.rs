//! What is learned from what visitors say?
//!
//! What was not understood well is folded from the journal into a list without personal data (`mask`), shown in groups of
//! nearly the same words (`cluster`), and turned into phrases of the bot's draft (`decide`).

mod cluster;
mod decide;
mod mask;

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use studio_core::{
    api::ReviewReason,
    embedding::{Embedder, Vector},
    id::OrganisationId,
};
use studio_store::{Lesson, StoreError};

pub use self::{
    cluster::{Cluster, clusters},
    decide::{Decided, Refused, decide},
    mask::Masker,
};
use crate::studio::Studio;

/// Wordings that are compared by meaning, the most frequent; the others by their words alone.
const MOST_VECTORS: usize = 300;

/// What names a wording, and the cluster that begins with it.
pub fn digest(key: &str) -> String {
    hex::encode(&Sha256::digest(key)[..8])
}

/// The clusters of a bot that nobody has decided about, the most frequent first, and what was decided so far.
pub async fn open(
    studio: &Studio,
    organisation: OrganisationId,
    bot: &str,
    reason: Option<ReviewReason>,
) -> Result<(Vec<Cluster>, Vec<Lesson>), StoreError> {
    let mut rows = studio.store.reviewed(organisation, bot).await?;
    let lessons = studio.store.lessons(organisation, bot).await?;
    let decided: BTreeSet<&str> = lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    rows.retain(|row| {
        reason.is_none_or(|reason| reason == row.reason)
            && !decided.contains(digest(&row.masked.key).as_str())
    });
    let trained =
        studio.registry.now(organisation, bot).is_some_and(|mind| mind.model.trained_on().is_some());
    let found = tokio::task::block_in_place(|| {
        let embedder = if trained { studio.models.embedder() } else { None };
        clusters(rows, &|keys: &[&str]| vectors(embedder.as_deref(), keys))
    });
    Ok((found, lessons))
}

/// None where the model has too much to do: the words decide then.
fn vectors(embedder: Option<&dyn Embedder>, keys: &[&str]) -> Vec<Vector> {
    let keys = &keys[..keys.len().min(MOST_VECTORS)];
    embedder.and_then(|embedder| embedder.embed(keys).ok()).unwrap_or_default()
}
