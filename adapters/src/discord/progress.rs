//! How far has the session come that a restart resumes? Up to the last event before the first that is not stored.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
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
    newest: u64,
    /// Counts the sessions: numbers of one say nothing in another.
    generation: u64,
}

impl Progress {
    pub(super) fn session(&self, session: &Session) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.session.as_ref().is_none_or(|known| known.id != session.id) {
            open.generation += 1;
            open.newest = session.sequence;
        }
        open.session = Some(session.clone());
    }

    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).session = None;
    }

    pub(super) fn begin(&self, sequence: u64) -> (u64, u64) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let event = (open.generation, sequence);
        open.unfinished.insert(event);
        open.newest = open.newest.max(sequence);
        event
    }

    pub(super) fn finish(&self, event: (u64, u64)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unfinished.remove(&event);
    }

    /// The session up to where everything is stored.
    fn safe(&self) -> Option<Session> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = open.unfinished.range((open.generation, 0)..).next();
        let sequence = first.map_or(open.newest, |(_, first)| first.saturating_sub(1));
        open.session.clone().map(|session| Session { sequence, ..session })
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
        keep_session(account, host, progress).await;
    }
}

pub(super) async fn keep_session<H: Host>(account: &Account, host: &H, progress: &Progress) {
    let kept = progress.safe().and_then(|session| serde_json::to_string(&session).ok()).unwrap_or_default();
    if let Err(error) = host.remember(account.name(), "session", kept).await {
        account.failed(host, format!("the session is not kept: {error}"));
    }
}
