//! What is an entity in its sentence: where from, where to?
//!
//! The words beside the annotated entities vote for the roles, each by how often and how near it stood beside one of
//! them. The words up to the next entity of the same name are an entity's own: in "to Ulm from Bonn" the "to" says
//! nothing of Bonn. Only where they say nothing do those beyond count: "from Ulm and Bonn". Without any word that
//! ever stood beside one, there is no role.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use studio_core::understanding::{Annotated, EntityMatch};

use crate::text::{Reading, without_marks};

/// So much of a text before and behind an entity is looked at, in bytes.
const WINDOW: usize = 256;
/// What a word before an entity says, by how many words lie between.
const NEAR: [u32; 3] = [4, 2, 1];

/// How much each word stood beside an entity in each role: by entity, by the word with its side, by role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roles(BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>);

impl Roles {
    pub(crate) fn train(annotated: &[Annotated]) -> Self {
        let mut roles = Self::default();
        for phrase in annotated {
            for annotation in &phrase.annotations {
                let Some(role) = &annotation.role else { continue };
                let of_entity = roles.0.entry(annotation.entity.clone()).or_default();
                let others = phrase.annotations.iter().filter(|other| other.entity == annotation.entity);
                let own = between(
                    &phrase.text,
                    (annotation.start, annotation.end),
                    others.map(|other| (other.start, other.end)),
                );
                for (word, weight) in beside(&phrase.text, (annotation.start, annotation.end), own) {
                    *of_entity.entry(word).or_default().entry(role.clone()).or_default() += weight;
                }
            }
        }
        roles
    }

    /// The role of an entity where it stands, with the places of all of its name.
    pub(super) fn of(
        &self,
        found: &EntityMatch,
        text: &str,
        all: impl Iterator<Item = (usize, usize)>,
    ) -> Option<String> {
        let known = self.0.get(&found.entity)?;
        let place = (found.start, found.end);
        let own = between(text, place, all);
        let voted = vote(known, beside(text, place, own));
        let beyond = || vote(known, beside(text, place, (0, text.len())));
        voted.or_else(|| (own != (0, text.len())).then(beyond).flatten())
    }
}

fn vote(known: &BTreeMap<String, BTreeMap<String, u32>>, words: Vec<(String, u32)>) -> Option<String> {
    let mut votes: BTreeMap<&str, f64> = BTreeMap::new();
    for (word, weight) in words {
        let Some(roles) = known.get(&word) else { continue };
        let all: u32 = roles.values().sum();
        for (role, count) in roles {
            // A word that stands beside every role says nothing.
            *votes.entry(role).or_default() +=
                f64::from(weight) * (f64::from(*count) / f64::from(all) - 1.0 / 3.0);
        }
    }
    let best = votes.iter().max_by(|one, other| one.1.total_cmp(other.1))?;
    let tied = votes.iter().any(|(role, vote)| role != best.0 && (vote - best.1).abs() < 1.0e-9);
    (*best.1 > 0.0 && !tied).then(|| (*best.0).to_owned())
}

/// The stretch around an entity that reaches to the others before and behind it.
fn between(
    text: &str,
    (start, end): (usize, usize),
    others: impl Iterator<Item = (usize, usize)>,
) -> (usize, usize) {
    others.fold((0, text.len()), |(from, to), (other_start, other_end)| {
        if other_end <= start {
            (from.max(other_end), to)
        } else if other_start >= end {
            (from, to.min(other_start))
        } else {
            (from, to)
        }
    })
}

/// The words around an entity within a stretch of the text, each with its side and its weight: the nearer, the more it
/// says.
fn beside(text: &str, (start, end): (usize, usize), (from, to): (usize, usize)) -> Vec<(String, u32)> {
    let words = |from: usize, to: usize| -> Vec<String> {
        let reading = Reading::new(text.get(from..to).unwrap_or_default());
        reading.tokens.iter().map(|token| without_marks(reading.word(token))).collect()
    };
    let before = words(from.max(text.floor_char_boundary(start.saturating_sub(WINDOW))), start);
    let behind = words(end, to.min(text.floor_char_boundary(end + WINDOW)));
    let mut found: Vec<(String, u32)> =
        before.iter().rev().zip(NEAR).map(|(word, weight)| (format!("<{word}"), weight)).collect();
    found.extend(behind.first().map(|word| (format!(">{word}"), 1)));
    found
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::entities::learned::tests::annotated;

    fn trained(phrases: &[&str]) -> Roles {
        Roles::train(&phrases.iter().map(|phrase| annotated(phrase)).collect::<Vec<_>>())
    }

    /// The roles of all cities that are marked in a text.
    fn roles_in(roles: &Roles, text: &str) -> Vec<Option<String>> {
        let text = annotated(text);
        let places: Vec<(usize, usize)> = text.annotations.iter().map(|it| (it.start, it.end)).collect();
        let of = |&(start, end): &(usize, usize)| {
            let found = EntityMatch {
                entity: "city".to_owned(),
                role: None,
                value: Value::Null,
                text: text.text[start..end].to_owned(),
                start,
                end,
                confidence: 1.0,
                hidden: false,
            };
            roles.of(&found, &text.text, places.iter().copied())
        };
        places.iter().map(of).collect()
    }

    #[test]
    fn words_beside_an_entity_say_its_role() {
        let roles = trained(&[
            "a train from [Bonn](city:from) to [Ulm](city:to)",
            "I go to [Köln](city:to)",
            "leaving [Mainz](city:from) tomorrow",
            "von [Bonn](city:from) nach [Ulm](city:to)",
        ]);
        let check = |text: &str, expected: &[Option<&str>]| {
            let found = roles_in(&roles, text);
            assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{text}");
        };
        check("two tickets from [Essen](city) to [Trier](city)", &[Some("from"), Some("to")]);
        check("nach [Essen](city) bitte", &[Some("to")]);
        check("nach [Essen](city) von [Trier](city)", &[Some("to"), Some("from")]);
        check("from [Essen](city) and [Trier](city)", &[Some("from"), Some("from")]);
        check("[Essen](city)", &[None]);
        check("zwei Karten, [Essen](city)", &[None]);
    }

    #[test]
    fn the_order_and_the_names_of_the_phrases_say_nothing() {
        let roles = trained(&[
            "from [Bonn](city:from) to [Ulm](city:to)",
            "I want to go from [Ulm](city:from) to [Berlin](city:to)",
            "book a train to [Ulm](city:to)",
            "a ticket from [Bonn](city:from) please",
        ]);
        let check = |text: &str, expected: [&str; 2]| {
            let found = roles_in(&roles, text);
            assert_eq!(found.iter().flatten().collect::<Vec<_>>(), expected, "{text}");
        };
        check("to [Ulm](city) from [Berlin](city)", ["to", "from"]);
        check("travelling to [Bonn](city) from [Ulm](city)", ["to", "from"]);
        check("I want to go to [Bonn](city), from [Berlin](city) please", ["to", "from"]);
        check("from [Berlin](city) to [Bonn](city)", ["from", "to"]);
    }
}
