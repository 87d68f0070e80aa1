//! How often do the lists of words say what people say of a text?

use std::{fmt, path::Path, time::Duration};

use serde::Serialize;

use super::{
    EvaluateError,
    measure::ratio,
    read::{Example, read},
};
use crate::{feelings, text::Reading};

const LABELS: [&str; 3] = ["positive", "neutral", "negative"];

/// What was found of a file of texts, each labelled `positive`, `neutral` or `negative`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SentimentReport {
    pub texts: usize,
    pub accuracy: f64,
    /// Mean of the F1 of those labels that the file has.
    pub macro_f1: f64,
    /// Of those texts that are not labelled neutral and of which the lists say something: how often it is right.
    pub accuracy_where_felt: f64,
    /// Texts by their label, and by what was said of them: positive, neutral, negative.
    pub table: [[usize; 3]; 3],
    pub texts_a_second: f64,
}

/// Reads a file as [`super::evaluate`] does. `language` is that of its texts (ISO 639-1).
pub fn sentiment(
    file: &Path,
    language: &str,
    clock: &dyn Fn() -> Duration,
) -> Result<SentimentReport, EvaluateError> {
    let examples = read(file, true)?;
    let labelled: Vec<(usize, Example)> = examples
        .into_iter()
        .map(|example| Ok((label(file, &example.label)?, example)))
        .collect::<Result<_, EvaluateError>>()?;
    let judge = |text: &str| {
        let felt = feelings::read(&Reading::new(text), Some(language), std::iter::empty()).sentiment;
        if felt > 0.0 { 0 } else { usize::from(felt == 0.0) + 2 * usize::from(felt < 0.0) }
    };
    // The lists are read at the first text.
    judge("");
    let start = clock();
    let judged: Vec<usize> = labelled.iter().map(|(_, example)| judge(&example.text)).collect();
    let took = clock().saturating_sub(start);
    let mut table = [[0; 3]; 3];
    for ((label, _), judged) in labelled.iter().zip(judged) {
        table[*label][judged] += 1;
    }
    Ok(report(table, ratio(labelled.len(), 1) / took.as_secs_f64().max(1e-9)))
}

fn label(file: &Path, written: &str) -> Result<usize, EvaluateError> {
    let written = written.trim().to_lowercase();
    LABELS
        .iter()
        .position(|label| *label == written)
        .ok_or_else(|| EvaluateError::Sentiment { file: file.to_owned(), label: written })
}

fn report(table: [[usize; 3]; 3], texts_a_second: f64) -> SentimentReport {
    let texts: usize = table.iter().flatten().sum();
    let right: usize = (0..3).map(|label| table[label][label]).sum();
    let f1 = |label: usize| {
        let labelled: usize = table[label].iter().sum();
        let said: usize = table.iter().map(|row| row[label]).sum();
        (labelled > 0).then(|| 2.0 * ratio(table[label][label], labelled + said))
    };
    let all: Vec<f64> = (0..3).filter_map(f1).collect();
    let felt_right = table[0][0] + table[2][2];
    SentimentReport {
        texts,
        accuracy: ratio(right, texts),
        macro_f1: all.iter().sum::<f64>() / ratio(all.len().max(1), 1),
        accuracy_where_felt: ratio(felt_right, felt_right + table[0][2] + table[2][0]),
        table,
        texts_a_second,
    }
}

impl fmt::Display for SentimentReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sentiment by lists of words, {} texts", self.texts)?;
        writeln!(f, "  accuracy              {:.1} %", self.accuracy * 100.0)?;
        writeln!(f, "  macro F1              {:.1} %", self.macro_f1 * 100.0)?;
        writeln!(f, "  right where felt      {:.1} %", self.accuracy_where_felt * 100.0)?;
        writeln!(f, "  texts a second        {:.0}", self.texts_a_second)?;
        writeln!(f, "  said of             positive  neutral negative")?;
        for (label, row) in LABELS.iter().zip(self.table) {
            writeln!(f, "  {label:<17} {:>8} {:>8} {:>8}", row[0], row[1], row[2])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_compared_with_the_labels() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("felt.csv");
        let write = |text: &str| std::fs::write(&file, text).expect("written");
        write(
            "text,label\nI love it,positive\nthe worst ever,negative\nwhere is it,neutral\ngreat,negative\n",
        );
        let report = sentiment(&file, "en", &|| Duration::ZERO).expect("readable");
        assert_eq!(report.table, [[1, 0, 0], [0, 1, 0], [1, 0, 1]]);
        assert_eq!((report.texts, report.accuracy), (4, 0.75));
        let told = SentimentReport { texts_a_second: 1.0, ..report }.to_string();
        let lines: Vec<&str> = told.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "sentiment by lists of words, 4 texts",
                "accuracy              75.0 %",
                "macro F1              77.8 %",
                "right where felt      66.7 %",
                "texts a second        1",
                "said of             positive  neutral negative",
                "positive                 1        0        0",
                "neutral                  0        1        0",
                "negative                 1        0        1",
            ]
        );
        write("great,5 stars\n");
        let error = sentiment(&file, "en", &|| Duration::ZERO).expect_err("no such label");
        assert!(error.to_string().ends_with("the label `5 stars` is none of positive, neutral, negative"));
    }
}
