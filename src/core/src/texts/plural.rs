//! How many forms does a language have for counted things?

use std::collections::{BTreeMap, BTreeSet};

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};

use super::chain;

/// Whole numbers up to this one show every form that people meet.
const ENOUGH: u32 = 1000;

/// Forms that browsers know and the rules of this crate (CLDR 37) do not yet: of whole millions, and of 2 in Maltese.
const LATER: [(&str, &str); 6] =
    [("ca", "many"), ("es", "many"), ("fr", "many"), ("it", "many"), ("mt", "two"), ("pt", "many")];

/// Languages in which what is counted stays as it is behind a number: no text of theirs needs a choice.
const UNCHANGED: [&str; 7] = ["az", "bn", "fa", "hu", "hy", "kk", "tr"];
/// Languages in which the word for a character does ("ein Zeichen", "zwei Zeichen"), and the texts that count characters.
const ALIKE: [&str; 8] = ["da", "de", "fil", "hi", "ka", "nb", "sv", "sw"];
const OF_CHARACTERS: [&str; 3] = ["invalid-text-short", "invalid-text-long", "tooLong"];

/// Categories of the Unicode CLDR.
pub struct Categories {
    /// Taken by some whole number that is counted: a text needs a form for each.
    pub needed: BTreeSet<&'static str>,
    /// Taken by some number: a form for another one would never be read.
    pub known: BTreeSet<&'static str>,
    /// Taken by one whole number alone, which a text may write as a word ("one character").
    pub single: BTreeSet<&'static str>,
}

/// Whether a text that counts may be the same for every number.
pub fn needs_no_choice(language: &str, key: &str) -> bool {
    let chain = chain(language);
    let is_of = |languages: &[&str]| chain.iter().any(|link| languages.iter().any(|it| link == it));
    is_of(&UNCHANGED) || (OF_CHARACTERS.contains(&key) && is_of(&ALIKE))
}

/// Of a language without rules, those of the next one of its chain.
pub fn categories(language: &str) -> Categories {
    let rules = chain(language).into_iter().find_map(|language| {
        PluralRules::create(
            language.parse::<unic_langid::LanguageIdentifier>().ok()?,
            PluralRuleType::CARDINAL,
        )
        .ok()
    });
    let of = |number: &str| {
        rules.as_ref().and_then(|rules| rules.select(number).ok()).map_or("other", |category| name(&category))
    };
    let mut takers: BTreeMap<&'static str, u32> = BTreeMap::new();
    for number in 0..=ENOUGH {
        *takers.entry(of(&number.to_string())).or_default() += 1;
    }
    let single = takers.into_iter().filter(|(_, takers)| *takers == 1).map(|(form, _)| form).collect();
    let mut needed = (1..=ENOUGH).map(|number| of(&number.to_string())).collect::<BTreeSet<_>>();
    needed.insert("other");
    let rare = ["0", "1000000", "0.5", "1.0", "1.5", "2.5", "10.1"].into_iter().map(of);
    let chain = chain(language);
    let later = LATER.iter().filter(|(language, _)| chain.iter().any(|link| link == language));
    let known = needed.iter().copied().chain(rare).chain(later.map(|(_, form)| *form)).collect();
    Categories { needed, known, single }
}

fn name(category: &PluralCategory) -> &'static str {
    match category {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_forms() {
        fn check(language: &str, needed: &str) {
            let found = categories(language).needed.into_iter().collect::<Vec<_>>();
            assert_eq!(found.join(" "), needed, "{language}");
        }
        check("en", "one other");
        check("pt-BR", "one other");
        check("pl", "few many one other");
        check("ar", "few many one other two");
        check("ja", "other");
        check("zh-Hant", "other");
        check("sr-Latn", "few one other");
        check("sl", "few one other two");
        check("nobody", "one other");
        let single = |language: &str| categories(language).single.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(single("de"), "one");
        assert_eq!(single("ar"), "one two zero");
        // 21 знак; 0 and 1 caractère; 102 znaka.
        assert_eq!((single("ru"), single("fr"), single("sl")), (String::new(), String::new(), String::new()));
        assert!(categories("ar").known.contains("zero") && !categories("en").known.contains("two"));
    }

    #[test]
    fn some_texts_are_the_same_for_every_number() {
        assert!(needs_no_choice("tr", "openUnread") && needs_no_choice("de-AT", "tooLong"));
        assert!(!needs_no_choice("de", "openUnread") && !needs_no_choice("pl", "tooLong"));
    }
}
