//! What a model said about an utterance. Recorded once in the event; a replay never runs a model again.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
            Through::Vectors { .. } => None,
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
            let earlier = raw.iter().zip(masked).rfind(|(personal, _)| personal.end <= found.start);
            if let Some((before, after)) = earlier {
                found.start = found.start - before.end + after.end;
                found.end = found.end - before.end + after.end;
            }
            true
        });
        self.entities = entities;
        let moved = |place: usize| {
            let earlier = raw.iter().zip(masked).rfind(|(personal, _)| personal.end <= place);
            earlier.map_or(place, |(before, after)| place - before.end + after.end)
        };
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

/// Words that may stand between a negation and what it takes back: "not on friday", "nicht am Freitag".
const LINKS: [&str; 34] = [
    "on",
    "at",
    "for",
    "in",
    "by",
    "the",
    "a",
    "this",
    "next",
    "am",
    "an",
    "um",
    "im",
    "für",
    "bis",
    "den",
    "dem",
    "der",
    "die",
    "das",
    "diesen",
    "nächsten",
    "le",
    "la",
    "el",
    "il",
    "o",
    "de",
    "op",
    "w",
    "het",
    "ce",
    "este",
    "questo",
];
const NEGATIONS: [&str; 28] = [
    "not",
    "except",
    "excluding",
    "without",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "keinem",
    "keiner",
    "keines",
    "außer",
    "ausser",
    "ohne",
    "pas",
    "sauf",
    "hormis",
    "excepto",
    "salvo",
    "tranne",
    "eccetto",
    "non",
    "niet",
    "behalve",
    "nie",
    "oprócz",
    "não",
    "exceto",
];
/// What "but" leaves something out of: "any day but friday".
const ALL: [&str; 8] = ["any", "anything", "all", "every", "everything", "each", "no", "nothing"];
/// Bytes before a value that are looked at.
const NEAR: usize = 80;

/// Whether a value is taken back by what stands right before it: "not friday", "any day but friday",
/// "außer Freitag". Only within the clause: "I cannot, friday then" is friday.
pub fn is_negated(before: &str) -> bool {
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(NEAR))..];
    let clause = near.rsplit([',', ';', ':', '.', '!', '?', '\n']).next().unwrap_or_default().to_lowercase();
    let clause = clause.replace('’', "'");
    let words = clause
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>();
    let Some(place) = words.iter().rposition(|word| !LINKS.contains(word)) else { return false };
    let earlier = &words[..place];
    match words[place] {
        "but" => earlier.iter().any(|word| ALL.contains(word)),
        // "why not friday?" proposes it.
        word if earlier.last().is_some_and(|asks| matches!(*asks, "why" | "warum" | "wieso")) => {
            word.ends_with("n't")
        }
        word => NEGATIONS.contains(&word) || word.ends_with("n't"),
    }
}

/// Day and month of `3/4`: the day stands first unless the bot's people write the month first, and
/// the other way round where that is no day of any year. With points the day is always first.
pub fn day_and_month(first: i64, second: i64, separator: char, month_first: bool) -> (i64, i64) {
    let swapped = separator != '.' && if month_first { first <= 12 } else { second > 12 };
    if swapped { (second, first) } else { (first, second) }
}

/// A place that is not within a word: a match of a pattern begins and ends at one, so that eight digits are never the
/// beginning of nine.
pub const EDGE: &str = r"(?:\b|\b{start-half})";
/// Most bytes of a compiled pattern of an entity: a hostile one must not eat the memory.
const MAX_PATTERN: usize = 1 << 20;

/// Compiles the pattern of an entity as texts are searched with it: whole words, upper and lower case the same unless
/// the pattern says `(?-i)`.
pub fn entity_pattern(pattern: &str) -> Result<Regex, regex::Error> {
    let build =
        |pattern: &str| RegexBuilder::new(pattern).case_insensitive(true).size_limit(MAX_PATTERN).build();
    // As the author wrote it first: an error should show that.
    build(pattern)?;
    build(&format!("{EDGE}(?:{pattern}){EDGE}"))
}

/// One entity found in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntityMatch {
    /// Name of the entity: one of the bot's, or a built-in kind; docs/entities.md has them.
    pub entity: String,
    /// What it is in the sentence, where the bot's phrases tell roles apart: "from" of `[Bonn](city:from)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The normalised value: a string, a number, or an object such as
    /// `{"amount": 12.5, "currency": "EUR"}` for money; dates are `YYYY-MM-DD`, times `HH:MM`.
    /// docs/entities.md has all of them.
    pub value: Value,
    /// The words themselves.
    pub text: String,
    /// Where they stand, in bytes of the original text. Both are its end where they stand in its translation alone.
    pub start: usize,
    pub end: usize,
    /// 1 for an exact find, less for a fuzzy one.
    pub confidence: f64,
    /// Its words are masked in the message, and its value is for slots alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl EntityMatch {
    /// Whether one of these names means it: `city`, or `city:from` where its role is `from`.
    pub fn is_one_of(&self, names: &[String]) -> bool {
        names.iter().any(|name| match name.split_once(':') {
            Some((entity, role)) => entity == self.entity && self.role.as_deref() == Some(role),
            None => *name == self.entity,
        })
    }
}

/// Entities that every bot has; the bot's own of the same name takes the place of one, but for the first
/// [`RESERVED`]. The last two are found only where the operator chose a model that finds names.
pub const BUILT_IN: [&str; 19] = [
    "number",
    "email",
    "phone",
    "url",
    "money",
    "date",
    "time",
    "interval",
    "duration",
    "ordinal",
    "percentage",
    "quantity",
    "iban",
    "card",
    "colour",
    "person",
    "address",
    "place",
    "organisation",
];
/// How many of [`BUILT_IN`] no bot may define, since questions are made of them.
pub const RESERVED: usize = 7;
/// Built-in entities whose words hold a value of another kind that stands for itself: the number of "5 kg", the day
/// of "until friday".
pub const HOLDERS: [&str; 4] = ["interval", "duration", "quantity", "percentage"];

/// Phrases and entities from which an understanding is trained: all that `studio-nlu` needs of a bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lessons {
    /// Phrases of each intent, all languages together, without annotations.
    pub phrases: BTreeMap<String, Vec<String>>,
    /// What an intent is about, in a sentence: it stands for phrases where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub descriptions: BTreeMap<String, String>,
    /// The bot's own entities.
    pub entities: BTreeMap<String, EntityLesson>,
    /// Those phrases in which entities are annotated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotated: Vec<Annotated>,
    /// Languages of the bot (ISO 639-1).
    pub languages: Vec<String>,
    /// The author's own threshold, 0 to 1; otherwise it is chosen by cross-validation.
    pub threshold: Option<f64>,
    /// Whether 3/4 is the 4th of March.
    pub month_first: bool,
    /// Whose national telephone numbers are meant (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A phrase with what is annotated in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotated {
    /// Without the annotations.
    pub text: String,
    /// In the order of their places, none within another.
    pub annotations: Vec<Annotation>,
}

/// Words of a phrase that are an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Place in the phrase, in bytes.
    pub start: usize,
    pub end: usize,
    pub entity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// How one of the bot's entities is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityLesson {
    /// Values with their synonyms, found with small spelling mistakes if `fuzzy`.
    List { values: BTreeMap<String, Vec<String>>, fuzzy: bool },
    /// A regular expression; the value is its first group, or the whole match.
    Pattern(String),
    /// Learned from the phrases in which it is annotated: any words in such places.
    Learned,
    /// Other entities that stand side by side, at least two of these; the value has each by its name.
    Composite(Vec<String>),
}

/// A passage of a document that answers a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Passage {
    /// Path of the document below the bot's `knowledge` folder.
    pub document: String,
    /// Title of the document.
    pub title: String,
    /// The headings above the passage, outermost first, without the title.
    pub headings: Vec<String>,
    /// The passage itself, Markdown.
    pub text: String,
    /// Language of the document (ISO 639-1).
    pub language: String,
    /// Score of the search; comparable within one answer only.
    pub score: f64,
    /// Share of the question's informative words that the passage has, 0 to 1.
    pub coverage: f64,
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

    #[test]
    fn what_is_taken_back() {
        let check = |before: &str, expected: bool| assert_eq!(is_negated(before), expected, "{before}");
        check("not ", true);
        check("any day but ", true);
        check("Nicht am ", true);
        check("alles außer ", true);
        check("it isn’t ", true);
        check("not on the ", true);
        check("kein ", true);
        check("", false);
        check("on ", false);
        check("no, ", false);
        check("I cannot, ", false);
        check("better not, ", false);
        check("I wanted friday but ", false);
        check("why not ", false);
        check("warum nicht am ", false);
        check("pas le ", true);
        check("excepto el ", true);
        check("niet op ", true);
        check("nie w ", true);
        check("not before ", false);
        check("nicht nur ", false);
    }

    #[test]
    fn the_day_stands_first_unless_it_cannot() {
        assert_eq!(day_and_month(1, 2, '/', false), (1, 2));
        assert_eq!(day_and_month(1, 2, '/', true), (2, 1));
        assert_eq!(day_and_month(12, 24, '/', false), (24, 12));
        assert_eq!(day_and_month(24, 12, '/', true), (24, 12));
        assert_eq!(day_and_month(1, 2, '.', true), (1, 2));
    }
}
