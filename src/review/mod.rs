//! What is learned from what visitors say?
//!
//! What was not understood well is folded from the journal into a list without personal data (`mask`), shown in groups of
//! nearly the same words (`cluster`), and turned into phrases of the bot's draft (`decide`).

mod cluster;
mod decide;
mod mask;

use std::collections::BTreeSet;

use studio_core::{
    api::ReviewReason,
    embedding::{Embedder, Vector},
    id::OrganisationId,
};
pub use studio_store::digest;
use studio_store::{Lesson, StoreError};

pub use self::{
    cluster::{Cluster, clusters},
    decide::{Decided, Refused, decide, notes},
    mask::Masker,
};
use crate::studio::Studio;

/// Wordings that are compared by meaning, the most frequent; the others by their words alone.
const MOST_VECTORS: usize = 300;
/// Messages in these clusters, the newest.
const MOST_LISTED: usize = 20_000;

/// The clusters of a bot that nobody has decided about, the most frequent first, and what was decided so far.
pub async fn open(
    studio: &Studio,
    organisation: OrganisationId,
    bot: &str,
    reason: Option<ReviewReason>,
) -> Result<(Vec<Cluster>, Vec<Lesson>), StoreError> {
    let lessons = studio.store.lessons(organisation, bot).await?;
    let decided: BTreeSet<&str> = lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    let is_open = |wording: &str, found: ReviewReason| {
        reason.is_none_or(|reason| reason == found) && !decided.contains(wording)
    };
    let rows = studio.store.reviewed(organisation, bot, MOST_LISTED, &is_open).await?;
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
