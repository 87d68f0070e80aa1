//! How does one busy conversation keep nobody else waiting? Each channel has a lane of its own.
//!
//! 1. The events of a channel are stored in the order in which they came, one after the other; those of different
//!    channels beside each other. The reader of the gateway only puts them into their lanes, and never waits.
//! 2. A lane in which many messages wait takes no more of them: it reads them from the channel's list once it has come
//!    so far. Until then the first of them stays unfinished, so that a restart is told of it again.
//! 3. What is missing of a channel is read before anything newer of it is stored.
//! 4. An interaction is stored by a task of its own, which has little time, but in its turn ([`Turn`]): what was told
//!    before it first, and what was told behind it afterwards. It waits for a list that is read only where something
//!    that was told before it does.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    catch_up,
    frame::Dispatch,
    progress::{Progress, Ticket},
    storing::{Stopped, Storing},
};
use crate::host::Host;

/// Messages that wait in one lane; more are read from the list.
const MOST_MESSAGES: usize = 500;
/// Events that wait in all of them; more are told again by Discord later.
const MOST_WAITING: usize = 10_000;

/// The lanes of one connection; its clones are the same.
pub(super) struct Lanes<H>(Arc<Inner<H>>);

struct Inner<H> {
    storing: Storing<H>,
    progress: Arc<Progress>,
    tasks: TaskTracker,
    lanes: Mutex<HashMap<u64, Lane>>,
    waiting: AtomicUsize,
}

#[derive(Default)]
struct Lane {
    jobs: VecDeque<Job>,
    /// How many of them are messages.
    messages: usize,
    /// Messages that found no room.
    behind: Option<Missing>,
    /// How much was told and is not stored yet, what is being stored included.
    told: usize,
}

enum Job {
    Event {
        event: (u64, u64),
        session: Arc<str>,
        dispatch: Dispatch,
    },
    /// An interaction, whose turn comes by the one and is over by the other.
    Turn {
        comes: CancellationToken,
        over: CancellationToken,
    },
    Read(Missing),
    /// Messages that were told and found no room.
    Behind(Missing),
}

/// The turn of an interaction among what is told of its channel; it is over once this is dropped.
pub(super) struct Turn {
    comes: CancellationToken,
    _lasts: DropGuard,
}

impl Turn {
    /// Before and behind which nothing is.
    pub fn alone() -> Self {
        let turn = Self { comes: CancellationToken::new(), _lasts: CancellationToken::new().drop_guard() };
        turn.comes.cancel();
        turn
    }

    /// Returns once what was told before is stored; never where the connection ends first.
    pub async fn comes(&self) {
        self.comes.cancelled().await;
    }

    pub fn has_come(&self) -> bool {
        self.comes.is_cancelled()
    }
}

/// What is to be read from a channel's list.
pub(super) struct Missing {
    /// The server that the channel belongs to, 0 for direct messages.
    pub guild: u64,
    /// From where on; from the place up to which was read where none is named.
    pub after: Option<u64>,
    /// Of the event that needs it, if one does.
    pub ticket: Option<Arc<Ticket>>,
}

impl<H> Clone for Lanes<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H: Host> Lanes<H> {
    pub fn new(storing: Storing<H>, progress: Arc<Progress>, tasks: TaskTracker) -> Self {
        let (lanes, waiting) = (Mutex::default(), AtomicUsize::new(0));
        Self(Arc::new(Inner { storing, progress, tasks, lanes, waiting }))
    }

    /// Takes an event of a channel; `false` where nothing has room any more.
    pub fn take(&self, channel: u64, session: &Arc<str>, dispatch: Dispatch) -> bool {
        let inner = &self.0;
        let mut lanes = self.lanes();
        let id = |field: &str| dispatch.data[field].as_str().and_then(|id| id.parse::<u64>().ok());
        let message = id("id").filter(|_| dispatch.kind == "MESSAGE_CREATE");
        if let (Some(message), Some(lane)) = (message, lanes.get_mut(&channel))
            && (lane.behind.is_some() || lane.messages >= MOST_MESSAGES)
        {
            let event = inner.progress.begin(dispatch.sequence);
            let before = message.saturating_sub(1);
            if let Some(behind) = &mut lane.behind {
                behind.after = behind.after.map(|after| after.min(before));
                inner.progress.finish(event);
            } else {
                let (guild, after) = (id("guild_id").unwrap_or(0), Some(before));
                let ticket = Some(Ticket::new(&inner.progress, event, 1));
                lane.behind = Some(Missing { guild, after, ticket });
                lane.told += 1;
            }
            return true;
        }
        if inner.waiting.load(Ordering::Acquire) >= MOST_WAITING {
            return false;
        }
        inner.waiting.fetch_add(1, Ordering::AcqRel);
        let event = inner.progress.begin(dispatch.sequence);
        self.put(&mut lanes, channel, Job::Event { event, session: Arc::clone(session), dispatch });
        true
    }

    /// An interaction has its turn behind all that was told of its channel.
    pub fn line_up(&self, channel: u64) -> Turn {
        let mut lanes = self.lanes();
        let (comes, over) = (CancellationToken::new(), CancellationToken::new());
        let turn = Turn { comes: comes.clone(), _lasts: over.clone().drop_guard() };
        match lanes.get_mut(&channel) {
            Some(lane) if lane.told > 0 => lane.close_up(),
            Some(_) | None => comes.cancel(),
        }
        self.put(&mut lanes, channel, Job::Turn { comes, over });
        turn
    }

    /// What a channel lacks is read once its lane has come so far.
    pub fn read(&self, channel: u64, missing: Missing) {
        self.put(&mut self.lanes(), channel, Job::Read(missing));
    }

    fn put(&self, lanes: &mut HashMap<u64, Lane>, channel: u64, job: Job) {
        let entry = lanes.entry(channel);
        let is_new = matches!(entry, Entry::Vacant(_));
        let lane = entry.or_default();
        lane.messages += usize::from(job.is_message());
        lane.told += usize::from(job.is_told());
        lane.jobs.push_back(job);
        if is_new {
            self.0.tasks.spawn(self.clone().run(channel));
        }
    }

    /// Works until the lane is empty. Where the connection is to end, what is left stays unfinished.
    async fn run(self, channel: u64) {
        let mut was_told = false;
        while let Some(job) = self.next(channel, was_told) {
            was_told = job.is_told();
            if self.work(channel, job).await.is_err() {
                return;
            }
        }
    }

    /// The next one, `was_told` being what the one before it was.
    fn next(&self, channel: u64, was_told: bool) -> Option<Job> {
        let mut lanes = self.lanes();
        let lane = lanes.get_mut(&channel)?;
        lane.told -= usize::from(was_told);
        let job = lane.jobs.pop_front().or_else(|| lane.behind.take().map(Job::Behind));
        match &job {
            Some(job) => lane.messages -= usize::from(job.is_message()),
            None => _ = lanes.remove(&channel),
        }
        job
    }

    async fn work(&self, channel: u64, job: Job) -> Result<(), Stopped> {
        let Inner { storing, progress, waiting, .. } = &*self.0;
        if storing.stop.is_cancelled() {
            return Err(Stopped);
        }
        let places = &storing.account.places;
        match job {
            Job::Event { event, session, dispatch } => {
                // It was closed to us for a while: first what was said then.
                if dispatch.kind == "MESSAGE_CREATE"
                    && let Some(place) = places.of(channel).filter(|place| place.unread)
                {
                    catch_up::read_on(storing, channel, place.guild, place.message).await?;
                }
                storing.account.heard(&storing.host);
                storing.happened(&session, dispatch).await?;
                progress.finish(event);
                waiting.fetch_sub(1, Ordering::AcqRel);
            }
            Job::Turn { comes, over } => {
                comes.cancel();
                over.cancelled().await;
            }
            Job::Read(Missing { guild, after, ticket }) | Job::Behind(Missing { guild, after, ticket }) => {
                let place = places.of(channel);
                let guild = place.map_or(guild, |place| place.guild);
                let before = |message: u64| catch_up::shortly_before(message, storing.host.now());
                if let Some(after) = after.or_else(|| place.map(|place| before(place.message))) {
                    catch_up::read_on(storing, channel, guild, after).await?;
                }
                if let Some(ticket) = ticket {
                    ticket.done();
                }
            }
        }
        Ok(())
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<u64, Lane>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    /// What found no room goes before what comes next; turns at the end whose time is over leave.
    fn close_up(&mut self) {
        let is_over = |job: &mut Job| matches!(job, Job::Turn { over, .. } if over.is_cancelled());
        while self.jobs.pop_back_if(is_over).is_some() {
            self.told -= 1;
        }
        let Some(behind) = self.behind.take() else { return };
        if let Some(Job::Behind(before)) = self.jobs.back_mut() {
            // One reading of the list finds both; until it has, the earlier one stays unfinished.
            before.after = before.after.min(behind.after);
            behind.ticket.iter().for_each(|ticket| ticket.done());
            self.told -= 1;
        } else {
            self.jobs.push_back(Job::Behind(behind));
        }
    }
}

impl Job {
    fn is_message(&self) -> bool {
        matches!(self, Self::Event { dispatch, .. } if dispatch.kind == "MESSAGE_CREATE")
    }

    fn is_told(&self) -> bool {
        match self {
            Self::Event { .. } | Self::Turn { .. } | Self::Behind(_) => true,
            Self::Read(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(over: &CancellationToken) -> Job {
        Job::Turn { comes: CancellationToken::new(), over: over.clone() }
    }

    fn is_over() -> CancellationToken {
        let over = CancellationToken::new();
        over.cancel();
        over
    }

    #[test]
    fn a_lane_that_stands_still_keeps_no_turns_that_are_over() {
        // Told counts what is being stored as well.
        let mut lane = Lane { told: 1, ..Lane::default() };
        let lasts = CancellationToken::new();
        for over in [lasts].into_iter().chain(std::iter::repeat_with(is_over).take(1_000)) {
            lane.close_up();
            lane.jobs.push_back(turn(&over));
            lane.told += 1;
        }
        assert_eq!((lane.jobs.len(), lane.told), (2, 3), "the one that lasts, and the last");
    }

    #[test]
    fn messages_without_room_are_read_once_between_two_turns() {
        let mut lane = Lane { told: 1, ..Lane::default() };
        let missing = |after| Missing { guild: 0, after: Some(after), ticket: None };
        for after in [7, 9, 5] {
            (lane.behind, lane.told) = (Some(missing(after)), lane.told + 1);
            lane.close_up();
            lane.jobs.push_back(turn(&is_over()));
            lane.told += 1;
        }
        lane.close_up();
        assert_eq!(lane.told, 2);
        assert!(
            matches!(&lane.jobs.make_contiguous()[..], [Job::Behind(Missing { after: Some(5), .. })]),
            "one reading from the earliest on"
        );
    }
}
