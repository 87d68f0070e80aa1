//! How well is a bot understood? Figures of a cross-validation, and of two versions side by side.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::counted::counted;

/// How the phrases are held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Folds {
    /// Parts into which the phrases are dealt, 2 to 10; each is judged by what was learned from the others.
    pub folds: usize,
    /// The same seed deals them the same.
    pub seed: u64,
}

impl Default for Folds {
    fn default() -> Self {
        Self { folds: 5, seed: 1 }
    }
}

/// A bot's own phrases, each judged by a model that had not seen it. Shares are 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    pub phrases: usize,
    /// Those that have phrases.
    pub intents: usize,
    /// Share of the phrases whose best intent is the right one, whatever its confidence.
    pub accuracy: f64,
    /// Mean F1 of the intents.
    pub macro_f1: f64,
    /// Mean threshold of the models.
    pub threshold: f64,
    /// Share of the phrases that are confident, and the share of these that are right.
    pub confident_share: f64,
    pub confident_accuracy: f64,
    /// Mean confidence in the best intent.
    pub mean_confidence: f64,
    /// Mean distance between confidence and accuracy over the bins below.
    pub calibration_error: f64,
    pub calibration: Vec<CalibrationBin>,
    pub labels: BTreeMap<String, IntentFigures>,
    /// What is taken for something else, the most frequent first; at most 50.
    pub confusions: Vec<Confused>,
    /// Intents that are too close to each other, the closest first; at most 20.
    pub close: Vec<ClosePair>,
    /// Entities of the bot that nothing uses.
    pub unused_entities: Vec<UnusedEntity>,
}

/// Phrases of similar confidence: were as many right as it says?
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CalibrationBin {
    pub from: f64,
    pub to: f64,
    pub phrases: usize,
    pub mean_confidence: f64,
    pub accuracy: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntentFigures {
    pub phrases: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// Phrases of one intent that are taken for another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Confused {
    pub intent: String,
    pub taken_for: String,
    pub count: usize,
    /// At most five.
    pub phrases: Vec<String>,
}

/// Two intents between which the understanding can hardly choose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClosePair {
    pub one: String,
    pub other: String,
    /// Share of the phrases of the smaller intent that are, in either, taken for the other or nearly so.
    pub share: f64,
    /// The phrases that show it, at most ten.
    pub phrases: Vec<ClosePhrase>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClosePhrase {
    pub phrase: String,
    /// The intent that it is of.
    pub intent: String,
    /// Confidence in its own intent and in the other.
    pub own: f64,
    pub other: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnusedEntity {
    pub entity: String,
    /// In words.
    pub why: String,
}

/// Two versions of a bot on the same messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    pub messages: usize,
    /// Messages whose intent is known, and how many of them each version understands.
    pub labelled: usize,
    pub right_before: usize,
    pub right_after: usize,
    /// Messages that mean something else now, by what became of them.
    pub better: usize,
    pub worse: usize,
    pub other: usize,
    /// The messages that changed, the worse first; at most 200.
    pub changes: Vec<Change>,
    /// Messages of the review list that both were asked about as well, and how many of them mean something else now. Their words
    /// are not kept here.
    pub said: usize,
    pub said_changed: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    pub message: String,
    /// What it means, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// What each version acts on; absent where it acts on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    pub effect: ChangeEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeEffect {
    /// Right before, and not any more.
    Worse,
    /// Neither was right, or nobody knows what is right.
    Other,
    /// Right now, and not before.
    Better,
}

/// What is to be evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewEvaluation {
    #[schema(inline)]
    pub folds: Folds,
    /// Whether the draft is evaluated: the bot's folder with what it has learned.
    pub draft: bool,
    /// The version to evaluate; the published one where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The version to compare it with: what changes from that one to this. A draft is compared with the published version
    /// where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<u32>,
}

/// An evaluation, to be asked for until it is done. Lists leave `evaluation` and `comparison` out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationRun {
    pub id: String,
    pub bot: String,
    /// Absent for the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<u32>,
    pub state: EvaluationState,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// Of the evaluation, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_error: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Box<Evaluation>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Box<Comparison>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationState {
    /// Behind others.
    Waiting,
    Running,
    Done,
    Failed,
    /// The studio was stopped before it was done: begin another.
    Interrupted,
}

impl fmt::Display for Evaluation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let intents = counted(self.intents, "intent");
        writeln!(out, "phrases            {} of {intents}, each held out once", self.phrases)?;
        writeln!(out, "accuracy           {}", percent(self.accuracy))?;
        writeln!(out, "macro F1           {}", percent(self.macro_f1))?;
        writeln!(
            out,
            "confident          {}, of which right {} (threshold {:.3})",
            percent(self.confident_share),
            percent(self.confident_accuracy),
            self.threshold
        )?;
        writeln!(out, "calibration error  {}", percent(self.calibration_error))?;
        writeln!(out, "\nconfidence   phrases  mean    right")?;
        for bin in &self.calibration {
            writeln!(
                out,
                "{:.1} to {:.1}   {:>7}  {:.2}  {:>7}",
                bin.from,
                bin.to,
                bin.phrases,
                bin.mean_confidence,
                percent(bin.accuracy)
            )?;
        }
        if !self.confusions.is_empty() {
            writeln!(out, "\nconfusions")?;
        }
        for confused in &self.confusions {
            writeln!(out, "  {} taken for {}: {}", confused.intent, confused.taken_for, confused.count)?;
            confused.phrases.iter().try_for_each(|phrase| writeln!(out, "      {phrase}"))?;
        }
        if !self.close.is_empty() {
            writeln!(out, "\ntoo close to each other")?;
        }
        for pair in &self.close {
            writeln!(out, "  {} and {}: {} of the phrases", pair.one, pair.other, percent(pair.share))?;
            for found in &pair.phrases {
                writeln!(
                    out,
                    "      {} ({} {:.2}, other {:.2})",
                    found.phrase, found.intent, found.own, found.other
                )?;
            }
        }
        if !self.unused_entities.is_empty() {
            writeln!(out, "\nentities never used")?;
        }
        for unused in &self.unused_entities {
            writeln!(out, "  {}: {}", unused.entity, unused.why)?;
        }
        let width = self.labels.keys().map(|label| label.chars().count()).max().unwrap_or(0).max(6);
        writeln!(out, "\n{:width$}  precision  recall      F1  phrases", "intent")?;
        for (intent, figures) in &self.labels {
            writeln!(
                out,
                "{intent:width$}  {:>9.1}  {:>6.1}  {:>6.1}  {:>7}",
                figures.precision * 100.0,
                figures.recall * 100.0,
                figures.f1 * 100.0,
                figures.phrases
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "messages   {}, of which {} have a known meaning", self.messages, self.labelled)?;
        writeln!(out, "right      {} before, {} after", self.right_before, self.right_after)?;
        writeln!(out, "changed    {} better, {} worse, {} otherwise", self.better, self.worse, self.other)?;
        if self.said > 0 {
            writeln!(
                out,
                "reviewed   {} of visitors, of which {} changed",
                counted(self.said, "message"),
                self.said_changed
            )?;
        }
        for change in &self.changes {
            let effect = match change.effect {
                ChangeEffect::Worse => "worse ",
                ChangeEffect::Other => "other ",
                ChangeEffect::Better => "better",
            };
            let shown = |intent: &Option<String>| intent.clone().unwrap_or_else(|| "none".to_owned());
            writeln!(
                out,
                "  {effect}  {}  {} -> {}",
                change.message,
                shown(&change.before),
                shown(&change.after)
            )?;
        }
        Ok(())
    }
}
