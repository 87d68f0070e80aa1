//! What is still taken in when much is waiting?
//!
//! Shed first is what nobody waits for, last what continues something that was acknowledged already. Never shed are
//! due timers: they stand in the store, and become events there.

use crate::dialogue::Body;

/// What an event is to the person at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The studio's own idea: a campaign's message that can leave later. Nothing makes one yet.
    Campaign,
    /// A page was opened or did something; its visitor has not said a word.
    Opening,
    /// A visitor said something, and will say it again if told to.
    Said,
    /// It goes on with what was acknowledged before: answers to calls, timers, what members do, being forgotten.
    Continuation,
}

impl Urgency {
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Opened { .. } | Body::Introduced { .. } | Body::Custom { .. } => Self::Opening,
            Body::Message { .. }
            | Body::Press { .. }
            | Body::Submitted { .. }
            | Body::Edited { .. }
            | Body::Deleted { .. }
            | Body::More { .. } => Self::Said,
            Body::Timer { .. }
            | Body::Answer { .. }
            | Body::Found { .. }
            | Body::Act { .. }
            | Body::Wished { .. }
            | Body::Forget => Self::Continuation,
        }
    }

    /// Events that may wait when one of this urgency comes, where `limit` is that for what visitors say.
    fn share(self, limit: usize) -> usize {
        match self {
            Self::Campaign => limit / 2,
            Self::Opening => limit - limit / 4,
            Self::Said => limit,
            // Each belongs to a turn that was taken in below the limit, or to one of a few members.
            Self::Continuation => limit.saturating_mul(2),
        }
    }
}

/// Part of the limit that a single conversation may use: turns of one conversation run one after the other, so that one
/// alone cannot use more, and must not shut out all others.
const ONE_OF: usize = 10;

/// Events that wait for the end of their turn, or messages and calls that wait to leave by a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub all: usize,
    /// Those of the conversation of the event that comes.
    pub of_conversation: usize,
}

/// Whether one more event is taken in, while so many wait and so much waits to leave by its connection. What goes on with what was
/// acknowledged is needed for that to become less, and does not look at it.
pub fn admits(urgency: Urgency, events: Waiting, leaving: Waiting, limit: usize) -> bool {
    let alone = limit.div_ceil(ONE_OF);
    let has_room = |waiting: Waiting| {
        waiting.all < urgency.share(limit) && waiting.of_conversation < urgency.share(alone)
    };
    has_room(events) && (urgency == Urgency::Continuation || has_room(leaving))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        dialogue::{Act, CallOutcome, TimerKind},
        id::MemberId,
    };

    const RISING: [Urgency; 4] = [Urgency::Campaign, Urgency::Opening, Urgency::Said, Urgency::Continuation];

    const NOTHING: Waiting = Waiting { all: 0, of_conversation: 0 };

    fn of_others(all: usize) -> Waiting {
        Waiting { all, of_conversation: 0 }
    }

    #[test]
    fn one_conversation_shuts_nobody_out() {
        let alone = |count| Waiting { all: count, of_conversation: count };
        let check = |urgency, waiting, expected| {
            assert_eq!(admits(urgency, waiting, NOTHING, 100), expected, "{urgency:?} {waiting:?}");
        };
        check(Urgency::Said, alone(9), true);
        check(Urgency::Said, alone(10), false);
        check(Urgency::Said, of_others(10), true);
        // Its member and its services still come through.
        check(Urgency::Continuation, alone(19), true);
        check(Urgency::Continuation, alone(20), false);
        assert!(admits(Urgency::Said, alone(0), NOTHING, 1), "the smallest limit lets one in");
    }

    #[test]
    fn nothing_new_is_begun_while_too_much_waits_to_leave() {
        let check = |urgency, leaving, expected| {
            assert_eq!(admits(urgency, NOTHING, leaving, 100), expected, "{urgency:?} {leaving:?}");
        };
        check(Urgency::Said, of_others(99), true);
        check(Urgency::Said, of_others(100), false);
        check(Urgency::Opening, of_others(75), false);
        check(Urgency::Said, Waiting { all: 10, of_conversation: 10 }, false);
        check(Urgency::Continuation, Waiting { all: 9_999, of_conversation: 9_999 }, true);
    }

    #[test]
    fn campaigns_are_shed_first_and_what_was_begun_last() {
        let check = |waiting: usize, taken: &[Urgency]| {
            let admitted: Vec<_> = RISING
                .into_iter()
                .filter(|urgency| admits(*urgency, of_others(waiting), NOTHING, 100))
                .collect();
            assert_eq!(admitted, taken, "{waiting} wait");
        };
        check(0, &RISING);
        check(49, &RISING);
        check(50, &RISING[1..]);
        check(74, &RISING[1..]);
        check(75, &RISING[2..]);
        check(99, &RISING[2..]);
        check(100, &RISING[3..]);
        check(199, &RISING[3..]);
        check(200, &[]);
    }

    #[test]
    fn an_answer_a_timer_and_an_act_outlast_what_visitors_say() {
        let by = MemberId(ulid::Ulid(1));
        let continued = [
            Body::Answer { call: 1, outcome: CallOutcome::Failed("gone".to_owned()) },
            Body::Timer { timer: 1, kind: TimerKind::Session },
            Body::Act { by, name: "Ada".to_owned(), act: Act::TakeOver, overrules: false },
            Body::Forget,
        ];
        for body in continued {
            assert_eq!(Urgency::of(&body), Urgency::Continuation, "{body:?}");
        }
        let press = Body::Press { value: "yes".to_owned(), title: "Yes".to_owned() };
        assert_eq!(Urgency::of(&press), Urgency::Said);
        let opened = Body::Opened { language: None, attributes: Default::default() };
        assert_eq!(Urgency::of(&opened), Urgency::Opening);
    }

    proptest! {
        #[test]
        fn what_is_more_urgent_is_never_shed_before_what_is_less(
            all: usize,
            of_conversation: usize,
            leaving: usize,
            limit: usize,
        ) {
            let events = Waiting { all, of_conversation };
            let leaving = Waiting { all: leaving, of_conversation: leaving };
            for pair in RISING.windows(2) {
                prop_assert!(!admits(pair[0], events, leaving, limit) || admits(pair[1], events, leaving, limit));
            }
        }
    }
}
