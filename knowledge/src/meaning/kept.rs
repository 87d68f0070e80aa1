//! Of which bots is known what their passages mean, and how does it come to be known?
//!
//! One text goes to the model at a time, and one bot after the other: a visitor's message waits for one text at most. What is known
//! so far is searched already. Whoever wants something else of the bot meanwhile, a newer version or nothing, ends what is under way.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use studio_core::embedding::{EmbedError, Embedder};

use super::{Content, Vectors, content_of, file};
use crate::{Document, chunk, derived::hex, index::language_of};

/// Passages of a bot that get a vector, in the order of its documents: with the default model 31 MB.
const MOST: usize = 20_000;
/// New vectors after which what is known is searched, and written to the disk.
const TOGETHER: usize = 256;

/// What the passages of a bot mean, and the model that says so of a question.
#[derive(Debug)]
pub struct Meaning {
    pub vectors: Vectors,
    pub embedder: Arc<dyn Embedder>,
}

/// What became of learning what passages mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Passages whose meaning is known now.
    pub passages: usize,
    /// Those of them for which the model was asked.
    pub fresh: usize,
    /// Passages beyond those that may have a vector: they are found by their words.
    pub without: usize,
    /// Something else was wanted of the bot before all was known.
    pub overtaken: bool,
}

/// The meanings of all bots.
pub struct Meanings {
    /// `None` in memory alone.
    folder: Option<PathBuf>,
    /// By the key of the bot in the ledger of the index.
    of_bots: Mutex<BTreeMap<String, OfBot>>,
    learning: Mutex<()>,
}

#[derive(Default)]
struct OfBot {
    /// Number of what was wanted last.
    wanted: u64,
    known: Option<Arc<Meaning>>,
}

/// A passage that has no vector yet.
pub(super) struct Missing {
    language: String,
    content: Content,
    text: String,
}

impl Meanings {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, of_bots: Mutex::default(), learning: Mutex::default() }
    }

    pub fn of(&self, key: &str) -> Option<Arc<Meaning>> {
        self.of_bots().get(key)?.known.clone()
    }

    /// See [`crate::Knowledge::learn`].
    pub fn learn(
        &self,
        key: &str,
        documents: &[Document],
        embedder: &Arc<dyn Embedder>,
    ) -> Result<Learned, EmbedError> {
        let wanted = self.want(key);
        let _one_after_the_other = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.before(key, embedder.identity());
        let mut vectors = Vectors { identity: embedder.identity().to_owned(), ..Vectors::default() };
        let (missing, without) = sort(documents, &before, &mut vectors, MOST);
        let known = vectors.count();
        let mut learned = Learned { passages: known, fresh: 0, without, overtaken: false };
        if !self.put((key, wanted), &vectors, embedder) {
            return Ok(Learned { overtaken: true, ..learned });
        }
        if missing.is_empty() && vectors != before {
            self.write(key, &vectors);
        }
        for part in missing.chunks(TOGETHER) {
            let asked = self.ask((key, wanted), part, embedder.as_ref(), &mut vectors);
            let passages = vectors.count();
            learned = Learned { passages, fresh: passages - known, ..learned };
            if !self.put((key, wanted), &vectors, embedder) {
                return Ok(Learned { overtaken: true, ..learned });
            }
            self.write(key, &vectors);
            asked?;
        }
        Ok(learned)
    }

    /// Asks for the vectors of passages, until one fails or nobody wants them any more.
    fn ask(
        &self,
        wish: (&str, u64),
        passages: &[Missing],
        embedder: &dyn Embedder,
        vectors: &mut Vectors,
    ) -> Result<(), EmbedError> {
        for Missing { language, content, text } in passages {
            if self.is_overtaken(wish) {
                break;
            }
            let vector = embedder.embed_aside(&[text.as_str()])?.pop();
            let vector = vector.ok_or_else(|| EmbedError::Failed("no answer came".to_owned()))?;
            vectors.by_language.entry(language.clone()).or_default().insert(*content, vector);
        }
        Ok(())
    }

    /// Searches the bot by words alone from now on.
    pub fn forget(&self, key: &str) {
        self.want(key);
        self.of_bots().entry(key.to_owned()).or_default().known = None;
        if let Some(path) = self.path(key) {
            // Where there is none, none is left.
            let _ = std::fs::remove_file(path);
        }
    }

    /// The number of a new wish, for which all before it give way.
    fn want(&self, key: &str) -> u64 {
        let mut of_bots = self.of_bots();
        let of_bot = of_bots.entry(key.to_owned()).or_default();
        of_bot.wanted += 1;
        of_bot.wanted
    }

    fn is_overtaken(&self, (key, wanted): (&str, u64)) -> bool {
        self.of_bots().get(key).is_none_or(|of_bot| of_bot.wanted != wanted)
    }

    /// What this model said before, in this run or in an earlier one.
    fn before(&self, key: &str, identity: &str) -> Vectors {
        let known = self.of(key).map(|known| known.vectors.clone());
        let kept = known.or_else(|| file::read(&self.path(key)?));
        kept.filter(|vectors| vectors.identity == identity).unwrap_or_default()
    }

    /// Lets questions be asked of these vectors, unless something else is wanted by now; whether it did.
    fn put(&self, (key, wanted): (&str, u64), vectors: &Vectors, embedder: &Arc<dyn Embedder>) -> bool {
        let known = Arc::new(Meaning { vectors: vectors.clone(), embedder: Arc::clone(embedder) });
        let mut of_bots = self.of_bots();
        let Some(of_bot) = of_bots.get_mut(key).filter(|of_bot| of_bot.wanted == wanted) else {
            return false;
        };
        of_bot.known = Some(known);
        true
    }

    fn write(&self, key: &str, vectors: &Vectors) {
        let Some(path) = self.path(key) else { return };
        if let Err(error) = file::write(&path, vectors) {
            tracing::warn!(path = %path.display(), %error, "knowledge.meaning.not_kept");
        }
        if self.of(key).is_none() {
            // It was forgotten meanwhile, and the file removed before this one was there.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Names of bots may be any.
    fn path(&self, key: &str) -> Option<PathBuf> {
        let name = hex(&content_of(key, &[], ""));
        self.folder.as_ref().map(|folder| folder.join(name).with_extension("vectors"))
    }

    fn of_bots(&self) -> MutexGuard<'_, BTreeMap<String, OfBot>> {
        self.of_bots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives passages the vectors that they had before, and names those that had none, and how many are beyond `most`.
pub(super) fn sort(
    documents: &[Document],
    before: &Vectors,
    vectors: &mut Vectors,
    most: usize,
) -> (Vec<Missing>, usize) {
    let mut missing: BTreeMap<(String, Content), String> = BTreeMap::new();
    let mut without = 0;
    for document in documents {
        let language = language_of(document);
        for passage in chunk(document) {
            let content = content_of(&passage.title, &passage.headings, &passage.text);
            let is_room = vectors.count() + missing.len() < most;
            if let Some(vector) = before.get(&content).filter(|_| is_room) {
                let of_language = vectors.by_language.entry(language.clone()).or_default();
                of_language.insert(content, vector.clone());
            } else if is_room {
                let head = [&passage.title].into_iter().chain(&passage.headings);
                let parts: Vec<&str> = head.chain([&passage.text]).map(String::as_str).collect();
                missing.insert((language.clone(), content), parts.join("\n"));
            } else {
                without += 1;
            }
        }
    }
    let missing = missing.into_iter().map(|((language, content), text)| Missing { language, content, text });
    (missing.collect(), without)
}
