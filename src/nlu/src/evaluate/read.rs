//! Which examples does a file hold?

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, de::IgnoredAny};

use super::EvaluateError;

/// A text and the label that it should get (empty where none is needed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) text: String,
    pub(super) label: String,
}

/// Names under which the columns of well-known data sets go.
const TEXT_COLUMNS: [&str; 6] = ["text", "utterance", "sentence", "phrase", "query", "message"];
const LABEL_COLUMNS: [&str; 5] = ["label", "intent", "category", "class", "target"];

/// Reads CSV or JSON lines; told apart by the first character that is not a space.
pub(super) fn read(file: &Path, labelled: bool) -> Result<Vec<Example>, EvaluateError> {
    let bytes = fs::read(file).map_err(|source| EvaluateError::File { file: file.to_owned(), source })?;
    let at = |line: u64, problem: String| EvaluateError::Line { file: file.to_owned(), line, problem };
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count() as u64;
        at(line, "not valid UTF-8".to_owned())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(problem) = undivided(text) {
        return Err(at(1, problem));
    }
    let examples = if text.trim_start().starts_with('{') { json_lines(text) } else { csv(text, labelled) }
        .map_err(|(line, problem)| at(line, problem))?;
    let mut kept = Vec::with_capacity(examples.len());
    for (line, example) in examples {
        if example.text.trim().is_empty() {
            return Err(at(line, "the text is empty".to_owned()));
        }
        if labelled && example.label.trim().is_empty() {
            return Err(at(line, "the label is missing".to_owned()));
        }
        kept.push(example);
    }
    if kept.is_empty() { Err(EvaluateError::Empty { file: file.to_owned() }) } else { Ok(kept) }
}

/// What to do with a file that is one JSON value: an object of arrays of text and label, as CLINC150 is published, or an array
/// of examples.
fn undivided(text: &str) -> Option<String> {
    let convert = |what: &str, how: &str| {
        format!(
            "the file is one JSON {what}, expected is CSV or a JSON object a line; {how} makes such a file of it"
        )
    };
    if let Ok(sets) = serde_json::from_str::<BTreeMap<String, Vec<IgnoredAny>>>(text) {
        let names: Vec<&str> = sets.keys().map(String::as_str).collect();
        let what = format!("object of arrays ({})", names.join(", "));
        return Some(convert(&what, &format!("`jq -r '.{}[] | @csv'`", names.first().unwrap_or(&"train"))));
    }
    serde_json::from_str::<Vec<IgnoredAny>>(text).ok().map(|_| convert("array", "`jq -c '.[]'`"))
}

type Lines = Result<Vec<(u64, Example)>, (u64, String)>;

fn json_lines(text: &str) -> Lines {
    #[derive(Deserialize)]
    struct Line {
        text: String,
        #[serde(default)]
        label: Option<String>,
    }
    let mut examples = Vec::new();
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(line).map_err(|error| (number, problem(&error)))?;
        examples.push((number, Example { text: line.text, label: line.label.unwrap_or_default() }));
    }
    Ok(examples)
}

/// Without serde's "at line 1 column 5", which would contradict the line that we name.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("expected {{\"text\": …, \"label\": …}}: {what}")
}

fn csv(text: &str, labelled: bool) -> Lines {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut columns, mut width) = ((0, 1), 2);
    let mut examples = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record =
            record.map_err(|error| (error.position().map_or(1, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(1, csv::Position::line);
        if index == 0
            && let Some(header) = header(&record)
        {
            (columns, width) = (header, record.len());
            continue;
        }
        if record.len() > width {
            return Err((line, too_many(record.len(), width)));
        }
        let label = record.get(columns.1);
        if labelled && label.is_none() {
            let found = record.len();
            return Err((line, format!("expected two columns, text and label, but found {found}")));
        }
        let text = record.get(columns.0).unwrap_or_default();
        examples.push((line, Example { text: text.to_owned(), label: label.unwrap_or_default().to_owned() }));
    }
    Ok(examples)
}

/// What to do with a line of more columns than there are names.
fn too_many(found: usize, expected: usize) -> String {
    format!(
        "expected columns: {expected}, but found {found}: put a text that has a comma in quotes, or name all columns in the first \
         line, such as `id,text,label`"
    )
}

/// The columns of text and label, if the first line names them.
fn header(record: &csv::StringRecord) -> Option<(usize, usize)> {
    let find = |names: &[&str]| {
        record.iter().position(|field| names.iter().any(|name| field.trim().eq_ignore_ascii_case(name)))
    };
    match (find(&TEXT_COLUMNS), find(&LABEL_COLUMNS)) {
        (Some(text), Some(label)) => Some((text, label)),
        (Some(text), None) if record.len() == 1 => Some((text, usize::MAX)),
        (Some(_) | None, None) | (None, Some(_)) => None,
    }
}
