//! The person wished for a language in another conversation, on whatever channel, or that wish holds here no more.

use jiff::Timestamp;

use crate::dialogue::{Happening, LanguageReason, Spoken, language::spoken, turn::Turn};

/// Follows a wish that is newer than this conversation's own; where it is not, or there is none any more, what was spoken before
/// one was followed is spoken again.
pub fn run(turn: &mut Turn<'_>, language: Option<&str>, at: Timestamp) {
    let newer = turn.state.wished_at.is_none_or(|own| own < at);
    let wish = language.filter(|_| newer).map(|tag| spoken(turn.bot, tag));
    match wish {
        Some(Some(language)) => {
            let now = Spoken { language: turn.state.language.clone(), wished: turn.state.language_wished };
            if now.language != language {
                turn.state.before_wish.get_or_insert_with(|| Box::new(now));
                speak(turn, Spoken { language, wished: true });
            }
        }
        // The bot does not speak it: nothing changes.
        Some(None) => {}
        None => {
            if let Some(before) = turn.state.before_wish.take() {
                speak(turn, *before);
            }
        }
    }
}

fn speak(turn: &mut Turn<'_>, Spoken { language, wished }: Spoken) {
    turn.state.drift = None;
    turn.state.language_wished = wished;
    turn.state.language.clone_from(&language);
    // Before the first message nothing was spoken.
    if !language.is_empty() {
        let because = LanguageReason::Person;
        turn.record(Happening::LanguageChanged { language, because, by: None });
    }
}
