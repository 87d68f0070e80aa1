//! What stands in flows/?

use super::{Step, TitleSource, schema};
use crate::bot::{
    Trigger,
    code::Code,
    problem::{Place, Problems},
    suggest,
    yaml::{Entries, Fields, Kind, Node, OneOrMany, Read, Text, shorten},
};

source! {
    /// What happens, step by step.
    struct FlowSource as "a flow" {
        /// What it does, in one text for all languages or by language; commands are described by it.
        "description" description: Option<TitleSource>,
        /// What its command is called, by language, where a platform shows it by other names (Discord).
        "command" command: Entries<Text> = Entries::default(),
        /// Triggers; any of them starts the flow. A flow without triggers is called by others.
        "when" when: OneOrMany<Option<TriggerSource>> = OneOrMany(Vec::new()),
        /// Whoever asks for it has done with what is open: no question is come back to behind it, as behind a good-bye.
        "leaves" leaves: bool = false,
        "steps" steps: Steps,
    }
}

impl FlowSource {
    /// The readable triggers.
    pub fn triggers(&self) -> impl Iterator<Item = &TriggerSource> {
        self.when.0.iter().flatten()
    }
}

/// Steps in a row.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub place: Place,
    pub items: Vec<Step>,
    /// Before which of the items a step could not be read.
    pub gaps: Vec<usize>,
}

impl Read for Steps {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let nodes = match &node.kind {
            Kind::List(items) => items.as_slice(),
            Kind::Null
            | Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::Map(_)
            | Kind::Broken => std::slice::from_ref(node),
        };
        let mut steps = Self { place: node.place, ..Self::default() };
        for node in nodes {
            if let Some(step) = Step::read(node, problems) {
                steps.items.push(step);
            } else {
                node.salvage(problems);
                steps.gaps.push(steps.items.len());
            }
        }
        Some(steps)
    }
}

/// A trigger with its place.
#[derive(Clone, Debug)]
pub struct TriggerSource {
    pub place: Place,
    pub trigger: Trigger,
}

const ALONE: [&str; 2] = ["first contact", "fallback"];
const WITH_NAME: [&str; 4] = ["intent", "keyword", "button", "event"];
const HINT: &str =
    "write `intent: name`, `keyword: word`, `button: value`, `event: name`, `first contact` or `fallback`";

impl Read for TriggerSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        if let Some(word) = node.scalar() {
            let trigger = match word {
                "first contact" => Trigger::FirstContact,
                "fallback" => Trigger::Fallback,
                _ => {
                    let message = format!("`{}` is not a trigger", shorten(word));
                    let hint = suggest::hint(word, ALONE, HINT);
                    let hint = if hint.starts_with("did") { hint } else { HINT.to_owned() };
                    problems.report(Code::UnknownWord, place, message, hint);
                    return None;
                }
            };
            return Some(Self { place, trigger });
        }
        if let Some((key, word)) = alone(node) {
            let message = format!("a trigger has no key `{word}`");
            problems.report(Code::UnknownKey, key.place, message, format!("write it alone: `- {word}`"));
            return None;
        }
        let before = problems.count();
        let mut fields = Fields::of(node, "a trigger", &WITH_NAME, problems)?;
        let written: Vec<&'static str> = WITH_NAME.into_iter().filter(|key| fields.has(key)).collect();
        let [key] = written[..] else {
            if problems.count() == before {
                problems.report(
                    Code::ConflictingKeys,
                    place,
                    "a trigger has one key",
                    "write each trigger after its own `- `",
                );
            }
            return None;
        };
        let name = fields.required::<Text>(key, problems)?;
        let trigger = match key {
            "intent" => Trigger::Intent(name.value),
            "keyword" => Trigger::Keyword(name.value),
            "button" => Trigger::Button(name.value),
            _ => Trigger::Event(name.value),
        };
        Some(Self { place: name.place, trigger })
    }
}

/// The key of a trigger that was written with a name, and has none.
fn alone(node: &Node) -> Option<(&Text, &'static str)> {
    let Kind::Map(entries) = &node.kind else { return None };
    let [(key, _)] = &entries[..] else { return None };
    ALONE.into_iter().find(|word| *word == key.value).map(|word| (key, word))
}

schema!(Steps, "Steps", false, |generator| {
    let step = generator.subschema_for::<Step>();
    schemars::json_schema!({ "anyOf": [{ "type": "array", "items": step }, step] })
});
schema!(TriggerSource, "Trigger", false, |_generator| {
    let named = |key: &str| {
        schemars::json_schema!({
            "type": "object",
            "properties": { key: { "type": "string" } },
            "required": [key],
            "additionalProperties": false,
        })
    };
    let mut forms = vec![schema::words(&ALONE)];
    forms.extend(WITH_NAME.map(named));
    schema::any_of(forms)
});
