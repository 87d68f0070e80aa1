//! What holds of every single turn? Its numbers, its speakers, its version.

use super::Violation;
use crate::dialogue::{Entry, Happening, Owner, Speaker, State};

/// All that can be asked of one turn: of the states before and after it, and of what it wrote between them.
pub fn turned(before: &State, after: &State, entries: &[Entry]) -> Vec<Violation> {
    let mut violations = numbered(before.sequence, entries);
    let last = entries.last().map_or(before.sequence, |entry| entry.sequence);
    if after.sequence != last {
        violations.push(Violation::Misnumbered { before: last, found: after.sequence });
    }
    violations.extend(leased(before, after, entries));
    violations
}

/// The numbers of a journal's entries follow on `before`, the number of the entry before them, without a gap.
pub fn numbered(before: u64, entries: &[Entry]) -> Vec<Violation> {
    let numbers = std::iter::once(before).chain(entries.iter().map(|entry| entry.sequence));
    numbers
        .zip(entries)
        .filter(|(before, entry)| entry.sequence != before + 1)
        .map(|(before, entry)| Violation::Misnumbered { before, found: entry.sequence })
        .collect()
}

/// Who speaks has the conversation at that moment, and every change of the owner is written and raises the lease by
/// one. So a bot never speaks while a team or a member owns the conversation, nor one member in another's. Who lets the channel show
/// more of what was said is the visitor.
pub fn leased(before: &State, after: &State, entries: &[Entry]) -> Vec<Violation> {
    let (mut owner, mut lease) = (before.owner.clone(), before.lease);
    let mut violations = Vec::new();
    for entry in entries {
        match &entry.what {
            Happening::OwnerChanged { from, to, .. } => {
                if *from != owner {
                    violations.push(misowned(from, lease, &owner, lease));
                }
                owner = to.clone();
                lease += 1;
            }
            Happening::Said { by, .. } if !entry.what.shows_more() && !may_speak(by, &owner) => {
                violations.push(Violation::TalkedOver { sequence: entry.sequence, owner: owner.clone() });
            }
            _ => {}
        }
    }
    if after.owner != owner || after.lease != lease {
        violations.push(misowned(&after.owner, after.lease, &owner, lease));
    }
    violations
}

fn may_speak(speaker: &Speaker, owner: &Owner) -> bool {
    match (speaker, owner) {
        (Speaker::Bot, Owner::Bot) => true,
        (Speaker::Member { member, .. }, Owner::Member { member: owner, .. }) => member == owner,
        (Speaker::Bot, Owner::Team { .. } | Owner::Member { .. })
        | (Speaker::Member { .. }, Owner::Bot | Owner::Team { .. }) => false,
    }
}

fn misowned(found: &Owner, lease: u64, expected: &Owner, expected_lease: u64) -> Violation {
    Violation::Misowned { found: found.clone(), lease, expected: expected.clone(), expected_lease }
}

/// A turn raises its conversation's version by one: none was computed from a state that was not the last.
pub fn versioned(before: u64, after: u64) -> Vec<Violation> {
    let follows = after == before + 1;
    if follows { Vec::new() } else { vec![Violation::Misversioned { before, found: after }] }
}
