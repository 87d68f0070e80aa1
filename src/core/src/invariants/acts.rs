//! Was what members did done, once and in its order?

use super::Violation;
use crate::dialogue::{Act, Entry, Happening, Owner, Speaker};

/// Something that a member asked for. The next is asked for when the one before was acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub act: Act,
    pub acknowledged: bool,
}

/// Of members who do not come in each other's way: what was acknowledged is done once, in the order in which it was
/// asked for, and nothing is done that was not asked for, nor refused. What nobody acknowledged may be done or not.
pub fn acted(asked: &[Asked], entries: &[Entry]) -> Vec<Violation> {
    let done: Vec<Act> = entries.iter().filter_map(|entry| done(&entry.what)).collect();
    let differs = |place: &usize| match (asked.get(*place), done.get(*place)) {
        (Some(asked), Some(done)) => asked.act != *done,
        (Some(asked), None) => asked.acknowledged,
        (None, _) => true,
    };
    // What follows the first difference is shifted, and says nothing more.
    let first = (0..asked.len().max(done.len())).find(differs);
    let misdone = first.map(|place| Violation::Misdone {
        place,
        expected: asked.get(place).map(|asked| name(&asked.act)),
        found: done.get(place).map(name),
    });
    let refused = entries.iter().filter_map(|entry| match &entry.what {
        Happening::Refused { act, .. } => Some(Violation::Refused { act: name(act) }),
        _ => None,
    });
    misdone.into_iter().chain(refused).collect()
}

/// Of members who ask again until they have an answer, and of a studio that is up: each has one.
pub fn unanswered_acts(asked: &[Asked]) -> Vec<Violation> {
    let open = asked.iter().filter(|asked| !asked.acknowledged);
    open.map(|asked| Violation::Unacknowledged { id: name(&asked.act) }).collect()
}

/// What a member did, as an entry tells it; of what follows by itself from what others do it says nothing.
fn done(what: &Happening) -> Option<Act> {
    match what {
        Happening::OwnerChanged { to: Owner::Member { .. }, by: Some(_), .. } => Some(Act::TakeOver),
        Happening::OwnerChanged { to: Owner::Bot, by: Some(_), .. } => Some(Act::HandBack),
        // A member who lets go of a conversation leaves the same entry, without naming the team as a rule.
        Happening::OwnerChanged { to: Owner::Team { team: Some(team) }, by: Some(_), .. } => {
            Some(Act::Assign { team: team.clone() })
        }
        Happening::Closed { by: Some(_) } => Some(Act::Close),
        Happening::Said { by: Speaker::Member { .. }, content, template: None, .. } => {
            Some(Act::Reply { content: content.clone() })
        }
        Happening::Noted { text, .. } => Some(Act::Note { text: text.clone() }),
        _ => None,
    }
}

fn name(act: &Act) -> String {
    match act {
        Act::TakeOver => "take-over".to_owned(),
        Act::HandBack => "hand-back".to_owned(),
        Act::Close => "close".to_owned(),
        Act::Reply { content } | Act::Template { content, .. } => format!("reply {:?}", content.plain()),
        Act::Note { text } => format!("note {text:?}"),
        Act::Speak { language } => format!("speak {language}"),
        Act::Correct { of, .. } => format!("correct {of}"),
        Act::Assign { team } => format!("assign {team}"),
        Act::Release { team } => format!("release {team:?}"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{content::Content, id::MemberId};

    fn entries(happenings: Vec<Happening>) -> Vec<Entry> {
        let at = Timestamp::UNIX_EPOCH;
        (1..).zip(happenings).map(|(sequence, what)| Entry { sequence, at, author: None, what }).collect()
    }

    fn ada() -> (MemberId, String) {
        (MemberId(ulid::Ulid(7)), "Ada".to_owned())
    }

    fn taken() -> Happening {
        let (member, name) = ada();
        let to = Owner::Member { member, name: name.clone() };
        Happening::OwnerChanged { from: Owner::Bot, to, by: Some(name) }
    }

    fn noted(text: &str) -> Happening {
        let (by, name) = ada();
        Happening::Noted { by, name, text: text.to_owned() }
    }

    fn said(text: &str) -> Happening {
        let (member, name) = ada();
        let by = Speaker::Member { member, name };
        Happening::Said { by, content: Content::text(text), why: None, template: None }
    }

    fn asked(acknowledged: bool) -> Vec<Asked> {
        let reply = Act::Reply { content: Content::text("hello") };
        let acts = [Act::TakeOver, reply, Act::Note { text: "kind".to_owned() }];
        let last = acts.len() - 1;
        let asked = acts.into_iter().enumerate();
        asked.map(|(place, act)| Asked { act, acknowledged: acknowledged || place < last }).collect()
    }

    #[test]
    fn what_members_did_is_done_once_and_in_order() {
        let check = |asked: &[Asked], happenings: Vec<Happening>, expected: usize| {
            let violations = acted(asked, &entries(happenings));
            assert_eq!(violations.len(), expected, "{violations:?}");
        };
        let all = || vec![taken(), said("hello"), noted("kind")];
        check(&asked(true), all(), 0);
        check(&asked(false), all(), 0);
        check(&asked(false), vec![taken(), said("hello")], 0);
        check(&asked(true), vec![taken(), said("hello")], 1);
        check(&asked(false), vec![taken()], 1);
        check(&asked(true), vec![taken(), said("hello"), said("hello"), noted("kind")], 1);
        check(&asked(true), vec![taken(), noted("kind"), said("hello")], 1);
        check(&asked(true), vec![said("hello"), noted("kind")], 1);
        check(&[], vec![noted("kind")], 1);
        let (_, name) = ada();
        let assigned = Happening::OwnerChanged {
            from: Owner::Bot,
            to: Owner::Team { team: Some("support".to_owned()) },
            by: Some(name.clone()),
        };
        let closed = Happening::Closed { by: Some(name) };
        let acts = [Act::Assign { team: "support".to_owned() }, Act::Close];
        let passed_on = acts.map(|act| Asked { act, acknowledged: true });
        check(&passed_on, vec![assigned.clone(), closed.clone()], 0);
        check(&passed_on, vec![closed, assigned], 1);
        let (by, name) = ada();
        let reason = crate::dialogue::Refusal::NotTheOwner;
        check(&[], vec![Happening::Refused { by, name, act: Act::HandBack, reason }], 1);
    }
}
