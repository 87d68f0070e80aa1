//! What understands a bot's visitors? Trained once for the same lessons, then read from a file.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use studio_core::{embedding::Embedder, understanding::Lessons};
use studio_nlu::{Model, TrainError};

use super::publish::PublishError;

/// The model of these lessons: read from the folder if it was trained before, trained otherwise. With an embedder it
/// knows meaning; where that fails, it is trained on words alone and told so in the log.
pub fn model_of(
    lessons: &Lessons,
    folder: &std::path::Path,
    embedder: Option<Arc<dyn Embedder>>,
) -> Result<Model, String> {
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
    let beside = path.with_extension("new");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&beside, model.to_bytes()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "model.cache.failed");
    }
    Ok(model)
}

/// The default embedding model, where the program was built with the feature `models` and its files are there and in
/// order; otherwise bots are understood by words alone. Opened once, for whoever asks.
pub fn embedder() -> Option<Arc<dyn Embedder>> {
    static EMBEDDER: OnceLock<Option<Arc<dyn Embedder>>> = OnceLock::new();
    EMBEDDER.get_or_init(open).clone()
}

#[cfg(not(feature = "models"))]
fn open() -> Option<Arc<dyn Embedder>> {
    None
}

#[cfg(feature = "models")]
fn open() -> Option<Arc<dyn Embedder>> {
    let model = &studio_bert::KNOWN[0];
    let folder = studio_bert::default_folder().join(model.name);
    if !folder.exists() {
        tracing::warn!(model = model.name, "model.absent");
        return None;
    }
    match studio_bert::Runtime::open(&folder, studio_bert::Settings::default()) {
        Ok(runtime) => Some(Arc::new(runtime)),
        Err(error) => {
            tracing::error!(model = model.name, %error, "model.open.failed");
            None
        }
    }
}

/// Work that takes its time, off the threads that serve.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Failed(error.to_string()))
}
