//! Whose turn is next? The events that wait in a lane, each conversation's in order, and the conversations in turn.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use studio_core::{
    dialogue::{Act, Body},
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
    /// Those and the ones that only look whether it is there by now.
    without_bot: HashSet<ConversationKey>,
    asleep: Asleep,
}

/// What waits for a bot to be published, in all lanes.
#[derive(Clone, Debug, Default)]
pub(super) struct Asleep {
    events: Arc<AtomicUsize>,
    /// The bot for which a conversation waits.
    bots: Arc<Mutex<HashMap<ConversationKey, String>>>,
}

impl Asleep {
    /// How many events.
    pub fn count(&self) -> usize {
        self.events.load(Ordering::Acquire)
    }

    /// The bot for which this conversation waits.
    pub fn bot(&self, organisation: OrganisationId, conversation: ConversationId) -> Option<String> {
        self.bots().get(&(organisation, conversation)).cloned()
    }

    /// How many conversations wait for each bot.
    pub fn by_bot(&self, organisation: OrganisationId) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for (_, bot) in self.bots().iter().filter(|((owner, _), _)| *owner == organisation) {
            *found.entry(bot.clone()).or_default() += 1;
        }
        found
    }

    fn bots(&self) -> MutexGuard<'_, HashMap<ConversationKey, String>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether this is something that a member does without the bot: all but to hand the conversation back to it.
pub(super) fn is_without_bot(row: &InboxRow) -> bool {
    matches!(&row.event.body, Body::Act { act, .. } if *act != Act::HandBack)
}

/// Whether a member gives the conversation back to the bot by this.
pub(super) fn is_hand_back(row: &InboxRow) -> bool {
    matches!(&row.event.body, Body::Act { act: Act::HandBack, .. })
}

/// What members do without the bot comes before what waits for it. `false` where there is nothing of this.
fn acts_first(rows: &mut VecDeque<InboxRow>) -> bool {
    first(rows, is_without_bot)
}

/// A hand-back comes behind all else: until its bot runs the member keeps the conversation, in which the visitor is heard.
/// `false` where there is nothing else.
fn hand_backs_last(rows: &mut VecDeque<InboxRow>) -> bool {
    first(rows, |row| !is_hand_back(row))
}

/// What comes first, and the others behind it, each as they stood. `false` where nothing does.
fn first(rows: &mut VecDeque<InboxRow>, comes_first: impl Fn(&InboxRow) -> bool) -> bool {
    if !rows.iter().any(&comes_first) {
        return false;
    }
    let (before, behind): (Vec<_>, Vec<_>) = std::mem::take(rows).into_iter().partition(comes_first);
    *rows = before.into_iter().chain(behind).collect();
    true
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
        // Where something was let before what waits for a bot, the last is not the newest.
        let may_wait =
            self.without_bot.contains(&key) || last.is_some_and(|last| row.key.arrived <= last.key.arrived);
        if may_wait && before.into_iter().flatten().any(|waiting| waiting.key == row.key) {
            return false;
        }
        let before = before.map_or(0, VecDeque::len);
        self.lineup.push(key, row);
        if self.sleeping.contains(&key)
            && let Some(rows) = self.lineup.line_mut(key)
        {
            let is_awaited = !forget_first(rows) && acts_first(rows);
            let now = rows.len();
            self.asleep.events.fetch_add(now, Ordering::AcqRel);
            self.asleep.events.fetch_sub(before, Ordering::AcqRel);
            if is_awaited {
                self.sleeping.remove(&key);
                self.asleep.events.fetch_sub(now, Ordering::AcqRel);
                self.lineup.rouse(key);
            }
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

    /// As [`Self::rest`], because the conversation's bot is not published. Not where it is to be forgotten, or a member does
    /// something that needs no bot.
    pub fn sleep(&mut self, row: InboxRow, until: Instant, bot: String) {
        self.sleep_unless(row, until, bot, acts_first);
    }

    /// As [`Self::sleep`], for a hand-back of a member who has the conversation. What comes while it rests is looked at when it
    /// has rested.
    pub fn put_off(&mut self, row: InboxRow, until: Instant, bot: String) {
        self.sleep_unless(row, until, bot, hand_backs_last);
    }

    /// `awakens` tells whether something waits that has its turn now, and lets it come first.
    fn sleep_unless(
        &mut self,
        row: InboxRow,
        until: Instant,
        bot: String,
        awakens: impl Fn(&mut VecDeque<InboxRow>) -> bool,
    ) {
        let key = key_of(&row);
        self.lineup.put_back(key, row);
        let Some(rows) = self.lineup.line_mut(key) else { return };
        if forget_first(rows) || awakens(rows) {
            return;
        }
        self.asleep.events.fetch_add(rows.len(), Ordering::AcqRel);
        self.lineup.rest(key, until);
        self.sleeping.insert(key);
        self.without_bot.insert(key);
        self.asleep.bots().insert(key, bot);
    }

    /// An event of this conversation has its turn, or had it: it waits for no bot, as far as is known.
    pub fn has_turn(&mut self, row: &InboxRow) {
        let key = key_of(row);
        if self.without_bot.remove(&key) {
            self.asleep.bots().remove(&key);
        }
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
                self.asleep.events.fetch_sub(waiting, Ordering::AcqRel);
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
        id::{EventKey, MemberId},
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
        waiting.sleep(sleepy, later(), "shop".to_owned());
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
        waiting.sleep(sleepy, later(), "shop".to_owned());
        assert_eq!(natives(&waiting.take(1)), ["second wish"]);
        assert!(!waiting.is_ready() && waiting.lineup.is_empty() && asleep.count() == 0);
    }

    fn act(thread: &str, native: &str, act: Act) -> InboxRow {
        let mut row = row(OrganisationId::FIRST, thread, native);
        let by = MemberId(ulid::Ulid(1));
        row.event.body = Body::Act { by, name: "Ada".to_owned(), act, overrules: false };
        row
    }

    #[test]
    fn what_members_do_waits_for_no_bot() {
        let asleep = Asleep::default();
        let mut waiting = Waiting::new(asleep.clone());
        let never = || Instant::now() + Duration::from_hours(1);
        waiting.push(row(OrganisationId::FIRST, "a", "said"));
        let first = waiting.take(1).remove(0);
        waiting.sleep(first, never(), "shop".to_owned());
        let conversation = ConversationId::of_thread(OrganisationId::FIRST, "web", "a");
        assert!(!waiting.is_ready());
        assert_eq!(asleep.bot(OrganisationId::FIRST, conversation).as_deref(), Some("shop"));
        assert_eq!(asleep.by_bot(OrganisationId::FIRST), BTreeMap::from([("shop".to_owned(), 1)]));
        assert!(asleep.by_bot(OTHER).is_empty());
        // To hand it back is the bot's as well.
        waiting.push(act("a", "back", Act::HandBack));
        assert_eq!((waiting.is_ready(), asleep.count()), (false, 2));
        waiting.push(act("a", "over", Act::TakeOver));
        waiting.push(act("a", "close", Act::Close));
        assert!(waiting.is_ready());
        let batch = waiting.take(9);
        assert_eq!((natives(&batch), asleep.count()), (vec!["over"], 0));
        waiting.has_turn(&batch[0]);
        assert_eq!(asleep.bot(OrganisationId::FIRST, conversation), None);
        // It came behind what cannot be done, and is done first all the same.
        let said = waiting.take(9).remove(0);
        assert_eq!(said.key.event.native, "said");
        waiting.sleep(said, never(), "shop".to_owned());
        assert_eq!(natives(&waiting.take(9)), ["close"]);
        let said = waiting.take(9).remove(0);
        waiting.push(act("a", "note", Act::Note { text: "it waits".to_owned() }));
        waiting.sleep(said, never(), "shop".to_owned());
        assert_eq!(natives(&waiting.take(9)), ["note"]);
        assert_eq!(natives(&waiting.take(9)), ["said"]);
        assert_eq!(natives(&waiting.take(9)), ["back"]);
        assert!(!waiting.is_ready() && waiting.lineup.is_empty() && asleep.count() == 0);
    }

    #[test]
    fn the_member_keeps_the_conversation_while_a_hand_back_waits() {
        let asleep = Asleep::default();
        let mut waiting = Waiting::new(asleep.clone());
        waiting.push(act("a", "back", Act::HandBack));
        for native in ["said", "said too"] {
            waiting.push(row(OrganisationId::FIRST, "a", native));
        }
        let back = |waiting: &mut Waiting| {
            let back = waiting.take(9).remove(0);
            assert!(is_hand_back(&back), "{back:?}");
            back
        };
        let first = back(&mut waiting);
        waiting.put_off(first, Instant::now() + Duration::from_hours(1), "shop".to_owned());
        assert_eq!((natives(&waiting.take(9)), asleep.count()), (vec!["said"], 0));
        assert_eq!(natives(&waiting.take(9)), ["said too"]);
        // There is nothing else any more: it rests, and what came meanwhile is before it when it has rested.
        let again = back(&mut waiting);
        waiting.put_off(again, Instant::now() + Duration::from_millis(10), "shop".to_owned());
        waiting.push(row(OrganisationId::FIRST, "a", "said later"));
        assert_eq!(asleep.count(), 2);
        std::thread::sleep(Duration::from_millis(15));
        let rested = back(&mut waiting);
        assert_eq!(asleep.count(), 0);
        waiting.put_off(rested, Instant::now() + Duration::from_hours(1), "shop".to_owned());
        assert_eq!(natives(&waiting.take(9)), ["said later"]);
        back(&mut waiting);
        assert!(!waiting.is_ready() && waiting.lineup.is_empty());
    }

    #[test]
    fn what_was_let_before_others_waits_once_when_the_inbox_is_read_again() {
        let mut waiting = Waiting::default();
        let at = |arrived: u64, mut row: InboxRow| {
            row.key.arrived = arrived;
            row
        };
        let over = || at(2, act("a", "over", Act::TakeOver));
        waiting.push(at(1, row(OrganisationId::FIRST, "a", "said")));
        let said = waiting.take(9).remove(0);
        waiting.sleep(said, Instant::now() + Duration::from_hours(1), "shop".to_owned());
        assert!(waiting.push(over()));
        assert!(!waiting.push(over()));
        assert_eq!(natives(&waiting.take(9)), ["over"]);
        assert_eq!(natives(&waiting.take(9)), ["said"]);
        assert!(!waiting.is_ready());
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
        waiting.sleep(batch.remove(0), Instant::now() + Duration::from_millis(10), "shop".to_owned());
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
