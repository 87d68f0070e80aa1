//! Which holidays does a text name, and of which year?

use jiff::civil::Date;

use super::{
    calendar,
    date::{self, Day},
    distance, period,
    sense::{Sense, Unit, Word},
    words::Words,
};

/// "Christmas", "Ostern 2027", "next Thanksgiving".
pub(super) fn day(words: &Words<'_>, index: usize, today: Date) -> Day {
    let named = |index: usize| {
        words.sense(index, |sense| match sense {
            Sense::Holiday(holiday) => Some(holiday),
            _ => None,
        })
    };
    let this_year = i64::from(today.year());
    let ahead = |holiday| calendar::next_holiday(holiday, today);
    if let Some((holiday, next)) = named(index) {
        if let Some((year, next)) = date::year(words, next) {
            return Some((calendar::holiday(holiday, year)?, next));
        }
        if let Some(((unit, by), behind)) = period::which(words, words.past(next, &[Word::Of, Word::The]))
            && unit == Unit::Year
        {
            return Some((calendar::holiday(holiday, this_year + by)?, behind));
        }
        // "thanksgiving in 3 years"
        if let Some((from, behind)) = distance::from_today(words, next, today) {
            return Some((calendar::next_holiday(holiday, from)?, behind));
        }
        // "Noël dernier", "la Navidad pasada"
        let behind = |word| words.joint(next, word).filter(|_| words.joined(next - 1));
        if words.lexicons.iter().any(|lexicon| lexicon.grammar.adjective_behind) {
            if let Some(behind) = behind(Word::Last) {
                return Some((calendar::last_holiday(holiday, today)?, behind));
            }
            if let Some(behind) = behind(Word::Next) {
                return Some((ahead(holiday)?, behind));
            }
        }
        return Some((ahead(holiday)?, next));
    }
    if let Some(place) = words.one_of(index, &[Word::Next, Word::This])
        && let Some((holiday, next)) = named(place)
    {
        return Some((ahead(holiday)?, next));
    }
    let (holiday, next) = named(words.joint(index, Word::Last)?)?;
    Some((calendar::last_holiday(holiday, today)?, next))
}
