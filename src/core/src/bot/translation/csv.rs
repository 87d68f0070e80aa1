//! Texts as a table: `in`, `source`, `target`.

use super::{Returned, Translatable, TranslationError};

/// The columns; others may stand between and behind them.
const COLUMNS: [&str; 3] = ["in", "source", "target"];

/// A table of texts, in UTF-8 with a byte order mark, by which spreadsheets know it.
pub fn write(texts: &[Translatable]) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let rows =
        texts.iter().map(|text| [&text.within, &text.source, text.target.as_deref().unwrap_or_default()]);
    let rows = std::iter::once(COLUMNS).chain(rows);
    // Writing into memory does not fail.
    let written = rows.map(|row| writer.write_record(row)).all(|row| row.is_ok());
    let bytes = if written { writer.into_inner().unwrap_or_default() } else { Vec::new() };
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

/// Reads a table that came back, with commas, semicolons or tabs between the columns.
pub fn read(text: &str) -> Result<Vec<Returned>, TranslationError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t'].into_iter().find(|sign| head.as_bytes().contains(sign)).unwrap_or(b',');
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let broken = |error: ::csv::Error| {
        let line = line_of(text, error.position());
        let what = match error.kind() {
            ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("the row has {len} columns, and the first has {expected_len}: is a quote missing?")
            }
            _ => error.to_string(),
        };
        TranslationError::Broken(vec![format!("{line}: {what}")])
    };
    let head = reader.headers().map_err(broken)?.clone();
    let place = |name: &str| head.iter().position(|column| column.trim() == name);
    let [Some(within), Some(source), Some(target)] = COLUMNS.map(place) else {
        let error = format!("1: the first row must name the columns {}", COLUMNS.join(", "));
        return Err(TranslationError::Broken(vec![error]));
    };
    let rows = reader.records().map(|row| {
        let row = row.map_err(broken)?;
        let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
        Ok(Returned {
            line: line_of(text, row.position()),
            within: cell(within),
            source: cell(source),
            target: cell(target),
            unfinished: false,
        })
    });
    rows.collect()
}

/// The line of a row. The reader's own count is one too low behind a carriage return.
fn line_of(text: &str, position: Option<&::csv::Position>) -> usize {
    let byte = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    let behind = &text.as_bytes()[before.len()..];
    let blank = behind.iter().take_while(|sign| matches!(sign, b'\r' | b'\n'));
    1 + before.iter().chain(blank).filter(|sign| **sign == b'\n').count()
}
