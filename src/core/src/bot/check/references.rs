//! Does everything that is named exist?

use std::collections::BTreeSet;

use super::{expressions::Reads, uses::Uses};
use crate::bot::{
    code::Code,
    compile::annotations,
    problem::{Place, Problems, Thing},
    source::Source,
    suggest,
    yaml::{Entries, Entry},
};
use crate::understanding::BUILT_IN;

pub fn check(source: &Source, uses: &Uses, reads: &Reads, problems: &mut Problems) {
    let known = Known::of(source, uses);
    for name in &uses.responses {
        let otherwise = "write it in responses/, or in place as `{ en: … }`";
        known.responses.find(Code::UndefinedResponse, name.value, name.place, otherwise, problems);
    }
    for name in &uses.flows {
        known.flows.find(Code::UndefinedFlow, name.value, name.place, "write it in flows/", problems);
    }
    for name in &uses.intents {
        known.intents.find(Code::UndefinedIntent, name.value, name.place, "write it in intents/", problems);
    }
    for name in &reads.intents {
        known.intents.find(Code::UndefinedIntent, &name.value, name.place, "write it in intents/", problems);
    }
    for name in &uses.teams {
        let otherwise = "write it under `teams` in bot.yaml";
        known.teams.find(Code::UndefinedTeam, &name.value, name.place, otherwise, problems);
    }
    for name in &reads.slots {
        let otherwise = "nothing fills it: ask for it, set it, or write it under `slots` in bot.yaml";
        known.slots.find(Code::UndefinedSlot, &name.value, name.place, otherwise, problems);
    }
    for name in &reads.settings {
        let otherwise = "write it under `settings` in bot.yaml";
        known.settings.find(Code::UndefinedSetting, &name.value, name.place, otherwise, problems);
    }
    entities(source, &known, problems);
    never_filled(source, uses, reads, problems);
}

fn entities(source: &Source, known: &Known, problems: &mut Problems) {
    let otherwise = "write it in entities/";
    for (_, slot) in source.bot.iter().flat_map(|bot| bot.slots.iter()) {
        for name in &slot.from.0 {
            // `city:from` is the city with this role.
            let entity = name.value.split_once(':').map_or(name.value.as_str(), |(entity, _)| entity);
            known.entities.find(Code::UndefinedEntity, entity, name.place, otherwise, problems);
        }
    }
    for (_, entity) in source.entities.iter() {
        for name in entity.parts.iter().flat_map(|parts| &parts.0) {
            known.entities.find(Code::UndefinedEntity, &name.value, name.place, otherwise, problems);
        }
    }
    for (_, intent) in source.intents.iter() {
        for phrase in intent.phrases.iter().flat_map(|(_, phrases)| &phrases.0) {
            for annotation in annotations(&phrase.value).annotations {
                let name = &annotation.entity;
                known.entities.find(Code::UndefinedEntity, name, phrase.place, otherwise, problems);
            }
        }
    }
}

/// Slots that are declared and read, but that nothing fills.
fn never_filled(source: &Source, uses: &Uses, reads: &Reads, problems: &mut Problems) {
    let filled: BTreeSet<&str> = uses.filled.iter().map(|slot| slot.value.as_str()).collect();
    let read: BTreeSet<&str> = reads.slots.iter().map(|slot| slot.value.as_str()).collect();
    for (name, slot) in source.bot.iter().flat_map(|bot| bot.slots.iter()) {
        let name_text = name.value.as_str();
        if read.contains(name_text)
            && !filled.contains(name_text)
            && slot.from.0.is_empty()
            && !problems.may_define(Thing::Slot, name_text)
        {
            let message = format!("nothing fills the slot `{name_text}`, which conditions or texts read");
            let hint = "ask for it, set it, or fill it `from` an entity";
            problems.report(Code::SlotNeverFilled, name.place, message, hint);
        }
    }
}

/// Names of one kind.
pub struct Names<'a> {
    what: Thing,
    /// They would stand in bot.yaml, which could not be read.
    unknown: bool,
    all: BTreeSet<&'a str>,
}

impl Names<'_> {
    /// Reports a name that is not among them.
    pub fn find(&self, code: Code, name: &str, place: Place, otherwise: &str, problems: &mut Problems) {
        if self.unknown || self.all.contains(name) || problems.may_define(self.what, name) {
            return;
        }
        let hint = suggest::hint(name, self.all.iter().copied(), otherwise);
        let message = format!("no {} is called `{}`", self.what, crate::bot::yaml::shorten(name));
        problems.report(code, place, message, hint);
    }
}

/// Everything that can be named.
pub struct Known<'a> {
    pub responses: Names<'a>,
    pub flows: Names<'a>,
    pub intents: Names<'a>,
    pub entities: Names<'a>,
    pub teams: Names<'a>,
    pub slots: Names<'a>,
    pub settings: Names<'a>,
}

impl<'a> Known<'a> {
    pub fn of(source: &'a Source, uses: &Uses<'a>) -> Self {
        let bot = source.bot.as_ref();
        let mut entities = names(Thing::Entity, &source.entities);
        entities.all.extend(BUILT_IN);
        let mut slots = bot.map_or_else(|| none(Thing::Slot), |bot| names(Thing::Slot, &bot.slots));
        slots.all.extend(uses.filled.iter().map(|slot| slot.value.as_str()));
        Self {
            responses: names(Thing::Response, &source.responses),
            flows: names(Thing::Flow, &source.flows),
            intents: names(Thing::Intent, &source.intents),
            entities,
            teams: bot.map_or_else(|| none(Thing::Team), |bot| names(Thing::Team, &bot.teams)),
            slots,
            settings: bot.map_or_else(|| none(Thing::Setting), |bot| names(Thing::Setting, &bot.settings)),
        }
    }
}

fn none<'a>(what: Thing) -> Names<'a> {
    Names { what, unknown: true, all: BTreeSet::new() }
}

fn names<'a, T>(what: Thing, entries: &'a Entries<T>) -> Names<'a> {
    let name = |entry: &'a Entry<T>| entry.name.value.as_str();
    Names { what, unknown: false, all: entries.0.iter().map(name).collect() }
}
