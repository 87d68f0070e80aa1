//! What of a doubtful message is kept? Its words, without anything by which a person is known.

use std::sync::OnceLock;

use studio_core::{id::OrganisationId, privacy::masked, review::Doubtful};
use studio_store::Masked;

use crate::{bots::Registry, turn::Mind};

/// Letters that are kept of a message; nobody learns from more.
const MOST: usize = 500;

/// Masks all personal data that the bot's recogniser knows, whatever the bot itself keeps.
pub struct Masker {
    registry: Registry,
    /// For bots that do not run.
    nobody: OnceLock<Option<Mind>>,
}

impl Masker {
    pub fn new(registry: Registry) -> Self {
        Self { registry, nobody: OnceLock::new() }
    }

    /// Nothing where there is nobody to recognise what is personal.
    pub fn mask(&self, organisation: OrganisationId, bot: &str, found: &Doubtful<'_>) -> Option<Masked> {
        let nobody = || self.nobody.get_or_init(|| self.registry.nobody(organisation).ok()).clone();
        let mind = self.registry.now(organisation, bot).or_else(nobody)?;
        let written = found.understanding.language.as_deref();
        let language =
            mind.spoken(written.filter(|language| mind.bot.languages.iter().any(|own| own == language)));
        let now = mind.local(found.entry.at);
        let find = || mind.model.personal(found.text, written.unwrap_or(language), &now, &|_| true);
        // While a model is waited for, the thread serves nobody else.
        let personal = if mind.model.asks_for_names() { tokio::task::block_in_place(find) } else { find() };
        let text: String = masked(found.text, &personal).0.trim().chars().take(MOST).collect();
        let key = studio_nlu::normalised(&text);
        Some(Masked { text, key, language: language.to_owned() })
    }
}
