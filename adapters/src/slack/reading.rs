//! Up to when was everything heard that was said?
//!
//! 1. A restart reads on from the mark. It is written now and then, and lies as far behind the clock as Slack may take
//!    to tell of something: what came was not always the first that was said.
//! 2. Something may be missing since the mark at the start, after an interruption, where an event was refused, where Slack
//!    comes a second time, and where it POSTs after it was silent for longer than its tries take. Then the mark stays until the histories were read from there.
//! 3. What goes missing while they are read is read in the next round.
//! 4. Where Slack holds events back it says so once a minute at the most, and of the last ones nothing: the histories are read once
//!    more some time after its last word, and at the end of the hour. Until then the mark stays as well.

use jiff::{SignedDuration, Timestamp};

/// How often the mark is written down.
const OFTEN: SignedDuration = SignedDuration::from_secs(20);
/// Slack's four tries take six minutes (docs.slack.dev, "The Events API").
pub(super) const TRIES: SignedDuration = SignedDuration::from_mins(7);
/// How long after Slack's last word that it holds events back the histories are read once more; longer than the minute in which it
/// does not repeat itself.
const QUIET: SignedDuration = SignedDuration::from_secs(90);
/// Of which Slack counts the events.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

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
    limit: Option<Limit>,
}

/// Slack holds events back.
#[derive(Debug)]
struct Limit {
    /// From here on something may be held back that no round has read.
    since: Timestamp,
    /// When the histories are to be read once more, before the end of the hour.
    soon: Option<Timestamp>,
    end: Timestamp,
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
        let held_back = self.limit.as_ref().map(|limit| limit.since);
        let mark = earlier(earlier(self.missing, self.round), held_back).unwrap_or_else(|| before(now));
        self.mark = Some(mark);
        Some(mark)
    }

    /// Something may have been said that was not heard, or not stored.
    pub fn missed(&mut self, now: Timestamp) {
        let since = self.mark.map_or_else(|| before(now), |mark| mark.min(before(now)));
        self.missing = earlier(self.missing, Some(since));
    }

    /// Slack holds events back since a minute.
    pub fn limited(&mut self, minute: Timestamp, now: Timestamp) {
        self.missed(now);
        let soon = now.saturating_add(QUIET).unwrap_or(Timestamp::MAX);
        let latest = now.saturating_add(HOUR).unwrap_or(Timestamp::MAX);
        let end = minute.saturating_add(HOUR).unwrap_or(Timestamp::MAX).clamp(soon, latest);
        // What was said before is among what is missing now.
        self.limit = Some(Limit { since: before(now), soon: Some(soon), end });
    }

    /// When it is to be asked next whether something that was held back is missing.
    pub fn next_look(&self) -> Option<Timestamp> {
        self.limit.as_ref().map(|limit| limit.soon.unwrap_or(limit.end))
    }

    /// Where that time has come, what may have been held back is missing.
    pub fn look(&mut self, now: Timestamp) {
        if self.next_look().is_none_or(|next| next > now) {
            return;
        }
        let Some(limit) = &mut self.limit else { return };
        self.missing = earlier(self.missing, Some(limit.since));
        limit.since = before(now);
        limit.soon = None;
        if limit.end <= now {
            self.limit = None;
        }
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
    #[test]
    fn what_is_held_back_is_missing_again_after_the_last_word_and_at_the_end_of_the_hour() {
        let mut reading = Reading::default();
        reading.recalled(None);
        let read = |reading: &mut Reading, minute: i64, expected: Option<i64>| {
            reading.look(at(minute));
            assert_eq!(reading.begin(), expected.map(at), "in minute {minute}");
            reading.end(true);
        };
        reading.limited(at(100), at(100));
        read(&mut reading, 100, Some(93));
        assert_eq!(reading.next_look(), Some(at(101) + SignedDuration::from_secs(30)));
        // The next word comes first.
        reading.limited(at(101), at(101));
        read(&mut reading, 101, Some(94));
        read(&mut reading, 102, None);
        assert_eq!(reading.stored(at(102)), Some(at(94)), "a restart reads it as well");
        read(&mut reading, 103, Some(94));
        read(&mut reading, 160, None);
        read(&mut reading, 161, Some(96));
        assert_eq!(reading.next_look(), None);
        assert_eq!(reading.stored(at(170)), Some(at(163)));
        // Whatever it names as its minute.
        for minute in [-20_000_000, 100, 20_000_000] {
            reading.limited(at(minute), at(200));
            let end = reading.limit.as_ref().expect("it holds back").end;
            assert!((at(201)..=at(260)).contains(&end), "{minute}: {end}");
        }
    }
}
