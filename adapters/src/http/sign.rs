//! Who sent this? Signatures as the Standard Webhooks specification 1.0 has them: the headers
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`, the last `v1,` and the base 64 of
//! HMAC-SHA256 over `{id}.{timestamp}.{payload}`, several divided by spaces.

use std::{fmt, str::FromStr};

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::Sha256;

/// How far a time stamp may lie from now, both ways.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// More signatures than a change of secrets needs are not looked at.
const MOST_SIGNATURES: usize = 8;

/// A shared secret: `whsec_` and 24 to 64 bytes of base 64. Prints as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Secret(Vec<u8>);

/// The text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is whsec_ followed by 24 to 64 bytes of base 64: openssl rand -base64 32")]
pub struct InvalidSecret;

impl FromStr for Secret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let encoded = text.strip_prefix("whsec_").ok_or(InvalidSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidSecret)?;
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(InvalidSecret) }
    }
}

impl TryFrom<String> for Secret {
    type Error = InvalidSecret;

    fn try_from(text: String) -> Result<Self, InvalidSecret> {
        text.parse()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why a request is not believed. Says nothing of what would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the header {0} is missing or unreadable")]
    Missing(&'static str),
    #[error("webhook-id must be 1 to 128 letters, digits, hyphens and underscores")]
    Id,
    #[error("webhook-timestamp must be seconds since 1970, within 5 minutes of now; set your clock")]
    Timestamp,
    #[error(
        "no signature fits; sign the webhook-id, a dot, the webhook-timestamp, a dot, and the raw body (of a GET: the query)"
    )]
    NoMatch,
}

/// The value of `webhook-signature` for a payload, signed with each secret.
pub fn sign(secrets: &[Secret], id: &str, timestamp: i64, payload: &[u8]) -> String {
    let signatures = secrets.iter().map(|secret| {
        let code = mac(secret, id, &timestamp.to_string(), payload).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(code))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

/// Checks the three headers against the raw payload, in constant time; returns the `webhook-id`.
pub fn verify<'a>(
    secrets: &[Secret],
    headers: &'a HeaderMap,
    payload: &[u8],
    now: Timestamp,
) -> Result<&'a str, SignatureError> {
    let id = header(headers, "webhook-id")?;
    let timestamp = header(headers, "webhook-timestamp")?;
    let signatures = header(headers, "webhook-signature")?;
    if !is_id(id) {
        return Err(SignatureError::Id);
    }
    let sent = timestamp.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let distance = sent.map(|sent| now.duration_since(sent).abs());
    if distance.is_none_or(|distance| distance > TOLERANCE) {
        return Err(SignatureError::Timestamp);
    }
    let offered = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let codes = offered.filter_map(|encoded| STANDARD.decode(encoded).ok()).take(MOST_SIGNATURES);
    let mut matches = false;
    for code in codes {
        for secret in secrets {
            matches |= mac(secret, id, timestamp, payload).verify_slice(&code).is_ok();
        }
    }
    if matches { Ok(id) } else { Err(SignatureError::NoMatch) }
}

/// Whether a text can be an id: never a dot, which divides what is signed, nor a colon, which
/// divides the names of events.
pub(super) fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, SignatureError> {
    headers.get(name).and_then(|value| value.to_str().ok()).ok_or(SignatureError::Missing(name))
}

fn mac(secret: &Secret, id: &str, timestamp: &str, payload: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret.0).expect("HMAC takes a key of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", payload] {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIMESTAMP: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret() -> Secret {
        SECRET.parse().expect("the secret of the example")
    }

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)]
            .into_iter()
            .map(|(name, value)| {
                (name.parse().expect("a header name"), value.parse().expect("a header value"))
            })
            .collect()
    }

    #[test]
    fn the_public_example_is_signed_alike() {
        assert_eq!(sign(&[secret()], ID, TIMESTAMP, BODY), SIGNATURE);
    }

    #[test]
    fn only_what_was_signed_is_believed() {
        let other: Secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse().expect("24 zero bytes");
        let check = |id: &str, timestamp: &str, signature: &str, later: i64, expected| {
            let headers = headers(id, timestamp, signature);
            let now = Timestamp::from_second(TIMESTAMP + later).expect("within jiff's range");
            let found = verify(&[other.clone(), secret()], &headers, BODY, now).map(str::to_owned);
            assert_eq!(found, expected, "{id} {timestamp} {signature} {later}");
        };
        let good = Ok(ID.to_owned());
        let stamp = TIMESTAMP.to_string();
        check(ID, &stamp, SIGNATURE, 0, good.clone());
        check(ID, &stamp, SIGNATURE, 300, good.clone());
        check(ID, &stamp, SIGNATURE, -300, good.clone());
        check(ID, &stamp, &format!("v1a,AAAA v1,AAAA {SIGNATURE}"), 0, good);
        check(ID, &stamp, SIGNATURE, 301, Err(SignatureError::Timestamp));
        check(ID, &stamp, SIGNATURE, -301, Err(SignatureError::Timestamp));
        check(ID, "soon", SIGNATURE, 0, Err(SignatureError::Timestamp));
        check(ID, &(TIMESTAMP + 1).to_string(), SIGNATURE, 0, Err(SignatureError::NoMatch));
        check("msg_other", &stamp, SIGNATURE, 0, Err(SignatureError::NoMatch));
        check("a.b", &stamp, SIGNATURE, 0, Err(SignatureError::Id));
        check(ID, &stamp, "", 0, Err(SignatureError::NoMatch));
        check(ID, &stamp, &SIGNATURE[3..], 0, Err(SignatureError::NoMatch));
        check(ID, &stamp, &SIGNATURE[..20], 0, Err(SignatureError::NoMatch));
        assert_eq!(
            verify(&[secret()], &HeaderMap::new(), BODY, Timestamp::UNIX_EPOCH),
            Err(SignatureError::Missing("webhook-id"))
        );
    }

    #[test]
    fn a_change_of_secrets_signs_with_both() {
        let other: Secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse().expect("24 zero bytes");
        let both = sign(&[other.clone(), secret()], ID, TIMESTAMP, BODY);
        let now = Timestamp::from_second(TIMESTAMP).expect("within jiff's range");
        for secrets in [[secret()], [other]] {
            assert_eq!(verify(&secrets, &headers(ID, &TIMESTAMP.to_string(), &both), BODY, now), Ok(ID));
        }
    }
}
