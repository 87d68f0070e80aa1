//! How does the model do on texts that it has not seen?
//!
//! The phrases are dealt into four folds. For each fold a model is trained without the phrases of the fold and
//! without an eighth of the intents altogether; then the fold's phrases are looked at. Those of the intents left
//! out are *foreign*: whatever the model says of them is wrong, as it is with anything the bot is not about.

use super::{
    calibrate::{NOBODY, Signs},
    linear::{BLOCK, Shuffle},
    parallel,
    train::{Lesson, Material},
    vocabulary::{Vector, Vocabulary},
};

pub(crate) const FOLDS: usize = 4;

/// A text that the model had not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) signs: Signs,
    /// Whether the best intent was the right one.
    pub(crate) right: bool,
    /// Whether its intent was left out.
    pub(crate) foreign: bool,
}

/// One part of the validation.
struct Fold {
    lesson: Lesson,
    held: Vec<Vector>,
    held_labels: Vec<usize>,
    left_out: Vec<bool>,
    features: usize,
}

/// Trains on parts, `with_made` on what was made of them as well, and looks at the rest. Empty where there is too little to
/// hold out.
pub(crate) fn validate(material: &Material, with_made: bool) -> Vec<Held> {
    let intents = material.intents;
    let of_fold = deal(material);
    let left_out = leave_out(intents);
    let folds = parallel::map(FOLDS, |fold| Fold::new(material, with_made, &of_fold, fold, &left_out[fold]));
    let blocks = intents.div_ceil(BLOCK);
    let scores = parallel::map(FOLDS * blocks, |job| {
        let fold = &folds[job / blocks];
        let block = fold.lesson.train(job % blocks, intents, fold.features);
        fold.held.iter().map(|text| block.scores(text)).collect::<Vec<_>>()
    });
    folds.iter().zip(scores.chunks(blocks.max(1))).flat_map(|(fold, scores)| fold.judge(scores)).collect()
}

impl Fold {
    fn new(material: &Material, with_made: bool, of_fold: &[usize], fold: usize, left_out: &[bool]) -> Self {
        let Material { texts, labels, .. } = material;
        let seen = |text: usize| of_fold[text] != fold && !left_out[labels[text]];
        let held: Vec<usize> = (0..texts.len()).filter(|text| of_fold[*text] == fold).collect();
        let kept = left_out.iter().filter(|left_out| !**left_out).count();
        let known = (0..texts.len()).filter(|text| seen(*text)).map(|text| &texts[text]);
        let vocabulary = Vocabulary::choose(known, kept);
        Self {
            lesson: material.lesson(seen, with_made, &vocabulary),
            held: held.iter().map(|text| vocabulary.vector(&texts[*text])).collect(),
            held_labels: held.iter().map(|text| labels[*text]).collect(),
            left_out: left_out.to_vec(),
            features: vocabulary.len(),
        }
    }

    fn judge(&self, blocks: &[Vec<[f32; BLOCK]>]) -> Vec<Held> {
        let mut judged = Vec::with_capacity(self.held.len());
        for (text, (vector, label)) in self.held.iter().zip(&self.held_labels).enumerate() {
            let scores = blocks.iter().flat_map(|block| block[text]).zip(&self.left_out).enumerate();
            let (mut first, mut second) = ((usize::MAX, NOBODY), NOBODY);
            for (intent, (score, left_out)) in scores {
                if *left_out {
                    continue;
                }
                if first.0 == usize::MAX {
                    first = (intent, score);
                } else if score > first.1 {
                    second = first.1;
                    first = (intent, score);
                } else {
                    second = second.max(score);
                }
            }
            judged.push(Held {
                signs: Signs { first: first.1, second, known: vector.known },
                right: first.0 == *label,
                foreign: self.left_out[*label],
            });
        }
        judged
    }
}

/// A fold for each text, evenly over the texts of each intent. Hints and the only text of an intent are never held out.
pub(crate) fn deal(material: &Material) -> Vec<usize> {
    let mut of_intent: Vec<Vec<usize>> = vec![Vec::new(); material.intents];
    for (text, label) in material.labels.iter().enumerate() {
        if material.is_phrase(text) {
            of_intent[*label].push(text);
        }
    }
    let mut of_fold = vec![FOLDS; material.labels.len()];
    let mut shuffle = Shuffle::new();
    for (intent, texts) in of_intent.iter_mut().enumerate() {
        if texts.len() < 2 {
            continue;
        }
        shuffle.apply(texts);
        for (place, text) in texts.iter().enumerate() {
            of_fold[*text] = (place + intent) % FOLDS;
        }
    }
    of_fold
}

/// Which intents each fold leaves out: an eighth of them, at least one, none where fewer than three are left.
pub(crate) fn leave_out(intents: usize) -> Vec<Vec<bool>> {
    let mut order: Vec<usize> = (0..intents).collect();
    Shuffle::new().apply(&mut order);
    let each = if intents < 3 { 0 } else { (intents / (2 * FOLDS)).max(1) };
    (0..FOLDS)
        .map(|fold| {
            let mut left_out = vec![false; intents];
            for place in fold * each..(fold + 1) * each {
                left_out[order[place % intents]] = true;
            }
            left_out
        })
        .collect()
}
