//! What must a repeat be alike in?

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;

/// A number of all that is said on a channel, however it was written. Keyed, so that it tells nothing of what was said
/// once that is forgotten.
pub(crate) fn fingerprint(key: &[u8; 32], channel: &str, said: &impl Serialize) -> u64 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(channel.as_bytes());
    mac.update(b" fingerprint ");
    mac.update(&serde_json::to_vec(said).expect("what was read as JSON can be written as JSON"));
    let digest = mac.finalize().into_bytes();
    digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
