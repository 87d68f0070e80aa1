//! What can be set of a web connection?

use std::fmt;

use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::files::is_recognised;
use crate::rate::Rate;

/// A `[[connection]]` with `channel = "web"`. Its name is what pages write as `data-bot`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: String,
    pub bot: String,
    /// The pages that may show the widget, exactly: `https://shop.example`.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// Whether the sample page at `/` shows it, where it is allowed on loopback addresses without an origin above; left open,
    /// the server decides.
    #[serde(default)]
    pub sample_page: Option<bool>,
    #[serde(default)]
    pub theme: Theme,
    #[serde(default)]
    pub uploads: Uploads,
    #[serde(default)]
    pub limits: Limits,
}

/// How the widget looks; attributes of the script and CSS variables of the page prevail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Theme {
    /// `#rrggbb`; the colour of the text on it is chosen for contrast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// The corner of the launcher, in the direction of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    Start,
    End,
}

/// What visitors may send.
///
/// Chatwoot's default is 40 MB; a file is in memory while it is looked at, and anybody may send one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Uploads {
    /// Largest file in bytes; 0 forbids uploads.
    pub max_bytes: u64,
    /// Media types; each is checked against the first bytes of the file.
    pub types: Vec<String>,
}

impl Uploads {
    /// Why less can be sent than it seems; nothing where uploads are forbidden.
    pub fn in_vain(&self) -> Option<String> {
        if self.max_bytes == 0 {
            return None;
        }
        if self.types.is_empty() {
            return Some(
                "uploads.types is empty, so that no file is taken: forbid files by uploads.max_bytes = 0"
                    .to_owned(),
            );
        }
        let unknown = self.types.iter().map(String::as_str).filter(|kind| !is_recognised(kind));
        let unknown = unknown.collect::<Vec<_>>().join(", ");
        (!unknown.is_empty()).then(|| {
            format!(
                "no file is ever taken for {unknown}, which uploads.types names: write whole media types that files tell by their \
                 first bytes, such as image/png, or text/plain"
            )
        })
    }
}

impl Default for Uploads {
    fn default() -> Self {
        let types = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];
        Self { max_bytes: 10_000_000, types: types.map(str::to_owned).to_vec() }
    }
}

/// How much a visitor may ask for. `docs/widget.md` says where and why others are stricter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// New sessions of one address in an hour. Chatwoot's default is 5, which an office behind one address soon needs.
    pub sessions_per_hour: u32,
    /// Messages, presses and events of one visitor in 10 s.
    pub messages_per_10_seconds: u32,
    /// Uploads of one visitor in an hour.
    pub uploads_per_hour: u32,
    /// Sockets of one visitor at one address: browser tabs.
    pub sockets: u32,
    /// Sockets of one address, all visitors together.
    pub sockets_per_address: u32,
    /// Longest message in characters.
    pub text: usize,
    /// Seconds until a socket that reads nothing is dropped.
    pub slow_reader_seconds: u32,
    /// Seconds between two pings; a socket that is silent for two of them is dropped.
    pub ping_seconds: u32,
    /// Days for which a browser can come back to its conversation.
    pub remember_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions_per_hour: 60,
            messages_per_10_seconds: 20,
            uploads_per_hour: 30,
            sockets: 5,
            sockets_per_address: 200,
            text: 10_000,
            slow_reader_seconds: 10,
            ping_seconds: 25,
            remember_days: 30,
        }
    }
}

impl Limits {
    pub(super) fn sessions(&self) -> Rate {
        Rate { count: self.sessions_per_hour, per: SignedDuration::from_hours(1) }
    }

    pub(super) fn messages(&self) -> Rate {
        Rate { count: self.messages_per_10_seconds, per: SignedDuration::from_secs(10) }
    }

    pub(super) fn uploads(&self) -> Rate {
        Rate { count: self.uploads_per_hour, per: SignedDuration::from_hours(1) }
    }
}

/// Scheme, host and port of a page, as browsers write them in the `Origin` header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = Url::parse(&text)
            .map_err(|_| format!("“{text}” is not an origin; write it like https://shop.example"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("the origin “{text}” must be of http or https"));
        }
        let exact = url.origin().ascii_serialization();
        if exact == text {
            Ok(Self(text))
        } else {
            Err(format!("write the origin “{text}” without a path, as browsers send it: {exact}"))
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Config {
    /// Whether a page of this origin may talk to the connection. `host` is the request's own.
    pub fn allows(&self, origin: &str, host: Option<&str>) -> bool {
        self.origins.iter().any(|allowed| allowed.0 == origin)
            || self.sample_page == Some(true) && host.is_some_and(|host| is_own_loopback(origin, host))
    }

    /// Every problem that the form of the settings does not rule out.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.origins.is_empty() && self.sample_page != Some(true) {
            problems.push(format!(
                "no page may show the widget of connection “{}”; list its origins = [\"https://…\"]",
                self.name
            ));
        }
        if let Some(accent) = &self.theme.accent
            && !is_colour(accent)
        {
            problems.push(format!("theme.accent “{accent}” must be written #rrggbb"));
        }
        let wrong = self.uploads.types.iter().filter(|kind| !kind.contains('/'));
        problems
            .extend(wrong.map(|kind| format!("uploads.types: “{kind}” is no media type; one is image/png")));
        let Limits { sessions_per_hour, messages_per_10_seconds, sockets, sockets_per_address, .. } =
            self.limits;
        if sessions_per_hour == 0 || messages_per_10_seconds == 0 || sockets == 0 || sockets_per_address == 0
        {
            problems.push(format!("the limits of connection “{}” must be at least 1", self.name));
        }
        problems
    }
}

/// The studio's own page on this machine. An address, never a name: a name could be another's that
/// was made to point here.
fn is_own_loopback(origin: &str, host: &str) -> bool {
    let local = Url::parse(origin).is_ok_and(|url| match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    });
    local && origin.strip_prefix("http://") == Some(host)
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_shows_the_defaults_and_says_where_they_differ_from_others() {
        let document = include_str!("../../../docs/widget.md");
        let (_, block) = document.split_once("```toml\n").expect("a block");
        let (block, _) = block.split_once("```").expect("its end");
        let table: toml::Table = block.parse().expect("TOML");
        let Some(toml::Value::Table(mut shown)) = table["connection"].get(0).cloned() else {
            panic!("a connection")
        };
        assert_eq!(shown.remove("channel"), Some("web".into()));
        let shown: Config = toml::Value::Table(shown).try_into().expect("it can be read");
        assert_eq!((&shown.limits, &shown.uploads), (&Limits::default(), &Uploads::default()));
        let (_, differences) = document.split_once("\n## Limits\n").expect("the section");
        let Limits { sessions_per_hour, sockets, .. } = Limits::default();
        let row = |start: &str, said: &str| {
            let row = differences.lines().find(|line| line.starts_with(start)).expect(start);
            assert!(row.contains(said), "{row}");
        };
        row("| new sessions of an address |", &format!("{sessions_per_hour} an hour"));
        row("| an upload |", &format!("{} MB", Uploads::default().max_bytes / 1_000_000));
        row("| sockets of a visitor |", &format!("{sockets} at an address"));
    }

    #[test]
    fn types_that_no_file_can_have_are_told() {
        let check = |uploads: &str, expected: Option<&str>| {
            let uploads: Uploads = toml::from_str(uploads).expect("it can be read");
            let told = uploads.in_vain();
            let fits = expected
                .map_or(told.is_none(), |words| told.as_ref().is_some_and(|told| told.contains(words)));
            assert!(fits, "{uploads:?}: {told:?}");
        };
        check("", None);
        check("types = ['image/*', 'foo', 'image/png']", Some("taken for image/*, foo, which"));
        check("types = []", Some("uploads.max_bytes = 0"));
        check("max_bytes = 0\ntypes = ['foo']", None);
    }

    #[test]
    fn origins_are_exact() {
        let config: Config = toml::from_str(
            "name = 'shop'\nbot = 'shop'\nsample_page = true\norigins = ['https://shop.example', 'http://10.0.0.1:8080']",
        )
        .expect("a web connection");
        let check = |origin: &str, host: Option<&str>, expected: bool| {
            assert_eq!(config.allows(origin, host), expected, "{origin} at {host:?}");
        };
        check("https://shop.example", None, true);
        check("http://10.0.0.1:8080", None, true);
        check("http://shop.example", None, false);
        check("https://shop.example:444", None, false);
        check("https://shop.example.evil.example", None, false);
        check("https://evil.example/https://shop.example", None, false);
        check("null", None, false);
        check("", None, false);
        check("http://127.0.0.1:8090", Some("127.0.0.1:8090"), true);
        check("http://localhost:8090", Some("localhost:8090"), true);
        check("http://[::1]:8090", Some("[::1]:8090"), true);
        check("http://127.0.0.1:9999", Some("127.0.0.1:8090"), false);
        check("http://evil.example", Some("evil.example"), false);
        check("http://127.0.0.1.evil.example", Some("127.0.0.1.evil.example"), false);
    }
}
