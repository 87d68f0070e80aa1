//! How do the files arrive that a platform still has? Fetched once the event that names them is stored, and tried again.

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use jiff::SignedDuration;
use studio_adapters::{platform::FetchError, web::media_type};
use studio_core::policy::retry::{CHAT, next_attempt};
use studio_store::{Fetch, NewMedia};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    breakpoint,
    studio::{Studio, StudioHost},
};

/// Files at once.
const AT_ONCE: usize = 8;
/// Longest time for one.
const LONGEST: Duration = Duration::from_mins(10);
/// Longest sleep: what is to be tried again is noticed within it.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Runs until the server stops. What is not here by then is fetched after the next start.
pub(super) async fn run(studio: Arc<Studio>) {
    let mut running = JoinSet::new();
    let mut held = HashSet::new();
    loop {
        let entries = studio.switchboard.entries();
        let resting = entries.into_iter().map(|(name, _)| name).filter(|name| studio.switchboard.rests(name));
        let free = AT_ONCE.saturating_sub(running.len());
        let due = studio.store.due_fetches(studio.clock.now(), resting.collect(), held.iter().copied(), free);
        match due.await {
            Ok(due) => {
                for fetch in due {
                    let place = (fetch.organisation, fetch.conversation, fetch.file.media);
                    held.insert(place);
                    let studio = Arc::clone(&studio);
                    running.spawn(async move {
                        let fetched = AssertUnwindSafe(fetch_one(&studio, fetch)).catch_unwind().await;
                        (place, fetched.is_err())
                    });
                }
            }
            Err(error) => tracing::error!(%error, "fetch.pending.failed"),
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = studio.files_wait.notified() => {}
            Some(Ok((place, panicked))) = running.join_next() => {
                held.remove(&place);
                if panicked {
                    tracing::error!("fetch.panicked");
                    tokio::time::sleep(LONGEST_PAUSE).await;
                }
            }
            () = tokio::time::sleep(LONGEST_PAUSE) => {}
        }
    }
}

async fn fetch_one(studio: &Arc<Studio>, mut fetch: Fetch) {
    let failed = match try_one(studio, &fetch).await {
        Ok(()) => return,
        Err(failed) => failed,
    };
    fetch.attempts += 1;
    let now = studio.clock.now();
    let (error, pause) = match failed {
        FetchError::Dead(error) => (error, None),
        FetchError::Retry { after, error } => {
            (error, next_attempt(&CHAT, fetch.attempts, after, studio.clock.fraction()))
        }
    };
    tracing::warn!(connection = fetch.connection, attempts = fetch.attempts, error, "fetch.failed");
    fetch.given_up = pause.is_none();
    fetch.next_at = now.checked_add(pause.unwrap_or(SignedDuration::ZERO)).unwrap_or(now);
    fetch.error = Some(error);
    if let Err(error) = studio.store.fetch_later(&fetch).await {
        tracing::error!(%error, "fetch.not_noted");
    }
}

async fn try_one(studio: &Arc<Studio>, fetch: &Fetch) -> Result<(), FetchError> {
    let connection = studio.connection(&fetch.connection);
    let Some(platform) = connection.as_ref().and_then(|connection| connection.platform()) else {
        return Err(FetchError::Dead(format!("the connection {} is gone", fetch.connection)));
    };
    let retry = |error: String| FetchError::Retry { after: None, error };
    let bytes =
        match timeout(LONGEST, platform.fetch(&StudioHost(Arc::clone(studio)), &fetch.file.native)).await {
            Ok(fetched) => fetched?,
            Err(_) => return Err(retry(format!("no end after {} s", LONGEST.as_secs()))),
        };
    breakpoint::pass("fetched");
    let media = NewMedia {
        id: fetch.file.media,
        conversation: fetch.conversation,
        name: fetch.file.name.clone(),
        media_type: media_type(&bytes, &fetch.file.media_type).to_owned(),
        created_at: studio.clock.now(),
    };
    let place = (fetch.organisation, fetch.conversation, fetch.file.media);
    // Erased meanwhile: it is not wanted any more.
    let wanted =
        studio.store.fetch(place.0, place.1, place.2).await.map_err(|error| retry(error.to_string()))?;
    if wanted.is_none() {
        return Ok(());
    }
    studio.store.put_media(place.0, &media, &bytes).await.map_err(|error| retry(error.to_string()))?;
    studio.store.fetched(place.0, place.1, place.2).await.map_err(|error| retry(error.to_string()))
}
