//! Why did a flow fault, for whoever may read nothing of what a visitor said?
//!
//! The error of a fault stands in the timeline, which is erased with its person, and may quote a value. The reason is one of these,
//! and quotes nothing.

use serde::{Deserialize, Serialize};

/// Why a flow faulted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultReason {
    TooManySteps,
    NobodyThere,
    NotAnswered,
    OtherVersion,
    TooDeep,
    NoFlow,
    NoStep,
    NoResponse,
    NoText,
    NoTime,
    TooLong,
    NoAddress,
    LineBreak,
    NoPattern,
    NoTruth,
    TooLarge,
    TooMuchWork,
    DivisionByZero,
    NumberTooLarge,
    ListTooShort,
    KindsCompared,
    NotInIt,
    NotThere,
    UnknownName,
    /// The error alone says it.
    #[default]
    Another,
}

impl FaultReason {
    /// In words.
    pub const fn told(self) -> &'static str {
        match self {
            Self::TooManySteps => "too many steps without waiting for anything",
            Self::NobodyThere => "too many remote calls, searches and short waits in a row",
            Self::NotAnswered => "the search was not answered",
            Self::OtherVersion => "the running flow does not stand so in this version of the bot",
            Self::TooDeep => "flows call each other too deep",
            Self::NoFlow => "there is no such flow",
            Self::NoStep => "the flow has no such step",
            Self::NoResponse => "there is no such response",
            Self::NoText => "the response has no text",
            Self::NoTime => "a date and time is needed",
            Self::TooLong => "the wait is too long",
            Self::NoAddress => "the address is none of a web service",
            Self::LineBreak => "a header has a line break in it",
            Self::NoPattern => "a pattern is not a regular expression",
            Self::NoTruth => "a condition is neither true nor false",
            Self::TooLarge => "a value is too large",
            Self::TooMuchWork => "an expression is too much work",
            Self::DivisionByZero => "division by zero",
            Self::NumberTooLarge => "a number is too large",
            Self::ListTooShort => "a list is not that long",
            Self::KindsCompared => "values of different kinds are compared",
            Self::NotInIt => "a value lacks what is asked of it",
            Self::NotThere => "a template uses a value that is not there",
            Self::UnknownName => "an expression uses a name that is not known",
            Self::Another => "its timeline says why",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::dialogue::evaluate::{Fault, Names, condition, render, value};

    #[test]
    fn a_fault_has_a_reason_that_quotes_nothing() {
        let names = Names::from([("slots", json!({ "pin": "PIN 4711", "list": [1] }))]);
        let check = |fault: Fault, expected: FaultReason| {
            assert_eq!(fault.reason, expected, "{fault:?}");
            assert!(!expected.told().contains("4711"), "{fault:?}");
        };
        let of_value = |source: &str| value(source, &names).expect_err("it fails");
        let of_template = |source: &str| render(source, &names).expect_err("it fails");
        check(condition("slots.pin", &names).expect_err("a text"), FaultReason::NoTruth);
        check(of_value("slots.nickname"), FaultReason::NotInIt);
        check(of_value("nickname"), FaultReason::UnknownName);
        check(of_value("1 / 0"), FaultReason::DivisionByZero);
        check(of_value("slots.list[7]"), FaultReason::ListTooShort);
        check(of_value("slots.pin +"), FaultReason::Another);
        check(of_template("{{ slots.nickname }}"), FaultReason::NotThere);
        let without_end = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        check(of_template(without_end), FaultReason::TooMuchWork);
        check(Fault::new("PIN 4711"), FaultReason::Another);
    }

    #[test]
    fn the_reason_of_an_earlier_journal_is_told_by_its_error_alone() {
        let before = json!({ "type": "faulted", "flow": "order", "node": "0", "error": "a loop" });
        let read: crate::dialogue::Happening = serde_json::from_value(before.clone()).expect("it is read");
        assert_eq!(serde_json::to_value(&read).expect("it is written"), before);
        let told: Value = serde_json::to_value(FaultReason::TooManySteps).expect("a name");
        assert_eq!(told, "too_many_steps");
    }
}
