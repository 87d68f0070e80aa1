use jiff::Timestamp;

use super::*;

fn sent(ids: &[(&str, bool)]) -> Vec<Sent> {
    ids.iter().map(|(id, acknowledged)| Sent { id: (*id).to_owned(), acknowledged: *acknowledged }).collect()
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
