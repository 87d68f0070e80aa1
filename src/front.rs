//! Which threads answer those who knock?
//!
//! A turn holds a thread of the runtime for milliseconds at a time. On two cores that are busy an acknowledgement waited
//! behind turns at each of its steps: when its request is read, when it is stored, when it is answered. So requests are
//! answered and events are stored on threads of their own, between which and those of the turns the system shares the
//! processor. Of 800 webhooks a second on 2 cores half were acknowledged within 6 ms in place of 11 (docs/benchmarks.md).
//!
//! Only the server has these threads. Where it does not run, what belongs to them runs beside all else.

use std::{io, sync::OnceLock};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Deep queries of the store want it, as on the other threads.
const STACK: usize = 16 << 20;

/// For as long as the process lives: a runtime must not be dropped where tasks run.
static FRONT: OnceLock<Runtime> = OnceLock::new();

/// Starts as many threads as it is told. Called again, nothing changes.
///
/// # Errors
///
/// Where the system gives no more threads.
pub fn start(threads: usize) -> io::Result<()> {
    if FRONT.get().is_some() {
        return Ok(());
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(threads)
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
