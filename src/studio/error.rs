//! Why can a studio not start?

use std::io;

use studio_knowledge::KnowledgeError;
use studio_store::{OpenError, StoreError};

use super::Mistakes;
use crate::{translation::TranslationError, vault::VaultError};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Connections(#[from] Mistakes),
    #[error(transparent)]
    NoStore(#[from] NoStore),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Translation(#[from] TranslationError),
    #[error("{what} cannot be read: {error}")]
    Unread { what: &'static str, error: StoreError },
    #[error("cannot read or make the server's secret: {0}")]
    Secret(io::Error),
    #[error("the data folder cannot be synced: {0}")]
    Unsynced(io::Error),
    #[error("the search index cannot be made: {0}")]
    Index(KnowledgeError),
    #[error("what was left by the last run cannot be taken up: {0}")]
    LeftOver(StoreError),
}

impl StartError {
    /// What the store did not give.
    pub(super) fn unread(what: &'static str) -> impl FnOnce(StoreError) -> Self {
        move |error| Self::Unread { what, error }
    }
}

/// The store of the settings cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum NoStore {
    #[error(transparent)]
    Url(#[from] UnknownUrl),
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The settings name no store that there is.
#[derive(Debug, thiserror::Error)]
#[error("store.url is {0:?}; it can be `surrealkv`, `rocksdb`, `memory`, `ws://…` or `wss://…`")]
pub struct UnknownUrl(pub(super) String);
