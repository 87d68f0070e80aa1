//! How is a message understood whose language none of the bot's phrases has?
//!
//! By sentence vectors that are the same in both languages, where the bot's model has such and it answers; otherwise by a
//! translation into a language that the phrases have. Intents come from there, and what the bot's own entities name in it is added
//! ([`found`]); built-in kinds, feelings and the language stay those of the message itself. Where there is neither, the message is
//! read as it is, and that is told where it was not understood.

use std::collections::BTreeMap;

use jiff::Zoned;
use studio_core::{
    bot::Intent,
    dialogue::is_keyword,
    privacy::PersonalKind,
    texts,
    translation::{Glossary, Told, Translation, Wanted, protect},
    understanding::{Besides, Through, Understander, Understanding},
};

use super::{Gathering, found};
use crate::turn::Mind;

/// A visitor's message is read in translation up to so many characters: more is a letter, and its beginning says what it is.
const LONGEST: usize = 2_000;

impl Mind {
    /// Takes the intents of a message from where they can be understood. `text` is what is stored of it.
    pub(crate) fn understand_through(
        &self,
        understanding: &mut Understanding,
        text: &str,
        spoken: &str,
        now: &Zoned,
        gathering: &Gathering<'_>,
    ) {
        let from = understanding.language.as_deref().unwrap_or(spoken).to_owned();
        let Some(to) = self.phrased(&from) else { return };
        let said = |it: &studio_core::understanding::Scored| it.by == Understander::Exact;
        let exact = understanding.intent().is_some_and(said) || is_keyword(&self.bot, text);
        if exact || !text.chars().any(char::is_alphabetic) {
            return;
        }
        if let Some(model) = self.model.joining(&from, &to) {
            // Words that both languages have may say it alone; and a model that has too much to do says nothing.
            if understanding.intents.iter().any(|it| it.by == Understander::Semantic) {
                understanding.through = Some(Box::new(Through::Vectors { model: model.to_owned() }));
                return;
            }
            if understanding.confident {
                return;
            }
        }
        let Some(interpreter) = gathering.interpreter().filter(|interpreter| interpreter.reads) else {
            // What was understood all the same needs no word on how: a timeline of many languages would tell it of every message.
            if !understanding.is_clear() {
                understanding.through = Some(Box::new(Through::AsItIs { from, to }));
            }
            return;
        };
        let beginning: String = text.chars().take(LONGEST).collect();
        let masks = PersonalKind::ALL.map(PersonalKind::mask).to_vec();
        let glossary = Glossary { keep: masks, ..Glossary::default() };
        let protected = protect(&beginning, &glossary, interpreter.translator.marking());
        let wanted = Wanted { from: from.clone(), to: to.clone(), text: beginning };
        let mut translation = Translation { from, to, engine: String::new(), failed: None };
        let mut words = None;
        match gathering.find_protected(interpreter, &wanted, &protected, false) {
            Told::Nothing | Told::AsItIs | Told::Later => return,
            Told::Failed { engine, why } => {
                translation.engine = engine;
                translation.failed = Some(why);
            }
            Told::Text { engine, text: made } => {
                translation.engine = engine;
                let read = self.model.understand(&made, &translation.to, now);
                let own = |name: &str| self.bot.entities.contains_key(name);
                found::add(&mut understanding.entities, text, read.entities, own);
                understanding.intents = read.intents;
                understanding.confident = read.confident;
                // The clauses are those of the translation.
                understanding.also =
                    read.also.into_iter().map(|besides| Besides { start: 0, end: 0, ..besides }).collect();
                understanding.denied = read.denied;
                words = Some(made);
            }
        }
        understanding.through = Some(Box::new(Through::Translation { translation, words }));
    }

    /// The language of the bot's phrases that a message is translated into: the first of the bot's that has any; nothing where
    /// there are phrases in the message's own language, or nothing was learned at all.
    fn phrased(&self, from: &str) -> Option<String> {
        phrased(&self.bot.languages, &self.bot.intents, from, self.model.trained_on().is_some())
    }
}

/// As [`Mind::phrased`] says. Descriptions are in no language by themselves; of a bot that has nothing else they stand for phrases of
/// its first, where there are vectors, without which nobody learns from them.
fn phrased(
    languages: &[String],
    intents: &BTreeMap<String, Intent>,
    from: &str,
    has_vectors: bool,
) -> Option<String> {
    let kind = |tag: &str| texts::canonical(tag).split('-').next().map(str::to_owned);
    let from = kind(from);
    let has_phrases = |language: &&String| {
        let phrases =
            |intent: &Intent| intent.phrases.get(*language).is_some_and(|phrases| !phrases.is_empty());
        intents.values().any(phrases)
    };
    let mut spoken: Vec<&String> = languages.iter().filter(has_phrases).collect();
    let is_described = |intent: &Intent| {
        intent.description.as_deref().is_some_and(|description| !description.trim().is_empty())
    };
    if spoken.is_empty() && has_vectors && intents.values().any(is_described) {
        spoken.extend(languages.first());
    }
    let first: &String = spoken.first()?;
    spoken.iter().all(|language| kind(language) != from).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An intent with a phrase in each of these languages.
    fn intent(description: Option<&str>, phrases: &[&str]) -> Intent {
        let phrases = phrases.iter().map(|language| ((*language).to_owned(), vec!["open".to_owned()]));
        Intent {
            description: description.map(str::to_owned),
            phrases: phrases.collect(),
            ..Intent::default()
        }
    }

    #[test]
    fn a_message_goes_into_the_first_language_that_something_was_learned_in() {
        let languages = ["en", "de-AT"].map(str::to_owned);
        let check =
            |intents: &[(Option<&str>, &[&str])], from: &str, vectors: bool, expected: Option<&str>| {
                let named = (0..).zip(intents).map(|(number, (description, phrases))| {
                    (format!("intent_{number}"), intent(*description, phrases))
                });
                let to = phrased(&languages, &named.collect(), from, vectors);
                assert_eq!(to.as_deref(), expected, "{intents:?} {from} {vectors}");
            };
        let described = Some("asks when the shop is open");
        check(&[(None, &["en"])], "pl", false, Some("en"));
        check(&[(None, &["de-AT"])], "pl", false, Some("de-AT"));
        check(&[(None, &["en", "de-AT"])], "de", false, None);
        check(&[(None, &[])], "pl", true, None);
        // Descriptions alone.
        check(&[(described, &[]), (None, &[])], "pl", true, Some("en"));
        check(&[(described, &[])], "en-GB", true, None);
        check(&[(described, &[])], "de", true, Some("en"));
        check(&[(described, &[])], "pl", false, None);
        check(&[(Some(" "), &[])], "pl", true, None);
        // What has phrases is understood by them.
        check(&[(described, &["de-AT"])], "en", true, Some("de-AT"));
    }
}
