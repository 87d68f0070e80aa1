//! Did Discord send this? Ed25519 over the header `X-Signature-Timestamp` and the raw body, in
//! `X-Signature-Ed25519`.

use axum::http::HeaderMap;
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::{SignedDuration, Timestamp};

/// How far a time stamp may lie from now, both ways.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// An application's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("must be the 64 hexadecimal digits that the developer portal shows as Public Key")]
    Form,
    #[error(
        "is no key, although it has 64 hexadecimal digits: copy Public Key from the developer portal again"
    )]
    NoKey,
}

/// Why a request is not believed. Says nothing of what would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the header {0} is missing or unreadable")]
    Missing(&'static str),
    #[error("X-Signature-Timestamp must be seconds since 1970, within 5 minutes of now; set your clock")]
    Timestamp,
    #[error("the signature does not fit; is public_key that of this application?")]
    NoMatch,
}

impl PublicKey {
    pub fn read(text: &str) -> Result<Self, InvalidKey> {
        let bytes: [u8; 32] = bytes(text.trim()).ok_or(InvalidKey::Form)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| InvalidKey::NoKey)?;
        // With a key of small order anybody could sign.
        if key.is_weak() { Err(InvalidKey::NoKey) } else { Ok(Self(key)) }
    }

    /// Checks the headers against the raw body.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), SignatureError> {
        let signature = header(headers, "x-signature-ed25519")?;
        let timestamp = header(headers, "x-signature-timestamp")?;
        let sent = timestamp.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
        let distance = sent.map(|sent| now.duration_since(sent).abs());
        if distance.is_none_or(|distance| distance > TOLERANCE) {
            return Err(SignatureError::Timestamp);
        }
        let signature: [u8; 64] = bytes(signature).ok_or(SignatureError::NoMatch)?;
        let mut signed = Vec::with_capacity(timestamp.len() + body.len());
        signed.extend_from_slice(timestamp.as_bytes());
        signed.extend_from_slice(body);
        self.0.verify_strict(&signed, &Signature::from_bytes(&signature)).map_err(|_| SignatureError::NoMatch)
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, SignatureError> {
    headers.get(name).and_then(|value| value.to_str().ok()).ok_or(SignatureError::Missing(name))
}

/// Exactly `N` bytes as hexadecimal digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}
