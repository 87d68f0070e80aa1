//! Is everything said in every language?

use super::{names, uses::Uses};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    source::{RepairsSource, ResponseSource, Source, TitleSource, Variants},
    suggest,
    yaml::{Entry, Text},
};

/// Channels that can have texts of their own.
const CHANNELS: [&str; 6] = ["web", "http", "telegram", "discord", "slack", "whatsapp"];

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    let Some(bot) = &source.bot else { return };
    let languages: Vec<&str> = bot.languages.iter().map(|language| language.value.as_str()).collect();
    if languages.is_empty() {
        return;
    }
    let check = Languages { languages, real: names::languages(bot) };
    for response in &uses.sayings {
        check.response(response, problems);
    }
    for option in uses.options.iter().copied().flatten() {
        match &option.title {
            TitleSource::Same(_) => {}
            TitleSource::ByLanguage { place, titles } => {
                check.known(&titles.0, &[], problems);
                check.complete("this title", &titles.0, *place, problems);
            }
        }
    }
    for (_, flow) in source.flows.iter() {
        if let Some(TitleSource::ByLanguage { titles, .. }) = &flow.description {
            check.known(&titles.0, &[], problems);
        }
        check.known(&flow.command.0, &[], problems);
    }
    for repair in bot.repairs.iter().flat_map(RepairsSource::written) {
        check.known(&repair.words.0, &[], problems);
    }
    for (_, intent) in source.intents.iter() {
        check.known(&intent.phrases.0, &[], problems);
    }
    for test in &source.tests {
        if let Some(language) = &test.language {
            check.known_one(language, &[], problems);
        }
    }
}

struct Languages<'a> {
    languages: Vec<&'a str>,
    /// Those of them that there are. Where one is misspelt, nobody knows which of the texts are in it.
    real: Vec<&'a str>,
}

impl Languages<'_> {
    fn is_misspelt(&self) -> bool {
        self.real.len() < self.languages.len()
    }

    fn response(&self, response: &ResponseSource, problems: &mut Problems) {
        self.known(&response.texts.0, &["channels"], problems);
        self.complete("this", &response.texts.0, response.place, problems);
        not_empty(&response.texts, problems);
        for entry in &response.channels.0 {
            if !CHANNELS.contains(&entry.name.value.as_str()) {
                let message = format!("no channel is called `{}`", entry.name.value);
                let hint = suggest::hint(&entry.name.value, CHANNELS, "");
                problems.report(Code::UnknownChannel, entry.name.place, message, hint);
            }
            if let Some(texts) = &entry.item {
                self.known(&texts.0, &[], problems);
                not_empty(texts, problems);
            }
        }
    }

    /// Languages that the bot does not have; `others` are keys that may stand beside them.
    fn known<T>(&self, entries: &[Entry<T>], others: &[&str], problems: &mut Problems) {
        for entry in entries {
            self.known_one(&entry.name, others, problems);
        }
    }

    fn known_one(&self, language: &Text, others: &[&str], problems: &mut Problems) {
        if self.is_misspelt() || self.languages.contains(&language.value.as_str()) {
            return;
        }
        let own = self.languages.iter().copied();
        let near = suggest::hint(&language.value, own.clone().chain(others.iter().copied()), "");
        let hint = if near.starts_with("did") {
            near
        } else {
            suggest::hint(&language.value, own, "add it to `languages` in bot.yaml")
        };
        let message =
            format!("`{}` is not a language of this bot", crate::bot::yaml::shorten(&language.value));
        problems.report(Code::UnknownLanguage, language.place, message, hint);
    }

    fn complete<T>(&self, what: &str, entries: &[Entry<T>], place: Place, problems: &mut Problems) {
        let is_missing = |language: &&str| !entries.iter().any(|entry| entry.name.value == *language);
        let mut missing: Vec<&str> = self.real.iter().copied().filter(is_missing).collect();
        let Some(&default) = self.real.first().filter(|_| !self.is_misspelt()) else { return };
        if missing.first() == Some(&default) {
            missing.remove(0);
            let message = format!("{what} is not written in `{default}`, the default language");
            problems.report(Code::MissingDefaultLanguage, place, message, format!("add `{default}: …`"));
        }
        if !missing.is_empty() {
            let missing = missing.join("`, `");
            let message = format!("{what} is not written in `{missing}`");
            let hint = format!("add it; `{default}` is said in its place");
            problems.report(Code::Untranslated, place, message, hint);
        }
    }
}

fn not_empty(texts: &Variants, problems: &mut Problems) {
    for (language, variants) in texts.iter() {
        if variants.0.is_empty() || variants.0.iter().any(|variant| variant.messages.is_empty()) {
            let message = format!("there is nothing to say in `{}`", language.value);
            problems.report(Code::NothingToSay, language.place, message, "write a text");
        }
    }
}
