//! Do the words that an author chose for a machine belong to languages of the bot?

use std::collections::BTreeSet;

use super::names::is_language;
use crate::{
    bot::{
        code::Code,
        problem::Problems,
        source::Source,
        suggest,
        yaml::{Text, shorten},
    },
    translation::ANY,
};

pub fn check(source: &Source, problems: &mut Problems) {
    let Some(bot) = &source.bot else { return };
    let Some(translation) = &bot.translation else { return };
    let own: Vec<&str> = bot.languages.iter().map(|language| language.value.as_str()).collect();
    let into: Vec<&str> = translation.into.0.iter().map(|language| language.value.as_str()).collect();
    for language in &translation.into.0 {
        spoken(language, &own, into.len(), problems);
    }
    for (from, targets) in translation.glossary.iter() {
        known(from, &own, problems);
        for (to, words) in targets.iter() {
            let others: Vec<&str> = own.iter().chain(&into).copied().filter(|it| *it != from.value).collect();
            if !(into.contains(&ANY) && is_language(&to.value) && to.value != from.value) {
                known(to, &others, problems);
            }
            for (word, target) in words.iter() {
                written(word, problems);
                written(target, problems);
            }
        }
    }
    let mut kept = BTreeSet::new();
    for word in &translation.keep {
        written(word, problems);
        if !kept.insert(word.value.trim()) {
            let message = format!("`{}` is kept already", shorten(&word.value));
            problems.report(Code::DefinedTwice, word.place, message, "remove one of the two");
        }
    }
    let chosen =
        translation.glossary.iter().flat_map(|(_, targets)| targets.iter()).flat_map(|(_, it)| it.iter());
    for (word, _) in chosen {
        if kept.contains(word.value.trim()) {
            let message = format!("`{}` stands under `keep` as well", shorten(&word.value));
            problems.report(Code::DefinedTwice, word.place, message, "remove one of the two");
        }
    }
}

/// A language that a machine alone speaks.
fn spoken(language: &Text, own: &[&str], count: usize, problems: &mut Problems) {
    let name = shorten(&language.value);
    if language.value == ANY {
        if count > 1 {
            let message = "`any` is every language";
            problems.report(Code::ConflictingKeys, language.place, message, "write `into: any` alone");
        }
    } else if own.contains(&language.value.as_str()) {
        let message = format!("`{name}` stands among `languages` already");
        let hint = "remove it here: what is not written in it is translated";
        problems.report(Code::DefinedTwice, language.place, message, hint);
    } else if !is_language(&language.value) {
        let message = format!("`{name}` is not a language");
        let hint = "write the two letters of ISO 639-1, such as `fr`, or `pt-BR`, `zh-Hans`; or `any`";
        problems.report(Code::InvalidLanguage, language.place, message, hint);
    }
}

fn known(language: &Text, known: &[&str], problems: &mut Problems) {
    if !known.contains(&language.value.as_str()) {
        let message =
            format!("no text of this bot is translated from or into `{}` so", shorten(&language.value));
        let hint = suggest::hint(
            &language.value,
            known.iter().copied(),
            "name languages as `languages` and `into` do",
        );
        problems.report(Code::UnknownLanguage, language.place, message, hint);
    }
}

fn written(word: &Text, problems: &mut Problems) {
    if word.value.trim().is_empty() {
        problems.report(Code::NothingToSay, word.place, "this word is empty", "write a word, or remove it");
    }
}
