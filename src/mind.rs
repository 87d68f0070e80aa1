//! How does a state read as a mind?

use std::collections::BTreeMap;

use serde_json::Value;
use studio_core::{
    api::Mind,
    bot::Bot,
    dialogue::{Entry, Expecting, Happening, Speaker, State},
};

/// What the bot thinks, for the console. `recent` are the last entries, oldest first.
pub fn of(bot: Option<&Bot>, state: &State, recent: &[Entry]) -> Mind {
    // What was forgotten is not on its mind.
    let recent: Vec<&Entry> = recent.iter().filter(|entry| entry.sequence > state.erased).collect();
    let understanding = recent.iter().rev().find_map(|entry| match &entry.what {
        Happening::Received { understanding, .. } => Some(understanding.clone()),
        _ => None,
    });
    let stack = state
        .stack
        .iter()
        .map(|frame| {
            let node = bot
                .and_then(|bot| bot.flows.get(&frame.flow)?.nodes.get(frame.node))
                .map_or_else(|| frame.node.to_string(), |node| node.id.clone());
            format!("{} › {node}", frame.flow)
        })
        .collect();
    Mind {
        bot_version: state.version,
        understanding,
        slots: slots(bot, &state.slots),
        stack,
        expecting: expecting(&state.expecting),
        sources: sources(&recent),
        misunderstood: state.misunderstood,
    }
}

/// Those of the bot's last reply, which may be several messages.
fn sources(recent: &[&Entry]) -> Vec<String> {
    let is_reply = |what: &Happening| matches!(what, Happening::Said { by: Speaker::Bot, .. });
    let is_visitor = |what: &Happening| {
        matches!(
            what,
            Happening::Opened { .. }
                | Happening::Received { .. }
                | Happening::Pressed { .. }
                | Happening::Happened { .. }
        )
    };
    recent
        .iter()
        .rev()
        .skip_while(|entry| !is_reply(&entry.what))
        .take_while(|entry| !is_visitor(&entry.what))
        .find_map(|entry| match &entry.what {
            Happening::Said { by: Speaker::Bot, why: Some(why), .. } if !why.sources.is_empty() => {
                Some(why.sources.clone())
            }
            _ => None,
        })
        .unwrap_or_default()
}

/// Without the bot nobody knows which slots are sensitive. A slot that bot.yaml need not declare is none: where `privacy` makes
/// one sensitive, the compiled bot has it.
fn slots(bot: Option<&Bot>, slots: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let is_sensitive =
        |name: &str| bot.is_none_or(|bot| bot.slots.get(name).is_some_and(|slot| slot.sensitive));
    slots
        .iter()
        .map(|(name, value)| {
            (name.clone(), if is_sensitive(name) { Value::from("***") } else { value.clone() })
        })
        .collect()
}

fn expecting(expecting: &Expecting) -> String {
    match expecting {
        Expecting::Anything => "anything".to_owned(),
        Expecting::Reply { slot, tries: 0 } => format!("an answer for {slot}"),
        Expecting::Reply { slot, tries } => format!("an answer for {slot} ({tries} did not fit)"),
        Expecting::Rating { .. } => "a rating".to_owned(),
        Expecting::Answer { .. } => "the answer of a remote service".to_owned(),
        Expecting::Found { .. } => "a search".to_owned(),
        Expecting::Timer { .. } => "a time to come".to_owned(),
        Expecting::Person => "a person".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use studio_core::{
        bot::{Files, load},
        content::Content,
        dialogue::Why,
    };

    use super::*;

    #[test]
    fn sources_are_those_of_the_last_reply() {
        let said = |sources: &[&str]| Happening::Said {
            by: Speaker::Bot,
            content: Content::text("Within three days."),
            why: Some(Why {
                sources: sources.iter().map(|source| (*source).to_owned()).collect(),
                ..Why::default()
            }),
            template: None,
        };
        let pressed = || Happening::Pressed { id: "1".into(), value: "yes".into(), title: "Yes".into() };
        let check = |happened: Vec<Happening>, expected: &[&str]| {
            let entries: Vec<Entry> = (1..)
                .zip(happened)
                .map(|(sequence, what)| Entry { sequence, at: Timestamp::UNIX_EPOCH, author: None, what })
                .collect();
            assert_eq!(of(None, &State::default(), &entries).sources, expected, "{entries:?}");
        };
        check(vec![], &[]);
        check(vec![said(&["a"]), pressed(), said(&["b"]), said(&[]), pressed()], &["b"]);
        check(vec![said(&["a"]), pressed(), said(&[])], &[]);
    }

    #[test]
    fn sensitive_slots_are_hidden_and_no_others() {
        let files = [
            (
                "bot.yaml",
                "name: shop\ntitle: Shop\nlanguages: [en]\nprivacy: { phone: slots }\n\
                 slots: { pin: { kind: text, sensitive: true } }\n",
            ),
            (
                "flows/all.yaml",
                "call: { when: [{ keyword: call }], steps: [\
                 { ask: city, question: { en: Where? } }, { ask: pin, question: { en: Your PIN? } }, \
                 { ask: number, kind: phone, question: { en: Your number? } }] }\n",
            ),
        ];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let loaded = load(&Files(files));
        assert!(loaded.bot.is_some(), "{:?}", loaded.problems);
        let slots = ["city", "pin", "number"].map(|name| (name.to_owned(), json!("4711")));
        let state = State { slots: slots.into(), ..State::default() };
        let shown = |bot: Option<&Bot>| json!(of(bot, &state, &[]).slots);
        assert_eq!(shown(loaded.bot.as_ref()), json!({ "city": "4711", "pin": "***", "number": "***" }));
        assert_eq!(shown(None), json!({ "city": "***", "pin": "***", "number": "***" }));
    }
}
