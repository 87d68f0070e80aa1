//! What can be set of a WhatsApp connection?

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use studio_core::{
    policy::networks::Refused,
    texts::{FALLBACK, text},
};
use url::Url;

use super::life::Account;
use crate::{
    credential::{Credential, CredentialError},
    fence::Fence,
};

/// A `[[connection]]` with `channel = "whatsapp"`, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// Meta's id of the phone number, not the number itself.
    pub phone_number_id: String,
    /// Meta's id of the WhatsApp Business Account.
    pub account_id: String,
    /// Access token of a system user. One of `token` and `token_file` is needed.
    #[serde(default)]
    pub token: Option<Credential>,
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// Secret of the app: signs what Meta sends. One of the two is needed.
    #[serde(default)]
    pub app_secret: Option<Credential>,
    #[serde(default)]
    pub app_secret_file: Option<PathBuf>,
    /// A word of your own that Meta says when it checks the webhook. One of the two is needed.
    #[serde(default)]
    pub verify_token: Option<Credential>,
    #[serde(default)]
    pub verify_token_file: Option<PathBuf>,
    /// Where Meta's Graph API is.
    #[serde(default = "graph")]
    pub api: Url,
    /// Its version.
    #[serde(default = "version")]
    pub version: String,
    /// Whether the studio sets webhook and commands at Meta itself.
    #[serde(default = "yes")]
    pub register: bool,
    #[serde(default)]
    pub words: OwnWords,
}

/// What stands on lists in every language, in place of the studio's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnWords {
    /// On the button that opens a list where the bot named none; 1 to 20 characters.
    pub choose: Option<String>,
    /// On the row that shows the next page; 1 to 24 characters.
    pub more: Option<String>,
}

/// What the studio writes on a list, by the fields of [`OwnWords`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub choose: String,
    pub more: String,
}

impl OwnWords {
    /// These, and what is not among them in the words of the studio.
    pub fn among(&self, language: &str) -> Words {
        let word = |own: &Option<String>, key| own.clone().unwrap_or_else(|| text(language, key, &[]));
        Words { choose: word(&self.choose, "button-choose"), more: word(&self.more, "button-more") }
    }
}

impl Default for Words {
    fn default() -> Self {
        OwnWords::default().among(FALLBACK)
    }
}

/// A connection could not be made of its settings.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("connection “{name}” {error}")]
    Credential { name: String, error: CredentialError },
    #[error(
        "connection “{name}” cannot call https addresses: install the machine's package ca-certificates ({error})"
    )]
    Client { name: String, error: reqwest::Error },
    #[error("api: {0}")]
    Api(#[from] Refused),
}

/// A call of the Graph API; uploads of 100 MB need their time.
const LONGEST_CALL: Duration = Duration::from_mins(2);
const LONGEST_CONNECT: Duration = Duration::from_secs(10);
const LONGEST_SILENCE: Duration = Duration::from_secs(30);
/// As the vendor's description wants it: name, slash, three numbers.
const USER_AGENT: &str = concat!("neural-marketing-studio/", env!("CARGO_PKG_VERSION"));

fn graph() -> Url {
    Url::parse("https://graph.facebook.com").expect("an address")
}

fn version() -> String {
    "v23.0".to_owned()
}

fn yes() -> bool {
    true
}

impl Config {
    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let secrets = [
            ("token", self.token.is_some(), self.token_file.is_some()),
            ("app_secret", self.app_secret.is_some(), self.app_secret_file.is_some()),
            ("verify_token", self.verify_token.is_some(), self.verify_token_file.is_some()),
        ];
        for (name, written, file) in secrets {
            match (written, file) {
                (true, true) => {
                    problems.push(format!(
                        "connection “{}” has both {name} and {name}_file; keep one",
                        self.name
                    ));
                }
                (false, false) => {
                    problems.push(format!("connection “{}” needs {name} or {name}_file", self.name));
                }
                (true, false) | (false, true) => {}
            }
        }
        for (field, id) in [("phone_number_id", &self.phone_number_id), ("account_id", &self.account_id)] {
            if id.is_empty() || id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                problems.push(format!(
                    "{field} “{id}” must be digits: Meta's own id, shown in the app's dashboard under WhatsApp, API setup"
                ));
            }
        }
        if !matches!(self.api.scheme(), "http" | "https") || self.api.host().is_none() {
            problems.push(format!("api {} must be an address of http or https", self.api));
        }
        let last = self.api.path_segments().and_then(|mut segments| segments.rfind(|part| !part.is_empty()));
        if let Some(last) = last.filter(|last| is_version(last)) {
            problems.push(format!("api {} must end before {last}: that is what version names", self.api));
        }
        if !is_version(&self.version) {
            problems.push(format!("version “{}” must be one of the Graph API, such as v23.0", self.version));
        }
        for (field, word, most) in
            [("words.choose", &self.words.choose, 20), ("words.more", &self.words.more, 24)]
        {
            if word.as_ref().is_some_and(|word| word.trim().is_empty() || word.chars().count() > most) {
                problems.push(format!("{field} must be 1 to {most} characters"));
            }
        }
        problems
    }

    /// The connection with its secrets, files being read by `read`; it calls what the fence allows.
    pub fn account(
        &self,
        fence: &Fence,
        read: impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Account, AccountError> {
        fence.allows(&self.api)?;
        let secret = |name, value: &Option<Credential>, file: &Option<PathBuf>| {
            Credential::read(name, value.as_ref(), file.as_ref(), &read)
                .map_err(|error| AccountError::Credential { name: self.name.clone(), error })
        };
        let token = secret("token", &self.token, &self.token_file)?;
        let app_secret = secret("app_secret", &self.app_secret, &self.app_secret_file)?;
        let verify_token = secret("verify_token", &self.verify_token, &self.verify_token_file)?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(LONGEST_CONNECT)
            .read_timeout(LONGEST_SILENCE)
            .timeout(LONGEST_CALL)
            .user_agent(USER_AGENT);
        let no_client = |error| AccountError::Client { name: self.name.clone(), error };
        let client = fence.within(client).build().map_err(no_client)?;
        Ok(Account::new(self.clone(), token, app_secret, verify_token, client))
    }
}

/// Whether it is such as `v23.0`.
fn is_version(text: &str) -> bool {
    let numbers = text.strip_prefix('v').and_then(|version| version.split_once('.'));
    numbers.is_some_and(|(major, minor)| major.parse::<u16>().is_ok() && minor.parse::<u16>().is_ok())
}
