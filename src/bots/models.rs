//! What understands a bot's visitors? Trained once for the same lessons, then read from a file.

use sha2::{Digest, Sha256};
use studio_core::understanding::Lessons;
use studio_nlu::{Model, TrainError};

use super::publish::PublishError;
use crate::models::Models;

/// The model of these lessons, with all that the settings choose besides.
pub fn model_of(lessons: &Lessons, folder: &std::path::Path, models: &Models) -> Result<Model, String> {
    trained(lessons, folder, models).map(|model| models.equip(model))
}

/// Read from the folder if it was trained before, trained otherwise. With an embedder it
/// knows meaning; where that fails, it is trained on words alone and told so in the log. Without intents none is needed.
fn trained(lessons: &Lessons, folder: &std::path::Path, models: &Models) -> Result<Model, String> {
    let intents = !lessons.phrases.is_empty() || !lessons.descriptions.is_empty();
    let embedder = intents.then(|| models.embedder()).flatten();
    let text = serde_json::to_vec(lessons).map_err(|error| error.to_string())?;
    let path = folder.join(format!("{}.model", hex::encode(Sha256::digest(&text))));
    if let Ok(bytes) = std::fs::read(&path)
        && let Ok(model) = Model::from_bytes(&bytes)
        && embedder.as_ref().is_none_or(|embedder| model.trained_on() == Some(embedder.identity()))
    {
        return Ok(model.with_embedder(embedder));
    }
    let model = match studio_nlu::train(lessons, embedder) {
        Err(TrainError::Vectors(error)) => {
            tracing::warn!(%error, "model.vectors.failed");
            return studio_nlu::train(lessons, None).map_err(|error| error.to_string());
        }
        trained => trained.map_err(|error| error.to_string())?,
    };
    // The folder is a cache: without it the model is trained again next time.
    // Two may be training it at the same moment.
    let beside = path.with_extension(format!("{:016x}.new", rand::random::<u64>()));
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&beside, model.to_bytes()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "model.cache.failed");
    }
    Ok(model)
}

/// Work that takes its time, off the threads that serve.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Failed(error.to_string()))
}
