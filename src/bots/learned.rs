//! What did visitors teach a bot, beside its folder? One more file of the version that is published.

use std::collections::BTreeSet;

use studio_core::{
    bot::{Files, Learned, learned_file, load},
    id::OrganisationId,
};

use super::{folder::BotFolder, models::blocking, publish::PublishError, registry::Registry};

/// Where it stands among the files of a version; a file of this name in the folder is none of the author's.
pub const LEARNED_FILE: &str = "learned/studio.yaml";
/// Where `studio bot pull` writes it in the bot's folder.
pub const PULLED_FILE: &str = "learned/review.yaml";

/// Which of the learned phrases a version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teaching {
    /// Those of the version that is published: whoever changed the folder has not published the draft.
    Published,
    /// All that was decided by now.
    Draft,
}

impl Registry {
    /// The files of the folder with what was learned beside them.
    pub(super) async fn taught(
        &self,
        organisation: OrganisationId,
        folder: &BotFolder,
        teaching: Teaching,
    ) -> Result<Files, PublishError> {
        let mut files = folder.files.clone();
        let bot = folder.bot();
        let learned = match teaching {
            Teaching::Published => {
                let published = self.inner.store.bot(organisation, &bot).await?;
                published.and_then(|mut published| published.files.remove(LEARNED_FILE))
            }
            Teaching::Draft => self.draft(organisation, &bot, files.clone()).await?,
        };
        match learned {
            Some(learned) => files.0.insert(LEARNED_FILE.to_owned(), learned),
            None => files.0.remove(LEARNED_FILE),
        };
        Ok(files)
    }

    async fn draft(
        &self,
        organisation: OrganisationId,
        bot: &str,
        files: Files,
    ) -> Result<Option<String>, PublishError> {
        let lessons = self.inner.store.lessons(organisation, bot).await?;
        if lessons.iter().all(|lesson| lesson.phrase.is_none()) {
            return Ok(None);
        }
        let intents: BTreeSet<String> = blocking(move || {
            load(&files).bot.map(|bot| bot.intents.into_keys().collect()).unwrap_or_default()
        })
        .await?;
        let phrases: Vec<Learned> = lessons
            .into_iter()
            .filter_map(|lesson| {
                let (intent, phrase) = (lesson.intent?, lesson.phrase?);
                // An intent that the author has removed does not come back with its phrases.
                let is_there = lesson.created || intents.contains(&intent);
                is_there.then_some(Learned { intent, language: lesson.language, phrase })
            })
            .collect();
        Ok((!phrases.is_empty()).then(|| learned_file(&phrases)))
    }
}
