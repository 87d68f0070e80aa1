//! What is each language called in another one?
//!
//! `names.tsv` has a line for each language of the studio but English, whose names stand among the `language-words` of all: its tag,
//! then `tag=name` of every other language, in lower case, as the Unicode CLDR 48 has them.

use std::{collections::BTreeMap, sync::OnceLock};

use super::chain;
use crate::dialogue::normalise;

static SOURCE: &str = include_str!("names.tsv");

/// Languages by the first part of their tags, each with its name as it is compared.
type Names = Vec<(&'static str, String)>;

/// What the languages are called in `language`, normalised. Empty for English and where nobody knows.
pub fn names(language: &str) -> &'static [(&'static str, String)] {
    static READ: OnceLock<BTreeMap<&'static str, Names>> = OnceLock::new();
    let read = READ.get_or_init(|| {
        let line = |line: &'static str| {
            let (tag, names) = line.split_once('\t')?;
            let names = names.split('\t').filter_map(|name| name.split_once('='));
            Some((tag, names.map(|(tag, name)| (tag, normalise(name))).collect::<Names>()))
        };
        SOURCE.lines().filter_map(line).collect()
    });
    let known = chain(language).into_iter().find_map(|near| read.get(near.as_str()));
    known.map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::languages, *};

    #[test]
    fn every_language_has_a_name_for_nearly_every_other() {
        let tags: BTreeSet<&str> = languages().map(|tag| tag.split('-').next().unwrap_or(tag)).collect();
        for language in languages().filter(|language| *language != "en") {
            let own = language.split('-').next();
            let named = names(language);
            assert!(named.len() + 4 >= tags.len(), "{language}: {} names", named.len());
            assert!(named.iter().all(|(tag, name)| tags.contains(tag) && !name.is_empty()), "{language}");
            assert!(named.iter().all(|(tag, _)| Some(*tag) != own), "{language} has its own name elsewhere");
        }
        assert!(names("en-GB").is_empty() && names("xx").is_empty());
        assert!(names("de-AT").contains(&("en", "englisch".to_owned())));
    }
}
