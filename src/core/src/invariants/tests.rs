use jiff::Timestamp;

use super::*;
use crate::{
    content::Content,
    dialogue::{CallOutcome, Expecting, Speaker, State, TimerKind, Why},
    id::MemberId,
};

fn sent(ids: &[(&str, bool)]) -> Vec<Sent> {
    let sent = |(id, acknowledged): &(&str, bool)| Sent {
        id: (*id).to_owned(),
        text: (*id).to_owned(),
        acknowledged: *acknowledged,
    };
    ids.iter().map(sent).collect()
}

/// `>a` is the visitor's message `a`, anything else what was said.
fn kept(lines: &[&str]) -> Vec<Kept> {
    (1..)
        .zip(lines)
        .map(|(sequence, line)| match line.strip_prefix('>') {
            Some(id) => Kept { sequence, id: Some(id.to_owned()), text: id.to_owned() },
            None => Kept { sequence, id: None, text: (*line).to_owned() },
        })
        .collect()
}

fn hearing(heard: &[(u64, &str, bool)]) -> Vec<Heard> {
    heard
        .iter()
        .map(|(sequence, text, uncertain)| Heard {
            sequence: *sequence,
            text: (*text).to_owned(),
            uncertain: *uncertain,
        })
        .collect()
}

fn texts(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_acknowledged_is_kept_once() {
    let check = |ids: &[(&str, bool)], lines: &[&str], expected: &[&str]| {
        assert_eq!(texts(&received(&sent(ids), &kept(lines))), expected, "{ids:?} {lines:?}");
    };
    check(&[("a", true), ("b", true)], &[">a", "hello", ">b"], &[]);
    check(&[("a", true), ("b", false)], &[">a"], &[]);
    // Stored, but the acknowledgement did not get through.
    check(&[("a", false)], &[">a"], &[]);
    check(&[("a", true), ("b", true)], &[">a"], &["b was acknowledged and is not kept"]);
    check(&[("a", true)], &[">a", ">a"], &["a is kept 2 times: its turn ran more than once"]);
    check(&[("a", true)], &[">a", ">b"], &["b is kept and was never sent"]);
}

#[test]
fn what_is_kept_has_the_words_in_which_it_was_sent() {
    let check = |acknowledged: bool, words: [&str; 2], expected: &[&str]| {
        let kept = (1..).zip(["a", "b"]).zip(words).map(|((sequence, id), text)| Kept {
            sequence,
            id: Some(id.to_owned()),
            text: text.to_owned(),
        });
        let sent = sent(&[("a", acknowledged), ("b", true)]);
        assert_eq!(texts(&received(&sent, &kept.collect::<Vec<_>>())), expected, "{words:?}");
    };
    check(true, ["a", "b"], &[]);
    check(true, ["a", "c"], &["b is kept as \"c\" and was sent as \"b\""]);
    // Stored under each other's name, whether both of them were acknowledged or not.
    let swapped = ["a is kept as \"b\" and was sent as \"a\"", "b is kept as \"a\" and was sent as \"b\""];
    check(true, ["b", "a"], &swapped);
    check(false, ["b", "a"], &swapped);
}

#[test]
fn order_is_that_of_sending() {
    let check = |lines: &[&str], expected: &[&str]| {
        let sent = sent(&[("a", true), ("b", true), ("c", true)]);
        assert_eq!(texts(&ordered(&sent, &kept(lines))), expected, "{lines:?}");
    };
    check(&[">a", "hello", ">b", ">c"], &[]);
    check(&[">a", ">c"], &[]);
    check(&[">b", ">a", ">c"], &["b is kept before a, which was sent first"]);
    check(&[">b", ">stranger", ">a"], &["b is kept before a, which was sent first"]);
}

#[test]
fn numbers_have_no_gap() {
    let check = |before: u64, numbers: &[u64], expected: &[&str]| {
        let entries: Vec<Entry> = numbers
            .iter()
            .map(|sequence| Entry {
                sequence: *sequence,
                at: Timestamp::UNIX_EPOCH,
                author: None,
                what: Happening::Reopened,
            })
            .collect();
        assert_eq!(texts(&numbered(before, &entries)), expected, "{before} {numbers:?}");
    };
    check(0, &[], &[]);
    check(0, &[1, 2, 3], &[]);
    check(7, &[8], &[]);
    check(7, &[7], &["entry 7 stands in the journal behind entry 7"]);
    check(0, &[1, 3, 4], &["entry 3 stands in the journal behind entry 1"]);
}

#[test]
fn replies_are_said_once_and_in_order() {
    let check = |expected: &[&str], lines: &[&str], found: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(texts(&answered(&expected, &kept(lines))), found, "{expected:?} {lines:?}");
    };
    check(&["1", "2"], &[">a", "1", ">b", "2"], &[]);
    check(&["1", "2"], &["1"], &["reply 1 is None and should be Some(\"2\")"]);
    check(&["1"], &["1", "1"], &["reply 1 is Some(\"1\") and should be None"]);
    check(&["1", "2", "3"], &["1", "3", "2"], &["reply 1 is Some(\"3\") and should be Some(\"2\")"]);
}

#[test]
fn what_is_said_is_heard_and_again_only_with_a_mark() {
    let check = |heard_: &[(u64, &str, bool)], expected: &[&str]| {
        let kept = kept(&[">a", "one", "two"]);
        assert_eq!(texts(&heard(&kept, &hearing(heard_))), expected, "{heard_:?}");
    };
    check(&[(2, "one", false), (3, "two", false)], &[]);
    // A socket tells the visitor's own messages as well.
    check(&[(1, "a", false), (2, "one", false), (3, "two", true)], &[]);
    check(&[(2, "one", false), (3, "two", false), (2, "one", true), (3, "two", true)], &[]);
    check(&[(2, "one", false)], &["message 3 was said and never heard"]);
    check(
        &[(2, "one", false), (2, "one", false), (3, "two", false)],
        &["message 2 was heard again without a mark"],
    );
    check(&[(3, "two", false), (2, "one", false)], &["message 3 was first heard before message 2"]);
    check(
        &[(2, "one", false), (3, "won", false), (9, "x", false)],
        &[
            "message 3 was heard as \"won\", which is not kept",
            "message 9 was heard as \"x\", which is not kept",
        ],
    );
}

#[test]
fn a_mark_has_a_reason() {
    let check = |heard: &[(u64, &str, bool)], explained: &[usize], expected: &[&str]| {
        let explained = explained.iter().copied().collect();
        assert_eq!(texts(&marked(&hearing(heard), &explained)), expected, "{heard:?}");
    };
    check(&[(2, "one", false), (3, "two", false)], &[], &[]);
    check(&[(2, "one", true), (3, "two", false)], &[0], &[]);
    check(
        &[(2, "one", true), (3, "two", true)],
        &[0],
        &["message 3 came with a mark, and nothing had happened by which it may have come before"],
    );
}

#[test]
fn what_has_left_is_told_to_have() {
    use DeliveryState::{Delivered, Failed, Read, Sent, Waiting};
    let kept = kept(&[">a", "one", "two"]);
    let check = |least: DeliveryState, states: &[(u64, DeliveryState)], expected: &[u64]| {
        let violations = told(&kept, least, &states.iter().copied().collect());
        let found = violations.iter().map(|violation| match violation {
            Violation::Untold { sequence, .. } => *sequence,
            other => panic!("{other}"),
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{least:?} {states:?}");
    };
    check(Sent, &[(2, Sent), (3, Read)], &[]);
    check(Sent, &[(2, Waiting)], &[2, 3]);
    check(Sent, &[(2, Failed), (3, Sent)], &[2]);
    check(Delivered, &[(2, Delivered), (3, Sent)], &[3]);
    check(Delivered, &[(2, Read), (3, Failed)], &[3]);
}

#[test]
fn the_ledgers_of_a_good_conversation_have_nothing_to_say() {
    let ledgers = Ledgers {
        sent: sent(&[("a", true)]),
        kept: kept(&[">a", "one"]),
        heard: hearing(&[(2, "one", false)]),
    };
    assert_eq!(ledgers.check(), []);
    let lost = Ledgers { kept: Vec::new(), ..ledgers };
    assert_eq!(lost.check().len(), 2, "{:?}", lost.check());
}

const ADA: MemberId = MemberId(ulid::Ulid(7));

fn ada() -> Owner {
    Owner::Member { member: ADA, name: "Ada".to_owned() }
}

fn state(owner: Owner, lease: u64, sequence: u64) -> State {
    State { sequence, owner, lease, ..State::default() }
}

/// Entries from 1.
fn entries(happenings: Vec<Happening>) -> Vec<Entry> {
    let numbered = (1..).zip(happenings);
    numbered
        .map(|(sequence, what)| Entry { sequence, at: Timestamp::UNIX_EPOCH, author: None, what })
        .collect()
}

fn said(by: Speaker) -> Happening {
    Happening::Said { by, content: Content::text("hello"), why: None, template: None }
}

fn member(member: MemberId) -> Speaker {
    Speaker::Member { member, name: "Ada".to_owned() }
}

fn passed(from: Owner, to: Owner) -> Happening {
    Happening::OwnerChanged { from, to, by: None }
}

#[test]
fn who_speaks_has_the_conversation() {
    let check = |from: Owner, to: (Owner, u64), happenings: Vec<Happening>, expected: &[&str]| {
        let sequence = happenings.len() as u64;
        let found = turned(&state(from, 0, 0), &state(to.0, to.1, sequence), &entries(happenings));
        assert_eq!(texts(&found), expected);
    };
    let team = || Owner::Team { team: None };
    check(Owner::Bot, (Owner::Bot, 0), vec![said(Speaker::Bot)], &[]);
    // Its farewell comes before the change.
    check(Owner::Bot, (team(), 1), vec![said(Speaker::Bot), passed(Owner::Bot, team())], &[]);
    check(
        ada(),
        (Owner::Bot, 1),
        vec![said(member(ADA)), passed(ada(), Owner::Bot), said(Speaker::Bot)],
        &[],
    );
    let over = "entry 1 was said by somebody else while the conversation was of Team { team: None }";
    check(team(), (team(), 0), vec![said(Speaker::Bot)], &[over]);
    check(team(), (team(), 0), vec![said(member(ADA))], &[over]);
    // More of what was said is shown at the visitor's wish.
    let why = Some(Why { more_of: Some(1), ..Why::default() });
    let more = Happening::Said { by: Speaker::Bot, content: Content::text("more"), why, template: None };
    check(team(), (team(), 0), vec![more], &[]);
    let stranger = member(MemberId(ulid::Ulid(8)));
    let found = leased(&state(ada(), 0, 0), &state(ada(), 0, 1), &entries(vec![said(stranger)]));
    assert!(matches!(found[..], [Violation::TalkedOver { sequence: 1, .. }]), "{found:?}");
}

#[test]
fn a_change_of_the_owner_is_written() {
    let check = |after: State, happenings: Vec<Happening>, expected: usize| {
        let found = turned(&state(Owner::Bot, 3, 0), &after, &entries(happenings));
        assert_eq!(found.len(), expected, "{found:?}");
    };
    check(state(ada(), 4, 1), vec![passed(Owner::Bot, ada())], 0);
    check(state(ada(), 4, 0), vec![], 1);
    check(state(ada(), 3, 1), vec![passed(Owner::Bot, ada())], 1);
    check(state(Owner::Bot, 4, 1), vec![passed(ada(), Owner::Bot)], 1);
    // The state does not know the last entry.
    check(state(Owner::Bot, 3, 0), vec![Happening::Reopened], 1);
}

#[test]
fn versions_grow_by_one() {
    assert_eq!(versioned(0, 1), []);
    assert_eq!(texts(&versioned(4, 4)), ["version 4 of the conversation follows on version 4"]);
    assert_eq!(versioned(4, 6).len(), 1);
}

#[test]
fn what_is_waited_for_stands_in_the_store() {
    let check = |state: &State, standing: Standing, expected: &[&str]| {
        assert_eq!(texts(&awaited(state, &standing)), expected, "{standing:?}");
    };
    let calling = State { expecting: Expecting::Answer { call: 3 }, ..State::default() };
    check(&calling, Standing { calls: [3].into(), ..Standing::default() }, &[]);
    check(&calling, Standing { answers: [3].into(), ..Standing::default() }, &[]);
    let lost = "the conversation waits for the answer to call 3, which nothing will bring";
    check(&calling, Standing { calls: [2].into(), ..Standing::default() }, &[lost]);
    // A person has the conversation; the call is out all the same.
    let held = State { held: Expecting::Answer { call: 3 }, ..State::default() };
    check(&held, Standing::default(), &[lost]);

    let set = (TimerKind::Wait, Timestamp::UNIX_EPOCH);
    let waiting = State { timers: [(5, set)].into(), ..State::default() };
    check(&waiting, Standing { timers: [(5, set)].into(), ..Standing::default() }, &[]);
    check(&waiting, Standing { due: [5].into(), ..Standing::default() }, &[]);
    check(&waiting, Standing::default(), &["the conversation waits for timer 5, which nothing will bring"]);
    let stray = "timer 5 is set in the store and not known to the conversation, or for another time";
    check(&State::default(), Standing { timers: [(5, set)].into(), ..Standing::default() }, &[stray]);
}

#[test]
fn a_call_is_answered_once() {
    let called = |call| Happening::Called { call, method: "GET".to_owned(), url: String::new() };
    let answered =
        |call| Happening::Answered { call, outcome: CallOutcome::Failed("it timed out".to_owned()) };
    let check = |happenings: Vec<Happening>, expected: &[&str]| {
        assert_eq!(texts(&calls(&entries(happenings))), expected);
    };
    check(vec![called(1), answered(1), called(2), answered(2)], &[]);
    check(vec![called(1)], &["call 1 left and was answered 0 times"]);
    check(vec![called(1), answered(1), answered(1)], &["call 1 left and was answered 2 times"]);
}
