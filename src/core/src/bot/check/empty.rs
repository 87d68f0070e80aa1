//! Does anything compute with a slot that nothing has filled yet, or with what nobody tells of a person?
//!
//! 1. A slot may be filled before what reads it if a step of another flow fills it, a step above in the same flow, or an
//!    entity. In a flow that jumps to its own labels every step may come before every other.
//! 2. A condition of the flow that reads the slot is taken for a guard.
//! 3. Of what remains it is tried out whether it works while the slot is full and fails while it is empty.
//!
//! What no channel tells of a person by itself is missing until a page or a program tells it: what works with it and fails
//! without it is told as well, unless a condition of the flow reads it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{cel, expressions::Variable, template, uses::Uses};
use crate::{
    bot::{
        code::Code,
        compile::Compiled,
        problem::{Place, Problems, Thing},
        source::Source,
        yaml::{Text, shorten},
    },
    dialogue::{
        evaluate::{Names, names::CONTACT, render, value},
        told_contact,
    },
};

/// Something that reads slots.
struct Reader<'a> {
    source: &'a str,
    place: Place,
    is_template: bool,
}

impl Reader<'_> {
    /// The slots that it reads, and what of the contact no channel tells by itself.
    fn reads(&self) -> (Vec<String>, Vec<String>) {
        let variables = if self.is_template {
            template::check(self.source, self.place, &mut Problems::default())
        } else {
            cel::variables(self.source)
        };
        let (mut slots, mut told) = (Vec::new(), Vec::new());
        for Variable { root, field } in variables {
            match (root.as_str(), field) {
                ("slots", Some(field)) => slots.push(field),
                ("contact", Some(field)) if !CONTACT.contains(&field.as_str()) => told.push(field),
                _ => {}
            }
        }
        (slots, told)
    }

    fn works(&self, names: &Names) -> bool {
        if self.is_template { render(self.source, names).is_ok() } else { value(self.source, names).is_ok() }
    }
}

pub fn check(source: &Source, uses: &Uses, compiled: &Compiled, problems: &mut Problems) {
    let fills = Fills::of(source, uses);
    let of_cel = uses.values.iter().chain(&uses.conditions);
    let of_cel = of_cel.map(|cel| Reader { source: &cel.value, place: cel.place, is_template: false });
    let reads = |text: &str| text.contains("slots") || text.contains("contact");
    let templates = uses.templates.iter().filter(|text| reads(text.value));
    let of_texts = templates.map(|text| Reader { source: text.value, place: text.place, is_template: true });
    for reader in of_cel.chain(of_texts) {
        let (slots, told) = reader.reads();
        let untold = told.iter().find(|field| {
            !fills.is_guarded("contact", field, &reader)
                && needs(&reader, &slots, &told, compiled, |known| forget(known, field))
        });
        if let Some(field) = untold {
            let message = format!(
                "`contact.{field}` is missing until a page or a program tells it, and this fails then"
            );
            let hint = if reader.is_template {
                format!("write `contact.{field} | default('…')`")
            } else {
                format!("write `has(contact.{field}) && …`")
            };
            problems.report(Code::UntoldField, reader.place, message, hint);
        }
        let empty = slots.iter().find(|slot| {
            fills.are_all_after(slot, &reader)
                && !problems.may_define(Thing::Slot, slot)
                && needs(&reader, &slots, &told, compiled, |known| empty_slot(known, slot))
        });
        if let Some(slot) = empty {
            let written = shorten(reader.source);
            let message =
                format!("`slots.{slot}` is still empty here the first time, and `{written}` fails with it");
            let hint = if reader.is_template {
                format!("fill the slot before, or write `(slots.{slot} | default(0))`")
            } else {
                format!("fill the slot before, or write `slots.{slot} == null ? … : …`")
            };
            problems.report(Code::EmptySlot, reader.place, message, hint);
        }
    }
}

/// Whether it works with some value of all that it reads, and no longer once something of that is gone.
fn needs(
    reader: &Reader<'_>,
    slots: &[String],
    told: &[String],
    compiled: &Compiled,
    take_away: impl Fn(&mut Names),
) -> bool {
    [json!(1), json!("2026-12-24"), json!(["a"]), json!(true)].into_iter().any(|sample| {
        let all = |fields: &[String]| -> BTreeMap<String, Value> {
            fields.iter().map(|field| (field.clone(), sample.clone())).collect()
        };
        let mut known = names(&all(slots), &all(told), compiled);
        let works = reader.works(&known);
        take_away(&mut known);
        works && !reader.works(&known)
    })
}

fn empty_slot(known: &mut Names, slot: &str) {
    if let Some(Value::Object(slots)) = known.get_mut("slots") {
        slots.insert(slot.to_owned(), Value::Null);
    }
}

fn forget(known: &mut Names, field: &str) {
    if let Some(Value::Object(contact)) = known.get_mut("contact") {
        contact.remove(field);
    }
}

/// What a conversation might know besides these slots.
fn names(slots: &BTreeMap<String, Value>, told: &BTreeMap<String, Value>, compiled: &Compiled) -> Names {
    let message = json!({
        "text": "a", "intent": null, "confidence": 0.0, "entities": {}, "sentiment": 0.0, "tone": "neutral",
        "urgent": false, "question": false, "profane": false, "personal": [],
    });
    Names::from([
        ("slots", json!(slots)),
        ("message", message),
        ("conversation", json!({ "mood": 0.0, "trend": "steady", "urgent": false, "interrupted": false })),
        ("contact", told_contact(told)),
        ("settings", json!(compiled.bot.settings)),
        ("answer", json!({ "status": null, "body": null, "headers": {}, "error": null })),
        ("passages", json!([])),
        ("channel", json!("web")),
        ("language", json!("en")),
        ("tags", json!([])),
        ("now", json!("2026-12-24T10:00:00+00:00")),
    ])
}

/// What fills the slots, and where.
struct Fills<'a> {
    /// Where the flows begin, in order.
    flows: Vec<Place>,
    /// Flows that jump to a label of theirs.
    jumping: Vec<Place>,
    steps: &'a [&'a Text],
    /// Slots that entities fill.
    by_entities: Vec<&'a str>,
    /// What conditions read.
    guards: Vec<(Place, Variable)>,
}

impl<'a> Fills<'a> {
    fn of(source: &'a Source, uses: &'a Uses<'a>) -> Self {
        let mut flows: Vec<Place> = source.flows.iter().map(|(name, _)| name.place).collect();
        flows.sort_unstable();
        let slots = source.bot.iter().flat_map(|bot| bot.slots.iter());
        let by_entities = slots.filter(|(_, slot)| !slot.from.0.is_empty());
        let by_entities = by_entities.map(|(name, _)| name.value.as_str()).collect();
        let guards = uses.conditions.iter().flat_map(|condition| {
            cel::variables(&condition.value).into_iter().map(move |variable| (condition.place, variable))
        });
        let guards = guards.collect();
        let mut fills = Self { flows, jumping: Vec::new(), steps: &uses.filled, by_entities, guards };
        fills.jumping = uses.jumps.iter().filter_map(|jump| fills.flow(jump.place)).collect();
        fills
    }

    /// The flow in which something stands.
    fn flow(&self, place: Place) -> Option<Place> {
        let begun = self.flows.iter().rev().find(|flow| **flow <= place).copied();
        begun.filter(|flow| flow.file == place.file)
    }

    /// Whether whatever fills the slot comes after what reads it.
    fn are_all_after(&self, slot: &str, reader: &Reader<'_>) -> bool {
        let Some(flow) = self.flow(reader.place) else { return false };
        if self.by_entities.contains(&slot) || self.is_guarded("slots", slot, reader) {
            return false;
        }
        let jumps = self.jumping.contains(&flow);
        let own = self.own(reader);
        let mut of_slot = self.steps.iter().filter(|fill| fill.value == slot).peekable();
        of_slot.peek().is_some()
            && of_slot.all(|fill| {
                let is_later = fill.place > reader.place && !jumps;
                self.flow(fill.place) == Some(flow) && (is_later || own == Some(fill.place))
            })
    }

    /// Whether another condition of the flow reads it.
    fn is_guarded(&self, root: &str, field: &str, reader: &Reader<'_>) -> bool {
        let flow = self.flow(reader.place);
        self.guards.iter().any(|(place, read)| {
            let is_same = read.root == root && read.field.as_deref() == Some(field);
            // A text of responses/ is said in whatever flow.
            is_same && *place != reader.place && (flow.is_none() || self.flow(*place) == flow)
        })
    }

    /// Where the slot is written that a value is for.
    fn own(&self, reader: &Reader<'_>) -> Option<Place> {
        let before = |place: &Place| {
            let at = reader.place;
            (place.file, place.line) == (at.file, at.line) && place.column < at.column
        };
        let own = self.steps.iter().map(|fill| fill.place).filter(before).max();
        own.filter(|_| !reader.is_template)
    }
}
