//! What do the words of a language say of feelings?
//!
//! `languages/<code>.toml` has sections of `meaning = "phrase, phrase"`. A word that ends with `*` stands for all that
//! begin so. Of the phrases that begin at a word the longest counts, so that "not bad" is no "bad".

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use super::words::{Word, Words, fold};
use crate::{files::language_files, text::transliterate};

const FILES: [(&str, &str); 9] = language_files!("languages/", ".toml");

/// Bytes of a stem by which it is looked up; none is shorter.
const HEAD: usize = 2;

static ALL: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(code, file)| Lexicon::new(code, file).unwrap_or_else(|error| panic!("{code}.toml: {error}")))
        .collect()
});

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    Signs::new(include_str!("emoji.toml")).unwrap_or_else(|error| panic!("emoji.toml: {error}"))
});

/// The words of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) code: &'static str,
    /// Phrases by their first word.
    whole: HashMap<String, Vec<Phrase>>,
    /// Those whose first word is a stem, by its first bytes.
    stems: HashMap<[u8; HEAD], Vec<Phrase>>,
    /// Single words that are profane.
    pub(super) profane: HashSet<String>,
}

#[derive(Debug)]
struct Phrase {
    /// The stem; empty where the first word is the key.
    stem: String,
    rest: Vec<Part>,
    sense: Sense,
}

#[derive(Debug)]
struct Part {
    text: String,
    is_stem: bool,
}

/// What a phrase means. Phrases of one kind exclude each other, the longest counts; those of two kinds do not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sense {
    /// -4 to 4.
    Feel(f64),
    Not,
    /// As [`Self::Not`], of what stands before it.
    NotBefore,
    Very,
    Little,
    But,
    /// Joins two clauses.
    And,
    Urgent,
    /// Something that looks urgent and is not.
    Calm,
    Profane,
    /// Asks where a clause begins with it.
    Asks,
    AsksAnywhere,
    /// Begins like a question and is none.
    Tells,
    /// A frequent word, by which the language is known.
    Frequent,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Feeling,
    Grammar,
    Urgency,
    Profanity,
    Question,
    Language,
}
const KINDS: usize = 6;

impl Sense {
    fn kind(self) -> Kind {
        match self {
            Self::Feel(_) => Kind::Feeling,
            Self::Not | Self::NotBefore | Self::Very | Self::Little | Self::But | Self::And => Kind::Grammar,
            Self::Urgent | Self::Calm => Kind::Urgency,
            Self::Profane => Kind::Profanity,
            Self::Asks | Self::AsksAnywhere | Self::Tells => Kind::Question,
            Self::Frequent => Kind::Language,
        }
    }
}

/// What a language sees in a message.
#[derive(Default)]
pub(super) struct Marks {
    /// Words that the language knows.
    pub(super) known: usize,
    /// Place, words and strength of what is felt, in order, without overlaps; 0 is nothing.
    pub(super) feels: Vec<(usize, usize, f64)>,
    /// By word.
    pub(super) grammar: Vec<Option<Sense>>,
    pub(super) profane: Vec<bool>,
    pub(super) urgent: bool,
    pub(super) asks: bool,
}

impl Lexicon {
    pub(super) fn of(code: &str) -> Option<&'static Self> {
        let code = code.split(['-', '_']).next()?;
        ALL.iter().find(|lexicon| lexicon.code == code)
    }

    fn new(code: &'static str, file: &str) -> Result<Self, String> {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(file).map_err(|error| error.to_string())?;
        let mut lexicon =
            Self { code, whole: HashMap::new(), stems: HashMap::new(), profane: HashSet::new() };
        for (section, meanings) in &sections {
            for (meaning, phrases) in meanings {
                for phrase in phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                    if (section.as_str(), meaning.as_str()) == ("profanity", "harmless") {
                        continue;
                    }
                    let sense = sense(section, meaning)
                        .ok_or_else(|| format!("`{meaning}` of [{section}] means nothing"))?;
                    lexicon.add(phrase, sense)?;
                }
            }
        }
        // English is understood everywhere, but for words that mean something else.
        if code != "en"
            && let Some((_, english)) = FILES.first()
        {
            let english: BTreeMap<String, BTreeMap<String, String>> =
                toml::from_str(english).map_err(|error| error.to_string())?;
            let words = |sections: &BTreeMap<String, BTreeMap<String, String>>, meaning: &str| {
                let list = sections.get("profanity").and_then(|section| section.get(meaning));
                let list = list.map(String::as_str).unwrap_or_default().to_owned();
                list.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()
            };
            let harmless = words(&sections, "harmless");
            let rude = words(&english, "words");
            for word in rude.iter().filter(|word| !harmless.contains(word) && !word.contains(' ')) {
                if !lexicon.whole.contains_key(word) {
                    lexicon.add(word, Sense::Profane)?;
                }
            }
        }
        Ok(lexicon)
    }

    fn add(&mut self, phrase: &str, sense: Sense) -> Result<(), String> {
        let parts: Vec<Part> = phrase
            .split_whitespace()
            .flat_map(|word| {
                let (word, is_stem) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
                let words = fold(word);
                let last = words.len().saturating_sub(1);
                words
                    .into_iter()
                    .enumerate()
                    .map(move |(place, text)| Part { text, is_stem: is_stem && place == last })
                    .collect::<Vec<_>>()
            })
            .collect();
        self.insert(parts, sense, phrase)?;
        // "ae" for "ä", as it is typed without the key.
        if phrase.contains(['ä', 'ö', 'ü']) {
            let typed: String = phrase.split(' ').map(transliterate_all).collect::<Vec<_>>().join(" ");
            if !typed.contains(['ä', 'ö', 'ü']) && self.code == "de" {
                self.add(&typed, sense)?;
            }
        }
        Ok(())
    }

    fn insert(&mut self, mut parts: Vec<Part>, sense: Sense, phrase: &str) -> Result<(), String> {
        if parts.is_empty() {
            return Err(format!("`{phrase}` has no words"));
        }
        let first = parts.remove(0);
        if sense == Sense::Profane && parts.is_empty() && !first.is_stem {
            self.profane.insert(first.text.clone());
        }
        if first.is_stem {
            let head: Option<[u8; HEAD]> =
                first.text.as_bytes().get(..HEAD).and_then(|head| head.try_into().ok());
            let head = head.ok_or_else(|| format!("the stem of `{phrase}` is too short"))?;
            self.stems.entry(head).or_default().push(Phrase { stem: first.text, rest: parts, sense });
        } else {
            let phrase = Phrase { stem: String::new(), rest: parts, sense };
            self.whole.entry(first.text).or_default().push(phrase);
        }
        Ok(())
    }

    /// What this language sees in a message.
    pub(super) fn marks(&self, words: &Words<'_>) -> Marks {
        let count = words.all.len();
        let mut marks = Marks { grammar: vec![None; count], profane: vec![false; count], ..Marks::default() };
        // Up to which word a phrase of each kind reaches.
        let mut reach = [0_usize; KINDS];
        // Whether only greetings stand before in the clause.
        let mut opening = true;
        for (index, word) in words.all.iter().enumerate() {
            let mut found: [Option<(usize, Sense)>; KINDS] = [None; KINDS];
            self.at(words, index, &mut |length, sense| {
                let best = &mut found[sense.kind() as usize];
                let longer = best.is_none_or(|(known, other)| {
                    length > known || (length == known && outranks(sense, other))
                });
                if longer {
                    *best = Some((length, sense));
                }
            });
            opening |= word.begins;
            if found.iter().any(Option::is_some) {
                marks.known += 1;
            }
            for (length, sense) in found.into_iter().flatten() {
                let reach = &mut reach[sense.kind() as usize];
                if index < *reach {
                    continue;
                }
                match sense {
                    Sense::Feel(strength) => marks.feels.push((index, length, strength)),
                    Sense::Not | Sense::NotBefore | Sense::Very | Sense::Little | Sense::But | Sense::And => {
                        marks.grammar[index] = Some(sense);
                    }
                    Sense::Urgent => {
                        let before = index.checked_sub(1).and_then(|before| marks.grammar[before]);
                        let negated = matches!(before, Some(Sense::Not | Sense::NotBefore)) && !word.begins;
                        marks.urgent |= !negated;
                    }
                    Sense::Calm | Sense::Tells | Sense::Frequent => {}
                    Sense::Profane => marks.profane[index..(index + length).min(count)].fill(true),
                    Sense::Asks => {
                        if !opening {
                            continue;
                        }
                        marks.asks = true;
                    }
                    Sense::AsksAnywhere => marks.asks = true,
                }
                *reach = index + length;
            }
            opening = opening && is_greeting(&word.folded);
        }
        marks
    }

    /// Tells the length and the meaning of every phrase that begins at a word.
    fn at(&self, words: &Words<'_>, index: usize, tell: &mut impl FnMut(usize, Sense)) {
        let word = &words.all[index];
        let rest = &words.all[index + 1..];
        let fits = |phrase: &Phrase| {
            phrase.rest.len() <= rest.len() && phrase.rest.iter().zip(rest).all(|(part, word)| part.is(word))
        };
        for form in [Some(&word.folded), word.other.as_ref()].into_iter().flatten() {
            for phrase in self.whole.get(form.as_ref()).into_iter().flatten() {
                if fits(phrase) {
                    tell(phrase.rest.len() + 1, phrase.sense);
                }
            }
            let head: Option<[u8; HEAD]> = form.as_bytes().get(..HEAD).and_then(|head| head.try_into().ok());
            let Some(stems) = head.and_then(|head| self.stems.get(&head)) else { continue };
            for phrase in stems {
                if form.starts_with(phrase.stem.as_str()) && fits(phrase) {
                    tell(phrase.rest.len() + 1, phrase.sense);
                }
            }
        }
    }
}

impl Part {
    fn is(&self, word: &Word<'_>) -> bool {
        [Some(&word.folded), word.other.as_ref()].into_iter().flatten().any(|form| {
            if self.is_stem { form.starts_with(self.text.as_str()) } else { form.as_ref() == self.text }
        })
    }
}

/// Of two meanings of the same words: that they mean nothing, or what they do to others.
fn outranks(sense: Sense, other: Sense) -> bool {
    match (sense, other) {
        (Sense::Feel(mine), Sense::Feel(theirs)) => {
            mine == 0.0 || (theirs != 0.0 && mine.abs() > theirs.abs())
        }
        (Sense::NotBefore, Sense::Not) | (Sense::Calm, Sense::Urgent) | (Sense::Tells, _) => true,
        _ => false,
    }
}

fn sense(section: &str, meaning: &str) -> Option<Sense> {
    Some(match (section, meaning) {
        ("feeling", strength) => Sense::Feel(strength.parse().ok()?),
        ("grammar", "and") => Sense::And,
        ("grammar", "nothing") => Sense::Feel(0.0),
        ("language", "words") => Sense::Frequent,
        ("grammar", "not") => Sense::Not,
        ("grammar", "after") => Sense::NotBefore,
        ("grammar", "very") => Sense::Very,
        ("grammar", "little") => Sense::Little,
        ("grammar", "but") => Sense::But,
        ("urgency", "urgent") => Sense::Urgent,
        ("urgency", "calm") => Sense::Calm,
        ("profanity", "words") => Sense::Profane,
        ("question", "first") => Sense::Asks,
        ("question", "anywhere") => Sense::AsksAnywhere,
        ("question", "not") => Sense::Tells,
        _ => return None,
    })
}

fn transliterate_all(word: &str) -> String {
    let (word, star) = word.strip_suffix('*').map_or((word, ""), |word| (word, "*"));
    format!("{}{star}", transliterate(&word.to_lowercase()))
}

/// Words with which a message opens before it says what it is about.
fn is_greeting(word: &str) -> bool {
    const GREETINGS: [&str; 30] = [
        "hi", "hello", "hey", "hallo", "servus", "moin", "hola", "bonjour", "salut", "coucou", "ciao",
        "salve", "hoi", "dag", "czesc", "hej", "ola", "oi", "merhaba", "selam", "please", "bitte", "and",
        "und", "so", "ok", "okay", "y", "et", "e",
    ];
    GREETINGS.contains(&word)
}

/// Signs that mean the same everywhere.
#[derive(Debug)]
pub(super) struct Signs {
    emoji: HashMap<char, f64>,
    profane: Vec<char>,
    urgent: Vec<char>,
    pub(super) emoticons: Vec<(String, f64)>,
}

impl Signs {
    pub(super) fn get() -> &'static Self {
        &SIGNS
    }

    fn new(file: &str) -> Result<Self, String> {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(file).map_err(|error| error.to_string())?;
        let mut signs =
            Self { emoji: HashMap::new(), profane: Vec::new(), urgent: Vec::new(), emoticons: Vec::new() };
        let strength = |meaning: &str| meaning.parse::<f64>().map_err(|error| format!("{meaning}: {error}"));
        for (meaning, list) in sections.get("feeling").into_iter().flatten() {
            let emoji = list.split_whitespace().filter_map(|sign| sign.chars().next());
            match meaning.as_str() {
                "profane" => signs.profane = emoji.collect(),
                "urgent" => signs.urgent = emoji.collect(),
                meaning => {
                    let strength = strength(meaning)?;
                    signs.emoji.extend(emoji.map(|sign| (sign, strength)));
                }
            }
        }
        for (meaning, list) in sections.get("emoticons").into_iter().flatten() {
            let strength = strength(meaning)?;
            signs.emoticons.extend(list.split_whitespace().map(|sign| (sign.to_owned(), strength)));
        }
        Ok(signs)
    }

    pub(super) fn feel(&self, text: &str) -> Option<f64> {
        if text.is_ascii() {
            return None;
        }
        self.emoji.get(&text.chars().next()?).copied()
    }

    pub(super) fn is_profane(&self, text: &str) -> bool {
        !text.is_ascii() && text.chars().any(|sign| self.profane.contains(&sign))
    }

    pub(super) fn is_urgent(&self, text: &str) -> bool {
        !text.is_ascii() && text.chars().any(|sign| self.urgent.contains(&sign))
    }

    /// What the small faces of a text say together: `:)`, `:-(`.
    pub(super) fn faces(&self, text: &str) -> f64 {
        if !text.bytes().any(|byte| matches!(byte, b':' | b';' | b'=' | b'<' | b'^' | b')'))
            && !text.contains("xD")
        {
            return 0.0;
        }
        let pieces = text.split_whitespace();
        pieces
            .filter_map(|piece| {
                let face = |(sign, _): &&(String, f64)| {
                    piece == sign.as_str()
                        || piece.strip_suffix(sign.as_str()).is_some_and(|before| {
                            sign.len() > 1
                                && sign.starts_with([':', ';', '=', '<'])
                                && before.ends_with(|letter: char| {
                                    letter.is_alphabetic() || "!.?".contains(letter)
                                })
                        })
                };
                self.emoticons.iter().find(face).map(|(_, strength)| *strength)
            })
            .sum()
    }
}
