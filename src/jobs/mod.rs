//! What is done now and then, beside conversations? One file a job.

mod lost_lines;
mod prune;
mod reached;
mod self_test;
mod watch;

use std::sync::Arc;

use crate::studio::Studio;

/// Starts all jobs; they end when the server stops.
pub fn start(studio: &Arc<Studio>) {
    tokio::spawn(lost_lines::run(Arc::clone(studio)));
    tokio::spawn(prune::run(Arc::clone(studio)));
    tokio::spawn(reached::run(Arc::clone(studio)));
    tokio::spawn(self_test::run(Arc::clone(studio)));
    tokio::spawn(watch::run(Arc::clone(studio)));
}
