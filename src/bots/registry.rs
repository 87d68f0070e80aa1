//! Which version of which bot runs? Published versions stand in the store; here they are trained and kept.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};
use studio_core::{
    api::BotSummary,
    bot::{Files, Loaded, Problem, Severity, load},
    id::OrganisationId,
    understanding::Lessons,
};
use studio_knowledge::Knowledge;
use studio_nlu::Model;
use studio_store::{Store, StoreError};

use super::folder::{BotFolder, FolderError, folders};
use crate::{clock::Clock, turn::Mind};

type Key = (OrganisationId, String);

/// The operator's settings over those of the bots: bot -> setting -> value.
pub type Overrides = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

/// The bots. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    knowledge: Knowledge,
    clock: Clock,
    folder: PathBuf,
    models: PathBuf,
    /// Settings of the operator over those of the bots: bot -> setting -> value.
    settings: Overrides,
    current: RwLock<HashMap<Key, Current>>,
    /// Versions that conversations begun under them still run on.
    older: RwLock<HashMap<(OrganisationId, String, u32), Mind>>,
    /// One publication at a time.
    publishing: tokio::sync::Mutex<()>,
}

struct Current {
    mind: Option<Mind>,
    summary: BotSummary,
    problems: Vec<Problem>,
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("there is no such bot")]
    NoSuchBot,
    #[error("{count} errors, the first: {first}")]
    Errors { count: usize, first: String },
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Failed(String),
}

#[derive(Debug, thiserror::Error)]
pub enum MindError {
    #[error("the bot {0} is not published")]
    NotPublished(String),
    #[error("the version {version} of the bot {bot} cannot be used: {reason}")]
    Unusable { bot: String, version: u32, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    /// `folder` holds the bots, `models` the trained models.
    pub fn new(
        store: Store,
        knowledge: Knowledge,
        clock: Clock,
        folder: PathBuf,
        models: PathBuf,
        settings: Overrides,
    ) -> Self {
        let inner = Inner {
            store,
            knowledge,
            clock,
            folder,
            models,
            settings,
            current: RwLock::default(),
            older: RwLock::default(),
            publishing: tokio::sync::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Reads every bot and publishes what is free of errors. A bad bot goes on with its published version,
    /// or waits for its author; it never keeps the others from running.
    pub async fn start(&self, organisation: OrganisationId) {
        for (name, folder) in folders(&self.inner.folder) {
            let result = match folder {
                Ok(folder) => self.publish(organisation, &folder).await.map(|_| ()),
                Err(error) => Err(PublishError::Folder(error)),
            };
            if let Err(error) = result {
                tracing::error!(bot = name, %error, "bot.publish.failed");
                self.fall_back(organisation, &name).await;
            }
        }
    }

    /// The bots that the folder has, and what is wrong with them.
    pub fn summaries(&self, organisation: OrganisationId) -> Vec<BotSummary> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<BotSummary> = current
            .iter()
            .filter(|((owner, _), _)| *owner == organisation)
            .map(|(_, current)| current.summary.clone())
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    pub fn problems(&self, organisation: OrganisationId, bot: &str) -> Option<Vec<Problem>> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        current.get(&(organisation, bot.to_owned())).map(|current| current.problems.clone())
    }

    /// Reads a bot's folder again and publishes it.
    pub async fn publish_folder(
        &self,
        organisation: OrganisationId,
        bot: &str,
    ) -> Result<BotSummary, PublishError> {
        for (name, folder) in folders(&self.inner.folder) {
            let Ok(folder) = folder else {
                if name == bot {
                    folder?;
                }
                continue;
            };
            if name == bot || named(&folder.files).as_deref() == Some(bot) {
                return self.publish(organisation, &folder).await;
            }
        }
        Err(PublishError::NoSuchBot)
    }

    /// Checks, trains, indexes, stores, and takes up a bot. The same files again are the same version.
    pub async fn publish(
        &self,
        organisation: OrganisationId,
        folder: &BotFolder,
    ) -> Result<BotSummary, PublishError> {
        let _turn = self.inner.publishing.lock().await;
        let files = folder.files.clone();
        let Loaded { bot, documents, problems, .. } = blocking(move || load(&files)).await?;
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        let Some(bot) = bot else {
            let name = named(&folder.files).unwrap_or_else(|| folder.name.clone());
            let first = problems.iter().find(|problem| problem.severity == Severity::Error);
            let first = first.map_or_else(String::new, ToString::to_string);
            self.record_problems(organisation, &name, problems);
            return Err(PublishError::Errors { count: errors, first });
        };
        let files: BTreeMap<String, String> = folder.files.0.clone();
        let published = self
            .inner
            .store
            .publish(organisation, &bot.name, &files, &checksum(&folder.files), self.inner.clock.now())
            .await?;
        let documents_count = documents.len();
        let summary = BotSummary {
            name: bot.name.clone(),
            title: bot.title.clone(),
            languages: bot.languages.clone(),
            version: Some(published.version),
            intents: bot.intents.len(),
            flows: bot.flows.len(),
            documents: documents_count,
            errors,
            warnings: problems.len() - errors,
        };
        let mind = self.build(organisation, bot, documents, published.version, true).await?;
        let key = (organisation, summary.name.clone());
        let current = Current { mind: Some(mind), summary: summary.clone(), problems };
        let previous =
            self.inner.current.write().unwrap_or_else(PoisonError::into_inner).insert(key, current);
        if let Some(mind) = previous.and_then(|previous| previous.mind)
            && mind.version != published.version
        {
            let key = (organisation, summary.name.clone(), mind.version);
            self.inner.older.write().unwrap_or_else(PoisonError::into_inner).insert(key, mind);
        }
        tracing::info!(bot = summary.name, version = published.version, "bot.published");
        Ok(summary)
    }

    /// What a conversation runs on: the version its flows began under, or the current one.
    pub async fn mind(
        &self,
        organisation: OrganisationId,
        bot: &str,
        version: Option<u32>,
    ) -> Result<Mind, MindError> {
        let current = {
            let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
            current.get(&(organisation, bot.to_owned())).and_then(|current| current.mind.clone())
        };
        let Some(version) =
            version.filter(|wanted| current.as_ref().is_none_or(|mind| mind.version != *wanted))
        else {
            return current.ok_or_else(|| MindError::NotPublished(bot.to_owned()));
        };
        let key = (organisation, bot.to_owned(), version);
        let older = self.inner.older.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(mind) = older {
            return Ok(mind);
        }
        match self.revive(organisation, bot, version).await {
            Ok(mind) => {
                self.inner.older.write().unwrap_or_else(PoisonError::into_inner).insert(key, mind.clone());
                Ok(mind)
            }
            // A version that cannot be had any more: the step starts the conversation anew on the current one.
            Err(error) => current.ok_or(error),
        }
    }

    /// A bot that knows nothing and says nothing: for what must be done although the conversation's own is not there.
    pub fn nobody(&self, organisation: OrganisationId) -> Result<Mind, String> {
        let file = ("bot.yaml".to_owned(), "name: nobody\ntitle: Nobody\nlanguages: [en]\n".to_owned());
        let bot = load(&Files(BTreeMap::from([file]))).bot.ok_or("the empty bot does not load")?;
        let model = studio_nlu::train(&bot.lessons()).map_err(|error| error.to_string())?;
        let knowledge = self.inner.knowledge.clone();
        Ok(Mind { organisation, bot: Arc::new(bot), model: Arc::new(model), knowledge, version: 0 })
    }

    /// An older version out of the store.
    async fn revive(&self, organisation: OrganisationId, bot: &str, version: u32) -> Result<Mind, MindError> {
        let unusable = |reason: String| MindError::Unusable { bot: bot.to_owned(), version, reason };
        let stored = self
            .inner
            .store
            .bot_version(organisation, bot, version)
            .await?
            .ok_or_else(|| unusable("it is not in the store".to_owned()))?;
        let loaded = blocking(move || load(&Files(stored.files)))
            .await
            .map_err(|error| unusable(error.to_string()))?;
        let definition = loaded.bot.ok_or_else(|| unusable("this studio finds errors in it".to_owned()))?;
        self.build(organisation, definition, loaded.documents, version, false)
            .await
            .map_err(|error| unusable(error.to_string()))
    }

    async fn build(
        &self,
        organisation: OrganisationId,
        mut bot: studio_core::bot::Bot,
        documents: Vec<studio_core::bot::Document>,
        version: u32,
        index: bool,
    ) -> Result<Mind, PublishError> {
        if let Some(settings) = self.inner.settings.get(&bot.name) {
            bot.settings.extend(settings.clone());
        }
        let models = self.inner.models.clone();
        let lessons = bot.lessons();
        let model = blocking(move || model_of(&lessons, &models)).await?.map_err(PublishError::Failed)?;
        if index {
            let knowledge = self.inner.knowledge.clone();
            let name = bot.name.clone();
            let lost = blocking(move || {
                let documents: Vec<_> = documents.iter().map(document).collect();
                let published = knowledge.publish(organisation, &name, version, &documents);
                published.map(|published| published.others_lost).map_err(|error| error.to_string())
            })
            .await?
            .map_err(PublishError::Failed)?;
            if lost {
                self.index_again(organisation, &bot.name).await;
            }
        }
        let knowledge = self.inner.knowledge.clone();
        Ok(Mind { organisation, bot: Arc::new(bot), model: Arc::new(model), knowledge, version })
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
            let result = match self.inner.store.bot_version(organisation, &bot, mind.version).await {
                Ok(Some(row)) => {
                    let knowledge = self.inner.knowledge.clone();
                    blocking(move || {
                        let documents: Vec<_> =
                            load(&Files(row.files)).documents.iter().map(document).collect();
                        let published =
                            knowledge.publish(organisation, &mind.bot.name, mind.version, &documents);
                        published.map(|_| ()).map_err(|error| error.to_string())
                    })
                    .await
                    .map_err(|error| error.to_string())
                    .and_then(|result| result)
                }
                Ok(None) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = result {
                tracing::error!(bot, error, "bot.index_again.failed");
            }
        }
    }

    /// Takes up the version that was published last, for a bot whose files are bad now.
    async fn fall_back(&self, organisation: OrganisationId, name: &str) {
        let Ok(Some(row)) = self.inner.store.bot(organisation, name).await else { return };
        let version = row.version;
        match self.revive(organisation, name, version).await {
            Ok(mind) => {
                tracing::warn!(bot = name, version, "bot.fell_back");
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

/// The name in `bot.yaml`, found without understanding the rest of it.
fn named(files: &Files) -> Option<String> {
    let text = files.0.get("bot.yaml").or_else(|| files.0.get("bot.yml"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let name = line.split('#').next().unwrap_or(line).trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// A bot's document as the index wants it.
pub fn document(document: &studio_core::bot::Document) -> studio_knowledge::Document {
    studio_knowledge::Document {
        path: document.path.clone(),
        language: document.language.clone(),
        text: document.text.clone(),
    }
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

/// The model of these lessons: read from the folder if it was trained before, trained otherwise.
pub fn model_of(lessons: &Lessons, folder: &std::path::Path) -> Result<Model, String> {
    let text = serde_json::to_vec(lessons).map_err(|error| error.to_string())?;
    let path = folder.join(format!("{}.model", hex::encode(Sha256::digest(&text))));
    if let Ok(bytes) = std::fs::read(&path)
        && let Ok(model) = Model::from_bytes(&bytes)
    {
        return Ok(model);
    }
    let model = studio_nlu::train(lessons).map_err(|error| error.to_string())?;
    // The folder is a cache: without it the model is trained again next time.
    let beside = path.with_extension("new");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&beside, model.to_bytes()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "model.cache.failed");
    }
    Ok(model)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Failed(error.to_string()))
}
