//! What was refused and comes again must not stand behind what was said after it.
//!
//! A platform sends again what was not acknowledged when it likes: after seconds, or hours, and meanwhile what is said next may find room.
//! So what was refused is kept in mind, and taken before anything later of its conversation; what the platform sends again
//! then is a repeat. Nobody waits for the platform, and nothing is acknowledged that is not stored: what is forgotten here comes
//! again all the same, and only its place is lost (docs/decisions/0015-refused-before-later.md).

use std::{collections::VecDeque, time::Duration};

use studio_core::{dialogue::Body, policy::pressure::Urgency};
use tokio::time::Instant;

/// Most events of a connection that are kept in mind, and most bytes of what told them.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 4 << 20;
/// How long one keeps its place. Behind it stands nobody for longer, should the store never take it.
const LONGEST: Duration = Duration::from_hours(1);

/// What of a connection was refused, in the order in which it came first.
#[derive(Debug)]
pub(crate) struct Late<E> {
    all: VecDeque<Refused<E>>,
    bytes: usize,
}

#[derive(Debug)]
struct Refused<E> {
    /// The platform's own id of the event, and of its conversation.
    native: String,
    thread: String,
    event: E,
    bytes: usize,
    since: Instant,
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
    /// It was refused, and comes again. Where there is no room it is not kept in mind.
    pub fn refused(&mut self, native: &str, thread: &str, event: E, bytes: usize, now: Instant) {
        self.drop_where(|one| now.duration_since(one.since) >= LONGEST);
        let is_known = self.all.iter().any(|one| one.native == native);
        if is_known || self.all.len() >= MOST || self.bytes + bytes > MOST_BYTES {
            return;
        }
        self.bytes += bytes;
        let (native, thread) = (native.to_owned(), thread.to_owned());
        self.all.push_back(Refused { native, thread, event, bytes, since: now });
    }

    /// What is to be taken before the event of this id: the first of these conversations that came before it, with its own id.
    pub fn before(&self, native: &str, threads: &[String], now: Instant) -> Option<(String, E)> {
        let mut earlier = self.all.iter().take_while(|one| one.native != native);
        let first =
            earlier.find(|one| now.duration_since(one.since) < LONGEST && threads.contains(&one.thread))?;
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

#[cfg(test)]
mod tests {
    use studio_core::content::Content;

    use super::*;

    fn threads(name: &str) -> [String; 1] {
        [name.to_owned()]
    }

    #[test]
    fn what_was_refused_stands_before_what_is_said_later_in_its_conversation() {
        let (mut late, now) = (Late::default(), Instant::now());
        for (native, thread) in [("1", "ada"), ("2", "ben"), ("3", "ada"), ("1", "ada")] {
            late.refused(native, thread, native.len(), 10, now);
        }
        let before = |late: &Late<usize>, native: &str, thread: &str| {
            late.before(native, &threads(thread), now).map(|(native, _)| native)
        };
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
    fn so_much_is_kept_in_mind_and_for_so_long() {
        let (mut late, now) = (Late::default(), Instant::now());
        for number in 0..=MOST {
            late.refused(&number.to_string(), "ada", (), 1, now);
        }
        assert_eq!(late.all.len(), MOST, "the first ones keep their places");
        let over = now + LONGEST;
        assert_eq!(late.before("new", &threads("ada"), over), None);
        late.refused("large", "ada", (), MOST_BYTES + 1, over);
        assert_eq!((late.all.len(), late.bytes), (0, 0));
        late.refused("fits", "ada", (), MOST_BYTES, over);
        late.refused("more", "ada", (), 1, over);
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
