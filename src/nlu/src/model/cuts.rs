//! Which clauses of a message are heard: those of a list of wishes, and whatever is taken back.

use std::ops::Range;

use crate::{
    clauses,
    denial::{self, Denial, Language},
    text::Reading,
};

/// Most clauses that are heard of a message that is no list of wishes, for what it takes back.
const MOST_HEARD: usize = 8;

/// Where a clause stands, without and with the "I" before it, and the wish that it takes back.
pub(super) struct Cut<'t> {
    pub(super) place: Range<usize>,
    pub(super) subject: Range<usize>,
    pub(super) denial: Option<Denial>,
    /// The place, where it was read already.
    pub(super) reading: Option<Reading<'t>>,
}

/// The clauses of a text. One that is no list of wishes has some only where it takes something back, and nothing where that is more
/// than is heard. `languages` are those that it may be written in, the likeliest first.
pub(super) fn cuts<'t>(text: &'t str, languages: &[&'static Language]) -> Option<Vec<Cut<'t>>> {
    let codes: Vec<&str> = languages.iter().map(|language| language.code()).collect();
    let places = clauses::clauses(text, &codes);
    let are_wishes = clauses::may_be_wishes(text, places.len());
    let cuts = with_denials(text, places, languages);
    if are_wishes {
        return Some(cuts);
    }
    if cuts.iter().all(|cut| cut.denial.is_none()) {
        return Some(Vec::new());
    }
    gathered(cuts)
}

fn with_denials<'t>(
    text: &'t str,
    places: Vec<Range<usize>>,
    languages: &[&'static Language],
) -> Vec<Cut<'t>> {
    let mut cuts: Vec<Cut<'t>> = Vec::with_capacity(places.len());
    for place in places {
        let subject = with_subject(text, &place);
        let reading = Reading::new(&text[subject.clone()]);
        // Whether the clause before takes back what this one says.
        let opened = cuts.last().is_some_and(|before| before.denial.is_some());
        let going_on = || if opened { denial::going_on(&reading, languages) } else { None };
        let denial = denial::find(&reading, languages).or_else(going_on);
        let reading = (subject == place).then_some(reading);
        cuts.push(Cut { place, subject, denial, reading });
    }
    cuts
}

/// Those that take something back, each once; what stands between them is one clause. Nothing where they are more than are heard.
fn gathered(cuts: Vec<Cut<'_>>) -> Option<Vec<Cut<'_>>> {
    let mut gathered: Vec<Cut<'_>> = Vec::new();
    // Whether the clause before takes nothing back.
    let mut goes_on = false;
    for cut in cuts {
        if gathered.len() > MOST_HEARD {
            return None;
        }
        let Some(denial) = &cut.denial else {
            match gathered.last_mut().filter(|_| goes_on) {
                Some(before) => {
                    before.place.end = cut.place.end;
                    before.subject.end = cut.subject.end;
                    before.reading = None;
                }
                None => gathered.push(cut),
            }
            goes_on = true;
            continue;
        };
        goes_on = false;
        let is_again = |other: &Denial| other.words == denial.words;
        if !gathered.iter().any(|before| before.denial.as_ref().is_some_and(is_again)) {
            gathered.push(cut);
        }
    }
    (gathered.len() <= MOST_HEARD).then_some(gathered)
}

/// The place of a clause with the "I" before it, which [`clauses`] takes for a word that joins.
fn with_subject(text: &str, place: &Range<usize>) -> Range<usize> {
    let before = text[..place.start].trim_end();
    let subject = before.strip_suffix(['i', 'I']);
    let subject = subject.filter(|before| !before.ends_with(|letter: char| letter.is_alphanumeric()));
    subject.map_or(place.start, str::len)..place.end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clauses of an English text, those that take something back with a `-` before them.
    fn heard(text: &str) -> Option<Vec<String>> {
        let languages = Language::of(std::iter::once("en"));
        let told = |cut: &Cut<'_>| {
            let words = &text[cut.place.clone()];
            if cut.denial.is_some() { format!("-{words}") } else { words.to_owned() }
        };
        cuts(text, &languages).map(|cuts| cuts.iter().map(told).collect())
    }

    #[test]
    fn a_letter_has_clauses_where_it_takes_something_back() {
        let check = |text: &str, expected: &[&str]| {
            let expected: Vec<String> = expected.iter().map(|words| (*words).to_owned()).collect();
            assert_eq!(heard(text), Some(expected), "{text}");
        };
        check("we came late, please don't call me", &["we came late,", "-please don't call me"]);
        check("we came late. it is cold. my wife is ill. the kids sleep. we are here.", &[]);
        check(
            "we came late. it is cold. my wife is ill. the kids sleep. I don't want to order food. see you soon.",
            &[
                "we came late. it is cold. my wife is ill. the kids sleep.",
                "-I don't want to order food.",
                "see you soon.",
            ],
        );
        check(&"I don't want a pizza. ".repeat(5), &["-I don't want a pizza."]);
        // What is taken back again stands in no other clause.
        check(
            "we are here. don't call me. it is cold. don't call me. it is late.",
            &["we are here.", "-don't call me.", "it is cold.", "it is late."],
        );
    }

    #[test]
    fn what_takes_too_much_back_is_not_heard() {
        let things = ["pizza", "burger", "salad", "soup", "cake", "coffee", "tea", "juice", "water"];
        let text = things.map(|thing| format!("I don't want a {thing}.")).join(" ");
        assert_eq!(heard(&text), None);
    }
}
