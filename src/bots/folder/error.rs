//! Why can a bot's folder, or a file of it, not be read?

use std::{io, path::Path};

use studio_core::bot::{Problem, Severity};

use super::{MAX_FILES, name_in};

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path} has no bot.yaml: is it the folder of a bot?")]
    NotABot { path: String },
    #[error("{path} is not a file, though its name ends as one of a bot's")]
    NotAFile { path: String },
    #[error("{path} is a link that leads out of the bot's folder, or nowhere: put there what it leads to")]
    Link { path: String },
    #[error("{path} is larger than 4 MiB: split it")]
    TooLarge { path: String },
    #[error("{path} is not UTF-8 text")]
    NotText { path: String },
    #[error("{path} holds more than 5000 files: is it the folder of a bot?")]
    TooMany { path: String },
    #[error(
        "the bot in {path} is called {bot}, as the one in the folder {first} is, which runs: rename one of the two"
    )]
    SameName { path: String, bot: String, first: String },
}

impl FolderError {
    /// A bot runs without what a link leads to, unless that is the bot itself.
    pub(super) fn severity(&self) -> Severity {
        let is_bot = |path: &str| matches!(Path::new(path).file_name(), Some(name) if name == "bot.yaml" || name == "bot.yml");
        match self {
            Self::Link { path } if !is_bot(path) => Severity::Warning,
            Self::Link { .. }
            | Self::Read { .. }
            | Self::NotABot { .. }
            | Self::NotAFile { .. }
            | Self::TooLarge { .. }
            | Self::NotText { .. }
            | Self::TooMany { .. }
            | Self::SameName { .. } => Severity::Error,
        }
    }

    /// As a finding about a bot's files, beside those of what stands in them.
    pub fn problem(&self, folder: &Path) -> Problem {
        let (code, path, message, hint) = match self {
            Self::Read { path, error } => {
                ("unreadable-file", path, format!("this cannot be read: {error}"), "see to its permissions")
            }
            Self::NotABot { path } => (
                "missing-bot-file",
                path,
                "there is no file bot.yaml".to_owned(),
                "is it the folder of a bot?",
            ),
            Self::NotAFile { path } => (
                "unreadable-file",
                path,
                "this is not a file".to_owned(),
                "a name that ends in .yaml, .yml, .md or .txt is for files: rename it, or remove it",
            ),
            Self::Link { path } => (
                "skipped-link",
                path,
                "this link leads out of the bot's folder, or nowhere, and is not followed".to_owned(),
                "put what it leads to here; links within the folder are followed",
            ),
            Self::TooLarge { path } => {
                ("file-too-large", path, "the file is larger than 4 MiB".to_owned(), "split it")
            }
            Self::NotText { path } => {
                ("unreadable-file", path, "this is not UTF-8 text".to_owned(), "save it as UTF-8")
            }
            Self::SameName { path, bot, first } => (
                "same-bot-name",
                path,
                format!("the bot in the folder {first} is called `{bot}` as well"),
                "write another `name:` here, or remove one of the two folders; until then that other one runs",
            ),
            Self::TooMany { path } => (
                "too-many-files",
                path,
                format!("the folder holds more than {MAX_FILES} files"),
                "is it the folder of a bot?",
            ),
        };
        Problem {
            severity: self.severity(),
            code: code.to_owned(),
            file: name_in(folder, Path::new(path)),
            line: 0,
            column: 0,
            message,
            hint: hint.to_owned(),
        }
    }
}
