//! What can be set of a Slack connection?

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use studio_core::policy::networks::Refused;
use url::Url;

use super::life::{Account, Credentials};
use crate::{
    credential::{Credential, CredentialError},
    fence::Fence,
};

/// A `[[connection]]` with `channel = "slack"`, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// `xoxb-…`, from “OAuth & Permissions” of the app.
    #[serde(default)]
    pub bot_token: Option<Credential>,
    #[serde(default)]
    pub bot_token_file: Option<PathBuf>,
    /// From “Basic Information” of the app: events come by signed POSTs.
    #[serde(default)]
    pub signing_secret: Option<Credential>,
    #[serde(default)]
    pub signing_secret_file: Option<PathBuf>,
    /// `xapp-…` with the scope `connections:write`: events come by a socket that the studio opens.
    #[serde(default)]
    pub app_token: Option<Credential>,
    #[serde(default)]
    pub app_token_file: Option<PathBuf>,
    /// Where Slack's Web API is.
    #[serde(default = "slack")]
    pub api: Url,
    #[serde(default)]
    pub threads: Threads,
    #[serde(default)]
    pub channels: Channels,
    #[serde(default)]
    pub commands: Commands,
}

/// What a thread is to the bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Threads {
    /// A conversation of its own; in a channel, the bot answers in the thread of what was said to it.
    #[default]
    Own,
    /// Part of its channel, which is one conversation; the bot answers below, for all to see.
    Shared,
}

/// What the bot hears of a channel that it is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    /// What mentions it, and what is said in a thread in which it talks already.
    #[default]
    Mentions,
    /// Everything.
    All,
}

/// Who sees what a slash command is answered in a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Commands {
    /// Only the person who typed it: ephemeral messages.
    #[default]
    Private,
    /// Everyone in the channel.
    Public,
}

fn slack() -> Url {
    Url::parse("https://slack.com/api").expect("a constant address")
}

/// The connection cannot be used as it is set.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error(transparent)]
    Credential(#[from] CredentialError),
    #[error("{name} must begin with {prefix}: {where_from}")]
    Prefix { name: &'static str, prefix: &'static str, where_from: &'static str },
    #[error("needs signing_secret (events come by POST) or app_token (they come by Socket Mode)")]
    NoWayIn,
    #[error("could not prepare connections over TLS: {0}; install the system's root certificates")]
    Client(String),
    #[error("api: {0}")]
    Api(#[from] Refused),
}

const BOT_TOKEN: AccountError = AccountError::Prefix {
    name: "bot_token",
    prefix: "xoxb-",
    where_from: "the Bot User OAuth Token under “OAuth & Permissions” of the app; tokens of people (xoxp-) will not do",
};
const APP_TOKEN: AccountError = AccountError::Prefix {
    name: "app_token",
    prefix: "xapp-",
    where_from: "an App-Level Token with the scope connections:write, under “Basic Information” of the app",
};

impl Config {
    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let pairs = [
            ("bot_token", &self.bot_token, &self.bot_token_file),
            ("signing_secret", &self.signing_secret, &self.signing_secret_file),
            ("app_token", &self.app_token, &self.app_token_file),
        ];
        let mut problems = Vec::new();
        for (name, value, file) in pairs {
            match (value, file) {
                (Some(_), Some(_)) => problems.push(CredentialError::Both(name).to_string()),
                (None, None) if name == "bot_token" => {
                    problems.push(CredentialError::Missing(name).to_string());
                }
                (None | Some(_), None) | (None, Some(_)) => {}
            }
        }
        if pairs[1..].iter().all(|(_, value, file)| value.is_none() && file.is_none()) {
            problems.push(AccountError::NoWayIn.to_string());
        }
        if !fits(self.bot_token.as_ref(), "xoxb-") {
            problems.push(BOT_TOKEN.to_string());
        }
        if !fits(self.app_token.as_ref(), "xapp-") {
            problems.push(APP_TOKEN.to_string());
        }
        if !matches!(self.api.scheme(), "http" | "https") || self.api.query().is_some() {
            problems.push(format!("api {} must be an address such as https://slack.com/api", self.api));
        }
        problems
    }

    /// The connection with its credentials read, files by `read`; it calls what the fence allows.
    pub fn account(
        &self,
        fence: &Fence,
        read: impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Account, AccountError> {
        fence.allows(&self.api)?;
        let bot_token =
            Credential::read("bot_token", self.bot_token.as_ref(), self.bot_token_file.as_ref(), &read)?;
        let optional = |name, value: &Option<Credential>, file: &Option<PathBuf>| {
            if value.is_none() && file.is_none() {
                return Ok(None);
            }
            Credential::read(name, value.as_ref(), file.as_ref(), &read).map(Some)
        };
        let signing_secret = optional("signing_secret", &self.signing_secret, &self.signing_secret_file)?;
        let app_token = optional("app_token", &self.app_token, &self.app_token_file)?;
        if signing_secret.is_none() && app_token.is_none() {
            return Err(AccountError::NoWayIn);
        }
        if !fits(Some(&bot_token), "xoxb-") {
            return Err(BOT_TOKEN);
        }
        if !fits(app_token.as_ref(), "xapp-") {
            return Err(APP_TOKEN);
        }
        Account::new(self, Credentials { bot_token, signing_secret, app_token }, fence)
    }
}

fn fits(token: Option<&Credential>, prefix: &str) -> bool {
    token.is_none_or(|token| token.expose().starts_with(prefix))
}
