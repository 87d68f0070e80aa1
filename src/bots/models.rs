//! What understands a bot's visitors? Trained once for the same lessons, then read from a file.

use sha2::{Digest, Sha256};
use studio_core::understanding::Lessons;
use studio_nlu::Model;

use super::publish::PublishError;

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

/// Work that takes its time, off the threads that serve.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Failed(error.to_string()))
}
