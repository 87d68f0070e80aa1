//! How does an index heal itself while it is written and asked?

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tantivy::Searcher;

use super::{
    kind::Kind,
    open::{self, Opened},
};

/// An index with its one writer, and the moment of it that is asked.
pub struct Kept<K: Kind> {
    /// `None` in memory.
    folder: Option<PathBuf>,
    /// `None` only after the index could neither be opened nor be built.
    opened: Mutex<Option<Opened<K>>>,
    view: RwLock<Arc<View<K>>>,
    condition: Condition,
    /// Whether it had to be kept in memory although it has a folder.
    displaced: AtomicBool,
}

/// One moment of the index.
pub struct View<K: Kind> {
    pub searcher: Searcher,
    pub ledger: K::Ledger,
    pub fields: K::Fields,
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

impl<K: Kind> Kept<K> {
    /// Opens the index in `folder`, or builds it from nothing where it is missing, damaged, or of another version. Fails only where
    /// not even one in memory can be made.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let (opened, condition) = open::in_folder(folder)?;
        tell::<K>(folder, &condition);
        Ok(Self::of(Some(folder.to_owned()), opened, condition))
    }

    /// An empty index that lives as long as this.
    pub fn in_memory() -> Result<Self, String> {
        Ok(Self::of(None, open::in_memory()?, Condition::New))
    }

    fn of(folder: Option<PathBuf>, opened: Opened<K>, condition: Condition) -> Self {
        let view = RwLock::new(Arc::new(View::of(&opened)));
        let displaced = AtomicBool::new(condition.is_in_memory());
        Self { folder, opened: Mutex::new(Some(opened)), view, condition, displaced }
    }

    /// How the index was found when it was opened.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Whether it is held in memory alone, for now or for good.
    pub fn is_in_memory(&self) -> bool {
        self.folder.is_none() || self.displaced.load(Ordering::Relaxed)
    }

    pub fn view(&self) -> Arc<View<K>> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` on the writer, and says beside what it made whether all that was held before is lost. If it fails, the index is
    /// opened anew (which heals it) and `work` tried once more; if it fails again, for its disk is full perhaps, the index is kept
    /// in memory.
    pub fn write<T>(&self, work: impl Fn(&mut Opened<K>) -> Result<T, String>) -> Result<(T, bool), String> {
        let mut slot = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lost = self.returns(&mut slot);
        let mut failure = "the index is not open".to_owned();
        for attempt in 0..if self.folder.is_some() { 3 } else { 2 } {
            if attempt > 0 || slot.is_none() {
                // The old writer must let go of the folder before it is opened again.
                drop(slot.take());
                let found = if attempt < 2 { self.reopened() } else { self.displaced(&failure) };
                let (opened, condition) = found?;
                lost |= condition != Condition::Whole;
                *slot = Some(opened);
            }
            let Some(opened) = slot.as_mut() else { continue };
            let done = open::guarded(|| {
                let done = work(opened)?;
                opened.reader.reload().map_err(|error| error.to_string())?;
                Ok(done)
            });
            match done {
                Ok(done) => {
                    *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(View::of(opened));
                    return Ok((done, lost));
                }
                Err(error) => {
                    tracing::warn!(error, attempt, "{}.index_write_failed", K::NAME);
                    failure = error;
                }
            }
        }
        *slot = None;
        Err(failure)
    }

    /// An index that had to be kept in memory goes back to its folder once that can be used again; whether it did. What lies
    /// there is of an earlier time.
    fn returns(&self, slot: &mut Option<Opened<K>>) -> bool {
        if !self.displaced.load(Ordering::Relaxed) {
            return false;
        }
        let Some(folder) = self.folder.as_ref().filter(|folder| open::takes_writes(folder)) else {
            return false;
        };
        match open::in_folder(folder) {
            Ok((opened, condition)) if !condition.is_in_memory() => {
                tracing::info!(folder = %folder.display(), "{}.in_its_folder_again", K::NAME);
                self.displaced.store(false, Ordering::Relaxed);
                *slot = Some(opened);
                true
            }
            Ok(_) | Err(_) => false,
        }
    }

    fn reopened(&self) -> Result<(Opened<K>, Condition), String> {
        let Some(folder) = &self.folder else {
            return open::in_memory().map(|opened| (opened, Condition::New));
        };
        let (opened, condition) = open::in_folder(folder)?;
        self.tell(folder, &condition);
        Ok((opened, condition))
    }

    /// An empty index in memory, for its folder cannot be written.
    fn displaced(&self, reason: &str) -> Result<(Opened<K>, Condition), String> {
        let (opened, condition) = open::instead_in_memory(reason.to_owned())?;
        if let Some(folder) = &self.folder {
            self.tell(folder, &condition);
        }
        Ok((opened, condition))
    }

    fn tell(&self, folder: &Path, condition: &Condition) {
        tell::<K>(folder, condition);
        self.displaced.store(condition.is_in_memory(), Ordering::Relaxed);
    }
}

impl Condition {
    fn is_in_memory(&self) -> bool {
        matches!(self, Self::InMemory(_))
    }
}

fn tell<K: Kind>(folder: &Path, condition: &Condition) {
    match condition {
        Condition::Whole | Condition::New => {}
        Condition::Rebuilt(reason) => {
            tracing::warn!(folder = %folder.display(), reason, "{}.rebuilt", K::NAME);
        }
        Condition::InMemory(reason) => {
            tracing::warn!(folder = %folder.display(), reason, "{}.in_memory", K::NAME);
        }
    }
}

impl<K: Kind> View<K> {
    fn of(opened: &Opened<K>) -> Self {
        Self { searcher: opened.reader.searcher(), ledger: opened.ledger.clone(), fields: opened.fields }
    }
}
