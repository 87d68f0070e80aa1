//! What of the bot's texts is said in a language that its author did not write?
//!
//! Texts are asked for as they were written, before their gaps are filled in: the same text is asked for once, and nothing of
//! a visitor is in it. A message is translated as a whole or not at all.

use super::turn::Turn;
use crate::{
    bot::Choice,
    content::Content,
    texts,
    translation::{Told, Translation, Wanted},
};

/// Messages in the language of the conversation, where somebody translated them from `from`, and what is to be told of it.
pub fn messages(
    turn: &Turn<'_>,
    from: &str,
    messages: &[Content],
) -> (Option<Vec<Content>>, Option<Translation>) {
    if !differs(turn, from) {
        return (None, None);
    }
    let mut made = Made::default();
    let mut contents = messages.to_vec();
    for text in contents.iter_mut().flat_map(Content::shown_mut) {
        made.add(turn, from, text);
    }
    let translation = made.translation(turn, from);
    let whole = translation.as_ref().is_some_and(Translation::is_machine_made);
    (whole.then_some(contents), translation)
}

/// One text, and what is to be told of it.
pub fn text(turn: &Turn<'_>, from: &str, text: &str) -> (Option<String>, Option<Translation>) {
    let (contents, translation) = messages(turn, from, &[Content::text(text)]);
    let text = contents.and_then(|contents| contents.into_iter().next()).map(|content| content.plain());
    (text, translation)
}

/// What a visitor reads for an option.
pub fn title(turn: &Turn<'_>, option: &Choice, languages: &[String]) -> String {
    let written = languages.iter().find_map(|language| option.title.get_key_value(language));
    let Some((from, title)) = written.or_else(|| option.title.iter().next()) else {
        return option.value.clone();
    };
    text(turn, from, title).0.unwrap_or_else(|| title.clone())
}

/// Whether the conversation is held in another language. Varieties of one are not translated into each other.
fn differs(turn: &Turn<'_>, from: &str) -> bool {
    let (from, spoken) = (texts::primary(from), texts::primary(&turn.state.language));
    !from.is_empty() && !spoken.is_empty() && from != spoken
}

/// What came of several texts.
#[derive(Default)]
struct Made {
    engine: Option<String>,
    failed: Option<String>,
    missing: bool,
}

impl Made {
    fn add(&mut self, turn: &Turn<'_>, from: &str, text: &mut String) {
        if !text.chars().any(char::is_alphabetic) {
            return;
        }
        let wanted = Wanted { from: from.to_owned(), to: turn.state.language.clone(), text: text.clone() };
        match turn.translations.find(&wanted) {
            // Every text is asked for, also behind one that is missing.
            Told::Nothing | Told::Later => self.missing = true,
            Told::AsItIs => {}
            Told::Failed { engine, why } => {
                self.engine = Some(engine);
                self.failed.get_or_insert(why);
            }
            Told::Text { engine, text: target } => {
                self.engine = Some(engine);
                *text = target;
            }
        }
    }

    fn translation(self, turn: &Turn<'_>, from: &str) -> Option<Translation> {
        let engine = self.engine.filter(|_| !self.missing)?;
        let to = turn.state.language.clone();
        Some(Translation { from: from.to_owned(), to, engine, failed: self.failed })
    }
}
