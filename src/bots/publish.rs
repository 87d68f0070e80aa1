//! How does a bot's folder become a version that runs? Checked, trained, indexed, stored, taken up.

use std::sync::{Arc, PoisonError};

use sha2::{Digest, Sha256};
use studio_core::{
    api::BotSummary,
    bot::{Bot, Files, Loaded, Problem, Severity, load},
    counted::counted,
    id::OrganisationId,
};
use studio_nlu::Model;
use studio_store::StoreError;

use super::{
    folder::{BotFolder, FolderError, folders, sample},
    index::document,
    learned::Teaching,
    models::{blocking, model_of},
    not_documents::not_documents,
    registry::{Current, Registry},
};
use crate::{translation, turn::Mind};

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("there is no such bot")]
    NoSuchBot,
    #[error(
        "the folder {folder} exists now, so that the sample {bot}, which runs until the studio is started again, has no \
         files to publish: put a folder {bot} of your own there, or restart the studio"
    )]
    SampleGone { bot: String, folder: String },
    #[error(
        "the bot {bot} runs as it was published, and its folder is gone from {folder}: put it back there"
    )]
    FolderGone { bot: String, folder: String },
    #[error("{}, the first: {first}", counted(*count, "error"))]
    Errors { count: usize, first: String },
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Failed(String),
}

impl Registry {
    /// Reads a bot's folder again and publishes it, with what its draft has learned.
    pub async fn publish_folder(
        &self,
        organisation: OrganisationId,
        bot: &str,
    ) -> Result<BotSummary, PublishError> {
        let folder = self.folder_of(organisation, bot).await?;
        self.publish(organisation, &folder, Teaching::Draft).await
    }

    /// The files that a publication would publish now.
    pub async fn draft_files(&self, organisation: OrganisationId, bot: &str) -> Result<Files, PublishError> {
        let folder = self.folder_of(organisation, bot).await?;
        self.taught(organisation, &folder, Teaching::Draft).await
    }

    /// The folder of a bot, by the bot's name or its own.
    async fn folder_of(&self, organisation: OrganisationId, bot: &str) -> Result<BotFolder, PublishError> {
        let all = self.inner.folder.clone();
        for (name, folder) in blocking(move || folders(&all)).await? {
            match folder {
                Ok(folder) if name == bot || folder.bot() == bot => return Ok(folder),
                Err(error) if name == bot => return Err(error.into()),
                Ok(_) | Err(_) => {}
            }
        }
        if !self.runs(organisation, bot) {
            return Err(PublishError::NoSuchBot);
        }
        let (bot, folder) = (bot.to_owned(), self.inner.folder.display().to_string());
        if sample(&bot).is_some() {
            return Err(PublishError::SampleGone { bot, folder });
        }
        Err(PublishError::FolderGone { bot, folder })
    }

    /// Checks, trains, indexes, stores, and takes up a bot. The same files again are the same version.
    pub async fn publish(
        &self,
        organisation: OrganisationId,
        folder: &BotFolder,
        teaching: Teaching,
    ) -> Result<BotSummary, PublishError> {
        let _turn = self.inner.publishing.lock().await;
        let all = self.taught(organisation, folder, teaching).await?;
        let files = all.clone();
        let Loaded { bot, documents, mut problems, .. } = blocking(move || load(&files)).await?;
        if let Some(path) = folder.path.clone() {
            problems.extend(blocking(move || not_documents(&path)).await?);
        }
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        let Some(bot) = bot else {
            let name = folder.bot();
            let first = problems.iter().find(|problem| problem.severity == Severity::Error);
            let first = first.map_or_else(String::new, ToString::to_string);
            self.record_problems(organisation, &name, problems);
            return Err(PublishError::Errors { count: errors, first });
        };
        // Trained before it becomes the version that holds: one that cannot be trained leaves the last one in its place.
        let trained = self.train(bot).await?;
        let bot = &trained.0;
        let (checksum, now) = (checksum(&all), self.inner.clock.now());
        let published = self.inner.store.publish(organisation, &bot.name, &all.0, &checksum, now).await?;
        let documents: Arc<Vec<_>> = Arc::new(documents.iter().map(document).collect());
        let summary = BotSummary {
            name: bot.name.clone(),
            title: bot.title.clone(),
            languages: bot.languages.clone(),
            version: Some(published.version),
            intents: bot.intents.len(),
            flows: bot.flows.len(),
            documents: documents.len(),
            errors,
            warnings: problems.len() - errors,
        };
        self.index(organisation, &summary.name, published.version, &documents).await?;
        self.learn_meaning(organisation, bot, documents);
        let mind = self.mind_of(organisation, trained, published.version);
        let key = (organisation, summary.name.clone());
        let current = Current { mind: Some(mind), summary: summary.clone(), problems };
        let previous =
            self.inner.current.write().unwrap_or_else(PoisonError::into_inner).insert(key, current);
        if let Some(mind) = previous.and_then(|previous| previous.mind)
            && mind.version != published.version
        {
            self.inner.older.insert((organisation, summary.name.clone(), mind.version), mind);
        }
        tracing::info!(bot = summary.name, version = published.version, "bot.published");
        Ok(summary)
    }

    /// The bot as the operator's settings have it, and what it learned from its phrases.
    pub(super) async fn train(&self, mut bot: Bot) -> Result<(Bot, Model), PublishError> {
        if let Some(settings) = self.inner.settings.get(&bot.name) {
            bot.settings.extend(settings.clone());
        }
        let bot = translation::spoken(bot, self.inner.interpreter.as_deref());
        let trained = self.inner.trained.clone();
        let models = Arc::clone(&self.inner.models);
        let (name, lessons) = (bot.name.clone(), bot.lessons());
        let model = blocking(move || model_of(&name, &lessons, &trained, &models))
            .await?
            .map_err(PublishError::Failed)?;
        let model = translation::hearing(model, &bot);
        Ok((bot, model))
    }

    /// What a version thinks with.
    pub(super) fn mind_of(
        &self,
        organisation: OrganisationId,
        (bot, model): (Bot, Model),
        version: u32,
    ) -> Mind {
        let (knowledge, interpreter) = (self.inner.knowledge.clone(), self.inner.interpreter.clone());
        Mind { organisation, bot: Arc::new(bot), model: Arc::new(model), knowledge, version, interpreter }
    }

    /// Takes up the version that was published last, for a bot whose files are bad now.
    pub(super) async fn fall_back(&self, organisation: OrganisationId, name: &str) {
        let Ok(Some(row)) = self.inner.store.bot(organisation, name).await else { return };
        let version = row.version;
        match self.revive(organisation, name, version).await {
            Ok(mind) => {
                tracing::warn!(bot = name, version, "bot.fell_back");
                if let Err(error) = self.index_published(organisation, &mind).await {
                    tracing::error!(bot = name, %error, "bot.index_again.failed");
                }
                let mut current = self.inner.current.write().unwrap_or_else(PoisonError::into_inner);
                let entry = current.entry((organisation, name.to_owned())).or_insert_with(|| empty(name));
                entry.summary.version = Some(version);
                entry.summary.intents = mind.bot.intents.len();
                entry.summary.flows = mind.bot.flows.len();
                entry.mind = Some(mind);
            }
            Err(error) => tracing::error!(bot = name, %error, "bot.fall_back.failed"),
        }
    }

    fn record_problems(&self, organisation: OrganisationId, name: &str, problems: Vec<Problem>) {
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        let mut current = self.inner.current.write().unwrap_or_else(PoisonError::into_inner);
        let entry = current.entry((organisation, name.to_owned())).or_insert_with(|| empty(name));
        entry.summary.errors = errors;
        entry.summary.warnings = problems.len() - errors;
        entry.problems = problems;
    }
}

fn empty(name: &str) -> Current {
    let summary = BotSummary {
        name: name.to_owned(),
        title: name.to_owned(),
        languages: Vec::new(),
        version: None,
        intents: 0,
        flows: 0,
        documents: 0,
        errors: 0,
        warnings: 0,
    };
    Current { mind: None, summary, problems: Vec::new() }
}

/// SHA-256 over names and texts.
fn checksum(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, text) in &files.0 {
        for part in [path, text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex::encode(hash.finalize())
}
