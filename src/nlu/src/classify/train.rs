//! How is a classifier made from phrases?

use super::{
    Classifier, FEW_INTENTS,
    calibrate::{Calibration, FOREIGN_GAIN, USUAL},
    features::{Features, features},
    linear::{self, BLOCK},
    parallel, strangers,
    validate::{Held, validate},
    vocabulary::{Vector, Vocabulary},
    weights::Weights,
};
use crate::{augment, text::Reading};

/// One text to learn from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    pub(crate) text: String,
    /// Index of its intent.
    pub(crate) intent: usize,
    /// What stands for a phrase without being one: an intent's name or description. It counts for less, and says nothing
    /// about how well phrases are understood.
    pub(crate) hint: bool,
}

/// What a hint counts for.
const HINT: f32 = 0.5;
/// What a text counts for that was made of a phrase. Chosen on training data of CLINC150, once for every bot.
const MADE: f32 = 0.3;
/// Phrases below which a bot that goes by words alone also learns from what no bot is about. In so few "do you have" looks like
/// a sign of the one intent whose phrases begin so.
const FEW_PHRASES: usize = 100;
/// What such a text counts for.
const STRANGE: f32 = 0.3;
/// The known share of a text from which on it may well be what this bot is about.
const FAMILIAR: f32 = 0.6;
/// What is added to the threshold of such a bot of more than two intents. With both, eleven bots of 4 or 8 intents of CLINC150
/// with 6 or 8 phrases each act on as many of the messages that are meant for them (88 and 92 %), and on fewer of the others:
/// 16 % in place of 43, 26 of 53. Of which part of CLINC150 is not known (docs/understanding.md, "How each setting was chosen").
const CAUTION: f64 = 0.05;
/// In place of the intent of a text that has none.
const NO_INTENT: usize = usize::MAX;

/// Everything about the examples that training looks at.
pub(crate) struct Material {
    pub(crate) texts: Vec<Features>,
    pub(crate) labels: Vec<usize>,
    pub(crate) counts: Vec<f32>,
    pub(crate) intents: usize,
    pub(crate) made: Vec<Made>,
    /// What no bot is about, where the bot learns from it.
    strangers: Vec<Features>,
}

/// A text that was made of another. It has a say in the weights alone: it adds no features, and is held out whenever the
/// other is.
pub(crate) struct Made {
    of: usize,
    text: Features,
}

impl Material {
    /// `kinds` tells of what the bot's own entities name in a text.
    pub(crate) fn new<'k>(
        examples: &[Example],
        intents: usize,
        made: &[augment::Made],
        kinds: impl Fn(&Reading<'_>) -> Vec<&'k str> + Sync,
    ) -> Self {
        let features = |text: &str| {
            let reading = Reading::new(text);
            features(&reading, &kinds(&reading))
        };
        Self {
            texts: parallel::map(examples.len(), |at| features(&examples[at].text)),
            labels: examples.iter().map(|example| example.intent).collect(),
            counts: examples.iter().map(|example| if example.hint { HINT } else { 1.0 }).collect(),
            intents,
            made: parallel::map(made.len(), |at| {
                let augment::Made { of, text } = &made[at];
                Made { of: *of, text: features(text) }
            }),
            strangers: Vec::new(),
        }
    }

    /// The same for a bot that goes by words alone: where it has few phrases it learns from what no bot is about as well.
    pub(crate) fn by_words_alone(mut self) -> Self {
        let phrases = (0..self.texts.len()).filter(|text| self.is_phrase(*text)).count();
        if phrases < FEW_PHRASES && self.intents >= FEW_INTENTS {
            let strangers = strangers::texts().into_iter();
            self.strangers = strangers.map(|text| features(&Reading::new(text), &[])).collect();
        }
        self
    }

    /// What is learned from the texts that are `seen`, `with_made` from what was made of these, and from strangers.
    pub(crate) fn lesson(
        &self,
        seen: impl Fn(usize) -> bool,
        with_made: bool,
        vocabulary: &Vocabulary,
    ) -> Lesson {
        let mut lesson = Lesson::default();
        for text in (0..self.texts.len()).filter(|text| seen(*text)) {
            lesson.add(vocabulary.vector(&self.texts[text]), self.labels[text], self.counts[text]);
        }
        for made in self.made.iter().filter(|made| with_made && seen(made.of)) {
            lesson.add(vocabulary.vector(&made.text), self.labels[made.of], MADE);
        }
        let strangers = self.strangers.iter().map(|text| vocabulary.vector(text));
        for stranger in strangers.filter(|text| text.known < FAMILIAR) {
            lesson.add(stranger, NO_INTENT, STRANGE);
        }
        lesson
    }

    /// Whether a text is one that somebody wrote.
    pub(crate) fn is_phrase(&self, text: usize) -> bool {
        self.counts[text] >= 1.0
    }
}

/// What linear weights are trained on.
#[derive(Default)]
pub(crate) struct Lesson {
    texts: Vec<Vector>,
    labels: Vec<usize>,
    counts: Vec<f32>,
}

impl Lesson {
    fn add(&mut self, text: Vector, label: usize, count: f32) {
        self.texts.push(text);
        self.labels.push(label);
        self.counts.push(count);
    }

    /// The weights of a block of intents.
    pub(crate) fn train(&self, block: usize, intents: usize, features: usize) -> linear::Block {
        let texts: Vec<&Vector> = self.texts.iter().collect();
        let first = block * BLOCK;
        linear::train(&texts, &self.labels, &self.counts, first..(first + BLOCK).min(intents), features)
    }
}

/// Trains on phrases and hints of intents; also tells what the texts that were held out showed.
pub(crate) fn train(material: &Material) -> (Classifier, Vec<Held>) {
    let intents = material.intents;
    let (with_made, held) = choose(material);
    let vocabulary = Vocabulary::choose(material.texts.iter(), intents);
    let lesson = material.lesson(|_| true, with_made, &vocabulary);
    let blocks =
        parallel::map(intents.div_ceil(BLOCK), |block| lesson.train(block, intents, vocabulary.len()));
    let weights = Weights::new(&blocks, intents, vocabulary.len());
    let mut calibration = Calibration::fit(&held, &USUAL, FOREIGN_GAIN);
    let among_strangers = !material.strangers.is_empty();
    if among_strangers && intents > FEW_INTENTS {
        calibration.threshold += CAUTION;
    }
    let mut classifier = Classifier { vocabulary, weights, calibration };
    if intents == FEW_INTENTS && !among_strangers {
        let foreign = strangers::texts().into_iter().filter_map(|text| classifier.foreign(text));
        let with_foreign: Vec<Held> = held.iter().copied().chain(foreign).collect();
        classifier.calibration = Calibration::fit(&with_foreign, &USUAL, FOREIGN_GAIN);
    }
    (classifier, held)
}

impl Classifier {
    /// What a text shows that the bot is not about.
    fn foreign(&self, text: &str) -> Option<Held> {
        let vector = self.vector(&Reading::new(text), &[]);
        let (_, signs) = self.best(&vector)?;
        Some(Held { signs, right: false, foreign: true })
    }
}

/// Whether what was made is learned from: where the phrases that are held out are understood no worse with it. Also tells what
/// these showed.
fn choose(material: &Material) -> (bool, Vec<Held>) {
    let without = validate(material, false);
    if material.made.is_empty() || without.is_empty() {
        return (false, without);
    }
    let with = validate(material, true);
    let right = |held: &[Held]| held.iter().filter(|text| text.right).count();
    if right(&with) >= right(&without) { (true, with) } else { (false, without) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACK: [&str; 8] = [
        "where is my order",
        "track my parcel",
        "where is the parcel now",
        "order tracking",
        "when does my order come",
        "has my parcel left",
        "my order is late",
        "parcel status",
    ];
    const HOURS: [&str; 8] = [
        "when do you open",
        "opening hours",
        "are you open today",
        "when do you close",
        "open on sunday",
        "closing hours",
        "do you close early",
        "are you open now",
    ];

    /// Two intents, and what is said to be made of each of their phrases.
    fn material(made: impl Fn(&str) -> Vec<String>) -> Material {
        let examples: Vec<Example> = [TRACK, HOURS]
            .iter()
            .enumerate()
            .flat_map(|(intent, phrases)| {
                phrases.map(|text| Example { text: text.to_owned(), intent, hint: false })
            })
            .collect();
        let made: Vec<augment::Made> = examples
            .iter()
            .enumerate()
            .flat_map(|(of, example)| {
                made(&example.text).into_iter().map(move |text| augment::Made { of, text })
            })
            .collect();
        Material::new(&examples, 2, &made, |_| Vec::new())
    }

    #[test]
    fn what_was_made_is_learned_where_it_does_no_harm() {
        let (taken, held) = choose(&material(|phrase| vec![format!("please {phrase}")]));
        assert_eq!((taken, held.len()), (true, 16));
        // Of each phrase all those of the other intent are made.
        let others = |phrase: &str| -> Vec<String> {
            let others = if TRACK.contains(&phrase) { HOURS } else { TRACK };
            (0..20).flat_map(|_| others).map(str::to_owned).collect()
        };
        let (taken, held) = choose(&material(others));
        assert_eq!((taken, held.len()), (false, 16));
        assert!(held.iter().filter(|text| text.right).count() > 12, "{held:?}");
    }

    #[test]
    fn only_few_phrases_are_learned_among_strangers() {
        let strangers = |intents: usize, phrases: usize| {
            let example =
                |at: usize| Example { text: TRACK[at % 8].to_owned(), intent: at % intents, hint: false };
            let examples: Vec<Example> = (0..phrases).map(example).collect();
            Material::new(&examples, intents, &[], |_| Vec::new()).by_words_alone().strangers.len()
        };
        assert!(strangers(3, FEW_PHRASES - 1) > 200);
        assert!(strangers(2, 16) > 200);
        assert_eq!((strangers(3, FEW_PHRASES), strangers(1, 8)), (0, 0));
    }

    #[test]
    fn what_was_made_of_a_phrase_is_held_out_with_it() {
        let material = material(|phrase| vec![format!("please {phrase}"), format!("{phrase} please")]);
        let vocabulary = Vocabulary::choose(material.texts.iter(), 2);
        let lesson = material.lesson(|text| text != 3, true, &vocabulary);
        assert_eq!((lesson.texts.len(), lesson.counts.len()), (15 + 30, 45));
        assert_eq!(lesson.labels.iter().filter(|label| **label == 0).count(), 7 + 14);
        let counts: f32 = lesson.counts.iter().sum();
        assert!((counts - (15.0 + 30.0 * MADE)).abs() < 1e-3, "{counts}");
        assert_eq!(material.lesson(|text| text != 3, false, &vocabulary).texts.len(), 15);
    }
}
