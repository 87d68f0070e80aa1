//! What are the branches of a `choose`?

use super::{GoStep, Step, StepKind, Steps};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    yaml::{Node, Read, Text},
};

/// One branch.
#[derive(Clone, Debug)]
pub struct BranchSource {
    pub place: Place,
    /// `None` is `else`.
    pub condition: Option<Text>,
    pub steps: Steps,
}

source! {
    /// `if` with `then` or `go`, or `else`.
    struct BranchFields as "a branch" {
        /// A condition (CEL).
        "if" condition: Option<Text>,
        "then" then: Option<Steps>,
        "else" otherwise: Option<Steps>,
        /// A label of this flow, or `flow name`.
        "go" go: Option<Text>,
    }
}

impl Read for BranchSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let before = problems.count();
        let BranchFields { place, condition, then, otherwise, go } = BranchFields::read(node, problems)?;
        // With a mistyped key it may have been meant as any branch.
        if condition.is_none() && otherwise.is_none() && problems.count() > before {
            return None;
        }
        let mut complain = |code, place, message: &str, hint: &str| {
            if problems.count() == before {
                problems.report(code, place, message, hint);
            }
            None
        };
        if condition.is_some() && otherwise.is_some() {
            let hint = "write `- else:` as a branch of its own, after the others";
            return complain(Code::ConflictingKeys, place, "a branch has either `if` or `else`", hint);
        }
        if condition.is_none() && then.is_some() {
            return complain(
                Code::MissingField,
                place,
                "a branch with `then` needs `if`",
                "add `if: condition`",
            );
        }
        let steps = match (then.or(otherwise), go) {
            (Some(steps), None) => steps,
            (None, Some(target)) => going(target),
            (Some(_), Some(target)) => {
                let hint = "put `- go: …` at the end of the steps";
                return complain(
                    Code::ConflictingKeys,
                    target.place,
                    "a branch has either steps or `go`",
                    hint,
                );
            }
            (None, None) => {
                let hint = "write `- if: condition` with `then: [ …steps… ]` or `go: label`, or `- else: [ …steps… ]`";
                return complain(Code::MissingField, place, "this branch has no steps", hint);
            }
        };
        Some(Self { place, condition, steps })
    }
}

/// The single step `go`.
pub fn going(target: Text) -> Steps {
    let place = target.place;
    let kind = StepKind::Go(GoStep { place, id: None, target });
    Steps { place, items: vec![Step { place, id: None, kind }], gaps: Vec::new() }
}

schema!(BranchSource, "Branch", true, |generator| generator.subschema_for::<BranchFields>());
