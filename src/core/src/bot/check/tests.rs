//! Do the conversation tests speak of what exists?

use std::collections::BTreeMap;

use super::{references::Known, uses::Uses};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    source::{ExpectSource, ExpectedSource, LineSourceKind, NameSource, Source},
};

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    let known = Known::of(source, uses);
    let mut first: BTreeMap<&str, Place> = BTreeMap::new();
    for test in &source.tests {
        if let Some(place) = first.get(test.name.value.as_str()) {
            let message = format!("a test at {} has this name already", problems.describe(*place));
            problems.report(Code::DefinedTwice, test.name.place, message, "give one of the two another name");
        } else {
            first.insert(&test.name.value, test.name.place);
        }
        for line in &test.conversation {
            match &line.kind {
                LineSourceKind::Bot(ExpectedSource::Response(name)) => {
                    let otherwise = "write `{ contains: … }` or `{ text: … }` for words";
                    known.responses.find(
                        Code::UndefinedResponse,
                        &name.value,
                        name.place,
                        otherwise,
                        problems,
                    );
                }
                LineSourceKind::Handoff(Some(team)) => {
                    let otherwise = "write it under `teams` in bot.yaml";
                    known.teams.find(Code::UndefinedTeam, &team.value, team.place, otherwise, problems);
                }
                LineSourceKind::Expect(it) => expect(it, &known, problems),
                LineSourceKind::Bot(
                    ExpectedSource::Contains(_) | ExpectedSource::Text(_) | ExpectedSource::Any,
                )
                | LineSourceKind::Handoff(None)
                | LineSourceKind::Visitor(_)
                | LineSourceKind::Http(_)
                | LineSourceKind::Agent(_)
                | LineSourceKind::HandBack
                | LineSourceKind::Later(_)
                | LineSourceKind::Event(_)
                | LineSourceKind::Close => {}
            }
        }
    }
}

fn expect(expect: &ExpectSource, known: &Known, problems: &mut Problems) {
    for (slot, _) in expect.slots.iter() {
        let otherwise = "nothing fills it";
        known.slots.find(Code::UndefinedSlot, &slot.value, slot.place, otherwise, problems);
    }
    if let NameSource::Is(flow) = &expect.flow {
        let otherwise = "write `null` where no flow runs";
        known.flows.find(Code::UndefinedFlow, &flow.value, flow.place, otherwise, problems);
    }
    if let NameSource::Is(intent) = &expect.intent {
        let otherwise = "write `null` where none is understood";
        known.intents.find(Code::UndefinedIntent, &intent.value, intent.place, otherwise, problems);
    }
}
