//! Stories of whole conversations, and properties that hold for any.

mod approved;
mod digressions;
mod feelings;
mod forms;
mod kept;
mod languages;
mod properties;
mod sources;
mod stories;
mod taken_over;
mod translated;

use super::*;
use crate::bot::Bot;

/// What holds for every step, whatever the event is.
pub fn check_step(bot: &Bot, before: &State, event: &Event, done: &Step) {
    let Step { state, effects } = done;
    let next = state.next_step(bot);
    assert!(next.is_some(), "nothing would ever happen after {state:?}");
    let mut sequence = before.sequence;
    let mut said = Vec::new();
    for (place, effect) in effects.iter().enumerate() {
        match effect {
            Effect::Record(entry) => {
                sequence += 1;
                assert_eq!(entry.sequence, sequence, "entries have no gaps");
                assert_eq!(entry.at, event.at);
                if let Happening::Said { content, .. } = &entry.what {
                    said.push((entry.sequence, content.clone()));
                }
                if let Happening::SlotFilled { slot, value } = &entry.what {
                    let sensitive = bot.slots.get(slot).is_some_and(|slot| slot.sensitive);
                    assert!(!sensitive || value.is_null() || value == "***", "{slot} is secret");
                }
            }
            Effect::Send { sequence, lease, content } => {
                assert_eq!(*lease, state.lease, "what is sent carries the lease it is committed with");
                assert!(said.contains(&(*sequence, content.clone())), "what is sent stands in the journal");
            }
            Effect::Ask(_) => assert_eq!(place + 1, effects.len(), "a question is the last effect"),
            Effect::Remind { timer, at } => assert!(*at >= event.at, "{timer:?} is not in the past"),
            Effect::Call(_) | Effect::Unremind { .. } | Effect::Erase => {}
        }
    }
    assert_eq!(sequence, state.sequence, "the state knows the last entry");
    let sends = effects.iter().filter(|effect| matches!(effect, Effect::Send { .. })).count();
    assert_eq!(sends, said.len(), "all that is said is sent, once");
    // The same owner under a higher lease had the bot speak between: handed back, and off again.
    if before.owner != Owner::Bot && state.lease == before.lease {
        let alone = matches!(
            &event.body,
            Body::Act { act: Act::Reply { .. } | Act::Template { .. }, .. } | Body::More { .. }
        );
        assert!(sends == 0 || (alone && sends == 1), "the bot talks over a person");
    }
    let busy = matches!(next, Some(NextStep::Found(_) | NextStep::Answer(_)));
    assert!(busy || state.unanswered.is_empty(), "what the visitor said waits for nothing");
    assert_eq!(matches!(next, Some(NextStep::Found(_))), matches!(effects.last(), Some(Effect::Ask(_))));
    assert!(state.lease >= before.lease);
    assert_eq!(state.lease > before.lease, state.owner != before.owner || state.lease > before.lease + 1);
    check_timers(before, done);
    let text = serde_json::to_string(state).expect("a state is JSON");
    assert_eq!(&serde_json::from_str::<State>(&text).expect("a state reads back"), state);
}

/// The timers in the state are those that the effects have set.
fn check_timers(before: &State, done: &Step) {
    let mut timers = before.timers.clone();
    for effect in &done.effects {
        match effect {
            Effect::Remind { timer, at } => {
                assert!(timers.insert(timer.timer, (timer.kind, *at)).is_none(), "a number is given once");
            }
            Effect::Unremind { timer, .. } => {
                assert!(timers.remove(&timer.timer).is_some(), "only what is set is unset");
            }
            Effect::Record(_) | Effect::Send { .. } | Effect::Call(_) | Effect::Ask(_) | Effect::Erase => {}
        }
    }
    timers.retain(|timer, _| done.state.timers.contains_key(timer));
    assert_eq!(timers, done.state.timers);
}
