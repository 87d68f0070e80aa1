//! Which models are known, where are they, are they whole?

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use crate::verify::{CONFIG, ModelError, VOCABULARY, WEIGHTS, check_hash, verify};

/// One file of a model, with its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    pub path: &'static str,
    pub sha256: &'static str,
    /// Bytes.
    pub size: u64,
}

/// A model that the studio knows how to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: &'static str,
    pub task: &'static str,
    pub licence: &'static str,
    /// Where it is published on Hugging Face, and in which revision.
    pub repository: &'static str,
    pub revision: &'static str,
    pub files: &'static [File],
}

/// The known models; the first is the default.
pub const KNOWN: [Entry; 1] = [Entry {
    name: "all-MiniLM-L6-v2",
    task: "sentence embeddings, English",
    licence: "Apache-2.0",
    repository: "sentence-transformers/all-MiniLM-L6-v2",
    revision: "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    files: &[
        File {
            path: WEIGHTS,
            sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            size: 90_868_376,
        },
        File {
            path: VOCABULARY,
            sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
            size: 231_508,
        },
        File {
            path: CONFIG,
            sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            size: 612,
        },
        File {
            path: "tokenizer_config.json",
            sha256: "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
            size: 350,
        },
        File {
            path: "sentence_bert_config.json",
            sha256: "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            size: 53,
        },
        File {
            path: "1_Pooling/config.json",
            sha256: "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
            size: 190,
        },
    ],
}];

/// A model's place and whether it is there.
#[derive(Debug)]
pub enum State {
    Whole,
    Absent,
    Bad(ModelError),
}

/// The known model of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    KNOWN.iter().find(|entry| entry.name == name)
}

/// Where models are, unless the settings say otherwise: where `tools/setup-models` puts them.
pub fn default_folder() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    cache.unwrap_or_else(home).join("neural-marketing-studio").join("models")
}

/// Whether a model is in a folder of models. `thorough` reads everything and compares the hashes.
pub fn state(entry: &Entry, models: &Path, thorough: bool) -> State {
    let folder = models.join(entry.name);
    if !folder.exists() {
        return State::Absent;
    }
    let hashes = || entry.files.iter().try_for_each(|file| check_hash(&folder.join(file.path), file.sha256));
    let looked_at = verify(&folder).map(|_| ()).and_then(|()| if thorough { hashes() } else { Ok(()) });
    match looked_at {
        Ok(()) => State::Whole,
        Err(error) => State::Bad(error),
    }
}

/// Copies a model out of a folder of somebody's, for places without a connection. All of it is looked at before any of it
/// is put in place; what was there before is replaced at last.
pub fn import(entry: &Entry, from: &Path, models: &Path) -> Result<(), ModelError> {
    for file in entry.files {
        check_hash(&from.join(file.path), file.sha256)?;
    }
    let target = models.join(entry.name);
    let fresh = models.join(format!("{}.new", entry.name));
    let failed =
        |error: io::Error| ModelError::Engine(format!("{} cannot be written: {error}", fresh.display()));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(failed)?;
    }
    for file in entry.files {
        let place = fresh.join(file.path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::copy(from.join(file.path), &place).map_err(failed)?;
    }
    verify(&fresh)?;
    remove(entry, models).map_err(failed)?;
    fs::rename(&fresh, &target).map_err(failed)
}

/// Removes a model; whether there was one.
pub fn remove(entry: &Entry, models: &Path) -> io::Result<bool> {
    let folder = models.join(entry.name);
    match fs::remove_dir_all(&folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where a file of a model is fetched from; `mirror` is `https://huggingface.co` or what stands for it.
pub fn pull_url(entry: &Entry, file: &File, mirror: &str) -> String {
    format!("{}/{}/resolve/{}/{}", mirror.trim_end_matches('/'), entry.repository, entry.revision, file.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_is_imported_and_what_is_not_is_refused() {
        let entry = find("all-MiniLM-L6-v2").unwrap();
        let models = tempfile::tempdir().unwrap();
        assert!(matches!(state(entry, models.path(), true), State::Absent));
        assert!(!remove(entry, models.path()).unwrap());
        let other = tempfile::tempdir().unwrap();
        crate::network::tests::tiny(other.path());
        let error = import(entry, other.path(), models.path()).unwrap_err();
        assert!(matches!(error, ModelError::Hash { .. }), "{error}");
        assert!(matches!(state(entry, models.path(), false), State::Absent));
        let ours = default_folder().join(entry.name);
        if ours.exists() {
            import(entry, &ours, models.path()).unwrap();
            assert!(matches!(state(entry, models.path(), true), State::Whole));
            let vocabulary = models.path().join(entry.name).join(VOCABULARY);
            let text = fs::read_to_string(&vocabulary).unwrap();
            fs::write(&vocabulary, text.replace("hello", "hallo")).unwrap();
            assert!(matches!(state(entry, models.path(), false), State::Whole), "only the hash tells");
            assert!(matches!(state(entry, models.path(), true), State::Bad(ModelError::Hash { .. })));
            assert!(remove(entry, models.path()).unwrap());
        }
    }

    #[test]
    fn addresses_are_those_of_the_mirror() {
        let entry = find("all-MiniLM-L6-v2").unwrap();
        assert_eq!(
            pull_url(entry, &entry.files[1], "https://mirror.example/"),
            "https://mirror.example/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41/vocab.txt"
        );
    }
}
