//! Whose turn is next? The events that wait in a lane, each conversation's in order, and the conversations in turn.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use studio_core::{
    dialogue::Body,
    id::{ConversationId, OrganisationId},
};
use studio_store::{InboxRow, is_personal};
use tokio::time::Instant;

type Place = (OrganisationId, ConversationId);

/// Every operation is cheap however many events wait, and however many of them are one conversation's.
#[derive(Default)]
pub(super) struct Waiting {
    lines: HashMap<Place, Line>,
    /// Conversations whose first event may run; each stands here once at most.
    ready: VecDeque<Place>,
    /// Until when a conversation rests whose first event failed.
    resting: BinaryHeap<Reverse<(Instant, Place)>>,
    /// Conversations of the last batch.
    running: Vec<Place>,
    asleep: Asleep,
}

/// How many events wait for a bot to be published, in all lanes.
#[derive(Clone, Debug, Default)]
pub(super) struct Asleep(Arc<AtomicUsize>);

#[derive(Default)]
struct Line {
    rows: VecDeque<InboxRow>,
    rests: bool,
    /// Rests until its bot is published.
    sleeps: bool,
}

impl Asleep {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

impl Line {
    /// A wish to be forgotten waits for no bot: it comes first, and of what was said before it nothing has a turn any more.
    /// `false` where there is no such wish.
    fn forget_first(&mut self) -> bool {
        let Some(wish) = self.rows.iter().position(|row| matches!(row.event.body, Body::Forget)) else {
            return false;
        };
        let after = self.rows.split_off(wish + 1);
        let forget = self.rows.pop_back();
        let kept = std::mem::take(&mut self.rows).into_iter().filter(|row| !is_personal(&row.event));
        self.rows = forget.into_iter().chain(kept).chain(after).collect();
        true
    }
}

impl Waiting {
    pub fn new(asleep: Asleep) -> Self {
        Self { asleep, ..Self::default() }
    }

    /// `false` where the event waits already: the inbox was read again.
    pub fn push(&mut self, row: InboxRow) -> bool {
        let place = place(&row);
        let line = self.lines.entry(place).or_insert_with(|| {
            self.ready.push_back(place);
            Line::default()
        });
        // They nearly always come in the order in which they arrived, so that nothing is to be looked for.
        let may_wait = line.rows.back().is_some_and(|last| row.key.arrived <= last.key.arrived);
        if may_wait && line.rows.iter().any(|waiting| waiting.key == row.key) {
            return false;
        }
        let before = line.rows.len();
        line.rows.push_back(row);
        if line.sleeps {
            line.forget_first();
            self.asleep.0.fetch_add(line.rows.len(), Ordering::AcqRel);
            self.asleep.0.fetch_sub(before, Ordering::AcqRel);
        }
        true
    }

    /// The first events of up to `most` conversations of one organisation. What was taken before is over:
    /// it was put back, or is done.
    pub fn take(&mut self, most: usize) -> Vec<InboxRow> {
        self.wake();
        let mut batch = Vec::new();
        let mut others = Vec::new();
        let organisation = self.ready.front().map(|(organisation, _)| *organisation);
        // One organisation's crowd must not make a lane look at all of it for another's few.
        while batch.len() < most && others.len() < most {
            let Some(place) = self.ready.pop_front() else { break };
            if Some(place.0) != organisation {
                others.push(place);
                continue;
            }
            batch.extend(self.lines.get_mut(&place).and_then(|line| line.rows.pop_front()));
            self.running.push(place);
        }
        for place in others.into_iter().rev() {
            self.ready.push_front(place);
        }
        batch
    }

    /// Puts an event of the last batch back before the others of its conversation.
    pub fn put_back(&mut self, row: InboxRow) {
        if let Some(line) = self.lines.get_mut(&place(&row)) {
            line.rows.push_front(row);
        }
    }

    /// As [`Self::put_back`], and its conversation waits until then.
    pub fn rest(&mut self, row: InboxRow, until: Instant) {
        let place = place(&row);
        if let Some(line) = self.lines.get_mut(&place) {
            line.rows.push_front(row);
            line.rests = true;
            self.resting.push(Reverse((until, place)));
        }
    }

    /// As [`Self::rest`], because the conversation's bot is not published. Not where it is to be forgotten.
    pub fn sleep(&mut self, row: InboxRow, until: Instant) {
        let place = place(&row);
        self.put_back(row);
        if let Some(line) = self.lines.get_mut(&place) {
            if line.forget_first() {
                return;
            }
            line.rests = true;
            self.resting.push(Reverse((until, place)));
            line.sleeps = true;
            self.asleep.0.fetch_add(line.rows.len(), Ordering::AcqRel);
        }
    }

    /// Whether [`Self::take`] would return something.
    pub fn is_ready(&mut self) -> bool {
        self.wake();
        !self.ready.is_empty()
    }

    /// When the next conversation has rested.
    pub fn next_rested(&self) -> Option<Instant> {
        self.resting.peek().map(|Reverse((until, _))| *until)
    }

    /// Lets go of the last batch, and of the conversations that have rested; they come behind those that are ready, however
    /// often they look whether what they wait for is there.
    fn wake(&mut self) {
        for place in self.running.drain(..) {
            match self.lines.get(&place) {
                Some(line) if line.rests => {}
                Some(line) if line.rows.is_empty() => {
                    self.lines.remove(&place);
                }
                Some(_) => self.ready.push_back(place),
                None => {}
            }
        }
        let now = Instant::now();
        while let Some(Reverse((until, place))) = self.resting.peek().copied() {
            if until > now {
                break;
            }
            self.resting.pop();
            if let Some(line) = self.lines.get_mut(&place) {
                line.rests = false;
                if std::mem::take(&mut line.sleeps) {
                    self.asleep.0.fetch_sub(line.rows.len(), Ordering::AcqRel);
                }
                self.ready.push_back(place);
            }
        }
    }
}

fn place(row: &InboxRow) -> Place {
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
            event: Event { key, at: jiff::Timestamp::UNIX_EPOCH, said_at: None, body },
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
        assert!(!waiting.is_ready() && waiting.lines.is_empty() && asleep.count() == 0);
    }

    #[test]
    fn each_conversation_in_order_and_all_in_turn() {
        let mut waiting = waiting(&["a", "a", "a", "b", "c"]);
        assert_eq!(natives(&waiting.take(2)), ["a0", "b3"]);
        assert_eq!(natives(&waiting.take(2)), ["c4", "a1"]);
        assert_eq!(natives(&waiting.take(2)), ["a2"]);
        assert!(!waiting.is_ready() && waiting.lines.is_empty());
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
