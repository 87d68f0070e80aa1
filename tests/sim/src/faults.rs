//! What goes wrong, and how often? Each seed draws its own mixture, so that some histories have a fault to themselves.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, rngs::StdRng};

/// How often, in thousandths: rather seldom, and in some histories never.
const OFTEN: [u32; 6] = [0, 0, 10, 40, 120, 300];

/// Of so many histories one has a clock that jumps.
const JUMPING: u64 = 3;
/// The clock jumps once nothing else goes wrong any more, and whatever went wrong has come to its end: so a timer has no other reason to be late.
const BEHIND_ALL: SignedDuration = SignedDuration::from_secs(6);
/// Longer than any timer of the bot: what is set by then is due at once.
const FORWARD: SignedDuration = SignedDuration::from_secs(60);

/// The studio's clock is set forward, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    pub at: Timestamp,
    pub by: SignedDuration,
}

impl Jump {
    /// What the clock says at this moment.
    pub fn clock(&self, now: Timestamp) -> Timestamp {
        if now < self.at { now } else { now.checked_add(self.by).unwrap_or(Timestamp::MAX) }
    }

    /// The moment from which on the clock says this, or more.
    pub fn reached(&self, clock: Timestamp) -> Timestamp {
        if clock <= self.at {
            return clock;
        }
        clock.checked_sub(self.by).unwrap_or(clock).max(self.at)
    }
}

/// Thousandths are of the occasions.
#[derive(Clone, Debug)]
pub struct Faults {
    /// When the history began.
    pub begun: Timestamp,
    /// Nothing goes wrong from then on, so that everything can come to its end.
    pub until: Timestamp,
    /// Packets that get lost, come twice, or come seconds late.
    pub lost: u32,
    pub doubled: u32,
    pub late: u32,
    /// Transactions that are refused: nothing was written.
    pub refused: u32,
    /// Transactions that are committed, and nobody learns it.
    pub unknown: u32,
    /// Steps of the studio for which it takes its time.
    pub slow: u32,
    /// Reads that fail.
    pub unread: u32,
    /// Sockets that break after a frame.
    pub broken: u32,
    /// Calls that the remote service fails at, or does not answer.
    pub failing: u32,
    pub silent: u32,
    /// Replies that their address refuses.
    pub unwelcome: u32,
    /// How often the process still ends.
    pub crashes: u32,
    /// Steps of the studio before it does.
    pub crash_in: u32,
    /// Not drawn: the other histories are what they would be without.
    pub jump: Option<Jump>,
}

impl Faults {
    pub fn draw(seed: u64, random: &mut StdRng, begun: Timestamp) -> Self {
        let mut often = || OFTEN[random.random_range(0..OFTEN.len())];
        let (lost, doubled, late) = (often(), often(), often());
        let (refused, unknown, slow, unread) = (often(), often(), often(), often());
        let (broken, failing, silent, unwelcome) = (often(), often(), often(), often());
        let seconds = random.random_range(5..50);
        let until = begun.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(begun);
        let crashes = random.random_range(0..10);
        let crash_in = next_crash(random);
        let at = until.checked_add(BEHIND_ALL).unwrap_or(until);
        let jump = seed.is_multiple_of(JUMPING).then_some(Jump { at, by: FORWARD });
        Self {
            begun,
            until,
            lost,
            doubled,
            late,
            refused,
            unknown,
            slow,
            unread,
            broken,
            failing,
            silent,
            unwelcome,
            crashes,
            crash_in,
            jump,
        }
    }
}

/// Steps of the studio until the next crash: often so few that it is still starting or has just begun.
pub fn next_crash(random: &mut StdRng) -> u32 {
    let most = [6, 30, 150][random.random_range(0..3)];
    random.random_range(1..most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_says_what_is_passed_over_at_the_moment_of_the_jump() {
        let moment = |second: i64| Timestamp::from_second(second).expect("a moment");
        let jump = Jump { at: moment(100), by: SignedDuration::from_secs(60) };
        for (now, clock) in [(99, 99), (100, 160), (130, 190)] {
            assert_eq!(jump.clock(moment(now)), moment(clock));
            assert_eq!(jump.reached(moment(clock)), moment(now));
        }
        for passed_over in [100, 101, 159] {
            assert_eq!(jump.reached(moment(passed_over)), moment(100), "{passed_over}");
        }
    }
}
