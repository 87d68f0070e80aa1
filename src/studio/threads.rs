//! Whose is a thread that a platform calls by another name by now?

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use studio_core::id::{ConversationId, OrganisationId};
use studio_store::ThreadAlias;

/// The threads that have other names by now: few, so all of them are held.
#[derive(Debug, Default)]
pub struct Threads(RwLock<Names>);

#[derive(Debug, Default)]
struct Names {
    /// The conversation behind a new name.
    conversations: HashMap<(String, String), ConversationId>,
    /// The new name behind an old one.
    newer: HashMap<(String, String), String>,
}

impl Threads {
    pub fn new(aliases: Vec<ThreadAlias>) -> Self {
        let threads = Self::default();
        for alias in aliases {
            threads.add(&alias);
        }
        threads
    }

    pub fn add(&self, alias: &ThreadAlias) {
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let place = |thread: &str| (alias.connection.clone(), thread.to_owned());
        names.conversations.insert(place(&alias.to), alias.conversation);
        names.newer.insert(place(&alias.from), alias.to.clone());
    }

    /// Whether this was told before.
    pub fn has(&self, connection: &str, from: &str, to: &str) -> bool {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.newer.get(&(connection.to_owned(), from.to_owned())).is_some_and(|newer| newer == to)
    }

    /// The conversation of a thread, by whatever name.
    pub fn conversation(&self, connection: &str, thread: &str) -> ConversationId {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = |thread: &str| names.conversations.get(&(connection.to_owned(), thread.to_owned()));
        // A name that was never a newer one may be the second name of a conversation that began under another.
        let known = known(thread).or_else(|| known(&names.newest(connection, thread)));
        known.copied().unwrap_or_else(|| ConversationId::of_thread(OrganisationId::FIRST, connection, thread))
    }

    /// What the platform calls a thread by now.
    pub fn newest(&self, connection: &str, thread: &str) -> String {
        self.0.read().unwrap_or_else(PoisonError::into_inner).newest(connection, thread)
    }
}

impl Names {
    fn newest(&self, connection: &str, thread: &str) -> String {
        let mut thread = thread.to_owned();
        // A circle would be the platform's mistake: as many steps as there are names are enough.
        for _ in 0..self.newer.len() {
            match self.newer.get(&(connection.to_owned(), thread.clone())) {
                Some(newer) => thread.clone_from(newer),
                None => break,
            }
        }
        thread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_one_conversation_under_all_its_names() {
        let threads = Threads::default();
        let conversation = threads.conversation("shop", "1");
        for (from, to) in [("1", "2"), ("2", "3"), ("3", "1")] {
            let conversation = threads.conversation("shop", from);
            threads.add(&ThreadAlias {
                organisation: OrganisationId::FIRST,
                connection: "shop".to_owned(),
                from: from.to_owned(),
                to: to.to_owned(),
                conversation,
            });
            assert_eq!(threads.conversation("shop", to), conversation);
        }
        for thread in ["1", "2", "3"] {
            assert_eq!(threads.conversation("shop", thread), conversation, "{thread}");
        }
        assert_ne!(threads.conversation("other", "2"), conversation);
        let once = Threads::new(vec![ThreadAlias {
            organisation: OrganisationId::FIRST,
            connection: "shop".to_owned(),
            from: "1".to_owned(),
            to: "2".to_owned(),
            conversation,
        }]);
        assert!(once.has("shop", "1", "2") && !once.has("shop", "2", "1") && !once.has("other", "1", "2"));
        assert_eq!(once.newest("shop", "1"), "2");
        assert_eq!(once.newest("shop", "2"), "2");
        assert_eq!(once.newest("other", "1"), "1");
    }

    #[test]
    fn a_second_name_is_of_the_conversation_that_began_under_the_first() {
        let talks = Threads::default().conversation("shop", "DE.1");
        let alias = |from: &str, to: &str| ThreadAlias {
            organisation: OrganisationId::FIRST,
            connection: "shop".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            conversation: talks,
        };
        let threads = Threads::new(vec![alias("phone.7", "DE.1"), alias("DE.1", "DE.2")]);
        for thread in ["phone.7", "DE.1", "DE.2"] {
            assert_eq!(threads.conversation("shop", thread), talks, "{thread}");
            assert_eq!(threads.newest("shop", thread), "DE.2");
        }
    }
}
