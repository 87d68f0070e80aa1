//! The index of the messages as the rest of the studio sees it.

use std::{ops::Bound, path::Path, sync::Arc};

use studio_core::id::{ConversationId, OrganisationId};
use tantivy::{collector::Count, query::RangeQuery};

use super::{
    find::{self, Hits},
    put::{self, Mark, Put, Stretch},
    schema::{Messages, owner, term},
};
use crate::derived::{Kept, guarded};

/// Messages and marks that are held where the index must be kept in memory.
const MOST_IN_MEMORY: u64 = 200_000;

/// The words of all messages, and the questions for them.
///
/// A clone is the same index. Writing is one at a time and on the disk, and asking reads from it: call both where blocking is allowed.
#[derive(Clone)]
pub struct MessageIndex {
    kept: Arc<Kept<Messages>>,
    /// Messages and marks that are held where it must be kept in memory.
    most_in_memory: u64,
}

/// The index cannot be written, or not be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "use the index of messages: {0} (it is derived: free some space, or delete its folder and start again)"
)]
pub struct MessageIndexError(String);

impl MessageIndex {
    /// Opens the index in `folder`, or begins an empty one where it is missing, damaged, or of another version.
    ///
    /// A folder that cannot be used at all leads to an index in memory. Fails only where not even that can be made.
    pub fn open(folder: &Path) -> Result<Self, MessageIndexError> {
        Kept::open(folder).map(Self::of).map_err(MessageIndexError)
    }

    fn of(kept: Kept<Messages>) -> Self {
        Self { kept: Arc::new(kept), most_in_memory: MOST_IN_MEMORY }
    }

    /// What is held of each of these conversations, in their order.
    pub fn marks(
        &self,
        conversations: &[(OrganisationId, ConversationId)],
    ) -> Result<Vec<Option<Mark>>, MessageIndexError> {
        let view = self.kept.view();
        let marks = conversations.iter().map(|(organisation, conversation)| {
            put::mark(&view.searcher, view.fields, &owner(*organisation, *conversation))
        });
        guarded(|| marks.collect()).map_err(MessageIndexError)
    }

    /// Number of the conversations of which something is held.
    pub fn conversations(&self) -> Result<u64, MessageIndexError> {
        let view = self.kept.view();
        let marked = RangeQuery::new(Bound::Included(term(view.fields.mark, "")), Bound::Unbounded);
        let counted = guarded(|| view.searcher.search(&marked, &Count).map_err(|error| error.to_string()));
        counted.map(|counted| counted as u64).map_err(MessageIndexError)
    }

    /// Puts stretches in, in one commit. One that does not follow what is held of its conversation is passed over. An index in memory
    /// that is full takes none, and forgets the conversations in which something was erased.
    pub fn put(&self, stretches: &[Stretch]) -> Result<Put, MessageIndexError> {
        let done = self.kept.write(|opened| {
            let held = opened.reader.searcher().num_docs();
            let full = self.kept.is_in_memory() && held > self.most_in_memory;
            let work = if full { put::erase } else { put::put };
            work(opened, stretches).map(|()| full)
        });
        done.map(|(full, lost)| Put { lost, full }).map_err(MessageIndexError)
    }

    /// Whether words were forgotten that still lie in the files, though nothing finds them.
    pub fn must_be_purged(&self) -> bool {
        self.kept.view().ledger.forgotten
    }

    /// Writes the files anew that have forgotten words in them. What was lost meanwhile is told as by [`MessageIndex::put`].
    pub fn purge(&self) -> Result<Put, MessageIndexError> {
        let done = self.kept.write(put::purge);
        done.map(|((), lost)| Put { lost, full: false }).map_err(MessageIndexError)
    }

    /// Throws all away.
    pub fn clear(&self) -> Result<(), MessageIndexError> {
        self.kept.write(put::clear).map(|((), _)| ()).map_err(MessageIndexError)
    }

    /// The newest message of each conversation of the organisation that has all words of `query`, each whole or as the beginning of
    /// a longer one, in any language. Total on any text: what has no words finds nothing.
    pub fn find(&self, organisation: OrganisationId, query: &str) -> Hits {
        find::find(&self.kept.view(), organisation, query)
    }
}

#[cfg(test)]
impl MessageIndex {
    /// An empty index that lives as long as its last clone.
    pub fn in_memory() -> Result<Self, MessageIndexError> {
        Kept::in_memory().map(Self::of).map_err(MessageIndexError)
    }

    #[must_use]
    pub fn with_room_for(self, most_in_memory: u64) -> Self {
        Self { most_in_memory, ..self }
    }

    /// How the index was found when it was opened.
    pub fn condition(&self) -> &crate::derived::Condition {
        self.kept.condition()
    }

    pub fn segments(&self) -> std::collections::BTreeSet<tantivy::index::SegmentId> {
        self.kept.view().searcher.segment_readers().iter().map(tantivy::SegmentReader::segment_id).collect()
    }

    /// Documents that lie in the files though they were deleted.
    pub fn deleted(&self) -> u32 {
        self.kept.view().searcher.segment_readers().iter().map(tantivy::SegmentReader::num_deleted_docs).sum()
    }
}
