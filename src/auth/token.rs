//! What do session tokens and API keys look like, and what is kept of them?

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// What a token starts with, so that a leaked one is recognised by scanners and by people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Session,
    ApiKey,
}

impl TokenKind {
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Session => "studio_session_",
            Self::ApiKey => "studio_key_",
        }
    }

    /// Which kind a text claims to be.
    pub fn of(token: &str) -> Option<Self> {
        [Self::Session, Self::ApiKey].into_iter().find(|kind| token.starts_with(kind.prefix()))
    }
}

/// A new token from 256 random bits.
pub fn mint(kind: TokenKind, random: [u8; 32]) -> String {
    format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(random))
}

/// What the store keeps: SHA-256 in hexadecimal. A token has 256 random bits, so no salt is needed.
pub fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_kind_and_hides_in_its_digest() {
        let token = mint(TokenKind::ApiKey, [7; 32]);
        assert_eq!(TokenKind::of(&token), Some(TokenKind::ApiKey));
        assert_eq!(TokenKind::of("studio_other_x"), None);
        assert_eq!(digest(&token).len(), 64);
        assert!(!digest(&token).contains(&token[11..20]));
    }
}
