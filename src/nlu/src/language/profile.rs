//! How do words look in each of the studio's languages?
//!
//! A naive Bayes model over pieces of words: all runs of one to five letters, with the space before and after a word,
//! so that short words stand in it whole. It is counted when it is first needed, from the studio's own texts and from
//! lists of frequent words, and takes 2 MB.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use studio_core::texts;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::kind;

/// Letters of the longest piece.
const LONGEST: usize = 5;
/// Letters of the pieces by which a word looks like one.
const RUN: usize = 3;
/// Letters of a text that are read: what is not clear after these never will be.
const READ_LETTERS: usize = 300;
/// What a piece that a language does not have counts as.
const UNSEEN: f64 = 0.1;
/// Weights are kept as sixteenths.
const STEP: f64 = 16.0;
/// Pieces overlap, so their evidence is not independent: a letter counts about this often.
const OVERLAP: f64 = 5.0;

/// What is known of all languages.
pub(super) static PROFILES: LazyLock<Profiles> = LazyLock::new(Profiles::new);

pub(super) struct Profiles {
    /// As the folders of `locales/` are named.
    pub(super) languages: Vec<&'static str>,
    /// What each has in common with its varieties.
    pub(super) kinds: Vec<String>,
    /// Where the pieces begin whose hashes begin with these 16 bits, and at last where all end.
    beginnings: Vec<u32>,
    /// Hashes of all pieces in order, each with where its languages begin.
    pieces: Vec<(u32, u32)>,
    /// The languages that have a piece, and how much more it says for them than for one that has not.
    weights: Vec<(u8, u8)>,
    /// What a piece of so many letters says for a language that has it not.
    unseen: Vec<[f64; LONGEST]>,
}

/// What a text says for each language.
pub(super) struct Evidence {
    /// Logarithms of likelihoods, in the order of [`Profiles::languages`].
    pub(super) scores: Vec<f64>,
    /// Pieces of the text that any language has.
    pub(super) known: usize,
}

impl Profiles {
    fn new() -> Self {
        let languages: Vec<&'static str> = texts::languages().take(usize::from(u8::MAX)).collect();
        let mut counts: HashMap<u32, (usize, BTreeMap<u8, f64>)> = HashMap::new();
        let mut totals = vec![[0.0; LONGEST]; languages.len()];
        for (place, language) in (0..=u8::MAX).zip(&languages) {
            let frequent = stop_words::lookup(listed(language)).unwrap_or_default();
            let own = texts::prose(language);
            for text in own.iter().map(String::as_str).chain(frequent.iter().copied()) {
                each_piece(text, usize::MAX, |length, hash| {
                    totals[usize::from(place)][length - 1] += 1.0;
                    let (_, of_languages) = counts.entry(hash).or_insert_with(|| (length, BTreeMap::new()));
                    *of_languages.entry(place).or_default() += 1.0;
                });
            }
        }
        let mut kinds = [0.0; LONGEST];
        for (length, _) in counts.values() {
            kinds[length - 1] += 1.0;
        }
        let unseen = |total: &[f64; LONGEST]| {
            std::array::from_fn(|place| (UNSEEN / (total[place] + UNSEEN * kinds[place])).ln())
        };
        let unseen = totals.iter().map(unseen).collect();
        Self::packed(
            languages,
            counts.into_iter().map(|(hash, (_, counts))| (hash, counts)).collect(),
            unseen,
        )
    }

    fn packed(
        languages: Vec<&'static str>,
        mut counts: Vec<(u32, BTreeMap<u8, f64>)>,
        unseen: Vec<[f64; LONGEST]>,
    ) -> Self {
        counts.sort_unstable_by_key(|(hash, _)| *hash);
        let (mut pieces, mut weights) = (Vec::with_capacity(counts.len() + 1), Vec::new());
        let mut beginnings = vec![0; (1 << 16) + 1];
        for (hash, of_languages) in counts {
            pieces.push((hash, size(weights.len())));
            beginnings[usize::from(top(hash)) + 1] = size(pieces.len());
            weights.extend(of_languages.into_iter().map(|(language, count)| (language, weight(count))));
        }
        pieces.push((u32::MAX, size(weights.len())));
        for place in 1..beginnings.len() {
            beginnings[place] = beginnings[place].max(beginnings[place - 1]);
        }
        let kinds = languages.iter().map(|language| kind(language)).collect();
        Self { languages, kinds, beginnings, pieces, weights, unseen }
    }

    pub(super) fn evidence(&self, text: &str) -> Evidence {
        let mut scores = vec![0.0; self.languages.len()];
        let mut lengths = [0.0; LONGEST];
        let mut known = 0;
        each_piece(text, READ_LETTERS, |length, hash| {
            let Some(weights) = self.find(hash) else { return };
            known += 1;
            lengths[length - 1] += 1.0;
            for (language, weight) in weights {
                scores[usize::from(*language)] += f64::from(*weight) / STEP;
            }
        });
        for (score, unseen) in scores.iter_mut().zip(&self.unseen) {
            *score += lengths.iter().zip(unseen).map(|(count, unseen)| count * unseen).sum::<f64>();
            *score /= OVERLAP;
        }
        Evidence { scores, known }
    }

    /// Of the runs of three letters of a word, with the spaces around it, how many some language has, and how many there are.
    pub(super) fn runs(&self, word: &str) -> (usize, usize) {
        let (mut known, mut all) = (0, 0);
        each_piece(word, READ_LETTERS, |length, hash| {
            if length == RUN {
                all += 1;
                known += usize::from(self.find(hash).is_some());
            }
        });
        (known, all)
    }

    fn find(&self, hash: u32) -> Option<&[(u8, u8)]> {
        let top = usize::from(top(hash));
        let (from, to) = (self.beginnings[top] as usize, self.beginnings[top + 1] as usize);
        let place = from + self.pieces[from..to].iter().position(|(known, _)| *known == hash)?;
        Some(&self.weights[self.pieces[place].1 as usize..self.pieces[place + 1].1 as usize])
    }
}

/// The code of a language in the lists of frequent words; no list is of Serbian in Latin letters.
fn listed(language: &'static str) -> &'static str {
    match language {
        "nb" => "no",
        "fil" => "tl",
        "pt-BR" => "pt",
        "zh-Hans" => "zh",
        other => other,
    }
}

/// How much more a piece says for a language that has it so often, in sixteenths.
fn weight(count: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
    let weight = (((count + UNSEEN) / UNSEEN).ln() * STEP).round().clamp(0.0, 255.0) as u8;
    weight
}

fn top(hash: u32) -> u16 {
    u16::try_from(hash >> 16).unwrap_or(u16::MAX)
}

/// Places in tables of some hundred thousand entries.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Calls `found` with the length and the hash of each piece of the words of a text.
fn each_piece(text: &str, most_letters: usize, mut found: impl FnMut(usize, u32)) {
    let mut word = vec![' '];
    let mut end = |word: &mut Vec<char>| {
        if word.len() > 1 {
            word.push(' ');
            for start in 0..word.len() {
                // FNV-1a over the letters.
                let mut hash = 0x811c_9dc5_u32;
                for length in 1..=LONGEST.min(word.len() - start) {
                    hash = (hash ^ u32::from(word[start + length - 1])).wrapping_mul(0x0100_0193);
                    if length > 1 || word[start] != ' ' {
                        // Its low bits are mixed best, and the table asks for the high ones.
                        found(length, hash.wrapping_add(size(length)).wrapping_mul(0x9e37_79b1));
                    }
                }
            }
        }
        word.truncate(1);
    };
    for letter in text.nfc().flat_map(char::to_lowercase).take(most_letters) {
        match letter {
            // A joiner of Persian and of the scripts of India, the dot of İ: as good as nothing.
            '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{307}' => {}
            '’' => word.push('\''),
            letter if letter.is_alphabetic() || is_combining_mark(letter) || letter == '\'' => {
                word.push(letter);
            }
            _ => end(&mut word),
        }
    }
    end(&mut word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_knows_the_pieces_of_its_words() {
        let german = PROFILES.languages.iter().position(|language| *language == "de").expect("German");
        let evidence = PROFILES.evidence("und nicht");
        let best = evidence.scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!((best - evidence.scores[german]).abs() < f64::EPSILON, "{:?}", evidence.scores);
        assert_eq!(evidence.known, 36, "runs of 1 to 5 in `_und_` and `_nicht_`");
        assert_eq!(PROFILES.evidence("4711 …").known, 0);
    }
}
