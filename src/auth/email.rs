//! Is this an e-mail address that somebody can log in with?

/// Trimmed and in lower case; the error says what is wrong.
pub fn checked(email: &str) -> Result<String, String> {
    let email = email.trim().to_lowercase();
    let (name, domain) = email.split_once('@').unwrap_or(("", ""));
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
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

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn addresses_are_told_from_others() {
        assert_eq!(checked(" Ada@Example.com "), Ok("ada@example.com".to_owned()));
        for wrong in ["", "ada", "@example.com", "ada@", "a b@c", "a@b@c", "a\u{1b}@b"] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
