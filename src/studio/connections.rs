//! Which connections are there, with their secrets read and their mistakes found?

use std::{collections::BTreeMap, sync::Arc};

use anyhow::bail;
use studio_adapters::{
    connection::ConnectionConfig,
    fence::Fence,
    http,
    platform::Platform,
    web::{self, Origin},
};

use crate::config::Config;

/// The studio's own sources of events; no connection may be called like one.
const RESERVED: [&str; 3] = ["act", "timer", "answer"];

/// A connection that runs.
#[derive(Clone, Debug)]
pub enum Connection {
    Web(Arc<web::Config>),
    Http(Arc<http::Connection>),
    Platform(Platform),
}

impl Connection {
    /// A connection with its credentials read, or every mistake of its settings. Its clients call what the fence allows.
    pub fn new(settings: &ConnectionConfig, config: &Config, fence: &Fence) -> Result<Self, Vec<String>> {
        let name = settings.name();
        let mut problems = Vec::new();
        if RESERVED.contains(&name) {
            problems.push(format!("a connection cannot be called {name}: the studio uses that name itself"));
        }
        let settings = with_own_origins(settings.clone(), config);
        problems.extend(settings.problems());
        let read = |path: &std::path::Path| std::fs::read_to_string(path);
        let made = match settings {
            ConnectionConfig::Web(config) => Ok(Self::Web(Arc::new(config))),
            ConnectionConfig::Http(config) => match config.connection(read) {
                Ok(connection) => Ok(Self::Http(Arc::new(connection))),
                Err(error) => Err(error.to_string()),
            },
            ConnectionConfig::Telegram(config) => config
                .account(fence, read)
                .map(|account| Self::Platform(Platform::Telegram(account)))
                .map_err(|error| error.to_string()),
            ConnectionConfig::Whatsapp(config) => config
                .account(fence, read)
                .map(|account| Self::Platform(Platform::Whatsapp(account.into())))
                .map_err(|error| error.to_string()),
            ConnectionConfig::Discord(config) => config
                .account(fence, read)
                .map(|account| Self::Platform(Platform::Discord(account.into())))
                .map_err(|error| error.to_string()),
            ConnectionConfig::Slack(config) => config
                .account(fence, read)
                .map(|account| Self::Platform(Platform::Slack(account.into())))
                .map_err(|error| error.to_string()),
        };
        match made {
            Ok(connection) if problems.is_empty() => Ok(connection),
            Ok(_) => Err(problems),
            Err(error) => {
                // Most often told already.
                if !problems.contains(&error) {
                    problems.push(error);
                }
                Err(problems)
            }
        }
    }

    /// Name of the bot that answers.
    pub fn bot(&self) -> &str {
        match self {
            Self::Web(config) => &config.bot,
            Self::Http(connection) => &connection.bot,
            Self::Platform(platform) => platform.bot(),
        }
    }

    /// Whether messages are sent to the other end; otherwise it reads the journal.
    pub fn pushes(&self) -> bool {
        match self {
            Self::Web(_) => false,
            Self::Http(connection) => connection.reply_url.is_some(),
            Self::Platform(_) => true,
        }
    }

    /// Name of the channel, as bots know it.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Web(_) => "web",
            Self::Http(_) => "http",
            Self::Platform(platform) => platform.channel(),
        }
    }

    /// The platform that it is on, if it is one.
    pub fn platform(&self) -> Option<&Platform> {
        match self {
            Self::Web(_) | Self::Http(_) => None,
            Self::Platform(platform) => Some(platform),
        }
    }
}

/// The connections of the settings by name; every mistake of one is named.
pub fn connections(config: &Config) -> anyhow::Result<BTreeMap<String, Connection>> {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for settings in &config.connection {
        let name = settings.name().to_owned();
        match Connection::new(settings, config, &Fence::none()) {
            Ok(connection) => {
                if found.insert(name.clone(), connection).is_some() {
                    problems.push(format!("there are two connections called {name}: give one another name"));
                }
            }
            Err(mistakes) => {
                problems.extend(mistakes.iter().map(|mistake| format!("the connection {name}: {mistake}")));
            }
        }
    }
    problems.dedup();
    if problems.is_empty() { Ok(found) } else { bail!("{}", problems.join("\n")) }
}

/// The studio's own page may always show the widget.
fn with_own_origins(settings: ConnectionConfig, config: &Config) -> ConnectionConfig {
    let ConnectionConfig::Web(mut web) = settings else { return settings };
    let port = config.server.listen.port();
    let mut own = vec![config.server.address()];
    if config.server.listen.ip().is_loopback() {
        own.push(format!("http://127.0.0.1:{port}"));
        own.push(format!("http://localhost:{port}"));
    }
    for origin in own.into_iter().filter_map(|origin| Origin::try_from(origin).ok()) {
        if !web.origins.contains(&origin) {
            web.origins.push(origin);
        }
    }
    ConnectionConfig::Web(web)
}
