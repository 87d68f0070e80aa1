//! Is what does not agree told, and nothing else?

use serde_json::json;

use super::*;

const ID: &str = "01J9Z3K7T2N8Q4R6V0W1X5Y9AB";

fn row(table: &str, key: &Value, fields: &Value) -> Row {
    let mut row = json!({ "id": { "$id": [table, key] } });
    let fields = fields.as_object().expect("fields").clone();
    row.as_object_mut().expect("a row").extend(fields);
    Row { table: table.to_owned(), row }
}

fn turn(sequence: u64, event: &str, what: &Value) -> Row {
    turn_at("2026-11-29T10:00:00Z", sequence, event, what)
}

fn turn_at(at: &str, sequence: u64, event: &str, what: &Value) -> Row {
    let entry = json!({ "sequence": sequence, "at": at, "what": what });
    let entries = json!([entry]).to_string();
    row("turn", &json!(["o", ID, sequence]), &json!({ "event": event, "entries": entries }))
}

/// With a turn for each entry.
fn conversation(sequence: u64) -> Row {
    let state = State { sequence, ..State::default() };
    let state = serde_json::to_string(&state).expect("written");
    row("conversation", &json!(["o", ID]), &json!({ "state": state, "version": sequence }))
}

fn closed_state() -> String {
    let state = State { sequence: 2, status: Status::Closed, ..State::default() };
    serde_json::to_string(&state).expect("written")
}

fn receipt(source: &str, native: &str) -> Row {
    row("receipt", &json!(["o", source, native]), &json!({}))
}

fn wrong(rows: &[Row], called: &Called) -> Vec<String> {
    wrong_but(rows, called, GivenUp::Nothing)
}

fn wrong_but(rows: &[Row], called: &Called, given_up: GivenUp) -> Vec<String> {
    copied(rows).wrong(called, given_up, &Uptime::default())
}

fn copied(rows: &[Row]) -> Copied {
    let mut copy = Copied::default();
    for row in rows {
        copy.add(row).expect("a row of the store");
    }
    copy
}

#[test]
fn a_store_that_agrees_with_itself_has_nothing_wrong() {
    let noted = json!({ "type": "noted", "by": ID, "name": "Ada", "text": "kind" });
    let call = json!({ "type": "called", "call": 3, "method": "POST", "url": "http://x" });
    let outcome = json!({ "failed": "no" });
    let answered = json!({ "type": "answered", "call": 3, "outcome": outcome });
    let mut called = Called::default();
    called.add(&format!("{ID}-3"), "call 1");
    let rows = [
        conversation(3),
        receipt("act", "1"),
        receipt(WEB, "2"),
        receipt("answer", "3"),
        turn(1, "act/1", &noted),
        turn(2, "web/2", &call),
        turn(3, "answer/3", &answered),
    ];
    assert_eq!(wrong(&rows, &called), [] as [&str; 0]);
}

#[test]
fn what_does_not_fit_is_told() {
    let noted = json!({ "type": "noted", "by": ID, "name": "Ada", "text": "kind" });
    let check = |rows: &[Row], called: &Called, expected: &str| {
        let wrong = wrong(rows, called);
        assert!(wrong.iter().any(|sentence| sentence.contains(expected)), "{expected}: {wrong:?}");
    };
    let none = Called::default();
    let twice = [conversation(2), turn(1, "act/1", &noted), turn(2, "act/1", &noted)];
    check(&twice, &none, "act/1 had two turns");
    check(&[receipt("act", "9")], &none, "act/9 was acknowledged and had no turn");
    let platform = Way::ALL[0].name();
    check(&[receipt(platform, "9")], &none, "/9 was acknowledged and had no turn");
    check(&[row("inbox", &json!([7, "o", "web", "m1"]), &json!({}))], &none, "is left");
    check(&[row("dead", &json!(["o", "m1"]), &json!({ "error": "no" }))], &none, "dead");
    check(&[conversation(2), turn(1, "act/1", &noted)], &none, "entry 2 stands in the journal behind");
    let call = json!({ "type": "called", "call": 3, "method": "POST", "url": "http://x" });
    check(&[conversation(1), turn(1, "web/1", &call)], &none, "was never heard");
    check(&[conversation(1), turn(1, "web/1", &call)], &none, "answered 0 times");
    let timer = json!({ "kind": "\"wait\"", "at": "2026-11-29T10:00:00Z" });
    check(&[conversation(0), row("timer", &json!([7, "o", ID, 1]), &timer)], &none, "timer 1 is set");
    let mut called = Called::default();
    called.add("c-1", "call 1");
    check(&[], &called, "no turn made it");
    called.add("c-2", "call 1");
    check(&[], &called, "under two keys");
    called.add("c-2", "call 2");
    check(&[], &called, "for something else");
}

#[test]
fn what_may_be_given_up_is_told_where_it_is_something_else() {
    let dead = |payload: Value| {
        let fields = json!({ "error": "no", "row": { "payload": payload.to_string() } });
        row("dead", &json!(["o", "m1"]), &fields)
    };
    let message = || dead(json!({ "message": { "type": "text", "text": "say 1" } }));
    let call = || dead(json!({ "call": { "method": "POST" } }));
    let made = json!({ "type": "called", "call": 1, "method": "POST", "url": "http://x" });
    let answered = json!({ "type": "answered", "call": 1, "outcome": { "failed": "no" } });
    let unheard = || {
        vec![
            conversation(2),
            receipt(WEB, "1"),
            receipt("answer", "1"),
            turn(1, "web/1", &made),
            turn(2, "answer/1", &answered),
        ]
    };
    let parked = || vec![receipt(HTTP, "t:1"), row("parked", &json!(["o", HTTP, "t:1"]), &json!({}))];
    let check = |rows: &[Row], given_up: GivenUp, expected: &[&str]| {
        let wrong = wrong_but(rows, &Called::default(), given_up);
        let fits = wrong.len() == expected.len()
            && wrong.iter().zip(expected).all(|(sentence, expected)| sentence.contains(expected));
        assert!(fits, "{given_up:?}: {wrong:?}");
    };
    let calls = GivenUp::Calls { parked: 0 };
    check(&[call()], calls, &[]);
    check(&[call()], GivenUp::Nothing, &["dead"]);
    check(&[message()], calls, &["dead"]);
    check(&[message()], GivenUp::Some, &[]);
    check(&unheard(), calls, &[]);
    check(&unheard(), GivenUp::Nothing, &["was never heard"]);
    check(&parked(), GivenUp::Calls { parked: 1 }, &[]);
    check(&parked(), GivenUp::Nothing, &["are parked"]);
    check(&parked(), calls, &["are parked"]);
    check(&[], GivenUp::Calls { parked: 1 }, &["should be"]);
    check(&[receipt(HTTP, "t:1")], calls, &["had no turn", "1 events were accepted"]);
}

#[test]
fn a_timer_fires_once() {
    let until = "2026-11-29T10:00:00.0000015Z";
    let (once, never) = ("1795946400000002", "1795946400000001");
    let said = json!({ "type": "waiting", "until": until });
    let wrong_where = |receipts: &[Row], version: u64| {
        let state = serde_json::to_string(&State { sequence: 1, ..State::default() }).expect("written");
        let fields = json!({ "state": state, "version": version });
        let mut rows = vec![row("conversation", &json!(["o", ID]), &fields), turn(1, "web/1", &said)];
        rows.push(receipt(WEB, "1"));
        rows.extend(receipts.iter().map(|Row { table, row }| Row { table: table.clone(), row: row.clone() }));
        wrong(&rows, &Called::default())
    };
    let fired = |timer: u64, due: &str| receipt(TIMER, &format!("{ID}.{timer}.{due}"));
    assert_eq!(wrong_where(&[fired(1, once)], 2), [] as [&str; 0]);
    let check = |receipts: &[Row], version: u64, expected: &str| {
        let wrong = wrong_where(receipts, version);
        assert!(wrong.iter().any(|sentence| sentence.contains(expected)), "{expected}: {wrong:?}");
    };
    check(&[], 1, "fired 0 times");
    check(&[fired(1, never)], 2, "fired 0 times");
    check(&[fired(1, once), fired(1, never)], 3, "fired 2 times");
    check(&[fired(1, once), fired(2, once)], 3, "fired 2 times");
    let closed = json!({ "type": "closed", "by": "Ada" });
    let over = [
        row("conversation", &json!(["o", ID]), &json!({ "state": closed_state(), "version": 2 })),
        turn(1, "web/1", &said),
        turn(2, "act/1", &closed),
        receipt(WEB, "1"),
        receipt("act", "1"),
    ];
    assert_eq!(wrong(&over, &Called::default()), [] as [&str; 0]);
    // The same event again: the second turn says nothing.
    check(&[fired(1, once)], 3, "2 events were accepted, 3 turns were done");
}

#[test]
fn a_timer_that_never_fired_is_told_though_its_conversation_was_closed_or_erased_later() {
    let at = |second: i64| {
        let begun: Timestamp = "2026-11-29T10:00:00Z".parse().expect("a time");
        begun + SignedDuration::from_secs(second)
    };
    let other = "01J9Z3K7T2N8Q4R6V0W1X5Y9AC";
    // The wait was over after 10 seconds; what ended the conversation came at `ended`, and the timer of another was so many seconds late.
    let wrong = |ended: i64, what: &Value, late: Option<i64>, uptime: &Uptime| {
        let waiting = json!({ "type": "waiting", "until": at(10) });
        let mut rows = vec![
            row("conversation", &json!(["o", ID]), &json!({ "state": closed_state(), "version": 2 })),
            turn(1, "web/1", &waiting),
            turn_at(&at(ended).to_string(), 2, "act/1", what),
        ];
        if let Some(late) = late {
            let said = json!([{ "sequence": 1, "at": at(10 + late), "what": { "type": "reopened" } }]);
            let event = format!("{TIMER}/{other}.1.{}", microseconds(at(10)));
            let fields = json!({ "event": event, "entries": said.to_string() });
            rows.push(row("turn", &json!(["o", other, 1]), &fields));
        }
        let wrong = copied(&rows).mistimed(uptime);
        assert!(wrong.iter().all(|sentence| sentence.contains("fired 0 times")), "{wrong:?}");
        wrong.len()
    };
    let up = Uptime { back: vec![at(-60)], wrong: Vec::new() };
    for what in [json!({ "type": "closed", "by": "Ada" }), json!({ "type": "erased" })] {
        assert_eq!(wrong(5, &what, None, &up), 0, "it was over before it was due");
        assert_eq!(wrong(11, &what, None, &up), 0, "a timer may be somewhat late");
        assert_eq!(wrong(30, &what, None, &up), 1);
        assert_eq!(wrong(30, &what, Some(1), &up), 1);
        assert_eq!(wrong(30, &what, Some(10), &up), 0, "all are late here");
        let down = Uptime { back: vec![at(-60), at(29)], wrong: vec![at(10)] };
        assert_eq!(wrong(30, &what, None, &down), 0, "the studio was not there");
        assert_eq!(wrong(40, &what, None, &down), 1);
    }
}
