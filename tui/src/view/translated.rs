//! Did a machine translate it?

use studio_core::{
    api::Message,
    translation::Translation,
    understanding::{Through, Understanding},
};

use crate::{model::Model, words::Text};

/// Beside a message's head; nothing where no machine had to do with it.
pub fn mark(model: &Model, message: &Message) -> String {
    message
        .translation
        .as_ref()
        .map_or_else(String::new, |translation| format!(" · {}", said(model, translation)))
}

/// What is told of a message.
pub fn said(model: &Model, translation: &Translation) -> String {
    let what = if translation.is_machine_made() { Text::Translated } else { Text::NotTranslated };
    format!("{} ({translation})", model.say(what))
}

/// How a message was understood, where the bot has no phrases in its language.
pub fn through(model: &Model, understanding: &Understanding) -> Option<String> {
    Some(match understanding.through.as_deref()? {
        Through::Translation { translation, words: _ } => {
            let read = if translation.is_machine_made() { Text::ReadTranslated } else { Text::ReadAsItIs };
            format!("{} ({translation})", model.say(read))
        }
        Through::Vectors { model: name } => format!("{} ({name})", model.say(Text::ReadByVectors)),
        Through::AsItIs { from, to } => format!("{} ({from}, {to})", model.say(Text::ReadAsItIs)),
    })
}
