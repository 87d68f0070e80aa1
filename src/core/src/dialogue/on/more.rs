//! The visitor asked the channel for more of what was said, such as the next page of a list.

use crate::{
    content::Content,
    dialogue::{Happening, Speaker, Why, turn::Turn},
};

/// It leaves as it stands, whoever has the conversation, and nothing else happens.
pub fn run(turn: &mut Turn<'_>, of: u64, content: &Content) {
    let why = Why { more_of: Some(of), ..Why::default() };
    let sequence = turn.record(Happening::Said {
        by: Speaker::Bot,
        content: content.clone(),
        why: Some(why),
        template: None,
    });
    turn.send(sequence, content.clone());
}

#[cfg(test)]
mod tests {
    use crate::{
        content::Content,
        dialogue::{testing::*, *},
    };

    #[test]
    fn more_is_shown_whoever_has_the_conversation_and_changes_nothing_else() {
        let mut talk = Talk::with(empty_bot());
        talk.says("hello");
        let more = || Body::More { of: 2, content: Content::text("the rest") };
        let before = talk.state.clone();
        assert_eq!(talk.event(more()), ["the rest"]);
        let after = State { sequence: before.sequence, ..talk.state.clone() };
        assert_eq!(after, before);
        talk.acts(ADA, Act::TakeOver);
        assert_eq!(talk.event(more()), ["the rest"]);
        let last = talk.journal.last().expect("it was said");
        assert!(last.what.shows_more(), "{last:?}");
        assert_eq!(talk.state.owner, Owner::Member { member: ADA, name: "Ada".to_owned() });
    }
}
