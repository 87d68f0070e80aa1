//! What if a task of the pipeline panics? It begins anew, and the log says so: while the studio takes events none of its tasks may
//! be gone.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, future::BoxFuture};

use crate::studio::Studio;

/// Before a task begins anew: what panics each time must not keep a processor busy.
const PAUSE: Duration = Duration::from_millis(200);

/// What is written into the log, with what to do.
const ADVICE: &str = "a bug of the studio; the task begins anew and nothing is lost. The panic itself stands on standard error: \
                      report it. If it comes again and again, start the studio again, or go back to the version before";

static PANICS: AtomicU64 = AtomicU64::new(0);

/// How often tasks of the pipeline have panicked since the start.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// A task has panicked.
pub(super) fn note(task: &'static str) {
    PANICS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(task, advice = ADVICE, "pipeline.task.panicked");
}

/// Runs a task until it ends, or panics: then it is to begin anew.
pub(super) async fn panicked(task: &'static str, run: BoxFuture<'_, ()>) -> bool {
    let ended = AssertUnwindSafe(run).catch_unwind().await.is_ok();
    if ended {
        return false;
    }
    note(task);
    tokio::time::sleep(PAUSE).await;
    true
}

/// Spawns a task that needs nothing but what the store has to begin anew.
pub(super) fn spawn<F>(task: &'static str, studio: &Arc<Studio>, run: fn(Arc<Studio>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let studio = Arc::clone(studio);
    tokio::spawn(async move { while panicked(task, run(Arc::clone(&studio)).boxed()).await {} });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_panics_begins_anew_with_what_it_has() {
        let before = panics();
        let mut left = vec![3, 2, 1];
        while panicked("test", async { assert_eq!(left.pop(), None, "not done yet") }.boxed()).await {}
        assert!(left.is_empty());
        assert!(panics() >= before + 3);
    }
}
