//! Do patterns, addresses, titles and places hold what they must?

use std::collections::BTreeSet;

use jiff::{Timestamp, civil};

use super::uses::Uses;
use crate::{
    bot::{
        code::Code,
        problem::{Place, Problems},
        source::{Body, Press, Source},
        yaml::{At, Text, shorten},
    },
    content::{LINK_SCHEMES, SOURCE_SCHEMES},
    dialogue::answer_pattern,
    understanding::entity_pattern,
};

/// From how many characters on the channel that has least room cuts a title. `WhatsApp` shows a long title as the row of a list, whole in
/// the row's description; where that is taken it is cut.
const BUTTON: (&str, usize) = ("Telegram", 64);
const ROW: (&str, usize) = ("WhatsApp", 72);
const DESCRIBED_ROW: (&str, usize) = ("WhatsApp", 24);

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    for (_, entity) in source.entities.iter() {
        let Some(pattern) = &entity.pattern else { continue };
        if regex(pattern, entity_pattern, problems).is_some_and(|regex| regex.is_match("")) {
            let message = "this pattern finds the entity in an empty text, so in every message";
            problems.report(Code::EmptyMatch, pattern.place, message, "write `+` in place of `*`");
        }
        if let Some(fuzzy) = entity.fuzzy {
            let message = "`fuzzy` means nothing for a pattern";
            problems.report(Code::FuzzyPattern, fuzzy.place, message, "remove it");
        }
    }
    for pattern in &uses.patterns {
        regex(pattern, answer_pattern, problems);
    }
    for written in &uses.moments {
        moment(written, problems);
    }
    for address in &uses.addresses {
        url(address, &SOURCE_SCHEMES, problems);
    }
    for link in &uses.links {
        url(link, &LINK_SCHEMES, problems);
    }
    for button in &uses.quick_replies {
        if let Press::Link(link) = &button.press {
            let message = "a quick reply with a link sends nothing back";
            problems.report(Code::QuickReplyLink, link.place, message, "write it under `buttons`");
        }
        title(&button.title, BUTTON, problems);
    }
    for button in &uses.buttons {
        title(&button.title, BUTTON, problems);
    }
    for row in &uses.rows {
        title(&row.title, if row.description.is_some() { DESCRIBED_ROW } else { ROW }, problems);
    }
    options(uses, problems);
    for message in &uses.messages {
        contents(&message.body, message.place, problems);
    }
}

/// A moment that stands there as it is; one that is made in the conversation shows only then what it is.
fn moment(written: &Text, problems: &mut Problems) {
    let text = written.value.trim();
    let is_made = text.starts_with('=') || text.contains("{{") || text.contains("{%");
    if is_made || text.parse::<Timestamp>().is_ok() || text.parse::<civil::DateTime>().is_ok() {
        return;
    }
    problems.report(
        Code::InvalidBound,
        written.place,
        format!("`{}` is not a date and time", shorten(&written.value)),
        "write one such as 2026-12-24T09:00, a template of one, or `= …`; a span of time is `wait: 10m`",
    );
}

fn regex<T>(
    pattern: &Text,
    compile: impl Fn(&str) -> Result<T, regex::Error>,
    problems: &mut Problems,
) -> Option<T> {
    match compile(&pattern.value) {
        Ok(compiled) => Some(compiled),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let message = format!("`{}` is not a regular expression: {reason}", shorten(&pattern.value));
            let hint = "write it in single quotes; look-around and back references do not exist";
            problems.report(Code::InvalidRegex, pattern.place, message, hint);
            None
        }
    }
}

/// An address may be a template; then its beginning must show the scheme, or be a template as well.
fn url(address: &Text, schemes: &[&str], problems: &mut Problems) {
    let text = address.value.trim();
    if text.starts_with("{{") || text.starts_with("{%") {
        return;
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_allowed = scheme.is_some_and(|scheme| schemes.contains(&scheme.as_str()));
    let is_template = text.contains("{{") || text.contains("{%");
    if !is_allowed || !is_template && url::Url::parse(text).is_err() {
        let message = format!("`{}` is not an address that can be opened", shorten(text));
        let schemes = schemes.iter().map(|scheme| format!("`{scheme}:`")).collect::<Vec<_>>().join(", ");
        problems.report(
            Code::InvalidUrl,
            address.place,
            message,
            format!("write a whole address with {schemes}"),
        );
    }
}

fn title(title: &Text, (channel, longest): (&str, usize), problems: &mut Problems) {
    let length = title.value.chars().count();
    if length > longest && !title.value.contains("{{") {
        let message = format!("the title has {length} characters; {channel} cuts it after {longest}");
        problems.report(Code::LongTitle, title.place, message, "write a shorter title");
    }
}

fn options(uses: &Uses, problems: &mut Problems) {
    for options in &uses.options {
        let mut values = BTreeSet::new();
        for option in *options {
            if !values.insert(option.value.value.as_str()) {
                let message = format!("`{}` is among these options twice", option.value.value);
                problems.report(Code::SameChoice, option.value.place, message, "remove one of the two");
            }
        }
    }
}

fn contents(body: &Body, place: Place, problems: &mut Problems) {
    match body {
        Body::Text { text, .. } | Body::Buttons { text, .. } | Body::List { text, .. } => {
            if text.value.trim().is_empty() {
                problems.report(Code::NothingToSay, text.place, "this text is empty", "write a text");
            }
            if let Body::List { list, .. } = body
                && list.sections.iter().all(|section| section.rows.is_empty())
            {
                problems.report(Code::NothingToSay, list.place, "this list is empty", "add rows to it");
            }
        }
        Body::Carousel(cards) => {
            if cards.is_empty() {
                problems.report(Code::NothingToSay, place, "this carousel is empty", "add cards to it");
            }
        }
        Body::Location(location) => {
            degrees("latitude", location.latitude, 90.0, problems);
            degrees("longitude", location.longitude, 180.0, problems);
        }
        Body::Card(_) | Body::Image(_) | Body::File(_) => {}
    }
}

fn degrees(name: &str, number: At<f64>, most: f64, problems: &mut Problems) {
    if number.value.abs() > most {
        let message = format!("`{name}` is {}", number.value);
        problems.report(
            Code::InvalidBound,
            number.place,
            message,
            format!("write degrees from -{most} to {most}"),
        );
    }
}
