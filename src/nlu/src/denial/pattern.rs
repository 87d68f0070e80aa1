//! Words in a row: `ich will … kein*`.
//!
//! A part that begins or ends with `*` stands for all words that end or begin so, `*` alone for any word, `…` for up to
//! [`GAP`] words or none, and `$` for the end of the clause.

use super::{Word, forms, pieces};

/// Most words that `…` stands for.
const GAP: usize = 6;

#[derive(Debug)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug)]
enum Part {
    /// As phrases are compared, and without marks.
    Whole(String, String),
    Begin(String),
    End(String),
    Any,
    Gap,
    Last,
}

impl Pattern {
    /// Nothing of a text without words.
    pub(super) fn new(text: &str) -> Option<Self> {
        let text = text.to_lowercase().replace('ß', "ss");
        let parts: Vec<Part> = text.split_whitespace().flat_map(Part::of).collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Whether one of its words is such a word.
    pub(super) fn has(&self, is: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|part| match part {
            Part::Whole(key, bare) => is(key) || is(bare),
            Part::Begin(begin) => is(begin),
            Part::End(_) | Part::Any | Part::Gap | Part::Last => false,
        })
    }

    /// The places of its words where it begins at a place and takes only words that are free.
    pub(super) fn at(&self, words: &[Word], place: usize, free: &[bool]) -> Option<Vec<usize>> {
        let mut found = Vec::with_capacity(self.0.len());
        fits(&self.0, words, place, free, &mut found).then_some(found)
    }
}

fn fits(parts: &[Part], words: &[Word], place: usize, free: &[bool], found: &mut Vec<usize>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    match part {
        Part::Last => place == words.len() && fits(rest, words, place, free, found),
        Part::Gap => {
            (place..=(place + GAP).min(words.len())).any(|next| fits(rest, words, next, free, found))
        }
        Part::Whole(..) | Part::Begin(_) | Part::End(_) | Part::Any => {
            if !words.get(place).is_some_and(|word| free[place] && part.is(word)) {
                return false;
            }
            found.push(place);
            if fits(rest, words, place + 1, free, found) {
                return true;
            }
            found.pop();
            false
        }
    }
}

impl Part {
    fn of(text: &str) -> Vec<Self> {
        match text {
            "…" => return vec![Self::Gap],
            "$" => return vec![Self::Last],
            "*" => return vec![Self::Any],
            _ => {}
        }
        if let Some(begin) = text.strip_suffix('*') {
            return vec![Self::Begin(forms(begin).0)];
        }
        if let Some(end) = text.strip_prefix('*') {
            return vec![Self::End(forms(end).0)];
        }
        let text = text.strip_suffix('\'').unwrap_or(text);
        let whole = |(start, end): (usize, usize)| {
            let (key, bare) = forms(&text[start..end]);
            Self::Whole(key, bare)
        };
        pieces(text).into_iter().map(whole).collect()
    }

    fn is(&self, word: &Word) -> bool {
        match self {
            Self::Whole(key, bare) => *key == word.key || *bare == word.key || *bare == word.bare,
            Self::Begin(begin) => word.key.starts_with(begin.as_str()),
            Self::End(end) => word.key.ends_with(end.as_str()),
            Self::Any => true,
            Self::Gap | Self::Last => false,
        }
    }
}
