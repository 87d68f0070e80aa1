//! Which wish does a clause take back: "I don't want to cancel my order", "bitte rufen Sie mich nicht an"?
//!
//! What each language has for it stands in `languages/<code>.toml`: patterns that hold a negation of wanting, of asking or of
//! telling somebody to do something. "My parcel has not arrived", "I can't log in" and "don't you have…?" negate no wish. A
//! clause that asks, or says something else besides, takes nothing back.

mod own;
mod pattern;

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use serde::Deserialize;

pub(crate) use self::own::Own;
use self::pattern::Pattern;
use crate::{
    files::language_files,
    text::{Reading, key_of, without_marks},
};

const FILES: [(&str, &str); 9] = language_files!("languages/", ".toml");
/// With which a clause opens before it says what it is about.
const OPENINGS: [&str; 24] = [
    "please", "no", "ok", "okay", "hi", "hello", "hey", "oh", "well", "bitte", "nein", "hallo", "also",
    "ach", "hola", "bonjour", "ciao", "hoi", "nee", "prosze", "ola", "lutfen", "merhaba", "thanks",
];
/// Words of a clause that are looked at.
const MOST: usize = 60;
/// Most letters of a word that stands before an apostrophe as one of its own: `n'annulez`, but not `don't`.
const SHORT: usize = 2;

static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let language = |(code, file): &(&'static str, &str)| {
        Language::new(code, file).unwrap_or_else(|error| panic!("{code}.toml: {error}"))
    };
    FILES.iter().map(language).collect()
});

/// What one language has for taking a wish back.
#[derive(Debug)]
pub(crate) struct Language {
    code: &'static str,
    negations: HashSet<String>,
    anywhere: Vec<Pattern>,
    /// Where a clause begins.
    first: Vec<Pattern>,
    /// What looks like one of these and is none.
    not: Vec<Pattern>,
    /// With which something else is said as well.
    unless: Vec<Pattern>,
    /// With which the next clause says what is taken back: "ich möchte nicht, dass Sie anrufen".
    that: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    negations: String,
    anywhere: String,
    first: String,
    not: String,
    unless: String,
    that: String,
}

/// A wish that a clause takes back.
#[derive(Debug)]
pub(crate) struct Denial {
    /// Where the negations stand in the clause, in bytes of the original and in order.
    pub(crate) negations: Vec<Range<usize>>,
    /// The words of the clause, as phrases are compared.
    pub(crate) words: Vec<String>,
}

impl Language {
    fn new(code: &'static str, file: &str) -> Result<Self, String> {
        let file: File = toml::from_str(file).map_err(|error| error.to_string())?;
        let patterns = |list: &str| list.split(',').filter_map(Pattern::new).collect::<Vec<Pattern>>();
        let negations = listed(&file.negations).map(|word| key_of(&word.replace('\'', ""))).collect();
        let language = Self {
            code,
            negations,
            anywhere: patterns(&file.anywhere),
            first: patterns(&file.first),
            not: patterns(&file.not),
            unless: patterns(&file.unless),
            that: patterns(&file.that),
        };
        language.check()?;
        Ok(language)
    }

    /// Only what holds a negation takes something back.
    fn check(&self) -> Result<(), String> {
        let holds_none = |pattern: &&Pattern| !pattern.has(|word| self.is_negation(word));
        match self.anywhere.iter().chain(&self.first).find(holds_none) {
            Some(pattern) => Err(format!("{pattern:?} holds no negation")),
            None => Ok(()),
        }
    }

    /// Of these codes (ISO 639-1, with or without a country) the languages that have a file, each once.
    pub(crate) fn of<'c>(codes: impl Iterator<Item = &'c str>) -> Vec<&'static Self> {
        let mut found: Vec<&'static Self> = Vec::new();
        for code in codes {
            let base = code.split(['-', '_']).next().unwrap_or_default();
            if let Some(language) = ALL.iter().find(|language| language.code == base)
                && !found.iter().any(|known| known.code == base)
            {
                found.push(language);
            }
        }
        found
    }

    /// Its code (ISO 639-1).
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// Whether a word, as phrases are compared, negates.
    pub(crate) fn is_negation(&self, word: &str) -> bool {
        self.negations.contains(word)
    }

    fn find(&self, words: &[Word]) -> Option<Vec<usize>> {
        let parts = words.chunk_by(|_, next| !next.begins);
        let mut start = 0;
        for part in parts {
            let place = start..start + part.len();
            start = place.end;
            let is_asked = part.last().is_some_and(|word| word.is_asked);
            if let Some(found) = self.find_in(part).filter(|_| !is_asked) {
                return Some(found.into_iter().map(|at| place.start + at).collect());
            }
        }
        None
    }

    /// The words of the negation in a part without punctuation.
    fn find_in(&self, words: &[Word]) -> Option<Vec<usize>> {
        let all = vec![true; words.len()];
        let mut free = all.clone();
        for at in 0..words.len() {
            for found in self.not.iter().filter_map(|pattern| pattern.at(words, at, &all)) {
                if let Some(last) = found.last() {
                    free[at..=*last].fill(false);
                }
            }
        }
        let opening = words.iter().take_while(|word| OPENINGS.contains(&word.bare.as_str())).count();
        let found = (0..words.len()).find_map(|at| {
            let first = self.first.iter().filter(|_| at <= opening);
            let found = self.anywhere.iter().chain(first).filter_map(|pattern| pattern.at(words, at, &free));
            found.max_by_key(Vec::len)
        })?;
        let left: Vec<bool> = (0..words.len()).map(|at| !found.contains(&at)).collect();
        let says_more = |at: usize| self.unless.iter().any(|pattern| pattern.at(words, at, &left).is_some());
        if (0..words.len()).any(says_more) {
            return None;
        }
        Some(found.into_iter().filter(|at| self.negates(&words[*at])).collect())
    }

    fn negates(&self, word: &Word) -> bool {
        self.is_negation(&word.key) || self.is_negation(&word.bare)
    }
}

/// The wish that a clause takes back in one of these languages.
pub(crate) fn find(clause: &Reading<'_>, languages: &[&'static Language]) -> Option<Denial> {
    let words = words(clause);
    let has_negation = |language: &&&Language| words.iter().any(|word| language.negates(word));
    let mut found = languages.iter().filter(has_negation).filter_map(|language| language.find(&words));
    let found = found.next()?;
    let place = |at: &usize| {
        let (start, end) = clause.place(words[*at].start, words[*at].end);
        start..end
    };
    Some(Denial {
        negations: found.iter().map(place).collect(),
        words: words.iter().map(|word| word.key.clone()).collect(),
    })
}

/// A clause that goes on with what the one before took back, without a negation of its own: "…, dass Sie mich anrufen".
pub(crate) fn going_on(clause: &Reading<'_>, languages: &[&'static Language]) -> Option<Denial> {
    let words = words(clause);
    let free = vec![true; words.len()];
    let begins = |language: &&'static Language| {
        language.that.iter().any(|pattern| pattern.at(&words, 0, &free).is_some())
    };
    let words = || words.iter().map(|word| word.key.clone()).collect();
    languages.iter().any(begins).then(|| Denial { negations: Vec::new(), words: words() })
}

impl Denial {
    /// The stretches of a clause of so many bytes that are left without the negations.
    pub(crate) fn rest(&self, length: usize) -> Vec<Range<usize>> {
        let mut rest = Vec::with_capacity(self.negations.len() + 1);
        let mut from = 0;
        for negation in &self.negations {
            rest.push(from..negation.start);
            from = negation.end;
        }
        rest.push(from..length);
        rest.retain(|stretch| stretch.start < stretch.end);
        rest
    }
}

/// A word as patterns look at it.
struct Word {
    /// As phrases are compared, and without marks.
    key: String,
    bare: String,
    /// Place in the normalised text.
    start: usize,
    end: usize,
    /// Whether it stands behind punctuation.
    begins: bool,
    /// Whether a question mark follows it before the next word.
    is_asked: bool,
}

fn words(reading: &Reading<'_>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(reading.tokens.len().min(MOST));
    for token in reading.tokens.iter().take(MOST) {
        let text = reading.word(token);
        let gap = &reading.text[words.last().map_or(0, |before| before.end)..token.start];
        if let Some(before) = words.last_mut() {
            before.is_asked = gap.contains(['?', '？', '؟']);
        }
        let begins = gap.contains(['.', ',', ';', ':', '!', '?', '…', '\n', '(', ')', '¡', '¿']);
        for (start, end) in pieces(text) {
            let (key, bare) = forms(&text[start..end]);
            let begins = begins && start == 0;
            let (start, end) = (token.start + start, token.start + end);
            words.push(Word { key, bare, start, end, begins, is_asked: false });
        }
    }
    if let Some(last) = words.last_mut() {
        last.is_asked = reading.text[last.end..].contains(['?', '？', '؟']);
    }
    words
}

/// The two words of `n'annulez`; otherwise the word itself.
fn pieces(word: &str) -> Vec<(usize, usize)> {
    match word.split_once('\'') {
        Some((front, behind)) if front.chars().count() <= SHORT && !behind.is_empty() => {
            vec![(0, front.len()), (front.len() + 1, word.len())]
        }
        Some(_) | None => vec![(0, word.len())],
    }
}

/// The word as phrases are compared, and without marks.
fn forms(word: &str) -> (String, String) {
    (key_of(word), without_marks(word))
}

fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|phrase| !phrase.is_empty())
}

#[cfg(test)]
mod tests;
