//! Is a `widget.json` whole and right?
//!
//! An object of texts. Where something is counted, a text may be an object with one for each form of
//! the language: `{ "one": "…", "other": "…" }`. What is filled in stands in braces: `{count}`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    FALLBACK, WIDGET,
    check::Extent,
    compiled,
    overrides::TextProblem,
    plural::{Categories, categories, needs_no_choice},
};

/// What the form of a text is chosen by.
const COUNTED: &str = "count";

/// What is wrong with a file.
pub fn check(language: &str, source: &str, extent: Extent) -> Vec<TextProblem> {
    let words = match serde_json::from_str::<Map<String, Value>>(source) {
        Ok(words) => words,
        Err(error) => {
            let message = format!("cannot be read as an object of JSON: {error}");
            return vec![TextProblem { line: error.line().max(1), message }];
        }
    };
    let english = compiled(FALLBACK, WIDGET).unwrap_or_default();
    let english = serde_json::from_str::<BTreeMap<String, Value>>(english).unwrap_or_default();
    let forms = categories(language);
    let is_one_for_all = |key: &str| forms.needed.len() == 1 || needs_no_choice(language, key);
    let mut problems = Vec::new();
    for (key, text) in &words {
        let quoted = format!("\"{key}\"");
        let line =
            source.lines().position(|line| line.trim_start().starts_with(&quoted)).map_or(1, |line| line + 1);
        let wrong = match english.get(key) {
            Some(model) => {
                let mut wrong = of_text(text, model, &forms, extent);
                if extent.keeps_places() && text.is_string() && model.is_object() && !is_one_for_all(key) {
                    let forms = forms.needed.iter().copied().collect::<Vec<_>>().join("`, `");
                    wrong.push(format!("counts: write an object of texts, with the forms `{forms}`"));
                }
                wrong
            }
            None => vec!["is no text of the widget".to_owned()],
        };
        problems.extend(
            wrong.into_iter().map(|message| TextProblem { line, message: format!("`{key}` {message}") }),
        );
    }
    if extent == Extent::Whole {
        let missing = english.keys().filter(|key| !words.contains_key(*key));
        problems.extend(missing.map(|key| TextProblem { line: 1, message: format!("`{key}` is missing") }));
    }
    problems
}

fn of_text(text: &Value, model: &Value, forms: &Categories, extent: Extent) -> Vec<String> {
    let Some(found) = texts(text) else {
        return vec!["is neither a text nor an object of texts".to_owned()];
    };
    let mut problems = Vec::new();
    if found.iter().any(|text| text.trim().is_empty()) {
        problems.push("says nothing".to_owned());
    }
    let known = places(&texts(model).unwrap_or_default());
    if let Some(place) = places(&found).difference(&known).next() {
        problems.push(format!("is given no {{{place}}}"));
    }
    if extent.keeps_places() {
        problems.extend(lacking(text, &known, forms));
    }
    if let Value::Object(chosen) = text {
        if !model.is_object() {
            problems.push("counts nothing: write one text".to_owned());
        }
        if let Some(form) = chosen.keys().find(|form| !forms.known.contains(form.as_str())) {
            problems.push(format!("has the form `{form}`, which is none of this language"));
        }
        if let Some(form) = forms.needed.iter().find(|form| !chosen.contains_key(**form)) {
            problems.push(format!("lacks the form `{form}`"));
        }
    }
    problems
}

/// What is not filled in: of all that is, in each form.
fn lacking(text: &Value, known: &BTreeSet<&str>, forms: &Categories) -> Vec<String> {
    let missing = |text: &str| {
        let given = places(&[text]);
        known.iter().copied().filter(|place| !given.contains(*place)).map(str::to_owned).collect::<Vec<_>>()
    };
    match text {
        Value::String(text) => missing(text).into_iter().map(|place| format!("lacks {{{place}}}")).collect(),
        Value::Object(by_form) => {
            let texts = by_form.iter().filter_map(|(form, text)| Some((form.as_str(), text.as_str()?)));
            let of_form = texts.flat_map(|(form, text)| {
                // A number that is always the same may stand there as a word.
                let said = move |place: &String| place == COUNTED && forms.single.contains(form);
                let missing = missing(text).into_iter().filter(move |place| !said(place));
                missing.map(move |place| format!("lacks {{{place}}} in `{form}`"))
            });
            of_form.collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Vec::new(),
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Object(forms) => forms.values().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// The names in braces.
fn places<'a>(texts: &[&'a str]) -> BTreeSet<&'a str> {
    let opened = texts.iter().flat_map(|text| text.split('{').skip(1));
    opened.map(|rest| rest.split('}').next().unwrap_or_default()).collect()
}
