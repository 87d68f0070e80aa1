//! What do the words of one language mean in dates, times, numbers and amounts?
//!
//! `languages/<code>.toml` is all that the finders know of a language: sections of `meaning = "phrase, phrase"`. Phrases
//! are compared without marks and without upper case, so that "février" is found as "fevrier" too. Whoever adds
//! a language writes a file and its line in `files.rs`; no finder names a language.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use super::sense::{Sense, Unit, Word};
use crate::{
    files::language_files,
    text::{Reading, Token, transliterate, without_marks},
};

/// The languages with their files, in alphabetical order but for English.
const FILES: [(&str, &str); 9] = language_files!("languages/", ".toml");

static ALL: LazyLock<Vec<Lexicon>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(code, file)| Lexicon::new(code, file).unwrap_or_else(|error| panic!("{code}.toml: {error}")))
        .collect()
});

/// The words of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) code: &'static str,
    pub(super) grammar: Grammar,
    /// What phrases mean, their folded words joined by spaces.
    senses: HashMap<String, Vec<Sense>>,
    /// What introduces nothing but a name, of some only before a colon: folded, without spaces.
    introductions: Vec<(Word, String)>,
    /// How many words the longest phrase has that begins with a word.
    first: HashMap<String, usize>,
    /// Words that number words are composed of, with their values.
    pub(super) atoms: HashMap<String, i64>,
    /// Those that are numbers only as part of a longer one.
    pub(super) bound: HashMap<String, i64>,
    /// Ordinals of one word.
    pub(super) ordinals: HashMap<String, i64>,
    /// Words that mean something else in this language than in another.
    everyday: HashSet<String>,
    /// Its frequent words, most of them of grammar.
    frequent: HashSet<String>,
}

/// How the language builds its expressions.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts about a language that do not exclude each other")]
pub(super) struct Grammar {
    /// Whether 1.234,56 is written.
    pub(super) decimal_comma: bool,
    /// Whether 1 234,56 is written.
    pub(super) spaced_thousands: bool,
    /// Whether several number words are written as one.
    pub(super) compound: bool,
    /// Whether units stand before tens: "dreiundzwanzig".
    pub(super) inverted: bool,
    /// Whether "hundred" and "thousand" need no "one" before them.
    pub(super) bare_hundred: bool,
    /// Whether 60 and 80 take 11 to 19: "quatre-vingt-dix".
    pub(super) twenties: bool,
    /// Whether eleven is "ten one".
    pub(super) ten_and_unit: bool,
    /// Words between parts of a number.
    pub(super) links: Vec<String>,
    /// Whether they link tens with units, not only hundreds with what follows.
    pub(super) links_tens: bool,
    /// What may stand behind the digits of an ordinal.
    pub(super) ordinal_endings: Vec<String>,
    /// What makes an ordinal of a number word.
    pub(super) ordinal_suffixes: Vec<String>,
    /// Whether "a week on friday" is the friday a week after the next.
    pub(super) week_on: bool,
    /// Whether "half five" is half an hour before five.
    pub(super) half_before: bool,
    /// Whether "half five" is half an hour after five.
    pub(super) half_after: bool,
    /// Before these a word for both is the morning, not tomorrow.
    pub(super) not_tomorrow: Vec<String>,
    /// Whether "December 24" is said, not only "24 December".
    pub(super) month_before_day: bool,
    /// Whether days of a month are plain numbers: "le 15 mai".
    pub(super) plain_days: bool,
    /// Whether "on the first" is a day.
    pub(super) ordinal_days: bool,
    /// Whether "next" may stand behind what it shifts: "lundi prochain".
    pub(super) adjective_behind: bool,
    /// What makes an hour of a number behind a day or a part of it: "dokuzda", "8'de".
    pub(super) hour_endings: Vec<String>,
    /// What makes "from" of a word, before "before" or "after": "cumadan önce".
    pub(super) from_endings: Vec<String>,
    /// Whether hours are counted in order: "o ósmej".
    pub(super) ordinal_hours: bool,
    /// Whether "dos horas y media" is how long something takes, and a time only behind "a las".
    pub(super) long_hours: bool,
    /// Whether "quarter six" is a quarter past five.
    pub(super) quarter_before: bool,
    /// Whether "2 à 5 euros" are two for five euros each.
    pub(super) to_is_price: bool,
    /// Whether "yüzde 20" and "%20" are written.
    pub(super) percent_before: bool,
    /// Whether "10 Downing Street" is written.
    pub(super) number_before_street: bool,
    /// Whether every noun has a capital letter, so that it says nothing of names.
    pub(super) noun_capitals: bool,
    /// How a word ends that is a street: "Hauptstraße".
    pub(super) street_endings: Vec<String>,
    /// What is cut from the front of a word at an apostrophe: "l'heure".
    elisions: Vec<String>,
    /// Endings that a word may have beside its form in the file.
    suffixes: Vec<String>,
    /// Whether the part behind an apostrophe is an ending: "5'te".
    endings_after_apostrophe: bool,
}

/// One word of a text, cut where the language cuts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: usize,
    /// Behind the word as it is compared.
    pub(super) stop: usize,
    /// Behind the word with its ending.
    pub(super) end: usize,
}

impl Cut {
    pub(super) fn whole(token: &Token) -> Self {
        Self { start: token.start, stop: token.end, end: token.end }
    }
}

impl Lexicon {
    /// The lexicon of a language, if there is one: ISO 639-1, perhaps with a region behind it.
    pub(super) fn of(language: &str) -> Option<&'static Self> {
        let base = language.split(['-', '_']).next()?;
        ALL.iter().find(|lexicon| lexicon.code.eq_ignore_ascii_case(base))
    }

    /// All of them.
    pub(super) fn all() -> &'static [Self] {
        &ALL
    }

    fn new(code: &'static str, file: &str) -> Result<Self, String> {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(file).map_err(|error| error.to_string())?;
        let mut lexicon = Self {
            code,
            grammar: grammar(sections.get("grammar").ok_or("it has no grammar")?)?,
            senses: HashMap::new(),
            introductions: Vec::new(),
            first: HashMap::new(),
            atoms: HashMap::new(),
            bound: HashMap::new(),
            ordinals: HashMap::new(),
            everyday: HashSet::new(),
            frequent: stop_words::lookup(code)
                .unwrap_or_default()
                .iter()
                .map(|word| without_marks(&Reading::new(word).text))
                .collect(),
        };
        for (section, entries) in &sections {
            for (key, phrases) in entries {
                let phrases = phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty());
                for phrase in phrases {
                    lexicon
                        .add(section, key, phrase)
                        .map_err(|problem| format!("[{section}] {key}: {problem}"))?;
                }
            }
        }
        Ok(lexicon)
    }

    fn add(&mut self, section: &str, key: &str, phrase: &str) -> Result<(), String> {
        let number = || key.parse::<i64>().map_err(|error| error.to_string());
        let sense = match section {
            "grammar" => return Ok(()),
            "everyday" => {
                self.everyday.insert(without_marks(phrase));
                return Ok(());
            }
            "numbers" => {
                let value = number()?;
                for folded in spellings(phrase) {
                    self.atoms.insert(folded, value);
                }
                return Ok(());
            }
            "bound" => {
                let value = number()?;
                for folded in spellings(phrase) {
                    self.bound.insert(folded, value);
                }
                return Ok(());
            }
            "ordinals" => {
                let value = number()?;
                if !phrase.contains([' ', '-']) {
                    for folded in spellings(phrase) {
                        self.ordinals.insert(folded, value);
                    }
                }
                Sense::Ordinal(value)
            }
            other => Sense::parse(other, key).ok_or("it has no such meaning")?,
        };
        for way in [without_marks as fn(&str) -> String, transliterate] {
            let reading = Reading::new(phrase);
            let words: Vec<String> =
                self.cut(&reading).iter().map(|cut| way(&reading.text[cut.start..cut.stop])).collect();
            let first = words.first().ok_or("an empty phrase")?.clone();
            let longest = self.first.entry(first).or_default();
            *longest = (*longest).max(words.len());
            if let Sense::Word(word @ (Word::PersonIntroduced | Word::PersonPerhaps)) = sense {
                self.introductions.push((word, words.concat()));
            }
            let senses = self.senses.entry(words.join(" ")).or_default();
            if !senses.contains(&sense) {
                senses.push(sense);
            }
        }
        Ok(())
    }

    /// The words of a text as this language cuts them.
    fn cut(&self, reading: &Reading<'_>) -> Vec<Cut> {
        reading
            .tokens
            .iter()
            .flat_map(|token| self.cut_word(reading, token).unwrap_or_else(|| vec![Cut::whole(token)]))
            .collect()
    }

    /// The words that a token is in this language, where that is not the whole of it.
    pub(super) fn cut_word(&self, reading: &Reading<'_>, token: &Token) -> Option<Vec<Cut>> {
        let (before, _) = reading.word(token).split_once('\'')?;
        let (whole, middle) = (Cut::whole(token), token.start + before.len());
        if self.grammar.endings_after_apostrophe {
            return Some(vec![Cut { stop: middle, ..whole }]);
        }
        let elided = self.grammar.elisions.iter().any(|elision| elision == before);
        elided.then(|| vec![Cut { stop: middle, end: middle, ..whole }, Cut { start: middle + 1, ..whole }])
    }

    /// What the phrases mean that begin with a word, with how many words they have; the longest first.
    pub(super) fn meanings(&self, folded: &[&str], found: &mut Vec<(Sense, usize)>) {
        let Some(word) = folded.first().copied() else { return };
        let longest = self.first.get(word).copied().unwrap_or_default();
        for count in (2..=longest.min(folded.len())).rev() {
            if let Some(senses) = self.senses.get(&folded[..count].join(" ")) {
                found.extend(senses.iter().map(|sense| (*sense, count)));
            }
        }
        match self.senses.get(word) {
            Some(senses) => found.extend(senses.iter().map(|sense| (*sense, 1))),
            None => found.extend(self.inflected(word).into_iter().flatten().map(|sense| (*sense, 1))),
        }
    }

    /// What a word means without one of the language's endings.
    fn inflected(&self, word: &str) -> Option<&Vec<Sense>> {
        self.grammar.suffixes.iter().find_map(|suffix| {
            let stem = word.strip_suffix(suffix.as_str())?;
            if stem.len() < 3 { None } else { self.senses.get(stem) }
        })
    }

    /// The month of this name.
    pub(super) fn month(&self, folded: &str) -> Option<i8> {
        self.senses.get(folded)?.iter().find_map(|sense| match sense {
            Sense::Month(month) => Some(*month),
            _ => None,
        })
    }

    /// The unit of time of this name.
    pub(super) fn unit(&self, folded: &str) -> Option<Unit> {
        self.senses.get(folded)?.iter().find_map(|sense| match sense {
            Sense::Unit(unit) => Some(*unit),
            _ => None,
        })
    }

    /// Whether a text may hold what introduces nothing but a name. `letters` are its letters and digits, folded: they tell it sooner
    /// than the words.
    pub(super) fn may_introduce(&self, letters: &str, has_colon: bool) -> bool {
        self.introductions.iter().any(|(word, phrase)| {
            (has_colon || *word == Word::PersonIntroduced) && letters.contains(phrase.as_str())
        })
    }

    /// Whether a word says "o'clock".
    pub(super) fn says_oclock(&self, folded: &str) -> bool {
        let oclock = Sense::Word(Word::Oclock);
        self.senses.get(folded).is_some_and(|senses| senses.contains(&oclock))
    }

    /// The unit of measure of this name.
    pub(super) fn measure(&self, folded: &str) -> Option<&'static str> {
        self.senses.get(folded)?.iter().find_map(|sense| match sense {
            Sense::Measure(unit) => Some(*unit),
            _ => None,
        })
    }

    /// The currency of this name.
    pub(super) fn currency(&self, folded: &str) -> Option<&'static str> {
        self.senses.get(folded)?.iter().find_map(|sense| match sense {
            Sense::Currency(code) => Some(*code),
            _ => None,
        })
    }

    /// The currency whose hundredth has this name.
    pub(super) fn cent(&self, folded: &str) -> Option<&'static str> {
        self.senses.get(folded)?.iter().find_map(|sense| match sense {
            Sense::Cent(code) => Some(*code),
            _ => None,
        })
    }

    /// Whether a word is an everyday one of this language, whatever it means in another.
    pub(super) fn is_everyday(&self, folded: &str) -> bool {
        self.everyday.contains(folded)
    }

    /// Whether a word is a frequent one of this language: "later", "again".
    pub(super) fn is_frequent(&self, folded: &str) -> bool {
        self.frequent.contains(folded)
    }

    /// Which meanings the file has, for the table of what each language has.
    #[cfg(test)]
    pub(super) fn knows(&self, wanted: impl Fn(&Sense) -> bool) -> bool {
        self.senses.values().flatten().any(wanted)
    }
}

/// A word without marks, and with umlauts as people type them without the keys.
fn spellings(word: &str) -> [String; 2] {
    let word = Reading::new(word).text;
    [without_marks(&word), transliterate(&word)]
}

fn grammar(entries: &BTreeMap<String, String>) -> Result<Grammar, String> {
    let mut grammar = Grammar::default();
    for (key, value) in entries {
        let list = || {
            value.split(',').map(|word| without_marks(&Reading::new(word.trim()).text)).collect::<Vec<_>>()
        };
        let yes = value == "yes";
        match key.as_str() {
            "decimal_comma" => grammar.decimal_comma = yes,
            "spaced_thousands" => grammar.spaced_thousands = yes,
            "compound" => grammar.compound = yes,
            "inverted" => grammar.inverted = yes,
            "bare_hundred" => grammar.bare_hundred = yes,
            "twenties" => grammar.twenties = yes,
            "ten_and_unit" => grammar.ten_and_unit = yes,
            "month_before_day" => grammar.month_before_day = yes,
            "ordinal_days" => grammar.ordinal_days = yes,
            "plain_days" => grammar.plain_days = yes,
            "adjective_behind" => grammar.adjective_behind = yes,
            "ordinal_hours" => grammar.ordinal_hours = yes,
            "long_hours" => grammar.long_hours = yes,
            "quarter_before" => grammar.quarter_before = yes,
            "percent_before" => grammar.percent_before = yes,
            "to_is_price" => grammar.to_is_price = yes,
            "number_before_street" => grammar.number_before_street = yes,
            "noun_capitals" => grammar.noun_capitals = yes,
            "street_endings" => grammar.street_endings = list(),
            "links_tens" => grammar.links_tens = yes,
            "half_before" => grammar.half_before = yes,
            "week_on" => grammar.week_on = yes,
            "endings_after_apostrophe" => grammar.endings_after_apostrophe = yes,
            "links" => grammar.links = list(),
            "ordinal_endings" => grammar.ordinal_endings = list(),
            "ordinal_suffixes" => grammar.ordinal_suffixes = list(),
            "hour_endings" => grammar.hour_endings = list(),
            "from_endings" => grammar.from_endings = list(),
            "half_after" => grammar.half_after = yes,
            "not_tomorrow" => grammar.not_tomorrow = list(),
            "elisions" => grammar.elisions = list(),
            "suffixes" => grammar.suffixes = list(),
            other => return Err(format!("the grammar has no `{other}`")),
        }
    }
    Ok(grammar)
}

#[cfg(test)]
mod tests {
    use super::{super::sense::Part, *};

    #[test]
    fn every_file_is_readable() {
        for (code, file) in FILES {
            let lexicon = Lexicon::new(code, file);
            assert!(lexicon.is_ok(), "{code}: {lexicon:?}");
        }
        assert!(Lexicon::new("xx", "[grammar]\ncolour = \"yes\"").is_err());
        assert!(Lexicon::new("xx", "[grammar]\n[weekdays]\n9 = \"x\"").is_err());
    }

    #[test]
    fn what_every_language_must_have() {
        for lexicon in Lexicon::all() {
            let mut missing = Vec::new();
            let mut must = |what: String, has: bool| {
                if !has {
                    missing.push(what);
                }
            };
            for number in (0..=20).chain([30, 40, 50, 60, 70, 80, 90, 100, 1_000, 1_000_000]) {
                let has = lexicon.atoms.values().chain(lexicon.bound.values()).any(|value| *value == number);
                let composed = lexicon.grammar.ten_and_unit && (11..20).contains(&number);
                must(format!("number {number}"), has || composed);
            }
            for day in 1..=7 {
                must(format!("weekday {day}"), lexicon.knows(|sense| *sense == Sense::Weekday(day)));
            }
            for month in 1..=12 {
                must(format!("month {month}"), lexicon.knows(|sense| *sense == Sense::Month(month)));
            }
            for shift in -2..=2 {
                must(format!("day {shift}"), lexicon.knows(|sense| *sense == Sense::Day(shift)));
            }
            for unit in Unit::ALL {
                let has = unit == Unit::Fortnight || lexicon.knows(|sense| *sense == Sense::Unit(unit));
                must(format!("unit {unit:?}"), has);
            }
            for part in Part::ALL {
                must(format!("part {part:?}"), lexicon.knows(|sense| *sense == Sense::Part(part)));
            }
            for word in Word::EVERYWHERE.iter().copied() {
                must(format!("word {word:?}"), lexicon.knows(|sense| *sense == Sense::Word(word)));
            }
            for number in 1..=12 {
                must(format!("ordinal {number}"), lexicon.knows(|sense| *sense == Sense::Ordinal(number)));
            }
            assert!(missing.is_empty(), "{} lacks {missing:?}", lexicon.code);
        }
    }
}
