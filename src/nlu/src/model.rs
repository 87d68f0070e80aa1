//! From a bot's lessons to a model, from a text to its understanding.

use std::collections::BTreeMap;

use studio_core::understanding::{EntityMatch, Lessons, Scored, Understander, Understanding};

use crate::{
    classify::{self, Classifier},
    entities::{self, Finder, Moment},
    language::Languages,
    text::Reading,
};

/// Most bytes of all phrases together: what keeps the memory of a training bounded (about 60 bytes each).
const MOST_PHRASE_BYTES: usize = 8 * 1024 * 1024;
/// Most phrases of a bot.
const MOST_PHRASES: usize = 100_000;
/// Most intents of a bot.
const MOST_INTENTS: usize = 2_000;

/// All that is needed to understand what visitors of one bot write.
#[derive(Clone, Debug)]
pub struct Model {
    /// Those that have phrases, by name.
    pub(crate) intents: Vec<String>,
    /// Normalised phrases with their intents; phrases of two intents are not among them.
    pub(crate) exact: BTreeMap<String, u32>,
    pub(crate) classifier: Classifier,
    /// From this confidence on, the best intent is acted on.
    pub(crate) threshold: f64,
    pub(crate) finder: Finder,
    pub(crate) languages: Languages,
}

/// Why a bot cannot be trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    #[error("entity `{entity}` has a pattern that is not a regular expression: {problem}")]
    Pattern { entity: String, problem: String },
    #[error("the country must be a code of ISO 3166-1 such as `DE`, not `{0}`")]
    Country(String),
    #[error("the threshold must be between 0 and 1, not {0}")]
    Threshold(f64),
    #[error("too much to learn: {count} {what}, at most {most}")]
    TooMuch { what: &'static str, count: usize, most: usize },
}

/// Learns from a bot's phrases and entities. Takes seconds for ten thousand phrases, milliseconds for a hundred;
/// the same lessons give the same model, to the byte.
pub fn train(lessons: &Lessons) -> Result<Model, TrainError> {
    check(lessons)?;
    let finder = Finder::new(&lessons.entities, &lessons.languages, lessons.month_first)?;
    let finder = finder.trained(&lessons.annotated).in_country(lessons.country.as_deref())?;
    let mut intents = Vec::new();
    let mut phrases = Vec::new();
    let mut exact: BTreeMap<String, Option<u32>> = BTreeMap::new();
    for (intent, of_intent) in &lessons.phrases {
        let before = phrases.len();
        for phrase in of_intent {
            let key = Reading::new(phrase).key();
            if key.is_empty() {
                continue;
            }
            phrases.push((phrase.as_str(), intents.len()));
            let index = u32::try_from(intents.len()).ok();
            exact.entry(key).and_modify(|known| *known = known.filter(|_| *known == index)).or_insert(index);
        }
        if phrases.len() > before {
            intents.push(intent.clone());
        }
    }
    let classifier = classify::train(&phrases, intents.len());
    Ok(Model {
        threshold: lessons.threshold.unwrap_or(classifier.calibration.threshold),
        exact: exact.into_iter().filter_map(|(key, intent)| Some((key, intent?))).collect(),
        languages: Languages::new(&lessons.languages),
        intents,
        classifier,
        finder,
    })
}

fn check(lessons: &Lessons) -> Result<(), TrainError> {
    if let Some(threshold) = lessons.threshold
        && !(0.0..=1.0).contains(&threshold)
    {
        return Err(TrainError::Threshold(threshold));
    }
    let phrases = || lessons.phrases.values().flatten();
    for (what, count, most) in [
        ("intents", lessons.phrases.len(), MOST_INTENTS),
        ("phrases", phrases().count(), MOST_PHRASES),
        ("bytes of phrases", phrases().map(String::len).sum(), MOST_PHRASE_BYTES),
    ] {
        if count > most {
            return Err(TrainError::TooMuch { what, count, most });
        }
    }
    Ok(())
}

impl Model {
    /// What a text means. Total: any text has an understanding; of very long ones the beginning is read.
    ///
    /// `language` (ISO 639-1) is that of the conversation so far: it decides how `1.000` is read.
    /// `now` is what "tomorrow" is counted from, in the visitor's or the bot's time zone.
    pub fn understand(&self, text: &str, language: &str, now: &jiff::Zoned) -> Understanding {
        let reading = Reading::new(text);
        let detected = self.languages.detect(reading.original);
        let moment = Moment { language, now };
        let entities = self.finder.find(&reading, &moment, |word| self.classifier.knows_word(word));
        let (intents, confident) = self.intents_beside(&reading, &entities);
        Understanding { intents, confident, entities, language: detected }
    }

    /// The intents of a text. Days, times, numbers, amounts and addresses say nothing of what is wanted, but each
    /// is so many unknown words: where the whole is not sure enough, the rest may be, of the same intent.
    fn intents_beside(&self, reading: &Reading<'_>, entities: &[EntityMatch]) -> (Vec<Scored>, bool) {
        let whole = self.intents(reading);
        let (Some(best), false) = (whole.0.first(), whole.1) else { return whole };
        let Some(rest) = entities::without_values(reading.original, entities) else { return whole };
        let beside = self.intents(&Reading::new(&rest));
        let same = beside.1 && beside.0.first().is_some_and(|other| other.intent == best.intent);
        if same { beside } else { whole }
    }

    /// The confidence from which on the best intent is acted on, 0 to 1.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The best intent by the linear model alone.
    pub(crate) fn linear(&self, reading: &Reading<'_>) -> Option<&str> {
        self.classifier.rank(reading).intents.first().map(|(intent, _)| self.intents[*intent].as_str())
    }

    pub(crate) fn intents(&self, reading: &Reading<'_>) -> (Vec<Scored>, bool) {
        let ranking = self.classifier.rank(reading);
        let confident = ranking.known
            && ranking.intents.first().is_some_and(|(_, confidence)| *confidence >= self.threshold);
        let scored = |intent: usize, confidence: f64, by| Scored {
            intent: self.intents[intent].clone(),
            confidence,
            by,
        };
        let linear = ranking
            .intents
            .iter()
            .map(|(intent, confidence)| scored(*intent, *confidence, Understander::Linear));
        let Some(exact) = self.exact.get(&reading.key()).map(|intent| *intent as usize) else {
            return (linear.collect(), confident);
        };
        let mut intents = vec![scored(exact, 1.0, Understander::Exact)];
        intents.extend(linear.filter(|other| other.intent != self.intents[exact]));
        intents.truncate(5);
        (intents, true)
    }
}

#[cfg(test)]
pub(crate) mod tests;
