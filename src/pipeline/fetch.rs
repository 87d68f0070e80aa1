//! How do the files arrive that a platform still has? Fetched once the event that names them is stored, and tried again.

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use jiff::SignedDuration;
use studio_adapters::{platform::FetchError, web::media_type};
use studio_core::{
    id::EventKey,
    policy::retry::{CHAT, LONGEST_RETRY_AFTER, next_attempt},
};
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
/// Of so many requests to wait one counts as a failure: who asks for more without end is not waited for without end.
const WAITS: f64 = 20.0;

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
    let now = studio.clock.now();
    let (error, (attempts, pause)) = match failed {
        FetchError::Dead(error) => (error, (fetch.attempts + 1, None)),
        FetchError::Retry { after, error } => {
            let (chance, jitter) = (studio.clock.fraction(), studio.clock.fraction());
            (error, after_failure(fetch.attempts, after, chance, jitter))
        }
    };
    fetch.attempts = attempts;
    tracing::warn!(connection = fetch.connection, attempts = fetch.attempts, error, "fetch.failed");
    fetch.given_up = pause.is_none();
    fetch.next_at = now.checked_add(pause.unwrap_or(SignedDuration::ZERO)).unwrap_or(now);
    fetch.error = Some(error);
    if let Err(error) = studio.store.fetch_later(&fetch).await {
        tracing::error!(%error, "fetch.not_noted");
    }
}

/// How many tries were made now, and the wait before the next, if there is one. To be asked to wait is no failure: a storm must not use up
/// the tries. `chance` and `jitter` are random numbers, 0 to 1.
fn after_failure(
    attempts: u32,
    asked: Option<SignedDuration>,
    chance: f64,
    jitter: f64,
) -> (u32, Option<SignedDuration>) {
    match asked {
        Some(asked) if chance * WAITS >= 1.0 => {
            (attempts, Some(asked.clamp(SignedDuration::from_secs(1), LONGEST_RETRY_AFTER)))
        }
        Some(_) | None => (attempts + 1, next_attempt(&CHAT, attempts + 1, asked, jitter)),
    }
}

async fn try_one(studio: &Arc<Studio>, fetch: &Fetch) -> Result<(), FetchError> {
    let connection = studio.connection(&fetch.connection);
    let Some(platform) = connection.as_ref().and_then(|connection| connection.platform()) else {
        return Err(FetchError::Dead(format!("the connection {} is gone", fetch.connection)));
    };
    let retry = |error: String| FetchError::Retry { after: None, error };
    let host = StudioHost(Arc::clone(studio));
    let mut name = fetch.file.name.clone();
    // The bot may not have run yet when it came.
    let key = EventKey { source: fetch.connection.clone(), native: format!("{}/file", fetch.file.media) };
    host.mask_name(platform.bot(), &key, &mut name).map_err(|after| FetchError::Retry {
        after: Some(after),
        error: "the model for names does not answer".to_owned(),
    })?;
    let bytes = match timeout(LONGEST, platform.fetch(&host, &fetch.file.native)).await {
        Ok(fetched) => fetched?,
        Err(_) => return Err(retry(format!("no end after {} s", LONGEST.as_secs()))),
    };
    breakpoint::pass("fetched");
    let media = NewMedia {
        id: fetch.file.media,
        conversation: fetch.conversation,
        name,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_be_asked_to_wait_uses_up_no_tries() {
        let seconds = SignedDuration::from_secs;
        let check = |attempts, asked, chance, expected: (u32, Option<i64>)| {
            let (tried, pause) = after_failure(attempts, asked, chance, 1.0);
            assert_eq!(
                (tried, pause.map(|pause| pause.as_secs())),
                expected,
                "{attempts} {asked:?} {chance}"
            );
        };
        check(0, None, 0.9, (1, Some(1)));
        check(2, None, 0.9, (3, Some(10)));
        check(2, Some(seconds(7)), 0.9, (2, Some(7)));
        check(2, Some(seconds(0)), 0.9, (2, Some(1)));
        check(13, Some(seconds(90_000)), 0.9, (13, Some(86_400)));
        // One of twenty counts.
        check(2, Some(seconds(7)), 0.049, (3, Some(10)));
        check(14, Some(seconds(7)), 0.049, (15, None));
        check(14, None, 0.9, (15, None));
    }
}
