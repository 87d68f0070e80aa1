//! Which number do words name?
//!
//! Words, or the parts that a word is composed of, are read left to right as small sums: units add up where there is
//! room behind tens or hundreds, "hundred" multiplies what stands before it in its group, "thousand" and "million"
//! close a group. What differs between languages is in their [`Grammar`].

use super::lexicon::{Grammar, Lexicon};

/// Letters from which an ordinal may be two words written as one: "fortyfirst".
const GLUED_FROM: usize = 9;
/// Longest word that is taken apart.
const LONGEST: usize = 80;

/// Whether a number may begin with a word; most words can be passed over by this alone.
pub(super) fn may_begin(lexicon: &Lexicon, word: &str) -> bool {
    lexicon.atoms.contains_key(word)
        || lexicon.bound.contains_key(word)
        || lexicon.ordinals.contains_key(word)
        || word.starts_with(|first: char| first.is_ascii_digit())
        || word.len() >= GLUED_FROM
        || ((lexicon.grammar.compound || !lexicon.grammar.ordinal_suffixes.is_empty()) && word.len() > 3)
}

/// The number that a run of folded words begins with, and how many of the words name it.
pub(super) fn cardinal(lexicon: &Lexicon, words: &[&str]) -> Option<(i64, usize)> {
    let mut sum = Sum::new(&lexicon.grammar);
    let mut used = 0;
    for (place, word) in words.iter().enumerate() {
        let link = lexicon.grammar.links.iter().any(|link| link == word);
        if link && !lexicon.atoms.contains_key(*word) {
            if !sum.link() {
                break;
            }
            continue;
        }
        let Some(atoms) = parts(lexicon, word, words.get(place + 1)) else { break };
        if !sum.push_all(&atoms) {
            break;
        }
        used = place + 1;
    }
    (used > 0).then(|| (sum.total + sum.group, used))
}

/// Which in a row the words name: "twenty first", "einundzwanzigsten", "3rd".
pub(super) fn ordinal(lexicon: &Lexicon, words: &[&str]) -> Option<(i64, usize)> {
    let word = words.first()?;
    let tens = |word: &str| {
        lexicon.atoms.get(word).copied().filter(|tens| *tens % 10 == 0 && (10..100).contains(tens))
    };
    let unit = |word: &str| lexicon.ordinals.get(word).copied().filter(|unit| (1..10).contains(unit));
    if let (Some(tens), Some(unit)) = (tens(word), words.get(1).and_then(|next| unit(next))) {
        return Some((tens + unit, 2));
    }
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        let digits = word.trim_end_matches(|last: char| !last.is_ascii_digit());
        let ending = &word[digits.len()..];
        let plausible = digits.len() <= 3 && lexicon.grammar.ordinal_endings.iter().any(|it| it == ending);
        return digits.parse().ok().filter(|_| plausible).map(|value| (value, 1));
    }
    // "twentyfirst"
    let two = |(name, value): (&String, &i64)| {
        let before = tens(word.strip_suffix(name.as_str())?)?;
        (1..10).contains(value).then_some(before + value)
    };
    let glued = (word.len() >= GLUED_FROM).then(|| lexicon.ordinals.iter().find_map(two)).flatten();
    let stem = || {
        lexicon.grammar.ordinal_suffixes.iter().find_map(|suffix| {
            let atoms = parts(lexicon, word.strip_suffix(suffix.as_str())?, None)?;
            let mut sum = Sum::new(&lexicon.grammar);
            (sum.push_all(&atoms) && sum.total + sum.group > 1).then_some(sum.total + sum.group)
        })
    };
    let plain = || lexicon.ordinals.get(*word).copied();
    glued.or_else(plain).or_else(stem).map(|value| (value, 1))
}

/// A part of a number word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Atom {
    Value(i64),
    Link,
}

/// What one word is composed of.
fn parts(lexicon: &Lexicon, word: &str, next: Option<&&str>) -> Option<Vec<Atom>> {
    if let Some(value) = lexicon.atoms.get(word) {
        return Some(vec![Atom::Value(*value)]);
    }
    if let Some(value) = lexicon.bound.get(word) {
        let multiplied = next.and_then(|next| lexicon.atoms.get(*next)).is_some_and(|next| *next >= 100);
        return multiplied.then(|| vec![Atom::Value(*value)]);
    }
    if !lexicon.grammar.compound
        || word.len() > LONGEST
        || word.starts_with(|first: char| first.is_ascii_digit())
    {
        return None;
    }
    let mut atoms = Vec::new();
    (taken_apart(lexicon, word, &mut atoms) && atoms.len() > 1).then_some(atoms)
}

/// The longest part that leaves something which can be taken apart as well.
fn taken_apart(lexicon: &Lexicon, word: &str, atoms: &mut Vec<Atom>) -> bool {
    if word.is_empty() {
        return true;
    }
    for end in (1..=word.len()).rev().filter(|end| word.is_char_boundary(*end)) {
        let part = &word[..end];
        let value = lexicon.atoms.get(part).or_else(|| lexicon.bound.get(part));
        let link = !atoms.is_empty() && lexicon.grammar.links.iter().any(|link| link == part);
        let atom = match value {
            Some(value) => Atom::Value(*value),
            None if link => Atom::Link,
            None => continue,
        };
        atoms.push(atom);
        if atoms.len() < 24 && taken_apart(lexicon, &word[end..], atoms) {
            return true;
        }
        atoms.pop();
    }
    false
}

/// A number as far as it was read.
#[derive(Clone)]
struct Sum<'g> {
    grammar: &'g Grammar,
    total: i64,
    group: i64,
    /// What may still follow within the group is less than this: 100 after nothing or hundreds, 10 after tens.
    room: i64,
    scale_room: i64,
    linked: bool,
    any: bool,
}

impl<'g> Sum<'g> {
    fn new(grammar: &'g Grammar) -> Self {
        Self { grammar, total: 0, group: 0, room: 100, scale_room: i64::MAX, linked: false, any: false }
    }

    /// All parts of one word, or none of them.
    fn push_all(&mut self, atoms: &[Atom]) -> bool {
        let mut next = self.clone();
        let fits = atoms.iter().all(|atom| match atom {
            Atom::Value(value) => next.push(*value),
            // Within a word "und" joins units with tens as well.
            Atom::Link => {
                next.linked = true;
                next.any
            }
        });
        if fits {
            *self = next;
        }
        fits
    }

    fn link(&mut self) -> bool {
        let fits = self.any && if self.grammar.links_tens { self.room > 1 } else { self.room == 100 };
        self.linked = fits;
        fits
    }

    fn push(&mut self, value: i64) -> bool {
        let linked = std::mem::take(&mut self.linked);
        let unit = self.group % 100;
        let tens = value % 10 == 0 && (value >= 20 || (self.grammar.ten_and_unit && value == 10));
        let fits = match value {
            0 => !self.any,
            1..=99 if tens && linked && self.grammar.inverted && (1..10).contains(&unit) => {
                self.group += value;
                self.room = 1;
                true
            }
            20 if self.grammar.twenties && unit == 4 && self.room == 1 => {
                self.group += 76;
                self.room = 20;
                true
            }
            1..=99 if value < self.room => {
                let twenty = self.grammar.twenties && matches!(value, 60 | 80);
                self.group += value;
                let units = tens && (self.room == 100 || value == 10);
                self.room = if twenty {
                    20
                } else if units {
                    10
                } else {
                    1
                };
                true
            }
            100 if self.group == 0 && self.room == 100 && self.grammar.bare_hundred => {
                self.group = 100;
                true
            }
            100 if (1..100).contains(&self.group) => {
                self.group *= 100;
                self.room = 100;
                true
            }
            101..=999 if self.group == 0 && self.room == 100 => {
                self.group = value;
                true
            }
            1_000.. if value < self.scale_room => {
                let bare = self.group == 0 && self.total == 0 && self.grammar.bare_hundred;
                let group = if bare { 1 } else { self.group };
                match group.checked_mul(value).and_then(|scaled| self.total.checked_add(scaled)) {
                    Some(total) if group > 0 => {
                        (self.total, self.group, self.room, self.scale_room) = (total, 0, 100, value);
                        true
                    }
                    Some(_) | None => false,
                }
            }
            _ => false,
        };
        self.any |= fits;
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbers() {
        let check = |language: &str, text: &str, expected: Option<(i64, usize)>| {
            let lexicon = Lexicon::of(language).unwrap();
            let text = crate::text::without_marks(text);
            let found = cardinal(lexicon, &text.split(' ').collect::<Vec<_>>());
            assert_eq!(found, expected, "{language}: {text}");
        };
        check("en", "five", Some((5, 1)));
        check("en", "twenty five", Some((25, 2)));
        check("en", "one hundred and five euros", Some((105, 4)));
        check("en", "two thousand three hundred", Some((2300, 4)));
        check("en", "two hundred and five thousand", Some((205_000, 5)));
        check("en", "a hundred", Some((100, 2)));
        check("en", "a hundred and", Some((100, 2)));
        check("en", "five six", Some((5, 1)));
        check("en", "two and three", Some((2, 1)));
        check("en", "twenty twelve", Some((20, 1)));
        check("en", "a dog", None);
        check("en", "and", None);
        check("en", "hundred", None);
        check("de", "fünf", Some((5, 1)));
        check("de", "fuenf", Some((5, 1)));
        check("de", "zwölf", Some((12, 1)));
        check("de", "zwo", Some((2, 1)));
        check("de", "einundzwanzig", Some((21, 1)));
        check("de", "dreissig", Some((30, 1)));
        check("de", "hundert", Some((100, 1)));
        check("de", "zweihundertdreiundvierzig", Some((243, 1)));
        check("de", "tausendeins", Some((1001, 1)));
        check("de", "zweitausendsechsundzwanzig", Some((2026, 1)));
        check("de", "eins", Some((1, 1)));
        check("de", "ein", None);
        check("de", "hund", None);
        check("de", "undzwanzig", None);
        check("fr", "vingt et un", Some((21, 3)));
        check("fr", "soixante quinze", Some((75, 2)));
        check("fr", "soixante et onze", Some((71, 3)));
        check("fr", "quatre vingt dix sept", Some((97, 4)));
        check("fr", "quatre vingts", Some((80, 2)));
        check("fr", "deux cent trois", Some((203, 3)));
        check("fr", "mille neuf cent", Some((1900, 3)));
        check("fr", "deux et trois", Some((2, 1)));
        check("es", "treinta y cinco", Some((35, 3)));
        check("es", "veintidós", Some((22, 1)));
        check("es", "doscientos cuarenta y uno", Some((241, 4)));
        check("es", "mil quinientos", Some((1500, 2)));
        check("es", "dos y tres", Some((2, 1)));
        check("it", "ventuno", Some((21, 1)));
        check("it", "trentotto", Some((38, 1)));
        check("it", "duecentocinquanta", Some((250, 1)));
        check("it", "duemilaventisei", Some((2026, 1)));
        check("it", "centouno", Some((101, 1)));
        check("pt", "vinte e três", Some((23, 3)));
        check("pt", "duzentos e cinquenta", Some((250, 3)));
        check("pt", "mil e duzentos", Some((1200, 3)));
        check("nl", "drieëntwintig", Some((23, 1)));
        check("nl", "tweehonderdvijftig", Some((250, 1)));
        check("nl", "honderd en vijf", Some((105, 3)));
        check("pl", "dwadzieścia pięć", Some((25, 2)));
        check("pl", "dwieście trzydzieści", Some((230, 2)));
        check("pl", "dwa tysiące", Some((2000, 2)));
        check("pl", "pięciu", Some((5, 1)));
        check("tr", "yirmi beş", Some((25, 2)));
        check("tr", "on iki", Some((12, 2)));
        check("tr", "yüz elli", Some((150, 2)));
        check("tr", "iki bin yirmi altı", Some((2026, 4)));
    }

    #[test]
    fn ordinals_are_places() {
        let check = |language: &str, text: &str, expected: Option<(i64, usize)>| {
            let lexicon = Lexicon::of(language).unwrap();
            let text = crate::text::without_marks(text);
            let found = ordinal(lexicon, &text.split(' ').collect::<Vec<_>>());
            assert_eq!(found, expected, "{language}: {text}");
        };
        check("en", "twenty first", Some((21, 2)));
        check("en", "twentyfirst", Some((21, 1)));
        check("en", "3rd", Some((3, 1)));
        check("en", "3th4", None);
        check("en", "month", None);
        check("de", "zwanzigsten", Some((20, 1)));
        check("de", "einunddreissigsten", Some((31, 1)));
        check("de", "vierter", Some((4, 1)));
        check("de", "garten", None);
        check("nl", "twintigste", Some((20, 1)));
        check("fr", "2eme", Some((2, 1)));
        check("fr", "cinquieme", Some((5, 1)));
        check("tr", "on birinci", Some((11, 2)));
    }
}
