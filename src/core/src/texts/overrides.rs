//! What did the operator write in place of ours?
//!
//! A folder with one folder for each language, as `locales/` has them: `de/dialogue.ftl` and
//! `de/widget.json` with the texts that differ. A language that the studio does not have may be
//! added; what it leaves out is said in the next one of its chain.

use std::{collections::BTreeMap, fmt};

use super::{DIALOGUE, WIDGET, canonical, check, check::Extent, check_widget};

/// Files of texts by language, each found to be right.
#[derive(Debug, Default)]
pub struct Overrides(BTreeMap<String, OwnTexts>);

/// The files of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTexts {
    pub dialogue: Option<String>,
    pub widget: Option<String>,
}

/// Something that is wrong with a file of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Texts were asked for before those of the operator were there.
#[derive(Debug, thiserror::Error)]
#[error("texts of the studio are in use already")]
pub struct TextsInUse;

impl Overrides {
    /// From the paths of all files below the folder (`de/widget.json`) and what they hold.
    ///
    /// # Errors
    ///
    /// All that is wrong, as `path:line: what`.
    pub fn read(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<String>> {
        let mut overrides = Self::default();
        let mut problems = Vec::new();
        for (path, text) in files {
            let wrong = overrides.add(&path, text);
            problems.extend(wrong.iter().map(|problem| format!("{path}:{problem}")));
        }
        if problems.is_empty() { Ok(overrides) } else { Err(problems) }
    }

    fn add(&mut self, path: &str, text: String) -> Vec<TextProblem> {
        let misplaced = |message: String| vec![TextProblem { line: 1, message }];
        let Some((language, file)) = path.split_once('/') else {
            return misplaced(format!("write it into the folder of its language, such as `de/{path}`"));
        };
        let name = canonical(language);
        if name != language || language.parse::<unic_langid::LanguageIdentifier>().is_err() {
            return misplaced(format!(
                "`{language}` is not how a language is written; did you mean `{name}`?"
            ));
        }
        let own = self.0.entry(name).or_default();
        let (place, problems) = match file {
            DIALOGUE => (&mut own.dialogue, check::check(language, &text, Extent::Some)),
            WIDGET => (&mut own.widget, check_widget::check(language, &text, Extent::Some)),
            _ => return misplaced(format!("texts stand in `{DIALOGUE}` and `{WIDGET}` only")),
        };
        *place = Some(text);
        problems
    }

    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn of(&self, language: &str) -> OwnTexts {
        self.0.get(language).cloned().unwrap_or_default()
    }
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
