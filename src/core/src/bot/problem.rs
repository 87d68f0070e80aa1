//! What is wrong with a bot, and what to do about it?

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::{
    code::Code,
    load::{Kind, kind_of},
};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The bot cannot run.
    Error,
    /// The bot runs, but hardly as its author meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing that is wrong with a bot's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    pub severity: Severity,
    /// Stable name of the kind of problem, in kebab-case.
    pub code: String,
    /// Path within the bot's folder; empty where no file is to blame.
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: u32,
    /// In characters from 1; 0 where the whole line is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            // A line break in a name would make a line of its own.
            f.write_str(&self.file.replace('\n', "\\n").replace('\r', "\\r"))?;
            if self.line > 0 {
                write!(f, ":{}", self.line)?;
                if self.column > 0 {
                    write!(f, ":{}", self.column)?;
                }
            }
            f.write_str(": ")?;
        }
        write!(f, "{}: {}", self.severity, self.message)?;
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Response,
    Flow,
    Intent,
    Entity,
    Team,
    Slot,
    Setting,
    /// Of a step.
    Label,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response => "response",
            Self::Flow => "flow",
            Self::Intent => "intent",
            Self::Entity => "entity",
            Self::Team => "team",
            Self::Slot => "slot",
            Self::Setting => "setting",
            Self::Label => "label",
        })
    }
}

/// Where something was written. Ordered by file, line and column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index in [`Problems::files`].
    pub file: usize,
    pub line: u32,
    pub column: u32,
}

/// The problems found so far, and what is needed to find no false ones.
#[derive(Debug, Default)]
pub struct Problems {
    /// Paths by the index that a [`Place`] names.
    files: Vec<String>,
    found: Vec<Problem>,
    /// Keys of what could not be read, with the kind of their file: what they may define is not said to be undefined.
    keys: BTreeSet<(Kind, String)>,
    /// Values of what could not be read: what they may use is not said to be unused.
    values: BTreeSet<(Kind, String)>,
    /// Kinds of files that are there and cannot be read at all: they may define and use anything of their kind.
    unread: BTreeSet<Kind>,
}

impl Problems {
    /// Makes a file known; its index goes into places.
    pub fn add_file(&mut self, path: &str) -> usize {
        self.files.push(path.to_owned());
        self.files.len() - 1
    }

    /// Makes known that a file or folder is there and cannot be read; an empty path is the bot's whole folder.
    pub fn add_unread(&mut self, path: &str) {
        if path.is_empty() {
            self.unread.extend(Kind::ALL);
            return;
        }
        self.unread.extend([kind_of(path), kind_of(&format!("{path}/all.yaml"))]);
    }

    pub fn is_unread(&self, kind: Kind) -> bool {
        self.unread.contains(&kind)
    }

    /// The path of a place's file.
    pub fn file(&self, place: Place) -> &str {
        self.files.get(place.file).map_or("", String::as_str)
    }

    /// A place in words, for messages that name two: `flows/order.yaml:12`.
    pub fn describe(&self, place: Place) -> String {
        format!("{}:{}", self.file(place), place.line)
    }

    pub fn report(&mut self, code: Code, place: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Problem {
            severity: code.severity(),
            code: code.name().to_owned(),
            file: self.file(place).to_owned(),
            line: place.line,
            column: place.column,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Keeps a key of something unreadable.
    pub fn salvage_key(&mut self, file: usize, word: &str) {
        let kind = self.kind(file);
        self.keys.insert((kind, word.to_owned()));
    }

    /// Keeps a value of something unreadable.
    pub fn salvage_value(&mut self, file: usize, word: &str) {
        let kind = self.kind(file);
        self.values.insert((kind, word.to_owned()));
    }

    pub(super) fn kind(&self, file: usize) -> Kind {
        self.files.get(file).map_or(Kind::Other, |path| kind_of(path))
    }

    /// Whether something unreadable may define this: it stands there as a key, in a file of the kind that such things are
    /// defined in. Steps fill slots, by their keys (`set`) or their values (`ask`); a label stands in the file that names it.
    pub fn may_define(&self, thing: Thing, name: &str) -> bool {
        let has = |all: &BTreeSet<(Kind, String)>, kind| {
            all.contains(&(kind, name.to_owned())) || thing != Thing::Label && self.is_unread(kind)
        };
        match thing {
            Thing::Response => has(&self.keys, Kind::Responses),
            Thing::Flow => has(&self.keys, Kind::Flows),
            Thing::Intent => has(&self.keys, Kind::Intents) || has(&self.keys, Kind::Learned),
            Thing::Entity => has(&self.keys, Kind::Entities),
            Thing::Team | Thing::Setting => has(&self.keys, Kind::Bot),
            Thing::Label => has(&self.values, Kind::Flows),
            Thing::Slot => {
                has(&self.keys, Kind::Bot) || has(&self.keys, Kind::Flows) || has(&self.values, Kind::Flows)
            }
        }
    }

    /// Whether something unreadable may use this response, flow or intent: flows and the bot's repairs do, by a value. A
    /// question uses the response `ask_<slot>`, a jump writes `flow <name>`.
    pub fn may_use(&self, name: &str) -> bool {
        if [Kind::Bot, Kind::Flows].into_iter().any(|kind| self.is_unread(kind)) {
            return true;
        }
        let written = [
            Some(name.to_owned()),
            Some(format!("flow {name}")),
            name.strip_prefix("ask_").map(str::to_owned),
        ];
        written.into_iter().flatten().any(|value| {
            [Kind::Bot, Kind::Flows].into_iter().any(|kind| self.values.contains(&(kind, value.clone())))
        })
    }

    /// Number of problems so far.
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// All problems, by file, line, column, severity, code and message.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort_by(|one, other| {
            let key = |problem: &Problem| (problem.line, problem.column, problem.severity);
            one.file
                .cmp(&other.file)
                .then_with(|| key(one).cmp(&key(other)))
                .then_with(|| one.code.cmp(&other.code))
                .then_with(|| one.message.cmp(&other.message))
        });
        self.found.dedup();
        self.found
    }
}
