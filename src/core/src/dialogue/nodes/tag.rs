//! `tag`: marks the conversation.

use super::Go;
use crate::{
    bot::Tag,
    dialogue::{Happening, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, tag: &Tag) -> Go {
    let tags = tag.tags.difference(&turn.state.tags).cloned().collect::<Vec<_>>();
    if !tags.is_empty() {
        turn.state.tags.extend(tags.iter().cloned());
        turn.record(Happening::Tagged { tags });
    }
    Go::Next
}
