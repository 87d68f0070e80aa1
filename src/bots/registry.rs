//! Which version of which bot runs? Published versions stand in the store; here they are trained and kept.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;
use studio_core::{
    api::BotSummary,
    bot::{Bot, Files, Problem, load, load_published},
    dialogue::{Body, Offer},
    id::{EventKey, OrganisationId},
};
use studio_knowledge::Knowledge;
use studio_store::{Store, StoreError};

use super::{
    folder::{FolderError, folders},
    index::bots_of,
    learned::Teaching,
    models::blocking,
    publish::PublishError,
};
use crate::{
    clock::Clock,
    models::{AGAIN, Models},
    personal::worse,
    translation::Interpreter,
    turn::Mind,
};

type Key = (OrganisationId, String);

/// Versions beside the current ones that are kept ready.
const MOST_OLDER: usize = 16;

/// The operator's settings over those of the bots: bot -> setting -> value.
pub type Overrides = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

/// The bots. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) knowledge: Knowledge,
    pub(super) clock: Clock,
    pub(super) folder: PathBuf,
    /// Folder of what was trained.
    pub(super) trained: PathBuf,
    pub(super) models: Arc<Models>,
    pub(super) interpreter: Option<Arc<Interpreter>>,
    /// Settings of the operator over those of the bots: bot -> setting -> value.
    pub(super) settings: Overrides,
    pub(super) current: RwLock<HashMap<Key, Current>>,
    /// Bots of which no version could be made at the start, with the reason. Not those whose files have errors: their summary
    /// tells.
    left_out: RwLock<Vec<(String, String)>>,
    /// Versions that conversations begun under them still run on; those least asked for are trained anew.
    pub(super) older: Cache<(OrganisationId, String, u32), Mind>,
    /// One publication at a time.
    pub(super) publishing: tokio::sync::Mutex<()>,
}

pub(super) struct Current {
    pub(super) mind: Option<Mind>,
    pub(super) summary: BotSummary,
    pub(super) problems: Vec<Problem>,
}

/// What comes, and may hold what a visitor wrote.
pub struct Arriving<'a> {
    pub key: &'a EventKey,
    pub body: Option<&'a mut Body>,
    /// What the bot offered last, which comes back as it was.
    pub offered: &'a [Offer],
    /// Of its files.
    pub names: Vec<&'a mut String>,
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
    /// `folder` holds the bots, `trained` what was learned from them.
    pub fn new(
        store: Store,
        knowledge: Knowledge,
        clock: Clock,
        folder: PathBuf,
        trained: PathBuf,
        (models, interpreter): (Arc<Models>, Option<Arc<Interpreter>>),
        settings: Overrides,
    ) -> Self {
        let inner = Inner {
            store,
            knowledge,
            clock,
            folder,
            trained,
            models,
            interpreter,
            settings,
            current: RwLock::default(),
            left_out: RwLock::default(),
            older: Cache::new(MOST_OLDER),
            publishing: tokio::sync::Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Reads every bot and publishes what is free of errors. A bad bot goes on with its published version,
    /// or waits for its author; it never keeps the others from running.
    pub async fn start(&self, organisation: OrganisationId) {
        let folders = folders(&self.inner.folder);
        let there = bots_of(&folders);
        for (mut name, folder) in folders {
            if let Err(error) = &folder {
                let mut left_out = self.inner.left_out.write().unwrap_or_else(PoisonError::into_inner);
                left_out.push((name.clone(), error.to_string()));
            }
            let result = match folder {
                Ok(folder) => {
                    name = folder.bot();
                    self.publish(organisation, &folder, Teaching::Published).await.map(|_| ())
                }
                // Its name belongs to the one that runs.
                Err(error @ FolderError::SameName { .. }) => {
                    tracing::error!(folder = name, %error, "bot.publish.failed");
                    continue;
                }
                Err(error) => Err(PublishError::Folder(error)),
            };
            if let Err(error) = result {
                tracing::error!(bot = name, %error, "bot.publish.failed");
                self.fall_back(organisation, &name).await;
                if let PublishError::Store(_) | PublishError::Failed(_) = error {
                    let mut left_out = self.inner.left_out.write().unwrap_or_else(PoisonError::into_inner);
                    left_out.push((name.clone(), format!("the bot {name} cannot be published: {error}")));
                }
            }
        }
        if let Some(there) = there {
            self.forget_gone(organisation, &there).await;
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

    /// What of the folder of bots was left out at the start, why, and what runs in its place.
    pub fn left_out(&self, organisation: OrganisationId) -> Vec<String> {
        let left_out = self.inner.left_out.read().unwrap_or_else(PoisonError::into_inner);
        let told = left_out.iter().map(|(name, error)| {
            let instead = if self.runs(organisation, name) {
                "the version that was published last runs on"
            } else {
                "it is left out"
            };
            format!("{error} ({instead})")
        });
        told.collect()
    }

    /// Whether a version of the bot is published and runs.
    pub fn runs(&self, organisation: OrganisationId, bot: &str) -> bool {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        current.get(&(organisation, bot.to_owned())).is_some_and(|current| current.mind.is_some())
    }

    /// What a bot that runs thinks with.
    pub fn now(&self, organisation: OrganisationId, bot: &str) -> Option<Mind> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        current.get(&(organisation, bot.to_owned()))?.mind.clone()
    }

    /// The definition of a bot that runs.
    pub fn bot(&self, organisation: OrganisationId, bot: &str) -> Option<Arc<Bot>> {
        self.now(organisation, bot).map(|mind| mind.bot)
    }

    /// Masks what the bot lets nobody have, before it is stored. While the bot does not run it is done when it does.
    ///
    /// # Errors
    ///
    /// The model for names does not answer for the moment: the same may come again after so long.
    pub fn mask_at_the_door(
        &self,
        organisation: OrganisationId,
        bot: &str,
        arriving: Arriving<'_>,
        at: Timestamp,
    ) -> Result<(), SignedDuration> {
        let Some(mind) = self.masks_at_the_door(organisation, bot) else { return Ok(()) };
        let Arriving { key, body, offered, names } = arriving;
        let mask = || {
            let said = body.and_then(|body| mind.mask_at_the_door(body, offered, at));
            worse(said, mind.mask_names(names, at))
        };
        if !mind.waits_at_the_door() {
            mask();
            return Ok(());
        }
        // While the model is waited for, the thread serves nobody else.
        let heard = tokio::task::block_in_place(mask);
        if self.inner.models.silence.sends_back(key, heard.as_ref(), at) { Err(AGAIN) } else { Ok(()) }
    }

    /// What a bot thinks with that runs and lets nobody have something.
    pub fn masks_at_the_door(&self, organisation: OrganisationId, bot: &str) -> Option<Mind> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        let mind = current.get(&(organisation, bot.to_owned())).and_then(|current| current.mind.as_ref());
        mind.filter(|mind| mind.bot.privacy.masks_at_the_door()).cloned()
    }

    pub fn problems(&self, organisation: OrganisationId, bot: &str) -> Option<Vec<Problem>> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        current.get(&(organisation, bot.to_owned())).map(|current| current.problems.clone())
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
        let revive = Box::pin(self.revive(organisation, bot, version));
        match self.inner.older.get_or_insert_async(&key, revive).await {
            // A version that cannot be had any more: the step starts the conversation anew on the current one.
            Err(error @ MindError::Unusable { .. }) => current.ok_or(error),
            // The store may have it when it answers again.
            revived => revived,
        }
    }

    /// What was published last of a bot that may not run, for what is done in its conversations without it.
    pub async fn published_last(&self, organisation: OrganisationId, bot: &str) -> Result<Mind, MindError> {
        let published = self.inner.store.bot(organisation, bot).await?;
        let version = published.ok_or_else(|| MindError::NotPublished(bot.to_owned()))?.version;
        self.mind(organisation, bot, Some(version)).await
    }

    /// Why a bot does not run, and what to do; `None` where it runs.
    pub fn away(&self, organisation: OrganisationId, bot: &str) -> Option<String> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        match current.get(&(organisation, bot.to_owned())) {
            Some(current) if current.mind.is_some() => None,
            Some(_) => Some(format!(
                "the bot {bot} has errors and does not run: mend what `studio check` tells of it, and publish it \
                 (POST /bots/{bot}/publish)"
            )),
            None => Some(format!(
                "the bot {bot} is not in {}: put its folder there, and publish it (POST /bots/{bot}/publish)",
                self.inner.folder.display()
            )),
        }
    }

    /// A bot that knows nothing and says nothing: for what must be done although the conversation's own is not there.
    pub fn nobody(&self, organisation: OrganisationId) -> Result<Mind, String> {
        let file = ("bot.yaml".to_owned(), "name: nobody\ntitle: Nobody\nlanguages: [en]\n".to_owned());
        let bot = load(&Files(BTreeMap::from([file]))).bot.ok_or("the empty bot does not load")?;
        let model = studio_nlu::train(&bot.lessons(), None).map_err(|error| error.to_string())?;
        let knowledge = self.inner.knowledge.clone();
        let (bot, model) = (Arc::new(bot), Arc::new(model));
        Ok(Mind { organisation, bot, model, knowledge, version: 0, interpreter: None })
    }

    /// An older version out of the store.
    pub(super) async fn revive(
        &self,
        organisation: OrganisationId,
        bot: &str,
        version: u32,
    ) -> Result<Mind, MindError> {
        let unusable = |reason: String| MindError::Unusable { bot: bot.to_owned(), version, reason };
        let stored = self
            .inner
            .store
            .bot_version(organisation, bot, version)
            .await?
            .ok_or_else(|| unusable("it is not in the store".to_owned()))?;
        let loaded = blocking(move || load_published(&Files(stored.files)))
            .await
            .map_err(|error| unusable(error.to_string()))?;
        let definition = loaded.bot.ok_or_else(|| unusable("this studio finds errors in it".to_owned()))?;
        let trained = self.train(definition).await.map_err(|error| unusable(error.to_string()))?;
        Ok(self.mind_of(organisation, trained, version))
    }
}
