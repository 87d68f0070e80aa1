//! Are conditions and templates well formed, and what do they read?

use std::collections::BTreeSet;

use super::{
    cel::{self, Found},
    template,
    uses::Uses,
};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    suggest,
    yaml::At,
};

/// Names that conditions and templates see.
pub const VARIABLES: [&str; 11] = [
    "slots",
    "message",
    "conversation",
    "contact",
    "settings",
    "answer",
    "passages",
    "channel",
    "language",
    "tags",
    "now",
];
const MESSAGE: [&str; 10] = [
    "text",
    "intent",
    "confidence",
    "entities",
    "sentiment",
    "tone",
    "urgent",
    "question",
    "profane",
    "personal",
];
const CONVERSATION: [&str; 4] = ["mood", "trend", "urgent", "interrupted"];
const ANSWER: [&str; 4] = ["status", "body", "headers", "error"];
const PASSAGE: [&str; 9] =
    ["document", "title", "headings", "text", "language", "score", "coverage", "nearness", "by"];
/// The root of what is read of one passage, whichever it is.
pub const ONE_PASSAGE: &str = "passages[0]";

/// What all expressions read.
#[derive(Default)]
pub struct Reads {
    pub slots: Vec<At<String>>,
    pub settings: Vec<At<String>>,
    /// Texts to which conditions compare `message.intent`.
    pub intents: Vec<At<String>>,
    /// Texts within conditions, which may be names of intents.
    pub texts: BTreeSet<String>,
}

/// One variable that an expression reads: `slots.name` is `slots` with `name`.
pub struct Variable {
    pub root: String,
    pub field: Option<String>,
}

pub fn check(uses: &Uses, problems: &mut Problems) -> Reads {
    let mut reads = Reads::default();
    for value in &uses.values {
        let found = cel::check(&value.value, value.place, problems);
        reads.cel(found, value.place, problems);
    }
    for condition in &uses.conditions {
        let found = cel::check(&condition.value, condition.place, problems);
        if let Some(kind) = found.no_truth {
            let source = crate::bot::yaml::shorten(&condition.value);
            let message = format!("`{source}` hangs on {kind}, which is neither true nor false");
            let hint = "compare it, such as `slots.count + 1 > 3` or `slots.name != null`";
            problems.report(Code::InvalidCondition, condition.place, message, hint);
        }
        reads.cel(found, condition.place, problems);
    }
    for text in &uses.templates {
        for variable in template::check(text.value, text.place, problems) {
            reads.variable(variable, text.place, problems);
        }
        if text.value.contains("intent") {
            let words = text.value.split(['"', '\'']).map(str::to_owned);
            reads.texts.extend(words);
        }
    }
    reads
}

impl Reads {
    fn cel(&mut self, found: Found, place: Place, problems: &mut Problems) {
        self.texts.extend(found.texts);
        self.intents.extend(found.intents.into_iter().map(|value| At { value, place }));
        for variable in found.variables {
            self.variable(variable, place, problems);
        }
    }

    fn variable(&mut self, variable: Variable, place: Place, problems: &mut Problems) {
        let Variable { root, field } = variable;
        match (root.as_str(), field) {
            ("slots", Some(value)) => self.slots.push(At { value, place }),
            ("settings", Some(value)) => self.settings.push(At { value, place }),
            ("message", Some(field)) => known_field("message", &field, &MESSAGE, place, problems),
            ("conversation", Some(field)) => {
                known_field("conversation", &field, &CONVERSATION, place, problems);
            }
            ("answer", Some(field)) => known_field("answer", &field, &ANSWER, place, problems),
            (ONE_PASSAGE, Some(field)) => known_field(ONE_PASSAGE, &field, &PASSAGE, place, problems),
            (root, _) if VARIABLES.contains(&root) => {}
            (root, _) => {
                let listed = format!("known: {}; a slot is `slots.{root}`", VARIABLES.join(", "));
                let near = suggest::hint(root, VARIABLES, "");
                let hint = if near.starts_with("did") { near } else { listed };
                problems.report(
                    Code::UnknownVariable,
                    place,
                    format!("nothing is called `{root}` here"),
                    hint,
                );
            }
        }
    }
}

fn known_field(root: &str, field: &str, known: &[&str], place: Place, problems: &mut Problems) {
    if !known.contains(&field) {
        let hint = suggest::hint(field, known.iter().copied(), "");
        problems.report(Code::UnknownVariable, place, format!("`{root}` has no `{field}`"), hint);
    }
}
