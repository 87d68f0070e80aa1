//! The visitor filled in a form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{fit::fit_of, pending, reopen};
use crate::{
    content::Content,
    dialogue::{
        Expecting, Filled, Happening, RepairKind, Suspended, Unanswered, answered, aside,
        evaluate::Fault,
        flows,
        forms::{self, Asked},
        language,
        nodes::ask,
        queue,
        repairs::misunderstood,
        turn::Turn,
        utterance::Utterance,
        validate::{Fit, Misfit},
    },
    understanding::Understanding,
};

pub fn run(turn: &mut Turn<'_>, form: &str, fields: &[Filled]) -> Result<(), Fault> {
    turn.state.heard_at = Some(turn.now);
    reopen(turn);
    let content = Content::text(forms::transcript(turn, form, fields));
    turn.record(Happening::Received {
        id: turn.event.key.native.clone(),
        content,
        understanding: Understanding::default(),
    });
    language::hear(turn, None, None);
    if !turn.bot_owns() {
        return Ok(());
    }
    if queue::is_open(turn) {
        return queue::put(turn, Unanswered::Submitted { form: form.to_owned(), fields: fields.to_vec() });
    }
    take_up(turn, form, fields)
}

/// Takes the answers as if each had been given to its question.
pub fn take_up(turn: &mut Turn<'_>, form: &str, fields: &[Filled]) -> Result<(), Fault> {
    let (content, nothing) = (Content::text(forms::transcript(turn, form, fields)), Understanding::default());
    turn.state.message = Utterance::new(&content, &nothing).names();
    match waiting(turn, form) {
        Some(asked) => fill(turn, &asked, fields),
        // Its questions are over: what is asked now counts.
        None if pending(turn).is_some() => flows::ask_again(turn, Some(RepairKind::Repeat)),
        None => misunderstood::run(turn),
    }
}

/// The questions of the form, if it is waited for; a digression from it ends.
fn waiting<'a>(turn: &mut Turn<'a>, form: &str) -> Option<Vec<Asked<'a>>> {
    if let Some(asked) = forms::waits(turn.bot, &turn.state.stack, &turn.state.expecting, form) {
        return Some(asked);
    }
    let waits = |it: &Suspended| forms::waits(turn.bot, &it.stack, &it.expecting, form);
    let aside = turn.state.interrupted.iter().enumerate().rev();
    let (place, asked) = aside.into_iter().find_map(|(place, it)| Some((place, waits(it)?)))?;
    flows::end_running(turn);
    let Suspended { stack, expecting, known, .. } = turn.state.interrupted.remove(place);
    (turn.state.stack, turn.state.expecting) = (stack, expecting);
    aside::restore(turn, known);
    Some(asked)
}

fn fill(turn: &mut Turn<'_>, asked: &[Asked<'_>], fields: &[Filled]) -> Result<(), Fault> {
    let (now_at, so_far) = match (turn.state.stack.last(), &turn.state.expecting) {
        (Some(frame), Expecting::Reply { tries, .. }) => (frame.node, *tries),
        _ => return Ok(()),
    };
    let mut taken = BTreeSet::new();
    let mut misfits: BTreeMap<&str, Misfit> = BTreeMap::new();
    for (_, ask) in asked {
        let Some(field) = fields.iter().find(|it| it.name == ask.slot && !it.text.trim().is_empty()) else {
            continue;
        };
        let content = Content::text(&field.text);
        match fit_of(turn, ask, &Utterance::new(&content, &field.understanding))? {
            Fit::Whole(value) | Fit::Part { value, .. } => {
                if turn.is_sensitive(&ask.slot) {
                    let shown = forms::shown(turn, ask, field).trim().to_owned();
                    turn.mask_received(&shown);
                }
                turn.fill(&ask.slot, value)?;
                taken.insert(ask.slot.as_str());
            }
            Fit::No(misfit) => {
                turn.fill(&ask.slot, Value::Null)?;
                misfits.insert(&ask.slot, misfit);
            }
        }
    }
    let place = asked.iter().position(|(node, _)| *node == now_at).unwrap_or_default();
    for (index, (node, ask)) in asked.iter().enumerate() {
        if let Some(frame) = turn.state.stack.last_mut() {
            frame.node = *node;
        }
        if let Some(misfit) = misfits.get(ask.slot.as_str()) {
            let tries = if index == place { so_far } else { 0 };
            return ask::reject_filled(turn, ask, misfit, tries);
        }
        let is_known = turn.is_filled(&ask.slot) && (!ask.always || index < place);
        if !is_known && !taken.contains(ask.slot.as_str()) {
            flows::run(turn);
            return Ok(());
        }
        turn.state.misunderstood = 0;
        answered::reached(turn, &ask.slot);
    }
    flows::go_past(turn)
}
