//! Where do log lines go, and which? What if there is no room for them?

use std::{
    cell::Cell,
    io::{self, IsTerminal as _, Write},
    sync::atomic::{AtomicU64, Ordering},
};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Log, LogFormat};

/// Starts the log on standard error. `RUST_LOG` is above the setting.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| filter(&log.level));
    let registry = tracing_subscriber::registry().with(filter);
    // Where a line cannot be written, for the disk of the log is full, it is lost, and counted. To complain of that on standard error is what
    // they do by default: that fails as well, and ends whoever wanted to log.
    let complains = false;
    // A second start (in tests) keeps the first.
    let _ = match log.format {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_writer(|| Counted(io::stderr()))
                    .with_ansi(io::stderr().is_terminal())
                    .with_target(false)
                    .log_internal_errors(complains),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(fmt::layer().json().with_writer(|| Counted(io::stderr())).log_internal_errors(complains))
            .try_init(),
    };
}

/// What is logged at a level.
///
/// The database and the HTTP libraries log bodies and queries at their finer levels: they never go below `warn`
/// unless a filter names them. One part of the engine warns at each stop of a runtime that it does not need any more; one of the search
/// index, of each merge that a rollback has overtaken, which does no harm.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::new(format!(
        "surrealdb=warn,surrealdb_core=warn,surrealkv=warn,surrealkv::lsm=error,tantivy=warn,\
         tantivy::indexer::segment_manager=error,hyper=warn,{level}"
    ))
}

/// Lines that could not be written since it was last told.
static LOST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether the last line of this thread was lost.
    static IS_LOST: Cell<bool> = const { Cell::new(false) };
}

/// How many lines were lost, and nobody was told of yet.
pub fn lost() -> u64 {
    LOST.load(Ordering::Acquire)
}

/// Tells how many lines were lost, if there is room again.
pub fn tell_lost() {
    let lines = LOST.swap(0, Ordering::AcqRel);
    if lines == 0 {
        return;
    }
    IS_LOST.set(false);
    tracing::error!(lines, "log.lost");
    if IS_LOST.get() {
        // This one has counted itself, and nobody misses it.
        LOST.fetch_add(lines - 1, Ordering::AcqRel);
    }
}

/// Counts the lines that cannot be written. Each is written by one call.
struct Counted<W>(W);

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        let written = self.0.write_all(line);
        if written.is_err() {
            LOST.fetch_add(1, Ordering::AcqRel);
            IS_LOST.set(true);
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_index_warns_of_what_does_harm() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = fmt::layer().with_ansi(false).with_target(false).with_writer(move || writer.clone());
        let log = tracing_subscriber::registry().with(filter("info")).with(layer);
        tracing::subscriber::with_default(log, || {
            tracing::warn!(target: "tantivy::indexer::segment_manager", "couldn't find segment in SegmentManager");
            tracing::warn!(target: "tantivy::directory::mmap_directory", "failed to open the meta file");
            tracing::info!(target: "tantivy::indexer::index_writer", "preparing a commit");
        });
        let written = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let written = String::from_utf8(written).expect("UTF-8");
        assert!(written.contains("failed to open"), "{written}");
        assert_eq!(written.lines().count(), 1, "{written}");
    }
}
