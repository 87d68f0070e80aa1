//! Were lines of the log lost, for its disk was full? It is told once there is room.

use std::{sync::Arc, time::Duration};

use crate::{studio::Studio, telemetry};

const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(studio: Arc<Studio>) {
    loop {
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => telemetry::tell_lost(),
        }
    }
}
