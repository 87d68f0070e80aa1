//! What was offered in a conversation, and is meant by what comes back?

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use studio_core::{api::Message, id::ConversationId};

use crate::host::{Host, HostError};

/// Entries of the journal that are read at once.
const PAGE: u64 = 200;
/// And how many of them are looked through, on every channel: a button that stands further back means the words on it.
const FARTHEST: u64 = 5_000;

/// What `look` finds in the latest message that has it, among the last 5,000 entries of the journal.
pub(crate) async fn find<H: Host, T>(
    host: &H,
    conversation: ConversationId,
    look: impl Fn(&Message) -> Option<T> + Send,
) -> Result<Option<T>, HostError> {
    let newest = host.standing(conversation).await?.sequence;
    let mut before = newest;
    while before > 0 && newest - before < FARTHEST {
        let after = before.saturating_sub(PAGE);
        let limit = usize::try_from(before - after).unwrap_or(usize::MAX);
        let page = host.messages(conversation, after, limit).await?;
        if let Some(found) = page.iter().rev().find_map(&look) {
            return Ok(Some(found));
        }
        before = after;
    }
    Ok(None)
}

/// What stands for a value that a platform cannot carry: a keyed hash, so that nobody without the key can make one.
pub(crate) fn mark(key: &[u8; 32], channel: &str, value: &str) -> [u8; 16] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [channel, " value ", value] {
        mac.update(part.as_bytes());
    }
    let mut mark = [0; 16];
    mark.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_its_key_its_channel_and_its_value() {
        let one = mark(&[7; 32], "slack", "yes");
        assert_eq!(one, mark(&[7; 32], "slack", "yes"));
        for other in
            [mark(&[8; 32], "slack", "yes"), mark(&[7; 32], "discord", "yes"), mark(&[7; 32], "slack", "no")]
        {
            assert_ne!(one, other);
        }
    }
}
