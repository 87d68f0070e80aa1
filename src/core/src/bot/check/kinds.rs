//! Can what fills a slot be of the slot's kind?

use jiff::civil;
use serde_json::Value;

use crate::{
    bot::{
        Bot, Expects, Expression, NodeKind, SlotKind,
        code::Code,
        compile::Compiled,
        problem::{Place, Problems},
        source::{SLOT_KINDS, Source},
        yaml::shorten,
    },
    dialogue::read_time,
    understanding::{BUILT_IN, EntityLesson},
};

pub fn check(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    for (name, slot) in source.bot.iter().flat_map(|bot| bot.slots.iter()) {
        for entity in
            slot.from.0.iter().filter(|entity| !fits_entity(&compiled.bot, slot.kind, &entity.value))
        {
            let what = format!("the entity `{}`", entity.value);
            report(&name.value, slot.kind, &what, entity.place, problems);
        }
    }
    for (name, flow) in &compiled.bot.flows {
        let places = compiled.places.get(name).into_iter().flatten();
        for (node, place) in flow.nodes.iter().zip(places) {
            check_node(&compiled.bot, &node.kind, *place, problems);
        }
    }
}

fn check_node(bot: &Bot, node: &NodeKind, place: Place, problems: &mut Problems) {
    let mut fills = |slot: &str, fits: &dyn Fn(SlotKind) -> bool, what: &str| {
        if let Some(kind) = bot.slots.get(slot).map(|slot| slot.kind).filter(|kind| !fits(*kind)) {
            report(slot, kind, what, place, problems);
        }
    };
    match node {
        NodeKind::Ask(ask) => {
            fills(&ask.slot, &|kind| fits_answer(kind, &ask.expects), "an answer to this question");
        }
        NodeKind::Rate(rate) => fills(&rate.slot, &|kind| fits_value(kind, &Value::from(1)), "a rating"),
        NodeKind::Set(set) => {
            for (slot, value) in &set.values {
                if let Expression::Literal(value) = value {
                    fills(
                        slot,
                        &|kind| fits_value(kind, value),
                        &format!("`{}`", shorten(&value.to_string())),
                    );
                }
            }
        }
        NodeKind::Say(_)
        | NodeKind::Choose(_)
        | NodeKind::Call(_)
        | NodeKind::Jump(_)
        | NodeKind::Search(_)
        | NodeKind::Http(_)
        | NodeKind::Handoff(_)
        | NodeKind::Tag(_)
        | NodeKind::Wait(_)
        | NodeKind::End => {}
    }
}

fn report(slot: &str, kind: SlotKind, what: &str, place: Place, problems: &mut Problems) {
    let known = SLOT_KINDS.iter().find(|(_, known)| *known == kind);
    let kind = known.map_or("", |(name, _)| name);
    let message = format!("`{slot}` is of kind {kind}, which {what} is not");
    let hint = "change one of the two, or make the slot of kind text or any";
    problems.report(Code::SlotKind, place, message, hint);
}

/// Whether an answer can stand in a slot.
fn fits_answer(kind: SlotKind, expects: &Expects) -> bool {
    match expects {
        Expects::Text { .. } => matches!(kind, SlotKind::Text | SlotKind::Any),
        Expects::Number { .. } => matches!(kind, SlotKind::Number | SlotKind::Any),
        Expects::Email => matches!(kind, SlotKind::Email | SlotKind::Text | SlotKind::Any),
        Expects::Phone => matches!(kind, SlotKind::Phone | SlotKind::Text | SlotKind::Any),
        Expects::Date { .. } => matches!(kind, SlotKind::Date | SlotKind::Text | SlotKind::Any),
        Expects::Time { .. } => matches!(kind, SlotKind::Time | SlotKind::Text | SlotKind::Any),
        Expects::Choice { .. } => matches!(kind, SlotKind::Choice | SlotKind::Text | SlotKind::Any),
        Expects::File { .. } => matches!(kind, SlotKind::File | SlotKind::Any),
        Expects::YesNo => matches!(kind, SlotKind::YesNo | SlotKind::Any),
        // What the pattern lets through is known to the author alone.
        Expects::Regex { .. } => !matches!(kind, SlotKind::Number | SlotKind::YesNo | SlotKind::File),
    }
}

/// Whether a value as it stands there can stand in a slot.
fn fits_value(kind: SlotKind, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) => matches!(kind, SlotKind::YesNo | SlotKind::Any),
        Value::Number(_) => {
            matches!(kind, SlotKind::Number | SlotKind::Text | SlotKind::Choice | SlotKind::Any)
        }
        Value::String(text) => kind != SlotKind::Number && fits_text(kind, text),
        Value::Array(_) | Value::Object(_) => kind == SlotKind::Any,
    }
}

/// Whether a text can be a number, an address, a day.
fn fits_text(kind: SlotKind, text: &str) -> bool {
    match kind {
        SlotKind::Text | SlotKind::Choice | SlotKind::Any => true,
        SlotKind::Number => text.parse::<f64>().is_ok(),
        SlotKind::Email => text.contains('@'),
        SlotKind::Phone => text.contains(|letter: char| letter.is_ascii_digit()),
        SlotKind::Date => text.parse::<civil::Date>().is_ok(),
        SlotKind::Time => read_time(text).is_some(),
        SlotKind::YesNo | SlotKind::File => false,
    }
}

/// Whether an entity can fill a slot; what does not exist is told elsewhere.
fn fits_entity(bot: &Bot, kind: SlotKind, name: &str) -> bool {
    // `city:from` is the city with this role.
    let entity = name.split_once(':').map_or(name, |(entity, _)| entity);
    match bot.entities.get(entity).map(|entity| &entity.lesson) {
        Some(EntityLesson::List { values, .. }) => values.keys().all(|value| fits_text(kind, value)),
        Some(EntityLesson::Pattern(_) | EntityLesson::Learned) => {
            !matches!(kind, SlotKind::YesNo | SlotKind::File)
        }
        Some(EntityLesson::Composite(_)) => fits_text(kind, ""),
        None => !BUILT_IN.contains(&entity) || fits_built_in(kind, entity),
    }
}

fn fits_built_in(kind: SlotKind, entity: &str) -> bool {
    match kind {
        SlotKind::Text | SlotKind::Choice | SlotKind::Any => true,
        SlotKind::Number => matches!(entity, "number" | "ordinal" | "percentage"),
        SlotKind::Email => entity == "email",
        SlotKind::Phone => entity == "phone",
        SlotKind::Date => entity == "date",
        SlotKind::Time => entity == "time",
        SlotKind::YesNo | SlotKind::File => false,
    }
}
