//! What goes wrong, and how often? Each seed draws its own mixture, so that some histories have a fault to themselves.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, rngs::StdRng};

/// How often, in thousandths: rather seldom, and in some histories never.
const OFTEN: [u32; 6] = [0, 0, 10, 40, 120, 300];

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
}

impl Faults {
    pub fn draw(random: &mut StdRng, begun: Timestamp) -> Self {
        let mut often = || OFTEN[random.random_range(0..OFTEN.len())];
        let (lost, doubled, late) = (often(), often(), often());
        let (refused, unknown, slow, unread) = (often(), often(), often(), often());
        let (broken, failing, silent, unwelcome) = (often(), often(), often(), often());
        let seconds = random.random_range(5..50);
        let until = begun.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(begun);
        let crashes = random.random_range(0..10);
        let crash_in = next_crash(random);
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
        }
    }
}

/// Steps of the studio until the next crash: often so few that it is still starting or has just begun.
pub fn next_crash(random: &mut StdRng) -> u32 {
    let most = [6, 30, 150][random.random_range(0..3)];
    random.random_range(1..most)
}
