//! Is it yes or no?

use serde_json::Value;
use unicode_normalization::char::is_combining_mark;

use super::{Answer, Fit, Misfit};
use crate::{
    bot::MisfitKind,
    dialogue::{
        courtesy::Courtesy,
        words::{STOPS, normalise},
    },
};

/// Words of who does not know.
const UNSURE: [&str; 4] = ["idea", "clue", "ahnung", "matter"];
/// Longest beginning of a text that is looked at, in characters.
const LONGEST_BEGINNING: usize = 40;

pub fn fit(answer: &Answer<'_>) -> Fit {
    let spoken = spoken(answer.languages);
    let among_courtesy = || spoken.iter().find_map(|words| words.yes_or_no(answer.text));
    if let Some(yes) = yes_or_no(answer.text, &spoken).or_else(among_courtesy) {
        return Fit::Whole(Value::Bool(yes));
    }
    // "no idea" and the like are not an answer.
    let is_unsure = normalise(answer.text).split(' ').any(|word| UNSURE.contains(&word));
    match beginning(answer.text, &spoken).filter(|_| !is_unsure) {
        // "ok, no" says both.
        Some((true, _, rest)) if yes_or_no(rest, &spoken) == Some(false) => Misfit::of(MisfitKind::NotYesNo),
        // "yes please send it": the beginning decides.
        Some((true, words, _)) => Fit::part(true, words.trim()),
        Some((false, words, rest)) if stands_alone(words, rest, &spoken) => Fit::part(false, words.trim()),
        Some(_) | None => Misfit::of(MisfitKind::NotYesNo),
    }
}

/// What the longest beginning of a text says, its words, and what follows them.
fn beginning<'a>(text: &'a str, spoken: &[Courtesy]) -> Option<(bool, &'a str, &'a str)> {
    let places = text.char_indices().map(|(place, _)| place).take(LONGEST_BEGINNING).collect::<Vec<_>>();
    places.into_iter().rev().find_map(|place| {
        let (words, rest) = text.split_at(place);
        let goes_on = |next: char| next.is_alphanumeric() || is_combining_mark(next) || "'’`".contains(next);
        if rest.starts_with(goes_on)
            || words.ends_with(|last: char| !last.is_alphanumeric() && last.is_ascii())
        {
            return None;
        }
        Some((yes_or_no(words, spoken)?, words, rest))
    })
}

/// Whether a "no" is an answer by itself: behind it is a stop, or it is more than the one word ("no thanks"), or it is
/// said again. "No problem" and "não sei" say something else.
fn stands_alone(words: &str, rest: &str, spoken: &[Courtesy]) -> bool {
    let rest = rest.trim_start();
    rest.starts_with(STOPS)
        || rest.starts_with("- ")
        || normalise(words).contains(' ')
        || beginning(&format!("{rest} "), spoken).is_some_and(|(yes, _, _)| !yes)
}

/// Whether the whole text says yes or no. The first language that knows the word decides: `jo` is yes in Swedish, and no in
/// Albanian.
fn yes_or_no(text: &str, spoken: &[Courtesy]) -> Option<bool> {
    if normalise(text) == "true" {
        return Some(true);
    }
    spoken.iter().find_map(|words| words.says(text))
}

/// The words of the bot's languages, and of English.
fn spoken(languages: &[String]) -> Vec<Courtesy> {
    languages.iter().map(String::as_str).chain(["en"]).map(Courtesy::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_knows_the_word_decides() {
        let check = |languages: &[&str], text: &str, expected: Option<bool>| {
            let languages = languages.iter().map(|&language| language.to_owned()).collect::<Vec<_>>();
            assert_eq!(yes_or_no(text, &spoken(&languages)), expected, "{languages:?} {text}");
        };
        check(&["sv", "sq"], "jo", Some(true));
        check(&["sq", "sv"], "jo", Some(false));
        check(&["fr"], "Oui !", Some(true));
        check(&["fr"], "yes", Some(true));
        check(&["ja"], "はい", Some(true));
        check(&["hi"], "नहीं", Some(false));
        check(&["pt-BR"], "beleza", Some(true));
        check(&["xx"], "nope", Some(false));
        check(&["fr"], "peut-être", None);
    }

    fn read(language: &str, text: &str) -> Fit {
        let (content, languages) = (crate::content::Content::text(text), [language.to_owned()]);
        fit(&Answer {
            content: &content,
            text,
            size: 0,
            entities: &[],
            understood: true,
            languages: &languages,
            today: jiff::civil::date(2026, 11, 23),
            month_first: false,
        })
    }

    #[test]
    fn a_no_before_other_words_is_no_answer() {
        let check = |language: &str, text: &str, expected: Option<bool>| {
            assert_eq!(read(language, text).value(), expected.map(Value::Bool), "{language} {text}");
        };
        check("pt", "não sei", None);
        check("es", "no sé", None);
        check("es", "no lo sé", None);
        check("ru", "не знаю", None);
        check("en", "no problem, go ahead", None);
        check("en", "no-one", None);
        check("en", "n/a", None);
        check("en", "no, no idea", None);
        check("en", "no, send it back", Some(false));
        check("en", "No! I do not want it", Some(false));
        check("en", "no thanks I am fine", Some(false));
        check("en", "no no no", Some(false));
        check("de", "nein danke, heute nicht", Some(false));
        check("de", "nein, danke schön", Some(false));
        check("es", "no gracias, hoy no", Some(false));
        check("hi", "नहीं, धन्यवाद जी", Some(false));
        check("en", "yes I do", Some(true));
        check("en", "of course I do", Some(true));
        check("en", "ok, no", None);
    }

    #[test]
    fn yes_and_no_among_courtesy_are_the_whole_answer() {
        let check = |text: &str, expected: bool| {
            assert_eq!(read("de", text), Fit::Whole(Value::Bool(expected)), "{text}");
        };
        check("nein doch nicht", false);
        check("ja gern", true);
        check("yes please do", true);
        check("True!", true);
    }
}
