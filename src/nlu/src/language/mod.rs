//! In which language is a text written?
//!
//! Pieces of words decide, held against all languages of the studio (`profile`); a bot's own languages and that of the
//! conversation so far are likelier than others. The few that the studio has no texts in are left to whatlang.

mod profile;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use studio_core::texts;
use unicode_normalization::char::is_combining_mark;
use whatlang::{Detector, Lang};

use self::profile::PROFILES;
use crate::text::without_marks;

/// Letters below which whatlang's guess is not taken: "ok", "hotel" and "taxi" are words of any language.
const FEWEST_LETTERS: usize = 12;
/// Least confidence of a guess of whatlang.
const LEAST_CONFIDENCE: f64 = 0.5;
/// Least probability of the language that is named.
const CLEAR: f64 = 0.8;
/// The same of a short text in another language than that of the conversation: it is followed at once, and often in error.
const CLEAR_OF_SHORT: f64 = 0.9;
/// Pieces of known words below which a text is short: seven words or so.
const SHORT: usize = 150;
/// Languages so near that a few words are as good in one as in another: "un vestido azul marino".
const NEAR: [&str; 5] = ["ca", "es", "gl", "it", "pt"];
/// Least pieces of known words: below, nothing is said, whatever the odds.
const FEWEST_PIECES: usize = 9;
/// The last of the Latin letters of Europe.
const LAST_LATIN: char = '\u{24f}';
/// Words of a text in which repetitions are looked for: more than are read of it.
const MOST_WORDS: usize = 5_000;
/// How much likelier one of the bot's languages is than another; a logarithm.
const OF_THE_BOT: f64 = 2.0;
/// How much likelier the language of the conversation is; a logarithm.
const AS_BEFORE: f64 = 1.0;
/// How much likelier it is besides, divided by the pieces of the text: the less was written, the more it counts what was before.
/// Chosen on short messages in nine languages: more hides the languages that visitors change to.
const BEFORE_SHORT: f64 = 40.0;

/// The languages that a bot speaks.
#[derive(Clone, Debug)]
pub(crate) struct Languages {
    /// Tags, as the bot names them.
    codes: Vec<String>,
    /// Those that only whatlang knows.
    others: Vec<(Lang, String)>,
    /// Whether every other language is wanted as well.
    all: bool,
}

/// A language and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Guess {
    /// As the bot names it, or as the folders of `locales/` are named.
    pub(crate) language: String,
    /// 0 to 1.
    pub(crate) probability: f64,
    /// Pieces of known words that tell it.
    pieces: usize,
}

impl Guess {
    /// Whether it is to be named. `before` is the language of the conversation.
    fn is_clear(&self, before: Option<&str>) -> bool {
        let goes_on = before.is_some_and(|before| kind(before) == kind(&self.language));
        let least = if goes_on || self.pieces >= SHORT { CLEAR } else { CLEAR_OF_SHORT };
        self.probability >= least
    }
}

impl Languages {
    pub(crate) fn new(codes: &[String]) -> Self {
        let others = codes.iter().filter(|code| !texts::speaks(code));
        let others = others.filter_map(|code| Some((of_code(code)?, code.clone()))).collect();
        Self { codes: codes.to_vec(), others, all: false }
    }

    /// The language of a text is wanted whichever it is.
    pub(crate) fn want_all(&mut self) {
        self.all = true;
    }

    pub(crate) fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Whether the bot has one language only, and no other is wanted.
    pub(crate) fn is_alone(&self) -> bool {
        self.codes.len() < 2 && !self.all
    }

    /// The language of a text, where it is clear; whether the bot speaks it or not. `before` is that of the conversation.
    pub(crate) fn clear(&self, text: &str, before: Option<&str>) -> Option<String> {
        let text = &*said_once(text);
        if let Some(other) = self.other(text) {
            return Some(other);
        }
        let guess = self.guess(text, before)?;
        let told_apart = before.is_none_or(|before| {
            guess.pieces >= SHORT || is_told_apart(text, &kind(&guess.language), &kind(before))
        });
        (told_apart && guess.is_clear(before)).then_some(guess.language)
    }

    /// The language that a text seems to be in, also where it is too short to be followed.
    pub(crate) fn seeming(&self, text: &str, before: Option<&str>) -> Option<String> {
        self.guess(text, before).filter(|guess| guess.probability >= CLEAR).map(|guess| guess.language)
    }

    /// The likeliest language, whether that is clear or not; nothing where there are hardly any words.
    pub(crate) fn guess(&self, text: &str, before: Option<&str>) -> Option<Guess> {
        let text = &*said_once(text);
        let evidence = PROFILES.evidence(text);
        if evidence.known == 0 || (evidence.known < FEWEST_PIECES && !is_dense(text)) {
            return None;
        }
        let own: Vec<String> = self.codes.iter().map(|code| kind(code)).collect();
        let before = before.map(kind);
        let of_before =
            AS_BEFORE + BEFORE_SHORT / f64::from(u32::try_from(evidence.known).unwrap_or(u32::MAX));
        let prior = |kind: &String| {
            let own = if own.contains(kind) { OF_THE_BOT } else { 0.0 };
            let before = if before.as_ref() == Some(kind) { of_before } else { 0.0 };
            own + before
        };
        let kinds = &PROFILES.kinds;
        let scores = evidence.scores.iter().zip(kinds).map(|(score, kind)| score + prior(kind));
        let scores: Vec<f64> = scores.collect();
        let (best, highest) =
            scores.iter().copied().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let share = |score: f64| (score - highest).exp();
        let all: f64 = scores.iter().map(|score| share(*score)).sum();
        // Varieties of one language do not take from each other.
        let same = scores.iter().zip(kinds).filter(|(_, kind)| **kind == kinds[best]);
        let probability = same.map(|(score, _)| share(*score)).sum::<f64>() / all;
        Some(Guess { language: self.named(PROFILES.languages[best]), probability, pieces: evidence.known })
    }

    /// How the bot names a language, or else its nearest variety that the bot speaks.
    fn named(&self, language: &str) -> String {
        let exactly = |code: &&String| texts::canonical(code) == language;
        let nearly = |code: &&String| kind(code) == kind(language);
        let codes = || self.codes.iter();
        codes()
            .find(exactly)
            .or_else(|| codes().find(nearly))
            .map_or_else(|| language.to_owned(), String::clone)
    }

    /// One of the bot's languages that the studio has no texts in.
    fn other(&self, text: &str) -> Option<String> {
        if self.others.is_empty() {
            return None;
        }
        let own = self.codes.iter().filter_map(|code| of_code(code)).collect::<Vec<_>>();
        let letters = text.chars().filter(|character| character.is_alphabetic()).count();
        let info = Detector::with_allowlist(own.clone()).detect(text)?;
        // A script of its own (Amharic, Khmer …) is clear from the first word.
        let alone =
            own.iter().all(|language| *language == info.lang() || !info.script().langs().contains(language));
        let clear = alone || (letters >= FEWEST_LETTERS && info.confidence() >= LEAST_CONFIDENCE);
        self.others
            .iter()
            .find(|(language, _)| clear && *language == info.lang())
            .map(|(_, code)| code.clone())
    }
}

/// Whether a word looks like one of some language: at least two of five of its runs of three letters stand in words that the studio
/// knows, with its marks or without. So it is with all but one in a thousand of the sample bot's words that are in no list, and with
/// half of those that were beaten on the keys. Only Latin letters are judged.
pub(crate) fn is_plausible(word: &str) -> bool {
    let is_seen = |word: &str| {
        let (known, all) = PROFILES.runs(word);
        5 * known >= 2 * all
    };
    let is_other = |letter: char| letter.is_alphabetic() && letter > LAST_LATIN;
    word.contains(is_other) || is_seen(word) || is_seen(&without_marks(word))
}

/// Whether a text has a frequent word of its language that the one before has not, where they are near each other.
fn is_told_apart(text: &str, language: &str, before: &str) -> bool {
    if language == before || !(NEAR.contains(&language) && NEAR.contains(&before)) {
        return true;
    }
    let lowered = text.to_lowercase();
    let frequent =
        |language: &str, word: &str| stop_words::lookup(language).unwrap_or_default().contains(&word);
    lowered
        .split(|letter: char| !letter.is_alphabetic())
        .any(|word| frequent(language, word) && !frequent(before, word))
}

/// A text with what is said three times in a row or more said once, and so where it is nothing but one word: "no no no" tells no
/// more of its language than "no".
fn said_once(text: &str) -> Cow<'_, str> {
    let is_part =
        |letter: char| letter.is_alphanumeric() || is_combining_mark(letter) || matches!(letter, '\'' | '’');
    let words: Vec<&str> =
        text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
    let runs = || words.chunk_by(is_same_word);
    let drones = |run: &[&str]| run.len() > 2 || (run.len() == 2 && words.len() == 2);
    if !runs().any(drones) {
        return Cow::Borrowed(text);
    }
    let once = runs().flat_map(|run| if drones(run) { &run[..1] } else { run });
    Cow::Owned(once.copied().collect::<Vec<_>>().join(" "))
}

fn is_same_word(one: &&str, next: &&str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(next.chars().flat_map(char::to_lowercase))
}

/// Whether two tags are of one language.
pub(crate) fn same_language(one: &str, other: &str) -> bool {
    kind(one) == kind(other)
}

/// What varieties of one language have in common: the language and, of Serbian, the script.
fn kind(tag: &str) -> String {
    let canonical = texts::canonical(tag);
    match canonical.split('-').next() {
        Some("sr") if canonical.contains("Latn") => "sr-Latn".to_owned(),
        Some(language) => language.to_owned(),
        None => canonical,
    }
}

/// Whether one letter says as much as a word of Latin ones: Chinese, Japanese, Korean, Thai.
fn is_dense(text: &str) -> bool {
    let dense = |letter: char| {
        matches!(
            letter,
            '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        )
    };
    text.chars().any(dense)
}

/// whatlang speaks ISO 639-3.
fn of_code(code: &str) -> Option<Lang> {
    let three = match code.split(['-', '_']).next()? {
        "af" => "afr",
        "am" => "amh",
        "ar" => "ara",
        "az" => "aze",
        "be" => "bel",
        "bg" => "bul",
        "bn" => "ben",
        "ca" => "cat",
        "cs" => "ces",
        "cy" => "cym",
        "da" => "dan",
        "de" => "deu",
        "el" => "ell",
        "en" => "eng",
        "eo" => "epo",
        "es" => "spa",
        "et" => "est",
        "fa" => "pes",
        "fi" => "fin",
        "fr" => "fra",
        "gu" => "guj",
        "he" => "heb",
        "hi" => "hin",
        "hr" => "hrv",
        "hu" => "hun",
        "hy" => "hye",
        "id" => "ind",
        "it" => "ita",
        "ja" => "jpn",
        "jv" => "jav",
        "ka" => "kat",
        "km" => "khm",
        "kn" => "kan",
        "ko" => "kor",
        "la" => "lat",
        "lt" => "lit",
        "lv" => "lav",
        "mk" => "mkd",
        "ml" => "mal",
        "mr" => "mar",
        "my" => "mya",
        "nb" | "no" => "nob",
        "ne" => "nep",
        "nl" => "nld",
        "or" => "ori",
        "pa" => "pan",
        "pl" => "pol",
        "pt" => "por",
        "ro" => "ron",
        "ru" => "rus",
        "si" => "sin",
        "sk" => "slk",
        "sl" => "slv",
        "sr" => "srp",
        "sv" => "swe",
        "ta" => "tam",
        "te" => "tel",
        "th" => "tha",
        "tk" => "tuk",
        "tl" => "tgl",
        "tr" => "tur",
        "uk" => "ukr",
        "ur" => "urd",
        "uz" => "uzb",
        "vi" => "vie",
        "yi" => "yid",
        "zh" => "cmn",
        "zu" => "zul",
        _ => return None,
    };
    Lang::from_code(three)
}
