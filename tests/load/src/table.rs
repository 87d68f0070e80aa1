//! How are figures written in the tables of docs/benchmarks.md? What a part of the bench prints stands there as it is.

use std::{fmt::Display, time::Duration};

/// The head of a table in Markdown.
pub fn head(columns: &[&str]) -> String {
    format!("| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()))
}

/// A row of it.
pub fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// A whole number with its thousands set apart.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The same of a number that is none yet.
pub fn rounded(number: f64) -> String {
    grouped(format!("{number:.0}"))
}

/// Waits in milliseconds, each of them to a tenth unless it is short or long.
pub fn waits<const N: usize>(waits: [Duration; N]) -> String {
    let each = waits.map(|wait| {
        let milliseconds = wait.as_secs_f64() * 1e3;
        match milliseconds {
            short if short < 1.0 => format!("{short:.2}"),
            long if long >= 1_000.0 => rounded(long),
            wait => format!("{wait:.1}"),
        }
    });
    format!("{} ms", each.join(" / "))
}

/// Bytes of a megabyte, in which the aims are told: a million, and no mebibyte.
pub const MB: u64 = 1_000_000;

/// Bytes, in whole megabytes.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", grouped(bytes / MB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let written = [0, 50, 999, 1_000, 20_000, 1_234_567].map(grouped);
        assert_eq!(written, ["0", "50", "999", "1,000", "20,000", "1,234,567"]);
        assert_eq!(rounded(3_994.6), "3,995");
    }

    #[test]
    fn a_table_is_one_of_markdown() {
        let each = [0.018, 30.04, 1_473.2].map(|milliseconds| Duration::from_secs_f64(milliseconds / 1e3));
        let cells = ["1,000".to_owned(), waits(each)];
        assert_eq!(head(&["offered/s", "p50 / p99 / p99.9"]), "| offered/s | p50 / p99 / p99.9 |\n|---|---|");
        assert_eq!(row(&cells), "| 1,000 | 0.02 / 30.0 / 1,473 ms |");
        assert_eq!([215 * MB, 1_216 * MB - 1, 215 << 20].map(megabytes), ["215 MB", "1,215 MB", "225 MB"]);
    }
}
