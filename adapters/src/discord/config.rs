//! What can be set of a Discord connection?

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use studio_core::policy::networks::Refused;
use url::Url;

use super::{
    bot_token::{self, NotOfBot},
    life::Account,
    sign::{InvalidKey, PublicKey},
};
use crate::{
    credential::{Credential, CredentialError},
    fence::Fence,
};

const LONGEST_LABEL: usize = 80;

/// A `[[connection]]` with `channel = "discord"`, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// The bot's token, without `Bot` before it. One of `token` and `token_file` is needed.
    #[serde(default)]
    pub token: Option<Credential>,
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// How presses, commands and messages come in.
    #[serde(default)]
    pub way_in: WayIn,
    /// What of the messages in servers' channels and threads is for the bot.
    #[serde(default)]
    pub guild_messages: GuildMessages,
    /// The application's public key, 64 hexadecimal digits; asked of Discord where absent.
    #[serde(default)]
    pub public_key: Option<String>,
    /// What stands on the button that opens a form to write in, where messages cannot be read; the studio's own word in the language of the
    /// conversation where absent.
    #[serde(default)]
    pub answer_label: Option<String>,
    /// Base address of the API; was called `api_url` before.
    #[serde(default = "discord", alias = "api_url")]
    pub api: Url,
}

/// How events come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    /// A socket that the studio opens: messages and interactions.
    #[default]
    Gateway,
    /// POSTs to `/webhooks/<name>`: interactions alone, for those whose network keeps no socket open.
    Interactions,
}

/// Which messages of a server are the bot's business. In direct messages every one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuildMessages {
    /// Those that mention the bot or reply to it.
    #[default]
    Mentions,
    /// Every one; needs the privileged Message Content Intent.
    All,
    /// None: only commands and presses.
    None,
}

/// A connection cannot be used as it is set.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error(transparent)]
    Credential(#[from] CredentialError),
    #[error("public_key {0}")]
    PublicKey(#[from] InvalidKey),
    #[error("token {0}")]
    Token(#[from] NotOfBot),
    #[error("no HTTP client could be made: {0}")]
    Client(String),
    #[error("api: {0}")]
    Api(#[from] Refused),
}

fn discord() -> Url {
    Url::parse("https://discord.com/api/v10").expect("an address")
}

impl Config {
    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match (&self.token, &self.token_file) {
            (None, None) => problems.push(CredentialError::Missing("token").to_string()),
            (Some(_), Some(_)) => problems.push(CredentialError::Both("token").to_string()),
            (Some(token), None) => {
                let unfit = bot_token::check(token.expose()).err();
                problems.extend(unfit.map(|unfit| AccountError::Token(unfit).to_string()));
            }
            (None, Some(_)) => {}
        }
        if let Some(Err(error)) = self.public_key.as_deref().map(PublicKey::read) {
            problems.push(AccountError::PublicKey(error).to_string());
        }
        let is_unfit = |label: &String| label.trim().is_empty() || label.chars().count() > LONGEST_LABEL;
        if self.answer_label.as_ref().is_some_and(is_unfit) {
            problems.push(format!("answer_label must be 1 to {LONGEST_LABEL} characters"));
        }
        if !matches!(self.api.scheme(), "http" | "https") || self.api.cannot_be_a_base() {
            problems.push(format!("api {} must be an address of http or https", self.api));
        }
        problems
    }

    /// The connection with its credentials, files being read by `read`; it calls what the fence allows.
    pub fn account(
        &self,
        fence: &Fence,
        read: impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Account, AccountError> {
        fence.allows(&self.api)?;
        let token = Credential::read("token", self.token.as_ref(), self.token_file.as_ref(), &read)?;
        bot_token::check(token.expose())?;
        let key = self.public_key.as_deref().map(PublicKey::read).transpose()?;
        Account::new(self.clone(), token, key, fence)
    }
}
