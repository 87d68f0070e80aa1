//! Which terms of the documents may a word of the question stand for?

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analysis::{Analyzer, Asked, Role, Weight},
    index::{Partition, View, term},
};

/// Words of a question that are looked for; a longer text is asked by its first ones.
const MOST_WORDS: usize = 48;
/// Terms that a word may stand for besides itself.
const MOST_VARIANTS: usize = 12;
/// What a variant is worth against the word itself.
const KIN: f64 = 0.8;
const ONE_MISTAKE: f64 = 0.8;
const TWO_MISTAKES: f64 = 0.6;
const BEGINNING: f64 = 0.7;
const PART: f64 = 0.7;
/// What a variant is worth at least that is the word itself, written differently.
const SAME: f64 = 0.8;
/// Letters of a word from which on it may be misspelt, or unfinished by itself, and have two mistakes.
const SHORTEST_MISSPELT: usize = 5;
const TWICE_MISSPELT: usize = 8;
/// Letters of a word from which on it may be unfinished, beside others.
const SHORTEST_BEGINNING: usize = 3;
/// Shortest part of a compound, and least that must be left of it, in characters.
const SHORTEST_PART: usize = 4;
const SHORTEST_REST: usize = 3;
/// Letters of a word that may be two which the documents write apart, and least of each of these.
const JOINED: std::ops::RangeInclusive<usize> = 8..=24;
const SHORTEST_JOINED: usize = 4;

/// A word of the question with all that it may stand for.
#[derive(Debug)]
pub struct Sought {
    /// Terms as the documents have them, with their worth (0 to 1); the word itself is worth 1.
    pub terms: BTreeMap<String, f64>,
    /// Inverse document frequency, times the share of [`Weight`]: what the word says.
    pub information: f64,
    pub weight: Weight,
    /// No document has it, nor what it may be misspelt from. Never so of pairs of characters and of numbers.
    pub strange: bool,
    /// Said behind a topic and "for" or "with": whom or what that is for, and not what is asked about.
    pub aside: bool,
    /// The first half of a word that was split; the next one is the other.
    pub half: bool,
    /// Number of its clause in the question.
    pub clause: usize,
}

impl Sought {
    /// The terms that are the word itself, in another form or misspelt; not what it is a part of.
    pub fn forms(&self) -> impl Iterator<Item = &String> {
        self.terms.iter().filter(|(_, worth)| **worth >= SAME).map(|(term, _)| term)
    }
}

/// The informative words of a question, each once.
pub fn expand(
    view: &View,
    partition: &Partition,
    question: Vec<Asked>,
    analyzer: &mut Analyzer,
) -> tantivy::Result<Vec<Sought>> {
    let compounds = analyzer.has_compounds();
    let mut seen = BTreeSet::new();
    let mut words: Vec<Open> = Vec::new();
    let (mut topic, mut aside) = (false, false);
    for asked in question {
        aside |= topic && asked.role == Role::Aside;
        topic |= asked.weight == Weight::Full;
        if asked.weight != Weight::None && words.len() < MOST_WORDS && seen.insert(asked.terms.clone()) {
            let word = Open { aside, ..Open::of(view, partition, asked)? };
            match parted(view, partition, &word, analyzer)? {
                Some(parts) => words.extend(parts),
                None => words.push(word),
            }
        }
    }
    let topics = words.iter().filter(|word| word.asked.weight == Weight::Full).count();
    for word in &mut words {
        word.alone = topics < 2;
        word.add_kin(view, partition, analyzer)?;
    }
    if words.iter().any(|word| word.wants(compounds)) {
        scan(view, partition, &mut words, compounds)?;
    }
    let words = words.into_iter().map(|word| word.into_sought(partition.passages));
    Ok(words.collect())
}

struct Open {
    asked: Asked,
    letters: Vec<char>,
    /// No other word of the question says what it is about.
    alone: bool,
    aside: bool,
    half: bool,
    /// Passages that have the word itself.
    frequency: u64,
    /// Those of its variants that are of one family with it.
    kin: BTreeSet<String>,
    /// Worth and frequency of the variants found.
    variants: BTreeMap<String, (f64, u64)>,
}

impl Open {
    fn of(view: &View, partition: &Partition, asked: Asked) -> tantivy::Result<Self> {
        let mut frequency = 0;
        for word in &asked.terms {
            let term = term(view.fields.text, partition.number, word);
            frequency = frequency.max(view.searcher.doc_freq(&term)?);
        }
        let letters = asked.terms.first().map(|term| term.chars().collect()).unwrap_or_default();
        let (kin, variants) = (BTreeSet::new(), BTreeMap::new());
        Ok(Self { asked, letters, alone: false, aside: false, half: false, frequency, kin, variants })
    }

    fn add_kin(&mut self, view: &View, partition: &Partition, analyzer: &Analyzer) -> tantivy::Result<()> {
        let kin: Vec<String> = self.asked.terms.iter().flat_map(|term| analyzer.kin(term)).collect();
        for other in kin {
            let frequency = view.searcher.doc_freq(&term(view.fields.text, partition.number, &other))?;
            if frequency > 0 && !self.asked.terms.contains(&other) {
                self.kin.insert(other.clone());
                self.variants.insert(other, (KIN, frequency));
            }
        }
        Ok(())
    }

    /// Whether other terms than its own are of interest. Numbers are meant as they stand.
    fn wants(&self, compounds: bool) -> bool {
        let word = &self.asked.word;
        let letters = !word.gram && word.text.chars().any(char::is_alphabetic);
        letters && (self.frequency == 0 || word.open || compounds)
    }

    /// What `term` is worth as a variant of this word.
    fn worth(&self, term: &str, letters: &[char], compounds: bool) -> Option<f64> {
        let mine = self.asked.terms.first()?;
        let written = self.asked.word.text.chars().count();
        let mut worth: Option<f64> = None;
        let mut offer = |offered: f64| worth = Some(worth.map_or(offered, |worth: f64| worth.max(offered)));
        // By itself a short word is one: "my car" does not begin "card".
        let least = if self.alone { SHORTEST_MISSPELT } else { SHORTEST_BEGINNING };
        if self.asked.word.open && written >= least && term.starts_with(mine.as_str()) {
            offer(BEGINNING);
        }
        if compounds && let Some(share) = part(mine, self.letters.len(), term, letters.len()) {
            offer(PART * share);
        }
        let allowed = self.forgiven(written);
        if self.frequency == 0 && self.letters.len().abs_diff(letters.len()) <= allowed {
            match mistakes(&self.letters, letters, allowed) {
                Some(0 | 1) => offer(ONE_MISTAKE),
                Some(_) => offer(TWO_MISTAKES),
                None => {}
            }
        }
        worth
    }

    /// Mistakes that the writer may have made. A short word, and one that says little, is meant as it stands: "love" is
    /// not "lose".
    fn forgiven(&self, written: usize) -> usize {
        if self.asked.weight != Weight::Full || written < SHORTEST_MISSPELT {
            return 0;
        }
        match self.letters.len() {
            0..SHORTEST_MISSPELT => 0,
            SHORTEST_MISSPELT..TWICE_MISSPELT => 1,
            _ => 2,
        }
    }

    fn into_sought(self, passages: u64) -> Sought {
        let Self { asked, frequency, variants, aside, half, .. } = self;
        let mut variants: Vec<(String, (f64, u64))> = variants.into_iter().collect();
        variants.sort_by(|(_, (worth, often)), (_, (other, other_often))| {
            other.total_cmp(worth).then(other_often.cmp(often))
        });
        variants.truncate(MOST_VARIANTS);
        let known = if frequency > 0 {
            frequency
        } else {
            variants.iter().map(|(_, (_, often))| *often).max().unwrap_or(0)
        };
        // A word that no document has says as much as one that a single passage has, and not more.
        let mut information = inverse_frequency(known.max(1), passages) * asked.weight.share();
        if asked.word.gram && known == 0 {
            // Most pairs that nobody wrote are no words, but the end of one and the beginning of the next.
            information *= Weight::Little.share();
        }
        let strange = known == 0 && !asked.word.gram && asked.word.text.chars().any(char::is_alphabetic);
        let mut terms: BTreeMap<String, f64> =
            variants.into_iter().map(|(term, (worth, _))| (term, worth)).collect();
        terms.extend(asked.terms.into_iter().map(|term| (term, 1.0)));
        Sought { terms, information, weight: asked.weight, strange, aside, half, clause: asked.clause }
    }
}

/// The two words that an unknown word joins, if the documents have both: "hairdryer". A passage has them where they stand
/// together. Where a language has compounds of its own, [`part`] finds them.
fn parted(
    view: &View,
    partition: &Partition,
    word: &Open,
    analyzer: &mut Analyzer,
) -> tantivy::Result<Option<[Open; 2]>> {
    let written = &word.asked.word;
    let letters = written.text.chars().count();
    if word.frequency > 0
        || word.asked.weight != Weight::Full
        || written.gram
        || analyzer.has_compounds()
        || !JOINED.contains(&letters)
        || !written.text.chars().all(char::is_alphabetic)
    {
        return Ok(None);
    }
    let places = written.text.char_indices().map(|(at, _)| at);
    for at in places.skip(SHORTEST_JOINED).take(letters + 1 - 2 * SHORTEST_JOINED) {
        let (beginning, end) = written.text.split_at(at);
        let mut apart = analyzer.question(&format!("{beginning} {end}")).into_iter();
        let (Some(mut first), Some(mut second)) = (apart.next(), apart.next()) else { continue };
        if first.weight == Weight::None || second.weight == Weight::None {
            continue;
        }
        second.word.open = written.open;
        (first.clause, second.clause) = (word.asked.clause, word.asked.clause);
        let first = Open { aside: word.aside, half: true, ..Open::of(view, partition, first)? };
        if first.frequency == 0 {
            continue;
        }
        let second = Open { aside: word.aside, ..Open::of(view, partition, second)? };
        if second.frequency > 0 {
            return Ok(Some([first, second]));
        }
    }
    Ok(None)
}

/// Goes through all terms of the partition once, for all words.
fn scan(view: &View, partition: &Partition, words: &mut [Open], compounds: bool) -> tantivy::Result<()> {
    let first = term(view.fields.text, partition.number, "");
    let behind = term(view.fields.text, partition.number + 1, "");
    let prefix = first.serialized_value_bytes().len();
    let mut letters = Vec::new();
    for segment in view.searcher.segment_readers() {
        let index = segment.inverted_index(view.fields.text)?;
        let range =
            index.terms().range().ge(first.serialized_value_bytes()).lt(behind.serialized_value_bytes());
        let mut stream = range.into_stream()?;
        while let Some((key, info)) = stream.next() {
            let Some(term) = key.get(prefix..).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
                continue;
            };
            letters.clear();
            letters.extend(term.chars());
            for word in words.iter_mut().filter(|word| word.wants(compounds)) {
                let Some(worth) = word.worth(term, &letters, compounds) else { continue };
                if !word.asked.terms.iter().any(|own| own == term) && !word.kin.contains(term) {
                    word.variants.entry(term.to_owned()).or_insert((worth, 0)).1 += u64::from(info.doc_freq);
                }
            }
        }
    }
    Ok(())
}

/// If one is the beginning or the end of the other: the share of the longer that the shorter makes up, half of which
/// counts.
fn part(a: &str, a_letters: usize, b: &str, b_letters: usize) -> Option<f64> {
    let ((short, short_letters), (long, long_letters)) = if a_letters < b_letters {
        ((a, a_letters), (b, b_letters))
    } else {
        ((b, b_letters), (a, a_letters))
    };
    let fits = short_letters >= SHORTEST_PART
        && long_letters >= short_letters + SHORTEST_REST
        && (long.starts_with(short) || long.ends_with(short));
    #[expect(clippy::cast_precision_loss, reason = "lengths of words")]
    fits.then(|| 0.5 + 0.5 * short_letters as f64 / long_letters as f64)
}

/// Letters to change, insert, leave out or swap to make one of the other, if not more than `most`. A mistake in the
/// first letter is rare, and counts twice.
fn mistakes(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if most == 0 {
        return None;
    }
    let first = usize::from(a.first() != b.first() && a.get(1) != b.first() && a.first() != b.get(1));
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let changed = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(two_above[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        two_above = std::mem::replace(&mut above, row);
    }
    above.last().map(|distance| distance + first).filter(|distance| *distance <= most)
}

/// As BM25 has it.
#[expect(clippy::cast_precision_loss, reason = "far fewer passages than 2^52")]
fn inverse_frequency(frequency: u64, passages: u64) -> f64 {
    let passages = passages.max(frequency);
    (1.0 + ((passages - frequency) as f64 + 0.5) / (frequency as f64 + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_counted_up_to_the_limit() {
        let check = |a: &str, b: &str, most, expected| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(mistakes(&a, &b, most), expected, "{a:?} {b:?}");
        };
        check("delivri", "deliveri", 1, Some(1));
        check("delivrei", "deliveri", 1, Some(1));
        check("eliveri", "deliveri", 2, Some(1));
        check("xeliveri", "deliveri", 1, None);
        check("xeliveri", "deliveri", 2, Some(2));
        check("tent", "rent", 1, None);
        check("return", "delivery", 2, None);
        check("abc", "abd", 0, None);
        check("", "a", 1, Some(1));
    }

    #[test]
    fn a_part_must_be_a_word_in_itself() {
        let check = |a: &str, b: &str, expected: bool| {
            let found = part(a, a.chars().count(), b, b.chars().count());
            assert_eq!(found.is_some(), expected, "{a} {b}");
        };
        check("versand", "versandkost", true);
        check("kost", "versandkost", true);
        check("lieferzeit", "zeit", true);
        check("reis", "preis", false);
        check("rat", "beratung", false);
    }
}
