//! What does the understanding learn from a bot?

use super::Bot;
use crate::understanding::Lessons;

impl Bot {
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
            languages: self.languages.clone(),
            threshold: self.understanding.threshold,
            month_first: self.understanding.month_first,
            country: self.understanding.country.clone(),
        }
    }
}
