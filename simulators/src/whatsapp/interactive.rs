//! Which messages with something to press does Meta take?

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    api::GraphError,
    messages::{media_object, only, text_of},
    world::State,
};

pub fn check(state: &State, object: &Map<String, Value>) -> Result<(), GraphError> {
    only(object, "interactive", &["type", "header", "body", "footer", "action"])?;
    let body = object.get("body").and_then(|body| body.get("text"));
    text_of(body, "interactive['body']['text']", 1, 1024)?;
    if let Some(footer) = object.get("footer") {
        text_of(footer.get("text"), "interactive['footer']['text']", 1, 60)?;
    }
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    if let Some(header) = object.get("header") {
        match header["type"].as_str() {
            Some("text") => {
                text_of(header.get("text"), "interactive['header']['text']", 1, 60)?;
            }
            Some(media @ ("image" | "video" | "document")) if matches!(kind, "button" | "flow") => {
                let file = header.get(media).and_then(Value::as_object);
                media_object(
                    state,
                    media,
                    file.ok_or_else(|| GraphError::missing("The header has no file"))?,
                )?;
            }
            _ => return Err(GraphError::invalid("The type of the header is not valid")),
        }
    }
    let action = object.get("action").and_then(Value::as_object);
    let action = action.ok_or_else(|| GraphError::missing("interactive['action'] is missing"))?;
    match kind {
        "button" => reply_buttons(action),
        "list" => list(action),
        "cta_url" => address(action),
        "flow" => flow(action),
        "location_request_message" => {
            only(action, "interactive['action']", &["name"])?;
            named(action, "send_location")
        }
        other => Err(GraphError::new(100, format!("(#100) Param interactive['type'] - got \"{other}\"."))),
    }
}

fn reply_buttons(action: &Map<String, Value>) -> Result<(), GraphError> {
    only(action, "interactive['action']", &["buttons"])?;
    let buttons = action.get("buttons").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=3).contains(&buttons.len()) {
        return Err(GraphError::invalid(
            "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3",
        ));
    }
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for button in buttons {
        if button["type"] != "reply" {
            return Err(GraphError::invalid("The type of a button must be reply"));
        }
        let id = text_of(button["reply"].get("id"), "Button id", 1, 256)?;
        let title = text_of(button["reply"].get("title"), "Button title", 1, 20)?;
        if !ids.insert(id) {
            return Err(GraphError::invalid(format!("Duplicated button id: {id}")));
        }
        if !titles.insert(title) {
            return Err(GraphError::invalid(format!("Duplicated button title: {title}")));
        }
    }
    Ok(())
}

fn list(action: &Map<String, Value>) -> Result<(), GraphError> {
    only(action, "interactive['action']", &["button", "sections"])?;
    text_of(action.get("button"), "List button", 1, 20)?;
    let sections = action.get("sections").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=10).contains(&sections.len()) {
        return Err(GraphError::invalid(
            "Invalid sections count. Min allowed sections: 1, Max allowed sections: 10",
        ));
    }
    let (mut ids, mut total) = (BTreeSet::new(), 0);
    for section in sections {
        let empty = Map::new();
        only(section.as_object().unwrap_or(&empty), "section", &["title", "rows"])?;
        if sections.len() > 1 || section.get("title").is_some() {
            text_of(section.get("title"), "Section title", 1, 24)?;
        }
        let rows = section["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            return Err(GraphError::invalid("A section must have at least one row"));
        }
        total += rows.len();
        for row in rows {
            only(row.as_object().unwrap_or(&empty), "row", &["id", "title", "description"])?;
            let id = text_of(row.get("id"), "Row id", 1, 200)?;
            text_of(row.get("title"), "Row title", 1, 24)?;
            if let Some(description) = row.get("description") {
                text_of(Some(description), "Row description", 1, 72)?;
            }
            if !ids.insert(id) {
                return Err(GraphError::invalid(format!("Duplicated row id: {id}")));
            }
        }
    }
    if total > 10 {
        return Err(GraphError::invalid("Total row count exceed max allowed count: 10"));
    }
    Ok(())
}

fn address(action: &Map<String, Value>) -> Result<(), GraphError> {
    let parameters = action.get("parameters");
    let url = parameters.and_then(|parameters| parameters["url"].as_str()).unwrap_or_default();
    let title = parameters.and_then(|parameters| parameters.get("display_text"));
    text_of(title, "display_text", 1, 20)?;
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(())
    } else {
        Err(GraphError::invalid("url is not valid"))
    }
}

/// A form of Meta's. Which ones the account has is not known here.
fn flow(action: &Map<String, Value>) -> Result<(), GraphError> {
    only(action, "interactive['action']", &["name", "parameters"])?;
    named(action, "flow")?;
    let parameters = action.get("parameters").and_then(Value::as_object);
    let parameters = parameters.ok_or_else(|| GraphError::missing("parameters of the flow are missing"))?;
    let known = [
        "flow_message_version",
        "flow_id",
        "flow_name",
        "flow_cta",
        "mode",
        "flow_token",
        "flow_action",
        "flow_action_payload",
    ];
    only(parameters, "interactive['action']['parameters']", &known)?;
    let version = text_of(parameters.get("flow_message_version"), "flow_message_version", 1, 8)?;
    if version != "3" {
        return Err(GraphError::invalid("flow_message_version must be 3"));
    }
    text_of(parameters.get("flow_cta"), "flow_cta", 1, 30)?;
    match (parameters.get("flow_id"), parameters.get("flow_name")) {
        (Some(id), None) => text_of(Some(id), "flow_id", 1, 256).map(drop)?,
        (None, Some(name)) => text_of(Some(name), "flow_name", 1, 256).map(drop)?,
        (Some(_), Some(_)) => {
            return Err(GraphError::invalid("flow_id and flow_name cannot be used together"));
        }
        (None, None) => return Err(GraphError::missing("flow_id or flow_name is missing")),
    }
    let choices = [("mode", ["published", "draft"]), ("flow_action", ["navigate", "data_exchange"])];
    for (field, fits) in choices {
        let given = parameters.get(field);
        if given.is_some_and(|given| !fits.iter().any(|fits| given == fits)) {
            return Err(GraphError::invalid(format!("{field} must be one of {}", fits.join(", "))));
        }
    }
    let Some(payload) = parameters.get("flow_action_payload") else { return Ok(()) };
    if parameters.get("flow_action").is_some_and(|action| action == "data_exchange") {
        return Err(GraphError::invalid("flow_action_payload is for the flow_action navigate alone"));
    }
    let is_empty = |data: &Value| data.as_object().is_none_or(Map::is_empty);
    if payload.get("data").is_some_and(is_empty) {
        return Err(GraphError::invalid("data of flow_action_payload must be an object that is not empty"));
    }
    Ok(())
}

fn named(action: &Map<String, Value>, name: &str) -> Result<(), GraphError> {
    if action.get("name").is_some_and(|given| given == name) {
        return Ok(());
    }
    Err(GraphError::new(100, format!("(#100) Param interactive['action']['name'] must be {name}")))
}
