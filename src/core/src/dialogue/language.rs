//! Which language does the conversation have?

use super::{turn::Turn, utterance::Utterance, words};

/// Words from which on a text shows its language well enough to follow it.
const ENOUGH_WORDS: usize = 4;

/// Sets the language at first, and follows a visitor who changes it.
pub fn hear(turn: &mut Turn<'_>, told: Option<&str>, utterance: Option<&Utterance<'_>>) {
    let written = utterance.and_then(|utterance| {
        let language = of_bot(turn, utterance.understanding.language.as_deref()?)?;
        Some((language, words::count(utterance.text) >= ENOUGH_WORDS))
    });
    if turn.state.language.is_empty() {
        let told = told.and_then(|told| of_bot(turn, told));
        let at_first = told.or_else(|| written.as_ref().map(|(language, _)| language.clone()));
        turn.state.language = at_first.or_else(|| turn.bot.languages.first().cloned()).unwrap_or_default();
    }
    if let Some((language, true)) = written {
        turn.state.language = language;
    }
}

/// The bot's own name of a language tag such as `de-AT`.
fn of_bot(turn: &Turn<'_>, tag: &str) -> Option<String> {
    let primary = tag.split(['-', '_']).next()?.to_lowercase();
    turn.bot.languages.iter().find(|language| **language == primary).cloned()
}
