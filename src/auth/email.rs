//! Is this an e-mail address that somebody can log in with?

use studio_core::unseen::{composed, unseen};

/// The address as it is kept and looked for, right or wrong: trimmed, in lower case, its letters composed.
pub fn folded(email: &str) -> String {
    composed(&email.trim().to_lowercase())
}

/// As [`folded`]; the error says what is wrong.
pub fn checked(email: &str) -> Result<String, String> {
    let email = folded(email);
    let (name, domain) = email.split_once('@').unwrap_or(("", ""));
    let odd = |letter: char| letter.is_whitespace() || unseen(letter).is_some();
    if name.is_empty()
        || domain.is_empty()
        || domain.contains('@')
        || email.chars().any(odd)
        || email.len() > 254
    {
        return Err(format!("{email:?} is not an e-mail address"));
    }
    Ok(email)
}

/// For the log: who knows the address recognises it, and nobody else learns it. Whatever was typed, no more than the two
/// letters at its beginning and behind the `@` are left.
pub fn masked(email: &str) -> String {
    let first = |part: &str| part.chars().find(|letter| letter.is_alphanumeric()).map(String::from);
    let (name, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    format!("{}…@{}…", first(name).unwrap_or_default(), first(domain).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{checked, folded, masked};

    #[test]
    fn a_masked_address_tells_nobody_what_it_is() {
        let check = |email: &str, expected: &str| assert_eq!(masked(email), expected);
        check("ada.lovelace@example.com", "a…@e…");
        check("my password", "m…@…");
        check("p@ss\u{1b}[2Jw@rd", "p…@r…");
        check("", "…@…");
    }

    #[test]
    fn addresses_are_told_from_others() {
        assert_eq!(checked(" Ada@Example.com "), Ok("ada@example.com".to_owned()));
        assert_eq!(
            checked("Zoe\u{308}@example.com"),
            Ok("zo\u{eb}@example.com".to_owned()),
            "two that look the same"
        );
        assert_eq!(folded("ZO\u{cb}@example.com"), "zo\u{eb}@example.com");
        let unseen = ["a\u{202e}b@c", "a\u{200b}@b", "a\u{2066}@b", "\u{feff}a@b", "a@b\u{ad}"];
        for wrong in
            ["", "ada", "@example.com", "ada@", "a b@c", "a@b@c", "a\u{1b}@b"].into_iter().chain(unseen)
        {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
