//! What stands around a bare number: does it say that it is a time, or what it counts?

use super::super::{
    date,
    sense::{Sense, Word},
    time::{self, half_behind},
    words::Words,
};

/// Whether a preposition or "@" leads to it.
pub(super) fn is_introduced(words: &Words<'_>, index: usize) -> bool {
    words.behind(index, &[Word::At])
        || words.all.get(index).is_some_and(|word| words.text()[..word.start].trim_end().ends_with('@'))
}

/// Whether a part of the day stands right before or behind.
pub(super) fn is_in_part(words: &Words<'_>, index: usize, next: usize) -> bool {
    let before = |place: usize| time::part(words, place).is_some_and(|(_, behind)| behind == index);
    (index.saturating_sub(3)..index).any(before) || half_behind(words, next).is_some()
}

/// Whether a bare number stands for itself: what follows is no thing that it counts.
pub(super) fn is_alone(words: &Words<'_>, next: usize) -> bool {
    let leads_on = |sense: Sense| match sense {
        Sense::Weekday(_) | Sense::Month(_) | Sense::Day(_) | Sense::Part(_) | Sense::Holiday(_) => Some(()),
        Sense::Word(word) => matches!(
            word,
            Word::On
                | Word::And
                | Word::In
                | Word::At
                | Word::From
                | Word::Until
                | Word::By
                | Word::For
                | Word::Next
                | Word::This
                | Word::Closing
                | Word::Of
                | Word::UntilBehind
                | Word::AfterBehind
                | Word::LaterBehind
                | Word::EarlierBehind
        )
        .then_some(()),
        _ => None,
    };
    words.at(next).is_empty()
        || !words.joined(next - 1)
        || time::is_zone(words.at(next))
        || words.sense(next, leads_on).is_some()
}

/// Whether a unit, a currency or the like follows, so that the number is of that.
pub(super) fn counts_something(words: &Words<'_>, next: usize) -> bool {
    let counted = |sense: Sense| match sense {
        Sense::Unit(_)
        | Sense::Currency(_)
        | Sense::Cent(_)
        | Sense::Measure(_)
        | Sense::Word(Word::Percent) => Some(()),
        _ => None,
    };
    next < words.all.len()
        && words.joined(next - 1)
        && words.joint(next, Word::Oclock).is_none()
        && half_behind(words, next).is_none()
        && words.sense(next, counted).is_some()
        || date::month(words, next).is_some_and(|_| words.near(next - 1))
}

/// Whether a number is a party's: "a table for 2 tonight", "a party of 4 this evening".
pub(super) fn counts_people(words: &Words<'_>, index: usize, next: usize) -> bool {
    let led = words.behind(index, &[Word::For]) || words.at(index.wrapping_sub(1)) == "of";
    let today = words.sense(next, |sense| (sense == Sense::Day(0)).then_some(()));
    let is_part = |((), end): ((), usize)| time::part(words, next).is_some_and(|(_, behind)| behind == end);
    led && words.joined(next - 1) && today.is_some_and(is_part)
}
