//! Up to when was everything heard that was said?
//!
//! 1. A restart reads on from the mark. It is written now and then, and lies as far behind the clock as Slack may take
//!    to tell of something: what came was not always the first that was said.
//! 2. Something may be missing since the mark at the start, after an interruption, where an event was refused, where Slack
//!    comes a second time, and where it POSTs after it was silent for longer than its tries take. Then the mark stays until the histories were read from there.
//! 3. What goes missing while they are read is read in the next round.

use jiff::{SignedDuration, Timestamp};

/// How often the mark is written down.
const OFTEN: SignedDuration = SignedDuration::from_secs(20);
/// Slack's four tries take six minutes (docs.slack.dev, "The Events API").
pub(super) const TRIES: SignedDuration = SignedDuration::from_mins(7);

#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The mark of the life before this is known.
    recalled: bool,
    mark: Option<Timestamp>,
    written: Option<Timestamp>,
    /// From here on something may be missing.
    missing: Option<Timestamp>,
    /// From here on the histories are being read.
    round: Option<Timestamp>,
}

impl Reading {
    /// Where the life before this left off; nowhere at the very first start.
    pub fn recalled(&mut self, mark: Option<Timestamp>) {
        self.recalled = true;
        if let Some(mark) = mark {
            self.mark = Some(self.mark.map_or(mark, |own| own.min(mark)));
            self.missing = earlier(self.missing, Some(mark));
        }
    }

    /// Something was stored; the mark, where it is to be written down.
    pub fn stored(&mut self, now: Timestamp) -> Option<Timestamp> {
        let often = self.written.is_some_and(|written| now.duration_since(written) < OFTEN);
        if !self.recalled || often {
            return None;
        }
        self.written = Some(now);
        let mark = earlier(self.missing, self.round).unwrap_or_else(|| before(now));
        self.mark = Some(mark);
        Some(mark)
    }

    /// Something may have been said that was not heard, or not stored.
    pub fn missed(&mut self, now: Timestamp) {
        let since = self.mark.map_or_else(|| before(now), |mark| mark.min(before(now)));
        self.missing = earlier(self.missing, Some(since));
    }

    pub fn is_missing(&self) -> bool {
        self.missing.is_some()
    }

    /// From when on the histories are to be read now.
    pub fn begin(&mut self) -> Option<Timestamp> {
        self.round = self.missing.take();
        self.round
    }

    /// They were read, or are to be read again.
    pub fn end(&mut self, read: bool) {
        let round = self.round.take();
        if read {
            // The mark is to move on soon.
            self.written = None;
        } else {
            self.missing = earlier(self.missing, round);
        }
    }
}

fn before(now: Timestamp) -> Timestamp {
    now.saturating_sub(TRIES).unwrap_or(now)
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minute * 60).expect("within jiff's range")
    }

    #[test]
    fn the_mark_stays_before_what_was_refused_until_it_was_read() {
        let mut reading = Reading::default();
        reading.recalled(None);
        assert_eq!(reading.stored(at(10)), Some(at(3)));
        assert_eq!(reading.stored(at(10)), None, "not for every event");
        reading.missed(at(20));
        assert_eq!(reading.stored(at(30)), Some(at(3)), "others were stored meanwhile");
        assert_eq!(reading.begin(), Some(at(3)));
        assert_eq!(reading.stored(at(40)), Some(at(3)), "while it is read");
        reading.end(false);
        assert_eq!(reading.begin(), Some(at(3)), "it is tried again");
        reading.missed(at(50));
        reading.end(true);
        assert_eq!(reading.stored(at(51)), Some(at(3)), "more went missing during the round");
        assert_eq!(reading.begin(), Some(at(3)));
        reading.end(true);
        assert_eq!(reading.begin(), None);
        assert_eq!(reading.stored(at(60)), Some(at(53)));
    }

    #[test]
    fn what_comes_before_the_old_mark_is_known_does_not_move_it() {
        let mut reading = Reading::default();
        assert_eq!(reading.stored(at(100)), None);
        reading.missed(at(100));
        reading.recalled(Some(at(5)));
        assert_eq!(reading.stored(at(101)), Some(at(5)));
        assert_eq!(reading.begin(), Some(at(5)));
    }
}
