//! How well are the bots understood? Cross-validations and comparisons, one after the other, beside the conversations.

use std::{collections::BTreeMap, sync::Arc};

use studio_core::{
    api::{Comparison, Evaluation, EvaluationRun, EvaluationState, Folds, NewEvaluation},
    bot::{Bot, Files, load},
    embedding::Embedder,
    id::OrganisationId,
};
use studio_nlu::{
    evaluate::{HeldOut, Message},
    normalised,
};
use studio_store::StoreError;
use tokio::sync::Semaphore;

use crate::studio::Studio;

/// Evaluations that wait or run.
const MOST_WAITING: usize = 4;
/// Phrases of a bot that is evaluated: what keeps its time and memory bounded.
const MOST_PHRASES: usize = 20_000;
/// Messages of the review list on which two versions are compared, the newest, decided about or not.
const MOST_REVIEWED: usize = 2_000;

/// Whose turn it is. What comes of an evaluation stands in the store.
#[derive(Debug)]
pub struct Evaluations {
    /// They run one at a time.
    turn: Semaphore,
    places: Arc<Semaphore>,
}

impl Default for Evaluations {
    fn default() -> Self {
        Self { turn: Semaphore::new(1), places: Arc::new(Semaphore::new(MOST_WAITING)) }
    }
}

/// Why no evaluation was begun.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    #[error("too many evaluations wait")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins an evaluation; what comes of it is found by its id.
pub async fn begin(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    bot: &str,
    wanted: &NewEvaluation,
    published: Option<u32>,
) -> Result<EvaluationRun, EvaluationError> {
    let place =
        Arc::clone(&studio.evaluations.places).try_acquire_owned().map_err(|_| EvaluationError::Busy)?;
    let run = EvaluationRun {
        id: studio.clock.id().to_string(),
        bot: bot.to_owned(),
        version: if wanted.draft { None } else { wanted.version.or(published) },
        compare: wanted.compare.or(published.filter(|_| wanted.draft)),
        state: EvaluationState::Waiting,
        error: None,
        asked_at: studio.clock.now(),
        done_at: None,
        accuracy: None,
        calibration_error: None,
        evaluation: None,
        comparison: None,
    };
    studio.store.put_evaluation(organisation, &run).await?;
    let (studio, mut running, folds) = (Arc::clone(studio), run.clone(), wanted.folds);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            // The next start marks it as interrupted.
            () = studio.stopping.cancelled() => {}
            done = see_through(&studio, organisation, &mut running, folds) => if let Err(error) = done {
                tracing::error!(%error, evaluation = running.id, "evaluation.lost");
            }
        }
    });
    Ok(run)
}

async fn see_through(
    studio: &Studio,
    organisation: OrganisationId,
    run: &mut EvaluationRun,
    folds: Folds,
) -> Result<(), StoreError> {
    let Ok(_turn) = studio.evaluations.turn.acquire().await else { return Ok(()) };
    run.state = EvaluationState::Running;
    studio.store.put_evaluation(organisation, run).await?;
    match evaluate(studio, organisation, run, folds).await {
        Ok((evaluation, comparison)) => {
            run.state = EvaluationState::Done;
            run.accuracy = Some(evaluation.accuracy);
            run.calibration_error = Some(evaluation.calibration_error);
            run.evaluation = Some(Box::new(evaluation));
            run.comparison = comparison.map(Box::new);
        }
        Err(error) => {
            run.state = EvaluationState::Failed;
            run.error = Some(error);
        }
    }
    run.done_at = Some(studio.clock.now());
    studio.store.put_evaluation(organisation, run).await
}

async fn evaluate(
    studio: &Studio,
    organisation: OrganisationId,
    run: &EvaluationRun,
    folds: Folds,
) -> Result<(Evaluation, Option<Comparison>), String> {
    let after = files(studio, organisation, &run.bot, run.version).await?;
    let before = match run.compare {
        Some(version) => Some(files(studio, organisation, &run.bot, Some(version)).await?),
        None => None,
    };
    let mut said: Vec<Message> = Vec::new();
    if before.is_some() {
        let reviewed = studio.store.reviewed(organisation, &run.bot, MOST_REVIEWED, &|_, _| true).await;
        let reviewed = reviewed.map_err(|error| error.to_string())?;
        said.extend(reviewed.into_iter().map(|row| Message { text: row.masked.text, intent: None }));
    }
    let models = Arc::clone(&studio.models);
    let work = move || -> Result<(Evaluation, Option<Comparison>), String> {
        let after = definition(&after)?;
        // Only bots that have something to understand open the model.
        let embedder = if after.intents.is_empty() { None } else { models.embedder() };
        let held = hold_out(&after, embedder.as_ref(), folds)?;
        let evaluation = figures(&after, &held);
        let comparison = match before {
            None => None,
            Some(before) => {
                let before = hold_out(&definition(&before)?, embedder.as_ref(), folds)?;
                Some(compare(&before, &held, &said))
            }
        };
        Ok((evaluation, comparison))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?
}

/// The published version of a bot, cross-validated when it is its turn.
pub async fn of_published(
    studio: &Studio,
    organisation: OrganisationId,
    bot: &str,
    version: u32,
) -> Result<Evaluation, String> {
    let _turn = studio.evaluations.turn.acquire().await.map_err(|error| error.to_string())?;
    let files = files(studio, organisation, bot, Some(version)).await?;
    let models = Arc::clone(&studio.models);
    let work = move || {
        let bot = definition(&files)?;
        let embedder = if bot.intents.is_empty() { None } else { models.embedder() };
        Ok(figures(&bot, &hold_out(&bot, embedder.as_ref(), Folds::default())?))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())?
}

/// A bot ready to be judged.
pub fn hold_out(bot: &Bot, embedder: Option<&Arc<dyn Embedder>>, folds: Folds) -> Result<HeldOut, String> {
    let lessons = bot.lessons();
    let phrases = lessons.phrases.values().map(Vec::len).sum::<usize>();
    if phrases > MOST_PHRASES {
        return Err(format!("the bot has {phrases} phrases; at most {MOST_PHRASES} are evaluated"));
    }
    HeldOut::train(lessons, embedder, folds).map_err(|error| error.to_string())
}

/// The figures of a bot, with the entities that nothing uses.
pub fn figures(bot: &Bot, held: &HeldOut) -> Evaluation {
    Evaluation { unused_entities: bot.unused_entities(&held.found_entities()), ..held.evaluate() }
}

/// Two versions on the phrases of both, the newer's word holding where they differ. Of what visitors said only the numbers are
/// told: their words are forgotten with them, wherever they stand.
pub fn compare(before: &HeldOut, after: &HeldOut, said: &[Message]) -> Comparison {
    let mut by_key: BTreeMap<String, Message> = BTreeMap::new();
    for message in after.phrases().chain(before.phrases()) {
        by_key.entry(normalised(&message.text)).or_insert(message);
    }
    let phrases: Vec<Message> = by_key.into_values().collect();
    let changed = HeldOut::compare(before, after, said);
    Comparison {
        said: changed.messages,
        said_changed: changed.better + changed.worse + changed.other,
        ..HeldOut::compare(before, after, &phrases)
    }
}

fn definition(files: &Files) -> Result<Bot, String> {
    load(files).bot.ok_or_else(|| "this version has errors: `studio check` lists them".to_owned())
}

/// Those of a version, or of the draft.
async fn files(
    studio: &Studio,
    organisation: OrganisationId,
    bot: &str,
    version: Option<u32>,
) -> Result<Files, String> {
    let Some(version) = version else {
        return studio.registry.draft_files(organisation, bot).await.map_err(|error| error.to_string());
    };
    let found = studio.store.bot_version(organisation, bot, version).await;
    let found = found.map_err(|error| error.to_string())?;
    let found = found.ok_or_else(|| format!("the bot has no version {version}"))?;
    Ok(Files(found.files))
}
