//! How is a bot understood by people who say none of its phrases word for word?
//!
//! The phrases of each intent are dealt into folds by a hash of seed and phrase. For each fold a model learns from all the
//! other phrases and judges those of the fold: so every phrase is judged once, by a model that had not seen it. A message
//! that is no phrase is judged by a model that learned from all of them.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use studio_core::{
    api::{Change, ChangeEffect, Comparison, Evaluation, Folds},
    embedding::Embedder,
    understanding::{Lessons, Scored},
};

use super::{EvaluateError, cross, patient::Patient, read::read};
use crate::{Model, TrainError, alike::normalised, train};

/// Changes that are listed.
const MOST_CHANGES: usize = 200;

/// What the models of all folds said of what they had not seen, and the model that has seen all.
pub struct HeldOut {
    lessons: Lessons,
    /// Of each phrase.
    said: BTreeMap<String, Said>,
    /// Of a phrase, normalised: one that is written so.
    written: BTreeMap<String, String>,
    /// Mean of the folds'.
    threshold: f64,
    whole: Model,
}

/// The intents of a text, and whether the best is acted on.
type Said = (Vec<Scored>, bool);

/// A message, and what it means where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub intent: Option<String>,
}

/// What a model said of a phrase that it had not seen.
pub(super) struct Judged<'l> {
    pub(super) phrase: &'l str,
    pub(super) intent: &'l str,
    pub(super) intents: Vec<Scored>,
    pub(super) confident: bool,
}

/// The messages of a file (as of an evaluation); the label is what a message means and may be left out.
pub fn messages(file: &Path) -> Result<Vec<Message>, EvaluateError> {
    let examples = read(file, false)?.into_iter();
    let message =
        |text, label: String| Message { text, intent: Some(label).filter(|label| !label.is_empty()) };
    Ok(examples.map(|example| message(example.text, example.label)).collect())
}

impl HeldOut {
    /// Trains the models: as long as a training of the bot, times the folds and one more. Each is dropped when it has judged
    /// its fold.
    pub fn train(
        lessons: Lessons,
        embedder: Option<&Arc<dyn Embedder>>,
        folds: Folds,
    ) -> Result<Self, TrainError> {
        let embedder = embedder.map(|embedder| Patient::with(Arc::clone(embedder)));
        let count = folds.folds.clamp(2, 10);
        let of = deal(&lessons, count, folds.seed);
        let (mut said, mut written, mut thresholds) = (BTreeMap::new(), BTreeMap::new(), 0.0);
        for fold in 0..count {
            let held = |phrase: &str| of.get(&normalised(phrase)) == Some(&fold);
            let mut seen = lessons.clone();
            seen.phrases.values_mut().for_each(|phrases| phrases.retain(|phrase| !held(phrase)));
            seen.annotated.retain(|annotated| !held(&annotated.text));
            let model = train(&seen, embedder.clone())?;
            thresholds += model.threshold();
            for phrase in lessons.phrases.values().flatten().filter(|phrase| held(phrase)) {
                said.insert(phrase.clone(), ask(&model, phrase, language(&lessons)));
                written.entry(normalised(phrase)).or_insert_with(|| phrase.clone());
            }
        }
        let whole = train(&lessons, embedder.clone())?;
        Ok(Self { lessons, said, written, threshold: thresholds / cross::number(count), whole })
    }

    /// The figures of all phrases. Which entities are unused nobody knows here.
    pub fn evaluate(&self) -> Evaluation {
        let mut judged = Vec::new();
        for (intent, phrases) in &self.lessons.phrases {
            for phrase in phrases {
                let (intents, confident) = self.judge(phrase);
                judged.push(Judged { phrase, intent, intents, confident });
            }
        }
        Evaluation { threshold: self.threshold, ..cross::measure(&judged) }
    }

    /// All phrases with their intents.
    pub fn phrases(&self) -> impl Iterator<Item = Message> {
        self.lessons.phrases.iter().flat_map(|(intent, phrases)| {
            let message = |text: &String| Message { text: text.clone(), intent: Some(intent.clone()) };
            phrases.iter().map(message)
        })
    }

    /// Entities that the whole model finds in some phrase.
    pub fn found_entities(&self) -> std::collections::BTreeSet<String> {
        let now = moment();
        let language = language(&self.lessons);
        let phrases = self.lessons.phrases.values().flatten();
        let found = phrases.flat_map(|phrase| self.whole.understand(phrase, language, &now).entities);
        let annotated =
            self.lessons.annotated.iter().flat_map(|it| &it.annotations).map(|it| it.entity.clone());
        found.map(|found| found.entity).chain(annotated).collect()
    }

    /// What changes from one version to the other, on messages of which each is judged as if it were no phrase.
    pub fn compare(before: &Self, after: &Self, messages: &[Message]) -> Comparison {
        let mut comparison = Comparison { messages: messages.len(), ..Comparison::default() };
        for Message { text, intent } in messages {
            let acts = |version: &Self| {
                let (intents, confident) = version.judge(text);
                intents.into_iter().next().filter(|_| confident).map(|best| best.intent)
            };
            let (was, is) = (acts(before), acts(after));
            let right = |acted: &Option<String>| intent.is_some() && acted == intent;
            comparison.labelled += usize::from(intent.is_some());
            comparison.right_before += usize::from(right(&was));
            comparison.right_after += usize::from(right(&is));
            if was == is {
                continue;
            }
            let effect = match (right(&was), right(&is)) {
                (true, false) => ChangeEffect::Worse,
                (false, true) => ChangeEffect::Better,
                (false, false) | (true, true) => ChangeEffect::Other,
            };
            match effect {
                ChangeEffect::Worse => comparison.worse += 1,
                ChangeEffect::Better => comparison.better += 1,
                ChangeEffect::Other => comparison.other += 1,
            }
            let (message, intent) = (text.clone(), intent.clone());
            comparison.changes.push(Change { message, intent, before: was, after: is, effect });
        }
        comparison.changes.sort_by_key(|change| change.effect);
        comparison.changes.truncate(MOST_CHANGES);
        comparison
    }

    fn judge(&self, text: &str) -> Said {
        let known = self.said.get(text).or_else(|| self.said.get(self.written.get(&normalised(text))?));
        known.cloned().unwrap_or_else(|| ask(&self.whole, text, language(&self.lessons)))
    }
}

/// Of each phrase, normalised, its fold.
fn deal(lessons: &Lessons, folds: usize, seed: u64) -> BTreeMap<String, usize> {
    let mut of = BTreeMap::new();
    // Each intent goes on where the one before it ended, so that the folds are of one size.
    let mut next = 0;
    for phrases in lessons.phrases.values() {
        let mut keys: Vec<String> = phrases.iter().map(|phrase| normalised(phrase)).collect();
        keys.sort_by_cached_key(|key| (place(key, seed), key.clone()));
        keys.dedup();
        for key in keys {
            // A phrase of two intents is held out in both.
            of.entry(key).or_insert(next % folds);
            next += 1;
        }
    }
    of
}

fn ask(model: &Model, text: &str, language: &str) -> Said {
    let understanding = model.understand(text, language, &moment());
    let clear = understanding.is_clear();
    (understanding.intents, clear)
}

fn language(lessons: &Lessons) -> &str {
    lessons.languages.first().map_or("en", String::as_str)
}

fn moment() -> jiff::Zoned {
    jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC)
}

/// A number that seed and text scatter evenly (FNV-1a, mixed).
fn place(text: &str, seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed =
        text.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lessons(more: &[(&str, &str)]) -> Lessons {
        let subjects = ["order", "parcel", "package", "delivery", "shipment", "box"];
        let track =
            subjects.iter().flat_map(|it| [format!("where is my {it}"), format!("track the {it} please")]);
        let hours = ["monday", "tuesday", "friday", "sunday", "easter", "christmas"];
        let hours =
            hours.iter().flat_map(|it| [format!("are you open on {it}"), format!("opening hours {it}")]);
        let mut phrases: BTreeMap<String, Vec<String>> =
            [("track".to_owned(), track.collect()), ("hours".to_owned(), hours.collect())].into();
        for (intent, phrase) in more {
            phrases.entry((*intent).to_owned()).or_default().push((*phrase).to_owned());
        }
        Lessons { phrases, languages: vec!["en".to_owned()], ..Lessons::default() }
    }

    fn trained(lessons: Lessons, seed: u64) -> HeldOut {
        HeldOut::train(lessons, None, Folds { folds: 4, seed }).expect("trained")
    }

    #[test]
    fn each_phrase_is_judged_by_a_model_that_had_not_seen_it() {
        let held = trained(lessons(&[("track", "zorp blik wump")]), 1);
        let evaluation = held.evaluate();
        assert_eq!((evaluation.phrases, evaluation.intents), (25, 2));
        assert!(evaluation.accuracy > 0.9, "{evaluation}");
        // Known word for word to the whole model, to no other.
        for text in ["zorp blik wump", "Zorp blik  wump!"] {
            let (intents, confident) = held.judge(text);
            assert!(!confident && intents[0].confidence < 0.9, "{text}: {intents:?}");
        }
        assert_eq!(
            evaluation,
            trained(lessons(&[("track", "zorp blik wump")]), 1).evaluate(),
            "the same seed"
        );
        assert_ne!(deal(&lessons(&[]), 4, 1), deal(&lessons(&[]), 4, 2), "another seed");
    }

    #[test]
    fn intents_of_the_same_words_are_too_close() {
        let same: Vec<(&str, &str)> = vec![
            ("where", "where is my order now"),
            ("where", "where is my parcel now"),
            ("where", "where is my box now"),
            ("where", "where is my delivery now"),
        ];
        let evaluation = trained(lessons(&same), 1).evaluate();
        let pair = evaluation.close.first().unwrap_or_else(|| panic!("{evaluation}"));
        assert_eq!((pair.one.as_str(), pair.other.as_str()), ("track", "where"), "{evaluation}");
        assert!(
            pair.phrases.len() >= 2 && pair.phrases.iter().all(|it| it.phrase.contains("my")),
            "{pair:?}"
        );
        assert!(
            !evaluation.close.iter().any(|pair| pair.one == "hours" || pair.other == "hours"),
            "{evaluation}"
        );
    }

    #[test]
    fn two_versions_differ_on_the_messages_that_change() {
        let gifts = [
            ("gifts", "can you gift wrap it"),
            ("gifts", "gift wrapping please"),
            ("gifts", "wrap it as a gift"),
            ("gifts", "do you do gift wrap"),
            ("gifts", "gift wrap my present"),
        ];
        let (before, after) = (trained(lessons(&[]), 1), trained(lessons(&gifts), 1));
        let message = |text: &str, intent: Option<&str>| Message {
            text: text.to_owned(),
            intent: intent.map(str::to_owned),
        };
        let messages = [
            message("gift wrap", Some("gifts")),
            message("where is my box", Some("track")),
            message("please gift wrap", None),
        ];
        let comparison = HeldOut::compare(&before, &after, &messages);
        assert_eq!(
            (comparison.messages, comparison.labelled, comparison.right_after),
            (3, 2, 2),
            "{comparison}"
        );
        assert_eq!((comparison.better, comparison.worse, comparison.other), (1, 0, 1), "{comparison}");
        let back = HeldOut::compare(&after, &before, &messages);
        assert_eq!((back.better, back.worse, back.other), (0, 1, 1), "{back}");
        assert_eq!(back.changes[0].effect, ChangeEffect::Worse);
        assert!(back.to_string().contains("worse   gift wrap  gifts -> none"), "{back}");
        assert_eq!(HeldOut::compare(&after, &after, &messages).changes, []);
    }
}
