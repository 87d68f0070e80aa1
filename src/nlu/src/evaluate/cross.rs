//! What do judged phrases say about the intents that they are of?

use std::collections::BTreeMap;

use studio_core::{
    api::{CalibrationBin, ClosePair, ClosePhrase, Confused, Evaluation, IntentFigures},
    review::CLOSE,
};

use super::held_out::Judged;

const BINS: usize = 10;
const MOST_CONFUSIONS: usize = 50;
const MOST_CONFUSED: usize = 5;
const MOST_PAIRS: usize = 20;
const MOST_SHOWN: usize = 10;
/// Intents are too close from this share of the phrases of the smaller one on, and from two phrases.
const TOO_CLOSE: f64 = 0.1;

pub(super) fn measure(judged: &[Judged<'_>]) -> Evaluation {
    let best = |it: &Judged<'_>| it.intents.first().map_or(0.0, |best| best.confidence);
    let right = |it: &Judged<'_>| it.intents.first().is_some_and(|best| best.intent == it.intent);
    let count = |holds: &dyn Fn(&Judged<'_>) -> bool| judged.iter().filter(|it| holds(it)).count();
    let confident = count(&|it| it.confident);
    let calibration = calibration(judged, &best, &right);
    let labels = labels(judged, &right);
    let distances =
        calibration.iter().map(|bin| number(bin.phrases) * (bin.mean_confidence - bin.accuracy).abs());
    Evaluation {
        phrases: judged.len(),
        intents: labels.len(),
        accuracy: share(count(&right), judged.len()),
        macro_f1: labels.values().map(|label| label.f1).sum::<f64>() / number(labels.len().max(1)),
        confident_share: share(confident, judged.len()),
        confident_accuracy: share(count(&|it| it.confident && right(it)), confident),
        mean_confidence: judged.iter().map(best).sum::<f64>() / number(judged.len().max(1)),
        calibration_error: distances.sum::<f64>() / number(judged.len().max(1)),
        calibration,
        confusions: confusions(judged, &right),
        close: close(judged, &labels),
        labels,
        ..Evaluation::default()
    }
}

type Figure<'f, T> = &'f dyn Fn(&Judged<'_>) -> T;

fn calibration(judged: &[Judged<'_>], best: Figure<'_, f64>, right: Figure<'_, bool>) -> Vec<CalibrationBin> {
    let edge = |bin: usize| share(bin, BINS);
    let mut bins: Vec<CalibrationBin> = (0..BINS)
        .map(|bin| CalibrationBin { from: edge(bin), to: edge(bin + 1), ..CalibrationBin::default() })
        .collect();
    for it in judged {
        let confidence = best(it);
        let at = (0..BINS).rev().find(|bin| confidence >= edge(*bin)).unwrap_or(0);
        let bin = &mut bins[at];
        bin.phrases += 1;
        bin.mean_confidence += confidence;
        bin.accuracy += number(usize::from(right(it)));
    }
    bins.retain(|bin| bin.phrases > 0);
    for bin in &mut bins {
        bin.mean_confidence /= number(bin.phrases);
        bin.accuracy /= number(bin.phrases);
    }
    bins
}

fn labels(judged: &[Judged<'_>], right: Figure<'_, bool>) -> BTreeMap<String, IntentFigures> {
    #[derive(Default)]
    struct Counts {
        phrases: usize,
        taken: usize,
        right: usize,
    }
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for it in judged {
        counts.entry(it.intent).or_default().phrases += 1;
        if let Some(best) = it.intents.first() {
            counts.entry(&best.intent).or_default().taken += 1;
        }
        if right(it) {
            counts.entry(it.intent).or_default().right += 1;
        }
    }
    let figures = counts.into_iter().map(|(intent, Counts { phrases, taken, right })| {
        let figures = IntentFigures {
            phrases,
            precision: share(right, taken),
            recall: share(right, phrases),
            f1: share(2 * right, taken + phrases),
        };
        (intent.to_owned(), figures)
    });
    figures.collect()
}

fn confusions(judged: &[Judged<'_>], right: Figure<'_, bool>) -> Vec<Confused> {
    let mut found: BTreeMap<(&str, &str), Confused> = BTreeMap::new();
    for it in judged.iter().filter(|it| !right(it)) {
        let taken_for = it.intents.first().map_or("(none)", |best| best.intent.as_str());
        let confused = found.entry((it.intent, taken_for)).or_insert_with(|| Confused {
            intent: it.intent.to_owned(),
            taken_for: taken_for.to_owned(),
            ..Confused::default()
        });
        confused.count += 1;
        if confused.phrases.len() < MOST_CONFUSED {
            confused.phrases.push(it.phrase.to_owned());
        }
    }
    let mut confusions: Vec<Confused> = found.into_values().collect();
    confusions.sort_by_key(|confused| std::cmp::Reverse(confused.count));
    confusions.truncate(MOST_CONFUSIONS);
    confusions
}

/// Pairs of which phrases of one are taken for the other, or would be by a hair. The last place of the hair is that of the
/// review list.
fn close(judged: &[Judged<'_>], labels: &BTreeMap<String, IntentFigures>) -> Vec<ClosePair> {
    let mut pairs: BTreeMap<(&str, &str), Vec<ClosePhrase>> = BTreeMap::new();
    for it in judged {
        let own =
            it.intents.iter().find(|scored| scored.intent == it.intent).map_or(0.0, |own| own.confidence);
        let Some(other) = it.intents.iter().find(|scored| scored.intent != it.intent) else { continue };
        // Where both are unlikely it is no matter of these two.
        if other.confidence < own - CLOSE || own.max(other.confidence) < CLOSE {
            continue;
        }
        let pair = if it.intent < other.intent.as_str() {
            (it.intent, other.intent.as_str())
        } else {
            (other.intent.as_str(), it.intent)
        };
        pairs.entry(pair).or_default().push(ClosePhrase {
            phrase: it.phrase.to_owned(),
            intent: it.intent.to_owned(),
            own,
            other: other.confidence,
        });
    }
    let phrases = |intent: &str| labels.get(intent).map_or(0, |label| label.phrases);
    let mut found: Vec<ClosePair> = (pairs.into_iter())
        .map(|((one, other), phrases_of)| ClosePair {
            one: one.to_owned(),
            other: other.to_owned(),
            share: share(phrases_of.len(), phrases(one).min(phrases(other)).max(1)).min(1.0),
            phrases: phrases_of,
        })
        .filter(|pair| pair.share >= TOO_CLOSE && pair.phrases.len() >= 2)
        .collect();
    found.sort_by(|one, other| other.share.total_cmp(&one.share));
    found.truncate(MOST_PAIRS);
    for pair in &mut found {
        pair.phrases.sort_by(|one, other| (one.own - one.other).total_cmp(&(other.own - other.other)));
        pair.phrases.truncate(MOST_SHOWN);
    }
    found
}

/// `part / whole`, 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of phrases are far below 2^52")]
pub(super) fn number(of: usize) -> f64 {
    of as f64
}
