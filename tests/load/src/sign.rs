//! How does a client of the HTTP channel prove who it is? As the Standard Webhooks specification has it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::RequestBuilder;
use sha2::Sha256;

/// `v1,` and the base 64 of HMAC-SHA256 over `{id}.{timestamp}.{payload}`.
///
/// # Panics
///
/// If `secret` is not `whsec_` and base 64.
pub fn signature(secret: &str, id: &str, timestamp: i64, payload: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("the secret is base 64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length will do");
    mac.update(format!("{id}.{timestamp}.{payload}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The request with its three headers. `payload` is the body, or the query where there is none.
pub fn signed(request: RequestBuilder, secret: &str, id: &str, payload: &str) -> RequestBuilder {
    signed_off(request, secret, id, payload, 0)
}

/// The same by a clock that is off by so many seconds.
pub fn signed_off(
    request: RequestBuilder,
    secret: &str,
    id: &str,
    payload: &str,
    seconds: i64,
) -> RequestBuilder {
    #[expect(clippy::disallowed_methods, reason = "a client has no clock but the machine's")]
    let timestamp = jiff::Timestamp::now().as_second() + seconds;
    request
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature(secret, id, timestamp, payload))
}
