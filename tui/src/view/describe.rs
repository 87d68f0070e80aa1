//! How is an event of the journal told in a line?

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use studio_core::{
    dialogue::{Act, CallOutcome, Entry, Happening, Owner, RepairKind, Speaker, Why},
    understanding::{Passage, Understanding},
};

use super::{clock, content, owner, translated};
use crate::{model::Model, options::Language, scrub, words::Text};

/// A sign, the event in words, and, for a reply, why it was given.
pub struct Described {
    pub sign: char,
    pub text: String,
    pub why: Option<String>,
}

/// What happened, in words, without the sign before it, and why a reply was given: for terminals that are no console.
pub fn told(what: &Happening, at: Timestamp, language: Language) -> (String, Option<String>) {
    let mut model = Model::new(language, false, at, 80, 24);
    model.zone = TimeZone::system();
    let entry = Entry { sequence: 0, at, author: None, what: what.clone() };
    let Described { sign: _, text, why } = describe(&model, &entry);
    (scrub::text(text.trim_end()), why.map(|why| scrub::text(&why)))
}

pub fn describe(model: &Model, entry: &Entry) -> Described {
    let say = |text| model.say(text);
    let plain = |sign, text| Described { sign, text, why: None };
    match &entry.what {
        Happening::Opened { language, attributes } => {
            plain('○', about_visitor(say(Text::Opened), language.as_deref(), attributes))
        }
        Happening::Introduced { language, attributes } => {
            plain('○', about_visitor(say(Text::Introduced), language.as_deref(), attributes))
        }
        Happening::Received { id: _, content: said, understanding } => {
            // Of a forgotten message nothing is known.
            let known = *understanding != Understanding::default();
            let why = known.then(|| understood(model, understanding));
            Described { sign: '<', text: content(said), why }
        }
        Happening::Pressed { id: _, value, title } => {
            plain('<', format!("{} [{title}] ({value})", say(Text::Pressed)))
        }
        Happening::Edited { id: _, content: said } => {
            plain('<', format!("{}: {}", say(Text::Edited), content(said)))
        }
        Happening::Deleted { id: _ } => plain('<', say(Text::Deleted).to_owned()),
        Happening::Happened { name, data } => {
            plain('*', format!("{} {name} {}", say(Text::Happened), short(data)))
        }
        Happening::Said { by, content: said, why, template: _ } => Described {
            sign: '>',
            text: match by {
                Speaker::Bot => format!("{}: {}", say(Text::Bot), content(said)),
                Speaker::Member { name, .. } => format!("{name}: {}", content(said)),
            },
            why: why.as_ref().filter(|why| why.more_of.is_none()).map(|why| reasons(model, why)),
        },
        Happening::Corrected { by: _, name, of, content: said } => {
            let now = said.as_ref().map_or_else(|| "—".to_owned(), content);
            plain('~', format!("{name}: {of} → {now}"))
        }
        Happening::Noted { by: _, name, text } => plain('#', format!("{name}: {text}")),
        Happening::SlotFilled { slot, value } => {
            plain('=', format!("{} {slot} = {}", say(Text::SlotFilled), short(value)))
        }
        Happening::FlowStarted { flow, because } => {
            plain('+', format!("{} {flow} ({because})", say(Text::FlowStarted)))
        }
        Happening::FlowEnded { flow } => plain('-', format!("{} {flow}", say(Text::FlowEnded))),
        Happening::Searched { query, passages } => {
            let found: Vec<String> = passages.iter().map(place).collect();
            plain('?', format!("{} \"{query}\": {}", say(Text::Searched), found.join(", ")))
        }
        Happening::Called { call, method, url } => {
            plain('→', format!("{} #{call} {method} {url}", say(Text::Called)))
        }
        Happening::Answered { call, outcome } => match outcome {
            CallOutcome::Answered(answer) => {
                plain('←', format!("#{call} {} {}", say(Text::Answered), answer.status))
            }
            CallOutcome::Failed(error) => plain('←', format!("#{call} {}: {error}", say(Text::CallFailed))),
        },
        Happening::HandedOff { team, reason } => plain(
            'W',
            format!(
                "{} {} {}",
                say(Text::HandedOff),
                team.as_deref().unwrap_or_default(),
                reason.as_ref().map(|reason| format!("({reason})")).unwrap_or_default()
            ),
        ),
        Happening::OwnerChanged { from, to, by } => plain('@', owners(model, from, to, by.as_deref())),
        Happening::LanguageChanged { language, because: _, by } => plain(
            '文',
            format!("{} {language} {}", say(Text::LanguageChanged), by.as_deref().unwrap_or_default()),
        ),
        Happening::Tagged { tags } => plain('#', format!("{} {}", say(Text::Tagged), tags.join(", "))),
        Happening::Rated { slot, score, .. } => plain('*', format!("{} {slot} {score}/5", say(Text::Rated))),
        Happening::Repaired { repair } => {
            plain('~', format!("{} {}", say(Text::Repair), self::repair(*repair)))
        }
        Happening::Waiting { until } => {
            plain('…', format!("{} {}", say(Text::WaitingUntil), clock(model, *until)))
        }
        Happening::Closed { by } => {
            plain('x', format!("{} {}", say(Text::Closed), by.as_deref().unwrap_or_default()))
        }
        Happening::Reopened => plain('○', say(Text::Reopened).to_owned()),
        Happening::Refused { by: _, name, act, reason } => plain(
            '!',
            format!("{name}: {}, {}: {}", say(Text::NotDone), say((*reason).into()), self::act(model, act)),
        ),
        Happening::Faulted { flow, node, error, reason: _ } => {
            plain('!', format!("{} {flow} › {node}: {error}", say(Text::Faulted)))
        }
        Happening::Erased => plain('∅', say(Text::Erased).to_owned()),
    }
}

fn understood(model: &Model, understanding: &Understanding) -> String {
    let intent = understanding
        .intents
        .first()
        .map_or_else(String::new, |scored| format!(" {} {:.0}%", scored.intent, scored.confidence * 100.0));
    let what = if understanding.intent().is_some() { Text::Understood } else { Text::NotUnderstood };
    let entities = understanding
        .entities
        .iter()
        .fold(String::new(), |told, entity| format!("{told}, {}={}", entity.entity, short(&entity.value)));
    let felt =
        super::feelings::of(model, understanding).map_or_else(String::new, |felt| format!(" · {felt}"));
    let through = translated::through(model, understanding).map_or_else(String::new, |it| format!(" · {it}"));
    format!("{}:{intent}{entities}{felt}{through}", model.say(what))
}

fn reasons(model: &Model, why: &Why) -> String {
    let mut parts = Vec::new();
    if let Some(flow) = &why.flow {
        let node = why.node.as_ref().map(|node| format!(" › {node}")).unwrap_or_default();
        parts.push(format!("{} {flow}{node}", model.say(Text::Flow)));
    }
    if let Some(response) = &why.response {
        parts.push(format!("{} {response}", model.say(Text::Response)));
    }
    if let Some(kind) = why.repair {
        parts.push(format!("{} {}", model.say(Text::Repair), repair(kind)));
    }
    if let Some(translation) = &why.translation {
        parts.push(translated::said(model, translation));
    }
    if !why.sources.is_empty() {
        parts.push(format!("{} {}", model.say(Text::Sources), why.sources.join(", ")));
    }
    format!("{}: {}", model.say(Text::Why), parts.join(", "))
}

fn owners(model: &Model, from: &Owner, to: &Owner, by: Option<&str>) -> String {
    let by = by.map(|by| format!(" ({by})")).unwrap_or_default();
    format!("{} → {} {}{by}", owner(model, from), owner(model, to), model.say(Text::OwnerChanged))
}

fn act(model: &Model, act: &Act) -> String {
    match act {
        Act::Reply { content: said } | Act::Template { template: _, content: said } => content(said),
        Act::Correct { content: said, .. } => said.as_ref().map_or_else(|| "—".to_owned(), content),
        Act::Note { text } => text.clone(),
        Act::Speak { language } => language.clone(),
        Act::TakeOver => model.say(Text::TakeOver).to_owned(),
        Act::HandBack => model.say(Text::HandBack).to_owned(),
        Act::Close => model.say(Text::Close).to_owned(),
        Act::Assign { team } | Act::Release { team: Some(team) } => team.clone(),
        Act::Release { team: None } => model.say(Text::OwnerWaiting).to_owned(),
    }
}

/// As bot files call it.
fn repair(kind: RepairKind) -> &'static str {
    match kind {
        RepairKind::MisunderstoodOnce => "misunderstood_once",
        RepairKind::MisunderstoodTwice => "misunderstood_twice",
        RepairKind::MisunderstoodOften => "misunderstood_often",
        RepairKind::Cancel => "cancel",
        RepairKind::StartOver => "start_over",
        RepairKind::Repeat => "repeat",
        RepairKind::Person => "person",
        RepairKind::Correct => "correct",
        RepairKind::Digress => "digress",
        RepairKind::Timeout => "timeout",
        RepairKind::Denied => "denied",
    }
}

/// Document and headings, where it has any.
fn place(passage: &Passage) -> String {
    let headings = passage.headings.iter().filter(|heading| !heading.is_empty());
    let parts = std::iter::once(&passage.document).chain(headings);
    parts.map(String::as_str).collect::<Vec<_>>().join(" › ")
}

fn about_visitor(said: &str, language: Option<&str>, attributes: &BTreeMap<String, Value>) -> String {
    let attributes: Vec<String> =
        attributes.iter().map(|(name, value)| format!("{name}={}", short(value))).collect();
    format!("{said} {} {}", language.unwrap_or_default(), attributes.join(" "))
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_without_headings_is_its_document() {
        let passage = |headings: &[&str]| {
            serde_json::from_value(serde_json::json!({
                "document": "hours.md", "title": "Hours", "headings": headings, "text": "", "language": "en",
                "score": 1.0, "coverage": 1.0,
            }))
            .expect("a passage")
        };
        assert_eq!(place(&passage(&[])), "hours.md");
        assert_eq!(place(&passage(&[""])), "hours.md");
        assert_eq!(place(&passage(&["Shop", "Sunday"])), "hours.md › Shop › Sunday");
    }
}
