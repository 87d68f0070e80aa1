//! Why did a flow fault, for a log that must hold nothing of what a visitor said?
//!
//! The error of a fault stands in the timeline, which is erased with its person, and may quote a value. Of it only reasons of a
//! closed list are told.

/// What a reason is known by, and what is told of it; the first that fits counts.
const REASONS: [(&str, &str); 25] = [
    ("steps without waiting for anything", "too many steps without waiting for anything"),
    ("short waits in a row", "too many remote calls, searches and short waits in a row"),
    ("the search was not answered", "the search was not answered"),
    ("does not stand so in version", "the running flow does not stand so in this version of the bot"),
    ("flows call each other", "flows call each other too deep"),
    ("there is no flow", "there is no such flow"),
    ("there is no response", "there is no such response"),
    ("the response has no text", "the response has no text"),
    ("has no step", "the flow has no such step"),
    ("has no such step", "the flow has no such step"),
    ("a date and time", "a date and time is needed"),
    ("waiting until", "the wait is too long"),
    ("is not an address of a web service", "the address is none of a web service"),
    ("has a line break in it", "a header has a line break in it"),
    ("is not a regular expression", "a pattern is not a regular expression"),
    ("instead of true or false", "a condition is neither true nor false"),
    ("bytes; at most", "a value is too large"),
    ("too much work", "an expression is too much work"),
    ("division by zero", "division by zero"),
    ("the number is too large", "a number is too large"),
    ("the list is not that long", "a list is not that long"),
    ("of different kinds are compared", "values of different kinds are compared"),
    ("` in it", "a value lacks what is asked of it"),
    ("undefined value", "a template uses a value that is not there"),
    ("is not known", "an expression uses a name that is not known"),
];

/// What is told where none is known.
const ANOTHER: &str = "its timeline says why";

/// Why a flow faulted, by the error of the fault.
pub fn reason(error: &str) -> &'static str {
    REASONS.iter().find(|(known, _)| error.contains(known)).map_or(ANOTHER, |(_, told)| told)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dialogue::evaluate::{Fault, Names, condition, render};

    #[test]
    fn a_fault_has_a_reason_that_quotes_nothing() {
        let names = Names::from([("slots", json!({ "pin": "PIN 4711" }))]);
        let check = |fault: Fault, expected: &str| assert_eq!(reason(&fault.0), expected, "{fault:?}");
        let of_condition = condition("slots.pin", &names).expect_err("a text");
        check(of_condition, "a condition is neither true nor false");
        let of_template = render("{{ slots.nickname }}", &names).expect_err("there is none");
        check(of_template, "a template uses a value that is not there");
        check(Fault::new("`PIN 4711` is not a date and time"), "a date and time is needed");
        check(Fault::new("PIN 4711"), ANOTHER);
    }
}
