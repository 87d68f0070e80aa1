//! What does one language say?

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{DIALOGUE, FALLBACK, WIDGET, compiled, formats::Formats, overrides::OwnTexts};
use crate::dialogue::normalise;

type Bundle = FluentBundle<FluentResource>;

/// Read when it is first asked for: nobody speaks all of them.
pub struct Locale {
    language: String,
    /// What lies over the texts that are compiled in, one over the other.
    own: Vec<OwnTexts>,
    read: OnceLock<Read>,
}

struct Read {
    dialogue: Bundle,
    widget: Map<String, Value>,
    formats: Formats,
    words: BTreeMap<String, Arc<[String]>>,
}

impl Locale {
    pub fn new(language: &str, own: Vec<OwnTexts>) -> Self {
        Self { language: language.to_owned(), own, read: OnceLock::new() }
    }

    /// The text of a key, if this language has it.
    pub fn text(&self, key: &str, arguments: &[(&str, String)]) -> Option<String> {
        let read = self.read();
        let mut filled = FluentArgs::new();
        let mut grouped = Vec::new();
        for (name, value) in arguments {
            if !matches!(*name, "min" | "max") {
                filled.set(*name, value.as_str());
            } else if let Some(number) = whole(value) {
                // A number, not its digits: it chooses the form of what is counted.
                filled.set(*name, FluentValue::from(number));
                grouped.push((value, read.formats.bound(value)));
            } else {
                filled.set(*name, read.formats.bound(value));
            }
        }
        let mut text = format(&read.dialogue, key, &filled)?;
        for (plain, grouped) in grouped.iter().filter(|(plain, grouped)| *plain != grouped) {
            text = text.replacen(plain.as_str(), grouped, 1);
        }
        Some(text)
    }

    /// A date as it is told to people, if this language has a form of it.
    pub fn date(&self, date: Date) -> Option<String> {
        let read = self.read();
        read.dialogue.get_message("date-format")?;
        Some(read.formats.date(date))
    }

    /// What lies over the texts that are compiled in.
    pub fn own(&self) -> &[OwnTexts] {
        &self.own
    }

    /// A list of words, normalised.
    pub fn words(&self, key: &str) -> Option<Arc<[String]>> {
        self.read().words.get(key).cloned()
    }

    pub fn widget(&self) -> &Map<String, Value> {
        &self.read().widget
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| self.read_files())
    }

    fn read_files(&self) -> Read {
        let compiled = |file| compiled(&self.language, file);
        let own = |file: fn(&OwnTexts) -> Option<&str>| self.own.iter().filter_map(file);
        let sources = compiled(DIALOGUE).into_iter().chain(own(|own| own.dialogue.as_deref()));
        let mut dialogue = FluentBundle::new_concurrent(self.language.parse().into_iter().collect());
        // Marks around arguments (U+2068) are for mixed directions; chat platforms show them as boxes.
        dialogue.set_use_isolating(false);
        let mut keys = Vec::new();
        for source in sources {
            let resource = match FluentResource::try_new(source.to_owned()) {
                // What could be read of a broken file is used; every file is held to being whole before.
                Ok(resource) | Err((resource, _)) => resource,
            };
            keys.extend(source.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())));
            dialogue.add_resource_overriding(resource);
        }
        let plain = |key: &str| format(&dialogue, key, &FluentArgs::new());
        let is_english = self.language.split('-').next() == Some(FALLBACK);
        let (date, number) = (plain("date-format"), plain("number-format"));
        let formats = Formats::new(date.as_deref(), number.as_deref(), is_english);
        let lists = keys.into_iter().filter(|key| key.ends_with("-words")).map(|key| {
            let list = plain(&key).unwrap_or_default();
            let words = list.split('|').map(normalise).filter(|word| !word.is_empty());
            (key, words.collect())
        });
        let words = lists.collect();
        let widget = compiled(WIDGET).into_iter().chain(own(|own| own.widget.as_deref()));
        let widget = widget.filter_map(|source| serde_json::from_str::<Map<String, Value>>(source).ok());
        Read { widget: widget.flatten().collect(), formats, words, dialogue }
    }
}

/// A number of things. Longer ones are no numbers of anything that is counted here.
fn whole(value: &str) -> Option<u32> {
    value.parse().ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 10)
}

fn format(bundle: &Bundle, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
}
