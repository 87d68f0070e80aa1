//! Does a credential of a connection stand where somebody reads it: in the log, in an answer? Looked for is each as it was set, as it stands in an
//! address, and within base 64.

use base64::{
    Engine as _,
    engine::{
        GeneralPurpose,
        general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
    },
};
use reqwest::Client;

use crate::home::Home;

/// How the names of settings end that hold one.
const NAMES: [&str; 4] = ["token", "secret", "password", "key"];
/// Ends as they do, and is there to be shown.
const PUBLIC: &str = "public_key";
/// What is shorter may stand anywhere by chance, in bytes.
const SHORTEST: usize = 8;
/// Letters of a line that are shown, so that its place in the code is found.
const SHOWN: usize = 300;

/// A credential that was set.
#[derive(Clone, Debug)]
pub struct Credential {
    name: String,
    forms: Vec<String>,
}

/// All credentials of connections that stand in the text of settings, each on a line of its own.
///
/// # Panics
///
/// If one is too short to be looked for.
pub fn of(settings: &str) -> Vec<Credential> {
    let mut of_connection = false;
    let lines = settings.lines().filter(|line| {
        if line.starts_with('[') {
            of_connection = *line == "[[connection]]";
        }
        of_connection
    });
    let set = lines.filter_map(|line| line.split_once(" = "));
    let secret = set.filter(|(name, _)| *name != PUBLIC && NAMES.iter().any(|end| name.ends_with(end)));
    let credentials = secret.map(|(name, value)| {
        let value = value.trim().trim_matches('"');
        assert!(value.len() >= SHORTEST, "{name} is too short to be told from other words");
        Credential { name: name.to_owned(), forms: forms(value) }
    });
    credentials.collect()
}

/// What of them stands in a text, in sentences that name the place.
pub fn seen(credentials: &[Credential], place: &str, text: &str) -> Vec<String> {
    let stands_there = |credential: &&Credential| credential.forms.iter().any(|form| text.contains(form));
    let found = credentials.iter().filter(stands_there).map(|Credential { name, forms }| {
        let line = text.lines().find(|line| forms.iter().any(|form| line.contains(form)));
        let line: String = line.unwrap_or_default().chars().take(SHOWN).collect();
        format!("a {name} stands in {place}: {line}")
    });
    found.collect()
}

/// The same of the log of a home and of what the API answers of these connections to its owner.
pub async fn seen_of(home: &Home, client: &Client, connections: &[&str]) -> anyhow::Result<Vec<String>> {
    let credentials = of(&std::fs::read_to_string(home.path().join("studio.toml"))?);
    let log = std::fs::read(home.log())?;
    let mut found = seen(&credentials, "the log", &String::from_utf8_lossy(&log));
    let paths = ["health/ready", "metrics", "api/v1/connections", "api/v1/unread", "api/v1/dead-letters"];
    let of_each = connections.iter().map(|name| format!("api/v1/connections/{name}"));
    for path in paths.into_iter().map(str::to_owned).chain(of_each) {
        let answer = client.get(format!("http://studio/{path}")).send().await?.text().await?;
        found.extend(seen(&credentials, &path, &answer));
    }
    Ok(found)
}

/// All texts in which it can be read.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned(), in_address(value, true), in_address(value, false)];
    // The key itself, of which the beginning says only how it is written.
    forms.extend(value.strip_prefix("whsec_").map(str::to_owned));
    for before in 0..3 {
        forms.extend([&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| in_base64(value, before, engine)));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn in_address(value: &str, in_capitals: bool) -> String {
    let mut address = String::new();
    for byte in value.bytes() {
        let letter = char::from(byte);
        if letter.is_ascii_alphanumeric() || "-_.~".contains(letter) {
            address.push(letter);
        } else {
            let code = if in_capitals { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
            address.push_str(&code);
        }
    }
    address
}

/// The letters that are the same whatever stands beside it in base 64, where so many bytes more than a multiple of three stand before it.
fn in_base64(value: &str, before: usize, engine: &GeneralPurpose) -> String {
    let bytes = [&[0; 3][..before], value.as_bytes()].concat();
    let letters = engine.encode(&bytes);
    // Six bits make a letter.
    letters[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SETTINGS: &str = "[store]\npassword = \"root\"\n[[connection]]\nname = \"t\"\nchannel = \"telegram\"\ntoken = \"110:AAHdq/Tcv+Ch1v\"\n\
        public_key = \"0123456789abcdef\"\nsecret = \"whsec_MfKQ9r8GKYqrTwjU\"\n";

    #[test]
    fn a_credential_is_found_in_every_form() {
        let credentials = of(SETTINGS);
        let check = |text: &str, expected: usize| {
            let found = seen(&credentials, "the log", &format!("a line\nbefore {text} behind\n"));
            assert_eq!(found.len(), expected, "{text}: {found:?}");
        };
        check("110:AAHdq/Tcv+Ch1v", 1);
        check("http://127.0.0.1/bot110%3AAAHdq%2FTcv%2BCh1v/getMe", 1);
        check("http://127.0.0.1/bot110%3aAAHdq%2fTcv%2bCh1v/getMe", 1);
        for before in ["", "a", "ab", "abc", "user:"] {
            for behind in ["", "b", "bc"] {
                check(&STANDARD.encode(format!("{before}110:AAHdq/Tcv+Ch1v{behind}")), 1);
                check(&URL_SAFE_NO_PAD.encode(format!("{before}110:AAHdq/Tcv+Ch1v{behind}")), 1);
            }
        }
        check("MfKQ9r8GKYqrTwjU", 1);
        check("0123456789abcdef and 110:AAHdq/Tcv", 0);
        assert_eq!(credentials.len(), 2, "what is public is none");
    }

    #[test]
    fn what_is_found_says_where_it_stands_and_not_all_of_a_long_line() {
        let text = format!("fine\n{}\n", "110:AAHdq/Tcv+Ch1v ".repeat(100));
        let found = seen(&of(SETTINGS), "metrics", &text);
        assert!(
            matches!(&found[..], [one] if one.starts_with("a token stands in metrics: 110:")),
            "{found:?}"
        );
        assert!(found.iter().all(|found| found.len() < 2 * SHOWN));
    }
}
