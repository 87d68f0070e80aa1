//! What was refused and comes again must not stand behind what was said after it.
//!
//! A platform sends again what was not acknowledged when it likes: after seconds, or hours, and meanwhile what is said next may find room.
//! So what was refused is kept in mind, and taken before anything later of its conversation; what the platform sends again
//! then is a repeat. Nobody waits for the platform, and nothing is acknowledged that is not stored: what is forgotten here comes
//! again all the same, and only its place is lost (docs/decisions/0015-refused-before-later.md).

use std::{collections::VecDeque, time::Duration};

use jiff::Timestamp;
use studio_core::{dialogue::Body, policy::pressure::Urgency};
use tokio::time::Instant;

/// Most events of a connection that are kept in mind, and most bytes of what told them.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 4 << 20;
/// How long one keeps its place. Behind it stands nobody for longer, should the store never take it.
const LONGEST: Duration = Duration::from_hours(1);

/// What of a connection was refused: in the order in which it came first, and within a conversation as it was said.
#[derive(Debug)]
pub(crate) struct Late<E> {
    all: VecDeque<Refused<E>>,
    bytes: usize,
}

/// Something that comes again.
#[derive(Debug)]
pub(crate) struct Refused<E> {
    /// The platform's own id of the event, and of its conversation.
    pub native: String,
    pub thread: String,
    /// By the platform's clock, where it tells that.
    pub said_at: Option<Timestamp>,
    pub event: E,
    /// Of what told it.
    pub bytes: usize,
    pub since: Instant,
}

/// Whether somebody says something by it. What is refused before that (`policy::pressure`) must not keep words waiting.
pub(crate) fn keeps_place(body: &Body) -> bool {
    Urgency::of(body) == Urgency::Said
}

impl<E> Default for Late<E> {
    fn default() -> Self {
        Self { all: VecDeque::new(), bytes: 0 }
    }
}

impl<E: Clone> Late<E> {
    /// Where there is no room it is not kept in mind.
    pub fn refused(&mut self, one: Refused<E>) {
        self.drop_where(|known| one.since.duration_since(known.since) >= LONGEST);
        let is_known = self.all.iter().any(|known| known.native == one.native);
        if is_known || self.all.len() >= MOST || self.bytes + one.bytes > MOST_BYTES {
            return;
        }
        self.bytes += one.bytes;
        let is_behind =
            |known: &Refused<E>| known.thread == one.thread && is_later(known.said_at, one.said_at);
        let place = self.all.iter().position(is_behind).unwrap_or(self.all.len());
        self.all.insert(place, one);
    }

    /// What is to be taken before an event of this conversation, with its own id: the first that came before it, and was not said
    /// later.
    pub fn before(
        &self,
        native: &str,
        thread: &str,
        said_at: Option<Timestamp>,
        now: Instant,
    ) -> Option<(String, E)> {
        let is_before = |one: &&Refused<E>| {
            now.duration_since(one.since) < LONGEST && one.thread == thread && !is_later(one.said_at, said_at)
        };
        let first = self.all.iter().take_while(|one| one.native != native).find(is_before)?;
        Some((first.native.clone(), first.event.clone()))
    }

    /// It was taken, or never will be.
    pub fn settled(&mut self, native: &str) {
        self.drop_where(|one| one.native == native);
    }

    fn drop_where(&mut self, is_over: impl Fn(&Refused<E>) -> bool) {
        self.all.retain(|one| !is_over(one));
        self.bytes = self.all.iter().map(|one| one.bytes).sum();
    }
}

/// Whether one was surely said later than another.
fn is_later(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one > other)
}

#[cfg(test)]
mod tests {
    use studio_core::content::Content;

    use super::*;

    fn refused(
        native: &str,
        thread: &str,
        said_at: Option<i64>,
        bytes: usize,
        since: Instant,
    ) -> Refused<()> {
        let (native, thread) = (native.to_owned(), thread.to_owned());
        Refused { native, thread, said_at: said_at.map(at), event: (), bytes, since }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("within jiff's range")
    }

    fn before(late: &Late<()>, native: &str, thread: &str, said_at: i64, now: Instant) -> Option<String> {
        late.before(native, thread, Some(at(said_at)), now).map(|(native, ())| native)
    }

    #[test]
    fn what_was_refused_stands_before_what_is_said_later_in_its_conversation() {
        let (mut late, now) = (Late::default(), Instant::now());
        for (native, thread) in [("1", "ada"), ("2", "ben"), ("3", "ada"), ("1", "ada")] {
            late.refused(refused(native, thread, None, 10, now));
        }
        let before = |late: &Late<()>, native: &str, thread: &str| before(late, native, thread, 0, now);
        assert_eq!(before(&late, "4", "ada").as_deref(), Some("1"));
        assert_eq!(before(&late, "3", "ada").as_deref(), Some("1"));
        assert_eq!(before(&late, "1", "ada"), None, "it comes again itself");
        assert_eq!(before(&late, "4", "eve"), None);
        late.settled("1");
        assert_eq!(before(&late, "3", "ada"), None);
        assert_eq!(before(&late, "4", "ada").as_deref(), Some("3"));
        assert_eq!(late.bytes, 20);
    }

    #[test]
    fn what_was_said_later_and_came_first_stands_behind() {
        let (mut late, now) = (Late::default(), Instant::now());
        for second in [30, 20, 40] {
            late.refused(refused(&second.to_string(), "ada", Some(second), 1, now));
        }
        for (said_at, expected) in [(10, None), (25, Some("20")), (50, Some("20"))] {
            assert_eq!(before(&late, "new", "ada", said_at, now).as_deref(), expected, "{said_at}");
        }
        assert_eq!(before(&late, "30", "ada", 30, now).as_deref(), Some("20"));
        assert_eq!(before(&late, "20", "ada", 20, now), None);
    }

    #[test]
    fn so_much_is_kept_in_mind_and_for_so_long() {
        let (mut late, now) = (Late::default(), Instant::now());
        for number in 0..=MOST {
            late.refused(refused(&number.to_string(), "ada", None, 1, now));
        }
        assert_eq!(late.all.len(), MOST, "the first ones keep their places");
        let over = now + LONGEST;
        assert_eq!(before(&late, "new", "ada", 0, over), None);
        late.refused(refused("large", "ada", None, MOST_BYTES + 1, over));
        assert_eq!((late.all.len(), late.bytes), (0, 0));
        late.refused(refused("fits", "ada", None, MOST_BYTES, over));
        late.refused(refused("more", "ada", None, 1, over));
        assert_eq!((late.all.len(), late.bytes), (1, MOST_BYTES));
    }

    #[test]
    fn only_what_somebody_says_keeps_its_place() {
        assert!(keeps_place(&Body::said(Content::text("hello"), None)));
        assert!(keeps_place(&Body::Deleted { id: "1".to_owned() }));
        let reaction = Body::Custom { name: "reaction".to_owned(), data: serde_json::Value::Null };
        assert!(!keeps_place(&reaction));
    }
}
