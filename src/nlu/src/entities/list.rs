//! Which values of a bot's list does a text name, even misspelt or inflected?
//!
//! 1. Values and synonyms are folded to letters and digits without spaces, so that "T-Shirt", "t shirt" and
//!    "tshirt" are one; a stretch of whole words is compared with them.
//! 2. The same letters are a sure find. The same but for a German or English ending is nearly one.
//! 3. If the list is fuzzy, one slip (a letter wrong, missing, too many, or two swapped) is forgiven in
//!    four to seven letters, two in eight or more; but not in a word that the bot's phrases or everyday speech know.

use std::collections::{BTreeMap, HashMap};

use rapidfuzz::distance::damerau_levenshtein;
use serde_json::Value;

use super::Find;
use crate::text::{Reading, Token, transliterate, without_marks};

/// Words of a text that are looked at for misspellings.
const FUZZY_WORDS: usize = 200;
/// Longest entry, in words.
const MOST_WORDS: usize = 12;
/// What stands between two things, not within the name of one.
const PARTING: [char; 8] = [',', ';', ':', '!', '?', '(', ')', '\n'];
/// Letters from which an entry may have an ending.
const INFLECTED_FROM: usize = 4;
const ENDINGS: [&str; 10] = ["e", "n", "s", "en", "er", "es", "em", "ern", "se", "nen"];
const INFLECTED: f64 = 0.95;

/// Everyday words that are one slip away from some product's name.
const EVERYDAY: &str = "about after again also back been call came can't case come could date does done dont each even \
    ever find from gave gets give goes gone good hand have hello help here home just keep kind know last late left less \
    like line long look lost made mail make many mean more most move much must name need next nice note only open over \
    paid part past pick read rent right same save seem sell send sent show side size some soon sort still stop such sure \
    take talk tell test text than thanks that them then there these they thing think this time told took turn used very \
    wait want week well went were what when where which while will wish with word work would year yet your \
    aber alle alles also auch bald beim bitte bleibt brauche danke dann darf dass dein denn diese dieser doch dort durch \
    eine einen einer eines etwas euch euer fehlt frage ganz geben geht gern gibt gute guten habe haben hallo hast hatte heute hier \
    ihre immer jede jeder jetzt kann kannst kauf kaufen kein keine kommt konnte lange leider liegt machen mache mehr mein \
    meine meinen meiner mich mir moment morgen muss nach nein nicht nichts noch oder ohne passt sagen schon sehr seid sein \
    seine seit selbst sich sind soll sollte steht suche tage tagen test text toll unser unter viel viele vielen vom warte \
    warum weil welche wenig wenn werde werden wieder will wird wissen woche wollen wurde zeit zurück zwei";

/// The values of one entity, ready to be looked for.
#[derive(Clone, Debug)]
pub(super) struct List {
    entries: Vec<Entry>,
    /// Entries by their folded letters.
    exact: HashMap<String, usize>,
    /// Entries by how many letters they have.
    by_length: BTreeMap<usize, Vec<usize>>,
    most_words: usize,
    fuzzy: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    value: String,
    letters: Vec<char>,
    words: usize,
    /// Which letters occur, one bit each: most entries can be told to be too far away by this alone.
    seen: u64,
}

impl List {
    pub(super) fn new(values: &BTreeMap<String, Vec<String>>, fuzzy: bool) -> Self {
        let mut list = Self {
            entries: Vec::new(),
            exact: HashMap::new(),
            by_length: BTreeMap::new(),
            most_words: 0,
            fuzzy,
        };
        // Names first: a synonym that is also another value's name means that value.
        for value in values.keys() {
            list.add(value, value);
        }
        for (value, synonyms) in values {
            for synonym in synonyms {
                list.add(value, synonym);
            }
        }
        list
    }

    fn add(&mut self, value: &str, name: &str) {
        let reading = Reading::new(name);
        let words = reading.tokens.len();
        if words == 0 || words > MOST_WORDS {
            return;
        }
        for folded in spellings(&reading, &reading.tokens) {
            let index = self.entries.len();
            if self.exact.contains_key(&folded) {
                continue;
            }
            let letters: Vec<char> = folded.chars().collect();
            self.by_length.entry(letters.len()).or_default().push(index);
            self.entries.push(Entry { value: value.to_owned(), seen: seen(&letters), letters, words });
            self.exact.insert(folded, index);
        }
        self.most_words = self.most_words.max(words);
    }

    /// All finds, overlapping ones too.
    pub(super) fn find(&self, reading: &Reading<'_>, knows_word: &impl Fn(&str) -> bool) -> Vec<Find> {
        let mut finds = Vec::new();
        if self.entries.is_empty() {
            return finds;
        }
        let tokens = &reading.tokens;
        for first in 0..tokens.len() {
            // One word more than the longest entry has: "back pack" for "backpack".
            for last in first..tokens.len().min(first + self.most_words + 1) {
                let window = &tokens[first..=last];
                if last > first && reading.text[tokens[last - 1].end..tokens[last].start].contains(PARTING) {
                    break;
                }
                let spellings = spellings(reading, window);
                let (start, end) = (window[0].start, window[window.len() - 1].end);
                let mut find = spellings.iter().find_map(|folded| self.same(folded));
                if find.is_none() && self.fuzzy && last < FUZZY_WORDS {
                    let intended = |token: &Token| {
                        let word = reading.word(token);
                        knows_word(word) || EVERYDAY.split_ascii_whitespace().any(|everyday| everyday == word)
                    };
                    if !window.iter().all(intended) {
                        find = spellings.iter().find_map(|folded| self.similar(folded, window.len()));
                    }
                }
                if let Some((entry, confidence)) = find {
                    let value = Value::from(self.entries[entry].value.as_str());
                    finds.push(Find { start, end, value, confidence });
                }
            }
        }
        finds
    }

    /// The entry with the same letters, or with the same but for an ending.
    fn same(&self, folded: &str) -> Option<(usize, f64)> {
        if let Some(entry) = self.exact.get(folded) {
            return Some((*entry, 1.0));
        }
        ENDINGS.iter().find_map(|ending| {
            let stem = folded.strip_suffix(ending)?;
            let entry = *self.exact.get(stem)?;
            (self.entries[entry].letters.len() >= INFLECTED_FROM).then_some((entry, INFLECTED))
        })
    }

    /// The nearest entry of as many words within the slips that its length forgives.
    fn similar(&self, folded: &str, words: usize) -> Option<(usize, f64)> {
        let letters: Vec<char> = folded.chars().collect();
        // Numbers are not misspelt: 4711 is not nearly 4712.
        if letters.iter().any(char::is_ascii_digit) {
            return None;
        }
        let seen = seen(&letters);
        let mut best: Option<(usize, usize)> = None;
        for (_, entries) in self.by_length.range(letters.len().saturating_sub(2)..=letters.len() + 2) {
            for index in entries {
                let entry = &self.entries[*index];
                let forgiven = slips(entry.letters.len()).min(best.map_or(2, |(_, distance)| distance));
                let plausible = forgiven > 0
                    && entry.words == words
                    && entry.letters.len().abs_diff(letters.len()) <= forgiven
                    && (entry.seen ^ seen).count_ones() as usize <= 2 * forgiven
                    && (entry.letters.len() > 5 || entry.letters[0] == letters[0]);
                if !plausible {
                    continue;
                }
                let distance =
                    damerau_levenshtein::distance(entry.letters.iter().copied(), letters.iter().copied());
                if distance <= forgiven && best.is_none_or(|(_, nearest)| distance < nearest) {
                    best = Some((*index, distance));
                }
            }
        }
        best.map(|(entry, distance)| (entry, if distance <= 1 { 0.85 } else { 0.7 }))
    }
}

/// The folded letters of some words: umlauts as plain letters (as in a plural: Rucksäcke), and as `ae`.
fn spellings(reading: &Reading<'_>, tokens: &[Token]) -> Vec<String> {
    let folded =
        |fold: fn(&str) -> String| tokens.iter().map(|token| fold(reading.word(token))).collect::<String>();
    let plain = folded(without_marks);
    if reading.text.is_ascii() {
        // Typed without umlaut keys: "rucksaecke" is "rucksacke".
        let reduced = plain.replace("ae", "a").replace("oe", "o").replace("ue", "u");
        return if reduced == plain { vec![plain] } else { vec![plain, reduced] };
    }
    let typed = folded(transliterate);
    if typed == plain { vec![plain] } else { vec![plain, typed] }
}

fn slips(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

fn seen(letters: &[char]) -> u64 {
    letters.iter().fold(0, |seen, letter| seen | 1 << (u32::from(*letter) % 64))
}
