//! Templates: what there is, and whether a message fits one.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    World,
    api::{Answer, GraphError, Parameters},
    world::State,
};

/// The templates, page by page. A cursor is the number of those before.
pub fn list(world: &World, parameters: &Parameters, host: &str) -> Value {
    let number = |name: &str| parameters.get(name).and_then(|value| value.parse::<usize>().ok());
    let limit = number("limit").unwrap_or(25).clamp(1, 500);
    let from = number("after").unwrap_or_default();
    let state = world.state();
    let named =
        |template: &&Value| parameters.get("name").is_none_or(|name| template["name"] == name.as_str());
    let all = state.templates.iter().filter(named).collect::<Vec<_>>();
    let page = all.iter().skip(from).take(limit).map(|template| chosen(template, parameters.get("fields")));
    let page = page.collect::<Vec<_>>();
    let to = from + page.len();
    let mut paging = json!({ "cursors": { "before": from.to_string(), "after": to.to_string() } });
    if to < all.len() {
        paging["next"] = json!(format!(
            "http://{host}/v23.0/{}/message_templates?limit={limit}&after={to}",
            world.settings.account_id
        ));
    }
    let mut answer = json!({ "data": page, "paging": paging });
    if parameters.contains_key("summary") {
        answer["summary"] = json!({
            "total_count": all.len(),
            "message_template_count": state.templates.len(),
            "message_template_limit": 250,
            "are_translations_complete": true,
        });
    }
    answer
}

fn chosen(template: &Value, fields: Option<&String>) -> Value {
    let Some(fields) = fields else { return template.clone() };
    let mut chosen = json!({ "id": template["id"] });
    for field in fields.split(',').filter(|field| template.get(*field).is_some()) {
        chosen[field] = template[field].clone();
    }
    chosen
}

pub fn create(world: &World, mut template: Value) -> Answer {
    let name = template["name"].as_str().unwrap_or_default().to_owned();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || name.len() > 512 || !name.bytes().all(allowed) {
        return Err(
            GraphError::new(100, "(#100) Invalid parameter").details("Message template name is not valid")
        );
    }
    if template["language"].as_str().is_none() || template["components"].as_array().is_none() {
        return Err(GraphError::new(100, "(#100) The parameter language and components are required."));
    }
    let category = template["category"].as_str().unwrap_or_default().to_owned();
    if !["MARKETING", "UTILITY", "AUTHENTICATION"].contains(&category.as_str()) {
        return Err(GraphError::new(
            100,
            "(#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}",
        ));
    }
    let mut state = world.state();
    let twin = state
        .templates
        .iter()
        .any(|known| known["name"] == name && known["language"] == template["language"]);
    if twin {
        return Err(GraphError::new(100, "(#100) Invalid parameter")
            .details("There is already content in this language"));
    }
    let id = (2_000_000_000_000_000 + state.number()).to_string();
    template["id"] = json!(id);
    template["status"] = json!("PENDING");
    if template.get("parameter_format").is_none() {
        template["parameter_format"] = json!("POSITIONAL");
    }
    state.templates.push(template);
    Ok(json!({ "id": id, "status": "PENDING", "category": category }))
}

pub fn delete(world: &World, parameters: &Parameters) -> Answer {
    let Some(name) = parameters.get("name") else {
        return Err(GraphError::new(100, "(#100) The parameter name is required."));
    };
    let mut state = world.state();
    let before = state.templates.len();
    state.templates.retain(|template| template["name"] != name.as_str());
    if state.templates.len() == before {
        return Err(
            GraphError::new(100, "(#100) Invalid parameter").details("Message template was not found")
        );
    }
    Ok(json!({ "success": true }))
}

/// Whether a message is of a template of the kind that authenticates, which Meta sends to phone numbers alone.
pub fn authenticates(state: &State, object: &Value) -> bool {
    let known = meant(state, &object["name"], &object["language"]["code"]);
    known.is_some_and(|known| known["category"] == "AUTHENTICATION")
}

fn meant<'s>(state: &'s State, name: &Value, code: &Value) -> Option<&'s Value> {
    state.templates.iter().find(|known| known["name"] == *name && known["language"] == *code)
}

/// Whether a message fits a template that may be sent.
pub fn check(state: &State, object: &Map<String, Value>) -> Result<(), GraphError> {
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    let code = object.get("language").and_then(|language| language["code"].as_str()).unwrap_or_default();
    let known = meant(state, &json!(name), &json!(code));
    let unknown = || {
        GraphError::new(132_001, "(#132001) Template name does not exist in the translation")
            .with(StatusCode::NOT_FOUND)
            .details(format!("template name ({name}) does not exist in {code}"))
    };
    let known = known.ok_or_else(unknown)?;
    match known["status"].as_str().unwrap_or_default() {
        "APPROVED" => {}
        "PAUSED" => return Err(GraphError::new(132_015, "(#132015) Template is Paused")),
        "DISABLED" => return Err(GraphError::new(132_016, "(#132016) Template is Disabled")),
        _ => return Err(unknown()),
    }
    let given = object.get("components").unwrap_or(&Value::Null);
    fits("", &known["components"], given)?;
    kept(state, given)
}

/// Whether the files are there that a head names by id.
fn kept(state: &State, given: &Value) -> Result<(), GraphError> {
    let parameters = given.as_array().into_iter().flatten().filter_map(|part| part["parameters"].as_array());
    for parameter in parameters.flatten() {
        let named =
            ["image", "video", "document"].into_iter().find_map(|kind| parameter[kind]["id"].as_str());
        if let Some(id) = named.filter(|id| !state.media.contains_key(*id)) {
            return Err(GraphError::invalid(format!("Media ID {id} does not exist")));
        }
    }
    Ok(())
}

/// Whether what is given fills the components of a template, or of one of its cards (`within`), and nothing else.
fn fits(within: &str, parts: &Value, given: &Value) -> Result<(), GraphError> {
    let given = given.as_array().map(Vec::as_slice).unwrap_or_default();
    let of_kind = |kind: &str| given.iter().find(|component| component["type"] == kind);
    for part in parts.as_array().into_iter().flatten() {
        let kind = part["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        let place = format!("{within}{kind}");
        let parameters = of_kind(&kind).and_then(|component| component["parameters"].as_array());
        let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
        match kind.as_str() {
            "header" | "body" => match part["format"].as_str() {
                Some("TEXT") | None => {
                    let wanted = gaps(part["text"].as_str().unwrap_or_default());
                    counted(&place, wanted.len(), parameters.len())?;
                    texts(&place, &wanted, parameters)?;
                }
                Some(format) => {
                    counted(&place, 1, parameters.len())?;
                    formed(&place, &format.to_ascii_lowercase(), &parameters[0])?;
                }
            },
            "buttons" => {
                for (index, button) in part["buttons"].as_array().into_iter().flatten().enumerate() {
                    // Meta's own examples have the place as a text and as a number.
                    let written = index.to_string();
                    let one = given.iter().find(|component| {
                        let place = &component["index"];
                        component["type"] == "button" && (*place == written || *place == index)
                    });
                    pressed(within, index, button, one)?;
                }
            }
            "limited_time_offer" => {
                let expires = part["limited_time_offer"]["has_expiration"] == true;
                counted(&place, usize::from(expires), parameters.len())?;
                if expires {
                    formed(&place, "limited_time_offer", &parameters[0])?;
                }
            }
            "carousel" => {
                let cards = part["cards"].as_array().map(Vec::as_slice).unwrap_or_default();
                let filled = of_kind("carousel").and_then(|component| component["cards"].as_array());
                let filled = filled.map(Vec::as_slice).unwrap_or_default();
                counted(&place, cards.len(), filled.len())?;
                for (index, card) in cards.iter().enumerate() {
                    let one = filled.iter().find(|one| one["card_index"] == index);
                    let components = one.map_or(&Value::Null, |one| &one["components"]);
                    fits(&format!("card {index}, "), &card["components"], components)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a message must hold for a button.
#[derive(PartialEq)]
enum Wanted {
    Nothing,
    MayBe,
    Component,
    /// One whose parameter is an action.
    Action,
}

/// Whether the component of a button is there where its kind demands one. A kind that is not named demands one: Meta adds kinds, and
/// what is let through here unseen would be refused there.
fn pressed(within: &str, index: usize, button: &Value, given: Option<&Value>) -> Result<(), GraphError> {
    let kind = button["type"].as_str().unwrap_or_default().to_ascii_uppercase();
    let wanted = match kind.as_str() {
        "PHONE_NUMBER" => Wanted::Nothing,
        "URL" if gaps(button["url"].as_str().unwrap_or_default()).is_empty() => Wanted::Nothing,
        "QUICK_REPLY" | "VOICE_CALL" | "CATALOG" => Wanted::MayBe,
        "FLOW" | "MPM" | "ORDER_DETAILS" => Wanted::Action,
        _ => Wanted::Component,
    };
    let place = format!("{within}button {index}");
    let Some(given) = given else {
        return match wanted {
            Wanted::Nothing | Wanted::MayBe => Ok(()),
            Wanted::Component | Wanted::Action => Err(GraphError::missing(format!(
                "{within}buttons: Button at index {index} of type {kind} requires a parameter"
            ))),
        };
    };
    if wanted == Wanted::Nothing {
        return counted(&place, 0, 1);
    }
    if wanted == Wanted::Action {
        let parameters = given["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        // A form may be opened with nothing filled in.
        if kind != "FLOW" || !parameters.is_empty() {
            counted(&place, 1, parameters.len())?;
            formed(&place, "action", &parameters[0])?;
        }
    }
    Ok(())
}

/// Whether a parameter is of the kind that its place has, with all that this kind needs.
fn formed(place: &str, kind: &str, parameter: &Value) -> Result<(), GraphError> {
    let needed: &[&str] = match kind {
        "location" => &["latitude", "longitude", "name", "address"],
        "limited_time_offer" => &["expiration_time_ms"],
        _ => &[],
    };
    let misses = |field: &&&str| parameter[kind].get(**field).is_none_or(|value| value == "");
    let missing = needed.iter().find(misses);
    if parameter["type"] == kind && parameter[kind].is_object() && missing.is_none() {
        return Ok(());
    }
    let error =
        GraphError::new(132_012, "(#132012) Parameter format does not match format in the created template");
    Err(error.details(format!(
        "{place}: expected {kind}{}",
        missing.map(|field| format!(" with {field}")).unwrap_or_default()
    )))
}

fn counted(place: &str, wanted: usize, given: usize) -> Result<(), GraphError> {
    if wanted == given {
        return Ok(());
    }
    let error = GraphError::new(
        132_000,
        "(#132000) Number of parameters does not match the expected number of params",
    );
    Err(error.details(format!("{place}: number of localizable_params ({given}) does not match the expected number of params ({wanted})")))
}

fn texts(place: &str, wanted: &BTreeSet<String>, parameters: &[Value]) -> Result<(), GraphError> {
    let named = wanted.iter().any(|gap| !gap.is_empty() && gap.parse::<u32>().is_err());
    for parameter in parameters {
        if named && !wanted.contains(parameter["parameter_name"].as_str().unwrap_or_default()) {
            let error = GraphError::new(
                132_012,
                "(#132012) Parameter format does not match format in the created template",
            );
            return Err(error.details(format!("{place}: parameter name is missing or unknown")));
        }
        let text = parameter["text"].as_str().unwrap_or("-");
        if text.is_empty() || text.contains(['\n', '\t']) || text.contains("     ") {
            let error =
                GraphError::new(132_018, "(#132018) There's an issue with the parameters in your template");
            return Err(error.details(
                "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
            ));
        }
    }
    Ok(())
}

fn gaps(text: &str) -> BTreeSet<String> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(gap, _)| gap.to_owned()).collect()
}
