//! Do visitors write otherwise than they did, or is the bot less sure of what they write?
//!
//! A day is compared with the four weeks before it:
//!
//! 1. Shares of messages (those the bot said it did not understand, those that no intent was sure of, those with a word that is
//!    in no phrase) by the two-proportion z test with the pooled share.
//! 2. The mean confidence by Welch's test, whose t is read as z: both samples are large enough.
//!
//! A warning wants all three: [`FEWEST_TODAY`] messages that day and [`FEWEST_BEFORE`] before, a z of [`SURE`] (by chance once in
//! seven hundred), and a change of [`SHARE`] or [`CONFIDENCE`] for the worse, since of many messages the smallest change is sure.

use crate::api::{DayStatistics, Drift, DriftKind, MessageFigures};

/// Days before it that a day is compared with.
pub const TRAILING_DAYS: i64 = 28;
pub const FEWEST_TODAY: u64 = 50;
pub const FEWEST_BEFORE: u64 = 200;
pub const SURE: f64 = 3.0;
/// Least rise of a share, and least fall of the mean confidence, that is told.
pub const SHARE: f64 = 0.05;
pub const CONFIDENCE: f64 = 0.05;
/// Standard errors are not taken for less: where all messages are alike any other would be infinitely surprising.
const LEAST_ERROR: f64 = 1e-3;

/// What a day's messages were like.
pub fn figures(day: &DayStatistics) -> MessageFigures {
    MessageFigures {
        messages: day.judged,
        mean_confidence: share(day.confidence_sum, day.judged) / 100.0,
        not_understood: share(day.not_understood.min(day.received), day.received),
        out_of_scope: share(day.unsure, day.judged),
        with_unknown_words: share(day.strange, day.judged),
        unknown_words: share(day.unknown_words, day.words),
    }
}

/// What has changed for the worse on a day, against all the days before it together.
pub fn drift(day: &DayStatistics, before: &DayStatistics) -> Vec<Drift> {
    type Part = fn(&DayStatistics) -> (u64, u64);
    let shares: [(DriftKind, Part); 3] = [
        (DriftKind::NotUnderstood, |it: &DayStatistics| (it.not_understood.min(it.received), it.received)),
        (DriftKind::OutOfScope, |it: &DayStatistics| (it.unsure, it.judged)),
        (DriftKind::UnknownWords, |it: &DayStatistics| (it.strange, it.judged)),
    ];
    let shares = shares.into_iter().filter_map(|(kind, of)| {
        let ((part, whole), (part_before, whole_before)) = (of(day), of(before));
        let (is, was) = (share(part, whole), share(part_before, whole_before));
        let pooled = share(part + part_before, whole + whole_before);
        let error = (pooled * (1.0 - pooled) * (1.0 / number(whole) + 1.0 / number(whole_before))).sqrt();
        let z = (is - was) / error.max(LEAST_ERROR);
        let found = Drift { kind, is, was, messages: whole, messages_before: whole_before, z };
        (enough(whole, whole_before) && z >= SURE && is - was >= SHARE).then_some(found)
    });
    shares.chain(less_sure(day, before)).collect()
}

fn less_sure(day: &DayStatistics, before: &DayStatistics) -> Option<Drift> {
    if !enough(day.judged, before.judged) {
        return None;
    }
    let (is, was) = (figures(day).mean_confidence, figures(before).mean_confidence);
    let error = (variance(day) / number(day.judged) + variance(before) / number(before.judged)).sqrt();
    let z = (was - is) / error.max(LEAST_ERROR);
    let found = Drift {
        kind: DriftKind::Confidence,
        is,
        was,
        messages: day.judged,
        messages_before: before.judged,
        z,
    };
    (z >= SURE && was - is >= CONFIDENCE).then_some(found)
}

fn enough(today: u64, before: u64) -> bool {
    today >= FEWEST_TODAY && before >= FEWEST_BEFORE
}

/// Of the confidence, unbiased.
fn variance(of: &DayStatistics) -> f64 {
    let count = number(of.judged);
    let sum = number(of.confidence_sum) / 100.0;
    let squares = number(of.confidence_square_sum) / 10_000.0;
    ((squares - sum * sum / count) / (count - 1.0)).max(0.0)
}

/// `part / whole`, 0 of nothing.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of messages are far below 2^52")]
fn number(of: u64) -> f64 {
    of as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many messages, of which these shares (in hundredths) are not understood, of no intent and with unknown words; half of
    /// them of the confidence `sure - 10`, half of `sure + 10`.
    fn day(messages: u64, [not_understood, unsure, strange]: [u64; 3], sure: u64) -> DayStatistics {
        let half = messages / 2;
        DayStatistics {
            received: messages,
            judged: messages,
            not_understood: messages * not_understood / 100,
            unsure: messages * unsure / 100,
            strange: messages * strange / 100,
            words: messages * 5,
            unknown_words: messages * strange / 100,
            confidence_sum: sure * messages,
            confidence_square_sum: half * (sure - 10).pow(2) + (messages - half) * (sure + 10).pow(2),
            ..DayStatistics::default()
        }
    }

    fn kinds(today: &DayStatistics, before: &DayStatistics) -> Vec<DriftKind> {
        drift(today, before).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn a_change_is_told_where_it_is_large_and_no_chance() {
        let before = day(2_000, [5, 10, 10], 80);
        assert_eq!(kinds(&day(200, [5, 10, 10], 80), &before), []);
        assert_eq!(kinds(&day(200, [20, 10, 10], 80), &before), [DriftKind::NotUnderstood]);
        assert_eq!(kinds(&day(200, [5, 30, 10], 80), &before), [DriftKind::OutOfScope]);
        assert_eq!(kinds(&day(200, [5, 10, 30], 80), &before), [DriftKind::UnknownWords]);
        assert_eq!(kinds(&day(200, [5, 10, 10], 70), &before), [DriftKind::Confidence]);
        // For the better.
        assert_eq!(kinds(&day(200, [0, 0, 0], 90), &before), []);
        // Sure, and of no weight.
        assert_eq!(kinds(&day(100_000, [8, 13, 13], 77), &day(100_000, [5, 10, 10], 80)), []);
        // Of weight, and maybe chance.
        assert_eq!(kinds(&day(50, [12, 18, 18], 80), &before), []);
    }

    #[test]
    fn of_few_messages_nothing_is_told() {
        let (bad, good) = ([90, 90, 90], [5, 5, 5]);
        assert_eq!(kinds(&day(49, bad, 20), &day(2_000, good, 80)), []);
        assert_eq!(kinds(&day(50, bad, 20), &day(199, good, 80)), []);
        assert_eq!(kinds(&day(50, bad, 20), &day(200, good, 80)).len(), 4);
        assert_eq!(kinds(&DayStatistics::default(), &DayStatistics::default()), []);
        let found = figures(&DayStatistics::default());
        assert_eq!(found, MessageFigures::default());
    }

    #[test]
    fn the_tests_are_those_of_the_books() {
        // 40 of 200 against 100 of 1000: pooled 140/1200, z = 0.1 / sqrt(0.11667 · 0.88333 · (1/200 + 1/1000)) = 4.0215.
        let found = &drift(&day(200, [20, 0, 0], 80), &day(1_000, [10, 0, 0], 80))[0];
        assert!((found.z - 4.0215).abs() < 1e-3, "{found:?}");
        assert!((found.is - 0.2).abs() < 1e-12 && (found.was - 0.1).abs() < 1e-12, "{found:?}");
        // Deviations of 0.1: t = 0.1 / sqrt(0.01 · (200/199) / 200 + 0.01 · (1000/999) / 1000) = 12.88.
        let found = &drift(&day(200, [0; 3], 70), &day(1_000, [0; 3], 80))[0];
        assert!((found.z - 12.88).abs() < 0.01, "{found:?}");
        let told = figures(&day(100, [5, 10, 20], 80));
        assert!((told.mean_confidence - 0.8).abs() < 1e-12 && (told.unknown_words - 0.04).abs() < 1e-12);
    }
}
