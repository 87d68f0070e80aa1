//! Which connections are there, with their secrets read and their mistakes found?

use std::{collections::BTreeMap, sync::Arc};

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

/// Connections by name; why one cannot run, where it cannot.
pub type Lines = BTreeMap<String, Result<Connection, String>>;

/// All mistakes of the connections of the settings, each with its place.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Mistakes(Vec<String>);

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
            Self::Http(connection) => !connection.is_fetched(),
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

/// The connections of the settings by name, and why one cannot run of which a file cannot be read; every mistake of one is
/// named.
pub fn configured(config: &Config) -> Result<Lines, Mistakes> {
    let (found, problems) = made(config);
    if problems.is_empty() { Ok(found) } else { Err(Mistakes(problems)) }
}

/// The connections of the settings that can run, by name; every mistake of one is named.
pub fn connections(config: &Config) -> Result<BTreeMap<String, Connection>, Mistakes> {
    configured(config).map(running)
}

/// As [`configured`], without those that have mistakes.
pub fn without_mistakes(config: &Config) -> Lines {
    made(config).0
}

/// Every mistake of the connections of the settings, with its place.
pub fn mistaken(config: &Config) -> Vec<String> {
    made(config).1
}

/// As [`connections`], without those that have mistakes.
pub fn sound_connections(config: &Config) -> BTreeMap<String, Connection> {
    running(without_mistakes(config))
}

fn running(lines: Lines) -> BTreeMap<String, Connection> {
    lines.into_iter().filter_map(|(name, line)| Some((name, line.ok()?))).collect()
}

fn made(config: &Config) -> (Lines, Vec<String>) {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for (place, settings) in config.connection.iter().enumerate() {
        let name = settings.name();
        match (Connection::new(settings, config, &Fence::none()), config.unreadable.get(name)) {
            (Ok(connection), _) => _ = found.insert(name.to_owned(), Ok(connection)),
            (Err(_), Some(why)) => _ = found.insert(name.to_owned(), Err(why.clone())),
            (Err(mistakes), None) => {
                let untold = mistakes.iter().filter(|mistake| !config.origins.is_told(place, mistake));
                problems.extend(untold.map(|mistake| {
                    let origin = config.origins.of_connection(place, mistake);
                    format!("{origin}connection `{name}`: {}", without_name(mistake, name))
                }));
            }
        }
    }
    problems.dedup();
    (found, problems)
}

/// What some mistakes begin with, for those who are not told the name beside them.
fn without_name<'a>(mistake: &'a str, name: &str) -> &'a str {
    let rest = mistake.strip_prefix(&format!("connection “{name}”"));
    rest.map_or(mistake, |rest| rest.trim_start_matches([':', ' ']))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_with_its_place_and_hides_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("studio.toml");
        let text = "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'shop'\ntheme = { accent = 'red' }\n\
                    [[connection]]\nname = 'b'\nchannel = 'http'\nbot = 'shop'\n\
                    [[connection]]\nname = 'c'\nchannel = 'web'\nbot = 'shop'\n";
        std::fs::write(&file, text).expect("writable");
        let config = crate::config::load(Some(&file), &BTreeMap::new()).expect("each holds by itself");
        let told = format!("{:#}", connections(&config).expect_err("two are wrong"));
        let told: Vec<String> =
            told.lines().map(|line| line.rsplit('/').next().unwrap_or(line).to_owned()).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("studio.toml:5: connection `a`: theme.accent"), "{told:?}");
        assert!(told[1].starts_with("studio.toml:6: connection `b`: needs a secret"), "{told:?}");
        assert_eq!(sound_connections(&config).into_keys().collect::<Vec<_>>(), ["c"]);

        // What cannot be read of one hides nothing else of it, and what comes of that alone is not told.
        let text = "[[connection]]\nname = 'a b'\nchannel = 'http'\nbot = 'shop'\nsecret = 'password'\n\
                    reply_url = 'ftp://a.example'\n";
        std::fs::write(&file, text).expect("writable");
        let wrong = crate::config::load(Some(&file), &BTreeMap::new()).expect_err("the secret is none");
        assert!(wrong.to_string().contains("studio.toml:5: connection `a b`, `secret`: "), "{wrong}");
        let rest = wrong.rest.expect("the rest can be read");
        let told = format!("{:#}", connections(&rest).expect_err("two more"));
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 2, "{told}");
        assert!(lines[0].contains("studio.toml:6: connection `a b`: reply_url ftp://a.example"), "{told}");
        assert!(
            lines[1].contains("studio.toml:2: connection `a b`: connection name “a b” must be"),
            "{told}"
        );
    }

    #[test]
    fn one_that_cannot_be_read_leaves_the_others_where_they_stand() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("studio.toml");
        let text = "[[connection]]\nname = 'a'\nchannel = 'wep'\nbot = 'shop'\n\
                    [[connection]]\nname = 'b'\nchannel = 'http'\nbot = 'shop'\n";
        std::fs::write(&file, text).expect("writable");
        let wrong = crate::config::load(Some(&file), &BTreeMap::new()).expect_err("there is no such channel");
        let rest = wrong.rest.expect("the others can be read");
        let told = format!("{:#}", connections(&rest).expect_err("one is wrong"));
        assert!(told.contains("studio.toml:5: connection `b`: "), "{told}");
    }
}
