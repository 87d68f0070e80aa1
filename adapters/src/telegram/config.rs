//! What can be set of a Telegram connection?

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use studio_core::policy::networks::Refused;
use url::Url;

use super::life::Account;
use crate::{
    credential::{Credential, CredentialError},
    fence::Fence,
};

/// A `[[connection]]` with `channel = "telegram"`, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// What BotFather gave: `123456789:AA…`. One of `token` and `token_file` is needed.
    #[serde(default)]
    pub token: Option<Credential>,
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// Address of the Bot API: Telegram's own, a local Bot API server, or a simulator.
    #[serde(default = "telegram")]
    pub api: Url,
    /// How updates come.
    #[serde(default)]
    pub receive: Receive,
    /// What a group is heard for.
    #[serde(default)]
    pub groups: Groups,
    /// How quick replies are shown in private chats.
    #[serde(default)]
    pub quick_replies: QuickReplies,
    /// Longest wait of one poll, in seconds: 1 to 50.
    #[serde(default = "poll_seconds")]
    pub poll_seconds: u32,
    /// Requests that Telegram may send to the webhook at the same time: 1 to 100.
    #[serde(default = "max_connections")]
    pub max_connections: u8,
}

/// How updates come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Receive {
    /// We ask: needs no address that is reached from outside.
    #[default]
    Polling,
    /// Telegram calls `/webhooks/<name>`.
    Webhook,
}

/// What a group is heard for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Groups {
    /// Mentions of the bot, replies to it, and commands.
    #[default]
    Mentions,
    Commands,
    /// Everything that the bot's privacy mode lets it see.
    All,
}

/// How quick replies are shown in private chats; elsewhere they are always below the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuickReplies {
    /// In place of the letters' keyboard; gone once one was chosen.
    #[default]
    Keyboard,
    /// Below the message.
    Inline,
}

/// A Telegram connection could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("connection “{0}” {1}")]
    Credential(String, CredentialError),
    #[error("connection “{0}”: the token has not the form 123456789:AA…; copy it anew from @BotFather")]
    Token(String),
    #[error("connection “{0}”: no client of HTTP could be made: {1}")]
    Client(String, String),
    #[error("api: {0}")]
    Api(#[from] Refused),
}

fn telegram() -> Url {
    Url::parse(teloxide_core::net::TELEGRAM_API_URL).expect("a constant address")
}

fn poll_seconds() -> u32 {
    25
}

fn max_connections() -> u8 {
    40
}

impl Config {
    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let unread = |_: &Path| Ok("1:unread".to_owned());
        match Credential::read("token", self.token.as_ref(), self.token_file.as_ref(), &unread) {
            Ok(token) if !is_token(token.expose()) => {
                problems.push(ConfigError::Token(self.name.clone()).to_string());
            }
            Ok(_) => {}
            Err(error) => problems.push(ConfigError::Credential(self.name.clone(), error).to_string()),
        }
        if !matches!(self.api.scheme(), "http" | "https") || !self.api.username().is_empty() {
            problems.push(format!(
                "api of connection “{}” must be an address of http or https without a user",
                self.name
            ));
        }
        if !(1..=50).contains(&self.poll_seconds) {
            problems.push(format!("poll_seconds of connection “{}” must be 1 to 50", self.name));
        }
        if !(1..=100).contains(&self.max_connections) {
            problems.push(format!("max_connections of connection “{}” must be 1 to 100", self.name));
        }
        problems
    }

    /// The account with its token read, files being read by `read`; it calls what the fence allows.
    pub fn account(
        &self,
        fence: &Fence,
        read: impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Arc<Account>, ConfigError> {
        fence.allows(&self.api)?;
        let token = Credential::read("token", self.token.as_ref(), self.token_file.as_ref(), &read)
            .map_err(|error| ConfigError::Credential(self.name.clone(), error))?;
        if !is_token(token.expose()) {
            return Err(ConfigError::Token(self.name.clone()));
        }
        Account::new(self.clone(), &token, fence)
            .map(Arc::new)
            .map_err(|error| ConfigError::Client(self.name.clone(), error))
    }
}

/// Whether a text looks like a bot's token: it goes into addresses.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.split_once(':').is_some_and(|(bot, secret)| {
        bot.parse::<u64>().is_ok() && !secret.is_empty() && secret.bytes().all(allowed)
    })
}
