//! When is what is waited for given up?
//!
//! Not by the clock: a machine that is busy with something else is slow, and breaks no promise by it. It is given up where the studio has done
//! nothing for a while, and several looks have seen so; and at the latest after some minutes, for what moves without end comes to none
//! either. What failed and has its next try before it is no studio that does nothing: that try is waited for.

use std::time::{Duration, Instant};

use reqwest::Client;

use crate::stored;

/// So long nothing may move that has no try before it.
const STILL: Duration = Duration::from_secs(45);
/// However much moves.
pub const MOST: Duration = Duration::from_mins(5);
/// Looks that must have seen the same: between two of them the machine itself may have stood still.
const LOOKS: u32 = 4;
/// The longest wait for a next try that is waited out: of a reply that failed twice
/// ([`studio_core::policy::retry::WEBHOOK`]). What waits for longer has failed too often.
pub const REST: Duration = Duration::from_mins(5);
/// All that is waited out ends by then: what fails again and again would be waited for without end.
const UTMOST: Duration = Duration::from_mins(15);

/// Who waits, and looks again and again.
#[derive(Debug)]
pub struct Patience<T> {
    first: Instant,
    /// What is seen before counts as seen then.
    begun: Instant,
    seen: Option<Seen<T>>,
}

/// What the last looks saw, and since when.
#[derive(Debug)]
struct Seen<T> {
    what: T,
    since: Instant,
    looks: u32,
}

impl<T: PartialEq> Patience<T> {
    pub fn new(begun: Instant) -> Self {
        Self { first: begun, begun, seen: None }
    }

    /// Whether there is no use in waiting on, by a look that was begun at this moment and saw this, of a studio that answers this client.
    pub async fn is_lost(&mut self, client: &Client, begun: Instant, what: T) -> bool {
        self.is_over(begun, what) && !self.rests(begun, stored::next_try(client).await)
    }

    /// The same without asking the studio.
    fn is_over(&mut self, begun: Instant, what: T) -> bool {
        let is_late = begun.duration_since(self.begun) > MOST;
        match &mut self.seen {
            Some(seen) if seen.what == what => {
                seen.looks += 1;
                is_late || (begun.duration_since(seen.since) > STILL && seen.looks >= LOOKS)
            }
            Some(_) | None => {
                self.seen = Some(Seen { what, since: begun.max(self.begun), looks: 1 });
                is_late
            }
        }
    }

    /// Whether it is waited for a try that comes in so long. It is as if the wait began with that.
    fn rests(&mut self, now: Instant, next_try: Option<Duration>) -> bool {
        let Some(until) = next_try.map(|next_try| now + next_try) else { return false };
        if until.duration_since(self.first) > UTMOST {
            return false;
        }
        self.begun = until;
        self.seen = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second of the look with which it is over, of looks at these seconds that see this.
    fn over(looks: impl IntoIterator<Item = (u64, u64)>) -> Option<u64> {
        let begun = Instant::now();
        let mut patience = Patience::new(begun);
        let mut looks = looks.into_iter();
        let last = looks.find(|(second, what)| patience.is_over(begun + Duration::from_secs(*second), *what));
        last.map(|(second, _)| second)
    }

    #[test]
    fn it_is_given_up_where_nothing_moved_for_long() {
        assert_eq!(over((0..100).map(|second| (second, 7))), Some(46));
        // Every step that is made gives it as much time again.
        assert_eq!(over((0..200).map(|second| (second, second.min(90) / 30))), Some(136));
        assert_eq!(over((0..46).map(|second| (second, 7))), None);
    }

    #[test]
    fn a_machine_that_stood_still_itself_is_no_studio_that_did_nothing() {
        assert_eq!(over([(0, 7), (100, 7), (101, 7), (102, 7)]), Some(102));
        assert_eq!(over([(0, 7), (100, 7), (101, 8), (102, 8), (103, 8)]), None);
    }

    #[test]
    fn what_has_a_try_before_it_is_waited_for() {
        /// The second with which it is given up, where the next try is in `wait` seconds after each of these.
        fn given_up(tries: &[u64], wait: u64) -> Option<u64> {
            let begun = Instant::now();
            let mut patience = Patience::new(begun);
            (0..2_000).find(|second| {
                let now = begun + Duration::from_secs(*second);
                let next = tries.iter().map(|second| second + wait).find(|next| next > second);
                let next = next.map(|next| Duration::from_secs(next - second));
                patience.is_over(now, 7) && !patience.rests(now, next)
            })
        }
        assert_eq!(given_up(&[], 300), Some(46));
        // As a reply that was refused for the second time after five seconds.
        assert_eq!(given_up(&[5], 300), Some(305 + 46));
        let again_and_again: Vec<u64> = (0..20).map(|number| number * 100).collect();
        assert!(given_up(&again_and_again, 100).is_some_and(|second| second < 1_000));
    }

    #[test]
    fn what_moves_for_ever_comes_to_no_end_either() {
        assert_eq!(over((0..1_000).map(|second| (second, second))), Some(301));
        assert_eq!(over([(0, 7), (301, 7)]), Some(301));
    }
}
