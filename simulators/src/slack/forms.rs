//! What does a person fill into a form, and what becomes of it?

use axum::{Json, extract::State as Shared};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    calls,
    events::{self, Envelope, What},
    people::{Done, refuse, trigger},
    world::{APP, State, TEAM, World},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submitted {
    view: String,
    /// By block: the state of its element, such as `{"type": "plain_text_input", "value": "17"}`.
    values: Value,
}

/// Whether Slack's own window lets this be put in.
fn takes(element: &Value, given: &Value) -> bool {
    let said = || given["value"].as_str().unwrap_or_default();
    given.is_null()
        || match element["type"].as_str() {
            Some("email_text_input") => {
                said().split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
            }
            Some("number_input") => said().parse::<f64>().is_ok(),
            Some("datepicker") => {
                given["selected_date"].as_str().is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
            }
            Some("static_select") => element["options"].as_array().is_some_and(|options| {
                options.iter().any(|option| option["value"] == given["selected_option"]["value"])
            }),
            _ => true,
        }
}

/// Someone sends a form off.
pub(super) async fn submit(Shared(world): Shared<World>, Json(submitted): Json<Submitted>) -> Done {
    let mut state = world.state();
    let opened = state.views.get(&submitted.view).cloned().ok_or(refuse("there is no such form"))?;
    let mut view = opened["view"].clone();
    let mut values = json!({});
    for block in view["blocks"].as_array().into_iter().flatten() {
        let Some(name) = block["block_id"].as_str() else { continue };
        let given = &submitted.values[name];
        if given.is_null() && block["optional"] != json!(true) {
            return Err(refuse(format!("the field {name} must be filled in")));
        }
        if !takes(&block["element"], given) {
            return Err(refuse(format!("the field {name} does not take {given}")));
        }
        let action = block["element"]["action_id"].as_str().unwrap_or_default();
        let mut answer = if given.is_null() { json!({ "value": null }) } else { given.clone() };
        answer["type"] = block["element"]["type"].clone();
        values[name] = json!({ action: answer });
    }
    view["state"] = json!({ "values": values });
    let user = opened["user"].as_str().unwrap_or_default().to_owned();
    let trigger = trigger(&mut state, &user);
    state.views.remove(&submitted.view);
    state.submitted.insert(submitted.view.clone(), opened);
    drop(state);
    let payload = json!({
        "type": "view_submission", "team": { "id": TEAM, "domain": "simulated" }, "user": { "id": user, "team_id": TEAM },
        "api_app_id": APP, "token": "verification", "trigger_id": trigger, "view": view, "response_urls": [],
    });
    events::send(&world, Envelope { id: submitted.view, what: What::Interaction, payload });
    Ok(Json(json!({})))
}

/// The app has answered a form that was sent off, or has not (`None`). It closes, unless the app wants it otherwise; of an app
/// that says nothing in time, or nothing that Slack understands, the person sees that there was trouble, and the form stays.
pub(super) fn answered(world: &World, envelope: &Envelope, said: Option<&Value>) {
    if envelope.payload["type"] != "view_submission" {
        return;
    }
    let mut state = world.state();
    let Some(opened) = state.submitted.remove(&envelope.id) else { return };
    match said {
        None => stay(&mut state, &envelope.id, opened, &trouble()),
        Some(said) => follow(&mut state, &envelope.id, opened, said),
    }
}

/// docs.slack.dev, "Modals": `response_action`.
fn follow(state: &mut State, id: &str, opened: Value, said: &Value) {
    match said["response_action"].as_str() {
        Some("errors") => {
            let blocks = opened["view"]["blocks"].as_array().into_iter().flatten();
            let names: Vec<&str> = blocks.filter_map(|block| block["block_id"].as_str()).collect();
            let errors = said["errors"].as_object().filter(|errors| {
                !errors.is_empty() && errors.keys().all(|name| names.contains(&name.as_str()))
            });
            let errors = errors.map_or_else(trouble, |errors| json!(errors));
            stay(state, id, opened, &errors);
        }
        Some(action @ ("update" | "push")) => {
            let view = said["view"].clone();
            if calls::fits(&view, &|file| state.has_picture(file)).is_err() {
                stay(state, id, opened, &trouble());
                return;
            }
            let user = opened["user"].clone();
            let (pushed, mut view) = calls::shown(state, view);
            if action == "update" {
                view["id"] = json!(id);
                state.views.insert(id.to_owned(), json!({ "user": user, "view": view }));
            } else {
                state.views.insert(id.to_owned(), opened);
                state.views.insert(pushed, json!({ "user": user, "view": view }));
            }
        }
        Some("clear") => state.views.retain(|_, other| other["user"] != opened["user"]),
        Some(_) => stay(state, id, opened, &trouble()),
        None => {}
    }
}

/// The form is open as it was, with what is wrong.
fn stay(state: &mut State, id: &str, mut opened: Value, errors: &Value) {
    opened["errors"] = errors.clone();
    state.views.insert(id.to_owned(), opened);
}

/// What a person reads who sent a form off in vain.
fn trouble() -> Value {
    json!("We had some trouble connecting. Try again?")
}
