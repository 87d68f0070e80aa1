//! Is a `dialogue.ftl` whole and right?

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::parser::{ParserError, parse};

use super::{
    DIALOGUE, FALLBACK, compiled,
    formats::signs,
    messages::{Text, messages},
    overrides::TextProblem,
    plural::{Categories, categories, needs_no_choice},
};
use crate::dialogue::normalise;

/// How many characters a button has: that of a list on WhatsApp, the last row of one, and on Discord one that opens a form, as whose title it
/// stands again.
const LONGEST: [(&str, usize); 3] = [("button-choose", 20), ("button-more", 24), ("button-answer", 45)];

/// How much a file must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything: one that is compiled in.
    Whole,
    /// What its author likes: an operator's own.
    Some,
    /// One text, with all that is filled in.
    One,
}

impl Extent {
    pub fn keeps_places(self) -> bool {
        matches!(self, Self::Whole | Self::One)
    }
}

/// What is wrong with a file.
pub fn check(language: &str, source: &str, extent: Extent) -> Vec<TextProblem> {
    let problem = |line, message: String| TextProblem { line, message };
    let (resource, errors) = match parse(source) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, errors)) => (resource, errors),
    };
    let unread = |error: &ParserError| {
        problem(line_of(source, error.pos.start), format!("cannot be read as Fluent: {error}"))
    };
    let mut problems = errors.iter().map(unread).collect::<Vec<_>>();
    let english = parse(compiled(FALLBACK, DIALOGUE).unwrap_or_default());
    let (Ok(english) | Err((english, _))) = english;
    let forms = categories(language);
    let (english, found) = (messages(&english, &categories(FALLBACK)), messages(&resource, &forms));
    for (key, text) in &found {
        let begins =
            |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let line = source.lines().position(begins).map_or(1, |line| line + 1);
        match english.get(key) {
            Some(model) => {
                let mut wrong = of_text(key, text, model, &forms, extent);
                let is_counted =
                    !model.choices.is_empty() && text.choices.is_empty() && forms.needed.len() > 1;
                if extent.keeps_places() && is_counted && !needs_no_choice(language, key) {
                    let forms = forms.needed.iter().copied().collect::<Vec<_>>().join("], [");
                    wrong.push(format!("write a choice by the number that is counted: [{forms}]"));
                }
                problems
                    .extend(wrong.into_iter().map(|message| problem(line, format!("`{key}`: {message}"))));
            }
            None => problems
                .push(problem(line, format!("`{key}` is no text of the studio{}", near(key, &english)))),
        }
    }
    if extent == Extent::Whole {
        let missing = english.keys().filter(|key| !found.contains_key(*key));
        problems.extend(missing.map(|key| problem(1, format!("`{key}` is missing"))));
    }
    problems
}

fn of_text(key: &str, text: &Text<'_>, model: &Text<'_>, forms: &Categories, extent: Extent) -> Vec<String> {
    let mut problems = Vec::new();
    let named = |names: &mut dyn Iterator<Item = &&str>| {
        names.map(|name| format!("{{ ${name} }}")).collect::<Vec<_>>().join(", ")
    };
    let unknown = named(&mut text.places.difference(&model.places));
    if !unknown.is_empty() {
        problems.push(format!("{unknown} is nothing that this text is given"));
    }
    if extent.keeps_places() {
        let is_everywhere = |name: &&&str| !text.lacking.contains_key(**name);
        let missing = named(&mut model.places.difference(&text.shown).filter(is_everywhere));
        if !missing.is_empty() {
            problems.push(format!("{missing} is missing"));
        }
        for name in model.places.difference(&text.shown) {
            if let Some(forms) = text.lacking.get(name) {
                let forms = forms.iter().copied().collect::<Vec<_>>().join("], [");
                problems.push(format!("{{ ${name} }} is missing in [{forms}]"));
            }
        }
    }
    for chosen in &text.choices {
        let known = forms.known.iter().copied().collect::<BTreeSet<_>>();
        let strange = chosen.difference(&known).copied().collect::<Vec<_>>();
        if !strange.is_empty() {
            problems.push(format!("[{}] is no form of this language", strange.join("], [")));
        }
        let missing = forms.needed.difference(chosen).copied().collect::<Vec<_>>();
        if !missing.is_empty() {
            problems.push(format!("the form [{}] is missing", missing.join("], [")));
        }
    }
    if text.is_foreign {
        problems.push("only { $name } and a choice by a number may stand in braces".to_owned());
    }
    problems.extend(of_format(key, &text.plain));
    problems
}

/// What is wrong with a text that is read by the studio before people read it.
fn of_format(key: &str, text: &str) -> Option<String> {
    match key {
        "date-format" => {
            let bare = ["%-d", "%-m", "%d", "%m", "%Y"]
                .iter()
                .fold(text.to_owned(), |bare, sign| bare.replace(sign, ""));
            let has = |signs: [&str; 2]| signs.iter().any(|sign| text.contains(sign));
            let whole =
                has(["%d", "%-d"]) && has(["%m", "%-m"]) && text.contains("%Y") && !bare.contains('%');
            (!whole).then(|| "write a day (%d or %-d), a month (%m or %-m) and a year (%Y)".to_owned())
        }
        "number-format" => {
            signs(text).is_none().then(|| "write an example such as 1,234.5 or 1.234,5".to_owned())
        }
        _ if key.ends_with("-words") => of_words(text),
        _ if text.trim().is_empty() => Some("it says nothing".to_owned()),
        _ => of_button(key, text),
    }
}

fn of_button(key: &str, text: &str) -> Option<String> {
    let (_, most) = LONGEST.iter().find(|(button, _)| *button == key)?;
    (text.trim().chars().count() > *most).then(|| format!("it may have {most} characters"))
}

fn of_words(list: &str) -> Option<String> {
    let words = list.split('|').map(str::trim).collect::<Vec<_>>();
    let mut seen = BTreeSet::new();
    for word in words {
        let plain = normalise(word);
        if plain.is_empty() {
            return Some("an entry is empty".to_owned());
        }
        if word.to_lowercase() != word {
            return Some(format!("`{word}` is not in lower case"));
        }
        if !seen.insert(plain) {
            return Some(format!("`{word}` stands there twice"));
        }
    }
    None
}

/// The messages of a file as they were written, without the room before their lines.
pub fn sources(source: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in source.lines() {
        let begins = line.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if begins && let Some((key, text)) = line.split_once('=') {
            found.push((key.trim_end(), text.trim().to_owned()));
            open = true;
        } else if open
            && line.starts_with([' ', '\t'])
            && let Some((_, text)) = found.last_mut()
        {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line.strip_prefix("    ").unwrap_or(line.trim_start()));
        } else {
            open = false;
        }
    }
    found
}

/// The line of a byte, from 1.
fn line_of(source: &str, place: usize) -> usize {
    source.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1
}

/// A hint at a key that looks like it.
fn near<T>(key: &str, known: &BTreeMap<&str, T>) -> String {
    let nearest = known
        .keys()
        .map(|other| (rapidfuzz::distance::levenshtein::distance(key.chars(), other.chars()), other));
    match nearest.min() {
        Some((distance, other)) if distance <= 3 => format!("; did you mean `{other}`?"),
        Some(_) | None => String::new(),
    }
}
