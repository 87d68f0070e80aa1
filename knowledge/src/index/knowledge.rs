//! The index as the rest of the studio sees it.

use std::{path::Path, sync::Arc};

use studio_core::{
    embedding::{EmbedError, Embedder},
    id::OrganisationId,
    understanding::Passage,
};

use super::{
    ledger::{Held, key},
    publish,
    schema::Passages,
};
use crate::{
    Document,
    derived::{self, Condition, Kept, Opened},
    meaning::{Learned, Meanings},
    search,
};

/// The folder of what passages mean, beside that of the index.
const MEANINGS: &str = "meanings";

/// One moment of the index.
pub type View = derived::View<Passages>;

/// The passages of all bots, and the questions to them.
///
/// A clone is the same index. Publishing is one at a time and writes to the disk: call it where blocking is allowed.
/// Searching only reads, and sees one moment: all of a version or nothing of it.
#[derive(Clone)]
pub struct Knowledge {
    kept: Arc<Kept<Passages>>,
    meanings: Arc<Meanings>,
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
        let meanings = Meanings::new(Some(folder.with_file_name(MEANINGS)));
        Ok(Self { kept: Arc::new(Kept::open(folder).map_err(KnowledgeError)?), meanings: Arc::new(meanings) })
    }

    /// An empty index that lives as long as its last clone.
    pub fn in_memory() -> Result<Self, KnowledgeError> {
        let kept = Arc::new(Kept::in_memory().map_err(KnowledgeError)?);
        Ok(Self { kept, meanings: Arc::new(Meanings::new(None)) })
    }

    /// How the index was found when it was opened.
    pub fn condition(&self) -> &Condition {
        self.kept.condition()
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

    /// Learns what the passages of `documents` mean, and searches the bot by that as well as by words: by what was known before and
    /// by what is new bit by bit. Passages that stand there as they did cost nothing; a new one takes about as long as a message
    /// to be understood for each twenty words. Call it where minutes do not matter. A later call for the same bot ends this one.
    ///
    /// # Errors
    ///
    /// The model failed. What is known by then is searched, the rest is learned by the next call.
    pub fn learn(
        &self,
        organisation: OrganisationId,
        bot: &str,
        documents: &[Document],
        embedder: &Arc<dyn Embedder>,
    ) -> Result<Learned, EmbedError> {
        self.meanings.learn(&key(organisation, bot), documents, embedder)
    }

    /// Searches the bot by words alone.
    pub fn unlearn(&self, organisation: OrganisationId, bot: &str) {
        self.meanings.forget(&key(organisation, bot));
    }

    /// Forgets the bot. `others_lost` as in [`Published`]; a bot that is not held is no error.
    pub fn remove(&self, organisation: OrganisationId, bot: &str) -> Result<Published, KnowledgeError> {
        let key = key(organisation, bot);
        self.meanings.forget(&key);
        self.write(|opened| publish::remove(opened, &key))
    }

    /// Whether exactly this is held; `checksum` is [`super::checksum`] of the documents.
    pub fn holds(&self, organisation: OrganisationId, bot: &str, version: u32, checksum: &str) -> bool {
        self.held(organisation, bot).is_some_and(|held| held == (version, checksum.to_owned()))
    }

    /// The bots of an organisation that are held.
    pub fn bots(&self, organisation: OrganisationId) -> Vec<String> {
        let (view, all) = (self.kept.view(), key(organisation, ""));
        view.ledger.bots.keys().filter_map(|key| key.strip_prefix(&all)).map(str::to_owned).collect()
    }

    /// Version and checksum of what is held of the bot.
    pub fn held(&self, organisation: OrganisationId, bot: &str) -> Option<(u32, String)> {
        let view = self.kept.view();
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
        let view = self.kept.view();
        let key = key(organisation, bot);
        let Some(held) = view.ledger.bots.get(&key) else { return Vec::new() };
        let meaning = self.meanings.of(&key);
        search::search(&view, held, meaning.as_deref(), (query, language), limit)
    }

    fn write(
        &self,
        work: impl Fn(&mut Opened<Passages>) -> Result<Published, String>,
    ) -> Result<Published, KnowledgeError> {
        let (published, others_lost) = self.kept.write(work).map_err(KnowledgeError)?;
        Ok(Published { others_lost, ..published })
    }
}
