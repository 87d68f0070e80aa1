//! Which steps are there, and how is each written?

use serde_json::Value;

use super::{AskStep, BranchSource, InvalidSource, Saying, Steps, schema};
use crate::bot::{
    Rate,
    code::Code,
    problem::{Place, Problems},
    suggest,
    yaml::{At, Duration, Entries, Kind, Node, OneOrMany, Read, Text, entries, mistyped, shorten, slip},
};

/// One step of a flow.
#[derive(Clone, Debug)]
pub struct Step {
    pub place: Place,
    /// The author's label.
    pub id: Option<Text>,
    pub kind: StepKind,
}

#[derive(Clone, Debug)]
pub enum StepKind {
    Say(SayStep),
    Ask(Box<AskStep>),
    Choose(ChooseStep),
    Set(SetStep),
    Call(CallStep),
    Go(GoStep),
    Search(Box<SearchStep>),
    Http(Box<HttpStep>),
    Handoff(Box<HandoffStep>),
    Rate(Box<RateStep>),
    Tag(TagStep),
    Wait(WaitStep),
    End,
}

/// The keys that say what a step does.
pub const STEPS: [&str; 13] =
    ["say", "ask", "choose", "set", "call", "go", "search", "http", "handoff", "rate", "tag", "wait", "end"];

source! {
    /// Says something.
    struct SayStep as "a step `say`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// The name of a response, or texts by language.
        "say" what: Saying,
    }
}

source! {
    /// Takes the first branch whose condition holds.
    struct ChooseStep as "a step `choose`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        "choose" branches: Vec<Option<BranchSource>>,
    }
}

source! {
    /// Fills slots.
    struct SetStep as "a step `set`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// Values by slot: `= …` is CEL, `{{ … }}` a template, `null` empties.
        "set" values: Entries<At<Value>>,
    }
}

source! {
    /// Runs another flow and comes back.
    struct CallStep as "a step `call`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        "call" flow: Text,
    }
}

source! {
    /// Goes to a label of this flow, or to another flow without coming back.
    struct GoStep as "a step `go`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// A label, or `flow name`.
        "go" target: Text,
    }
}

source! {
    /// Answers from the documents.
    struct SearchStep as "a step `search`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// The question; a template.
        "search" query: Text,
        /// Most passages to find.
        "limit" limit: Option<At<u32>>,
        /// Say the answer, or only fill `passages`.
        "answer" answer: bool = true,
        /// Steps for when nothing was found.
        "nothing" nothing: Option<Steps>,
    }
}

source! {
    /// Calls a remote service.
    struct HttpStep as "a step `http`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        "http" call: HttpSource,
        /// Slots from the answer: CEL over `answer.status`, `answer.body`, `answer.headers`.
        "save" save: Entries<Text> = Entries::default(),
        /// Steps for when it fails; an apology and a handoff where absent.
        "error" error: Option<Steps>,
    }
}

source! {
    /// The call: one of the methods with its address.
    struct HttpSource as "`http`" {
        "get" get: Option<Text>,
        "post" post: Option<Text>,
        "put" put: Option<Text>,
        "patch" patch: Option<Text>,
        "delete" delete: Option<Text>,
        /// Templates by name.
        "headers" headers: Entries<Text> = Entries::default(),
        /// JSON whose texts are templates or `= …` (CEL).
        "body" body: Option<At<Value>>,
        /// 10 s where absent, at most 60 s.
        "timeout" timeout: Option<At<Duration>>,
    }
}

source! {
    /// Passes the conversation to a person.
    struct HandoffStep as "a step `handoff`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// A team, or nothing for anyone.
        "handoff" team: Option<Text>,
        /// What the agent reads; a template.
        "reason" reason: Option<Text>,
        /// What the visitor reads.
        "message" message: Option<Saying>,
        /// How long to wait for a person, in place of `handoff: { wait: … }` in bot.yaml.
        "wait" wait: Option<At<Duration>>,
        /// Steps for when nobody came in that time; a text, and on with the flow, where absent.
        "nobody" nobody: Option<Steps>,
        /// Whether it stands before others that wait.
        "urgent" urgent: bool = false,
    }
}

source! {
    /// Asks for a rating from 1 to 5.
    struct RateStep as "a step `rate`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// The slot that the rating fills.
        "rate" slot: Text,
        "question" question: Option<Saying>,
        "thanks" thanks: Option<Saying>,
        /// What to say when the answer is no rating; one for all, or by kind of failure, by attempt, or both.
        "invalid" invalid: Option<InvalidSource>,
        /// How often to ask again.
        "retries" retries: u32 = Rate::usual_retries(),
        /// What to say when the retries are used up, before the flow goes on.
        "given_up" given_up: Option<Saying>,
    }
}

source! {
    /// Tags the conversation.
    struct TagStep as "a step `tag`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        "tag" tags: OneOrMany<Text>,
    }
}

source! {
    /// Waits.
    struct WaitStep as "a step `wait`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        /// A duration, or `{ until: … }`.
        "wait" wait: WaitSource,
    }
}

source! {
    /// Ends the flow.
    struct EndStep as "a step `end`" {
        /// A label that `go` can name.
        "id" id: Option<Text>,
        "end" end: Option<bool>,
    }
}

#[derive(Clone, Debug)]
pub enum WaitSource {
    For(At<Duration>),
    Until(Text),
}

source! {
    /// A moment to wait for.
    struct UntilFields as "`wait`" {
        /// A moment; CEL after `=`, or a template.
        "until" until: Text,
    }
}

impl Read for WaitSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            return UntilFields::read(node, problems).map(|fields| Self::Until(fields.until));
        }
        At::<Duration>::read(node, problems).map(Self::For)
    }
}

impl Read for Step {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if let Some(word) = node.scalar() {
            return bare(word, node.place, problems);
        }
        let hint = "write `- say: …`, `- ask: …` or another step";
        let keys: Vec<&Text> = entries(node, "a step", hint, &mut Problems::default())
            .map_or_else(Vec::new, |entries| entries.into_iter().map(|(key, _)| key).collect());
        let mut kinds: Vec<&Text> =
            keys.iter().copied().filter(|key| STEPS.contains(&key.value.as_str())).collect();
        let is = |kind: &str| kinds.iter().any(|key| key.value == kind);
        // A question may say where to go when nobody answers it, a handoff how long to wait for a person.
        if is("ask") {
            kinds.retain(|key| key.value != "go");
        } else if is("handoff") {
            kinds.retain(|key| key.value != "wait");
        }
        match kinds[..] {
            [] => unknown(node, &keys, problems),
            [kind] => read_as(&kind.value, node, problems),
            [first, second, ..] => {
                problems.report(
                    Code::SeveralSteps,
                    second.place,
                    format!("one step cannot be both `{}` and `{}`", first.value, second.value),
                    format!("write `- {}: …` on a line of its own, with the `-`", second.value),
                );
                None
            }
        }
    }
}

/// A step that is a single word.
fn bare(word: &str, place: Place, problems: &mut Problems) -> Option<Step> {
    let kind = match word {
        "end" => StepKind::End,
        "handoff" => StepKind::Handoff(Box::new(HandoffStep {
            place,
            id: None,
            team: None,
            reason: None,
            message: None,
            wait: None,
            nobody: None,
            urgent: false,
        })),
        _ => {
            problems.report(
                Code::UnknownStep,
                place,
                format!("`{}` is not a step", shorten(word)),
                slip(word).unwrap_or_else(|| suggest::hint(word, STEPS, "write it as `- step: …`")),
            );
            return None;
        }
    };
    Some(Step { place, id: None, kind })
}

fn unknown(node: &Node, keys: &[&Text], problems: &mut Problems) -> Option<Step> {
    if !matches!(node.kind, Kind::Map(_)) {
        mistyped(node, "a step", "write `- say: …`, `- ask: …` or another step", problems);
        return None;
    }
    let hints = keys.iter().map(|key| match slip(&key.value) {
        Some(slip) => (key, slip),
        None => (key, suggest::hint(&key.value, STEPS, "")),
    });
    let near = hints.into_iter().find(|(_, hint)| !hint.is_empty() && !hint.starts_with("known"));
    let names =
        keys.iter().take(4).map(|key| format!("`{}`", shorten(&key.value))).collect::<Vec<_>>().join(", ");
    let (place, hint) = match near {
        Some((key, hint)) => (key.place, hint),
        None => (node.place, format!("the steps are {}", STEPS.join(", "))),
    };
    problems.report(Code::UnknownStep, place, format!("no step is called {names}"), hint);
    None
}

fn read_as(kind: &str, node: &Node, problems: &mut Problems) -> Option<Step> {
    macro_rules! step {
        ($variant:ident, $type:ty) => {{
            let step = <$type>::read(node, problems)?;
            Step { place: node.place, id: step.id.clone(), kind: StepKind::$variant(step.into()) }
        }};
    }
    Some(match kind {
        "say" => step!(Say, SayStep),
        "ask" => {
            let step = AskStep::read(node, problems)?.with_go_as_otherwise(problems);
            Step { place: node.place, id: step.id.clone(), kind: StepKind::Ask(Box::new(step)) }
        }
        "choose" => step!(Choose, ChooseStep),
        "set" => step!(Set, SetStep),
        "call" => step!(Call, CallStep),
        "go" => step!(Go, GoStep),
        "search" => step!(Search, SearchStep),
        "http" => step!(Http, HttpStep),
        "handoff" => step!(Handoff, HandoffStep),
        "rate" => step!(Rate, RateStep),
        "tag" => step!(Tag, TagStep),
        "wait" => step!(Wait, WaitStep),
        _ => {
            let EndStep { place, id, end } = EndStep::read(node, problems)?;
            if end == Some(false) {
                let message = "`end: false` does nothing";
                problems.report(Code::ConflictingKeys, place, message, "remove it, or write `- end`");
            }
            Step { place, id, kind: StepKind::End }
        }
    })
}

schema!(WaitSource, "Wait", true, |generator| schema::any_of(vec![
    generator.subschema_for::<Duration>(),
    generator.subschema_for::<UntilFields>()
]));
schema!(Step, "Step", false, |generator| schema::any_of(vec![
    generator.subschema_for::<SayStep>(),
    generator.subschema_for::<AskStep>(),
    generator.subschema_for::<ChooseStep>(),
    generator.subschema_for::<SetStep>(),
    generator.subschema_for::<CallStep>(),
    generator.subschema_for::<GoStep>(),
    generator.subschema_for::<SearchStep>(),
    generator.subschema_for::<HttpStep>(),
    generator.subschema_for::<HandoffStep>(),
    generator.subschema_for::<RateStep>(),
    generator.subschema_for::<TagStep>(),
    generator.subschema_for::<WaitStep>(),
    generator.subschema_for::<EndStep>(),
    schema::words(&["end", "handoff"]),
]));
