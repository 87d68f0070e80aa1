//! The index as the rest of the studio sees it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use studio_core::{id::OrganisationId, understanding::Passage};
use tantivy::Searcher;

use super::{
    ledger::{Held, Ledger, key},
    open::{self, Opened},
    publish,
    schema::Fields,
};
use crate::{Document, search};

/// The passages of all bots, and the questions to them.
///
/// A clone is the same index. Publishing is one at a time and writes to the disk: call it where blocking is allowed.
/// Searching only reads, and sees one moment: all of a version or nothing of it.
#[derive(Clone)]
pub struct Knowledge {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` in memory.
    folder: Option<PathBuf>,
    /// `None` only after the index could neither be opened nor be built.
    opened: Mutex<Option<Opened>>,
    view: RwLock<Arc<View>>,
    condition: Condition,
    /// Whether it had to be kept in memory although it has a folder.
    displaced: AtomicBool,
}

/// One moment of the index.
pub struct View {
    pub searcher: Searcher,
    pub ledger: Ledger,
    pub fields: Fields,
}

/// How the index was found when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// As it was left.
    Whole,
    /// There was none; it is empty now.
    New,
    /// It was damaged, or of another version of the studio; it is empty now. With the reason.
    Rebuilt(String),
    /// The folder cannot be used; it is empty, and gone with the process. With the reason.
    InMemory(String),
}

/// What a publication did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Passages that the bot has now.
    pub passages: u64,
    /// `false`: the very same was held already, and nothing was written.
    pub changed: bool,
    /// The index had to be built from nothing: all other bots are to be published again.
    pub others_lost: bool,
}

/// The index cannot be written, and building it anew failed too.
#[derive(Debug, thiserror::Error)]
#[error(
    "write the knowledge index: {0} (it is derived: free some space or delete its folder, then publish again)"
)]
pub struct KnowledgeError(pub(super) String);

impl Knowledge {
    /// Opens the index in `folder`, or builds it from nothing where it is missing, damaged, or of another version.
    ///
    /// A folder that cannot be used at all leads to an index in memory ([`Knowledge::condition`] says so). Fails only
    /// where not even that can be made.
    pub fn open(folder: &Path) -> Result<Self, KnowledgeError> {
        let (opened, condition) = open::in_folder(folder).map_err(KnowledgeError)?;
        tell(folder, &condition);
        Ok(Self::of(Some(folder.to_owned()), opened, condition))
    }

    /// An empty index that lives as long as its last clone.
    pub fn in_memory() -> Result<Self, KnowledgeError> {
        Ok(Self::of(None, open::in_memory().map_err(KnowledgeError)?, Condition::New))
    }

    fn of(folder: Option<PathBuf>, opened: Opened, condition: Condition) -> Self {
        let view = RwLock::new(Arc::new(View::of(&opened)));
        let displaced = AtomicBool::new(condition.is_in_memory());
        Self {
            inner: Arc::new(Inner { folder, opened: Mutex::new(Some(opened)), view, condition, displaced }),
        }
    }

    /// How the index was found when it was opened.
    pub fn condition(&self) -> &Condition {
        &self.inner.condition
    }

    /// Replaces all passages of the bot by those of `documents`, in one commit.
    ///
    /// The same documents under the same version are recognised and cost nothing; under another version only the
    /// version is noted.
    pub fn publish(
        &self,
        organisation: OrganisationId,
        bot: &str,
        version: u32,
        documents: &[Document],
    ) -> Result<Published, KnowledgeError> {
        let key = key(organisation, bot);
        self.write(|opened| publish::publish(opened, &key, version, documents))
    }

    /// Forgets the bot. `others_lost` as in [`Published`]; a bot that is not held is no error.
    pub fn remove(&self, organisation: OrganisationId, bot: &str) -> Result<Published, KnowledgeError> {
        let key = key(organisation, bot);
        self.write(|opened| publish::remove(opened, &key))
    }

    /// Whether exactly this is held; `checksum` is [`super::checksum`] of the documents.
    pub fn holds(&self, organisation: OrganisationId, bot: &str, version: u32, checksum: &str) -> bool {
        self.held(organisation, bot).is_some_and(|held| held == (version, checksum.to_owned()))
    }

    /// Version and checksum of what is held of the bot.
    pub fn held(&self, organisation: OrganisationId, bot: &str) -> Option<(u32, String)> {
        let view = self.view();
        let held: Option<&Held> = view.ledger.bots.get(&key(organisation, bot));
        held.map(|held| (held.version, held.checksum.clone()))
    }

    /// The passages that answer `query` best, the best first, at most `limit`.
    ///
    /// `language` (ISO 639-1) is preferred to others, as is the one that the question is clearly written in. Total on
    /// any text: what cannot be asked has no answer.
    pub fn search(
        &self,
        organisation: OrganisationId,
        bot: &str,
        query: &str,
        language: &str,
        limit: usize,
    ) -> Vec<Passage> {
        let view = self.view();
        let Some(held) = view.ledger.bots.get(&key(organisation, bot)) else { return Vec::new() };
        search::search(&view, held, query, language, limit)
    }

    fn view(&self) -> Arc<View> {
        self.inner.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` on the writer. If it fails, the index is opened anew (which heals it) and `work` tried once more; if it fails again,
    /// for its disk is full perhaps, the index is kept in memory.
    fn write(
        &self,
        work: impl Fn(&mut Opened) -> Result<Published, String>,
    ) -> Result<Published, KnowledgeError> {
        let mut slot = self.inner.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut others_lost = self.returns(&mut slot);
        let mut failure = "the index is not open".to_owned();
        for attempt in 0..if self.inner.folder.is_some() { 3 } else { 2 } {
            if attempt > 0 || slot.is_none() {
                // The old writer must let go of the folder before it is opened again.
                drop(slot.take());
                let found = if attempt < 2 { self.reopened() } else { self.displaced(&failure) };
                let (opened, condition) = found.map_err(KnowledgeError)?;
                others_lost |= condition != Condition::Whole;
                *slot = Some(opened);
            }
            let Some(opened) = slot.as_mut() else { continue };
            let done = open::guarded(|| {
                let published = work(opened)?;
                opened.reader.reload().map_err(|error| error.to_string())?;
                Ok(published)
            });
            match done {
                Ok(published) => {
                    if published.changed || others_lost {
                        *self.inner.view.write().unwrap_or_else(PoisonError::into_inner) =
                            Arc::new(View::of(opened));
                    }
                    return Ok(Published { others_lost, ..published });
                }
                Err(error) => {
                    tracing::warn!(error, attempt, "knowledge.index_write_failed");
                    failure = error;
                }
            }
        }
        *slot = None;
        Err(KnowledgeError(failure))
    }

    /// An index that had to be kept in memory goes back to its folder once that can be used again; whether it did. What lies
    /// there is of an earlier time.
    fn returns(&self, slot: &mut Option<Opened>) -> bool {
        if !self.inner.displaced.load(Ordering::Relaxed) {
            return false;
        }
        let Some(folder) = self.inner.folder.as_ref().filter(|folder| open::takes_writes(folder)) else {
            return false;
        };
        match open::in_folder(folder) {
            Ok((opened, condition)) if !condition.is_in_memory() => {
                tracing::info!(folder = %folder.display(), "knowledge.in_its_folder_again");
                self.inner.displaced.store(false, Ordering::Relaxed);
                *slot = Some(opened);
                true
            }
            Ok(_) | Err(_) => false,
        }
    }

    fn reopened(&self) -> Result<(Opened, Condition), String> {
        let Some(folder) = &self.inner.folder else {
            return open::in_memory().map(|opened| (opened, Condition::New));
        };
        let (opened, condition) = open::in_folder(folder)?;
        self.tell(folder, &condition);
        Ok((opened, condition))
    }

    /// An empty index in memory, for its folder cannot be written.
    fn displaced(&self, reason: &str) -> Result<(Opened, Condition), String> {
        let (opened, condition) = open::instead_in_memory(reason.to_owned())?;
        if let Some(folder) = &self.inner.folder {
            self.tell(folder, &condition);
        }
        Ok((opened, condition))
    }

    fn tell(&self, folder: &Path, condition: &Condition) {
        tell(folder, condition);
        self.inner.displaced.store(condition.is_in_memory(), Ordering::Relaxed);
    }
}

impl Condition {
    fn is_in_memory(&self) -> bool {
        matches!(self, Self::InMemory(_))
    }
}

fn tell(folder: &Path, condition: &Condition) {
    match condition {
        Condition::Whole | Condition::New => {}
        Condition::Rebuilt(reason) => {
            tracing::warn!(folder = %folder.display(), reason, "knowledge.rebuilt");
        }
        Condition::InMemory(reason) => {
            tracing::warn!(folder = %folder.display(), reason, "knowledge.in_memory");
        }
    }
}

impl View {
    fn of(opened: &Opened) -> Self {
        Self { searcher: opened.reader.searcher(), ledger: opened.ledger.clone(), fields: opened.fields }
    }
}
