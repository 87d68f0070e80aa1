//! The list of conversations.

use std::collections::{BTreeMap, BTreeSet};

use studio_core::{
    api::{Conversation, FoundMessage},
    id::ConversationId,
};

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
    pub found: Found,
    /// The query that `found` answers, and that the server was last asked.
    pub asked: String,
    /// Why the server did not answer it, as it was told.
    pub refused: Option<String>,
    pub generation: u64,
    pub loading: bool,
    pub pages: u32,
    pub next_cursor: Option<String>,
    /// Something may have been missed: read again at the next tick.
    pub stale: bool,
    /// What the live stream told of since the list was asked for: newer than its answer.
    pub told: BTreeSet<ConversationId>,
}

/// What the server found for a query.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Each with the message where it stands in one.
    pub conversations: BTreeMap<ConversationId, Option<FoundMessage>>,
    /// Whether not all messages were looked through.
    pub incomplete: bool,
}

/// What is searched for, in lower case but for names: `tag:urgent channel:web bot:shop parcel` is a tag, a channel, a bot, and a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    pub tag: Option<String>,
    pub channel: Option<String>,
    pub bot: Option<String>,
    pub connection: Option<String>,
    pub words: String,
}

impl Sought {
    pub fn of(query: &str) -> Self {
        let mut sought = Self::default();
        let mut words = Vec::new();
        for word in query.split_whitespace() {
            let lower = word.to_lowercase();
            let named = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
            let name = || word.split_once(':').and_then(|(_, name)| named(name));
            match lower.split_once(':') {
                Some(("tag", tag)) => sought.tag = named(tag),
                Some(("channel", channel)) => sought.channel = named(channel),
                Some(("bot", _)) => sought.bot = name(),
                Some(("connection", _)) => sought.connection = name(),
                Some(_) | None => words.push(lower),
            }
        }
        sought.words = words.join(" ");
        sought
    }

    fn fits(&self, conversation: &Conversation) -> bool {
        let is = |sought: Option<&str>, text: &str| {
            sought.is_none_or(|sought| sought.to_lowercase() == text.to_lowercase())
        };
        let has = |text: &str| text.to_lowercase().contains(&self.words);
        let is_tagged =
            self.tag.is_none() || conversation.tags.iter().any(|tag| is(self.tag.as_deref(), tag));
        let has_words = has(&conversation.contact_name)
            || conversation.thread.as_deref().is_some_and(has)
            || has(&conversation.preview)
            || has(&conversation.channel)
            || has(&conversation.connection)
            || conversation.tags.iter().any(|tag| has(tag));
        is_tagged
            && is(self.channel.as_deref(), &conversation.channel)
            && is(self.bot.as_deref(), &conversation.bot)
            && is(self.connection.as_deref(), &conversation.connection)
            && has_words
    }
}

impl Inbox {
    pub(super) fn matches(&self, conversation: &Conversation, sought: &Sought) -> bool {
        sought.fits(conversation) || self.found.conversations.contains_key(&conversation.id)
    }

    /// What the list shows of a conversation's words: those that were searched for, or the last.
    pub fn words<'a>(&'a self, conversation: &'a Conversation) -> &'a str {
        self.message_of(conversation.id).map_or(&conversation.preview, |found| &found.snippet)
    }

    /// The message that was found in a conversation.
    pub fn message_of(&self, conversation: ConversationId) -> Option<&FoundMessage> {
        self.found.conversations.get(&conversation).and_then(Option::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_search_is_for_a_tag_a_channel_and_words() {
        let conversation = Conversation {
            channel: "http".into(),
            thread: Some("Customer-17".into()),
            tags: ["Urgent".to_owned(), "late".to_owned()].into(),
            ..samples::conversation("Ben")
        };
        for (query, expected) in [
            ("", true),
            (" ", true),
            ("ben", true),
            ("BEN ", true),
            ("customer-17", true),
            ("urg", true),
            ("tag:urgent", true),
            ("TAG:Late where", true),
            ("tag:urg", false),
            ("tag:ben", false),
            ("tag:urgent ada", false),
            ("tag:", true),
            ("channel:http tag:late", true),
            ("channel:web", false),
            ("bot:shop ben", true),
            ("Bot:SHOP", true),
            ("bot:xx", false),
            ("connection:web", true),
            ("connection:other ben", false),
            ("other:late", false),
        ] {
            assert_eq!(Sought::of(query).fits(&conversation), expected, "{query:?}");
        }
    }
}
