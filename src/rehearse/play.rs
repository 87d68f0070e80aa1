//! Does a conversation go as its test says?

use std::collections::VecDeque;

use jiff::{Timestamp, civil};
use serde_json::Value;
use studio_core::{
    bot::{Expect, Expected, ExpectedName, ExpectedOwner, HttpOutcome, LineKind, TestCase, VisitorAct},
    content::{Content, Source},
    dialogue::{Act, Body, CallOutcome, Happening, Owner, RemoteAnswer, Speaker, Why},
    id::MediaId,
};
use ulid::Ulid;

use super::{Failure, Outcome, Rehearsal};
use crate::turn::Mind;

/// What every test takes for now: a Wednesday forenoon, so that "tomorrow" is the same in each run.
const NOW: civil::DateTime = civil::date(2026, 6, 17).at(10, 0, 0, 0);

/// Something that the bot did and that a test must mention.
#[derive(Debug)]
enum Deed {
    Said { content: Content, why: Option<Box<Why>> },
    HandedOff(Option<String>),
}

/// Plays one test; the failure names the line that went otherwise.
pub fn play(mind: &Mind, test: &TestCase) -> Result<(), Failure> {
    let now = NOW.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
    let mut stage =
        Player { rehearsal: Rehearsal::new(mind, "web", now), deeds: VecDeque::new(), seen: Seen::default() };
    for line in &test.conversation {
        let fail = |what: String| Failure {
            test: test.name.clone(),
            file: test.file.clone(),
            line: line.line,
            what,
        };
        stage.line(&line.kind, &test.language).map_err(fail)?;
    }
    // What is missing belongs below the last line.
    let line = test.conversation.last().map_or(test.line, |last| last.line);
    let fail = |what: String| Failure { test: test.name.clone(), file: test.file.clone(), line, what };
    stage.nothing_left("the test ends").map_err(fail)
}

struct Player<'a> {
    rehearsal: Rehearsal<'a>,
    deeds: VecDeque<Deed>,
    seen: Seen,
}

/// What `expect` can ask about the past.
#[derive(Debug, Default)]
struct Seen {
    intent: Option<String>,
    flow: Option<String>,
    /// What was said by which response, for what is repeated word for word.
    said: Vec<(Content, String)>,
}

impl Player<'_> {
    fn line(&mut self, line: &LineKind, language: &str) -> Result<(), String> {
        match line {
            LineKind::Visitor(act) => {
                self.nothing_left("the visitor goes on")?;
                let outcome = self.visitor(act, language);
                self.note(outcome);
            }
            LineKind::Bot(expected) => self.bot(expected)?,
            LineKind::Http(outcome) => {
                let outcome = call_outcome(outcome);
                let outcome = self.rehearsal.answer(outcome).ok_or("the bot called no service")?;
                self.note(outcome);
            }
            LineKind::Handoff(team) => self.handoff(team.as_deref())?,
            LineKind::Agent(text) => {
                self.nothing_left("the agent writes")?;
                if !matches!(self.rehearsal.state.owner, Owner::Member { .. }) {
                    self.rehearsal.act(Act::TakeOver);
                }
                self.rehearsal.act(Act::Reply { content: Content::text(text) });
            }
            LineKind::HandBack => {
                let outcome = self.rehearsal.act(Act::HandBack);
                self.note(outcome);
            }
            LineKind::Later(time) => {
                self.nothing_left("time passes")?;
                let outcome = self.rehearsal.pass(*time);
                self.note(outcome);
            }
            LineKind::Event { name, data } => {
                self.nothing_left("the event comes")?;
                let outcome = self.rehearsal.happen(Body::Custom { name: name.clone(), data: data.clone() });
                self.note(outcome);
            }
            LineKind::Expect(expect) => self.expect(expect)?,
            LineKind::Close => {
                let outcome = self.rehearsal.act(Act::Close);
                self.note(outcome);
            }
        }
        Ok(())
    }

    fn visitor(&mut self, act: &VisitorAct, language: &str) -> Outcome {
        match act {
            VisitorAct::Text(text) => self.rehearsal.say(text, Some(language)),
            VisitorAct::Press(value) => {
                let offered = self.rehearsal.state.offered.iter().find(|offer| offer.value == *value);
                let title = offered.map_or_else(|| value.clone(), |offer| offer.title.clone());
                self.rehearsal.happen(Body::Press { value: value.clone(), title })
            }
            VisitorAct::File { name, media_type, size } => self.rehearsal.happen(Body::Message {
                content: Content::File {
                    source: Source::Media(MediaId(Ulid(1))),
                    name: name.clone(),
                    media_type: media_type.clone(),
                    size: *size,
                },
                understanding: Default::default(),
                language: Some(language.to_owned()),
            }),
            VisitorAct::Opens => {
                let opened =
                    Body::Opened { language: Some(language.to_owned()), attributes: Default::default() };
                self.rehearsal.happen(opened)
            }
        }
    }

    fn note(&mut self, outcome: Outcome) {
        for happening in outcome.entries {
            match happening {
                Happening::Said { by: Speaker::Bot, content, why, template: _ } => {
                    self.deeds.push_back(Deed::Said { content, why: why.map(Box::new) });
                }
                Happening::HandedOff { team, .. } => self.deeds.push_back(Deed::HandedOff(team)),
                Happening::Received { understanding, .. } => {
                    self.seen.intent = understanding.intent().map(|scored| scored.intent.clone());
                }
                Happening::FlowStarted { flow, .. } => self.seen.flow = Some(flow),
                _ => {}
            }
        }
    }

    /// The next message is this one. A response of several messages is named once for each.
    fn bot(&mut self, expected: &Expected) -> Result<(), String> {
        let place = self.deeds.iter().position(|deed| matches!(deed, Deed::Said { .. }));
        let Some(Deed::Said { content, why }) = place.and_then(|place| self.deeds.remove(place)) else {
            return Err(format!("the bot says nothing{}", self.pending_call()));
        };
        let said = content.plain();
        let response = why.as_ref().and_then(|why| why.response.clone()).or_else(|| {
            self.seen.said.iter().rev().find(|(earlier, _)| *earlier == content).map(|(_, name)| name.clone())
        });
        if let Some(name) = &response {
            self.seen.said.push((content.clone(), name.clone()));
        }
        let fits = match expected {
            Expected::Response(name) => response.as_deref() == Some(name),
            Expected::Contains(words) => {
                words.iter().all(|word| said.to_lowercase().contains(&word.to_lowercase()))
            }
            Expected::Text(text) => said.trim() == text.trim(),
            Expected::Any => true,
        };
        if !fits {
            let by = response.map(|response| format!(" (response {response})")).unwrap_or_default();
            return Err(format!("the bot says {said:?}{by}, expected {}", shown(expected)));
        }
        Ok(())
    }

    fn handoff(&mut self, team: Option<&str>) -> Result<(), String> {
        let place = self.deeds.iter().position(|deed| matches!(deed, Deed::HandedOff(_)));
        match place.and_then(|place| self.deeds.remove(place)) {
            Some(Deed::HandedOff(found)) if team.is_none() || found.as_deref() == team => Ok(()),
            Some(Deed::HandedOff(found)) => {
                Err(format!("the bot hands over to {}", found.unwrap_or_else(|| "anyone".to_owned())))
            }
            Some(Deed::Said { .. }) | None => {
                Err(format!("the bot does not hand over{}", self.pending_call()))
            }
        }
    }

    fn nothing_left(&self, before: &str) -> Result<(), String> {
        let said: Vec<String> = self
            .deeds
            .iter()
            .map(|deed| match deed {
                Deed::Said { content, why } => {
                    let response = why.as_ref().and_then(|why| why.response.as_deref());
                    format!("{:?} (response {})", content.plain(), response.unwrap_or("built in"))
                }
                Deed::HandedOff(team) => format!("a handoff to {}", team.as_deref().unwrap_or("anyone")),
            })
            .collect();
        if !said.is_empty() {
            return Err(format!("not in the test, before {before}: {}", said.join(", ")));
        }
        if self.rehearsal.calls.is_empty() {
            Ok(())
        } else {
            Err(format!("before {before}{}", self.pending_call()))
        }
    }

    fn pending_call(&self) -> String {
        self.rehearsal
            .calls
            .front()
            .map(|call| format!(": it waits for {}, say what it answers with `http:`", call.url))
            .unwrap_or_default()
    }

    fn expect(&self, expect: &Expect) -> Result<(), String> {
        let state = &self.rehearsal.state;
        let running = state.stack.last().map(|frame| frame.flow.clone());
        named("flow", &expect.flow, running.as_deref())?;
        named("intent", &expect.intent, self.seen.intent.as_deref())?;
        for (slot, value) in &expect.slots {
            let found = state.slots.get(slot).unwrap_or(&Value::Null);
            if !same(found, value) {
                return Err(format!("the slot {slot} is {found}, expected {value}"));
            }
        }
        let owner = match &state.owner {
            Owner::Bot => ExpectedOwner::Bot,
            Owner::Team { .. } => ExpectedOwner::Team,
            Owner::Member { .. } => ExpectedOwner::Member,
        };
        if let Some(expected) = expect.owner
            && expected != owner
        {
            return Err(format!("the owner is {owner:?}, expected {expected:?}"));
        }
        if let Some(tag) = expect.tags.iter().find(|tag| !state.tags.contains(*tag)) {
            return Err(format!("the conversation is not tagged {tag}"));
        }
        match &expect.language {
            Some(language) if *language != state.language => {
                Err(format!("the language is {}, expected {language}", state.language))
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn call_outcome(outcome: &HttpOutcome) -> CallOutcome {
    match outcome {
        HttpOutcome::Answered { status, body, headers } => CallOutcome::Answered(RemoteAnswer {
            status: *status,
            headers: headers.clone(),
            body: body.clone(),
        }),
        HttpOutcome::Failed(reason) => CallOutcome::Failed(reason.clone()),
    }
}

fn named(what: &str, expected: &ExpectedName, found: Option<&str>) -> Result<(), String> {
    match (expected, found) {
        (ExpectedName::Unchecked, _) | (ExpectedName::Nothing, None) => Ok(()),
        (ExpectedName::Is(expected), Some(found)) if expected == found => Ok(()),
        (ExpectedName::Nothing, Some(found)) => Err(format!("the {what} is {found}, expected none")),
        (ExpectedName::Is(expected), found) => {
            Err(format!("the {what} is {}, expected {expected}", found.unwrap_or("none")))
        }
    }
}

/// Equal, and 3 is 3.0.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < f64::EPSILON * a.abs().max(1.0),
        _ => a == b,
    }
}

fn shown(expected: &Expected) -> String {
    match expected {
        Expected::Response(name) => format!("the response {name}"),
        Expected::Contains(words) => format!("a text with {words:?}"),
        Expected::Text(text) => format!("{text:?}"),
        Expected::Any => "anything".to_owned(),
    }
}
