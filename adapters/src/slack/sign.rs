//! Who sent this? Slack signs `v0:{timestamp}:{raw body}` with HMAC-SHA256 (docs.slack.dev, "Verifying requests
//! from Slack"): the header `X-Slack-Signature` is `v0=` and the hexadecimal digest.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::credential::Credential;

/// How far a time stamp may lie from now, both ways.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
const SIGNATURE: &str = "x-slack-signature";
const TIME: &str = "x-slack-request-timestamp";

/// Why a request is not believed. Says nothing of what would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SignatureError {
    #[error("the header {0} is missing, unreadable or there twice")]
    Missing(&'static str),
    #[error("the time stamp lies more than 5 minutes from now; set the clock")]
    Timestamp,
    #[error("the signature does not fit; is signing_secret that of this app?")]
    NoMatch,
}

/// When Slack says that it signed, once the signature is found to be right.
pub(super) fn verify(
    secret: &Credential,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Timestamp, SignatureError> {
    let signature = only(headers, SIGNATURE)?;
    let time = only(headers, TIME)?;
    let digits = (1..=12).contains(&time.len()) && time.bytes().all(|byte| byte.is_ascii_digit());
    let at = digits.then(|| time.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()));
    let at = at.flatten().ok_or(SignatureError::Missing(TIME))?;
    if at.duration_since(now).abs() > TOLERANCE {
        return Err(SignatureError::Timestamp);
    }
    let given = signature.strip_prefix("v0=").and_then(bytes).ok_or(SignatureError::NoMatch)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"v0:");
    mac.update(time.as_bytes());
    mac.update(b":");
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&given).map_err(|_| SignatureError::NoMatch)?;
    Ok(at)
}

fn only<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, SignatureError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| SignatureError::Missing(name)),
        (None | Some(_), _) => Err(SignatureError::Missing(name)),
    }
}

/// 32 bytes of lower-case hexadecimal digits.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_lower = !text.bytes().any(|digit| digit.is_ascii_uppercase());
    (is_lower && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}
