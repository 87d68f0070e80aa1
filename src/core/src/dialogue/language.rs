//! Which language does the conversation have?

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Expecting, Happening, LanguageReason, State, entities, turn::Turn, utterance::Utterance, words};
use crate::{
    bot::{Bot, NodeKind},
    texts,
};

/// Words from which on a text shows its language well enough to follow it.
const ENOUGH_WORDS: usize = 4;
/// As many letters do, where words have no spaces between them.
const ENOUGH_DENSE: usize = 6;
/// Entities that are the same in every language.
const NAMES: [&str; 6] = ["address", "person", "place", "organisation", "email", "url"];
/// Words from which on a text shows that it is in no language of the bot, where nothing in it was understood.
const FEW_WORDS: usize = 3;
/// The last Latin letter before those of other scripts, but for those with marks of Vietnamese.
const LAST_LATIN: char = '\u{24f}';
/// Messages in a row from which on the language of even short ones is followed.
const FEW: u32 = 2;
/// Messages in a row from which on somebody who had wished for a language is followed to another.
const MANY: u32 = 3;

/// Messages in another language than that of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    pub language: String,
    /// How many there were in a row, unclear ones not counted.
    pub messages: u32,
}

/// Sets the language at first, and follows a visitor who changes it.
pub fn hear(turn: &mut Turn<'_>, told: Option<&str>, utterance: Option<&Utterance<'_>>) {
    let written = utterance.and_then(|utterance| {
        let language = spoken(turn.bot, utterance.understanding.language.as_deref()?)?;
        let words = without_names(utterance);
        let enough = is_enough(&words);
        let is_answer = is_answer_in_words(turn);
        // A name and an address show where somebody lives, also where none was found in them.
        let is_sentence = enough && !words.chars().any(char::is_numeric);
        let counts = if is_answer { is_sentence } else { enough || words == utterance.text };
        Some((language, enough && !is_answer, counts))
    });
    if turn.state.language.is_empty() {
        let told = told.and_then(|told| spoken(turn.bot, told));
        let at_first = told.or_else(|| written.as_ref().map(|(language, ..)| language.clone()));
        turn.state.language = at_first.or_else(|| turn.bot.languages.first().cloned()).unwrap_or_default();
    }
    let Some((language, enough, true)) = written else { return };
    if language == turn.state.language {
        turn.state.drift = None;
        return;
    }
    let before = turn.state.drift.take().filter(|drift| drift.language == language);
    let messages = before.map_or(0, |drift| drift.messages).saturating_add(1);
    let follows =
        if turn.state.language_wished { enough && messages >= MANY } else { enough || messages >= FEW };
    if follows {
        change(turn, language, LanguageReason::Written, None);
    } else {
        turn.state.drift = Some(Drift { language, messages });
    }
}

/// Tells somebody who writes in a language that the bot does not speak which ones it does, once in a conversation.
pub fn tell(turn: &mut Turn<'_>, utterance: &Utterance<'_>) {
    let Some(heard) = utterance.understanding.language.as_deref() else { return };
    if turn.state.told_languages || spoken(turn.bot, heard).is_some() || is_answer_in_words(turn) {
        return;
    }
    if is_foreign(utterance) {
        turn.state.told_languages = true;
        let mut names: Vec<String> = Vec::new();
        for language in turn.bot.languages.iter().chain(turn.bot.translation.into.named()) {
            let name = texts::name(language);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        turn.remark(heard, "languages-spoken", &[("languages", names.join(", "))]);
    }
}

/// Whether a message is clear enough to be called foreign. A few Latin words may be a name or misspelt.
fn is_foreign(utterance: &Utterance<'_>) -> bool {
    let words = without_names(utterance);
    let other_script = |letter: char| letter.is_alphabetic() && letter > LAST_LATIN && !is_vietnamese(letter);
    let few = words::count(&words) >= FEW_WORDS || words.contains(other_script);
    is_enough(&words) || (few && utterance.understanding.intent().is_none())
}

fn is_vietnamese(letter: char) -> bool {
    matches!(letter, '\u{1e00}'..='\u{1eff}')
}

/// Speaks another language from here on.
pub fn change(turn: &mut Turn<'_>, language: String, because: LanguageReason, by: Option<String>) {
    turn.state.drift = None;
    turn.state.before_wish = None;
    // Whoever goes on in another language has given the wish up.
    turn.state.wished_at = None;
    if because != LanguageReason::Written {
        turn.state.language_wished = true;
        turn.state.wished_at = Some(turn.now);
    }
    turn.state.language.clone_from(&language);
    turn.record(Happening::LanguageChanged { language, because, by });
}

/// The language that was wished for in this conversation itself, and when, whatever is spoken now.
pub fn own_wish(state: &State) -> Option<(&str, Timestamp)> {
    let language = state.before_wish.as_ref().map_or(&state.language, |before| &before.language);
    Some((language.as_str(), state.wished_at?))
}

/// The words of a message that are of a language.
fn without_names(utterance: &Utterance<'_>) -> String {
    let names = utterance.understanding.entities.iter().filter(|it| NAMES.contains(&it.entity.as_str()));
    let names = names.filter(|it| !it.text.is_empty());
    names.fold(utterance.text.to_owned(), |text, name| text.replace(&name.text, " "))
}

/// Whether a question is open to which any words are the answer, which may be quoted, copied or addressed abroad.
fn is_answer_in_words(turn: &Turn<'_>) -> bool {
    let waits = turn.bot_owns() && matches!(turn.state.expecting, Expecting::Reply { .. });
    let node = turn.here().filter(|_| waits).map(|(_, node)| &node.kind);
    matches!(node, Some(NodeKind::Ask(ask)) if entities::takes_any_words(turn.bot, ask))
}

fn is_enough(text: &str) -> bool {
    let dense = text.chars().filter(|letter| words::is_dense(*letter));
    words::count(text) >= ENOUGH_WORDS || dense.count() >= ENOUGH_DENSE
}

/// The bot's own language of a tag, or the one that a machine speaks for it.
pub fn spoken(bot: &Bot, tag: &str) -> Option<String> {
    of_bot(&bot.languages, tag).or_else(|| bot.translation.speaks(tag))
}

/// The bot's own name of a language tag such as `de-AT`: the nearest that it speaks.
pub fn of_bot(languages: &[String], tag: &str) -> Option<String> {
    let mut chain = texts::chain(tag);
    if texts::primary(tag) != texts::FALLBACK {
        // Not a word of English was heard.
        chain.pop();
    }
    let near = |link: &String| languages.iter().find(|language| texts::canonical(language) == *link);
    let kind = |language: &&String| texts::primary(language) == texts::primary(tag);
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

    #[test]
    fn a_text_is_long_enough_by_words_or_by_dense_letters() {
        assert!(is_enough("wo ist mein paket"));
        assert!(!is_enough("wo ist es"));
        assert!(is_enough("荷物はどこですか"));
        assert!(!is_enough("はい"));
    }
}
