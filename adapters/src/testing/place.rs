//! The places in which messages are sent, as the studio has them: who waits in the middle of one keeps none.

use std::time::Duration;

use tokio::time::sleep;

use super::Memory;

tokio::task_local! {
    /// Set where a try runs that has a place.
    static IN_A_PLACE: ();
}

impl Memory {
    /// So many messages may be sent at once from now on.
    pub fn limit_places(&self, count: usize) {
        self.0.places.forget_permits(usize::MAX);
        self.0.places.add_permits(count);
    }

    /// Runs a try in one of the places, as soon as one is free.
    pub async fn in_a_place<T>(&self, attempt: impl Future<Output = T>) -> T {
        self.take_place().await;
        let done = IN_A_PLACE.scope((), Box::pin(attempt)).await;
        self.0.places.add_permits(1);
        done
    }

    pub(super) async fn wait_without_place(&self, wait: Duration) {
        let has_place = IN_A_PLACE.try_with(|()| ()).is_ok();
        if has_place {
            self.0.places.add_permits(1);
        }
        sleep(wait).await;
        if has_place {
            self.take_place().await;
        }
    }

    async fn take_place(&self) {
        self.0.places.acquire().await.expect("the places are never closed").forget();
    }
}
