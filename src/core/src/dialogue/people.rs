//! How does a conversation pass from the bot to people?

use super::{Expecting, Happening, Owner, flows, turn::Turn};
use crate::bot::Saying;

/// Passes the conversation to a team; `held` says how the bot goes on when it comes back.
pub fn hand_off(
    turn: &mut Turn<'_>,
    team: Option<String>,
    reason: Option<String>,
    message: Option<&Saying>,
    held: Expecting,
) {
    if !turn.bot_owns() {
        return;
    }
    match message.map(|saying| turn.prepare(saying, None)) {
        Some(Ok(speech)) => turn.speak(speech),
        // That a farewell cannot be filled in must not keep anybody from a person.
        Some(Err(fault)) => {
            let (flow, node) =
                turn.here().map(|(flow, node)| (flow.name.clone(), node.id.clone())).unwrap_or_default();
            let error = turn.masked(&fault.0);
            turn.record(Happening::Faulted { flow, node, error });
            turn.say_own("handing-over", &[], None);
        }
        None => turn.say_own("handing-over", &[], None),
    }
    let reason = reason.map(|reason| turn.masked(&reason));
    turn.record(Happening::HandedOff { team: team.clone(), reason });
    turn.state.held = held;
    turn.state.expecting = Expecting::Person;
    change_owner(turn, Owner::Team { team }, None);
}

/// The last resort: says sorry, gives up what runs, and gets a person.
pub fn apologise(turn: &mut Turn<'_>) {
    flows::end_all(turn);
    turn.say_own("apology", &[], None);
    hand_off(turn, None, Some("the bot could not go on".to_owned()), None, Expecting::Anything);
}

/// Another may speak from here on.
pub fn change_owner(turn: &mut Turn<'_>, to: Owner, by: Option<String>) {
    if turn.state.owner == to {
        return;
    }
    let from = std::mem::replace(&mut turn.state.owner, to.clone());
    turn.state.lease += 1;
    turn.state.offered.clear();
    // Whoever speaks from here on reads it in the conversation.
    turn.state.unanswered.clear();
    turn.record(Happening::OwnerChanged { from, to, by });
}
