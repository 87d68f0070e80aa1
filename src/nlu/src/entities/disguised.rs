//! Where does an e-mail address stand that was written so that no program takes it for one?
//!
//! "a(at)b(dot)com" is unlike anything else. "ada.lovelace @ example.org" is one too, but "find us @ example.org" is not: what
//! stands apart before the sign is a user only with a point, a digit or the like in it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"([a-z0-9][a-z0-9._%+-]{0,63})\s?[(\[{]\s?(?:at|@|ät|arroba|chiocciola)\s?[)\]}]\s?([a-z0-9-]+(?:(?:\.|\s?[(\[{]\s?(?:dot|punkt|point|punto|ponto|kropka|nokta|punt|\.)\s?[)\]}]\s?)[a-z0-9-]+)+)",
    )
    .expect("a constant pattern is valid")
});
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"([a-z0-9][a-z0-9._%+-]{0,63})(?: @ ?| ?@ )([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,12})(?-u:\b)",
    )
    .expect("a constant pattern is valid")
});
/// What stands for a point within brackets.
static POINT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s?[(\[{][^)\]}]*[)\]}]\s?").expect("a constant pattern is valid"));

/// An address in disguise; places are in bytes of the normalised text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Behind the user, who is named first.
    pub(super) user_end: usize,
    /// As it is meant.
    pub(super) domain: String,
}

/// In the normalised text.
pub(super) fn find(text: &str) -> Vec<Hidden> {
    let mut found = Vec::new();
    if text.contains(['(', '[', '{']) {
        found.extend(BRACKETED.captures_iter(text).filter_map(|find| read(&find)));
    }
    if text.contains('@') {
        let is_user = |find: &Hidden| {
            let user = &text[find.start..find.user_end];
            user.contains(|it: char| it.is_ascii_digit() || "._+-".contains(it))
        };
        found.extend(SPACED.captures_iter(text).filter_map(|find| read(&find)).filter(is_user));
    }
    found
}

fn read(find: &Captures<'_>) -> Option<Hidden> {
    let (whole, user, domain) = (find.get(0)?, find.get(1)?, find.get(2)?);
    Some(Hidden {
        start: whole.start(),
        end: whole.end(),
        user_end: user.end(),
        domain: POINT.replace_all(domain.as_str(), ".").into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_disguise_are_found_and_places_are_none() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = find(text);
            let told = found.first().map(|it| {
                let user = &text[it.start..it.user_end];
                (&text[it.start..it.end], format!("{user}@{}", it.domain))
            });
            assert_eq!(told, expected.map(|(words, address)| (words, address.to_owned())), "{text}");
        };
        check("write to a(at)b(dot)com", Some(("a(at)b(dot)com", "a@b.com")));
        check("ada.l [at] example.org, please", Some(("ada.l [at] example.org", "ada.l@example.org")));
        check("ada (at) example (punkt) de", Some(("ada (at) example (punkt) de", "ada@example.de")));
        check("a(at)b [.] c{dot}org", Some(("a(at)b [.] c{dot}org", "a@b.c.org")));
        check(
            "zoltan.kodaly @ example.com",
            Some(("zoltan.kodaly @ example.com", "zoltan.kodaly@example.com")),
        );
        check("ada7@ example.org", Some(("ada7@ example.org", "ada7@example.org")));
        check("find us @ example.org", None);
        check("5 @ 3.50", None);
        check("look (at) that", None);
        check("a [person] (at home)", None);
    }
}
