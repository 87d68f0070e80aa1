//! Meaning by a model that knows a few words.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use studio_core::{
    embedding::{EmbedError, Embedder, Vector},
    id::OrganisationId,
    understanding::{FoundBy, Passage},
};

use super::{
    Vectors, fuse,
    kept::{Learned, sort},
};
use crate::{Document, Knowledge};

const FIRST: OrganisationId = OrganisationId::FIRST;

/// Words that mean the same.
const MEANINGS: [&[&str]; 4] =
    [&["dogs", "puppy", "hunde"], &["parking", "car", "cars"], &["breakfast", "brunch"], &["broken"]];

/// A model to which a text means what its words mean that it knows.
#[derive(Debug)]
struct Words {
    identity: &'static str,
    /// Whether it brings languages together.
    joins: bool,
    asked: Mutex<Vec<String>>,
    /// Whether it fails over what is broken.
    fails: AtomicBool,
    /// Held by a test that lets it wait.
    gate: Mutex<()>,
}

impl Words {
    fn new(identity: &'static str, joins: bool) -> Arc<Self> {
        let (asked, gate) = (Mutex::default(), Mutex::default());
        Arc::new(Self { identity, joins, asked, fails: AtomicBool::new(false), gate })
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("not poisoned").len()
    }
}

impl Embedder for Words {
    fn identity(&self) -> &str {
        self.identity
    }

    fn joins(&self, _: &str, _: &str) -> bool {
        self.joins
    }

    fn dimensions(&self) -> usize {
        MEANINGS.len() + 1
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        texts.iter().map(|text| self.embed_now(text)).collect()
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        self.asked.lock().expect("not poisoned").push(text.to_owned());
        let _waits = self.gate.lock().expect("not poisoned");
        let text = text.to_lowercase();
        if self.fails.load(Ordering::SeqCst) && text.contains("broken") {
            return Err(EmbedError::Failed("no".to_owned()));
        }
        let mut numbers = vec![0.0_f32; self.dimensions()];
        for word in text.split(|letter: char| !letter.is_alphabetic()) {
            if let Some(meaning) = MEANINGS.iter().position(|words| words.contains(&word)) {
                numbers[meaning] += 1.0;
            }
        }
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        if length == 0.0 {
            numbers[MEANINGS.len()] = 1.0;
            return Ok(numbers.into());
        }
        Ok(numbers.into_iter().map(|number| number / length).collect())
    }
}

fn document(path: &str, language: &str, text: &str) -> Document {
    Document { path: path.to_owned(), language: language.to_owned(), text: text.to_owned() }
}

fn hotel() -> Vec<Document> {
    vec![
        document("animals.md", "en", "# Animals\n\nDogs are welcome on the ground floor."),
        document("garage.md", "en", "# Garage\n\nParking costs 12 euros."),
    ]
}

fn learn(knowledge: &Knowledge, documents: &[Document], model: &Arc<Words>) -> Learned {
    try_learn(knowledge, documents, model).expect("the model answers")
}

fn try_learn(
    knowledge: &Knowledge,
    documents: &[Document],
    model: &Arc<Words>,
) -> Result<Learned, EmbedError> {
    let model: Arc<dyn Embedder> = model.clone();
    knowledge.learn(FIRST, "hotel", documents, &model)
}

fn published(documents: &[Document]) -> Knowledge {
    let knowledge = Knowledge::in_memory().expect("an index");
    knowledge.publish(FIRST, "hotel", 1, documents).expect("published");
    knowledge
}

fn ask(knowledge: &Knowledge, language: &str, question: &str) -> Vec<Passage> {
    knowledge.search(FIRST, "hotel", question, language, 5)
}

/// The documents that are found, each with by what.
fn found(knowledge: &Knowledge, question: &str) -> Vec<(String, FoundBy)> {
    ask(knowledge, "en", question).into_iter().map(|passage| (passage.document, passage.by)).collect()
}

fn all_known(passages: usize, fresh: usize) -> Learned {
    Learned { passages, fresh, without: 0, overtaken: false }
}

#[test]
fn a_passage_of_other_words_is_found_by_what_it_means() {
    let knowledge = published(&hotel());
    let question = "can my puppy come along";
    assert_eq!(found(&knowledge, question), []);
    let model = Words::new("words@1", false);
    assert_eq!(learn(&knowledge, &hotel(), &model), all_known(2, 2));
    let passages = ask(&knowledge, "en", question);
    let [first] = &passages[..] else { panic!("what is about something else is not found: {passages:?}") };
    assert_eq!((first.document.as_str(), first.by, first.coverage), ("animals.md", FoundBy::Meaning, 0.0));
    assert!(first.nearness > Some(0.99) && first.score > 0.0, "{first:?}");
    // By words as well, and by words alone where it is not near.
    let both = ask(&knowledge, "en", "are dogs welcome");
    assert_eq!((both[0].document.as_str(), both[0].by), ("animals.md", FoundBy::Both));
    assert!(both[0].coverage > 0.9 && both[0].nearness > Some(0.99), "{both:?}");
    assert_eq!(found(&knowledge, "what is on the ground floor"), [("animals.md".to_owned(), FoundBy::Words)]);
    // Of what asks for nothing nobody asks the model.
    let asked = model.asked();
    assert_eq!(found(&knowledge, "I love you"), []);
    assert_eq!(model.asked(), asked);
    // Another bot has meanings of its own.
    knowledge.publish(FIRST, "inn", 1, &hotel()).expect("published");
    assert_eq!(knowledge.search(FIRST, "inn", question, "en", 5), []);
}

#[test]
fn a_document_in_another_language_is_found_where_the_model_brings_them_together() {
    let documents = [document("hunde.md", "de", "# Tiere\n\nHunde sind willkommen."), hotel().swap_remove(1)];
    let question = "may I bring my puppy along with me, and where can we go for a walk with it";
    for (joins, expected) in [(false, vec![]), (true, vec![("hunde.md".to_owned(), FoundBy::Meaning)])] {
        let knowledge = published(&documents);
        learn(&knowledge, &documents, &Words::new("words@1", joins));
        assert_eq!(found(&knowledge, question), expected);
    }
    // In its own language it is heard by any.
    let knowledge = published(&documents);
    learn(&knowledge, &documents, &Words::new("words@1", false));
    let passages = ask(&knowledge, "de", "Was ist mit einem Puppy?");
    assert_eq!(passages.first().map(|passage| passage.document.as_str()), Some("hunde.md"), "{passages:?}");
}

#[test]
fn only_what_is_new_is_learned_and_what_is_gone_is_not_found() {
    let root = tempfile::tempdir().expect("a folder");
    let index = root.path().join("index");
    let model = Words::new("words@1", false);
    let mut documents = hotel();
    let knowledge = Knowledge::open(&index).expect("an index");
    knowledge.publish(FIRST, "hotel", 1, &documents).expect("published");
    assert_eq!(learn(&knowledge, &documents, &model), all_known(2, 2));

    documents[0].text = "# Animals\n\nNothing that barks.".to_owned();
    documents.push(document("meals.md", "en", "# Meals\n\nBreakfast ends at ten."));
    knowledge.publish(FIRST, "hotel", 2, &documents).expect("published");
    assert_eq!(found(&knowledge, "can my puppy come along"), [], "its passage is gone");
    assert_eq!(found(&knowledge, "where do I leave my car")[0].0, "garage.md", "this one is not");
    assert_eq!(learn(&knowledge, &documents, &model), all_known(3, 2));
    assert_eq!(found(&knowledge, "do you serve brunch")[0].0, "meals.md");
    drop(knowledge);

    // A start needs the model for nothing that it has said.
    let asked = model.asked();
    let open = || Knowledge::open(&index).expect("an index");
    let knowledge = open();
    assert_eq!(found(&knowledge, "do you serve brunch"), []);
    assert_eq!(learn(&knowledge, &documents, &model), all_known(3, 0));
    assert_eq!(model.asked(), asked);
    assert_eq!(found(&knowledge, "do you serve brunch")[0].0, "meals.md");
    drop(knowledge);
    // What another model said is worth nothing.
    assert_eq!(learn(&open(), &documents, &Words::new("words@2", false)), all_known(3, 3));
    assert_eq!(learn(&open(), &documents, &Words::new("words@2", false)), all_known(3, 0));
    // Nor is what is damaged.
    let files = kept(root.path());
    let [file] = &files[..] else { panic!("one file for one bot: {files:?}") };
    let whole = fs::read(file).expect("readable");
    let mut turned = whole.clone();
    turned[whole.len() / 2] ^= 1;
    let damaged: [&[u8]; 4] = [&whole[..whole.len() - 1], &whole[..3], &[], &turned];
    for damaged in damaged {
        fs::write(file, damaged).expect("writable");
        assert_eq!(learn(&open(), &documents, &Words::new("words@2", false)), all_known(3, 3));
    }
    // Whoever wants none has none.
    let knowledge = open();
    learn(&knowledge, &documents, &model);
    knowledge.unlearn(FIRST, "hotel");
    assert_eq!(found(&knowledge, "do you serve brunch"), []);
    assert!(kept(root.path()).is_empty());
}

/// The files of meanings.
fn kept(root: &Path) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(root.join("meanings")).expect("a folder");
    files.map(|file| file.expect("an entry").path()).collect()
}

#[test]
fn a_newer_wish_ends_an_older_one() {
    let knowledge = published(&hotel());
    let model = Words::new("words@1", false);
    let held = model.gate.lock().expect("not poisoned");
    let learning = {
        let (knowledge, model) = (knowledge.clone(), Arc::clone(&model));
        std::thread::spawn(move || learn(&knowledge, &hotel(), &model))
    };
    while model.asked() == 0 {
        std::thread::yield_now();
    }
    knowledge.unlearn(FIRST, "hotel");
    drop(held);
    let learned = learning.join().expect("it ends");
    assert!(learned.overtaken, "{learned:?}");
    assert_eq!(model.asked(), 1, "it ends at once");
    assert_eq!(found(&knowledge, "can my puppy come along"), []);
}

#[test]
fn a_model_that_fails_costs_what_it_fails_over() {
    let mut documents = hotel();
    let knowledge = published(&documents);
    let model = Words::new("words@1", false);
    learn(&knowledge, &documents, &model);
    documents.push(document("repairs.md", "en", "# Repairs\n\nTell us what is broken."));
    knowledge.publish(FIRST, "hotel", 2, &documents).expect("published");
    model.fails.store(true, Ordering::SeqCst);
    try_learn(&knowledge, &documents, &model).expect_err("it fails");
    assert_eq!(found(&knowledge, "can my puppy come along")[0].0, "animals.md");
    // A question over which it fails is answered by words.
    assert_eq!(found(&knowledge, "what if something is broken"), [("repairs.md".to_owned(), FoundBy::Words)]);
    model.fails.store(false, Ordering::SeqCst);
    assert_eq!(learn(&knowledge, &documents, &model), all_known(3, 1));
    assert_eq!(found(&knowledge, "what if something is broken"), [("repairs.md".to_owned(), FoundBy::Both)]);
}

#[test]
fn only_so_many_passages_have_a_meaning() {
    let (missing, without) = sort(&hotel(), &Vectors::default(), &mut Vectors::default(), 1);
    assert_eq!((missing.len(), without), (1, 1));
}

#[test]
fn any_text_can_be_asked_by_meaning_too() {
    let knowledge = published(&hotel());
    learn(&knowledge, &hotel(), &Words::new("words@1", true));
    let long = "puppy ".repeat(100_000);
    for question in ["", "\0", "puppy\0", "🐕", "puppy 🐕", "AND OR ((puppy", "\u{202e}yppup", &long] {
        for language in ["en", "de", "", "xx", "\0"] {
            for passage in ask(&knowledge, language, question) {
                assert!(passage.score.is_finite() && (0.0..=1.0).contains(&passage.coverage), "{passage:?}");
            }
        }
    }
}

#[test]
fn what_has_little_of_the_words_and_is_not_near_comes_behind_what_is_near() {
    let passage = |document: &str, score: f64, coverage: f64, nearness: Option<f64>| Passage {
        document: document.to_owned(),
        title: String::new(),
        headings: Vec::new(),
        text: String::new(),
        language: "en".to_owned(),
        score,
        coverage,
        nearness,
        by: FoundBy::Words,
    };
    let order = |mut passages: Vec<Passage>| {
        fuse(&mut passages);
        passages.sort_by(|one, other| other.score.total_cmp(&one.score));
        passages.into_iter().map(|passage| passage.document).collect::<Vec<_>>()
    };
    let little = passage("little", 9.0, 0.2, Some(0.1));
    let near = passage("near", 0.0, 0.0, Some(0.6));
    let both = passage("both", 5.0, 0.9, Some(0.55));
    let covered = passage("covered", 8.0, 1.0, None);
    assert_eq!(order(vec![little, near, both, covered]), ["both", "covered", "near", "little"]);
}
