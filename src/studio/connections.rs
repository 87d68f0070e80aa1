//! Which connections are there, with their secrets read and their mistakes found?

use std::{collections::BTreeMap, sync::Arc};

use anyhow::bail;
use studio_adapters::{
    connection::ConnectionConfig,
    http,
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
}

impl Connection {
    /// Name of the bot that answers.
    pub fn bot(&self) -> &str {
        match self {
            Self::Web(config) => &config.bot,
            Self::Http(connection) => &connection.bot,
        }
    }

    /// Whether messages are sent to the other end; otherwise it reads the journal.
    pub fn pushes(&self) -> bool {
        match self {
            Self::Web(_) => false,
            Self::Http(connection) => connection.reply_url.is_some(),
        }
    }

    /// Name of the channel, as bots know it.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Web(_) => "web",
            Self::Http(_) => "http",
        }
    }
}

/// The connections of the settings by name; every mistake of one is named.
pub fn connections(config: &Config) -> anyhow::Result<BTreeMap<String, Connection>> {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for settings in &config.connection {
        let name = settings.name().to_owned();
        if RESERVED.contains(&name.as_str()) {
            problems.push(format!("a connection cannot be called {name}: the studio uses that name itself"));
        }
        let settings = with_own_origins(settings.clone(), config);
        problems
            .extend(settings.problems().iter().map(|problem| format!("the connection {name}: {problem}")));
        let connection = match settings {
            ConnectionConfig::Web(config) => Connection::Web(Arc::new(config)),
            ConnectionConfig::Http(config) => match config.connection(|path| std::fs::read_to_string(path)) {
                Ok(connection) => Connection::Http(Arc::new(connection)),
                Err(error) => {
                    problems.push(format!("the connection {name}: {error}"));
                    continue;
                }
            },
        };
        if found.insert(name.clone(), connection).is_some() {
            problems.push(format!("there are two connections called {name}: give one another name"));
        }
    }
    problems.dedup();
    if problems.is_empty() { Ok(found) } else { bail!("{}", problems.join("\n")) }
}

/// The studio's own page may always show the widget.
fn with_own_origins(settings: ConnectionConfig, config: &Config) -> ConnectionConfig {
    match settings {
        ConnectionConfig::Web(mut web) => {
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
        ConnectionConfig::Http(http) => ConnectionConfig::Http(http),
    }
}
