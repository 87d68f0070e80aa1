//! Arguments, telemetry, lifecycle.

use std::{num::NonZeroUsize, process::ExitCode};

use clap::Parser;
use studio::cli::{Arguments, run};

/// A quarter of a turn is asking for memory and giving it back.
#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// SurrealDB's parser and executor recurse deeper than the usual 2 MiB allow.
const STACK: usize = 16 << 20;

/// The engine syncs its last table on a thread of the runtime. Where the disk hangs in it, another one is needed to see that
/// the time for closing is over.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Two TLS providers are in the graph; without this the first use of TLS panics. It fails only if one is set.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(THREADS))
        .enable_all()
        .thread_stack_size(STACK)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("studio: cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Spawned, so that it runs on a thread with the large stack, which the main thread has not.
    let result = runtime.block_on(async { runtime.spawn(run(arguments)).await });
    // What still runs has nothing left to lose: the store is closed. Dropping it here would only make it complain
    // that its runtime is gone.
    std::mem::forget(runtime);
    match result {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprintln!("studio: {error:#}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("studio: a bug stopped it: {error}");
            ExitCode::FAILURE
        }
    }
}
