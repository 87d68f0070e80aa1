//! Which messages should somebody look at? Those on which the bot did not act, or hardly knew how.

use crate::{
    api::ReviewReason,
    content::Content,
    dialogue::{Entry, Happening, LanguageReason, RepairKind, Speaker},
    understanding::{Understander, Understanding},
};

/// The two best intents are close where their confidences are not further apart.
pub const CLOSE: f64 = 0.15;

/// A message that somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubtful<'e> {
    /// The journal entry and its words.
    pub entry: &'e Entry,
    pub text: &'e str,
    pub understanding: &'e Understanding,
    pub reason: ReviewReason,
}

/// What of a turn is doubtful, by the turn's entries alone.
///
/// Answers to questions, keywords, and what "stop" and the like do, need no intent. Where the bot had nothing to say,
/// since a person spoke, it had nothing to understand either.
pub fn doubtful(turn: &[Entry]) -> Option<Doubtful<'_>> {
    let place = turn.iter().position(|entry| matches!(entry.what, Happening::Received { .. }))?;
    let entry = &turn[place];
    let Happening::Received { content: Content::Text { text, .. }, understanding, id: _ } = &entry.what
    else {
        return None;
    };
    if text.trim().is_empty() {
        return None;
    }
    let came = Came::of(&turn[place + 1..]);
    let [first, second] = [0, 1].map(|at| understanding.intents.get(at));
    let close = first.zip(second).is_some_and(|(first, second)| {
        first.by != Understander::Exact && first.confidence - second.confidence < CLOSE
    });
    let reason = if came.misunderstood {
        ReviewReason::Misunderstood
    } else if came.otherwise || !came.reacted || !understanding.denied.is_empty() {
        return None;
    } else if !understanding.confident {
        first?;
        // A slot that was filled from it, and no flow by an intent: it was an answer.
        if came.filled {
            return None;
        }
        ReviewReason::Unsure
    } else if close && came.intended {
        ReviewReason::Close
    } else {
        return None;
    };
    Some(Doubtful { entry, text, understanding, reason })
}

/// What came of a message.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself")]
struct Came {
    misunderstood: bool,
    /// It was understood by its very words.
    otherwise: bool,
    /// A flow was started by its intent.
    intended: bool,
    filled: bool,
    /// The bot did something visible.
    reacted: bool,
}

impl Came {
    fn of(entries: &[Entry]) -> Self {
        let mut came = Self::default();
        for entry in entries {
            match &entry.what {
                Happening::Repaired { repair } => match repair {
                    RepairKind::MisunderstoodOnce
                    | RepairKind::MisunderstoodTwice
                    | RepairKind::MisunderstoodOften => came.misunderstood = true,
                    RepairKind::Cancel
                    | RepairKind::StartOver
                    | RepairKind::Repeat
                    | RepairKind::Person
                    | RepairKind::Correct
                    | RepairKind::Denied => came.otherwise = true,
                    RepairKind::Digress | RepairKind::Timeout => {}
                },
                Happening::FlowStarted { because, flow: _ } => {
                    came.misunderstood |= because == "fallback";
                    came.intended |= because.starts_with("intent ");
                    came.otherwise |= because.starts_with("keyword ") || because.starts_with("button ");
                }
                Happening::LanguageChanged { because: LanguageReason::Asked, .. } => came.otherwise = true,
                Happening::SlotFilled { .. } | Happening::Rated { .. } => came.filled = true,
                what @ Happening::Said { .. } if what.shows_more() => {}
                Happening::Said { by: Speaker::Bot, .. } | Happening::HandedOff { .. } => came.reacted = true,
                Happening::Opened { .. }
                | Happening::Introduced { .. }
                | Happening::Received { .. }
                | Happening::Pressed { .. }
                | Happening::Edited { .. }
                | Happening::Deleted { .. }
                | Happening::Happened { .. }
                | Happening::Said { .. }
                | Happening::Corrected { .. }
                | Happening::Noted { .. }
                | Happening::FlowEnded { .. }
                | Happening::Searched { .. }
                | Happening::Called { .. }
                | Happening::Answered { .. }
                | Happening::OwnerChanged { .. }
                | Happening::LanguageChanged { .. }
                | Happening::Tagged { .. }
                | Happening::Waiting { .. }
                | Happening::Closed { .. }
                | Happening::Reopened
                | Happening::Refused { .. }
                | Happening::Faulted { .. }
                | Happening::Erased => {}
            }
        }
        came
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::Scored;

    fn turn(scores: &[f64], confident: bool, came: Vec<Happening>) -> Vec<Entry> {
        let ranked = |(index, confidence): (usize, &f64)| Scored {
            intent: format!("i{index}"),
            confidence: *confidence,
            by: Understander::Linear,
        };
        let understanding = Understanding {
            intents: scores.iter().enumerate().map(ranked).collect(),
            confident,
            ..Understanding::default()
        };
        let content = Content::text("gimme the thing");
        let received = Happening::Received { id: "1".to_owned(), content, understanding };
        let at = jiff::Timestamp::UNIX_EPOCH;
        let entry = |(sequence, what): (u64, Happening)| Entry { sequence, at, author: None, what };
        (1..).zip(std::iter::once(received).chain(came)).map(entry).collect()
    }

    fn said() -> Happening {
        Happening::Said { by: Speaker::Bot, content: Content::text("hm"), why: None, template: None }
    }

    fn started(because: &str) -> Happening {
        Happening::FlowStarted { flow: "f".to_owned(), because: because.to_owned() }
    }

    fn repaired(repair: RepairKind) -> Happening {
        Happening::Repaired { repair }
    }

    fn filled() -> Happening {
        Happening::SlotFilled { slot: "s".to_owned(), value: "v".into() }
    }

    #[test]
    fn what_somebody_should_look_at() {
        let check = |scores: &[f64], confident, came: Vec<Happening>, expected: Option<ReviewReason>| {
            let turn = turn(scores, confident, came.clone());
            assert_eq!(doubtful(&turn).map(|found| found.reason), expected, "{scores:?} {came:?}");
        };
        let misunderstood = Some(ReviewReason::Misunderstood);
        check(&[0.2, 0.1], false, vec![repaired(RepairKind::MisunderstoodOnce), said()], misunderstood);
        check(&[], false, vec![repaired(RepairKind::MisunderstoodTwice), said()], misunderstood);
        check(&[0.2], false, vec![started("fallback"), said()], misunderstood);
        check(&[0.3], false, vec![said()], Some(ReviewReason::Unsure));
        check(&[0.3], false, vec![started("first contact"), said()], Some(ReviewReason::Unsure));
        check(&[0.6, 0.5], true, vec![started("intent i0"), said()], Some(ReviewReason::Close));
        check(&[0.6, 0.5], true, vec![filled(), started("intent i0"), said()], Some(ReviewReason::Close));

        check(&[0.9, 0.1], true, vec![started("intent i0"), said()], None);
        check(&[0.3], false, vec![filled(), said()], None);
        check(&[0.3], false, vec![started("keyword track"), said()], None);
        check(&[0.3], false, vec![repaired(RepairKind::Cancel), said()], None);
        check(&[], false, vec![said()], None);
        // A person has the conversation.
        check(&[0.2], false, vec![], None);
    }
}
