//! Which messages are found, and which must still be put into their index?
//!
//! The index is derived from the journal, behind it and beside the turns: a turn says only that its conversation has changed, which
//! costs it nothing, and `pipeline::index` reads what is new. What is not said, for the process ended before or too much had
//! changed, is found by looking through all conversations.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use studio_core::{
    api::{Conversation, FoundMessage, Search},
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
};
use studio_knowledge::{Hit, Hits, MessageIndex, MessageIndexError, said, snippet};
use studio_store::{Store, StoreError, has_words};

/// Changed conversations that are remembered; beyond them all are looked through.
const MOST_CHANGED: usize = 20_000;
/// For how long what was said may wait to be read.
const LATE: Duration = Duration::from_secs(5);
/// Messages that are read from the store at the same time.
const AT_ONCE: usize = 8;
/// Answers that are kept for their next pages, and for how long.
const MOST_KEPT: usize = 16;
const KEPT_FOR: Duration = Duration::from_mins(1);

/// The index, and what it does not hold yet.
pub struct Messages {
    folder: PathBuf,
    /// Opened behind the start, for all of its files are read then.
    index: OnceLock<MessageIndex>,
    changed: Mutex<Changed>,
    /// Whether all that was said is held, but for what `changed` has.
    complete: AtomicBool,
    /// The last answers, the newest at the end. They have no words of messages.
    kept: Mutex<VecDeque<Kept>>,
}

struct Kept {
    organisation: OrganisationId,
    at: Instant,
    found: Arc<Found>,
}

/// What must be read again.
#[derive(Debug)]
struct Changed {
    /// In the order in which they changed, each once, since when.
    conversations: VecDeque<(OrganisationId, ConversationId, Instant)>,
    known: BTreeSet<(OrganisationId, ConversationId)>,
    /// Since when the first of those waits that are being read.
    taken: Option<Instant>,
    /// Whether all conversations must be looked through.
    all: bool,
}

impl Changed {
    /// Whether something has waited for too long.
    fn is_late(&self, now: Instant) -> bool {
        let waits = self.conversations.front().map(|(_, _, since)| *since);
        let mut waits = self.taken.into_iter().chain(waits);
        waits.any(|since| now.saturating_duration_since(since) > LATE)
    }
}

/// The messages that have the words of a query, by conversation.
pub struct Found {
    query: String,
    hits: BTreeMap<ConversationId, Hit>,
    complete: bool,
}

impl Messages {
    /// Nothing is known of what the index in `folder` holds until all conversations were looked through.
    pub fn new(folder: PathBuf) -> Self {
        let changed =
            Changed { conversations: VecDeque::new(), known: BTreeSet::new(), taken: None, all: true };
        Self {
            folder,
            index: OnceLock::new(),
            changed: Mutex::new(changed),
            complete: AtomicBool::new(false),
            kept: Mutex::default(),
        }
    }

    /// Opens the index, and heals it, unless it is open; blocks for as long as it takes to read it.
    pub fn open(&self) -> Result<MessageIndex, MessageIndexError> {
        if let Some(index) = self.index.get() {
            return Ok(index.clone());
        }
        let index = MessageIndex::open(&self.folder)?;
        Ok(self.index.get_or_init(|| index).clone())
    }

    /// Something happened in a conversation.
    pub fn change(&self, organisation: OrganisationId, conversation: ConversationId) {
        self.change_at(organisation, conversation, Instant::now());
    }

    fn change_at(&self, organisation: OrganisationId, conversation: ConversationId, now: Instant) {
        let mut changed = self.changed();
        if changed.known.contains(&(organisation, conversation)) {
            return;
        }
        if changed.conversations.len() < MOST_CHANGED {
            changed.known.insert((organisation, conversation));
            changed.conversations.push_back((organisation, conversation, now));
        } else {
            changed.all = true;
            self.complete.store(false, Ordering::Relaxed);
        }
    }

    /// All conversations must be looked through.
    pub fn doubt(&self) {
        self.changed().all = true;
        self.complete.store(false, Ordering::Relaxed);
    }

    /// Something that was said is not held.
    pub fn lacks(&self) {
        self.complete.store(false, Ordering::Relaxed);
    }

    /// The conversations that must be read now, at most so many. The rest stays.
    pub fn take(&self, most: usize) -> Vec<(OrganisationId, ConversationId)> {
        let mut changed = self.changed();
        let count = most.min(changed.conversations.len());
        let taken: Vec<_> = changed.conversations.drain(..count).collect();
        changed.taken = taken.first().map(|(_, _, since)| *since);
        let ids = taken.into_iter().map(|(organisation, conversation, _)| (organisation, conversation));
        let ids: Vec<_> = ids.collect();
        for id in &ids {
            changed.known.remove(id);
        }
        ids
    }

    /// What was taken is read.
    pub fn read(&self) {
        self.changed().taken = None;
    }

    /// Whether to begin to look through all conversations: not while that is `under_way`, but once more afterwards, or under a load
    /// that lasts it would come to no end.
    pub fn looks_through(&self, under_way: bool) -> bool {
        !under_way && std::mem::take(&mut self.changed().all)
    }

    /// All was looked through, and all of it could be held or not. What was doubted meanwhile is looked through again.
    pub fn looked_through(&self, complete: bool) {
        let changed = self.changed();
        self.complete.store(complete && !changed.all, Ordering::Relaxed);
    }

    fn changed(&self) -> MutexGuard<'_, Changed> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_complete(&self, now: Instant) -> bool {
        self.complete.load(Ordering::Relaxed) && !self.changed().is_late(now)
    }

    /// What the index has. The pages behind the first one go on with what that found, so that nothing that is said meanwhile takes
    /// anything away from them.
    pub async fn find(&self, organisation: OrganisationId, query: &str, goes_on: bool) -> Arc<Found> {
        if goes_on && let Some(found) = self.kept(organisation, query, Instant::now()) {
            return found;
        }
        let found = Arc::new(self.ask(organisation, query).await);
        let kept = Kept { organisation, at: Instant::now(), found: Arc::clone(&found) };
        self.keep(kept);
        found
    }

    fn kept(&self, organisation: OrganisationId, query: &str, now: Instant) -> Option<Arc<Found>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |kept: &&Kept| {
            let age = now.saturating_duration_since(kept.at);
            kept.organisation == organisation && kept.found.query == query && age < KEPT_FOR
        };
        kept.iter().find(is_it).map(|kept| Arc::clone(&kept.found))
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| {
            let age = new.at.saturating_duration_since(one.at);
            age < KEPT_FOR && (one.organisation, &one.found.query) != (new.organisation, &new.found.query)
        });
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back(new);
    }

    /// Asks the index, on a thread that may block.
    async fn ask(&self, organisation: OrganisationId, query: &str) -> Found {
        // Read before the index is: what is put in between is found all the same.
        let complete = self.is_complete(Instant::now());
        let found = match self.index.get().cloned() {
            Some(index) => {
                let asked = query.to_owned();
                let asking = tokio::task::spawn_blocking(move || index.find(organisation, &asked));
                asking.await.unwrap_or_default()
            }
            None => Hits::default(),
        };
        Found {
            query: query.to_owned(),
            complete: complete && found.all,
            hits: found.messages.into_iter().map(|hit| (hit.conversation, hit)).collect(),
        }
    }
}

impl Found {
    pub fn conversations(&self) -> Vec<ConversationId> {
        self.hits.keys().copied().collect()
    }

    /// What is shown of the messages that were found in these conversations. The text is the store's: a conversation whose message
    /// was forgotten, or says something else by now, is taken out, unless its name or a tag has the words.
    pub async fn show(
        &self,
        store: &Store,
        organisation: OrganisationId,
        conversations: &mut Vec<Conversation>,
    ) -> Result<Search, StoreError> {
        let hits = conversations.iter().filter_map(|conversation| self.hits.get(&conversation.id));
        let hits: Vec<Hit> = hits.copied().collect();
        let mut entries = Vec::with_capacity(hits.len());
        for some in hits.chunks(AT_ONCE) {
            let read = try_join_all(some.iter().map(|hit| entry(store, organisation, *hit))).await?;
            entries.extend(read.into_iter().flatten());
        }
        let messages = self.snippets(entries).await;
        let shown: BTreeSet<ConversationId> = messages.iter().map(|message| message.conversation).collect();
        conversations
            .retain(|conversation| shown.contains(&conversation.id) || has_words(conversation, &self.query));
        Ok(Search { complete: self.complete, messages })
    }

    /// A long text is looked through for a while: on a thread that may block.
    async fn snippets(&self, entries: Vec<(Hit, Entry)>) -> Vec<FoundMessage> {
        let query = self.query.clone();
        let making = tokio::task::spawn_blocking(move || {
            let shown = entries.iter().filter_map(|(hit, entry)| {
                let snippet = snippet(&said(entry)?, &query)?;
                Some(FoundMessage { conversation: hit.conversation, sequence: hit.number, snippet })
            });
            shown.collect::<Vec<_>>()
        });
        making.await.unwrap_or_default()
    }
}

/// The entry that has the text of a message; `None` where it was forgotten.
async fn entry(
    store: &Store,
    organisation: OrganisationId,
    hit: Hit,
) -> Result<Option<(Hit, Entry)>, StoreError> {
    let page = store.journal(organisation, hit.conversation, hit.source.saturating_sub(1), 1).await?;
    let found = page.entries.into_iter().find(|entry| entry.sequence == hit.source);
    Ok(found.map(|entry| (hit, entry)))
}

#[cfg(test)]
mod tests {
    use studio_core::{
        content::Content,
        dialogue::{Happening, Speaker},
    };
    use studio_knowledge::Stretch;

    use super::*;

    const FIRST: OrganisationId = OrganisationId::FIRST;

    fn conversation(number: usize) -> ConversationId {
        ConversationId::of_thread(FIRST, "web", &number.to_string())
    }

    fn told(numbers: &[usize]) -> Vec<(OrganisationId, ConversationId)> {
        numbers.iter().map(|number| (FIRST, conversation(*number))).collect()
    }

    #[test]
    fn what_has_changed_is_told_once_in_its_order_and_bounded() {
        let messages = Messages::new(PathBuf::new());
        assert!(messages.take(9).is_empty() && messages.looks_through(false));
        messages.looked_through(true);
        for number in [3, 1, 3, 2] {
            messages.change(FIRST, conversation(number));
        }
        assert_eq!(messages.take(2), told(&[3, 1]));
        messages.change(FIRST, conversation(3));
        assert_eq!(messages.take(9), told(&[2, 3]));
        assert!(!messages.looks_through(false) && messages.complete.load(Ordering::Relaxed));
        for number in 0..=MOST_CHANGED {
            messages.change(FIRST, conversation(number));
        }
        assert!(!messages.complete.load(Ordering::Relaxed));
        assert_eq!(messages.take(usize::MAX).len(), MOST_CHANGED);
        assert!(messages.looks_through(false));
    }

    #[test]
    fn what_is_doubted_meanwhile_is_looked_through_once_more_afterwards() {
        let messages = Messages::new(PathBuf::new());
        assert!(messages.looks_through(false));
        messages.doubt();
        assert!(!messages.looks_through(true));
        messages.looked_through(true);
        assert!(!messages.is_complete(Instant::now()), "it was doubted meanwhile");
        assert!(messages.looks_through(false) && !messages.looks_through(false));
        messages.looked_through(true);
        assert!(messages.is_complete(Instant::now()));
        messages.lacks();
        assert!(!messages.is_complete(Instant::now()) && !messages.looks_through(false));
    }

    fn says_pie(number: usize) -> Stretch {
        let what =
            Happening::Said { by: Speaker::Bot, content: Content::text("a pie"), why: None, template: None };
        let entry = Entry { sequence: 1, at: jiff::Timestamp::UNIX_EPOCH, author: None, what };
        Stretch {
            organisation: FIRST,
            conversation: conversation(number),
            after: 0,
            entries: vec![entry],
            last: 1,
            version: 1,
        }
    }

    #[tokio::test]
    async fn the_next_pages_go_on_with_what_the_first_one_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let messages = Messages::new(folder.path().to_owned());
        let index = messages.open().expect("an index");
        index.put(&[says_pie(1)]).expect("put");
        let found = async |goes_on| messages.find(FIRST, "pie", goes_on).await.conversations().len();
        assert_eq!(found(true).await, 1, "nothing is kept yet");
        index.put(&[says_pie(2)]).expect("put");
        assert_eq!((found(true).await, found(false).await, found(true).await), (1, 2, 2));
        let later = Instant::now() + KEPT_FOR;
        assert!(messages.kept(FIRST, "pie", later).is_none() && messages.kept(FIRST, "p", later).is_none());
        for number in 0..MOST_KEPT {
            messages.find(FIRST, &number.to_string(), false).await;
        }
        assert!(messages.kept(FIRST, "pie", Instant::now()).is_none(), "so many are kept");
        assert_eq!(messages.kept.lock().expect("nobody panicked").len(), MOST_KEPT);
    }

    #[test]
    fn what_waits_for_long_is_told_to_be_missing_until_it_is_read() {
        let messages = Messages::new(PathBuf::new());
        assert!(messages.looks_through(false));
        messages.looked_through(true);
        let said = Instant::now();
        let (soon, late) = (said + LATE, said + LATE * 2);
        messages.change_at(FIRST, conversation(1), said);
        messages.change_at(FIRST, conversation(2), soon);
        assert!(messages.is_complete(soon) && !messages.is_complete(late));
        assert_eq!(messages.take(1), told(&[1]));
        assert!(!messages.is_complete(late), "it is not read yet");
        messages.read();
        assert!(messages.is_complete(late) && !messages.is_complete(late + LATE));
    }
}
