//! How do words that are felt work together?
//!
//! 1. Each feeling has its strength from the list; a word in capitals, in a message that is not all capitals, has more.
//! 2. "Very" within three words before it adds to it, the less the farther; "a little" takes from it.
//! 3. A negation in its clause within three words before it, or, in languages that say so, behind it, turns it round and weakens it.
//! 4. What stands before the last "but" counts half, what stands behind it half as much again.
//! 5. Exclamation marks make the sum stronger, and it is brought between -1 and 1.

use super::{
    lexicon::{Marks, Sense, Signs},
    words::Words,
};

/// The constants of VADER (Hutto and Gilbert, ICWSM 2014, and the reference implementation).
const MORE: f64 = 0.293;
const CAPITALS: f64 = 0.733;
const TURNED: f64 = -0.74;
const EXCLAMATION: f64 = 0.292;
const MOST_EXCLAMATIONS: usize = 3;
const NORMAL: f64 = 15.0;
/// What is turned from bad is less good than what is turned from good is bad.
const TURNED_BAD: f64 = -0.5;
/// Words that are looked at on either side.
const NEAR: usize = 3;
/// What a swear word says that the list of feelings does not have.
const RUDE: f64 = -2.0;
/// Below this nothing is felt: one weak word alone.
const LEAST: f64 = 0.25;

/// -1 to 1 with two digits; 0 where nothing is felt.
pub(super) fn score(words: &Words<'_>, marks: &Marks, signs: &Signs) -> f64 {
    let feels = with_rude(words, marks);
    let but = marks.grammar.iter().rposition(|sense| *sense == Some(Sense::But));
    let mut sum: f64 = feels
        .iter()
        .enumerate()
        .map(|(place, (index, _, _))| {
            let strength = strength(words, marks, &feels, place);
            match but {
                Some(but) if *index < but => strength * 0.5,
                Some(but) if *index > but => strength * 1.5,
                Some(_) | None => strength,
            }
        })
        .sum();
    sum += words.all.iter().filter_map(|word| signs.feel(word.text)).sum::<f64>();
    sum += signs.faces(words.reading.original);
    if sum == 0.0 {
        return 0.0;
    }
    let count = u32::try_from(words.exclamations(MOST_EXCLAMATIONS)).unwrap_or_default();
    sum += sum.signum() * EXCLAMATION * f64::from(count);
    let score = sum / (sum * sum + NORMAL).sqrt();
    let score = (score * 100.0).round() / 100.0;
    if score.abs() < LEAST { 0.0 } else { score }
}

/// Whether something bad is negated: "not bad", "nicht unzufrieden".
pub(super) fn takes_back_bad(words: &Words<'_>, marks: &Marks) -> bool {
    let feels = with_rude(words, marks);
    feels.iter().enumerate().any(|(place, (index, length, own))| {
        let own_words = *index..(index + length).min(words.all.len());
        let negates = || marks.grammar[own_words].iter().any(|sense| is_negation(*sense));
        if *own > 0.0 { negates() } else { strength(words, marks, &feels, place) > 0.0 }
    })
}

/// The feelings, and the swear words that are none: not where they only make another stronger.
fn with_rude(words: &Words<'_>, marks: &Marks) -> Vec<(usize, usize, f64)> {
    let mut feels = marks.feels.clone();
    let felt = |feels: &[(usize, usize, f64)], place: usize| {
        feels.iter().any(|(index, length, _)| (*index..index + length).contains(&place))
    };
    for (place, _) in marks.profane.iter().enumerate().filter(|(_, profane)| **profane) {
        let stronger = marks.grammar[place] == Some(Sense::Very)
            && (place + 1..=place + 2).any(|near| {
                felt(&marks.feels, near) || {
                    words.all.get(near).is_some_and(|word| Signs::get().feel(word.text).is_some())
                }
            });
        if !felt(&feels, place) && !stronger {
            feels.push((place, 1, RUDE));
        }
    }
    feels.sort_by_key(|(index, ..)| *index);
    feels
}

fn strength(words: &Words<'_>, marks: &Marks, feels: &[(usize, usize, f64)], place: usize) -> f64 {
    let (index, length, own) = feels[place];
    if own == 0.0 {
        return 0.0;
    }
    let own_words = index..(index + length).min(words.all.len());
    // What is negative by a negation of its own ("does not work") is not turned by another: "it never does not work".
    let negates_itself =
        length > 1 && marks.grammar[own_words.clone()].iter().any(|sense| is_negation(*sense));
    let mut strength = own;
    if words.all[own_words].iter().any(|word| word.capitals) {
        strength += own.signum() * CAPITALS;
    }
    let mut more = 0.0;
    let earliest = place.checked_sub(1).map_or(0, |before| feels[before].0 + feels[before].1);
    let mut turned = false;
    let mut at = index;
    for weight in [1.0, 0.95, 0.9].into_iter().take(NEAR) {
        if at <= earliest || words.all[at].begins {
            break;
        }
        at -= 1;
        match marks.grammar[at] {
            Some(Sense::Very) => more += own.signum() * MORE * weight,
            Some(Sense::Little) => more -= own.signum() * MORE * weight,
            Some(Sense::Not | Sense::NotBefore) => turned = true,
            Some(Sense::But | Sense::And) => break,
            Some(
                Sense::Feel(_)
                | Sense::Urgent
                | Sense::Calm
                | Sense::Profane
                | Sense::Asks
                | Sense::AsksAnywhere
                | Sense::Tells
                | Sense::Frequent,
            )
            | None => {}
        }
    }
    turned = !negates_itself && (turned || is_taken_back(words, marks, feels, place));
    match (turned, strength > 0.0) {
        // "Not very good" is no worse than "not good".
        (true, true) => strength * TURNED,
        (true, false) => strength * TURNED_BAD,
        (false, _) => strength + more,
    }
}

fn is_negation(sense: Option<Sense>) -> bool {
    matches!(sense, Some(Sense::Not | Sense::NotBefore))
}

/// Whether a negation stands behind it, and before nothing else that is felt: "gefällt mir nicht".
fn is_taken_back(words: &Words<'_>, marks: &Marks, feels: &[(usize, usize, f64)], place: usize) -> bool {
    let (index, length, _) = feels[place];
    let next = feels.get(place + 1).map_or(usize::MAX, |next| next.0);
    for at in index + length..(index + length + NEAR).min(words.all.len()) {
        if words.all[at].begins || at >= next {
            return false;
        }
        if marks.grammar[at] == Some(Sense::NotBefore) {
            let followed = next.checked_sub(at).is_some_and(|distance| distance <= NEAR)
                && words.all[at + 1..=next.min(words.all.len() - 1)].iter().all(|word| !word.begins);
            return !followed;
        }
    }
    false
}
