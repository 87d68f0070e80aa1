//! Does each trigger start one flow?

use std::collections::BTreeMap;

use crate::{
    bot::{
        Trigger,
        code::Code,
        problem::{Place, Problems},
        source::Source,
    },
    dialogue::normalise,
};

pub fn check(source: &Source, problems: &mut Problems) {
    let mut first: BTreeMap<(&str, String), (&str, Place)> = BTreeMap::new();
    for (name, flow) in source.flows.iter() {
        for trigger in flow.triggers() {
            let key = key(&trigger.trigger);
            if let Some((other, place)) = first.get(&key) {
                let message = if *other == name.value {
                    format!("this trigger is at {} already", problems.describe(*place))
                } else {
                    format!(
                        "this trigger starts the flow `{other}` already, at {}",
                        problems.describe(*place)
                    )
                };
                let hint = "leave it in one flow; that one may `choose` and `call` others";
                problems.report(Code::SameTrigger, trigger.place, message, hint);
            } else {
                first.insert(key, (&name.value, trigger.place));
            }
        }
    }
}

/// What kind of trigger it is, and its name as it is compared.
fn key(trigger: &Trigger) -> (&'static str, String) {
    match trigger {
        Trigger::Intent(name) => ("intent", name.clone()),
        Trigger::Keyword(word) => ("keyword", normalise(word)),
        Trigger::Button(value) => ("button", value.clone()),
        Trigger::Event(name) => ("event", name.clone()),
        Trigger::FirstContact => ("first contact", String::new()),
        Trigger::Fallback => ("fallback", String::new()),
    }
}
