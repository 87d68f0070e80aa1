//! Who cannot be written to? People who have blocked the bot. What is said to them does not leave until they are heard again: each
//! would be refused, and be a dead letter.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use studio_core::{dialogue::Body, id::ConversationId};

use super::Deliverer;

/// Conversations that are kept in mind; then all are forgotten, and the next message to each of them is tried.
const MOST: usize = 20_000;

/// By conversation: why nothing can be sent. A start forgets it, and one message to each is tried.
#[derive(Debug, Default)]
pub(super) struct Unreachable(Mutex<HashMap<ConversationId, String>>);

impl Unreachable {
    fn note(&self, conversation: ConversationId, why: &str) {
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(conversation, why.to_owned());
    }

    fn lift(&self, conversation: ConversationId) {
        self.lock().remove(&conversation);
    }

    pub fn why(&self, conversation: ConversationId) -> Option<String> {
        self.lock().get(&conversation).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deliverer {
    /// The person of a conversation cannot be written to, as the platform says.
    pub fn cannot_reach(&self, conversation: ConversationId, why: &str) {
        self.unreachable.note(conversation, why);
    }

    /// The person of a conversation is heard: they can be written to, unless they are heard to have blocked the bot.
    pub fn hears(&self, conversation: ConversationId, what: &Body) {
        if !matches!(what, Body::Custom { name, .. } if name == "blocked") {
            self.unreachable.lift(conversation);
        }
    }
}

#[cfg(test)]
mod tests {
    use studio_core::id::OrganisationId;

    use super::*;

    #[test]
    fn who_cannot_be_written_to_can_be_once_they_are_heard() {
        let chat = |name: &str| ConversationId::of_thread(OrganisationId::FIRST, "phone", name);
        let unreachable = Unreachable::default();
        unreachable.note(chat("7"), "blocked");
        assert_eq!(unreachable.why(chat("7")), Some("blocked".to_owned()));
        assert_eq!(unreachable.why(chat("8")), None);
        unreachable.lift(chat("7"));
        assert_eq!(unreachable.why(chat("7")), None);
        for number in 0..=MOST {
            unreachable.note(chat(&number.to_string()), "blocked");
        }
        assert_eq!(unreachable.lock().len(), 1, "it is bounded");
    }
}
