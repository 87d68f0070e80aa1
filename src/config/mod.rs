//! Which settings hold? The compiled-in `config.toml`, over it the operator's file, over it the environment.

mod environment;
mod error;
mod file;
mod load;
mod origin;
mod otherwise;
mod plain;
mod range;
mod secret;
mod time_of_day;
mod wrong;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use jiff::{SignedDuration, fmt::serde::duration::friendly::compact::required as compact};
use serde::{Deserialize, Serialize};

pub use self::{
    environment::unknown_variables,
    error::{ConfigError, ConfigErrors, EXPLAINED, apart, by_line, placed},
    load::load,
    origin::Origins,
    otherwise::says_otherwise,
    secret::Secret,
    time_of_day::TimeOfDay,
};
pub use studio_adapters::connection::ConnectionConfig;

/// The manual and the defaults.
pub const DEFAULTS: &str = include_str!("../../config.toml");

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub store: Store,
    pub bots: Bots,
    pub models: Models,
    pub texts: Texts,
    pub translation: Translation,
    pub learning: Learning,
    pub egress: Egress,
    pub limits: Limits,
    pub sessions: Sessions,
    pub log: Log,
    pub demo: Demo,
    #[serde(skip_serializing)]
    pub connection: Vec<ConnectionConfig>,
    /// Connections of which a file cannot be read, by name: which file, and where it is named.
    #[serde(skip)]
    pub unreadable: BTreeMap<String, String>,
    #[serde(skip)]
    pub origins: Origins,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    #[serde(deserialize_with = "range::web_address")]
    pub public_url: String,
    #[serde(deserialize_with = "range::folder")]
    pub data: PathBuf,
    #[serde(serialize_with = "compact", deserialize_with = "range::not_negative")]
    pub drain: SignedDuration,
    #[serde(deserialize_with = "range::at_least_one")]
    pub connections: usize,
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub patience: SignedDuration,
    #[serde(deserialize_with = "range::networks")]
    pub trusted_proxies: Vec<IpNet>,
    pub key: Secret,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    pub url: String,
    pub namespace: String,
    pub database: String,
    pub user: String,
    pub password: Secret,
    #[serde(deserialize_with = "range::log_bytes")]
    pub log_bytes: u64,
    #[serde(deserialize_with = "range::at_least_one")]
    pub cache_bytes: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bots {
    pub folder: PathBuf,
    #[serde(serialize_with = "compact", deserialize_with = "range::not_negative")]
    pub watch: SignedDuration,
    pub settings: crate::bots::Overrides,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    pub embedding: String,
    pub sentiment: String,
    pub ner: String,
    pub translation: Vec<String>,
    pub folder: PathBuf,
    pub mirror: String,
    pub threads: usize,
    pub cache: usize,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub folder: PathBuf,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    pub service: String,
    pub address: String,
    pub key: Secret,
    pub project: String,
    pub understand: bool,
    pub mark: bool,
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub timeout: SignedDuration,
    pub cache: u32,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    pub self_test: TimeOfDay,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Egress {
    #[serde(deserialize_with = "range::networks")]
    pub allow_private: Vec<IpNet>,
    #[serde(deserialize_with = "range::ports")]
    pub allow_ports: Vec<u16>,
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub timeout: SignedDuration,
    #[serde(deserialize_with = "range::at_least_one")]
    pub max_bytes: usize,
    pub max_redirects: usize,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    #[serde(deserialize_with = "range::at_least_one")]
    pub inbox: usize,
    #[serde(deserialize_with = "range::at_least_one")]
    pub body_bytes: usize,
    #[serde(deserialize_with = "range::at_least_one")]
    pub batch: usize,
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub turn: SignedDuration,
    #[serde(deserialize_with = "range::at_least_one")]
    pub attempts: u32,
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub unsent: SignedDuration,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    #[serde(serialize_with = "compact", deserialize_with = "range::positive")]
    pub duration: SignedDuration,
    #[serde(deserialize_with = "range::at_least_one")]
    pub attempts: u32,
    #[serde(deserialize_with = "range::at_least_one")]
    pub address_attempts: u32,
    #[serde(serialize_with = "compact", deserialize_with = "range::not_negative")]
    pub pause: SignedDuration,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    #[serde(deserialize_with = "range::log_level")]
    pub level: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    pub enabled: bool,
}

impl Config {
    /// The settings as they hold, with secrets as `***`, in TOML.
    pub fn printed(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_else(|error| format!("# cannot be printed: {error}\n"))
    }
}

impl Server {
    /// The address that visitors and agents use, without a slash at its end.
    pub fn address(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.listen)
        } else {
            self.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// The socket of the console on the same machine.
    pub fn socket(&self) -> PathBuf {
        self.data.join("studio.sock")
    }
}

/// A positive duration for the standard library.
pub fn std_duration(duration: SignedDuration) -> Duration {
    duration.try_into().unwrap_or(Duration::ZERO)
}
