//! `tag`: marks the conversation.

use std::collections::BTreeSet;

use super::Go;
use crate::{
    bot::Tag,
    dialogue::{Happening, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, tag: &Tag) -> Go {
    mark(turn, &tag.tags);
    Go::Next
}

pub fn mark(turn: &mut Turn<'_>, tags: &BTreeSet<String>) {
    let tags = tags.difference(&turn.state.tags).cloned().collect::<Vec<_>>();
    if !tags.is_empty() {
        turn.state.tags.extend(tags.iter().cloned());
        turn.record(Happening::Tagged { tags });
    }
}
