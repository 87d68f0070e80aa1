//! The words of a text as the built-in kinds look at them: with what they mean in the languages that count.

use super::{
    lexicon::{Cut, Lexicon},
    numerals,
    sense::{self, Sense, Word as Joint},
};
use crate::text::{Reading, without_marks};

/// Words of a text that are looked at: nobody says more of days and amounts in one message.
const MOST: usize = 600;
/// Most words of a phrase in a language's file.
const LONGEST_PHRASE: usize = 6;

/// The text, its words and the languages whose words count.
pub(super) struct Words<'r> {
    reading: &'r Reading<'r>,
    pub(super) all: Vec<Word<'r>>,
    /// Of the conversation's language first, then of the bot's others.
    pub(super) lexicons: Vec<&'static Lexicon>,
    /// Whether the conversation is in a language that writes 1.234,56.
    pub(super) decimal_comma: bool,
    /// Whether 3/4 means the 4th of March.
    pub(super) month_first: bool,
}

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Word<'r> {
    pub(super) text: &'r str,
    /// Without marks, as phrases are compared.
    pub(super) folded: String,
    pub(super) start: usize,
    /// Behind its ending, if it has one behind an apostrophe.
    pub(super) end: usize,
    /// What it and the words behind it mean, with the place behind them.
    senses: Vec<(Sense, usize)>,
    /// The number and the place in a row that are named from here on, with the places behind them.
    spelled: Option<(i64, usize)>,
    ordinal: Option<(i64, usize)>,
    /// Whether only the conversation's own language counts: in it the word is an everyday one.
    everyday: bool,
}

impl<'r> Word<'r> {
    fn of(reading: &'r Reading<'r>, cut: Cut, lexicons: &[&Lexicon]) -> Self {
        let text = &reading.text[cut.start..cut.stop];
        let folded = without_marks(text);
        let everyday = lexicons.first().is_some_and(|first| first.is_everyday(&folded));
        let Cut { start, end, .. } = cut;
        Self { text, folded, start, end, senses: Vec::new(), spelled: None, ordinal: None, everyday }
    }
}

impl<'r> Words<'r> {
    /// The words of the conversation's language count, and those of the bot's others; the holidays are those of the bot's country,
    /// or else of the region of the language.
    pub(super) fn new(
        reading: &'r Reading<'r>,
        language: &str,
        languages: &[String],
        month_first: bool,
        country: Option<&str>,
    ) -> Self {
        let mut lexicons: Vec<&'static Lexicon> = Vec::new();
        for code in std::iter::once(language).chain(languages.iter().map(String::as_str)) {
            if let Some(lexicon) = Lexicon::of(code)
                && !lexicons.iter().any(|known| known.code == lexicon.code)
            {
                lexicons.push(lexicon);
            }
        }
        let point = ["en", "zh", "ja", "ko", "he", "th", "hi"];
        let base = language.split(['-', '_']).next().unwrap_or_default();
        let cuts = reading.tokens.iter().flat_map(|token| {
            let cut = lexicons.iter().find_map(|lexicon| lexicon.cut_word(reading, token));
            cut.unwrap_or_else(|| vec![Cut::whole(token)])
        });
        let mut all: Vec<Word<'r>> = Vec::new();
        for cut in cuts.take(MOST) {
            // What a semicolon parts is no one expression: a word of nothing stands between.
            let semicolon = all.last().and_then(|before| {
                reading.text[before.end..cut.start].find(';').map(|place| before.end + place)
            });
            if let Some(at) = semicolon {
                all.push(Word::of(reading, Cut { start: at, stop: at, end: at }, &lexicons));
            }
            all.push(Word::of(reading, cut, &lexicons));
        }
        let mut words = Self {
            reading,
            all,
            lexicons,
            decimal_comma: !base.is_empty() && !point.contains(&base),
            month_first,
        };
        let home = country.or_else(|| language.split(['-', '_']).nth(1));
        words.find_senses(home.and_then(sense::region));
        words.find_numbers();
        words
    }

    fn find_senses(&mut self, home: Option<&str>) {
        for index in 0..self.all.len() {
            let mut run: Vec<&str> = vec![&self.all[index].folded];
            while run.len() < LONGEST_PHRASE
                && index + run.len() < self.all.len()
                && self.loosely_joined(index + run.len() - 1)
            {
                run.push(&self.all[index + run.len()].folded);
            }
            let mut senses = Vec::new();
            for (rank, lexicon) in self.lexicons.iter().enumerate() {
                let before = senses.len();
                lexicon.meanings(&run, &mut senses);
                if rank > 0 && self.all[index].everyday {
                    let mut place = 0;
                    senses.retain(|(_, count)| {
                        place += 1;
                        place <= before || *count > 1
                    });
                }
            }
            // Of phrases of one length that of the country first.
            senses.sort_by_key(|(sense, count)| {
                (std::cmp::Reverse(*count), !matches!(sense, Sense::HolidayIn(..)))
            });
            let meant = |sense| match sense {
                Sense::HolidayIn(country, holiday) => {
                    (Some(country) == home).then_some(Sense::Holiday(holiday))
                }
                other => Some(other),
            };
            let found = senses.into_iter().filter_map(|(sense, count)| Some((meant(sense)?, index + count)));
            self.all[index].senses = found.collect();
        }
    }

    pub(super) fn text(&self) -> &'r str {
        &self.reading.text
    }

    /// The word at a place, or nothing beyond the end.
    pub(super) fn at(&self, index: usize) -> &'r str {
        self.all.get(index).map_or("", |word| word.text)
    }

    /// As [`Self::at`], without marks.
    pub(super) fn folded(&self, index: usize) -> &str {
        self.all.get(index).map_or("", |word| &word.folded)
    }

    /// What a word is as the user typed it, upper and lower case.
    pub(super) fn original(&self, index: usize) -> &'r str {
        self.all.get(index).filter(|word| !word.text.is_empty()).map_or("", |word| {
            let (start, end) = self.reading.place(word.start, word.start + word.text.len());
            &self.reading.original[start..end]
        })
    }

    /// A stretch of the text as the user typed it.
    pub(super) fn typed(&self, start: usize, end: usize) -> &'r str {
        let (start, end) = self.reading.place(start, end);
        &self.reading.original[start..end]
    }

    /// The first meaning from a place on that is wanted, with the place behind it; of the longest phrase first.
    pub(super) fn sense<T>(&self, index: usize, wanted: impl Fn(Sense) -> Option<T>) -> Option<(T, usize)> {
        let word = self.all.get(index)?;
        word.senses.iter().find_map(|(sense, next)| Some((wanted(*sense)?, *next)))
    }

    /// The place behind a joining word, if one is here.
    pub(super) fn joint(&self, index: usize, wanted: Joint) -> Option<usize> {
        self.sense(index, |sense| (sense == Sense::Word(wanted)).then_some(())).map(|((), next)| next)
    }

    /// The place behind one of several joining words, if one is here.
    pub(super) fn one_of(&self, index: usize, wanted: &[Joint]) -> Option<usize> {
        let of = |sense| matches!(sense, Sense::Word(joint) if wanted.contains(&joint));
        self.sense(index, |sense| of(sense).then_some(())).map(|((), next)| next)
    }

    /// The place itself, or the one behind some of these words.
    pub(super) fn past(&self, index: usize, wanted: &[Joint]) -> usize {
        self.one_of(index, wanted).unwrap_or(index)
    }

    /// Whether one of these words ends right before a place.
    pub(super) fn behind(&self, index: usize, wanted: &[Joint]) -> bool {
        (1..=LONGEST_PHRASE.min(index)).any(|back| {
            self.all[index - back].senses.iter().any(|(sense, next)| {
                *next == index && matches!(sense, Sense::Word(joint) if wanted.contains(joint))
            })
        })
    }

    /// Where the longest of the phrases of a joining word begins that end right before a place.
    pub(super) fn start_before(&self, index: usize, wanted: Joint) -> Option<usize> {
        (1..=LONGEST_PHRASE.min(index)).rev().map(|back| index - back).find(|start| {
            self.all[*start]
                .senses
                .iter()
                .any(|(sense, next)| *next == index && *sense == Sense::Word(wanted))
        })
    }

    /// Which of the bounds "at most" and "at least" stands right before a place; of several phrases the longest.
    pub(super) fn bound_before(&self, index: usize) -> Option<Joint> {
        (1..=LONGEST_PHRASE.min(index)).rev().find_map(|back| {
            self.all[index - back].senses.iter().find_map(|(sense, next)| match sense {
                Sense::Word(joint @ (Joint::AtMost | Joint::AtLeast)) if *next == index => Some(*joint),
                _ => None,
            })
        })
    }

    /// Whether a phrase that means something else covers the word: "good morning".
    pub(super) fn is_nothing(&self, index: usize) -> Option<usize> {
        self.joint(index, Joint::Nothing)
    }

    /// Whether only spaces and hyphens stand between a word and the next: they belong to one expression.
    pub(super) fn joined(&self, index: usize) -> bool {
        self.between(index).is_some_and(|between| {
            between == "'" || between.chars().all(|it| matches!(it, '-' | '—') || it.is_whitespace())
        })
    }

    /// As [`Self::joined`], where a point may stand behind an abbreviation.
    fn loosely_joined(&self, index: usize) -> bool {
        self.between(index).is_some_and(|between| {
            // "presidents' day"
            let between = between.strip_prefix('\'').unwrap_or(between);
            between.chars().all(|it| matches!(it, '-' | '.') || it.is_whitespace())
        })
    }

    /// Whether nothing but spaces and at most a comma, point, slash or bracket stands between a word and the next.
    pub(super) fn near(&self, index: usize) -> bool {
        self.between(index).is_some_and(|between| {
            between.len() <= 3
                && between.chars().all(|it| matches!(it, '-' | '.' | ',' | '/' | '(') || it.is_whitespace())
                && !between.contains('\n')
        })
    }

    /// What stands between a word and the next.
    pub(super) fn between(&self, index: usize) -> Option<&'r str> {
        let (one, next) = (self.all.get(index)?, self.all.get(index + 1)?);
        self.text().get(one.end..next.start)
    }

    /// The word from which on what begins at a byte stands.
    pub(super) fn index_from(&self, byte: usize) -> usize {
        self.all.partition_point(|word| word.start < byte)
    }

    /// A number in digits or words from a place on, with the place after it: up to four digits, or words.
    pub(super) fn number(&self, index: usize) -> Option<(i64, usize)> {
        let word = self.at(index);
        if !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.parse().ok().map(|value| (value, index + 1));
        }
        self.spelled(index)
    }

    /// A number in words from a place on, with the place after it.
    pub(super) fn spelled(&self, index: usize) -> Option<(i64, usize)> {
        self.all.get(index)?.spelled
    }

    /// Which in a row something is, from a place on, with the place after it.
    pub(super) fn ordinal(&self, index: usize) -> Option<(i64, usize)> {
        self.all.get(index)?.ordinal
    }

    /// Whether anything that has to do with time, or a number, stands in the text.
    pub(super) fn is_timely(&self) -> bool {
        self.any(Sense::is_timely) || self.is_numeric()
    }

    /// Whether a number stands in the text, in digits or in words.
    pub(super) fn is_numeric(&self) -> bool {
        self.all.iter().any(|word| {
            word.spelled.is_some()
                || word.ordinal.is_some()
                || word.text.bytes().any(|it| it.is_ascii_digit())
        })
    }

    /// Whether a word of the text has such a meaning.
    pub(super) fn any(&self, wanted: impl Fn(Sense) -> bool) -> bool {
        self.all.iter().flat_map(|word| &word.senses).any(|(sense, _)| wanted(*sense))
    }

    fn find_numbers(&mut self) {
        for index in 0..self.all.len() {
            let spelled = self.in_words(index, 16, numerals::cardinal);
            self.all[index].spelled = spelled.or_else(|| self.bare_hundred(index));
            let phrase = self.sense(index, |sense| match sense {
                Sense::Ordinal(value) => Some(value),
                _ => None,
            });
            let ordinal = phrase.or_else(|| self.in_words(index, 2, numerals::ordinal));
            self.all[index].ordinal = ordinal.filter(|(_, next)| !self.is_before(index, *next));
        }
    }

    /// Whether an ordinal that ends before a place is the beginning of "before": "prima di marzo", but "la prima di marzo".
    fn is_before(&self, index: usize, next: usize) -> bool {
        let is_longer = self.joint(index, Joint::Before).is_some_and(|behind| behind > next);
        is_longer && !self.behind(index, &[Joint::The, Joint::Article])
    }

    /// "hundred dollars", "thousand litres", where no other number leads to it: "a few hundred euros".
    fn bare_hundred(&self, index: usize) -> Option<(i64, usize)> {
        let counted =
            |sense| matches!(sense, Sense::Currency(_) | Sense::Measure(_) | Sense::Unit(_)).then_some(());
        if !self.joined(index) || self.sense(index + 1, counted).is_none() {
            return None;
        }
        let value = self.lexicons.iter().find_map(|lexicon| lexicon.atoms.get(self.folded(index)))?;
        let led = index == 0
            || !self.joined(index - 1)
            || self.behind(index, &[Joint::AtMost, Joint::AtLeast, Joint::At, Joint::About, Joint::For]);
        (*value >= 100 && led).then_some((*value, index + 1))
    }

    fn in_words(
        &self,
        index: usize,
        most: usize,
        read: impl Fn(&Lexicon, &[&str]) -> Option<(i64, usize)>,
    ) -> Option<(i64, usize)> {
        let first = self.all.get(index)?;
        let count = if first.everyday { 1 } else { self.lexicons.len() };
        if !self.lexicons.iter().take(count).any(|lexicon| numerals::may_begin(lexicon, &first.folded)) {
            return None;
        }
        let mut run: Vec<&str> = vec![&first.folded];
        while run.len() < most && self.joined(index + run.len() - 1) {
            run.push(self.folded(index + run.len()));
        }
        let (value, used) = self.lexicons.iter().take(count).find_map(|lexicon| read(lexicon, &run))?;
        Some((value, index + used))
    }

    /// A small number in front of a unit: as [`Self::number`], and "a", "an", "ein", "einer" … as one.
    pub(super) fn amount(&self, index: usize) -> Option<(i64, usize)> {
        let (value, next) = self.measure(index)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
        let whole = (value.fract() == 0.0 && value.abs() < 1.0e9).then_some(value as i64)?;
        Some((whole, next))
    }

    /// How many of the unit that follows: "2,5", "1/2", "two and a half", "half an", "a couple of".
    pub(super) fn measure(&self, index: usize) -> Option<(f64, usize)> {
        let phrase = self.sense(index, |sense| match sense {
            Sense::Amount(value) => Some(value),
            _ => None,
        });
        let (value, next) = match (self.decimal(index), phrase) {
            // "one more", "zwei Dutzend": whatever takes more words
            (Some(number), Some(phrase)) if number.1 >= phrase.1 => number,
            (_, Some(phrase)) => phrase,
            (Some(number), None) => number,
            (None, None) => return None,
        };
        let next = self.past(next, &[Joint::More]);
        match self.joint(next, Joint::AndHalf) {
            Some(behind) if value.fract() == 0.0 => Some((value + self.half_at(next), behind)),
            Some(_) | None => Some((value, next)),
        }
    }

    /// What "and a half" adds to a number that ends before a place: half of its millions, or of one.
    pub(super) fn half_at(&self, next: usize) -> f64 {
        let last = next.checked_sub(1).map_or("", |last| self.folded(last));
        match self.lexicons.iter().find_map(|lexicon| lexicon.atoms.get(last)) {
            Some(1_000_000) => 500_000.0,
            Some(1_000_000_000) => 500_000_000.0,
            Some(_) | None => 0.5,
        }
    }

    /// A number of any form: digits with separators, a fraction of digits, words, "one point three".
    pub(super) fn decimal(&self, index: usize) -> Option<(f64, usize)> {
        #[expect(clippy::cast_precision_loss, reason = "numbers in words are far below 2^53")]
        let spelled = || self.spelled(index).map(|(value, next)| (value as f64, next));
        let (value, next) = self.in_digits(index).or_else(spelled)?;
        Some(self.with_point(value, next))
    }

    /// "one point three", "drei Komma eins vier", "1 point 5": digit by digit.
    pub(super) fn with_point(&self, value: f64, next: usize) -> (f64, usize) {
        let Some(mut place) = self.joint(next, Joint::Point).filter(|_| value.fract() == 0.0) else {
            return (value, next);
        };
        let mut digits = String::new();
        while digits.len() < 9 {
            let word = self.folded(place);
            let named =
                self.lexicons.iter().find_map(|lexicon| lexicon.atoms.get(word)).filter(|it| **it < 10);
            match named {
                Some(digit) => digits.push_str(&digit.to_string()),
                None if digits.is_empty()
                    && !word.is_empty()
                    && word.bytes().all(|it| it.is_ascii_digit()) =>
                {
                    digits.push_str(word);
                    place += 1;
                    break;
                }
                None => break,
            }
            place += 1;
        }
        match format!("0.{digits}").parse::<f64>() {
            Ok(fraction) if !digits.is_empty() => (value + fraction, place),
            Ok(_) | Err(_) => (value, next),
        }
    }

    /// Whether a number begins with its point: ".75".
    pub(super) fn leading_point(&self, start: usize) -> bool {
        self.text()[..start].strip_suffix('.').is_some_and(|before| {
            before.chars().next_back().is_none_or(|it| it.is_whitespace() || matches!(it, '(' | '-' | '$'))
        })
    }

    /// A number whose thousands are parted by spaces, from a byte on: "1 234 567,50" where the language writes so.
    pub(super) fn grouped(&self, start: usize) -> Option<&'r str> {
        let spaced = self.lexicons.first().is_some_and(|lexicon| lexicon.grammar.spaced_thousands);
        let (before, rest) = self.text().split_at(start);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let first = digits(rest);
        let begins = (1..=3).contains(&first) && !rest.starts_with('0');
        let goes_on = before.trim_end_matches(' ').ends_with(|it: char| it.is_ascii_digit());
        if !spaced || !begins || goes_on {
            return None;
        }
        let mut end = first;
        while rest[end..].strip_prefix(' ').is_some_and(|group| digits(group) == 3) {
            end += 4;
        }
        if end == first {
            return None;
        }
        let decimals = rest[end..].strip_prefix([',', '.']).map_or(0, digits);
        Some(&rest[..end + if decimals > 0 { decimals + 1 } else { 0 }])
    }

    fn in_digits(&self, index: usize) -> Option<(f64, usize)> {
        let word = self.all.get(index)?;
        if !word.text.starts_with(|first: char| first.is_ascii_digit()) || self.is_within_digits(word.start) {
            return None;
        }
        let rest = &self.text()[word.start..];
        let inside = |it: char| it.is_ascii_digit() || matches!(it, '.' | ',' | '\'');
        let length = rest.find(|it: char| !inside(it)).unwrap_or(rest.len());
        let plain = rest[..length].trim_end_matches(['.', ',', '\'']);
        let digits = self.grouped(word.start).unwrap_or(plain);
        let end = word.start + digits.len();
        let next = self.index_from(end);
        if self.all.get(next - 1)?.start + self.all[next - 1].text.len() > end {
            return None;
        }
        let value = if self.leading_point(word.start) && !digits.contains(['.', ',']) {
            format!("0.{digits}").parse().ok()?
        } else {
            super::number::amount(digits, self.decimal_comma)?
        };
        // "3/4 cup", not 3/4/2026
        if let (Some('/'), Some(below)) = (self.text()[end..].chars().next(), self.all.get(next))
            && below.start == end + 1
            && let Ok(divisor) = below.text.parse::<u16>()
            && (2..=1_000).contains(&divisor)
            && value.fract() == 0.0
            && !self.text()[below.end..].starts_with('/')
        {
            return Some((value / f64::from(divisor), next + 1));
        }
        Some((value, next))
    }

    /// Whether a byte stands behind a separator within a number: the 50 of 12.50.
    pub(super) fn is_within_digits(&self, start: usize) -> bool {
        let text = &self.text()[..start];
        text.ends_with(['.', ',', '/', ':', '+', '\''])
            && text[..text.len() - 1].ends_with(|before: char| before.is_ascii_digit())
    }
}
