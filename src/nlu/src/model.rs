//! From a bot's lessons to a model, from a text to its understanding.

mod cuts;
mod intents;
mod legible;
mod misspelt;

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, sync::Arc};

use studio_core::{
    embedding::{EmbedError, Embedder},
    feeling::{Sentiment, SentimentBy, SentimentModel},
    models::{ModelFailure, Tagger},
    privacy::{Personal, PersonalKind},
    understanding::{EntityMatch, Lessons, Understander, Understanding},
};

use self::intents::Meant;
use crate::{
    augment,
    classify::{self, Classifier, Example, Material, Meanings, Semantic},
    denial,
    entities::{Finder, Moment},
    feelings::{self, Complaints, Feelings},
    language::{Languages, same_language},
    personal::{self, Search},
    slips::Slips,
    spelling::Spelling,
    text::{Reading, Token},
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
    /// The same, for messages with a slip of the keyboard.
    pub(crate) slips: Slips,
    /// The words of the same, for those that are misspelt.
    pub(crate) spelling: Spelling,
    /// The same, where an intent is negated by nature.
    pub(crate) own: denial::Own,
    /// Intents that nobody has who finds something not bad.
    pub(crate) complaints: Complaints,
    pub(crate) classifier: Classifier,
    /// Where the model was trained with vectors.
    pub(crate) semantic: Option<Semantic>,
    /// Who makes the vectors of what visitors write.
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    /// Who says how visitors feel, in place of the lists of words.
    pub(crate) sentiments: Option<Arc<dyn SentimentModel>>,
    /// Who finds names, beside the built-in kinds.
    pub(crate) tagger: Option<Arc<dyn Tagger>>,
    /// The author's own; otherwise each part has its own.
    pub(crate) threshold: Option<f64>,
    pub(crate) finder: Finder,
    pub(crate) languages: Languages,
}

/// Why a bot cannot be trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    #[error("entity `{entity}` has a pattern that is not a regular expression: {problem}")]
    Pattern { entity: String, problem: String },
    #[error("the phrases have no vectors: {0}")]
    Vectors(#[from] EmbedError),
    #[error("the country must be a code of ISO 3166-1 such as `DE`, not `{0}`")]
    Country(String),
    #[error("the threshold must be between 0 and 1, not {0}")]
    Threshold(f64),
    #[error("too much to learn: {count} {what}, at most {most}")]
    TooMuch { what: &'static str, count: usize, most: usize },
}

/// Learns from a bot's phrases and entities. Takes seconds for ten thousand phrases, milliseconds for a hundred;
/// the same lessons give the same model, to the byte.
///
/// With an embedder the model knows meaning as well; the vectors of the phrases take 2 s a thousand on two cores.
pub fn train(lessons: &Lessons, embedder: Option<Arc<dyn Embedder>>) -> Result<Model, TrainError> {
    check(lessons)?;
    let finder = Finder::new(&lessons.entities, &lessons.languages, lessons.month_first)?;
    let finder = finder.trained(&lessons.annotated).in_country(lessons.country.as_deref())?;
    let mut intents = Vec::new();
    let mut examples: Vec<Example> = Vec::new();
    let mut exact: BTreeMap<String, Option<u32>> = BTreeMap::new();
    for (intent, of_intent) in &lessons.phrases {
        let before = examples.len();
        for phrase in of_intent {
            let key = Reading::new(phrase).key();
            if key.is_empty() {
                continue;
            }
            examples.push(Example { text: phrase.clone(), intent: intents.len(), hint: false });
            let index = u32::try_from(intents.len()).ok();
            exact.entry(key).and_modify(|known| *known = known.filter(|_| *known == index)).or_insert(index);
        }
        let description = lessons.descriptions.get(intent).filter(|text| !text.trim().is_empty());
        // A name alone says too little of an intent for which nobody wrote anything.
        if examples.len() > before || (description.is_some() && embedder.is_some()) {
            let hints = [name_as_words(intent), description.cloned()].into_iter().flatten();
            // To words alone the letters of a name say more than they should.
            let hints = hints.filter(|_| embedder.is_some());
            let hint = |text| Example { text, intent: intents.len(), hint: true };
            examples.extend(hints.map(hint));
            intents.push(intent.clone());
        }
    }
    let made = augment::made(lessons, &finder, &examples, intents.len());
    let kinds = |reading: &Reading<'_>| finder.kinds(reading, |_| true);
    let material = Material::new(&examples, intents.len(), &made, kinds);
    let material = if embedder.is_some() { material } else { material.by_words_alone() };
    let (classifier, held) = classify::train(&material);
    let semantic = match &embedder {
        Some(embedder) if !examples.is_empty() => {
            let readings: Vec<Reading<'_>> =
                examples.iter().map(|example| Reading::new(&example.text)).collect();
            let texts: Vec<&str> = readings.iter().map(|reading| reading.seen.as_ref()).collect();
            let strangers = embedder.embed(&classify::strange_texts())?;
            let vectors = embedder.deep(&texts)?;
            let vectors = vectors.iter().map(AsRef::as_ref).collect();
            let strangers = strangers.iter().map(AsRef::as_ref).collect();
            let meanings = Meanings { vectors, outer: embedder.dimensions(), strangers };
            let held: Vec<_> =
                held.iter().map(|text| (classifier.calibration.confidence(&text.signs), *text)).collect();
            let is_described = |intent: &String| {
                lessons.descriptions.get(intent).is_some_and(|text| !text.trim().is_empty())
            };
            let described: Vec<bool> = intents.iter().map(is_described).collect();
            let vocabulary = &classifier.vocabulary;
            let identity = embedder.identity();
            Some(classify::train_semantic(identity, &material, &meanings, vocabulary, &held, &described))
        }
        Some(_) | None => None,
    };
    let exact: BTreeMap<String, u32> =
        exact.into_iter().filter_map(|(key, intent)| Some((key, intent?))).collect();
    Ok(Model {
        threshold: lessons.threshold,
        semantic,
        embedder,
        sentiments: None,
        tagger: None,
        slips: Slips::new(&exact),
        spelling: Spelling::new(exact.keys().map(String::as_str), &lessons.languages),
        own: denial::Own::new(&exact, &lessons.languages),
        complaints: Complaints::new(&exact, &lessons.languages),
        exact,
        languages: Languages::new(&lessons.languages),
        intents,
        classifier,
        finder,
    })
}

/// `track_order` is "track order". Nothing where there is no word in it.
fn name_as_words(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(['_', '-', '.', '/', ' ']).filter(|word| !word.is_empty()).collect();
    let letters = |word: &&str| word.chars().filter(|letter| letter.is_alphabetic()).count();
    words.iter().any(|word| letters(word) >= 3).then(|| words.join(" ").to_lowercase())
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
        let moment = Moment { language, now };
        let mut entities = self.finder.find(&reading, &moment, |word| self.classifier.knows_word(word));
        let said = without_names(reading.original, &entities);
        // A bot of one language answers in that; what is said in another is read in it all the same.
        let written = self.languages.clear(&said, Some(language));
        let detected = written.clone().filter(|_| !self.languages.is_alone());
        if let Some(foreign) = written.as_deref().filter(|code| !self.speaks(code, language)) {
            self.finder.add_people(&reading, foreign, &mut entities);
        }
        let named_in = self.named_in(written.clone(), language);
        self.add_names(&reading, named_in.as_deref(), &mut entities);
        let personal = self.personal_kinds(&reading, language, &entities);
        let languages = denial::Language::of(detected.as_deref().into_iter().chain(self.spoken(language)));
        let mut meant = self.meant(&reading, &mut entities, &moment, &languages);
        let (words, unknown_words) = self.familiar(&reading, &entities);
        let Feelings { sentiment, urgent, question, profane, not_bad } =
            feelings::read(&reading, written.as_deref(), self.spoken(language));
        if not_bad {
            self.take_no_complaint(&mut meant);
        }
        let Meant { judged, also, denied } = meant;
        let sentiment = self.sentiment(text, detected.as_deref(), sentiment);
        // That it has only one language is told of what it did not understand.
        let language = if judged.confident { detected } else { written };
        Understanding {
            intents: judged.intents,
            confident: judged.confident,
            also,
            denied,
            entities,
            language,
            sentiment,
            urgent,
            question,
            profane,
            personal,
            words,
            unknown_words,
            through: None,
            counted: None,
        }
    }

    /// Of what is not bad ("ich bin nicht unzufrieden") no intent that complains is acted on, unless it is one of its phrases.
    fn take_no_complaint(&self, meant: &mut Meant) {
        let complains = |name: &str, by: Understander| {
            let place = self.intents.iter().position(|intent| intent == name);
            by != Understander::Exact && place.is_some_and(|intent| self.complaints.has(intent))
        };
        let best = meant.judged.intents.first();
        meant.judged.confident &= !best.is_some_and(|best| complains(&best.intent, best.by));
        meant.also.retain(|besides| !complains(&besides.intent, besides.by));
    }

    /// The words of a message, and how many of them are in no phrase. What was found in it is of its own kind, known or not.
    fn familiar(&self, reading: &Reading<'_>, entities: &[EntityMatch]) -> (u32, u32) {
        if self.intents.is_empty() {
            return (0, 0);
        }
        let (mut words, mut unknown) = (0, 0);
        for token in &reading.tokens {
            let word = reading.word(token);
            if !is_found(reading, token, entities) && word.contains(char::is_alphabetic) {
                words += 1;
                unknown += u32::from(!self.classifier.knows_word(word));
            }
        }
        (words, unknown)
    }

    /// The language that a text seems to be written in, where it is clear, also for a bot of one language. `before` is the likeliest.
    pub fn recognise(&self, text: &str, before: &str) -> Option<String> {
        self.languages.clear(text, Some(before))
    }

    /// The personal data of the wanted kinds in a text of any length, in order and without overlaps, in bytes of it.
    /// `language` and `now` as in [`Self::understand`].
    pub fn personal(
        &self,
        text: &str,
        language: &str,
        now: &jiff::Zoned,
        wanted: &dyn Fn(PersonalKind) -> bool,
    ) -> Vec<Personal> {
        self.personal_as_heard(text, language, now, wanted).0
    }

    /// The same, and whether the model for names answered where it was asked.
    pub fn personal_as_heard(
        &self,
        text: &str,
        language: &str,
        now: &jiff::Zoned,
        wanted: &dyn Fn(PersonalKind) -> bool,
    ) -> (Vec<Personal>, Option<Result<(), ModelFailure>>) {
        let languages: Vec<&str> = self.spoken(language).collect();
        let moment = Moment { language, now };
        let is_by_language = wanted(PersonalKind::Person) || wanted(PersonalKind::Address);
        let written = is_by_language.then(|| self.languages.seeming(text, Some(language))).flatten();
        let search = Search {
            wanted,
            finder: &self.finder,
            moment: &moment,
            languages: &languages,
            written: written.as_deref(),
        };
        let found = personal::find(text, &search);
        let heard = RefCell::new(None);
        let found = match &self.tagger {
            Some(tagger) if wanted(PersonalKind::Person) => personal::with_names(text, found, |words| {
                // Who waited once in vain does not wait for the rest.
                if matches!(&*heard.borrow(), Some(Err(_))) {
                    return Vec::new();
                }
                let written = self.languages.clear(words, Some(language));
                match tagger.names_now(words, self.named_in(written, language).as_deref()) {
                    Ok(Some(names)) => {
                        heard.replace(Some(Ok(())));
                        names
                    }
                    // It does not know the language.
                    Ok(None) => Vec::new(),
                    Err(error) => {
                        heard.replace(Some(Err(error)));
                        Vec::new()
                    }
                }
            }),
            Some(_) | None => found,
        };
        (found, heard.into_inner())
    }

    /// Whether [`Self::personal`] waits for a model where people are wanted.
    pub fn asks_for_names(&self) -> bool {
        self.tagger.is_some()
    }

    /// The kinds of personal data that a message names.
    fn personal_kinds(
        &self,
        reading: &Reading<'_>,
        language: &str,
        entities: &[EntityMatch],
    ) -> Vec<PersonalKind> {
        let named = entities.iter().filter_map(|found| PersonalKind::of(&found.entity));
        let mut kinds: Vec<PersonalKind> = named.collect();
        if reading.text.contains(['.', ':']) || reading.text.bytes().any(|byte| byte.is_ascii_digit()) {
            let languages: Vec<&str> = self.spoken(language).collect();
            kinds.extend(personal::beside_entities(reading, &languages));
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The languages that a message may be written in, the conversation's first.
    fn spoken<'l>(&'l self, language: &'l str) -> impl Iterator<Item = &'l str> {
        std::iter::once(language).chain(self.languages.codes().iter().map(String::as_str))
    }

    /// Whether it is one of these.
    fn speaks(&self, code: &str, language: &str) -> bool {
        self.spoken(language).any(|spoken| same_language(spoken, code))
    }

    /// The model's word, where there is one and it answers; otherwise that of the lists.
    fn sentiment(&self, text: &str, language: Option<&str>, lexical: f64) -> Option<Sentiment> {
        let judged =
            self.sentiments.as_ref().and_then(|model| model.judge_now(text, language).ok().flatten());
        match judged {
            Some(score) => Sentiment::of(score, SentimentBy::Model),
            None => Sentiment::of(lexical, SentimentBy::Lexicon),
        }
    }

    /// The language in which a model is asked for the names of a text: the one that it is clearly written in, or else that of a bot that
    /// has no other. Where a bot has several none is told: the model is asked anyway.
    fn named_in(&self, written: Option<String>, language: &str) -> Option<String> {
        written.or_else(|| self.languages.is_alone().then(|| language.to_owned()))
    }

    /// What a model names beside what was found, while it answers.
    fn add_names(&self, reading: &Reading<'_>, language: Option<&str>, entities: &mut Vec<EntityMatch>) {
        let named =
            self.tagger.as_ref().and_then(|model| model.names_now(reading.original, language).ok().flatten());
        if let Some(names) = named {
            self.finder.add_names(reading, &names, entities);
        }
    }

    /// Who finds names from now on.
    #[must_use]
    pub fn with_tagger(self, tagger: Option<Arc<dyn Tagger>>) -> Self {
        Self { tagger, ..self }
    }

    /// The name of the model whose vectors it knows meaning by, if those of these two languages (ISO 639-1) are the same.
    pub fn joining(&self, one: &str, other: &str) -> Option<&str> {
        self.semantic.as_ref()?;
        Some(self.embedder.as_ref().filter(|embedder| embedder.joins(one, other))?.identity())
    }

    /// The language of a message is named from now on whichever it is, for a bot of one language too.
    #[must_use]
    pub fn hearing_every_language(mut self) -> Self {
        self.languages.want_all();
        self
    }

    /// Who says from now on how visitors feel.
    #[must_use]
    pub fn with_sentiments(self, sentiments: Option<Arc<dyn SentimentModel>>) -> Self {
        Self { sentiments, ..self }
    }

    /// Who makes the vectors from now on, if the model was trained on vectors of this kind.
    #[must_use]
    pub fn with_embedder(self, embedder: Option<Arc<dyn Embedder>>) -> Self {
        let same = |embedder: &Arc<dyn Embedder>| {
            self.semantic.as_ref().is_some_and(|semantic| semantic.identity == embedder.identity())
        };
        Self { embedder: embedder.filter(same), ..self }
    }

    /// Whose vectors the model was trained on, if on any.
    pub fn trained_on(&self) -> Option<&str> {
        self.semantic.as_ref().map(|semantic| semantic.identity.as_str())
    }

    /// The confidence from which on the best intent is acted on, 0 to 1: one that has a description and few phrases may be from a
    /// lower one on.
    pub fn threshold(&self) -> f64 {
        self.threshold.unwrap_or(match (&self.semantic, &self.embedder) {
            (Some(semantic), Some(_)) if semantic.hears() => semantic.calibration.threshold,
            (Some(_) | None, Some(_) | None) => self.classifier.calibration.threshold,
        })
    }

    /// The best intent by the linear model alone.
    pub(crate) fn linear(&self, reading: &Reading<'_>) -> Option<&str> {
        let ranking = self.classifier.rank(&self.classifier.vector(reading, &self.kinds(reading)));
        ranking.intents.first().map(|(intent, _)| self.intents[*intent].as_str())
    }

    /// Of which of the bot's own entities a text names something.
    fn kinds(&self, reading: &Reading<'_>) -> Vec<&str> {
        self.finder.kinds(reading, |word| self.classifier.knows_word(word))
    }
}

/// Whether a word stands in what was found.
fn is_found(reading: &Reading<'_>, token: &Token, entities: &[EntityMatch]) -> bool {
    let (start, end) = reading.place(token.start, token.end);
    entities.iter().any(|found| found.start < end && start < found.end)
}

/// A text without the names and addresses in it, which are of any language: "deliver to Kölner Straße 12".
fn without_names<'t>(text: &'t str, entities: &[EntityMatch]) -> Cow<'t, str> {
    let is_name = |found: &&EntityMatch| PersonalKind::of(&found.entity).is_some() || found.entity == "url";
    let mut names = entities.iter().filter(is_name).peekable();
    if names.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut said, mut end) = (String::with_capacity(text.len()), 0);
    for name in names {
        if name.start > end {
            said.push_str(&text[end..name.start]);
            said.push(' ');
        }
        end = end.max(name.end);
    }
    said.push_str(&text[end..]);
    Cow::Owned(said)
}

#[cfg(test)]
pub(crate) mod tests;
