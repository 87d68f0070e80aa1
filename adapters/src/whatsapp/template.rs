//! What may be said when the person has been silent for a day? A template that Meta has approved, with its gaps filled.
//! (pure)
//!
//! [`Template::check`] says everything that Meta would refuse, before anything leaves; [`Template::render`] writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use studio_core::content::Source;

use super::outbound::Found;

/// A template to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub name: String,
    /// As Meta writes it: `en_US`, `de`.
    pub language: String,
    #[serde(default)]
    pub parameters: Parameters,
}

/// What fills its gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    pub header: Option<Header>,
    /// By what stands between the braces: `1`, `2` or a name.
    pub body: BTreeMap<String, String>,
    /// By the button's place, from 0: the end of its address, the code to copy, or the value that a press sends back.
    pub buttons: BTreeMap<usize, String>,
}

/// What fills the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Its only gap.
    Text(String),
    Image(Source),
    Video(Source),
    Document {
        source: Source,
        name: String,
    },
}

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

    fn buttons(&self) -> &[ComponentButton] {
        self.component("BUTTONS").map(|component| component.buttons.as_slice()).unwrap_or_default()
    }
}

impl Template {
    /// The template that is meant, among those that Meta knows.
    pub fn find<'k>(&self, known: &'k [KnownTemplate]) -> Result<&'k KnownTemplate, String> {
        let named = known.iter().filter(|template| template.name == self.name).collect::<Vec<_>>();
        if let Some(found) = named.iter().find(|template| template.language == self.language) {
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
        Err(format!("the template “{}” does not exist in {}, only in {languages}", self.name, self.language))
    }

    /// Everything that Meta would refuse; empty where it can be sent.
    pub fn check(&self, known: &KnownTemplate) -> Vec<String> {
        let mut problems = Vec::new();
        if !known.status.eq_ignore_ascii_case("APPROVED") {
            let status = known.status.to_ascii_lowercase();
            problems.push(format!(
                "the template “{}” is {status}, and only approved ones can be sent",
                self.name
            ));
        }
        self.check_header(known, &mut problems);
        let body =
            known.component("BODY").and_then(|component| component.text.as_deref()).unwrap_or_default();
        check_gaps("the body", body, &self.parameters.body, LONGEST_BODY, &mut problems);
        self.check_buttons(known, &mut problems);
        problems
    }

    fn check_header(&self, known: &KnownTemplate, problems: &mut Vec<String>) {
        let header = known.component("HEADER");
        let format = header.map(|header| header.format.as_deref().unwrap_or("TEXT").to_ascii_uppercase());
        let text = header.and_then(|header| header.text.as_deref()).unwrap_or_default();
        let gap = gaps(text).into_iter().next();
        let given = self.parameters.header.as_ref();
        let fits = match (format.as_deref(), gap, given) {
            (None, _, None)
            | (Some("TEXT"), None, None)
            | (Some("IMAGE"), _, Some(Header::Image(_)))
            | (Some("VIDEO"), _, Some(Header::Video(_)))
            | (Some("DOCUMENT"), _, Some(Header::Document { .. })) => true,
            (Some("TEXT"), Some(gap), Some(Header::Text(value))) => {
                let values = BTreeMap::from([(gap.to_owned(), value.clone())]);
                check_gaps("the head", text, &values, LONGEST_HEADER, problems);
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

    fn check_buttons(&self, known: &KnownTemplate, problems: &mut Vec<String>) {
        let buttons = known.buttons();
        for place in self.parameters.buttons.keys() {
            if *place >= buttons.len() {
                problems.push(format!(
                    "there is no button {place}: the template has {}, counted from 0",
                    buttons.len()
                ));
            }
        }
        for (place, button) in buttons.iter().enumerate() {
            let given = self.parameters.buttons.get(&place);
            let (needed, longest) = match button.kind.to_ascii_uppercase().as_str() {
                "URL" => (!gaps(button.url.as_deref().unwrap_or_default()).is_empty(), LONGEST_SUFFIX),
                "COPY_CODE" => (true, LONGEST_CODE),
                "QUICK_REPLY" => {
                    if given.is_some_and(|value| value.len() > LONGEST_PAYLOAD) {
                        problems
                            .push(format!("the value of button {place} may have {LONGEST_PAYLOAD} bytes"));
                    }
                    continue;
                }
                _ => (false, 0),
            };
            match given {
                None if needed => problems.push(format!("button {place} needs a parameter")),
                Some(_) if !needed => problems.push(format!("button {place} takes no parameter")),
                Some(value) => check_value(&format!("button {place}"), value, longest, problems),
                None => {}
            }
        }
    }

    /// The object `template` of a message. `header` is where the head's file was found.
    pub fn render(&self, known: &KnownTemplate, header: Option<&Found>) -> Value {
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
            let (kind, parameter) = match button.kind.to_ascii_uppercase().as_str() {
                "URL" => ("url", json!({ "type": "text", "text": value })),
                "COPY_CODE" => ("copy_code", json!({ "type": "coupon_code", "coupon_code": value })),
                _ => ("quick_reply", json!({ "type": "payload", "payload": value })),
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
            "language": { "policy": "deterministic", "code": self.language },
        });
        if !components.is_empty() {
            template["components"] = json!(components);
        }
        template
    }

    /// The file of the head.
    pub fn file(&self) -> Option<&Source> {
        match self.parameters.header.as_ref()? {
            Header::Text(_) => None,
            Header::Image(source) | Header::Video(source) | Header::Document { source, .. } => Some(source),
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
    let mut filled = text.to_owned();
    for gap in &wanted {
        match values.get(*gap) {
            None => problems.push(format!("{place} needs the parameter {gap}")),
            Some(value) => {
                check_value(&format!("the parameter {gap} of {place}"), value, usize::MAX, problems);
                filled = filled.replace(&format!("{{{{{gap}}}}}"), value);
            }
        }
    }
    for name in values.keys().filter(|name| !wanted.contains(name.as_str())) {
        problems.push(format!("{place} has no parameter {name}"));
    }
    let length = filled.chars().count();
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
