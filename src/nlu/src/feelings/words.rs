//! The words of a message as the lists look at them.

use std::borrow::Cow;

use crate::text::{Reading, shorten, without_marks};

/// Words that are looked at: nobody feels more than this in one message.
const MOST: usize = 400;

pub(super) struct Words<'r> {
    pub(super) reading: &'r Reading<'r>,
    pub(super) all: Vec<Word<'r>>,
}

pub(super) struct Word<'r> {
    pub(super) text: &'r str,
    /// Without marks and apostrophes, as the lists have it.
    pub(super) folded: Cow<'r, str>,
    /// What else it may be: behind an apostrophe (`j'adore`), or with its letters said once (`gooood`).
    pub(super) other: Option<Cow<'r, str>>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a new clause begins with it.
    pub(super) begins: bool,
    /// In capitals, where not the whole message is.
    pub(super) capitals: bool,
}

impl<'r> Words<'r> {
    pub(super) fn new(reading: &'r Reading<'r>) -> Self {
        let has_small = reading.original.chars().any(char::is_lowercase);
        let mut all: Vec<Word<'r>> = Vec::with_capacity(reading.tokens.len().min(MOST));
        for token in reading.tokens.iter().take(MOST) {
            let text = reading.word(token);
            let gap = all.last().map_or("", |before| &reading.text[before.end..token.start]);
            let begins = all.is_empty() || gap.contains(ends_a_clause);
            let (folded, other) = forms(text);
            let capitals = has_small && text.len() >= 2 && text.is_ascii() && {
                let (start, end) = reading.place(token.start, token.end);
                reading.original[start..end].bytes().all(|byte| byte.is_ascii_uppercase())
            };
            all.push(Word { text, folded, other, start: token.start, end: token.end, begins, capitals });
        }
        Self { reading, all }
    }

    /// How often something is called out, at most `most`.
    pub(super) fn exclamations(&self, most: usize) -> usize {
        self.reading.text.chars().filter(|letter| *letter == '!').take(most).count()
    }
}

fn ends_a_clause(letter: char) -> bool {
    matches!(
        letter,
        '.' | ',' | ';' | ':' | '!' | '?' | '…' | '\n' | '(' | ')' | '¡' | '¿' | '。' | '、' | '？'
    )
}

/// The word without marks, and what else it may be.
fn forms(text: &str) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) && !is_drawn_out(text) {
        return (Cow::Borrowed(text), None);
    }
    if is_drawn_out(text) {
        let plain = without_marks(text);
        return (Cow::Owned(shorten(&plain, 2)), Some(Cow::Owned(shorten(&plain, 1))));
    }
    let behind = text.split_once('\'').map(|(_, behind)| Cow::Owned(without_marks(behind)));
    (Cow::Owned(without_marks(text)), behind)
}

/// Whether a letter stands three times in a row.
fn is_drawn_out(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(mut before) = letters.next() else { return false };
    let mut run = 1;
    for letter in letters {
        run = if letter == before { run + 1 } else { 1 };
        if run == 3 {
            return true;
        }
        before = letter;
    }
    false
}

/// A phrase of a list as [`Word::folded`] has it: its words without marks.
pub(super) fn fold(phrase: &str) -> Vec<String> {
    let reading = Reading::new(phrase);
    reading.tokens.iter().map(|token| without_marks(reading.word(token))).collect()
}
