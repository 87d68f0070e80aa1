//! Which models did the operator bring along?
//!
//! Any model of a kind that is known can be imported under a name of its own. What it does, its licence, its languages and the
//! hashes of its files are written down beside them, so that they are compared later as those of a known model are.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{State, find, suits},
    verify::{
        CONFIG, DENSE, DENSE_WEIGHTS, DESCRIPTION, MODULES, ModelError, PIECES, POOLING, SENTENCES, TOKENS,
        TORCH_WEIGHTS, Task, VOCABULARY, WEIGHTS, check_hash, check_numbers, hash, weights_of,
    },
};

/// What is written down.
const MANIFEST: &str = "studio.json";
/// Files that a model may have besides its weights.
pub const FILES: [&str; 13] = [
    CONFIG,
    VOCABULARY,
    TOKENS,
    SENTENCES,
    POOLING,
    MODULES,
    DENSE,
    DENSE_WEIGHTS,
    DESCRIPTION,
    "vocab.json",
    "merges.txt",
    "source.spm",
    PIECES,
];

/// What the operator says of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub does: Task,
    /// As the publisher says it (SPDX).
    pub licence: String,
    /// That it was trained on (ISO 639-1); none are all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Of a model of vectors: sentences of its languages that mean the same are near each other.
    #[serde(default)]
    pub multilingual: bool,
}

impl Told {
    pub fn across(&self) -> Across {
        match (self.multilingual, self.languages.as_slice()) {
            (false, _) => Across::None,
            (true, []) => Across::All,
            (true, languages) => Across::These(languages.to_vec()),
        }
    }
}

/// Between which languages sentences that mean the same are near each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Across {
    None,
    All,
    /// ISO 639-1.
    These(Vec<String>),
}

impl Across {
    pub(crate) fn joins(&self, one: &str, other: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::These(languages) => [one, other].into_iter().all(|tag| {
                let kind = tag.split('-').next().unwrap_or(tag);
                languages.iter().any(|language| language.eq_ignore_ascii_case(kind))
            }),
        }
    }
}

/// Where a model was fetched from: a repository in one commit, whose files are the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `owner/name`
    pub repository: String,
    pub revision: String,
}

impl FromStr for Source {
    type Err = String;

    /// Reads `owner/name@commit`.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (repository, revision) = text.split_once('@')?;
            let (owner, name) = repository.split_once('/')?;
            let is_commit = revision.len() == 40 && revision.bytes().all(|digit| digit.is_ascii_hexdigit());
            (is_name(owner) && is_name(name) && is_commit)
                .then(|| Self { repository: repository.to_owned(), revision: revision.to_owned() })
        };
        read().ok_or_else(|| {
            "wanted is OWNER/NAME@COMMIT with all 40 digits of the commit: a branch may be other files tomorrow"
                .to_owned()
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.repository, self.revision)
    }
}

/// A model that the operator brought along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    #[serde(skip)]
    pub name: String,
    pub told: Told,
    /// Of one that was fetched: its hashes were taken then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// SHA-256 of every file.
    pub files: BTreeMap<String, String>,
}

impl Own {
    /// Bytes of all its files.
    pub fn size(&self, models: &Path) -> u64 {
        let folder = models.join(&self.name);
        self.files.keys().filter_map(|file| fs::metadata(folder.join(file)).ok()).map(|data| data.len()).sum()
    }

    /// Whether it is whole. `thorough` reads everything and compares the hashes.
    pub fn state(&self, models: &Path, thorough: bool) -> State {
        let folder = models.join(&self.name);
        let hashes = || self.files.iter().try_for_each(|(file, hash)| check_hash(&folder.join(file), hash));
        let all = || hashes().and_then(|()| numbers(&folder));
        let looked_at =
            suits(self.told.does, &folder, thorough).and_then(|()| if thorough { all() } else { Ok(()) });
        match looked_at {
            Ok(()) => State::Whole,
            Err(error) => State::Bad(error),
        }
    }
}

/// All models that were brought along, by name.
pub fn own(models: &Path) -> Vec<Own> {
    let Ok(entries) = fs::read_dir(models) else { return Vec::new() };
    let name = |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    let mut all: Vec<Own> = entries.filter_map(name).filter_map(|name| own_of(models, &name)).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// The model of this name that was brought along.
pub fn own_of(models: &Path, name: &str) -> Option<Own> {
    if find(name).is_some() || !is_name(name) || is_unfinished(name) {
        return None;
    }
    let text = fs::read(models.join(name).join(MANIFEST)).ok()?;
    let own: Own = serde_json::from_slice(&text).ok()?;
    Some(Own { name: name.to_owned(), ..own })
}

/// Whether a folder of this name is a model on its way, which may be broken off.
fn is_unfinished(name: &str) -> bool {
    [".new", ".part", ".made"].iter().any(|end| name.ends_with(end))
}

fn is_name(name: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.starts_with('.') && !name.is_empty() && name.len() <= 100 && name.chars().all(known)
}

/// Fails unless a model can be brought along under this name, before any of it is there.
pub fn free(name: &str, told: &Told, models: &Path, replace: bool) -> Result<(), ModelError> {
    if told.multilingual && told.does != Task::Vectors {
        let problem = "only vectors bring languages together".to_owned();
        return Err(ModelError::Unsuitable { file: PathBuf::from(name), problem });
    }
    // "none" is what the settings call no model, and "auto" whichever is there.
    if !is_name(name) || ["none", "auto"].contains(&name) || find(name).is_some() || is_unfinished(name) {
        let problem = "a name of your own is wanted, of letters, digits, hyphens and dots".to_owned();
        return Err(ModelError::Unsuitable { file: PathBuf::from(name), problem });
    }
    let place = models.join(name);
    if place.exists() && !replace { Err(ModelError::Taken { place }) } else { Ok(()) }
}

/// Copies a model out of a folder under a name of the operator's. All of it is looked at before it is put in place; what has
/// the name already must be meant to be replaced.
pub fn bring(name: &str, told: Told, from: &Path, models: &Path, replace: bool) -> Result<Own, ModelError> {
    put(Own { name: name.to_owned(), told, source: None, files: BTreeMap::new() }, from, models, replace)
}

/// The same of one that was fetched into this folder.
pub fn bring_fetched(
    name: &str,
    (told, source): (Told, Source),
    from: &Path,
    models: &Path,
    replace: bool,
) -> Result<Own, ModelError> {
    let source = Some(source);
    put(Own { name: name.to_owned(), told, source, files: BTreeMap::new() }, from, models, replace)
}

/// Fails where the weights of a folder hold what is no number. Those of the known models need no look: their hashes are pinned.
fn numbers(folder: &Path) -> Result<(), ModelError> {
    check_numbers(&weights_of(folder))?;
    let dense = folder.join(DENSE_WEIGHTS);
    if dense.exists() { check_numbers(&dense) } else { Ok(()) }
}

fn put(mut own: Own, from: &Path, models: &Path, replace: bool) -> Result<Own, ModelError> {
    free(&own.name, &own.told, models, replace)?;
    suits(own.told.does, from, true)?;
    numbers(from)?;
    let (name, target) = (&own.name, models.join(&own.name));
    let fresh = models.join(format!("{name}.new"));
    let failed =
        |error: io::Error| ModelError::Engine(format!("{} cannot be written: {error}", fresh.display()));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(failed)?;
    }
    let weights = if weights_of(from).ends_with(TORCH_WEIGHTS) { TORCH_WEIGHTS } else { WEIGHTS };
    for file in FILES.into_iter().chain([weights]).filter(|file| from.join(file).exists()) {
        let place = fresh.join(file);
        fs::create_dir_all(place.parent().unwrap_or(&fresh)).map_err(failed)?;
        fs::copy(from.join(file), &place).map_err(failed)?;
        own.files.insert(file.to_owned(), hash(&place)?);
    }
    suits(own.told.does, &fresh, false)?;
    let manifest = serde_json::to_vec_pretty(&own).map_err(|error| ModelError::Engine(error.to_string()))?;
    fs::write(fresh.join(MANIFEST), manifest).map_err(failed)?;
    if target.exists() {
        fs::remove_dir_all(&target).map_err(failed)?;
    }
    fs::rename(&fresh, &target).map_err(failed)?;
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::remove, tasks::tests::tiny, verify::Kind};

    fn told(does: Task) -> Told {
        let languages = vec!["en".to_owned()];
        Told { does, licence: "MIT".to_owned(), languages, multilingual: false }
    }

    #[test]
    fn a_model_that_is_brought_along_is_listed_and_its_hashes_are_compared() {
        let (from, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tiny::write(from.path(), Kind::DistilBert, Task::Sentiment);
        fs::write(from.path().join("README.md"), "not taken").unwrap();
        let bring = |replace| bring("mine", told(Task::Sentiment), from.path(), models.path(), replace);
        let mine = bring(false).unwrap();
        assert_eq!(own(models.path()), std::slice::from_ref(&mine));
        assert_eq!(mine.files.len(), 4, "{:?}", mine.files);
        assert!(matches!(mine.state(models.path(), true), State::Whole));
        let tokens = models.path().join("mine/tokenizer_config.json");
        fs::write(tokens, r#"{"do_lower_case": false}"#).unwrap();
        assert!(matches!(mine.state(models.path(), false), State::Whole), "only the hash tells");
        assert!(matches!(mine.state(models.path(), true), State::Bad(ModelError::Hash { .. })));
        assert!(matches!(bring(false), Err(ModelError::Taken { .. })));
        let mine = bring(true).unwrap();
        assert!(matches!(mine.state(models.path(), true), State::Whole));
        fs::create_dir(models.path().join("mine.new")).unwrap();
        fs::copy(models.path().join("mine/studio.json"), models.path().join("mine.new/studio.json")).unwrap();
        assert_eq!(own(models.path()), [mine], "one whose import was broken off is none");
        assert!(remove("mine", models.path()).unwrap());
        assert!(!remove("mine", models.path()).unwrap() && own(models.path()).is_empty());
        fs::write(models.path().join("other"), "not a model").unwrap();
        assert!(!remove("other", models.path()).unwrap());
    }

    #[test]
    fn weights_with_what_is_no_number_are_not_taken() {
        let (from, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tiny::write(from.path(), Kind::DistilBert, Task::Sentiment);
        let weights = from.path().join(WEIGHTS);
        let mut bytes = fs::read(&weights).unwrap();
        let last = bytes.len() - 4;
        bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
        fs::write(&weights, bytes).unwrap();
        let error = bring("mine", told(Task::Sentiment), from.path(), models.path(), false).unwrap_err();
        assert!(error.to_string().contains("holds what is no number (NaN)"), "{error}");
        assert!(own(models.path()).is_empty());
        // One that was taken before anybody looked.
        let place = models.path().join("mine");
        fs::rename(from.path(), &place).unwrap();
        let files = BTreeMap::from([(WEIGHTS.to_owned(), hash(&place.join(WEIGHTS)).unwrap())]);
        let mine = Own { name: "mine".to_owned(), told: told(Task::Sentiment), source: None, files };
        assert!(matches!(mine.state(models.path(), false), State::Whole));
        assert!(matches!(mine.state(models.path(), true), State::Bad(ModelError::Damaged { .. })));
    }

    #[test]
    fn a_source_is_one_commit_of_a_repository() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let text = format!("someone/a-model.v2@{commit}");
        let source: Source = text.parse().unwrap();
        assert_eq!((source.repository.as_str(), source.revision.as_str()), ("someone/a-model.v2", commit));
        assert_eq!(source.to_string(), text);
        for wrong in
            ["someone/model", "someone/model@main", "model@0", "../model@0", "a/b/c@0", "/b@0", "a/@0"]
        {
            let wrong = wrong.replace("@0", &format!("@{commit}"));
            let told = wrong.parse::<Source>().unwrap_err();
            assert!(told.contains("OWNER/NAME@COMMIT"), "{wrong}: {told}");
        }
    }

    #[test]
    fn what_is_no_model_of_the_task_or_no_name_is_not_taken() {
        let (from, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tiny::write(from.path(), Kind::DistilBert, Task::Sentiment);
        let no_name = "a name of your own is wanted";
        for (name, does, expected) in [
            ("mine", Task::Names, "the label `NEGATIVE` is not known"),
            ("mine", Task::Translation, "wanted is `marian` or `m2m_100`"),
            ("../mine", Task::Sentiment, no_name),
            ("", Task::Sentiment, no_name),
            (".mine", Task::Sentiment, no_name),
            ("mine.part", Task::Sentiment, no_name),
            ("none", Task::Sentiment, no_name),
            ("auto", Task::Sentiment, no_name),
            ("tinybert-ner", Task::Sentiment, no_name),
        ] {
            let error = bring(name, told(does), from.path(), models.path(), true).unwrap_err().to_string();
            assert!(error.contains(expected), "{name} {does:?}: {error}");
        }
        assert!(own(models.path()).is_empty());
    }
}
