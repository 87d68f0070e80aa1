//! Does a question ask for what the bot masks before anything reads it?

use crate::{
    bot::{
        Expects, NodeKind,
        code::Code,
        compile::Compiled,
        problem::{Place, Problems},
        source::Source,
    },
    privacy::{Keeping, PersonalKind},
};

pub fn check(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    let bot = &compiled.bot;
    let masks = |kind: &PersonalKind| bot.privacy.of(*kind) == Keeping::Mask;
    for (name, slot) in source.bot.iter().flat_map(|bot| bot.slots.iter()) {
        for from in &slot.from.0 {
            if let Some(kind) = PersonalKind::of(&from.value).filter(masks) {
                report(&format!("the slot `{}` is never filled", name.value), kind, from.place, problems);
            }
        }
    }
    for (flow, places) in &compiled.places {
        let nodes = bot.flows.get(flow).into_iter().flat_map(|flow| &flow.nodes);
        for (node, place) in nodes.zip(places) {
            let NodeKind::Ask(ask) = &node.kind else { continue };
            let kind = match ask.expects {
                Expects::Email => PersonalKind::Email,
                Expects::Phone => PersonalKind::Phone,
                Expects::Text { .. }
                | Expects::Number { .. }
                | Expects::Date { .. }
                | Expects::Time { .. }
                | Expects::Choice { .. }
                | Expects::Regex { .. }
                | Expects::File { .. }
                | Expects::YesNo => continue,
            };
            if masks(&kind) {
                report(&format!("nobody can answer the question for `{}`", ask.slot), kind, *place, problems);
            }
        }
    }
}

fn report(what: &str, kind: PersonalKind, place: Place, problems: &mut Problems) {
    let name = kind.as_str();
    let message = format!("{what}: `privacy` masks `{name}` before anything reads it");
    let hint = format!("write `{name}: slots` under `privacy` in bot.yaml");
    problems.report(Code::SlotNeverFilled, place, message, hint);
}
