//! Can the understanding learn from the phrases?

use std::collections::BTreeMap;

use super::names;
use crate::{
    bot::{
        code::Code,
        compile::annotations,
        problem::{Place, Problems},
        source::{IntentSource, Source},
        yaml::Text,
    },
    counted::counted,
    dialogue::normalise,
};

/// Fewer phrases of a language teach too little.
const FEW: usize = 5;
/// Longest phrase, in characters: whoever writes more says several things.
pub const LONGEST: usize = 1_000;

/// Where a phrase was first seen.
struct Seen<'a> {
    intent: &'a str,
    language: &'a str,
    place: Place,
}

pub fn check(source: &Source, problems: &mut Problems) {
    let languages = source.bot.as_ref().map(names::languages).unwrap_or_default();
    let mut seen: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    for (name, intent) in source.intents.iter() {
        enough(name, intent, &languages, problems);
        for (language, phrases) in intent.phrases.iter() {
            for phrase in &phrases.0 {
                let length = phrase.value.chars().count();
                if length > LONGEST {
                    let message =
                        format!("this phrase has {length} characters; at most {LONGEST} are learned");
                    let hint = "write what visitors write, in one sentence";
                    problems.report(Code::LongPhrase, phrase.place, message, hint);
                    continue;
                }
                let key = normalise(&annotations(&phrase.value).text);
                if key.is_empty() {
                    problems.report(Code::NothingToSay, phrase.place, "this phrase is empty", "remove it");
                    continue;
                }
                let others = seen.entry(key).or_default();
                repeated(name, language, phrase, others, problems);
                others.push(Seen { intent: &name.value, language: &language.value, place: phrase.place });
            }
        }
    }
}

fn repeated(name: &Text, language: &Text, phrase: &Text, others: &[Seen], problems: &mut Problems) {
    let in_language = |seen: &&Seen| seen.language == language.value;
    let of_other = |seen: &&Seen| seen.intent != name.value;
    if let Some(other) = others.iter().filter(of_other).find(in_language) {
        let message =
            format!("this phrase is one of `{}` too, at {}", other.intent, problems.describe(other.place));
        problems.report(
            Code::SamePhrase,
            phrase.place,
            message,
            "leave it in the intent that it fits better",
        );
    } else if let Some(other) = others.iter().find(of_other) {
        let message = format!(
            "this phrase is one of `{}` in `{}` too, at {}",
            other.intent,
            other.language,
            problems.describe(other.place)
        );
        let hint = "leave it in one intent: languages are learned together";
        problems.report(Code::SamePhraseOtherLanguage, phrase.place, message, hint);
    } else if let Some(same) = others.iter().find(in_language) {
        let message = format!("this phrase is at {} already", problems.describe(same.place));
        problems.report(Code::RepeatedPhrase, phrase.place, message, "remove one of the two");
    }
}

fn enough(name: &Text, intent: &IntentSource, languages: &[&str], problems: &mut Problems) {
    let count = |language: &str| {
        let phrases = intent.phrases.iter().filter(|(it, _)| it.value == language);
        phrases.map(|(_, phrases)| phrases.0.len()).sum::<usize>()
    };
    if intent.phrases.iter().all(|(_, phrases)| phrases.0.is_empty()) {
        let described = intent.description.as_ref().is_some_and(|text| !text.value.trim().is_empty());
        if !described {
            let message = format!(
                "the intent `{}` has neither phrases nor a description: it is never understood",
                name.value
            );
            let hint = "add `phrases: { en: [ … ] }` or a `description`";
            problems.report(Code::IntentWithoutPhrases, name.place, message, hint);
        }
        return;
    }
    for language in languages {
        match count(language) {
            0 => {
                let message = format!("the intent `{}` has no phrases in `{language}`", name.value);
                problems.report(
                    Code::Untranslated,
                    name.place,
                    message,
                    format!("add phrases under `{language}:`"),
                );
            }
            few @ 1..FEW => {
                let few = counted(few, "phrase");
                let message = format!("the intent `{}` has {few} in `{language}`", name.value);
                let hint = format!("write at least {FEW}, better 10 to 30, in different words");
                problems.report(Code::FewPhrases, name.place, message, hint);
            }
            _ => {}
        }
    }
}
