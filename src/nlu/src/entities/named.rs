//! Names that a model of the operator's finds: people, places, organisations.

use serde_json::Value;
use studio_core::{
    models::{Name, NameKind},
    understanding::{EntityMatch, is_negated},
};

use super::Finder;
use crate::text::Reading;

/// A name that the model is less sure of is none.
const SURE: f64 = 0.5;

fn kind(name: &Name) -> Option<&'static str> {
    match name.kind {
        NameKind::Person => Some("person"),
        NameKind::Place => Some("place"),
        NameKind::Organisation => Some("organisation"),
        NameKind::Other => None,
    }
}

impl Finder {
    /// Adds what a model named to what was found. The bot's own lists and patterns, and kinds that are read out of the words
    /// themselves, know better what stands in their words; and an entity of the bot's own is never filled by the model.
    pub(crate) fn add_names(&self, reading: &Reading<'_>, names: &[Name], found: &mut Vec<EntityMatch>) {
        let text = reading.original;
        let before = found.len();
        for name in names.iter().filter(|name| name.score >= SURE) {
            let Some(entity) = kind(name).filter(|entity| !self.lessons().contains_key(*entity)) else {
                continue;
            };
            // A model may be another's: its places are not believed.
            let Some(words) = text.get(name.start..name.end).filter(|words| !words.trim().is_empty()) else {
                continue;
            };
            let taken = found.iter().any(|other| other.start < name.end && name.start < other.end);
            if taken || is_negated(&text[..name.start]) {
                continue;
            }
            found.push(EntityMatch {
                entity: entity.to_owned(),
                role: None,
                value: Value::String(words.to_owned()),
                text: words.to_owned(),
                start: name.start,
                end: name.end,
                confidence: name.score.min(1.0),
                hidden: false,
            });
        }
        let role = |find: &EntityMatch| {
            let alike = found.iter().filter(|other| other.entity == find.entity);
            self.learned().1.of(find, text, alike.map(|other| (other.start, other.end)))
        };
        let roles: Vec<Option<String>> = found[before..].iter().map(role).collect();
        for (find, role) in found[before..].iter_mut().zip(roles) {
            find.role = role;
        }
        found.sort_by_key(|found| found.start);
    }
}
