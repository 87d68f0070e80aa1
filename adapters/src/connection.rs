//! What is one `[[connection]]` of `config.toml`?

use serde::Deserialize;

use crate::{discord, http, slack, telegram, web, whatsapp};

/// One configured account on a channel; `channel` says which kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
pub enum ConnectionConfig {
    Web(web::Config),
    Http(http::Config),
    Telegram(telegram::Config),
    Whatsapp(whatsapp::Config),
    Discord(discord::Config),
    Slack(slack::Config),
}

impl ConnectionConfig {
    /// Name of the connection: lower case letters, digits, hyphens; unique.
    pub fn name(&self) -> &str {
        match self {
            Self::Web(config) => &config.name,
            Self::Http(config) => &config.name,
            Self::Telegram(config) => &config.name,
            Self::Whatsapp(config) => &config.name,
            Self::Discord(config) => &config.name,
            Self::Slack(config) => &config.name,
        }
    }

    /// Name of the channel, as bots and limits know it.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Web(_) => "web",
            Self::Http(_) => "http",
            Self::Telegram(_) => "telegram",
            Self::Whatsapp(_) => "whatsapp",
            Self::Discord(_) => "discord",
            Self::Slack(_) => "slack",
        }
    }

    /// Name of the bot that answers.
    pub fn bot(&self) -> &str {
        match self {
            Self::Web(config) => &config.bot,
            Self::Http(config) => &config.bot,
            Self::Telegram(config) => &config.bot,
            Self::Whatsapp(config) => &config.bot,
            Self::Discord(config) => &config.bot,
            Self::Slack(config) => &config.bot,
        }
    }

    /// Whether anything among the settings is to be kept secret.
    pub fn has_credentials(&self) -> bool {
        match self {
            Self::Web(_) => false,
            Self::Http(_) | Self::Telegram(_) | Self::Whatsapp(_) | Self::Discord(_) | Self::Slack(_) => true,
        }
    }

    /// Every problem of the settings that their form alone does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = match self {
            Self::Web(config) => config.problems(),
            Self::Http(config) => config.problems(),
            Self::Telegram(config) => config.problems(),
            Self::Whatsapp(config) => config.problems(),
            Self::Discord(config) => config.problems(),
            Self::Slack(config) => config.problems(),
        };
        let name = self.name();
        if !is_name(name) {
            problems.push(format!("connection name “{name}” must be {NAMES}"));
        }
        problems
    }
}

/// What a connection may be called.
pub const NAMES: &str = "1 to 64 lower case letters, digits and hyphens";

/// Whether a connection may be called so: see [`NAMES`].
pub fn is_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    (1..=64).contains(&name.len()) && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ConnectionConfig, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_connection_needs_little() {
        let web = read(
            "name = 'shop'\nchannel = 'web'\nbot = 'shop'\norigins = ['https://shop.example', 'http://127.0.0.1:8090']",
        )
        .expect("the shortest web connection");
        assert_eq!((web.name(), web.channel(), web.bot()), ("shop", "web", "shop"));
        assert_eq!(web.problems(), Vec::<String>::new());

        let http = read(
            "name = 'crm'\nchannel = 'http'\nbot = 'shop'\nsecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'",
        )
        .expect("the shortest HTTP connection");
        assert_eq!((http.name(), http.channel(), http.bot()), ("crm", "http", "shop"));
        assert_eq!(http.problems(), Vec::<String>::new());
        assert!(!format!("{http:?}").contains("MfKQ"), "a secret is never printed");
    }

    #[test]
    fn mistakes_are_named() {
        fn check(text: &str, expected: &str) {
            let said = match read(text) {
                Ok(config) => config.problems().join("; "),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(expected), "{said:?} does not say {expected:?}");
        }
        let web = "name = 'shop'\nchannel = 'web'\nbot = 'shop'\n";
        check(&format!("{web}origin = []"), "unknown field `origin`");
        check(&format!("{web}origins = ['https://shop.example/']"), "without a path");
        check(&format!("{web}origins = ['*']"), "not an origin");
        check(&format!("{web}origins = ['ftp://shop.example']"), "http or https");
        check(&format!("{web}theme = {{ accent = 'red' }}"), "#rrggbb");
        check(web, "no page may show the widget");
        check("name = 'Shop'\nchannel = 'web'\nbot = 'shop'\norigins = ['https://a.example']", "lower case");
        check("name = 'a'\nchannel = 'pigeon'\nbot = 'shop'", "unknown variant `pigeon`");
        let http = "name = 'crm'\nchannel = 'http'\nbot = 'shop'\n";
        check(http, "secret or secret_file");
        check(&format!("{http}secret = 'password'"), "whsec_");
        check(&format!("{http}secret = 'whsec_c2hvcnQ='"), "24 to 64 bytes");
        check(&format!("{http}secret_file = '/run/secret'\nreply_url = 'ftp://a.example'"), "http or https");
    }
}
