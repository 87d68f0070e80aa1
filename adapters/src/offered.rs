//! What was offered in a conversation, and is meant by what comes back?

use studio_core::{content::Content, id::ConversationId};

use crate::host::{Host, HostError};

/// Messages that are read at once.
const PAGE: u64 = 200;

/// What `look` finds in the latest message that has it, among the last `farthest`.
pub(crate) async fn find<H: Host, T>(
    host: &H,
    conversation: ConversationId,
    farthest: u64,
    look: impl Fn(&Content) -> Option<T> + Send,
) -> Result<Option<T>, HostError> {
    let newest = host.standing(conversation).await?.sequence;
    let mut before = newest;
    while before > 0 && newest - before < farthest {
        let after = before.saturating_sub(PAGE);
        let limit = usize::try_from(before - after).unwrap_or(usize::MAX);
        let page = host.messages(conversation, after, limit).await?;
        if let Some(found) = page.iter().rev().find_map(|message| look(&message.content)) {
            return Ok(Some(found));
        }
        before = after;
    }
    Ok(None)
}
