//! Does a form ask more than one thing?

use crate::{
    bot::{NodeKind, code::Code, compile::Compiled, problem::Problems},
    dialogue::{FEWEST_FIELDS, form_questions},
};

pub fn check(compiled: &Compiled, problems: &mut Problems) {
    for (name, flow) in compiled.bot.flows.iter().filter(|(name, _)| !compiled.broken.contains(*name)) {
        let places = compiled.places.get(name).into_iter().flatten();
        for ((index, node), place) in flow.nodes.iter().enumerate().zip(places) {
            let begins = matches!(&node.kind, NodeKind::Ask(ask) if ask.form.is_some());
            if begins && form_questions(flow, index).len() < FEWEST_FIELDS {
                let message = "`form` means nothing here: no other question follows right after this one";
                let hint = "put the questions of the form one below the other (files, and questions with a `form` of their own, stay outside), or remove it";
                problems.report(Code::ConflictingKeys, *place, message, hint);
            }
        }
    }
}
