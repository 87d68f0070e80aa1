//! What may be said when the person has been silent for a day? A template that Meta has approved, with its gaps filled.
//! (pure)
//!
//! [`Fill::check`] says everything that Meta would refuse, before anything leaves; [`Fill::render`] writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use studio_core::{
    api::ApprovedTemplate,
    content::{Header, Source, Template, degrees},
};

use super::{
    media::{Kind, refused_link},
    outbound::Found,
    sendable::{ButtonKind, refusal},
};

/// A template as Meta knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownTemplate {
    pub name: String,
    pub language: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED` and others.
    pub status: String,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// `HEADER`, `BODY`, `FOOTER`, `BUTTONS` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a head: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION`.
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub buttons: Vec<ComponentButton>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentButton {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE` and others.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
}

/// Lengths in characters, filled in (Meta's page on templates; error 132005).
const LONGEST_BODY: usize = 1024;
const LONGEST_HEADER: usize = 60;
/// Of what is put at the end of an address, of a value that a press sends back, of a code to copy.
const LONGEST_SUFFIX: usize = 2000;
const LONGEST_PAYLOAD: usize = 128;
const LONGEST_CODE: usize = 15;

impl KnownTemplate {
    fn component(&self, kind: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.kind.eq_ignore_ascii_case(kind))
    }

    /// Whether it authenticates somebody, which Meta sends to phone numbers alone (error 131062).
    pub fn authenticates(&self) -> bool {
        self.category.eq_ignore_ascii_case("AUTHENTICATION")
    }

    fn buttons(&self) -> &[ComponentButton] {
        self.component("BUTTONS").map(|component| component.buttons.as_slice()).unwrap_or_default()
    }

    fn text_of(&self, kind: &str) -> &str {
        self.component(kind).and_then(|component| component.text.as_deref()).unwrap_or_default()
    }

    /// What who would send it must know.
    pub fn summary(&self) -> ApprovedTemplate {
        let header = self.component("HEADER").and_then(|header| {
            let format = header.format.as_deref().unwrap_or("TEXT").to_ascii_lowercase();
            (format != "text" || !gaps(self.text_of("HEADER")).is_empty()).then_some(format)
        });
        let texts = ["HEADER", "BODY", "FOOTER"].map(|kind| self.text_of(kind));
        let texts = texts.into_iter().filter(|text| !text.trim().is_empty());
        let needs = |button: &ComponentButton| match ButtonKind::of(button) {
            Some(ButtonKind::Url) => !gaps(button.url.as_deref().unwrap_or_default()).is_empty(),
            Some(ButtonKind::CopyCode) => true,
            Some(ButtonKind::QuickReply | ButtonKind::Plain) | None => false,
        };
        let buttons = self.buttons().iter().enumerate().filter(|(_, button)| needs(button));
        ApprovedTemplate {
            name: self.name.clone(),
            language: self.language.clone(),
            status: self.status.clone(),
            category: self.category.clone(),
            text: texts.collect::<Vec<_>>().join("\n\n"),
            header,
            body: gaps(self.text_of("BODY")).into_iter().map(str::to_owned).collect(),
            buttons: buttons.map(|(place, _)| place).collect(),
            unsendable: refusal(self),
        }
    }
}

/// What can be done with a template that is to be sent.
pub trait Fill {
    /// The template that is meant, among those that Meta knows.
    fn find<'k>(&self, known: &'k [KnownTemplate]) -> Result<&'k KnownTemplate, String>;

    /// Everything that Meta would refuse; empty where it can be sent.
    fn check(&self, known: &KnownTemplate) -> Vec<String>;

    /// How it reads, for those who look at the conversation.
    fn text(&self, known: &KnownTemplate) -> String;

    /// The object `template` of a message. `header` is where the head's file was found.
    fn render(&self, known: &KnownTemplate, header: Option<&Found>) -> Value;

    /// The file of the head, and what it must be.
    fn file(&self) -> Option<(&Source, Kind)>;
}

impl Fill for Template {
    fn find<'k>(&self, known: &'k [KnownTemplate]) -> Result<&'k KnownTemplate, String> {
        let named = known.iter().filter(|template| template.name == self.name).collect::<Vec<_>>();
        let in_language = |tag: &str| named.iter().find(|template| template.language == tag);
        if let Some(found) = in_language(&self.language) {
            return Ok(found);
        }
        // What a bot says is in the language of the person, of which there may be several kinds.
        let base = self.language.split('_').next().filter(|_| self.when.is_some());
        if let Some(found) = base.and_then(in_language) {
            return Ok(found);
        }
        if named.is_empty() {
            return Err(format!(
                "Meta knows no template “{}” of this account; create it in the WhatsApp Manager",
                self.name
            ));
        }
        let languages =
            named.iter().map(|template| template.language.as_str()).collect::<Vec<_>>().join(", ");
        Err(format!(
            "the template “{}” does not exist in {}, only in {languages}: have it approved in that language, or name one of these",
            self.name, self.language
        ))
    }

    fn check(&self, known: &KnownTemplate) -> Vec<String> {
        let mut problems = Vec::new();
        if !known.status.eq_ignore_ascii_case("APPROVED") {
            let status = known.status.to_ascii_lowercase();
            problems.push(format!(
                "the template “{}” is {status}, and only approved ones can be sent",
                self.name
            ));
        }
        if let Some(why) = refusal(known) {
            // No parameter helps.
            problems.push(why);
            return problems;
        }
        check_header(self, known, &mut problems);
        if let Some((Source::Url(address), kind)) = self.file() {
            let refused = refused_link(Some(kind), None, address);
            problems.extend(refused.map(|why| format!("the head takes another file: {why}")));
        }
        check_gaps("the body", known.text_of("BODY"), &self.parameters.body, LONGEST_BODY, &mut problems);
        check_buttons(self, known, &mut problems);
        problems
    }

    fn text(&self, known: &KnownTemplate) -> String {
        let head = match (&self.parameters.header, known.text_of("HEADER")) {
            (Some(Header::Text(value)), text) => filled(text, &header_values(text, value)),
            (Some(Header::Location { name, address, .. }), _) => format!("{name}\n{address}"),
            (Some(Header::Image(_) | Header::Video(_) | Header::Document { .. }) | None, text) => {
                text.to_owned()
            }
        };
        let body = filled(known.text_of("BODY"), &self.parameters.body);
        let parts = [head, body, known.text_of("FOOTER").to_owned()];
        parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    fn render(&self, known: &KnownTemplate, header: Option<&Found>) -> Value {
        let mut components = Vec::new();
        let file = |kind: &str| {
            let mut object = header.map_or_else(|| json!({}), Found::json);
            if let Some(Header::Document { name, .. }) = &self.parameters.header {
                object["filename"] = json!(name);
            }
            let mut parameter = json!({ "type": kind });
            parameter[kind] = object;
            parameter
        };
        let parameter = self.parameters.header.as_ref().map(|given| match given {
            Header::Text(value) => {
                let text =
                    known.component("HEADER").and_then(|header| header.text.as_deref()).unwrap_or_default();
                text_parameter(gaps(text).into_iter().next().unwrap_or("1"), value)
            }
            Header::Image(_) => file("image"),
            Header::Video(_) => file("video"),
            Header::Document { .. } => file("document"),
            Header::Location { latitude_microdegrees, longitude_microdegrees, name, address } => json!({
                "type": "location",
                "location": {
                    "latitude": degrees(*latitude_microdegrees),
                    "longitude": degrees(*longitude_microdegrees),
                    "name": name,
                    "address": address,
                },
            }),
        });
        if let Some(parameter) = parameter {
            components.push(json!({ "type": "header", "parameters": [parameter] }));
        }
        let body =
            known.component("BODY").and_then(|component| component.text.as_deref()).unwrap_or_default();
        let filled = gaps(body)
            .into_iter()
            .filter_map(|gap| self.parameters.body.get(gap).map(|value| text_parameter(gap, value)));
        let filled = filled.collect::<Vec<_>>();
        if !filled.is_empty() {
            components.push(json!({ "type": "body", "parameters": filled }));
        }
        for (place, button) in known.buttons().iter().enumerate() {
            let Some(value) = self.parameters.buttons.get(&place) else { continue };
            let (kind, parameter) = match ButtonKind::of(button) {
                Some(ButtonKind::Url) => ("url", json!({ "type": "text", "text": value })),
                Some(ButtonKind::CopyCode) => {
                    ("copy_code", json!({ "type": "coupon_code", "coupon_code": value }))
                }
                Some(ButtonKind::QuickReply) => {
                    ("quick_reply", json!({ "type": "payload", "payload": value }))
                }
                // Refused before.
                Some(ButtonKind::Plain) | None => continue,
            };
            components.push(json!({
                "type": "button",
                "sub_type": kind,
                "index": place.to_string(),
                "parameters": [parameter],
            }));
        }
        let mut template = json!({
            "name": self.name,
            "language": { "policy": "deterministic", "code": known.language },
        });
        if !components.is_empty() {
            template["components"] = json!(components);
        }
        template
    }

    fn file(&self) -> Option<(&Source, Kind)> {
        match self.parameters.header.as_ref()? {
            Header::Text(_) | Header::Location { .. } => None,
            Header::Image(source) => Some((source, Kind::Image)),
            Header::Video(source) => Some((source, Kind::Video)),
            Header::Document { source, .. } => Some((source, Kind::Document)),
        }
    }
}

fn check_header(template: &Template, known: &KnownTemplate, problems: &mut Vec<String>) {
    let header = known.component("HEADER");
    let format = header.map(|header| header.format.as_deref().unwrap_or("TEXT").to_ascii_uppercase());
    let text = header.and_then(|header| header.text.as_deref()).unwrap_or_default();
    let gap = gaps(text).into_iter().next();
    let given = template.parameters.header.as_ref();
    let fits = match (format.as_deref(), gap, given) {
        (None, _, None)
        | (Some("TEXT"), None, None)
        | (Some("IMAGE"), _, Some(Header::Image(_)))
        | (Some("VIDEO"), _, Some(Header::Video(_)))
        | (Some("DOCUMENT"), _, Some(Header::Document { .. })) => true,
        (Some("TEXT"), Some(_), Some(Header::Text(value))) => {
            check_gaps("the head", text, &header_values(text, value), LONGEST_HEADER, problems);
            true
        }
        (Some("LOCATION"), _, Some(Header::Location { name, address, .. })) => {
            check_value("the name of the head's place", name, usize::MAX, problems);
            check_value("the address of the head's place", address, usize::MAX, problems);
            true
        }
        (_, _, None) => {
            let wants = format.as_deref().unwrap_or_default().to_ascii_lowercase();
            problems.push(format!("the head needs a parameter: {wants}"));
            true
        }
        (_, _, Some(_)) => false,
    };
    if !fits {
        let has = match format.as_deref() {
            None => "has no head".to_owned(),
            Some(format) => format!("has a head of the kind {}", format.to_ascii_lowercase()),
        };
        problems.push(format!("the parameter of the head does not fit: the template {has}"));
    }
}

fn check_buttons(template: &Template, known: &KnownTemplate, problems: &mut Vec<String>) {
    let buttons = known.buttons();
    for place in template.parameters.buttons.keys() {
        if *place >= buttons.len() {
            problems.push(format!(
                "there is no button {place}: the template has {}, counted from 0",
                buttons.len()
            ));
        }
    }
    for (place, button) in buttons.iter().enumerate() {
        let given = template.parameters.buttons.get(&place);
        let (needed, longest) = match ButtonKind::of(button) {
            Some(ButtonKind::Url) => {
                (!gaps(button.url.as_deref().unwrap_or_default()).is_empty(), LONGEST_SUFFIX)
            }
            Some(ButtonKind::CopyCode) => (true, LONGEST_CODE),
            Some(ButtonKind::QuickReply) => {
                if given.is_some_and(|value| value.len() > LONGEST_PAYLOAD) {
                    problems.push(format!("the value of button {place} may have {LONGEST_PAYLOAD} bytes"));
                }
                continue;
            }
            Some(ButtonKind::Plain) => (false, 0),
            // Refused before.
            None => continue,
        };
        match given {
            None if needed => problems.push(format!("button {place} needs a parameter")),
            Some(_) if !needed => problems.push(format!("button {place} takes no parameter")),
            Some(value) => check_value(&format!("button {place}"), value, longest, problems),
            None => {}
        }
    }
}

fn text_parameter(gap: &str, value: &str) -> Value {
    let mut parameter = json!({ "type": "text", "text": value });
    if gap.parse::<u32>().is_err() {
        parameter["parameter_name"] = json!(gap);
    }
    parameter
}

fn check_gaps(
    place: &str,
    text: &str,
    values: &BTreeMap<String, String>,
    longest: usize,
    problems: &mut Vec<String>,
) {
    let wanted = gaps(text).into_iter().collect::<BTreeSet<_>>();
    for gap in &wanted {
        match values.get(*gap) {
            None => problems.push(format!("{place} needs the parameter {gap}")),
            Some(value) => {
                check_value(&format!("the parameter {gap} of {place}"), value, usize::MAX, problems);
            }
        }
    }
    for name in values.keys().filter(|name| !wanted.contains(name.as_str())) {
        problems.push(format!("{place} has no parameter {name}"));
    }
    let length = filled(text, values).chars().count();
    if length > longest {
        problems
            .push(format!("{place} has {length} characters with these parameters, and may have {longest}"));
    }
}

/// Meta refuses line breaks, tabs and more than four spaces in a row (error 132018).
fn check_value(place: &str, value: &str, longest: usize, problems: &mut Vec<String>) {
    if value.trim().is_empty() {
        problems.push(format!("{place} is empty"));
    }
    if value.chars().any(char::is_control) || value.contains("     ") {
        problems
            .push(format!("{place} may hold no line break, no tab and no more than four spaces in a row"));
    }
    if value.chars().count() > longest {
        problems.push(format!("{place} may have {longest} characters"));
    }
}

/// The only gap of a head with its value.
fn header_values(text: &str, value: &str) -> BTreeMap<String, String> {
    gaps(text).into_iter().take(1).map(|gap| (gap.to_owned(), value.to_owned())).collect()
}

/// A text with its gaps filled, as [`gaps`] finds them. What a value says is nobody's gap.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((gap, behind)) = after.split_once("}}")
    {
        whole.push_str(before);
        if let Some(value) = values.get(gap) {
            whole.push_str(value);
        } else {
            whole.extend(["{{", gap, "}}"]);
        }
        rest = behind;
    }
    whole.push_str(rest);
    whole
}

/// What stands between double braces, in order, each once.
fn gaps(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((gap, behind)) = after.split_once("}}") else { break };
        let named = !gap.is_empty() && gap.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if named && !found.contains(&gap) {
            found.push(gap);
        }
        rest = behind;
    }
    found
}
