//! The list of conversations.

use std::collections::{BTreeMap, BTreeSet};

use studio_core::{api::Conversation, id::ConversationId};

use crate::{draft::Draft, keys::Filter};

/// The list of conversations.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// By id, so that the selection stays where it is when the list moves.
    pub selected: Option<ConversationId>,
    pub filter: Filter,
    pub query: Draft,
    pub searching: bool,
    /// What the server found for the query, also by words that the list does not show.
    pub found: BTreeSet<ConversationId>,
    /// The query that `found` answers, and that the server was last asked.
    pub asked: String,
    pub generation: u64,
    pub loading: bool,
    pub pages: u32,
    pub next_cursor: Option<String>,
    /// Something may have been missed: read again at the next tick.
    pub stale: bool,
    /// What the live stream told of since the list was asked for: newer than its answer.
    pub told: BTreeSet<ConversationId>,
}

impl Inbox {
    pub(super) fn matches(&self, conversation: &Conversation, query: &str) -> bool {
        let has = |text: &str| text.to_lowercase().contains(query);
        query.is_empty()
            || has(&conversation.contact_name)
            || has(&conversation.preview)
            || has(&conversation.channel)
            || has(&conversation.connection)
            || conversation.tags.iter().any(|tag| has(tag))
            || self.found.contains(&conversation.id)
    }
}
