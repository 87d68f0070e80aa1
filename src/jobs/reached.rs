//! How far have the visitors' sides come? Written once a second, for all of them together.

use std::{sync::Arc, time::Duration};

use studio_core::id::OrganisationId;

use crate::studio::Studio;

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(studio: Arc<Studio>) {
    let mut fails = false;
    loop {
        tokio::select! {
            // Sockets go on for a while; what they tell then is written behind them.
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let written = studio.marks.write(&studio.store, OrganisationId::FIRST).await;
        match (change(&mut fails, written.is_err()), written) {
            (true, Err(error)) => tracing::error!(%error, "job.reached.failed"),
            (true, Ok(())) => tracing::info!("job.reached.works_again"),
            (false, Err(_) | Ok(())) => {}
        }
    }
}

/// Whether it is otherwise than before: a store that fails for long is told once, not each second.
fn change(fails: &mut bool, now: bool) -> bool {
    std::mem::replace(fails, now) != now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_fails_and_works_again_is_told_once_each() {
        let mut fails = false;
        let told = [false, true, true, true, false, false, true].map(|now| change(&mut fails, now));
        assert_eq!(told, [false, true, false, false, true, false, true]);
    }
}
