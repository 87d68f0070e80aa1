//! Which language does the conversation have?

use super::{turn::Turn, utterance::Utterance, words};
use crate::texts;

/// Words from which on a text shows its language well enough to follow it.
const ENOUGH_WORDS: usize = 4;

/// Sets the language at first, and follows a visitor who changes it.
pub fn hear(turn: &mut Turn<'_>, told: Option<&str>, utterance: Option<&Utterance<'_>>) {
    let written = utterance.and_then(|utterance| {
        let language = of_bot(&turn.bot.languages, utterance.understanding.language.as_deref()?)?;
        Some((language, words::count(utterance.text) >= ENOUGH_WORDS))
    });
    if turn.state.language.is_empty() {
        let told = told.and_then(|told| of_bot(&turn.bot.languages, told));
        let at_first = told.or_else(|| written.as_ref().map(|(language, _)| language.clone()));
        turn.state.language = at_first.or_else(|| turn.bot.languages.first().cloned()).unwrap_or_default();
    }
    if let Some((language, true)) = written {
        turn.state.language = language;
    }
}

/// The bot's own name of a language tag such as `de-AT`: the nearest that it speaks.
fn of_bot(languages: &[String], tag: &str) -> Option<String> {
    let primary = |tag: &str| texts::canonical(tag).split('-').next().map(str::to_owned);
    let mut chain = texts::chain(tag);
    if primary(tag).as_deref() != Some(texts::FALLBACK) {
        // Not a word of English was heard.
        chain.pop();
    }
    let near = |link: &String| languages.iter().find(|language| texts::canonical(language) == *link);
    let kind = |language: &&String| primary(language) == primary(tag);
    chain.iter().find_map(near).or_else(|| languages.iter().find(kind)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_of_the_bot_is_spoken() {
        fn check(languages: &[&str], tag: &str, expected: Option<&str>) {
            let languages = languages.iter().map(|&language| language.to_owned()).collect::<Vec<_>>();
            assert_eq!(of_bot(&languages, tag).as_deref(), expected, "{languages:?} {tag}");
        }
        check(&["en", "de"], "de-AT", Some("de"));
        check(&["de", "en"], "en-GB", Some("en"));
        check(&["de", "en"], "fr", None);
        check(&["en", "pt-BR", "pt"], "pt-PT", Some("pt"));
        check(&["en", "pt", "pt-BR"], "pt-br", Some("pt-BR"));
        check(&["en", "pt-BR"], "pt", Some("pt-BR"));
        check(&["en", "zh-Hant", "zh"], "zh-CN", Some("zh"));
        check(&["en", "zh-Hant"], "zh-TW", Some("zh-Hant"));
        check(&["en", "nb"], "no", Some("nb"));
    }
}
