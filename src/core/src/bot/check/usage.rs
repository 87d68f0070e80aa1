//! Is everything that was written used?

use std::collections::BTreeSet;

use super::{expressions::Reads, uses::Uses};
use crate::bot::{code::Code, compile::Compiled, problem::Problems, source::Source};

pub fn check(source: &Source, compiled: &Compiled, uses: &Uses, reads: &Reads, problems: &mut Problems) {
    // A bot without any flow is at its very beginning; repairs stand in bot.yaml.
    if compiled.bot.flows.is_empty() || source.bot.is_none() {
        return;
    }
    let mut intents: BTreeSet<&str> = uses.intents.iter().map(|name| name.value).collect();
    intents.extend(reads.texts.iter().map(String::as_str));
    for (name, _) in source.intents.iter() {
        if !intents.contains(name.value.as_str()) && !problems.may_use(&name.value) {
            let message = format!("the intent `{}` starts no flow", name.value);
            let hint = format!("write `- intent: {}` under `when` of a flow", name.value);
            problems.report(Code::UnusedIntent, name.place, message, hint);
        }
    }
    let mut responses: BTreeSet<&str> = uses.responses.iter().map(|name| name.value).collect();
    responses.extend(uses.asked.iter().map(String::as_str));
    for (name, _) in source.responses.iter() {
        if !responses.contains(name.value.as_str()) && !problems.may_use(&name.value) {
            let message = format!("the response `{}` is never said", name.value);
            problems.report(Code::UnusedResponse, name.place, message, "say it in a flow, or remove it");
        }
    }
}
