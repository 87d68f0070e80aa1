//! What of a doubtful message is kept? Its words, without anything by which a person is known.

use std::sync::OnceLock;

use studio_core::{
    dialogue::of_bot,
    id::OrganisationId,
    privacy::{PersonalKind, masked},
    review::Doubtful,
};
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
        let own = written.and_then(|tag| of_bot(&mind.bot.languages, tag));
        let language = mind.spoken(own.as_deref());
        let now = mind.local(found.entry.at);
        let find = || mind.model.personal(found.text, written.unwrap_or(language), &now, &|_| true);
        // While a model is waited for, the thread serves nobody else.
        let personal = if mind.model.asks_for_names() { tokio::task::block_in_place(find) } else { find() };
        let text = kept(masked(found.text, &personal).0.trim()).to_owned();
        let key = studio_nlu::normalised(&text);
        Some(Masked { text, key, language: language.to_owned() })
    }
}

/// What is kept of a masked text: as much as may be, and no part of a mask.
fn kept(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(MOST) else { return text };
    let cut = PersonalKind::ALL.into_iter().filter_map(|kind| {
        let mask = kind.mask();
        let mut begins = text.match_indices(&mask).map(|(begin, _)| begin);
        begins.find(|begin| *begin < end && begin + mask.len() > end)
    });
    text[..cut.min().unwrap_or(end)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mask_is_cut() {
        let check = |before: &str, behind: &str, expected: &str| {
            assert_eq!(kept(&format!("{before}{behind}")), expected);
        };
        let nearly = "ä".repeat(MOST - 3);
        check("short ", "[card]", "short [card]");
        check(&nearly, "abcdef", &format!("{nearly}abc"));
        check(&nearly, "[card] more", &nearly);
        check(&nearly, " [card]", &nearly);
        let fits = "ä".repeat(MOST - 6);
        check(&fits, "[card][card]", &format!("{fits}[card]"));
        let cards = "[card] ".repeat(MOST);
        assert!(kept(&cards).ends_with("[card]"), "{}", kept(&cards));
    }
}
