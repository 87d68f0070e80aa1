//! How do the documents of a bot take the place of those before?

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use tantivy::{
    TantivyDocument, Term,
    tokenizer::{PreTokenizedString, Token},
};

use super::{
    knowledge::Published,
    ledger::{Held, Partition},
    schema::{Passages, Stored, in_partition},
};
use crate::{
    Chunk, Document,
    analysis::{Analyzer, code_of, detect},
    chunk,
    derived::{self, hex},
};

/// SHA-256 over all documents in the order of their paths, in hexadecimal.
pub fn checksum(documents: &[Document]) -> String {
    let mut sorted: Vec<&Document> = documents.iter().collect();
    sorted.sort_by_key(|document| &document.path);
    let mut hash = Sha256::new();
    for part in sorted.iter().flat_map(|document| [&document.path, &document.language, &document.text]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

type Opened = derived::Opened<Passages>;

pub fn publish(
    opened: &mut Opened,
    key: &str,
    version: u32,
    documents: &[Document],
) -> Result<Published, String> {
    let checksum = checksum(documents);
    let mut ledger = opened.ledger.clone();
    if let Some(held) = ledger.bots.get_mut(key).filter(|held| held.checksum == checksum) {
        let changed = held.version != version;
        held.version = version;
        let passages = held.passages();
        if changed {
            opened.commit(ledger)?;
        }
        return Ok(Published { passages, changed, others_lost: false });
    }
    opened.writer.delete_term(owner(opened, key));
    let mut partitions: BTreeMap<String, Partition> = BTreeMap::new();
    let mut analyzers: BTreeMap<String, Analyzer> = BTreeMap::new();
    for document in documents {
        let language = language_of(document);
        let analyzer = analyzers.entry(language.clone()).or_insert_with(|| Analyzer::of(&language));
        let partition = partitions.entry(language).or_insert_with(|| {
            let number = ledger.next;
            ledger.next += 1;
            Partition { number, ..Partition::default() }
        });
        for chunk in chunk(document) {
            add(opened, key, document, chunk, analyzer, partition)?;
        }
    }
    let held = Held { version, checksum, partitions };
    let passages = held.passages();
    ledger.bots.insert(key.to_owned(), held);
    opened.commit(ledger)?;
    tracing::info!(version, passages, documents = documents.len(), "knowledge.published");
    Ok(Published { passages, changed: true, others_lost: false })
}

pub fn remove(opened: &mut Opened, key: &str) -> Result<Published, String> {
    let mut ledger = opened.ledger.clone();
    let changed = ledger.bots.remove(key).is_some();
    if changed {
        opened.writer.delete_term(owner(opened, key));
        opened.commit(ledger)?;
    }
    Ok(Published { passages: 0, changed, others_lost: false })
}

impl Held {
    pub fn passages(&self) -> u64 {
        self.partitions.values().map(|partition| partition.passages).sum()
    }
}

fn owner(opened: &Opened, key: &str) -> Term {
    Term::from_field_text(opened.fields.owner, key)
}

/// The language of a document, as it says or as it is written (ISO 639-1, empty if unknown).
pub fn language_of(document: &Document) -> String {
    let given = code_of(&document.language);
    if given.is_empty() { detect(&document.text, &[]).unwrap_or_default().to_owned() } else { given }
}

fn add(
    opened: &Opened,
    key: &str,
    document: &Document,
    chunk: Chunk,
    analyzer: &mut Analyzer,
    partition: &mut Partition,
) -> Result<(), String> {
    let Chunk { title, headings, text } = chunk;
    let head = head(&title, &headings);
    let head_terms = analyzer.terms(&head);
    let mut text_terms = analyzer.terms(&text);
    text_terms.extend(head_terms.iter().cloned());
    partition.passages += 1;
    partition.text_terms += text_terms.len() as u64;
    partition.head_terms += head_terms.len() as u64;

    let stored = Stored { document: document.path.clone(), title, headings, text };
    let content = in_partition(partition.number, &hex(&stored.content()));
    let stored = serde_json::to_vec(&stored).map_err(|error| error.to_string())?;
    let fields = opened.fields;
    let mut passage = TantivyDocument::default();
    passage.add_text(fields.owner, key);
    passage.add_pre_tokenized_text(fields.text, tokens(partition.number, text_terms));
    passage.add_pre_tokenized_text(fields.head, tokens(partition.number, head_terms));
    passage.add_text(fields.content, content);
    passage.add_bytes(fields.stored, &stored);
    opened.writer.add_document(passage).map(|_| ()).map_err(|error| error.to_string())
}

/// What stands above a passage, as one text.
fn head(title: &str, headings: &[String]) -> String {
    headings.iter().fold(title.to_owned(), |head, heading| head + "\n" + heading)
}

fn tokens(partition: u64, terms: Vec<String>) -> PreTokenizedString {
    let tokens = terms.into_iter().enumerate().map(|(position, term)| Token {
        position,
        text: in_partition(partition, &term),
        ..Token::default()
    });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }
}
