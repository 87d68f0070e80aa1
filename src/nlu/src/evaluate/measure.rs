//! What do the judged texts add up to?

use std::collections::BTreeMap;

use super::report::{Confusion, LabelReport, OutOfScope, Report};

/// One text of the test.
#[expect(clippy::struct_excessive_bools, reason = "each is counted by itself")]
pub(super) struct Judged {
    pub(super) label: String,
    /// The best intent; `None` where there is no intent at all.
    pub(super) predicted: Option<String>,
    pub(super) confidence: f64,
    pub(super) confident: bool,
    /// Whether it was an exact match of a phrase.
    pub(super) exact: bool,
    /// Whether the sentence's vector was asked for it.
    pub(super) semantic: bool,
    /// Whether the linear model by itself would have been right.
    pub(super) linear_right: bool,
}

/// Bins of the expected calibration error.
const BINS: usize = 15;
/// How many confusions are reported.
const CONFUSIONS: usize = 10;

/// Counts of one label.
#[derive(Default)]
struct Counts {
    right: usize,
    predicted: usize,
    support: usize,
}

pub(super) fn measure(judged: &[Judged], out_of_scope: Option<(usize, usize)>) -> Report {
    let right = |text: &Judged| text.predicted.as_ref() == Some(&text.label);
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut confusions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for text in judged {
        counts.entry(&text.label).or_default().support += 1;
        if let Some(predicted) = &text.predicted {
            counts.entry(predicted).or_default().predicted += 1;
        }
        if right(text) {
            counts.entry(&text.label).or_default().right += 1;
        } else {
            let predicted = text.predicted.as_deref().unwrap_or("(none)");
            *confusions.entry((&text.label, predicted)).or_default() += 1;
        }
    }
    let labels: BTreeMap<String, LabelReport> =
        counts.into_iter().map(|(label, counts)| (label.to_owned(), label_report(&counts))).collect();
    let mut confusions: Vec<Confusion> = confusions
        .into_iter()
        .map(|((label, predicted), count)| Confusion {
            label: label.to_owned(),
            predicted: predicted.to_owned(),
            count,
        })
        .collect();
    confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
    confusions.truncate(CONFUSIONS);
    let share = |holds: &dyn Fn(&Judged) -> bool| {
        ratio(judged.iter().filter(|text| holds(text)).count(), judged.len())
    };
    Report {
        tested_on: judged.len(),
        accuracy: share(&right),
        linear_accuracy: share(&|text| text.linear_right),
        macro_f1: labels.values().map(|label| label.f1).sum::<f64>() / ratio(labels.len().max(1), 1),
        semantic_share: share(&|text| text.semantic),
        exact_share: share(&|text| text.exact),
        calibration_error: calibration_error(judged, &right),
        accuracy_at_threshold: share(&|text| text.confident && right(text)),
        confident_share: share(&|text| text.confident),
        confident_accuracy: ratio(
            judged.iter().filter(|text| text.confident && right(text)).count(),
            judged.iter().filter(|text| text.confident).count(),
        ),
        out_of_scope: out_of_scope
            .map(|(texts, refused)| OutOfScope { texts, recall: ratio(refused, texts) }),
        labels,
        confusions,
        ..Report::default()
    }
}

fn label_report(counts: &Counts) -> LabelReport {
    LabelReport {
        precision: ratio(counts.right, counts.predicted),
        recall: ratio(counts.right, counts.support),
        f1: ratio(2 * counts.right, counts.predicted + counts.support),
        support: counts.support,
    }
}

/// Mean distance between confidence and accuracy over bins of equal width, weighted by their texts.
fn calibration_error(judged: &[Judged], right: &dyn Fn(&Judged) -> bool) -> f64 {
    let mut bins = [(0_usize, 0.0_f64, 0_usize); BINS];
    for text in judged {
        let bin = (0..BINS).rev().find(|bin| text.confidence >= ratio(*bin, BINS)).unwrap_or(0);
        bins[bin].0 += 1;
        bins[bin].1 += text.confidence;
        bins[bin].2 += usize::from(right(text));
    }
    let distances = bins.iter().map(|(_, confidence, right)| (confidence - ratio(*right, 1)).abs());
    distances.sum::<f64>() / ratio(judged.len().max(1), 1)
}

/// `part / whole`, 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "numbers of texts are far below 2^52")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
