//! How do a bot's documents come to be searched, and when no more? By words at once, by what they mean bit by bit.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
    thread,
};

use studio_core::{
    bot::{Bot, Document, Files, load_published},
    id::OrganisationId,
};
use studio_knowledge::Learned;

use super::{
    folder::{BotFolder, FolderError},
    models::blocking,
    publish::PublishError,
    registry::Registry,
};
use crate::turn::Mind;

impl Registry {
    /// Lets a version's documents be searched by words.
    pub(super) async fn index(
        &self,
        organisation: OrganisationId,
        bot: &str,
        version: u32,
        documents: &Arc<Vec<studio_knowledge::Document>>,
    ) -> Result<(), PublishError> {
        let (knowledge, name, documents) =
            (self.inner.knowledge.clone(), bot.to_owned(), Arc::clone(documents));
        let lost = blocking(move || {
            let published = knowledge.publish(organisation, &name, version, &documents);
            published.map(|published| published.others_lost).map_err(|error| error.to_string())
        })
        .await?
        .map_err(PublishError::Failed)?;
        if lost {
            self.index_again(organisation, bot).await;
        }
        Ok(())
    }

    /// Lets the documents of a version that was published before be searched. What the index has already costs nothing.
    pub(super) async fn index_published(
        &self,
        organisation: OrganisationId,
        mind: &Mind,
    ) -> Result<(), PublishError> {
        let Some(documents) = self.documents_of(organisation, mind).await? else { return Ok(()) };
        self.index(organisation, &mind.bot.name, mind.version, &documents).await?;
        self.learn_meaning(organisation, &mind.bot, documents);
        Ok(())
    }

    /// Indexes all bots but one again: the index was found damaged and built from nothing.
    async fn index_again(&self, organisation: OrganisationId, but: &str) {
        let minds: Vec<Mind> = {
            let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
            current
                .values()
                .filter_map(|current| current.mind.clone())
                .filter(|mind| mind.bot.name != but)
                .collect()
        };
        for mind in minds {
            let bot = mind.bot.name.clone();
            let knowledge = self.inner.knowledge.clone();
            let result = match self.documents_of(organisation, &mind).await {
                Ok(Some(documents)) => blocking(move || {
                    knowledge.publish(organisation, &mind.bot.name, mind.version, &documents).map(|_| ())
                })
                .await
                .map_err(|error| error.to_string())
                .and_then(|result| result.map_err(|error| error.to_string())),
                Ok(None) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = result {
                tracing::error!(bot, error, "bot.index_again.failed");
            }
        }
    }

    /// The documents of a published version, if the store has it.
    async fn documents_of(
        &self,
        organisation: OrganisationId,
        mind: &Mind,
    ) -> Result<Option<Arc<Vec<studio_knowledge::Document>>>, PublishError> {
        let row = self.inner.store.bot_version(organisation, &mind.bot.name, mind.version).await?;
        let Some(row) = row else { return Ok(None) };
        let documents = || load_published(&Files(row.files)).documents.iter().map(document).collect();
        Ok(Some(Arc::new(blocking(documents).await?)))
    }

    /// Lets the documents be searched by meaning where the bot wants it and there is a model, in a thread behind everything else: of
    /// many documents that are new it takes minutes.
    pub(super) fn learn_meaning(
        &self,
        organisation: OrganisationId,
        bot: &Bot,
        documents: Arc<Vec<studio_knowledge::Document>>,
    ) {
        let (knowledge, bot_name) = (self.inner.knowledge.clone(), bot.name.clone());
        if !bot.knowledge.meaning {
            return knowledge.unlearn(organisation, &bot_name);
        }
        let models = Arc::clone(&self.inner.models);
        let learn = move || {
            // The log says why there is none.
            let Some(embedder) = models.embedder() else { return };
            match knowledge.learn(organisation, &bot_name, &documents, &embedder) {
                Ok(Learned { overtaken: true, .. }) => {}
                Ok(Learned { passages, fresh, without, overtaken: false }) => {
                    tracing::info!(bot = bot_name, passages, fresh, without, "knowledge.meaning.learned");
                }
                Err(error) => tracing::warn!(bot = bot_name, %error, "knowledge.meaning.unfinished"),
            }
        };
        if let Err(error) = thread::Builder::new().name("meaning".to_owned()).spawn(learn) {
            tracing::error!(bot = bot.name, %error, "knowledge.meaning.not_begun");
        }
    }

    /// Lets go of the documents of bots that are not among those that have a folder. One that comes back is indexed anew.
    pub(super) async fn forget_gone(&self, organisation: OrganisationId, there: &BTreeSet<String>) {
        for bot in self.inner.knowledge.bots(organisation) {
            // Its folder may have been read for another name than its files say.
            if there.contains(&bot) || self.runs(organisation, &bot) {
                continue;
            }
            let (knowledge, name) = (self.inner.knowledge.clone(), bot.clone());
            let removed = blocking(move || knowledge.remove(organisation, &name))
                .await
                .and_then(|removed| removed.map_err(|error| PublishError::Failed(error.to_string())));
            match removed {
                Ok(removed) => {
                    tracing::info!(bot, "knowledge.removed");
                    if removed.others_lost {
                        self.index_again(organisation, &bot).await;
                    }
                }
                Err(error) => tracing::error!(bot, %error, "knowledge.remove.failed"),
            }
        }
    }
}

/// The bots that have a folder; `None` where one cannot be read or there is none, for then nobody knows which are gone.
pub(super) fn bots_of(folders: &[(String, Result<BotFolder, FolderError>)]) -> Option<BTreeSet<String>> {
    let named = folders.iter().filter(|(_, folder)| !matches!(folder, Err(FolderError::SameName { .. })));
    let bot = |bot: &BotFolder| bot.path.is_some().then(|| bot.bot());
    let bots: Option<BTreeSet<String>> =
        named.map(|(_, folder)| folder.as_ref().ok().and_then(bot)).collect();
    bots.filter(|bots| !bots.is_empty())
}

/// A bot's document as the index wants it.
pub fn document(document: &Document) -> studio_knowledge::Document {
    studio_knowledge::Document {
        path: document.path.clone(),
        language: document.language.clone(),
        text: document.text.clone(),
    }
}
