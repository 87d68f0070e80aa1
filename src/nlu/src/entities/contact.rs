//! Which e-mail addresses and web addresses does a text hold?

use linkify::{LinkFinder, LinkKind};
use serde_json::Value;

use super::{Find, disguised};
use crate::text::Reading;

/// Endings by which an address without `https://` or `www.` is recognised ("hello.how are you" is none).
const ENDINGS: [&str; 27] = [
    "com", "org", "net", "de", "at", "ch", "eu", "io", "shop", "info", "uk", "fr", "nl", "it", "es", "pl",
    "app", "dev", "biz", "edu", "gov", "me", "co", "us", "ca", "store", "online",
];

/// Addresses as they are typed, and such as are in disguise; the value is what is meant.
pub(crate) fn emails(reading: &Reading<'_>) -> Vec<Find> {
    let mut finds = links(reading, LinkKind::Email, |original| {
        let seen = Reading::new(original).seen;
        let (user, domain) = seen.rsplit_once('@')?;
        Some(format!("{user}@{}", domain.to_lowercase()))
    });
    let plain = finds.len();
    for hidden in disguised::find(&reading.text) {
        if finds[..plain].iter().any(|find| find.start < hidden.end && hidden.start < find.end) {
            continue;
        }
        let (start, end) = reading.place(hidden.start, hidden.user_end);
        let user = Reading::new(&reading.original[start..end]).seen;
        finds.push(Find {
            start: hidden.start,
            end: hidden.end,
            value: Value::from(format!("{user}@{}", hidden.domain)),
            confidence: 0.9,
        });
    }
    finds
}

pub(super) fn urls(reading: &Reading<'_>) -> Vec<Find> {
    links(reading, LinkKind::Url, |original| {
        if original.contains("://") {
            let (scheme, _) = original.split_once("://")?;
            let web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ftp");
            return web.then(|| original.to_owned());
        }
        let host = original.split(['/', '?', '#', ':']).next()?.to_lowercase();
        let (_, ending) = host.rsplit_once('.')?;
        let plausible = host.starts_with("www.") || ENDINGS.contains(&ending);
        plausible.then(|| format!("https://{original}"))
    })
}

/// The links are found in the normalised text (whose places are shared with all finds), the value is made
/// from the original: the part before an @ and the path of an address may depend on upper and lower case.
fn links(reading: &Reading<'_>, kind: LinkKind, value: impl Fn(&str) -> Option<String>) -> Vec<Find> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[kind]).url_must_have_scheme(false);
    finder
        .links(&reading.text)
        .filter_map(|link| {
            let (start, end) = reading.place(link.start(), link.end());
            let value = value(&reading.original[start..end])?;
            Some(Find { start: link.start(), end: link.end(), value: Value::from(value), confidence: 1.0 })
        })
        .collect()
}
