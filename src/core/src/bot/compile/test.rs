//! How does a written test become a test case?

use serde_json::Value;

use super::texts;
use crate::bot::{
    Expect, Expected, ExpectedName, HttpOutcome, Line, LineKind, TestCase, VisitorAct,
    code::Code,
    problem::Problems,
    source::{
        ExpectSource, ExpectedSource, HttpOutcomeSource, LineSource, LineSourceKind, NameSource, TestSource,
        VisitorSource,
    },
    yaml::OneOrMany,
};

/// `language` is the bot's default.
pub fn test_case(source: &TestSource, language: &str, problems: &mut Problems) -> TestCase {
    TestCase {
        name: source.name.value.clone(),
        language: source.language.as_ref().map_or(language, |it| &it.value).to_owned(),
        file: problems.file(source.place).to_owned(),
        line: source.place.line,
        conversation: source.conversation.iter().map(|it| line(it, problems)).collect(),
    }
}

fn line(source: &LineSource, problems: &mut Problems) -> Line {
    let kind = match &source.kind {
        LineSourceKind::Visitor(act) => LineKind::Visitor(visitor(act)),
        LineSourceKind::Bot(expected) => LineKind::Bot(match expected {
            ExpectedSource::Response(name) => Expected::Response(name.value.clone()),
            ExpectedSource::Contains(words) => Expected::Contains(texts(&OneOrMany(words.clone()))),
            ExpectedSource::Text(text) => Expected::Text(text.value.clone()),
            ExpectedSource::Any => Expected::Any,
        }),
        LineSourceKind::Http(outcome) => LineKind::Http(http(outcome, problems)),
        LineSourceKind::Handoff(team) => LineKind::Handoff(super::text(team.as_ref())),
        LineSourceKind::Agent(text) => LineKind::Agent(text.value.clone()),
        LineSourceKind::HandBack => LineKind::HandBack,
        LineSourceKind::Later(duration) => LineKind::Later(duration.0),
        LineSourceKind::Event(event) => LineKind::Event {
            name: event.name.value.clone(),
            data: event.data.clone().unwrap_or(Value::Null),
        },
        LineSourceKind::Expect(it) => LineKind::Expect(Box::new(expect(it))),
        LineSourceKind::Close => LineKind::Close,
    };
    Line { line: source.place.line, kind }
}

fn visitor(source: &VisitorSource) -> VisitorAct {
    match source {
        VisitorSource::Text(text) => VisitorAct::Text(text.value.clone()),
        VisitorSource::Press(value) => VisitorAct::Press(value.value.clone()),
        VisitorSource::File(file) => VisitorAct::File {
            name: file.name.value.clone(),
            media_type: file.media_type.value.clone(),
            size: u64::from(file.size),
        },
        VisitorSource::Opens => VisitorAct::Opens,
    }
}

fn http(source: &HttpOutcomeSource, problems: &mut Problems) -> HttpOutcome {
    match (&source.failed, &source.status) {
        (Some(reason), None) => return HttpOutcome::Failed(reason.value.clone()),
        (Some(reason), Some(_)) => {
            let message = "a service either answers with a `status` or `failed`";
            problems.report(Code::ConflictingKeys, reason.place, message, "remove one of the two");
        }
        (None, Some(_) | None) => {}
    }
    let status = match &source.status {
        Some(status) => {
            if !(100..=599).contains(&status.value) {
                let message = format!("{} is not a status of HTTP", status.value);
                problems.report(
                    Code::InvalidBound,
                    status.place,
                    message,
                    "write a number such as 200 or 404",
                );
            }
            u16::try_from(status.value).unwrap_or(200)
        }
        None => 200,
    };
    HttpOutcome::Answered {
        status,
        body: source.body.clone().unwrap_or(Value::Null),
        headers: (source.headers.iter())
            .map(|(name, value)| (name.value.to_lowercase(), value.value.clone()))
            .collect(),
    }
}

fn expect(source: &ExpectSource) -> Expect {
    let name = |source: &NameSource| match source {
        NameSource::Unchecked => ExpectedName::Unchecked,
        NameSource::Nothing => ExpectedName::Nothing,
        NameSource::Is(name) => ExpectedName::Is(name.value.clone()),
    };
    Expect {
        flow: name(&source.flow),
        intent: name(&source.intent),
        slots: source.slots.iter().map(|(slot, value)| (slot.value.clone(), value.value.clone())).collect(),
        owner: source.owner,
        tags: texts(&source.tags).into_iter().collect(),
        language: super::text(source.language.as_ref()),
    }
}
