//! The words of a text as the built-in kinds look at them: with the numbers that they name, and in which languages.

use super::numerals;
use crate::text::Reading;

/// The text, its words and the languages whose words count.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts about languages that do not exclude each other"
)]
pub(super) struct Words<'r> {
    reading: &'r Reading<'r>,
    pub(super) all: Vec<Word<'r>>,
    pub(super) english: bool,
    pub(super) german: bool,
    /// Whether the conversation is in a language that writes 1.234,56.
    pub(super) decimal_comma: bool,
    /// Whether 3/4 means the 4th of March.
    pub(super) month_first: bool,
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'r> {
    pub(super) text: &'r str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'r> Words<'r> {
    /// The words of the conversation's language count, and those of the bot's others.
    pub(super) fn new(
        reading: &'r Reading<'r>,
        language: &str,
        languages: &[String],
        month_first: bool,
    ) -> Self {
        let speaks = |wanted: &str| {
            std::iter::once(language).chain(languages.iter().map(String::as_str)).any(|code| {
                code.split(['-', '_']).next().is_some_and(|code| code.eq_ignore_ascii_case(wanted))
            })
        };
        let point = ["en", "zh", "ja", "ko", "he", "th", "hi"];
        let base = language.split(['-', '_']).next().unwrap_or_default();
        Self {
            reading,
            all: reading
                .tokens
                .iter()
                .map(|token| Word { text: reading.word(token), start: token.start, end: token.end })
                .collect(),
            english: speaks("en"),
            german: speaks("de"),
            decimal_comma: !base.is_empty() && !point.contains(&base),
            month_first,
        }
    }

    pub(super) fn text(&self) -> &'r str {
        &self.reading.text
    }

    /// The word at a place, or nothing beyond the end.
    pub(super) fn at(&self, index: usize) -> &'r str {
        self.all.get(index).map_or("", |word| word.text)
    }

    /// The word before a place.
    pub(super) fn before(&self, index: usize) -> &'r str {
        index.checked_sub(1).map_or("", |index| self.at(index))
    }

    /// Whether only spaces and hyphens stand between a word and the next: they belong to one expression.
    pub(super) fn joined(&self, index: usize) -> bool {
        match (self.all.get(index), self.all.get(index + 1)) {
            (Some(one), Some(next)) => self.text()[one.end..next.start]
                .chars()
                .all(|between| between == '-' || between.is_whitespace()),
            (Some(_) | None, None) | (None, Some(_)) => false,
        }
    }

    /// A number in digits or words from a place on, with the place after it: up to four digits, or words.
    pub(super) fn number(&self, index: usize) -> Option<(i64, usize)> {
        let word = self.at(index);
        if !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.parse().ok().map(|value| (value, index + 1));
        }
        self.spelled(index)
    }

    /// A number in words from a place on, with the place after it.
    pub(super) fn spelled(&self, index: usize) -> Option<(i64, usize)> {
        if self.german
            && let Some(value) = numerals::german(self.at(index))
        {
            return Some((value, index + 1));
        }
        if !self.english {
            return None;
        }
        let mut end = index;
        let mut run: Vec<&str> = Vec::new();
        while !self.at(end).is_empty() && run.len() < 16 && (end == index || self.joined(end - 1)) {
            run.push(self.at(end));
            end += 1;
        }
        numerals::english(&run).map(|(value, used)| (value, index + used))
    }

    /// A small number in front of a unit: as [`Self::number`], and "a", "an", "ein", "einer" … as one.
    pub(super) fn amount(&self, index: usize) -> Option<(i64, usize)> {
        let article = (self.english && matches!(self.at(index), "a" | "an" | "one"))
            || (self.german
                && matches!(self.at(index), "ein" | "eine" | "einen" | "einem" | "einer" | "eins"));
        match self.number(index) {
            Some(found) => Some(found),
            None => article.then_some((1, index + 1)),
        }
    }
}
