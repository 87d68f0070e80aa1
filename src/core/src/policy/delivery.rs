//! What leaves first of what was left behind, what is marked when it leaves, in which form does it leave once more, and under which key
//! does a call go? Shared by the studio and the simulation of it.

use std::fmt::Display;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// How a part of a message may be taken that its platform took and refused later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// As it is, after this time.
    After(SignedDuration),
    In(Form),
}

/// Another form of the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Without its picture, or in words alone.
    Simpler,
    /// To the person's phone number in place of another id.
    ByPhone,
    /// As the approved message that it names for when nothing else may be said.
    Template,
}

impl Form {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simpler => "simpler",
            Self::ByPhone => "by_phone",
            Self::Template => "template",
        }
    }

    pub fn of(name: &str) -> Option<Self> {
        [Self::Simpler, Self::ByPhone, Self::Template].into_iter().find(|form| form.name() == name)
    }
}

/// A part that leaves once more in another form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Otherwise {
    /// Its number within the message, from 0.
    pub part: usize,
    pub form: Form,
    /// Why the platform did not take it as it was.
    pub why: String,
}

/// Puts what a run left behind into the order in which it leaves: each conversation's messages as the journal has them. They are
/// read in the order in which their events arrived, which need not be that of the turns: a timer's event may stand in the
/// inbox before its lane hears of it.
pub fn in_order<R, C: Ord>(rows: &mut [R], place: impl Fn(&R) -> (C, u64)) {
    rows.sort_by_key(place);
}

/// Whether the other end may have it already: a try failed, or a process ended while it may have been sending it.
pub fn is_uncertain(attempts: u32, left_behind: bool) -> bool {
    left_behind || attempts > 0
}

/// What a service knows a call by; the same for each try and each outcome, so that a call has one.
pub fn call_key(conversation: &impl Display, call: u64) -> String {
    format!("{conversation}-{call}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_conversation_leaves_as_its_journal_has_it() {
        let mut rows = [("b", 2), ("a", 9), ("b", 1), ("a", 3)];
        in_order(&mut rows, |(conversation, sequence)| (*conversation, *sequence));
        assert_eq!(rows, [("a", 3), ("a", 9), ("b", 1), ("b", 2)]);
    }

    #[test]
    fn forms_are_known_by_their_names() {
        for form in [Form::Simpler, Form::ByPhone, Form::Template] {
            assert_eq!(Form::of(form.name()), Some(form));
            assert_eq!(serde_json::to_value(form).expect("JSON"), form.name());
        }
        assert_eq!(Form::of("other"), None);
    }

    #[test]
    fn only_what_was_never_tried_is_certain() {
        assert!(!is_uncertain(0, false));
        assert!(is_uncertain(1, false) && is_uncertain(0, true));
    }
}
