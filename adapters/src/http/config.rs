//! What can be set of an HTTP connection?

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

use super::sign::{InvalidSecret, Secret};

/// A `[[connection]]` with `channel = "http"`, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// `whsec_` and 24 to 64 bytes of base 64. One of `secret` and `secret_file` is needed.
    #[serde(default)]
    pub secret: Option<Secret>,
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// The secret before the last change: still accepted, and replies are signed with both.
    #[serde(default)]
    pub previous_secret: Option<Secret>,
    #[serde(default)]
    pub previous_secret_file: Option<PathBuf>,
    /// Where replies are sent by POST; without it they are fetched.
    #[serde(default)]
    pub reply_url: Option<Url>,
}

/// An HTTP connection with its secrets read.
#[derive(Clone, Debug)]
pub struct Connection {
    pub name: String,
    pub bot: String,
    /// Never empty; the newest first.
    pub secrets: Vec<Secret>,
    pub reply_url: Option<Url>,
}

impl Connection {
    /// Whether replies are fetched alone: how far they have come is known by that. What is POSTed is known to have left.
    pub fn is_fetched(&self) -> bool {
        self.reply_url.is_none()
    }
}

/// The secrets of a connection could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("connection “{0}” needs a secret or secret_file: openssl rand -base64 32, with whsec_ before it")]
    Missing(String),
    #[error("could not read {path}: {error}", path = path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{path}: {error}", path = path.display())]
    Invalid { path: PathBuf, error: InvalidSecret },
}

impl Config {
    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.secret.is_none() && self.secret_file.is_none() {
            problems.push(SecretError::Missing(self.name.clone()).to_string());
        }
        if self.secret.is_some() && self.secret_file.is_some() {
            problems.push(format!("connection “{}” has both secret and secret_file; keep one", self.name));
        }
        if let Some(url) = &self.reply_url
            && !matches!(url.scheme(), "http" | "https")
        {
            problems.push(format!("reply_url {url} must be an address of http or https"));
        }
        problems
    }

    /// The connection with its secrets, files being read by `read`.
    pub fn connection(&self, read: impl Fn(&Path) -> io::Result<String>) -> Result<Connection, SecretError> {
        let from_file = |path: &PathBuf| {
            let text = read(path).map_err(|error| SecretError::File { path: path.clone(), error })?;
            text.trim().parse().map_err(|error| SecretError::Invalid { path: path.clone(), error })
        };
        let newest = match (&self.secret, &self.secret_file) {
            (Some(secret), _) => secret.clone(),
            (None, Some(path)) => from_file(path)?,
            (None, None) => return Err(SecretError::Missing(self.name.clone())),
        };
        let mut secrets = vec![newest];
        secrets.extend(self.previous_secret.clone());
        if let Some(path) = &self.previous_secret_file {
            secrets.push(from_file(path)?);
        }
        Ok(Connection {
            name: self.name.clone(),
            bot: self.bot.clone(),
            secrets,
            reply_url: self.reply_url.clone(),
        })
    }
}
