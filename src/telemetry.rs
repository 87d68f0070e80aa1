//! Where do log lines go, and which? What if there is no room for them?

use std::{
    cell::Cell,
    io::{self, IsTerminal as _, Write},
    sync::atomic::{AtomicU64, Ordering},
};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter,
    filter::{FilterFn, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{Log, LogFormat};

/// Starts the log on standard error. `RUST_LOG` is above the setting.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| filter(&log.level));
    let registry = tracing_subscriber::registry().with(filter).with(discreet());
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

/// Crates that print whole frames and requests at their finer levels, the tokens of connections among them.
const TALKATIVE: [&str; 3] = ["tungstenite", "tokio_tungstenite", "slack_morphism"];

/// Nothing finer than `info` of these, whatever the settings and `RUST_LOG` say.
fn discreet() -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
    filter_fn(is_discreet)
}

fn is_discreet(line: &Metadata<'_>) -> bool {
    let target = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::INFO || !TALKATIVE.contains(&target)
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

    /// What is written of what is logged.
    fn written(filter: EnvFilter, what_is_logged: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = fmt::layer().with_ansi(false).with_target(false).with_writer(move || writer.clone());
        let log = tracing_subscriber::registry().with(filter).with(discreet()).with(layer);
        tracing::subscriber::with_default(log, what_is_logged);
        let written = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        String::from_utf8(written).expect("UTF-8")
    }

    #[test]
    fn no_filter_makes_libraries_print_tokens() {
        for finest in ["trace", "trace,tungstenite=trace,tungstenite::protocol=trace"] {
            let written = written(EnvFilter::new(finest), || {
                tracing::trace!(target: "tungstenite::protocol", "Sending frame: the token");
                tracing::debug!(target: "slack_morphism", "the token");
                tracing::trace!(target: "tokio_tungstenite::compat", "the token");
                tracing::info!(target: "tungstenite::handshake", "connected");
                tracing::trace!(target: "studio::lane", "our own");
            });
            assert!(!written.contains("the token"), "{written}");
            assert!(written.contains("connected") && written.contains("our own"), "{written}");
        }
    }

    #[test]
    fn the_index_warns_of_what_does_harm() {
        let written = written(filter("info"), || {
            tracing::warn!(target: "tantivy::indexer::segment_manager", "couldn't find segment in SegmentManager");
            tracing::warn!(target: "tantivy::directory::mmap_directory", "failed to open the meta file");
            tracing::info!(target: "tantivy::indexer::index_writer", "preparing a commit");
        });
        assert!(written.contains("failed to open"), "{written}");
        assert_eq!(written.lines().count(), 1, "{written}");
    }
}
