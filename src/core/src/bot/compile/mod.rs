//! How do the sources become a bot that runs?
//!
//! Compiling is total: what is wrong is reported and something harmless stands in its place, so
//! that the checks can go on. Such a bot is never handed out.

mod ask;
mod content;
mod flow;
mod phrase;
mod settings;
mod step;
mod test;

use std::collections::{BTreeMap, BTreeSet};

use self::content::response;
pub use self::{
    phrase::annotations,
    step::{condition, expression, flow_name},
    test::test_case,
};
use super::{
    Bot, Entity, Flow, Intent, Response,
    code::Code,
    command::command_name,
    problem::{Place, Problems},
    source::{EntitySource, IntentSource, Source, TitleSource},
    yaml::{OneOrMany, Text},
};
use crate::understanding::{Annotated, EntityLesson};

/// A bot with what the checks need beside it.
pub struct Compiled {
    pub bot: Bot,
    /// The place of each node of each flow.
    pub places: BTreeMap<String, Vec<Place>>,
    /// Flows of which nothing can be said: of some list no step could be read.
    pub broken: BTreeSet<String>,
    /// The nodes of a flow of which it is not known what follows.
    pub gaps: BTreeMap<String, BTreeSet<usize>>,
    /// The steps of a flow that a mistyped `go` may have meant.
    pub meant: BTreeMap<String, Vec<usize>>,
}

/// What flows need to know of the rest of the bot.
struct Context<'a> {
    source: &'a Source,
    /// Names of all responses, unreadable ones included.
    responses: BTreeSet<&'a str>,
}

pub fn compile(source: &Source, problems: &mut Problems) -> Compiled {
    let responses: BTreeSet<&str> =
        source.responses.0.iter().map(|entry| entry.name.value.as_str()).collect();
    let context = Context { source, responses };
    let mut bot = settings::bot(source.bot.as_ref(), problems);
    bot.intents = source.intents.iter().map(|(name, it)| (name.value.clone(), intent(it))).collect();
    bot.entities = (source.entities.iter())
        .filter_map(|(name, it)| Some((name.value.clone(), entity(it, problems)?)))
        .collect();
    bot.responses = source
        .responses
        .iter()
        .map(|(name, it)| (name.value.clone(), response(it)))
        .collect::<BTreeMap<String, Response>>();
    let mut compiled = Compiled {
        bot,
        places: BTreeMap::new(),
        broken: BTreeSet::new(),
        gaps: BTreeMap::new(),
        meant: BTreeMap::new(),
    };
    for (name, flow_source) in source.flows.iter() {
        if compiled.bot.flows.contains_key(&name.value) {
            continue;
        }
        let flat = flow::flatten(&name.value, flow_source, &context, problems);
        if flat.broken {
            compiled.broken.insert(name.value.clone());
        }
        if flat.nodes.is_empty() {
            if !flat.broken {
                let message = format!("the flow `{}` has no steps", name.value);
                problems.report(Code::EmptyFlow, name.place, message, "add steps such as `- say: …`");
            }
            continue;
        }
        compiled.places.insert(name.value.clone(), flat.places);
        compiled.gaps.insert(name.value.clone(), flat.gaps);
        compiled.meant.insert(name.value.clone(), flat.meant);
        let flow = Flow {
            name: name.value.clone(),
            description: flow_source.description.as_ref().and_then(TitleSource::same),
            descriptions: flow_source.description.iter().flat_map(TitleSource::by_language).collect(),
            commands: (flow_source.command.iter())
                .filter_map(|(language, words)| Some((language.value.clone(), command_name(&words.value)?)))
                .collect(),
            triggers: flow_source.triggers().map(|trigger| trigger.trigger.clone()).collect(),
            leaves: flow_source.leaves,
            nodes: flat.nodes,
        };
        compiled.bot.flows.insert(name.value.clone(), flow);
    }
    settings::seal_slots(&mut compiled.bot);
    compiled
}

fn intent(source: &IntentSource) -> Intent {
    let all = source.phrases.iter().map(|(language, phrases)| {
        let read = phrases.0.iter().map(|phrase| annotations(&phrase.value));
        (language.value.clone(), read.collect::<Vec<_>>())
    });
    let all = all.collect::<Vec<_>>();
    let plain = |phrases: &[Annotated]| phrases.iter().map(|phrase| phrase.text.clone()).collect();
    Intent {
        description: text(source.description.as_ref()),
        phrases: all.iter().map(|(language, phrases)| (language.clone(), plain(phrases))).collect(),
        annotated: (all.into_iter().flat_map(|(_, phrases)| phrases))
            .filter(|phrase| !phrase.annotations.is_empty())
            .collect(),
    }
}

fn entity(source: &EntitySource, problems: &mut Problems) -> Option<Entity> {
    let description = text(source.description.as_ref());
    let learned = source.learned.filter(|learned| learned.value);
    if let Some(parts) = &source.parts {
        let place = source.list.as_ref().map(|_| parts.0.first().map_or(source.place, |part| part.place));
        let other = place.or(source.pattern.as_ref().map(|it| it.place)).or(learned.map(|it| it.place));
        if let Some(place) = other {
            let message = "an entity of `parts` has no `list`, no `pattern` and is not `learned`";
            problems.report(Code::ConflictingKeys, place, message, "make two entities of it");
            return None;
        }
        if parts.0.len() < 2 {
            let message = "an entity of `parts` needs at least two of them";
            problems.report(Code::MissingField, source.place, message, "write `parts: [number, product]`");
            return None;
        }
        return Some(Entity { description, lesson: EntityLesson::Composite(texts(parts)) });
    }
    if let Some(learned) = learned {
        if source.list.is_some() || source.pattern.is_some() {
            let message = "an entity that is `learned` has no `list` and no `pattern`";
            problems.report(Code::ConflictingKeys, learned.place, message, "make two entities of it");
            return None;
        }
        return Some(Entity { description, lesson: EntityLesson::Learned });
    }
    let lesson = match (&source.list, &source.pattern) {
        (Some(list), None) => {
            let values = list.iter().map(|(value, synonyms)| {
                let synonyms = synonyms.as_ref().map(texts).unwrap_or_default();
                (value.value.clone(), synonyms)
            });
            EntityLesson::List {
                values: values.collect(),
                fuzzy: source.fuzzy.is_none_or(|fuzzy| fuzzy.value),
            }
        }
        (None, Some(pattern)) => EntityLesson::Pattern(pattern.value.clone()),
        (Some(_), Some(pattern)) => {
            let message = "an entity has either a `list` or a `pattern`";
            problems.report(Code::ConflictingKeys, pattern.place, message, "make two entities of it");
            return None;
        }
        (None, None) => {
            let message = "an entity needs a `list` or a `pattern`";
            let hint = "add `list: { value: [synonym] }`, `pattern: '…'`, `learned: true` or `parts: [a, b]`";
            problems.report(Code::MissingField, source.place, message, hint);
            return None;
        }
    };
    Some(Entity { description, lesson })
}

fn text(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn texts(texts: &OneOrMany<Text>) -> Vec<String> {
    texts.0.iter().map(|text| text.value.clone()).collect()
}
