//! Where in a file does something to say stand?

use crate::{
    bot::yaml::{Kind, Node, Text},
    texts,
};

/// Keys of a message below which words stand; all others hold values, addresses and numbers.
const WORDS: [&str; 9] =
    ["text", "title", "description", "caption", "alt", "label", "button", "name", "messages"];
/// Keys of a message below which there are more of these.
const PARTS: [&str; 11] = [
    "messages",
    "quick_replies",
    "buttons",
    "list",
    "sections",
    "rows",
    "card",
    "carousel",
    "image",
    "file",
    "location",
];
/// Keys whose words are understood, not said.
const UNDERSTOOD: [&str; 3] = ["words", "phrases", "synonyms"];

/// Goes through all that is said in the bot's first language, to say it in another.
pub struct Walk<'a> {
    pub languages: &'a [String],
    pub language: &'a str,
}

/// Asked with place and text; the translation, if there is one.
pub type Translate<'f> = &'f mut dyn FnMut(&str, &str) -> Option<String>;

impl Walk<'_> {
    /// Each flow and each response of a file is a place of its own.
    pub fn file(&self, path: &str, node: &mut Node, translate: Translate<'_>) {
        let folder = path.split(['/', '.']).next().unwrap_or_default();
        let Kind::Map(entries) = &mut node.kind else { return };
        if folder == "bot" {
            for (key, value) in entries {
                self.find("bot", key, value, translate);
            }
            return;
        }
        for (key, value) in entries {
            let within = format!("{folder}/{}", key.value);
            self.find(&within, key, value, translate);
        }
    }

    /// Finds maps whose keys are languages.
    fn find(&self, within: &str, key: &Text, node: &mut Node, translate: Translate<'_>) {
        if UNDERSTOOD.contains(&key.value.as_str()) {
            return;
        }
        match &mut node.kind {
            Kind::Map(entries) => {
                if self.is_by_language(entries) {
                    self.add(within, entries, translate);
                }
                for (key, value) in entries.iter_mut().filter(|(key, _)| !self.languages.contains(&key.value))
                {
                    self.find(within, key, value, translate);
                }
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.find(within, key, item, translate)),
            Kind::Null | Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) | Kind::Broken => {}
        }
    }

    fn is_by_language(&self, entries: &[(Text, Node)]) -> bool {
        let known = |key: &Text| key.value == "channels" || self.languages.contains(&key.value);
        let first = self.languages.first();
        entries.iter().all(|(key, _)| known(key)) && entries.iter().any(|(key, _)| Some(&key.value) == first)
    }

    /// Adds the language to texts that have it not, if each of their words is translated.
    fn add(&self, within: &str, entries: &mut Vec<(Text, Node)>, translate: Translate<'_>) {
        if entries.iter().any(|(key, _)| key.value == self.language) {
            return;
        }
        let Some(first) = self.languages.first() else { return };
        let Some((key, source)) = entries.iter().find(|(key, _)| key.value == *first) else { return };
        let (key, mut copy) = (Text { value: self.language.to_owned(), ..key.clone() }, source.clone());
        if !matches!(copy.kind, Kind::Null) && said(within, &mut copy, true, translate) {
            leave_templates(&mut copy, self.language);
            entries.push((key, copy));
        }
    }
}

/// Takes those approved templates out of what was translated that are in another language.
fn leave_templates(node: &mut Node, language: &str) {
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| leave_templates(item, language)),
        Kind::Map(entries) => {
            entries.retain(|(key, value)| key.value != "template" || is_kept(value, language));
            let messages = entries.iter_mut().filter(|(key, _)| key.value == "messages");
            messages.for_each(|(_, value)| leave_templates(value, language));
        }
        Kind::Null | Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) | Kind::Broken => {}
    }
}

/// Whether an approved template is in this language, or in that of the conversation.
fn is_kept(template: &Node, language: &str) -> bool {
    let Kind::Map(entries) = &template.kind else { return true };
    let named = entries.iter().find(|(key, _)| key.value == "language").and_then(|(_, value)| value.scalar());
    named.is_none_or(|named| texts::primary(named) == texts::primary(language))
}

/// Translates the words of a message in place; whether there is a translation of all.
fn said(within: &str, node: &mut Node, words: bool, translate: Translate<'_>) -> bool {
    match &mut node.kind {
        Kind::Text(text) if words && !text.trim().is_empty() => match translate(within, text) {
            Some(target) => {
                *text = target;
                true
            }
            None => false,
        },
        // Every text is asked for, also behind one that is missing.
        Kind::List(items) => {
            let mut all = true;
            for item in items {
                all &= said(within, item, words, translate);
            }
            all
        }
        Kind::Map(entries) => entries.iter_mut().fold(true, |all, (key, value)| {
            let (key, is_part) = (key.value.as_str(), PARTS.contains(&key.value.as_str()));
            if matches!(key, "quick_replies" | "buttons" | "rows") {
                name_values(value, key);
            }
            (!is_part && !WORDS.contains(&key) || said(within, value, words, translate)) && all
        }),
        Kind::Null | Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) | Kind::Broken => true,
    }
}

/// A button that is nothing but its title comes back to the bot as it was written, whatever is shown in its place.
fn name_values(node: &mut Node, key: &str) {
    let Kind::List(items) = &mut node.kind else { return };
    for item in items {
        let entry = |name: &str, value: &str, place| {
            let text = |value: &str| Text { value: value.to_owned(), place };
            (text(name), Node { place, kind: Kind::Text(value.to_owned()) })
        };
        let place = item.place;
        if let Some(title) = item.scalar().map(str::to_owned) {
            item.kind = Kind::Map(vec![entry("title", &title, place), entry("value", &title, place)]);
        } else if let Kind::Map(entries) = &mut item.kind
            && key == "rows"
            && !entries.iter().any(|(key, _)| key.value == "value")
            && let Some(title) = entries.iter().find(|(key, _)| key.value == "title")
            && let Some(title) = title.1.scalar().map(str::to_owned)
        {
            entries.push(entry("value", &title, place));
        }
    }
}
