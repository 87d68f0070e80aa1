//! What is an entity in its sentence: where from, where to?
//!
//! The words beside the annotated entities vote for the roles, each by how often it stood beside one of them. Without
//! any word that ever did, there is no role.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use studio_core::understanding::{Annotated, EntityMatch};

use crate::text::{Reading, without_marks};

/// How often each word stood beside an entity in each role: by entity, by the word with its side, by role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roles(BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>);

impl Roles {
    pub(crate) fn train(annotated: &[Annotated]) -> Self {
        let mut roles = Self::default();
        for phrase in annotated {
            for annotation in &phrase.annotations {
                let Some(role) = &annotation.role else { continue };
                let of_entity = roles.0.entry(annotation.entity.clone()).or_default();
                for (word, _) in beside(&phrase.text, annotation.start, annotation.end) {
                    *of_entity.entry(word).or_default().entry(role.clone()).or_default() += 1;
                }
            }
        }
        roles
    }

    /// The role of an entity where it stands.
    pub(super) fn of(&self, found: &EntityMatch, text: &str) -> Option<String> {
        let known = self.0.get(&found.entity)?;
        let mut votes: BTreeMap<&str, f64> = BTreeMap::new();
        for (word, weight) in beside(text, found.start, found.end) {
            let Some(roles) = known.get(&word) else { continue };
            let all: u32 = roles.values().sum();
            for (role, count) in roles {
                // A word that stands beside every role says nothing.
                *votes.entry(role).or_default() += weight * (f64::from(*count) / f64::from(all) - 1.0 / 3.0);
            }
        }
        let best = votes.iter().max_by(|one, other| one.1.total_cmp(other.1))?;
        let tied = votes.iter().any(|(role, vote)| role != best.0 && (vote - best.1).abs() < 1.0e-9);
        (*best.1 > 0.0 && !tied).then(|| (*best.0).to_owned())
    }
}

/// The words around a stretch of a text, each with its side and its weight: the nearer, the more it says.
fn beside(text: &str, start: usize, end: usize) -> Vec<(String, f64)> {
    let words = |text: &str| -> Vec<String> {
        let reading = Reading::new(text);
        reading.tokens.iter().map(|token| without_marks(reading.word(token))).collect()
    };
    let (before, behind) =
        (words(text.get(..start).unwrap_or_default()), words(text.get(end..).unwrap_or_default()));
    let mut found = Vec::new();
    for (away, word) in before.iter().rev().take(3).enumerate() {
        found.push((format!("<{word}"), [4.0, 2.0, 1.0][away]));
    }
    if let Some(word) = behind.first() {
        found.push((format!(">{word}"), 1.0));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::entities::learned::tests::annotated;

    #[test]
    fn words_beside_an_entity_say_its_role() {
        let phrases: Vec<Annotated> = [
            "a train from [Bonn](city:from) to [Ulm](city:to)",
            "I go to [Köln](city:to)",
            "leaving [Mainz](city:from) tomorrow",
            "von [Bonn](city:from) nach [Ulm](city:to)",
        ]
        .iter()
        .map(|phrase| annotated(phrase))
        .collect();
        let roles = Roles::train(&phrases);
        let check = |text: &str, city: &str, expected: Option<&str>| {
            let start = text.find(city).unwrap();
            let found = EntityMatch {
                entity: "city".to_owned(),
                role: None,
                value: Value::from(city),
                text: city.to_owned(),
                start,
                end: start + city.len(),
                confidence: 1.0,
                hidden: false,
            };
            assert_eq!(roles.of(&found, text).as_deref(), expected, "{text}");
        };
        check("two tickets from Essen to Trier", "Essen", Some("from"));
        check("two tickets from Essen to Trier", "Trier", Some("to"));
        check("nach Essen bitte", "Essen", Some("to"));
        check("Essen", "Essen", None);
        check("zwei Karten, Essen", "Essen", None);
    }
}
