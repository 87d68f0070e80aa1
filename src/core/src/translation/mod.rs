//! Who says the author's texts in a language that nobody wrote them in, and what must survive it?
//!
//! A text goes through a machine in three steps: what must not be touched is taken out ([`protect`]), the rest is translated
//! ([`Translator`]), and what was taken out is put back ([`Protected::restore`]). Where anything of it is lost, or made up, the
//! author's own text is said. Texts are translated before their gaps are filled in, so nothing of a visitor is in them.

mod glossary;
mod known;
pub mod mark;
mod marking;
mod protect;
mod script;
mod signs;
#[cfg(test)]
mod tests;

use std::fmt::{self, Debug};

use serde::{Deserialize, Serialize};

pub use self::{
    glossary::{ANY, Glossary, Reach, Translating},
    known::{Nobody, Told, Translations, Wanted},
    marking::Marking,
    protect::{Lost, Protected, protect},
    script::{in_script, is_in_script},
    signs::{emphasis_sign, list_sign},
};

/// A machine that translates.
///
/// The one border between the studio and whoever translates: a service on the network or a model within.
pub trait Translator: Debug + Send + Sync {
    /// What is told of it, such as `deepl` or the name of the model that has this pair of languages: its texts are marked with it.
    fn engine(&self, from: &str, to: &str) -> &str;

    /// Its texts are kept apart by this: of a model, which weights it has.
    fn version(&self, from: &str, to: &str) -> &str {
        self.engine(from, to)
    }

    /// That it will be asked for this pair soon. Does not wait.
    fn prepare(&self, _from: &str, _to: &str) {}

    /// How it is shown what must stay as it is.
    fn marking(&self) -> Marking;

    /// Whether it may be asked for this pair of languages (tags such as `pt-BR`).
    fn translates(&self, from: &str, to: &str) -> bool;

    /// Translates texts, in their order; as many come back. Waits until they are there, for a bounded time: never called
    /// from a thread that serves others.
    fn translate(&self, from: &str, to: &str, texts: &[String]) -> Result<Vec<String>, TranslateError>;
}

/// Why there is no translation. The author's text is said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TranslateError {
    /// It has too much to do, or asks for a pause.
    #[error("it has too much to do")]
    Busy,
    #[error("it did not answer in time")]
    Late,
    #[error("what was bought of it is used up")]
    UsedUp,
    #[error("it does not take the key")]
    Key,
    #[error("it does not translate from {from} to {to}")]
    Pair { from: String, to: String },
    /// These texts cannot be translated; others can.
    #[error("{0}")]
    Unfit(String),
    #[error("{0}")]
    Failed(String),
}

/// That a text is a machine's, or should have been. It stands with the reason why a message was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Translation {
    /// The language that the author wrote.
    pub from: String,
    /// The language that was wanted.
    pub to: String,
    /// What translated it.
    pub engine: String,
    /// Why the author's own text was said instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Translation {
    /// Whether what is said is a machine's.
    pub fn is_machine_made(&self) -> bool {
        self.failed.is_none()
    }
}

impl fmt::Display for Translation {
    /// `en → pl, deepl`, and why not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, engine, failed } = self;
        write!(f, "{from} → {to}, {engine}")?;
        failed.as_ref().map_or(Ok(()), |failed| write!(f, ": {failed}"))
    }
}
