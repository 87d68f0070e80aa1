//! Which things are named in a text?
//!
//! Everything is looked for in the normalised text; its place in the original is found by [`Reading::place`].
//! Matches of the same entity never overlap (the longest wins); matches of different ones may, since a slot
//! takes only those that it asks for. Only what is part of a longer built-in find goes: the 24 in a date.

mod address;
pub(crate) mod bank;
mod begun;
mod bounds;
mod calendar;
mod clock;
mod colour;
mod composite;
pub(crate) mod contact;
mod date;
mod disguised;
mod distance;
mod duration;
mod grouped;
mod holiday;
mod interval;
mod iso;
mod learned;
mod lexicon;
mod list;
mod money;
mod named;
mod no_day;
mod number;
mod numerals;
mod open;
mod ordinal;
mod pattern;
mod people;
mod percentage;
mod period;
mod person;
pub(crate) mod phone;
mod quantity;
mod role;
mod sense;
mod spread;
mod stretch;
mod time;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use phonenumber::country;
use serde_json::Value;
use studio_core::{
    embedding::Part,
    understanding::{Annotated, EntityLesson, EntityMatch, NO_SUCH_DAY, is_negated},
};

pub(crate) use self::{learned::Learned, role::Roles};
use self::{
    list::List,
    pattern::Pattern,
    sense::{Sense, Word},
    words::Words,
};
use crate::{model::TrainError, text::Reading};

/// What an expression such as "tomorrow" or `1.000` depends on beside its words.
pub(crate) struct Moment<'m> {
    /// Language of the conversation (ISO 639-1).
    pub(crate) language: &'m str,
    pub(crate) now: &'m jiff::Zoned,
}

/// Something found, in bytes of the normalised text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Find {
    pub(crate) start: usize,
    pub(crate) end: usize,
    value: Value,
    confidence: f64,
}

/// Finds the entities of one bot.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    lessons: BTreeMap<String, EntityLesson>,
    lists: Vec<(String, List)>,
    patterns: Vec<(String, Pattern)>,
    composites: Vec<(String, Vec<String>)>,
    learned: Learned,
    roles: Roles,
    languages: Vec<String>,
    month_first: bool,
    country: Option<country::Id>,
}

/// Most matches that are reported of one text.
const MOST: usize = 200;

impl Finder {
    pub(crate) fn new(
        lessons: &BTreeMap<String, EntityLesson>,
        languages: &[String],
        month_first: bool,
    ) -> Result<Self, TrainError> {
        let (mut lists, mut patterns, mut composites) = (Vec::new(), Vec::new(), Vec::new());
        for (entity, lesson) in lessons {
            match lesson {
                EntityLesson::List { values, fuzzy } => {
                    lists.push((entity.clone(), List::new(values, *fuzzy)));
                }
                EntityLesson::Pattern(pattern) => {
                    let pattern = Pattern::new(pattern)
                        .map_err(|problem| TrainError::Pattern { entity: entity.clone(), problem })?;
                    patterns.push((entity.clone(), pattern));
                }
                EntityLesson::Composite(parts) => composites.push((entity.clone(), parts.clone())),
                // Its weights come by `with`.
                EntityLesson::Learned => {}
            }
        }
        Ok(Self {
            lessons: lessons.clone(),
            lists,
            patterns,
            composites,
            learned: Learned::default(),
            roles: Roles::default(),
            languages: languages.to_vec(),
            month_first,
            country: None,
        })
    }

    /// With the country whose holidays and national telephone numbers are meant.
    pub(crate) fn in_country(self, code: Option<&str>) -> Result<Self, TrainError> {
        let known =
            |code: &str| code.parse::<country::Id>().map_err(|_| TrainError::Country(code.to_owned()));
        Ok(Self { country: code.map(known).transpose()?, ..self })
    }

    pub(crate) fn country(&self) -> Option<String> {
        self.country.map(|id| id.as_ref().to_owned())
    }

    /// Learns what the annotated phrases show.
    pub(crate) fn trained(self, annotated: &[Annotated]) -> Self {
        let learns = |(name, lesson): (&String, &EntityLesson)| match lesson {
            EntityLesson::Learned => Some(name.clone()),
            EntityLesson::List { .. } | EntityLesson::Pattern(_) | EntityLesson::Composite(_) => None,
        };
        let names = self.lessons.iter().filter_map(learns).collect();
        self.with(Learned::train(names, annotated), Roles::train(annotated))
    }

    /// With what was learned before.
    pub(crate) fn with(self, learned: Learned, roles: Roles) -> Self {
        Self { learned, roles, ..self }
    }

    pub(crate) fn learned(&self) -> (&Learned, &Roles) {
        (&self.learned, &self.roles)
    }

    pub(crate) fn month_first(&self) -> bool {
        self.month_first
    }

    pub(crate) fn lessons(&self) -> &BTreeMap<String, EntityLesson> {
        &self.lessons
    }

    /// All entities of a text but those taken back ("not friday"), in the order of their places; of those at the same place the bot's own come first.
    /// `knows_word` says whether a word occurs in the bot's phrases: such a word is not a misspelling.
    pub(crate) fn find(
        &self,
        reading: &Reading<'_>,
        moment: &Moment<'_>,
        knows_word: impl Fn(&str) -> bool,
    ) -> Vec<EntityMatch> {
        let own = self.own(reading, knows_word);
        let mut found: Vec<(usize, EntityMatch)> = own.into_iter().map(|find| (0, find)).collect();
        for (rank, (entity, find)) in (1..).zip(self.built_in(reading, moment)) {
            if !self.lessons.contains_key(entity) {
                found.push((rank, report(reading, entity, find)));
            }
        }
        found.retain(|(_, find)| !is_negated(&reading.original[..find.start]));
        self.give_roles(&mut found, reading.original);
        if !self.composites.is_empty() {
            let single: Vec<EntityMatch> = found.iter().map(|(_, find)| find.clone()).collect();
            for (entity, parts) in &self.composites {
                let composites = composite::find(entity, parts, reading.original, &single);
                found.extend(composites.into_iter().map(|find| (0, find)));
            }
        }
        found.sort_by_key(|(rank, find)| (find.start, *rank, std::cmp::Reverse(find.end)));
        found.truncate(MOST);
        found.into_iter().map(|(_, find)| find).collect()
    }

    fn give_roles(&self, found: &mut [(usize, EntityMatch)], text: &str) {
        let role = |find: &EntityMatch| {
            let alike = found.iter().filter(|(_, other)| other.entity == find.entity);
            self.roles.of(find, text, alike.map(|(_, other)| (other.start, other.end)))
        };
        let roles: Vec<Option<String>> = found.iter().map(|(_, find)| role(find)).collect();
        for ((_, find), role) in found.iter_mut().zip(roles) {
            find.role = role;
        }
    }

    /// The bot's own entities in a text but those that are made of others.
    fn own(&self, reading: &Reading<'_>, knows_word: impl Fn(&str) -> bool) -> Vec<EntityMatch> {
        let mut found = Vec::new();
        for (entity, list) in &self.lists {
            let finds = longest(list.find(reading, &knows_word));
            found.extend(finds.into_iter().map(|find| report(reading, entity, find)));
        }
        for (entity, pattern) in &self.patterns {
            found.extend(pattern.find(reading.original, entity));
        }
        for (entity, find) in self.learned.find(reading) {
            found.push(report(reading, entity, find));
        }
        found
    }

    /// Of which of the bot's own entities a text names something, each once, in the order of their names.
    pub(crate) fn kinds(&self, reading: &Reading<'_>, knows_word: impl Fn(&str) -> bool) -> Vec<&str> {
        let mut found = self.own(reading, knows_word);
        found.retain(|find| !is_negated(&reading.original[..find.start]));
        self.kinds_of(&found)
    }

    /// As [`Self::kinds`], of what was found already.
    pub(crate) fn kinds_of(&self, found: &[EntityMatch]) -> Vec<&str> {
        if found.is_empty() {
            return Vec::new();
        }
        let named = |name: &str| found.iter().any(|find| find.entity == name);
        let own = self.lessons.iter().filter(|(name, lesson)| match lesson {
            EntityLesson::List { .. } | EntityLesson::Pattern(_) | EntityLesson::Learned => named(name),
            EntityLesson::Composite(_) => false,
        });
        own.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether the bot's own patterns and lists take just this stretch of the original text.
    pub(crate) fn is_own(&self, reading: &Reading<'_>, (start, end): (usize, usize)) -> bool {
        let own = |found: &EntityMatch| (found.start, found.end) == (start, end);
        self.patterns.iter().any(|(entity, pattern)| pattern.find(reading.original, entity).iter().any(own))
            || self.lists.iter().any(|(_, list)| {
                list.find(reading, &|_: &str| true)
                    .iter()
                    .any(|find| reading.place(find.start, find.end) == (start, end))
            })
    }

    pub(crate) fn phone_country(&self) -> Option<country::Id> {
        self.country
    }

    fn region(&self) -> Option<&str> {
        self.country.as_ref().map(AsRef::as_ref)
    }

    fn built_in(&self, reading: &Reading<'_>, moment: &Moment<'_>) -> Vec<(&'static str, Find)> {
        let words = Words::new(reading, moment.language, &self.languages, self.month_first, self.region());
        // Most messages hold nothing of most kinds, which a look at their words tells.
        let (timely, numeric) = (words.is_timely(), words.is_numeric());
        let has =
            |wanted: &[Word]| words.any(|sense| matches!(sense, Sense::Word(word) if wanted.contains(&word)));
        let if_any = |may: bool, find: &dyn Fn() -> Vec<Find>| if may { find() } else { Vec::new() };
        let counted = numeric || words.any(|sense| matches!(sense, Sense::Amount(_) | Sense::People(_)));
        let addressed = numeric && reading.original.contains(char::is_uppercase);
        let named = has(&[Word::PersonIntroduced, Word::PersonPerhaps, Word::PersonClaimed, Word::Title]);
        let spoken = std::iter::once(moment.language).chain(self.languages.iter().map(String::as_str));
        let kinds = [
            ("email", contact::emails(reading)),
            ("url", contact::urls(reading)),
            ("iban", if_any(numeric, &|| bank::ibans(words.text()))),
            ("card", if_any(numeric, &|| bank::cards(words.text()))),
            ("date", if_any(timely, &|| date::find(&words, moment.now))),
            (NO_SUCH_DAY, if_any(timely, &|| no_day::find(&words))),
            ("time", if_any(timely, &|| time::find(&words, moment.now))),
            ("interval", if_any(timely, &|| interval::find(&words, moment.now))),
            (
                "money",
                if_any(counted, &|| bounds::with_bounds(&words, longest(money::find(&words, self.country)))),
            ),
            ("phone", if_any(numeric, &|| phone::find(words.text(), self.country, &spoken))),
            ("percentage", if_any(numeric, &|| percentage::find(&words))),
            ("duration", if_any(timely, &|| duration::find(&words))),
            ("quantity", if_any(counted, &|| bounds::with_bounds(&words, longest(quantity::find(&words))))),
            ("address", if_any(addressed, &|| address::find(&words))),
            ("person", if_any(named, &|| person::find(&words))),
            ("number", if_any(counted, &|| number::find(&words))),
            ("ordinal", if_any(numeric, &|| ordinal::find(&words))),
            ("colour", colour::find(&words)),
        ];
        let all: Vec<(&'static str, Find)> = kinds
            .into_iter()
            .flat_map(|(kind, finds)| longest(finds).into_iter().map(move |find| (kind, find)))
            .collect();
        let all = without_echoes(all, &words);
        let length = |find: &Find| find.end - find.start;
        let stands = |place: usize, kind: &str, find: &Find| {
            !all.iter().enumerate().any(|(other_place, (other_kind, other))| {
                let overlaps = other.start < find.end && find.start < other.end;
                let same = (other.start, other.end) == (find.start, find.end);
                if !overlaps || go_together(kind, other_kind) || (same && either(kind, other_kind)) {
                    return false;
                }
                // Of two kinds of the same length the one higher in the table stays; the same words may be
                // a telephone number and a number at once, but a date is neither.
                let beside = length(other) == length(find)
                    && other_place < place
                    && (!same || kind == "phone" || kind != "number" || *other_kind == "date");
                length(other) > length(find) || beside
            })
        };
        let kept: Vec<bool> =
            all.iter().enumerate().map(|(place, (kind, find))| stands(place, kind, find)).collect();
        all.into_iter().zip(kept).filter_map(|(find, kept)| kept.then_some(find)).collect()
    }
}

/// Without the stretches that are words of a day or a time: "after tomorrow" in "the day after tomorrow",
/// "in the evening" in "half past five in the evening", the range in "twenty to nine".
fn without_echoes(mut finds: Vec<(&'static str, Find)>, words: &Words<'_>) -> Vec<(&'static str, Find)> {
    let is_point = |kind: &str| matches!(kind, "date" | "time");
    let places = finds.iter().filter(|(kind, _)| is_point(kind)).map(|(_, find)| (find.start, find.end));
    let points: Vec<(usize, usize)> = places.collect();
    // What no clock shows as an hour is no end of a range.
    let of_minutes =
        |find: &Find| words.spelled(words.index_from(find.start)).is_some_and(|(minutes, _)| minutes > 12);
    let times = finds.iter().filter(|(kind, find)| *kind == "time" && of_minutes(find));
    let times: Vec<(usize, usize)> = times.map(|(_, find)| (find.start, find.end)).collect();
    finds.retain(|(kind, find)| {
        let open = find.value.get("from").is_none() || find.value.get("to").is_none();
        let is_echo = points.iter().any(|&(start, end)| {
            let begins_within = start < find.start && find.start < end;
            begins_within || (open && start <= find.start && find.end <= end)
        });
        *kind != "interval" || !(is_echo || times.contains(&(find.start, find.end)))
    });
    finds
}

/// Whether both kinds may be found in the same words: a stretch of time holds days and times, and who asks for
/// a number gets that of "5 kg" and "3 days".
fn go_together(one: &str, other: &str) -> bool {
    let of = |outer: &str, inner: &[&str]| {
        (one == outer && inner.contains(&other)) || (other == outer && inner.contains(&one))
    };
    of("interval", &["date", "time", "duration"])
        || of("quantity", &["number"])
        || of("percentage", &["number"])
        || of("duration", &["number"])
}

/// Whether the same words may be either, so that who asks for one finds it: "3m" and `5"`.
fn either(one: &str, other: &str) -> bool {
    matches!((one, other), ("quantity", "duration") | ("duration", "quantity"))
}

/// Built-in kinds that are values rather than words of what is wanted.
const VALUES: [&str; 15] = [
    "number",
    "ordinal",
    "date",
    NO_SUCH_DAY,
    "time",
    "interval",
    "duration",
    "money",
    "percentage",
    "quantity",
    "email",
    "phone",
    "iban",
    "card",
    "address",
];
/// Words that lead to a value and go with it: "on monday at 8".
const LEADING: [&str; 16] = [
    "on", "at", "for", "by", "from", "until", "to", "about", "am", "um", "ab", "bis", "für", "gegen", "vom",
    "zum",
];

/// What is left of a text without the values that stand in it and the words that lead to them; nothing where it has none,
/// or nothing but them.
pub(crate) fn without_values(text: &str, entities: &[EntityMatch]) -> Option<Part> {
    let mut rest = Part::new();
    let mut end = 0;
    for found in entities.iter().filter(|found| VALUES.contains(&found.entity.as_str())) {
        if let Some(between) = text.get(end..found.start) {
            let kept = between.trim_end();
            let word = kept.rsplit(char::is_whitespace).next().unwrap_or_default();
            let leading = LEADING.contains(&word.to_lowercase().as_str());
            rest.push(end..end + kept.len() - if leading { word.len() } else { 0 });
        }
        end = end.max(found.end);
    }
    rest.push(end..text.len());
    let says = rest.iter().any(|stretch| text[stretch.clone()].contains(char::is_alphabetic));
    (end > 0 && says).then_some(rest)
}

fn report(reading: &Reading<'_>, entity: &str, find: Find) -> EntityMatch {
    let (start, end) = reading.place(find.start, find.end);
    EntityMatch {
        entity: entity.to_owned(),
        role: None,
        value: find.value,
        text: reading.original[start..end].to_owned(),
        start,
        end,
        confidence: find.confidence,
        hidden: false,
    }
}

/// Those that do not overlap with a longer, surer or earlier one.
fn longest(mut finds: Vec<Find>) -> Vec<Find> {
    finds.sort_by(|one, other| {
        (other.end - other.start)
            .cmp(&(one.end - one.start))
            .then(other.confidence.total_cmp(&one.confidence))
            .then(one.start.cmp(&other.start))
    });
    let mut kept: Vec<Find> = Vec::new();
    for find in finds {
        if !kept.iter().any(|other| other.start < find.end && find.start < other.end) {
            kept.push(find);
        }
    }
    kept.sort_by_key(|find| find.start);
    kept
}
