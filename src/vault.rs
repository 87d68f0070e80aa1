//! How are the credentials of connections kept that were made by the API? Encrypted, by a key that is not in the store.
//! Those that have no credentials need none.
//!
//! AES-256-GCM: 12 random bytes, then the settings as JSON, sealed together with the name of their
//! connection, so that those of one cannot be put in the place of another's.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::config::Secret;

const NONCE: usize = 12;

/// What seals and opens.
#[derive(Clone)]
pub struct Vault(Aes256Gcm);

/// Something could not be sealed or opened; the text says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error(
        "`server.key` (or STUDIO_KEY) must be 32 bytes in base64: make one with `openssl rand -base64 32`, and keep it \
         where the backups are not"
    )]
    BadKey,
    #[error(
        "a connection's credentials are kept encrypted, and there is no key: set STUDIO_KEY (or `server.key`, \
         `server.key_file`) to what `openssl rand -base64 32` prints, and start the studio again"
    )]
    NoKey,
    #[error(
        "its credentials cannot be opened: STUDIO_KEY is not the key with which they were stored; set that one, or \
         delete the connection and make it anew"
    )]
    OtherKey,
    #[error("its credentials could not be encrypted")]
    TooLong,
}

/// Settings without credentials, where there is no key: behind what no nonce is but once in 2⁹⁶.
pub fn unsealed(plain: &[u8]) -> Vec<u8> {
    [&[0; NONCE][..], plain].concat()
}

/// What stands there unsealed, if it does.
pub fn plain(kept: &[u8]) -> Option<&[u8]> {
    kept.strip_prefix(&[0; NONCE])
}

impl Vault {
    /// By the key of the settings; `None` where there is none.
    pub fn read(key: &Secret) -> Result<Option<Self>, VaultError> {
        let text = key.reveal().trim();
        if text.is_empty() {
            return Ok(None);
        }
        let key = STANDARD.decode(text).map_err(|_| VaultError::BadKey)?;
        Aes256Gcm::new_from_slice(&key).map(|cipher| Some(Self(cipher))).map_err(|_| VaultError::BadKey)
    }

    /// `nonce` is new for each call.
    pub fn seal(&self, connection: &str, plain: &[u8], nonce: [u8; NONCE]) -> Result<Vec<u8>, VaultError> {
        let payload = Payload { msg: plain, aad: connection.as_bytes() };
        let sealed = self.0.encrypt(&nonce.into(), payload).map_err(|_| VaultError::TooLong)?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub fn open(&self, connection: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(VaultError::OtherKey)?;
        let payload = Payload { msg: sealed, aad: connection.as_bytes() };
        self.0.decrypt(&(*nonce).into(), payload).map_err(|_| VaultError::OtherKey)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        let key = Secret::from(STANDARD.encode([byte; 32]));
        Vault::read(&key).expect("a key").expect("it is set")
    }

    #[test]
    fn only_its_own_key_opens_it_for_its_own_connection() {
        let sealed = vault(1).seal("shop", b"token", [7; 12]).expect("sealed");
        assert!(!sealed.windows(5).any(|window| window == b"token"));
        assert_eq!(vault(1).open("shop", &sealed).as_deref(), Ok(&b"token"[..]));
        assert_eq!(vault(2).open("shop", &sealed), Err(VaultError::OtherKey));
        assert_eq!(vault(1).open("other", &sealed), Err(VaultError::OtherKey));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(vault(1).open("shop", &changed), Err(VaultError::OtherKey), "{place}");
        }
        assert_eq!(vault(1).open("shop", &sealed[..11]), Err(VaultError::OtherKey));
    }

    #[test]
    fn what_needs_no_key_is_told_from_what_does() {
        assert_eq!(plain(&unsealed(b"web")), Some(&b"web"[..]));
        let sealed = vault(1).seal("shop", b"token", [7; 12]).expect("sealed");
        assert_eq!(plain(&sealed), None);
    }

    #[test]
    fn a_key_is_32_bytes_in_base64() {
        let check = |text: &str, expected: Result<bool, VaultError>| {
            let read = Vault::read(&Secret::from(text.to_owned()));
            assert_eq!(read.map(|vault| vault.is_some()), expected, "{text}");
        };
        check("", Ok(false));
        check(&STANDARD.encode([0; 32]), Ok(true));
        check(&format!("{}\n", STANDARD.encode([0; 32])), Ok(true));
        check(&STANDARD.encode([0; 31]), Err(VaultError::BadKey));
        check("password", Err(VaultError::BadKey));
    }
}
