//! Where does an e-mail address stand that was written so that no program takes it for one?
//!
//! "a(at)b(dot)com" is unlike anything else. "ada.lovelace @ example.org" is one too, but "find us @ example.org" is not: what
//! stands apart before the sign is a user only with a point, a digit or the like in it.

use std::sync::LazyLock;

use regex::Regex;

static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"[a-z0-9][a-z0-9._%+-]{0,63}\s?[(\[{]\s?(?:at|@|ät|arroba|chiocciola)\s?[)\]}]\s?[a-z0-9-]+(?:(?:\.|\s?[(\[{]\s?(?:dot|punkt|point|punto|ponto|kropka|nokta|punt|\.)\s?[)\]}]\s?)[a-z0-9-]+)+",
    )
    .expect("a constant pattern is valid")
});
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([a-z0-9][a-z0-9._%+-]{0,63})(?: @ ?| ?@ )[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,12}(?-u:\b)")
        .expect("a constant pattern is valid")
});

/// Places in bytes of the normalised text.
pub(super) fn find(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if text.contains(['(', '[', '{']) {
        found.extend(BRACKETED.find_iter(text).map(|find| (find.start(), find.end())));
    }
    if text.contains('@') {
        let users = SPACED.captures_iter(text).filter_map(|find| find.get(0).zip(find.get(1)));
        let is_user = |user: &str| user.contains(|it: char| it.is_ascii_digit() || "._+-".contains(it));
        found.extend(
            users.filter(|(_, user)| is_user(user.as_str())).map(|(whole, _)| (whole.start(), whole.end())),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_disguise_are_found_and_places_are_none() {
        let check = |text: &str, expected: Option<&str>| {
            let found = find(text).first().map(|(start, end)| &text[*start..*end]);
            assert_eq!(found, expected, "{text}");
        };
        check("write to a(at)b(dot)com", Some("a(at)b(dot)com"));
        check("ada.l [at] example.org, please", Some("ada.l [at] example.org"));
        check("ada (at) example (punkt) de", Some("ada (at) example (punkt) de"));
        check("zoltan.kodaly @ example.com", Some("zoltan.kodaly @ example.com"));
        check("ada7@ example.org", Some("ada7@ example.org"));
        check("find us @ example.org", None);
        check("5 @ 3.50", None);
        check("look (at) that", None);
        check("a [person] (at home)", None);
    }
}
