//! How many forms does a language have for counted things?

use std::collections::BTreeSet;

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};

use super::chain;

/// Whole numbers up to this one show every form that people meet.
const ENOUGH: u32 = 1000;

/// Forms that browsers know and the rules of this crate (CLDR 37) do not yet: of whole millions, and of 2 in Maltese.
const LATER: [(&str, &str); 6] =
    [("ca", "many"), ("es", "many"), ("fr", "many"), ("it", "many"), ("mt", "two"), ("pt", "many")];

/// Categories of the Unicode CLDR.
pub struct Categories {
    /// Taken by some whole number that is counted: a text needs a form for each.
    pub needed: BTreeSet<&'static str>,
    /// Taken by some number: a form for another one would never be read.
    pub known: BTreeSet<&'static str>,
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
    let mut needed = (1..=ENOUGH).map(|number| of(&number.to_string())).collect::<BTreeSet<_>>();
    needed.insert("other");
    let rare = ["0", "1000000", "0.5", "1.0", "1.5", "2.5", "10.1"].into_iter().map(of);
    let chain = chain(language);
    let later = LATER.iter().filter(|(language, _)| chain.iter().any(|link| link == language));
    let known = needed.iter().copied().chain(rare).chain(later.map(|(_, form)| *form)).collect();
    Categories { needed, known }
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
        assert!(categories("ar").known.contains("zero") && !categories("en").known.contains("two"));
    }
}
