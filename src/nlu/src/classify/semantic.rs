//! Which intent is meant, judged by words, characters and meaning together?
//!
//! The score of an intent is the sum of three:
//!
//! 1. the linear model's, trained over the words, the character n-grams and the numbers of the sentence vector together;
//! 2. how near the sentence is to the nearest phrases of the intent: the mean cosine of the three nearest;
//! 3. a kernel ridge regression, with a Gaussian around each phrase: the best of all where an intent has ten phrases. For bots
//!    of many phrases it is one for each group of intents that are near each other (`ridge`).
//!
//! The first and the third look at the deep vector, which holds what inner layers of the transformer say besides.
//!
//! A text of words that the transformer does not know has no meaning: it is judged by words alone, and as a phrase it has a say in the
//! first of the three alone.
//!
//! What is clearly nearer to a list of strange texts than to the best intent is not sure (`strangers`).
//!
//! Confidence comes from the best score, its distance to the second, and the nearness to the best intent's phrases: what
//! lies where no phrase is, is not what the bot is about, however clear the scores are.

use studio_core::embedding::has_meaning;

use super::{
    calibrate::{self, Calibration, Signs},
    linear::{self, BLOCK},
    near::Phrases,
    parallel,
    ridge::{self, Ridge},
    strangers,
    train::Material,
    validate::{FOLDS, Held, deal, leave_out},
    vocabulary::{Vector, Vocabulary},
    weights::Weights,
};

/// What the parts of a score count for, beside 1 for the linear model. Chosen on BANKING77 and CLINC150, by what was
/// held out of their training data, once for every bot.
const NEARNESS: f32 = 1.0;
const RIDGE: f32 = 4.0;
/// Where there are several regressions: of many phrases the linear model knows more by itself.
const RIDGES: f32 = 2.0;
/// Of several regressions those are asked that have one of the so many best intents.
const CONTENDERS: usize = 3;
/// Nearness at which a bot of [`FEW`] intents is sure. Texts that were meant for such a bot have 0.4 and more, everyday
/// ones that were not 0.3 at most (tried on a handful of small bots with the default model, which were not kept).
const NEAR_ENOUGH: f64 = 0.7;
const FEW: usize = 4;
/// Intents whose phrases are looked at: nearness seldom lifts a worse one.
const SHORTLIST: usize = 10;
/// From so many phrases on, only two of the four folds are looked at: the rest would say the same.
const MANY: usize = 4_000;
/// Most held-out texts of a fold that are looked at.
const MOST_HELD: usize = 2_000;
/// What a foreign text that is left alone is worth, beside 1 for an own one that is rightly acted on: less than to words
/// alone, for whoever is not understood must say it again, and of what is foreign most is far from every phrase.
const FOREIGN_GAIN: f64 = 0.04;
/// Coefficients of the confidence (constant, best score, distance, nearness) near those of BANKING77 and CLINC150; of which part of
/// them nobody wrote down (docs/understanding.md, "How each setting was chosen").
const USUAL: [f64; 4] = [-4.0, 0.6, 1.3, 3.0];

/// The threshold of an intent that has a description alone: there is nothing to hold out, and scores are lower. At 0.5 a shop of
/// 42 intents acted on 35 of 100 messages, 96 of 100 of them rightly, at 0.2 on 56 and 92; of 300 messages about something
/// else it took 3 and 25. Of which data these were is not known (docs/understanding.md, "How each setting was chosen").
const OF_DESCRIPTIONS: f64 = 0.2;
/// How near a message must be to the description and name of such an intent. By nearness and distance alone, at a threshold that
/// acts rightly on 51 of 100 messages of that shop, it costs one of these, and of 200 about something else 2 are acted on in
/// place of 9 (docs/understanding.md). That was 0.38 with the marks around a text; without them the same texts are at 0.37.
const NEAR_DESCRIPTION: f64 = 0.37;

/// The part of an understanding that knows meaning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Semantic {
    /// Whose vectors it was trained on.
    pub(crate) identity: String,
    /// Over the vocabulary's features and, after them, the vector's numbers.
    pub(crate) weights: Weights,
    pub(crate) phrases: Phrases,
    /// None where there are too many phrases.
    pub(crate) ridges: Vec<Ridge>,
    pub(crate) calibration: Calibration,
    /// How much each intent is known by its description alone: 1 without a phrase, 0 without a description or with enough phrases.
    pub(crate) described: Vec<f64>,
    /// What the bot is not about, as phrases of a single intent.
    pub(crate) strangers: Phrases,
    /// From this confidence on the lexical model is believed without asking for a vector: always where no phrase has a meaning.
    pub(crate) sure: f64,
}

/// The deep vectors of texts, and how many numbers of each are its outer part; and the vectors of what is no bot about.
pub(crate) struct Meanings<'v> {
    pub(crate) vectors: Vec<&'v [f32]>,
    pub(crate) outer: usize,
    pub(crate) strangers: Vec<&'v [f32]>,
}

/// Trains on the same material as the lexical model, and the vectors of its texts. `lexical` is what that model showed
/// on texts held out; `described` are the intents that have a description.
pub(crate) fn train(
    identity: &str,
    material: &Material,
    meanings: &Meanings<'_>,
    vocabulary: &Vocabulary,
    lexical: &[(f64, Held)],
    described: &[bool],
) -> Semantic {
    let held = validate(material, meanings);
    let all: Vec<usize> = (0..material.labels.len()).collect();
    let mut semantic = fit(material, meanings, &all, vocabulary);
    identity.clone_into(&mut semantic.identity);
    semantic.calibration = Calibration::fit(&held, &USUAL, FOREIGN_GAIN);
    semantic.described = by_description(material, described);
    if !all.iter().any(|text| material.is_phrase(*text)) {
        semantic.calibration.threshold = OF_DESCRIPTIONS;
    }
    semantic.strangers = strangers::strange_to(&semantic.phrases, &meanings.strangers);
    semantic.sure = if semantic.hears() { sure(lexical) } else { 0.0 };
    semantic
}

/// The first phrases of an intent that has a description lead from the threshold of descriptions to the bot's own: that is fitted
/// on texts that are held out, and from [`FOLDS`] phrases on every fold holds one out.
fn by_description(material: &Material, described: &[bool]) -> Vec<f64> {
    let mut phrases = vec![0_usize; material.intents];
    for text in (0..material.labels.len()).filter(|text| material.is_phrase(*text)) {
        phrases[material.labels[text]] += 1;
    }
    let shares = phrases.into_iter().zip(described).map(|(phrases, described)| {
        let known = (calibrate::count(phrases) / calibrate::count(FOLDS)).min(1.0);
        if *described { 1.0 - known } else { 0.0 }
    });
    shares.collect()
}

fn fit(material: &Material, meanings: &Meanings<'_>, seen: &[usize], vocabulary: &Vocabulary) -> Semantic {
    let Meanings { vectors, outer, strangers: _ } = meanings;
    let says_something = |text: &usize| has_meaning(vectors[*text]);
    let dimensions = vectors.iter().find(|vector| has_meaning(vector)).map_or(0, |vector| vector.len());
    let features = vocabulary.len() + dimensions;
    let texts: Vec<Vector> = seen
        .iter()
        .map(|text| with_meaning(vocabulary.vector(&material.texts[*text]), vocabulary.len(), vectors[*text]))
        .collect();
    let texts: Vec<&Vector> = texts.iter().collect();
    let labels: Vec<usize> = seen.iter().map(|text| material.labels[*text]).collect();
    let counts: Vec<f32> = seen.iter().map(|text| material.counts[*text]).collect();
    let intents = material.intents;
    let blocks = parallel::map(intents.div_ceil(BLOCK), |block| {
        let first = block * BLOCK;
        linear::train(&texts, &labels, &counts, first..(first + BLOCK).min(intents), features)
    });
    let heard: Vec<usize> = seen.iter().copied().filter(says_something).collect();
    let of_heard: Vec<&[f32]> = heard.iter().map(|text| vectors[*text]).collect();
    let labels: Vec<usize> = heard.iter().map(|text| material.labels[*text]).collect();
    let counts: Vec<f32> = heard.iter().map(|text| material.counts[*text]).collect();
    let phrases = Phrases::new(&of_heard, *outer, &labels, intents);
    Semantic {
        identity: String::new(),
        weights: Weights::new(&blocks, intents, features),
        ridges: ridge::train(&phrases, &labels, &counts, intents),
        strangers: strangers::strange_to(&phrases, &[]),
        phrases,
        calibration: Calibration { coefficients: USUAL, threshold: 0.5 },
        described: vec![0.0; intents],
        sure: 1.0,
    }
}

/// A text's features followed by the numbers of its vector, where that says something.
fn with_meaning(mut text: Vector, features: usize, meaning: &[f32]) -> Vector {
    if !has_meaning(meaning) {
        return text;
    }
    let first = u32::try_from(features).expect("a vocabulary is far smaller than 2^32");
    text.entries.extend((first..).zip(meaning).map(|(at, number)| (at, *number)));
    text
}

/// An intent's score and how near its phrases are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    pub(crate) intent: usize,
    pub(crate) value: f32,
    pub(crate) near: f32,
}

impl Semantic {
    /// Whether any phrase has a meaning, so that messages can be near to one.
    pub(crate) fn hears(&self) -> bool {
        self.phrases.len() > 0
    }

    /// The best intents, the best first. `without` says which intents do not count.
    fn best(
        &self,
        text: &Vector,
        features: usize,
        meaning: &[f32],
        without: impl Fn(usize) -> bool,
    ) -> Vec<Score> {
        let mut scores = self.weights.scores(&with_meaning(text.clone(), features, meaning));
        self.add_ridges(meaning, &mut scores, &without);
        let mut best: Vec<Score> = scores
            .into_iter()
            .enumerate()
            .filter(|(intent, _)| !without(*intent))
            .map(|(intent, score)| Score { intent, value: score, near: 0.0 })
            .collect();
        let order = |one: &Score, other: &Score| {
            other.value.total_cmp(&one.value).then(one.intent.cmp(&other.intent))
        };
        best.sort_by(order);
        best.truncate(SHORTLIST);
        for score in &mut best {
            score.near = self.phrases.nearness(score.intent, meaning);
            score.value += NEARNESS * score.near;
        }
        best.sort_by(order);
        best
    }

    fn add_ridges(&self, meaning: &[f32], scores: &mut [f32], without: impl Fn(usize) -> bool) {
        if let [only] = &self.ridges[..] {
            only.add(&self.phrases, meaning, RIDGE, scores);
            return;
        }
        let mut best: Vec<usize> = (0..scores.len()).filter(|intent| !without(*intent)).collect();
        best.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]).then(one.cmp(other)));
        best.truncate(CONTENDERS);
        for ridge in self.ridges.iter().filter(|ridge| best.iter().any(|intent| ridge.has(*intent))) {
            ridge.add(&self.phrases, meaning, RIDGES, scores);
        }
    }

    /// The confidence from which on an intent is acted on.
    pub(crate) fn threshold(&self, intent: usize) -> f64 {
        let own = self.calibration.threshold;
        own - self.by_description(intent) * (own - own.min(OF_DESCRIPTIONS))
    }

    fn by_description(&self, intent: usize) -> f64 {
        self.described.get(intent).copied().unwrap_or(0.0)
    }

    /// The best intents of a text with their confidence.
    pub(crate) fn rank(&self, text: &Vector, vocabulary: &Vocabulary, meaning: &[f32]) -> Vec<(usize, f64)> {
        let best = self.best(text, vocabulary.len(), meaning, |_| false);
        let Some(signs) = signs(&best) else { return Vec::new() };
        let confidence = self.calibration.confidence(&signs);
        // Few intents have little to be told apart from: then nearness must speak for the best.
        let confidence =
            if best.len() <= FEW { confidence.min(f64::from(signs.known) / NEAR_ENOUGH) } else { confidence };
        let (intent, near) = (best[0].intent, f64::from(signs.known));
        let (threshold, least) = (self.threshold(intent), NEAR_DESCRIPTION * self.by_description(intent));
        let confidence = where_near(confidence, near, least, threshold);
        let strange = self.strangers.nearness(0, meaning);
        let confidence = strangers::left(confidence, signs.known, strange, threshold);
        best.iter()
            .map(|other| (other.intent, confidence * calibrate::share_of_best(signs.first, other.value)))
            .collect()
    }
}

/// What is left of a confidence where the best intent is less near than it must be: less than the threshold.
fn where_near(confidence: f64, near: f64, least: f64, threshold: f64) -> f64 {
    if least <= 0.0 || near >= least {
        return confidence;
    }
    confidence.min(threshold * near.max(0.0) / least)
}

fn signs(best: &[Score]) -> Option<Signs> {
    let first = best.first()?;
    // A single intent is no surer for having no other beside it.
    let second = best.get(1).map_or(first.value - 1.0, |second| second.value);
    Some(Signs { first: first.value, second, known: first.near })
}

/// As the lexical model's validation, with the vectors.
fn validate(material: &Material, meanings: &Meanings<'_>) -> Vec<Held> {
    let of_fold = deal(material);
    let left_out = leave_out(material.intents);
    let phrases = of_fold.iter().filter(|fold| **fold < FOLDS).count();
    let folds = if phrases > MANY { FOLDS / 2 } else { FOLDS };
    let mut held = Vec::new();
    for fold in 0..folds {
        let without = &left_out[fold];
        let seen: Vec<usize> = (0..material.labels.len())
            .filter(|text| of_fold[*text] != fold && !without[material.labels[*text]])
            .collect();
        let is_asked = |text: &usize| of_fold[*text] == fold && has_meaning(meanings.vectors[*text]);
        let mut asked: Vec<usize> = (0..material.labels.len()).filter(is_asked).collect();
        let every = asked.len().div_ceil(MOST_HELD).max(1);
        asked = asked.into_iter().step_by(every).collect();
        if seen.is_empty() || asked.is_empty() {
            continue;
        }
        let kept = without.iter().filter(|left_out| !**left_out).count();
        let vocabulary = Vocabulary::choose(seen.iter().map(|text| &material.texts[*text]), kept);
        let semantic = fit(material, meanings, &seen, &vocabulary);
        let judged = parallel::map(asked.len(), |at| {
            let text = asked[at];
            let vector = vocabulary.vector(&material.texts[text]);
            let best =
                semantic.best(&vector, vocabulary.len(), meanings.vectors[text], |intent| without[intent]);
            let label = material.labels[text];
            signs(&best).map(|signs| Held { signs, right: best[0].intent == label, foreign: without[label] })
        });
        held.extend(judged.into_iter().flatten());
    }
    held
}

/// Share of the own texts on which the lexical model may be wrong although it is sure, and share of the foreign texts
/// of which it may be sure.
const WRONG: f64 = 0.002;
const FOREIGN: f64 = 0.01;
/// Below so many held-out texts nothing can be said of it.
const FEWEST: usize = 200;

/// The least confidence at which the lexical model may be believed alone. 1, which it never has, where too little is known.
fn sure(held: &[(f64, Held)]) -> f64 {
    let count = |holds: &dyn Fn(&Held) -> bool| held.iter().filter(|(_, text)| holds(text)).count();
    let (own, foreign) = (count(&|text| !text.foreign), count(&|text| text.foreign));
    if own < FEWEST {
        return 1.0;
    }
    let mut sorted: Vec<&(f64, Held)> = held.iter().collect();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut wrong, mut strange) = (0, 0);
    let mut least = 1.0;
    for (confidence, text) in sorted {
        wrong += usize::from(!text.foreign && !text.right);
        strange += usize::from(text.foreign);
        if calibrate::count(wrong) > WRONG * calibrate::count(own)
            || calibrate::count(strange) > FOREIGN * calibrate::count(foreign)
        {
            break;
        }
        least = *confidence;
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_is_below_the_threshold_however_clear_it_is() {
        let check = |near: f64, least: f64, expected: f64| {
            let found = where_near(0.9, near, least, 0.2);
            assert!((found - expected).abs() < 1e-9, "{near} {least}: {found}");
        };
        check(0.5, 0.38, 0.9);
        check(0.38, 0.38, 0.9);
        check(0.19, 0.38, 0.1);
        check(-0.1, 0.38, 0.0);
        // With phrases enough nothing is asked of it.
        check(0.1, 0.0, 0.9);
        check(-0.1, 0.0, 0.9);
    }
}
