//! Which words stand in the studio's lists of a language, so that nobody misspelt them: "stuck" is no "stock"?
//!
//! There is no dictionary: the lists say how people feel, and name days, amounts, colours and the like, with eight hundred to two
//! thousand words of each language.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use crate::{files::language_files, text::Reading};

/// Words as phrases are compared.
pub(super) type Words = HashSet<String>;

const LISTS: [[(&str, &str); 9]; 2] =
    [language_files!("../feelings/languages/", ".toml"), language_files!("../entities/languages/", ".toml")];
/// Sections of settings, and of parts that words are composed of.
const NO_WORDS: [&str; 2] = ["grammar", "bound"];

static ALL: LazyLock<BTreeMap<&'static str, Words>> = LazyLock::new(|| {
    let mut all = BTreeMap::<&'static str, Words>::new();
    for (code, file) in LISTS.into_iter().flatten() {
        all.entry(code)
            .or_default()
            .extend(words(file).unwrap_or_else(|error| panic!("{code}.toml: {error}")));
    }
    all
});

/// Those of a language (ISO 639-1); none where it has no lists.
pub(super) fn of(code: &str) -> Option<&'static Words> {
    ALL.get(code)
}

fn words(file: &str) -> Result<Words, String> {
    let sections: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(file).map_err(|error| error.to_string())?;
    let sections = sections.iter().filter(|(section, _)| !NO_WORDS.contains(&section.as_str()));
    let listed = sections.flat_map(|(_, lists)| lists.values()).flat_map(|list| list.split([',', ' ']));
    // What ends with a star is a stem, and no word.
    let whole = listed.filter(|word| !word.is_empty() && !word.ends_with('*'));
    let mut words = Words::new();
    for word in whole {
        words.extend(Reading::new(word).key().split(' ').map(str::to_owned));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_their_language() {
        let check = |code: &str, word: &str, expected: bool| {
            assert_eq!(of(code).is_some_and(|words| words.contains(word)), expected, "{code}: {word}");
        };
        check("en", "stuck", true);
        check("en", "crash", true);
        check("es", "crash", false);
        // As phrases are compared.
        check("de", "maerz", true);
        // Stems, settings and parts of words.
        check("en", "terribl", false);
        check("it", "vent", false);
        check("xx", "stuck", false);
    }
}
