//! Which of the doubtful messages say nearly the same?

use std::collections::{BTreeMap, BTreeSet};

use studio_core::{
    api::{ReviewCluster, ReviewExample, ReviewGuess, ReviewReason},
    embedding::Vector,
    id::ConversationId,
};
use studio_nlu::alike;
use studio_store::Reviewed;

use super::digest;

const MOST_EXAMPLES: usize = 10;
const MOST_GUESSES: usize = 5;

/// A cluster with all its wordings.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub shown: ReviewCluster,
    pub wordings: Vec<Wording>,
}

/// Messages with the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    pub key: String,
    /// As it was written most often.
    pub text: String,
    /// In which it was said most often.
    pub language: String,
    pub count: u64,
}

/// The clusters of these messages, the most frequent first. `vectors` gives those of the first of some wordings, as many as
/// there are.
pub fn clusters(rows: Vec<Reviewed>, vectors: &dyn Fn(&[&str]) -> Vec<Vector>) -> Vec<Cluster> {
    let mut by_key: BTreeMap<String, Vec<Reviewed>> = BTreeMap::new();
    for row in rows {
        by_key.entry(row.masked.key.clone()).or_default().push(row);
    }
    let mut wordings: Vec<(String, Vec<Reviewed>)> = by_key.into_iter().collect();
    // By words where they are as frequent, which the map has put in order.
    wordings.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let keys: Vec<&str> = wordings.iter().map(|(key, _)| key.as_str()).collect();
    let mut vectors = vectors(&keys).into_iter();
    let texts: Vec<(&str, Option<Vector>)> = keys.iter().map(|key| (*key, vectors.next())).collect();
    let groups = alike(&texts);
    let mut found: Vec<Cluster> = (groups.iter())
        .map(|group| cluster(&group.iter().map(|at| &wordings[*at]).collect::<Vec<_>>()))
        .collect();
    found.sort_by(|one, other| order(&one.shown).cmp(&order(&other.shown)));
    found
}

/// The place of a cluster in the list.
fn order(cluster: &ReviewCluster) -> (std::cmp::Reverse<u64>, &str) {
    (std::cmp::Reverse(cluster.count), &cluster.id)
}

fn cluster(group: &[&(String, Vec<Reviewed>)]) -> Cluster {
    let rows = || group.iter().flat_map(|(_, rows)| rows);
    let mut conversations: BTreeSet<ConversationId> = BTreeSet::new();
    let mut languages: BTreeMap<String, u64> = BTreeMap::new();
    let mut reasons: BTreeMap<ReviewReason, u64> = BTreeMap::new();
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for row in rows() {
        conversations.insert(row.conversation);
        *languages.entry(row.masked.language.clone()).or_default() += 1;
        *reasons.entry(row.reason).or_default() += 1;
        for guess in &row.guesses {
            *sums.entry(&guess.intent).or_default() += guess.confidence;
        }
    }
    let count = rows().count() as u64;
    let mut guesses: Vec<ReviewGuess> = (sums.into_iter())
        .map(|(intent, sum)| ReviewGuess { intent: intent.to_owned(), confidence: sum / of(count) })
        .collect();
    guesses.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    guesses.truncate(MOST_GUESSES);
    let wordings: Vec<Wording> = group.iter().map(|(key, rows)| wording(key, rows)).collect();
    let examples = group.iter().zip(&wordings).take(MOST_EXAMPLES).filter_map(|((_, rows), wording)| {
        let last = rows.iter().max_by_key(|row| row.at)?;
        Some(ReviewExample {
            text: wording.text.clone(),
            language: wording.language.clone(),
            count: wording.count,
            conversation: last.conversation,
        })
    });
    let shown = ReviewCluster {
        id: wordings.first().map(|wording| digest(&wording.key)).unwrap_or_default(),
        count,
        conversations: conversations.len() as u64,
        examples: examples.collect(),
        guesses,
        languages,
        reasons,
        first_at: rows().map(|row| row.at).min().unwrap_or_default(),
        last_at: rows().map(|row| row.at).max().unwrap_or_default(),
    };
    Cluster { shown, wordings }
}

fn wording(key: &str, rows: &[Reviewed]) -> Wording {
    Wording {
        key: key.to_owned(),
        text: most_frequent(rows.iter().map(|row| row.masked.text.as_str())),
        language: most_frequent(rows.iter().map(|row| row.masked.language.as_str())),
        count: rows.len() as u64,
    }
}

/// The first in order of those that are most frequent.
pub(super) fn most_frequent<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| **count);
    most.map(|(text, _)| (*text).to_owned()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of messages are far below 2^52")]
fn of(count: u64) -> f64 {
    count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use studio_core::id::OrganisationId;
    use studio_nlu::normalised;
    use studio_store::Masked;

    use super::*;

    fn row(thread: &str, text: &str, language: &str, guess: (&str, f64)) -> Reviewed {
        Reviewed {
            conversation: ConversationId::of_thread(OrganisationId::FIRST, "web", thread),
            sequence: 1,
            bot: "shop".to_owned(),
            masked: Masked { text: text.to_owned(), key: normalised(text), language: language.to_owned() },
            guesses: vec![ReviewGuess { intent: guess.0.to_owned(), confidence: guess.1 }],
            reason: ReviewReason::Misunderstood,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_most_frequent_stand_first_with_all_their_wordings() {
        let rows = vec![
            row("a", "gift wrap?", "en", ("returns", 0.2)),
            row("a", "Do you ship to Norway?", "en", ("shipping", 0.4)),
            row("b", "do you ship to norway", "en", ("shipping", 0.2)),
            row("b", "do you ship to norwey", "de", ("returns", 0.3)),
            row("c", "do you ship to norway", "en", ("shipping", 0.3)),
        ];
        let found = clusters(rows, &|_| Vec::new());
        let shown: Vec<_> =
            found.iter().map(|cluster| (cluster.shown.count, cluster.wordings.len())).collect();
        assert_eq!(shown, [(4, 2), (1, 1)]);
        let first = &found[0].shown;
        assert_eq!(first.conversations, 3);
        assert_eq!(first.examples[0].text, "do you ship to norway");
        assert_eq!((first.examples[0].count, first.examples[1].count), (3, 1));
        assert_eq!(first.languages, [("de".to_owned(), 1), ("en".to_owned(), 3)].into());
        let guesses: Vec<_> =
            first.guesses.iter().map(|guess| (guess.intent.as_str(), guess.confidence)).collect();
        assert_eq!(guesses.len(), 2);
        assert_eq!(guesses[0].0, "shipping");
        assert!((guesses[0].1 - 0.225).abs() < 1e-9, "{guesses:?}");
        assert_ne!(first.id, found[1].shown.id);
    }

    #[test]
    fn what_was_said_once_alone_is_in_its_cluster_however_many_wordings_there_are() {
        let letter = |number: u8| char::from(b'a' + number % 26);
        let ways = (0..=25).flat_map(|one| (0..100).map(move |two| (one, two)));
        let texts: Vec<String> = ways
            .map(|(one, two)| {
                let word = [letter(one), letter(two / 26), letter(two)].iter().collect::<String>();
                format!("please tell me whether you ship the tents to norway {word}")
            })
            .collect();
        let mut rows: Vec<Reviewed> = texts.iter().map(|text| row("a", text, "en", ("a", 0.2))).collect();
        rows.extend(["gift wrap?", "gift wrap!"].map(|text| row("b", text, "en", ("b", 0.2))));
        let found = clusters(rows, &|_| Vec::new());
        let shown: Vec<_> =
            found.iter().map(|cluster| (cluster.shown.count, cluster.wordings.len())).collect();
        assert_eq!(shown, [(2_600, 2_600), (2, 1)]);
    }

    #[test]
    fn those_that_mean_the_same_are_one_where_there_are_vectors() {
        let rows =
            || vec![row("a", "gift wrap?", "en", ("a", 0.2)), row("b", "put a ribbon on", "en", ("a", 0.2))];
        assert_eq!(clusters(rows(), &|_| Vec::new()).len(), 2);
        let same = |keys: &[&str]| -> Vec<Vector> { keys.iter().map(|_| [1.0, 0.0].into()).collect() };
        assert_eq!(clusters(rows(), &same).len(), 1);
    }
}
