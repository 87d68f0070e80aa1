//! How is it tested? For this crate's tests and those of the server.

use std::{future::Future, sync::Mutex};

use serde_json::{Map, Value as Json};
use studio_core::{
    id::{ConversationId, OrganisationId},
    review::Doubtful,
};
use surrealdb::types::{Object, object};

use crate::{Address, Masked, OpenError, Settings, Store, StoreError, copied, transact::Probe};

/// Stack of each thread of a runtime that talks to the database, in bytes: its parser and executor
/// recurse deeper than tokio's default of 2 MiB allows.
pub const THREAD_STACK: usize = 16 * 1024 * 1024;

/// Runs a test on a runtime of two threads with large stacks.
///
/// # Panics
///
/// When the runtime cannot be built or the test panics.
pub fn run<T: Send + 'static>(test: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(THREAD_STACK)
        .enable_all()
        .build()
        .expect("a runtime can be built");
    // On a worker, not on the test's own thread, whose stack is small.
    match runtime.block_on(runtime.spawn(test)) {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// An empty store in memory.
pub async fn memory() -> Result<Store, OpenError> {
    Store::open(&Settings::new(Address::Memory)).await
}

/// What goes wrong with a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The request never arrives.
    BeforeCommit,
    /// It is committed, but the answer is lost.
    AfterCommit,
    /// It is committed, and told as if it were not.
    Denied,
    /// The disk refuses a write.
    Disk,
}

/// What is to go wrong next, set by a test.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn take(&self) -> Fault {
        self.0.lock().ok().and_then(|mut faults| faults.pop()).unwrap_or(Fault::None)
    }
}

impl Store {
    /// Lets the next transactions fail, in this order; for tests.
    pub fn inject(&self, faults: &[Fault]) {
        if let Ok(mut queue) = self.faults().0.lock() {
            queue.splice(0..0, faults.iter().rev().copied());
        }
    }

    /// Runs a statement that spoils or mends rows of a conversation of the first organisation, as nothing of ours does; for
    /// tests. It knows `$organisation` and `$conversation`.
    pub async fn spoil(
        &self,
        statement: &'static str,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        let bind = object! {
            organisation: OrganisationId::FIRST.to_string(),
            conversation: conversation.to_string(),
        };
        self.transact(&[statement], bind, Probe::Repeat).await?;
        Ok(())
    }
}

impl Store {
    /// Runs statements once and as they are, without anything that the store does around its own; for benchmarks.
    pub async fn run_as_it_is(&self, statements: &'static str, bind: Object) -> Result<(), StoreError> {
        self.read(statements, bind).await.map(drop)
    }
}

/// A row of a table as a copy has it ([`Store::export`]); nothing where it is none.
pub fn row(table: &str, row: Map<String, Json>) -> Option<Object> {
    copied::json_to_object(table, row)
}

/// Keeps doubtful messages as they were written.
pub fn as_written(_: OrganisationId, _: &str, found: &Doubtful<'_>) -> Option<Masked> {
    let language = found.understanding.language.clone().unwrap_or_default();
    Some(Masked { text: found.text.to_owned(), key: found.text.to_lowercase(), language })
}
