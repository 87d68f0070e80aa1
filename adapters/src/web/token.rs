//! Whose request is this? Tokens that the studio signs and need no store.
//!
//! `base64url(payload).base64url(HMAC-SHA256(key, "studio web token" ‖ payload))`. An access token
//! opens one session of one connection for 30 minutes; a refresh token only gets new tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How long an access token is good for.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(30);
/// More than any token has.
const LONGEST: usize = 1024;
/// So that a signature of this key for another purpose is no token.
const PURPOSE: &[u8] = b"studio web token";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub kind: Kind,
    pub connection: String,
    /// The visitor's session: thread and identity of the conversation.
    pub session: String,
    /// Seconds since 1970.
    pub until: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Access,
    Refresh,
}

/// The token is not one of ours, of another connection or kind, or too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the token is missing, unknown or has ended; get a new one by POST …/sessions with the refresh token"
)]
pub struct InvalidToken;

pub fn issue(key: &[u8; 32], claims: &Claims) -> String {
    let payload = serde_json::to_vec(claims).expect("claims are plain text and numbers");
    let code = mac(key, &payload).finalize().into_bytes();
    format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(code))
}

pub fn check(
    key: &[u8; 32],
    token: &str,
    kind: Kind,
    connection: &str,
    now: Timestamp,
) -> Result<Claims, InvalidToken> {
    let (payload, code) = token.split_once('.').filter(|_| token.len() <= LONGEST).ok_or(InvalidToken)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| InvalidToken)?;
    let code = URL_SAFE_NO_PAD.decode(code).map_err(|_| InvalidToken)?;
    mac(key, &payload).verify_slice(&code).map_err(|_| InvalidToken)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| InvalidToken)?;
    let good = claims.kind == kind && claims.connection == connection && claims.until > now.as_second();
    if good { Ok(claims) } else { Err(InvalidToken) }
}

fn mac(key: &[u8; 32], payload: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(PURPOSE);
    mac.update(payload);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_tokens_open_and_not_for_ever() {
        let key = [7; 32];
        let claims =
            Claims { kind: Kind::Access, connection: "shop".into(), session: "s".into(), until: 1000 };
        let token = issue(&key, &claims);
        let at = |second| Timestamp::from_second(second).expect("within jiff's range");
        let look = |key, token: &str, kind, connection, second| {
            check(key, token, kind, connection, at(second)).map(|claims| claims.session)
        };
        assert_eq!(look(&key, &token, Kind::Access, "shop", 999), Ok("s".into()));
        assert_eq!(look(&key, &token, Kind::Access, "shop", 1000), Err(InvalidToken));
        assert_eq!(look(&key, &token, Kind::Refresh, "shop", 1), Err(InvalidToken));
        assert_eq!(look(&key, &token, Kind::Access, "other", 1), Err(InvalidToken));
        assert_eq!(look(&[8; 32], &token, Kind::Access, "shop", 1), Err(InvalidToken));
        let (payload, code) = token.split_once('.').expect("two parts");
        let forged = Claims { session: "t".into(), ..claims };
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&forged).expect("plain"));
        for bad in
            ["", ".", "a.b", payload, &format!("{payload}."), &format!("{forged}.{code}"), &"a".repeat(5000)]
        {
            assert_eq!(look(&key, bad, Kind::Access, "shop", 1), Err(InvalidToken), "{bad}");
        }
    }
}
