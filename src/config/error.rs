//! What is said where settings do not hold?

use std::fmt;

use super::{Config, DEFAULTS};

/// What to do about any of them.
pub const EXPLAINED: &str = "`studio config --defaults` explains every setting";

/// What to do about those of a connection on a platform, of which the defaults show a few alone.
const OF_PLATFORMS: [(&str, &str); 4] = [
    ("telegram", "docs/telegram.md explains every setting of such a connection"),
    ("discord", "docs/discord.md explains every setting of such a connection"),
    ("slack", "docs/slack.md explains every setting of such a connection"),
    ("whatsapp", "docs/whatsapp.md explains every setting of such a connection"),
];

/// Where the settings of a connection on this channel are explained; without one, all others.
pub(super) fn explained(channel: Option<&str>) -> &'static str {
    let found = OF_PLATFORMS.into_iter().find(|(known, _)| Some(*known) == channel);
    found.map_or(EXPLAINED, |(_, hint)| hint)
}

/// What is wrong, and where the setting is explained; empty where the mistake does not say so.
pub fn apart(mistake: &str) -> (&str, &'static str) {
    let mut hints = OF_PLATFORMS.into_iter().map(|(_, hint)| hint).chain([EXPLAINED]);
    let found = hints.find_map(|hint| Some((mistake.strip_suffix(hint)?, hint)));
    found.map_or((mistake, ""), |(what, hint)| (what.trim_end_matches([';', ' ']), hint))
}

/// A setting is wrong; the text says which, where, and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: std::io::Error },
    #[error("{path}: this is not UTF-8 text: save it as UTF-8")]
    NotText { path: String },
    #[error("{origin}: {message}")]
    Invalid { origin: String, message: String },
    /// Every setting by itself holds, and together they do not.
    #[error("{0}")]
    Unfit(String),
}

/// Everything that is wrong with the settings, a line each.
#[derive(Debug)]
pub struct ConfigErrors {
    pub errors: Vec<ConfigError>,
    /// The settings without what is wrong with them, to look on by; nothing is to run by them.
    pub rest: Option<Box<Config>>,
}

impl ConfigErrors {
    /// By the lines of the file; what has none comes behind.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.errors.sort_by_cached_key(|error| by_line(&error.to_string()));
        self
    }
}

/// File and line that a mistake begins with, and the rest.
pub fn placed(mistake: &str) -> Option<(&str, u32, &str)> {
    let (place, rest) = mistake.split_once(": ")?;
    let (file, line) = place.rsplit_once(':')?;
    Some((file, line.parse().ok()?, rest))
}

/// What mistakes are sorted by.
pub fn by_line(mistake: &str) -> u32 {
    placed(mistake).map_or(u32::MAX, |(_, line, _)| line)
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.errors.iter().enumerate() {
            write!(f, "{}{error}", if place == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        let rest = toml::from_str(DEFAULTS).ok().map(Box::new);
        Self { errors: vec![error], rest }
    }
}
