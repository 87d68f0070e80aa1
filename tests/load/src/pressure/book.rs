//! What did each sender send, and what of it was acknowledged?

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use studio_core::invariants::{Kept, Sent, Violation, ordered, received};

/// Senders of one conversation. Each says the next thing when the last was answered, so the order of each is known.
pub(super) type Senders = BTreeMap<usize, Vec<Sent>>;

/// All conversations by their threads. Clones are the same book.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    threads: Arc<Mutex<BTreeMap<String, Senders>>>,
}

impl Book {
    /// Before it leaves: a message that is stored was sent, whatever the answer.
    pub fn sent(&self, thread: &str, sender: usize, (id, text): (&str, &str)) {
        let sent = Sent { id: format!("{thread}:{id}"), text: text.to_owned(), acknowledged: false };
        let mut threads = self.lock();
        match threads.get_mut(thread) {
            Some(senders) => senders.entry(sender).or_default().push(sent),
            None => drop(threads.insert(thread.to_owned(), Senders::from([(sender, vec![sent])]))),
        }
    }

    /// What this sender sent last was acknowledged.
    pub fn acknowledged(&self, thread: &str, sender: usize) {
        let mut threads = self.lock();
        let senders = threads.get_mut(thread).and_then(|senders| senders.get_mut(&sender));
        if let Some(last) = senders.and_then(|sent| sent.last_mut()) {
            last.acknowledged = true;
        }
    }

    pub fn threads(&self) -> Vec<(String, Senders)> {
        self.lock().iter().map(|(thread, senders)| (thread.clone(), senders.clone())).collect()
    }

    /// What was acknowledged in this conversation.
    pub fn taken(&self, thread: &str) -> usize {
        let threads = self.lock();
        let sent = threads.get(thread).into_iter().flat_map(BTreeMap::values).flatten();
        sent.filter(|sent| sent.acknowledged).count()
    }

    /// Messages sent, and those that were acknowledged.
    pub fn counts(&self) -> (usize, usize) {
        let threads = self.lock();
        let sent = || threads.values().flat_map(BTreeMap::values).flatten();
        (sent().count(), sent().filter(|sent| sent.acknowledged).count())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Senders>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was acknowledged is kept, once, in its words, and in the order of each sender.
pub(super) fn check(senders: &Senders, kept: &[Kept]) -> Vec<Violation> {
    let all: Vec<Sent> = senders.values().flatten().cloned().collect();
    let mut violations = received(&all, kept);
    violations.extend(senders.values().flat_map(|sent| ordered(sent, kept)));
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_may_overtake_each_other_and_not_themselves() {
        let book = Book::default();
        for (sender, id) in [(0, "a1"), (1, "b1"), (0, "a2")] {
            book.sent("t", sender, (id, &format!("say {id}")));
            book.acknowledged("t", sender);
        }
        book.sent("t", 1, ("b2", "say b2"));
        assert_eq!((book.counts(), book.taken("t"), book.taken("u")), ((4, 3), 3, 0));
        let senders = &book.threads()[0].1;
        let kept = |ids: &[&str]| -> Vec<Kept> {
            let kept = |(place, id): (u64, &&str)| Kept {
                sequence: place,
                id: Some(format!("t:{id}")),
                text: format!("say {id}"),
            };
            (1..).zip(ids).map(kept).collect()
        };
        let swapped = |mut kept: Vec<Kept>| {
            let (first, second) = (kept[0].text.clone(), kept[1].text.clone());
            (kept[0].text, kept[1].text) = (second, first);
            kept
        };
        assert_eq!(check(senders, &kept(&["b1", "a1", "a2"])), []);
        assert_eq!(check(senders, &kept(&["a1", "a2", "b1", "b2"])), []);
        assert_eq!(check(senders, &kept(&["a2", "a1", "b1"])).len(), 1, "out of order");
        assert_eq!(check(senders, &kept(&["a1", "b1"])).len(), 1, "lost");
        assert_eq!(
            check(senders, &swapped(kept(&["a1", "b1", "a2"]))).len(),
            2,
            "each has the other's words"
        );
    }
}
