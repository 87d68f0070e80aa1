//! Which threads answer those who knock?
//!
//! A turn holds a thread of the runtime for milliseconds at a time. On two cores that are busy an acknowledgement waited
//! behind turns at each of its steps: when its request is read, when it is stored, when it is answered. So requests are
//! answered and events are stored on threads of their own, between which and those of the turns the system shares the
//! processor. Of 800 webhooks a second on 2 cores half were acknowledged within 8 ms in place of 13 (docs/benchmarks.md).
//!
//! Above what turns can do more would come in than goes out, and what runs behind turns would have the less of the processor: so
//! the writers let more events gather the more wait for their turn (`pipeline/receive.rs`).
//!
//! Only the server has them. Where it does not run, what belongs to them runs beside all else.

use std::{io, num::NonZeroUsize, sync::OnceLock, thread};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Deep queries of the store want it, as on the other threads.
const STACK: usize = 16 << 20;

/// For as long as the process lives: a runtime must not be dropped where tasks run.
static FRONT: OnceLock<Runtime> = OnceLock::new();

/// Starts the threads. Called again, nothing changes.
///
/// # Errors
///
/// Where the system gives no more threads.
pub fn start() -> io::Result<()> {
    if FRONT.get().is_some() {
        return Ok(());
    }
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let runtime = Builder::new_multi_thread()
        .worker_threads(cores)
        .thread_name("front")
        .thread_stack_size(STACK)
        .enable_all()
        .build()?;
    if let Err(second) = FRONT.set(runtime) {
        second.shutdown_background();
    }
    Ok(())
}

/// Runs a task on the threads of the front, or on those of the caller where there are none.
pub fn spawn<F>(task: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match FRONT.get() {
        Some(runtime) => runtime.spawn(task),
        None => tokio::spawn(task),
    }
}
