//! Which single texts did operators change while the studio runs?
//!
//! They lie over the files of the operator, which lie over the texts that are compiled in. A text is checked by itself, as the
//! files of `locales/` are: what is filled in must all be there, and the forms of counted things are those of its language.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{DIALOGUE, WIDGET, canonical, chain, check, check::Extent, check_widget, compiled, texts};

/// Lists whose words must not mean two things: who stops, repeats, wants a person or says yes wants nothing else.
pub(super) const APART: [&str; 7] = [
    "cancel-words",
    "start-over-words",
    "repeat-words",
    "person-words",
    "yes-words",
    "no-words",
    "language-words",
];

/// Where the studio says a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextPart {
    /// In conversations, by bots that leave it to the studio (Fluent).
    Dialogue,
    /// In the widget.
    Widget,
}

impl TextPart {
    pub const ALL: [Self; 2] = [Self::Dialogue, Self::Widget];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dialogue => "dialogue",
            Self::Widget => "widget",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Dialogue => DIALOGUE,
            Self::Widget => WIDGET,
        }
    }
}

impl std::str::FromStr for TextPart {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|part| part.as_str() == text);
        known.ok_or_else(|| "a part is `dialogue` or `widget`".to_owned())
    }
}

/// A text, or one for each form of what is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// As `dialogue.ftl` (Fluent) and `widget.json` have it, such as `{ $min }` and `{count}` for what is filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of the widget alone, in place of `text`: a text for each form of the language (`one`, `other`, …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub forms: BTreeMap<String, String>,
}

/// A text that an operator changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnText {
    pub language: String,
    pub part: TextPart,
    pub key: String,
    pub wording: Wording,
}

/// A text of the studio, as it stands without such changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingText {
    pub part: TextPart,
    pub key: String,
    pub wording: Wording,
    /// The language that says it: the first of the chain that has it.
    pub language: String,
}

impl Wording {
    pub fn of(text: &str) -> Self {
        Self { text: Some(text.to_owned()), forms: BTreeMap::new() }
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::of(text)),
            Value::Object(forms) => {
                let form = |(form, text): (&String, &Value)| Some((form.clone(), text.as_str()?.to_owned()));
                Some(Self { text: None, forms: forms.iter().map(form).collect::<Option<_>>()? })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        }
    }

    fn value(&self) -> Value {
        match &self.text {
            Some(text) => Value::from(text.as_str()),
            None => self.forms.iter().map(|(form, text)| (form.clone(), text.clone())).collect(),
        }
    }
}

/// All that is wrong with a text.
pub fn problems(own: &OwnText) -> Vec<String> {
    let OwnText { language, part, key, wording } = own;
    if canonical(language) != *language || language.parse::<unic_langid::LanguageIdentifier>().is_err() {
        let meant = canonical(language);
        return vec![format!("`{language}` is not how a language is written; did you mean `{meant}`?")];
    }
    if wording.text.is_some() != wording.forms.is_empty() {
        return vec!["write a text, or a text for each form".to_owned()];
    }
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if key.is_empty() || !key.chars().all(is_key) {
        return vec![format!("`{key}` is no text of the studio")];
    }
    let mut wrong = match part {
        TextPart::Dialogue if wording.text.is_none() => {
            vec!["of the dialogue, forms stand within the text: { $min -> [one] … *[other] … }".to_owned()]
        }
        TextPart::Dialogue => {
            let found = check::check(language, &file(*part, [own]), Extent::One);
            found.into_iter().map(|problem| problem.message).collect()
        }
        TextPart::Widget => {
            let found = check_widget::check(language, &file(*part, [own]), Extent::One);
            found.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
        }
    };
    if wrong.is_empty() && APART.contains(&key.as_str()) {
        wrong.extend(claimed(own));
    }
    wrong
}

/// Words of a list that another list of the language has.
fn claimed(own: &OwnText) -> Option<String> {
    let list = own.wording.text.as_deref().unwrap_or_default();
    let words: BTreeSet<String> = list.split('|').map(crate::dialogue::normalise).collect();
    APART.into_iter().filter(|key| *key != own.key).find_map(|key| {
        let taken = super::words([own.language.as_str()], key).find(|word| words.contains(word));
        taken.map(|word| format!("`{word}` stands in `{key}` too"))
    })
}

/// Such texts of one part as a file.
pub(super) fn file<'o>(part: TextPart, texts: impl IntoIterator<Item = &'o OwnText>) -> String {
    match part {
        TextPart::Dialogue => texts.into_iter().map(message).collect(),
        TextPart::Widget => {
            let words: Map<String, Value> =
                texts.into_iter().map(|own| (own.key.clone(), own.wording.value())).collect();
            Value::Object(words).to_string()
        }
    }
}

/// A message of Fluent. Its lines are set in, so that none of them can be another message.
fn message(own: &OwnText) -> String {
    let text = own.wording.text.as_deref().unwrap_or_default().replace('\r', "");
    let key = &own.key;
    if key.ends_with("-words") {
        return format!("{key} = {}\n", text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let mut lines = text.trim().lines();
    match (lines.next(), text.trim().contains('\n')) {
        (Some(line), false) => format!("{key} = {line}\n"),
        _ => text.trim().lines().fold(format!("{key} =\n"), |message, line| message + "    " + line + "\n"),
    }
}

/// Every text of the studio in a language, without what operators changed while it ran.
pub fn standing(language: &str) -> Vec<StandingText> {
    let texts = texts();
    let mut all = Vec::new();
    for part in TextPart::ALL {
        let mut seen = BTreeSet::new();
        for language in chain(language) {
            let files = [compiled(&language, part.file()), texts.file(&language, part)];
            let mut found: BTreeMap<String, Wording> = BTreeMap::new();
            for source in files.into_iter().flatten() {
                found.extend(wordings(part, source));
            }
            let new = found.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect::<Vec<_>>();
            all.extend(new.into_iter().map(|(key, wording)| StandingText {
                part,
                key,
                wording,
                language: language.clone(),
            }));
        }
    }
    all.sort_by(|one, other| (one.part, &one.key).cmp(&(other.part, &other.key)));
    all
}

/// The texts of a file, each as it was written.
fn wordings(part: TextPart, source: &str) -> BTreeMap<String, Wording> {
    match part {
        TextPart::Dialogue => check::sources(source)
            .into_iter()
            .map(|(key, text)| (key.to_owned(), Wording::of(&text)))
            .collect(),
        TextPart::Widget => {
            let words: Map<String, Value> = serde_json::from_str(source).unwrap_or_default();
            words.into_iter().filter_map(|(key, value)| Some((key, Wording::read(&value)?))).collect()
        }
    }
}
