//! What did the visitor say, with all that was understood of it?

use serde_json::{Map, Value, json};

use super::{
    evaluate::{Fault, names},
    turn::Turn,
    validate::{Answer, Fit, bare, validate},
};
use crate::{
    bot::Expects,
    content::{Content, Source},
    understanding::Understanding,
};

/// A message as it is worked on.
#[derive(Clone, Copy)]
pub struct Utterance<'a> {
    pub content: &'a Content,
    /// The words of it; empty for a file, a picture or an album without caption, a place.
    pub text: &'a str,
    pub understanding: &'a Understanding,
}

impl<'a> Utterance<'a> {
    pub fn new(content: &'a Content, understanding: &'a Understanding) -> Self {
        let text = match content {
            Content::Text { text, .. } | Content::Buttons { text, .. } | Content::List { text, .. } => text,
            Content::Image { caption: Some(caption), .. } => caption,
            // An album: its words stand below one of its pictures.
            Content::Carousel { cards } => {
                cards.iter().find_map(|card| card.text.as_deref()).unwrap_or_default()
            }
            Content::Image { caption: None, .. }
            | Content::Card(_)
            | Content::File { .. }
            | Content::Location { .. } => "",
        };
        Self { content, text, understanding }
    }

    /// Whether it is a file, a picture or a place with no words to it.
    pub fn is_without_words(&self) -> bool {
        self.text.trim().is_empty() && !matches!(self.content, Content::Text { .. })
    }

    /// Whether its words ask something: by a question mark, or by their form where they have no known meaning.
    pub fn looks_like_question(&self) -> bool {
        let asks = self.text.trim_end().ends_with('?');
        asks || (self.understanding.intent().is_none() && self.understanding.question)
    }

    /// `message.…` for templates and conditions.
    pub fn names(&self) -> Value {
        let intent = self.understanding.intent();
        let mut entities = Map::new();
        for found in &self.understanding.entities {
            let value = || if found.hidden { Value::String(found.text.clone()) } else { found.value.clone() };
            entities.entry(found.entity.clone()).or_insert_with(value);
        }
        let mut message = names::message(
            self.text,
            intent.map(|scored| scored.intent.as_str()),
            intent.map_or(0.0, |scored| scored.confidence),
            &Value::Object(entities),
        );
        self.add_feelings(&mut message);
        message
    }

    /// What is neutral or false is added where it is read ([`names::names`]).
    fn add_feelings(&self, message: &mut Value) {
        let understanding = self.understanding;
        let Value::Object(message) = message else { return };
        if let Some(sentiment) = understanding.sentiment {
            message.insert("sentiment".to_owned(), sentiment.score.into());
            message.insert("tone".to_owned(), json!(sentiment.label));
        }
        let flags = [
            ("urgent", understanding.urgent),
            ("question", understanding.question),
            ("profane", understanding.profane),
        ];
        for (name, _) in flags.iter().filter(|(_, is)| *is) {
            message.insert((*name).to_owned(), Value::Bool(true));
        }
        if !understanding.personal.is_empty() {
            message.insert("personal".to_owned(), json!(understanding.personal));
        }
    }

    /// Whether it is nothing but a value of the kind asked for, if a wrong one; the words of the value.
    pub fn bare_value(&self, turn: &Turn<'_>, expects: &Expects) -> Option<String> {
        bare(expects, &self.answer(turn, self.text, &languages(turn)))
    }

    /// Reads it as an answer; `text` in place of its own words where only a part of them counts.
    pub fn read(&self, turn: &Turn<'_>, expects: &Expects, text: Option<&str>) -> Result<Fit, Fault> {
        validate(expects, &self.answer(turn, text.unwrap_or(self.text), &languages(turn)))
    }

    /// Bytes of its file, of an album's first picture, as the platform tells them; 0 where it does not.
    fn told_size(&self, turn: &Turn<'_>) -> u64 {
        let source = match self.content {
            Content::Image { source, .. } | Content::File { source, .. } => Some(source),
            Content::Carousel { cards } => cards.iter().find_map(|card| Some(&card.image.as_ref()?.source)),
            Content::Text { .. }
            | Content::Buttons { .. }
            | Content::List { .. }
            | Content::Card(_)
            | Content::Location { .. } => None,
        };
        match source {
            Some(Source::Media(media)) => turn.sizes.get(media).copied().unwrap_or_default(),
            Some(Source::Url(_)) | None => 0,
        }
    }

    fn answer<'b>(&'b self, turn: &Turn<'_>, text: &'b str, languages: &'b [String]) -> Answer<'b> {
        Answer {
            content: self.content,
            text,
            size: self.told_size(turn),
            entities: &self.understanding.entities,
            understood: *self.understanding != Understanding::default(),
            languages,
            today: turn.now.to_zoned(names::time_zone(turn.bot)).date(),
            month_first: turn.bot.understanding.month_first,
        }
    }
}

/// The language of the conversation first, then the others of the bot.
pub fn languages(turn: &Turn<'_>) -> Vec<String> {
    let own = &turn.state.language;
    let others = turn.bot.languages.iter().filter(|language| *language != own);
    [own].into_iter().chain(others).cloned().collect()
}
