//! Why did the bot answer so?

use jiff::Timestamp;
use studio_core::{
    content::Loss,
    dialogue::{CallOutcome, CallRequest, Happening},
    understanding::Through,
};
use studio_tui::Language;

use crate::cli::{plain, say};

/// Prints what happened, one line each.
pub fn explain(happening: &Happening, at: Timestamp) {
    if let Happening::Received { understanding, .. } = happening {
        for scored in understanding.intents.iter().take(3) {
            say!(
                "     · {} {:.2}{}",
                scored.intent,
                scored.confidence,
                if understanding.denied.contains(&scored.intent) {
                    " (not wanted)"
                } else if understanding.confident {
                    ""
                } else {
                    " (none of these)"
                }
            );
        }
        match understanding.through.as_deref() {
            Some(Through::Translation { translation, words: _ }) => {
                say!("     · read through: {}", plain(&translation.to_string()));
            }
            Some(Through::Vectors { model }) => say!("     · read through: vectors of {}", plain(model)),
            None => {}
        }
        for entity in &understanding.entities {
            say!("     · {} = {}", entity.entity, plain(&entity.value.to_string()));
        }
        return;
    }
    let (text, why) = studio_tui::told(happening, at, Language::English);
    // What was said stands below, after the reasons.
    let text = Some(text).filter(|_| !matches!(happening, Happening::Said { .. }));
    for line in text.into_iter().chain(why) {
        say!("     · {}", plain(&line).replace('\n', " "));
    }
}

/// What a bot's author must know even without explanations: that a flow broke, and why.
pub fn fault(happening: &Happening) -> Option<String> {
    let Happening::Faulted { flow, node, error } = happening else { return None };
    let place = if node.is_empty() { flow.clone() } else { format!("{flow} › {node}") };
    Some(plain(&format!("!!!> the flow broke at {place}: {error}")).replace('\n', "\n     "))
}

/// Why a call goes the way of its `error`.
pub fn failed(call: &CallRequest, outcome: &CallOutcome) -> Option<String> {
    let why = match outcome {
        CallOutcome::Answered(answer) if (200..=299).contains(&answer.status) => return None,
        CallOutcome::Answered(answer) => format!("status {}", answer.status),
        CallOutcome::Failed(error) => error.clone(),
    };
    Some(plain(&format!("!!!> the call of {} failed: {why}", call.url)).replace('\n', "\n     "))
}

/// Prints what this terminal could not show of a message as it was written.
pub fn given_up(losses: &[Loss]) {
    for loss in losses {
        say!("     · here: {}", plain(&loss.to_string()));
    }
}
