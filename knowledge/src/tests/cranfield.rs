//! Is the ranking good? Judged on 1,400 abstracts and 225 questions with known answers, where they are at hand.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use studio_core::id::OrganisationId;

use crate::{Document, Knowledge};

/// What tantivy's own English analysis reaches with its defaults.
const TO_BEAT: f64 = 0.3826;

#[test]
fn cranfield() {
    let Some(folder) = studio_skipped::shared_data("cranfield", "search") else { return };
    let documents: Vec<Document> = documents(&read(&folder, "cran.all.1400"));
    let questions: Vec<String> = questions(&read(&folder, "cran.qry"));
    let judgements = judgements(&read(&folder, "cranqrel"));
    assert_eq!((documents.len(), questions.len()), (1_400, 225));
    let knowledge = Knowledge::in_memory().expect("an index in memory");
    let organisation = OrganisationId::FIRST;
    knowledge.publish(organisation, "cranfield", 1, &documents).expect("published");

    let (mut gain, mut recall) = (0.0, 0.0);
    for (number, question) in (1..).zip(&questions) {
        let relevant = &judgements[&number];
        let mut found = HashSet::new();
        let passages = knowledge.search(organisation, "cranfield", question, "en", 40);
        let ranked: Vec<u32> = passages
            .iter()
            .filter_map(|passage| passage.document.strip_suffix(".md")?.parse().ok())
            .filter(|document| found.insert(*document))
            .take(10)
            .collect();
        gain += normalised_gain(&ranked, relevant);
        let hits = ranked.iter().filter(|document| relevant.contains_key(document)).count();
        recall += share(hits, relevant.len());
    }
    let (gain, recall) = (gain / share(questions.len(), 1), recall / share(questions.len(), 1));
    eprintln!("nDCG@10 {gain:.4}, recall@10 {recall:.4}");
    assert!(gain >= TO_BEAT, "nDCG@10 {gain:.4} is below {TO_BEAT}");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file of the collection").replace("\r\n", "\n")
}

fn documents(text: &str) -> Vec<Document> {
    let records = text.split("\n.I ").map(|record| record.trim_start_matches(".I "));
    let documents = records.map(|record| {
        let (number, rest) = record.split_once("\n.T\n").expect("a title");
        let (title, rest) = rest.split_once(".A\n").expect("authors");
        // Two of them are empty.
        let text = rest.split_once(".W\n").map_or("", |(_, text)| text);
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        Document {
            path: format!("{}.md", number.trim()),
            language: "en".to_owned(),
            text: format!("---\ntitle: {title}\n---\n{text}"),
        }
    });
    documents.collect()
}

fn questions(text: &str) -> Vec<String> {
    text.split("\n.W\n").skip(1).map(|rest| rest.split("\n.I").next().unwrap_or(rest).to_owned()).collect()
}

/// By question: the documents that count as relevant (judged 1 to 4), each worth 1.
fn judgements(text: &str) -> BTreeMap<u32, BTreeMap<u32, f64>> {
    let mut judgements: BTreeMap<u32, BTreeMap<u32, f64>> = BTreeMap::new();
    for line in text.lines() {
        let numbers: Vec<i64> =
            line.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        if let [question, document, 1..=4] = numbers[..] {
            let number = |number: i64| u32::try_from(number).expect("a small number");
            judgements.entry(number(question)).or_default().insert(number(document), 1.0);
        }
    }
    judgements
}

fn normalised_gain(ranked: &[u32], relevant: &BTreeMap<u32, f64>) -> f64 {
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.zip(2_u32..).map(|(gain, place)| gain / f64::from(place).log2()).sum()
    };
    let ideal = discounted(&mut relevant.values().copied().take(10));
    let real = discounted(&mut ranked.iter().map(|document| relevant.get(document).copied().unwrap_or(0.0)));
    if ideal > 0.0 { real / ideal } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
