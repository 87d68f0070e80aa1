//! How does a conversation pass from the bot to people?

use super::{
    Expecting, Happening, Owner, RepairKind, TimerKind, Why, evaluate::Fault, flows, speech::Speech,
    turn::Turn,
};
use crate::bot::{Handoff, NodeKind, Saying};

/// Passes the conversation to a team; `held` says how the bot goes on when it comes back.
pub fn hand_off(
    turn: &mut Turn<'_>,
    team: Option<String>,
    reason: Option<String>,
    message: Option<&Saying>,
    held: Expecting,
    repair: Option<RepairKind>,
) {
    let why = turn.why(repair);
    pass_on(turn, team, reason, message, held, why);
}

fn pass_on(
    turn: &mut Turn<'_>,
    team: Option<String>,
    reason: Option<String>,
    message: Option<&Saying>,
    held: Expecting,
    why: Why,
) {
    if !turn.bot_owns() {
        return;
    }
    match message.map(|saying| turn.prepare(saying, why.repair)) {
        Some(Ok(speech)) => turn.speak(speech),
        // That a farewell cannot be filled in must not keep anybody from a person.
        Some(Err(fault)) => {
            let (flow, node) =
                turn.here().map(|(flow, node)| (flow.name.clone(), node.id.clone())).unwrap_or_default();
            let error = turn.masked(&fault.error);
            turn.record(Happening::Faulted { flow, node, error, reason: fault.reason });
            say_because(turn, "handing-over", why);
        }
        None => say_because(turn, "handing-over", why),
    }
    let reason = reason.map(|reason| turn.masked(&reason));
    turn.record(Happening::HandedOff { team: team.clone(), reason });
    turn.state.held = held;
    turn.state.expecting = Expecting::Person;
    change_owner(turn, Owner::Team { team }, None);
}

/// The `handoff` step that the flow goes on from at hand back, if it was one that passed the conversation on.
fn handed_off<'a>(turn: &Turn<'a>) -> Option<&'a Handoff> {
    let (_, node) = turn.here()?;
    let NodeKind::Handoff(handoff) = &node.kind else { return None };
    (turn.state.held == Expecting::Person).then_some(handoff)
}

/// Nobody has taken the conversation: the bot says so and goes on.
pub fn nobody_came(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let nobody = handed_off(turn).and_then(|handoff| handoff.nobody);
    change_owner(turn, Owner::Bot, None);
    if nobody.is_some() {
        turn.state.held = Expecting::Anything;
        flows::advance(turn, nobody)?;
        flows::run(turn);
        return Ok(());
    }
    match &turn.bot.handoff.say {
        Some(saying) => turn.say(saying, None)?,
        None => turn.say_own("nobody-came", &[], None),
    }
    resume(turn)
}

/// The bot, which may speak again, goes on where it was.
pub fn resume(turn: &mut Turn<'_>) -> Result<(), Fault> {
    turn.state.expecting = Expecting::Anything;
    match std::mem::take(&mut turn.state.held) {
        Expecting::Anything | Expecting::Found { .. } => flows::run(turn),
        Expecting::Person => flows::go_past(turn)?,
        held @ (Expecting::Reply { .. } | Expecting::Rating { .. }) => {
            turn.state.expecting = held;
            flows::ask_again(turn, None)?;
        }
        held @ Expecting::Answer { .. } => turn.state.expecting = held,
        Expecting::Timer { timer } => {
            if turn.state.timers.contains_key(&timer) {
                turn.state.expecting = Expecting::Timer { timer };
            } else {
                flows::go_past(turn)?;
            }
        }
    }
    Ok(())
}

/// The last resort: says sorry, gives up what runs, and gets a person.
pub fn apologise(turn: &mut Turn<'_>) {
    // What could not go on is the reason, though it has ended when the bot speaks.
    let why = turn.why(None);
    flows::end_all(turn);
    say_because(turn, "apology", why.clone());
    let reason = Some("the bot could not go on".to_owned());
    pass_on(turn, None, reason, None, Expecting::Anything, why);
}

/// Says a text of the studio's own for a reason that is not where the conversation stands now.
fn say_because(turn: &mut Turn<'_>, key: &str, why: Why) {
    let speech = turn.prepare_own(key, &[], why.repair);
    turn.speak(Speech { why, ..speech });
}

/// Another may speak from here on. A team is waited for as long as the flow, or else the bot, says.
pub fn change_owner(turn: &mut Turn<'_>, to: Owner, by: Option<String>) {
    if turn.state.owner == to {
        return;
    }
    let from = std::mem::replace(&mut turn.state.owner, to.clone());
    turn.state.lease += 1;
    turn.state.offered.clear();
    // Whoever speaks from here on reads it in the conversation.
    turn.state.unanswered.clear();
    turn.state.interrupted.retain(|aside| aside.begins.is_none());
    turn.unremind_all(TimerKind::Handoff);
    // Nobody is waited for any more.
    turn.state.urgent &= to != Owner::Bot;
    let is_team = matches!(to, Owner::Team { .. });
    turn.record(Happening::OwnerChanged { from, to, by });
    let patience = handed_off(turn).and_then(|handoff| handoff.wait).or(turn.bot.handoff.wait);
    let until = patience.filter(|_| is_team).and_then(|patience| turn.now.checked_add(patience).ok());
    if let Some(until) = until {
        turn.remind(TimerKind::Handoff, until);
    }
}
