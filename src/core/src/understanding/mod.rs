//! What a model said about an utterance. Recorded once in the event; a replay never runs a model again.

mod entity;
mod lessons;
mod passage;
mod values;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{
    entity::{BUILT_IN, EDGE, EntityMatch, HOLDERS, NO_SUCH_DAY, RESERVED, entity_pattern},
    lessons::{Annotated, Annotation, EntityLesson, Lessons},
    passage::{FoundBy, Passage},
    values::{day_and_month, is_negated},
};
use crate::{
    feeling::{Sentiment, Tone},
    privacy::{Keeping, Personal, PersonalKind, Privacy},
    translation::Translation,
};

/// The meaning of one utterance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each says something by itself")]
pub struct Understanding {
    /// Intents, the most likely first; at most five. Empty where the bot has none.
    pub intents: Vec<Scored>,
    /// Whether the best intent is confident enough to be acted on; `false` says "none of these".
    pub confident: bool,
    /// What is wanted besides the best intent, where one message asks for several things, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Besides>,
    /// Intents that are named in order not to be wanted: "I don't want to cancel my order".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
    /// What was found in the text, in the order of their places.
    pub entities: Vec<EntityMatch>,
    /// The language that the text seems to be written in (ISO 639-1), where it is clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it feels like; absent where it is neutral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// Whether it cannot wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// Whether something is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub question: bool,
    /// Whether it swears.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub profane: bool,
    /// Kinds of personal data in it, masked or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalKind>,
    /// Words in it, without the values of its entities, where the bot has intents.
    #[serde(default, skip_serializing_if = "is_none")]
    pub words: u32,
    /// How many of them stand in no phrase of the bot.
    #[serde(default, skip_serializing_if = "is_none")]
    pub unknown_words: u32,
    /// How it was understood, where the bot has no phrases in its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Box<Through>>,
    /// What of a forgotten message is still counted; everything else is as if it had not been understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub counted: Option<Box<Counted>>,
}

/// The figures that one message adds to a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is counted by itself")]
pub struct Counted {
    /// Hundredths from -100 to 100; absent where it felt neutral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<(Tone, i64)>,
    pub urgent: bool,
    pub question: bool,
    pub profane: bool,
    pub confident: bool,
    /// Of the best intent, in hundredths from 0 to 100.
    pub confidence: u64,
    pub words: u32,
    pub unknown_words: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none(number: &u32) -> bool {
    *number == 0
}

/// What stands between a message and phrases in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Through {
    /// A machine translated it; or should have, and it was read as it is.
    Translation {
        translation: Translation,
        /// What the machine made of it. A visitor's words: kept nowhere.
        #[serde(skip)]
        words: Option<String>,
    },
    /// Sentence vectors that are the same in many languages.
    Vectors { model: String },
    /// Nothing: there is no machine, nor did such vectors say anything. It was read as it is, and not understood. `from` is the
    /// language of the message, `to` that of the phrases.
    AsItIs { from: String, to: String },
}

impl Understanding {
    /// What statistics count of it, before and after it is forgotten alike.
    pub fn counted(&self) -> Counted {
        if let Some(counted) = &self.counted {
            return (**counted).clone();
        }
        let confidence = self.intents.first().map_or(0.0, |best| best.confidence);
        // Two digits of a number between -1 and 1.
        #[expect(clippy::cast_possible_truncation, reason = "between -100 and 100")]
        let hundredths = |number: f64| (number.clamp(-1.0, 1.0) * 100.0).round() as i64;
        Counted {
            sentiment: self.sentiment.map(|sentiment| (sentiment.label, hundredths(sentiment.score))),
            urgent: self.urgent,
            question: self.question,
            profane: self.profane,
            confident: self.confident || !self.denied.is_empty(),
            confidence: hundredths(confidence.max(0.0)).unsigned_abs(),
            words: self.words,
            unknown_words: self.unknown_words,
        }
    }

    /// Nothing of it but what is counted.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        Self { counted: Some(Box::new(self.counted())), ..Self::default() }
    }

    /// The intent to act on, if there is one.
    pub fn intent(&self) -> Option<&Scored> {
        if self.confident { self.intents.first() } else { None }
    }

    /// Whether the best intent is named for sure: in order to be acted on, or to be denied.
    pub fn is_clear(&self) -> bool {
        let best = self.intents.first();
        self.confident || best.is_some_and(|best| self.denied.contains(&best.intent))
    }

    /// What a machine made of it, and the language of that.
    pub fn translated(&self) -> Option<(&str, &str)> {
        match self.through.as_deref()? {
            Through::Translation { translation, words } => Some((words.as_deref()?, &translation.to)),
            Through::Vectors { .. } | Through::AsItIs { .. } => None,
        }
    }

    /// The same for the journal and for conditions: without the values that are for slots alone.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        for found in shown.entities.iter_mut().filter(|found| found.hidden) {
            found.value = Value::String(found.text.clone());
        }
        shown
    }

    /// Moves what was found in a text to where it stands once `raw` is masked in it, at `masked`. Of what lies within a mask
    /// the values of a kind that slots are filled from stay, hidden; everything else goes.
    pub fn hide(&mut self, raw: &[Personal], masked: &[Personal], privacy: &Privacy) {
        let moved = |place: usize| {
            let earlier = raw.iter().zip(masked).rfind(|(personal, _)| personal.end <= place);
            earlier.map_or(place, |(before, after)| place - before.end + after.end)
        };
        let mut entities = std::mem::take(&mut self.entities);
        entities.retain_mut(|found| {
            let touches = |personal: &Personal| personal.start < found.end && found.start < personal.end;
            if let Some((before, after)) = raw.iter().zip(masked).find(|(personal, _)| touches(personal)) {
                let is_it = found.entity == before.kind.as_str();
                (found.start, found.end) = (after.start, after.end);
                found.text = before.kind.mask();
                found.hidden = true;
                return is_it && privacy.of(before.kind) == Keeping::Slots;
            }
            (found.start, found.end) = (moved(found.start), moved(found.end));
            true
        });
        self.entities = entities;
        for besides in &mut self.also {
            (besides.start, besides.end) = (moved(besides.start), moved(besides.end));
        }
    }
}

/// An intent and how sure the model is of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scored {
    pub intent: String,
    /// Calibrated probability, 0 to 1.
    pub confidence: f64,
    /// Which part of the understanding said so.
    pub by: Understander,
}

/// An intent that one clause of a message names by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Besides {
    pub intent: String,
    /// Calibrated probability, 0 to 1.
    pub confidence: f64,
    /// Which part of the understanding said so.
    pub by: Understander,
    /// Where the clause stands in the text, in bytes; 0 and 0 where that is not known.
    #[serde(default)]
    pub start: usize,
    #[serde(default)]
    pub end: usize,
}

impl Besides {
    /// The words of the clause in the text that was understood.
    pub fn clause<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// The part of the understanding that named an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Understander {
    /// The text is, once normalised, one of the bot's own phrases, to the letter or but for a slip of the keyboard.
    Exact,
    /// The linear model over words and character n-grams.
    Linear,
    /// The linear model over words, character n-grams and the sentence's vector together.
    Semantic,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_move_with_what_is_masked_before_them() {
        let stretch = |start, end| Personal { kind: PersonalKind::Email, start, end };
        let clause = Besides {
            intent: "hours".to_owned(),
            confidence: 0.9,
            by: Understander::Linear,
            start: 17,
            end: 26,
        };
        let mut understanding = Understanding { also: vec![clause], ..Understanding::default() };
        understanding.hide(&[stretch(0, 15)], &[stretch(0, 7)], &Privacy::default());
        assert_eq!(understanding.also[0].clause("[email], the hours"), "the hours");
    }
}
