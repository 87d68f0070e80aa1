//! A member of the organisation did something.

use crate::{
    content::{Content, Template},
    dialogue::{
        Act, Expecting, Happening, LanguageReason, Owner, Refusal, Speaker, State, Status, TimerKind,
        evaluate::Fault, flows, language, people, turn::Turn,
    },
    id::MemberId,
};

pub fn run(
    turn: &mut Turn<'_>,
    member: MemberId,
    name: &str,
    act: &Act,
    overrules: bool,
) -> Result<(), Fault> {
    if let Some(reason) = refusal(&turn.state, member, act, overrules) {
        turn.record(Happening::Refused { by: member, name: name.to_owned(), act: act.clone(), reason });
        return Ok(());
    }
    match act {
        Act::TakeOver => {
            take(turn, Owner::Member { member, name: name.to_owned() }, name);
            Ok(())
        }
        Act::Assign { team } => {
            assign(turn, team, name);
            Ok(())
        }
        Act::Release { team } => {
            take(turn, Owner::Team { team: team.clone() }, name);
            Ok(())
        }
        Act::Reply { content } => {
            reply(turn, member, name, content, None);
            Ok(())
        }
        Act::Template { template, content } => {
            reply(turn, member, name, content, Some(template));
            Ok(())
        }
        Act::Note { text } => {
            turn.record(Happening::Noted { by: member, name: name.to_owned(), text: text.clone() });
            Ok(())
        }
        Act::Correct { of, content } => {
            let (name, content) = (name.to_owned(), content.clone());
            turn.record(Happening::Corrected { by: member, name, of: *of, content });
            Ok(())
        }
        Act::Speak { language } => {
            speak(turn, member, name, language);
            Ok(())
        }
        Act::HandBack => hand_back(turn, name),
        Act::Close => {
            close(turn, name);
            Ok(())
        }
    }
}

/// Why the act cannot be done. The API refuses the same at once; here it came after another's act.
fn refusal(state: &State, member: MemberId, act: &Act, overrules: bool) -> Option<Refusal> {
    let others = match &state.owner {
        Owner::Member { member: owner, .. } => *owner != member,
        Owner::Bot | Owner::Team { .. } => false,
    };
    let mine = matches!(&state.owner, Owner::Member { .. }) && !others;
    let closed = state.status == Status::Closed;
    match act {
        Act::Reply { .. } | Act::Template { .. } | Act::HandBack | Act::Release { .. } if closed => {
            Some(Refusal::Closed)
        }
        Act::Reply { .. } | Act::Template { .. } | Act::Release { .. } if !mine => Some(Refusal::NotTheOwner),
        Act::HandBack | Act::Correct { .. } if others => Some(Refusal::NotTheOwner),
        Act::Close if others && !closed && !overrules => Some(Refusal::NotTheOwner),
        Act::Reply { .. }
        | Act::Template { .. }
        | Act::HandBack
        | Act::TakeOver
        | Act::Speak { .. }
        | Act::Correct { .. }
        | Act::Note { .. }
        | Act::Close
        | Act::Assign { .. }
        | Act::Release { .. } => None,
    }
}

/// Another than the bot may speak; what it waited for is held until it gets the conversation back.
fn take(turn: &mut Turn<'_>, owner: Owner, by: &str) {
    if turn.state.status == Status::Closed {
        turn.state.status = Status::Open;
        turn.record(Happening::Reopened);
    }
    if turn.bot_owns() {
        turn.state.held = std::mem::take(&mut turn.state.expecting);
    }
    turn.state.expecting = Expecting::Person;
    people::change_owner(turn, owner, Some(by.to_owned()));
}

fn assign(turn: &mut Turn<'_>, team: &str, by: &str) {
    let team = Some(team.to_owned());
    turn.record(Happening::HandedOff { team: team.clone(), reason: None });
    take(turn, Owner::Team { team }, by);
}

/// Said in the name of the member.
fn reply(turn: &mut Turn<'_>, member: MemberId, name: &str, content: &Content, template: Option<&Template>) {
    let by = Speaker::Member { member, name: name.to_owned() };
    let sequence = turn.record(Happening::Said {
        by,
        content: content.clone(),
        why: None,
        template: template.cloned().map(Box::new),
    });
    turn.send(sequence, content.clone());
}

/// The language that the bot speaks from here on.
fn speak(turn: &mut Turn<'_>, member: MemberId, name: &str, tag: &str) {
    if let Some(language) = language::spoken(turn.bot, tag) {
        return language::change(turn, language, LanguageReason::Set, Some(name.to_owned()));
    }
    let (name, act) = (name.to_owned(), Act::Speak { language: tag.to_owned() });
    turn.record(Happening::Refused { by: member, name, act, reason: Refusal::NotSpoken });
}

/// The bot goes on where it was.
fn hand_back(turn: &mut Turn<'_>, by: &str) -> Result<(), Fault> {
    if turn.bot_owns() {
        return Ok(());
    }
    people::change_owner(turn, Owner::Bot, Some(by.to_owned()));
    people::resume(turn)
}

fn close(turn: &mut Turn<'_>, by: &str) {
    if turn.state.status == Status::Closed {
        return;
    }
    flows::end_all(turn);
    turn.state.status = Status::Closed;
    turn.state.offered.clear();
    turn.state.unanswered.clear();
    turn.unremind_all(TimerKind::Handoff);
    turn.state.misunderstood = 0;
    turn.state.urgent = false;
    turn.record(Happening::Closed { by: Some(by.to_owned()) });
}
