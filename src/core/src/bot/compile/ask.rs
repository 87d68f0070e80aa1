//! How does a question become a node, and what counts as its answer?

use serde_json::Value;

use super::{content::saying, flow::Flattening, settings::out_of_range, text};
use crate::{
    bot::{
        Ask, Choice, Complaint, Expects, Saying, SlotKind,
        code::Code,
        problem::{Place, Thing},
        source::{
            AskKind, AskStep, ComplaintSource, InvalidSource, MISFITS, OptionSource, Steps, TitleSource,
        },
        suggest,
        yaml::At,
    },
    dialogue::{read_time, write_time},
};

/// Largest file that is taken where the step does not say: 10 MB.
const MAX_BYTES: u64 = 10_000_000;
const MOST_RETRIES: u32 = 10;

pub fn compile<'a>(step: &'a AskStep, flow: &mut Flattening<'a, '_>, path: &str, next: Option<usize>) -> Ask {
    let kind = kind(step, flow);
    foreign_keys(step, kind, flow);
    bounded(step.retries, step.place, flow);
    Ask {
        slot: step.slot.value.clone(),
        question: question(step, flow),
        expects: expects(step, kind, flow),
        invalid: complaints(step.invalid.as_ref(), step.retries, kind, flow),
        retries: step.retries,
        otherwise: branch(step.otherwise.as_ref(), flow, &format!("{path}.otherwise"), next),
        unknown: branch(step.unknown.as_ref(), flow, &format!("{path}.unknown"), next),
        always: step.always,
        form: step.form.as_ref().map(saying),
    }
}

/// Reports more retries than anybody has patience for.
pub fn bounded(retries: u32, place: Place, flow: &mut Flattening<'_, '_>) {
    if retries > MOST_RETRIES {
        let hint = format!("write a number from 0 to {MOST_RETRIES}");
        out_of_range(place, &format!("`retries` is {retries}"), &hint, flow.problems);
    }
}

/// The kind that is written, or follows from other keys, or is that of the slot.
fn kind(step: &AskStep, flow: &Flattening<'_, '_>) -> AskKind {
    if let Some(kind) = step.kind {
        return kind.value;
    }
    if step.pattern.is_some() {
        return AskKind::Regex;
    }
    if step.options.is_some() {
        return AskKind::Choice;
    }
    let slots = flow.context.source.bot.as_ref().map(|bot| &bot.slots);
    let slot = slots.and_then(|slots| slots.iter().find(|(name, _)| name.value == step.slot.value));
    match slot.map(|(_, slot)| slot.kind) {
        Some(SlotKind::Number) => AskKind::Number,
        Some(SlotKind::YesNo) => AskKind::YesNo,
        Some(SlotKind::Email) => AskKind::Email,
        Some(SlotKind::Phone) => AskKind::Phone,
        Some(SlotKind::Date) => AskKind::Date,
        Some(SlotKind::Time) => AskKind::Time,
        Some(SlotKind::Choice) => AskKind::Choice,
        Some(SlotKind::File) => AskKind::File,
        Some(SlotKind::Text | SlotKind::Any) | None => AskKind::Text,
    }
}

/// Reports keys that mean nothing for this kind of answer.
fn foreign_keys(step: &AskStep, kind: AskKind, flow: &mut Flattening<'_, '_>) {
    if kind == AskKind::Misspelt {
        return;
    }
    let bounds: &[AskKind] = &[AskKind::Text, AskKind::Number, AskKind::Date, AskKind::Time];
    let keys: [(&str, Option<Place>, &[AskKind]); 7] = [
        ("pattern", step.pattern.as_ref().map(|at| at.place), &[AskKind::Regex]),
        ("min", step.min.as_ref().map(|at| at.place), bounds),
        ("max", step.max.as_ref().map(|at| at.place), bounds),
        ("whole", step.whole.as_ref().map(|at| at.place), &[AskKind::Number]),
        ("options", step.options.as_ref().map(|at| at.place), &[AskKind::Choice]),
        ("types", step.types.as_ref().map(|at| at.place), &[AskKind::File]),
        ("max_size", step.max_size.as_ref().map(|at| at.place), &[AskKind::File]),
    ];
    for (key, place, kinds) in keys {
        if let Some(place) = place
            && !kinds.contains(&kind)
        {
            let message = format!("`{key}` means nothing for this kind of answer");
            flow.problems.report(Code::ConflictingKeys, place, message, "remove it, or change `kind`");
        }
    }
}

/// What is written, or the response `ask_<slot>`.
fn question(step: &AskStep, flow: &mut Flattening<'_, '_>) -> Saying {
    if let Some(question) = &step.question {
        return saying(question);
    }
    let name = format!("ask_{}", step.slot.value);
    if !flow.context.responses.contains(name.as_str()) && !flow.problems.may_define(Thing::Response, &name) {
        let message = format!("`ask: {}` needs a question", step.slot.value);
        let hint = format!("add `question: …`, or a response `{name}`");
        flow.problems.report(Code::MissingField, step.place, message, hint);
    }
    Saying::Named(name)
}

/// What is said of answers that do not fit; what could never be said is reported.
pub fn complaints(
    invalid: Option<&InvalidSource>,
    retries: u32,
    asked: AskKind,
    flow: &mut Flattening<'_, '_>,
) -> Vec<Complaint> {
    let all = invalid.into_iter().flat_map(|invalid| &invalid.0);
    all.map(|ComplaintSource { kind, attempt, saying: said }| {
        let foreign = kind.filter(|kind| {
            let is_known = asked != AskKind::Misspelt;
            is_known && !MISFITS.iter().any(|(_, known, asks)| *known == kind.value && asks.contains(&asked))
        });
        if let Some(kind) = foreign {
            let of_kind =
                MISFITS.iter().filter(|(_, _, asks)| asks.contains(&asked)).map(|(name, _, _)| *name);
            let hint = suggest::hint("", of_kind, "remove it");
            let message = "this failure does not happen to this kind of answer";
            flow.problems.report(Code::ConflictingKeys, kind.place, message, hint);
        }
        if attempt.value > retries.max(1) {
            let message = format!("this is never said: the question is asked again {retries} times");
            out_of_range(attempt.place, &message, "raise `retries`, or remove it", flow.problems);
        }
        Complaint { kind: kind.map(|kind| kind.value), attempt: attempt.value, saying: saying(said) }
    })
    .collect()
}

fn branch<'a>(
    steps: Option<&'a Steps>,
    flow: &mut Flattening<'a, '_>,
    path: &str,
    next: Option<usize>,
) -> Option<usize> {
    flow.steps_or_end(steps?, path, next)
}

fn expects(step: &AskStep, kind: AskKind, flow: &mut Flattening<'_, '_>) -> Expects {
    match kind {
        AskKind::Text => {
            let [min, max] = [&step.min, &step.max].map(|bound| length(bound.as_ref(), flow));
            ordered(step, min.is_some_and(|min| max.is_some_and(|max| min > max)), flow);
            Expects::Text { min, max }
        }
        AskKind::Number => {
            let [min, max] = [&step.min, &step.max].map(|bound| number(bound.as_ref(), flow));
            ordered(step, min.is_some_and(|min| max.is_some_and(|max| min > max)), flow);
            Expects::Number { min, max, whole: step.whole.is_some_and(|whole| whole.value) }
        }
        AskKind::Misspelt => Expects::Text { min: None, max: None },
        AskKind::Email => Expects::Email,
        AskKind::Phone => Expects::Phone,
        AskKind::Date => {
            let [min, max] = [&step.min, &step.max].map(|bound| date(bound.as_ref(), flow));
            let both_dates = min.as_deref() != Some("today") && max.as_deref() != Some("today");
            ordered(step, both_dates && min.is_some() && max.is_some() && min > max, flow);
            Expects::Date { min, max }
        }
        AskKind::Time => {
            let [min, max] = [&step.min, &step.max].map(|bound| time(bound.as_ref(), flow));
            // From 18:00 to 02:00 goes over midnight.
            Expects::Time { min, max }
        }
        AskKind::Choice => {
            let options = step.options.as_ref().map_or(&[][..], |options| &options.value);
            if options.is_empty() {
                let hint = "add `options: [{ value: …, title: { en: … } }]`";
                flow.problems.report(Code::MissingField, step.place, "a choice needs `options`", hint);
            }
            let languages: Vec<String> = (flow.context.source.bot.iter())
                .flat_map(|bot| bot.languages.iter().map(|language| language.value.clone()))
                .collect();
            Expects::Choice { options: options.iter().map(|it| choice(it, &languages)).collect() }
        }
        AskKind::Regex => {
            if step.pattern.is_none() {
                let hint = "add `pattern: '…'` in single quotes";
                flow.problems.report(Code::MissingField, step.place, "kind regex needs a `pattern`", hint);
            }
            Expects::Regex { pattern: text(step.pattern.as_ref()).unwrap_or_default() }
        }
        AskKind::File => Expects::File {
            types: step.types.as_ref().map(|types| super::texts(&types.value)).unwrap_or_default(),
            max_bytes: step.max_size.map_or(MAX_BYTES, |size| size.value.0),
        },
        AskKind::YesNo => Expects::YesNo,
    }
}

fn choice(source: &OptionSource, languages: &[String]) -> Choice {
    let title = match &source.title {
        TitleSource::Same(title) => {
            languages.iter().map(|language| (language.clone(), title.value.clone())).collect()
        }
        TitleSource::ByLanguage { titles, .. } => {
            titles.iter().map(|(language, title)| (language.value.clone(), title.value.clone())).collect()
        }
    };
    let synonyms = source.synonyms.iter().map(|synonym| synonym.value.clone()).collect();
    Choice { value: source.value.value.clone(), title, synonyms }
}

fn ordered(step: &AskStep, reversed: bool, flow: &mut Flattening<'_, '_>) {
    if let Some(min) = &step.min
        && reversed
    {
        out_of_range(min.place, "`min` is greater than `max`", "swap the two", flow.problems);
    }
}

fn length(bound: Option<&At<Value>>, flow: &mut Flattening<'_, '_>) -> Option<usize> {
    let bound = bound?;
    let length = bound.value.as_u64().and_then(|number| usize::try_from(number).ok());
    if length.is_none() {
        let message = format!("{} is not a length", bound.value);
        out_of_range(bound.place, &message, "write a number of characters", flow.problems);
    }
    length
}

fn number(bound: Option<&At<Value>>, flow: &mut Flattening<'_, '_>) -> Option<f64> {
    let bound = bound?;
    let number = bound.value.as_f64();
    if number.is_none() {
        let message = format!("{} is not a number", bound.value);
        out_of_range(bound.place, &message, "write a number without quotes", flow.problems);
    }
    number
}

fn date(bound: Option<&At<Value>>, flow: &mut Flattening<'_, '_>) -> Option<String> {
    let bound = bound?;
    let word =
        bound.value.as_str().filter(|text| *text == "today" || text.parse::<jiff::civil::Date>().is_ok());
    if word.is_none() {
        let message = format!("{} is not a date", bound.value);
        out_of_range(bound.place, &message, "write `today`, or a date such as `2026-12-24`", flow.problems);
    }
    word.map(str::to_owned)
}

fn time(bound: Option<&At<Value>>, flow: &mut Flattening<'_, '_>) -> Option<String> {
    let bound = bound?;
    let minutes = bound.value.as_str().and_then(read_time);
    if minutes.is_none() {
        let message = format!("{} is not a time of day", bound.value);
        out_of_range(bound.place, &message, "write a time such as `'17:30'`, in quotes", flow.problems);
    }
    minutes.map(write_time)
}
