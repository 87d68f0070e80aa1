//! Which personal data stands in a text, and where?
//!
//! Addresses of mail and machines, account and card numbers, telephone numbers and the numbers by which states know people
//! are known by their form and their checksum; names and postal addresses by the entities of the bot's languages and of the one
//! that the text seems to be in, and names by the operator's model for them as well, where there is one.

mod ip;
mod national;

#[cfg(test)]
mod tests;

use studio_core::{
    models::{Name, NameKind},
    privacy::{Personal, PersonalKind},
};

use crate::{
    entities::{Finder, Moment, bank, contact, phone},
    text::{READ_BYTES, Reading},
};

/// A text is read in stretches: this much of one is read again with the next, so that nothing lies across their border.
const OVERLAP: usize = 256;
/// Bytes that a model for names is asked for at once: models read no more.
const STRETCH: usize = 4_000;
/// A name that the model is less sure of is none, as among the entities.
const SURE: f64 = 0.5;
/// Digits that the shortest number that is looked for has.
const FEWEST_DIGITS: usize = 6;

/// What is wanted, and in which bot.
pub(crate) struct Search<'s> {
    pub(crate) wanted: &'s dyn Fn(PersonalKind) -> bool,
    pub(crate) finder: &'s Finder,
    pub(crate) moment: &'s Moment<'s>,
    /// Of the bot and the conversation (ISO 639-1).
    pub(crate) languages: &'s [&'s str],
    /// The one that the text seems to be in.
    pub(crate) written: Option<&'s str>,
}

/// All that is wanted, in order and without overlaps. Names and postal addresses are looked for in the first 8 KiB.
pub(crate) fn find(text: &str, search: &Search<'_>) -> Vec<Personal> {
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let rest = &text[from..];
        let reading = Reading::new(rest);
        let read = reading.original.len();
        let mut here = in_reading(&reading, search);
        if from == 0 {
            here.extend(people(&reading, search));
        }
        found.extend(here.into_iter().map(|it| Personal {
            start: it.start + from,
            end: it.end + from,
            ..it
        }));
        if read < READ_BYTES - 4 || read == rest.len() {
            break;
        }
        from = text.floor_char_boundary(from + read - OVERLAP);
    }
    apart(found)
}

/// With the people whom a model names in the first 8 KiB. What else was found where it names somebody stays what it is.
pub(crate) fn with_names(
    text: &str,
    mut found: Vec<Personal>,
    names: impl Fn(&str) -> Vec<Name>,
) -> Vec<Personal> {
    let text = &text[..text.floor_char_boundary(READ_BYTES)];
    let mut from = 0;
    loop {
        let rest = &text[from..];
        let stretch = &rest[..rest.floor_char_boundary(STRETCH)];
        let people = names(stretch).into_iter().filter(|name| is_somebody(name, stretch));
        found.extend(people.map(|name| Personal {
            kind: PersonalKind::Person,
            start: name.start + from,
            end: name.end + from,
        }));
        if stretch.len() == rest.len() {
            break;
        }
        from = text.floor_char_boundary(from + stretch.len() - OVERLAP);
    }
    apart(found)
}

/// A model may be another's: its places are not believed. A mask is nobody's name.
fn is_somebody(name: &Name, text: &str) -> bool {
    let words = text.get(name.start..name.end).unwrap_or_default();
    let is_mask = PersonalKind::of(words.trim_matches(['[', ']'])).is_some();
    name.kind == NameKind::Person && name.score >= SURE && !words.trim().is_empty() && !is_mask
}

/// The surest of those that overlap, in order.
fn apart(mut found: Vec<Personal>) -> Vec<Personal> {
    found.sort_by_key(|it| (rank(it.kind), std::cmp::Reverse(it.end - it.start), it.start));
    let mut kept: Vec<Personal> = Vec::new();
    for personal in found {
        if !kept.iter().any(|other| other.start < personal.end && personal.start < other.end) {
            kept.push(personal);
        }
    }
    kept.sort_by_key(|it| it.start);
    kept
}

/// What has a checksum comes before what only looks so.
fn rank(kind: PersonalKind) -> u8 {
    match kind {
        PersonalKind::Email => 0,
        PersonalKind::Iban => 1,
        PersonalKind::Card => 2,
        PersonalKind::NationalId => 3,
        PersonalKind::Ip => 4,
        PersonalKind::Address => 5,
        PersonalKind::Phone => 6,
        PersonalKind::Person => 7,
    }
}

fn in_reading(reading: &Reading<'_>, search: &Search<'_>) -> Vec<Personal> {
    let wanted = search.wanted;
    let mut found = Vec::new();
    let text = reading.text.as_str();
    let mut add = |kind: PersonalKind, start: usize, end: usize| {
        let (start, end) = reading.place(start, end);
        found.push(Personal { kind, start, end });
    };
    if wanted(PersonalKind::Email) && text.contains(['@', '(', '[', '{']) {
        for find in contact::emails(reading) {
            add(PersonalKind::Email, find.start, find.end);
        }
    }
    if wanted(PersonalKind::Ip) {
        for (start, end) in ip::find(text) {
            add(PersonalKind::Ip, start, end);
        }
    }
    if text.bytes().filter(u8::is_ascii_digit).take(FEWEST_DIGITS).count() < FEWEST_DIGITS {
        return found;
    }
    if wanted(PersonalKind::Iban) {
        for find in bank::ibans(text) {
            add(PersonalKind::Iban, find.start, find.end);
        }
    }
    if wanted(PersonalKind::Card) {
        for find in bank::cards(text) {
            add(PersonalKind::Card, find.start, find.end);
        }
    }
    if wanted(PersonalKind::NationalId) {
        for (start, end) in national::find(text, search.languages) {
            add(PersonalKind::NationalId, start, end);
        }
    }
    if wanted(PersonalKind::Phone) {
        for find in phone::like(text, search.finder.phone_country(), &search.languages.iter().copied()) {
            // The bot's own order number is no telephone number.
            if !search.finder.is_own(reading, reading.place(find.start, find.end)) {
                add(PersonalKind::Phone, find.start, find.end);
            }
        }
    }
    found
}

fn people(reading: &Reading<'_>, search: &Search<'_>) -> Vec<Personal> {
    let wanted = ((search.wanted)(PersonalKind::Person), (search.wanted)(PersonalKind::Address));
    if wanted == (false, false) {
        return Vec::new();
    }
    let (persons, addresses) = search.finder.people(reading, search.moment, search.written, wanted);
    let persons = persons.into_iter().map(|find| (PersonalKind::Person, find));
    let addresses = addresses.into_iter().map(|find| (PersonalKind::Address, find));
    persons
        .chain(addresses)
        .map(|(kind, find)| {
            let (start, end) = reading.place(find.start, find.end);
            Personal { kind, start, end }
        })
        .collect()
}

/// Whether a text names an address of a machine or a number of a state: what no entity is.
pub(crate) fn beside_entities(reading: &Reading<'_>, languages: &[&str]) -> Vec<PersonalKind> {
    let mut kinds = Vec::new();
    let text = reading.text.as_str();
    if !ip::find(text).is_empty() {
        kinds.push(PersonalKind::Ip);
    }
    if text.bytes().filter(u8::is_ascii_digit).take(FEWEST_DIGITS).count() == FEWEST_DIGITS
        && !national::find(text, languages).is_empty()
    {
        kinds.push(PersonalKind::NationalId);
    }
    kinds
}
