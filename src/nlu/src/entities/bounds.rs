//! Is an amount a bound or a range: "under 50 euros", "2-3 kg", "between 10 and 20 dollars"?
//!
//! The value keeps its `amount`, the last that was said, and has `min` and `max` beside it.

use serde_json::Value;

use super::{
    Find,
    number::number,
    sense::{Sense, Word},
    words::Words,
};

/// The finds with the bounds that stand before them.
pub(super) fn with_bounds(words: &Words<'_>, finds: Vec<Find>) -> Vec<Find> {
    let mut bounded: Vec<Find> = Vec::new();
    for find in finds {
        let index = words.index_from(find.start);
        let amount = find.value.get("amount").cloned().unwrap_or_default();
        // "from 3 km to 5 km": the end before this one is of the same unit
        if let Some(before) = bounded.last()
            && let Some(low) = before.value.get("amount").cloned()
            && leads_on(words, words.index_from(before.end), index)
            && same_unit(before, &find)
            && low.as_f64() < amount.as_f64()
        {
            let start = before.start;
            bounded.pop();
            bounded.push(ranged(Find { start, ..find }, low, amount));
        } else if let Some((low, start)) = number_before(words, index, find.value.get("currency").is_some())
            .filter(|(low, _)| Some(*low) < amount.as_f64())
            && let Some(low) = number(low)
        {
            bounded.push(ranged(Find { start, ..find }, low, amount));
        } else if let Some((high, end)) =
            number_behind(words, &find).filter(|(high, _)| amount.as_f64() < Some(*high))
            && let Some(high) = number(high)
        {
            let found = with(Find { end, ..find }, "amount", high.clone());
            bounded.push(ranged(found, amount, high));
        } else {
            bounded.push(match words.bound_before(index) {
                Some(Word::AtMost) => with(find, "max", amount),
                Some(_) => with(find, "min", amount),
                None => find,
            });
        }
    }
    bounded
}

fn ranged(find: Find, low: Value, high: Value) -> Find {
    with(with(find, "min", low), "max", high)
}

fn with(mut find: Find, name: &str, bound: Value) -> Find {
    if let Value::Object(value) = &mut find.value {
        value.insert(name.to_owned(), bound);
    }
    find
}

fn same_unit(one: &Find, other: &Find) -> bool {
    ["currency", "unit"].iter().all(|name| one.value.get(name) == other.value.get(name))
        && one.value.get("max").is_none()
}

/// Whether only "to", "-" or, behind "between", "and" stands between the words at these places.
fn leads_on(words: &Words<'_>, behind: usize, index: usize) -> bool {
    let behind = behind.max(1);
    let Some(gap) = words
        .all
        .get(behind - 1)
        .zip(words.all.get(index))
        .and_then(|(one, next)| words.text().get(one.end..next.start))
    else {
        return false;
    };
    let dash = gap.trim_matches(|it: char| it.is_whitespace() || it == '~') == "-";
    let leads = |joint: Word| {
        words.joint(behind, joint).is_some_and(|next| next == index || words.past(next, &[Word::At]) == index)
    };
    dash || leads(Word::Until) || (leads(Word::And) && between_before(words, behind))
}

/// Whether "between" or "from" stands some words before a place.
pub(super) fn between_before(words: &Words<'_>, index: usize) -> bool {
    (index.saturating_sub(6)..index).any(|place| words.one_of(place, &[Word::Between, Word::From]).is_some())
}

/// The number before "to", "-" or "and" that has no unit of its own, and where it begins. Without "from" before it "2 à 5 euros" are
/// two for five euros each, where the language says so.
fn number_before(words: &Words<'_>, index: usize, of_money: bool) -> Option<(f64, usize)> {
    let priced = of_money && words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.to_is_price);
    (index.saturating_sub(6)..index).find_map(|first| {
        let (low, next) = words.decimal(first)?;
        let marked = words.behind(first, &[Word::Between, Word::From]);
        let gap = words
            .all
            .get(next - 1)
            .zip(words.all.get(index))
            .and_then(|(one, to)| words.text().get(one.end..to.start))?;
        let dash = next == index
            && gap.trim_matches(|it: char| it.is_whitespace() || it == '~' || it == '$' || it == '€') == "-";
        let joint = marked
            && words
                .one_of(next, &[Word::Until, Word::And])
                .is_some_and(|to| to == index || words.past(to, &[Word::At]) == index);
        let plain = !priced
            && words.joined(next - 1)
            && words.joint(first, Word::Article).is_none()
            && words
                .joint(next, Word::Until)
                .is_some_and(|to| to == index || words.past(to, &[Word::At]) == index);
        let alone = !words.is_within_digits(words.all[first].start);
        ((dash || joint || plain) && alone).then(|| (low, words.all[first].start))
    })
}

/// The number behind an amount whose currency stands before it, and where it ends: "$20-30", "between €20 and 30".
fn number_behind(words: &Words<'_>, find: &Find) -> Option<(f64, usize)> {
    let behind = words.index_from(find.end);
    let sign_first =
        find.value.get("currency").is_some() && words.decimal(words.index_from(find.start)).is_none();
    let gap = words.text().get(find.end..words.all.get(behind)?.start).filter(|_| sign_first)?;
    let place = if gap == "-" {
        behind
    } else {
        let and = || words.joint(behind, Word::And).filter(|_| between_before(words, behind));
        words.joint(behind, Word::Until).or_else(and).filter(|_| gap.trim().is_empty())?
    };
    let (high, next) = words.decimal(place)?;
    let end = words.all[next - 1].end;
    // "$5-10 kg", "give $5 to 10 people", "$5-10%", "$20-30-40"
    let counted = |sense| {
        let units = matches!(sense, Sense::Currency(_) | Sense::Measure(_) | Sense::Unit(_) | Sense::Cent(_));
        units.then_some(())
    };
    let closed =
        || words.one_of(next, &[Word::Closing, Word::For, Word::At, Word::On, Word::And, Word::By]).is_some();
    let alone = next >= words.all.len()
        || !words.joined(next - 1)
        || if gap == "-" { words.sense(next, counted).is_none() } else { closed() };
    let goes_on = words.text()[end..].starts_with(['-', '%', '/', ':']);
    (alone && !goes_on).then_some((high, end))
}
