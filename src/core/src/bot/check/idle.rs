//! Does everything that is written do something?

use std::collections::BTreeMap;

use super::uses::Uses;
use crate::{
    bot::{
        code::Code,
        problem::Problems,
        source::{EntitySource, RepairSource, RepairsSource, Source},
        yaml::Text,
    },
    dialogue::normalise,
};

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    for (place, message) in &uses.idle {
        problems.report(Code::NoEffect, *place, *message, "fill it in, or remove it");
    }
    for (name, entity) in source.entities.iter() {
        if entity.list.as_ref().is_some_and(|list| list.0.is_empty()) {
            let message = format!("the list of `{}` is empty: it is never found", name.value);
            problems.report(Code::NoEffect, name.place, message, "add values to it");
        }
        one_value_a_word(entity, problems);
    }
    let uncalled = source.bot.iter().filter_map(|bot| bot.repairs.as_ref()).flat_map(RepairsSource::uncalled);
    for (name, repair) in uncalled {
        called_by_nothing(name, repair, problems);
    }
    let repairs = source.bot.iter().filter_map(|bot| bot.repairs.as_ref()).flat_map(RepairsSource::written);
    for repair in repairs.filter(|repair| repair.say.is_some()) {
        if let Some(flow) = &repair.flow {
            let message = "`say` is never said: the flow runs in place of it";
            let hint = "say it in the flow, or remove one of the two";
            problems.report(Code::NoEffect, flow.place, message, hint);
        }
    }
}

/// Words and intents of repairs that something else than words calls for.
fn called_by_nothing(name: &str, repair: &RepairSource, problems: &mut Problems) {
    let intent = repair.intent.iter().map(|intent| ("intent", intent.place));
    let words = repair.words.iter().take(1).map(|(language, _)| ("words", language.place));
    for (key, place) in intent.chain(words) {
        let message = format!("`{key}` does nothing here: no words call for the repair `{name}`");
        let hint = "remove it; `cancel`, `start_over`, `repeat`, `person` and `correct` are called by words";
        problems.report(Code::NoEffect, place, message, hint);
    }
}

/// A word of two values stands for either of them by chance.
fn one_value_a_word(entity: &EntitySource, problems: &mut Problems) {
    let mut values: BTreeMap<String, &str> = BTreeMap::new();
    for entry in entity.list.iter().flat_map(|list| &list.0) {
        let synonyms = entry.item.iter().flatten().flat_map(|synonyms| &synonyms.0);
        for word in [&entry.name].into_iter().chain(synonyms) {
            let value = *values.entry(normalise(&word.value)).or_insert(&entry.name.value);
            if value != entry.name.value {
                twice(word, value, problems);
            }
        }
    }
}

fn twice(word: &Text, value: &str, problems: &mut Problems) {
    let message = format!("`{}` stands for `{value}` already", word.value);
    problems.report(Code::SameChoice, word.place, message, "keep it below one of the two");
}
