//! How does what was said come into the index of messages? Behind the turns: in batches, with a pause after each at least as long as it
//! took, so that it never has more than half of a processor, and a tenth of one while events wait for their turn.
//!
//! Each round reads the conversations that have changed. Beside that, at the start and whenever something may have been missed, it goes
//! through all conversations, page by page, and reads those of which the index holds another version than the store. So an index that is
//! new, old or was lost comes to hold what the store has, and a person who was forgotten just before a crash is forgotten here at the
//! next start.

use std::{sync::Arc, time::Duration};

use studio_core::id::{ConversationId, OrganisationId};
use studio_knowledge::{MessageIndex, MessageIndexError, Put, Stretch};
use studio_store::StoreError;
use tokio::time::Instant;

use crate::studio::Studio;

/// Between two rounds while nothing but what is said now is read.
const PAUSE: Duration = Duration::from_secs(1);
/// The least between two rounds.
const LEAST_PAUSE: Duration = Duration::from_millis(20);
/// Events that wait for their turn while there is nothing to wait for.
const FEW: usize = 20;
/// How many times as long as a round it rests while more wait.
const BUSY: u32 = 9;
/// After an error.
const TROUBLE: Duration = Duration::from_secs(10);
/// Between two times that the files are written anew without what was forgotten.
const BETWEEN_PURGES: Duration = Duration::from_mins(10);
/// The same where some of it is still there.
const PURGE_AGAIN: Duration = Duration::from_secs(10);
/// Conversations of one round.
const MOST: usize = 300;
/// The same, as the store counts.
const PAGE: u32 = 300;
/// Turns of a conversation that are read at once.
const TURNS: u32 = 200;
/// Entries that are put into the index in one commit, but for those of the last page.
const ENTRIES: usize = 5_000;
/// The same in bytes of their turns as they are stored, for messages may be long.
const BYTES: usize = 8 << 20;

type Version = (OrganisationId, ConversationId, u64);

#[derive(Debug, thiserror::Error)]
enum IndexError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] MessageIndexError),
    #[error("writing the index panicked")]
    Panicked,
}

/// How far the way through all conversations has come.
struct Through {
    after: Option<(OrganisationId, ConversationId)>,
    begun: Instant,
    seen: u64,
    /// Conversations that were read because the index held another version.
    read: u64,
    /// Whether all could be held.
    complete: bool,
}

impl Through {
    fn begun(begun: Instant) -> Self {
        Self { after: None, begun, seen: 0, read: 0, complete: true }
    }
}

/// Runs until the server stops.
pub(super) async fn run(studio: Arc<Studio>) {
    let opening = tokio::task::spawn_blocking({
        let studio = Arc::clone(&studio);
        move || studio.messages.open()
    });
    let index = match opening
        .await
        .map_err(|_| IndexError::Panicked)
        .and_then(|index| index.map_err(IndexError::from))
    {
        Ok(index) => index,
        Err(error) => {
            tracing::error!(%error, "message_index.unusable");
            return;
        }
    };
    // Of what was being read when a bug ended this task before, nobody knows.
    studio.messages.doubt();
    let mut indexer =
        Indexer { studio: Arc::clone(&studio), index, through: None, purge_from: Instant::now() };
    loop {
        let begun = Instant::now();
        let pause = match indexer.round().await {
            Ok(true) => LEAST_PAUSE,
            Ok(false) => PAUSE,
            Err(error) => {
                tracing::error!(%error, "message_index.failed");
                indexer.through = None;
                studio.messages.doubt();
                TROUBLE
            }
        };
        let rest = begun.elapsed() * if studio.intake.backlog().awake() > FEW { BUSY } else { 1 };
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(pause.max(rest)) => {}
        }
    }
}

struct Indexer {
    studio: Arc<Studio>,
    index: MessageIndex,
    through: Option<Through>,
    /// From when on what was forgotten may be dropped from the files.
    purge_from: Instant,
}

impl Indexer {
    /// Whether there is more to do at once.
    async fn round(&mut self) -> Result<bool, IndexError> {
        if self.studio.messages.looks_through(self.through.is_some()) {
            self.through = Some(Through::begun(Instant::now()));
        }
        let more = self.read_changed().await?;
        if let Some(through) = self.through.take() {
            self.go_on(through).await?;
        }
        self.purge().await?;
        Ok(more || self.through.is_some())
    }

    /// Reads the conversations that have changed; whether more have.
    async fn read_changed(&mut self) -> Result<bool, IndexError> {
        let messages = &self.studio.messages;
        let changed = messages.take(MOST);
        if !changed.is_empty() {
            let versions = self.studio.store.versions_of(&changed).await?;
            let read = self.read(versions).await?;
            if read.full {
                messages.lacks();
            }
            if let Some(through) = &mut self.through {
                through.complete &= !read.full;
            }
            if read.lost {
                self.through = None;
            }
        }
        messages.read();
        Ok(changed.len() == MOST)
    }

    /// Reads the next page of all conversations.
    async fn go_on(&mut self, mut through: Through) -> Result<(), IndexError> {
        let page = self.studio.store.conversation_versions(through.after, PAGE).await?;
        let Some((organisation, conversation, _)) = page.last() else { return self.finish(&through).await };
        through.after = Some((*organisation, *conversation));
        through.seen += page.len() as u64;
        let read = self.read(page).await?;
        if read.lost {
            return Ok(());
        }
        if through.read == 0 && read.conversations > 0 {
            tracing::info!("message_index.building");
        }
        through.read += read.conversations;
        through.complete &= !read.full;
        self.through = Some(through);
        Ok(())
    }

    /// All conversations were seen: what is held beyond them is of another store.
    async fn finish(&self, through: &Through) -> Result<(), IndexError> {
        let held = self.blocking(MessageIndex::conversations).await?;
        let there = self.studio.store.count_conversations().await?;
        if held > there {
            tracing::warn!(held, there, "message_index.of_another_store");
            self.blocking(MessageIndex::clear).await?;
            self.studio.messages.doubt();
            return Ok(());
        }
        if through.read > 0 {
            let (seconds, read) = (through.begun.elapsed().as_secs(), through.read);
            tracing::info!(conversations = through.seen, read, seconds, "message_index.built");
        }
        self.studio.messages.looked_through(through.complete);
        Ok(())
    }

    /// Reads what the index does not hold of these conversations.
    async fn read(&self, versions: Vec<Version>) -> Result<Read, IndexError> {
        let ids: Vec<_> = versions.iter().map(|(organisation, id, _)| (*organisation, *id)).collect();
        let marks = self.blocking(move |index| index.marks(&ids)).await?;
        let mut read = Read::default();
        for (one, mark) in versions.into_iter().zip(marks) {
            let (_, _, version) = one;
            // One that cannot be read has no version.
            if version == 0 || mark.is_some_and(|mark| mark.version == version) {
                continue;
            }
            read.conversations += 1;
            // A store that was put back to an earlier time has less than the index.
            let after = mark.filter(|mark| mark.version < version).map_or(0, |mark| mark.last);
            self.read_one(one, after, &mut read).await?;
        }
        self.put(&mut read).await?;
        Ok(read)
    }

    /// Reads a conversation from an entry on. Its last stretch alone says that all is held: until then it is read on from where it
    /// stands.
    async fn read_one(&self, one: Version, mut after: u64, read: &mut Read) -> Result<(), IndexError> {
        let (organisation, conversation, version) = one;
        let stretch =
            |after, entries, last| Stretch { organisation, conversation, after, entries, last, version: 0 };
        let mut waiting = stretch(after, Vec::new(), after);
        loop {
            let page = self.studio.store.journal(organisation, conversation, after, TURNS).await?;
            let Some(last) = page.last else { break };
            read.bytes += page.bytes;
            // A turn has at least one entry.
            let ended = page.missing.is_none() && page.entries.len() < TURNS as usize;
            let before = std::mem::replace(&mut waiting, stretch(after, page.entries, last));
            if before.last > before.after {
                read.add(before);
            }
            if read.is_enough() {
                self.put(read).await?;
            }
            after = last;
            if ended {
                break;
            }
        }
        read.add(Stretch { version, ..waiting });
        Ok(())
    }

    /// Puts what was read into the index.
    async fn put(&self, read: &mut Read) -> Result<(), IndexError> {
        let batch = std::mem::take(&mut read.batch);
        (read.entries, read.bytes) = (0, 0);
        if batch.is_empty() {
            return Ok(());
        }
        let Put { lost, full } = self.blocking(move |index| index.put(&batch)).await?;
        if lost {
            self.studio.messages.doubt();
        }
        read.lost |= lost;
        read.full |= full;
        Ok(())
    }

    /// What was forgotten is found no more at once, and leaves the files here.
    async fn purge(&mut self) -> Result<(), IndexError> {
        let now = Instant::now();
        if now < self.purge_from || !self.index.must_be_purged() {
            return Ok(());
        }
        self.purge_from = now + BETWEEN_PURGES;
        if self.blocking(MessageIndex::purge).await?.lost {
            self.through = None;
            self.studio.messages.doubt();
        }
        if self.index.must_be_purged() {
            self.purge_from = now + PURGE_AGAIN;
        }
        Ok(())
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&MessageIndex) -> Result<T, MessageIndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let index = self.index.clone();
        let done = tokio::task::spawn_blocking(move || work(&index)).await;
        done.map_err(|_| IndexError::Panicked)?.map_err(IndexError::Index)
    }
}

/// What was read of some conversations.
#[derive(Default)]
struct Read {
    conversations: u64,
    /// What must still be put into the index, and how many entries and bytes that is.
    batch: Vec<Stretch>,
    entries: usize,
    bytes: usize,
    /// Whether all that was held before is missing, so that the way through all conversations begins anew.
    lost: bool,
    /// Whether the index holds as much as it may, and the rest was left out.
    full: bool,
}

impl Read {
    fn add(&mut self, stretch: Stretch) {
        self.entries += stretch.entries.len();
        self.batch.push(stretch);
    }

    /// Whether there is enough for a commit.
    fn is_enough(&self) -> bool {
        self.entries >= ENTRIES || self.bytes >= BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_put_into_the_index_as_soon_as_many_are() {
        let read = |entries, bytes| Read { entries, bytes, ..Read::default() };
        assert!(!read(ENTRIES - 1, BYTES - 1).is_enough());
        assert!(read(ENTRIES, 0).is_enough() && read(1, BYTES).is_enough());
    }
}
