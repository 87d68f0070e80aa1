//! Which texts of the studio's own do operators change while it runs?

use studio_core::{
    api::StudioText,
    id::OrganisationId,
    texts::{self, OwnText, StandingText},
};
use studio_store::StoreError;

use super::Studio;

/// Most texts that may be changed.
pub const MOST: usize = 20_000;

/// Lays those that are kept over all others. What does not fit any more, since an update of the studio, is left out.
pub fn lay(kept: Vec<OwnText>) {
    // A list of words is held against the others as they will be.
    texts::lay(&kept);
    let (right, wrong): (Vec<_>, Vec<_>) = kept.into_iter().partition(|own| texts::problems(own).is_empty());
    for own in &wrong {
        let OwnText { language, part, key, .. } = own;
        let (part, problems) = (part.as_str(), texts::problems(own).join("; "));
        tracing::warn!(language, part, key, problems, "texts.own.unfit: the studio's own text is said");
    }
    if !wrong.is_empty() {
        texts::lay(&right);
    }
}

/// Whether both are made of one text of the studio.
fn is_same(one: &OwnText, other: &OwnText) -> bool {
    (&one.language, one.part, &one.key) == (&other.language, other.part, &other.key)
}

impl Studio {
    /// Every text in a language, with what was made of it.
    pub async fn texts_of(
        &self,
        organisation: OrganisationId,
        language: &str,
    ) -> Result<Vec<StudioText>, StoreError> {
        let mut own = self.store.own_texts(organisation).await?;
        own.retain(|own| own.language == language);
        let text = |standing: StandingText| {
            let mine = own.iter().find(|own| (own.part, &own.key) == (standing.part, &standing.key));
            let problems = mine.map(texts::problems).filter(|problems| !problems.is_empty());
            StudioText {
                part: standing.part,
                key: standing.key,
                default: standing.wording,
                default_language: Some(standing.language).filter(|said| said != language),
                own: mine.map(|own| own.wording.clone()),
                problem: problems.map(|problems| problems.join("; ")),
            }
        };
        Ok(texts::standing(language).into_iter().map(text).collect())
    }

    /// Changes a text, or says what is wrong with it.
    pub async fn set_text(
        &self,
        organisation: OrganisationId,
        own: &OwnText,
    ) -> Result<Result<(), Vec<String>>, StoreError> {
        let _alone = self.texts_change.lock().await;
        let problems = texts::problems(own);
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        let kept = self.store.own_texts(organisation).await?;
        if kept.len() >= MOST && !kept.iter().any(|kept| is_same(kept, own)) {
            return Ok(Err(vec![format!("{MOST} texts are changed already")]));
        }
        self.store.set_own_text(organisation, own, self.clock.now()).await?;
        self.lay_texts(organisation).await?;
        Ok(Ok(()))
    }

    /// Takes a change back; whether there was one.
    pub async fn delete_text(&self, organisation: OrganisationId, own: &OwnText) -> Result<bool, StoreError> {
        let _alone = self.texts_change.lock().await;
        let kept = self.store.own_texts(organisation).await?;
        if !kept.iter().any(|kept| is_same(kept, own)) {
            return Ok(false);
        }
        self.store.delete_own_text(organisation, own).await?;
        self.lay_texts(organisation).await?;
        Ok(true)
    }

    async fn lay_texts(&self, organisation: OrganisationId) -> Result<(), StoreError> {
        let kept = self.store.own_texts(organisation).await?;
        tokio::task::block_in_place(|| lay(kept));
        Ok(())
    }
}
