//! How is a question written?

use serde_json::Value;

use super::{InvalidSource, Saying, Steps, going, schema};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    yaml::{At, Entries, Kind, Node, OneOrMany, Read, Size, Text, words},
};

source! {
    /// Asks for a slot, checks the answer, asks again.
    struct AskStep as "a step `ask`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// The slot that the answer fills.
        "ask" slot: Text,
        /// What counts as an answer; that of the slot, or text, where absent.
        "kind" kind: Option<At<AskKind>>,
        /// What to ask; the response `ask_<slot>` where absent.
        "question" question: Option<Saying>,
        /// What to say when the answer does not fit; one for all, or by kind of failure, by attempt, or both.
        "invalid" invalid: Option<InvalidSource>,
        /// How often to ask again.
        "retries" retries: u32 = 2,
        /// Steps for when the retries are used up; a handoff where absent.
        "otherwise" otherwise: Option<Steps>,
        /// In place of `otherwise`: a label of this flow, or `flow name`.
        "go" go: Option<Text>,
        /// Steps for when the visitor says that they do not have or know it; what can be done is said where absent.
        "unknown" unknown: Option<Steps>,
        /// Ask even if the slot is filled.
        "always" always: bool = false,
        /// Title of a form of this question and those right after it, where the channel has forms (Discord, Slack).
        "form" form: Option<Saying>,
        /// Of kind regex: what the answer must match.
        "pattern" pattern: Option<Text>,
        /// Least length (text), number, date (`today` or YYYY-MM-DD) or time (HH:MM).
        "min" min: Option<At<Value>>,
        /// Greatest length (text), number, date (`today` or YYYY-MM-DD) or time (HH:MM; one before `min` is after midnight).
        "max" max: Option<At<Value>>,
        /// Of kind number: no fractions.
        "whole" whole: Option<At<bool>>,
        /// Of kind choice: what to choose from.
        "options" options: Option<At<Vec<OptionSource>>>,
        /// Of kind file: media types such as `image/*`.
        "types" types: Option<At<OneOrMany<Text>>>,
        /// Of kind file: such as `5MB`.
        "max_size" max_size: Option<At<Size>>,
    }
}

impl AskStep {
    /// Makes a `go` in place of `otherwise` the only step of it.
    pub fn with_go_as_otherwise(mut self, problems: &mut Problems) -> Self {
        let Some(go) = self.go.take() else { return self };
        if self.otherwise.is_some() {
            let message = "a question has either `otherwise` or `go`";
            let hint = "put `- go: …` at the end of the steps of `otherwise`";
            problems.report(Code::ConflictingKeys, go.place, message, hint);
        } else {
            self.otherwise = Some(going(go));
        }
        self
    }
}

/// Kinds of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKind {
    Text,
    Number,
    Email,
    Phone,
    Date,
    Time,
    Choice,
    Regex,
    File,
    YesNo,
    /// None that there is, which is told; what fits it is not known.
    Misspelt,
}

const KINDS: [(&str, AskKind); 10] = [
    ("text", AskKind::Text),
    ("number", AskKind::Number),
    ("email", AskKind::Email),
    ("phone", AskKind::Phone),
    ("date", AskKind::Date),
    ("time", AskKind::Time),
    ("choice", AskKind::Choice),
    ("regex", AskKind::Regex),
    ("file", AskKind::File),
    ("yes_no", AskKind::YesNo),
];

impl Read for AskKind {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        Some(words(node, "a kind of answer", &KINDS, problems).unwrap_or(Self::Misspelt))
    }
}

source! {
    /// Something to choose.
    struct OptionFields as "an option" {
        /// What fills the slot.
        "value" value: Text,
        /// Titles by language, or one text for all; the value where absent.
        "title" title: Option<TitleSource>,
        /// Other words for it, of any language.
        "synonyms" synonyms: OneOrMany<Text> = OneOrMany(Vec::new()),
    }
}

/// Something to choose.
#[derive(Clone, Debug)]
pub struct OptionSource {
    pub value: Text,
    pub title: TitleSource,
    pub synonyms: Vec<Text>,
}

/// A title by language, or one for all.
#[derive(Clone, Debug)]
pub enum TitleSource {
    Same(Text),
    ByLanguage { place: Place, titles: Entries<Text> },
}

impl TitleSource {
    /// The one for all.
    pub fn same(&self) -> Option<String> {
        match self {
            Self::Same(text) => Some(text.value.clone()),
            Self::ByLanguage { .. } => None,
        }
    }

    /// Those by language.
    pub fn by_language(&self) -> Vec<(String, String)> {
        match self {
            Self::Same(_) => Vec::new(),
            Self::ByLanguage { titles, .. } => {
                titles.iter().map(|(language, title)| (language.value.clone(), title.value.clone())).collect()
            }
        }
    }
}

impl Read for TitleSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.kind {
            Kind::Map(_) => {
                Entries::read(node, problems).map(|titles| Self::ByLanguage { place: node.place, titles })
            }
            Kind::Null
            | Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Broken => Text::read(node, problems).map(Self::Same),
        }
    }
}

impl Read for OptionSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            let value = Text::read(node, problems)?;
            let title = TitleSource::Same(value.clone());
            return Some(Self { value, title, synonyms: Vec::new() });
        }
        let OptionFields { place: _, value, title, synonyms } = OptionFields::read(node, problems)?;
        let title = title.unwrap_or_else(|| TitleSource::Same(value.clone()));
        Some(Self { value, title, synonyms: synonyms.0 })
    }
}

schema!(AskKind, "AskKind", true, |_generator| schema::words(&KINDS.map(|(name, _)| name)));
schema!(TitleSource, "Title", true, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<Entries<Text>>()
]));
schema!(OptionSource, "Option", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<OptionFields>()
]));
