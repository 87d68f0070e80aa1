//! Whose turn is next? The events that wait in a lane, each conversation's in order, and the conversations in turn.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use studio_core::{
    dialogue::Body,
    id::{ConversationId, OrganisationId},
    policy::lineup::Lineup,
};
use studio_store::{InboxRow, is_personal};
use tokio::time::Instant;

type ConversationKey = (OrganisationId, ConversationId);

/// The line-up of a lane, and which of its conversations wait for their bot.
#[derive(Default)]
pub(super) struct Waiting {
    lineup: Lineup<ConversationKey, InboxRow, Instant>,
    /// Conversations that rest until their bot is published.
    sleeping: HashSet<ConversationKey>,
    asleep: Asleep,
}

/// How many events wait for a bot to be published, in all lanes.
#[derive(Clone, Debug, Default)]
pub(super) struct Asleep(Arc<AtomicUsize>);

impl Asleep {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

/// A wish to be forgotten waits for no bot: it comes first, and of what was said before it nothing has a turn any more.
/// `false` where there is no such wish.
fn forget_first(rows: &mut VecDeque<InboxRow>) -> bool {
    let Some(wish) = rows.iter().position(|row| matches!(row.event.body, Body::Forget)) else {
        return false;
    };
    let after = rows.split_off(wish + 1);
    let forget = rows.pop_back();
    let kept = std::mem::take(rows).into_iter().filter(|row| !is_personal(&row.event));
    *rows = forget.into_iter().chain(kept).chain(after).collect();
    true
}

impl Waiting {
    pub fn new(asleep: Asleep) -> Self {
        Self { asleep, ..Self::default() }
    }

    /// `false` where the event waits already: the inbox was read again.
    pub fn push(&mut self, row: InboxRow) -> bool {
        let key = key_of(&row);
        let before = self.lineup.line(key);
        // They nearly always come in the order in which they arrived, so that nothing is to be looked for.
        let last = before.and_then(VecDeque::back);
        let may_wait = last.is_some_and(|last| row.key.arrived <= last.key.arrived);
        if may_wait && before.into_iter().flatten().any(|waiting| waiting.key == row.key) {
            return false;
        }
        let before = before.map_or(0, VecDeque::len);
        self.lineup.push(key, row);
        if self.sleeping.contains(&key)
            && let Some(rows) = self.lineup.line_mut(key)
        {
            forget_first(rows);
            self.asleep.0.fetch_add(rows.len(), Ordering::AcqRel);
            self.asleep.0.fetch_sub(before, Ordering::AcqRel);
        }
        true
    }

    /// Whether this event waits here, so that it needs not be put back.
    pub fn holds(&self, row: &InboxRow) -> bool {
        self.lineup.line(key_of(row)).into_iter().flatten().any(|waiting| waiting.key == row.key)
    }

    /// The first events of up to `most` conversations of one organisation. What was taken before is over:
    /// it was put back, or is done.
    pub fn take(&mut self, most: usize) -> Vec<InboxRow> {
        self.wake();
        self.lineup.take(most, |(organisation, _)| organisation)
    }

    /// Puts an event of the last batch back before the others of its conversation.
    pub fn put_back(&mut self, row: InboxRow) {
        self.lineup.put_back(key_of(&row), row);
    }

    /// As [`Self::put_back`], and its conversation waits until then.
    pub fn rest(&mut self, row: InboxRow, until: Instant) {
        let key = key_of(&row);
        self.lineup.put_back(key, row);
        self.lineup.rest(key, until);
    }

    /// As [`Self::rest`], because the conversation's bot is not published. Not where it is to be forgotten.
    pub fn sleep(&mut self, row: InboxRow, until: Instant) {
        let key = key_of(&row);
        self.lineup.put_back(key, row);
        let Some(rows) = self.lineup.line_mut(key) else { return };
        if forget_first(rows) {
            return;
        }
        self.asleep.0.fetch_add(rows.len(), Ordering::AcqRel);
        self.lineup.rest(key, until);
        self.sleeping.insert(key);
    }

    /// Whether [`Self::take`] would return something.
    pub fn is_ready(&mut self) -> bool {
        self.wake();
        self.lineup.is_ready()
    }

    /// When the next conversation has rested.
    pub fn next_rested(&self) -> Option<Instant> {
        self.lineup.next_rested()
    }

    /// Lets go of the last batch, and of the conversations that have rested.
    fn wake(&mut self) {
        self.lineup.release();
        for key in self.lineup.wake(Instant::now()) {
            if self.sleeping.remove(&key) {
                let waiting = self.lineup.line(key).map_or(0, VecDeque::len);
                self.asleep.0.fetch_sub(waiting, Ordering::AcqRel);
            }
        }
    }
}

fn key_of(row: &InboxRow) -> ConversationKey {
    (row.key.organisation, row.conversation)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use studio_core::{
        content::Content,
        dialogue::{Body, Event},
        id::EventKey,
        understanding::Understanding,
    };
    use studio_store::InboxKey;

    use super::*;

    const OTHER: OrganisationId = OrganisationId(ulid::Ulid(9));

    fn row(organisation: OrganisationId, thread: &str, native: &str) -> InboxRow {
        let key = EventKey { source: "web".to_owned(), native: native.to_owned() };
        let body = Body::Message {
            content: Content::text("hello"),
            understanding: Understanding::default(),
            language: None,
        };
        InboxRow {
            key: InboxKey { arrived: 1, organisation, event: key.clone() },
            conversation: ConversationId::of_thread(organisation, "web", thread),
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            thread: thread.to_owned(),
            external: None,
            event: Event::new(key, jiff::Timestamp::UNIX_EPOCH, body),
            attempts: 0,
            error: None,
        }
    }

    fn waiting(threads: &[&str]) -> Waiting {
        let mut waiting = Waiting::default();
        for (number, thread) in threads.iter().enumerate() {
            assert!(waiting.push(row(OrganisationId::FIRST, thread, &format!("{thread}{number}"))));
        }
        waiting
    }

    fn natives(batch: &[InboxRow]) -> Vec<&str> {
        batch.iter().map(|row| row.key.event.native.as_str()).collect()
    }

    fn wish(thread: &str, native: &str) -> InboxRow {
        let mut row = row(OrganisationId::FIRST, thread, native);
        row.event.body = Body::Forget;
        row
    }

    #[test]
    fn who_wants_to_be_forgotten_waits_for_no_bot() {
        let asleep = Asleep::default();
        let mut waiting = Waiting::new(asleep.clone());
        let later = || Instant::now() + Duration::from_millis(20);
        for native in ["said", "said too"] {
            waiting.push(row(OrganisationId::FIRST, "a", native));
        }
        let sleepy = waiting.take(1).remove(0);
        waiting.sleep(sleepy, later());
        assert_eq!((waiting.is_ready(), asleep.count()), (false, 2));
        // It comes while the conversation sleeps.
        waiting.push(wish("a", "wish"));
        waiting.push(row(OrganisationId::FIRST, "a", "said after"));
        assert_eq!(asleep.count(), 2);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(natives(&waiting.take(1)), ["wish"]);
        // It stands behind when the bot is found to be away.
        let sleepy = waiting.take(1).remove(0);
        assert_eq!(sleepy.key.event.native, "said after");
        waiting.push(wish("a", "second wish"));
        waiting.sleep(sleepy, later());
        assert_eq!(natives(&waiting.take(1)), ["second wish"]);
        assert!(!waiting.is_ready() && waiting.lineup.is_empty() && asleep.count() == 0);
    }

    #[test]
    fn each_conversation_in_order_and_all_in_turn() {
        let mut waiting = waiting(&["a", "a", "a", "b", "c"]);
        assert_eq!(natives(&waiting.take(2)), ["a0", "b3"]);
        assert_eq!(natives(&waiting.take(2)), ["c4", "a1"]);
        assert_eq!(natives(&waiting.take(2)), ["a2"]);
        assert!(!waiting.is_ready() && waiting.lineup.is_empty());
    }

    #[test]
    fn what_is_put_back_comes_first_again() {
        let mut waiting = waiting(&["a", "a"]);
        let batch = waiting.take(9);
        for row in batch {
            waiting.put_back(row);
        }
        assert_eq!(natives(&waiting.take(9)), ["a0"]);
        assert_eq!(natives(&waiting.take(9)), ["a1"]);
    }

    #[tokio::test]
    async fn a_resting_conversation_holds_up_itself_alone() {
        let mut waiting = waiting(&["a", "a", "b"]);
        let mut batch = waiting.take(9);
        let until = Instant::now() + Duration::from_millis(20);
        waiting.rest(batch.remove(0), until);
        assert!(waiting.push(row(OrganisationId::FIRST, "b", "b9")));
        assert_eq!(natives(&waiting.take(9)), ["b9"]);
        assert!(!waiting.is_ready());
        assert_eq!(waiting.next_rested(), Some(until));
        tokio::time::sleep_until(until).await;
        assert_eq!(natives(&waiting.take(9)), ["a0"]);
        assert_eq!(natives(&waiting.take(9)), ["a1"]);
    }

    #[tokio::test]
    async fn who_has_rested_comes_behind_those_that_are_ready() {
        let mut waiting = waiting(&["a", "b", "c"]);
        for row in waiting.take(2) {
            waiting.rest(row, Instant::now());
        }
        assert_eq!(natives(&waiting.take(2)), ["c2", "a0"]);
        assert_eq!(natives(&waiting.take(2)), ["b1"]);
    }

    #[test]
    fn an_event_that_is_read_again_waits_once() {
        let mut waiting = waiting(&["a"]);
        let again = row(OrganisationId::FIRST, "a", "a0");
        assert!(!waiting.push(again.clone()));
        assert_eq!(natives(&waiting.take(9)), ["a0"]);
        assert!(waiting.take(9).is_empty());
        assert!(waiting.push(again), "its turn turns out to be done");
    }

    #[tokio::test]
    async fn sleeping_events_are_counted_until_they_wake() {
        let mut waiting = waiting(&["a", "a", "b"]);
        let mut batch = waiting.take(9);
        waiting.sleep(batch.remove(0), Instant::now() + Duration::from_millis(10));
        assert!(waiting.push(row(OrganisationId::FIRST, "a", "a9")));
        assert!(!waiting.is_ready());
        assert_eq!(waiting.asleep.count(), 3);
        tokio::time::sleep(Duration::from_millis(15)).await;
        assert_eq!(natives(&waiting.take(9)), ["a0"]);
        assert_eq!(waiting.asleep.count(), 0);
    }

    #[test]
    fn a_batch_is_of_one_organisation() {
        let mut waiting = waiting(&["a"]);
        assert!(waiting.push(row(OTHER, "a", "other")));
        assert!(waiting.push(row(OrganisationId::FIRST, "b", "b")));
        assert_eq!(natives(&waiting.take(9)), ["a0", "b"]);
        assert_eq!(natives(&waiting.take(9)), ["other"]);
    }
}
