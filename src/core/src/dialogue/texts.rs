//! What does the studio itself say, and in which words is it told to stop, repeat or correct?
//!
//! Texts stand in `locales/<language>/dialogue.ftl` (Fluent). A language without a file speaks English.

use std::{collections::BTreeMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

use super::words::normalise;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| bundle("en", include_str!("../../../../locales/en/dialogue.ftl")));
static GERMAN: LazyLock<Bundle> =
    LazyLock::new(|| bundle("de", include_str!("../../../../locales/de/dialogue.ftl")));

/// Languages that the studio has texts of its own in.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// A text of the studio. An unknown key is answered with the apology: a visitor never reads a key.
pub fn text(language: &str, key: &str, arguments: &[(&str, String)]) -> String {
    let mut filled = FluentArgs::new();
    for (name, value) in arguments {
        filled.set(*name, value.as_str());
    }
    [of(language), &ENGLISH]
        .into_iter()
        .find_map(|bundle| format(bundle, key, &filled))
        .or_else(|| format(&ENGLISH, "apology", &filled))
        .unwrap_or_default()
}

/// Lists of words of the studio, normalised, in all of `languages` that it has texts in.
pub fn words<'a>(
    languages: impl IntoIterator<Item = &'a str>,
    key: &'static str,
) -> impl Iterator<Item = &'static str> {
    languages
        .into_iter()
        .filter_map(move |language| {
            let language = LANGUAGES.iter().find(|known| **known == language)?;
            WORDS.get(&(*language, key))
        })
        .flatten()
        .map(String::as_str)
}

static WORDS: LazyLock<BTreeMap<(&str, &str), Vec<String>>> = LazyLock::new(|| {
    let keys = [
        "cancel-words",
        "start-over-words",
        "repeat-words",
        "person-words",
        "correct-words",
        "yes-words",
        "no-words",
    ];
    let lists = LANGUAGES.iter().flat_map(|language| keys.map(|key| (*language, key)));
    lists
        .map(|(language, key)| {
            let list = format(of(language), key, &FluentArgs::new()).unwrap_or_default();
            let words = list.split('|').map(normalise).filter(|word| !word.is_empty());
            ((language, key), words.collect())
        })
        .collect()
});

fn of(language: &str) -> &'static Bundle {
    if language == "de" { &GERMAN } else { &ENGLISH }
}

fn format(bundle: &Bundle, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
}

fn bundle(language: &str, source: &str) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(language.parse().into_iter().collect());
    // Marks around arguments (U+2068) are for mixed directions; chat platforms show them as boxes.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        // What could be read of a broken file is used; a test holds every file to being whole.
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str) -> Vec<&str> {
        source
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| Some(line.split_once(" = ")?.0))
            .collect()
    }

    #[test]
    fn every_language_has_every_text() {
        let english = include_str!("../../../../locales/en/dialogue.ftl");
        let german = include_str!("../../../../locales/de/dialogue.ftl");
        assert!(FluentResource::try_new(english.to_owned()).is_ok());
        assert!(FluentResource::try_new(german.to_owned()).is_ok());
        assert_eq!(keys(english), keys(german));
        for key in keys(english) {
            assert!(format(&GERMAN, key, &FluentArgs::new()).is_some(), "{key}");
        }
    }

    #[test]
    fn texts_fall_back_to_english() {
        assert_eq!(text("de", "invalid-yes-no", &[]), "Bitte antworten Sie mit Ja oder Nein.");
        assert_eq!(text("fr", "invalid-yes-no", &[]), "Please answer with yes or no.");
        assert_eq!(text("en", "no-such-key", &[]), "Sorry, something went wrong on our side.");
        assert_eq!(
            text("en", "invalid-number-small", &[("min", "3".to_owned())]),
            "The number must be at least 3."
        );
    }

    #[test]
    fn words_are_normalised() {
        assert!(words(["en"], "cancel-words").any(|word| word == "never mind"));
        assert!(words(["en", "de"], "cancel-words").any(|word| word == "abbrechen"));
        assert_eq!(words(["fr"], "cancel-words").count(), 0);
    }
}
