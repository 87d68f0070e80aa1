//! By which connections was something to leave, or had left, of which the store's rows cannot be read?

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

/// The last of each connection, until the process ends.
#[derive(Debug, Default)]
pub(super) struct Unreadable(Mutex<HashMap<String, (Timestamp, String)>>);

impl Unreadable {
    pub fn note(&self, connection: &str, now: Timestamp, error: &str) {
        self.lock().insert(connection.to_owned(), (now, error.to_owned()));
    }

    pub fn last(&self, connection: &str) -> Option<(Timestamp, String)> {
        self.lock().get(connection).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
