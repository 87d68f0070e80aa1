//! How many messages of a connection are being sent at once? Who waits in the middle of one keeps no place.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

tokio::task_local! {
    /// Of the try that runs here.
    static PERMIT: SendPermit;
}

/// The place of one message, without it while it waits.
struct SendPermit {
    all: Arc<Semaphore>,
    taken: Mutex<Option<OwnedSemaphorePermit>>,
}

impl SendPermit {
    fn put(&self, taken: Option<OwnedSemaphorePermit>) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = taken;
    }
}

/// Runs a try in one of the places, as soon as one is free.
pub(super) async fn within<T>(all: Arc<Semaphore>, attempt: impl Future<Output = T>) -> T {
    let taken = Mutex::new(take(&all).await);
    PERMIT.scope(SendPermit { all, taken }, attempt).await
}

/// Waits; the place of the try that runs here, if one does, is free meanwhile.
pub async fn pause(wait: Duration) {
    let all = PERMIT.try_with(|permit| {
        permit.put(None);
        Arc::clone(&permit.all)
    });
    sleep(wait).await;
    if let Ok(all) = all {
        let taken = take(&all).await;
        PERMIT.with(|permit| permit.put(taken));
    }
}

async fn take(all: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    // It is never closed.
    Arc::clone(all).acquire_owned().await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_keeps_no_place_and_has_one_again_when_going_on() {
        let all = Arc::new(Semaphore::new(1));
        let order = Mutex::new(Vec::new());
        let note = |what| order.lock().expect("nobody panics").push(what);
        let first = within(Arc::clone(&all), async {
            note("the first begins");
            pause(Duration::from_millis(50)).await;
            assert_eq!(all.available_permits(), 0, "it has a place again");
            note("the first ends");
        });
        let second = within(Arc::clone(&all), async {
            note("the second begins");
            sleep(Duration::from_millis(150)).await;
            note("the second ends");
        });
        tokio::join!(first, second);
        assert_eq!(
            *order.lock().expect("nobody panics"),
            ["the first begins", "the second begins", "the second ends", "the first ends"]
        );
        assert_eq!(all.available_permits(), 1);
        // Elsewhere it only waits.
        pause(Duration::from_millis(1)).await;
    }
}
