//! Is it Meta who calls? `X-Hub-Signature-256: sha256=` and the hex of HMAC-SHA256 over the raw body, keyed with the
//! app secret.
//!
//! Over the raw body: Meta escapes what is not ASCII, so that JSON which was read and written again is another text.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::credential::Credential;

pub const HEADER: &str = "x-hub-signature-256";

/// Whether the body is signed with this secret, in constant time. One header, one algorithm, nothing else.
pub fn is_signed(secret: &Credential, headers: &HeaderMap, body: &[u8]) -> bool {
    let mut values = headers.get_all(HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let told = value.as_bytes().strip_prefix(b"sha256=").and_then(|hex| hex::decode(hex).ok());
    let Some(told) = told else { return false };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    mac.verify_slice(&told).is_ok()
}
