//! How far has the session come that a restart resumes? Up to the last event before the first that is not stored.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{frame::Session, life::Account};
use crate::host::Host;

/// How often the session is remembered.
const KEEP: Duration = Duration::from_secs(2);

/// Events that are not stored yet.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    session: Option<Session>,
    /// By number of the session and of the event.
    unfinished: BTreeSet<(u64, u64)>,
    /// Those among them for which lists are still to be read: nobody is told of them again.
    fetching: BTreeSet<(u64, u64)>,
    /// Servers of this session that are still to be told of.
    to_come: BTreeSet<String>,
    newest: u64,
    /// Counts the sessions: numbers of one say nothing in another.
    generation: u64,
}

/// An event that is finished once all of its parts are.
#[derive(Debug)]
pub(super) struct Ticket {
    progress: Arc<Progress>,
    event: (u64, u64),
    left: AtomicUsize,
}

impl Ticket {
    pub fn new(progress: &Arc<Progress>, event: (u64, u64), parts: usize) -> Arc<Self> {
        Arc::new(Self { progress: Arc::clone(progress), event, left: AtomicUsize::new(parts) })
    }

    /// One more part is. A part that never is leaves the event unfinished.
    pub fn done(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.progress.finish(self.event);
        }
    }
}

impl Progress {
    pub(super) fn session(&self, session: &Session) {
        let mut open = self.open();
        if open.session.as_ref().is_none_or(|known| known.id != session.id) {
            open.generation += 1;
            open.newest = session.sequence;
            open.to_come.clear();
        }
        open.session = Some(session.clone());
    }

    pub(super) fn forget(&self) {
        self.open().session = None;
    }

    pub(super) fn begin(&self, sequence: u64) -> (u64, u64) {
        let mut open = self.open();
        let event = (open.generation, sequence);
        open.unfinished.insert(event);
        open.newest = open.newest.max(sequence);
        event
    }

    /// Begins one for which lists are to be read.
    pub(super) fn begin_fetching(&self, sequence: u64) -> (u64, u64) {
        let event = self.begin(sequence);
        self.open().fetching.insert(event);
        event
    }

    /// These servers will be told of.
    pub(super) fn await_guilds(&self, guilds: impl Iterator<Item = String>) {
        self.open().to_come.extend(guilds);
    }

    pub(super) fn guild_came(&self, guild: &str) {
        self.open().to_come.remove(guild);
    }

    pub(super) fn finish(&self, event: (u64, u64)) {
        let mut open = self.open();
        open.unfinished.remove(&event);
        open.fetching.remove(&event);
    }

    /// Does it where nothing is to be fetched any more.
    pub(super) fn where_caught_up(&self, then: impl FnOnce()) {
        let open = self.open();
        if open.session.is_some() && !open.is_behind() {
            then();
        }
    }

    /// The session up to where everything is stored; none where a resume would not tell all that is missing.
    fn safe(&self) -> Option<Session> {
        let open = self.open();
        if open.is_behind() {
            return None;
        }
        let first = open.unfinished.first();
        let sequence = first.map_or(open.newest, |(_, first)| first.saturating_sub(1));
        open.session.clone().map(|session| Session { sequence, ..session })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn is_behind(&self) -> bool {
        let of_a_lost_session =
            self.unfinished.first().is_some_and(|(session, _)| *session < self.generation);
        of_a_lost_session || !self.fetching.is_empty() || !self.to_come.is_empty()
    }
}

pub(super) async fn recall_session<H: Host>(account: &Account, host: &H) -> Option<Session> {
    let kept = host.recall(account.name(), "session").await.ok().flatten()?;
    serde_json::from_str(&kept).ok()
}

pub(super) async fn keep<H: Host>(
    account: &Account,
    host: &H,
    stop: &CancellationToken,
    progress: &Progress,
) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = sleep(KEEP) => {}
            () = stop.cancelled() => {}
        }
        progress.where_caught_up(|| account.places.caught_up(host.now()));
        keep_session(account, host, progress).await;
    }
}

pub(super) async fn keep_session<H: Host>(account: &Account, host: &H, progress: &Progress) {
    let kept = progress.safe().and_then(|session| serde_json::to_string(&session).ok()).unwrap_or_default();
    if let Err(error) = host.remember(account.name(), "session", kept).await {
        account.failed(host, format!("the session is not kept: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, sequence: u64) -> Session {
        Session { id: id.into(), url: "ws://a.example".into(), sequence }
    }

    fn safe(progress: &Progress) -> Option<(String, u64)> {
        progress.safe().map(|session| (session.id, session.sequence))
    }

    #[test]
    fn a_restart_begins_before_the_first_event_that_is_not_stored() {
        let progress = Arc::new(Progress::default());
        progress.session(&session("a", 7));
        let (first, second) = (progress.begin(8), progress.begin(9));
        progress.finish(second);
        assert_eq!(safe(&progress), Some(("a".into(), 7)));
        progress.finish(first);
        assert_eq!(safe(&progress), Some(("a".into(), 9)));
    }

    #[test]
    fn while_lists_are_read_no_session_is_worth_resuming() {
        let progress = Arc::new(Progress::default());
        progress.session(&session("a", 0));
        let lost = progress.begin(5);
        progress.session(&session("b", 1));
        assert_eq!(safe(&progress), None, "an event of the lost session is not stored");
        progress.finish(lost);
        progress.await_guilds(["1".to_owned()].into_iter());
        let ticket = Ticket::new(&progress, progress.begin_fetching(1), 2);
        ticket.done();
        progress.guild_came("1");
        assert_eq!(safe(&progress), None, "one of two channels is read");
        ticket.done();
        assert_eq!(safe(&progress), Some(("b".into(), 1)));
    }
}
