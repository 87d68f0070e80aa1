//! What does the studio do? The stages of its pipeline, in the smallest form that can go wrong in the same ways.
//!
//! | module | the stage |
//! |---|---|
//! | [`recover`] | what did the last run leave? |
//! | [`receive`] | stored, then acknowledged, then handed to its lane |
//! | [`lane`] | whose turn is next? |
//! | [`converse`] | think, commit, settle |
//! | [`think`] | step, look up, step again |
//! | [`publish`] | who is told? |
//! | [`deliver`] | how does a message or a call leave? |
//! | [`wake`] | which timers are due? |
//! | [`sweep`] | which rows have done their work? |
//! | [`transact`] | what becomes of a transaction? |

pub mod converse;
pub mod deliver;
pub mod lane;
pub mod publish;
pub mod receive;
pub mod recover;
pub mod sweep;
pub mod think;
pub mod transact;
pub mod wake;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use self::{deliver::Leaving, lane::Lane, publish::Socket, receive::Writer};
use crate::{
    store::{InboxKey, OutboxKey},
    task::{Queue, Work},
    world::World,
};

/// Writers that accept.
const WRITERS: usize = 2;

/// How far a process has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    #[default]
    Down,
    /// Reads what the last one left.
    Starting,
    /// Its lanes run.
    Running,
    /// Visitors and agents find it.
    Open,
}

/// All that the process knows, and that a crash takes.
#[derive(Debug, Default)]
pub struct Studio {
    /// How many processes there were before this one.
    pub run: u32,
    pub phase: Phase,
    pub writers: [Writer; WRITERS],
    pub lanes: Vec<Lane>,
    /// Events whose turn this process committed and whose inbox row still stands.
    pub unswept: BTreeMap<usize, BTreeSet<InboxKey>>,
    pub queues: BTreeMap<Queue, Leaving>,
    /// Rows that are on their way, so that none is taken twice.
    pub held: BTreeSet<OutboxKey>,
    pub delivered: Vec<OutboxKey>,
    pub sweeping: bool,
    /// The store did not do what was to be erased: it is asked again behind the next commit.
    pub erasure_put_off: bool,
    /// Timers may have fired of which no lane knows.
    pub wake_in_doubt: bool,
    /// When the timers are looked at next.
    pub wakes_at: Option<Timestamp>,
    pub sockets: BTreeMap<usize, Socket>,
    pub attempts: u64,
}

impl Studio {
    /// A process that has not begun, with so many lanes.
    pub fn down(run: u32, lanes: usize) -> Self {
        Self { run, lanes: (0..lanes).map(|_| Lane::default()).collect(), ..Self::default() }
    }

    /// The number of the next attempt to send something.
    fn next_attempt(&mut self) -> u64 {
        self.attempts += 1;
        self.attempts
    }
}

impl World {
    /// Does one thing of the studio's.
    pub fn work(&mut self, work: Work) {
        match work {
            Work::Recover(stage) => self.recover(stage),
            Work::Write { writer } => self.write(writer),
            Work::Stored { writer, answers } => self.stored(writer, answers),
            Work::Think { lane } => self.think(lane),
            Work::Commit { lane, turns } => self.commit(lane, turns),
            Work::Settle { lane, settled } => self.settle(lane, settled),
            Work::Erase { lane, settled } => self.erase(lane, settled),
            Work::WriteOutbox { lane, settled } => self.write_outbox(lane, settled),
            Work::Send { queue } => self.send(queue),
            Work::Sent { queue, attempt, reply } => self.sent(queue, attempt, reply),
            Work::AnswerStored { queue, attempt, stored } => self.answer_stored(queue, attempt, stored),
            Work::Sweep => self.sweep(),
            Work::Wake => self.wake(),
            Work::Fired { rows } => self.fired(rows),
            Work::Tell { visitor, connection } => self.tell(visitor, connection),
        }
    }
}
