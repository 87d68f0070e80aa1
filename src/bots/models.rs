//! What understands a bot's visitors? Trained once for the same lessons, then read from a file.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use studio_core::understanding::Lessons;
use studio_nlu::{Model, TrainError};

use super::publish::PublishError;
use crate::models::Models;

/// The model of these lessons, with all that the settings choose besides.
pub fn model_of(bot: &str, lessons: &Lessons, folder: &Path, models: &Models) -> Result<Model, String> {
    trained(bot, lessons, folder, models).map(|model| models.equip(model))
}

/// Read from the folder if it was trained before, trained otherwise. With an embedder it
/// knows meaning; where that fails, it is trained on words alone and told so in the log. Without intents none is needed.
fn trained(bot: &str, lessons: &Lessons, folder: &Path, models: &Models) -> Result<Model, String> {
    let intents = !lessons.phrases.is_empty() || !lessons.descriptions.is_empty();
    let embedder = intents.then(|| models.embedder()).flatten();
    let text = serde_json::to_vec(lessons).map_err(|error| error.to_string())?;
    let identity = embedder.as_ref().map_or_else(String::new, |embedder| embedder.identity().to_owned());
    let path = place(folder, &text, &identity);
    if let Ok(bytes) = std::fs::read(&path)
        && let Ok(model) = Model::from_bytes(&bytes)
        && model.trained_on().is_none_or(|trained_on| trained_on == identity)
    {
        return Ok(model.with_embedder(embedder));
    }
    // With vectors, of many phrases and on a busy machine, minutes in which nothing else is said.
    let phrases: usize = lessons.phrases.values().map(Vec::len).sum();
    tracing::info!(bot, phrases, "bot.training");
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

/// Where a model is kept: what the same lessons make with vectors, and with those of another network, is another model.
fn place(folder: &Path, lessons: &[u8], identity: &str) -> PathBuf {
    let digest = Sha256::new().chain_update(Sha256::digest(lessons)).chain_update(identity).finalize();
    folder.join(format!("{}.model", hex::encode(digest)))
}

/// Work that takes its time, off the threads that serve.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use studio_core::embedding::{EmbedError, Embedder, Vector};

    use super::*;

    /// Makes a vector of the letters of a text.
    #[derive(Debug)]
    struct Letters;

    impl Embedder for Letters {
        fn identity(&self) -> &'static str {
            "letters@1"
        }

        fn dimensions(&self) -> usize {
            26
        }

        fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
            texts.iter().map(|text| self.embed_now(text)).collect()
        }

        fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
            let mut counts = [0.01_f32; 26];
            for letter in text.bytes().filter(u8::is_ascii_lowercase) {
                counts[usize::from(letter - b'a')] += 1.0;
            }
            let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt();
            Ok(counts.iter().map(|count| count / length).collect())
        }
    }

    #[test]
    fn a_model_of_other_vectors_or_of_none_is_not_taken_from_the_folder() {
        let phrases = |all: [&str; 3]| all.map(str::to_owned).to_vec();
        let lessons = Lessons {
            phrases: [
                ("hours".to_owned(), phrases(["when are you open", "opening hours", "are you open today"])),
                ("order".to_owned(), phrases(["where is my order", "track my parcel", "has it been sent"])),
            ]
            .into(),
            languages: vec!["en".to_owned()],
            ..Lessons::default()
        };
        let text = serde_json::to_vec(&lessons).expect("JSON");
        let folder = tempfile::tempdir().expect("a folder");
        let with = studio_nlu::train(&lessons, Some(Arc::new(Letters))).expect("trained");
        assert_eq!(with.trained_on(), Some("letters@1"));
        // Where the studio has no vectors, what was trained with some is of no use, wherever it lies.
        let [letters, none] = ["letters@1", ""].map(|identity| place(folder.path(), &text, identity));
        assert_ne!(letters, none);
        for place in [&letters, &none] {
            std::fs::write(place, with.to_bytes()).expect("writable");
            let model = trained("shop", &lessons, folder.path(), &Models::none()).expect("trained");
            assert_eq!(model.trained_on(), None);
        }
        let kept = Model::from_bytes(&std::fs::read(&none).expect("it is kept")).expect("a model");
        assert_eq!(kept.trained_on(), None);
    }
}
