//! Where do log lines go, and which?

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Log, LogFormat};

/// Starts the log on standard error. `RUST_LOG` is above the setting.
///
/// The database and the HTTP libraries log bodies and queries at their finer levels: they never go below `warn`
/// unless a filter names them. One part of the engine warns at each stop of a runtime that it does not need any more.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new(format!(
            "surrealdb=warn,surrealdb_core=warn,surrealkv=warn,surrealkv::lsm=error,tantivy=warn,hyper=warn,{}",
            log.level
        ))
    });
    let registry = tracing_subscriber::registry().with(filter);
    // Where a line cannot be written, for the disk of the log is full, it is lost. To complain of that on standard error is what
    // they do by default: that fails as well, and ends whoever wanted to log.
    let complains = false;
    // A second start (in tests) keeps the first.
    let _ = match log.format {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_writer(io::stderr)
                    .with_ansi(io::stderr().is_terminal())
                    .with_target(false)
                    .log_internal_errors(complains),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(fmt::layer().json().with_writer(io::stderr).log_internal_errors(complains))
            .try_init(),
    };
}
