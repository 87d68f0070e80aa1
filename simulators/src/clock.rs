//! How is a long time waited for, where people move the clock?

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// Waits until then, by the clock of a simulator, which people move on meanwhile, and say so by `moved`; but no longer
/// than the machine's clock has it, as the other may stand still.
pub async fn wait_until(moved: &Notify, now: impl Fn() -> Timestamp, end: Timestamp) {
    let left = || Duration::try_from(end.duration_since(now())).unwrap_or_default();
    let last = Instant::now() + left();
    loop {
        let next = moved.notified();
        tokio::pin!(next);
        next.as_mut().enable();
        let left = left().min(last.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return;
        }
        tokio::select! {
            () = sleep(left) => return,
            () = next => {}
        }
    }
}

/// Waits for so long.
pub async fn wait(moved: &Notify, now: impl Fn() -> Timestamp, length: Duration) {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    let end = now().saturating_add(length).unwrap_or(Timestamp::MAX);
    wait_until(moved, now, end).await;
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn hours_pass_as_soon_as_the_clock_is_moved() {
        let (seconds, moved) = (Arc::new(AtomicI64::new(0)), Arc::new(Notify::new()));
        let waiting = tokio::spawn({
            let (seconds, moved) = (Arc::clone(&seconds), Arc::clone(&moved));
            let now =
                move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).expect("within jiff's range");
            async move { wait(&moved, now, Duration::from_hours(1)).await }
        });
        let set = |to: i64| {
            seconds.store(to, Ordering::SeqCst);
            moved.notify_waiters();
        };
        for to in [0, 3_599] {
            set(to);
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished(), "{to} seconds");
        }
        set(3_600);
        let ended = tokio::time::timeout(Duration::from_mins(1), waiting).await;
        ended.expect("an hour passed").expect("no panic");
    }

    #[tokio::test]
    async fn a_clock_that_stands_still_keeps_nobody_waiting() {
        wait(&Notify::new(), || Timestamp::UNIX_EPOCH, Duration::from_millis(5)).await;
    }
}
