//! What did visitors teach the bot? Phrases of `learned/` join the intents that the author wrote.
//!
//! The files have the form of those in `intents/`; an intent may stand in both. What the author wrote holds: a phrase
//! that stands anywhere in `intents/` is passed over here, so that it can be moved to the intent that it fits better.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    check::LONGEST_PHRASE,
    compile::annotations,
    source::{IntentSource, Source},
    yaml::{Entries, Entry, OneOrMany, Text},
};
use crate::dialogue::normalise;

/// A phrase that was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    pub intent: String,
    /// ISO 639-1, one of the bot's.
    pub language: String,
    pub phrase: String,
}

/// A file of `learned/` with these phrases.
pub fn learned_file(phrases: &[Learned]) -> String {
    let mut intents: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for Learned { intent, language, phrase } in phrases {
        intents.entry(intent).or_default().entry(language).or_default().push(phrase);
    }
    let mut file = "# Phrases of the review list, as visitors wrote them.\n".to_owned();
    for (intent, languages) in intents {
        let _ = write!(file, "\n{intent}:\n  phrases:\n");
        for (language, phrases) in languages {
            let _ = writeln!(file, "    {language}:");
            for phrase in phrases {
                // JSON's texts are YAML's.
                let _ = writeln!(file, "      - {}", serde_json::Value::from(plain(phrase)));
            }
        }
    }
    file
}

/// Visitors annotate nothing, whatever brackets they write.
fn plain(phrase: &str) -> String {
    phrase.replace("](", "] (")
}

/// Adds what was learned to what the author wrote.
pub(super) fn join(source: &mut Source, learned: Entries<IntentSource>) {
    let key = |phrase: &Text| normalise(&annotations(&phrase.value).text);
    let written = source.intents.iter().flat_map(|(_, intent)| intent.phrases.iter());
    let mut known: BTreeSet<String> = written.flat_map(|(_, phrases)| &phrases.0).map(key).collect();
    for Entry { name, item } in learned.0 {
        let Some(mut intent) = item else { continue };
        for phrases in intent.phrases.0.iter_mut().filter_map(|entry| entry.item.as_mut()) {
            // What visitors write may be longer than a phrase; that must not keep the bot from being published.
            let is_phrase = |phrase: &Text| phrase.value.chars().count() <= LONGEST_PHRASE;
            phrases.0.retain(|phrase| is_phrase(phrase) && known.insert(key(phrase)));
        }
        intent.phrases.0.retain(|entry| entry.item.as_ref().is_some_and(|phrases| !phrases.0.is_empty()));
        let same = source.intents.0.iter_mut().find(|entry| entry.name.value == name.value);
        match same.map(|entry| &mut entry.item) {
            Some(Some(written)) => {
                intent.phrases.0.into_iter().for_each(|more| add(&mut written.phrases, more));
            }
            // What cannot be read is the author's to repair first.
            Some(None) => {}
            None if intent.phrases.0.is_empty() => {}
            None => source.intents.0.push(Entry { name, item: Some(intent) }),
        }
    }
}

fn add(phrases: &mut Entries<OneOrMany<Text>>, more: Entry<OneOrMany<Text>>) {
    let same = phrases.0.iter_mut().find(|entry| entry.name.value == more.name.value);
    match same.and_then(|entry| entry.item.as_mut()) {
        Some(known) => known.0.extend(more.item.into_iter().flat_map(|more| more.0)),
        None => phrases.0.push(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{Files, Severity, load};

    const BOT: &str = "name: a\ntitle: A\nlanguages: [en, de]\n";
    const INTENTS: &str =
        "greet: { phrases: { en: [hello, hi there] } }\nbye: { phrases: { en: [good bye] } }\n";

    fn phrases(learned: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
        let files = [("bot.yaml", BOT), ("intents/a.yaml", INTENTS)];
        let files = files.iter().chain(learned).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let loaded = load(&Files(files.collect()));
        let errors: Vec<_> =
            loaded.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
        let bot = loaded.bot.unwrap_or_else(|| panic!("{errors:#?}"));
        bot.lessons().phrases
    }

    #[test]
    fn what_was_learned_joins_what_was_written() {
        let learned =
            "greet: { phrases: { en: [howdy], de: [moin] } }\nthanks: { phrases: { en: [cheers] } }\n";
        let phrases = phrases(&[("learned/a.yaml", learned)]);
        assert_eq!(phrases["greet"].len(), 4, "{phrases:?}");
        assert_eq!(phrases["thanks"], ["cheers"]);
    }

    #[test]
    fn what_the_author_wrote_holds() {
        let first =
            "greet: { phrases: { en: [\"Good bye!\", Hello, howdy] } }\nonly: { phrases: { en: [hello] } }\n";
        let phrases =
            phrases(&[("learned/a.yaml", first), ("learned/b.yaml", "bye: { phrases: { en: [howdy] } }")]);
        assert_eq!(phrases["greet"], ["hello", "hi there", "howdy"]);
        assert_eq!(phrases["bye"], ["good bye"]);
        assert!(!phrases.contains_key("only"), "{phrases:?}");
    }

    #[test]
    fn what_is_too_long_for_a_phrase_is_passed_over() {
        let long = format!("greet: {{ phrases: {{ en: [howdy, '{}'] }} }}\n", "so ".repeat(400));
        assert_eq!(phrases(&[("learned/a.yaml", &long)])["greet"], ["hello", "hi there", "howdy"]);
    }

    #[test]
    fn any_phrase_can_be_written() {
        let odd =
            ["yes", "- a: b", "#1 \"quoted\" 'too' \\", "[Bonn](city:from)", "ça va? 😀", "null", "{{ x }}"];
        let learned: Vec<_> = (odd.iter())
            .map(|phrase| Learned {
                intent: "greet".to_owned(),
                language: "en".to_owned(),
                phrase: (*phrase).to_owned(),
            })
            .collect();
        let phrases = phrases(&[("learned/studio.yaml", &learned_file(&learned))]);
        assert_eq!(phrases["greet"][2..].len(), odd.len(), "{phrases:?}");
        assert_eq!(phrases["greet"][5], "[Bonn] (city:from)");
    }
}
