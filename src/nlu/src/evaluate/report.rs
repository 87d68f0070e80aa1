//! How is an evaluation told to people (Display) and to programs (JSON)?

use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Result},
};

use serde::Serialize;
use studio_core::counted::counted;

/// The figures of an evaluation; shares are 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Phrases and intents that were learned.
    pub trained_on: usize,
    pub intents: usize,
    /// Texts that were looked at.
    pub tested_on: usize,
    /// Share of the test whose best intent is right, whatever its confidence.
    pub accuracy: f64,
    /// The same for the linear model by itself, without exact matches of phrases.
    pub linear_accuracy: f64,
    /// Mean F1 of the labels.
    pub macro_f1: f64,
    /// Share of the test that is, normalised, a phrase of the training.
    pub exact_share: f64,
    /// Share of the test for which the transformer was asked; the words were clear enough for the rest.
    pub semantic_share: f64,
    /// Expected calibration error, 15 bins.
    pub calibration_error: f64,
    /// Confidence from which on a bot acts on the best intent.
    pub threshold: f64,
    /// Share of the test that is both right and confident.
    pub accuracy_at_threshold: f64,
    /// Share of the test that is confident.
    pub confident_share: f64,
    /// Share of the confident that is right.
    pub confident_accuracy: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_scope: Option<OutOfScope>,
    pub labels: BTreeMap<String, LabelReport>,
    /// The ten most frequent mistakes.
    pub confusions: Vec<Confusion>,
    pub training_seconds: f64,
    /// Whole understandings, entities included, by one thread.
    pub texts_a_second: f64,
    /// Size of the model as it is stored.
    pub model_bytes: usize,
}

/// How texts fare that belong to no intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct OutOfScope {
    pub texts: usize,
    /// Share of them on which the bot would not act.
    pub recall: f64,
}

/// The figures of one label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct LabelReport {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    /// Texts of this label in the test.
    pub support: usize,
}

/// One kind of mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confusion {
    pub label: String,
    pub predicted: String,
    pub count: usize,
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        let intents = counted(self.intents, "intent");
        writeln!(out, "trained on             {} of {intents}", counted(self.trained_on, "phrase"))?;
        writeln!(
            out,
            "tested on              {} ({} known word for word)",
            counted(self.tested_on, "text"),
            percent(self.exact_share)
        )?;
        writeln!(out)?;
        writeln!(
            out,
            "accuracy               {} ({} by the linear model alone)",
            percent(self.accuracy),
            percent(self.linear_accuracy)
        )?;
        writeln!(out, "judged by meaning      {}", percent(self.semantic_share))?;
        writeln!(out, "macro F1               {}", percent(self.macro_f1))?;
        writeln!(out, "calibration error      {}", percent(self.calibration_error))?;
        writeln!(out, "threshold              {:.3}", self.threshold)?;
        writeln!(out, "  right and confident  {}", percent(self.accuracy_at_threshold))?;
        writeln!(
            out,
            "  confident            {}, of which right {}",
            percent(self.confident_share),
            percent(self.confident_accuracy)
        )?;
        if let Some(foreign) = &self.out_of_scope {
            writeln!(
                out,
                "  out-of-scope recall  {} of {}",
                percent(foreign.recall),
                counted(foreign.texts, "text")
            )?;
        }
        writeln!(out, "training time          {:.2} s", self.training_seconds)?;
        writeln!(out, "texts a second         {:.0}", self.texts_a_second)?;
        writeln!(out, "model                  {:.1} MB", megabytes(self.model_bytes))?;
        let width = self.labels.keys().map(|label| label.chars().count()).max().unwrap_or(0).max(5);
        if !self.confusions.is_empty() {
            writeln!(out, "\nworst confusions\n{:width$}  {:width$}  times", "label", "taken for")?;
            for confusion in &self.confusions {
                writeln!(
                    out,
                    "{:width$}  {:width$}  {:>5}",
                    confusion.label, confusion.predicted, confusion.count
                )?;
            }
        }
        writeln!(out, "\n{:width$}  precision  recall      F1  texts", "label")?;
        for (label, figures) in &self.labels {
            writeln!(
                out,
                "{label:width$}  {:>9}  {:>6}  {:>6}  {:>5}",
                format!("{:.1}", figures.precision * 100.0),
                format!("{:.1}", figures.recall * 100.0),
                format!("{:.1}", figures.f1 * 100.0),
                figures.support,
            )?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_is_told_in_the_singular() {
        let report = Report { trained_on: 1, intents: 1, tested_on: 1, ..Report::default() };
        let told = report.to_string();
        assert!(told.contains(" 1 phrase of 1 intent\n") && told.contains(" 1 text ("), "{told}");
    }
}
