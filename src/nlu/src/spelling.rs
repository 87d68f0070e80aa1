//! Which words of a message are misspelt, and which were meant?
//!
//! 1. A word is misspelt that no phrase has, that is no word of the bot's languages as far as the studio knows them (`listed`, and
//!    their stop words), and that is one slip from a word of the phrases (`slips`). A wrong letter counts in words of six letters or
//!    more: shorter ones with another letter are other words, "life" and "like", "stack" and "stock".
//! 2. Where several words are one slip away, the one is meant that is in clearly more phrases, or else none.
//!
//! It is asked of messages that are not clear as they stand, so that a word that nobody misspelt costs nothing there.

mod listed;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    slips,
    text::{Reading, Token, key_of},
};

/// Letters of words that are looked at.
const LETTERS: Range<usize> = 3..25;
/// Letters of a word in which one may be wrong.
const WRONG: usize = 6;
/// Phrases that must have a word which is meant by one of three letters.
const FREQUENT: u32 = 5;
/// A word is in clearly more phrases than another where it is in so many times as many.
const CLEARLY: u32 = 3;
/// Most words of a message that are looked at.
const MOST_WORDS: usize = 12;

/// The words that a bot knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spelling {
    /// Those of its phrases, in order.
    words: Vec<Word>,
    /// Frequent ones of its languages.
    frequent: BTreeSet<String>,
    /// Others of its languages. Nobody misspelt them, but a message with them may be about something else.
    listed: Vec<&'static listed::Words>,
}

/// A word of the phrases.
#[derive(Clone, Debug)]
struct Word {
    /// As it is compared.
    text: Box<str>,
    /// How many phrases have it.
    count: u32,
    looks: Looks,
}

/// What tells most words at once that are more than a slip from each other.
#[derive(Clone, Copy, Debug)]
struct Looks {
    letters: usize,
    /// Which of 32 kinds of letters it has, a bit for each.
    kinds: u32,
}

impl Looks {
    fn of(word: &str) -> Self {
        let kinds = word.chars().fold(0_u32, |kinds, letter| kinds | (1_u32 << (u32::from(letter) % 32)));
        Self { letters: letters(word), kinds }
    }

    /// Whether a slip may lead from one to the other: it takes a letter and brings another at most.
    fn is_near(self, other: Self) -> bool {
        self.letters.abs_diff(other.letters) <= 1 && (self.kinds ^ other.kinds).count_ones() <= 2
    }
}

/// A message as it was meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mended {
    pub(crate) text: String,
    /// Where words were changed: in this text, and in the original.
    words: Vec<(Range<usize>, Range<usize>)>,
    /// How many words stay that are in no phrase and not frequent.
    strange: usize,
}

impl Mended {
    /// Whether more of its strange words were mended than stay. Of what is about something else a word is near one of the bot's now
    /// and then, but hardly most are.
    pub(crate) fn is_of_the_bot(&self) -> bool {
        self.words.len() > self.strange
    }

    /// Where a stretch of this text stands in the original, in bytes; one that begins or ends within a changed word has all of it.
    pub(crate) fn original(&self, stretch: Range<usize>) -> Range<usize> {
        let last = |is_before: &dyn Fn(usize) -> bool| {
            self.words.iter().rev().find(|(mended, _)| is_before(mended.start))
        };
        let start = match last(&|start| start <= stretch.start) {
            Some((mended, original)) if stretch.start < mended.end => original.start,
            Some((mended, original)) => original.end + (stretch.start - mended.end),
            None => stretch.start,
        };
        let end = match last(&|start| start < stretch.end) {
            Some((mended, original)) if stretch.end <= mended.end => original.end,
            Some((mended, original)) => original.end + (stretch.end - mended.end),
            None => stretch.end,
        };
        start..end
    }
}

impl Spelling {
    /// Of normalised phrases, in these languages (ISO 639-1).
    pub(crate) fn new<'p>(phrases: impl Iterator<Item = &'p str>, languages: &[String]) -> Self {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for phrase in phrases {
            for word in phrase.split(' ').collect::<BTreeSet<&str>>() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let words =
            counts.into_iter().map(|(word, count)| Word { text: word.into(), count, looks: Looks::of(word) });
        let codes = || languages.iter().filter_map(|tag| tag.split(['-', '_']).next());
        let frequent = codes().flat_map(|code| stop_words::lookup(code).unwrap_or_default());
        Self {
            words: words.filter(|word| LETTERS.contains(&word.looks.letters)).collect(),
            frequent: frequent.map(|word| Reading::new(word).key()).collect(),
            listed: codes().filter_map(listed::of).collect(),
        }
    }

    /// The message with its misspelt words as they were meant; nothing where it has none.
    pub(crate) fn mended(&self, reading: &Reading<'_>, is_known: impl Fn(&Token) -> bool) -> Option<Mended> {
        let text = String::with_capacity(reading.original.len());
        let mut mended = Mended { text, words: Vec::new(), strange: 0 };
        let mut end = 0;
        for token in reading.tokens.iter().filter(|token| !is_known(token)).take(MOST_WORDS) {
            let typed = key_of(reading.word(token));
            let Some(meant) = self.meant(&typed) else {
                mended.strange += usize::from(typed.contains(char::is_alphabetic) && !self.has(&typed));
                continue;
            };
            let (start, after) = reading.place(token.start, token.end);
            let Some(between) = reading.original.get(end..start) else { continue };
            mended.text.push_str(between);
            let place = mended.text.len()..mended.text.len() + meant.len();
            mended.text.push_str(meant);
            mended.words.push((place, start..after));
            end = after;
        }
        mended.text.push_str(&reading.original[end..]);
        (!mended.words.is_empty()).then_some(mended)
    }

    /// The word that was meant by one that is in no phrase.
    fn meant(&self, typed: &str) -> Option<&str> {
        let mut beginning = typed.chars();
        let (first, second) = (beginning.next()?, beginning.next()?);
        let looks = Looks::of(typed);
        let is_word = LETTERS.contains(&looks.letters) && typed.chars().all(char::is_alphabetic);
        let is_right = || self.has(typed) || self.listed.iter().any(|words| words.contains(typed));
        if !is_word || is_right() {
            return None;
        }
        let mut found: Vec<(&str, u32)> = self.beginning_with(first, typed, looks).collect();
        if second != first {
            found.extend(self.beginning_with(second, typed, looks));
        }
        found.sort_unstable_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
        let &(word, count) = found.first()?;
        let is_clear = found.get(1).is_none_or(|(_, other)| count >= other.saturating_mul(CLEARLY));
        is_clear.then_some(word)
    }

    /// Whether a word is one of the phrases, however its marks were typed, or frequent.
    fn has(&self, typed: &str) -> bool {
        let is_in_phrases = || self.words.binary_search_by(|word| (*word.text).cmp(typed)).is_ok();
        self.frequent.contains(typed) || is_in_phrases()
    }

    /// The words that begin with a letter and are one slip from another of these looks.
    fn beginning_with(&self, letter: char, typed: &str, looks: Looks) -> impl Iterator<Item = (&str, u32)> {
        let first = |word: &Word| word.text.chars().next();
        let from = self.words.partition_point(|word| first(word) < Some(letter));
        let to = self.words.partition_point(|word| first(word) <= Some(letter));
        self.words[from..to]
            .iter()
            .filter(move |word| word.looks.is_near(looks) && is_meant(word, typed, looks.letters))
            .map(|word| (word.text.as_ref(), word.count))
    }
}

/// Whether a word may be meant by another of this length.
fn is_meant(word: &Word, typed: &str, length: usize) -> bool {
    let is_long_enough = length > LETTERS.start || word.count >= FREQUENT;
    is_long_enough && slips::is_slip(&word.text, typed) && may_be_wrong(&word.text, typed, length)
}

/// Whether a letter that stands for another, if one does, may be a slip.
fn may_be_wrong(word: &str, typed: &str, length: usize) -> bool {
    if letters(word) != length {
        return true;
    }
    // Where two are others they changed places.
    let others = word.chars().zip(typed.chars()).filter(|(one, other)| one != other).count();
    others > 1 || length >= WRONG
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHRASES: [&str; 13] = [
        "where is my order",
        "where is my parcel",
        "where is it",
        "when is it there",
        "i would like to return my boots",
        "return my boats",
        "return the orders",
        "return this",
        "what does it cost",
        "what is this",
        "what for",
        "what now",
        "what else",
    ];

    fn mended(text: &str) -> Option<Mended> {
        mended_beside(&PHRASES, "en", text)
    }

    fn mended_beside(phrases: &[&str], language: &str, text: &str) -> Option<Mended> {
        let spelling = Spelling::new(phrases.iter().copied(), &[language.to_owned()]);
        let reading = Reading::new(text);
        let is_known = |token: &Token| {
            phrases.iter().any(|phrase| phrase.split(' ').any(|word| word == reading.word(token)))
        };
        spelling.mended(&reading, is_known)
    }

    #[test]
    fn words_are_mended_that_are_one_slip_from_those_of_the_phrases() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(mended(text).map(|mended| mended.text).as_deref(), expected, "{text}");
        };
        check("Wher is my ordr, 4711?", Some("where is my order, 4711?"));
        check("hwere is my pracel", Some("where is my parcel"));
        check("I woudl like to retrun it", Some("I would like to return it"));
        check("retorn this", Some("return this"));
        // All words are known, or none is near.
        check("where is my order 4711", None);
        check("zxcvb qwrtz 4711 ok", None);
        check("", None);
        // A letter too many, another one in a short word, and another beginning.
        check("costa rica", Some("cost rica"));
        check("to the lake", None);
        check("who lost there", None);
        check("burn my boots", None);
        // Of three letters what is frequent is meant, of two nothing.
        check("fo wat", Some("fo what"));
        check("when nw", None);
        // Either of two.
        check("my bots", None);
        // What is frequent in the language is no slip.
        check("here were others", None);
        // Marks are no slip.
        check("whére is my bôots", None);
    }

    #[test]
    fn words_of_the_language_are_not_mended() {
        let phrases = ["is the tent in stock", "what is your address", "can i pay in cash", "a better price"];
        let check = |language: &str, text: &str, expected: Option<&str>| {
            let mended = mended_beside(&phrases, language, text).map(|mended| mended.text);
            assert_eq!(mended.as_deref(), expected, "{language}: {text}");
        };
        // By another letter, and by a letter more.
        check("en", "the zip is stuck", None);
        check("en", "the app did crash", None);
        // In no list, but too short for another letter.
        check("en", "the tent is in the stack", None);
        // Another language's are none of this one.
        check("es", "crash", Some("cash"));
        check("es", "stuck", None);
        // What is no word is mended as before.
        check("en", "your adress", Some("your address"));
        check("en", "is it in stcok", Some("is it in stock"));
        check("en", "a bettar price", Some("a better price"));
        // They stay strange all the same: a message of such words is about something else.
        let of_else = mended_beside(&phrases, "en", "stuck, crash, adress");
        assert_eq!(of_else.map(|mended| mended.is_of_the_bot()), Some(false));
    }

    #[test]
    fn what_stays_strange_is_of_something_else() {
        let check = |text: &str, expected: bool| {
            assert_eq!(mended(text).map(|mended| mended.is_of_the_bot()), Some(expected), "{text}");
        };
        check("wher is my ordr 4711", true);
        check("wher is my ordr zxcvb", true);
        check("others retrun this", true);
        check("where is the woudl zxcvb", false);
        check("qwrtz plomf ordr", false);
    }

    #[test]
    fn places_lead_back_to_the_original() {
        let text = "Häh? wher is my ordr 4711 now";
        let mended = mended(text).expect("two words are misspelt");
        assert_eq!(mended.text, "Häh? where is my order 4711 now");
        let check = |words: &str, expected: &str| {
            let start = mended.text.find(words).expect("it stands there");
            assert_eq!(&text[mended.original(start..start + words.len())], expected, "{words}");
        };
        check("Häh?", "Häh?");
        check("where", "wher");
        check("here is", "wher is");
        check("is my", "is my");
        check("my ord", "my ordr");
        check("order 4711", "ordr 4711");
        check("4711 now", "4711 now");
    }
}
