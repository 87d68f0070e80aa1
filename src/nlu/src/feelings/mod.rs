//! How does a visitor feel, is it urgent, is it asked, is it rude? By lists of words, without a model.
//!
//! What a word means stands in `languages/<code>.toml`; how words work together (a negation turns what follows, "very"
//! makes it stronger, what stands behind "but" counts more) in `score`, after the rules that Hutto and Gilbert
//! published with VADER (ICWSM 2014). One language is read in a message: the one that it is written in, where that
//! is clear, or else the one of the bot's that knows most of its words.

mod complaints;
mod lexicon;
mod profane;
mod question;
mod score;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use self::complaints::Complaints;
use self::{
    lexicon::{Lexicon, Signs},
    words::Words,
};
use crate::text::Reading;

/// What words alone say of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says something by itself")]
pub(crate) struct Feelings {
    /// -1 to 1, with two digits; 0 where nothing is felt.
    pub(crate) sentiment: f64,
    pub(crate) urgent: bool,
    pub(crate) question: bool,
    pub(crate) profane: bool,
    /// Whether it is good because nothing is bad: "not bad at all".
    pub(crate) not_bad: bool,
}

/// Reads a message. `languages` are tried in their order (ISO 639-1); of a `clear` one no other is.
pub(crate) fn read<'l>(
    reading: &Reading<'_>,
    clear: Option<&'l str>,
    languages: impl Iterator<Item = &'l str>,
) -> Feelings {
    let mut lexicons: Vec<&'static Lexicon> = Vec::new();
    let mut know = |code: &str| {
        if let Some(lexicon) = Lexicon::of(code)
            && !lexicons.iter().any(|known| known.code == lexicon.code)
        {
            lexicons.push(lexicon);
        }
    };
    match clear {
        Some(code) => know(code),
        None => languages.for_each(&mut know),
    }
    let words = Words::new(reading);
    let signs = Signs::get();
    let mut best = lexicons.first().map(|lexicon| lexicon.marks(&words)).unwrap_or_default();
    let mut lexicon = lexicons.first().copied();
    for other in lexicons.iter().copied().skip(1) {
        let marks = other.marks(&words);
        if marks.known > best.known {
            (best, lexicon) = (marks, Some(other));
        }
    }
    let profane = lexicon.is_some_and(|lexicon| profane::is_disguised(&words, lexicon))
        || best.profane.iter().any(|is| *is)
        || words.all.iter().any(|word| signs.is_profane(word.text));
    let sentiment = score::score(&words, &best, signs);
    Feelings {
        sentiment,
        not_bad: sentiment > 0.0 && score::takes_back_bad(&words, &best),
        urgent: best.urgent || words.all.iter().any(|word| signs.is_urgent(word.text)),
        question: question::asks(&words, &best),
        profane,
    }
}
