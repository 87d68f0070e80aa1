//! What does the understanding learn from a bot?

use super::Bot;
use crate::{translation::Reach, understanding::Lessons};

impl Bot {
    /// Languages in which visitors are understood: the bot's own, and those that a machine speaks for it.
    fn heard(&self) -> Vec<String> {
        let machine = match &self.translation.into {
            Reach::These(languages) => languages.as_slice(),
            Reach::Any => &[],
        };
        self.languages.iter().chain(machine).cloned().collect()
    }

    /// Phrases of all languages and entities. Keywords and buttons are not learned: they match as
    /// they stand.
    pub fn lessons(&self) -> Lessons {
        let phrases = self.intents.iter().map(|(name, intent)| {
            let all = intent.phrases.values().flatten().cloned().collect();
            (name.clone(), all)
        });
        Lessons {
            phrases: phrases.collect(),
            descriptions: (self.intents.iter())
                .filter_map(|(name, intent)| Some((name.clone(), intent.description.clone()?)))
                .collect(),
            entities: (self.entities.iter())
                .map(|(name, entity)| (name.clone(), entity.lesson.clone()))
                .collect(),
            annotated: self.intents.values().flat_map(|intent| intent.annotated.iter().cloned()).collect(),
            languages: self.heard(),
            threshold: self.understanding.threshold,
            month_first: self.understanding.month_first,
            country: self.understanding.country.clone(),
        }
    }
}
